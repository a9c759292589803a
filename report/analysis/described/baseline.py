"""The baseline characteristics: each variable described by arm, or in all participants, and compared where asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from report.analysis.basis.descriptives import describe, proportion
from report.analysis.basis.methods import Statistic, as_printed, as_row
from report.analysis.described import baseline_comparisons
from report.analysis.described.baseline_comparisons import Arm
from report.analysis.people import members
from report.analysis.people.members import Group
from report.analysis.people.populations import Trial
from report.ard import Row
from report.checking.queries import Queries, hole
from report.study.data import Column
from report.study.plan import Baseline, BaselineVariable

DESCRIPTION = "description"
QUARTILES = ("p25", "p75")


def rows(trial: Trial) -> Iterator[Row]:
    """Yield the rows of the baseline table: arm by arm each variable, then all participants, then the comparisons."""
    plan = trial.study.baseline
    if plan is None:
        return
    with trial.notes.taken() as of_members:
        everybody = members.of(trial, plan.population)
        arms = everybody.by_arm()
    table = _Table(trial, plan, frozenset(of_members))
    together = [everybody.together()] if plan.total and len(arms) > 1 else []
    for group in [*arms, *together]:
        yield from table.described(group)
    if len(arms) > 1 and (plan.standardised_differences or plan.tests):
        yield from table.compared(arms)


@dataclass(frozen=True)
class _Table:
    """The table's plan, and the open queries on who is in it."""

    trial: Trial
    plan: Baseline
    of_members: Queries

    def read(self, line: BaselineVariable, group: Group) -> tuple[pd.Series, Queries]:
        """Return a variable's values of a group, and the open queries that they rest on."""
        home = self.trial.study.homes(line.variable)[0]
        with self.trial.notes.taken(self.of_members) as rests_on:
            values = group.values(home, line.variable, self.plan.visit)
        return values, frozenset(rests_on)

    def described(self, group: Group) -> Iterator[Row]:
        """Yield how many are in a group, and every variable in it."""
        size = Statistic("N", "Participants", group.size, "count")
        yield hole(_row(self.plan, "N", group.arm, "", size), self.of_members)
        for line in self.plan.variables:
            values, rests_on = self.read(line, group)
            column = self.trial.study.variable(line.variable)
            yield from (hole(row, rests_on) for row in _describe(column, self.plan, line, group.arm, values))

    def compared(self, groups: Sequence[Group]) -> Iterator[Row]:
        """Yield the comparisons of every variable, which rest on the values of all arms."""
        for line in self.plan.variables:
            read = [(group.arm, *self.read(line, group)) for group in groups]
            rests_on = self.of_members.union(*(queries for _, _, queries in read))
            arms = [Arm(arm, values) for arm, values, _ in read]
            yield from (hole(row, rests_on) for row in baseline_comparisons.rows(self.trial.study, line, arms))


def _describe(
    column: Column,
    plan: Baseline,
    line: BaselineVariable,
    arm: str,
    values: pd.Series,
) -> Iterator[Row]:
    if column.type != "category":
        numbers = values.to_numpy(dtype=float)
        for statistic in describe(numbers, line.summaries, column.decimals, column.unit, plan.quartiles):
            yield _row(plan, line.variable, arm, "", as_printed(statistic, column))
        return
    counts = baseline_comparisons.counts(column, values)
    for level, n in zip(column.levels, counts.tolist(), strict=True):
        for statistic in proportion(n, int(counts.sum())):
            yield _row(plan, line.variable, arm, level, statistic)
    missing = Statistic("N_miss", "N missing", len(values) - int(counts.sum()), "count")
    yield _row(plan, line.variable, arm, "", missing)


def _row(plan: Baseline, variable: str, arm: str, level: str, statistic: Statistic) -> Row:
    is_other = statistic.name in QUARTILES and plan.quartiles != 2
    return as_row(
        statistic,
        f"baseline.{variable}",
        (level, arm),
        arm=arm,
        variable=variable,
        variable_level=level,
        visit=plan.visit or "",
        population=plan.population,
        context="tabulate" if level else "summary",
        method=f"{DESCRIPTION}, quartiles of type {plan.quartiles}" if is_other else DESCRIPTION,
    )
