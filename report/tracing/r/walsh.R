# All averages of two differences, each with itself too, in order: their median is the Hodges-Lehmann estimate.
walsh <- function(x) {
  sums <- outer(x, x, "+") / 2
  sort(sums[lower.tri(sums, diag = TRUE)])
}
