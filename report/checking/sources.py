"""Reading data files: text as it stands, then typed by each column's contract.

Rows are sorted by their key, so that the order of a file's rows changes no digit of a result.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import pandas as pd

from report import glyphs
from report.checking import sas_files
from report.checking.cells import LARGEST, convert, rounded
from report.checking.queries import is_shadow
from report.errors import SHOWN_CASES, DataError, Finding, refuse_if_any
from report.lock import sealed
from report.lock.fingerprints import sha256_of
from report.modes import Treatment
from report.study.data import SEPARATORS, Dataset
from report.study.hidden import hidden, readable
from report.study.model import Study
from report.study.places import STUDY_FILE


@dataclass(frozen=True)
class Reported:
    """A number that the data do not hold, with the source it was read from; None where it is hidden."""

    value: int | None
    source: str


@dataclass(frozen=True)
class Data:
    """The study's data: one frame of text a data set as read, reported numbers, and each file's fingerprint."""

    frames: Mapping[str, pd.DataFrame]
    reported: Mapping[tuple[str, str], Reported]
    fingerprints: Mapping[str, str]


def read(folder: Path, study: Study, elsewhere: Path | None = None, treatment: Treatment | None = None) -> Data:
    """Return all data files of a study as text; DataError naming every file that cannot be read.

    ``elsewhere`` is the folder of the data files, when it is not the study's data/. Under a ``treatment`` that is not
    the real one, sealed files are not opened and columns that reveal the arms are dropped before anything looks at
    them; numbers that are reported by arm are hidden, or pooled into one. Where nobody names it, nothing sealed is
    read.
    """
    treatment = treatment or study.cautious_treatment
    home = elsewhere or folder / "data"
    findings: list[Finding] = []
    frames, prints = {}, {}
    unread = hidden(study, treatment)
    for name, dataset in readable(study, treatment).datasets.items():
        path = home / dataset.file
        place = study.where("datasets", name, "file")
        frame = _read(path, dataset, findings, place)
        if frame is not None:
            frame = _rounded(_only(frame, dataset), dataset)[
                [column for column in frame.columns if not unread.has(name, column)]
            ]
            findings += _keyless(dataset, frame)
            frames[name], prints[f"data/{dataset.file}"] = frame, sha256_of(path)
            findings += sealed.fault(dataset, prints[f"data/{dataset.file}"], place)
    reported = _seen(_read_reported(home, study, prints, findings), study, treatment)
    refuse_if_any(findings, DataError, "the data files have {n} fault{s} to mend before anything can be computed")
    prints[str(STUDY_FILE)] = sha256_of(folder / STUDY_FILE)
    return Data(frames, reported, dict(sorted(prints.items())))


def _read(path: Path, dataset: Dataset, findings: list[Finding], place: str) -> pd.DataFrame | None:
    """Return a data file's cells as text; None where it cannot be read."""
    if dataset.is_sas:
        return sas_files.read(path, dataset, findings, place)
    frame = read_text(path, f"data/{dataset.file}", findings, dataset.format.separator, place)
    return frame if frame is None or dataset.format.names == "as_written" else _in_small(frame, dataset, findings)


def _in_small(frame: pd.DataFrame, dataset: Dataset, findings: list[Finding]) -> pd.DataFrame | None:
    """Return a frame with its names in small letters; None where two names are then one."""
    names = [str(name).lower() for name in frame.columns]
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if not twice:
        return frame.set_axis(names, axis=1)
    told = f"two columns are named {twice[0]}, in large and in small letters"
    findings.append(Finding("data-not-csv", f"data/{dataset.file}", told, "name each column once"))
    return None


def _only(frame: pd.DataFrame, dataset: Dataset) -> pd.DataFrame:
    """Return the rows that the data set takes; all where a column is not there, which is told elsewhere."""
    for name, values in dataset.only.items():
        if name in frame.columns:
            frame = frame[frame[name].isin(list(values))]
    return frame


