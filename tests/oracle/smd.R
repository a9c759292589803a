# Standardised differences, the first arm minus the last: of numbers, of shares of two levels, and the distance of more.
source("_common.R")
samples <- fromJSON("inputs_samples.json", simplifyVector = FALSE)
levels_ <- fromJSON("inputs_levels.json", simplifyVector = TRUE)
of_numbers <- function(x, y) (mean(x) - mean(y)) / sqrt((var(x) + var(y)) / 2)
of_shares <- function(x, y) {
  p <- x[1] / sum(x); q <- y[1] / sum(y)
  (p - q) / sqrt((p * (1 - p) + q * (1 - q)) / 2)
}
# by the formula of Yang and Dalton, with the sign of the off-diagonal elements that a covariance has; last level left out
of_levels <- function(x, y) {
  keep <- x + y > 0
  p <- (x / sum(x))[keep]; q <- (y / sum(y))[keep]
  n <- length(p) - 1
  s <- matrix(0, n, n)
  for (k in 1:n) for (l in 1:n) {
    s[k, l] <- if (k == l) (p[k] * (1 - p[k]) + q[k] * (1 - q[k])) / 2 else -(p[k] * p[l] + q[k] * q[l]) / 2
  }
  d <- (p - q)[1:n]
  sqrt(drop(t(d) %*% solve(s) %*% d))
}
# by stats::mahalanobis on indicator variables of participants, the variances with n in the denominator
of_indicators <- function(x, y) {
  keep <- which(x + y > 0)[-1]
  mark <- function(counts) sapply(keep, function(level) rep(seq_along(counts) == level, counts))
  spread <- function(m) cov(m) * (nrow(m) - 1) / nrow(m)
  a <- mark(x) * 1; b <- mark(y) * 1
  sqrt(mahalanobis(colMeans(a), colMeans(b), (spread(a) + spread(b)) / 2))
}
for (case in names(samples)) {
  arms <- lapply(samples[[case]]$samples, unlist)
  with <- list(x = arms[[1]], y = arms[[length(arms)]])
  record(case, "of_numbers(x, y)", "smd", closed, "R, by definition", with)
}
for (case in names(levels_)) {
  counts <- levels_[[case]]$counts
  with <- list(x = counts[, 1], y = counts[, ncol(counts)])
  if (nrow(counts) == 2) {
    record(case, "of_shares(x, y)", "smd", closed, "R, by definition", with)
  } else {
    record(case, "of_levels(x, y)", "smd", closed, "R, by the formula of Yang and Dalton", with)
    if (sum(counts) < 1e5) record(case, "of_indicators(x, y)", "smd", closed, "R stats::mahalanobis", with)
  }
}
published("rhc_race", "smd", 0.036, 3, "R package tableone, vignette smd: race")
finish()
