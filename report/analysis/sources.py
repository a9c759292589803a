"""Reading data files: text as it stands, then typed by each column's contract.

Rows are sorted by their key, so that the order of a file's rows changes no digit of a result.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from report.errors import DataError, Finding, refuse_if_any
from report.study import Column, Dataset, Study


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


def read(folder: Path, study: Study) -> Data:
    """Return all data files of a study as text; DataError naming every file that cannot be read."""
    findings: list[Finding] = []
    frames, prints = {}, {}
    for name, dataset in study.datasets.items():
        path = folder / "data" / dataset.file
        frame = _read_text(path, f"data/{dataset.file}", findings)
        if frame is not None:
            frames[name], prints[f"data/{dataset.file}"] = frame, fingerprint(path)
    reported = _read_reported(folder, study, prints, findings)
    refuse_if_any(findings, DataError, "{n} data file{s} cannot be read")
    prints["data/study.yaml"] = fingerprint(folder / "data" / "study.yaml")
    return Data(frames, reported, dict(sorted(prints.items())))


def fingerprint(path: Path) -> str:
    """Return the sha256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read_text(path: Path, shown: str, findings: list[Finding]) -> pd.DataFrame | None:
    try:
        return pd.read_csv(path, dtype=str, keep_default_na=False, na_values=[""], encoding="utf-8-sig")
    except FileNotFoundError:
        findings.append(Finding("data-missing-file", shown, "there is no such file", "put it there, or mend datasets"))
    except UnicodeDecodeError as fault:
        findings.append(
            Finding("data-encoding", shown, f"this is not UTF-8 text (byte {fault.start})", "export it as UTF-8")
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError, csv.Error) as fault:
        told = " ".join(str(fault).split())
        findings.append(
            Finding("data-not-csv", shown, f"this is not a comma-separated table: {told}", "export it as CSV")
        )
    return None


def _read_reported(
    folder: Path, study: Study, prints: dict[str, str], findings: list[Finding]
) -> dict[tuple[str, str], Reported]:
    if study.reported is None:
        return {}
    shown = f"data/{study.reported}"
    frame = _read_text(folder / shown, shown, findings)
    if frame is None:
        return {}
    prints[shown] = fingerprint(folder / shown)
    wanted = ["id", "arm", "value", "source"]
    if list(frame.columns) != wanted:
        findings.append(Finding("data-columns", shown, f"the columns must be {', '.join(wanted)}"))
        return {}
    return dict(_reported_rows(frame, shown, findings))


def _reported_rows(frame: pd.DataFrame, shown: str, findings: list[Finding]) -> list[tuple[tuple[str, str], Reported]]:
    rows: list[tuple[tuple[str, str], Reported]] = []
    for line, (name, arm, value, source) in enumerate(frame.fillna("").itertuples(index=False, name=None), start=2):
        if not str(value).isdecimal() or not source:
            told = "a reported number is a whole number with its source"
            findings.append(Finding("data-reported", f"{shown}:{line}", told, cases=(f"value {value!r}",)))
        else:
            rows.append(((str(name), str(arm)), Reported(int(value), str(source))))
    return rows


def typed(frame: pd.DataFrame, dataset: Dataset) -> pd.DataFrame:
    """Return a checked frame with typed columns, sorted by its key; numbers are floats, missing is NaN or NaT."""
    made = pd.DataFrame({name: convert(frame[name], column) for name, column in dataset.columns.items()})
    return made.sort_values(list(dataset.key), kind="stable", ignore_index=True)


def convert(cells: pd.Series[str], column: Column) -> pd.Series:
    """Return one column of text in the type of its contract; what does not fit becomes missing."""
    if column.type in ("number", "integer"):
        return pd.to_numeric(cells, errors="coerce")
    if column.type == "date":
        return pd.to_datetime(cells, format="%Y-%m-%d", errors="coerce")
    if column.type == "category":
        return pd.Series(pd.Categorical(cells, categories=list(column.levels), ordered=True), index=cells.index)
    return cells.astype(object)