def _rounded(frame: pd.DataFrame, dataset: Dataset) -> pd.DataFrame:
    """Return a frame whose computed columns are rounded to their resolution."""
    for name, column in dataset.columns.items():
        if column.computed and name in frame.columns:
            told = {text: rounded(str(text), column, dataset.format) for text in frame[name].dropna().unique()}
            frame = frame.assign(**{name: frame[name].map(told)})
    return frame


def _seen(
    reported: Mapping[tuple[str, str], Reported], study: Study, treatment: Treatment
) -> Mapping[tuple[str, str], Reported]:
    """Return the reported numbers as they may be seen: of all; of arms only where these are the true ones."""
    of_all = {key: number for key, number in reported.items() if not key[1]}
    by_arm = {key: number for key, number in reported.items() if key[1]}
    if treatment == "real":
        return reported
    if treatment == "dummy":
        return {**of_all, **{key: Reported(None, number.source) for key, number in by_arm.items()}}
    return {**_pooled(by_arm, [arm.id for arm in study.design.arms]), **of_all}


def _pooled(by_arm: Mapping[tuple[str, str], Reported], arms: Sequence[str]) -> dict[tuple[str, str], Reported]:
    """Return the sum over all arms of each number that every arm has."""
    made = {}
    for name in dict.fromkeys(name for name, _ in by_arm):
        numbers = [by_arm[name, arm] for arm in arms if (name, arm) in by_arm]
        if len(numbers) == len(arms):
            of_sources = "; ".join(dict.fromkeys(number.source for number in numbers))
            made[name, ""] = Reported(sum(number.value or 0 for number in numbers), of_sources)
    return made


def _keyless(dataset: Dataset, frame: pd.DataFrame) -> list[Finding]:
    """Return a finding when a key column is missing: nobody could say whose the rows are."""
    lacking = [name for name in dataset.key if name not in frame.columns]
    if not lacking:
        return []
    header = Header(dataset, frame)
    told = f"a key column is missing: {' and '.join(lacking)}"
    return [Finding("data-missing-key", f"data/{dataset.file}", told, header.remedy(lacking))]


@dataclass(frozen=True)
class Header:
    """The names in a file's first line, beside those that the study file declares.

    A first line that holds few declared names may be a participant's row: then nothing of it is ever shown.
    """

    dataset: Dataset
    frame: pd.DataFrame

    @property
    def names(self) -> list[str]:
        """The names in the file."""
        return [str(name) for name in self.frame.columns]

    @property
    def is_one(self) -> bool:
        """Whether the first line holds at least half of the declared names."""
        return 2 * len(set(self.names) & set(self.dataset.columns)) >= len(self.dataset.columns)

    def near(self, name: str) -> str:
        """Return an undeclared name in the file that is the same but for blanks, capitals and marks; or nothing."""
        free = {_bare(other): other for other in self.names if other not in self.dataset.columns}
        return free.get(_bare(name), "")

    def remedy(self, lacking: Sequence[str]) -> str:
        """Return what to do about names that are not there."""
        found = [f"{near!r} is there: name it {name}" for name in lacking if (near := self.near(name))]
        if found:
            return "; ".join(found)
        if not self.is_one:
            declared = ", ".join(self.dataset.columns)
            return f"the first line must name the columns ({declared}); was it lost in the export?"
        extra = [name for name in self.names if name not in self.dataset.columns]
        return f"the file has instead: {', '.join(extra)}" if extra else "export the file with this column"


def _bare(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).casefold()


