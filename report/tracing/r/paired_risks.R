# Limits of the later share less the earlier one of the same participants; cells: both, earlier only, later only, neither.
tango <- function(cells, level) {
  n <- sum(cells)
  z <- qnorm((1 + level) / 2)
  seen <- (cells[3] - cells[2]) / n
  score <- function(d) {
    b <- (2 * n - cells[3] + cells[2]) * d - cells[2] - cells[3]
    earlier <- max((sqrt(max(b^2 + 8 * n * cells[2] * d * (1 - d), 0)) - b) / (4 * n), 0, -d)
    variance <- (2 * earlier + d * (1 - d)) / n
    if (variance > 0) (seen - d) / sqrt(variance) else sign(seen - d) * 1e300
  }
  end <- function(shift, low, high) {
    falling <- function(d) score(d) + shift
    if (high - low < 2e-12 || falling(low + 1e-12) <= 0) return(low)
    if (falling(high - 1e-12) >= 0) return(high)
    uniroot(falling, c(low + 1e-12, high - 1e-12), tol = 1e-15)$root
  }
  c(end(-z, -1, seen), end(z, seen, 1))
}
newcombe_paired <- function(cells, level) {
  n <- sum(cells)
  later <- cells[1] + cells[3]
  earlier <- cells[1] + cells[2]
  a <- suppressWarnings(prop.test(later, n, conf.level = level, correct = FALSE)$conf.int)
  b <- suppressWarnings(prop.test(earlier, n, conf.level = level, correct = FALSE)$conf.int)
  crossed <- cells[1] * cells[4] - cells[2] * cells[3]
  crossed <- if (crossed > 0) max(crossed - n / 2, 0) else crossed
  margins <- later * (n - later) * earlier * (n - earlier)
  phi <- if (margins > 0) crossed / sqrt(margins) else 0
  apart <- function(u, v) sqrt(u^2 - 2 * phi * u * v + v^2)
  (later - earlier) / n + c(-apart(later / n - a[1], b[2] - earlier / n), apart(earlier / n - b[1], a[2] - later / n))
}
