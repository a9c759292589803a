"""Populations, arms and filters: who is in a set, as data says it."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from report.errors import Finding
from report.study import Study
from report.study_data import Count, Filter

Mask = npt.NDArray[np.bool_]

_ORDERED: Mapping[str, Callable[..., pd.Series]] = {
    "GT": operator.gt,
    "GE": operator.ge,
    "LT": operator.lt,
    "LE": operator.le,
}


@dataclass(frozen=True)
class Trial:
    """A checked study's typed frames."""

    study: Study
    frames: Mapping[str, pd.DataFrame]

    def members(self, population: str) -> frozenset[str]:
        """Return the participants of a population."""
        declared = self.study.populations[population]
        frame = self.frames[declared.dataset]
        chosen = frame.loc[matches(frame, declared.where), self.study.datasets[declared.dataset].participant]
        return frozenset(chosen)

    def arms(self) -> pd.Series[str]:
        """Return the arm id of each participant, indexed by participant; empty in a single-arm study."""
        where = self.study.design.allocation
        if where is None:
            return pd.Series(dtype=object)
        codes = {arm.code: arm.id for arm in self.study.design.arms}
        frame = self.frames[where.dataset].set_index(self.study.datasets[where.dataset].participant)
        return frame[where.column].astype(object).map(codes)

    def by_participant(self, dataset: str, visit: str | None = None) -> pd.DataFrame:
        """Return a data set's rows indexed by participant, at one visit where the data set has visits."""
        frame, declared = self.frames[dataset], self.study.datasets[dataset]
        if declared.visit is not None and visit is not None:
            frame = frame[frame[declared.visit].astype(object) == self.study.visit(visit).code]
        return frame.set_index(declared.participant)

    def count(self, count: Count, arm: str = "") -> int:
        """Return how many participants have a row that fulfils a condition, in one arm or in all."""
        frame = self.frames[count.dataset]
        column = self.study.datasets[count.dataset].participant
        chosen = frame.loc[matches(frame, count.where), column].drop_duplicates()
        if not arm:
            return len(chosen)
        return int((chosen.map(self.arms()) == arm).sum())


def faults(trial: Trial) -> Iterator[Finding]:
    """Yield populations with nobody in them, and members whom no arm holds."""
    arms = trial.arms()
    for name in trial.study.populations:
        members = trial.members(name)
        where = f"data/study.yaml: population {name}"
        if not members:
            yield Finding("population-empty", where, "nobody is in this population", "see its condition and the data")
        without = [member for member in members if member not in arms.index]
        if without and trial.study.design.allocation is not None:
            told = f"{len(without)} of its {len(members)} members have no row in the arms' data set"
            yield Finding("population-arm", where, told, "correct the participants' identifiers")


def matches(frame: pd.DataFrame, where: Filter | None) -> Mask:
    """Return which rows fulfil a condition. A missing value fulfils none but EQ null, and also under NE and not."""
    if where is None:
        return np.ones(len(frame), dtype=bool)
    if where.variable is not None:
        return _compare(frame[where.variable], where)
    if where.all:
        return functools.reduce(operator.and_, (matches(frame, inner) for inner in where.all))
    if where.any:
        return functools.reduce(operator.or_, (matches(frame, inner) for inner in where.any))
    assert where.negated is not None
    return ~matches(frame, where.negated) & _known(frame, where.negated)


def _known(frame: pd.DataFrame, where: Filter) -> Mask:
    """Return the rows in which a condition can be answered: no value that it compares is missing."""
    if where.variable is not None:
        asked = where.value is None  # whether it is missing can always be answered
        return np.ones(len(frame), dtype=bool) if asked else frame[where.variable].notna().to_numpy(dtype=bool)
    inner = (*where.all, *where.any, *((where.negated,) if where.negated else ()))
    return functools.reduce(operator.and_, (_known(frame, each) for each in inner))


def _compare(cells: pd.Series, where: Filter) -> Mask:
    present: Mask = np.asarray(cells.notna(), dtype=bool)
    if where.value is None:
        return ~present if where.comparator == "EQ" else present
    values = [_typed(value, cells) for value in (where.value if isinstance(where.value, tuple) else (where.value,))]
    if where.comparator is not None and where.comparator in _ORDERED:
        held: Mask = np.asarray(_ORDERED[where.comparator](cells, values[0]), dtype=bool)
        return present & held
    inside: Mask = np.asarray(cells.astype(object).isin(values), dtype=bool)
    return present & (inside if where.comparator in ("EQ", "IN") else ~inside)


def _typed(value: object, cells: pd.Series) -> object:
    """Return a filter's value in the type of the column: a date as a moment."""
    return pd.Timestamp(str(value)) if pd.api.types.is_datetime64_any_dtype(cells) else value
