"""The restricted mean time to an event: the area under the Kaplan-Meier curve up to a time, and its comparison."""

from __future__ import annotations

import math
from typing import Annotated

import numpy as np
from annotated_types import Gt

from report.analysis.basis.methods import Answer, Statistic, level_of, method, ratio_key
from report.analysis.basis.participants import EventTimes
from report.analysis.basis.score_intervals import z_value
from report.analysis.basis.wald import NO_VARIANCE, wald
from report.analysis.events.two_by_two import Confidence
from report.analysis.times.risk_tables import RiskTable, counts, nobody, of_arm, with_unit
from report.analysis.times.survival import of_one_arm
from report.analysis.times.survival_curves import NOT_SO_LONG, SAME, Curve, Value, kaplan_meier_curve

Area = tuple[float, float]  # the area under a curve, and its variance
NO_TIME_IN_ARM = "everybody of an arm had the event at the start"
NO_TIME = "no time to compare up to: everybody left at the start"


@method("restricted_mean", context="survival_rmst")
def restricted_mean(
    people: EventTimes,
    decimals: int,
    unit: str,
    *,
    to: Annotated[float, Gt(0)] | None = None,
    confidence: Confidence = 0.95,
) -> Answer:
    """Return each arm's mean time to the event up to the time ``to``, its difference (arm minus reference) and ratio.

    The variance is Greenwood's of the area (Royston and Parmar, Stat Med 2011;30:2409-2421; R: ``survfit`` printed with
    ``rmean``, package survRM2); the ratio's interval and test are on the logarithm. Without ``to`` it is the shortest
    of the arms' longest times. Competing events count as censored.
    """
    tables = {arm: of_arm(people, arm) for arm in people.arms}
    up_to = to if to is not None else min((t.longest for t in tables.values() if t.n), default=0.0)
    areas = {arm: _area_or_reason(table, up_to, nobody(people)) for arm, table in tables.items()}
    rows: list[Statistic] = [_up_to(up_to, unit, decimals, nobody(people))]
    for arm, table in tables.items():
        rows += [*counts(people, arm, table), *_mean(areas[arm], arm, decimals, unit, confidence)]
    for arm in people.compared:
        rows += _compared(areas[arm], areas[people.reference], arm, (decimals, unit), confidence)
    return Answer(*_said(to, unit, bool(people.competing), len(people.arms)), (*rows, level_of(confidence)))


def _said(to: float | None, unit: str, competing: bool, n_arms: int) -> tuple[str, str]:
    end = f"up to {with_unit(to, unit)}" if to is not None else "up to the shortest of the arms’ longest times"
    compared = "; difference (arm minus reference) and ratio with Wald intervals and tests" if n_arms > 1 else ""
    said = ", and compared by their difference and ratio with Wald intervals and tests" if n_arms > 1 else ""
    censored = "; competing events censored" if competing else ""
    return (
        f"Restricted mean time {end} (area under the Kaplan-Meier curve), Greenwood variance{compared}{censored}",
        f"Restricted mean times to the event {end} were estimated as areas under the Kaplan-Meier curves, with "
        f"Greenwood’s variance{said}{' (the ratio on the logarithmic scale)' if n_arms > 1 else ''}{censored}.",
    )


def _up_to(up_to: float, unit: str, decimals: int, why: str) -> Statistic:
    value = up_to if up_to > 0 else None
    reason = "" if value is not None else NO_TIME
    return Statistic("up_to", "Time up to which means are restricted", value, f"mean:{decimals}", unit, reason=reason)


def area(curve: Curve, up_to: float) -> Area:
    """Return the area under a curve up to a time, and its variance: the squared area after each event, weighed."""
    inside = curve.table.times < up_to
    starts = np.concatenate([[0.0], curve.table.times[inside]])
    heights = np.concatenate([[1.0], curve.survival[inside]])
    pieces = heights * np.diff(np.append(starts, up_to))
    after = pieces[1:][::-1].cumsum()[::-1]
    steps = np.diff(np.concatenate([[0.0], curve.greenwood[inside]]))
    return float(pieces.sum()), float((after**2 * steps).sum())


def _area_or_reason(table: RiskTable, up_to: float, nobody_there: str) -> tuple[Area | None, str]:
    if not table.n:
        return None, nobody_there
    curve = kaplan_meier_curve(table)
    if up_to <= 0:
        return None, NO_TIME
    if up_to > table.longest and curve.survival[-1] > SAME:
        return None, NOT_SO_LONG
    return area(curve, up_to), ""


def _mean(found: tuple[Area | None, str], arm: str, decimals: int, unit: str, confidence: float) -> list[Statistic]:
    held, why = found
    values: list[Value] = [(None, why)] * 3
    if held:
        half = z_value(confidence) * held[1] ** 0.5
        limits: list[Value] = [(held[0] + way * half, "") if half else (None, NO_VARIANCE) for way in (-1, 1)]
        values = [(held[0], ""), *limits]
    return of_one_arm("Restricted mean time", values, f"mean:{decimals}", unit=unit, arm=arm, level="mean")


Found = tuple[Area | None, str]


def _compared(one: Found, base: Found, arm: str, shown: tuple[int, str], confidence: float) -> list[Statistic]:
    (first, why1), (second, why0) = one, base
    decimals, unit = shown
    difference = variance = None
    if first and second:
        difference, variance = first[0] - second[0], first[1] + second[1]
    rows = wald("Difference of restricted means", difference, variance, f"fixed:{decimals}", confidence, why1 or why0,
                tested="Test of the difference of restricted means", unit=unit, arm=arm)  # fmt: skip
    return rows + _ratio(first, second, why1 or why0, arm, decimals, confidence)


def _ratio(
    first: Area | None, second: Area | None, why: str, arm: str, decimals: int, confidence: float
) -> list[Statistic]:
    """Return the ratio of two areas; its variance on the logarithm is that of the delta method."""
    ratio = variance = None
    if first and second and min(first[0], second[0]) > 0:
        ratio = math.log(first[0] / second[0])
        variance = first[1] / first[0] ** 2 + second[1] / second[0] ** 2
    elif first and second:
        why = NO_TIME_IN_ARM
    key = ratio_key(decimals if decimals >= 2 else 0)  # those of the time say nothing of a ratio
    return wald("Ratio of restricted means", ratio, variance, key, confidence, why, is_log=True,
                tested="Test of the ratio of restricted means", arm=arm, level="ratio")  # fmt: skip
