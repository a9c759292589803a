"""A number by arm: its description, the difference of means with Student's or Welch's t, the analysis of variance.

Differences are arm minus reference. They are printed with one decimal more than the values, as means are.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Literal

from annotated_types import Ge, Lt

from report.analysis.basis import mean_comparisons as comparisons
from report.analysis.basis.descriptives import describe, mean
from report.analysis.basis.methods import Answer, Statistic, level_of, method, with_limits
from report.analysis.basis.participants import Participants
from report.analysis.basis.t_estimates import TEstimate, positive
from report.analysis.numbers.samples import NOBODY, Sample, Vector, compared, counted, mean_key, samples

Confidence = Annotated[float, Ge(0.5), Lt(1)]
Variance = Literal["welch", "pooled"]
SUMMARIES = ("mean_sd", "median_quartiles", "range")
TESTS = {"welch": "Welch’s t test", "pooled": "Student’s t test"}
ASSUMED = {
    "welch": "unequal variances, Welch-Satterthwaite degrees of freedom",
    "pooled": "equal variances, pooled over the two arms",
}
TOO_FEW = "an arm has fewer than two participants with an outcome"
TOO_FEW_TO_POOL = "two participants are too few for a spread"
NO_SPREAD = "the values have no spread within the arms"


@method("means", context="summary")
def means(people: Participants, decimals: int, unit: str) -> Answer:
    """Return of every arm n, how many have no value, mean, SD, median, quartiles of type 2, and range."""
    rows = [
        replace(statistic, name="n" if statistic.name == "N_nonmiss" else statistic.name, arm=arm, rests_on="arm")
        for arm in people.arms
        for statistic in describe(_of(people, arm), SUMMARIES, decimals, unit)
    ]
    return Answer(
        "Mean, SD, median, quartiles (type 2) and range by arm",
        "Values were summarised in each arm as mean and SD, and as median, quartiles (type 2) and range.",
        tuple(rows),
    )


def _of(people: Participants, arm: str) -> Vector:
    return people.frame.loc[people.frame["Arm"] == arm, "Outcome"].to_numpy(dtype=float)


@method("t_test", context="stats_t_test")
def t_test(
    people: Participants, decimals: int, unit: str, *, variance: Variance = "welch", confidence: Confidence = 0.95
) -> Answer:
    """Return the difference of means with its t interval and two-sided t test (R: ``t.test``, SAS PROC TTEST).

    ``welch``: variances of the arms may differ, degrees of freedom by Welch and Satterthwaite; ``pooled``: Student's,
    with the variance of the two arms that are compared.
    """
    rows: list[Statistic] = []
    for arm, base in compared(people):
        found = difference(arm, base, variance)
        rows += found.interval_rows("Difference of means", confidence, mean_key(decimals), unit, arm.arm)
        rows += found.test_rows(TESTS[variance], arm.arm)
    return Answer(
        f"Difference of means (arm minus reference), {TESTS[variance]}, two-sided ({ASSUMED[variance]})",
        f"Means were compared with {TESTS[variance]}, two-sided ({ASSUMED[variance]}); differences are given with the "
        "t confidence interval of the same test.",
        (*rows, *counted(people), level_of(confidence)),
    )


def difference(arm: Sample, base: Sample, variance: Variance) -> TEstimate:
    """Return the difference of the means of two arms, with its standard error."""
    if not (len(arm.values) and len(base.values)):
        return TEstimate(no_value=NOBODY)
    moved = mean(arm.values) - mean(base.values)
    if why := _without_error(arm.values, base.values, variance):
        return TEstimate(moved, no_error=why)
    error, df = (comparisons.welch if variance == "welch" else comparisons.pooled)(arm.values, base.values)
    return TEstimate(moved, error, df)


def _without_error(first: Vector, second: Vector, variance: Variance) -> str:
    """Return why there is no standard error; empty where there is one."""
    if variance == "welch" and min(len(first), len(second)) < 2:
        return TOO_FEW
    if len(first) + len(second) < 3:
        return TOO_FEW_TO_POOL
    return NO_SPREAD if comparisons.variance(first) + comparisons.variance(second) == 0 else ""


@method("hedges_g", context="effectsize_hedges_g")
def hedges_g(people: Participants, decimals: int, unit: str, *, confidence: Confidence = 0.95) -> Answer:
    """Return Hedges' g: the difference of means over the pooled SD, times the exact factor of small samples.

    The variance is 1/n + 1/m + g^2/(2(n + m)), the interval normal (Hedges, J Educ Stat 1981;6:107-128; R:
    ``metafor::escalc(measure = "SMD")``).
    """
    rows: list[Statistic] = []
    for arm, base in compared(people):
        values, why = _standardised(arm, base, confidence)
        rows += with_limits("Standardised difference of means (Hedges’ g)", values, "fixed:2", [why] * 3, arm=arm.arm)
    return Answer(
        "Hedges’ g (difference of means over the pooled SD, exact small-sample factor), normal interval",
        "Standardised differences of means are Hedges’ g, from the pooled standard deviation of the two arms, with the "
        "exact factor for small samples and a normal confidence interval.",
        (*rows, *counted(people), level_of(confidence)),
    )


def _standardised(
    arm: Sample, base: Sample, confidence: float
) -> tuple[tuple[float | None, float | None, float | None], str]:
    found = difference(arm, base, "pooled")
    if found.why or found.value is None or found.df is None:
        return (None, None, None), found.why
    from scipy.special import gammaln, ndtri

    n, m, half_df = len(arm.values), len(base.values), found.df / 2
    if half_df <= 0.5:
        return (None, None, None), "so few participants have no factor of small samples"
    factor = math.exp(gammaln(half_df) - gammaln(half_df - 0.5)) / math.sqrt(half_df)
    g = found.value / comparisons.pooled_sd([arm.values, base.values]) * factor
    half = float(ndtri((1 + confidence) / 2)) * math.sqrt(1 / n + 1 / m + g * g / (2 * (n + m)))
    return (g, g - half, g + half), ""


@method("anova", context="stats_oneway_test")
def anova(people: Participants, decimals: int, unit: str, *, variance: Variance = "pooled") -> Answer:
    """Return the one-way analysis of variance of all arms: F, its degrees of freedom and p (R: ``oneway.test``).

    ``pooled``: Fisher's, with equal variances (``var.equal = TRUE``); ``welch``: for unequal ones (Biometrika
    1951;38:330-336).
    """
    groups = [sample.values for sample in samples(people)]
    why = _not_compared(groups, variance)
    f, df, residual, p = (None,) * 4 if why else _f_test(groups, variance)
    told = "Welch’s analysis of variance" if variance == "welch" else "Analysis of variance"
    assumed = "unequal variances" if variance == "welch" else "equal variances"
    rows = (
        Statistic("statistic", "F", f, "fixed:2", reason=why),
        Statistic("num.df", "Degrees of freedom of the arms", df, "count", reason=why),
        Statistic("den.df", "Degrees of freedom of the residuals", residual, "fixed:1", reason=why),
        Statistic("p.value", told, p, "p", reason=why),
    )
    return Answer(
        f"One-way analysis of variance of all arms ({assumed}), F test",
        f"Means of all arms were compared by one-way analysis of variance (F test, {assumed}).",
        (*rows, *counted(people)),
    )


def _not_compared(groups: Sequence[Vector], variance: Variance) -> str:
    """Return why arms are not compared all at once; empty where they are."""
    if not all(len(group) for group in groups):
        return NOBODY
    if variance == "welch":
        if any(len(group) < 2 for group in groups):
            return TOO_FEW
        return "the values of an arm have no spread" if not all(map(comparisons.variance, groups)) else ""
    if sum(len(group) for group in groups) <= len(groups):
        return "every arm has one participant only"
    return "" if any(map(comparisons.variance, groups)) else NO_SPREAD


def _f_test(groups: Sequence[Vector], variance: Variance) -> tuple[float, int, float, float]:
    from scipy.special import fdtrc

    f, residual = (comparisons.welch_f if variance == "welch" else comparisons.fisher_f)(groups)
    df = len(groups) - 1
    return f, df, residual, positive(float(fdtrc(df, residual, f)))
