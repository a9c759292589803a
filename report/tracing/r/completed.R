# Completed days, weeks, months or years from one date to another; below zero where the second comes first.
completed <- function(first, last, unit) {
  days <- as.numeric(last - first)
  if (unit %in% c("days", "weeks")) return(trunc(days / c(days = 1, weeks = 7)[[unit]]))
  early <- as.POSIXlt(pmin(first, last)); late <- as.POSIXlt(pmax(first, last))
  months <- 12 * (late$year - early$year) + late$mon - early$mon - (late$mday < early$mday)
  sign(days) * floor(months / c(months = 1, years = 12)[[unit]])
}
