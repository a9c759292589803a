# Simon's design d: n1, r1, n, r. What was seen: events of the first stage, events and participants of all.
reaches <- function(d, events, p) {
  first <- (d[2] + 1):d[1]
  sum(dbinom(first, d[1], p) * (1 - pbinom(events - first - 1, d[3] - d[1], p)))
}
as_extreme <- function(d, seen, p) {
  if (seen[1] <= d[2]) return(1 - pbinom(seen[2] - 1, d[1], p))
  if (seen[3] == d[3]) return(reaches(d, seen[2], p))
  conditional <- 1 - pbinom(seen[2] - seen[1] - 1, seen[3] - d[1], p)
  matched <- qbeta(conditional, d[4] + 1 - seen[1], d[3] - d[1] - d[4] + seen[1])
  first <- (d[2] + 1):d[1]
  sum(dbinom(first, d[1], p) * (1 - pbinom(d[4] - first, d[3] - d[1], matched)))
}
where_it_is <- function(d, seen, probability) {
  if (seen[2] == 0) return(0)
  uniroot(function(p) as_extreme(d, seen, p) - probability, c(0, 1), tol = 1e-14)$root
}
unbiased <- function(d, seen) {
  if (seen[1] <= d[2]) return(seen[2] / d[1])
  first <- max(d[2] + 1, seen[2] - d[3] + d[1]):min(seen[2], d[1])
  later <- choose(d[3] - d[1], seen[2] - first)
  sum(choose(d[1] - 1, first - 1) * later) / sum(choose(d[1], first) * later)
}
