# Whether an event is treatment emergent: begun on or after the start and, where days are given, no later than so many
# days after the last treatment. Who has no start was not treated: "no".
emergent <- function(onset, start, last, within) {
  began <- onset >= start
  if (is.null(within)) return(ifelse(is.na(start), "no", ifelse(began, "yes", "no")))
  in.time <- (onset <= last + within) %in% TRUE | (onset <= start + within) %in% TRUE
  too.late <- (onset > last + within) %in% TRUE & !in.time
  ifelse(began %in% TRUE & in.time, "yes", ifelse(is.na(start) | began %in% FALSE | too.late, "no", NA))
}
