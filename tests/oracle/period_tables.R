# Events in two periods as a table that ignores the pairing: participants with an event and without one, or events and
# the days that are left when each event takes one; rows later and earlier.
source("_common.R")
for (case in names(having("days_after"))) {
  if (!is.null(inputs[[case]]$level)) next
  with <- with(inputs[[case]], list(
    people = rbind(c(sum(after > 0), sum(days_after > 0 & after == 0)), c(sum(before > 0), sum(before == 0))),
    days = rbind(c(sum(after), sum(days_after) - sum(after)), c(sum(before), sum(days_before) - sum(before)))))
  for (table in c("people", "days")) {
    record(case, sprintf("fisher.test(%s)$p.value", table), paste0("p_", table), closed, "R fisher.test", with)
    record(case, sprintf(paste("{ m <- %s; p <- dhyper(0:sum(m[, 1]), sum(m[1, ]), sum(m[2, ]), sum(m[, 1]));",
                               "sum(p[p <= p[m[1, 1] + 1] * (1 + 1e-7)]) }"), table), paste0("p_", table), closed,
           "R dhyper", with)
  }
}
finish()
