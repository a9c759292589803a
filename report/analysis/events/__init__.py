"""Events and ordered levels by arm: two by two, over strata, exact tests, logistic models."""
