"""What tells a data file from the one that was locked: columns, rows by key, line ends; never what a cell holds."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from report.sas_files import NotRead, SasTable, read_bytes
from report.study.data import SEPARATORS

BOM = b"\xef\xbb\xbf"
SHOWN_COLUMNS = 6
LONGEST_KEY = 40


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file is read: its separator, the columns that tell its rows apart, and whether these name a person.

    ``sas`` is the name of a file of SAS, empty for a text, and ``encoding`` that of its text. Names ``in_capitals`` are
    told in small letters.
    """

    separator: str = "comma"
    key: tuple[str, ...] = ()
    is_hidden: bool = False
    sas: str = ""
    encoding: str = "utf-8"
    in_capitals: bool = False

    @property
    def expected(self) -> str:
        """What the file is expected to be."""
        return "a SAS data file" if self.sas else "a table of UTF-8 text"


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a file: the line on which it begins, and its cells."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A file's header and its rows."""

    columns: tuple[str, ...]
    rows: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs, in words, and the rows in which it does."""

    told: str
    cases: tuple[str, ...] = ()


def table(content: bytes, how: Reading) -> Table | None:
    """Return a file's header and rows, a blank line being no row; None when it is not the table that was expected."""
    try:
        if how.sas:
            return _of_sas(read_bytes(content, how.sas, how.encoding))
        text = io.StringIO(content.decode("utf-8-sig"), newline="")
        found = _read(csv.reader(text, delimiter=SEPARATORS[how.separator]))
        return replace(found, columns=tuple(map(str.lower, found.columns))) if how.in_capitals else found
    except (UnicodeDecodeError, csv.Error, NotRead):
        return None


def _of_sas(read: SasTable) -> Table:
    rows = zip(*(read.cells[name] for name in read.columns), strict=True)
    filled = (tuple(cell or "" for cell in row) for row in rows)
    return Table(read.columns, tuple(Line(number, cells) for number, cells in enumerate(filled, start=1)))


def _read(reader: Iterator[list[str]]) -> Table:
    header = next(reader, [])
    rows, begins = [], reader.line_num + 1  # type: ignore[attr-defined]
    for cells in reader:
        if cells:
            rows.append(Line(begins, tuple(cells)))
        begins = reader.line_num + 1  # type: ignore[attr-defined]
    return Table(tuple(header), tuple(rows))


def between(
    locked_as: str, columns: Sequence[str], rows: int, how: Reading, new: bytes, old: bytes | None
) -> Difference:
    """Return what tells a file's content from the one locked under this sha256, with these columns and rows.

    ``old`` is the locked content where its copy is at hand; without it, rows are counted and not named.
    """
    if written := "" if how.sas else _written_otherwise(locked_as, new, old):
        return Difference(written)
    now = table(new, how)
    if now is None:
        return Difference(f"it is no longer {how.expected}")
    told = [*_columns(columns, now.columns), *_count(rows, len(now.rows))]
    before = table(old, how) if old is not None else None
    if before is None:
        return Difference("; ".join([*told, "which rows differ cannot be said: there is no copy of the locked file"]))
    return _rows(told, before, now, how)


def _written_otherwise(locked_as: str, new: bytes, old: bytes | None) -> str:
    """Return how a file was saved anew without a change of its text: by line ends, by a byte-order mark, or both."""
    for mark in (b"", BOM):
        for end in (b"\n", b"\r\n"):
            body = _plain(new).replace(b"\n", end)
            if hashlib.sha256(mark + body).hexdigest() == locked_as:
                return _saved_anew(marks=mark != _mark(new), ends=body != new.removeprefix(BOM))
    if old is not None and _plain(old) == _plain(new):
        return _saved_anew(marks=_mark(old) != _mark(new), ends=True)
    return ""


def _saved_anew(*, marks: bool, ends: bool) -> str:
    parts = [*(["line ends"] if ends else []), *(["byte-order mark"] if marks else [])]
    return f"only its {' and '.join(parts)} differ{'' if ends else 's'}; every cell is the same"


def _plain(content: bytes) -> bytes:
    return content.removeprefix(BOM).replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _mark(content: bytes) -> bytes:
    return BOM if content.startswith(BOM) else b""


