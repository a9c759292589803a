"""Reading data files: text as it stands, then typed by each column's contract.

Rows are sorted by their key, so that the order of a file's rows changes no digit of a result.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import pandas as pd

from report.checking.cells import convert
from report.checking.queries import is_shadow
from report.errors import SHOWN_CASES, DataError, Finding, refuse_if_any
from report.lock.record import sha256_of
from report.study.data import Dataset
from report.study.model import Study

SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t"}


@dataclass(frozen=True)
class Reported:
    """A number that the data do not hold, with the source it was read from."""

    value: int
    source: str


@dataclass(frozen=True)
class Data:
    """The study's data: one frame of text a data set as read, reported numbers, and each file's fingerprint."""

    frames: Mapping[str, pd.DataFrame]
    reported: Mapping[tuple[str, str], Reported]
    fingerprints: Mapping[str, str]


def read(folder: Path, study: Study, elsewhere: Path | None = None) -> Data:
    """Return all data files of a study as text; DataError naming every file that cannot be read.

    ``elsewhere`` is the folder of the data files, when it is not the study's data/.
    """
    home = elsewhere or folder / "data"
    findings: list[Finding] = []
    frames, prints = {}, {}
    for name, dataset in study.datasets.items():
        path = home / dataset.file
        frame = read_text(path, f"data/{dataset.file}", findings, dataset.format.separator)
        if frame is not None:
            findings += _keyless(dataset, frame)
            frames[name], prints[f"data/{dataset.file}"] = frame, sha256_of(path)
    reported = _read_reported(home, study, prints, findings)
    refuse_if_any(findings, DataError, "{n} data file{s} cannot be read")
    prints["data/study.yaml"] = sha256_of(folder / "data" / "study.yaml")
    return Data(frames, reported, dict(sorted(prints.items())))


def _keyless(dataset: Dataset, frame: pd.DataFrame) -> list[Finding]:
    """Return a finding when a key column is missing: nobody could say whose the rows are."""
    lacking = [name for name in dataset.key if name not in frame.columns]
    if not lacking:
        return []
    told = f"a key column is missing: {' and '.join(lacking)}"
    remedy = f"the file has: {', '.join(map(str, frame.columns))}"
    return [Finding("data-missing-key", f"data/{dataset.file}", told, remedy)]


def read_text(path: Path, shown: str, findings: list[Finding], separator: str = "comma") -> pd.DataFrame | None:
    """Return a file's cells as text, indexed by the line on which each row begins; None when it cannot be read."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return _rows(file, shown, findings, separator)
    except FileNotFoundError:
        findings.append(Finding("data-missing-file", shown, "there is no such file", "put it there, or mend datasets"))
    except UnicodeDecodeError as fault:
        told = f"this is not UTF-8 text (byte {fault.start})"
        findings.append(Finding("data-encoding", shown, told, 'save it as "CSV UTF-8"'))
    except csv.Error as fault:
        findings.append(Finding("data-not-csv", shown, f"this is not a table of text: {fault}", "export it as CSV"))
    return None


def _rows(file: TextIO, shown: str, findings: list[Finding], separator: str) -> pd.DataFrame | None:
    reader = csv.reader(file, strict=True, delimiter=SEPARATORS[separator])
    header = next(reader, [])
    if fault := _header_fault(header, separator):
        findings.append(Finding("data-not-csv", shown, fault, "export it anew, or declare the data set's format"))
        return None
    rows, lines, begins = [], [], reader.line_num + 1
    for row in reader:
        if row:  # a blank line is no row
            rows.append(row)
            lines.append(begins)
        begins = reader.line_num + 1
    uneven = [line for row, line in zip(rows, lines, strict=True) if len(row) != len(header)]
    if uneven:
        cases = tuple(f"line {line}" for line in uneven[:SHOWN_CASES])
        told = f"rows whose number of fields is not that of the header ({len(header)})"
        findings.append(Finding("data-uneven", shown, told, "export the file again", cases, len(uneven)))
        return None
    frame = pd.DataFrame(rows, columns=header, index=pd.Index(lines, dtype=int), dtype=object)
    return frame.mask(frame == "")


def _header_fault(header: list[str], separator: str) -> str:
    if not "".join(header).strip():
        return "the file is empty"
    for other, mark in SEPARATORS.items():
        if len(header) == 1 and mark in header[0]:
            return f"it is separated by {other}s, and {separator}s were expected"
    twice = [name for name in dict.fromkeys(header) if header.count(name) > 1]
    return f"two columns have the same name: {', '.join(twice)}" if twice else ""


def _read_reported(
    home: Path, study: Study, prints: dict[str, str], findings: list[Finding]
) -> dict[tuple[str, str], Reported]:
    if study.reported is None:
        return {}
    shown = f"data/{study.reported}"
    frame = read_text(home / study.reported, shown, findings)
    if frame is None:
        return {}
    prints[shown] = sha256_of(home / study.reported)
    wanted = ["id", "arm", "value", "source"]
    if list(frame.columns) != wanted:
        findings.append(Finding("data-columns", shown, f"the columns must be {', '.join(wanted)}"))
        return {}
    return dict(_reported_rows(frame, shown, findings))


def _reported_rows(frame: pd.DataFrame, shown: str, findings: list[Finding]) -> list[tuple[tuple[str, str], Reported]]:
    rows: list[tuple[tuple[str, str], Reported]] = []
    seen: set[tuple[str, str]] = set()
    for line, name, arm, value, source in frame.fillna("").itertuples(name=None):
        if (name, arm) in seen:
            findings.append(Finding("data-key-twice", f"{shown}:{line}", f"{name} stands twice for this arm"))
        seen.add((str(name), str(arm)))
        if not re.fullmatch(r"[0-9]{1,12}", str(value)) or not source:
            told = "a reported number is a whole number with its source"
            findings.append(Finding("data-reported", f"{shown}:{line}", told, cases=(f"value {value!r}",)))
        else:
            rows.append(((str(name), str(arm)), Reported(int(value), str(source))))
    return rows


def typed(frame: pd.DataFrame, dataset: Dataset) -> pd.DataFrame:
    """Return a frame with typed columns, one row a key, sorted by it; numbers are floats, missing is NaN or NaT.

    What a cell's contract does not allow to be read is missing; columns of open queries stay beside their variables.
    """
    made = pd.DataFrame(
        {name: convert(frame[name], column, dataset.format) for name, column in dataset.columns.items()}
    )
    for name in filter(is_shadow, frame.columns):
        made[name] = frame[name]
    keyed = made[list(dataset.key)].notna().all(axis=1)
    again = made.duplicated(list(dataset.key)) & keyed
    return made[~again].sort_values(list(dataset.key), kind="stable", ignore_index=True)
