# The mean chance of the event if everybody were in one arm, and the covariance of these risks: by Ye and others (Stat
# Theory Relat Fields 2023;7:159-163), or by Ge and others (Ther Innov Regul Sci 2011;45:481-493) from the HC0 sandwich.
chances_if <- function(fit, d) {
  sapply(levels(d$arm), function(a) {
    d$arm <- factor(a, levels = levels(d$arm))
    predict(fit, d, type = "response")
  })
}
covariance_ye <- function(fit, d) {
  m <- chances_if(fit, d); n <- nrow(d); y <- fit$y; v <- matrix(0, ncol(m), ncol(m))
  for (i in seq_len(ncol(m))) for (j in seq_len(ncol(m))) {
    a <- d$arm == levels(d$arm)[i]; b <- d$arm == levels(d$arm)[j]
    v[i, j] <- cov(y[a], m[a, j]) + cov(y[b], m[b, i]) - cov(m[, i], m[, j])
    if (i == j) v[i, i] <- v[i, i] + (var(y[a]) - 2 * cov(y[a], m[a, i]) + var(m[, i])) / mean(a)
  }
  v / n
}
covariance_ge <- function(fit, d) {
  m <- chances_if(fit, d)
  slopes <- t(sapply(seq_along(levels(d$arm)), function(i) {
    d$arm <- factor(levels(d$arm)[i], levels = levels(d$arm))
    colMeans(m[, i] * (1 - m[, i]) * model.matrix(delete.response(terms(fit)), d))
  }))
  x <- model.matrix(fit)
  slopes %*% vcov(fit) %*% crossprod(x * (fit$y - fitted(fit))) %*% vcov(fit) %*% t(slopes)
}
