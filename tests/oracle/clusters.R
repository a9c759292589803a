# Intracluster correlation within arms and design effect (inputs_by_arm.json): analysis of variance, Searle's limits from F.
source("_by_arm.R")
suppressMessages({library(lme4)})
for (case in c("anorexia_clusters", "cluster_trial", "dyestuff", "rails", "below_zero")) {
  d <- frame_of(case)
  with <- list(d = transform(d, Cluster = interaction(Arm, Cluster, drop = TRUE)), f = Outcome ~ Cluster)
  with$g <- if (length(inputs[[case]]$arms) > 1) Outcome ~ Arm + Cluster else Outcome ~ Cluster
  icc <- paste("{ a <- anova(lm(g, d)); k <- nrow(a); msc <- a$`Mean Sq`[k - 1]; msw <- a$`Mean Sq`[k]; v <- a$Df[c(k - 1, k)]",
               "m <- table(d$Cluster); arm <- d$Arm[match(names(m), d$Cluster)]; n <- tapply(m, droplevels(arm), sum)",
               "m0 <- (sum(m) - sum(tapply(m^2, droplevels(arm), sum) / n)) / v[1]; r <- (msc - msw) / (msc + (m0 - 1) * msw)",
               "q <- (msc / msw) / qf(c(0.975, 0.025), v[1], v[2]); c(r, (q - 1) / (q + m0 - 1), 1 + (sum(m^2) / sum(m) - 1) * r) }",
               sep = "; ")
  record(case, icc, named("icc", c("estimate", "conf.low", "conf.high", "design_effect")), closed, "R anova(lm), written out", with)
}
for (case in c("dyestuff", "rails")) {
  shown <- paste("{ v <- as.data.frame(VarCorr(lmer(Outcome ~ 1 + (1 | Cluster), d, control = lmerControl(optCtrl =",
                 "list(ftol_abs = 1e-14, xtol_abs = 1e-14)))))$vcov; v[1] / sum(v) }")
  record(case, shown, "icc:estimate", 1e-5, "R lme4::lmer (REML, the same where clusters are of one size), iterative",
         list(d = frame_of(case)))
}
published("dyestuff", "icc:estimate", 1764 / (1764 + 2451), 4, "R lme4, Dyestuff, as public lessons print it: variances 1764 (batch) and 2451 (residual)")
finish("lme4")
