# The levels in which both arms have somebody.
levels_of_both <- function(d, arms, levels) {
  Filter(function(level) all(arms %in% d$arm[d$subgroup %in% level]), levels)
}

# Two arms in some levels.
two_arms <- function(d, arms, levels) {
  d <- droplevels(d[d$arm %in% arms & d$subgroup %in% levels, ])
  d$subgroup <- factor(d$subgroup)
  d
}

# Names of what is adjusted for that has several values there and is not the subgroup itself.
telling <- function(d, names) {
  is_subgroup <- function(name) identical(as.character(d[[name]]), as.character(d$subgroup))
  Filter(function(name) length(unique(d[[name]])) > 1 && !is_subgroup(name), names)
}
