# The area under a Kaplan-Meier curve up to a time, and its variance: the squared area after each event, weighed by
# Greenwood's term (print(survfit(...), rmean = to) gives the area and the root of the variance).
restricted_mean <- function(time, event, to) {
  fit <- survival::survfit(survival::Surv(time, event) ~ 1)
  inside <- fit$time < to
  pieces <- c(1, fit$surv[inside]) * diff(c(0, fit$time[inside], to))
  after <- rev(cumsum(rev(pieces)))[-1]
  n <- fit$n.risk[inside]
  d <- fit$n.event[inside]
  c(sum(pieces), sum(ifelse(n > d, after^2 * d / (n * (n - d)), 0)))
}
