# Ratio of two proportions, first over second: score interval of Koopman (plain variance) and of
# Miettinen-Nurminen (variance times N/(N-1)). NaN: 0/0; Inf: nobody in the second group.
source("_common.R")
source("../../report/tracing/r/score_intervals.R")

for (case in names(having("events1"))) {
  with <- with(inputs[[case]], list(x1 = events1, n1 = total1, x2 = events2, n2 = total2))
  level <- level_of(inputs[[case]])
  record(case, "(x1 / n1) / (x2 / n2)", "estimate", closed, "R", with)
  for (method in c("koopman", "mn")) {
    record(case, sprintf("ratio_interval(x1, n1, x2, n2, %s, %s)", level, method == "mn"),
           paste0(method, c("_low", "_high")), iterative, "inversion in R, likelihood maximised numerically", with)
  }
}

paper <- "Gart and Nam 1988, Biometrics 44:323, as quoted in the tests of R package ratesci (the paper not seen)"
published("pp_8_15_4_15", c("koopman_low", "koopman_high"), c(0.815, 5.336), 3, paper)
published("pp_6_10_6_20", c("koopman_low", "koopman_high"), c(0.844, 4.594), 3, paper)
paper <- "Fagerland and Newcombe 2013, as quoted in the tests of R package ratesci (the paper not seen)"
published("pp_24_73_53_65", c("mn_low", "mn_high"), c(0.280, 0.560), 3, paper)
published("pp_29_55_11_11", c("mn_low", "mn_high"), c(0.397, 0.742), 3, paper)
published("pp_7_18_1_18", c("mn_low", "mn_high"), c(1.296, 42.544), 3, paper)
paper <- "tests of R package contingencytables, companion to Fagerland, Lydersen and Laake 2017 (the book itself not seen)"
published("pp_7_34_1_34", c("koopman_low", "koopman_high", "mn_low", "mn_high"), c(1.2209, 42.5757, 1.2086, 43.0330), 4,
          paper)
finish()
