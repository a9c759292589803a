# Logistic regression on the arms with covariates, and risks standardised over all participants (g-computation).
source("_binary.R")
tight <- glm.control(epsilon = 1e-14, maxit = 200)

formula_of <- function(d) reformulate(setdiff(names(d), c("y", "cluster")), "y")
fit <- function(d) glm(formula_of(d), binomial, d, control = tight)
compared <- function(d) levels(d$arm)[-1]
summary_of <- function(f) {
  s <- summary(f)$coefficients
  s[startsWith(rownames(s), "arm"), , drop = FALSE]
}
wald <- function(f, level) {
  s <- summary_of(f)
  z <- qnorm((1 + level) / 2)
  cbind(exp(s[, 1]), exp(s[, 1] - z * s[, 2]), exp(s[, 1] + z * s[, 2]), s[, 2], 2 * pnorm(-abs(s[, 1] / s[, 2])))
}
robust <- function(f, d, level) {
  b <- coef(f)["armt"]; se <- sqrt(sandwich::vcovCL(f, cluster = d$cluster, type = "HC0")["armt", "armt"])
  z <- qnorm((1 + level) / 2)
  c(exp(b), exp(b - z * se), exp(b + z * se), se, 2 * pnorm(-abs(b / se)))
}
# The profile of one coefficient by refitting with it as an offset, and the likelihood-ratio test.
profile_of <- function(f, d, arm, level) {
  x <- model.matrix(f); at <- which(colnames(x) == paste0("arm", arm))
  held <- function(b) -glm.fit(x[, -at, drop = FALSE], d$y, offset = x[, at] * b, family = binomial(), control = tight)$deviance / 2
  top <- -f$deviance / 2; b <- coef(f)[at]; se <- sqrt(vcov(f)[at, at])
  drop <- function(v) held(v) - top + qchisq(level, 1) / 2
  c(exp(c(root(drop, b - 8 * se, b), root(drop, b, b + 8 * se))),
    pchisq(2 * (top - held(0)), 1, lower.tail = FALSE))
}

standard <- function(f, d) {
  sapply(levels(d$arm), function(a) {
    everybody <- d; everybody$arm <- factor(a, levels = levels(d$arm))
    predict(f, everybody, type = "response")
  })
}
# Delta method by a numerical derivative, from the HC0 sandwich.
by_ge <- function(f, d) {
  mean_of <- function(b) { g <- f; g$coefficients <- b; colMeans(standard(g, d)) }
  j <- numDeriv::jacobian(mean_of, coef(f))
  j %*% sandwich::sandwich(f) %*% t(j)
}
# Ye and others 2023, simple randomisation; variances and covariances with n - 1.
by_ye <- function(f, d) {
  m <- standard(f, d); n <- nrow(d); v <- matrix(0, ncol(m), ncol(m))
  for (i in seq_len(ncol(m))) for (j in seq_len(ncol(m))) {
    own <- d$arm == levels(d$arm)[i]; other <- d$arm == levels(d$arm)[j]
    v[i, j] <- cov(d$y[own], m[own, j]) + cov(d$y[other], m[other, i]) - cov(m[, i], m[, j])
    if (i == j) v[i, i] <- v[i, i] + (var(d$y[own]) - 2 * cov(d$y[own], m[own, i]) + var(m[, i])) / mean(own)
  }
  v / n
}
effects <- function(f, d, v, level) {
  r <- colMeans(standard(f, d)); k <- length(r); z <- qnorm((1 + level) / 2)
  e <- r[k] - r[1]; se <- sqrt(v[k, k] + v[1, 1] - 2 * v[1, k])
  l <- log(r[k] / r[1]); sl <- sqrt(v[k, k] / r[k]^2 + v[1, 1] / r[1]^2 - 2 * v[1, k] / (r[1] * r[k]))
  c(r[k], r[1], sqrt(v[k, k]), e, e - z * se, e + z * se, 2 * pnorm(-abs(e / se)),
    exp(l), exp(l - z * sl), exp(l + z * sl), 2 * pnorm(-abs(l / sl)))
}

names_of <- c("estimate", "low", "high", "se", "p")
for (case in names(with_field("people"))) {
  d <- people(own[[case]]); f <- fit(d); level <- level_of(own[[case]])
  with <- list(f = f, d = d, level = level)
  if (is.null(d$cluster)) {
    record(case, sprintf("wald(f, %s)", level), paste0("wald_", rep(names_of, each = length(compared(d))), "_", compared(d)),
           iterative, "R glm", with)
    for (arm in compared(d)) {
      record(case, sprintf("profile_of(f, d, \"%s\", %s)", arm, level), paste0("profile_", c("low", "high", "p"), "_", arm),
             iterative, "R glm with an offset, uniroot", with)
    }
    stats <- c("risk_t", "risk_c", "se_t", paste0("difference_", names_of[-4]), paste0("ratio_", names_of[-4]))
    record(case, sprintf("effects(f, d, by_ye(f, d), %s)", level), paste0("ye_", stats), iterative,
           "R glm; variance of Ye and others written out", with)
    record(case, sprintf("effects(f, d, by_ge(f, d), %s)", level), paste0("ge_", stats), iterative,
           "R glm, sandwich; numerical derivative", with)
  } else {
    record(case, sprintf("robust(f, d, %s)", level), paste0("wald_", names_of, "_t"), iterative,
           "R glm, sandwich vcovCL(type = \"HC0\")", with)
  }
}
finish(c("sandwich", "numDeriv"))
