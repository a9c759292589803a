"""Change within participants: medians, means, the Hodges-Lehmann estimate, and tests of the differences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
import numpy.typing as npt
from annotated_types import Ge, Lt

from report.analysis.basis.descriptives import mean, quantile, sd
from report.analysis.basis.methods import Answer, Statistic, level_of, method, with_limits
from report.analysis.within.one_mean import t_limits, t_test, unspread
from report.analysis.within.signed_ranks import (
    CORRECTED,
    HANDLED,
    MOST,
    TOO_MANY,
    Correction,
    Distribution,
    Ranking,
    Vector,
    Zeros,
    ranked,
    signs,
    walsh,
)
from report.study.data import decimals_of

Confidence = Annotated[float, Ge(0.5), Lt(1)]

NO_PAIR = "no participant has both values"
ONE_PAIR = "one pair has no spread"
ALL_ALIKE = "all differences are the same"


@dataclass(frozen=True)
class Pairs:
    """The values of participants who have both visits, and how many lack one; differences at the data's resolution."""

    before: Vector
    after: Vector
    difference: Vector
    missing: int
    before_visit: str
    after_visit: str


@method("change", context="summary")
def change(pairs: Pairs, decimals: int, unit: str) -> Answer:
    """Return medians and ranges at both visits, the difference of the medians, and who fell, rose or stayed."""
    falls, rises = int((pairs.difference < 0).sum()), int((pairs.difference > 0).sum())
    counts = [
        Statistic("N_pairs", "Participants with both values", len(pairs.difference), "count"),
        Statistic("N_miss", "Participants without one of the values", pairs.missing, "count"),
        Statistic("n_fell", "Participants whose value fell", falls, "count"),
        Statistic("n_rose", "Participants whose value rose", rises, "count"),
        Statistic("n_same", "Participants whose value stayed", len(pairs.difference) - falls - rises, "count"),
    ]
    before = _spread(pairs.before, pairs.before_visit, decimals, unit)
    after = _spread(pairs.after, pairs.after_visit, decimals, unit)
    return Answer(
        "Medians and ranges of participants with both values",
        "Values were summarised as medians and ranges of the participants who have both assessments.",
        (*counts, *before, *after, _difference_of_medians(pairs, decimals, unit), *_changes(pairs, decimals, unit)),
    )


def _changes(pairs: Pairs, decimals: int, unit: str) -> list[Statistic]:
    """Return the smallest and the largest change within a participant."""
    ends = [("change_min", "Smallest change", np.min), ("change_max", "Largest change", np.max)]
    some = len(pairs.difference) > 0
    return [
        Statistic(n, label, float(end(pairs.difference)) if some else None, f"fixed:{decimals}", unit,
                  reason="" if some else NO_PAIR)
        for n, label, end in ends
    ]  # fmt: skip


def _spread(values: Vector, visit: str, decimals: int, unit: str) -> list[Statistic]:
    if len(values) == 0:
        return [
            Statistic(n, n, None, f"median:{decimals}", unit, visit=visit, reason=NO_PAIR)
            for n in ("median", "min", "max")
        ]
    return [
        Statistic("median", "Median", quantile(values, 0.5), f"median:{decimals}", unit, visit=visit),
        Statistic("min", "Min", float(values.min()), f"fixed:{decimals}", unit, visit=visit),
        Statistic("max", "Max", float(values.max()), f"fixed:{decimals}", unit, visit=visit),
    ]


def _difference_of_medians(pairs: Pairs, decimals: int, unit: str) -> Statistic:
    label, key = "Difference of the medians", f"median:{decimals}"
    if len(pairs.difference) == 0:
        return Statistic("difference_of_medians", label, None, key, unit, reason=NO_PAIR)
    moved = round(quantile(pairs.after, 0.5) - quantile(pairs.before, 0.5), decimals + 2)
    return Statistic("difference_of_medians", label, moved, key, unit)


