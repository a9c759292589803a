# Restricted means up to a time: survfit's own (its standard error), and the area written out; differences and ratios.
source("_times.R")
own <- function(d, a, to) {
  t <- survival:::survmean(survfit(Surv(time, event) ~ 1, d[d$arm == a, ]), rmean = to)$matrix
  as.numeric(t[c("rmean", "se(rmean)")])
}
area <- function(d, a, to) {
  f <- survfit(Surv(time, event) ~ 1, d[d$arm == a, ])
  s <- stepfun(f$time, c(1, f$surv))
  cuts <- sort(unique(c(0, f$time[f$time < to], to)))
  pieces <- diff(cuts) * s(head(cuts, -1))
  after <- function(t) sum(pieces[head(cuts, -1) >= t - 1e-12])
  v <- 0
  for (i in which(f$time < to & f$n.event > 0)) {
    if (f$n.risk[i] > f$n.event[i]) v <- v + after(f$time[i])^2 * f$n.event[i] / (f$n.risk[i] * (f$n.risk[i] - f$n.event[i]))
  }
  c(sum(pieces), sqrt(v))
}
mean_of <- function(m, level) wald_of(m[1], m[2], level)[1:3]
difference <- function(one, other, level) wald_of(one[1] - other[1], sqrt(one[2]^2 + other[2]^2), level)
ratio <- function(one, other, level) {
  wald_of(log(one[1] / other[1]), sqrt((one[2] / one[1])^2 + (other[2] / other[1])^2), level, ratio = TRUE)
}
for (case in setdiff(names(inputs), "half")) {
  x <- inputs[[case]]
  d <- data_of(x)
  shortest <- min(tapply(d$time, d$arm, max))
  ends <- c(default = shortest, fixed = if (is.null(x$to)) signif(shortest * 0.7, 3) else x$to)
  for (variant in names(ends)) {
    to <- format(ends[[variant]], digits = 15)
    label <- if (variant == "default") "default" else to
    for (how in c("own", if (variant == "fixed") "area")) {
      source <- c(own = "R survival print(survfit, rmean)", area = "area and Greenwood's sum written out in R")[[how]]
      for (a in x$arms) {
        record(case, sprintf("mean_of(%s(d, \"%s\", %s), %s)", how, a, to, level_of(x)), named(label, limits, a, "mean"), closed, source, list(d = d))
      }
      for (a in x$arms[-1]) {
        pair <- sprintf("%s(d, \"%s\", %s), %s(d, \"%s\", %s), %s", how, a, to, how, x$arms[1], to, level_of(x))
        record(case, sprintf("difference(%s)", pair), named(label, wald, a), closed, source, list(d = d))
        record(case, sprintf("ratio(%s)", pair), named(label, wald, a, "ratio"), closed, source, list(d = d))
      }
    }
  }
}
uno <- "vignette of R package survRM2, as it prints: pbc up to 10 years (arm 1 penicillamine, arm 0 placebo)"
published("pbc", named("10", limits, "penicillamine", "mean"), c(7.146, 6.592, 7.701), 3, uno)
published("pbc", named("10", limits, "placebo", "mean"), c(7.283, 6.704, 7.863), 3, uno)
published("pbc", named("10", c(limits, "p.value"), "penicillamine"), c(-0.137, -0.939, 0.665, 0.738), 3, uno)
published("pbc", named("10", c(limits, "p.value"), "penicillamine", "ratio"), c(0.981, 0.878, 1.096, 0.738), 3, uno)
finish("survival")
