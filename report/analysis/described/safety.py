"""Adverse events: how many, and in how many participants, in all and by each way in which they are described."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from report.analysis.described import adverse_terms
from report.analysis.described.adverse_events import Group, counted, read, row
from report.analysis.people.populations import Trial, groups
from report.ard import Row
from report.checking.queries import hole
from report.study.plan import Safety

DESCRIBED = ("serious", "severity", "related", "fatal", "withdrawn", "emergent", "period")
ALL = "events"


def rows(trial: Trial) -> Iterator[Row]:
    """Yield the events of each arm: number of events, participants with at least one, their share of the population.

    ``safety.events`` counts all; ``safety.serious`` and its like count by level of the variable in that role, levels
    without an event included. In a single arm whose events lie in periods ``safety.events_by_period`` and its like
    count the same in each period; in several arms the columns are the arms, and there is no such row. Terms of a
    dictionary and their systems follow (``adverse_terms``).
    """
    plan = trial.study.safety
    if plan is None:
        return
    with trial.notes.taken() as rests_on:
        arms = groups(trial, trial.members(plan.population))
    of_arms = [Group(trial, plan, arm, people, frozenset(rests_on)) for arm, people in arms]
    roles = (ALL, *_described(trial, plan))
    for group in of_arms:
        for role in roles:
            yield from _by_level(group, role)
        for role in roles if group.has_periods else ():
            yield from _by_period(group, role) if role != "period" else ()
    yield from adverse_terms.rows(of_arms) if plan.has_terms else ()


def _described(trial: Trial, plan: Safety) -> list[str]:
    """Return the roles whose levels are counted: a term only where it is a category, for free text is never printed."""
    roles = [role for role in DESCRIBED if role in plan.variables()]
    is_coded = trial.study.column(plan.dataset, plan.term).type == "category" and not plan.has_terms
    return [*roles, *(["term"] if is_coded else [])]


def _by_level(group: Group, role: str) -> Iterator[Row]:
    name = group.plan.variables().get(role)
    events, rests_on = read(group, [name] if name else [])
    for level, of_level in _levels(group, name, events):
        for statistic in counted(group, of_level):
            yield hole(row(group, statistic, f"safety.{role}", name or group.plan.term, level), rests_on)


def _by_period(group: Group, role: str) -> Iterator[Row]:
    name, period = group.plan.variables().get(role), str(group.plan.period)
    events, rests_on = read(group, [*([name] if name else []), period])
    for level, of_level in _levels(group, name, events):
        for of_period, there in _levels(group, period, of_level):
            for statistic in counted(group, there):
                analysis = f"safety.{role}_by_period"
                yield hole(row(group, statistic, analysis, name or group.plan.term, level, of_period), rests_on)


def _levels(group: Group, name: str | None, events: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield each level of a variable with its events; all events under no level where no variable is named."""
    if name is None:
        yield "", events
        return
    for level in group.trial.study.column(group.plan.dataset, name).levels:
        yield level, events[(events[name] == level).to_numpy(dtype=bool)]
