# Values at several visits: each visit by itself, GEE, and the random-intercept model (inputs_repeated.json).
source("_common.R")
suppressMessages({library(gee); library(geepack); library(nlme); library(lme4); library(lmerTest); library(emmeans); library(clubSandwich)})
emm_options(lmer.df = "satterthwaite", msg.interaction = FALSE)
inputs <- fromJSON("inputs_repeated.json", simplifyVector = TRUE)
level_of <- function(case) if (is.null(case[["level"]])) 0.95 else case[["level"]]  # `$` would find levels, too

framed <- function(case) {
  d <- as.data.frame(case$data, stringsAsFactors = FALSE)
  d$Arm <- factor(d$Arm, levels = c(case$reference, setdiff(case$arms, case$reference)))
  d$Visit <- factor(d$Visit, levels = case$visits)
  for (name in setdiff(names(case$levels), "Outcome")) d[[name]] <- factor(d[[name]], levels = case$levels[[name]])
  if (!is.null(case$event)) d$Outcome <- as.numeric(d$Outcome == case$event)
  d[complete.cases(d), ]
}
adjusted <- function(case) c(if ("Baseline" %in% names(case$data)) "Baseline", unlist(case$covariates),
                             if ("Stratum" %in% names(case$data)) "Stratum")
formula_of <- function(case, arms) paste("Outcome ~", paste(c(arms, adjusted(case)), collapse = " + "))
by_visit <- "Visit + Visit:Arm"
overall <- "Visit + Arm"
compared <- function(case) setdiff(case$arms, case$reference)
cells <- function(case) as.vector(t(outer(case$visits, compared(case), function(v, a) paste(a, v, sep = "__"))))
named <- function(stats, tail, cells) as.vector(outer(stats, cells, function(s, c) paste(s, tail, c, sep = "__")))
# places of the coefficients of arms by visit, in the order of cells(), and of arms alone
places <- function(names, case) match(as.vector(t(outer(case$visits, compared(case), function(v, a) sprintf("Visit%s:Arm%s", v, a)))), names)
alone <- function(names, case) match(paste0("Arm", compared(case)), names)

# Each visit by itself -------------------------------------------------------------------------------------------------
for (case in names(having("visits"))) {
  of <- inputs[[case]]; d <- framed(of); level <- level_of(of)
  if (!case %in% c("polyps", "trial", "trial_90", "few")) next
  for (v in of$visits) for (a in compared(of)) {
    with <- list(d = d[d$Visit == v, ], a = a, ref = of$reference, level = level)
    key <- paste(a, v, sep = "__")
    y <- "with(d, %s(Outcome[Arm == a], Outcome[Arm == ref], var.equal = %s, conf.level = level))"
    for (how in c("welch", "pooled")) {
      call <- sprintf("{ t <- %s; c(-diff(t$estimate), t$conf.int, t$statistic, t$parameter, t$p.value) }",
                      sprintf(y, "t.test", how == "pooled"))
      record(case, call, named(c("estimate", "conf_low", "conf_high", "statistic", "df", "p_value"), how, key), closed, "R t.test", with)
    }
    record(case, "{ y <- d$Outcome[d$Arm == a]; c(mean(y), sd(y), median(y), t.test(y, conf.level = level)$conf.int) }",
           named(c("mean", "sd", "median", "mean_ci.low", "mean_ci.high"), "welch", key), closed, "R", with)
    fit <- sprintf("f <- lm(%s, d)", formula_of(of, "Arm"))
    call <- sprintf("{ %s; i <- paste0(\"Arm\", a); c(coef(f)[i], confint(f, i, level), coef(summary(f))[i, 3], f$df.residual, coef(summary(f))[i, 4]) }", fit)
    record(case, call, named(c("estimate", "conf_low", "conf_high", "statistic", "df", "p_value"), "ancova", key), closed, "R lm", with)
  }
}

