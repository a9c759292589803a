# ACR Pediatric response (Giannini et al., Arthritis Rheum 1997;40:1202-1209): at least three of six improved, at most
# one worse by more than 30 percent. Nothing improves from 0, and any rise from 0 is a worsening.
acr_pedi <- function(now, before, improvement) {
  now <- as.matrix(now); before <- as.matrix(before)
  percent <- round(100 * (now - before) / before, 9)
  percent[before %in% 0] <- NA
  improved <- !is.na(percent) & percent <= -improvement
  worse <- (!is.na(percent) & percent > 30) | (before %in% 0 & !is.na(now) & now > 0)
  unknown <- is.na(now) | is.na(before)
  may.improve <- unknown & !(before %in% 0)
  may.worsen <- unknown & !(now %in% 0)
  yes <- rowSums(improved) >= 3 & rowSums(worse | may.worsen) <= 1
  no <- rowSums(improved | may.improve) < 3 | rowSums(worse) > 1
  ifelse(yes, "yes", ifelse(no, "no", NA))
}
