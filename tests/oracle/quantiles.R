# Quantiles of types 2, 6, 7 and 8, median, mean and standard deviation (NaN where one value has none).
source("_common.R")
for (case in names(having("sample"))) {
  with <- list(x = inputs[[case]]$sample)
  for (type in c(2, 6, 7, 8)) {
    record(case, sprintf("quantile(x, c(0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95), type = %d)", type),
           paste0(c("p05", "p10", "p25", "p50", "p75", "p90", "p95"), "_type", type), closed, "R quantile", with)
  }
  record(case, "c(median(x), mean(x), sd(x), min(x), max(x))", c("median", "mean", "sd", "min", "max"), closed, "R",
         with)
}
finish()
