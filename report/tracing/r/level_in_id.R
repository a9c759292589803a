# A level as it stands in the id of a result: a blank as a hyphen, other marks than letters by their number.
level_in_id <- function(levels) {
  vapply(strsplit(as.character(levels), ""), function(marks) {
    coded <- vapply(marks, function(mark) sprintf("~%x", utf8ToInt(mark)), "")
    paste(ifelse(grepl("[[:alnum:]_-]", marks), marks, ifelse(marks == " ", "-", coded)), collapse = "")
  }, "")
}
