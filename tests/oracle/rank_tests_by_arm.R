# Ranks of a number by arm: Mann-Whitney, Kruskal-Wallis, Hodges-Lehmann shift, win probability (inputs_by_arm.json).
source("_by_arm.R")
suppressMessages({library(coin); library(exactRankTests)})
several <- Filter(function(case) length(inputs[[case]]$arms) > 1, kind("by_arm"))
tied <- function(with) anyDuplicated(c(with$x, with$y)) > 0
differs <- function(with) length(unique(c(with$x, with$y))) > 1

# U of x over y, and p given all ranks as the share of all allocations whose rank sum is as far from its mean.
u_of <- "sum(outer(x, y, \">\")) + sum(outer(x, y, \"==\")) / 2"
all_allocations <- paste("{ r <- rank(c(x, y)); s <- combn(length(r), length(x), function(i) sum(r[i]));",
                         "e <- length(x) * mean(r); d <- abs(s - e); c(mean(d >= abs(sum(r[seq_along(x)]) - e) - 1e-9),",
                         "mean(d >= max(d) - 1e-9)) }")
as_coin <- paste("as.numeric(pvalue(wilcox_test(v ~ g, data.frame(v = c(x, y),",
                 "g = factor(rep(1:2, c(length(x), length(y))))), distribution = \"exact\")))")
for (case in several) for (arm in compared(case)) {
  with <- two_samples(case, arm)
  n <- length(with$x); m <- length(with$y)
  level <- level_of(inputs[[case]])
  if (differs(with)) {
    record(case, u_of, named("exact", "statistic", arm), closed, "R: pairs counted", with)
    record(case, "as.numeric(wilcox.test(x, y, exact = FALSE)$statistic)", named("exact", "statistic", arm), closed,
           "R wilcox.test", with)
    if (choose(n + m, n) < 4e5) {
      record(case, all_allocations, named("exact", c("p.value", "p.floor"), arm), closed,
             "R combn: all allocations of the ranks", with)
    }
    record(case, as_coin, named("exact", "p.value", arm), closed, "R coin::wilcox_test", with)
    if (!tied(with)) {
      record(case, "wilcox.test(x, y, exact = TRUE)$p.value", named("exact", "p.value", arm), closed, "R wilcox.test", with)
      record(case, "wilcox.exact(x, y, exact = TRUE)$p.value", named("exact", "p.value", arm), closed,
             "R exactRankTests::wilcox.exact", with)
      record(case, "min(1, 2 / choose(length(c(x, y)), length(x)))", named("exact", "p.floor", arm), closed,
             "R: both ends of the distribution", with)
    }
    for (correct in c("corrected", "none")) {
      record(case, sprintf("wilcox.test(x, y, exact = FALSE, correct = %s)$p.value", correct == "corrected"),
             named(correct, "p.value", arm), closed, "R wilcox.test", with)
    }
  }

  # Hodges and Lehmann's shift, with Moses' limits.
  record(case, "median(outer(x, y, \"-\"))", named("shift", "estimate", arm), closed, "R", with)
  k <- qwilcox((1 - level) / 2, n, m)
  if (k > 0) {
    placed <- paste("{ d <- sort(outer(x, y, \"-\")); k <- qwilcox((1 - %s) / 2, length(x), length(y));",
                    "c(d[k], rev(d)[k], 1 - 2 * pwilcox(k - 1, length(x), length(y))) }")
    record(case, sprintf(placed, level), named("shift", c("conf.low", "conf.high", "conf.level_reached"), arm), closed,
           "R qwilcox: the k-th differences from both ends", with)
    if (!tied(with)) {
      record(case, sprintf("wilcox.test(x, y, exact = TRUE, conf.int = TRUE, conf.level = %s)$conf.int", level),
             named("shift", c("conf.low", "conf.high"), arm), closed, "R wilcox.test", with)
    }
  }
  k <- floor(n * m / 2 - qnorm((1 + level) / 2) * sqrt(n * m * (n + m + 1) / 12))
  if (k > 0) {
    placed <- paste("{ d <- sort(outer(x, y, \"-\")); p <- length(d);",
                    "k <- floor(p / 2 - qnorm((1 + %s) / 2) * sqrt(p * (length(c(x, y)) + 1) / 12)); c(d[k], rev(d)[k]) }")
    record(case, sprintf(placed, level), named("moses", c("conf.low", "conf.high"), arm), closed,
           "R: Moses' asymptotic place, rounded down", with)
  }

  # The probability that x is the higher, ties as half; Newcombe's method 5 from both sides, Brunner and Munzel's by ranks.
  record(case, sprintf("(%s) / (length(x) * length(y))", u_of), named("newcombe", "estimate", arm), closed, "R", with)
  newcombe <- paste("{ p <- (%s) / (length(x) * length(y)); s <- (length(x) + length(y)) / 2 - 1; z <- qnorm((1 + %s) / 2)",
                    "v <- function(t) t * (1 - t) * (1 + s * ((1 - t) / (2 - t) + t / (1 + t))) / (length(x) * length(y))",
                    "uniroot(function(t) p - t %s z * sqrt(v(t)), %s, tol = 1e-15)$root }", sep = "; ")
  p <- eval(parse(text = sprintf("(%s) / (n * m)", u_of)), with)
  if (p > 0) {
    record(case, sprintf(newcombe, u_of, level, "-", "c(1e-12, p - 1e-9 * (p == 1))"), named("newcombe", "conf.low", arm), 1e-7,
           "R uniroot, which ends where it is flat", with)
  }
  if (p < 1) {
    record(case, sprintf(newcombe, u_of, level, "+", "c(p + 1e-9 * (p == 0), 1 - 1e-12)"), named("newcombe", "conf.high", arm),
           1e-7, "R uniroot, which ends where it is flat", with)
  }
  if (p > 0 && p < 1 && min(n, m) > 1 && differs(with)) {
    ranked <- paste("{ n <- length(x); m <- length(y); r <- rank(c(x, y)); a <- r[seq_len(n)]; b <- r[n + seq_len(m)]",
                    "v <- sum((a - rank(x) - mean(a) + (n + 1) / 2)^2) / (n - 1); w <- sum((b - rank(y) - mean(b) + (m + 1) / 2)^2) / (m - 1)",
                    "df <- (n * v + m * w)^2 / ((n * v)^2 / (n - 1) + (m * w)^2 / (m - 1)); p <- (mean(a) - (n + 1) / 2) / m",
                    "pmin(1, pmax(0, p + c(-1, 1) * qt((1 + %s) / 2, df) * sqrt(v / (n * m^2) + w / (m * n^2)))) }", sep = "; ")
    record(case, sprintf(ranked, level), named("brunner_munzel", c("conf.low", "conf.high"), arm), closed,
           "R: Brunner & Munzel 2000, by ranks", with)
  }
}
for (case in several) {
  with <- list(d = frame_of(case))
  if (length(unique(na.omit(with$d$Outcome))) > 1) {
    record(case, "{ k <- kruskal.test(Outcome ~ Arm, d); c(k$statistic, k$parameter, k$p.value) }",
           named("kruskal", c("statistic", "df", "p.value")), closed, "R kruskal.test", with)
  }
}

