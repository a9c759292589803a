# Tests of baseline variables in two and more arms, the first arm minus the second where there is a direction.
source("_common.R")
samples <- fromJSON("inputs_samples.json", simplifyVector = FALSE)
levels_ <- fromJSON("inputs_levels.json", simplifyVector = TRUE)
pbc <- "R package tableone, pbc by trt as its tests have it printed (ref-TableOne_defaultPrint)"
named <- function(test, degrees = "df") paste(test, c("statistic", degrees, "p"), sep = "_")
of <- function(test) c(test$statistic, test$parameter, test$p.value)
spread <- function(arms) vapply(arms, function(x) length(unique(x)) > 1, TRUE)
# ranks and their normal approximation written out, for two arms
ranked <- function(x, y) {
  r <- rank(c(x, y)); n <- length(r); m <- length(x)
  w <- sum(r[seq_len(m)]) - m * (m + 1) / 2
  ties <- table(r)
  v <- m * (n - m) / 12 * (n + 1 - sum(ties^3 - ties) / (n * (n - 1)))
  c(w, 2 * pnorm(-abs(w - m * (n - m) / 2) / sqrt(v)))
}
for (case in names(samples)) {
  arms <- lapply(samples[[case]]$samples, unlist)
  with <- list(v = unlist(arms), g = factor(rep(seq_along(arms), lengths(arms))), x = arms[[1]], y = arms[[2]])
  if (length(unique(with$v)) == 1) next  # R stops, or gives NaN
  if (length(arms) == 2) {
    record(case, "of(t.test(x, y, var.equal = TRUE))", named("t"), iterative, "R t.test", with)
    record(case, "anova(lm(v ~ g))[1, 5]", "t_p", iterative, "R anova(lm)", with)
    if (min(lengths(arms)) > 1) record(case, "of(t.test(x, y))", named("welch"), iterative, "R t.test", with)
    if (all(spread(arms)) && min(lengths(arms)) > 1) {
      record(case, "of(oneway.test(v ~ g))[4]", "welch_p", iterative, "R oneway.test", with)
    }
    record(case, "of(wilcox.test(x, y, exact = FALSE, correct = FALSE))", c("rank_statistic", "rank_p"), closed,
           "R wilcox.test", with)
    record(case, "ranked(x, y)", c("rank_statistic", "rank_p"), closed, "R, mid-ranks written out", with)
    record(case, "kruskal.test(v, g)$p.value", "rank_p", closed, "R kruskal.test", with)
  } else {
    degrees <- c("df", "df.residual")
    record(case, "of(oneway.test(v ~ g, var.equal = TRUE))", named("t", degrees), iterative, "R oneway.test", with)
    record(case, "anova(lm(v ~ g))[1, 4:5]", c("t_statistic", "t_p"), iterative, "R anova(lm)", with)
    record(case, "of(oneway.test(v ~ g))", named("welch", degrees), iterative, "R oneway.test", with)
    record(case, "of(kruskal.test(v, g))", named("rank"), closed, "R kruskal.test", with)
  }
}
for (case in names(levels_)) {
  with <- list(m = levels_[[case]]$counts)
  with$m <- with$m[rowSums(with$m) > 0, ]
  record(case, "of(chisq.test(m, correct = FALSE))", named("chi_squared"), closed, "R chisq.test", with)
  if (sum(with$m) < 1e5 && !case %in% c("eyes_hair", "rhc_race", "party", "job")) {
    record(case, "fisher.test(m, workspace = 2e7)$p.value", "fisher_p", 1e-7,
           "R fisher.test; its network algorithm keeps about 7 digits of a larger table", with)
  }
}
published("sleep", c("t_statistic", "t_p"), c(-1.8608, 0.07919), 4,
          "SAS PROC TTEST in the validation report of R package DescrTab2 (-1.86, 0.0792); t -1.8608 as in R's help page t.test")
published("sleep", c("welch_statistic", "welch_df", "welch_p"), c(-1.8608, 17.7765, 0.0794), 4,
          "R help page t.test (sleep; data of Student 1908), as its example prints it (df 17.776, p 0.07939)")
published("pbc_age", "t_p", 0.018, 3, pbc)
published("pbc_time", "t_p", 0.883, 3, pbc)
published("pbc_bili", "t_p", 0.131, 3, pbc)
published("pbc_status", "chi_squared_p", 0.894, 3, pbc)
published("pbc_edema", "chi_squared_p", 0.877, 3, pbc)
published("pbc_stage", "chi_squared_p", 0.201, 3, pbc)
published("plant_growth", c("t_statistic", "t_p"), c(4.846, 0.0159), 3,
          "R help page PlantGrowth (data of Dobson 1983), as its example prints it")
published("airquality", c("rank_statistic"), 29.267, 3, "R help page kruskal.test, as its example prints it")
hollander <- "R help page kruskal.test (data of Hollander and Wolfe 1973, 116), as its example prints it (the book not seen)"
published("mucociliary", "rank_statistic", 0.771, 3, hollander)
published("mucociliary", "rank_p", 0.68, 2, hollander)
published("party", "chi_squared_statistic", 30.07, 2,
          "R help page chisq.test (data of Agresti 2007, p. 39), as its example prints it; SAS in R package DescrTab2 (30.0701)")
published("eyes_hair", "chi_squared_p", 0.0073, 4,
          "SAS/STAT User's Guide, PROC FREQ, Output Data Set of Chi-Square Statistics, in its text")
published("tea", "fisher_p", 0.4857, 4,
          "two-sided p of Fisher's tea in public R lessons; R's help page fisher.test (Agresti 1990, 61f) prints the one-sided 0.2429")
published("convicts", "fisher_p", 0.0005367, 7,
          "R help page fisher.test (data of Fisher 1962, 1970), as its example prints it")
finish()
