"""The baseline characteristics: each variable described by arm, or in all participants of a single arm."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from report.analysis.descriptives import describe, proportion
from report.analysis.methods import Statistic, as_printed, as_row
from report.analysis.populations import Trial, groups
from report.ard import Row
from report.checking.queries import hole
from report.study.data import Column
from report.study.plan import Baseline, BaselineVariable


def rows(trial: Trial) -> Iterator[Row]:
    """Yield the rows of the baseline table, variable by variable, arm by arm."""
    plan = trial.study.baseline
    if plan is None:
        return
    with trial.notes.taken() as of_members:
        arms = groups(trial, trial.members(plan.population))
    for arm, people in arms:
        total = _row(plan, "N", arm, "", Statistic("N", "Participants", len(people), "count"))
        yield hole(total, of_members)
        for line in plan.variables:
            with trial.notes.taken(of_members) as rests_on:
                values = trial.values(trial.study.homes(line.variable)[0], line.variable, people, plan.visit)
            described = _describe(trial.study.variable(line.variable), plan, line, arm, values)
            yield from (hole(row, rests_on) for row in described)


def _describe(
    column: Column,
    plan: Baseline,
    line: BaselineVariable,
    arm: str,
    values: pd.Series,
) -> Iterator[Row]:
    if column.type != "category":
        summaries = line.summary or ("median_quartiles",)
        for statistic in describe(values.to_numpy(dtype=float), summaries, column.decimals, column.unit):
            yield _row(plan, line.variable, arm, "", as_printed(statistic, column))
        return
    present = values.dropna()
    for level in column.levels:
        for statistic in proportion(int((present == level).sum()), len(present)):
            yield _row(plan, line.variable, arm, level, statistic)
    missing = Statistic("N_miss", "N missing", int(np.sum(values.isna())), "count")
    yield _row(plan, line.variable, arm, "", missing)


def _row(plan: Baseline, variable: str, arm: str, level: str, statistic: Statistic) -> Row:
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
        method="description",
    )
