"""The check: every fault of the data against its contract, all at once, before anything is computed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from report import glyphs
from report.checking import sources
from report.checking.cells import LARGEST, convert, is_record, may_be_shown, misread, plain, well_formed
from report.checking.faults import Fault, Spot
from report.checking.sources import Data
from report.study.data import Column, Dataset, FileFormat
from report.study.model import Study

Mask = npt.NDArray[np.bool_]
Waived = Literal["", "as written", "missing"]

EARLIEST = date(1900, 1, 1)
AT_SOURCE = "correct it at the source and export again"


def check(study: Study, data: Data) -> list[Fault]:
    """Return every fault of every data file against its contract, in the order of the study file."""
    faults: list[Fault] = []
    for name, dataset in study.datasets.items():
        frame = data.frames[name]
        found = [*_columns(dataset, frame), *_cells(study, dataset, frame), *_keys(dataset, frame)]
        faults += [replace(fault, dataset=name) for fault in found]
    return [*faults, *(orphans(study, data) if home_is_sound(study, faults) else [])]


def _columns(dataset: Dataset, frame: pd.DataFrame) -> Iterator[Fault]:
    shown, header = f"data/{dataset.file}", sources.Header(dataset, frame)
    missing = [name for name in dataset.columns if name not in frame.columns]
    extra = [name for name in header.names if name not in dataset.columns and not _renamed(header, missing, name)]
    for name in missing:
        yield Fault("data-missing-column", shown, f"missing column: {name}", header.remedy([name]), column=name)
    if extra and dataset.refuses_undeclared:
        told = f"column{'s' if len(extra) > 1 else ''} that the study file does not declare: {', '.join(extra)}"
        remedy = "declare it in the data set's columns, or leave it out of the export; or write undeclared: not_read"
        yield Fault("data-extra-column", shown, told, remedy)


def _renamed(header: sources.Header, missing: list[str], name: str) -> bool:
    return any(header.near(each) == name for each in missing)


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
    for rule in rules:
        if rule.code == "data-required" and name in dataset.key:
            continue  # told as a key that is not complete
        spots = spots_of(dataset, frame, rule.mask, name)
        kept: Waived = "" if name in dataset.key or _is_arm(study, dataset, name) else rule.waived_as
        where = f"data/{dataset.file}, column {name}"
        yield Fault(rule.code, where, rule.told, rule.remedy, column=name, spots=spots, waived_as=kept)


def _is_arm(study: Study, dataset: Dataset, name: str) -> bool:
    """Return whether a column holds the arms: without one a participant would be in no arm, and lost in silence."""
    where = study.design.allocation
    return where is not None and study.datasets[where.dataset] is dataset and name == where.column


class Rule(NamedTuple):
    """A broken rule of a contract: its code, what was expected, the rows, what a waiver makes of them, the remedy."""

    code: str
    told: str
    mask: Mask
    waived_as: Waived
    remedy: str = AT_SOURCE


def _faults(cells: pd.Series[str], column: Column, form: FileFormat, cutoff: date) -> Iterator[Rule]:
    """Yield each rule of a contract that cells break."""
    present = cells.notna().to_numpy(dtype=bool)
    if column.required and not present.all():
        yield Rule("data-required", "a value is required", ~present, "missing")
    unread = present & ~_reads(cells, column, form)
    if unread.any():
        told, remedy = misread(list(cells[unread]), column, form)
        yield Rule(f"data-{column.type}", told, unread, "missing", remedy)
    sound = cells.mask(unread)
    if column.is_number:
        yield from _number_faults(sound, column, form)
    elif column.type == "date":
        yield from _date_faults(sound, column, form, cutoff)
    elif column.type == "text":
        yield from _text_faults(sound)
    if column.unique and (twice := (cells.duplicated(keep=False) & cells.notna()).to_numpy(dtype=bool)).any():
        yield Rule("data-unique", "a value that stands only once in the file was expected", twice, "as written")


def _number_faults(cells: pd.Series[str], column: Column, form: FileFormat) -> Iterator[Rule]:
    numbers = convert(cells, column, form).to_numpy(dtype=float)
    low, high = column.range or (-LARGEST, LARGEST)
    outside = (numbers < low) | (numbers > high)
    if outside.any():
        kept: Waived = "as written" if column.range else ""
        yield Rule("data-range", f"a value from {low:g} to {high:g} was expected", outside, kept)
    step = Decimal(repr(column.resolution))
    finer = _by_value(cells, lambda text: not _is_multiple(Decimal(plain(text, form)), step))
    if finer.any():
        told = f"a multiple of {step.normalize():f} was expected (resolution)"
        yield Rule("data-resolution", told, finer, "as written")


def _is_multiple(value: Decimal, step: Decimal) -> bool:
    """Return whether a number as it is written is a whole number of steps; one beyond any measurement is not asked."""
    return abs(value) > LARGEST or value % step == 0


def _date_faults(cells: pd.Series[str], column: Column, form: FileFormat, cutoff: date) -> Iterator[Rule]:
    dates = convert(cells, column, form)
    beyond = (dates > pd.Timestamp(cutoff)).to_numpy(dtype=bool)
    if beyond.any():
        yield Rule("data-date-late", f"a date up to the data cut-off {cutoff} was expected", beyond, "as written")
    before = (dates < pd.Timestamp(EARLIEST)).to_numpy(dtype=bool)
    if before.any():
        yield Rule("data-date-early", f"a date from {EARLIEST} on was expected", before, "as written")


def _order_faults(frame: pd.DataFrame, name: str, column: Column, dataset: Dataset) -> Iterator[Rule]:
    if column.not_before is None or column.not_before not in frame.columns:
        return
    mine, other = (convert(frame[each], dataset.columns[each], dataset.format) for each in (name, column.not_before))
    earlier = (mine < other).to_numpy(dtype=bool)
    if earlier.any():
        yield Rule("data-date-order", f"a date on or after {column.not_before} was expected", earlier, "as written")


def _text_faults(cells: pd.Series[str]) -> Iterator[Rule]:
    unprintable = _by_value(cells, lambda text: bool(glyphs.fault(text)))
    if unprintable.any():
        first = glyphs.fault(str(cells[unprintable].iloc[0]))
        yield Rule("data-character", f"{first}; it cannot stand in the paper", unprintable, "")
    padded = _by_value(cells, lambda text: text != text.strip())
    if padded.any():
        yield Rule("data-blanks", "a text without blanks around it was expected", padded, "")


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
            told = f"{name} is empty, and nobody can say whose the row is (its key is {named})"
            spots = spots_of(dataset, frame, lacking, "")
            yield Fault("data-key-missing", f"{shown}, column {name}", told, column=name, spots=spots)
    twice = (keys.duplicated(keep=False) & keys.notna().all(axis=1)).to_numpy(dtype=bool)
    if twice.any():
        told = f"two rows have the same key ({named})"
        remedy = "find out which row holds, and correct or take out the other at the source"
        yield Fault("data-key-twice", shown, told, remedy, spots=spots_of(dataset, frame, twice, ""))


def home_is_sound(study: Study, faults: Iterable[Fault]) -> bool:
    """Return whether the participants' own data set says who takes part; if not, asking about others would be echo."""
    key = study.datasets[study.participants].participant
    blamed = [fault for fault in faults if fault.dataset == study.participants]
    return not any(f.column == key or f.code in ("data-key-twice", "data-empty") for f in blamed)


