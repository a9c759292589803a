# Values of a single arm against a goal: t test with the interval of its side, signed rank, pseudo-median.
source("_common.R")
suppressMessages(library(exactRankTests))
suppressMessages(library(coin))
inputs <- Filter(function(case) !is.null(case$sample), fromJSON("inputs_within.json", simplifyVector = TRUE))
walsh <- function(x) {
  sums <- outer(x, x, "+") / 2
  sort(sums[lower.tri(sums, diag = TRUE)])
}

for (case in names(inputs)) {
  of <- inputs[[case]]
  with <- list(x = of$sample, goal = of$goal, level = level_of(of), d = round(of$sample - of$goal, 6))
  record(case, "c(mean(x), sd(x), median(x), min(x), max(x))", c("mean", "sd", "median", "min", "max"), closed, "R", with)
  record(case, "quantile(x, c(0.25, 0.75), type = 2)", c("p25_2", "p75_2"), closed, "R quantile", with)
  record(case, "quantile(x, c(0.25, 0.75), type = 7)", c("p25_7", "p75_7"), closed, "R quantile", with)
  for (side in c("two.sided", "greater", "less")) {
    called <- sprintf("t.test(x, mu = goal, alternative = \"%s\", conf.level = level)", side)
    record(case, paste0(called, "[c(\"statistic\", \"parameter\", \"p.value\")]"), paste0(c("t_", "df_", "p_"), side),
           closed, "R t.test", with)
    record(case, paste0(called, "$conf.int"), paste0(c("low_", "high_"), side), closed, "R t.test", with)
    test <- sprintf("exactRankTests::wilcox.exact(d, exact = TRUE, alternative = \"%s\")", side)
    record(case, paste0(test, "[c(\"statistic\", \"p.value\")]"), paste0(c("v_", "exact_"), side), closed,
           "exactRankTests wilcox.exact of differences rounded to six decimals", with)
    record(case, sprintf("wilcox.test(d, exact = FALSE, alternative = \"%s\")$p.value", side), paste0("normal_", side),
           closed, "R wilcox.test", with)
  }
  record(case, "pvalue(wilcoxsign_test(d ~ rep(0, length(d)), distribution = \"exact\", zero.method = \"Pratt\"))",
         "pratt", closed, "coin", with)
  k <- "qsignrank((1 - level) / 2, length(x))"
  record(case, "median(walsh(x))", "pseudo_median", closed, "Walsh averages in R: definition", with)
  if (qsignrank((1 - with$level) / 2, length(with$x)) > 0) {
    record(case, sprintf("c(walsh(x)[%s], rev(walsh(x))[%s])", k, k), c("hl_low", "hl_high"), closed,
           "Walsh averages in R, k by qsignrank", with)
    record(case, sprintf("1 - 2 * psignrank(%s - 1, length(x))", k), "hl_level", closed, "R psignrank", with)
  }
}
sas <- "SAS/STAT 9.22 User's Guide, PROC TTEST, One-Sample t Test (data of Huntsberger and Billingsley 1989)"
published("court", c("mean", "sd", "low_greater"), c(89.85, 19.1456, 84.1659), 4, sas)
published("court", "p_greater", 0.0164, 4, sas)
published("court", "t_greater", 2.30, 2, sas)
finish(c("exactRankTests", "coin"))
