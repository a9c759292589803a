# Events of two arms over strata: Mantel-Haenszel odds ratio with the variance of Robins, Breslow and Greenland, the test
# of Breslow and Day with and without Tarone's correction, and the risk difference with Mantel-Haenszel weights and
# stratified score (Miettinen-Nurminen) or Newcombe (Yan and Su) limits. A layer holds events and participants of the
# first arm, then of the second.
source("_binary.R")
suppressMessages(library(metafor))

both <- function(s) s[s[, 2] > 0 & s[, 4] > 0, , drop = FALSE]
informing <- function(s) {
  s <- both(s); e <- s[, 1] + s[, 3]
  s[e > 0 & e < s[, 2] + s[, 4], , drop = FALSE]
}
fitted <- function(s, level) {
  s <- informing(s)
  rma.mh(ai = s[, 1], n1i = s[, 2], ci = s[, 3], n2i = s[, 4], measure = "OR", level = 100 * level, correct = FALSE)
}
pooled <- function(s, level) { f <- fitted(s, level); exp(c(f$beta, f$ci.lb, f$ci.ub)) }
homogeneity <- function(s) { f <- fitted(s, 0.95); c(f$BD, f$BDp, f$TA, f$TAp, nrow(informing(s)) - 1) }

weights <- function(s) { w <- s[, 2] * s[, 4] / (s[, 2] + s[, 4]); w / sum(w) }
difference <- function(s) sum(weights(s) * (s[, 1] / s[, 2] - s[, 3] / s[, 4]))
score_limits <- function(s, level) {
  s <- both(s); w <- weights(s); e <- difference(s); z <- qnorm((1 + level) / 2)
  score <- function(d) {
    v <- apply(s, 1, function(r) difference_variance(d, r[1], r[2], r[3], r[4], (r[2] + r[4]) / (r[2] + r[4] - 1)))
    if (e == d) 0 else (e - d) / sqrt(sum(w^2 * v))
  }
  c(e, root(function(d) score(d) - z, -1 + 1e-9, e), root(function(d) score(d) + z, e, 1 - 1e-9))
}
wilson <- function(x, n, z) (x + z^2 / 2 + c(-1, 1) * z * sqrt(x * (n - x) / n + z^2 / 4)) / (n + z^2)
newcombe_limits <- function(s, level) {
  s <- both(s); w <- weights(s); z <- qnorm((1 + level) / 2)
  arm <- function(x, n) {
    p <- x / n; v <- p * (1 - p) / n
    q <- z * sqrt(sum(w^2 * v)) / sum(w * sqrt(v))
    each <- mapply(wilson, x, n, MoreArgs = list(z = q))
    c(each %*% w, sum(w^2 / n))
  }
  a <- arm(s[, 1], s[, 2]); b <- arm(s[, 3], s[, 4]); d <- difference(s)
  d + c(0, -z * sqrt(a[3] * a[1] * (1 - a[1]) + b[3] * b[2] * (1 - b[2])),
        z * sqrt(a[3] * a[2] * (1 - a[2]) + b[3] * b[1] * (1 - b[1])))
}

for (case in names(with_field("layers"))) {
  s <- matrix(numbers(own[[case]]$layers), ncol = 4, byrow = TRUE)
  level <- level_of(own[[case]])
  with <- list(s = s)
  limits <- c("estimate", "low", "high")
  record(case, sprintf("pooled(s, %s)", level), paste0("or_", limits), closed, "metafor rma.mh", with)
  record(case, "homogeneity(s)", c("none_statistic", "none_p", "tarone_statistic", "tarone_p", "df"), closed,
         "metafor rma.mh (BD, TA)", with)
  record(case, sprintf("score_limits(s, %s)", level), paste0("mn_", limits), iterative,
         "R: score with numerical likelihood, uniroot", with)
  record(case, sprintf("newcombe_limits(s, %s)", level), paste0("newcombe_", limits), closed, "R: rule of Yan and Su", with)
}
sas <- "SAS/STAT, PROC FREQ, example Cochran-Mantel-Haenszel Statistics (migraine): data seen; these figures quoted from memory, not seen"
published("s_migraine", paste0("or_", c("estimate", "low", "high")), c(3.3132, 1.4456, 7.5934), 4, sas)
published("s_migraine", c("none_statistic", "none_p"), c(1.4929, 0.2218), 4, sas)
book <- "tests of R package contingencytables, companion to Fagerland, Lydersen and Laake 2017 (the book itself not seen)"
published("s_doll_hill", "or_estimate", 4.5239, 4, book)
published("s_doll_hill", "tarone_statistic", 5.175, 3, book)
published("s_doll_hill", "tarone_p", 0.022919, 6, book)
finish("metafor")