@method("hodges_lehmann", context="stats_wilcox_test")
def hodges_lehmann(pairs: Pairs, decimals: int, unit: str, *, confidence: Confidence = 0.95) -> Answer:
    """Return the median of all Walsh averages of the differences, zeros kept, with its exact interval.

    The limits are the k-th smallest and k-th largest average, k from the exact null distribution without ties
    (``signed_ranks.walsh``; R: ``wilcox.test(d, conf.int = TRUE, exact = TRUE)``).
    The level reached is a row of its own: few pairs reach only some levels, and fewer than six none of 95%.
    """
    key = f"fixed:{decimals}"
    sound = pairs.difference if len(pairs.difference) <= MOST else pairs.difference[:0]
    estimate, low, high, level = walsh(sound, confidence)
    short = _hindrance(pairs)
    why = short or ("so few pairs allow no interval of this level" if level is None else "")
    return Answer(
        "Hodges-Lehmann estimate of the median change (pseudo-median of the paired differences), exact interval",
        "The change was estimated by the Hodges-Lehmann estimate (the pseudo-median of the paired differences) with "
        "an exact confidence interval.",
        (
            *with_limits("Hodges-Lehmann estimate", (estimate, low, high), key, (short, why, why), unit=unit),
            Statistic("conf.level", "Confidence level asked for", confidence, "level"),
            Statistic("conf.level_reached", "Confidence level reached", level, "level:1", reason=why),
        ),
    )


def _hindrance(pairs: Pairs) -> str:
    """Return why an exact method has no answer; empty when it has one."""
    if len(pairs.difference) == 0:
        return NO_PAIR
    return TOO_MANY if len(pairs.difference) > MOST else ""


@method("signed_rank", context="stats_wilcox_test")
def signed_rank(
    pairs: Pairs,
    decimals: int,
    unit: str,
    *,
    zeros: Zeros = "drop",
    distribution: Distribution = "exact",
    correction: Correction = "continuity",
) -> Answer:
    """Return the two-sided Wilcoxon signed-rank test of the differences, exact with the floor of its p.

    Ties get mid-ranks, and the exact p is exact given them, for at most 1000 pairs; zeros are dropped before ranking,
    or ranked and then dropped (Pratt). The asymptotic p is that of the normal distribution, its variance corrected for
    ties; ``correction`` is for it alone. R: see ``signed_ranks.ranked``.
    """
    how, handled = Ranking(zeros, distribution, correction), HANDLED[zeros]
    if how.is_exact:
        named = "exact, two-sided"
        told = f"the exact two-sided Wilcoxon signed-rank test ({handled})"
    else:
        named = f"{how.approximated}, two-sided"
        told = (
            f"the two-sided Wilcoxon signed-rank test by its normal approximation {CORRECTED[correction]}, the "
            f"variance corrected for ties ({handled})"
        )
    return Answer(
        f"Wilcoxon signed-rank test, {named}, mid-ranks for ties, {handled}",
        f"Change within participants was tested with {told}.",
        ranked(pairs.difference, how, NO_PAIR),
    )


@method("sign_test", context="stats_binom_test")
def sign_test(pairs: Pairs, decimals: int, unit: str) -> Answer:
    """Return the exact two-sided sign test of the differences, zeros dropped, with the floor of its p.

    The statistic is the number of rises. R: ``binom.test(sum(d > 0), sum(d != 0))``; SAS PROC UNIVARIATE gives it as
    M, the rises less half of the differences other than zero.
    """
    return Answer(
        "Sign test of the paired differences, exact binomial, two-sided, zero differences dropped",
        "Change within participants was tested with the exact two-sided sign test (zero differences dropped).",
        (
            *signs(pairs.difference, NO_PAIR),
            Statistic("N_miss", "Participants without one of the values", pairs.missing, "count"),
        ),
    )


@method("mean_change", context="stats_t_test")
def mean_change(pairs: Pairs, decimals: int, unit: str, *, confidence: Confidence = 0.95) -> Answer:
    """Return the mean of the differences, later minus earlier, with Student's interval; means and SDs at both visits.

    R: ``t.test(after, before, paired = TRUE)``.
    """
    key, d = f"fixed:{decimals + 1}", pairs.difference
    none, why = ("" if len(d) else NO_PAIR), unspread(d, NO_PAIR, ONE_PAIR, ALL_ALIKE)
    low, high = (None, None) if why else t_limits(d, confidence)
    estimate = mean(d) if len(d) else None
    return Answer(
        "Mean of the paired differences with t interval",
        "The change was estimated by the mean of the paired differences with a confidence interval from Student’s t "
        "distribution.",
        (
            *with_limits("Mean change", (estimate, low, high), key, (none, why, why), unit=unit),
            level_of(confidence),
            Statistic("N_pairs", "Participants with both values", len(d), "count"),
            Statistic("N_miss", "Participants without one of the values", pairs.missing, "count"),
            _sd("sd_change", "SD of the change", d, decimals, unit),
            *_mean_and_sd(pairs.before, pairs.before_visit, decimals, unit),
            *_mean_and_sd(pairs.after, pairs.after_visit, decimals, unit),
        ),
    )


