# A mixed model for repeated measures (MMRM) by R's package mmrm, written as rows that trialpress prints.
#
#     Rscript mmrm.R FOLDER
#
# FOLDER holds data/; the model goes to data/mmrm.json. Needs the packages mmrm, emmeans and jsonlite. Say under
# "of this study" what the study's files and columns are called; the rest needs no change.

# Of this study --------------------------------------------------------------------------------------------------------

of <- list(
  analysis = "pain.mmrm",                         # by which templates ask: estimate("pain.mmrm", arm=..., visit=...)
  variable = "pain", unit = "points",
  participants = list(file = "participants.csv", id = "id", arm = "arm", in_analysis = quote(treated == "yes")),
  values = list(file = "pain.csv", id = "id", visit = "visit", value = "pain"),
  population = "treated",
  arms = c(P = "placebo", A = "active"),          # code in the data = id in the study file; the reference first
  visits = c(W2 = "week2", W4 = "week4", W8 = "week8"),
  baseline = "W0",                                # the code of the earlier visit
  covariates = "age",                             # columns of the participants, beside baseline and baseline by visit
  categories = character(),                       # those of the covariates that are categories
  direction_of_change = "value minus baseline",
  covariance = "us",                              # unstructured; "cs", "ar1", "toep" and others are in the package
  df = "Kenward-Roger",                           # or "Satterthwaite"
  # with Kenward-Roger: the form without second derivatives, which is that of SAS PROC MIXED with DDFM=KR
  vcov = "Kenward-Roger-Linear",                  # with Satterthwaite: "Asymptotic"
  level = 0.95, decimals = 1
)

# Reading --------------------------------------------------------------------------------------------------------------

suppressPackageStartupMessages({
  library(mmrm)
  library(emmeans)
  library(jsonlite)
})
folder <- commandArgs(trailingOnly = TRUE)[1]
if (is.na(folder)) stop("say which folder: Rscript mmrm.R FOLDER", call. = FALSE)
in_data <- function(name) file.path(folder, "data", name)

# The fingerprint of a file, taken in the run that reads it.
sha256 <- function(path) {
  if (exists("sha256sum", asNamespace("tools"))) return(unname(tools::sha256sum(path)))  # R 4.5 or newer
  if (requireNamespace("digest", quietly = TRUE)) return(digest::digest(file = path, algo = "sha256"))
  substr(system2("sha256sum", shQuote(path), stdout = TRUE), 1, 64)
}
read_text <- function(name) {
  read.csv(in_data(name), colClasses = "character", na.strings = "", check.names = FALSE, fileEncoding = "UTF-8-BOM")
}

people <- read_text(of$participants$file)
people <- people[eval(of$participants$in_analysis, people) %in% TRUE, ]
values <- read_text(of$values$file)
at <- function(code) {
  there <- values[values[[of$values$visit]] == code, ]
  as.numeric(there[[of$values$value]][match(people[[of$participants$id]], there[[of$values$id]])])
}
wide <- data.frame(
  id = factor(people[[of$participants$id]]),
  arm = factor(of$arms[people[[of$participants$arm]]], levels = of$arms),
  base = at(of$baseline)
)
for (name in of$covariates) {
  wide[[name]] <- if (name %in% of$categories) factor(people[[name]]) else as.numeric(people[[name]])
}
long <- do.call(rbind, lapply(names(of$visits), function(code) {
  cbind(wide, visit = of$visits[[code]], change = at(code) - wide$base)
}))
long$visit <- factor(long$visit, levels = of$visits)
used <- long[complete.cases(long), ]

# The model ------------------------------------------------------------------------------------------------------------

terms <- c("arm * visit", "base * visit", of$covariates)
formula <- as.formula(sprintf("change ~ %s + %s(visit | id)", paste(terms, collapse = " + "), of$covariance))
fit <- mmrm(formula, data = used, reml = TRUE, method = of$df, vcov = of$vcov)
covariances <- c(us = "unstructured", cs = "compound symmetry", ar1 = "autoregressive", toep = "Toeplitz")
named <- if (of$covariance %in% names(covariances)) covariances[[of$covariance]] else of$covariance
told <- sprintf(
  paste("Mixed model for repeated measures of the change (%s), %s covariance, REML, %s degrees of freedom and %s",
        "covariance of the estimates; visit, arm, baseline and their interactions with visit%s; least-squares means at",
        "the mean of the covariates"),
  of$direction_of_change, named, of$df, of$vcov,
  if (length(of$covariates)) paste0(", ", paste(of$covariates, collapse = ", ")) else ""
)

