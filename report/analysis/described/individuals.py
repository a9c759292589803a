"""Values of single participants that the paper shows: pseudonymous rows, marked, and only on a recorded ground."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from report.analysis.basis.methods import Statistic, as_row
from report.analysis.counts.by_period import PeriodCounts
from report.analysis.described.visits import Asked, asked
from report.analysis.gathering import period_counts
from report.analysis.people.populations import Trial
from report.ard import Row
from report.checking.queries import Queries, hole, opened
from report.errors import Finding
from report.study.data import Column
from report.study.displays import OF_INDIVIDUALS
from report.study.endpoints import Endpoint
from report.study.model import Study
from report.study.places import Place

NOT_RECORDED = "not recorded"
NO_START = "no start of treatment"
NOT_OBSERVED = "not observed in this period"


def faults(study: Study) -> list[Finding]:
    """Return a finding for each display and narrative of individuals when no ground for showing them is recorded."""
    return [] if study.individual_data.display else list(_without_ground(study))


def _without_ground(study: Study) -> Iterator[Finding]:
    for index in range(len(study.safety.narratives) if study.safety else 0):
        yield _finding(study, ("safety", "narratives", index), "narrative", "tells of a single participant")
    for index, display in enumerate(study.displays):
        if display.kind in OF_INDIVIDUALS:
            yield _finding(study, ("displays", index), "display", "shows single participants")


def _finding(study: Study, place: Place, what: str, does: str) -> Finding:
    told = f"this {what} {does}, and individual_data.display is false"
    remedy = f"record the consent under individual_data, or take the {what} out"
    return Finding("individual-display", study.where(*place), told, remedy)


@dataclass(frozen=True)
class Pseudonyms:
    """The name under which each participant is shown, and the open queries that may change who comes before whom."""

    of: Mapping[str, str]
    rests_on: Queries


def pseudonyms(trial: Trial) -> Pseudonyms:
    """Return P1, P2, ... for the participants of the study's own data set, in the order of their identifiers."""
    home = trial.study.participants
    frame, key = trial.frames[home], trial.study.datasets[home].participant
    names = {who: f"P{number}" for number, who in enumerate(sorted(frame[key].dropna().unique()), start=1)}
    return Pseudonyms(names, trial.unread.get(home, frozenset()).union(*opened(frame, [key])))


def value(name: str, column: Column, cell: Any) -> Statistic:
    """Return one participant's value as it is printed: a number, or the label of a level."""
    if pd.isna(cell):
        return Statistic(name, column.label, None, reason=NOT_RECORDED)
    if column.type == "category":
        return Statistic(name, column.label, column.levels[cell])
    return Statistic(name, column.label, float(cell), f"fixed:{column.decimals}", column.unit)


def rows(trial: Trial) -> Iterator[Row]:
    """Yield each participant's values that a display of individuals shows, and events by period where it shows them.

    ``individual.<variable>`` holds a row for everybody of the display's population, with a reason where nothing is
    recorded.
    """
    shown = [display for display in trial.study.displays if display.kind in OF_INDIVIDUALS]
    if not shown:
        return
    named = pseudonyms(trial)
    for each, apart in asked(trial.study, OF_INDIVIDUALS).items():
        yield from _values(trial, each, apart, named)
    endpoints = dict.fromkeys(name for display in shown for name in display.endpoints)
    for endpoint in map(trial.study.endpoint, endpoints):
        if endpoint.periods is not None:
            yield from _events(trial, endpoint, named)


def _members(trial: Trial, population: str, named: Pseudonyms) -> tuple[list[str], Queries]:
    """Return the members of a population who have a pseudonym, in order, and the open queries on all that."""
    with trial.notes.taken(named.rests_on) as rests_on:
        people = sorted(trial.members(population).intersection(named.of))
    return people, frozenset(rests_on)


def _values(trial: Trial, each: Asked, apart: tuple[str, ...], named: Pseudonyms) -> Iterator[Row]:
    column = trial.study.column(each.dataset, each.variable)
    told = {"variable": each.variable, "visit": each.visit, "population": each.population}
    for participant, cell, rests_on in _cells(trial, each, *_members(trial, each.population, named)):
        statistic, pseudonym = value("value", column, cell), named.of[participant]
        row = as_individual(statistic, f"individual.{each.variable}", pseudonym, (pseudonym, *apart, each.visit), told)
        yield hole(row, rests_on)


def _cells(
    trial: Trial, each: Asked, people: list[str], of_members: Queries
) -> Iterator[tuple[str, Any, Iterable[int]]]:
    """Yield each participant's value and the open queries that it rests on; read one by one where there are some."""

    def read(some: list[str]) -> tuple[pd.Series, Iterable[int]]:
        with trial.notes.taken(of_members) as rests_on:
            return trial.values(each.dataset, each.variable, some, each.visit or None), rests_on

    cells, of_all = read(people)
    for participant in people:
        alone, rests_on = (cells, of_all) if of_members.issuperset(of_all) else read([participant])
        yield participant, alone[participant], rests_on


def as_individual(
    statistic: Statistic, analysis: str, pseudonym: str, levels: Iterable[str], columns: Mapping[str, str]
) -> Row:
    """Return a statistic as a row of one participant, marked as such; ``levels`` tell it apart within the analysis."""
    return as_row(
        statistic, analysis, tuple(levels), group1="participant", group1_level=pseudonym, context="individual",
        method="as recorded or derived", disclosure="individual", **columns,
    )  # fmt: skip


def _events(trial: Trial, endpoint: Endpoint, named: Pseudonyms) -> Iterator[Row]:
    """Yield each participant's events and days of observation in the two periods of an endpoint."""
    people, of_members = _members(trial, endpoint.population, named)
    for participant in people:
        with trial.notes.taken(of_members) as rests_on:
            counts = period_counts(trial, endpoint, [participant])
        for period, statistic in _by_period(counts):
            told = {"variable": endpoint.variable, "variable_level": period, "population": endpoint.population}
            pseudonym = named.of[participant]
            row = as_individual(statistic, f"individual.{endpoint.id}", pseudonym, (period, pseudonym), told)
            yield hole(row, rests_on)


def _by_period(counts: PeriodCounts) -> Iterator[tuple[str, Statistic]]:
    """Yield one participant's events and days of each period; none without a start, no events without a day."""
    began = len(counts.before) > 0
    for period, _, events, days in counts.periods():
        why = "" if days.sum() else NOT_OBSERVED if began else NO_START
        n_event, n_days = None if why else int(events.sum()), int(days.sum()) if began else None
        yield period, Statistic("n_event", "Events", n_event, "count", reason=why)
        yield period, Statistic("days", "Days of observation", n_days, "count", "days", reason="" if began else why)
