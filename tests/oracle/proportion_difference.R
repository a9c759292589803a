# Difference of two proportions, first minus second: Newcombe's hybrid score (no continuity correction),
# Miettinen-Nurminen (score, N/(N-1)) and Mee (score, without it).
source("_common.R")
source("../../report/tracing/r/score_intervals.R")
suppressMessages(library(Epi))

# Newcombe's rule written out from the two Wilson intervals.
hybrid <- function(x1, n1, x2, n2, level) {
  a <- suppressWarnings(prop.test(x1, n1, conf.level = level, correct = FALSE)$conf.int)
  b <- suppressWarnings(prop.test(x2, n2, conf.level = level, correct = FALSE)$conf.int)
  p1 <- x1 / n1
  p2 <- x2 / n2
  p1 - p2 + c(-sqrt((p1 - a[1])^2 + (b[2] - p2)^2), sqrt((a[2] - p1)^2 + (p2 - b[1])^2))
}

for (case in names(having("events1"))) {
  with <- with(inputs[[case]], list(x1 = events1, n1 = total1, x2 = events2, n2 = total2))
  level <- level_of(inputs[[case]])
  record(case, "x1 / n1 - x2 / n2", "estimate", closed, "R", with)
  record(case, sprintf("Epi::ci.pd(x1, x2, n1 - x1, n2 - x2, conf.level = %s, print = FALSE)[6:7]", level),
         c("newcombe_low", "newcombe_high"), closed, "Epi ci.pd", with)
  record(case, sprintf("hybrid(x1, n1, x2, n2, %s)", level), c("newcombe_low", "newcombe_high"), closed,
         "Wilson limits of R prop.test, combined by Newcombe's rule", with)
  record(case, sprintf("difference_interval(x1, n1, x2, n2, %s, TRUE)", level), c("mn_low", "mn_high"), iterative,
         "inversion in R, likelihood maximised numerically", with)
  record(case, sprintf("difference_interval(x1, n1, x2, n2, %s, FALSE)", level), c("mee_low", "mee_high"), iterative,
         "inversion in R, likelihood maximised numerically", with)
}

paper <- "Newcombe 1998, Stat Med 17:873, Table II (as quoted in the tests of Python package mergeron; the paper not seen)"
table2 <- list(
  pp_56_70_48_80 = c(0.0533, 0.3377, 0.0528, 0.3382, 0.0524, 0.3339),
  pp_9_10_3_10 = c(0.1821, 0.8370, 0.1700, 0.8406, 0.1705, 0.8090),
  pp_6_7_2_7 = c(0.0544, 0.8478, 0.0342, 0.8534, 0.0582, 0.8062),
  pp_5_56_0_29 = c(-0.0313, 0.1926, -0.0326, 0.1933, -0.0381, 0.1926),
  pp_0_10_0_20 = c(-0.1611, 0.2775, -0.1658, 0.2844, -0.1611, 0.2775),
  pp_0_10_0_10 = c(-0.2775, 0.2775, -0.2879, 0.2879, -0.2775, 0.2775),
  pp_10_10_0_20 = c(0.7225, 1, 0.7156, 1, 0.6791, 1),
  pp_10_10_0_10 = c(0.6777, 1, 0.6636, 1, 0.6075, 1))
for (case in names(table2)) {
  published(case, c("mee_low", "mee_high", "mn_low", "mn_high", "newcombe_low", "newcombe_high"), table2[[case]], 4,
            paper)
}
paper <- "tests of R package contingencytables, companion to Fagerland, Lydersen and Laake 2017 (the book itself not seen)"
published("pp_0_16_15_72", c("mn_low", "mn_high"), c(-0.3164, -0.0056), 4, paper)
published("pp_7_34_1_34", c("newcombe_low", "newcombe_high"), c(0.0189, 0.3404), 4, paper)
finish("Epi")
