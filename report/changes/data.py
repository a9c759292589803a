"""What changed in the data: rows added, removed and changed, by key, and the cells that changed.

Old and new value of a cell are named only in a column of numbers or of coded levels, where the key names no person, and
where the cell holds what such a column may hold. Text, dates, identifiers and, in a blinded comparison, columns
that could tell an arm are named as changed, without a value. Rows whose key names a person are told by their line.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from report.changes.blinding import Blinding
from report.changes.sides import Side
from report.lock import differences
from report.lock import record as locks
from report.lock.differences import Line, Reading, Table
from report.study.data import Column, Dataset
from report.study.model import Study
from report.study.places import STUDY_FILE

EMPTY = "empty"
NUMBER = re.compile(r"[-+]?\d{1,15}(\.\d{1,15})?")
LONGEST = 40


@dataclass(frozen=True, slots=True)
class Cell:
    """A changed cell: its column, and what it held and holds where that may be shown ("" where not, and why)."""

    column: str
    was: str = ""
    now: str = ""
    hidden: str = ""


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """A row that was added, removed or changed: its key or line, and the cells."""

    kind: Literal["changed", "added", "removed"]
    where: str
    cells: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """A data file that differs: what is to be said of it as a whole, and its rows."""

    name: str
    told: str
    rows: tuple[ChangedRow, ...] = ()


def compare(old: Side, new: Side, blinding: Blinding) -> tuple[ChangedFile, ...]:
    """Return how each data file differs, by the manifests of both sides."""
    before, after = _manifest(old), _manifest(new)
    names = [name for name in sorted({*before, *after}) if before.get(name) != after.get(name)]
    return tuple(_file(name, before.get(name), after.get(name), old, new, blinding) for name in names)


def _manifest(side: Side) -> dict[str, str]:
    return {name: sha for name, sha in side.header["inputs"].items() if name != str(STUDY_FILE)}


def _file(name: str, was: str | None, now: str | None, old: Side, new: Side, blinding: Blinding) -> ChangedFile:
    if was is None or now is None:
        return ChangedFile(name, "the file is new" if was is None else "the file is no longer read")
    contents = [_content(side, name, sha) for side, sha in ((old, was), (new, now))]
    study = new.declared or old.declared
    if contents[0] is None or contents[1] is None or study is None:
        return ChangedFile(name, "its content is another; rows cannot be named, for a copy of it is not at hand")
    return _compared(name, was, contents[0], contents[1], study, blinding)


def _content(side: Side, name: str, sha256: str) -> bytes | None:
    """Return a data file's content where it is at hand and is the one that the edition was made from."""
    folder = side.edition.data if side.edition is not None else None
    path = folder / name.removeprefix("data/") if folder is not None else Path()
    content = path.read_bytes() if path.is_file() else b""
    return content if hashlib.sha256(content).hexdigest() == sha256 else None


def _compared(name: str, was: str, old: bytes, new: bytes, study: Study, blinding: Blinding) -> ChangedFile:
    how = locks.reading_of(study, name)
    before, after = differences.table(old, how), differences.table(new, how)
    if before is None or after is None:
        return ChangedFile(name, f"its content is another, and one of the two is not {how.expected}")
    told = differences.between(was, before.columns, len(before.rows), how, new, old).told
    is_keyed = bool(how.key) and set(how.key) <= set(before.columns) & set(after.columns)
    blinded = frozenset(_revealing(study, name)) if blinding.hides_allocation else frozenset[str]()
    is_value = name == f"data/{study.reported}" and not blinding.hides_allocation
    contract = _Contract(how, _dataset(study, name), blinded, is_value)
    return ChangedFile(name, told, tuple(contract.rows(before, after)) if is_keyed else ())


def _dataset(study: Study, name: str) -> Dataset | None:
    return next((each for each in study.datasets.values() if f"data/{each.file}" == name), None)


def _revealing(study: Study, name: str) -> Iterator[str]:
    """Yield the columns of a file that could tell an arm: the arm itself, what reveals it, all of a sealed file."""
    where = study.design.allocation
    for of, dataset in study.datasets.items():
        if name == f"data/{dataset.file}":
            given = where.column if where is not None and where.dataset == of else ""
            hides = (n for n, c in dataset.columns.items() if n == given or c.reveals_arm or dataset.sealed)
            yield from hides


