# An event at two visits: McNemar's exact test, its mid-p, and the difference of the shares, later minus earlier.
# cells: with the event at both visits, at the earlier only, at the later only, at neither.
source("_common.R")
inputs <- Filter(function(case) !is.null(case$cells), fromJSON("inputs_within.json", simplifyVector = TRUE))

# The score of a difference with the likelihood maximised by a search, not by its quadratic.
score <- function(cells, d) {
  n <- sum(cells)
  lost <- cells[2]; gained <- cells[3]; same <- n - lost - gained
  likelihood <- function(q) {
    part <- function(k, p) if (k == 0) 0 else k * log(p)
    part(lost, q) + part(gained, q + d) + part(same, 1 - 2 * q - d)
  }
  ends <- c(max(0, -d), (1 - d) / 2)
  q <- optimize(likelihood, ends, maximum = TRUE, tol = 1e-14)$maximum
  for (end in ends) if (isTRUE(likelihood(end) >= likelihood(q))) q <- end
  variance <- n * (2 * q + d * (1 - d))
  gap <- gained - lost - n * d
  if (variance <= 0) return(if (gap == 0) 0 else sign(gap) * Inf)
  gap / sqrt(variance)
}
tango <- function(cells, level) {
  z <- qnorm((1 + level) / 2)
  seen <- (cells[3] - cells[2]) / sum(cells)
  far <- function(f, a, b) {
    if (b - a < 1e-9) return(a)
    inner <- c(a + 1e-9, b - 1e-9)
    if (f(inner[1]) <= 0) return(a)
    if (f(inner[2]) >= 0) return(b)
    uniroot(f, inner, tol = 1e-13)$root
  }
  c(far(function(d) score(cells, d) - z, -1, seen), far(function(d) score(cells, d) + z, seen, 1))
}
newcombe <- function(cells, level) {
  n <- sum(cells)
  later <- cells[1] + cells[3]; earlier <- cells[1] + cells[2]
  a <- prop.test(later, n, conf.level = level, correct = FALSE)$conf.int
  b <- prop.test(earlier, n, conf.level = level, correct = FALSE)$conf.int
  margins <- later * (n - later) * earlier * (n - earlier)
  crossed <- cells[1] * cells[4] - cells[2] * cells[3]
  phi <- if (margins == 0) 0 else (if (crossed > 0) max(crossed - n / 2, 0) else crossed) / sqrt(margins)
  p1 <- later / n; p2 <- earlier / n
  root <- function(u, v) sqrt(u^2 - 2 * phi * u * v + v^2)
  p1 - p2 + c(-root(p1 - a[1], b[2] - p2), root(p2 - b[1], a[2] - p1))
}

for (case in names(inputs)) {
  of <- inputs[[case]]
  with <- list(cells = as.numeric(of$cells), b = of$cells[2], c = of$cells[3], n = sum(of$cells), level = level_of(of))
  record(case, "(c - b) / n", "difference", closed, "R", with)
  if (of$cells[2] + of$cells[3] > 0) {
    record(case, "binom.test(c, b + c)$p.value", "p_exact", closed, "R binom.test", with)
    record(case, "2 * pbinom(min(b, c), b + c, 0.5) - dbinom(min(b, c), b + c, 0.5)", "p_mid", closed, "R pbinom, dbinom", with)
    record(case, "2 * 0.5^(b + c)", "floor", closed, "definition", with)
  }
  # the likelihood is flat where it is largest: its search leaves the limits with about seven digits
  record(case, "tango(cells, level)", c("tango_low", "tango_high"), iterative, "score inverted, likelihood by search, in R", with)
  record(case, "newcombe(cells, level)", c("newcombe_low", "newcombe_high"), closed, "the rule on R's Wilson limits", with)
}
quoted <- "(as quoted in the tests of R package ratesci; earlier minus later there, turned here)"
turned <- function(case, names, values, decimals, source, by = quoted) published(case, names, -values, decimals, paste(source, by))
tangos <- c("tango_high", "tango_low")
newcombes <- c("newcombe_high", "newcombe_low")
fagerland <- "Fagerland, Lydersen and Laake 2014, Stat Med 33:2850 (Bentur 2009)"
turned("bentur", tangos, c(-0.517, -0.026), 3, fagerland)
turned("bentur", newcombes, c(-0.507, -0.026), 3, fagerland)
chapter <- "tests of R package contingencytables, companion to Fagerland, Lydersen and Laake 2017 (the book itself not seen), chapter 8 (Cavo 2012)"
turned("cavo", c("difference", tangos, newcombes), c(-0.0621, -0.1240, -0.0054, -0.1186, -0.0046), 4, chapter,
       "(earlier minus later there, turned here)")
published("cavo", c("p_exact", "p_mid"), c(0.052479, 0.034690), 6, chapter)
turned("tango_5", tangos, c(-0.096, 0.037), 3, "Tango 1998, Stat Med 17:891, Table V")
turned("tango_7", tangos, c(-0.027, 0.390), 3, "Tango 1998, Stat Med 17:891, Table VII")
turned("newcombe_paired", newcombes, c(0.0562, 0.3292), 4, "Newcombe 1998, Stat Med 17:2635, method 10")
turned("agresti_min", tangos, c(-0.020, 0.207), 3, "Agresti and Min 2005, Stat Med 24:729")
turned("tang_2010", newcombes, c(-0.1574, 0.4136), 4, "Tang and others 2010, Stat Med 29:46")
published("all_gain", tangos[2], -0.1230, 4, "tests of R package contingencytables: Tango's interval of 0 and 3")
finish()
