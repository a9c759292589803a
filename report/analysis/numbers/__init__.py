"""Numbers by arm: means, ranks, models, imputation, resampling, crossover and clusters."""
