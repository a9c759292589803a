# F test of the interaction of arm and subgroup, two linear models compared; robust with clusters.
interaction_f <- function(d, arms, levels, adjusted, clusters = NULL) {
  d <- two_arms(d, arms, levels)
  without <- lm(reformulate(c("arm", "subgroup", telling(d, adjusted)), "y"), data = d)
  with <- update(without, . ~ . + arm:subgroup)
  if (is.null(clusters)) {
    a <- anova(without, with)
    return(c(statistic = a$F[2], df = a$Df[2], df.residual = a$Res.Df[2], p.value = a[["Pr(>F)"]][2]))
  }
  b <- coef(with)[!is.na(coef(with))]
  k <- grep("^arm.*:subgroup", names(b), value = TRUE)
  v <- sandwich::vcovCL(with, cluster = d[[clusters]], type = "HC1")[k, k]
  f <- drop(b[k] %*% solve(v, b[k])) / length(k)
  left <- length(unique(d[[clusters]])) - 1
  c(statistic = f, df = length(k), df.residual = left, p.value = pf(f, length(k), left, lower.tail = FALSE))
}