@dataclass(frozen=True, slots=True)
class _Contract:
    """How the rows of a file are told apart, and what of its cells may be shown."""

    how: Reading
    dataset: Dataset | None
    blinded: frozenset[str]
    shows_value: bool = False

    def rows(self, before: Table, after: Table) -> Iterator[ChangedRow]:
        """Yield the rows that differ: the changed ones, then the added, then the removed."""
        old, new = self._by_key(before), self._by_key(after)
        pairs = [(k, o, n) for k in old if k in new for o, n in zip(old[k], new[k], strict=False)]
        for key, was, now in pairs:
            if cells := tuple(self._cells(before, after, was, now)):
                yield ChangedRow("changed", self._where(key, now, ""), cells)
        for key, lines in new.items():
            yield from (ChangedRow("added", self._where(key, e, "")) for e in lines[len(old.get(key, [])) :])
        for key, lines in old.items():
            older = " of the older file"
            yield from (ChangedRow("removed", self._where(key, e, older)) for e in lines[len(new.get(key, [])) :])

    def _by_key(self, of: Table) -> dict[tuple[str, ...], list[Line]]:
        places = [of.columns.index(name) for name in self.how.key]
        found: dict[tuple[str, ...], list[Line]] = {}
        for row in of.rows:
            found.setdefault(tuple(_at(row, place) for place in places), []).append(row)
        return found

    def _where(self, key: tuple[str, ...], row: Line, of: str) -> str:
        """Return the row's key; its line where the key names a person, or looks as if it did."""
        is_shown = not self.how.is_hidden and all(_is_code(part) for part in key[:1])
        return ", ".join(part[:LONGEST] or "(empty)" for part in key) if is_shown else f"line {row.number}{of}"

    def _cells(self, before: Table, after: Table, was: Line, now: Line) -> Iterator[Cell]:
        for place, column in enumerate(before.columns):
            if column in after.columns:
                old, new = _at(was, place), _at(now, after.columns.index(column))
                if old != new:
                    yield self._cell(column, old, new)

    def _cell(self, column: str, was: str, now: str) -> Cell:
        if why := self.hides(column):
            return Cell(column, hidden=why)
        contract = self.dataset.columns[column] if self.dataset is not None else Column(type="number")
        shown = [_shown(cell, contract, self.dataset) for cell in (was, now)]
        if None in shown:
            return Cell(column, hidden="one of the two is not what this column may hold, and is not shown")
        return Cell(column, str(shown[0]), str(shown[1]))

    def hides(self, column: str) -> str:
        """Return why the values of a column are not shown; empty where they may be."""
        if column in self.blinded:
            return "it may reveal an arm: its values are not shown in a blinded comparison"
        if self.how.is_hidden:
            return "values are not shown: the key of this file names a person"
        if self.dataset is None:  # reported numbers: value is a number, and by arm
            return "" if column == "value" and self.shows_value else "values of this column are not shown"
        contract = self.dataset.columns.get(column)
        if contract is None:
            return "values are not shown: the study file does not declare this column"
        if contract.identifier or not (contract.is_number or contract.type == "category"):
            kind = "identifier" if contract.identifier else contract.type
            return f"values are not shown: the column is of type {kind}"
        return ""


def _shown(cell: str, contract: Column, dataset: Dataset | None) -> str | None:
    """Return a cell that holds what its column may hold; None for any other."""
    if not cell.strip():
        return EMPTY
    if contract.type == "category":
        label = contract.levels.get(cell)
        return None if label is None else cell if label.casefold() == cell.casefold() else f"{cell} ({label})"
    comma = dataset is not None and dataset.format.decimal == "comma"
    return cell if NUMBER.fullmatch(cell.replace(",", ".", 1) if comma else cell) else None


def _is_code(text: str) -> bool:
    return any(c.isdigit() for c in text) and not any(c.isspace() for c in text)


def _at(row: Line, place: int) -> str:
    return row.cells[place] if place < len(row.cells) else ""


def counted(files: Sequence[ChangedFile]) -> Mapping[str, int]:
    """Return how many rows were changed, added and removed in all files."""
    kinds = ("changed", "added", "removed")
    return {kind: sum(row.kind == kind for file in files for row in file.rows) for kind in kinds}
