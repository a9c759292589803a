# A SAS data file: names in small letters, a text of blanks only as missing, dates as dates.
read_sas_file <- function(path) {
  read <- if (grepl("[.]xpt$", path, ignore.case = TRUE)) haven::read_xpt(path) else haven::read_sas(path)
  names(read) <- tolower(names(read))
  as.data.frame(lapply(read, function(cells) {
    if (is.character(cells)) cells[!nzchar(cells)] <- NA
    if (is.numeric(cells) && !inherits(cells, c("Date", "POSIXct"))) as.numeric(cells) else cells
  }), check.names = FALSE)
}
