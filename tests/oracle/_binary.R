# Shared by the scripts on events and ordered levels by arm: their inputs, and score intervals by numerical likelihood.
source("_common.R")
own <- fromJSON("inputs_binary.json", simplifyVector = FALSE)
with_field <- function(field) Filter(function(case) !is.null(case[[field]]), own)
numbers <- function(of) as.numeric(unlist(of))
root <- function(f, low, high) uniroot(f, c(low, high), tol = 1e-13, maxiter = 100000)$root

# The likelihood's slope in p2 falls all the way, so that halving finds its highest point without any closed form.
slope_term <- function(x, n, p) (if (x > 0) x / p else 0) - (if (n > x) (n - x) / (1 - p) else 0)
highest <- function(slope, low, high) {
  for (i in 1:2000) {
    middle <- (low + high) / 2
    if (middle <= low || middle >= high) break
    if (slope(middle) > 0) low <- middle else high <- middle
  }
  (low + high) / 2
}
difference_variance <- function(d, x1, n1, x2, n2, factor) {
  p2 <- highest(function(p) slope_term(x1, n1, p + d) + slope_term(x2, n2, p), max(0, -d), min(1, 1 - d))
  p1 <- min(1, max(0, p2 + d))
  (p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2) * factor
}
factor_of <- function(n1, n2, corrected) if (corrected) (n1 + n2) / (n1 + n2 - 1) else 1

# Participants from letters and numbers: arm t, m or c (the reference), y y, n or - (missing).
people <- function(case) {
  p <- case$people
  letters_of <- function(text) strsplit(text, "")[[1]]
  d <- data.frame(arm = factor(letters_of(p$arm), levels = c("c", "m", "t")))
  d$arm <- droplevels(d$arm)
  d$y <- c(y = 1, n = 0)[letters_of(p$y)]
  if (!is.null(p$age)) d$age <- numbers(p$age)
  if (!is.null(p$site)) d$site <- letters_of(p$site)
  if (!is.null(p$stratum)) d$stratum <- letters_of(p$stratum)
  if (!is.null(p$cluster)) d$cluster <- numbers(p$cluster)
  d[complete.cases(d), ]
}
