"""Change within participants: medians, the Hodges-Lehmann estimate and the exact signed-rank test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from annotated_types import Ge, Lt

from report.analysis.descriptives import quantile
from report.analysis.methods import Answer, Statistic, method, with_limits
from report.study.data import decimals_of

Vector = npt.NDArray[np.float64]
Confidence = Annotated[float, Ge(0.5), Lt(1)]
Zeros = Literal["drop", "pratt"]
HANDLED = {"drop": "zero differences dropped", "pratt": "zero differences ranked and then dropped (Pratt)"}

NO_PAIR = "no participant has both values"
MOST = 1000  # pairs; the exact distribution of more takes longer than anybody waits
TOO_MANY = "the exact method is computed for at most a thousand pairs"


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
    (Hollander & Wolfe, Nonparametric Statistical Methods, 3.2; R: ``wilcox.test(d, conf.int = TRUE, exact = TRUE)``).
    The level reached is a row of its own: few pairs reach only some levels, and fewer than six none of 95%.
    """
    key = f"fixed:{decimals}"
    sound = pairs.difference if len(pairs.difference) <= MOST else pairs.difference[:0]
    estimate, low, high, level = _walsh(sound, confidence)
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


def _walsh(difference: Vector, confidence: float) -> tuple[float | None, float | None, float | None, float | None]:
    n = len(difference)
    if n == 0:
        return None, None, None, None
    upper = np.triu_indices(n)
    averages = np.sort((difference[upper[0]] + difference[upper[1]]) / 2)
    estimate = float(np.median(averages))
    below = np.cumsum(null_distribution(np.arange(1, n + 1)))
    k = int(np.searchsorted(below, (1 - confidence) / 2 * (1 + 1e-12)))
    if k == 0:
        return estimate, None, None, None
    return estimate, float(averages[k - 1]), float(averages[-k]), float(1 - 2 * below[k - 1])


def null_distribution(ranks: npt.NDArray[np.int_]) -> Vector:
    """Return P(W = 0), P(W = 1), ... for the sum W of ranks that each count with probability 1/2.

    Ranks are whole numbers; mid-ranks are doubled first. The exact conditional distribution, ties or not.
    """
    chances = np.zeros(int(ranks.sum()) + 1)
    chances[0], reach = 1.0, 1
    for rank in ranks:
        half = chances[:reach] / 2
        chances[:reach] = half
        chances[rank : rank + reach] += half
        reach += int(rank)
    return chances


@method("signed_rank", context="stats_wilcox_test")
def signed_rank(pairs: Pairs, decimals: int, unit: str, *, zeros: Zeros = "drop") -> Answer:
    """Return the exact two-sided Wilcoxon signed-rank test of the differences, with the floor of its p.

    V is the sum of the positive differences' ranks. Ties get mid-ranks and p is exact given them; zeros are dropped
    before ranking, or ranked and then dropped (Pratt). R: ``exactRankTests::wilcox.exact``, or
    ``coin::wilcoxsign_test(distribution = "exact", zero.method = ...)``.
    """
    handled = HANDLED[zeros]
    return Answer(
        f"Wilcoxon signed-rank test, exact, two-sided, mid-ranks for ties, {handled}",
        f"Change within participants was tested with the exact two-sided Wilcoxon signed-rank test ({handled}).",
        ranked(pairs.difference, zeros, NO_PAIR),
    )


def ranked(difference: Vector, zeros: Zeros, nobody: str) -> tuple[Statistic, ...]:
    """Return the rows of the exact signed-rank test of differences; those that tie must be equal to the last bit.

    ``nobody`` is the reason where there is no difference at all.
    """
    ranks, positive = _ranks(difference, zeros)
    n = len(ranks)
    reason = nobody if len(difference) == 0 else _unranked(n)
    v, p, floor = (None, None, None) if reason else _test(ranks, positive)
    return (
        Statistic("statistic", "V", v, "median:0", reason=reason),
        # at a floor that matters p is written exactly: rounded, it could look smaller than the smallest p there is
        Statistic("p.value", "p", p, "p_exact" if p is not None and p == floor and p < 0.5 else "p", reason=reason),
        Statistic("p.floor", "Smallest p that these pairs allow", floor, "p_exact", reason=reason),
        # the best that Bonferroni's or Holm's adjustment for two tests could give
        Statistic(
            "p.floor_adjusted",
            "Smallest p, adjusted for two tests",
            None if floor is None else min(1.0, 2 * floor),
            "p_exact",
            reason=reason,
        ),
        Statistic("n_used", "Differences other than zero", n, "count"),
        Statistic("n_zero", "Differences of zero", int((difference == 0).sum()), "count"),
        Statistic("n_tied", "Differences of tied size", _tied(ranks), "count"),
        Statistic("zeros", "Zero differences", zeros),
        Statistic("alternative", "Alternative", "two.sided"),
    )


def _unranked(n: int) -> str:
    """Return why so many differences other than zero are not tested; empty where they are."""
    return "no difference is other than zero" if n == 0 else TOO_MANY if n > MOST else ""


def _ranks(difference: Vector, zeros: str) -> tuple[npt.NDArray[np.int_], npt.NDArray[np.bool_]]:
    """Return the doubled mid-ranks of the differences other than zero, and which of them are positive."""
    kept = difference[difference != 0]
    ranked = _mid_ranks(difference)[difference != 0] if zeros == "pratt" else _mid_ranks(kept)
    return np.rint(2 * ranked).astype(int), kept > 0


def _mid_ranks(values: Vector) -> Vector:
    return np.asarray(pd.Series(np.abs(values)).rank(method="average"), dtype=float)


def _test(ranks: npt.NDArray[np.int_], positive: npt.NDArray[np.bool_]) -> tuple[float, float, float]:
    chances = null_distribution(ranks)
    w = int(ranks[positive].sum())
    tail = min(float(chances[: w + 1].sum()), float(chances[w:].sum()))
    return w / 2, min(1.0, 2 * tail), min(1.0, 2 * float(chances[0]))


def _tied(ranks: npt.NDArray[np.int_]) -> int:
    _, counts = np.unique(ranks, return_counts=True)
    return int(counts[counts > 1].sum())


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
