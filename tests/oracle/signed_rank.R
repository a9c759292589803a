# Exact signed rank test: V (sum of the ranks of the positive differences) and the two-sided p,
# zeros dropped before ranking ("drop") or ranked and then left out ("pratt").
source("_common.R")
suppressMessages(library(coin))
suppressMessages(library(exactRankTests))

for (case in names(having("differences"))) {
  x <- inputs[[case]]$differences
  if (!is.null(inputs[[case]]$level)) next
  with <- list(x = x)
  record(case, "c(length(x), sum(x == 0), sum(x != 0))", c("n", "n_zero", "n_used"), closed, "count", with)
  record(case, "sum(rank(abs(x[x != 0]))[x[x != 0] > 0])", "v_drop", closed, "R rank: definition", with)
  record(case, "sum(rank(abs(x))[x > 0])", "v_pratt", closed, "R rank: definition", with)
  if (all(x == 0)) {
    record(case, "wilcox.test(x)$p.value", c("p_drop"), closed, "R wilcox.test: not defined, all zero", with)
    record(case, "wilcox.test(x)$p.value", c("p_pratt"), closed, "R wilcox.test: not defined, all zero", with)
    next
  }
  plain <- all(x != 0) && !anyDuplicated(abs(x))
  if (plain) {
    record(case, "wilcox.test(x, exact = TRUE)[c(\"statistic\", \"p.value\")]", c("v_drop", "p_drop"), closed,
           "R wilcox.test", with)
  }
  record(case, "exactRankTests::wilcox.exact(x)[c(\"statistic\", \"p.value\")]", c("v_drop", "p_drop"), closed,
         "exactRankTests wilcox.exact", with)
  for (zero in c("Wilcoxon", "Pratt")) {
    end <- if (zero == "Pratt") "pratt" else "drop"
    test <- sprintf(
      "wilcoxsign_test(x ~ rep(0, length(x)), distribution = \"exact\", zero.method = \"%s\")", zero)
    record(case, paste0("statistic(", test, ", \"linear\")"), paste0("v_", end), closed, "coin wilcoxsign_test", with)
    record(case, paste0("pvalue(", test, ")"), paste0("p_", end), closed, "coin wilcoxsign_test", with)
  }
}
# The sign patterns counted one by one, where they are few: no shared code with the packages above.
every_pattern <- function(r, v) {
  sums <- as.matrix(expand.grid(rep(list(0:1), length(r)))) %*% r
  far <- abs(v - sum(r) / 2)
  mean(abs(sums - sum(r) / 2) >= far - 1e-9)
}
for (case in names(having("differences"))) {
  x <- inputs[[case]]$differences
  if (!is.null(inputs[[case]]$level) || all(x == 0) || length(x) > 15) next
  record(case, "{ y <- x[x != 0]; r <- rank(abs(y)); every_pattern(r, sum(r[y > 0])) }", "p_drop", closed,
         "all sign patterns", list(x = x))
  record(case, "{ r <- rank(abs(x))[x != 0]; y <- x[x != 0]; every_pattern(r, sum(r[y > 0])) }", "p_pratt", closed,
         "all sign patterns", list(x = x))
}
finish(c("coin", "exactRankTests"))
