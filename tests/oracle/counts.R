# Numbers of events by arm: exact rates and ratios; Poisson and negative binomial models (inputs_counts.json).
source("_common.R")
suppressMessages({library(MASS); library(sandwich)})
inputs <- fromJSON("inputs_counts.json", simplifyVector = TRUE)
level_of <- function(case) if (is.null(case[["level"]])) 0.95 else case[["level"]]  # `$` would find levels, too
tight <- "control = glm.control(epsilon = 1e-14, maxit = 100)"

# Two rates: each with its exact interval, and their ratio.
for (case in names(having("events"))) {
  with <- with(inputs[[case]], list(x1 = events[1], x0 = events[2], t1 = exposure[1], t0 = exposure[2]))
  for (arm in c("1", "0")) {
    x <- with[[paste0("x", arm)]]
    record(case, sprintf("poisson.test(x%s, t%s)$conf.int", arm, arm), paste0(c("rate_low_", "rate_high_"), arm), closed,
           "R poisson.test", with)
    record(case, sprintf("qchisq(c(0.025, 0.975), 2 * c(x%s, x%s + 1)) / 2 / t%s", arm, arm, arm),
           paste0(c("rate_low_", "rate_high_"), arm), closed, "R qchisq", with)
  }
  if (with$x0 > 0) record(case, "(x1 / t1) / (x0 / t0)", "estimate", closed, "R: definition", with)
  record(case, "poisson.test(c(x1, x0), c(t1, t0))$conf.int", c("conf_low", "conf_high"), closed, "R poisson.test", with)
  record(case, "poisson.test(c(x1, x0), c(t1, t0))$p.value", "p_value", closed, "R poisson.test", with)
}
stata <- "Stata's web page Incidence-rate ratio calculator: iri 41 15 28010 19017"
published("fluoroscopy", c("estimate", "conf_low"), c(1.855759, 1.005684), 6, stata)
published("fluoroscopy", "conf_high", 3.6093, 4, stata)

# Models: the frame as participants, the reference first; log-ratios, standard errors, limits and p of each other arm.
framed <- function(case) {
  d <- as.data.frame(case$data, stringsAsFactors = FALSE)
  d$Arm <- factor(d$Arm, levels = c(case$reference, setdiff(case$arms, case$reference)))
  for (name in names(case$levels)) d[[name]] <- factor(d[[name]], levels = case$levels[[name]])
  d
}
formula_of <- function(case) {
  adjusted <- c(unlist(case$covariates), if ("Stratum" %in% names(case$data)) "Stratum")
  paste(c("Outcome ~ Arm", adjusted, "offset(log(Exposure))"), collapse = " + ")
}
# cards of one fit: estimate, limits, z or t and p, for the compared arms in order
arm_stats <- function(f, covariance, level, df = Inf) {
  place <- grep("^Arm", names(coef(f)))
  b <- coef(f)[place]; se <- sqrt(diag(covariance))[place]
  q <- qt((1 + level) / 2, df)
  c(rbind(exp(b), exp(b - q * se), exp(b + q * se), b / se, 2 * pt(-abs(b / se), df)))
}
named <- function(case, tail) {
  arms <- setdiff(case$arms, case$reference)
  if (!is.null(case$without)) arms <- setdiff(arms, case$without)
  c(outer(c("estimate", "conf_low", "conf_high", "statistic", "p_value"), arms, function(s, a) paste(s, tail, a, sep = "__")))
}
for (case in names(having("reference"))) {
  of <- inputs[[case]]
  d <- framed(of)
  if (!is.null(of$without)) d <- droplevels(d[d$Arm != of$without, ])
  with <- list(d = d, arm_stats = arm_stats, level = level_of(of))
  formula <- formula_of(of)
  poisson_fit <- sprintf("f <- glm(%s, poisson, d, %s)", formula, tight)
  record(case, sprintf("{ %s; arm_stats(f, vcov(f), level) }", poisson_fit), named(of, "model"), iterative, "R glm, poisson", with)
  record(case, sprintf("{ f <- glm(%s, quasipoisson, d, %s); arm_stats(f, vcov(f), level, df.residual(f)) }", formula, tight),
         named(of, "scaled"), iterative, "R glm, quasipoisson", with)
  cluster <- if ("Cluster" %in% names(d)) "d$Cluster" else "seq_len(nrow(d))"
  hc0 <- sprintf("vcovCL(f, %s, type = \"HC0\", cadjust = FALSE)", cluster)
  record(case, sprintf("{ %s; arm_stats(f, %s, level) }", poisson_fit, hc0), named(of, "robust"), iterative,
         "R sandwich::vcovCL, HC0 without adjustment", with)
  record(case, sprintf("{ %s; sum(residuals(f, \"pearson\")^2) / df.residual(f) }", poisson_fit), "dispersion__pearson",
         iterative, "R glm", with)
  if (case == "less_than_poisson") next  # glm.nb runs theta to its end there: the fit is the Poisson model
  if (case == "insurance") next  # six cells, with a negative binomial's k at 0 too
  nb_fit <- sprintf("f <- glm.nb(%s, d, control = glm.control(epsilon = 1e-14, maxit = 200), init.theta = 1)", formula)
  loose <- "R MASS::glm.nb; its theta stops within .Machine$double.eps^0.25 of a Newton step and the fit with it"
  record(case, sprintf("{ %s; arm_stats(f, vcov(f), level) }", nb_fit), named(of, "nb"), iterative, loose, with)
  record(case, sprintf("{ %s; 1 / f$theta }", nb_fit), "dispersion__nb", iterative, loose, with)
  record(case, sprintf("{ %s; arm_stats(f, vcovCL(f, %s, type = \"HC0\", cadjust = FALSE), level) }", nb_fit, cluster),
         named(of, "nb_robust"), iterative, loose, with)
  record(case, sprintf("{ %s; sum(dnbinom(d$Outcome, mu = fitted(f), size = f$theta, log = TRUE)) }", nb_fit), "loglik__nb",
         iterative, loose, with)
}
sas <- "SAS/STAT PROC GENMOD, Getting Started, Poisson Regression (insurance claims): data seen; these figures quoted from memory, not seen"
record("insurance", sprintf("{ f <- glm(%s, poisson, d, %s); c(coef(f)[2:3], sqrt(diag(vcov(f)))[2:3]) }",
                            formula_of(inputs$insurance), tight),
       c("log__large", "log__medium", "se__large", "se__medium"), iterative, "R glm, poisson", list(d = framed(inputs$insurance)))
published("insurance", c("log__large", "log__medium", "se__large", "se__medium"), c(-1.7643, -0.6928, 0.2724, 0.1282), 4, sas)
record("insurance", sprintf("sum(residuals(glm(%s, poisson, d, %s), \"pearson\")^2)", formula_of(inputs$insurance), tight),
       "pearson_chisq", iterative, "R glm", list(d = framed(inputs$insurance)))
published("insurance", "pearson_chisq", 2.8416, 4, sas)
finish(c("MASS", "sandwich"))