h_w <- "SAS PROC NPAR1WAY in the validation report of R package DescrTab2 (data of Hollander & Wolfe 1973, 69f, by R's wilcox.test)"
published("permeability", named("exact", "statistic", "treated"), 35, 0, h_w)
published("permeability", named("exact", "p.value", "treated"), 0.2544, 4, h_w)
published("permeability", named("corrected", "p.value", "treated"), 0.2446, 4, h_w)
published("permeability", named("shift", "estimate", "treated"), 0.305, 3, h_w)
published("permeability", named("moses", c("conf.low", "conf.high"), "treated"), c(-0.17, 0.76), 2, h_w)
published("permeability", "kruskal:statistic", 1.5, 4, h_w)
published("permeability", "kruskal:p.value", 0.2207, 4, h_w)
published("permeability", named("shift", c("conf.low", "conf.high"), "treated"), c(-0.15, 0.76), 2,
          "R package coin, example of LocationTests (data of Hollander & Wolfe 1999, p. 110), signs turned")
sas <- "SAS/STAT 8 User's Guide, PROC NPAR1WAY, example 47.1 (arthritis): sum of scores 999, two-sided 0.0032"
published("arthritis", named("exact", "statistic", "active"), 999 - 27 * 28 / 2, 1, sas)
published("arthritis", named("corrected", "p.value", "active"), 0.0032, 4, sas)
b_m <- "help page of lawstat::brunner.munzel.test (Brunner & Munzel 2000, Neubert & Brunner 2007), as it prints its example"
published("pain", named("newcombe", "estimate", "treated"), 0.788961, 6, b_m)
published("pain", named("brunner_munzel", c("conf.low", "conf.high"), "treated"), c(0.5952169, 0.9827052), 7, b_m)
published("mucociliary", "kruskal:statistic", 0.77143, 5, "R help page kruskal.test (data of Hollander & Wolfe 1973, 116), as its example prints it (the book not seen)")
published("mucociliary", "kruskal:p.value", 0.68, 2, "R help page kruskal.test (data of Hollander & Wolfe 1973, 116), as its example prints it (the book not seen)")
published("mucociliary", "kruskal:df", 2, 0, "R help page kruskal.test (data of Hollander & Wolfe 1973, 116), as its example prints it (the book not seen)")
finish(c("coin", "exactRankTests"))
