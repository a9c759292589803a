"""Wald's interval and test of an estimate whose variance is known, on its own scale or on that of its logarithm."""

from __future__ import annotations

import math

from report.analysis.basis.methods import Statistic
from report.analysis.basis.score_intervals import z_value

NO_VARIANCE = "the variance of the estimate is zero"
TOO_LARGE = "too large to be computed"
LARGEST = 700.0  # the logarithm of the largest ratio
LIMITS = (("conf.low", "Lower limit"), ("conf.high", "Upper limit"))


def p_of(z: float) -> float:
    """Return the two-sided p of a standard normal value, never quite 0."""
    return max(math.erfc(abs(z) / math.sqrt(2)), 5e-324)


def chi_squared_p(statistic: float, df: int) -> float:
    """Return the upper tail of a chi-squared distribution, never quite 0."""
    from scipy.special import gammaincc

    return min(1.0, max(float(gammaincc(df / 2, statistic / 2)), 5e-324))


def wald(
    label: str,
    estimate: float | None,
    variance: float | None,
    key: str,
    confidence: float,
    why: str = "",
    *,
    is_log: bool = False,
    tested: str = "",
    unit: str = "",
    arm: str = "",
    level: str = "",
) -> list[Statistic]:
    """Return an estimate with its interval, z and p; ``why`` there is no estimate, or no variance.

    ``is_log``: the estimate and its variance are of the logarithm, and the estimate and its limits are printed as
    ratios. ``tested`` is the label of p; without it there is no test.
    """
    variance = variance if estimate is not None else None
    why_not = why if variance is None else ("" if variance > 0 else why or NO_VARIANCE)
    se = math.sqrt(variance) if variance is not None and not why_not else None
    values = [estimate, *_limits(estimate, se, confidence)]
    if is_log:
        values = [None if value is None or value > LARGEST else math.exp(value) for value in values]
    reasons = ["" if value is not None else why_not or TOO_LARGE for value in values]
    rows = [
        Statistic(name, told, value, key, unit, arm, level=level, reason=reason)
        for (name, told), value, reason in zip((("estimate", label), *LIMITS), values, reasons, strict=True)
    ]
    return rows + (_tested(tested, estimate, se, why_not, arm, level) if tested else [])


def _limits(estimate: float | None, se: float | None, confidence: float) -> tuple[float | None, float | None]:
    if estimate is None or se is None:
        return None, None
    half = z_value(confidence) * se
    return estimate - half, estimate + half


def _tested(label: str, estimate: float | None, se: float | None, why: str, arm: str, level: str) -> list[Statistic]:
    z = estimate / se if estimate is not None and se else None
    reason = "" if z is not None else why
    return [
        Statistic("std.error", "Standard error", se, "fixed:3", arm=arm, level=level, reason=reason),
        Statistic("statistic", "z", z, "fixed:2", arm=arm, level=level, reason=reason),
        Statistic("p.value", label, None if z is None else p_of(z), "p", arm=arm, level=level, reason=reason),
    ]
