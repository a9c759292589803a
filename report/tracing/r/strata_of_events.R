# Strata as rows: events and participants of the one arm, then of the other.
# Mantel-Haenszel odds ratio with the variance of Robins, Breslow and Greenland (Biometrics 1986;42:311-323).
mh_odds <- function(s, level) {
  s <- both_arms(s); a <- s[, 1]; b <- s[, 2] - a; c <- s[, 3]; d <- s[, 4] - c; n <- s[, 2] + s[, 4]
  r <- a * d / n; q <- b * c / n; p <- (a + d) / n
  v <- sum(p * r) / sum(r)^2 + sum(p * q + (1 - p) * r) / (sum(r) * sum(q)) + sum((1 - p) * q) / sum(q)^2
  exp(log(sum(r) / sum(q)) + c(0, -1, 1) * qnorm((1 + level) / 2) * sqrt(v / 2))
}

telling_strata <- function(s) {
  s <- both_arms(s); e <- s[, 1] + s[, 3]
  s[e > 0 & e < s[, 2] + s[, 4], , drop = FALSE]
}

# Breslow and Day's test: the events expected at the Mantel-Haenszel odds ratio solve a quadratic.
breslow_day <- function(s, tarone) {
  s <- telling_strata(s); o <- mh_odds(s, 0.95)[1]
  x <- s[, 1]; n1 <- s[, 2]; n2 <- s[, 4]; m <- s[, 1] + s[, 3]
  a <- mapply(function(n1, n2, m) uniroot(
    function(e) (e * (n2 - m + e)) - o * (n1 - e) * (m - e), c(max(0, m - n2), min(n1, m)), tol = 1e-13)$root, n1, n2, m)
  v <- 1 / (1 / a + 1 / (n1 - a) + 1 / (m - a) + 1 / (n2 - m + a))
  found <- sum((x - a)^2 / v) - if (tarone) sum(x - a)^2 / sum(v) else 0
  c(found, nrow(s) - 1, pchisq(found, nrow(s) - 1, lower.tail = FALSE))
}

# Risk difference with Mantel-Haenszel weights; the limits by the strata's weighted score, each variance at the common
# difference times N/(N - 1), or by Yan and Su's hybrid of stratified Wilson limits.
weights_of <- function(s) {
  w <- s[, 2] * s[, 4] / (s[, 2] + s[, 4])
  w / sum(w)
}
strata_difference <- function(s) {
  s <- both_arms(s)
  sum(weights_of(s) * (s[, 1] / s[, 2] - s[, 3] / s[, 4]))
}
strata_score <- function(s, level) {
  e <- strata_difference(s); s <- both_arms(s); w <- weights_of(s); z <- qnorm((1 + level) / 2)
  variance <- function(d, r) {
    low <- max(0, -d); high <- min(1, 1 - d)
    p2 <- highest(function(p) slope_term(r[1], r[2], p + d) + slope_term(r[3], r[4], p), low, high)
    p1 <- min(1, max(0, p2 + d))
    (p1 * (1 - p1) / r[2] + p2 * (1 - p2) / r[4]) * factor_of(r[2], r[4], TRUE)
  }
  score <- function(d) if (d == e) 0 else (e - d) / sqrt(sum(w^2 * apply(s, 1, function(r) variance(d, r))))
  c(root(function(d) score(d) - z, -1 + 1e-9, e), root(function(d) score(d) + z, e, 1 - 1e-9))
}
strata_newcombe <- function(s, level) {
  e <- strata_difference(s); s <- both_arms(s); w <- weights_of(s); z <- qnorm((1 + level) / 2)
  arm <- function(x, n) {
    v <- x * (n - x) / n^3
    q <- z * sqrt(sum(w^2 * v)) / sum(w * sqrt(v))
    half <- q * sqrt(x * (n - x) / n + q^2 / 4)
    c(sum(w * (x + q^2 / 2 - half) / (n + q^2)), sum(w * (x + q^2 / 2 + half) / (n + q^2)), sum(w^2 / n))
  }
  a <- arm(s[, 1], s[, 2]); b <- arm(s[, 3], s[, 4])
  e + z * c(-1, 1) * sqrt(c(a[3] * a[1] * (1 - a[1]) + b[3] * b[2] * (1 - b[2]),
                            a[3] * a[2] * (1 - a[2]) + b[3] * b[1] * (1 - b[1])))
}
