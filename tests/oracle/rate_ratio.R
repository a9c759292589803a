# Events in two periods, all participants together: the ratio of the rates, later over earlier, exact limits and p.
source("_common.R")
for (case in names(having("days_after"))) {
  with <- with(inputs[[case]], list(x0 = sum(before), x1 = sum(after), t0 = sum(days_before), t1 = sum(days_after)))
  level <- level_of(inputs[[case]])
  record(case, "t0 * x1 / (t1 * x0)", "estimate", closed, "R: definition", with)
  record(case, sprintf("poisson.test(c(x1, x0), c(t1, t0), conf.level = %s)$conf.int", level), c("conf_low", "conf_high"),
         closed, "R poisson.test", with)
  record(case, "poisson.test(c(x1, x0), c(t1, t0))$p.value", "p_value", closed, "R poisson.test", with)
  # Given their total the later events are binomial: limits and p of that, carried over to the ratio.
  record(case, sprintf("{ p <- binom.test(x1, x0 + x1, conf.level = %s)$conf.int; p / (1 - p) * t0 / t1 }", level),
         c("conf_low", "conf_high"), closed, "R binom.test", with)
  record(case, paste("{ d <- dbinom(0:(x0 + x1), x0 + x1, t1 / (t0 + t1));",
                     "sum(d[d <= d[x1 + 1] * (1 + 1e-7)]) }"), "p_value", closed, "R dbinom", with)
}
finish()
