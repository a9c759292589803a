# Analysis of covariance: least-squares means and their differences; cluster-robust; all pairs; margins (inputs_by_arm.json).
source("_by_arm.R")
suppressMessages({library(emmeans); library(sandwich)})
formula_of <- function(d, case) {
  there <- intersect(c("Baseline", unlist(inputs[[case]]$covariates), "Stratum"), names(d))
  reformulate(c("Arm", there), "Outcome")
}
tukey <- "R ptukey, which with few degrees of freedom is 7e-6 off its definition"

# Least-squares means, and differences from the reference.
cases <- c("leprosy", "anorexia", "anorexia_strata", "warpbreaks", "tooth_growth", "tooth_growth_levels", "plant_growth", "golf")
for (case in cases) {
  d <- na.omit(frame_of(case))
  with <- list(d = d, f = formula_of(d, case), l = level_of(inputs[[case]]))
  arms <- levels(d$Arm)
  for (weights in c("equal", "observed")) {
    made <- sprintf("emmeans(lm(f, droplevels(d)), \"Arm\", weights = \"%s\")", c(equal = "equal", observed = "proportional")[weights])
    for (arm in arms) {
      shown <- sprintf("{ s <- subset(as.data.frame(summary(%s, level = l)), Arm == \"%s\"); c(s$emmean, s$SE, s$lower.CL, s$upper.CL) }",
                       made, arm)
      record(case, shown, named(weights, c("ls_mean", "ls_mean.std.error", "ls_mean.conf.low", "ls_mean.conf.high"), arm), closed,
             "R emmeans", with)
    }
    for (arm in arms[-1]) {
      shown <- sprintf(paste("{ s <- as.data.frame(summary(contrast(%s, \"trt.vs.ctrl\", adjust = \"none\"), level = l, infer = TRUE,",
                             "adjust = \"none\"))[%d, ]; c(s$estimate, s$SE, s$lower.CL, s$upper.CL, s$t.ratio, s$df, s$p.value) }"),
                       made, match(arm, arms) - 1)
      record(case, shown, named(weights, c("estimate", "std.error", "conf.low", "conf.high", "statistic", "df", "p.value"), arm),
             closed, "R emmeans", with)
    }
  }
}

# Cluster-robust (CR1), t with one degree of freedom less than there are clusters.
for (case in c("anorexia_clusters", "cluster_trial")) {
  d <- frame_of(case)
  with <- list(d = d, f = formula_of(d, case))
  for (arm in compared(case)) {
    shown <- sprintf(paste("{ m <- lm(f, d); v <- vcovCL(m, cluster = d$Cluster, type = \"HC1\"); a <- \"Arm%s\"; b <- coef(m)[[a]]",
                           "s <- sqrt(v[a, a]); k <- length(unique(d$Cluster)) - 1",
                           "c(b, s, b + c(-1, 1) * qt(0.975, k) * s, b / s, k, 2 * pt(-abs(b / s), k)) }", sep = "; "), arm)
    record(case, shown, named("equal", c("estimate", "std.error", "conf.low", "conf.high", "statistic", "df", "p.value"), arm),
           closed, "R sandwich::vcovCL, HC1", with)
    shown <- sprintf(paste("{ m <- lm(f, d); e <- emmeans(m, \"Arm\", vcov. = vcovCL(m, cluster = d$Cluster, type = \"HC1\"))",
                           "s <- subset(as.data.frame(e), Arm == \"%s\"); c(s$emmean, s$SE) }", sep = "; "), arm)
    record(case, shown, named("equal", c("ls_mean", "ls_mean.std.error"), arm), closed, "R emmeans with sandwich::vcovCL", with)
  }
}

# All pairs of arms. A pair with the reference is arm minus reference; of another the arm declared later comes first.
pairs_of <- function(case) {
  others <- compared(case)
  both <- if (length(others) > 1) combn(others, 2, simplify = FALSE) else list()
  c(lapply(others, function(arm) c(arm, inputs[[case]]$reference)), lapply(both, rev))
}
for (case in c("plant_growth", "warpbreaks", "insect_sprays", "chickwts", "leprosy", "anorexia", "mucociliary", "golf")) {
  d <- frame_of(case)
  for (model in c("anova", "ancova")) {
    if (model == "ancova" && !is_one_of(case, c("leprosy", "anorexia", "warpbreaks"))) next
    with <- list(d = d, f = if (model == "anova") Outcome ~ Arm else formula_of(d, case))
    pairs <- pairs_of(case)
    for (adjust in c("none", "bonferroni", "holm", "tukey")) {
      p <- sprintf("as.data.frame(summary(pairs(emmeans(lm(f, d), \"Arm\")), adjust = \"%s\"))", adjust)
      ci <- sprintf("as.data.frame(confint(pairs(emmeans(lm(f, d), \"Arm\")), adjust = \"%s\"))", sub("holm", "bonferroni", adjust))
      for (pair in pairs) {
        # emmeans takes the first level minus the second in the order of the factor
        order <- match(pair, levels(d$Arm)); turned <- order[1] > order[2]
        row <- which(apply(combn(nlevels(d$Arm), 2), 2, function(two) setequal(two, order)))
        sign <- if (turned) -1 else 1
        ends <- if (turned) "c(s$upper.CL, s$lower.CL)" else "c(s$lower.CL, s$upper.CL)"
        where <- if (pair[2] == inputs[[case]]$reference) pair[1] else paste(pair, collapse = ":")
        stats <- named(paste(adjust, model, sep = "_"), c("estimate", "conf.low", "conf.high"), where)
        loose <- adjust == "tukey" && nlevels(d$Arm) > 2
        record(case, sprintf("{ s <- %s[%d, ]; c(%d * s$estimate, %d * %s) }", ci, row, sign, sign, ends), stats,
               if (loose) 2e-5 else closed, if (loose) "R emmeans; qtukey ends its search early" else "R emmeans", with)
        record(case, sprintf("%s[%d, \"p.value\"]", p, row), named(paste(adjust, model, sep = "_"), "p.value", where),
               if (loose) 1e-6 else closed, if (loose) tukey else "R emmeans", with)
      }
    }
  }
}
# Tukey's p with the studentised range integrated as it is defined.
range_p <- paste("{ f <- function(s) sapply(s, function(u) 2 * (n / 2)^(n / 2) / gamma(n / 2) * u^(n - 1) * exp(-n * u^2 / 2) *",
                 "integrate(function(z) k * dnorm(z) * (pnorm(z)^(k - 1) - (pnorm(z) - pnorm(z - q * u))^(k - 1)), -10, 40,",
                 "rel.tol = 1e-11, subdivisions = 2000)$value); integrate(f, 0, 1, rel.tol = 1e-10)$value +",
                 "integrate(f, 1, Inf, rel.tol = 1e-10)$value }")
