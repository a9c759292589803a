# Score test of proportional odds: the slopes of the likelihood of a model with a cut and slopes of its own for each
# level, and its expected information, both at the common slopes of a fit by ordinal::clm.
proportional_score <- function(fit, x, y) {
  k <- nlevels(y) - 1; p <- ncol(x)
  below <- plogis(outer(-as.vector(x %*% fit$beta), fit$alpha, "+"))
  chances <- t(apply(cbind(0, below, 1), 1, diff)); density <- below * (1 - below)
  score <- 0; information <- 0
  for (j in seq_len(k + 1)) {
    w <- matrix(0, nrow(x), k)
    if (j <= k) w[, j] <- density[, j]
    if (j > 1) w[, j - 1] <- -density[, j - 1]
    w <- w / chances[, j]
    g <- do.call(cbind, lapply(seq_len(k), function(i) w[, i] * cbind(1, -x)))
    score <- score + colSums(g[as.integer(y) == j, , drop = FALSE])
    information <- information + crossprod(g, g * chances[, j])
  }
  found <- as.numeric(score %*% solve(information, score))
  c(found, (k - 1) * p, pchisq(found, (k - 1) * p, lower.tail = FALSE))
}
