# Whether an odds ratio differs between levels: likelihood-ratio test of the interaction in a logistic regression.
# A row of `strata` holds events and participants of one arm, then of the other. Levels with an empty arm, or in which
# all or none had the event, say nothing of the odds ratio: glm fits them at the edge, and they are left out here.
source("_common.R")

informing <- function(s) {
  events <- s[, 1] + s[, 3]
  s[s[, 2] > 0 & s[, 4] > 0 & events > 0 & events < s[, 2] + s[, 4], , drop = FALSE]
}

# One row a participant.
people <- function(s) {
  one <- function(level, arm, x, n) {
    data.frame(y = rep(1:0, c(x, n - x)), arm = rep(arm, n), level = rep(paste("level", level), n))
  }
  do.call(rbind, lapply(seq_len(nrow(s)), function(i) rbind(one(i, "a", s[i, 1], s[i, 2]),
                                                            one(i, "b", s[i, 3], s[i, 4]))))
}

tight <- glm.control(epsilon = 1e-14, maxit = 200)
reorder <- function(row) unlist(row)[c("Deviance", "Df", "Pr(>Chi)")]
of_people <- function(s) {
  reorder(anova(glm(y ~ arm * level, binomial, people(s), control = tight), test = "LRT")["arm:level", ])
}

# The same from counts: the residual deviance of the model without interaction.
of_counts <- function(s) {
  x <- c(s[, 1], s[, 3]); n <- c(s[, 2], s[, 4]); k <- nrow(s)
  arm <- rep(c("a", "b"), each = k); level <- factor(rep(seq_len(k), 2))
  fit <- glm(cbind(x, n - x) ~ arm + level, binomial, control = tight)
  c(fit$deviance, fit$df.residual, pchisq(fit$deviance, fit$df.residual, lower.tail = FALSE))
}

for (case in names(having("strata"))) {
  s <- informing(inputs[[case]]$strata)
  if (nrow(s) < 2) next
  stats <- c("statistic", "df", "p_value")
  record(case, "of_people(informing(s))", stats, iterative, "R anova(glm(y ~ arm * level, binomial), test = \"LRT\")",
         list(s = inputs[[case]]$strata))
  record(case, "of_counts(informing(s))", stats, iterative, "R glm, deviance without interaction",
         list(s = inputs[[case]]$strata))
}
finish()
