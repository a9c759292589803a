"""The check: every fault of the data against its contract, all at once, before anything is computed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal

import numpy as np
import numpy.typing as npt
import pandas as pd

from report import glyphs
from report.analysis.cells import convert, expected, plain, well_formed
from report.analysis.sources import Data
from report.errors import SHOWN_CASES, Finding
from report.study.model import Study
from report.study.data import Column, Dataset, FileFormat

Mask = npt.NDArray[np.bool_]

EARLIEST = date(1900, 1, 1)
LARGEST = 1e12  # beyond what any measurement needs and well within what a float holds exactly to six decimals


def check(study: Study, data: Data) -> list[Finding]:
    """Return every fault of every data file, in the order of the study file."""
    findings: list[Finding] = []
    for name, dataset in study.datasets.items():
        frame = data.frames[name]
        faults = list(_columns(dataset, frame))
        findings += faults or [*_cells(study, dataset, frame), *_keys(dataset, frame)]
    return findings or list(_orphans(study, data))


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


def _cells(study: Study, dataset: Dataset, frame: pd.DataFrame) -> Iterator[Finding]:
    if frame.empty:
        yield Finding("data-empty", f"data/{dataset.file}", "there is no row under the header", "export the file again")
    for name, column in dataset.columns.items():
        where = f"data/{dataset.file}, column {name}"
        for code, told, mask in _faults(frame[name], column, dataset.format, study.study.data_cutoff):
            yield _finding(code, where, told, frame[name], mask, shown=column.type != "text")


Fault = tuple[str, str, Mask]


def _faults(cells: pd.Series[str], column: Column, form: FileFormat, cutoff: date) -> Iterator[Fault]:
    """Yield code, what was expected and the rows at fault, for each rule of a column's contract."""
    present = cells.notna().to_numpy(dtype=bool)
    if column.required and not present.all():
        yield "data-required", "a value is required", ~present
    misread = present & ~_reads(cells, column, form)
    if misread.any():
        yield f"data-{column.type}", expected(column, form), misread
    sound = cells.mask(misread)
    if column.is_number:
        yield from _number_faults(sound, column, form)
    elif column.type == "date":
        yield from _date_faults(sound, column, form, cutoff)
    elif column.type == "text":
        yield from _text_faults(sound)


def _number_faults(cells: pd.Series[str], column: Column, form: FileFormat) -> Iterator[Fault]:
    numbers = convert(cells, column, form).to_numpy(dtype=float)
    low, high = column.range or (-LARGEST, LARGEST)
    outside = (numbers < low) | (numbers > high)
    if outside.any():
        yield "data-range", f"a value from {low:g} to {high:g} was expected", outside
    finer = _by_value(cells, lambda text: _decimals(plain(text, form)) > column.decimals)
    if column.type == "number" and finer.any():
        told = (
            f"at most {column.decimals} decimal{'s' * (column.decimals != 1)} were expected (decimals in the contract)"
        )
        yield "data-decimals", told, finer


def _decimals(text: str) -> int:
    """Return how many decimals a number has as it is written, trailing zeros apart."""
    return max(0, -int(Decimal(text).normalize().as_tuple().exponent))


def _date_faults(cells: pd.Series[str], column: Column, form: FileFormat, cutoff: date) -> Iterator[Fault]:
    dates = convert(cells, column, form)
    beyond = (dates > pd.Timestamp(cutoff)).to_numpy(dtype=bool)
    if beyond.any():
        yield "data-date-late", f"a date up to the data cut-off {cutoff} was expected", beyond
    before = (dates < pd.Timestamp(EARLIEST)).to_numpy(dtype=bool)
    if before.any():
        yield "data-date-early", f"a date from {EARLIEST} on was expected", before


def _text_faults(cells: pd.Series[str]) -> Iterator[Fault]:
    unprintable = _by_value(cells, lambda text: bool(glyphs.fault(text)))
    if unprintable.any():
        first = glyphs.fault(str(cells[unprintable].iloc[0]))
        yield "data-character", f"{first}; it cannot stand in the paper", unprintable
    padded = _by_value(cells, lambda text: text != text.strip())
    if padded.any():
        yield "data-blanks", "a text without blanks around it was expected", padded


def _reads(cells: pd.Series[str], column: Column, form: FileFormat) -> Mask:
    written = _by_value(cells, lambda text: well_formed(text, column, form))
    return written & convert(cells, column, form).notna().to_numpy(dtype=bool)


def _by_value(cells: pd.Series[str], holds: Callable[[str], bool]) -> Mask:
    """Return for each cell whether ``holds`` is true of it, asked once for each distinct value; False if missing."""
    answers = {value: holds(str(value)) for value in cells.dropna().unique()}
    return np.array([answers.get(value, False) for value in cells], dtype=bool)


def _keys(dataset: Dataset, frame: pd.DataFrame) -> Iterator[Finding]:
    shown = f"data/{dataset.file}"
    keys = frame[list(dataset.key)]
    named = " and ".join(dataset.key)
    lacking = keys.isna().any(axis=1).to_numpy(dtype=bool)
    if lacking.any():
        yield _finding("data-key-missing", shown, f"the key ({named}) is not complete", keys[dataset.key[0]], lacking)
    twice = keys.duplicated(keep=False).to_numpy(dtype=bool) & ~lacking
    if twice.any():
        yield _finding("data-key-twice", shown, f"two rows have the same key ({named})", keys[dataset.key[-1]], twice)


def _orphans(study: Study, data: Data) -> Iterator[Finding]:
    """Yield participants of one data set whom the participants' own data set (one row each) does not know."""
    homes = [name for name, dataset in study.datasets.items() if dataset.visit is None]
    if not homes:
        return
    home = study.datasets[homes[0]]
    known = set(data.frames[homes[0]][home.participant])
    for name, dataset in study.datasets.items():
        cells = data.frames[name][dataset.participant]
        unknown = ~cells.isin(list(known)).to_numpy(dtype=bool)
        if unknown.any():
            told = f"participants that data/{home.file} does not hold"
            yield _finding("data-orphan", f"data/{dataset.file}, column {dataset.participant}", told, cells, unknown)


def _finding(code: str, where: str, expected: str, cells: pd.Series[str], mask: Mask, *, shown: bool = True) -> Finding:
    """Return the finding of some rows; free text is never shown, for it may name a person."""
    rows = np.flatnonzero(mask)
    cases = tuple(f"line {cells.index[row]}{_came(cells.iloc[row]) if shown else ''}" for row in rows[:SHOWN_CASES])
    return Finding(code, where, expected, "correct it at the source and export again", cases, len(rows))


def _came(value: str | float) -> str:
    return f": {value[:40]!a}" if isinstance(value, str) else ": empty"
