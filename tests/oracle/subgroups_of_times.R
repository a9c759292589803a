# Hazard ratios within levels, and the likelihood-ratio test of interaction in a Cox model (Wald's where it is robust).
# A test takes the arm and the reference only, without levels in which nobody of the two has the event.
source("_common.R")
suppressMessages(library(survival))
inputs <- fromJSON("inputs_subgroups.json", simplifyVector = TRUE)
exactly <- coxph.control(eps = 1e-14, toler.chol = 1e-16, iter.max = 100)
level_of <- function(case) if (is.null(case[["level"]])) 0.95 else case[["level"]]
frame_of <- function(case) {
  x <- inputs[[case]]
  d <- as.data.frame(x$data, stringsAsFactors = FALSE)
  d$Arm <- factor(d$Arm, levels = c(x$reference, setdiff(x$arms, x$reference)))
  d$Subgroup <- factor(d$Subgroup, levels = x$levels)
  d[complete.cases(d[setdiff(names(d), "Subgroup")]), ]
}
terms_of <- function(d) {
  names <- setdiff(names(d), c("Arm", "Time", "Status", "Subgroup", "Cluster", "Stratum"))
  c(Filter(function(name) length(unique(d[[name]])) > 1, names), if (!is.null(d$Stratum)) "strata(Stratum)")
}
fit <- function(d, terms, ties = "efron", robust = FALSE) {
  given <- list(formula = reformulate(terms, "Surv(Time, Status == 1)"), data = d, ties = ties, control = exactly)
  if (!is.null(d$Cluster)) given$cluster <- d$Cluster else given$robust <- robust
  suppressWarnings(do.call(coxph, given))
}
ratio <- function(d, level, arm, confidence, ...) {
  d <- droplevels(d[d$Subgroup %in% level, ])
  f <- fit(d, c("Arm", terms_of(d)), ...); n <- paste0("Arm", arm); se <- sqrt(diag(vcov(f)))[[n]]
  exp(coef(f)[[n]] + c(0, -1, 1) * qnorm((1 + confidence) / 2) * se)
}
of_two <- function(d, arm) {
  d <- d[d$Arm %in% c(levels(d$Arm)[1], arm) & !is.na(d$Subgroup), ]
  droplevels(d[d$Subgroup %in% d$Subgroup[d$Status == 1], ])
}
interaction_lr <- function(d, arm, ...) {
  d <- of_two(d, arm)
  without <- fit(d, c("Arm", "Subgroup", terms_of(d)), ...); with <- fit(d, c("Arm * Subgroup", terms_of(d)), ...)
  # anova counts an NA coefficient as none, as we do
  a <- suppressWarnings(anova(without, with))
  c(a$Chisq[2], sum(!is.na(coef(with))) - sum(!is.na(coef(without))), a[["Pr(>|Chi|)"]][2])
}
interaction_wald <- function(d, arm, ...) {
  d <- of_two(d, arm); with <- fit(d, c("Arm * Subgroup", terms_of(d)), ...)
  k <- grep(":", names(na.omit(coef(with))), value = TRUE)
  w <- drop(coef(with)[k] %*% solve(vcov(with)[k, k], coef(with)[k]))
  c(w, length(k), pchisq(w, length(k), lower.tail = FALSE))
}
named <- function(variant, stats, arm, level = "") paste(variant, stats, arm, level, sep = "/")
test <- c("statistic", "df", "p.value")
for (case in names(Filter(function(x) x$kind == "time", inputs))) {
  x <- inputs[[case]]; d <- frame_of(case)
  variants <- list(plain = "", breslow = ", ties = \"breslow\"", robust = ", robust = TRUE")
  if (!is.null(d$Cluster)) variants <- variants["plain"]
  if (case == "an_arm_without_events") variants <- variants[c("plain", "breslow")]  # its robust test is not estimable
  for (variant in names(variants)) for (arm in setdiff(x$arms, x$reference)) {
    for (level in x$levels) {
      had <- d$Arm[d$Subgroup %in% level & d$Status == 1]
      if (!all(c(arm, x$reference) %in% had)) next
      record(case, sprintf("ratio(d, \"%s\", \"%s\", %s%s)", level, arm, level_of(x), variants[[variant]]),
             named(variant, c("estimate", "conf.low", "conf.high"), arm, level), iterative, "R survival coxph within the level",
             list(d = d))
    }
    is_robust <- variant == "robust" || !is.null(d$Cluster)
    f <- if (is_robust) "interaction_wald" else "interaction_lr"
    source <- if (is_robust) "R survival coxph, robust variance" else "R survival anova of coxph with and without the interaction"
    record(case, sprintf("%s(d, \"%s\"%s)", f, arm, variants[[variant]]), named(variant, test, arm), iterative, source, list(d = d))
  }
}
finish("survival")
