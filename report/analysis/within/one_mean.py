"""The mean of one set of values: Student's t interval and t test against a number, two-sided or one-sided.

scipy is imported where it is called.
"""

from __future__ import annotations

import math

from report.analysis.basis.descriptives import is_constant, mean, sd
from report.analysis.within.signed_ranks import LEAST, Alternative, Vector

ONE_SIDE = {"greater": "a one-sided interval has no upper limit", "less": "a one-sided interval has no lower limit"}


def unspread(values: Vector, nobody: str, one: str, constant: str) -> str:
    """Return why values have no standard error; empty where they have one."""
    if len(values) < 2:
        return one if len(values) else nobody
    return constant if is_constant(values) else ""


def t_limits(
    values: Vector, confidence: float, alternative: Alternative = "two_sided"
) -> tuple[float | None, float | None]:
    """Return Student's limits of the mean of values that have a spread; one of them where the interval is one-sided.

    R: ``t.test(values, alternative = ..., conf.level = ...)$conf.int``.
    """
    from scipy.special import stdtrit

    tail = (1 - confidence) / (2 if alternative == "two_sided" else 1)
    half = float(stdtrit(len(values) - 1, 1 - tail)) * _se(values)
    low, high = mean(values) - half, mean(values) + half
    return (None if alternative == "less" else low), (None if alternative == "greater" else high)


def t_test(values: Vector, against: float, alternative: Alternative = "two_sided") -> tuple[float, float]:
    """Return t and p of the mean of values that have a spread, against a number (R: ``t.test(values, mu = ...)``)."""
    from scipy.special import stdtr

    t, df = (mean(values) - against) / _se(values), len(values) - 1
    below, above = float(stdtr(df, t)), float(stdtr(df, -t))
    p = {"two_sided": 2 * min(below, above), "greater": above, "less": below}[alternative]
    return t, min(1.0, max(p, LEAST))


def _se(values: Vector) -> float:
    return sd(values) / math.sqrt(len(values))
