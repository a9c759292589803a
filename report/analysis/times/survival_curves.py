"""The Kaplan-Meier curve with Greenwood's variance: its pointwise intervals, and the times at which it has fallen.

An interval is found on one of three scales: ``log_log`` (SAS, and our default), ``log`` (R's default) or ``plain``.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from report.analysis.basis.score_intervals import z_value
from report.analysis.times.risk_tables import RiskTable, Vector

Scale = Literal["log_log", "log", "plain"]
SCALES = {"log_log": "log-log", "log": "log", "plain": "untransformed"}
SAME = 1e-9  # a share that differs from another by less is the same share
NOT_REACHED = "not reached"
NO_EVENT_YET = "no event before that time"
ALL_FALLEN = "nobody is left without an event"
NOT_SO_LONG = "nobody was observed for so long"
Value = tuple[float | None, str]  # or why there is none


@dataclass(frozen=True)
class Curve:
    """The share without the event after each time of a risk table, and Greenwood's sum (the variance of its log)."""

    table: RiskTable
    survival: Vector
    greenwood: Vector

    def at(self, time: float) -> tuple[float, float]:
        """Return the share without the event at a time, and Greenwood's sum there."""
        index = int(np.searchsorted(self.table.times, time, side="right")) - 1
        return (1.0, 0.0) if index < 0 else (float(self.survival[index]), float(self.greenwood[index]))

    def reason_at(self, time: float) -> str:
        """Return why there is no share at a time: observation ended before, and not because all had the event."""
        too_late = time > self.table.longest and self.survival[-1] > SAME
        return NOT_SO_LONG if too_late else ""


def kaplan_meier_curve(table: RiskTable) -> Curve:
    """Return the curve of a risk table; competing events count as censored there (J Am Stat Assoc 1958;53:457-481)."""
    left = table.at_risk - table.events
    with_left = np.where(left > 0, left, 1.0)
    step: Vector = np.where(left > 0, table.events / (table.at_risk * with_left), 0.0).astype(np.float64)
    shares: Vector = np.cumprod(left / table.at_risk).astype(np.float64)
    return Curve(table, shares, np.cumsum(step))


def limits(survival: float, greenwood: float, scale: Scale, confidence: float) -> tuple[float, float]:
    """Return the pointwise interval of a share that is neither 0 nor 1 (R: ``survfit(conf.type)``)."""
    half = z_value(confidence) * math.sqrt(greenwood)
    if scale == "plain":
        low, high = survival - survival * half, survival + survival * half
    elif scale == "log":
        low, high = survival * math.exp(-half), survival * math.exp(half)
    else:
        spread = half / abs(math.log(survival))
        low, high = survival ** math.exp(spread), survival ** math.exp(-spread)
    return max(0.0, low), min(1.0, high)


def limits_or_reason(survival: float, greenwood: float, scale: Scale, confidence: float) -> tuple[Value, Value]:
    """Return both limits of a share, or why there is none: at 1 and at 0 the variance says nothing."""
    if survival >= 1 - SAME or survival <= SAME:
        why = NO_EVENT_YET if survival > SAME else ALL_FALLEN
        return (None, why), (None, why)
    low, high = limits(survival, greenwood, scale, confidence)
    return (low, ""), (high, "")


def bands(curve: Curve, scale: Scale, confidence: float) -> tuple[Vector, Vector]:
    """Return both pointwise limits after each time, NaN where there is none."""
    made = [limits_or_reason(s, g, scale, confidence) for s, g in zip(curve.survival, curve.greenwood, strict=True)]
    low, high = ([math.nan if pair[side][0] is None else pair[side][0] for pair in made] for side in (0, 1))
    return np.array(low, dtype=float), np.array(high, dtype=float)


def fallen_to(times: Vector, shares: Vector, share: float) -> Value:
    """Return when a falling curve has come down to a share; the middle of the stretch where it stays at that share.

    As SAS PROC LIFETEST has it: a curve that stays there until observation ends has not fallen below, and the time is
    not reached (R takes the middle of the stretch to the last observation). A share of NaN is not compared.
    """
    below = np.flatnonzero(shares < share - SAME)
    at = np.flatnonzero(np.abs(shares - share) <= SAME)
    if not len(below):
        return None, NOT_REACHED
    if len(at):
        return float(times[at[0]] + times[below[0]]) / 2, ""
    return float(times[below[0]]), ""


def quantile(curve: Curve, scale: Scale, confidence: float, fallen: float) -> tuple[Value, Value, Value]:
    """Return when a share of participants has had the event, with its interval (Biometrics 1982;38:29-41).

    The limits are the times at which the pointwise limits of the curve have come down to the same share.
    """
    low, high = bands(curve, scale, confidence)
    times, share = curve.table.times, 1 - fallen
    return fallen_to(times, curve.survival, share), fallen_to(times, low, share), fallen_to(times, high, share)


def as_text(table: RiskTable, start: float, shares: Vector, low: Vector, high: Vector) -> str:
    """Return a curve as a text for its figure: for each time the share, its limits, at risk, events, and censored.

    It is a list in JSON that begins at time 0 with the share ``start``. A curve tells when each event and each
    withdrawal was, as curves in journals do, and no more.
    """
    first = [0.0, start, None, None, table.n, 0, 0]
    return json.dumps([first, *_steps(table, shares, low, high)], separators=(",", ":"), allow_nan=False)


def _steps(table: RiskTable, shares: Vector, low: Vector, high: Vector) -> list[list[float | None]]:
    columns = (table.times, shares, low, high, table.at_risk, table.events, table.censored)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return [[*(None if math.isnan(x) else x for x in row[:4]), *map(int, row[4:])] for row in rows]
