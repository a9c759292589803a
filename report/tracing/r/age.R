# Completed years from birth to a date; missing before birth.
age_on <- function(birth, day) {
  b <- as.POSIXlt(birth); d <- as.POSIXlt(day)
  years <- d$year - b$year - (d$mon < b$mon | (d$mon == b$mon & d$mday < b$mday))
  ifelse(day < birth, NA, years)
}
