# The intracluster correlation within arms by the analysis of variance, Searle's limits, and the design effect.
intracluster <- function(d, level) {
  d <- d[!is.na(d$y) & !is.na(d$cluster), ]
  own <- interaction(d$arm, d$cluster, drop = TRUE)
  of.arm <- ave(d$y, d$arm); of.cluster <- ave(d$y, own)
  sizes <- table(own); arm <- d$arm[match(names(sizes), own)]
  df <- c(length(sizes) - length(unique(d$arm)), nrow(d) - length(sizes))
  squares <- c(sum((of.cluster - of.arm)^2), sum((d$y - of.cluster)^2)) / df
  m0 <- (nrow(d) - sum(sizes^2 / table(d$arm)[as.character(arm)])) / df[1]
  icc <- (squares[1] - squares[2]) / (squares[1] + (m0 - 1) * squares[2])
  f <- squares[1] / squares[2] / qf(c(1 + level, 1 - level) / 2, df[1], df[2])
  c(icc, (f - 1) / (f + m0 - 1), 1 + (sum(sizes^2) / nrow(d) - 1) * icc)
}
