# Odds ratio of x1 of n1 to x2 of n2 with both margins given: the most likely one, and Fisher's exact limits. fisher.test
# solves the same equations and ends its search earlier.
conditional_odds <- function(x1, n1, x2, n2, level) {
  m <- x1 + x2
  k <- max(0, m - n2):min(n1, m)
  logs <- dhyper(k, n1, n2, m, log = TRUE)
  chances <- function(g) {
    w <- logs + k * g
    w <- exp(w - max(w))
    w / sum(w)
  }
  tail <- (1 - level) / 2
  solved <- function(f) exp(uniroot(function(g) f(chances(g)), c(-50, 50), tol = 1e-13, maxiter = 10000)$root)
  c(if (x1 == min(k)) 0 else if (x1 == max(k)) Inf else solved(function(p) sum(p * k) - x1),
    if (x1 == min(k)) 0 else solved(function(p) sum(p[k >= x1]) - tail),
    if (x1 == max(k)) Inf else solved(function(p) sum(p[k <= x1]) - tail))
}

# Score limits by inverting the test; variance times N/(N - 1), Miettinen and Nurminen (Stat Med 1985;4:213-226).
score_odds <- function(x1, n1, x2, n2, level) {
  z <- qnorm((1 + level) / 2)
  score <- function(g) {
    gap <- function(l) x1 - n1 * plogis(l + g) + x2 - n2 * plogis(l)
    l <- uniroot(gap, c(-60, 60), tol = 1e-14, maxiter = 10000)$root
    p <- plogis(l + g); q <- plogis(l)
    (x1 - n1 * p) * sqrt((1 / (n1 * p * (1 - p)) + 1 / (n2 * q * (1 - q))) * (n1 + n2 - 1) / (n1 + n2))
  }
  limit <- function(side) exp(uniroot(function(g) score(g) - side * z, c(-12, 12), tol = 1e-12, maxiter = 10000)$root)
  c(if (x1 == 0 || x2 == n2) 0 else limit(1), if (x1 == n1 || x2 == 0) Inf else limit(-1))
}
