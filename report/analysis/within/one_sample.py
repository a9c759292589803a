"""Values of a single arm: their description, and their mean or pseudo-median against a performance goal."""

from __future__ import annotations

import numpy as np

from report.analysis.basis.descriptives import NO_SPREAD, QuartileType, describe, mean
from report.analysis.basis.methods import Answer, Statistic, level_of, method, with_limits
from report.analysis.basis.participants import OneSample
from report.analysis.within.one_mean import ONE_SIDE, t_limits, t_test, unspread
from report.analysis.within.paired import Confidence
from report.analysis.within.signed_ranks import (
    AS_IN_R,
    CORRECTED,
    HANDLED,
    MOST,
    Alternative,
    Correction,
    Distribution,
    Ranking,
    Vector,
    Zeros,
    ranked,
    walsh,
)
from report.study.data import decimals_of

NO_VALUE = "no participant has a value"
ALL_ALIKE = "all values are the same"
TOO_MANY = "the exact method is computed for at most a thousand values"
TOO_FEW = "so few values allow no interval of this level"
GOAL = {
    "two_sided": "two-sided, against the goal",
    "greater": "one-sided, for above the goal",
    "less": "one-sided, for below the goal",
}


def _values(people: OneSample) -> Vector:
    given = people.frame["Outcome"].to_numpy(dtype=float)
    return np.asarray(given[~np.isnan(given)], dtype=float)


def _counts(people: OneSample) -> tuple[Statistic, Statistic]:
    n = len(_values(people))
    return (
        Statistic("N", "Participants with a value", n, "count"),
        Statistic("N_miss", "Participants without a value", len(people.frame) - n, "count"),
    )


def _goal(people: OneSample, goal: float, unit: str) -> Statistic:
    return Statistic("goal", "Goal", goal, f"fixed:{_decimals(people, goal)}", unit)


def _decimals(people: OneSample, goal: float) -> int:
    return max(decimals_of(people.resolution), decimals_of(goal))


def _from_goal(people: OneSample, goal: float) -> Vector:
    """Return the values less the goal, to as many decimals as either has: binary noise would break ties and zeros."""
    rounded = np.round(_values(people) - goal, _decimals(people, goal))
    return np.asarray(rounded + 0.0, dtype=float)  # and no minus zero


@method("description", context="summary")
def description(people: OneSample, decimals: int, unit: str, *, quartiles: QuartileType = 2) -> Answer:
    """Return n, those without a value, mean, SD, median, quartiles and range of the values.

    Quartiles are of type 2 (SAS) unless type 7 (R) is asked for. R: ``quantile(values, type = ...)``.
    """
    given = people.frame["Outcome"].to_numpy(dtype=float)
    rows = describe(given, ["mean_sd", "median_quartiles_range"], decimals, unit, quartiles)
    return Answer(
        f"Mean, SD, median, quartiles (type {quartiles}) and range of the known values",
        "Values were summarised as mean and standard deviation, median, quartiles and range of the participants who "
        "have one.",
        tuple(rows),
    )


@method("one_sample_t", context="stats_t_test_onesample")
def one_sample_t(
    people: OneSample,
    decimals: int,
    unit: str,
    *,
    goal: float,
    alternative: Alternative = "two_sided",
    confidence: Confidence = 0.95,
) -> Answer:
    """Return the mean with Student's interval, and the t test of the mean against a performance goal.

    The interval has the side of the test, so that p is below 1 - confidence where the interval leaves the goal out.
    R: ``t.test(values, mu = goal, alternative = ..., conf.level = ...)``.
    """
    values, key = _values(people), f"mean:{decimals + 1}"
    none, why = ("" if len(values) else NO_VALUE), unspread(values, NO_VALUE, NO_SPREAD, ALL_ALIKE)
    low, high = (None, None) if why else t_limits(values, confidence, alternative)
    t, p = (None, None) if why else t_test(values, goal, alternative)
    reasons = (none, why or _one_side("less", alternative), why or _one_side("greater", alternative))
    return Answer(
        f"One-sample t test, {GOAL[alternative]}; mean with a t interval of the same side",
        f"The mean was estimated with a confidence interval from Student’s t distribution and tested with the "
        f"one-sample t test ({GOAL[alternative]}).",
        (
            *with_limits("Mean", (mean(values) if len(values) else None, low, high), key, reasons, unit=unit),
            level_of(confidence),
            _goal(people, goal, unit),
            Statistic("statistic", "t", t, "fixed:2", reason=why),
            Statistic("df", "Degrees of freedom", None if why else len(values) - 1, "count", reason=why),
            Statistic("p.value", "One-sample t test", p, "p", reason=why),
            Statistic("alternative", "Alternative", AS_IN_R[alternative]),
            *_counts(people),
        ),
    )