def _columns(old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    if not set(old) & set(new):  # the first row may be a participant's: its cells are not told
        yield "its first row is not the locked header"
        return
    if missing := [name for name in old if name not in new]:
        yield f"missing: {_few(missing)}"
    if extra := [name for name in new if name not in old]:
        yield f"not locked: {_few(extra)}"
    if sorted(old) == sorted(new) and tuple(old) != tuple(new):
        yield "its columns stand in another order"


def _count(locked: int, found: int) -> Iterator[str]:
    if locked != found:
        yield f"{found} row{'' if found == 1 else 's'} instead of {locked}"


def _few(names: Sequence[str]) -> str:
    shown = ", ".join(_readable(name) for name in names[:SHOWN_COLUMNS])
    more = len(names) - SHOWN_COLUMNS
    return f"column{'' if len(names) == 1 else 's'} {shown}{f' and {more} more' if more > 0 else ''}"


def _readable(text: str) -> str:
    shown = "".join(c if c.isprintable() else "?" for c in text[:LONGEST_KEY])
    return shown + ("..." if len(text) > LONGEST_KEY else "")


def _rows(told: list[str], before: Table, now: Table, how: Reading) -> Difference:
    """Return the rows that were added, removed or changed, by key or, where that names a person, by line."""
    if before.columns == now.columns and _cells(before) == _cells(now):
        marks = "its date or its labels" if how.sas else "quotation marks or blank lines"
        return Difference(f"only the way it is written differs ({marks}); every cell is the same")
    if before.columns == now.columns and sorted(_cells(before)) == sorted(_cells(now)):
        return Difference("only the order of its rows differs; every cell is the same")
    key = how.key or (before.columns if before.columns == now.columns else ())
    if not key or not set(key) <= set(before.columns) & set(now.columns):
        return Difference("; ".join([*told, "its rows cannot be compared: the columns of their key are not there"]))
    found = _compared(before, now, key)
    counted = [f"{len(rows)} row{'' if len(rows) == 1 else 's'} {kind}" for kind, rows in found.items() if rows]
    named = how.key and not how.is_hidden
    cases = [_case(kind, each, named=bool(named)) for kind, rows in found.items() for each in rows]
    return Difference("; ".join([*told, *counted]), tuple(cases))


def _cells(of: Table) -> list[tuple[str, ...]]:
    return [row.cells for row in of.rows]


@dataclass(frozen=True, slots=True)
class _Row:
    """A row that differs: its key, its line (of the locked copy where it was removed), the changed columns."""

    key: tuple[str, ...]
    line: int
    columns: tuple[str, ...] = ()


def _compared(before: Table, now: Table, key: Sequence[str]) -> dict[str, list[_Row]]:
    old, new = _by_key(before, key), _by_key(now, key)
    shared = [(n, before.columns.index(n), now.columns.index(n)) for n in before.columns if n in now.columns]
    found: dict[str, list[_Row]] = {"changed": [], "added": [], "removed": []}
    for which in dict.fromkeys([*new, *old]):
        olds, news = old.get(which, []), new.get(which, [])
        for was, row in zip(olds, news, strict=False):
            if changed := tuple(name for name, a, b in shared if _at(was, a) != _at(row, b)):
                found["changed"].append(_Row(which, row.number, changed))
        found["added"] += [_Row(which, row.number) for row in news[len(olds) :]]
        found["removed"] += [_Row(which, row.number) for row in olds[len(news) :]]
    return found


def _by_key(of: Table, key: Iterable[str]) -> dict[tuple[str, ...], list[Line]]:
    places = [of.columns.index(name) for name in key]
    found: dict[tuple[str, ...], list[Line]] = {}
    for row in of.rows:
        found.setdefault(tuple(_at(row, place) for place in places), []).append(row)
    return found


def _at(row: Line, place: int) -> str:
    return row.cells[place] if place < len(row.cells) else ""


def _case(kind: str, row: _Row, *, named: bool) -> str:
    if named:
        where = ", ".join(_readable(part) or "(empty)" for part in row.key)
    else:
        where = f"line {row.line}{' of the locked copy' if kind == 'removed' else ''}"
    return f"{where}: {kind}" if kind != "changed" else f"{where}: changed in {_few(row.columns)}"
