"""The check: every fault of the data against its contract, all at once, before anything is computed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from report import glyphs
from report.checking.cells import convert, expected, plain, well_formed
from report.checking.faults import Fault, Spot
from report.checking.sources import Data
from report.study.data import Column, Dataset, FileFormat
from report.study.model import Study

Mask = npt.NDArray[np.bool_]
Waived = Literal["", "as written", "missing"]

EARLIEST = date(1900, 1, 1)
LARGEST = 1e12  # beyond what any measurement needs and well within what a float holds exactly to six decimals


def check(study: Study, data: Data) -> list[Fault]:
    """Return every fault of every data file against its contract, in the order of the study file."""
    faults: list[Fault] = []
    for name, dataset in study.datasets.items():
        frame = data.frames[name]
        found = [*_columns(dataset, frame), *_cells(study, dataset, frame), *_keys(dataset, frame)]
        faults += [replace(fault, dataset=name) for fault in found]
    return [*faults, *_orphans(study, data)]


def _columns(dataset: Dataset, frame: pd.DataFrame) -> Iterator[Fault]:
    shown = f"data/{dataset.file}"
    missing = [name for name in dataset.columns if name not in frame.columns]
    extra = [str(name) for name in frame.columns if name not in dataset.columns]
    for name in missing:
        told = f"missing column: {name}"
        yield Fault(
            "data-missing-column", shown, told, f"the file has: {', '.join(map(str, frame.columns))}", column=name
        )
    if extra:
        told = f"column{'s' if len(extra) > 1 else ''} without a contract: {', '.join(extra)}"
        yield Fault("data-extra-column", shown, told, "declare it under datasets, or leave it out of the export")


def _cells(study: Study, dataset: Dataset, frame: pd.DataFrame) -> Iterator[Fault]:
    if frame.empty:
        yield Fault("data-empty", f"data/{dataset.file}", "there is no row under the header", "export the file again")
        return
    for name, column in dataset.columns.items():
        if name in frame.columns:
            yield from _column_cells(study, dataset, frame, name, column)


def _column_cells(study: Study, dataset: Dataset, frame: pd.DataFrame, name: str, column: Column) -> Iterator[Fault]:
    rules = list(_faults(frame[name], column, dataset.format, study.study.data_cutoff))
    rules += list(_order_faults(frame, name, column, dataset))
    for code, told, mask, waived_as in rules:
        if code == "data-required" and name in dataset.key:
            continue  # told as a key that is not complete
        shown = name if column.type != "text" else ""  # free text may name a person
        spots = spots_of(dataset, frame, mask, shown)
        kept: Waived = "" if name in dataset.key else waived_as
        yield Fault(code, f"data/{dataset.file}, column {name}", told, column=name, spots=spots, waived_as=kept)


Rule = tuple[str, str, Mask, Waived]


def _faults(cells: pd.Series[str], column: Column, form: FileFormat, cutoff: date) -> Iterator[Rule]:
    """Yield code, what was expected, the rows at fault and what a waiver makes of them, for each rule of a contract."""
    present = cells.notna().to_numpy(dtype=bool)
    if column.required and not present.all():
        yield "data-required", "a value is required", ~present, "missing"
    misread = present & ~_reads(cells, column, form)
    if misread.any():
        yield f"data-{column.type}", expected(column, form), misread, "missing"
    sound = cells.mask(misread)
    if column.is_number:
        yield from _number_faults(sound, column, form)
    elif column.type == "date":
        yield from _date_faults(sound, column, form, cutoff)
    elif column.type == "text":
        yield from _text_faults(sound)
    if column.unique and (twice := (cells.duplicated(keep=False) & cells.notna()).to_numpy(dtype=bool)).any():
        yield "data-unique", "a value that stands only once in the file was expected", twice, "as written"


def _number_faults(cells: pd.Series[str], column: Column, form: FileFormat) -> Iterator[Rule]:
    numbers = convert(cells, column, form).to_numpy(dtype=float)
    low, high = column.range or (-LARGEST, LARGEST)
    outside = (numbers < low) | (numbers > high)
    if outside.any():
        kept: Waived = "as written" if column.range else ""
        yield "data-range", f"a value from {low:g} to {high:g} was expected", outside, kept
    step = Decimal(repr(column.resolution))
    finer = _by_value(cells, lambda text: not _is_multiple(Decimal(plain(text, form)), step))
    if finer.any():
        yield "data-resolution", f"a multiple of {step.normalize():f} was expected (resolution)", finer, "as written"


def _is_multiple(value: Decimal, step: Decimal) -> bool:
    """Return whether a number as it is written is a whole number of steps; one beyond any measurement is not asked."""
    return abs(value) > LARGEST or value % step == 0


def _date_faults(cells: pd.Series[str], column: Column, form: FileFormat, cutoff: date) -> Iterator[Rule]:
    dates = convert(cells, column, form)
    beyond = (dates > pd.Timestamp(cutoff)).to_numpy(dtype=bool)
    if beyond.any():
        yield "data-date-late", f"a date up to the data cut-off {cutoff} was expected", beyond, "as written"
    before = (dates < pd.Timestamp(EARLIEST)).to_numpy(dtype=bool)
    if before.any():
        yield "data-date-early", f"a date from {EARLIEST} on was expected", before, "as written"


def _order_faults(frame: pd.DataFrame, name: str, column: Column, dataset: Dataset) -> Iterator[Rule]:
    if column.not_before is None or column.not_before not in frame.columns:
        return
    mine, other = (convert(frame[each], dataset.columns[each], dataset.format) for each in (name, column.not_before))
    earlier = (mine < other).to_numpy(dtype=bool)
    if earlier.any():
        yield "data-date-order", f"a date on or after {column.not_before} was expected", earlier, "as written"


def _text_faults(cells: pd.Series[str]) -> Iterator[Rule]:
    unprintable = _by_value(cells, lambda text: bool(glyphs.fault(text)))
    if unprintable.any():
        first = glyphs.fault(str(cells[unprintable].iloc[0]))
        yield "data-character", f"{first}; it cannot stand in the paper", unprintable, ""
    padded = _by_value(cells, lambda text: text != text.strip())
    if padded.any():
        yield "data-blanks", "a text without blanks around it was expected", padded, ""


def _reads(cells: pd.Series[str], column: Column, form: FileFormat) -> Mask:
    written = _by_value(cells, lambda text: well_formed(text, column, form))
    return written & convert(cells, column, form).notna().to_numpy(dtype=bool)


def _by_value(cells: pd.Series[str], holds: Callable[[str], bool]) -> Mask:
    """Return for each cell whether ``holds`` is true of it, asked once for each distinct value; False if missing."""
    answers = {value: holds(str(value)) for value in cells.dropna().unique()}
    return np.array([answers.get(value, False) for value in cells], dtype=bool)


def _keys(dataset: Dataset, frame: pd.DataFrame) -> Iterator[Fault]:
    shown = f"data/{dataset.file}"
    keys = frame[list(dataset.key)]
    named = " and ".join(dataset.key)
    for name in dataset.key:
        lacking = keys[name].isna().to_numpy(dtype=bool)
        if lacking.any():
            told = f"the key ({named}) is not complete"
            yield Fault("data-key-missing", shown, told, column=name, spots=spots_of(dataset, frame, lacking, ""))
    twice = (keys.duplicated(keep=False) & keys.notna().all(axis=1)).to_numpy(dtype=bool)
    if twice.any():
        told = f"two rows have the same key ({named})"
        remedy = "find out which row holds, and take the other out at the source"
        yield Fault("data-key-twice", shown, told, remedy, spots=spots_of(dataset, frame, twice, dataset.key[-1]))


def _orphans(study: Study, data: Data) -> Iterator[Fault]:
    """Yield participants of one data set whom the participants' own data set (one row each) does not know."""
    home = study.datasets[study.participants]
    if not home.is_one_row_each:
        return
    known = set(data.frames[study.participants][home.participant])
    for name, dataset in study.datasets.items():
        frame = data.frames[name]
        cells = frame[dataset.participant]
        unknown = (~cells.isin(list(known)) & cells.notna()).to_numpy(dtype=bool)
        if unknown.any():
            told = f"participants that data/{home.file} does not hold"
            where = f"data/{dataset.file}, column {dataset.participant}"
            spots = spots_of(dataset, frame, unknown, dataset.participant)
            yield Fault("data-orphan", where, told, dataset=name, column=dataset.participant, spots=spots)


def spots_of(dataset: Dataset, frame: pd.DataFrame, mask: Mask, column: str) -> tuple[Spot, ...]:
    """Return the spots of the marked rows, with the values of ``column`` where one is named.

    An identifier is never shown, neither as the value nor as the record.
    """
    lines = np.flatnonzero(mask)
    cells = frame[column].iloc[lines] if column else pd.Series([None] * len(lines))
    keys = (frame[name].iloc[lines] if name else [None] * len(lines) for name in (dataset.participant, dataset.visit))
    shown = column != "" and not dataset.columns[column].identifier
    named = not dataset.columns[dataset.participant].identifier
    return tuple(
        Spot(
            int(frame.index[line]),
            _text(record) if named else "",
            _text(visit),
            _text(cell) if shown else "",
            empty=shown and pd.isna(cell),
        )
        for line, cell, record, visit in zip(lines, cells, *keys, strict=True)
    )


def _text(cell: object) -> str:
    return cell if isinstance(cell, str) else ""
