"""Conditions on rows, answered with yes, no or not known.

A missing value fulfils no comparison but EQ null, and none under NE and not; so a condition that needs a missing value
is not known. A condition that an open value decides is not known either, and the value's queries are told.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from report.checking.queries import NONE, Mask, Queries, opened
from report.study.data import Filter

_ORDERED: Mapping[str, Callable[..., pd.Series]] = {
    "GT": operator.gt,
    "GE": operator.ge,
    "LT": operator.lt,
    "LE": operator.le,
}


@dataclass(frozen=True)
class Answer:
    """Which rows fulfil a condition and which do not (the rest: not known); which of them open values decide."""

    yes: Mask
    no: Mask
    undecided: pd.Series | None = None  # the queries of each row; None where no open value decides anything

    @property
    def queries(self) -> tuple[Queries, ...]:
        """The queries of the rows that open values decide."""
        return () if self.undecided is None else tuple(filter(None, self.undecided))

    @property
    def doubts(self) -> pd.Series:
        """The queries of each row that open values decide, none for the others."""
        return pd.Series([NONE] * len(self.yes), dtype=object) if self.undecided is None else self.undecided

    @property
    def possible(self) -> Mask:
        """The rows that fulfil the condition, or may, once their open values are known."""
        return self.yes if self.undecided is None else self.yes | self.undecided.map(bool).to_numpy(dtype=bool)


def answer(frame: pd.DataFrame, where: Filter | None) -> Answer:
    """Return the answer of each row; Kleene's logic: "or" is yes when one part is, "and" is no when one part is."""
    if where is None:
        return Answer(np.ones(len(frame), dtype=bool), np.zeros(len(frame), dtype=bool))
    closed = _answer(frame, where, in_doubt=False)
    variables = _variables(where)
    doubts = opened(frame, variables)
    if not doubts.map(bool).any():
        return closed
    sure = _answer(frame, where, in_doubt=True)
    open_rows = doubts.map(bool).to_numpy(dtype=bool) & ~(sure.yes | sure.no)
    undecided = [queries if is_open else NONE for queries, is_open in zip(doubts, open_rows, strict=True)]
    return Answer(closed.yes, closed.no, pd.Series(undecided, index=frame.index, dtype=object))


def _variables(where: Filter) -> set[str]:
    inner = (*where.all, *where.any, *((where.negated,) if where.negated else ()))
    own = {where.variable} if where.variable else set()
    return own.union(*(_variables(each) for each in inner))


def _answer(frame: pd.DataFrame, where: Filter, *, in_doubt: bool) -> Answer:
    """Answer a condition; ``in_doubt``: an open value answers nothing, not even whether it is missing."""
    if where.variable is not None:
        return _compare(frame, where, in_doubt)
    if where.negated is not None:
        inner = _answer(frame, where.negated, in_doubt=in_doubt)
        return Answer(inner.no, inner.yes)
    parts = [_answer(frame, each, in_doubt=in_doubt) for each in where.all or where.any]
    every, some = operator.and_, operator.or_
    join, part = (every, some) if where.all else (some, every)
    return Answer(
        functools.reduce(join, (each.yes for each in parts)), functools.reduce(part, (each.no for each in parts))
    )


def _compare(frame: pd.DataFrame, where: Filter, in_doubt: bool) -> Answer:
    assert where.variable is not None
    cells = frame[where.variable]
    present: Mask = np.asarray(cells.notna(), dtype=bool)
    known = ~opened(frame, [where.variable]).map(bool).to_numpy(dtype=bool) if in_doubt else np.ones_like(present)
    if where.value is None:
        held = ~present if where.comparator == "EQ" else present
        return Answer(held & known, ~held & known)
    held = _holds(cells, where)
    return Answer(present & held & known, present & ~held & known)


def _holds(cells: pd.Series, where: Filter) -> Mask:
    values = [_typed(value, cells) for value in (where.value if isinstance(where.value, tuple) else (where.value,))]
    if where.comparator is not None and where.comparator in _ORDERED:
        held: Mask = np.asarray(_ORDERED[where.comparator](cells, values[0]), dtype=bool)
        return held
    inside: Mask = np.asarray(cells.astype(object).isin(values), dtype=bool)
    return inside if where.comparator in ("EQ", "IN") else ~inside


def _typed(value: object, cells: pd.Series) -> object:
    """Return a filter's value in the type of the column: a date as a moment."""
    return pd.Timestamp(str(value)) if pd.api.types.is_datetime64_any_dtype(cells) else value
