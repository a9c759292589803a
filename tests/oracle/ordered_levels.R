# Ordered levels by arm: proportional odds (the last row of a table is the reference), the score test of proportional
# odds by its expected information, chi-squared, Fisher (Freeman-Halton), generalised Cochran-Mantel-Haenszel tests.
source("_binary.R")
suppressMessages({library(MASS); library(coin); library(ordinal)})

table_of <- function(case) {
  rows <- own[[case]]$table
  matrix(numbers(rows), nrow = length(rows), byrow = TRUE)
}
tables_of <- function(case) lapply(own[[case]]$tables, function(t) matrix(numbers(t), nrow = length(t), byrow = TRUE))
long <- function(t) {
  t <- t[, colSums(t) > 0, drop = FALSE]
  k <- nrow(t)
  d <- data.frame(arm = rep(seq_len(k), ncol(t)), y = rep(seq_len(ncol(t)), each = k))
  d <- d[rep(seq_len(nrow(d)), as.vector(t)), ]
  d$arm <- relevel(factor(d$arm), ref = as.character(k)); d$y <- factor(d$y, ordered = TRUE)
  d
}
odds <- function(d) { # of every arm but the reference: odds ratio, limits, SE
  f <- clm(y ~ arm, data = d, control = clm.control(gradTol = 1e-12, maxIter = 500L, convTol = 1e-12))
  k <- startsWith(names(coef(f)), "arm")
  b <- coef(f)[k]; se <- sqrt(diag(vcov(f)))[k]
  c(exp(b), exp(b - qnorm(0.975) * se), exp(b + qnorm(0.975) * se), se, 2 * pnorm(-abs(b / se)))
}
# All derivatives numerical: of the chances of a model with a cut and slopes of its own for each level.
general_score <- function(d) {
  f <- clm(y ~ arm, data = d, control = clm.control(gradTol = 1e-12, maxIter = 500L, convTol = 1e-12))
  levels_of <- nlevels(d$y); x <- model.matrix(~ arm, d)[, -1, drop = FALSE]; k <- levels_of - 1; p <- ncol(x)
  patterns <- unique(x); g0 <- as.vector(t(cbind(f$alpha, matrix(f$beta, k, p, byrow = TRUE))))
  chances <- function(g, row) {
    b <- matrix(g, k, p + 1, byrow = TRUE)
    diff(c(0, plogis(b[, 1] - b[, -1, drop = FALSE] %*% row), 1))
  }
  score <- 0; information <- 0
  for (i in seq_len(nrow(patterns))) {
    own <- apply(x, 1, function(r) all(r == patterns[i, ]))
    seen <- as.vector(table(d$y[own])); chance <- chances(g0, patterns[i, ])
    j <- numDeriv::jacobian(function(g) chances(g, patterns[i, ]), g0)
    score <- score + colSums(j * (seen / chance))
    information <- information + sum(seen) * t(j) %*% (j / chance)
  }
  s <- as.numeric(score %*% solve(information, score)); df <- (levels_of - 2) * p
  c(s, df, pchisq(s, df, lower.tail = FALSE))
}
pearson <- function(t) unlist(chisq.test(t[, colSums(t) > 0], correct = FALSE)[c("statistic", "parameter", "p.value")])

win <- function(t) { # the chance that the first arm's level is the higher, ties as half
  p <- t / rowSums(t)
  sum(outer(p[1, ], p[2, ]) * (outer(seq_len(ncol(t)), seq_len(ncol(t)), ">") + diag(ncol(t)) / 2))
}
exactly <- function(d) as.numeric(pvalue(wilcox_test(as.integer(y) ~ arm, d, distribution = exact())))

# The generalised tests by their definition (Landis, Heyman and Koch 1978): `rows` and `columns` give a table's contrasts.
general <- function(tables, rows, columns) {
  beyond <- 0; covariance <- 0
  for (t in tables) if (sum(t) > 1) {
    n <- sum(t); r <- rowSums(t); s <- colSums(t); a <- rows(t); b <- columns(t)
    beyond <- beyond + as.vector(t(a %*% (t - r %o% s / n) %*% t(b)))
    covariance <- covariance + kronecker(a %*% (diag(r) - r %o% r / n) %*% t(a), b %*% (diag(s) - s %o% s / n) %*% t(b)) / (n - 1)
  }
  inverse <- ginv(covariance); df <- qr(covariance)$rank
  s <- as.numeric(beyond %*% inverse %*% beyond)
  c(s, df, pchisq(s, df, lower.tail = FALSE))
}
each <- function(k) diag(k)[-k, , drop = FALSE]
integers <- function(counts) matrix(seq_along(counts), 1)
midranks <- function(counts) matrix(cumsum(counts) - (counts - 1) / 2, 1)
association <- function(tables) general(tables, function(t) each(nrow(t)), function(t) each(ncol(t)))
row_means <- function(tables, scores) general(tables, function(t) each(nrow(t)), function(t) scores(colSums(t)))
correlation <- function(tables, scores) general(tables, function(t) scores(rowSums(t)), function(t) scores(colSums(t)))

