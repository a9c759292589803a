# Generalised Cochran-Mantel-Haenszel tests of tables of arms by levels, one a stratum (Landis, Heyman and Koch, Int Stat
# Rev 1978;46:237-254). mantelhaen.test gives the general association.
each_but_last <- function(k) diag(k)[-k, , drop = FALSE]
place_scores <- function(counts) matrix(seq_along(counts), 1)
midrank_scores <- function(counts) matrix(cumsum(counts) - (counts - 1) / 2, 1)
general_cmh <- function(tables, test, scores) {
  beyond <- 0; covariance <- 0
  for (t in tables) if (sum(rowSums(t) > 0) > 1 && sum(colSums(t) > 0) > 1) {
    n <- sum(t); r <- rowSums(t); s <- colSums(t)
    a <- if (test == "correlation") scores(r) else each_but_last(nrow(t))
    b <- if (test == "general_association") each_but_last(ncol(t)) else scores(s)
    beyond <- beyond + as.vector(t(a %*% (t - r %o% s / n) %*% t(b)))
    covariance <- covariance + kronecker(a %*% (diag(r, length(r)) - r %o% r / n) %*% t(a),
                                         b %*% (diag(s, length(s)) - s %o% s / n) %*% t(b)) / (n - 1)
  }
  e <- eigen(covariance, symmetric = TRUE)
  held <- e$values > 1e-9 * max(e$values)
  found <- sum((t(e$vectors[, held, drop = FALSE]) %*% beyond)^2 / e$values[held])
  c(found, sum(held), pchisq(found, sum(held), lower.tail = FALSE))
}