# Generalised estimating equations -------------------------------------------------------------------------------------
wald <- function(b, se, level, is_log) {
  q <- qnorm((1 + level) / 2)
  moved <- if (is_log) exp else identity
  as.vector(rbind(moved(b), moved(b - q * se), moved(b + q * se), b / se, 2 * pnorm(-abs(b / se))))
}
stats <- c("estimate", "conf_low", "conf_high", "statistic", "p_value")
few <- c("estimate", "statistic")
quiet <- function(fit) { sink(nullfile()); on.exit(sink()); suppressMessages(fit) }
from_gee <- function(f, i, level, is_log) wald(coef(f)[i], sqrt(diag(f$robust.variance))[i], level, is_log)
gee_calls <- "R gee; it stops where no coefficient moves by 1e-9 of its size"
for (case in names(having("visits"))) {
  if (case %in% c("few", "trial_90", "polyps")) next  # gee does not come to an end with so few
  of <- inputs[[case]]; d <- framed(of); d$id <- as.integer(factor(d$Participant)); d <- d[order(d$id), ]
  is_log <- !is.null(of$event)
  family <- if (is_log) "binomial" else "gaussian"
  for (effect in c("by_visit", "overall")) {
    formula <- formula_of(of, get(effect))
    key <- if (effect == "by_visit") cells(of) else compared(of)
    of_places <- if (effect == "by_visit") places else alone
    with <- list(d = d, case = of, places = of_places, level = level_of(of), is_log = is_log, quiet = quiet, from_gee = from_gee, wald = wald)
    # the polyps after a year and their number before go so far together that no correlation is left to estimate with
    for (how in if (startsWith(case, "polyps")) "independence" else c("exchangeable", "independence")) {
      fit <- sprintf("f <- quiet(gee(%s, id = id, data = d, family = %s, corstr = \"%s\", tol = 1e-9, maxiter = 200))", formula, family, how)
      record(case, sprintf("{ %s; from_gee(f, places(names(coef(f)), case), level, is_log) }", fit),
             named(stats, paste("gee", how, effect, sep = "_"), key), iterative, gee_calls, with)
      if (how == "exchangeable") record(case, sprintf("{ %s; f$working.correlation[1, 2] }", fit),
                                        paste0("correlation__gee_exchangeable_", effect), iterative, gee_calls, with)
    }
    # geepack: independence, and the very correlation that gee found, held fixed
    pack <- sprintf("geeglm(%s, id = id, data = d, family = %s, control = geese.control(epsilon = 1e-12, maxit = 200)", formula, family)
    takes <- "{ i <- places(names(coef(f)), case); wald(coef(f)[i], sqrt(diag(vcov(f)))[i], level, is_log)[c(TRUE, FALSE, FALSE, TRUE, FALSE)] }"
    record(case, sprintf("{ f <- %s, corstr = \"independence\"); %s }", pack, takes),
           named(few, paste("gee_independence", effect, sep = "_"), key), iterative, "R geepack::geeglm, independence", with)
    if (!startsWith(case, "polyps")) {
    rho <- local({ fit <- sprintf("gee(%s, id = id, data = d, family = %s, corstr = \"exchangeable\", tol = 1e-9, maxiter = 200)", formula, family)
                   quiet(eval(parse(text = fit)))$working.correlation[1, 2] })
    record(case, sprintf("{ z <- rep(%.17g, sum(choose(table(d$id), 2))); f <- %s, corstr = \"fixed\", zcor = z); %s }", rho, pack, takes),
           named(few, paste("gee_exchangeable", effect, sep = "_"), key), iterative, "R geepack::geeglm with gee's correlation fixed", with)
    }
    # Mancl and DeRouen: clubSandwich's CR3 of a model without correlation is the same sandwich
    {
      base <- if (is_log) sprintf("glm(%s, binomial, d, control = glm.control(epsilon = 1e-14))", formula) else sprintf("lm(%s, d)", formula)
      record(case, sprintf("{ f <- %s; i <- places(names(coef(f)), case); wald(coef(f)[i], sqrt(diag(as.matrix(vcovCR(f, d$id, type = \"CR3\"))))[i], level, is_log)[c(TRUE, FALSE, FALSE, TRUE, FALSE)] }", base),
             named(few, paste("gee_reduced", effect, sep = "_"), key), iterative, "R clubSandwich::vcovCR, CR3", with)
    }
  }
}
six <- as.data.frame(inputs$six_cities$data)
call <- paste("{ f <- quiet(gee(I(1 - wheeze) ~ I(city == \"kingston\") + age + smoke, id = case, data = d, family = binomial,",
              "corstr = \"exchangeable\", tol = 1e-9, maxiter = 200));",
              "c(coef(f), sqrt(diag(f$robust.variance)), f$working.correlation[1, 2]) }")
