"""Describing one variable: centre, spread and counts.

Quartiles are of type 2 (averaged inverted distribution function: SAS PCTLDEF=5, R ``quantile(type = 2)``, the default
of R's ``cards``), so that a table agrees with a clinical study report. The rule is stated here, once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

from report.analysis.methods import Statistic

Vector = npt.NDArray[np.float64]

QUARTILES: Literal["averaged_inverted_cdf"] = "averaged_inverted_cdf"
NOTHING = "no value was recorded"


def quantile(values: Vector, share: float) -> float:
    """Return a quantile of type 2 of values without missing ones (R: ``quantile(x, share, type = 2)``)."""
    return float(np.quantile(values, share, method=QUARTILES))


def _sd(values: Vector) -> float:
    return float(np.std(values, ddof=1))


_SUMMARIES: Mapping[str, tuple[tuple[str, str, str, Callable[[Vector], float]], ...]] = {
    "mean_sd": (("mean", "Mean", "mean", lambda v: float(np.mean(v))), ("sd", "SD", "mean", _sd)),
    "median_range": (
        ("median", "Median", "median", lambda v: quantile(v, 0.5)),
        ("min", "Min", "fixed", lambda v: float(v.min())),
        ("max", "Max", "fixed", lambda v: float(v.max())),
    ),
    "median_quartiles": (
        ("median", "Median", "median", lambda v: quantile(v, 0.5)),
        ("p25", "Q1", "median", lambda v: quantile(v, 0.25)),
        ("p75", "Q3", "median", lambda v: quantile(v, 0.75)),
    ),
}


def describe(values: Vector, summaries: Sequence[str], decimals: int, unit: str = "") -> list[Statistic]:
    """Return n, the number missing, and the statistics of the named summaries.

    A standard deviation of one value, and anything of none, is not estimable and says why.
    """
    present = values[~np.isnan(values)]
    rows = [
        Statistic("N_nonmiss", "N non-missing", len(present), "count"),
        Statistic("N_miss", "N missing", len(values) - len(present), "count"),
    ]
    named = {line[0]: line for summary in summaries for line in _SUMMARIES[summary]}
    return rows + [_statistic(line, present, decimals, unit) for line in named.values()]


def _statistic(
    line: tuple[str, str, str, Callable[[Vector], float]], present: Vector, decimals: int, unit: str
) -> Statistic:
    name, label, key, compute = line
    needed = 2 if name == "sd" else 1
    places = decimals + 1 if key == "mean" else decimals
    if len(present) < needed:
        reason = NOTHING if len(present) == 0 else "one value has no spread"
        return Statistic(name, label, None, f"{key}:{places}", unit, reason=reason)
    return Statistic(name, label, compute(present), f"{key}:{places}", unit)


def proportion(n: int, total: int) -> list[Statistic]:
    """Return a count, its denominator and the share as R's ``cards`` do: n, N and p in [0, 1]."""
    share = Statistic("p", "%", n / total, f"percent:{total}") if total else Statistic(
        "p", "%", None, "percent:0", reason="no participant in the denominator"
    )  # fmt: skip
    return [Statistic("n", "n", n, "count"), Statistic("N", "N", total, "count"), share]
