# Covariance of the coefficients of a fit of gee, its residuals divided by one minus their leverage (Mancl & DeRouen,
# Biometrics 2001;57:126-134).
mancl_derouen <- function(fit, x, y, id, is.event) {
  s <- if (is.event) sqrt(fit$fitted.values * (1 - fit$fitted.values)) else rep(1, length(y))
  x <- x * s; left <- (y - fit$fitted.values) / s
  rho <- if (ncol(fit$working.correlation) > 1) fit$working.correlation[1, 2] else 0
  parts <- split(seq_along(y), id)
  weighed <- function(i) solve(diag(1 - rho, length(i)) + rho, x[i, , drop = FALSE])
  bread <- solve(Reduce(`+`, lapply(parts, function(i) crossprod(x[i, , drop = FALSE], weighed(i)))))
  scores <- sapply(parts, function(i) {
    w <- weighed(i)
    crossprod(w, solve(diag(length(i)) - x[i, , drop = FALSE] %*% bread %*% t(w), left[i]))
  })
  bread %*% tcrossprod(scores) %*% bread
}
