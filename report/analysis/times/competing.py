"""Cumulative incidence where other events compete: the Aalen-Johansen estimate of each arm, with its variance.

One minus a Kaplan-Meier estimate would be too high here: it answers what would be seen did the other events not exist.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from report.analysis.basis.methods import Answer, Statistic, level_of, method
from report.analysis.basis.participants import EventTimes
from report.analysis.basis.score_intervals import z_value
from report.analysis.events.two_by_two import Confidence
from report.analysis.times.risk_tables import (
    RiskTable,
    Vector,
    counts,
    known,
    nobody,
    of_arm,
    risk_table,
    with_unit,
    without_unit,
)
from report.analysis.times.survival import Later, Times, at_risk, of_one_arm
from report.analysis.times.survival_curves import NO_EVENT_YET, NOT_SO_LONG, SAME, SCALES, Scale, Value, as_text
from report.analysis.times.time_ticks import ticks

Variance = Literal["aalen", "delta"]
VARIANCES = {"aalen": "Aalen’s variance", "delta": "the delta method’s variance"}
EVERYBODY = "everybody had the event"
NO_VARIANCE = "the variance of the estimate is zero"


@dataclass(frozen=True)
class Incidence:
    """The cumulative incidence of one kind of event after each time of a risk table, and its variance."""

    table: RiskTable
    shares: Vector
    variances: Vector


@method("cumulative_incidence", context="cmprsk_cuminc")
def cumulative_incidence(
    people: EventTimes,
    decimals: int,
    unit: str,
    *,
    at: Times | None = None,
    variance: Variance = "aalen",
    conf_type: Scale = "log_log",
    every: Later | None = None,
    confidence: Confidence = 0.95,
) -> Answer:
    """Return each arm's cumulative incidence of the event at the times ``at``, of competing events too, and its curve.

    ``variance``: ``aalen`` (R: ``cmprsk::cuminc``) or ``delta`` (Marubini and Valsecchi 1995, 10.2.2; SAS PROC LIFETEST
    with FAILCODE). ``conf_type`` is the scale of the intervals: ``log_log`` as SAS, ``log`` or ``plain``. Numbers at
    risk are given at every multiple of ``every``.
    """
    tables = {arm: of_arm(people, arm) for arm in people.arms}
    marks = ticks(max((table.longest for table in tables.values() if table.n), default=0.0), unit, every)
    rows: list[Statistic] = []
    for arm, table in tables.items():
        made = incidence(table, variance) if table.n else None
        rows += [*counts(people, arm, table)]
        rows += _shares(made, arm, at or (), "", "", unit, conf_type, confidence, nobody(people))
        for number, name in enumerate(people.competing, 2):
            other = incidence(turned(people, arm, number), variance) if table.n else None
            told = people.labels.get(f"status:{name}", f"the competing event {name}")
            rows += _shares(other, arm, at or (), name, told, unit, conf_type, confidence, nobody(people))
        rows += [*at_risk(table, arm, marks, unit), _drawn(made, arm, conf_type, confidence, nobody(people))]
    return Answer(*_said(variance, conf_type), (*rows, level_of(confidence)))


def _said(variance: Variance, scale: Scale) -> tuple[str, str]:
    on = f"on the {SCALES[scale]} scale" if scale != "plain" else "without transformation"
    return (
        f"Cumulative incidence (Aalen-Johansen), {VARIANCES[variance]}, pointwise intervals {on}",
        f"The cumulative incidence of the event, with other events as competing ones, was estimated after Aalen and "
        f"Johansen, with {VARIANCES[variance]} and confidence intervals {on}.",
    )


def turned(people: EventTimes, arm: str, number: int) -> RiskTable:
    """Return an arm's risk table with a competing event in place of the event."""
    frame = known(people)
    frame = frame[(frame["Arm"] == arm).to_numpy(dtype=bool)]
    status = frame["Status"].to_numpy(dtype=float)
    asked = np.where(status == number, 1.0, np.where(status > 0, 2.0, 0.0))
    return risk_table(frame["Time"].to_numpy(dtype=float), asked)


def incidence(table: RiskTable, variance: Variance) -> Incidence:
    """Return the incidence of the event after each time: the sum of its hazards in those still without any event."""
    n, of_event = table.at_risk, table.events
    ends = of_event + table.competing
    survival = np.cumprod(1 - ends / n)
    before = np.concatenate([[1.0], survival[:-1]])
    shares = np.cumsum(before * of_event / n)
    terms = {"aalen": _aalen, "delta": _delta}[variance](n, of_event, ends, before)
    return Incidence(table, shares, _variances(shares, *terms))


Terms = tuple[Vector, Vector, Vector]


