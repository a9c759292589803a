# Standard error, geometric mean and coefficient of variation, quartiles of types 2 and 7 (NaN where there is none).
source("_common.R")
inputs <- fromJSON("inputs_descriptives.json", simplifyVector = TRUE)
sas <- "SAS/STAT, PROC TTEST, Equivalence Testing with Lognormal Data: SAS output shown by CAMIS (PSI), Paired t-test in SAS"
quartiles <- function(x, type) quantile(x, c(0.25, 0.75), type = type)
geometric <- function(x) if (any(x <= 0)) c(NaN, NaN) else c(exp(mean(log(x))), sqrt(exp(var(log(x))) - 1))
for (case in names(inputs)) {
  with <- list(x = inputs[[case]]$sample)
  record(case, "c(mean(x), sd(x), sd(x) / sqrt(length(x)))", c("mean", "sd", "se"), closed, "R", with)
  record(case, "c(median(x), min(x), max(x))", c("median", "min", "max"), closed, "R", with)
  for (type in c(2, 7)) {
    record(case, sprintf("quartiles(x, %d)", type), paste0(c("p25", "p75"), "_type", type), closed, "R quantile", with)
  }
  if (case == "wide") next  # a coefficient of about 1e69, for which no absolute tolerance would do
  record(case, "geometric(x)", c("geometric_mean", "geometric_cv"), closed, "R, by definition", with)
}
published("auc_ratio", c("geometric_mean", "geometric_cv"), c(0.9412, 0.1676), 4, sas)
sql <- "the same example by SAS PROC SQL, on the web page of Hu 2012, Statistical Notes (1): Geometric Mean"
published("auc_test", "geometric_mean", 78.315, 3, sql)
published("auc_reference", "geometric_mean", 83.2077, 4, sql)
published("one_to_ten", c("p25_type2", "p75_type2"), c(3, 8), 0, "by the definition of SAS, PCTLDEF=5; no print")
published("one_to_ten", c("p25_type7", "p75_type7"), c(3.25, 7.75), 2, "by the definition of R's type 7; no print")
finish()
