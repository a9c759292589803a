# Hodges-Lehmann estimate of one sample of differences: the median of the Walsh averages, zeros kept, and the
# interval between the k-th smallest and k-th largest of them, with the level this k achieves when there are no ties.
source("_common.R")

walsh <- function(x) {
  sums <- outer(x, x, "+") / 2
  sort(sums[lower.tri(sums, diag = TRUE)])
}

for (case in names(having("differences"))) {
  x <- inputs[[case]]$differences
  level <- level_of(inputs[[case]])
  with <- list(x = x, level = level)
  k <- sprintf("max(1, qsignrank((1 - %s) / 2, %d))", level, length(x))
  by_order <- "Walsh averages in R, k by qsignrank"
  record(case, k, "k", closed, "R qsignrank", with)
  record(case, sprintf("1 - 2 * psignrank(%s - 1, %d)", k, length(x)), "achieved_level", closed,
         "R psignrank", with)
  record(case, "median(walsh(x))", "estimate", closed, "Walsh averages in R: definition", with)
  record(case, sprintf("walsh(x)[%s]", k), "conf_low", closed, by_order, with)
  record(case, sprintf("rev(walsh(x))[%s]", k), "conf_high", closed, by_order, with)
  if (all(x != 0) && !anyDuplicated(abs(x)) && length(x) > 1) {
    record(case, sprintf("wilcox.test(x, exact = TRUE, conf.int = TRUE, conf.level = %s)[c(\"estimate\", \"conf.int\")]",
                         level), c("estimate", "conf_low", "conf_high"), closed, "R wilcox.test", with)
  }
}
finish()
