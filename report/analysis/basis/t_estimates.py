"""Estimates whose error follows Student's t: their limits, their tests and the rows of both.

scipy is imported where it is called: a study without such a method need not wait for it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

from report.analysis.basis.methods import Statistic, with_limits

LEAST = sys.float_info.min  # a p that is smaller than any float is still above zero


def positive(p: float) -> float:
    """Return a p value that is never zero and never above 1."""
    return min(1.0, max(LEAST, p))


def t_below(df: float) -> Callable[[float], float]:
    """Return the distribution function of t (R: ``pt``)."""
    from scipy.special import stdtr

    return lambda score: positive(float(stdtr(df, score)))


def t_quantile(confidence: float, df: float) -> float:
    """Return the quantile of t between whose negative and itself this share lies (R: ``qt``)."""
    from scipy.special import stdtrit

    return float(stdtrit(df, (1 + confidence) / 2))


@dataclass(frozen=True, slots=True)
class TEstimate:
    """An estimate, its standard error and the degrees of freedom of that; where one is missing, why.

    ``no_value`` says why there is nothing, ``no_error`` why there is an estimate and no more.
    """

    value: float | None = None
    error: float | None = None
    df: float | None = None
    no_value: str = ""
    no_error: str = ""

    @property
    def why(self) -> str:
        """Why there is no interval and no test; empty where there are."""
        return self.no_value or self.no_error

    def limits(self, confidence: float) -> tuple[float, float]:
        """Return the limits of the interval; only where there is one."""
        assert self.value is not None and self.error is not None and self.df is not None
        half = t_quantile(confidence, self.df) * self.error
        return self.value - half, self.value + half

    @property
    def score(self) -> float:
        """The estimate over its standard error; only where there is one."""
        assert self.value is not None and self.error is not None
        return self.value / self.error

    def p(self) -> float:
        """Return two-sided p; only where there is a standard error."""
        assert self.df is not None
        return positive(2 * t_below(self.df)(-abs(self.score)))

    def interval_rows(self, label: str, confidence: float, key: str, unit: str, arm: str = "") -> list[Statistic]:
        """Return the estimate, its standard error and its limits."""
        low, high = (None, None) if self.why else self.limits(confidence)
        reasons = (self.no_value, self.why, self.why)
        error = None if self.why else self.error
        return [
            *with_limits(label, (self.value, low, high), key, reasons, unit=unit, arm=arm),
            Statistic(
                "std.error", "Standard error", error, "mean:" + key.partition(":")[2], unit, arm, reason=self.why
            ),
        ]

    def test_rows(self, label: str, arm: str = "") -> list[Statistic]:
        """Return t, its degrees of freedom and two-sided p; ``label`` names the test."""
        t, df, p = (None, None, None) if self.why else (self.score, self.df, self.p())
        key = "count" if df is None or float(df).is_integer() else "fixed:1"
        return [
            Statistic("statistic", "t", t, "fixed:2", arm=arm, reason=self.why),
            Statistic("df", "Degrees of freedom", None if df is None else float(df), key, arm=arm, reason=self.why),
            Statistic("p.value", label, p, "p", arm=arm, reason=self.why),
        ]
