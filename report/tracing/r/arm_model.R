# A linear model of y in the arm and what it is adjusted for, of those who have all of it; what has one value is left out.
arm_model <- function(d, adjusted, clusters = NULL) {
  d <- droplevels(d[complete.cases(d[c("y", adjusted, clusters)]), ])
  says <- Filter(function(name) length(unique(d[[name]])) > 1, adjusted)
  fit <- lm(reformulate(c("arm", says), "y"), data = d)
  if (is.null(clusters)) return(list(d = d, fit = fit, v = vcov(fit), df = fit$df.residual))
  list(d = d, fit = fit, v = sandwich::vcovCL(fit, cluster = d[[clusters]], type = "HC1"),
       df = length(unique(d[[clusters]])) - 1)
}

# The difference of two arms in it, with its standard error.
arm_difference <- function(model, first, second) {
  names <- names(coef(model$fit))
  weights <- (names == paste0("arm", first)) - (names == paste0("arm", second))
  at <- names[weights != 0]; weights <- weights[weights != 0]  # what cannot be told from others is NA, and is not asked for
  c(sum(weights * coef(model$fit)[at]), sqrt(as.numeric(weights %*% model$v[at, at] %*% weights)))
}

# All pairs of arms, two a row; and p of their differences.
arm_pairs <- function(model) t(combn(levels(model$d$arm), 2))
arm_p <- function(model) apply(arm_pairs(model), 1, function(pair) {
  both <- arm_difference(model, pair[1], pair[2])
  2 * pt(-abs(both[1] / both[2]), model$df)
})
