"""Tests of a binary outcome by arm that do not model it: chi-squared, and Boschloo's unconditional exact test."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Literal

import numpy as np
import numpy.typing as npt

from report.analysis.basis.exact import FORGIVEN, Vector, log_choose
from report.analysis.basis.methods import Answer, Statistic, method
from report.analysis.events.two_by_two import ArmCount, EventCounts, compared_counts, nobody

Flags = npt.NDArray[np.bool_]
MOST_PEOPLE = 5_000
TOO_MANY = "more tables are possible than the test is computed for"
ALIKE = "all or none of the participants had the event"
ROUNDS, POINTS, PEAKS = 4, 101, 8  # of the search about the highest points of the grid
CORRECTIONS = {
    "none": ("Pearson’s chi-squared test without continuity correction", "without continuity correction"),
    "yates": ("Pearson’s chi-squared test with Yates’ continuity correction", "with Yates’ continuity correction"),
    "n_minus_1": ("Chi-squared test with the factor (N - 1)/N", "with the factor (N - 1)/N"),
}


@method("chi_squared", context="stats_chisq_test")
def chi_squared(
    counts: EventCounts, decimals: int, unit: str, *, correction: Literal["none", "yates", "n_minus_1"] = "none"
) -> Answer:
    """Return the chi-squared test of each arm against the reference, and the smallest count that it expects.

    ``none``: Pearson's (R: ``chisq.test(correct = FALSE)``). ``yates``: each deviation less a half, or less all of it
    where it is smaller (R: ``chisq.test``). ``n_minus_1``: Pearson's times (N - 1)/N (Campbell, Stat Med
    2007;26:3661-3675). Where a count below 5 is expected the distribution is a poor guide to the exact one.
    """
    rows = [row for arm, base in counts.comparisons() for row in _chi_squared(arm, base, correction)]
    named, told = CORRECTIONS[correction]
    return Answer(named, f"Risks were compared with the chi-squared test {told}.", (*rows, *compared_counts(counts)))


def _chi_squared(arm: ArmCount, base: ArmCount, correction: str) -> list[Statistic]:
    from scipy.special import chdtrc

    why = nobody(arm, base)
    events, n = arm.events + base.events, arm.total + base.total
    fewest = None if why else float(min(arm.total, base.total) * Fraction(min(events, n - events), n))
    why = why or (ALIKE if events in (0, n) else "")
    statistic = None if why else _statistic(arm, base, correction)
    p = None if statistic is None else at_least(float(chdtrc(1, statistic)))
    return [
        Statistic("statistic", "Chi-squared", statistic, "fixed:2", arm=arm.arm, reason=why),
        Statistic("df", "Degrees of freedom", None if why else 1, "count", arm=arm.arm, reason=why),
        Statistic("p.value", "Chi-squared test", p, "p", arm=arm.arm, reason=why),
        Statistic("expected_min", "Smallest expected count", fewest, "fixed:1", arm=arm.arm, reason=nobody(arm, base)),
    ]


def at_least(p: float) -> float:
    """Return p, or the smallest number above 0 where it is too small for one."""
    return min(1.0, max(p, 5e-324))


def _statistic(arm: ArmCount, base: ArmCount, correction: str) -> float:
    events, n = arm.events + base.events, arm.total + base.total
    beyond = abs(arm.events - Fraction(events * arm.total, n))
    if correction == "yates":
        beyond -= min(beyond, Fraction(1, 2))
    variance = Fraction(arm.total * base.total * events * (n - events), n**3)
    factor = Fraction(n - 1, n) if correction == "n_minus_1" else Fraction(1)
    return float(factor * beyond**2 / variance)


@method("boschloo", context="stats_boschloo_test")
def boschloo(counts: EventCounts, decimals: int, unit: str) -> Answer:
    """Return Boschloo's exact unconditional two-sided p of each arm against the reference.

    Tables are ordered by Fisher's two-sided p; p is the largest chance, over every risk that both arms may share, of a
    table whose Fisher p is no larger than the one seen (Boschloo, Stat Neerl 1970;24:1-35; Lydersen, Fagerland and
    Laake, Stat Med 2009;28:1159-1175). The risk is searched over all of (0, 1), without the restriction of Berger and
    Boos. It is never above Fisher's p. (Doubling a one-sided p, as some programs do, gives another test.)
    """
    rows = [row for arm, base in counts.comparisons() for row in _boschloo(arm, base)]
    return Answer(
        "Boschloo’s exact unconditional test, ordered by Fisher’s two-sided p, over all nuisance risks",
        "Risks were compared with Boschloo’s exact unconditional two-sided test, which orders tables by Fisher’s "
        "two-sided P value and takes the largest chance over all common risks.",
        (*rows, *compared_counts(counts), Statistic("alternative", "Alternative", "two.sided")),
    )


def _boschloo(arm: ArmCount, base: ArmCount) -> list[Statistic]:
    why = nobody(arm, base) or (TOO_MANY if arm.total + base.total > MOST_PEOPLE else "")
    p = None if why else unconditional_p(arm.events, arm.total, base.events, base.total)
    return [Statistic("p.value", "Boschloo’s test", p, "p", arm=arm.arm, reason=why)]


def unconditional_p(x1: int, n1: int, x2: int, n2: int) -> float:
    """Return Boschloo's p: the largest chance, over all common risks, of a table as extreme as the one seen."""
    bound = _fisher_given(n1, n2, x1 + x2)[0][x1 - max(0, x1 + x2 - n2)] * FORGIVEN
    shares = np.array([_share(n1, n2, events, bound) for events in range(n1 + n2 + 1)])
    return _largest(shares, n1 + n2)


