"""Differences by their signs and ranks: the Wilcoxon signed-rank test, the sign test and the Hodges-Lehmann estimate.

Methods of pairs, of one sample and of periods call these. scipy is imported where it is called.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from report.analysis.basis.exact import binomial_p
from report.analysis.basis.methods import Statistic

Vector = npt.NDArray[np.float64]
Ranks = npt.NDArray[np.int_]
Zeros = Literal["drop", "pratt"]
Distribution = Literal["exact", "asymptotic"]
Correction = Literal["continuity", "none"]
Alternative = Literal["two_sided", "greater", "less"]

HANDLED = {"drop": "zero differences dropped", "pratt": "zero differences ranked and then dropped (Pratt)"}
CORRECTED = {"continuity": "with continuity correction", "none": "without continuity correction"}
AS_IN_R = {"two_sided": "two.sided", "greater": "greater", "less": "less"}
MOST = 1000  # differences; the exact distribution of more takes longer than anybody waits
TOO_MANY = "the exact method is computed for at most a thousand pairs"
ALL_ZERO = "no difference is other than zero"
NO_FLOOR = "an approximate p value has no smallest value"
LEAST = sys.float_info.min  # a p value below what a float holds is given as this, never as zero


@dataclass(frozen=True)
class Ranking:
    """How differences are ranked and tested; ``correction`` is for the normal approximation alone."""

    zeros: Zeros = "drop"
    distribution: Distribution = "exact"
    correction: Correction = "continuity"
    alternative: Alternative = "two_sided"

    @property
    def is_exact(self) -> bool:
        """Whether p is exact."""
        return self.distribution == "exact"

    @property
    def approximated(self) -> str:
        """The normal approximation in words."""
        return f"normal approximation {CORRECTED[self.correction]}, variance corrected for ties"

    def sides(self, value: str = "zero") -> str:
        """Return whether the test is two-sided, or on which side of a value."""
        return {
            "two_sided": "two-sided", "greater": f"one-sided for above {value}", "less": f"one-sided for below {value}",
        }[self.alternative]  # fmt: skip


def ranked(difference: Vector, how: Ranking, nobody: str) -> tuple[Statistic, ...]:
    """Return the rows of the signed-rank test of differences; those that tie must be equal to the last bit.

    ``nobody`` is the reason where there is no difference at all. V is the sum of the positive differences' ranks, which
    are mid-ranks. R: ``exactRankTests::wilcox.exact``, ``coin::wilcoxsign_test`` and, for the approximation,
    ``wilcox.test(exact = FALSE)``.
    """
    ranks, positive = _ranks(difference, how.zeros)
    reason = nobody if len(difference) == 0 else _unranked(len(ranks), how)
    rows = _exactly(ranks, positive, how, reason) if how.is_exact else _approximately(ranks, positive, how, reason)
    return (
        *rows,
        Statistic("n_used", "Differences other than zero", len(ranks), "count"),
        Statistic("n_zero", "Differences of zero", int((difference == 0).sum()), "count"),
        Statistic("n_tied", "Differences of tied size", _tied(ranks), "count"),
        Statistic("zeros", "Zero differences", how.zeros),
        Statistic("distribution", "Distribution", how.distribution),
        *([] if how.is_exact else [Statistic("correction", "Correction", how.correction)]),
        Statistic("alternative", "Alternative", AS_IN_R[how.alternative]),
    )


def _unranked(n: int, how: Ranking) -> str:
    """Return why so many differences other than zero are not tested; empty where they are."""
    return ALL_ZERO if n == 0 else TOO_MANY if n > MOST and how.is_exact else ""


def _exactly(ranks: Ranks, positive: npt.NDArray[np.bool_], how: Ranking, reason: str) -> Iterator[Statistic]:
    v, p, floor = (None, None, None) if reason else _test(ranks, positive, how.alternative)
    yield Statistic("statistic", "V", v, "median:0", reason=reason)
    yield p_row("Wilcoxon signed-rank test", p, floor, reason)
    yield from floors(floor, reason)


def p_row(label: str, p: float | None, floor: float | None, reason: str) -> Statistic:
    """Return a p value; at a floor that matters it is written exactly, as rounded it could look smaller than that."""
    is_at_floor = p is not None and floor is not None and p == floor and p < 0.5
    return Statistic("p.value", label, p, "p_exact" if is_at_floor else "p", reason=reason)


def floors(floor: float | None, reason: str) -> Iterator[Statistic]:
    """Yield the smallest p value there can be, and the best that Bonferroni or Holm could make of it for two tests."""
    adjusted = None if floor is None else min(1.0, 2 * floor)
    yield Statistic("p.floor", "Smallest p that these pairs allow", floor, "p_exact", reason=reason)
    yield Statistic("p.floor_adjusted", "Smallest p, adjusted for two tests", adjusted, "p_exact", reason=reason)


def _ranks(difference: Vector, zeros: str) -> tuple[Ranks, npt.NDArray[np.bool_]]:
    """Return the doubled mid-ranks of the differences other than zero, and which of them are positive."""
    kept = difference[difference != 0]
    made = _mid_ranks(difference)[difference != 0] if zeros == "pratt" else _mid_ranks(kept)
    return np.rint(2 * made).astype(int), kept > 0


def _mid_ranks(values: Vector) -> Vector:
    return np.asarray(pd.Series(np.abs(values)).rank(method="average"), dtype=float)


def _test(ranks: Ranks, positive: npt.NDArray[np.bool_], alternative: str) -> tuple[float, float, float]:
    """Return V, its exact p, and the smallest p that such ranks allow."""
    chances = null_distribution(ranks)
    w = int(ranks[positive].sum())
    below, above = float(chances[: w + 1].sum()), float(chances[w:].sum())
    if alternative != "two_sided":
        return w / 2, min(1.0, above if alternative == "greater" else below), float(chances[0])
    return w / 2, min(1.0, 2 * min(below, above)), min(1.0, 2 * float(chances[0]))


def null_distribution(ranks: Ranks) -> Vector:
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


def _approximately(ranks: Ranks, positive: npt.NDArray[np.bool_], how: Ranking, reason: str) -> Iterator[Statistic]:
    v = None if reason else float(ranks[positive].sum()) / 2
    z = None if v is None else _standardised(v, ranks / 2, how)
    yield Statistic("statistic", "V", v, "median:0", reason=reason)
    yield Statistic("z", "Standardised statistic", z, "fixed:3", reason=reason)
    p = None if z is None else _normal_p(z, how.alternative)
    yield Statistic("p.value", "Wilcoxon signed-rank test", p, "p", reason=reason)
    yield from floors(None, reason or NO_FLOOR)


def _standardised(v: float, ranks: Vector, how: Ranking) -> float:
    """Return V less its mean, half a unit nearer to it where that is asked for, over its SD (R: ``wilcox.test``)."""
    gap = v - float(ranks.sum()) / 2
    half = 0.5 if how.correction == "continuity" else 0.0
    towards = {"two_sided": float(np.sign(gap)) * half, "greater": half, "less": -half}[how.alternative]
    return (gap - towards) / math.sqrt(float((ranks**2).sum()) / 4)


def _normal_p(z: float, alternative: str) -> float:
    from scipy.special import ndtr

    tail = {"two_sided": 2 * float(ndtr(-abs(z))), "greater": float(ndtr(-z)), "less": float(ndtr(z))}[alternative]
    return min(1.0, max(tail, LEAST))


def _tied(ranks: Ranks) -> int:
    _, counts = np.unique(ranks, return_counts=True)
    return int(counts[counts > 1].sum())


def signs(difference: Vector, nobody: str) -> tuple[Statistic, ...]:
    """Return the rows of the exact two-sided sign test: the rises among the differences other than zero.

    R: ``binom.test(sum(d > 0), sum(d != 0))``. ``nobody`` is the reason where there is no difference at all.
    """
    rises, falls = int((difference > 0).sum()), int((difference < 0).sum())
    n = rises + falls
    reason = nobody if len(difference) == 0 else "" if n else ALL_ZERO
    p, floor = (None, None) if reason else (max(binomial_p(rises, n, 0.5), LEAST), max(min(1.0, 2.0 * 0.5**n), LEAST))
    p = floor if p is not None and floor is not None and min(rises, falls) == 0 else p  # equal to the last bit
    return (
        Statistic("statistic", "Differences above zero", None if reason else rises, "count", reason=reason),
        p_row("Sign test", p, floor, reason),
        *floors(floor, reason),
        Statistic("n_used", "Differences other than zero", n, "count"),
        Statistic("n_zero", "Differences of zero", len(difference) - n, "count"),
        Statistic("alternative", "Alternative", "two.sided"),
    )


def walsh(values: Vector, confidence: float) -> tuple[float | None, float | None, float | None, float | None]:
    """Return the median of all Walsh averages, the exact limits about it, and the level that they reach.

    The limits are the k-th smallest and k-th largest average, k from the exact null distribution without ties
    (Hollander & Wolfe, Nonparametric Statistical Methods, 3.2).
    """
    n = len(values)
    if n == 0:
        return None, None, None, None
    upper = np.triu_indices(n)
    averages = np.sort((values[upper[0]] + values[upper[1]]) / 2)
    estimate = float(np.median(averages))
    below = np.cumsum(null_distribution(np.arange(1, n + 1)))
    k = int(np.searchsorted(below, (1 - confidence) / 2 * (1 + 1e-12)))
    if k == 0:
        return estimate, None, None, None
    return estimate, float(averages[k - 1]), float(averages[-k]), float(1 - 2 * below[k - 1])
