"""How much stands behind each method: values that our own code had no part in, and the reason of each loose tolerance."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from report.analysis.all_methods import METHOD_FAMILIES
from report.analysis.basis.methods import REGISTRY
from tests.test_statistics import rows

ORACLE = Path(__file__).parent / "oracle"
LEAST, IN_ALL = 5, 400
TIGHT = 1.01e-6  # closed forms 1e-8, searches 1e-6; looser ones say why
# where the values of each method stand: the file, and a pattern of the statistics that are its own
BEHIND: dict[str, tuple[str, str]] = {
    "change": ("quantiles", "median|min|max"),
    "hodges_lehmann": ("hodges_lehmann", "estimate|conf"),
    "signed_rank": ("signed_rank", "[vp]_"),
    "shift": ("shift_levels", "n "),
    "mean_change": ("within", "mean|t_low|t_high|sd"),
    "paired_t": ("within", "t$|df|p_t"),
    "sign_test": ("within", "p_sign|rises"),
    "shift_levels": ("shift_levels", ""),
    "description": ("one_sample", "mean|sd|median|min|max|p25|p75"),
    "one_sample_t": ("one_sample", "[t]_|df_|low_|high_"),
    "one_sample_signed_rank": ("one_sample", "v_|exact_|normal_"),
    "one_sample_hodges_lehmann": ("one_sample", "hl|pseudo|estimate|walsh"),
    "paired_events": ("paired_events", "difference"),
    "mcnemar": ("paired_events", "p_exact|p_mid"),
    "paired_risk_difference": ("paired_events", "tango|newcombe"),
    "proportion": ("proportion", "cp|wilson"),
    "performance_goal": ("one_arm", "p_|low_|high_"),
    "simon_two_stage": ("two_stage", ""),
    "risk": ("proportion", "estimate"),
    "risk_reduction": ("proportion_difference", "newcombe|mn"),
    "relative_risk_reduction": ("proportion_ratio", "mn|koopman"),
    "risk_ratio": ("proportion_ratio", "estimate|mn|koopman"),
    "number_needed_to_treat": ("proportion_difference", "newcombe|mn"),
    "fisher": ("fisher", "p_value"),
    "mantel_haenszel": ("mantel_haenszel", ""),
    "risk_difference": ("proportion_difference", "newcombe|mn"),
    "odds_ratio": ("odds_ratios", ""),
    "chi_squared": ("binary_tests", "none|yates|n_minus"),
    "boschloo": ("binary_tests", "boschloo"),
    "non_inferiority_risk": ("risk_margins", "fm_high|fm_low|mn_high|mn_low"),
    "equivalence_risk": ("risk_margins", "fm_two|mn_two"),
    "stratified_risk_difference": ("strata_of_events", "mn|newcombe"),
    "breslow_day": ("strata_of_events", "none|tarone"),
    "trend": ("binary_tests", "statistic$|asymptotic|exact_p"),
    "logistic": ("logistic", "wald|profile"),
    "standardised_risks": ("logistic", "ye|ge"),
    "means": ("means_by_arm", "means"),
    "t_test": ("means_by_arm", "welch|pooled"),
    "hedges_g": ("means_by_arm", "hedges"),
    "anova": ("means_by_arm", "anova"),
    "mann_whitney": ("rank_tests_by_arm", "exact|corrected|none"),
    "kruskal_wallis": ("rank_tests_by_arm", "kruskal"),
    "hodges_lehmann_shift": ("rank_tests_by_arm", "shift|moses"),
    "win_probability": ("rank_tests_by_arm", "newcombe|brunner"),
    "ancova": ("ancova", "equal|observed"),
    "pairwise_means": ("ancova", "none|bonferroni|holm|tukey"),
    "non_inferiority": ("ancova", "higher|lower"),
    "equivalence": ("ancova", "both"),
    "icc": ("clusters", "icc"),
    "levels": ("ordered_levels", ""),
    "proportional_odds": ("ordered_levels", "odds|proportional"),
    "mann_whitney_levels": ("ordered_levels", "rank_sum|exact_p"),
    "win_probability_levels": ("ordered_levels", "win_"),
    "kruskal_wallis_levels": ("ordered_levels", "kruskal"),
    "chi_squared_levels": ("ordered_levels", "chi"),
    "fisher_levels": ("ordered_levels", "fisher"),
    "cmh_levels": ("ordered_levels", "association|row_means|correlation"),
    "events_by_period": ("rate_differences", "n_"),
    "rate_ratio": ("rate_ratio", ""),
    "fisher_by_period": ("period_tables", ""),
    "signed_rank_by_period": ("rate_differences", "[vp]_"),
    "kaplan_meier": ("kaplan_meier", ""),
    "survival_difference": ("survival_difference", ""),
    "log_rank": ("log_rank", ""),
    "cox": ("cox", ""),
    "restricted_mean": ("restricted_mean", ""),
    "cumulative_incidence": ("cumulative_incidence", ""),
    "gray": ("gray", ""),
    "event_rates": ("counts", "rate_"),
    "rate_ratio_by_arm": ("counts", "estimate$|conf_low$|conf_high$|p_value$"),
    "poisson": ("counts", ".*__(model|scaled|robust|cluster)"),
    "negative_binomial": ("counts", ".*__nb"),
    "change_by_visit": ("repeated", ".*(welch|pooled|ancova)"),
    "gee": ("repeated", ".*__gee"),
    "random_intercept": ("repeated", ".*__mixed"),
    "crossover": ("crossover", "crossover"),
    "period_effect": ("crossover", "period"),
    "carry_over": ("crossover", "carry"),
    "multiple_imputation": ("missing_values", "estimate|total|df|fmi|mc_error"),
    "imputed_risks": ("missing_values", "estimate|total|df|fmi|mc_error"),
    "tipping_point": ("missing_values", "estimate|total|df|fmi|mc_error"),
    "bootstrap_difference": ("bootstrap", "mean|median"),
    "permutation_test": ("missing_values", "p$"),
    "extreme_cases": ("missing_values", "all_with|all_without|against|for_the"),
    "tipping_counts": ("missing_values", "tip"),
    "last_observation": ("missing_values", "estimate|conf|p"),
}


def test_every_method_is_looked_up() -> None:
    assert METHOD_FAMILIES  # importing them fills the registry
    assert sorted(BEHIND) == sorted(REGISTRY)


@pytest.mark.parametrize("method", sorted(BEHIND))
def test_at_least_five_values_for_each_method(method: str) -> None:
    file, pattern = BEHIND[method]
    found = [row for row in rows(file) if re.match(pattern, row["stat"])]
    assert len(found) >= LEAST, f"{len(found)} in {file}.csv: {sorted({row['stat'] for row in rows(file)})[:40]}"


def test_hundreds_in_all_and_some_from_print() -> None:
    every = [row for path in sorted(ORACLE.glob("*.csv")) for row in rows(path.stem)]
    assert len(every) >= IN_ALL
    assert sum(not row["call"] for row in every) >= 100


def test_a_tolerance_that_is_loose_says_why() -> None:
    """A value of R is held to 1e-8 or 1e-6; where R itself is rougher its source says so."""
    for path in sorted(ORACLE.glob("*.csv")):
        for row in rows(path.stem):
            if row["call"] and float(row["tolerance"]) > TIGHT:
                assert re.search(r"ends|off its|iterative|numerical|early|degrees of freedom|example", row["source"]), (
                    row
                )


def test_each_file_of_values_has_its_script() -> None:
    scripts = {path.stem for path in ORACLE.glob("[!_]*.R")}
    assert scripts == {path.stem for path in ORACLE.glob("*.csv")}
