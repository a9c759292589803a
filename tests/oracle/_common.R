# Shared by the oracle scripts: reads inputs.json, evaluates the very text printed in column `call`, prints CSV.
suppressMessages(library(jsonlite))
options(warn = 1, digits = 17, OutDec = ".")
inputs <- fromJSON("inputs.json", simplifyVector = TRUE)
closed <- 1e-8
iterative <- 1e-6

having <- function(field) Filter(function(case) !is.null(case[[field]]), inputs)
level_of <- function(case) if (is.null(case$level)) 0.95 else case$level

rows <- list()
quote_csv <- function(text) paste0("\"", gsub("\"", "\"\"", text), "\"")
number <- function(value) if (is.nan(value) || is.na(value)) "NaN" else sprintf("%.17g", as.numeric(value))

# Evaluate `call` with the variables in `with`; add one row for each statistic name.
record <- function(case, call, stats, tolerance, source, with) {
  values <- suppressWarnings(eval(parse(text = call), list2env(with, parent = globalenv())))
  values <- as.vector(unlist(values))
  stopifnot(length(values) == length(stats))
  for (i in seq_along(stats)) {
    rows[[length(rows) + 1]] <<- list(case = case, call = call, stat = stats[i], value = as.numeric(values[i]),
                                      tolerance = tolerance, source = source)
  }
  invisible(values)
}

# A printed figure: recorded, and held against the value of R for the same case and statistic.
published <- function(case, stats, values, decimals, source) {
  tolerance <- 0.51 * 10^-decimals
  for (i in seq_along(stats)) {
    mine <- Filter(function(row) row$case == case && row$stat == stats[i], rows)
    stopifnot(length(mine) > 0)
    for (row in mine) if (abs(row$value - values[i]) > tolerance) {
      stop(sprintf("%s %s: R gives %.8g, published %.8g", case, stats[i], row$value, values[i]))
    }
    rows[[length(rows) + 1]] <<- list(case = case, call = "", stat = stats[i], value = values[i],
                                      tolerance = tolerance, source = source)
  }
}

# Two ways to the same statistic have to agree before anything is printed.
agree <- function() {
  seen <- new.env()
  for (row in rows) {
    key <- paste(row$case, row$stat)
    first <- seen[[key]]
    if (is.null(first)) { seen[[key]] <- row; next }
    same <- (is.nan(row$value) && is.nan(first$value)) || isTRUE(row$value == first$value) ||
      isTRUE(abs(row$value - first$value) <= max(row$tolerance, first$tolerance))
    if (!same) stop(sprintf("%s: %.17g by %s, %.17g by %s", key, first$value, first$source, row$value, row$source))
  }
}

finish <- function(packages = character()) {
  agree()
  used <- vapply(packages, function(p) paste(p, packageDescription(p)$Version), "")
  cat("# ", paste(c(paste0("R ", getRversion()), used), collapse = ", "), "\n", sep = "")
  cat("case,call,stat,value,tolerance,source\n")
  for (row in rows) {
    cat(row$case, ",", quote_csv(row$call), ",", row$stat, ",", number(row$value), ",",
        sprintf("%.3g", row$tolerance), ",", quote_csv(row$source), "\n", sep = "")
  }
}
