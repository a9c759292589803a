# Log-rank, Peto-Peto and Gehan-Wilcoxon tests, of all arms and pairwise, within strata where the case has them.
source("_times.R")
tested <- function(d, rho = 0) {
  d$arm <- droplevels(d$arm)
  s <- if (is.null(d$stratum)) survdiff(Surv(time, event) ~ arm, d, rho = rho) else
    survdiff(Surv(time, event) ~ arm + strata(stratum), d, rho = rho)
  c(s$chisq, length(levels(d$arm)) - 1, pchisq(s$chisq, length(levels(d$arm)) - 1, lower.tail = FALSE))
}
# each weighted sum written out over strata, times and arms
gehan <- function(d) {
  d$arm <- droplevels(d$arm)
  k <- length(levels(d$arm))
  u <- numeric(k); v <- matrix(0, k, k)
  for (part in split(d, if (is.null(d$stratum)) rep(1, nrow(d)) else d$stratum)) for (t in unique(part$time[part$event == 1])) {
    n <- table(part$arm[part$time >= t]); e <- table(part$arm[part$time == t & part$event == 1])
    if (sum(n) < 2) next
    w <- sum(n); share <- as.numeric(n) / w
    u <- u + w * (as.numeric(e) - sum(e) * share)
    v <- v + w^2 * sum(e) * (w - sum(e)) / (w - 1) * (diag(share) - share %o% share)
  }
  chisq <- drop(u[-1] %*% solve(v[-1, -1], u[-1]))
  c(chisq, k - 1, pchisq(chisq, k - 1, lower.tail = FALSE))
}
both <- function(variant, arm = "") named(variant, c("statistic", "df", "p.value"), arm)
for (case in setdiff(names(inputs), c("half", "twelve_90"))) for (kept in c(TRUE, FALSE)) {
  d <- data_of(inputs[[case]])
  if (!kept && is.null(d$stratum)) next
  if (!kept) d$stratum <- NULL
  tail <- if (kept && !is.null(d$stratum)) "_stratified" else ""
  arms <- inputs[[case]]$arms
  pairs <- lapply(arms[-1], function(a) a)
  if (length(arms) > 2) pairs <- c(pairs, list(""))
  for (a in pairs) {
    of <- if (a == "") "d" else sprintf("d[d$arm %%in%% c(\"%s\", \"%s\"), ]", arms[1], a)
    record(case, sprintf("tested(%s)", of), both(paste0("log_rank", tail), a), closed, "R survival survdiff", list(d = d))
    record(case, sprintf("tested(%s, rho = 1)", of), both(paste0("peto", tail), a), closed, "R survival survdiff(rho = 1)", list(d = d))
    record(case, sprintf("gehan(%s)", of), both(paste0("gehan", tail), a), closed, "Gehan-Breslow written out in R", list(d = d))
  }
  if (tail == "") {
    record(case, "survdiff(Surv(time, event) ~ arm, d)$exp", named("log_rank", "expected", arms), closed, "R survival survdiff", list(d = d))
  }
}
published("freireich", both("log_rank", "mp")[1], 16.79, 2,
          "Freireich's data, quoted from memory; R survdiff in public lessons prints 16.8")
published("freireich", both("gehan", "mp")[1], 13.46, 2,
          "Kleinbaum and Klein 2012, as quoted in the tests of Python package lifelines (13.457852)")
published("freireich", named("log_rank", "expected", c("placebo", "mp")), c(10.75, 19.25), 2,
          "Freireich's data, quoted from memory; R survdiff in public lessons prints 10.7 and 19.3")
va <- "SAS/STAT User's Guide, PROC LIFETEST, the VA lung cancer data: data seen; the figure quoted from memory, not seen"
published("veteran_cells", both("log_rank")[1], 25.4037, 4, va)
published("veteran_cells", both("gehan")[1:1], 19.4331, 4, va)
finish("survival")
