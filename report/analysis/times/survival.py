"""Times to an event by Kaplan-Meier: medians and quartiles, shares without the event at given times, and the curve.

The curve of each arm is one row for the figure, with the numbers at risk at the figure's ticks beside it: the paper
calculates nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Annotated

from annotated_types import Gt, MinLen

from report.analysis.basis.methods import Answer, Statistic, level_of, method
from report.analysis.basis.participants import EventTimes
from report.analysis.basis.wald import wald
from report.analysis.events.two_by_two import Confidence
from report.analysis.times.risk_tables import (
    NOBODY,
    RiskTable,
    counts,
    nobody,
    of_arm,
    with_unit,
    without_unit,
)
from report.analysis.times.survival_curves import (
    SCALES,
    Curve,
    Scale,
    Value,
    as_text,
    bands,
    fallen_to,
    kaplan_meier_curve,
    limits_or_reason,
    quantile,
)
from report.analysis.times.time_ticks import ticks

Later = Annotated[float, Gt(0)]
Times = Annotated[tuple[Later, ...], MinLen(1)]
QUANTILES = (
    ("p25", "Lower quartile of the time", 0.25), ("median", "Median time", 0.5),
    ("p75", "Upper quartile of the time", 0.75),
)  # fmt: skip
NAMES = ("estimate", "conf.low", "conf.high")


@method("kaplan_meier", context="survival_survfit")
def kaplan_meier(
    people: EventTimes,
    decimals: int,
    unit: str,
    *,
    conf_type: Scale = "log_log",
    at: Times | None = None,
    every: Later | None = None,
    confidence: Confidence = 0.95,
) -> Answer:
    """Return each arm's events, median time, quartiles and share without the event at the times ``at``, and its curve.

    Variances are Greenwood's; ``conf_type`` is the scale of the intervals (``log_log`` as SAS, ``log`` as R, or
    ``plain``); those of the times are Brookmeyer and Crowley's on that scale (R: ``survfit``, ``quantile``). Numbers at
    risk are given at every multiple of ``every``. Who has a competing event counts as censored then. Times are in the
    unit of print; an event at time 0 is an event, a time below 0 is no time.
    """
    tables = {arm: of_arm(people, arm) for arm in people.arms}
    marks = ticks(max((table.longest for table in tables.values() if table.n), default=0.0), unit, every)
    rows: list[Statistic] = []
    for arm, table in tables.items():
        curve = kaplan_meier_curve(table) if table.n else None
        rows += counts(people, arm, table)
        rows += _times(curve, arm, f"mean:{decimals}", unit, conf_type, confidence, nobody(people))
        rows += _shares(curve, arm, at or (), unit, conf_type, confidence, nobody(people))
        rows.append(_follow_up(table, arm, f"mean:{decimals}", unit, nobody(people)))
        rows += [*at_risk(table, arm, marks, unit), _drawn(curve, arm, conf_type, confidence, nobody(people))]
    return Answer(*_said(people, conf_type), (*rows, level_of(confidence)))


def _said(people: EventTimes, scale: Scale) -> tuple[str, str]:
    on = f"on the {SCALES[scale]} scale" if scale != "plain" else "without transformation"
    competing = " Competing events were taken as censored." if people.competing else ""
    return (
        f"Kaplan-Meier estimate, Greenwood variance; pointwise intervals {on}, Brookmeyer-Crowley intervals of times"
        f"{', competing events censored' if people.competing else ''}",
        f"Times to the event were described by the Kaplan-Meier method, with Greenwood’s variance and confidence "
        f"intervals {on}; those of the median and the quartiles are Brookmeyer and Crowley’s. Median follow-up is "
        f"the reverse Kaplan-Meier estimate.{competing}",
    )


def of_one_arm(
    label: str, values: Sequence[Value], key: str, *, unit: str = "", arm: str = "", level: str = ""
) -> list[Statistic]:
    """Return an arm's estimate and its two limits, each with its value or why there is none."""
    labels = (label, "Lower limit", "Upper limit")
    return [
        Statistic(name, told, value, key, unit, arm, level=level, reason=why, rests_on="arm")
        for name, told, (value, why) in zip(NAMES, labels, values, strict=True)
    ]


