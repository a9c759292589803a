# Two-by-two crossover: treatment, period and carry-over (inputs_by_arm.json); the treatment comes first in `first`.
source("_by_arm.R")
for (case in kind("crossed")) {
  l <- level_of(inputs[[case]])
  with <- list(a = inputs[[case]]$first, b = inputs[[case]]$second, l = l)
  shown <- "c(-diff(t$estimate), t$stderr, t$conf.int, t$statistic, t$parameter, t$p.value)"
  stats <- c("estimate", "std.error", "conf.low", "conf.high", "statistic", "df", "p.value")
  tested <- function(of, x, y) record(case, sprintf("{ t <- t.test(%s, %s, var.equal = TRUE, conf.level = l); %s }", x, y, shown),
                                      named(of, stats), closed, "R t.test", with)
  tested("crossover", "(a[, 1] - a[, 2]) / 2", "(b[, 1] - b[, 2]) / 2")
  tested("period_effect", "(a[, 2] - a[, 1]) / 2", "-(b[, 2] - b[, 1]) / 2")
  tested("carry_over", "a[, 1] + a[, 2]", "b[, 1] + b[, 2]")
  # the same treatment and period effects in a linear model with a term for each participant
  fitted <- paste("{ n <- nrow(a) + nrow(b); y <- c(a[, 1], b[, 1], a[, 2], b[, 2]); who <- factor(rep(seq_len(n), 2))",
                  "period <- rep(0:1, each = n); treated <- c(rep(1, nrow(a)), rep(0, nrow(b)), rep(0, nrow(a)), rep(1, nrow(b)))",
                  "s <- summary(lm(y ~ who + period + treated))$coefficients; s[c(\"treated\", \"period\"), c(1, 2, 4)] }", sep = "; ")
  record(case, fitted, c("crossover:estimate", "period_effect:estimate", "crossover:std.error", "period_effect:std.error",
                         "crossover:p.value", "period_effect:p.value"), closed, "R lm with a term for each participant", with)
  record(case, "c(mean(a[, 1]), sd(a[, 1]), mean(a[, 2]), sd(a[, 2]), mean(b[, 1]), mean(b[, 2]))",
         named("crossover", c("mean", "sd", "mean", "sd", "mean", "mean"), c("first:treatment", "first:treatment", "first:control",
                                                                             "first:control", "second:control", "second:treatment")),
         closed, "R", with)
  record(case, "c(mean(c(a[, 1], b[, 2])), sd(c(a[, 1], b[, 2])), mean(c(a[, 2], b[, 1])))",
         named("crossover", c("mean", "sd", "mean"), "", c("treatment", "treatment", "control")), closed, "R", with)
}
senn <- "Senn 2002, chapter 3: 46.6 l/min, standard error 10.8, quoted from memory, not seen (data: SAS PROC TTEST, AB/BA)"
published("asthma", c("crossover:estimate", "crossover:std.error"), c(46.6, 10.8), 1, senn)
finish()
