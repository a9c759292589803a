# Rubin's rules, permutation tests, last observation carried forward, and missing outcomes counted in four ways.
source("_common.R")
suppressMessages({library(mice); library(coin)})
inputs <- fromJSON("inputs_missing_values.json", simplifyVector = FALSE)
source("../../report/tracing/r/score_intervals.R")
nums <- function(x) vapply(x, function(v) if (is.null(v)) NA_real_ else as.numeric(v), 0)

for (case in inputs$pools) {
  with <- list(q = nums(case$q), u = nums(case$u), n = case$n, k = case$k)
  record(case$case, "unlist(pool.scalar(q, u, n = n, k = k)[c('qbar', 't', 'df', 'fmi')])",
         c("estimate", "total", "df", "fmi"), closed, "mice::pool.scalar", with)
  record(case$case, "sqrt(var(q) / length(q))", "mc_error", closed, "its definition", with)
}

for (case in inputs$permutations) {
  d <- data.frame(y = c(nums(case$treated), nums(case$control)),
                  g = factor(rep(c("t", "c"), c(length(case$treated), length(case$control)))))
  record(case$case, "as.numeric(pvalue(oneway_test(y ~ g, data = d, distribution = 'exact')))", "p", closed,
         "coin::oneway_test", list(d = d))
}

wide <- inputs$carried
made <- function(arm) {
  values <- t(sapply(wide[[arm]], nums))
  last <- ifelse(is.na(values[, 2]), values[, 1], values[, 2])
  data.frame(arm = arm, y = last, base = nums(wide[[paste0("base_", arm)]]))
}
d <- rbind(made("control"), made("treated")); d$arm <- factor(d$arm)
fit <- lm(y ~ arm + base, d)
record("carried", "c(coef(fit)['armtreated'], confint(fit)['armtreated', ], summary(fit)$coef['armtreated', 4])",
       c("estimate", "conf_low", "conf_high", "p"), closed, "lm after carrying forward", list(fit = fit))

ways <- function(case) {
  a <- nums(case$arm); r <- nums(case$ref)
  list(all_with = c(a[1] + a[3], r[1] + r[3]), all_without = c(a[1], r[1]),
       against_the_arm = c(a[1] + a[3], r[1]), for_the_arm = c(a[1], r[1] + r[3]))
}
for (case in inputs$counts) {
  n1 <- case$arm[[2]] + case$arm[[3]]; n0 <- case$ref[[2]] + case$ref[[3]]
  for (name in names(ways(case))) {
    x <- ways(case)[[name]]
    with <- list(x1 = x[1], x0 = x[2], n1 = n1, n0 = n0)
    record(case$case, "c(x1 / n1 - x0 / n0, difference_interval(x1, n1, x0, n0, 0.95, TRUE))",
           paste(name, c("estimate", "conf_low", "conf_high"), sep = "_"), closed,
           "Miettinen-Nurminen by inversion", with)
    record(case$case, "fisher.test(rbind(c(x1, n1 - x1), c(x0, n0 - x0)))$p.value", paste0(name, "_p"), closed,
           "fisher.test", with)
  }
  with <- list(a = nums(case$arm), r = nums(case$ref), n1 = n1, n0 = n0)
  every <- paste("outer(0:a[3], 0:r[3], Vectorize(function(i, j) fisher.test(rbind(c(a[1] + i, n1 - a[1] - i),",
                 "c(r[1] + j, n0 - r[1] - j)))$p.value))")
  seen <- "fisher.test(rbind(c(a[1], a[2] - a[1]), c(r[1], r[2] - r[1])))$p.value"
  record(case$case, sprintf("{ p <- %s; c(min(p), max(p), sum((p < 0.05) == (%s < 0.05)), length(p)) }", every, seen),
         c("tip_low", "tip_high", "tip_same", "tip_all"), closed, "fisher.test of every way", with)
}
finish(c("mice", "coin"))
