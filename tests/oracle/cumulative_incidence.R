# Cumulative incidence at two times: cmprsk (Aalen's variance), survfit (infinitesimal jackknife, that of the delta method).
source("_times.R")
scales <- function(f, v, scale, level) {
  z <- qnorm((1 + level) / 2)
  if (scale == "plain") return(c(f, max(0, f - z * sqrt(v)), min(1, f + z * sqrt(v))))
  if (scale == "log") return(c(f, f * exp(-z * sqrt(v) / f), min(1, f * exp(z * sqrt(v) / f))))
  spread <- z * sqrt(v) / (f * abs(log(f)))
  c(f, f^exp(spread), f^exp(-spread))
}
aalen <- function(d, a, at, cause) {
  own <- d[d$arm == a, ]
  p <- timepoints(cuminc(own$time, own$status), at)
  k <- match(cause, sort(unique(own$status[own$status > 0])))
  c(p$est[k, 1], p$var[k, 1])
}
jackknife <- function(d, a, at, cause) {
  own <- d[d$arm == a, ]
  s <- summary(survfit(Surv(time, factor(status, 0:2)) ~ 1, own), times = at)
  c(s$pstate[, cause + 1], s$std.err[, cause + 1]^2)
}
for (case in c("mgus", "ties")) for (scale in c("log_log", "log", "plain")) {
  x <- inputs[[case]]; d <- data_of(x)
  for (a in x$arms) for (at in times_of(d)) for (cause in 1:2) for (variance in c("aalen", "delta")) {
    level <- trimws(paste(format(at, digits = 15), c("", "other")[cause]))
    how <- c(aalen = "aalen", delta = "jackknife")[[variance]]
    call <- sprintf("{ p <- %s(d, \"%s\", %s, %d); scales(p[1], p[2], \"%s\", 0.95) }", how, a, format(at, digits = 15), cause, scale)
    source <- c(aalen = "cmprsk cuminc", delta = "R survival survfit of a factor")[[variance]]
    record(case, call, named(paste(variance, scale, sep = "_"), limits, a, level), closed, source, list(d = d))
  }
}
# without a competing event the incidence is one minus Kaplan-Meier, the delta variance Greenwood's
for (case in c("freireich", "ovarian", "lung")) {
  x <- inputs[[case]]; d <- data_of(x)
  for (a in x$arms) for (at in times_of(d)) {
    if (!any(d$event == 1 & d$arm == a & d$time <= at)) next
    call <- sprintf("{ s <- summary(survfit(Surv(time, event) ~ 1, d[d$arm == \"%s\", ]), times = %s); scales(1 - s$surv, s$std.err^2, \"plain\", 0.95) }", a, format(at, digits = 15))
    record(case, call, named("delta_plain", limits, a, format(at, digits = 15)), closed, "R survival survfit, one minus it", list(d = d))
  }
}
finish(c("survival", "cmprsk"))
