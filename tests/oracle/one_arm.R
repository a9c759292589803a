# A proportion against a performance goal: exact binomial test, and the Clopper-Pearson interval of its side.
source("_common.R")
inputs <- Filter(function(case) !is.null(case$goal_events), fromJSON("inputs_within.json", simplifyVector = TRUE))
for (case in names(inputs)) {
  of <- inputs[[case]]
  with <- list(x = of$goal_events, n = of$goal_total, goal = of$goal, level = level_of(of))
  for (side in c("greater", "less")) {
    called <- sprintf("binom.test(x, n, goal, alternative = \"%s\", conf.level = level)", side)
    record(case, paste0(called, "$p.value"), paste0("p_", side), closed, "R binom.test", with)
    record(case, paste0(called, "$conf.int"), paste0(c("low_", "high_"), side), closed, "R binom.test", with)
  }
  record(case, "min(1, 2 * min(pbinom(x, n, goal), 1 - pbinom(x - 1, n, goal)))", "p_two_sided", closed,
         "twice the smaller tail, R pbinom", with)
  record(case, "binom.test(x, n, conf.level = level)$conf.int", c("low_two_sided", "high_two_sided"), closed,
         "R binom.test", with)
  record(case, "prop.test(x, n, conf.level = level, correct = FALSE)$conf.int", c("wilson_low", "wilson_high"), closed,
         "R prop.test", with)
  record(case, "goal^n", "floor_greater", closed, "all with the event", with)
  record(case, "(1 - goal)^n", "floor_less", closed, "none with the event", with)
  record(case, "min(1, 2 * min(goal^n, (1 - goal)^n))", "floor_two_sided", closed, "the nearer of both ends", with)
}
sas <- "SAS/STAT User's Guide, PROC FREQ, Binomial Proportions (brown eyes, 90% limits): data seen; these figures quoted from memory, not seen"
published("eyes", c("low_two_sided", "high_two_sided", "wilson_low", "wilson_high"), c(0.4174, 0.4779, 0.4181, 0.4773), 4, sas)
finish()