participants <- function(tables) do.call(rbind, lapply(seq_along(tables), function(i) {
  t <- tables[[i]]
  d <- expand.grid(arm = seq_len(nrow(t)), y = seq_len(ncol(t)))[rep(seq_along(t), as.vector(t)), ]
  cbind(d, stratum = rep(i, nrow(d)))
}))
by_coin <- function(tables, ordered_levels, ordered_arms) {
  d <- participants(tables)
  d$stratum <- factor(d$stratum)
  if (!ordered_arms) d$arm <- factor(d$arm)
  if (!ordered_levels) d$y <- factor(d$y)
  i <- independence_test(y ~ arm | stratum, d, teststat = "quadratic")
  c(statistic(i), i@statistic@df, pvalue(i))
}
by_r <- function(tables) unlist(mantelhaen.test(simplify2array(tables), correct = FALSE)[c("statistic", "parameter", "p.value")])

tests <- c("statistic", "df", "p")
for (case in names(with_field("table"))) {
  t <- table_of(case); d <- long(t); k <- nrow(t) - 1; with <- list(t = t, d = d)
  stats <- paste0(rep(c("estimate", "low", "high", "se", "p"), each = k), "_", seq_len(k))
  record(case, "odds(d)", paste0("odds_", stats), iterative, "R ordinal clm", with)
  if (nlevels(d$y) > 2) {
    record(case, "general_score(d)", paste0("proportional_", tests), iterative, "R clm, numDeriv; expected information", with)
  }
  record(case, "pearson(t)", paste0("chi_", tests), closed, "R chisq.test", with)
  if (sum(t) < 110 || case == "o_three_by_four") record(case, "fisher.test(t, workspace = 2e8)$p.value", "fisher_p", closed, "R fisher.test", with)
  record(case, "unlist(kruskal.test(as.integer(d$y), d$arm)[c(\"statistic\", \"parameter\", \"p.value\")])",
         paste0("kruskal_", tests), closed, "R kruskal.test", with)
  record(case, "association(list(t[, colSums(t) > 0]))", paste0("association_", tests), closed, "R: definition", with)
  record(case, "row_means(list(t), integers)", paste0("row_means_", tests), closed, "R: definition", with)
  record(case, "row_means(list(t), midranks)", paste0("row_means_midranks_", tests), closed, "R: definition", with)
  if (k == 1) {
    record(case, "wilcox.test(as.integer(y) ~ arm, transform(d, arm = relevel(arm, \"1\")), exact = FALSE)$p.value",
           "rank_sum_p", closed, "R wilcox.test", with)
    record(case, "win(t)", "win_estimate", closed, "R: every pair counted", with)
    if (sum(t) < 80) record(case, "exactly(d)", "exact_p", closed, "coin wilcox_test(distribution = exact())", with)
  }
}
for (case in names(with_field("tables"))) {
  with <- list(tables = tables_of(case))
  full <- Filter(function(t) sum(t) > 1, with$tables)
  record(case, "association(tables)", paste0("association_", tests), closed, "R: definition", with)
  record(case, "row_means(tables, integers)", paste0("row_means_", tests), closed, "R: definition", with)
  record(case, "row_means(tables, midranks)", paste0("row_means_midranks_", tests), closed, "R: definition", with)
  record(case, "correlation(tables, integers)", paste0("correlation_", tests), closed, "R: definition", with)
  record(case, "correlation(tables, midranks)", paste0("correlation_midranks_", tests), closed, "R: definition", with)
  with_full <- list(tables = full)
  record(case, "by_r(Filter(function(t) sum(t) > 1, tables))", paste0("association_", tests), closed, "R mantelhaen.test", with)
  record(case, "by_coin(Filter(function(t) sum(t) > 1, tables), TRUE, FALSE)", paste0("row_means_", tests), closed,
         "coin independence_test", with)
  record(case, "by_coin(Filter(function(t) sum(t) > 1, tables), TRUE, TRUE)", paste0("correlation_", tests), closed,
         "coin independence_test", with)
}
help_page <- "R package coin, help page cmh_test (Agresti 2002, p. 297); R's mantelhaen.test prints 10.2 and 0.3345 in its example"
published("o_job_satisfaction", "association_statistic", 10.2001, 4, help_page)
published("o_job_satisfaction", "association_p", 0.3345, 4, help_page)
published("o_job", "fisher_p", 0.7827, 4, "R help page fisher.test (data of Agresti 2002, p. 57, Job Satisfaction), as its example prints it")
book <- "tests of R package contingencytables, companion to Fagerland, Lydersen and Laake 2017 (the book itself not seen)"
published("o_lydersen", c("odds_p_1"), 0.14097, 5, book)
published("o_lydersen", "row_means_midranks_statistic", 2.132, 3, book)
published("o_lydersen", "row_means_midranks_p", 0.1442, 4, book)
published("o_fontanella", paste0("odds_", c("estimate", "low", "high"), "_1"), c(0.318, 0.228, 0.444), 3, book)
published("o_cheese", "odds_estimate_1", exp(-1.6128), 4,
          "SAS/STAT, PROC LOGISTIC, example Ordinal Logistic Regression: data seen; coefficient 1.6128 quoted from memory, not seen")
finish(c("ordinal", "MASS", "coin", "numDeriv"))
