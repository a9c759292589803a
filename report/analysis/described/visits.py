"""Visit by visit: who was assessed, and the variables that tables and figures follow, described at each visit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from report.analysis.basis.descriptives import describe, proportion
from report.analysis.basis.methods import Statistic, as_printed, as_row
from report.analysis.people.populations import Trial
from report.ard import Row
from report.checking.queries import hole
from report.study.data import Column
from report.study.displays import Display
from report.study.model import Study

DISPLAYS = ("visits", "courses")


@dataclass(frozen=True)
class Asked:
    """A variable of a population at a visit, asked for by a display; no visit where its data set has none."""

    dataset: str
    variable: str
    population: str
    visit: str


Levels = Mapping[Asked, tuple[str, ...]]


def asked(study: Study, kinds: Iterable[str]) -> Levels:
    """Return what displays of these kinds ask for, each once, with the levels that tell its results apart.

    Where a variable is asked for in several populations, the results of all but the first bear the population.
    """
    shown = [display for display in study.displays if display.kind in kinds]
    found = dict.fromkeys(each for display in shown for each in _of_display(study, display))
    first: dict[str, Asked] = {}
    for each in found:
        first.setdefault(each.variable, each)
    return {each: _apart(each, first[each.variable]) for each in found}


def _apart(each: Asked, first: Asked) -> tuple[str, ...]:
    population = each.population if each.population != first.population else ""
    return (population, each.dataset if each.dataset != first.dataset else "")


def _of_display(study: Study, display: Display) -> Iterator[Asked]:
    if display.endpoint is not None:
        endpoint = study.endpoint(display.endpoint)
        for visit in display.visits or filter(None, (endpoint.against, endpoint.visit)):
            yield Asked(endpoint.dataset, endpoint.variable, endpoint.population, visit)
        return
    for name in display.variables:
        dataset = study.homes(name)[0]
        if may_be_printed(study.column(dataset, name)):
            for visit in _visits(study, display, dataset):
                yield Asked(dataset, name, str(display.population), visit)


def _visits(study: Study, display: Display, dataset: str) -> tuple[str, ...]:
    """Return the visits that a display shows of a data set: those it names, otherwise all; none where it has none."""
    if study.visit_variable(dataset) is None:
        return ("",)
    return display.visits or tuple(visit.id for visit in study.visits)


def may_be_printed(column: Column) -> bool:
    """Return whether single values of a variable may stand in a paper: no date, no free text, nothing that names."""
    return column.type not in ("text", "date") and not column.identifier


def rows(trial: Trial) -> Iterator[Row]:
    """Yield how many were assessed at each visit, and the description of each variable there.

    ``visits.assessed`` counts the participants with a row at the visit in the variable's data set.
    """
    wanted = {each: apart for each, apart in asked(trial.study, DISPLAYS).items() if each.visit}
    yield from _assessed(trial, wanted)
    for each, apart in wanted.items():
        with trial.notes.taken() as rests_on:
            people = trial.members(each.population)
            values = trial.values(each.dataset, each.variable, people, each.visit)
        for level, statistic in _described(trial.study.column(each.dataset, each.variable), values):
            yield hole(_row(each, f"visits.{each.variable}", statistic, level, apart), rests_on)


def _assessed(trial: Trial, wanted: Iterable[Asked]) -> Iterator[Row]:
    attended = list(dict.fromkeys(Asked(each.dataset, "visit", each.population, each.visit) for each in wanted))
    for each in attended:
        with trial.notes.taken() as rests_on:
            people = trial.members(each.population)
            at = trial.values(each.dataset, str(trial.study.visit_variable(each.dataset)), people, each.visit)
        for statistic in proportion(int(at.notna().sum()), len(people))[:2]:
            yield hole(_row(each, "visits.assessed", statistic, "", _apart(each, attended[0])), rests_on)


def _described(column: Column, values: pd.Series) -> Iterator[tuple[str, Statistic]]:
    """Yield statistics with the level of a category that they are of, which is empty for all others."""
    if column.type != "category":
        for statistic in describe(values.to_numpy(dtype=float), ["median_range"], column.decimals, column.unit):
            yield "", as_printed(statistic, column)
        return
    present = values.dropna()
    yield "", Statistic("N_nonmiss", "N non-missing", len(present), "count")
    yield "", Statistic("N_miss", "N missing", len(values) - len(present), "count")
    for level in column.levels:
        for statistic in proportion(int((present == level).sum()), len(present)):
            yield level, statistic


def _row(each: Asked, analysis: str, statistic: Statistic, level: str, apart: tuple[str, ...]) -> Row:
    return as_row(
        statistic,
        analysis,
        (level, *apart, each.visit),
        variable=each.variable,
        variable_level=level,
        visit=each.visit,
        population=each.population,
        context="tabulate" if level else "summary",
        method="description",
    )
