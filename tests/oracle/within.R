# Change within participants: mean and t test, sign test, and the signed-rank test beyond its exact two-sided form.
source("_common.R")
suppressMessages(library(coin))
suppressMessages(library(exactRankTests))
own <- fromJSON("inputs_within.json", simplifyVector = TRUE)
chosen <- c("hamilton", "sleep", "darwin", "darwin_90", "ties", "ties_zeros", "six_falling", "five_falling_one_zero",
            "one", "all_zero", "symmetric_ties", "decimals_tied", "plain_20", "tied_08", "tied_15", "tied_25")
inputs <- c(Filter(function(case) !is.null(case$differences), own), inputs[chosen])

# The normal approximation as it is defined: V less its mean, over its standard deviation, ties and zeros as ranked.
z_of <- function(x, pratt, correct, side) {
  r <- if (pratt) rank(abs(x))[x != 0] else rank(abs(x[x != 0]))
  gap <- sum(r[x[x != 0] > 0]) - sum(r) / 2
  towards <- if (!correct) 0 else switch(side, two.sided = sign(gap) / 2, greater = 1 / 2, less = -1 / 2)
  (gap - towards) / sqrt(sum(r^2) / 4)
}
p_of <- function(z, side) switch(side, two.sided = 2 * pnorm(-abs(z)), greater = pnorm(-z), less = pnorm(z))
one_side <- function(x, pratt, side) {
  r <- if (pratt) rank(abs(x))[x != 0] else rank(abs(x[x != 0]))
  sums <- as.matrix(expand.grid(rep(list(0:1), length(r)))) %*% r
  v <- sum(r[x[x != 0] > 0])
  if (side == "greater") mean(sums >= v - 1e-9) else mean(sums <= v + 1e-9)
}

for (case in names(inputs)) {
  x <- inputs[[case]]$differences
  with <- list(x = x, level = level_of(inputs[[case]]))
  record(case, "mean(x)", "mean", closed, "R", with)
  if (length(unique(x)) > 1) {
    record(case, "t.test(x)[c(\"statistic\", \"parameter\", \"p.value\")]", c("t", "df", "p_t"), closed, "R t.test", with)
    record(case, "t.test(x, conf.level = level)$conf.int", c("t_low", "t_high"), closed, "R t.test", with)
    record(case, "sd(x)", "sd", closed, "R", with)
  }
  record(case, "sum(x > 0)", "rises", closed, "count", with)
  if (all(x == 0)) next
  record(case, "binom.test(sum(x > 0), sum(x != 0))$p.value", "p_sign", closed, "R binom.test", with)
  record(case, "min(1, 2 * pbinom(min(sum(x > 0), sum(x < 0)), sum(x != 0), 0.5))", "p_sign", closed, "R pbinom", with)
  record(case, "2 * 0.5^sum(x != 0)", "floor", closed, "definition", with)
  for (correct in c(TRUE, FALSE)) {
    end <- if (correct) "corrected" else "plain"
    for (side in c("two.sided", "greater", "less")) {
      called <- sprintf("wilcox.test(x, exact = FALSE, correct = %s, alternative = \"%s\")$p.value", correct, side)
      record(case, called, paste("p", "drop", end, side, sep = "_"), closed, "R wilcox.test", with)
      for (pratt in c(FALSE, TRUE)) {
        of <- sprintf("z_of(x, %s, %s, \"%s\")", pratt, correct, side)
        name <- paste(if (pratt) "pratt" else "drop", end, side, sep = "_")
        record(case, of, paste0("z_", name), closed, "definition in R", with)
        record(case, sprintf("p_of(%s, \"%s\")", of, side), paste0("p_", name), closed, "definition in R", with)
      }
    }
  }
  asymptotic <- "wilcoxsign_test(x ~ rep(0, length(x)), distribution = \"asymptotic\", zero.method = \"%s\")"
  record(case, sprintf("pvalue(%s)", sprintf(asymptotic, "Pratt")), "p_pratt_plain_two.sided", closed, "coin", with)
  record(case, sprintf("pvalue(%s)", sprintf(asymptotic, "Wilcoxon")), "p_drop_plain_two.sided", closed, "coin", with)
  for (side in c("greater", "less")) {
    record(case, sprintf("exactRankTests::wilcox.exact(x, alternative = \"%s\")$p.value", side),
           paste("p_drop_exact", side, sep = "_"), closed, "exactRankTests wilcox.exact", with)
    if (length(x) > 15) next
    for (pratt in c(FALSE, TRUE)) {
      record(case, sprintf("one_side(x, %s, \"%s\")", pratt, side),
             paste("p", if (pratt) "pratt" else "drop", "exact", side, sep = "_"), closed, "all sign patterns", with)
    }
  }
}

sas <- "Base SAS Procedures Guide, Statistical Procedures, PROC UNIVARIATE, example 4.13, Sign Test Using Paired Data"
record("score_change", "wilcox.exact(x)[c(\"statistic\", \"p.value\")]", c("v", "p_exact"), closed,
       "exactRankTests wilcox.exact", list(x = inputs$score_change$differences))
published("score_change", c("mean", "sd", "t"), c(-3.08333, 13.33797, -0.80079), 5, sas)
published("score_change", c("p_t", "p_sign", "p_exact"), c(0.4402, 0.7744, 0.5278), 4, sas)
published("score_change", c("rises", "v"), c(-1 + 6, -8.5 + 39), 1, paste(sas, "(M + n/2, S + n(n+1)/4)"))
published("score_change", c("t_low", "t_high"), c(-11.56, 5.39), 2, "SAS Procedures Guide, Version 8, PROC UNIVARIATE, example 4, in its text")
peers <- "Peers 1996, Statistical Analysis for Education and Psychology Researchers, figure 7.6 (SAS PROC UNIVARIATE)"
record("relationships", "wilcox.exact(x)[c(\"statistic\", \"p.value\")]", c("v", "p_exact"), closed,
       "exactRankTests wilcox.exact", list(x = inputs$relationships$differences))
published("relationships", c("mean", "sd", "t"), c(1.4, 1.429841, 3.096281), 6, peers)
published("relationships", c("p_t", "p_sign", "p_exact"), c(0.0128, 0.0703, 0.0234), 4, peers)
published("relationships", c("rises", "v"), c(3 + 4, 16.5 + 18), 1, paste(peers, "(M + n/2, S + n(n+1)/4)"))
ttest <- "SAS/STAT User's Guide, PROC TTEST, Paired Comparisons (there before minus after: signs turned)"
published("pressure", c("mean", "t_low", "t_high"), c(1.8333, -1.8698, 5.5365), 4, ttest)
published("pressure", "t", 1.09, 2, ttest)
published("pressure", "p_t", 0.2992, 4, ttest)
published("hamilton", "p_drop_exact_less", 0.01953, 5, "R help page wilcox.test (data of Hollander and Wolfe 1973, 29f), as its example prints it")
published("sleep", c("t", "mean"), c(4.0621, 1.58), 4, "R help page t.test (sleep, paired), as its example prints it (there drug 1 minus drug 2)")
published("sleep", "p_t", 0.002833, 6, "R help page t.test (sleep, paired), as its example prints it")
finish(c("coin", "exactRankTests"))