def orphans(study: Study, data: Data) -> Iterator[Fault]:
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

    Neither an identifier, nor free text, nor what looks like a name is ever shown, as the value or as the record.
    """
    return tuple(_spot(dataset, frame, int(row), column) for row in np.flatnonzero(mask))


def _spot(dataset: Dataset, frame: pd.DataFrame, row: int, column: str) -> Spot:
    who = _text(frame[dataset.participant].iloc[row])
    named = not dataset.columns[dataset.participant].identifier and is_record(who)
    visit = _text(frame[dataset.visit].iloc[row]) if dataset.visit else ""
    value, hint = ("", "") if not column else _shown(frame[column].iloc[row], dataset, column)
    return Spot(int(frame.index[row]), who if named else "", visit, value, hint)


def _shown(cell: object, dataset: Dataset, column: str) -> tuple[str, str]:
    """Return a cell as it may be shown, and what to say where it may not."""
    text, contract = _text(cell), dataset.columns[column]
    if contract.identifier or (contract.type == "text" and column not in dataset.key):
        return "", ""
    if not text:
        return "", "empty"
    if column == dataset.participant:
        return (text, "") if is_record(text) else ("", "not shown, for it may be a name")
    if contract.type == "text":
        return text, ""
    return (text, "") if may_be_shown(text, contract) else ("", "words, not shown")


def _text(cell: object) -> str:
    return cell if isinstance(cell, str) else ""
