"""The check: every fault of the data against its contract, all at once, before anything is computed."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from report import glyphs
from report.analysis.sources import Data, convert
from report.errors import SHOWN_CASES, Finding
from report.study import Column, Dataset, Study

Mask = npt.NDArray[np.bool_]

_FORMS = {
    "integer": (re.compile(r"[-+]?\d+"), "a whole number"),
    "number": (re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?"), "a number with a decimal point"),
    "date": (re.compile(r"\d{4}-\d{2}-\d{2}"), "a date as YYYY-MM-DD"),
}


def check(study: Study, data: Data) -> list[Finding]:
    """Return every fault of every data file, in the order of the study file."""
    findings: list[Finding] = []
    for name, dataset in study.datasets.items():
        faults = list(_columns(dataset, data.frames[name]))
        findings += faults or [*_cells(dataset, data.frames[name]), *_keys(dataset, data.frames[name])]
    return findings


def _columns(dataset: Dataset, frame: pd.DataFrame) -> Iterator[Finding]:
    shown = f"data/{dataset.file}"
    missing = [name for name in dataset.columns if name not in frame.columns]
    extra = [str(name) for name in frame.columns if name not in dataset.columns]
    if missing:
        told = f"missing column{'s' if len(missing) > 1 else ''}: {', '.join(missing)}"
        yield Finding("data-missing-column", shown, told, f"the file has: {', '.join(map(str, frame.columns))}")
    if extra:
        told = f"column{'s' if len(extra) > 1 else ''} without a contract: {', '.join(extra)}"
        yield Finding("data-extra-column", shown, told, "declare it under datasets, or leave it out of the export")


def _cells(dataset: Dataset, frame: pd.DataFrame) -> Iterator[Finding]:
    for name, column in dataset.columns.items():
        where = f"data/{dataset.file}, column {name}"
        for code, expected, mask in _faults(frame[name], column):
            yield _finding(code, where, expected, frame[name], mask)


def _faults(cells: pd.Series[str], column: Column) -> Iterator[tuple[str, str, Mask]]:
    """Yield code, what was expected and the rows at fault, for each rule of a column's contract."""
    present = cells.notna().to_numpy(dtype=bool)
    if column.required and not present.all():
        yield "data-required", "a value is required", ~present
    misread = present & ~_reads(cells, column)
    if misread.any():
        yield f"data-{column.type}", _expected(column), misread
    if column.range is not None:
        low, high = column.range
        numbers = convert(cells, column).to_numpy(dtype=float)
        outside = ~misread & ((numbers < low) | (numbers > high))
        if outside.any():
            yield "data-range", f"a value from {low:g} to {high:g} was expected", outside
    if column.type == "text":
        unprintable = _by_value(cells, lambda text: bool(glyphs.fault(text)))
        if unprintable.any():
            first = glyphs.fault(str(cells[unprintable].iloc[0]))
            yield "data-character", f"{first}; it cannot stand in the paper", unprintable


def _reads(cells: pd.Series[str], column: Column) -> Mask:
    if column.type == "category":
        return cells.isin(list(column.levels)).to_numpy(dtype=bool)
    if column.type == "text":
        return np.ones(len(cells), dtype=bool)
    pattern, _ = _FORMS[column.type]
    well_formed = _by_value(cells, lambda text: pattern.fullmatch(text) is not None)
    return well_formed & convert(cells, column).notna().to_numpy(dtype=bool)


def _expected(column: Column) -> str:
    if column.type == "category":
        return f"one of {', '.join(column.levels)} was expected"
    return f"{_FORMS[column.type][1]} was expected"


def _by_value(cells: pd.Series[str], holds: object) -> Mask:
    """Return for each cell whether ``holds`` is true of it, asked once for each distinct value; False if missing."""
    assert callable(holds)
    answers = {value: holds(str(value)) for value in cells.dropna().unique()}
    return cells.map(answers).fillna(False).to_numpy(dtype=bool)


def _keys(dataset: Dataset, frame: pd.DataFrame) -> Iterator[Finding]:
    shown = f"data/{dataset.file}"
    keys = frame[list(dataset.key)]
    named = " and ".join(dataset.key)
    lacking = keys.isna().any(axis=1).to_numpy(dtype=bool)
    if lacking.any():
        yield _finding("data-key-missing", shown, f"the key ({named}) is not complete", None, lacking)
    twice = keys.duplicated(keep=False).to_numpy(dtype=bool) & ~lacking
    if twice.any():
        yield _finding("data-key-twice", shown, f"two rows have the same key ({named})", None, twice)


def _finding(code: str, where: str, expected: str, cells: pd.Series[str] | None, mask: Mask) -> Finding:
    rows = np.flatnonzero(mask)
    cases = tuple(f"line {row + 2}{_came(cells, row)}" for row in rows[:SHOWN_CASES])
    return Finding(code, where, expected, "correct it at the source and export again", cases, len(rows))


def _came(cells: pd.Series[str] | None, row: int) -> str:
    if cells is None:
        return ""
    value = cells.iloc[row]
    return ": empty" if pd.isna(value) else f": {str(value)[:40]!a}"
