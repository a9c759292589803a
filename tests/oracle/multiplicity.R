# Adjusted p values: R's p.adjust, and the definition of each procedure written out.
source("_common.R")
inputs <- fromJSON("inputs_multiplicity.json", simplifyVector = FALSE)
for (case in inputs) {
  p <- as.numeric(unlist(case$p)); m <- length(p)
  with <- list(p = p, m = m)
  for (name in c("bonferroni", "holm", "hochberg", "BH")) {
    stats <- paste0(tolower(name), "_", seq_len(m))
    record(case$case, sprintf('p.adjust(p, "%s")', name), stats, closed, "R p.adjust", with)
  }
  record(case$case, "pmin(1, cummax((m - seq_len(m) + 1) * sort(p)))[rank(p, ties.method = 'first')]",
         paste0("holm_", seq_len(m)), closed, "Holm written out", with)
  record(case$case, "pmin(1, rev(cummin(rev((m - seq_len(m) + 1) * sort(p)))))[rank(p, ties.method = 'first')]",
         paste0("hochberg_", seq_len(m)), closed, "Hochberg written out", with)
  record(case$case, "cummax(p)", paste0("fixed_", seq_len(m)), closed, "largest p so far", with)
}
finish()
