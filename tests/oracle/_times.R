# Shared by the oracle scripts of times to an event: reads inputs_time.json; a statistic is variant/name/arm/level.
source("_common.R")
suppressMessages({library(survival); library(cmprsk)})
inputs <- fromJSON("inputs_time.json", simplifyVector = TRUE)
data_of <- function(case) {
  d <- data.frame(arm = factor(case$arm, levels = case$arms), time = case$time, status = case$status)
  d$event <- as.numeric(d$status == 1)
  for (name in c("age", "karno", "ph", "stratum", "cluster", "resid")) if (!is.null(case[[name]])) d[[name]] <- case[[name]]
  d
}
named <- function(variant, name, arm = "", level = "") paste(variant, name, arm, level, sep = "/")
limits <- c("estimate", "conf.low", "conf.high")
wald <- c(limits, "std.error", "statistic", "p.value")
# an estimate with standard error: limits, z and p, on its own scale or as a ratio
wald_of <- function(e, se, level = 0.95, ratio = FALSE) {
  z <- qnorm((1 + level) / 2)
  v <- c(e, e - z * se, e + z * se)
  c(if (ratio) exp(v) else v, se, e / se, 2 * pnorm(-abs(e / se)))
}
times_of <- function(d) {
  t <- sort(unique(d$time[d$event == 1]))
  signif(c(t[ceiling(length(t) / 4)], t[ceiling(length(t) / 2)]) + 1e-3, 12)
}