# The rows -------------------------------------------------------------------------------------------------------------

digits <- of$decimals + 1
key <- function(kind) paste0(kind, ":", digits)
row <- function(stat_name, stat_label, stat, format_key, arm = "", visit = "", unit = "") {
  data.frame(
    analysis_id = of$analysis, variable = of$variable, population = of$population, method = told,
    group1 = if (nzchar(arm)) "arm" else "", group1_level = arm, visit = visit, stat_name, stat_label,
    stat = unname(stat), format_key, unit
  )
}
means <- emmeans(fit, ~ arm | visit, weights = "proportional")
of_means <- as.data.frame(summary(means, level = of$level))
of_arms <- as.data.frame(summary(contrast(means, "trt.vs.ctrl", ref = 1), level = of$level, infer = TRUE, adjust = "none"))
of_arms$arm <- rep(unname(of$arms[-1]), times = length(of$visits))

of_mean <- function(m) {
  arm <- as.character(m$arm); visit <- as.character(m$visit)
  rbind(
    row("ls_mean", "Least-squares mean, MMRM", m$emmean, key("mean"), arm, visit, of$unit),
    row("ls_mean.std.error", "SE", m$SE, key("mean"), arm, visit, of$unit),
    row("ls_mean.conf.low", "Lower limit", m$lower.CL, key("mean"), arm, visit, of$unit),
    row("ls_mean.conf.high", "Upper limit", m$upper.CL, key("mean"), arm, visit, of$unit),
    row("n_values", "Values in the model", sum(used$arm == arm & used$visit == visit), "count", arm, visit)
  )
}
of_difference <- function(m) {
  arm <- m$arm; visit <- as.character(m$visit)
  rbind(
    row("estimate", "Least-squares mean difference, MMRM", m$estimate, key("fixed"), arm, visit, of$unit),
    row("std.error", "Standard error", m$SE, key("mean"), arm, visit, of$unit),
    row("conf.low", "Lower limit", m$lower.CL, key("fixed"), arm, visit, of$unit),
    row("conf.high", "Upper limit", m$upper.CL, key("fixed"), arm, visit, of$unit),
    row("df", "Degrees of freedom", m$df, "fixed:1", arm, visit),
    row("statistic", "t", m$t.ratio, "fixed:2", arm, visit),
    row("p.value", "Mixed model for repeated measures", m$p.value, "p", arm, visit)
  )
}
each <- function(frame, f) do.call(rbind, lapply(seq_len(nrow(frame)), function(i) f(frame[i, ])))
of_arm <- function(arm) {
  whole <- sum(wide$arm == arm, na.rm = TRUE)
  n <- length(unique(used$id[used$arm == arm]))
  rbind(row("n", "Participants", n, "count", arm), row("N_miss", "Left out, a value missing", whole - n, "count", arm))
}
rows <- rbind(
  each(of_means, of_mean), each(of_arms, of_difference), do.call(rbind, lapply(unname(of$arms), of_arm)),
  row("conf.level", "Confidence level", of$level, "level")
)

# Writing --------------------------------------------------------------------------------------------------------------

files <- unique(c(of$participants$file, of$values$file))
version <- function(name) as.character(packageVersion(name))
header <- list(
  inputs = setNames(lapply(files, function(name) sha256(in_data(name))), files),
  software = list(R = as.character(getRversion()), mmrm = version("mmrm"), emmeans = version("emmeans"))
)
write_json(list(header = header, rows = rows), in_data("mmrm.json"), auto_unbox = TRUE, digits = NA, pretty = TRUE)
cat(sprintf("%d rows of %d participants in %s\n", nrow(rows), length(unique(used$id)), in_data("mmrm.json")))
