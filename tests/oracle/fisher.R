# Fisher's exact test: two-sided p, and the sample odds ratio ad/bc (not R's conditional estimate).
source("_common.R")
for (case in names(having("table"))) {
  m <- inputs[[case]]$table
  record(case, "fisher.test(m)$p.value", "p_value", closed, "R fisher.test", list(m = m))
  record(case, "m[1, 1] * m[2, 2] / (m[1, 2] * m[2, 1])", "odds_ratio", closed, "R: definition", list(m = m))
  # The sum over the tables no more likely than the observed one, written out.
  record(case, paste("{ p <- dhyper(0:sum(m[, 1]), sum(m[1, ]), sum(m[2, ]), sum(m[, 1]));",
                     "sum(p[p <= p[m[1, 1] + 1] * (1 + 1e-7)]) }"), "p_value", closed, "R dhyper", list(m = m))
}
finish()
