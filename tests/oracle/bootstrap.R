# The whole bootstrap distribution of a difference: every way to draw the participants of small arms with replacement.
source("_common.R")
inputs <- fromJSON("inputs_bootstrap.json", simplifyVector = FALSE)
# every drawn measure of an arm, each of the n^n ways once
every <- function(x, measure) apply(expand.grid(rep(list(x), length(x))), 1, measure)
# the standard deviation of the difference of independent draws
spread <- function(t, c, measure) {
  own <- function(x) { v <- every(x, measure); mean(v^2) - mean(v)^2 }
  sqrt(own(t) + own(c))
}
for (case in inputs) {
  with <- list(t = as.numeric(unlist(case$treated)), c = as.numeric(unlist(case$control)))
  for (measure in c("mean", "median")) {
    with$m <- get(measure)
    record(case$case, "spread(t, c, m)", paste0(measure, "_se"), closed, "every draw", with)
    record(case$case, "m(t) - m(c)", paste0(measure, "_estimate"), closed, "R", with)
  }
}
finish()
