# Gray's test of all arms and pairwise, within strata where the case has them.
source("_times.R")
tested <- function(d) {
  d$arm <- droplevels(d$arm)
  stratum <- if (is.null(d$stratum)) rep("", nrow(d)) else d$stratum
  t <- cuminc(d$time, d$status, d$arm, stratum)$Tests[1, ]
  c(t[["stat"]], t[["df"]], pchisq(t[["stat"]], t[["df"]], lower.tail = FALSE))
}
for (case in c("mgus", "ties", "freireich", "ovarian", "lung", "veteran", "veteran_cells", "twelve", "last_dies")) for (kept in c(TRUE, FALSE)) {
  d <- data_of(inputs[[case]])
  if (!kept && is.null(d$stratum)) next
  if (!kept) d$stratum <- NULL
  variant <- if (kept && !is.null(d$stratum)) "stratified" else "plain"
  arms <- inputs[[case]]$arms
  for (a in c(if (length(arms) > 2) "", arms[-1])) {
    of <- if (a == "") "d" else sprintf("d[d$arm %%in%% c(\"%s\", \"%s\"), ]", arms[1], a)
    record(case, sprintf("tested(%s)", of), named(variant, c("statistic", "df", "p.value"), a), closed, "cmprsk cuminc", list(d = d))
  }
}
finish(c("survival", "cmprsk"))
