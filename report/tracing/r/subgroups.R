# The levels in which both arms have somebody.
levels_of_both <- function(d, arms, levels) {
  Filter(function(level) all(arms %in% d$arm[d$subgroup %in% level]), levels)
}

# Two arms in some levels; names of what is adjusted for that has more than one value there.
two_arms <- function(d, arms, levels) {
  d <- droplevels(d[d$arm %in% arms & d$subgroup %in% levels, ])
  d$subgroup <- factor(d$subgroup)
  d
}
telling <- function(d, names) Filter(function(name) length(unique(d[[name]])) > 1, names)
