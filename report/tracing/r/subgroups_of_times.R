# A Cox model with these terms; what has one value, or is the subgroup, is left out. `cluster` makes the variance robust.
cox_of <- function(d, terms, adjusted, ties, robust, eps = 1e-14, toler = 1e-16) {
  library(survival)
  held <- c(terms, setdiff(adjusted, names(d)), telling(d, intersect(adjusted, names(d))))
  given <- list(formula = reformulate(held, "Surv(time, status == 1)"), data = d, ties = ties, robust = robust,
                control = coxph.control(eps = eps, toler.chol = toler, iter.max = 100))
  if (robust && !is.null(d$cluster)) given$cluster <- d$cluster
  suppressWarnings(do.call(coxph, given))
}

# Without levels in which nobody of the two arms has the event.
with_events <- function(d, arms) {
  d <- d[d$arm %in% arms & !is.na(d$subgroup), ]
  d[d$subgroup %in% d$subgroup[d$status == 1], ]
}

# Likelihood-ratio test of the interaction of arm and subgroup; Wald's where the variance is robust.
interaction_cox <- function(d, arms, levels, adjusted, ties, robust) {
  d <- two_arms(with_events(d, arms), arms, levels)
  # a tolerance at which columns that are combinations of others are seen as such
  without <- cox_of(d, c("arm", "subgroup"), adjusted, ties, robust, 1e-12, 5e-13)
  with <- cox_of(d, "arm * subgroup", adjusted, ties, robust, 1e-12, 5e-13)
  b <- coef(with)[!is.na(coef(with))]
  k <- grep("^arm.*:subgroup", names(b), value = TRUE)
  chi <- 2 * (with$loglik[2] - without$loglik[2])
  if (robust) chi <- drop(b[k] %*% solve(vcov(with)[k, k], b[k]))
  df <- length(b) - sum(!is.na(coef(without)))
  c(statistic = chi, df = df, p.value = pchisq(chi, df, lower.tail = FALSE))
}