def _share(n1: int, n2: int, events: int, bound: float) -> float:
    """Return the chance, of so many events in all, of a table with Fisher's p no larger than the bound."""
    p, chances = _fisher_given(n1, n2, events)
    return float(chances[p <= bound].sum())


def _fisher_given(n1: int, n2: int, events: int) -> tuple[Vector, Vector]:
    """Return Fisher's two-sided p and the chance of every table with so many events."""
    cells = np.arange(max(0, events - n2), min(n1, events) + 1)
    logs = log_choose(n1, cells) + log_choose(n2, events - cells) - log_choose(n1 + n2, np.array([events]))
    chances = np.exp(logs)
    ordered = np.sort(chances)
    summed = np.concatenate([[0.0], np.cumsum(ordered)])
    return np.minimum(1.0, summed[np.searchsorted(ordered, chances * FORGIVEN, side="right")]), chances


def _largest(shares: Vector, n: int) -> float:
    """Return the largest chance over all common risks.

    The chance changes no faster than the binomial distribution of the events: on the scale arcsin of the root of the
    risk by steps of 1/sqrt(n). The grid is 24 times as fine, and each of its highest peaks is searched further.
    """
    angles = np.linspace(0.0, math.pi / 2, int(40 * math.sqrt(n)) + 41)
    peaks = _peaks(angles, _chance(shares, n, angles))
    return at_least(max(_zoomed(shares, n, *ends) for ends in peaks))


def _peaks(angles: Vector, heights: Vector) -> list[tuple[float, float]]:
    inner = heights[1:-1]
    tops = np.flatnonzero((inner >= heights[:-2]) & (inner >= heights[2:])) + 1
    highest = tops[np.argsort(heights[tops])][-PEAKS:]
    ends = [0, len(angles) - 1]
    near = [int(at) for at in (*highest, *ends)]
    return [(float(angles[max(0, at - 1)]), float(angles[min(len(angles) - 1, at + 1)])) for at in near]


def _zoomed(shares: Vector, n: int, low: float, high: float) -> float:
    p = 0.0
    for _ in range(ROUNDS):
        angles = np.linspace(low, high, POINTS)
        heights = _chance(shares, n, angles)
        at = int(heights.argmax())
        p = max(p, float(heights[at]))
        low, high = float(angles[max(0, at - 1)]), float(angles[min(POINTS - 1, at + 1)])
    return p


def _chance(shares: Vector, n: int, angles: Vector) -> Vector:
    """Return the chance of a table as extreme as the one seen at each common risk, given by its angle."""
    from scipy.special import xlogy

    events = np.arange(n + 1)
    ways = log_choose(n, events)
    risks = np.sin(angles) ** 2
    parts = [
        np.exp(ways + xlogy(events, risk) + xlogy(n - events, other)) @ shares
        for risk, other in zip(risks, np.cos(angles) ** 2, strict=True)
    ]
    return np.array(parts)
