"""Tests of whether a baseline variable differs between arms; of every arm those with a value.

``t``            two arms: Student's t, equal variances; more: one-way analysis of variance
``welch``        two arms: Welch's t; more: Welch's analysis of variance (Biometrika 1951;38:330-336)
``rank``         two arms: Mann-Whitney; more: Kruskal-Wallis; mid-ranks, variance corrected for ties, large-sample
                 distribution without correction for continuity
``chi_squared``  Pearson's, without correction for continuity, of the levels that somebody has
``fisher``       Fisher's exact test, two-sided; of a larger table where every table with its margins can be counted

Written out over ``scipy.special`` because ``scipy.stats`` takes half a second to load; no test sorts more than once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from report.analysis.basis import mean_comparisons as comparisons
from report.analysis.basis.descriptives import Vector, is_constant, mean
from report.analysis.basis.methods import Statistic
from report.analysis.basis.t_estimates import positive
from report.analysis.events import freeman_halton

Table = npt.NDArray[np.int_]  # a row a level, a column an arm
Labels = Mapping[str, str]
Given = dict[str, float]

NOTHING = "an arm has no value"
ONE_VALUE = "an arm has one value, which has no spread"
ONE_EACH = "each arm has one value, and no spread"
NO_SPREAD = "within each arm all values are the same"
AN_ARM_CONSTANT = "within an arm all values are the same"
ALL_THE_SAME = "all values are the same"
TOO_MANY = "too many tables have the margins of this one to be counted; chi_squared can be named instead"
FEW_EXPECTED = "a count below 5 is expected in some cells, where chi-squared is rough; fisher can be named instead"
LEAST_EXPECTED = 5
# what a test gives beside p
_T: Labels = {"statistic": "t", "df": "Degrees of freedom"}
_F: Labels = {"statistic": "F", "df": "Degrees of freedom", "df.residual": "Residual degrees of freedom"}
_H: Labels = {"statistic": "Chi-squared", "df": "Degrees of freedom"}


@dataclass(frozen=True, slots=True)
class Tested:
    """A test's name, its context in an ARD, its statistics, and what is to be said of the data it was put to."""

    method: str
    context: str
    statistics: tuple[Statistic, ...]
    warning: str = ""


def _tested(method: str, context: str, labels: Labels, given: Given | str) -> Tested:
    """Return a test with its statistics, or each with the reason why it has none; p comes last."""
    names = {**labels, "p.value": "p"}
    keys = {"p.value": "p", "df": "fixed:1", "df.residual": "fixed:1"}
    why, held = (given, Given()) if isinstance(given, str) else ("", given)
    found = (Statistic(n, label, held.get(n), keys.get(n, "fixed:2"), reason=why) for n, label in names.items())
    return Tested(method, context, tuple(found))


# Numbers --------------------------------------------------------------------------------------------------------------


def t(samples: Sequence[Vector]) -> Tested:
    """Return Student's t test (R: ``t.test(var.equal = TRUE)``), or the analysis of variance of more than two arms."""
    if len(samples) > 2:
        return _tested("one-way analysis of variance", "stats_oneway_test", _F, _of(samples, _anova, _no_variance))
    return _tested("Student’s t test, equal variances", "stats_t_test", _T, _of(samples, _student, _no_variance))


def welch(samples: Sequence[Vector]) -> Tested:
    """Return Welch's t test (R: ``t.test``), or Welch's analysis of variance (``oneway.test``) of more arms."""
    if len(samples) > 2:
        named = ("Welch’s analysis of variance", "stats_oneway_test")
        return _tested(*named, _F, _of(samples, _welch_anova, _no_variances))
    return _tested("Welch’s t test", "stats_t_test", _T, _of(samples, _welch, _no_two_variances))


def rank(samples: Sequence[Vector]) -> Tested:
    """Return the Mann-Whitney test (R: ``wilcox.test(exact = FALSE, correct = FALSE)``), or that of Kruskal-Wallis."""
    if len(samples) > 2:
        return _tested("Kruskal-Wallis test", "stats_kruskal_test", _H, _of(samples, _kruskal, _no_ranks))
    method = "Mann-Whitney test, normal approximation corrected for ties"
    return _tested(method, "stats_wilcox_test", {"statistic": "W"}, _of(samples, _mann_whitney, _no_ranks))


def _of(
    samples: Sequence[Vector],
    compute: Callable[[Sequence[Vector]], Given],
    hindrance: Callable[[Sequence[Vector]], str],
) -> Given | str:
    """Return what a test finds, or why it finds nothing."""
    if not all(map(len, samples)):
        return NOTHING
    return hindrance(samples) or compute(samples)


def _no_variance(samples: Sequence[Vector]) -> str:
    if sum(map(len, samples)) <= len(samples):
        return ONE_EACH
    return _no_spread(samples)


def _no_spread(samples: Sequence[Vector]) -> str:
    if any(map(comparisons.variance, samples)):
        return ""
    return ALL_THE_SAME if len({float(each[0]) for each in samples}) == 1 else NO_SPREAD


def _no_two_variances(samples: Sequence[Vector]) -> str:
    if min(map(len, samples)) < 2:
        return ONE_VALUE
    return _no_spread(samples)


