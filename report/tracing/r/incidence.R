# The cumulative incidence of an event at a time, its variance, and the limits of its interval on a scale: Aalen's
# variance is that of cmprsk, the delta method's is survfit's. status: 0 censored, 1, 2, ... the kinds of event.
incidence <- function(time, status, kind, at, variance, scale, confidence) {
  kinds <- sort(unique(status[status > 0]))
  if (variance == "aalen") {
    found <- cmprsk::timepoints(cmprsk::cuminc(time, status), min(at, max(time)))
    share <- found$est[match(kind, kinds)]
    spread <- sqrt(found$var[match(kind, kinds)])
  } else {
    fit <- survival::survfit(survival::Surv(time, factor(status, c(0, kinds))) ~ 1)
    found <- summary(fit, times = min(at, max(time)))
    share <- found$pstate[1 + match(kind, kinds)]
    spread <- found$std.err[1 + match(kind, kinds)]
  }
  if (is.na(share)) return(c(0, NA, NA))
  z <- qnorm((1 + confidence) / 2)
  limits <- switch(scale,
    plain = share + c(-1, 1) * z * spread,
    log = share * exp(c(-1, 1) * z * spread / share),
    log_log = share^exp(c(1, -1) * z * spread / (share * abs(log(share))))
  )
  c(share, max(0, limits[1]), min(1, limits[2]))
}