def _delta(n: Vector, d: Vector, ends: Vector, before: Vector) -> Terms:
    """Return the weights of the squared rise since each time, of itself alone, and of the rise."""
    left = np.where(n > ends, n - ends, 1.0)
    return (
        np.where(n > ends, ends / (n * left), 0.0), before**2 * d * (n - d) / n**3, before * d / n**2,
    )  # fmt: skip


def _aalen(n: Vector, d: Vector, ends: Vector, before: Vector) -> Terms:
    """Return the same weights from the variances of both kinds of hazard, each hypergeometric where events are tied."""
    own, other = (before**2 / n**2 * _of_ties(n, each) for each in (d, ends - d))
    survival = before * (n - ends) / n
    whole = np.where(survival > 0, survival, 1.0)
    there = (survival > 0).astype(float)
    return (own + other) / whole**2 * there, own, own / whole * there


def _of_ties(n: Vector, d: Vector) -> Vector:
    """Return the variance of d events among n at risk; one event has that of Poisson."""
    return np.where(d > 1, d * (n - d) / np.where(n > 1, n - 1, 1.0), d)


def _variances(shares: Vector, squared: Vector, alone: Vector, rising: Vector) -> Vector:
    """Return the variance after each time t: the sum over times s before of (F(t) - F(s))^2, its own, and F(t) - F(s).

    Written out in powers of F(t), so that one pass over the times is enough.
    """
    quadratic = shares**2 * np.cumsum(squared) - 2 * shares * np.cumsum(squared * shares)
    quadratic = quadratic + np.cumsum(squared * shares**2)
    linear = shares * np.cumsum(rising) - np.cumsum(rising * shares)
    return np.asarray(np.maximum(quadratic + np.cumsum(alone) - 2 * linear, 0.0), dtype=float)


def limits_or_reason(share: float, variance: float, scale: Scale, confidence: float) -> tuple[Value, Value]:
    """Return both limits of an incidence, or why there is none."""
    if share <= SAME or share >= 1 - SAME or variance <= 0:
        why = NO_EVENT_YET if share <= SAME else EVERYBODY if share >= 1 - SAME else NO_VARIANCE
        return (None, why), (None, why)
    half = z_value(confidence) * math.sqrt(variance)
    if scale == "plain":
        low, high = share - half, share + half
    elif scale == "log":
        low, high = share * math.exp(-half / share), share * math.exp(half / share)
    else:
        spread = half / (share * abs(math.log(share)))
        low, high = share ** math.exp(spread), share ** math.exp(-spread)
    return (max(0.0, low), ""), (min(1.0, high), "")


def _shares(
    made: Incidence | None,
    arm: str,
    at: Sequence[float],
    name: str,
    of: str,
    unit: str,
    scale: Scale,
    confidence: float,
    why: str,
) -> Iterator[Statistic]:
    """Yield the incidences at these times; of a competing event, told as ``of``, under a level that names it."""
    said = f"Cumulative incidence of {of}" if name else "Cumulative incidence"
    for time in at:
        label, level = f"{said} at {with_unit(time, unit)}", " ".join(filter(None, (without_unit(time), name)))
        values = _share(made, time, scale, confidence) if made else ((None, why),) * 3
        key = f"percent:{made.table.n if made else 0}"
        yield from of_one_arm(label, values, key, unit="proportion", arm=arm, level=level)


def _share(made: Incidence, time: float, scale: Scale, confidence: float) -> tuple[Value, ...]:
    table = made.table
    everybody_ended = float((table.events + table.competing)[-1]) == float(table.at_risk[-1])
    if time > table.longest and not everybody_ended:
        return ((None, NOT_SO_LONG),) * 3
    at = int(np.searchsorted(table.times, time, side="right")) - 1
    share, variance = (0.0, 0.0) if at < 0 else (float(made.shares[at]), float(made.variances[at]))
    return ((share, ""), *limits_or_reason(share, variance, scale, confidence))


def _drawn(made: Incidence | None, arm: str, scale: Scale, confidence: float, why: str) -> Statistic:
    text = _text(made, scale, confidence) if made else None
    return Statistic("curve", "Curve", text, "curve", arm=arm, reason="" if made else why, rests_on="arm")


def _text(made: Incidence, scale: Scale, confidence: float) -> str:
    pairs = zip(made.shares.tolist(), made.variances.tolist(), strict=True)
    limits = [limits_or_reason(share, variance, scale, confidence) for share, variance in pairs]
    low, high = (np.array([math.nan if each[side][0] is None else each[side][0] for each in limits]) for side in (0, 1))
    return as_text(made.table, 0.0, made.shares, low.astype(float), high.astype(float))
