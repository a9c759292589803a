# Cox models: Efron and Breslow, covariates, strata, robust by participant or cluster; the check of proportional hazards.
source("_times.R")
exactly <- coxph.control(eps = 1e-15, toler.chol = 1e-16, iter.max = 60)
fit <- function(d, terms, ties = "efron", robust = FALSE) {
  by <- if (!is.null(d$cluster) && robust == "cluster") d$cluster else NULL
  f <- as.formula(paste("Surv(time, event) ~ arm", terms))
  given <- c(list(formula = f, data = d, ties = ties, control = exactly),
             if (!is.null(by)) list(cluster = by) else list(robust = isTRUE(robust)))
  # coxph stops where the likelihood gains nothing, up to 1e-8 from its maximum: two of Newton's steps from there
  b <- coef(do.call(coxph, given))
  at <- function(b) do.call(coxph, c(modifyList(given, list(control = coxph.control(iter.max = 0))), list(init = b)))
  for (again in 1:2) {
    f0 <- at(b)
    information <- if (is.null(f0$naive.var)) vcov(f0) else f0$naive.var
    b <- b + drop(information %*% colSums(as.matrix(residuals(f0, type = "score"))))
  }
  at(b)
}
ratio <- function(f, a, level) {
  n <- paste0("arm", a)
  wald_of(coef(f)[n], sqrt(diag(vcov(f)))[n], level, ratio = TRUE)
}
hazards <- function(f) as.vector(cox.zph(f)$table["arm", ])
all_terms <- function(f) as.vector(cox.zph(f)$table["GLOBAL", ])
all_arms <- function(f) {
  k <- grep("^arm", names(coef(f)))
  w <- drop(coef(f)[k] %*% solve(vcov(f)[k, k], coef(f)[k]))
  c(w, length(k), pchisq(w, length(k), lower.tail = FALSE))
}
ph <- c("statistic_ph", "df_ph", "p.value_ph")
models <- function(case) {
  covariates <- paste("+", case$covariates, collapse = " ")
  made <- list(plain = c("", "efron", FALSE), breslow = c("", "breslow", FALSE), robust = c("", "efron", TRUE))
  if (length(case$covariates)) made$adjusted <- c(covariates, "efron", FALSE)
  if (!is.null(case$stratum)) made$stratified <- c("+ strata(stratum)", "efron", FALSE)
  if (!is.null(case$cluster)) made$clustered <- c("", "efron", "\"cluster\"")
  if (!is.null(case$cluster) && !is.null(case$stratum)) made$whole <- c(paste(covariates, "+ strata(stratum)"), "breslow", "\"cluster\"")
  if (length(case$cat)) made$category <- c(paste(covariates, "+ resid"), "efron", FALSE)
  made
}
for (case in setdiff(names(inputs), c("half", "last_dies"))) {
  x <- inputs[[case]]
  for (variant in names(models(x))) {
    m <- models(x)[[variant]]
    d <- data_of(x)
    needed <- c(intersect(x$covariates, all.vars(as.formula(paste("~ 1", m[1])))), if (grepl("cluster", m[3])) "cluster")
    d <- d[complete.cases(d[c("time", needed)]), ]
    f <- sprintf("fit(d, \"%s\", \"%s\", %s)", m[1], m[2], m[3])
    source <- "R survival coxph, eps 1e-15"
    for (a in x$arms[-1]) {
      record(case, sprintf("ratio(%s, \"%s\", %s)", f, a, level_of(x)), named(variant, wald, a), closed, source, list(d = d))
    }
    if (length(x$arms) > 2) {
      record(case, sprintf("all_arms(%s)", f), named(variant, c("statistic", "df", "p.value")), closed, source, list(d = d))
    }
    record(case, sprintf("hazards(%s)", f), named(variant, ph), closed, "R survival cox.zph, term arm", list(d = d))
    if (grepl("age|karno|ph|resid", m[1])) {
      record(case, sprintf("all_terms(%s)", f), named(variant, ph, "", "all_terms"), closed, "R survival cox.zph, GLOBAL", list(d = d))
    }
  }
}
record("freireich", "exp(coef(fit(d, \"\", \"breslow\")))", named("breslow", "estimate", "mp"), closed, "R survival coxph",
       list(d = data_of(inputs$freireich)))
published("freireich", named("plain", "estimate", "mp"), 0.2076, 4, "Freireich's data, R coxph in public lessons: coefficient -1.5721 (Efron)")
published("freireich", named("breslow", "estimate", "mp"), 0.2211, 4,
          "Freireich's data, coefficient -1.5092 (Breslow), quoted from memory, not seen")
published("freireich", named("plain", "std.error", "mp"), 0.4124, 4, "Freireich's data, R coxph in public lessons (Efron)")
sas <- "SAS/STAT User's Guide, PROC PHREG, Getting Started: hazard ratio 0.551, in its text"
memory <- "SAS/STAT User's Guide, PROC PHREG, Getting Started: data seen; -0.59590, SE 0.34840, p 0.0872 quoted from memory, not seen"
published("rats", named("breslow", c("std.error", "p.value"), "g1"), c(0.34840, 0.0872), 4, memory)
published("rats", named("breslow", "estimate", "g1"), 0.551, 3, sas)
published("lung", named("plain", limits, "women"), c(0.588, 0.4237, 0.816), 3,
          "R survival, lung by sex, coxph in public lessons")
finish("survival")
