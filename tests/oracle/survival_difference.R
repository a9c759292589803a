# Difference of Kaplan-Meier estimates at a time, arm minus the first arm, by the standard errors of survfit.
source("_times.R")
difference <- function(d, a, base, at, level) {
  of <- function(x) summary(survfit(Surv(time, event) ~ 1, d[d$arm == x, ]), times = at)
  one <- of(a); other <- of(base)
  wald_of(one$surv - other$surv, sqrt(one$std.err^2 + other$std.err^2), level)
}
for (case in c("freireich", "rats", "ovarian", "veteran", "lung", "pbc", "ties", "twelve", "twelve_90")) {
  d <- data_of(inputs[[case]])
  base <- inputs[[case]]$arms[1]
  for (a in inputs[[case]]$arms[-1]) for (at in times_of(d)) {
    call <- sprintf("difference(d, \"%s\", \"%s\", %s, %s)", a, base, format(at, digits = 15), level_of(inputs[[case]]))
    record(case, call, named(format(at, digits = 15), wald, a), closed, "R survival survfit, std.err", list(d = d))
  }
}
finish("survival")
