# Each participant's later rate minus the earlier one, in multiples of one over a common multiple of all days, which
# are whole numbers: what ties is equal. Then the exact signed rank test, zeros dropped or handled after Pratt.
source("_common.R")
suppressMessages(library(coin))
suppressMessages(library(exactRankTests))

divisor <- function(a, b) if (b == 0) a else divisor(b, a %% b)
multiple <- function(days) Reduce(function(a, b) a / divisor(a, b) * b, days)
every_pattern <- function(r, v) {
  sums <- as.matrix(expand.grid(rep(list(0:1), length(r)))) %*% r
  far <- abs(v - sum(r) / 2)
  mean(abs(sums - sum(r) / 2) >= far - 1e-9)
}

for (case in names(having("days_after"))) {
  if (!is.null(inputs[[case]]$level)) next
  x <- with(inputs[[case]], {
    common <- multiple(c(days_before, days_after))
    after * (common / days_after) - before * (common / days_before)
  })
  stopifnot(all(x == round(x)), max(abs(x)) < 2^53)
  with <- list(x = x)
  record(case, "c(sum(x < 0), sum(x > 0), sum(x == 0))", c("n_fewer", "n_more", "n_same"), closed, "count", with)
  record(case, "sum(rank(abs(x[x != 0]))[x[x != 0] > 0])", "v_drop", closed, "R rank: definition", with)
  record(case, "sum(rank(abs(x))[x > 0])", "v_pratt", closed, "R rank: definition", with)
  if (all(x == 0)) next
  record(case, "exactRankTests::wilcox.exact(x)[c(\"statistic\", \"p.value\")]", c("v_drop", "p_drop"), closed,
         "exactRankTests wilcox.exact", with)
  test <- "wilcoxsign_test(x ~ rep(0, length(x)), distribution = \"exact\", zero.method = \"Pratt\")"
  record(case, paste0("pvalue(", test, ")"), "p_pratt", closed, "coin wilcoxsign_test", with)
  record(case, "{ y <- x[x != 0]; r <- rank(abs(y)); every_pattern(r, sum(r[y > 0])) }", "p_drop", closed,
         "all sign patterns", with)
  record(case, "{ r <- rank(abs(x))[x != 0]; y <- x[x != 0]; every_pattern(r, sum(r[y > 0])) }", "p_pratt", closed,
         "all sign patterns", with)
}
finish(c("coin", "exactRankTests"))
