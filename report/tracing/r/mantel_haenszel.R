# Strata as rows: events and participants of the one arm, then of the other. A stratum with an empty arm adds nothing.
both_arms <- function(s) s[s[, 2] > 0 & s[, 4] > 0, , drop = FALSE]

# Mantel-Haenszel risk difference, the one arm minus the other, with Sato's variance (Biometrics 1989;45:1323-1324).
mh_difference <- function(s, level) {
  s <- both_arms(s); x1 <- s[, 1]; n1 <- s[, 2]; x2 <- s[, 3]; n2 <- s[, 4]; n <- n1 + n2
  w <- sum(n1 * n2 / n)
  d <- sum((x1 * n2 - x2 * n1) / n) / w
  p <- (n1^2 * x2 - n2^2 * x1 + n1 * n2 * (n2 - n1) / 2) / n^2
  q <- (x1 * (n2 - x2) + x2 * (n1 - x1)) / (2 * n)
  d + c(0, -1, 1) * qnorm((1 + level) / 2) * sqrt((d * sum(p) + sum(q)) / w^2)
}

# Mantel-Haenszel risk ratio, the one arm over the other, by Greenland and Robins (Biometrics 1985;41:55-68).
mh_ratio <- function(s, level) {
  s <- both_arms(s); x1 <- s[, 1]; n1 <- s[, 2]; x2 <- s[, 3]; n2 <- s[, 4]; n <- n1 + n2
  over <- sum(x1 * n2 / n); under <- sum(x2 * n1 / n)
  spread <- sum(((x1 + x2) * n1 * n2 - x1 * x2 * n) / n^2)
  exp(log(over / under) + c(0, -1, 1) * qnorm((1 + level) / 2) * sqrt(spread / (over * under)))
}

cmh_test <- function(s) {
  s <- both_arms(s)
  mantelhaen.test(array(rbind(s[, 1], s[, 2] - s[, 1], s[, 3], s[, 4] - s[, 3]), c(2, 2, nrow(s))), correct = FALSE)
}
