# A logistic regression fitted to the last digits, and the profile of one coefficient of it: the limits of its odds ratio,
# and the likelihood-ratio test.
logistic_fit <- function(formula, d) glm(formula, binomial, d, control = glm.control(epsilon = 1e-13, maxit = 200))
profile_odds <- function(fit, name, level) {
  x <- model.matrix(fit); y <- fit$y; b <- coef(fit)[name]; se <- sqrt(vcov(fit)[name, name])
  held <- function(v) {
    offset <- x[, name] * v
    rest <- x[, colnames(x) != name, drop = FALSE]
    -glm.fit(rest, y, offset = offset, family = binomial(), control = glm.control(1e-13, 200))$deviance / 2
  }
  top <- -fit$deviance / 2
  beyond <- function(v) held(v) - top + qchisq(level, 1) / 2
  ends <- c(uniroot(beyond, c(b - 8 * se, b), tol = 1e-12)$root, uniroot(beyond, c(b, b + 8 * se), tol = 1e-12)$root)
  c(exp(ends), pchisq(2 * (top - held(0)), 1, lower.tail = FALSE))
}
# Covariance robust to clusters, times G/(G - 1) of G clusters.
robust_covariance <- function(fit, cluster) {
  scores <- rowsum(model.matrix(fit) * (fit$y - fitted(fit)), cluster)
  vcov(fit) %*% crossprod(scores) %*% vcov(fit) * nrow(scores) / (nrow(scores) - 1)
}
