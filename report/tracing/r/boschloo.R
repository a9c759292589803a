# Boschloo's test: every table ordered by Fisher's two-sided p; the largest chance over all common risks of one that is
# as extreme.
boschloo <- function(x1, n1, x2, n2) {
  one <- function(a, b) fisher.test(rbind(c(a, n1 - a), c(b, n2 - b)))$p.value
  p <- outer(0:n1, 0:n2, Vectorize(one))
  extreme <- p <= p[x1 + 1, x2 + 1] * (1 + 1e-7)
  chance <- function(angle) {
    sum(outer(dbinom(0:n1, n1, sin(angle)^2), dbinom(0:n2, n2, sin(angle)^2))[extreme])
  }
  grid <- seq(0, pi / 2, length.out = 2001)
  top <- grid[which.max(vapply(grid, chance, 0))]
  optimize(chance, c(top - 0.002, top + 0.002), maximum = TRUE, tol = 1e-12)$objective
}
