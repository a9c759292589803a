"""Populations, arms and filters: who is in a set, as data says it."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from report.study import Count, Filter, Study

Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.float64]

_ORDERED: Mapping[str, Callable[[Numbers, float], Mask]] = {
    "GT": operator.gt,
    "GE": operator.ge,
    "LT": operator.lt,
    "LE": operator.le,
}


@dataclass(frozen=True)
class Trial:
    """A checked study's typed frames, and each participant's arm (empty ids in a single arm)."""

    study: Study
    frames: Mapping[str, pd.DataFrame]

    def participant_column(self, dataset: str) -> str:
        """Return the column that names the participant: the first of the data set's key."""
        return self.study.datasets[dataset].key[0]

    def members(self, population: str) -> frozenset[str]:
        """Return the participants of a population."""
        declared = self.study.populations[population]
        frame = self.frames[declared.dataset]
        chosen = frame.loc[matches(frame, declared.where), self.participant_column(declared.dataset)]
        return frozenset(chosen)

    def arms(self) -> pd.Series[str]:
        """Return the arm id of each participant, indexed by participant; empty in a single-arm study."""
        where = self.study.design.allocation
        if where is None:
            return pd.Series(dtype=object)
        codes = {arm.code: arm.id for arm in self.study.design.arms}
        frame = self.frames[where.dataset].set_index(self.participant_column(where.dataset))
        return frame[where.column].astype(object).map(codes)

    def of_visit(self, dataset: str, visit: str | None) -> pd.DataFrame:
        """Return a data set's rows at one visit, or all of them where no visit is named."""
        frame = self.frames[dataset]
        if visit is None or "visit" not in frame.columns:
            return frame
        return frame[frame["visit"].astype(object) == self.study.visit(visit).code]

    def count(self, count: Count, arm: str = "") -> int:
        """Return how many participants have a row that fulfils a condition, in one arm or in all."""
        frame = self.frames[count.dataset]
        chosen = frame.loc[matches(frame, count.where), self.participant_column(count.dataset)].drop_duplicates()
        if not arm:
            return len(chosen)
        return int((chosen.map(self.arms()) == arm).sum())


def matches(frame: pd.DataFrame, where: Filter | None) -> Mask:
    """Return which rows fulfil a condition; a missing value fulfils none but EQ null, also under NE and NOTIN."""
    if where is None:
        return np.ones(len(frame), dtype=bool)
    if where.variable is not None:
        return _compare(frame[where.variable], where)
    if where.all:
        return functools.reduce(operator.and_, (matches(frame, inner) for inner in where.all))
    if where.any:
        return functools.reduce(operator.or_, (matches(frame, inner) for inner in where.any))
    return ~matches(frame, where.negated)


def _compare(cells: pd.Series, where: Filter) -> Mask:
    present = cells.notna().to_numpy(dtype=bool)
    if where.value is None:
        return ~present if where.comparator == "EQ" else present
    if where.comparator is not None and where.comparator in _ORDERED:
        assert isinstance(where.value, str | int | float)
        return present & _ORDERED[where.comparator](cells.to_numpy(dtype=float), float(where.value))
    wanted = list(where.value) if isinstance(where.value, tuple) else [where.value]
    inside = cells.astype(object).isin(wanted).to_numpy(dtype=bool)
    return present & (inside if where.comparator in ("EQ", "IN") else ~inside)
