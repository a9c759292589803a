# One proportion: Clopper-Pearson and Wilson without continuity correction.
source("_common.R")
for (case in names(having("events"))) {
  with <- list(x = inputs[[case]]$events, n = inputs[[case]]$total)
  level <- level_of(inputs[[case]])
  record(case, "x / n", "estimate", closed, "R", with)
  record(case, sprintf("binom.test(x, n, conf.level = %s)$conf.int", level), c("cp_low", "cp_high"), closed,
         "R binom.test", with)
  record(case, sprintf("prop.test(x, n, conf.level = %s, correct = FALSE)$conf.int", level),
         c("wilson_low", "wilson_high"), closed, "R prop.test", with)
}
paper <- paste("Newcombe 1998, Stat Med 17:857, Table I (as quoted in the tests of R package ratesci, 81/263 in those of other",
               "public repositories; the paper not seen)")
limits <- c("cp_low", "cp_high", "wilson_low", "wilson_high")
published("p_81_263", limits, c(0.2527, 0.3676, 0.2553, 0.3662), 4, paper)
published("p_15_148", limits, c(0.0578, 0.1617, 0.0624, 0.1605), 4, paper)
published("p_0_20", limits, c(0, 0.1684, 0, 0.1611), 4, paper)
published("p_1_29", limits, c(0.0009, 0.1776, 0.0061, 0.1718), 4, paper)
finish()