def _times(
    curve: Curve | None, arm: str, key: str, unit: str, scale: Scale, confidence: float, why: str
) -> Iterator[Statistic]:
    for level, label, fallen in QUANTILES:
        values = quantile(curve, scale, confidence, fallen) if curve else ((None, why),) * 3
        yield from of_one_arm(label, values, key, unit=unit, arm=arm, level=level)


def _shares(
    curve: Curve | None, arm: str, at: Sequence[float], unit: str, scale: Scale, confidence: float, why: str
) -> Iterator[Statistic]:
    for time in at:
        label, level = f"Without the event at {with_unit(time, unit)}", without_unit(time)
        values = _share(curve, time, scale, confidence) if curve else ((None, why),) * 3
        key = f"percent:{curve.table.n if curve else 0}"
        yield from of_one_arm(label, values, key, unit="proportion", arm=arm, level=level)


def _share(curve: Curve, time: float, scale: Scale, confidence: float) -> tuple[Value, ...]:
    if why := curve.reason_at(time):
        return ((None, why),) * 3
    share, greenwood = curve.at(time)
    return ((share, ""), *limits_or_reason(share, greenwood, scale, confidence))


def _follow_up(table: RiskTable, arm: str, key: str, unit: str, why: str) -> Statistic:
    """Return the median time of observation: the curve in which events are censored, and censored times events."""
    value: Value = (None, why)
    if table.n:
        turned = kaplan_meier_curve(replace(table, events=table.censored))
        value = fallen_to(table.times, turned.survival, 0.5)
    return Statistic("follow_up", "Median follow-up", value[0], key, unit, arm, reason=value[1], rests_on="arm")


def at_risk(table: RiskTable, arm: str, marks: Sequence[float], unit: str) -> Iterator[Statistic]:
    """Yield the numbers at risk just before each tick of the figure."""
    for time in marks:
        label, number = f"At risk at {with_unit(time, unit)}", table.at_risk_at(time)
        yield Statistic("n.risk", label, number, "count", arm=arm, level=without_unit(time), rests_on="arm")


def _drawn(curve: Curve | None, arm: str, scale: Scale, confidence: float, why: str) -> Statistic:
    text = as_text(curve.table, 1.0, curve.survival, *bands(curve, scale, confidence)) if curve else None
    return Statistic("curve", "Curve", text, "curve", arm=arm, reason="" if curve else why, rests_on="arm")


@method("survival_difference", context="survival_survfit_diff")
def survival_difference(
    people: EventTimes, decimals: int, unit: str, *, at: Later, confidence: Confidence = 0.95
) -> Answer:
    """Return the difference of the shares without the event at a time, arm minus reference, with a Wald interval and p.

    Its variance is the sum of both arms' Greenwood variances (Klein and Moeschberger 2003, 7.8; R: ``survfit``).
    """
    curves = {arm: kaplan_meier_curve(table) if (table := of_arm(people, arm)).n else None for arm in people.arms}
    rows: list[Statistic] = []
    for arm in people.compared:
        rows += _difference(
            curves[arm], curves[people.reference], arm, at, f"points:{max(1, decimals)}", confidence, unit
        )
    rows += [each for arm in people.arms for each in counts(people, arm, of_arm(people, arm))]
    return Answer(
        f"Difference of Kaplan-Meier estimates at {with_unit(at, unit)} (arm minus reference), Greenwood variances, "
        "Wald interval and test",
        f"Shares without the event at {with_unit(at, unit)} were compared by the difference of the Kaplan-Meier "
        "estimates, with a Wald confidence interval and test by Greenwood’s variances.",
        (*rows, level_of(confidence)),
    )


def _difference(
    curve: Curve | None, base: Curve | None, arm: str, at: float, key: str, confidence: float, unit: str
) -> list[Statistic]:
    label = f"Difference without the event at {with_unit(at, unit)}"
    tested = f"Test of the difference at {with_unit(at, unit)}"
    why = (curve.reason_at(at) or base.reason_at(at)) if curve and base else NOBODY
    if why or curve is None or base is None:
        return wald(label, None, None, key, confidence, why, tested=tested, unit="proportion", arm=arm)
    (s1, g1), (s0, g0) = curve.at(at), base.at(at)
    variance = s1 * s1 * g1 + s0 * s0 * g0
    return wald(label, s1 - s0, variance, key, confidence, tested=tested, unit="proportion", arm=arm)
