# Negative binomial regression; the Poisson model where the counts vary no more than Poisson counts do.
negative_binomial <- function(formula, m) {
  m <- m; environment(formula) <- environment()
  first <- glm(formula, poisson, m, control = glm.control(epsilon = 1e-14))
  if (sum((m$y - fitted(first))^2 - m$y) <= 0) return(first)
  MASS::glm.nb(formula, m, control = glm.control(epsilon = 1e-14, maxit = 200))
}

# Its dispersion: the variance is the mean + k times the square of the mean.
k_of <- function(fit) if (is.null(fit$theta)) 0 else 1 / fit$theta
