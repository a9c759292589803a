# Score intervals of two proportions by inverting the test, without any closed form: the likelihood under the
# hypothesis is maximised numerically (halving on its slope, which falls all the way), the limit found by uniroot.
# correction TRUE: variance times N/(N - 1), Miettinen and Nurminen (Stat Med 1985;4:213-226); FALSE: Mee (difference),
# Koopman (ratio; Biometrics 1984;40:513-517).
slope_term <- function(x, n, p) (if (x > 0) x / p else 0) - (if (n > x) (n - x) / (1 - p) else 0)

highest <- function(slope, low, high) {
  for (i in 1:2000) {
    middle <- (low + high) / 2
    if (middle <= low || middle >= high) break
    if (slope(middle) > 0) low <- middle else high <- middle
  }
  (low + high) / 2
}

factor_of <- function(n1, n2, correction) if (correction) (n1 + n2) / (n1 + n2 - 1) else 1

difference_score <- function(d, x1, n1, x2, n2, correction) {
  p2 <- highest(function(p) slope_term(x1, n1, p + d) + slope_term(x2, n2, p), max(0, -d), min(1, 1 - d))
  p1 <- min(1, max(0, p2 + d))
  v <- (p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2) * factor_of(n1, n2, correction)
  far <- x1 / n1 - x2 / n2 - d
  if (far == 0) 0 else far / sqrt(v)
}

ratio_score <- function(log_ratio, x1, n1, x2, n2, correction) {
  r <- exp(log_ratio)
  p2 <- highest(function(p) r * slope_term(x1, n1, r * p) + slope_term(x2, n2, p), 0, min(1, 1 / r))
  p1 <- min(1, r * p2)
  v <- (p1 * (1 - p1) / n1 + r^2 * p2 * (1 - p2) / n2) * factor_of(n1, n2, correction)
  far <- x1 / n1 - r * x2 / n2
  if (far == 0) 0 else far / sqrt(v)
}

root <- function(f, low, high) uniroot(f, c(low, high), tol = 1e-12, maxiter = 10000)$root

difference_interval <- function(x1, n1, x2, n2, level, correction) {
  z <- qnorm((1 + level) / 2)
  score <- function(d) difference_score(d, x1, n1, x2, n2, correction)
  e <- x1 / n1 - x2 / n2
  edge <- 1e-9
  c(if (e <= -1) -1 else root(function(d) score(d) - z, -1 + edge, e),
    if (e >= 1) 1 else root(function(d) score(d) + z, e, 1 - edge))
}

ratio_interval <- function(x1, n1, x2, n2, level, correction) {
  z <- qnorm((1 + level) / 2)
  score <- function(g) ratio_score(g, x1, n1, x2, n2, correction)
  e <- log(x1 / n1) - log(x2 / n2)
  c(if (x1 == 0) 0 else exp(root(function(g) score(g) - z, -25, min(e, 25))),
    if (x2 == 0) Inf else exp(root(function(g) score(g) + z, max(e, -25), 25)))
}
