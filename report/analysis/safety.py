"""Adverse events: how many, and in how many participants, in all and by each way in which they are described."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from report.analysis.descriptives import proportion
from report.analysis.methods import Statistic, as_row
from report.analysis.populations import Trial, groups
from report.ard import Row
from report.checking.queries import hole
from report.study.plan import Safety

DESCRIBED = ("serious", "severity", "related", "emergent", "period")


def rows(trial: Trial) -> Iterator[Row]:
    """Yield the events of each arm: number of events, participants with at least one, their share of the population.

    ``safety.events`` counts all; ``safety.serious`` and its like count by level of the variable in that role.
    """
    plan = trial.study.safety
    if plan is None:
        return
    with trial.notes.taken() as of_members:
        arms = groups(trial, trial.members(plan.population))
    for arm, people in arms:
        with trial.notes.taken(of_members) as rests_on:
            events = trial.rows(plan.dataset, people, [])
        yield from (hole(row, rests_on) for row in _counted(plan, "events", "", arm, events, people, trial))
        for role in DESCRIBED:
            if name := plan.variables().get(role):
                yield from _by_level(trial, plan, role, name, arm, people, of_members)


def _by_level(
    trial: Trial, plan: Safety, role: str, name: str, arm: str, people: frozenset[str], of_members: set[int]
) -> Iterator[Row]:
    with trial.notes.taken(of_members) as rests_on:
        events = trial.rows(plan.dataset, people, [name])
    for level in trial.study.column(plan.dataset, name).levels:
        of_level = events[(events[name] == level).to_numpy(dtype=bool)]
        yield from (hole(row, rests_on) for row in _counted(plan, role, level, arm, of_level, people, trial))


def _counted(
    plan: Safety, role: str, level: str, arm: str, events: pd.DataFrame, people: frozenset[str], trial: Trial
) -> Iterator[Row]:
    affected = events[trial.study.datasets[plan.dataset].participant].nunique()
    counted = [Statistic("n_event", "Events", len(events), "count"), *proportion(affected, len(people))]
    for statistic in counted:
        yield as_row(
            statistic,
            f"safety.{role}",
            (level, arm),
            arm=arm,
            variable=plan.variables().get(role, plan.term),
            variable_level=level,
            population=plan.population,
            context="hierarchical_count",
            method="description",
        )
