"""What a baseline table says of its arms together: standardised differences and tests, variable by variable."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from report.analysis.basis.descriptives import Vector
from report.analysis.basis.methods import Statistic, as_row
from report.analysis.described import baseline_tests, standardised_differences
from report.analysis.described.baseline_tests import Tested
from report.analysis.described.standardised_differences import Counts, Found
from report.ard import Row
from report.study.data import Column
from report.study.model import Study
from report.study.plan import Baseline, BaselineVariable

DIFFERENCE, CONTEXT = "standardised difference", "smd_smd"
CHANCE = "a test of baseline differences in a randomised trial tests what is known to be chance"


@dataclass(frozen=True)
class Arm:
    """An arm and its participants' values of a variable."""

    id: str
    values: pd.Series


def counts(column: Column, values: pd.Series) -> Counts:
    """Return how many have each declared level, in declared order."""
    cells = values.array if isinstance(values.dtype, pd.CategoricalDtype) else pd.Categorical(values)
    known = list(cells.categories) == list(column.levels)
    codes = (cells if known else pd.Categorical(values.astype(object), categories=list(column.levels))).codes
    return np.bincount(codes[codes >= 0], minlength=len(column.levels))


def rows(study: Study, line: BaselineVariable, arms: Sequence[Arm]) -> Iterator[Row]:
    """Yield a variable's standardised differences, each arm's from the reference, and its test of all arms."""
    plan = study.baseline
    assert plan is not None
    column = study.variable(line.variable)
    ordered = sorted(arms, key=lambda arm: arm.id == study.design.reference)  # the reference is subtracted
    if column.type == "category":
        yield from _of_counts(study, plan, line, column, ordered)
    else:
        yield from _of_numbers(study, plan, line, ordered)


def _of_numbers(study: Study, plan: Baseline, line: BaselineVariable, arms: Sequence[Arm]) -> Iterator[Row]:
    samples = [_present(arm.values) for arm in arms]
    if plan.standardised_differences:
        found = [standardised_differences.of_numbers(sample, samples[-1]) for sample in samples[:-1]]
        yield from _differences(plan, line, arms, found)
    if plan.tests:
        yield from _tested(study, plan, line, baseline_tests.OF_NUMBERS[line.tested_by(is_category=False)](samples))


def _present(values: pd.Series) -> Vector:
    cells: Vector = values.to_numpy(dtype=float)
    return np.asarray(cells[~np.isnan(cells)], dtype=float)


def _of_counts(
    study: Study, plan: Baseline, line: BaselineVariable, column: Column, arms: Sequence[Arm]
) -> Iterator[Row]:
    table = np.array([counts(column, arm.values) for arm in arms])
    if plan.standardised_differences:
        shown = table[:, _shown_first(line, column)]
        found = [standardised_differences.of_counts(arm, shown[-1]) for arm in shown[:-1]]
        yield from _differences(plan, line, arms, found)
    if plan.tests:
        yield from _tested(study, plan, line, baseline_tests.OF_COUNTS[line.tested_by(is_category=True)](table.T))


def _shown_first(line: BaselineVariable, column: Column) -> list[int]:
    """Return the numbers of the levels, those that the table shows first."""
    levels = list(column.levels)
    return sorted(range(len(levels)), key=lambda number: levels[number] not in line.show[:1])


def _differences(plan: Baseline, line: BaselineVariable, arms: Sequence[Arm], found: Sequence[Found]) -> Iterator[Row]:
    for arm, each in zip(arms, found, strict=False):
        yield _row(plan, line, standardised_differences.statistic(each), DIFFERENCE, CONTEXT, arm=arm.id)


def _tested(study: Study, plan: Baseline, line: BaselineVariable, tested: Tested) -> Iterator[Row]:
    chance = f"{CHANCE}; insisted on: {plan.why_tests}" if study.design.randomised else ""
    warning = "; ".join(filter(None, (chance, tested.warning)))
    for statistic in tested.statistics:
        yield _row(plan, line, statistic, tested.method, tested.context, warning=warning)


def _row(
    plan: Baseline, line: BaselineVariable, statistic: Statistic, method: str, context: str, *, arm: str = "",
    warning: str = "",
) -> Row:  # fmt: skip
    return as_row(
        statistic,
        f"baseline.{line.variable}",
        (arm,),
        arm=arm,
        variable=line.variable,
        visit=plan.visit or "",
        population=plan.population,
        context=context,
        method=method,
        warning=warning,
    )