def _no_variances(samples: Sequence[Vector]) -> str:
    """Return why Welch's weights, one over each arm's variance, cannot be had."""
    if why := _no_two_variances(samples):
        return why
    return "" if all(map(comparisons.variance, samples)) else AN_ARM_CONSTANT


def _no_ranks(samples: Sequence[Vector]) -> str:
    return ALL_THE_SAME if is_constant(np.array([[each.min(), each.max()] for each in samples])) else ""


def _student(samples: Sequence[Vector]) -> Given:
    return _t(samples, *comparisons.pooled(samples[0], samples[1]))


def _welch(samples: Sequence[Vector]) -> Given:
    return _t(samples, *comparisons.welch(samples[0], samples[1]))


def _t(samples: Sequence[Vector], error: float, df: float) -> Given:
    from scipy.special import stdtr

    statistic = (mean(samples[0]) - mean(samples[1])) / error
    return {"statistic": statistic, "df": df, "p.value": positive(float(2 * stdtr(df, -abs(statistic))))}


def _anova(samples: Sequence[Vector]) -> Given:
    return _f(len(samples) - 1, *comparisons.fisher_f(samples))


def _welch_anova(samples: Sequence[Vector]) -> Given:
    return _f(len(samples) - 1, *comparisons.welch_f(samples))


def _f(df: float, statistic: float, residual: float) -> Given:
    from scipy.special import fdtrc

    p = positive(float(fdtrc(df, residual, statistic)))
    return {"statistic": statistic, "df": df, "df.residual": residual, "p.value": p}


@dataclass(frozen=True, slots=True)
class _Ranks:
    """Sums of mid-ranks by arm, the sizes of the arms, and one less the share of the variance that ties take away."""

    sums: Vector
    sizes: Vector
    kept: float


def _ranked(samples: Sequence[Vector]) -> _Ranks:
    counts = _of_each_value(samples)
    together = counts.sum(axis=0)
    middle = np.cumsum(together) - (together - 1) / 2
    n = float(together.sum())
    return _Ranks(
        counts @ middle,
        np.array([len(each) for each in samples], dtype=float),
        1 - float((together**3 - together).sum()) / (n**3 - n),
    )


def _of_each_value(samples: Sequence[Vector]) -> Vector:
    """Return how many of each distinct value, in order, every arm has: an arm a row."""
    values, place = np.unique(np.concatenate(samples), return_inverse=True)
    ends = np.cumsum([len(each) for each in samples])[:-1]
    counted = [np.bincount(each, minlength=len(values)) for each in np.split(place, ends)]
    return np.array(counted, dtype=float)


def _mann_whitney(samples: Sequence[Vector]) -> Given:
    from scipy.special import ndtr

    ranks = _ranked(samples)
    first, second = ranks.sizes
    w = float(ranks.sums[0]) - first * (first + 1) / 2
    spread = math.sqrt(first * second * (first + second + 1) / 12 * ranks.kept)
    return {"statistic": w, "p.value": positive(float(2 * ndtr(-abs(w - first * second / 2) / spread)))}


def _kruskal(samples: Sequence[Vector]) -> Given:
    ranks = _ranked(samples)
    n = float(ranks.sizes.sum())
    between = float((ranks.sums / ranks.sizes - (n + 1) / 2) ** 2 @ ranks.sizes)
    return _chi(12 * between / (n * (n + 1)) / ranks.kept, len(samples) - 1)


def _chi(statistic: float, df: int) -> Given:
    from scipy.special import chdtrc

    return {"statistic": statistic, "df": df, "p.value": positive(float(chdtrc(df, statistic)))}


# Categories -----------------------------------------------------------------------------------------------------------


def chi_squared(table: Table) -> Tested:
    """Return Pearson's chi-squared test; a row a level, a column an arm (R: ``chisq.test(correct = FALSE)``)."""
    seen = table[table.sum(axis=1) > 0]
    method, context = "Pearson’s chi-squared test, no correction for continuity", "stats_chisq_test"
    if why := _no_table(seen):
        return _tested(method, context, _H, why)
    expected = np.outer(seen.sum(axis=1), seen.sum(axis=0)) / seen.sum()
    df = (seen.shape[0] - 1) * (seen.shape[1] - 1)
    made = _tested(method, context, _H, _chi(float(((seen - expected) ** 2 / expected).sum()), df))
    return Tested(method, context, made.statistics, FEW_EXPECTED if expected.min() < LEAST_EXPECTED else "")


def fisher(table: Table) -> Tested:
    """Return Fisher's exact test; a row a level, a column an arm (R: ``fisher.test``)."""
    seen = table[table.sum(axis=1) > 0]
    given: Given | str = _no_table(seen)
    if not given:
        p = freeman_halton.fisher_p(seen.T)
        given = TOO_MANY if p is None else {"p.value": p}
    return _tested("Fisher’s exact test, two-sided", "stats_fisher_test", {}, given)


def _no_table(seen: Table) -> str:
    if not seen.sum(axis=0).all():
        return NOTHING
    return ALL_THE_SAME if len(seen) == 1 else ""


OF_NUMBERS: Mapping[str, Callable[[Sequence[Vector]], Tested]] = {"t": t, "welch": welch, "rank": rank}
OF_COUNTS: Mapping[str, Callable[[Table], Tested]] = {"chi_squared": chi_squared, "fisher": fisher}
