# A number by arm: description, Welch's and Student's t, Hedges' g, analysis of variance (inputs_by_arm.json).
source("_by_arm.R")
suppressMessages(library(metafor))
several <- Filter(function(case) length(inputs[[case]]$arms) > 1, kind("by_arm"))
described <- c("golf", "permeability", "missing", "leprosy", "anorexia", "far_from_zero", "two_and_three", "sixty_seventy")
has_spread <- function(with) var(c(with$x - mean(with$x), with$y - mean(with$y))) > 0

for (case in several) {
  d <- frame_of(case)
  for (arm in if (is_one_of(case, described)) inputs[[case]]$arms) {
    with <- list(x = values_of(d, arm))
    record(case, "c(length(x), mean(x), sd(x), median(x), quantile(x, c(0.25, 0.75), type = 2), min(x), max(x))",
           named("means", c("n", "mean", "sd", "median", "p25", "p75", "min", "max"), arm), closed, "R", with)
  }
  for (arm in compared(case)) {
    with <- two_samples(case, arm)
    level <- level_of(inputs[[case]])
    stats <- c("estimate", "std.error", "conf.low", "conf.high", "statistic", "df", "p.value")
    shown <- "c(-diff(t$estimate), t$stderr, t$conf.int, t$statistic, t$parameter, t$p.value)"
    # R refuses a spread that is small beside the mean; far_from_zero and small_numbers it takes
    if (has_spread(with) && min(lengths(with)) > 1) {
      record(case, sprintf("{ t <- t.test(x, y, conf.level = %s); %s }", level, shown), named("welch", stats, arm), closed,
             "R t.test", with)
    }
    if (has_spread(with) && sum(lengths(with)) > 2) {
      record(case, sprintf("{ t <- t.test(x, y, conf.level = %s, var.equal = TRUE); %s }", level, shown),
             named("pooled", stats, arm), closed, "R t.test", with)
    }
    if (has_spread(with) && min(lengths(with)) > 1) {
      call <- paste("{ e <- escalc(measure = \"SMD\", m1i = mean(x), sd1i = sd(x), n1i = length(x), m2i = mean(y),",
                    sprintf("sd2i = sd(y), n2i = length(y)); e$yi + qnorm((1 + %s) / 2) * sqrt(e$vi) * c(0, -1, 1) }", level))
      record(case, call, named("hedges", c("estimate", "conf.low", "conf.high"), arm), closed,
             "R metafor::escalc; estimate -+ z times the square root of its variance", with)
    }
  }
  with <- list(d = d)
  spreads <- tapply(d$Outcome, d$Arm, function(y) var(y, na.rm = TRUE))
  if (any(spreads > 0, na.rm = TRUE) && sum(table(d$Arm)) > nlevels(d$Arm)) {
    record(case, "{ a <- anova(lm(Outcome ~ Arm, d)); c(a$`F value`[1], a$Df, a$`Pr(>F)`[1]) }",
           named("anova_pooled", c("statistic", "num.df", "den.df", "p.value")), closed, "R anova(lm)", with)
  }
  if (all(!is.na(spreads) & spreads > 0)) {
    record(case, "{ a <- oneway.test(Outcome ~ Arm, d); c(a$statistic, a$parameter, a$p.value) }",
           named("anova_welch", c("statistic", "num.df", "den.df", "p.value")), closed, "R oneway.test", with)
  }
}

golf <- "SAS/STAT User's Guide, PROC TTEST, Comparing Group Means (golf scores): data seen; these figures quoted from memory, not seen"
published("golf", named(c("pooled", "welch"), "estimate", "f"), rep(-5.8571, 2), 4, golf)
published("golf", named("pooled", c("conf.low", "conf.high"), "f"), c(-9.1902, -2.5241), 4, golf)
published("golf", named("welch", c("conf.low", "conf.high"), "f"), c(-9.2064, -2.5078), 4, golf)
published("golf", named("pooled", "statistic", "f"), -3.83, 2, golf)
published("golf", named(c("pooled", "welch"), "p.value", "f"), c(0.0024, 0.0026), 4, golf)
published("golf", named("welch", "df", "f"), 11.496, 3, golf)
published("golf", named("means", "sd", c("f", "m")), c(2.5448, 3.1472), 4, golf)
r_sleep <- "R help page t.test (sleep; data of Student 1908), as its example prints it, groups as independent: signs turned"
published("sleep", named("welch", c("conf.low", "conf.high"), "treated"), c(-0.2054832, 3.3654832), 7, r_sleep)
published("sleep", named("welch", c("statistic", "df"), "treated"), c(1.861, 17.776), 3, r_sleep)
published("sleep", named("welch", "p.value", "treated"), 0.07939, 5, r_sleep)
finish("metafor")
