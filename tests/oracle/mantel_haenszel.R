# A binary outcome of two arms within strata: Mantel-Haenszel difference (first minus second) with Sato's variance and
# ratio (first over second) with that of Greenland and Robins; Cochran-Mantel-Haenszel test without correction.
# A row of `strata` holds events and participants of the first arm, then of the second.
source("_common.R")
suppressMessages(library(metafor))

# metafor and mantelhaen.test take no stratum with an empty arm; such a stratum adds nothing to any of the sums.
both <- function(s) s[s[, 2] > 0 & s[, 4] > 0, , drop = FALSE]

pooled <- function(s, measure, level) {
  s <- both(s)
  fit <- rma.mh(ai = s[, 1], n1i = s[, 2], ci = s[, 3], n2i = s[, 4], measure = measure, level = 100 * level,
                correct = FALSE)
  limits <- c(fit$beta, fit$ci.lb, fit$ci.ub)
  if (measure == "RR") exp(limits) else limits
}

# The same difference with its variance as the documentation of SAS PROC FREQ (common risk difference) has it.
by_sato <- function(s, level) {
  s <- s[s[, 2] + s[, 4] > 0, , drop = FALSE]
  x1 <- s[, 1]; n1 <- s[, 2]; x2 <- s[, 3]; n2 <- s[, 4]; n <- n1 + n2
  w <- n1 * n2 / n
  d <- sum((x1 * n2 - x2 * n1) / n) / sum(w)
  p <- (n1^2 * x2 - n2^2 * x1 + n1 * n2 * (n2 - n1) / 2) / n^2
  q <- (x1 * (n2 - x2) + x2 * (n1 - x1)) / (2 * n)
  d + c(0, -1, 1) * qnorm((1 + level) / 2) * sqrt((d * sum(p) + sum(q)) / sum(w)^2)
}

tested <- function(s) {
  s <- both(s)
  tables <- array(rbind(s[, 1], s[, 2] - s[, 1], s[, 3], s[, 4] - s[, 3]), c(2, 2, nrow(s)))
  mantelhaen.test(tables, correct = FALSE)[c("statistic", "p.value")]
}

# mantelhaen.test takes no single stratum.
of_one <- function(s) {
  n <- s[1, 2] + s[1, 4]
  table <- matrix(c(s[1, 1], s[1, 2] - s[1, 1], s[1, 3], s[1, 4] - s[1, 3]), 2)
  statistic <- chisq.test(table, correct = FALSE)$statistic * (n - 1) / n
  c(statistic, pchisq(statistic, 1, lower.tail = FALSE))
}

for (case in names(having("strata"))) {
  s <- inputs[[case]]$strata + 0 # whole numbers as R holds them would overflow
  level <- level_of(inputs[[case]])
  with <- list(s = s, level = level)
  limits <- c("estimate", "low", "high")
  record(case, sprintf("pooled(s, \"RD\", %s)", level), paste0("rd_", limits), closed, "metafor rma.mh", with)
  record(case, sprintf("by_sato(s, %s)", level), paste0("rd_", limits), closed,
         "formula of SAS PROC FREQ, in R", with)
  if (sum(both(s)[, 1]) > 0 && sum(both(s)[, 3]) > 0) {
    record(case, sprintf("pooled(s, \"RR\", %s)", level), paste0("rr_", limits), closed, "metafor rma.mh", with)
  }
  if (nrow(both(s)) > 1) {
    record(case, "tested(s)", c("statistic", "p_value"), closed, "R mantelhaen.test(correct = FALSE)", with)
  } else {
    record(case, "of_one(s)", c("statistic", "p_value"), closed, "R chisq.test times (n - 1) / n", with)
  }
}
paper <- "tests of R package metafor for Rothman, Greenland and Lash 2008, Table 15-1 (which has 0.088 for the upper limit 0.0874, they say)"
published("ugdp_90", c("rd_estimate", "rd_low", "rd_high"), c(0.0349, -0.0176, 0.0874), 4, paper)
published("ugdp_90", c("rr_estimate", "rr_low", "rr_high"), c(1.3256, 0.8658, 2.0296), 4, paper)
finish("metafor")