def read_text(
    path: Path, shown: str, findings: list[Finding], separator: str = "comma", named_by: str = ""
) -> pd.DataFrame | None:
    """Return a file's cells as text, indexed by the line on which each row begins; None when it cannot be read.

    ``named_by`` is the place of the study file that names it, empty for a file that is always called the same.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        remedy = "put it there" + (f", or correct its name at {named_by}" if named_by else "")
        findings.append(Finding("data-missing-file", shown, "there is no such file", remedy))
    except UnicodeDecodeError as fault:
        findings.append(_not_utf8(shown, fault))
    except OSError as fault:
        told = f"it cannot be opened: {fault.strerror or fault}"
        findings.append(Finding("data-missing-file", shown, told, "a file of text was expected here"))
    else:
        return _rows(io.StringIO(text, newline=""), shown, findings, separator, may_differ=bool(named_by))
    return None


def _not_utf8(shown: str, fault: UnicodeDecodeError) -> Finding:
    """Return what a file of bytes is, if it is known, or the line of the first byte that is no UTF-8."""
    content = bytes(fault.object)
    if content.startswith(b"PK"):
        told = "this is a workbook of a spreadsheet program, not text"
    elif content.startswith((b"\xff\xfe", b"\xfe\xff")):
        told = "this is UTF-16 text, and UTF-8 was expected"
    else:
        line = content.count(b"\n", 0, fault.start) + 1
        told = f"this is not UTF-8 text (first on line {line})"
    return Finding("data-encoding", shown, told, 'open it where it was made and save it as "CSV UTF-8"')


def _rows(
    file: TextIO, shown: str, findings: list[Finding], separator: str, *, may_differ: bool
) -> pd.DataFrame | None:
    reader = csv.reader(file, strict=True, delimiter=SEPARATORS[separator])
    try:
        header = next(reader, [])
        if fault := _header_fault(header, separator, may_differ=may_differ):
            findings.append(Finding("data-not-csv", shown, *fault))
            return None
        rows, lines = _numbered(reader)
    except csv.Error as fault:
        findings.append(Finding("data-not-csv", f"{shown}:{reader.line_num}", *_not_csv(fault)))
        return None
    uneven = [(line, len(row)) for row, line in zip(rows, lines, strict=True) if len(row) != len(header)]
    if uneven:
        findings.append(_uneven(shown, len(header), uneven, len(rows)))
        return None
    frame = pd.DataFrame(rows, columns=header, index=pd.Index(lines, dtype=int), dtype=object)
    return frame.mask(frame == "")


def _numbered(reader: Any) -> tuple[list[list[str]], list[int]]:
    """Return the rows and the line on which each begins; a blank line is no row."""
    rows, lines, begins = [], [], reader.line_num + 1
    for row in reader:
        if row:
            rows.append(row)
            lines.append(begins)
        begins = reader.line_num + 1
    return rows, lines


def _not_csv(fault: csv.Error) -> tuple[str, str]:
    """Return what a reader's complaint means and what to do about it."""
    if "unexpected end of data" in str(fault):
        return 'a quotation mark (") is opened and not closed, on this line or before', "close it, or take it out"
    if "expected after" in str(fault):
        return 'a quotation mark (") stands within a value', 'double it (""), or take it out'
    return f"this is not a table of text: {fault}", "export it as CSV"


def _uneven(shown: str, columns: int, uneven: list[tuple[int, int]], rows: int) -> Finding:
    cases = tuple(f"line {line}: {fields} value{'s' * (fields != 1)}" for line, fields in uneven[:SHOWN_CASES])
    told = f"rows with another number of values than the {columns} column{'s' * (columns > 1)} of the header"
    remedy = "a text with a separator in it needs quotation marks around it; or export the file again"
    if len(uneven) == rows:
        remedy = "is there a title above the names of the columns? Take it out; or export the file again"
    return Finding("data-uneven", shown, told, remedy, cases, len(uneven))


