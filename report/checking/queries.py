"""Open queries: values that a blocking finding has put in doubt, and every result that rests on one.

A variable with open queries has a shadow column beside it that names them, row by row; it travels with the rows
through sorting, selection and derivation. Whoever reads values through a ``Trial`` has the queries of what was read
noted, and a result that rests on one is printed as a hole: "[open query Q7]".
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import numpy.typing as npt
import pandas as pd

from report.ard import Row

Queries = frozenset[int]
Mask = npt.NDArray[np.bool_]
NONE: Queries = frozenset()
HIDDEN = 0  # stands among queries for what is not read before the unblinding; queries are numbered from 1
# statistics that the plan gives, not the data
GIVEN = ("method", "sentence", "conf.level", "alternative", "label", "limit", "zeros", "table")


def shadow(variable: str) -> str:
    """Return the name of the column that holds a variable's open queries; no variable can be called so."""
    return f"?{variable}"


def is_shadow(column: str) -> bool:
    """Return whether a column of a frame holds the queries of another."""
    return column.startswith("?")


def opened(frame: pd.DataFrame, variables: Iterable[str]) -> pd.Series:
    """Return the open queries of each row's values of these variables, as a set a row."""
    held = [shadow(name) for name in variables if shadow(name) in frame]
    if not held:
        return pd.Series([NONE] * len(frame), index=frame.index, dtype=object)
    rows = zip(*(frame[name] for name in held), strict=True)
    return pd.Series([NONE.union(*row) for row in rows], index=frame.index, dtype=object)


def with_queries(frame: pd.DataFrame, variable: str, queries: Sequence[Queries] | pd.Series) -> pd.DataFrame:
    """Return a frame whose variable has these queries besides those it had; the same frame where there are none."""
    if not any(queries):
        return frame
    both = [old | new for old, new in zip(opened(frame, [variable]), queries, strict=True)]
    return frame.assign(**{shadow(variable): pd.Series(both, index=frame.index, dtype=object)})


def named(queries: Iterable[int]) -> str:
    """Return queries as they are printed and listed, such as "Q7, Q9"; what is not read yet as "hidden"."""
    return ", ".join(f"Q{number}" if number != HIDDEN else "hidden" for number in sorted(queries))


class Notes:
    """Which open queries the values read so far rest on."""

    def __init__(self) -> None:
        self._open: list[set[int]] = []

    def add(self, queries: Iterable[Queries]) -> None:
        """Note the queries of values that are being read."""
        if self._open:
            self._open[-1].update(*queries)

    @contextmanager
    def taken(self, before: Iterable[int] = ()) -> Iterator[set[int]]:
        """Collect what is noted within, added to what an analysis already rests on."""
        self._open.append(set(before))
        try:
            yield self._open[-1]
        finally:
            self._open.pop()


def hole(row: Row, queries: Iterable[int]) -> Row:
    """Return a row without its value where it rests on open queries; what the plan gives stays."""
    held = named(queries)
    if not held or row.stat_name in GIVEN:
        return row
    return dataclasses.replace(row, stat=None, reason="", query=held)
