"""Adverse events as they are counted: whose they are, which of them count, and the rows that say how many."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from report.analysis.basis.descriptives import proportion
from report.analysis.basis.methods import Statistic, as_row
from report.analysis.people.conditions import answer
from report.analysis.people.populations import Trial
from report.ard import Row
from report.checking.queries import Queries
from report.study.derivations import leaves
from report.study.plan import Safety


@dataclass(frozen=True)
class Group:
    """Those whose events are counted: an arm, or all of a single arm, and the open queries on who they are."""

    trial: Trial
    plan: Safety
    arm: str
    people: frozenset[str]
    of_members: Queries

    @property
    def has_periods(self) -> bool:
        """Whether the events are counted by period besides: in a single arm, where the plan names one."""
        return self.plan.period is not None and self.trial.study.design.allocation is None


def read(group: Group, variables: Iterable[str]) -> tuple[pd.DataFrame, Queries]:
    """Return the events of a group that count, with these variables, and the open queries that they rest on."""
    where = group.plan.where
    asked = [str(leaf.variable) for _, leaf in leaves(where, ())] if where is not None else []
    with group.trial.notes.taken(group.of_members) as rests_on:
        events = group.trial.rows(group.plan.dataset, group.people, dict.fromkeys([*variables, *asked]))
    return events[answer(events, where).yes], frozenset(rests_on)


def counted(group: Group, events: pd.DataFrame) -> list[Statistic]:
    """Return how many events there are, and how many of the group's participants have one."""
    affected = events[group.trial.study.datasets[group.plan.dataset].participant].nunique()
    return numbers(len(events), affected, len(group.people))


def numbers(events: int, affected: int, people: int) -> list[Statistic]:
    """Return a number of events, and of participants with one with their share."""
    return [Statistic("n_event", "Events", events, "count"), *proportion(affected, people)]


def row(group: Group, statistic: Statistic, analysis: str, variable: str, level: str, period: str = "") -> Row:
    """Return a statistic of a level of a variable, in the group's arm or in one of its periods."""
    grouped = {"group1": "period", "group1_level": period} if period else {}
    return as_row(
        statistic,
        analysis,
        (level, period or group.arm),
        arm=group.arm,
        variable=variable,
        variable_level=level,
        population=group.plan.population,
        context="hierarchical_count",
        method="description",
        **grouped,
    )
