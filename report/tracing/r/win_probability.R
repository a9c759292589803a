# The probability that a value of x is higher than one of y, ties as half, and two intervals of it.
higher <- function(x, y) mean(outer(x, y, ">") + outer(x, y, "==") / 2)

# Newcombe (Stat Med 2006;25:559-573), method 5: where the estimate lies z standard errors away, those of the limit.
newcombe_win <- function(x, y, level) {
  p <- higher(x, y)
  star <- (length(x) + length(y)) / 2 - 1
  away <- function(t) {
    spread <- t * (1 - t) * (1 + star * ((1 - t) / (2 - t) + t / (1 + t))) / (length(x) * length(y))
    (p - t)^2 - qnorm((1 + level) / 2)^2 * spread
  }
  c(if (p > 0) uniroot(away, c(0, p - 1e-9), tol = 1e-14)$root else 0,
    if (p < 1) uniroot(away, c(p + 1e-9, 1), tol = 1e-14)$root else 1)
}

# Brunner and Munzel (Biom J 2000;42:17-25), cut at 0 and 1.
brunner_munzel_win <- function(x, y, level) {
  wins <- sapply(x, function(value) higher(value, y))
  losses <- sapply(y, function(value) higher(value, x))
  parts <- c(var(wins) / length(x), var(losses) / length(y))
  df <- sum(parts)^2 / sum(parts^2 / (c(length(x), length(y)) - 1))
  pmin(1, pmax(0, mean(wins) + c(-1, 1) * qt((1 + level) / 2, df) * sqrt(sum(parts))))
}