for (q in c(0.5, 2, 3.5, 6, 12)) for (k in c(2, 3, 6)) for (df in c(3, 20)) {
  record("studentised_range", range_p, named("range", q, k, df), 1e-9, "R integrate, the definition", list(q = q, k = k, n = df))
  record("studentised_range", sprintf("ptukey(%s, %s, %s, lower.tail = FALSE)", q, k, df), named("range", q, k, df), 1e-5, tukey, list())
}

# Margins: t tests shifted by the margin, and the interval of the two-sided level 1 - 2 alpha.
for (case in c("golf", "sleep", "permeability", "sixty_seventy", "two_and_three")) for (model in c("welch", "pooled")) {
  arm <- compared(case)[1]
  with <- two_samples(case, arm)
  equal <- if (model == "pooled") ", var.equal = TRUE" else ""
  for (margin in c(2, 7)) {
    variant <- function(what) paste(what, model, margin, sep = "_")
    shifted <- function(mu, side) sprintf("t.test(x, y, mu = %s, alternative = \"%s\"%s)$p.value", mu, side, equal)
    record(case, shifted(-margin, "greater"), named(variant("higher"), "p.value", arm), closed, "R t.test", with)
    record(case, shifted(margin, "less"), named(variant("lower"), "p.value", arm), closed, "R t.test", with)
    record(case, sprintf("max(%s, %s)", shifted(-margin, "greater"), shifted(margin, "less")), named(variant("both"), "p.value", arm),
           closed, "R t.test, the larger of two", with)
    record(case, sprintf("t.test(x, y, conf.level = 0.9%s)$conf.int", equal), named(variant("both"), c("conf.low", "conf.high"), arm),
           closed, "R t.test", with)
    record(case, sprintf("t.test(x, y%s)$conf.int", equal), named(variant("lower"), c("conf.low", "conf.high"), arm), closed, "R t.test",
           with)
  }
}
for (case in c("leprosy", "anorexia")) for (margin in c(3, 8)) {
  d <- frame_of(case)
  for (arm in compared(case)) {
    with <- list(d = d, f = formula_of(d, case), m = margin)
    tested <- function(bound, lower) sprintf(paste("{ l <- lm(f, d); s <- summary(l)$coefficients[\"Arm%s\", ]",
                                                   "pt((s[1] - (%s)) / s[2], l$df.residual, lower.tail = %s) }", sep = "; "), arm, bound, lower)
    record(case, tested("-m", "FALSE"), named(paste0("higher_ancova_", margin), "p.value", arm), closed, "R lm", with)
    record(case, tested("m", "TRUE"), named(paste0("lower_ancova_", margin), "p.value", arm), closed, "R lm", with)
    record(case, sprintf("max(%s, %s)", tested("-m", "FALSE"), tested("m", "TRUE")), named(paste0("both_ancova_", margin), "p.value", arm),
           closed, "R lm, the larger of two", with)
  }
}

sas <- "SAS/STAT User's Guide, PROC GLM, Analysis of Covariance (leprosy): SAS output shown by CAMIS (PSI), Ancova in SAS"
published("leprosy", named("equal", "ls_mean", c("A", "D", "F")), c(6.7149635, 6.8239348, 10.1611017), 7, sas)
published("leprosy", named("equal", "ls_mean.std.error", c("A", "D", "F")), c(1.2884943, 1.2724690, 1.3159234), 7, sas)
published("leprosy", named("equal", "p.value", c("A", "D")), c(0.0793, 0.0835), 4, sas)
published("leprosy", named("none_ancova", "p.value", "D:A"), 0.9521, 4, sas)
published("warpbreaks", named("tukey_anova", "estimate", c("M", "H", "H:M")), c(-10, -14.722222, -4.722222), 6,
          "R help page TukeyHSD (warpbreaks), as its example prints it, there ordered: signs turned")
finish(c("emmeans", "sandwich"))
