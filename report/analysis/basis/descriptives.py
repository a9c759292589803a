"""Describing one variable: centre, spread and counts.

Quartiles are of type 2 unless the study file asks for type 7. Type 2 (averaged inverted distribution function: SAS
PCTLDEF=5, R ``quantile(type = 2)``, the default of R's ``cards``) agrees with a clinical study report; type 7 (linear
interpolation) is the default of R and of spreadsheets. The median is the same by both. The rule is stated here, once.

SD and SE have n - 1 in the denominator. The geometric mean is the exponential of the mean logarithm, the geometric
coefficient of variation sqrt(exp(s^2) - 1), s being the SD of the natural logarithms (Kirkwood, Biometrics
1979;35:908-909; SAS PROC TTEST with DIST=LOGNORMAL); a value of zero or below has no logarithm.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from report.analysis.basis.methods import Statistic

Vector = npt.NDArray[np.float64]
QuartileType = Literal[2, 7]

QUARTILES: Mapping[QuartileType, Literal["averaged_inverted_cdf", "linear"]] = {2: "averaged_inverted_cdf", 7: "linear"}
NOTHING = "no value was recorded"
NO_SPREAD = "one value has no spread"
NO_LOGARITHM = "a value is zero or below and has no logarithm"
TOO_WIDE = "the values lie too many orders of magnitude apart"
WIDEST = 700.0  # of a variance of logarithms; its exponential is the largest that a float holds


def quantile(values: Vector, share: float, quartiles: QuartileType = 2) -> float:
    """Return a quantile of values without missing ones (R: ``quantile(x, share, type = quartiles)``)."""
    return float(np.quantile(values, share, method=QUARTILES[quartiles]))


def mean(values: Vector) -> float:
    """Return the mean, which of equal values is that value to the last digit."""
    return float(values[0]) if is_constant(values) else float(np.mean(values))


def sd(values: Vector) -> float:
    """Return the standard deviation of two values or more; of equal values it is zero to the last digit."""
    return 0.0 if is_constant(values) else float(np.std(values, ddof=1))


def is_constant(values: Vector) -> bool:
    """Return whether all values are the same."""
    return bool(values.min() == values.max())


def _se(values: Vector) -> float:
    return sd(values) / math.sqrt(len(values))


def _geometric_mean(values: Vector) -> float:
    return math.exp(mean(np.log(values)))


def _geometric_cv(values: Vector) -> float:
    return math.sqrt(math.expm1(sd(np.log(values)) ** 2))


@dataclass(frozen=True, slots=True)
class _Described:
    """One statistic: its label, its format, how many values it needs, and how it is computed."""

    label: str
    key: str
    needed: int
    compute: Callable[[Vector], float]


_STATISTICS: Mapping[str, _Described] = {
    "mean": _Described("Mean", "mean", 1, mean),
    "sd": _Described("SD", "mean", 2, sd),
    "se": _Described("SE", "mean", 2, _se),
    "median": _Described("Median", "median", 1, lambda values: quantile(values, 0.5)),
    "min": _Described("Min", "fixed", 1, lambda values: float(values.min())),
    "max": _Described("Max", "fixed", 1, lambda values: float(values.max())),
    "geometric_mean": _Described("Geometric mean", "mean", 1, _geometric_mean),
    "geometric_cv": _Described("Geometric CV", "points", 2, _geometric_cv),
}
_SHARES = {"p25": ("Q1", 0.25), "p75": ("Q3", 0.75)}
_OF_LOGARITHMS = ("geometric_mean", "geometric_cv")
SUMMARIES: Mapping[str, tuple[str, ...]] = {
    "n": (),
    "mean_sd": ("mean", "sd"),
    "mean_se": ("mean", "se"),
    "median_range": ("median", "min", "max"),
    "median_quartiles": ("median", "p25", "p75"),
    "median_quartiles_range": ("median", "p25", "p75", "min", "max"),
    "range": ("min", "max"),
    "geometric_mean_cv": ("geometric_mean", "geometric_cv"),
}


def describe(
    values: Vector, summaries: Sequence[str], decimals: int, unit: str = "", quartiles: QuartileType = 2
) -> list[Statistic]:
    """Return n, the number missing, and the statistics of the named summaries.

    A spread of one value, a logarithm of zero, and anything of no value are not estimable and say why.
    """
    present = values[~np.isnan(values)]
    rows = [
        Statistic("N_nonmiss", "N non-missing", len(present), "count"),
        Statistic("N_miss", "N missing", len(values) - len(present), "count"),
    ]
    named = dict.fromkeys(name for summary in summaries for name in SUMMARIES[summary])
    return rows + [_statistic(name, present, decimals, unit, quartiles) for name in named]


def _statistic(name: str, present: Vector, decimals: int, unit: str, quartiles: QuartileType) -> Statistic:
    how = _how(name, quartiles)
    key = "points:1" if how.key == "points" else f"{how.key}:{decimals + 1 if how.key == 'mean' else decimals}"
    why = _hindrance(name, how.needed, present)
    value = None if why else how.compute(present)
    return Statistic(name, how.label, value, key, "%" if how.key == "points" else unit, reason=why)


def _how(name: str, quartiles: QuartileType) -> _Described:
    if name not in _SHARES:
        return _STATISTICS[name]
    label, share = _SHARES[name]
    return _Described(label, "median", 1, lambda values: quantile(values, share, quartiles))


def _hindrance(name: str, needed: int, present: Vector) -> str:
    """Return why a statistic cannot be estimated; empty where it can."""
    if len(present) < needed:
        return NO_SPREAD if len(present) else NOTHING
    if name not in _OF_LOGARITHMS:
        return ""
    if present.min() <= 0:
        return NO_LOGARITHM
    is_too_wide = name == "geometric_cv" and sd(np.log(present)) ** 2 > WIDEST
    return TOO_WIDE if is_too_wide else ""


def proportion(n: int, total: int) -> list[Statistic]:
    """Return a count, its denominator and the share as R's ``cards`` do: n, N and p in [0, 1]."""
    share = Statistic("p", "%", n / total, f"percent:{total}") if total else Statistic(
        "p", "%", None, "percent:0", reason="no participant in the denominator"
    )  # fmt: skip
    return [Statistic("n", "n", n, "count"), Statistic("N", "N", total, "count"), share]
