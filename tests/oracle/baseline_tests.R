# Tests of baseline variables in two and more arms, the first arm minus the second where there is a direction.
source("_common.R")
samples <- fromJSON("inputs_samples.json", simplifyVector = FALSE)
levels_ <- fromJSON("inputs_levels.json", simplifyVector = TRUE)
pbc <- "R package tableone, introduction: pbc by trt"
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
published("sleep", c("t_statistic", "t_p"), c(-1.8608, 0.07919), 4, "R documentation of sleep; Student 1908")
published("sleep", c("welch_statistic", "welch_df", "welch_p"), c(-1.8608, 17.7765, 0.0794), 4, "R documentation of sleep")
published("pbc_age", "t_p", 0.018, 3, pbc)
published("pbc_time", "t_p", 0.883, 3, pbc)
published("pbc_bili", "t_p", 0.131, 3, pbc)
published("pbc_status", "chi_squared_p", 0.894, 3, pbc)
published("pbc_edema", "chi_squared_p", 0.877, 3, pbc)
published("pbc_stage", "chi_squared_p", 0.201, 3, pbc)
published("plant_growth", c("t_statistic", "t_p"), c(4.846, 0.0159), 3, "R documentation of PlantGrowth; Dobson 1983")
published("airquality", c("rank_statistic"), 29.267, 3, "R documentation of kruskal.test")
published("mucociliary", "rank_statistic", 0.771, 3, "Hollander and Wolfe 1973, page 115")
published("mucociliary", "rank_p", 0.68, 2, "Hollander and Wolfe 1973, page 115")
published("party", "chi_squared_statistic", 30.07, 2, "Agresti 2007, page 39")
published("eyes_hair", "chi_squared_p", 0.0073, 4, "SAS/STAT, FREQ, Output Data Set of Chi-Square Statistics")
published("tea", "fisher_p", 0.4857, 4, "Agresti 1990, page 61; R documentation of fisher.test")
published("convicts", "fisher_p", 0.0005367, 7, "Fisher 1962, 1970; R documentation of fisher.test")
finish()
