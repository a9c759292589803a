# Shared by the scripts of numbers by arm (inputs_by_arm.json). A statistic is named variant:name:arm, as in our rows.
source("_common.R")
inputs <- fromJSON("inputs_by_arm.json", simplifyVector = TRUE)
kind <- function(which) names(Filter(function(case) case$kind == which, inputs))
level_of <- function(case) if (is.null(case[["level"]])) 0.95 else case[["level"]]
is_one_of <- function(case, cases) case %in% cases

# The frame of a case: arm as a factor, the reference first; categories in declared order.
frame_of <- function(case) {
  held <- inputs[[case]]
  d <- as.data.frame(held$data, stringsAsFactors = FALSE)
  d$Arm <- factor(d$Arm, levels = c(held$reference, setdiff(held$arms, held$reference)))
  for (name in names(held[["levels"]])) d[[name]] <- factor(d[[name]], levels = unlist(held[["levels"]][[name]]))
  d
}
values_of <- function(d, arm) { y <- d$Outcome[d$Arm == arm]; y[!is.na(y)] }
compared <- function(case) setdiff(inputs[[case]]$arms, inputs[[case]]$reference)
two_samples <- function(case, arm) {
  d <- frame_of(case)
  list(x = values_of(d, arm), y = values_of(d, inputs[[case]]$reference))
}
named <- function(variant, stats, ...) paste(variant, stats, ..., sep = ":")
