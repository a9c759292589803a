# The shift of a category between two visits: R's tables, missing levels counted beside them.
source("_common.R")
inputs <- Filter(function(case) !is.null(case$earlier), fromJSON("inputs_within.json", simplifyVector = TRUE))
for (case in names(inputs)) {
  of <- inputs[[case]]
  levels <- of$levels
  with <- list(before = factor(of$earlier, levels), after = factor(of$later, levels))
  pairs <- as.vector(outer(levels, levels, paste, sep = ">"))
  record(case, "table(before, after)", paste0("n ", pairs), closed, "R table", with)
  record(case, "prop.table(table(before, after), 1)", paste0("p ", pairs), closed, "R prop.table", with)
  record(case, "rowSums(table(before, after))", paste0("N ", levels), closed, "R table", with)
  record(case, "colSums(table(before, after))", paste0("n_later ", levels), closed, "R table", with)
  record(case, "table(before[is.na(after)])", paste0("n_after_missing ", levels), closed, "R table", with)
  record(case, "table(after[is.na(before)])", paste0("n_before_missing ", levels), closed, "R table", with)
  record(case, "c(sum(!is.na(before) & !is.na(after)), sum(is.na(before) | is.na(after)), sum(is.na(before) & is.na(after)))",
         c("N_pairs", "N_miss", "n_neither"), closed, "count", with)
}
finish()
