# The risk difference x1/n1 - x2/n2 against a margin, by score tests: Farrington-Manning and Miettinen-Nurminen; their
# two-sided intervals at the level 1 - 2 alpha. `high`: the one-sided test that the difference lies below the margin;
# `low`: that it lies above minus the margin; `two`: the larger p of both.
source("_binary.R")

score <- function(d, x1, n1, x2, n2, corrected) {
  far <- x1 / n1 - x2 / n2 - d
  if (far == 0) 0 else far / sqrt(difference_variance(d, x1, n1, x2, n2, factor_of(n1, n2, corrected)))
}
one_sided <- function(margin, x1, n1, x2, n2, corrected) {
  high <- pnorm(score(margin, x1, n1, x2, n2, corrected))
  low <- pnorm(score(-margin, x1, n1, x2, n2, corrected), lower.tail = FALSE)
  c(high, low, max(high, low))
}
limits <- function(alpha, x1, n1, x2, n2, corrected) {
  z <- qnorm(1 - alpha); e <- x1 / n1 - x2 / n2; f <- function(d) score(d, x1, n1, x2, n2, corrected)
  c(if (e <= -1) -1 else root(function(d) f(d) - z, -1 + 1e-9, e),
    if (e >= 1) 1 else root(function(d) f(d) + z, e, 1 - 1e-9))
}
for (case in names(with_field("two"))) {
  x <- numbers(own[[case]]$two)
  with <- list(x1 = x[1], n1 = x[2], x2 = x[3], n2 = x[4])
  for (kind in c("fm", "mn")) {
    corrected <- kind == "mn"
    record(case, sprintf("one_sided(0.1, x1, n1, x2, n2, %s)", corrected), paste0(kind, c("_high_p", "_low_p", "_two_p")),
           closed, "R: score with numerical likelihood", with)
    record(case, sprintf("limits(0.025, x1, n1, x2, n2, %s)", corrected), paste0(kind, c("_95_low", "_95_high")),
           iterative, "R: score with numerical likelihood, uniroot", with)
    record(case, sprintf("limits(0.05, x1, n1, x2, n2, %s)", corrected), paste0(kind, c("_90_low", "_90_high")),
           iterative, "R: score with numerical likelihood, uniroot", with)
  }
}
finish()
