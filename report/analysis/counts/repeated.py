"""Values at several visits, visit by visit: described in each arm and compared with the reference.

Each visit is taken by itself, with the participants who have a value there. ``gee`` and ``random_intercept`` take the
visits of a participant together.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from report.analysis.basis import model_columns
from report.analysis.basis.descriptives import NO_SPREAD, describe, mean, proportion, sd
from report.analysis.basis.methods import Answer, Statistic, level_of, method, with_limits
from report.analysis.basis.participants import Participants, Repeated
from report.analysis.basis.score_intervals import newcombe
from report.analysis.basis.t_estimates import TEstimate
from report.analysis.numbers import linear_models, means
from report.analysis.numbers.samples import NOBODY, Sample, mean_key
from report.analysis.within.paired import Confidence

Vector = npt.NDArray[np.float64]
By = Literal["welch", "pooled", "ancova"]
SUMMARIES = ("mean_sd", "median_quartiles", "range")
NO_VALUE = "no participant of the arm has a value at the visit"
NO_EVENT_MODEL = "an analysis of covariance is of numbers, and this is an event"


def outcome(people: Repeated) -> pd.Series:
    """Return the outcome as floats: a number, or 1 for the event and 0 for none; NaN where there is no value."""
    given = people.frame["Outcome"]
    if people.event:
        return (given == people.event).astype(float).where(given.notna())
    return given.astype(float)


def at_visit(people: Repeated, visit: str) -> Participants:
    """Return the participants with their outcome at one visit."""
    frame = people.frame.assign(Outcome=outcome(people))
    here = frame[(frame["Visit"] == visit).to_numpy(dtype=bool)]
    return Participants(
        here, people.arms, people.reference, people.covariates, people.levels, people.event, people.hoped_for,
        people.resolution,
    )  # fmt: skip


@method("change_by_visit", context="emmeans_mean_difference")
def change_by_visit(
    people: Repeated, decimals: int, unit: str, *, difference: By = "welch", confidence: Confidence = 0.95
) -> Answer:
    """Return at each visit the values of each arm, and the difference of each arm from the reference.

    Values are the changes where the endpoint has an earlier visit. ``welch`` and ``pooled``: difference of means with
    the t interval and test (see ``means.t_test``); ``ancova``: least-squares mean difference, adjusted for the value
    at the earlier visit, the covariates and the strata, of each visit by itself (see ``ancova``). Of an event: the
    participants with it, and the difference of the risks with Newcombe's hybrid interval, without a test.
    """
    rows: list[Statistic] = []
    for visit in people.visits:
        there = at_visit(people, visit)
        described = [row for arm in people.arms for row in _described(there, arm, decimals, unit, confidence)]
        compared = [
            row for arm in people.compared for row in _compared(there, arm, difference, confidence, decimals, unit)
        ]
        rows += [replace(row, visit=visit) for row in (*described, *compared)]
    name, sentence = _said(people, difference)
    return Answer(name, sentence, (*rows, level_of(confidence)))


def _values(there: Participants, arm: str, column: str = "Outcome") -> Vector:
    return there.frame.loc[(there.frame["Arm"] == arm).to_numpy(dtype=bool), column].to_numpy(dtype=float)


def _described(there: Participants, arm: str, decimals: int, unit: str, confidence: float) -> list[Statistic]:
    values = _values(there, arm)
    rows = _counted(values) if there.event else _summarised(there, arm, values, decimals, unit, confidence)
    return [replace(row, arm=arm, rests_on="arm") for row in rows]


def _counted(values: Vector) -> list[Statistic]:
    known = values[~np.isnan(values)]
    missing = Statistic("N_miss", "Outcome missing", len(values) - len(known), "count")
    return [*proportion(int(known.sum()), len(known)), missing]


def _summarised(
    there: Participants, arm: str, values: Vector, decimals: int, unit: str, confidence: float
) -> Iterator[Statistic]:
    for row in describe(values, SUMMARIES, decimals, unit):
        yield replace(row, name="n" if row.name == "N_nonmiss" else row.name)
    known = values[~np.isnan(values)]
    key = f"mean:{decimals + 1}"
    why = "" if len(known) > 1 else NO_SPREAD if len(known) else NO_VALUE
    limits: tuple[float | None, float | None] = (None, None)
    if not why:
        limits = TEstimate(mean(known), sd(known) / math.sqrt(len(known)), len(known) - 1.0).limits(confidence)
    for name, label, limit in zip(("low", "high"), ("Lower limit", "Upper limit"), limits, strict=True):
        yield Statistic(f"mean_ci.{name}", f"{label} of the mean", limit, key, unit, reason=why)
    if "Value" in there.frame:
        yield from _of_values(_values(there, arm, "Value")[~np.isnan(values)], decimals, unit)


def _of_values(values: Vector, decimals: int, unit: str) -> Iterator[Statistic]:
    """Yield mean and SD of the values themselves, of the participants who have a change."""
    for row in describe(values, ("mean_sd",), decimals, unit):
        if row.name in ("mean", "sd"):
            yield replace(row, name=f"value.{row.name}", label=f"Value at the visit, {row.label}")


def _compared(
    there: Participants, arm: str, difference: By, confidence: float, decimals: int, unit: str
) -> list[Statistic]:
    if there.event:
        return _risks(there, arm, confidence, difference)
    if difference == "ancova":
        model = linear_models.fit(there)
        found = model.combination({arm: 1.0, there.reference: -1.0})
        label, test = "Least-squares mean difference", "Analysis of covariance"
    else:
        both = [Sample(each, _known(there, each), 0) for each in (arm, there.reference)]
        found = means.difference(both[0], both[1], difference)
        label, test = "Difference of means", means.TESTS[difference]
    return [*found.interval_rows(label, confidence, mean_key(decimals), unit, arm), *found.test_rows(test, arm)]


def _known(there: Participants, arm: str) -> Vector:
    values = _values(there, arm)
    return values[~np.isnan(values)]


def _risks(there: Participants, arm: str, confidence: float, difference: By) -> list[Statistic]:
    """Return the difference of the risks, arm minus reference."""
    ours, theirs = (_known(there, each) for each in (arm, there.reference))
    why = NO_EVENT_MODEL if difference == "ancova" else "" if len(ours) and len(theirs) else NOBODY
    values: tuple[float | None, ...] = (None, None, None)
    if not why:
        counts = (int(ours.sum()), len(ours), int(theirs.sum()), len(theirs))
        values = (float(ours.mean() - theirs.mean()), *newcombe(*counts, confidence))
    return with_limits("Difference of risks", values, "points:1", [why] * 3, unit="proportion", arm=arm)


NAMES = {
    "welch": "difference of means with Welch’s t interval and two-sided test",
    "pooled": "difference of means with Student’s t interval and two-sided test",
    "ancova": "least-squares mean difference with t interval and two-sided test, by analysis of covariance",
}


def _said(people: Repeated, difference: By) -> tuple[str, str]:
    alone = "each visit by itself, participants with a value there"
    if people.event:
        return (
            f"Participants with the event by arm and visit, difference of risks (arm minus reference) with Newcombe "
            f"hybrid score interval; {alone}",
            "The event was counted in each arm at each visit, and the risks of the arms were compared by their "
            "difference, with Newcombe’s hybrid score confidence interval, in the participants with a value there.",
        )
    adjusted = model_columns.told(people) if difference == "ancova" else ""
    summary = "mean, SD, median and quartiles (type 2)"
    if not people.compared:
        return f"{summary.capitalize()} by visit, with t interval of the mean; {alone}", (
            f"Values at each visit were summarised as {summary}, with the t confidence interval of the mean, in the "
            "participants with a value at the visit."
        )
    return (
        f"{summary.capitalize()} by arm and visit; {NAMES[difference]} (arm minus reference){adjusted}; {alone}",
        f"Values at each visit were summarised in each arm as {summary}, and compared by the {NAMES[difference]}"
        f"{adjusted}, at each visit by itself, in the participants with a value there.",
    )