def _header_fault(header: list[str], separator: str, *, may_differ: bool) -> tuple[str, str] | None:
    """Return what hinders a first line from being a header, and the remedy; None when nothing does."""
    if not "".join(header).strip():
        return "the file is empty", "export it again"
    for other, mark in SEPARATORS.items():
        if len(header) == 1 and mark in header[0]:
            remedy = f"; or declare format: {{separator: {other}}} in its data set" if may_differ else ""
            told = f"its values are separated by {other}s, and {separator}s were expected"
            return told, f"export it with {separator}s{remedy}"
    if any(not name.strip() for name in header):
        number = next(n for n, name in enumerate(header, start=1) if not name.strip())
        told = f"column {number} of the first line has no name"
        return told, "name it; or was the line of the names lost in the export?"
    twice = [name for name in dict.fromkeys(header) if header.count(name) > 1]
    if twice:
        places = ", ".join(str(n) for n, name in enumerate(header, start=1) if name == twice[0])
        return f"columns {places} have the same name", "name each column once"
    return None


def _read_reported(
    home: Path, study: Study, prints: dict[str, str], findings: list[Finding]
) -> dict[tuple[str, str], Reported]:
    if study.reported is None:
        return {}
    shown = f"data/{study.reported}"
    frame = read_text(home / study.reported, shown, findings, named_by=study.where("reported"))
    if frame is None:
        return {}
    prints[shown] = sha256_of(home / study.reported)
    wanted = ["id", "arm", "value", "source"]
    if list(frame.columns) != wanted:
        told, remedy = "the first line does not name its columns", f"it must be {','.join(wanted)}"
        findings.append(Finding("data-columns", shown, told, remedy))
        return {}
    if frame.empty:
        findings.append(Finding("data-empty", shown, "there is no row under the header", "enter the reported numbers"))
    return dict(_reported_rows(frame, shown, findings))


def _reported_rows(frame: pd.DataFrame, shown: str, findings: list[Finding]) -> list[tuple[tuple[str, str], Reported]]:
    rows: list[tuple[tuple[str, str], Reported]] = []
    seen: set[tuple[str, str]] = set()
    for line, name, arm, value, source in frame.fillna("").itertuples(name=None):
        where = f"{shown}:{line}"
        if (name, arm) in seen:
            told = f"{name} stands twice{f' for arm {arm}' if arm else ''}"
            findings.append(Finding("data-key-twice", where, told, "take one of the two lines out"))
        seen.add((str(name), str(arm)))
        if faults := list(_reported_faults(str(value), str(source))):
            findings += [Finding("data-reported", where, *fault) for fault in faults]
        else:
            rows.append(((str(name), str(arm)), Reported(int(value), str(source))))
    return rows


def _reported_faults(value: str, source: str) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a reported number, and the remedy."""
    if not re.fullmatch(r"[0-9]{1,12}", value):
        came = f", not {value[:20]!r}" if value else "; it is empty"
        yield f"value must be a whole number{came}", "write the number that the source gives"
    if not source.strip():
        yield "source is empty: a number that the data do not hold needs one", "say where it was read"
    elif why := glyphs.fault(source):
        yield f"source: {why}; it cannot stand in the paper", "write it otherwise"


def typed(frame: pd.DataFrame, dataset: Dataset) -> pd.DataFrame:
    """Return a frame with typed columns, one row a key, sorted by it; numbers are floats, missing is NaN or NaT.

    What a cell's contract does not allow to be read is missing; columns of open queries stay beside their variables.
    """
    made = pd.DataFrame(
        {name: _sane(convert(frame[name], column, dataset.format)) for name, column in dataset.columns.items()}
    )
    for name in filter(is_shadow, frame.columns):
        made[name] = frame[name]
    keyed = made[list(dataset.key)].notna().all(axis=1)
    again = made.duplicated(list(dataset.key)) & keyed
    return made[~again].sort_values(list(dataset.key), kind="stable", ignore_index=True)


def _sane(values: pd.Series) -> pd.Series:
    """Return values without numbers beyond any measurement, on which sums would run over."""
    return values.where(values.abs() <= LARGEST) if pd.api.types.is_float_dtype(values) else values
