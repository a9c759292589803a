# Kaplan-Meier: medians and quartiles with their intervals, shares at two times, numbers at risk, median follow-up.
source("_times.R")
types <- c(log_log = "log-log", log = "log", plain = "plain")
quantiles <- function(d, a, type, level) {
  q <- quantile(survfit(Surv(time, event) ~ 1, d[d$arm == a, ], conf.type = type, conf.int = level), c(0.25, 0.5, 0.75))
  rbind(q$quantile, q$lower, q$upper)
}
shares <- function(d, a, type, level, at) {
  s <- summary(survfit(Surv(time, event) ~ 1, d[d$arm == a, ], conf.type = type, conf.int = level), times = at)
  c(s$surv, s$lower, s$upper)
}
for (case in names(inputs)) {
  d <- data_of(inputs[[case]])
  level <- level_of(inputs[[case]])
  for (a in inputs[[case]]$arms) {
    for (type in names(types)) {
      if (type != "log_log" && !case %in% c("freireich", "lung", "twelve", "twelve_90", "last_dies", "ties", "half")) next
      call <- sprintf("quantiles(d, \"%s\", \"%s\", %s)", a, types[type], level)
      stays <- case == "half" && a == "a" # the curve stays at 0.5: R takes the middle to the last time
      if (!stays) {
        record(case, call, as.vector(outer(limits, c("p25", "median", "p75"), function(n, l) named(type, n, a, l))),
               closed, "R survival quantile(survfit)", list(d = d))
      }
      own <- d[d$arm == a, ]
      for (at in times_of(d)) {
        s <- summary(survfit(Surv(time, event) ~ 1, own), times = at)$surv
        if (length(s) == 0 || s > 0.999999) next
        record(case, sprintf("shares(d, \"%s\", \"%s\", %s, %s)", a, types[type], level, format(at, digits = 15)),
               named(type, limits, a, format(at, digits = 15)), closed, "R survival summary(survfit)", list(d = d))
      }
    }
    record(case, sprintf("quantile(survfit(Surv(time, 1 - (status > 0)) ~ 1, d[d$arm == \"%s\", ]), 0.5)$quantile", a),
           named("log_log", "follow_up", a), closed, "R survival survfit, censored and events changed over", list(d = d))
    record(case, sprintf("c(nrow(d[d$arm == \"%s\", ]), sum(d$event[d$arm == \"%s\"]))", a, a),
           named("log_log", c("N", "n_event"), a), closed, "R", list(d = d))
  }
}
at <- list(c(6, 0.857, 0.0764), c(7, 0.807, 0.0869), c(10, 0.753, 0.0963), c(13, 0.690, 0.1068), c(16, 0.627, 0.1141),
           c(22, 0.538, 0.1282), c(23, 0.448, 0.1346))
book <- "Freireich's data, R survfit in public lessons (KMsurv, drug6mp)"
d <- data_of(inputs$freireich)
for (row in at) {
  record("freireich", sprintf("shares(d, \"mp\", \"log-log\", 0.95, %g)[1]", row[1]),
         named("log_log", "estimate", "mp", row[1]), closed, "R survival summary(survfit)", list(d = d))
  published("freireich", named("log_log", "estimate", "mp", row[1]), row[2], 3, book)
  record("freireich", sprintf("summary(survfit(Surv(time, event) ~ 1, d[d$arm == \"mp\", ]), times = %g)$n.risk", row[1]),
         named("log_log", "n.risk", "mp", row[1]), closed, "R survival summary(survfit)", list(d = d))
}
published("freireich", named("log_log", "estimate", c("mp", "placebo"), "median"), c(23, 8), 0, book)
cells <- c("adeno", "large", "smallcell", "squamous")
published("veteran_cells", named("log_log", "estimate", cells, "median"), c(51, 156, 51, 118), 0,
          "R survival, veteran by celltype, survfit in public lessons (data as in SAS PROC LIFETEST, example 1)")
published("lung", named("log", limits, "men", "median"), c(270, 212, 310), 0, "R survival, lung by sex, survfit in public lessons")
published("lung", named("log", limits, "women", "median"), c(426, 348, 550), 0, "R survival, lung by sex, survfit in public lessons")
finish("survival")
