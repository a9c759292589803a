# Differences of least-squares means within levels, and the F test of interaction in a linear model.
# A test takes the arm and the reference only; what has one value in them is left out of the model, and a level in which
# an arm has nobody has no coefficient of interaction (lm gives NA). With clusters both are robust (sandwich, HC1).
source("_common.R")
suppressMessages(library(sandwich))
inputs <- fromJSON("inputs_subgroups.json", simplifyVector = TRUE)
level_of <- function(case) if (is.null(case[["level"]])) 0.95 else case[["level"]]
frame_of <- function(case) {
  x <- inputs[[case]]
  d <- as.data.frame(x$data, stringsAsFactors = FALSE)
  d$Arm <- factor(d$Arm, levels = c(x$reference, setdiff(x$arms, x$reference)))
  d$Subgroup <- factor(d$Subgroup, levels = x$levels)
  d[complete.cases(d[setdiff(names(d), "Subgroup")]), ]
}
adjusted <- function(d) {
  names <- setdiff(names(d), c("Arm", "Outcome", "Subgroup", "Cluster"))
  Filter(function(name) length(unique(d[[name]])) > 1, names)
}
difference <- function(d, level, arm, confidence) {
  d <- droplevels(d[d$Subgroup %in% level, ])
  fit <- lm(reformulate(c("Arm", adjusted(d)), "Outcome"), d)
  v <- vcov(fit); df <- fit$df.residual
  if (!is.null(d$Cluster)) { v <- vcovCL(fit, cluster = d$Cluster, type = "HC1"); df <- length(unique(d$Cluster)) - 1 }
  e <- coef(fit)[[paste0("Arm", arm)]]; se <- sqrt(v[paste0("Arm", arm), paste0("Arm", arm)])
  c(e, e - qt((1 + confidence) / 2, df) * se, e + qt((1 + confidence) / 2, df) * se)
}
of_two <- function(d, arm) droplevels(d[d$Arm %in% c(levels(d$Arm)[1], arm) & !is.na(d$Subgroup), ])
interaction_f <- function(d, arm) {
  d <- of_two(d, arm)
  without <- lm(reformulate(c("Arm", "Subgroup", adjusted(d)), "Outcome"), d)
  with <- update(without, . ~ . + Arm:Subgroup)
  if (is.null(d$Cluster)) return(unlist(anova(without, with)[2, c("F", "Df", "Res.Df", "Pr(>F)")]))
  k <- grep(":", names(coef(with)), value = TRUE)
  v <- vcovCL(with, cluster = d$Cluster, type = "HC1")[k, k]
  f <- drop(coef(with)[k] %*% solve(v, coef(with)[k])) / length(k); g <- length(unique(d$Cluster)) - 1
  c(f, length(k), g, pf(f, length(k), g, lower.tail = FALSE))
}
# The same from the residual sums of squares of two decompositions.
by_sums <- function(d, arm) {
  d <- of_two(d, arm)
  rss <- function(f) { q <- qr(model.matrix(f, d)); c(sum(qr.resid(q, d$Outcome)^2), nrow(d) - q$rank) }
  a <- rss(reformulate(c("Arm", "Subgroup", adjusted(d)))); b <- rss(reformulate(c("Arm * Subgroup", adjusted(d))))
  f <- (a[1] - b[1]) / (a[2] - b[2]) / (b[1] / b[2])
  c(f, a[2] - b[2], b[2], pf(f, a[2] - b[2], b[2], lower.tail = FALSE))
}
named <- function(stats, arm, level = "") paste(stats, arm, level, sep = "/")
test <- c("statistic", "df", "df.residual", "p.value")
for (case in names(Filter(function(x) x$kind == "number", inputs))) {
  x <- inputs[[case]]; d <- frame_of(case)
  for (arm in setdiff(x$arms, x$reference)) {
    for (level in x$levels) {
      if (!all(c(arm, x$reference) %in% d$Arm[d$Subgroup %in% level])) next
      record(case, sprintf("difference(d, \"%s\", \"%s\", %s)", level, arm, level_of(x)),
             named(c("estimate", "conf.low", "conf.high"), arm, level), closed, "R lm within the level", list(d = d))
    }
    source <- if (is.null(d$Cluster)) "R anova of lm with and without the interaction" else "R lm, sandwich vcovCL"
    record(case, sprintf("interaction_f(d, \"%s\")", arm), named(test, arm), closed, source, list(d = d))
    if (is.null(d$Cluster)) record(case, sprintf("by_sums(d, \"%s\")", arm), named(test, arm), closed, "R qr", list(d = d))
  }
}
printed <- "R, ToothGrowth, two-way analysis of variance, supp:dose, as public lessons print it"
published("tooth_growth", named("statistic", "OJ"), 4.107, 3, printed)
published("tooth_growth", named("p.value", "OJ"), 0.02186, 5, printed)
published("warpbreaks", named("statistic", "B"), 4.1891, 4, "R help page warpbreaks, as its example prints it (wool:tension)")
published("warpbreaks", named("p.value", "B"), 0.02104, 5, "R help page warpbreaks, as its example prints it (wool:tension)")
finish("sandwich")
