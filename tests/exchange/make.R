# Analysis results datasets of the indomethacin trial, as R's cards and cardx write them. Run in the project's folder:
#   Rscript tests/exchange/make.R VERSION tests/exchange
# with the library of that version of cards first in R_LIBS. The files name the version that wrote them.
library(cards)
library(jsonlite)

given <- commandArgs(trailingOnly = TRUE)
version <- given[1]
to <- function(name) file.path(given[2], paste0("cards-", version, "-", name))
stopifnot(as.character(packageVersion("cards")) == version)

patients <- read.csv("examples/indomethacin/data/patients.csv", colClasses = "character", na.strings = "")
patients$age <- as.numeric(patients$age)
summarise <- if (exists("ard_summary")) ard_summary else ard_continuous
tabulate_ <- if (exists("ard_tabulate")) ard_tabulate else ard_categorical

ard <- bind_ard(
  summarise(patients, by = "rx", variables = "age"),
  tabulate_(patients, by = "rx", variables = "gender"),
  ard_missing(patients, by = "rx", variables = "age")
)
if (requireNamespace("cardx", quietly = TRUE) && version == "0.9.0") {
  ard <- bind_ard(
    ard, ard_total_n(patients),
    cardx::ard_stats_t_test(patients, by = "rx", variables = "age"),
    cardx::ard_stats_fisher_test(patients, by = "rx", variables = "outcome")
  )
  ard <- ard[!vapply(ard$stat, is.language, TRUE), ]  # jsonlite cannot write a call, as Fisher's control
  one <- summarise(patients[1, ], variables = "age")
  failed <- cardx::ard_stats_t_test(patients[patients$rx == "1_indomethacin", ], by = "rx", variables = "age")
  write_json(one, to("one.json"), digits = NA)
  write_json(failed, to("failed.json"), digits = NA)
  write_json(ard, to("rounded.json"))  # four decimals, unless one asks for all
}

write_json(ard, to("flat.json"), digits = NA)
write_json(as_nested_list(ard), to("nested.json"), digits = NA)
if (exists("unlist_ard_columns")) {
  plain <- unlist_ard_columns(ard)
  plain <- plain[setdiff(names(plain), c("fmt_fn", "fmt_fun", "warning", "error"))]
  write.csv(plain, to("flat.csv"), row.names = FALSE)
  if (requireNamespace("nanoparquet", quietly = TRUE)) nanoparquet::write_parquet(as.data.frame(plain), to("flat.parquet"))
}
