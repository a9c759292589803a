# One row a level: events and participants with an outcome of the one arm, then of the other.
counts_by_level <- function(event, arm, level, levels, arms) {
  one <- function(l, a) c(sum(event[arm %in% a & level %in% l], na.rm = TRUE), sum(!is.na(event[arm %in% a & level %in% l])))
  t(sapply(levels, function(l) c(one(l, arms[1]), one(l, arms[2]))))
}
