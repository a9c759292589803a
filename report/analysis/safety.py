"""Adverse events: how many, and in how many participants, in all and by each way in which they are described."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from report.analysis.descriptives import proportion
from report.analysis.methods import Statistic, as_row
from report.analysis.populations import Trial, groups
from report.ard import Row
from report.checking.queries import Queries, hole
from report.study.plan import Safety

DESCRIBED = ("serious", "severity", "related", "emergent", "period")
ALL = "events"


@dataclass(frozen=True)
class _Group:
    """Those whose events are counted: an arm, or all of a single arm, and the open queries on who they are."""

    trial: Trial
    plan: Safety
    arm: str
    people: frozenset[str]
    of_members: Queries


def rows(trial: Trial) -> Iterator[Row]:
    """Yield the events of each arm: number of events, participants with at least one, their share of the population.

    ``safety.events`` counts all; ``safety.serious`` and its like count by level of the variable in that role, levels
    without an event included. In a single arm whose events lie in periods ``safety.events_by_period`` and its like
    count the same in each period; in several arms the columns are the arms, and there is no such row.
    """
    plan = trial.study.safety
    if plan is None:
        return
    with trial.notes.taken() as rests_on:
        arms = groups(trial, trial.members(plan.population))
    roles = (ALL, *_described(trial, plan))
    for arm, people in arms:
        group = _Group(trial, plan, arm, people, frozenset(rests_on))
        for role in roles:
            yield from _by_level(group, role)
        if plan.period is not None and trial.study.design.allocation is None:
            for role in roles:
                yield from _by_period(group, role, plan.period) if role != "period" else ()


def _described(trial: Trial, plan: Safety) -> list[str]:
    """Return the roles whose levels are counted: a term only where it is a category, for free text is never printed."""
    roles = [role for role in DESCRIBED if role in plan.variables()]
    return [*roles, *(["term"] if trial.study.column(plan.dataset, plan.term).type == "category" else [])]


def _by_level(group: _Group, role: str) -> Iterator[Row]:
    name = group.plan.variables().get(role)
    events, rests_on = _read(group, [name] if name else [])
    for level, of_level in _levels(group, name, events):
        for statistic in _counted(group, of_level):
            yield hole(_row(group, statistic, role, level, (level, group.arm)), rests_on)


def _by_period(group: _Group, role: str, period: str) -> Iterator[Row]:
    name = group.plan.variables().get(role)
    events, rests_on = _read(group, [*([name] if name else []), period])
    for level, of_level in _levels(group, name, events):
        for of_period, there in _levels(group, period, of_level):
            for statistic in _counted(group, there):
                row = _row(group, statistic, role, level, (level, of_period), of_period)
                yield hole(row, rests_on)


def _read(group: _Group, variables: list[str]) -> tuple[pd.DataFrame, Queries]:
    """Return the group's events with these variables, and the open queries that they rest on."""
    with group.trial.notes.taken(group.of_members) as rests_on:
        events = group.trial.rows(group.plan.dataset, group.people, variables)
    return events, frozenset(rests_on)


def _levels(group: _Group, name: str | None, events: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield each level of a variable with its events; all events under no level where no variable is named."""
    if name is None:
        yield "", events
        return
    for level in group.trial.study.column(group.plan.dataset, name).levels:
        yield level, events[(events[name] == level).to_numpy(dtype=bool)]


def _counted(group: _Group, events: pd.DataFrame) -> list[Statistic]:
    affected = events[group.trial.study.datasets[group.plan.dataset].participant].nunique()
    return [Statistic("n_event", "Events", len(events), "count"), *proportion(affected, len(group.people))]


def _row(group: _Group, statistic: Statistic, role: str, level: str, levels: tuple[str, str], period: str = "") -> Row:
    by_period = {"group1": "period", "group1_level": period} if period else {}
    return as_row(
        statistic,
        f"safety.{role}{'_by_period' if period else ''}",
        levels,
        arm=group.arm,
        variable=group.plan.variables().get(role, group.plan.term),
        variable_level=level,
        population=group.plan.population,
        context="hierarchical_count",
        method="description",
        **by_period,
    )
