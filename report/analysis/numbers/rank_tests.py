"""Tests of the ranks of a number by arm: Mann-Whitney and Kruskal-Wallis."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd

from report.analysis.basis.methods import Answer, Statistic, method
from report.analysis.basis.participants import Participants
from report.analysis.basis.t_estimates import positive
from report.analysis.numbers.rank_distributions import (
    Whole,
    fraction,
    is_exact_feasible,
    mann_whitney_counts,
    rank_sum_counts,
    two_sided,
)
from report.analysis.numbers.samples import NOBODY, Vector, compared, counted, samples

Distribution = Literal["exact", "asymptotic"]
Continuity = Literal["corrected", "none"]
ALL_TIED = "all values are the same"
TOO_MANY = "too many participants for the exact distribution; the asymptotic one serves"
BY = {
    "exact": "exact, conditional on the ties",
    "asymptotic": "normal approximation, variance corrected for ties",
}
CORRECTED = {"corrected": ", continuity correction of 0.5", "none": ", no continuity correction"}


@method("mann_whitney", context="stats_wilcox_test")
def mann_whitney(
    people: Participants,
    decimals: int,
    unit: str,
    *,
    distribution: Distribution,
    continuity: Continuity = "corrected",
) -> Answer:
    """Return the two-sided Mann-Whitney test (Wilcoxon's rank-sum test) of each arm against the reference.

    U counts the pairs in which the arm's value is the higher, ties as half. ``exact``: p is the chance, given all
    ranks with mid-ranks for ties, of a U as far from its mean as the one seen (SAS NPAR1WAY ``EXACT WILCOXON``; R
    ``coin::wilcox_test(distribution = "exact")``, and without ties ``wilcox.test``). ``asymptotic``: normal, the
    variance corrected for ties (R ``wilcox.test(exact = FALSE, correct = )``).
    """
    rows: list[Statistic] = []
    for arm, base in compared(people):
        rows += _tested(arm.values, base.values, distribution, continuity, arm.arm)
    how = BY[distribution] + (CORRECTED[continuity] if distribution == "asymptotic" else "")
    words = [Statistic("distribution", "Distribution", distribution)]
    if distribution == "asymptotic":
        words.append(Statistic("continuity", "Continuity correction", continuity))
    return Answer(
        f"Mann-Whitney test (Wilcoxon rank-sum test), two-sided, mid-ranks for ties, {how}",
        f"Arms were compared with the two-sided Mann-Whitney test (Wilcoxon rank-sum test; {how}).",
        (*rows, *counted(people), *words),
    )


def _tested(
    first: Vector, second: Vector, distribution: Distribution, continuity: Continuity, arm: str
) -> list[Statistic]:
    why = _not_ranked([first, second])
    ranks = _doubled_ranks([first, second])
    tied = _tied(ranks)
    statistic = None if why else _u(ranks, len(first))
    if not why and distribution == "exact" and not is_exact_feasible(len(first), len(second), tied > 0):
        why = TOO_MANY
    p, floor = (None, None) if why else _p(ranks, len(first), distribution, continuity)
    key = "p_exact" if p is not None and p == floor and p < 0.5 else "p"
    rows = [
        Statistic("statistic", "U", statistic, "median:0", arm=arm, reason="" if statistic is not None else why),
        Statistic("p.value", "Mann-Whitney test", p, key, arm=arm, reason=why),
        Statistic("n_tied", "Values that are tied", tied, "count", arm=arm),
    ]
    if distribution == "exact":
        label = "Smallest p that so many participants allow"
        rows.append(Statistic("p.floor", label, floor, "p_exact", arm=arm, reason=why))
    return rows


def _not_ranked(groups: Sequence[Vector]) -> str:
    if not all(len(group) for group in groups):
        return NOBODY
    whole = np.concatenate(groups)
    return ALL_TIED if whole.min() == whole.max() else ""


def _doubled_ranks(groups: Sequence[Vector]) -> Whole:
    """Return twice the mid-ranks of the values of all groups, group after group."""
    ranks = pd.Series(np.concatenate(groups)).rank(method="average")
    return np.asarray(np.rint(2 * np.asarray(ranks, dtype=float)), dtype=np.int_)


def _tied(ranks: Whole) -> int:
    counts = _ties(ranks)
    return int(counts[counts > 1].sum())


def _ties(ranks: Whole) -> Whole:
    """Return how many values share each rank."""
    return np.asarray(np.unique(ranks, return_counts=True)[1], dtype=np.int_)


def _u(ranks: Whole, n: int) -> float:
    return float(ranks[:n].sum() / 2 - n * (n + 1) / 2)


def _p(ranks: Whole, n: int, distribution: Distribution, continuity: Continuity) -> tuple[float, float | None]:
    if distribution == "asymptotic":
        return _asymptotic_p(ranks, n, continuity), None
    return _without_ties(ranks, n) if _tied(ranks) == 0 else _with_ties(ranks, n)


def _without_ties(ranks: Whole, n: int) -> tuple[float, float]:
    m = len(ranks) - n
    return two_sided(mann_whitney_counts(n, m), round(_u(ranks, n)), fraction(n * m, 2))


def _with_ties(ranks: Whole, n: int) -> tuple[float, float]:
    few = ranks[:n] if 2 * n <= len(ranks) else ranks[n:]
    low = int(ranks.min())
    shared = int(np.gcd.reduce(ranks - low))
    steps = (ranks - low) // shared
    seen = int(((few - low) // shared).sum())
    mean = fraction(len(few) * int(steps.sum()), len(ranks))
    return two_sided(rank_sum_counts(steps, len(few)), seen, mean)


def _asymptotic_p(ranks: Whole, n: int, continuity: Continuity) -> float:
    from scipy.special import ndtr

    m = len(ranks) - n
    away = abs(_u(ranks, n) - n * m / 2)
    away -= min(0.5, away) if continuity == "corrected" else 0.0
    return positive(2 * float(ndtr(-away / math.sqrt(_variance(ranks, n)))))


def _variance(ranks: Whole, n: int) -> float:
    """Return the variance of U given the ties."""
    whole, ties = len(ranks), _ties(ranks).astype(float)
    return n * (whole - n) / 12 * (whole + 1 - float((ties**3 - ties).sum()) / (whole * (whole - 1)))


@method("kruskal_wallis", context="stats_kruskal_test")
def kruskal_wallis(people: Participants, decimals: int, unit: str) -> Answer:
    """Return the Kruskal-Wallis test of all arms: H corrected for ties, its chi-squared p (R: ``kruskal.test``)."""
    groups = [sample.values for sample in samples(people)]
    why = _not_ranked(groups)
    h, df, p = (None, None, None) if why else _kruskal(groups)
    rows = (
        Statistic("statistic", "Kruskal-Wallis H", h, "fixed:2", reason=why),
        Statistic("df", "Degrees of freedom", df, "count", reason=why),
        Statistic("p.value", "Kruskal-Wallis test", p, "p", reason=why),
    )
    return Answer(
        "Kruskal-Wallis test of all arms, mid-ranks and correction for ties, chi-squared approximation",
        "All arms were compared with the Kruskal-Wallis test (corrected for ties, chi-squared approximation).",
        (*rows, *counted(people)),
    )


def _kruskal(groups: Sequence[Vector]) -> tuple[float, int, float]:
    from scipy.special import chdtrc

    ranks = _doubled_ranks(groups)
    n, ties = len(ranks), _ties(ranks).astype(float)
    parts = np.split(ranks / 2 - (n + 1) / 2, np.cumsum([len(group) for group in groups])[:-1])
    between = sum(float(part.sum()) ** 2 / len(part) for part in parts)
    h = 12 / (n * (n + 1)) * between / (1 - float((ties**3 - ties).sum()) / (n**3 - n))
    df = len(groups) - 1
    return h, df, positive(float(chdtrc(df, h)))
