"""Estimates from the pairs of a value in an arm and one in the reference: Hodges-Lehmann shift, win probability."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal

import numpy as np

from report.analysis.basis.methods import Answer, Statistic, level_of, method, with_limits
from report.analysis.basis.participants import Participants
from report.analysis.basis.score_intervals import z_value
from report.analysis.basis.t_estimates import t_quantile
from report.analysis.numbers.means import TOO_FEW, Confidence
from report.analysis.numbers.rank_distributions import MOST_WITHOUT_TIES, mann_whitney_counts
from report.analysis.numbers.samples import NOBODY, Sample, Vector, compared, counted

Moses = Literal["exact", "asymptotic"]
Winning = Literal["newcombe", "brunner_munzel"]
MOST_PAIRS = 25_000_000
TOO_MANY_PAIRS = "too many pairs of participants"
TOO_MANY = "too many participants for the exact interval; the asymptotic one serves"
NO_SUCH_LEVEL = "so few participants allow no interval of this level"
NO_OVERLAP = "every pair is decided the same way, and the variance vanishes"
INTERVALS = {
    "newcombe": "Newcombe’s interval (method 5)",
    "brunner_munzel": "Brunner and Munzel’s interval, kept within 0 and 1",
}


@method("hodges_lehmann_shift", context="stats_wilcox_test")
def hodges_lehmann_shift(
    people: Participants, decimals: int, unit: str, *, interval: Moses = "exact", confidence: Confidence = 0.95
) -> Answer:
    """Return the median of all differences between a value of the arm and one of the reference, with its interval.

    The limits are the k-th smallest and the k-th largest difference (Moses; Hollander & Wolfe, Nonparametric
    Statistical Methods, 4.3). ``exact``: k from the distribution of U without ties (R: ``wilcox.test(conf.int = TRUE,
    exact = TRUE)``), the level that it reaches in a row; ``asymptotic``: k is nm/2 - z sqrt(nm(n + m + 1)/12), rounded
    down (SAS NPAR1WAY, HL).
    """
    rows: list[Statistic] = []
    for arm, base in compared(people):
        rows += _shift(arm, base, interval, confidence, f"fixed:{decimals}", unit)
    return Answer(
        f"Hodges-Lehmann estimate of the shift (median of all differences, arm minus reference), Moses’ interval "
        f"({interval})",
        "The shift between arms was estimated by the Hodges-Lehmann estimate (the median of all differences between a "
        f"value of the arm and one of the reference) with Moses’ {interval} confidence interval.",
        (*rows, *counted(people), level_of(confidence), Statistic("distribution", "Interval", interval)),
    )


def _shift(arm: Sample, base: Sample, interval: Moses, confidence: float, key: str, unit: str) -> list[Statistic]:
    n, m = len(arm.values), len(base.values)
    none = NOBODY if n * m == 0 else TOO_MANY_PAIRS if n * m > MOST_PAIRS else ""
    k, level, why = (0, None, none) if none else _place(n, m, interval, confidence)
    estimate, low, high = (None, None, None) if none else _of_differences(arm.values, base.values, k)
    rows = with_limits("Hodges-Lehmann shift", (estimate, low, high), key, (none, why, why), unit=unit, arm=arm.arm)
    if interval == "exact":
        told = "Confidence level reached"
        rows.append(Statistic("conf.level_reached", told, level, "level:1", arm=arm.arm, reason=why))
    return rows


def _place(n: int, m: int, interval: Moses, confidence: float) -> tuple[int, float | None, str]:
    """Return which difference from either end is the limit, the level reached, and why there is none."""
    if interval == "asymptotic":
        k = math.floor(n * m / 2 - z_value(confidence) * math.sqrt(n * m * (n + m + 1) / 12))
        return (k, None, "") if k >= 1 else (0, None, NO_SUCH_LEVEL)
    if n + m > MOST_WITHOUT_TIES:
        return 0, None, TOO_MANY
    counts = mann_whitney_counts(n, m)
    below = np.cumsum(counts) / counts.sum()
    k = int(np.searchsorted(below, (1 - confidence) / 2 * (1 + 1e-12)))
    return (k, float(1 - 2 * below[k - 1]), "") if k else (0, None, NO_SUCH_LEVEL)


def _of_differences(first: Vector, second: Vector, k: int) -> tuple[float, float | None, float | None]:
    """Return the median of all differences, and the k-th from both ends; none of these where k is 0."""
    differences = np.subtract.outer(first, second).ravel()
    whole = len(differences)
    places = [(whole - 1) // 2, whole // 2, *((k - 1, whole - k) if k else ())]
    found = np.partition(differences, sorted(set(places)))[places]
    middle = float((found[0] + found[1]) / 2)
    return (middle, float(found[2]), float(found[3])) if k else (middle, None, None)


@method("win_probability", context="win_probability")
def win_probability(
    people: Participants, decimals: int, unit: str, *, interval: Winning = "newcombe", confidence: Confidence = 0.95
) -> Answer:
    """Return the probability that a value of the arm is higher than one of the reference, ties as half.

    U over the number of pairs. ``newcombe``: the score-like interval of Stat Med 2006;25:559-573, method 5, with the
    variance at the limit; it holds at 0 and 1, too. ``brunner_munzel``: Biom J 2000;42:17-25, t with Satterthwaite
    degrees of freedom, for unequal variances and ties (R ``lawstat::brunner.munzel.test``), cut at 0 and 1.
    """
    rows: list[Statistic] = []
    for arm, base in compared(people):
        rows += _winning(arm, base, interval, confidence)
    named = INTERVALS[interval]
    return Answer(
        f"Probability that a value of the arm is higher than one of the reference, ties as half, {named}",
        "The probability that a value of the arm is higher than one of the reference (ties counted as half) is given "
        f"with {named}.",
        (*rows, *counted(people), level_of(confidence)),
    )


def _winning(arm: Sample, base: Sample, interval: Winning, confidence: float) -> list[Statistic]:
    n, m = len(arm.values), len(base.values)
    none = NOBODY if n * m == 0 else ""
    wins = np.zeros(0) if none else _higher_than(arm.values, base.values)
    chance = None if none else float(wins.mean())
    why = none
    if not none and interval == "brunner_munzel":
        losses = _higher_than(base.values, arm.values)
        why = TOO_FEW if min(n, m) < 2 else NO_OVERLAP if np.ptp(wins) == np.ptp(losses) == 0 else ""
    low, high = None, None
    if not why and chance is not None:
        low, high = _newcombe(chance, n, m, confidence)
        if interval == "brunner_munzel":
            low, high = _brunner_munzel(wins, losses, confidence)
    label = "Probability of a higher value"
    return with_limits(label, (chance, low, high), "fixed:2", (none, why, why), arm=arm.arm)


def _higher_than(values: Vector, others: Vector) -> Vector:
    """Return of each value the share of the others that it exceeds, ties as half."""
    ordered = np.sort(others)
    below, upto = np.searchsorted(ordered, values, "left"), np.searchsorted(ordered, values, "right")
    return np.asarray((below + upto) / (2 * len(others)), dtype=float)


def _newcombe(chance: float, n: int, m: int, confidence: float) -> tuple[float, float]:
    z2, star = z_value(confidence) ** 2, (n + m) / 2 - 1

    def beyond(theta: float) -> float:
        variance = theta * (1 - theta) * (1 + star * ((1 - theta) / (2 - theta) + theta / (1 + theta))) / (n * m)
        return (chance - theta) ** 2 - z2 * variance

    low = 0.0 if chance == 0 else _crossing(beyond, 0.0, chance)
    return low, 1.0 if chance == 1 else _crossing(beyond, 1.0, chance)


def _crossing(beyond: Callable[[float], float], end: float, estimate: float) -> float:
    """Return the limit between an end, where the function is above zero, and the estimate, where it is below."""
    from scipy.optimize import brentq

    near = estimate + math.copysign(1e-9, end - estimate)
    return float(brentq(beyond, end, near, xtol=1e-14, rtol=1e-14))


def _brunner_munzel(wins: Vector, losses: Vector, confidence: float) -> tuple[float, float]:
    """Return the interval from how often each value wins (``wins`` of the arm, ``losses`` of the reference)."""
    a, b = float(np.var(wins, ddof=1)) / len(wins), float(np.var(losses, ddof=1)) / len(losses)
    share = a / (a + b)
    df = 1 / (share**2 / (len(wins) - 1) + (1 - share) ** 2 / (len(losses) - 1))
    half = t_quantile(confidence, df) * math.sqrt(a + b)
    chance = float(wins.mean())
    return max(0.0, chance - half), min(1.0, chance + half)
