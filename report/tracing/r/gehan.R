# Gehan's generalised Wilcoxon test (Biometrika 1965;52:203-223) as a log-rank test whose event times weigh by the number
# at risk, summed over strata: chi-squared and its degrees of freedom.
gehan <- function(time, event, arm, stratum) {
  arm <- droplevels(arm)
  k <- nlevels(arm)
  difference <- numeric(k)
  variance <- matrix(0, k, k)
  for (rows in split(seq_along(time), stratum)) {
    for (t in unique(time[rows][event[rows]])) {
      n <- tabulate(arm[rows][time[rows] >= t], k)
      d <- tabulate(arm[rows][time[rows] == t & event[rows]], k)
      all.n <- sum(n)
      if (all.n < 2) next
      difference <- difference + all.n * d - sum(d) * n
      share <- n / all.n
      variance <- variance + all.n^2 * sum(d) * (all.n - sum(d)) / (all.n - 1) * (diag(share, k) - share %o% share)
    }
  }
  inner <- seq_len(k)[-1]
  c(drop(difference[inner] %*% solve(variance[inner, inner], difference[inner])), k - 1)
}
