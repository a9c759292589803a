"""Every file with methods: importing them fills the registry."""

from __future__ import annotations

from types import ModuleType

from report.analysis.counts import by_period, count_models, gee, random_intercept, rates, repeated
from report.analysis.events import (
    exact_tests,
    homogeneity,
    imputed_risks,
    logistic,
    missing_values,
    odds_ratios,
    ordered,
    proportional_odds,
    rank_levels,
    risk_differences,
    standardised_risks,
    stratified,
    stratified_differences,
    stratified_levels,
    trends,
    two_by_two,
)
from report.analysis.numbers import (
    ancova,
    clusters,
    contrasts,
    crossover,
    imputation,
    last_observation,
    mean_margins,
    means,
    rank_estimates,
    rank_tests,
    resampling,
    tipping_point,
)
from report.analysis.times import competing, cox, gray, log_rank, restricted_mean, survival
from report.analysis.within import level_shift, one_arm, one_sample, paired, paired_events, two_stage

METHOD_FAMILIES: tuple[ModuleType, ...] = (
    paired, one_arm, two_by_two, stratified, by_period, imputation, tipping_point, last_observation,
    missing_values, imputed_risks, resampling,
    odds_ratios, risk_differences, exact_tests, stratified_differences, homogeneity, trends, logistic,
    standardised_risks, ordered, proportional_odds, rank_levels, stratified_levels,
    survival, log_rank, cox, restricted_mean, competing, gray,
    one_sample, paired_events, two_stage, level_shift,
    means, rank_tests, rank_estimates, ancova, contrasts, mean_margins, clusters, crossover,
    rates, count_models, repeated, gee, random_intercept,
)  # fmt: skip
