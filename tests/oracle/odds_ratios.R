# The odds ratio of x1 of n1 to x2 of n2: conditional estimate with Fisher's exact limits, Miettinen-Nurminen score, Wald.
# fisher.test ends its search early; the same equations are solved here to the last digits, and both are recorded.
source("_binary.R")

conditional <- function(x1, n1, x2, n2, level) {
  m <- x1 + x2; k <- max(0, m - n2):min(n1, m)
  logs <- dhyper(k, n1, n2, m, log = TRUE)
  chances <- function(g) { w <- logs + k * g; w <- exp(w - max(w)); w / sum(w) }
  a <- (1 - level) / 2
  solve_for <- function(f) exp(root(function(g) f(chances(g)), -50, 50))
  at_low <- x1 == min(k); at_high <- x1 == max(k)
  c(if (at_low) 0 else if (at_high) Inf else solve_for(function(p) sum(p * k) - x1),
    if (at_low) 0 else solve_for(function(p) sum(p[k >= x1]) - a),
    if (at_high) Inf else solve_for(function(p) sum(p[k <= x1]) - a))
}
by_fisher <- function(x1, n1, x2, n2, level) {
  t <- fisher.test(rbind(c(x1, n1 - x1), c(x2, n2 - x2)), conf.level = level)
  as.numeric(c(t$estimate, t$conf.int))
}
odds_score <- function(g, x1, n1, x2, n2) {
  # the most likely p2 at this odds ratio
  p1 <- function(p2) plogis(qlogis(p2) + g)
  gap <- function(p2) (x1 - n1 * p1(p2)) + (x2 - n2 * p2)
  q <- plogis(root(function(l) gap(plogis(l)), -60, 60)); p <- p1(q)
  z <- (x1 - n1 * p) * sqrt(1 / (n1 * p * (1 - p)) + 1 / (n2 * q * (1 - q)))
  z * sqrt((n1 + n2 - 1) / (n1 + n2))
}
score <- function(x1, n1, x2, n2, level) {
  z <- qnorm((1 + level) / 2)
  f <- function(g) odds_score(g, x1, n1, x2, n2)
  c(x1 * (n2 - x2) / ((n1 - x1) * x2),
    if (x1 == 0 || x2 == n2) 0 else exp(root(function(g) f(g) - z, -12, 12)),
    if (x1 == n1 || x2 == 0) Inf else exp(root(function(g) f(g) + z, -12, 12)))
}
wald <- function(x1, n1, x2, n2, level) {
  o <- x1 * (n2 - x2) / ((n1 - x1) * x2)
  o * exp(c(0, -1, 1) * qnorm((1 + level) / 2) * sqrt(1 / x1 + 1 / (n1 - x1) + 1 / x2 + 1 / (n2 - x2)))
}

limits <- c("estimate", "low", "high")
for (case in names(with_field("two"))) {
  x <- numbers(own[[case]]$two)
  with <- list(x1 = x[1], n1 = x[2], x2 = x[3], n2 = x[4])
  record(case, "conditional(x1, n1, x2, n2, 0.95)", paste0("exact_", limits), iterative, "R dhyper and uniroot", with)
  with_zero <- any(c(x[1], x[2] - x[1], x[3], x[4] - x[3]) == 0)
  seen <- by_fisher(x[1], x[2], x[3], x[4], 0.95)
  finite <- is.finite(seen)
  for (i in which(finite)) {
    record(case, sprintf("by_fisher(x1, n1, x2, n2, 0.95)[%d]", i), paste0("exact_", limits[i]),
           max(iterative, 0.01 * seen[i]), "R fisher.test, whose search ends early (1% of the value)", with)
  }
  record(case, "score(x1, n1, x2, n2, 0.95)", paste0("score_", limits), iterative,
         "R: score with numerical likelihood, uniroot", with)
  if (!with_zero) record(case, "wald(x1, n1, x2, n2, 0.95)", paste0("wald_", limits), closed, "R: formula", with)
}
book <- "tests of R package contingencytables, companion to Fagerland, Lydersen and Laake 2017 (the book itself not seen)"
published("lampasona", "score_estimate", 5.6250, 4, book)
finish()
