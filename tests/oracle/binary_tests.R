# Events by arm: chi-squared, Boschloo's test, the Cochran-Armitage trend.
source("_binary.R")
suppressMessages(library(coin))

table_of <- function(x1, n1, x2, n2) rbind(c(x1, n1 - x1), c(x2, n2 - x2))
pearson <- function(x1, n1, x2, n2, correct) {
  unlist(chisq.test(table_of(x1, n1, x2, n2), correct = correct)[c("statistic", "p.value")])
}
n_minus_1 <- function(x1, n1, x2, n2) {
  n <- n1 + n2
  s <- pearson(x1, n1, x2, n2, FALSE)[1] * (n - 1) / n
  c(s, pchisq(s, 1, lower.tail = FALSE))
}
fewest <- function(x1, n1, x2, n2) min(chisq.test(table_of(x1, n1, x2, n2))$expected)

# Every table, ordered by fisher.test; the largest chance of the set over a grid, then by optimize about its top.
boschloo <- function(x1, n1, x2, n2) {
  p <- outer(0:n1, 0:n2, Vectorize(function(a, b) fisher.test(table_of(a, n1, b, n2))$p.value))
  extreme <- p <= p[x1 + 1, x2 + 1] * (1 + 1e-7)
  chance <- function(risk) sum(outer(dbinom(0:n1, n1, risk), dbinom(0:n2, n2, risk))[extreme])
  grid <- seq(0.0005, 0.9995, 0.0005)
  top <- grid[which.max(vapply(grid, chance, 0))]
  optimize(chance, c(top - 0.001, top + 0.001), maximum = TRUE, tol = 1e-13)$objective
}

for (case in names(with_field("two"))) {
  x <- numbers(own[[case]]$two)
  with <- list(x1 = x[1], n1 = x[2], x2 = x[3], n2 = x[4])
  record(case, "pearson(x1, n1, x2, n2, FALSE)", c("none_statistic", "none_p"), closed, "R chisq.test", with)
  record(case, "pearson(x1, n1, x2, n2, TRUE)", c("yates_statistic", "yates_p"), closed, "R chisq.test", with)
  record(case, "n_minus_1(x1, n1, x2, n2)", c("n_minus_1_statistic", "n_minus_1_p"), closed,
         "R chisq.test times (n - 1) / n", with)
  record(case, "fewest(x1, n1, x2, n2)", "expected_min", closed, "R chisq.test", with)
  if (x[2] * x[4] < 3000) {
    record(case, "boschloo(x1, n1, x2, n2)", "boschloo_p", closed, "R: every table by fisher.test, optimize", with)
  }
}

trend <- function(x, n, s) {
  z <- sqrt(prop.trend.test(x, n, s)$statistic) * sign(cor(s, x / n))
  c(z, 2 * pnorm(-abs(z)))
}
exactly <- function(x, n, s) {
  d <- data.frame(y = rep(c(1, 0), c(sum(x), sum(n) - sum(x))), s = c(rep(s, x), rep(s, n - x)))
  as.numeric(pvalue(independence_test(s ~ factor(y), d, distribution = exact())))
}
by_hand <- function(x, n, s) { # every table with these margins, for two to five arms
  tables <- as.matrix(expand.grid(lapply(n, function(k) 0:min(k, sum(x)))))
  tables <- tables[rowSums(tables) == sum(x), , drop = FALSE]
  ways <- vapply(seq_along(n), function(i) lchoose(n[i], tables[, i]), numeric(nrow(tables)))
  chances <- exp(rowSums(ways) - lchoose(sum(n), sum(x)))
  far <- abs(tables %*% s - sum(x) * sum(n * s) / sum(n))
  sum(chances[far >= abs(sum(x * s) - sum(x) * sum(n * s) / sum(n)) - 1e-9])
}
for (case in names(with_field("arms"))) {
  a <- matrix(numbers(own[[case]]$arms), ncol = 2, byrow = TRUE)
  s <- if (nzchar(own[[case]]$scores)) as.numeric(strsplit(own[[case]]$scores, ",")[[1]]) else seq_len(nrow(a))
  full <- a[, 2] > 0
  with <- list(x = a[full, 1], n = a[full, 2], s = s[full])
  record(case, "trend(x, n, s)", c("statistic", "asymptotic_p"), closed, "R prop.trend.test", with)
  record(case, "exactly(x, n, s)", "exact_p", closed, "coin independence_test(distribution = exact())", with)
  if (prod(a[full, 2] + 1) < 1e6) record(case, "by_hand(x, n, s)", "exact_p", closed, "R: every table", with)
}
published("t_pain", "statistic", 4.7918, 4, 
          "SAS/STAT, PROC FREQ, example Cochran-Armitage Trend Test (of its column 1: -4.7918); data seen, the figure quoted from memory, not seen")
published("t_pain", "exact_p", 1.324e-6, 9, 
          "SAS/STAT, PROC FREQ, example Cochran-Armitage Trend Test; data seen, the figure quoted from memory, not seen")
finish("coin")