six_stats <- c(paste0("coef", 0:3), paste0("se", 0:3), "correlation")
record("six_cities", call, six_stats, iterative, gee_calls, list(d = six, quiet = quiet))
published("six_cities", six_stats[-9], c(-1.2751, -0.1223, 0.2036, 0.0935, 3.0561, 0.6882, 0.2789, 0.3613), 4,
          "SAS/STAT PROC GENMOD, Getting Started, GEE (six cities; it models wheeze = 0): data seen; these figures quoted from memory, not seen")

# Random intercept -----------------------------------------------------------------------------------------------------
tight <- "control = lmerControl(optimizer = \"bobyqa\", optCtrl = list(rhoend = 1e-12, maxfun = 1e5), check.conv.singular = \"ignore\")"
from_lmer <- function(f, i, level) {
  as.vector(apply(sapply(i, function(place) {
    L <- replace(numeric(length(fixef(f))), place, 1)
    t <- contest1D(f, L, confint = TRUE, level = level)
    c(t$Estimate, t$lower, t$upper, t$`t value`, t$df, t$`Pr(>|t|)`)
  }), 2, identity))
}
stats <- c("estimate", "conf_low", "conf_high", "statistic", "df", "p_value")
freedom <- "R lmerTest; its derivatives are numerical, and lme4's search for the variances ends a little early"
for (case in names(having("visits"))) {
  of <- inputs[[case]]; d <- framed(of)
  if (!is.null(of$event)) next
  for (effect in c("by_visit", "overall")) {
    key <- if (effect == "by_visit") cells(of) else compared(of)
    with <- list(d = d, case = of, places = if (effect == "by_visit") places else alone, level = level_of(of), from_lmer = from_lmer)
    fit <- sprintf("f <- lmerTest::lmer(%s + (1 | Participant), d, %s)", formula_of(of, get(effect)), tight)
    record(case, sprintf("{ %s; from_lmer(f, places(names(fixef(f)), case), level) }", fit),
           named(stats, paste0("mixed_", effect), key), 1e-4, freedom, with)
    record(case, sprintf("{ %s; v <- as.data.frame(VarCorr(f))$vcov; c(v, v[1] / sum(v)) }", fit),
           paste(c("variance_between", "variance_within", "icc"), paste0("mixed_", effect), sep = "__"), 1e-5, freedom, with)
  }
  with <- list(d = d, case = of, places = places)
  if (case != "nothing_between") {  # nlme looks for the logarithm of a variance, and comes near to 0 only
    fit <- sprintf("f <- lme(%s, random = ~ 1 | Participant, data = d, control = lmeControl(opt = \"optim\", reltol = 1e-15, tolerance = 1e-12, msTol = 1e-14))", formula_of(of, by_visit))
    record(case, sprintf("{ %s; i <- places(names(fixef(f)), case); as.vector(rbind(fixef(f)[i], fixef(f)[i] / sqrt(diag(vcov(f)))[i])) }", fit),
           named(c("estimate", "statistic"), "mixed_by_visit", cells(of)), 1e-5, "R nlme::lme; its search for the variances ends a little early", with)
  }
  full <- sprintf("f <- lmerTest::lmer(%s + (1 | Participant), d, %s)", formula_of(of, "Visit * Arm"), tight)
  ls <- sprintf("{ %s; m <- summary(emmeans(f, ~ Arm | Visit, weights = \"proportional\", level = level)); as.vector(t(as.matrix(m[, c(\"emmean\", \"SE\", \"lower.CL\", \"upper.CL\")]))) }", full)
  m <- expand.grid(Arm = levels(d$Arm), Visit = of$visits)
  record(case, ls, named(c("ls_mean", "ls_mean.std.error", "ls_mean.conf.low", "ls_mean.conf.high"), "mixed_by_visit", paste(m$Arm, m$Visit, sep = "__")),
         1e-4, "R emmeans, weights = proportional, lmerTest's degrees of freedom", list(d = d, level = level_of(of)))
}
record("orthodont", paste("{ f <- lme(distance ~ age + Sex, data = Orthodont, random = ~ 1);",
                          "c(fixef(f)[\"SexFemale\"], sqrt(diag(vcov(f)))[\"SexFemale\"]) }"),
       c("published_estimate", "published_se"), 1e-5, "R nlme, the example of ?lme", list())
published("orthodont", c("published_estimate", "published_se"), c(-2.321023, 0.7614168), 6, "R nlme, example of ?lme (Orthodont), as public lessons print it")
finish(c("gee", "geepack", "nlme", "lme4", "lmerTest", "emmeans", "clubSandwich"))