def _one_side(lacking: Alternative, alternative: Alternative) -> str:
    """Return why an interval has no limit where its side is the one that lacks it."""
    return ONE_SIDE[lacking] if alternative == lacking else ""


@method("one_sample_signed_rank", context="stats_wilcox_test_onesample")
def one_sample_signed_rank(
    people: OneSample,
    decimals: int,
    unit: str,
    *,
    goal: float,
    alternative: Alternative = "two_sided",
    zeros: Zeros = "drop",
    distribution: Distribution = "exact",
    correction: Correction = "continuity",
) -> Answer:
    """Return the Wilcoxon signed-rank test of the values against a performance goal, exact with the floor of its p.

    Differences from the goal are ranked as those of ``signed_rank``. R: ``exactRankTests::wilcox.exact(values, mu =
    goal)``; for the approximation ``wilcox.test(values, mu = goal, exact = FALSE)``.
    """
    how, handled = Ranking(zeros, distribution, correction, alternative), HANDLED[zeros]
    kind = "exact" if how.is_exact else how.approximated
    by = "the exact" if how.is_exact else f"the normal approximation ({CORRECTED[correction]}) of the"
    return Answer(
        f"One-sample Wilcoxon signed-rank test, {kind}, {GOAL[alternative]}, mid-ranks for ties, {handled}",
        f"Values were tested with {by} one-sample Wilcoxon signed-rank test ({GOAL[alternative]}; {handled}).",
        (
            *ranked(_from_goal(people, goal), how, NO_VALUE),
            _goal(people, goal, unit),
            *_counts(people),
        ),
    )


@method("one_sample_hodges_lehmann", context="stats_wilcox_test_onesample")
def one_sample_hodges_lehmann(
    people: OneSample, decimals: int, unit: str, *, goal: float, confidence: Confidence = 0.95
) -> Answer:
    """Return the pseudo-median of the values with its exact two-sided interval, beside the performance goal.

    The median of all Walsh averages, values equal to the goal kept (``signed_ranks.walsh``). R:
    ``wilcox.test(values, mu = goal, conf.int = TRUE, exact = TRUE)``. The level reached is a row of its own.
    """
    values, key = _values(people), f"fixed:{decimals}"
    short = NO_VALUE if len(values) == 0 else TOO_MANY if len(values) > MOST else ""
    estimate, low, high, level = walsh(values if not short else values[:0], confidence)
    why = short or (TOO_FEW if level is None else "")
    limits = (estimate, low, high)
    return Answer(
        "Hodges-Lehmann estimate of the values (pseudo-median), exact two-sided interval",
        "Values were summarised by the Hodges-Lehmann estimate (the pseudo-median) with an exact confidence interval.",
        (
            *with_limits("Hodges-Lehmann estimate (pseudo-median)", limits, key, (short, why, why), unit=unit),
            Statistic("conf.level", "Confidence level asked for", confidence, "level"),
            Statistic("conf.level_reached", "Confidence level reached", level, "level:1", reason=why),
            _goal(people, goal, unit),
            *_counts(people),
        ),
    )
