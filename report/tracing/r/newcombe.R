# Newcombe's hybrid score interval of x1/n1 - x2/n2 (Stat Med 1998;17:873-890, method 10), from two Wilson intervals.
newcombe <- function(x1, n1, x2, n2, level) {
  a <- suppressWarnings(prop.test(x1, n1, conf.level = level, correct = FALSE)$conf.int)
  b <- suppressWarnings(prop.test(x2, n2, conf.level = level, correct = FALSE)$conf.int)
  p1 <- x1 / n1
  p2 <- x2 / n2
  p1 - p2 + c(-sqrt((p1 - a[1])^2 + (b[2] - p2)^2), sqrt((a[2] - p1)^2 + (p2 - b[1])^2))
}