def _mean_and_sd(values: Vector, visit: str, decimals: int, unit: str) -> list[Statistic]:
    value, key = (mean(values) if len(values) else None), f"mean:{decimals + 1}"
    reason = "" if len(values) else NO_PAIR
    return [
        Statistic("mean", "Mean", value, key, unit, visit=visit, reason=reason),
        _sd("sd", "SD", values, decimals, unit, visit),
    ]


def _sd(name: str, label: str, values: Vector, decimals: int, unit: str, visit: str = "") -> Statistic:
    reason = "" if len(values) > 1 else ONE_PAIR if len(values) else NO_PAIR
    value = None if reason else sd(values)
    return Statistic(name, label, value, f"mean:{decimals + 1}", unit, visit=visit, reason=reason)


@method("paired_t", context="stats_t_test")
def paired_t(pairs: Pairs, decimals: int, unit: str) -> Answer:
    """Return the two-sided paired t test (R: ``t.test(after, before, paired = TRUE)``; SAS PROC TTEST, PAIRED)."""
    why = unspread(pairs.difference, NO_PAIR, ONE_PAIR, ALL_ALIKE)
    t, p = (None, None) if why else t_test(pairs.difference, 0.0)
    df = None if why else len(pairs.difference) - 1
    return Answer(
        "Paired t test, two-sided",
        "Change within participants was tested with the two-sided paired t test.",
        (
            Statistic("statistic", "t", t, "fixed:2", reason=why),
            Statistic("df", "Degrees of freedom", df, "count", reason=why),
            Statistic("p.value", "Paired t test", p, "p", reason=why),
            Statistic("alternative", "Alternative", "two.sided"),
            Statistic("N_pairs", "Participants with both values", len(pairs.difference), "count"),
            Statistic("N_miss", "Participants without one of the values", pairs.missing, "count"),
        ),
    )


@method("shift", context="tabulate")
def shift(pairs: Pairs, decimals: int, unit: str, *, above: float) -> Answer:
    """Return how many participants were above a limit at the earlier visit, at the later one, and who fell or rose.

    A value that equals the limit is not above it.
    """
    raised = {"raised": pairs.before > above, "not_raised": pairs.before <= above}
    rows = [each for level, chosen in raised.items() for each in _shifted(pairs, chosen, above, level)]
    return Answer(
        "Participants with both values by whether the value was above a limit at either visit",
        "Participants with both assessments were counted by whether their value was above the limit at the earlier and "
        "at the later one.",
        (
            Statistic("limit", "Limit", above, f"fixed:{max(decimals, decimals_of(above))}", unit),
            Statistic("N_pairs", "Participants with both values", len(pairs.difference), "count"),
            Statistic("N_miss", "Participants without one of the values", pairs.missing, "count"),
            *rows,
        ),
    )


def _shifted(pairs: Pairs, chosen: npt.NDArray[np.bool_], above: float, level: str) -> list[Statistic]:
    """Return the counts of those who were above the limit at the earlier visit, or of those who were not."""
    later, moved = pairs.after[chosen] > above, pairs.difference[chosen]
    counted = [
        ("N", "Participants", chosen),
        ("n_raised", "Above the limit at the later visit", later),
        ("n_not_raised", "Not above the limit at the later visit", ~later),
        ("n_fell", "Participants whose value fell", moved < 0),
        ("n_rose", "Participants whose value rose", moved > 0),
        ("n_same", "Participants whose value stayed", moved == 0),
    ]
    return [Statistic(name, label, int(those.sum()), "count", level=level) for name, label, those in counted]
