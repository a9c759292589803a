# Levels as rows: events and participants of the one arm, then of the other. Levels with an empty arm, or in which all or
# none had the event, say nothing of the odds ratio.
informing <- function(s) {
  events <- s[, 1] + s[, 3]
  s[s[, 2] > 0 & s[, 4] > 0 & events > 0 & events < s[, 2] + s[, 4], , drop = FALSE]
}

# Likelihood-ratio test of the interaction: the deviance that the logistic model without it leaves.
interaction_test <- function(s) {
  s <- informing(s); x <- c(s[, 1], s[, 3]); n <- c(s[, 2], s[, 4]); k <- nrow(s)
  arm <- rep(c("one", "other"), each = k); level <- factor(rep(seq_len(k), 2))
  fit <- glm(cbind(x, n - x) ~ arm + level, binomial, control = glm.control(epsilon = 1e-12, maxit = 200))
  c(statistic = fit$deviance, df = fit$df.residual, p = pchisq(fit$deviance, fit$df.residual, lower.tail = FALSE))
}
