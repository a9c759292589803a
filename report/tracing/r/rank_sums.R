# The Mann-Whitney test given all ranks: p of a rank sum as far from its mean as that of x, and the smallest such p.
rank_sum_p <- function(x, y) {
  ranks <- round(2 * rank(c(x, y)))
  ways <- matrix(0, length(x) + 1, sum(ranks) + 1)
  ways[1, 1] <- 1
  for (rank in ranks) for (chosen in length(x):1) {
    later <- (rank + 1):ncol(ways)
    ways[chosen + 1, later] <- ways[chosen + 1, later] + ways[chosen, later - rank]
  }
  chance <- ways[length(x) + 1, ] / sum(ways[length(x) + 1, ])
  far <- abs((seq_along(chance) - 1) * length(ranks) - length(x) * sum(ranks))
  seen <- abs(sum(ranks[seq_along(x)]) * length(ranks) - length(x) * sum(ranks))
  c(sum(chance[far >= seen]), sum(chance[far >= max(far[chance > 0])]))
}
