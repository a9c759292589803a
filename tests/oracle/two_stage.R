# Simon's two-stage design: error rates by enumeration, the unbiased estimate, and inference in the order of the design.
source("_common.R")
inputs <- Filter(function(case) !is.null(case$design), fromJSON("inputs_within.json", simplifyVector = TRUE))

# Every outcome of the planned design, from the least to the most extreme, with its probability.
outcomes <- function(d, p) {
  stopped <- data.frame(stage = 1, s = 0:d[2], chance = dbinom(0:d[2], d[1], p))
  gone <- expand.grid(x1 = (d[2] + 1):d[1], x2 = 0:(d[3] - d[1]))
  gone$chance <- dbinom(gone$x1, d[1], p) * dbinom(gone$x2, d[3] - d[1], p)
  by_sum <- tapply(gone$chance, gone$x1 + gone$x2, sum)
  rbind(stopped, data.frame(stage = 2, s = as.numeric(names(by_sum)), chance = as.vector(by_sum)))
}
rejects <- function(d, p) { o <- outcomes(d, p); sum(o$chance[o$stage == 2 & o$s > d[4]]) }
# The probability of what was seen or more, and of more than that (the row of the next outcome).
upper_tail <- function(d, seen, p, strictly = FALSE) {
  o <- outcomes(d, p)
  here <- which(o$stage == (if (seen[1] <= d[2]) 1 else 2) & o$s == seen[2])
  sum(o$chance[if (strictly) seq_len(nrow(o)) > here else seq_len(nrow(o)) >= here])
}
# With another size of the second stage: Koyama and Chen 2008, section 4, written from the paper's rule with uniroot.
matched_tail <- function(d, seen, p, strictly = FALSE) {
  x2 <- seen[2] - seen[1] + strictly
  conditional <- 1 - pbinom(x2 - 1, seen[3] - d[1], p)
  planned <- function(q, x1) 1 - pbinom(d[4] - x1, d[3] - d[1], q)
  if (conditional <= 0) return(0)
  if (conditional >= 1) return(sum(dbinom((d[2] + 1):d[1], d[1], p)))
  q <- uniroot(function(q) planned(q, seen[1]) - conditional, c(0, 1), tol = 1e-15)$root
  sum(sapply((d[2] + 1):d[1], function(x1) dbinom(x1, d[1], p) * planned(q, x1)))
}
tail_of <- function(d, seen, p, strictly = FALSE) {
  if (seen[1] <= d[2] || seen[3] == d[3]) upper_tail(d, seen, p, strictly) else matched_tail(d, seen, p, strictly)
}
where <- function(d, seen, a, strictly = FALSE) {
  if (!strictly && seen[2] == 0) return(0)
  if (strictly && seen[2] == seen[3]) return(1)
  uniroot(function(p) tail_of(d, seen, p, strictly) - a, c(0, 1), tol = 1e-13)$root
}
unbiased <- function(d, seen) {
  if (seen[1] <= d[2]) return(seen[2] / d[1])
  x1 <- max(d[2] + 1, seen[2] - d[3] + d[1]):min(seen[2], d[1])
  sum(choose(d[1] - 1, x1 - 1) * choose(d[3] - d[1], seen[2] - x1)) / sum(choose(d[1], x1) * choose(d[3] - d[1], seen[2] - x1))
}

for (case in names(inputs)) {
  of <- inputs[[case]]
  with <- list(d = of$design, seen = of$seen, tail = (1 - level_of(of)) / 2)
  enumerated <- "all outcomes of the design, in R"
  record(case, "c(rejects(d, d[5]), rejects(d, d[6]))", c("type_1_error", "power"), closed, enumerated, with)
  record(case, "pbinom(d[2], d[1], d[5])", "p_stop", closed, "R pbinom", with)
  record(case, "d[1] + (d[3] - d[1]) * (1 - pbinom(d[2], d[1], d[5]))", "n_expected", closed, "R pbinom", with)
  # a probability of 1e-29 needs no more digits: the tolerance is absolute
  record(case, "tail_of(d, seen, d[5])", "p_value", closed, enumerated, with)
  record(case, "c(where(d, seen, tail), where(d, seen, 1 - tail, TRUE))", c("low", "high"), iterative, enumerated, with)
  record(case, "where(d, seen, 0.5)", "median", iterative, enumerated, with)
  if (of$seen[2] > 0) {
    record(case, "where(d, seen, 1 - tail)", "kc_high", iterative, enumerated, with)
  }
  if (of$seen[3] %in% c(of$design[1], of$design[3])) {
    record(case, "unbiased(d, seen)", "unbiased", closed, "Jung and Kim 2004: numbers of ways, R choose", with)
  }
}
koyama <- "R functions of Koyama's page (TwoStageInf, pval.st2; to Koyama and Chen 2008), run once"
published("simon_10_30", c("p_value", "low", "median", "kc_high"), c(0.04708631, 0.10150479, 0.21468088, 0.40073577), 6, koyama)
published("simon_30_50_longer", c("p_value", "low", "median", "kc_high"), c(0.08278661, 0.28207201, 0.40460746, 0.54603978), 6, koyama)
# designs of Simon 1989, Table 1 (from memory); each is the optimal or the minimax one by clinfun's search
once <- "R clinfun 1.1.5, %s, run once"
designs <- list(simon_05_25_a = c(14.55, 0.6302), simon_05_25 = c(11.96, 0.6302), simon_05_25_b = c(16.76, 0.6302),
                simon_05_25_minimax = c(13.84, 0.5404), simon_10_30 = c(15.01, 0.7361), simon_10_30_minimax = c(19.51, 0.5490),
                simon_20_40 = c(20.58, 0.7473), simon_20_40_minimax = c(22.25, 0.7164), simon_20_40_ten = c(26.02, 0.5489),
                simon_30_50 = c(23.63, 0.7216), simon_30_50_minimax = c(25.69, 0.6655))
for (case in names(designs)) {
  published(case, "n_expected", designs[[case]][1], 2, sprintf(once, "ph2simon"))
  published(case, "p_stop", designs[[case]][2], 4, sprintf(once, "ph2simon"))
}
# unbiased estimate, p, lower and upper limit of Koyama and Chen; clinfun takes the limits from a grid of 1e-4
inference <- list(simon_10_30 = c(0.26130853297, 0.04708630664, 0.1016, 0.4007),
                  simon_10_30_more = c(0.330815626423, 0.001431694083, 0.1548, 0.4913),
                  simon_10_30_minimax = c(0.281477912992, 0.009424072731, 0.1209, 0.4520),
                  simon_20_40 = c(0.37070920696, 0.04958144975, 0.1815, 0.5387),
                  simon_20_40_minimax = c(0.33357017314, 0.08869691013, 0.1806, 0.4558),
                  simon_20_40_ten = c(0.407874173963, 0.003343487439, 0.2478, 0.5533),
                  simon_30_50 = c(0.507376319918, 0.007234724752, 0.3325, 0.6347),
                  simon_30_50_minimax = c(0.45558996926, 0.04549899616, 0.3033, 0.5666),
                  simon_05_25 = c(0.242424242424, 0.008566308868, 0.0687, 0.4402))
for (case in names(inference)) {
  published(case, c("unbiased", "p_value"), inference[[case]][1:2], 8, sprintf(once, "twostage.inference"))
  published(case, c("low", "kc_high"), inference[[case]][3:4], 3, sprintf(once, "twostage.inference"))
}
finish()
