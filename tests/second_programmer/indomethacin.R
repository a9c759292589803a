# A second program for the primary endpoint of the indomethacin trial: from the plan and the data alone, in base R.
#   Rscript --vanilla indomethacin.R patients.csv > theirs.csv
d <- read.csv(commandArgs(trailingOnly = TRUE)[1], colClasses = "character")
arm <- ifelse(d$rx == "1_indomethacin", "indomethacin", "placebo")
event <- d$outcome == "1_yes"

out <- data.frame(result_id = character(), stat = character())
put <- function(id, value) {
  out[nrow(out) + 1, ] <<- list(id, if (is.na(value)) "NA" else format(value, digits = 17))
}
both <- function(id, estimate, limits) {
  put(paste0(id, ".indomethacin.estimate"), estimate)
  put(paste0(id, ".indomethacin.conf.low"), limits[1])
  put(paste0(id, ".indomethacin.conf.high"), limits[2])
}

# 1 is the reference (placebo) in a difference, and the arm (indomethacin) in a ratio
x <- tapply(event, arm, sum); n <- tapply(event, arm, length)
for (a in names(x)) {
  put(paste0("pancreatitis.risk.", a, ".n"), x[[a]])
  put(paste0("pancreatitis.risk.", a, ".N"), n[[a]])
}
xp <- x[["placebo"]]; np <- n[["placebo"]]; xi <- x[["indomethacin"]]; ni <- n[["indomethacin"]]
pp <- xp / np; pi <- xi / ni; chi <- qchisq(0.95, 1); z <- qnorm(0.975)

# Miettinen and Nurminen 1985: likelihood under the restriction maximised as it stands, limits found by a search
loglik <- function(x, n, p) ifelse(x > 0, x * log(p), 0) + ifelse(n > x, (n - x) * log1p(-p), 0)
score <- function(second, lower, upper, distance, scale) {
  ll <- function(p) loglik(xp, np, second(p)) + loglik(xi, ni, p)
  p <- optimize(ll, c(lower, upper), maximum = TRUE, tol = 1e-12)$maximum
  q <- second(p); size <- np + ni
  distance^2 / ((q * (1 - q) / np + scale^2 * p * (1 - p) / ni) * size / (size - 1)) - chi
}
difference <- function(delta) score(function(p) p + delta, max(1e-12, -delta), min(1 - 1e-12, 1 - delta), pp - pi - delta, 1)
rd <- pp - pi
mn <- c(uniroot(difference, c(-0.9, rd), tol = 1e-12)$root, uniroot(difference, c(rd, 0.9), tol = 1e-12)$root)
both("pancreatitis.risk_reduction", rd, mn)
both("pancreatitis.number_needed_to_treat", 1 / rd, 1 / rev(mn))

# indomethacin = ratio * placebo; written for placebo as ratio^-1, whose limits are the inverse ones
inverse <- function(phi) score(function(p) p * phi, 1e-12, min(1, 1 / phi) - 1e-12, pp - phi * pi, phi)
rr <- pi / pp
limits <- 1 / c(uniroot(inverse, c(1 / rr, 50), tol = 1e-12)$root, uniroot(inverse, c(0.02, 1 / rr), tol = 1e-12)$root)
both("pancreatitis.risk_ratio", rr, limits)
both("pancreatitis.relative_risk_reduction", 1 - rr, 1 - rev(limits))

# Newcombe 1998, method 10: the limits of Wilson for each risk
wilson <- function(x, n) prop.test(x, n, correct = FALSE)$conf.int
wp <- wilson(xp, np); wi <- wilson(xi, ni)
both("pancreatitis.risk_reduction_newcombe", rd,
     c(rd - sqrt((pp - wp[1])^2 + (wi[2] - pi)^2), rd + sqrt((wp[2] - pp)^2 + (pi - wi[1])^2)))

put("pancreatitis.fisher.indomethacin.p.value", fisher.test(arm, event)$p.value)

# over centres: Mantel-Haenszel ratio with the variance of Greenland and Robins 1985; test without correction
for (s in sort(unique(d$site))) for (a in names(x)) {
  of <- d$site == s & arm == a
  put(paste0("pancreatitis.mantel_haenszel.", s, ".", a, ".n"), sum(event[of]))
  put(paste0("pancreatitis.mantel_haenszel.", s, ".", a, ".N"), sum(of))
}
a <- tapply(event & arm == "indomethacin", d$site, sum); b <- tapply(event & arm == "placebo", d$site, sum)
n1 <- tapply(arm == "indomethacin", d$site, sum); n0 <- tapply(arm == "placebo", d$site, sum); t <- n1 + n0
R <- sum(a * n0 / t); S <- sum(b * n1 / t)
v <- sum((n1 * n0 * (a + b) - a * b * t) / t^2) / (R * S)
both("pancreatitis.mantel_haenszel", R / S, R / S * exp(c(-1, 1) * z * sqrt(v)))
used <- d$site %in% names(which(a + b > 0))
put("pancreatitis.mantel_haenszel.indomethacin.p.value",
    mantelhaen.test(table(arm[used], event[used], d$site[used]), correct = FALSE)$p.value)

out$programmer <- "A. Second"; out$program <- "indomethacin.R"; out$software <- "R (base packages)"
write.csv(out, row.names = FALSE, quote = FALSE)
