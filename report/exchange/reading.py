"""Files of analysis results datasets: JSON flat or nested, CSV and Parquet, each as rows.

A fault of a file is a ValueError in words; that of a row names the row.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from report.ard import COLUMNS
from report.exchange import names
from report.exchange.ard_rows import ArdRow, of

HEADER = "trialpress"  # the name of the header in the metadata of a Parquet file
OURS = frozenset(COLUMNS) - {"group1", "group1_level", "visit", "stat", *names.STANDARD}
_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?")
_TRUTH = {"TRUE": True, "FALSE": False}


@dataclass(frozen=True)
class ArdFile:
    """What a file holds: rows, and the header where it has one."""

    rows: tuple[ArdRow, ...]
    header: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Cells:
    """A file as it is written: the cells of each row by column, and the header where it has one."""

    rows: list[Any]
    header: Mapping[str, Any] = field(default_factory=dict)


def read(path: Path) -> ArdFile:
    """Return the rows of a file by its ending; ValueError, in words, where it is not of that shape."""
    found = cells(path)
    typed = found.rows if path.suffix == ".json" else [_typed(row) for row in found.rows]
    return ArdFile(tuple(_rows(typed)), found.header)


def cells(path: Path) -> Cells:
    """Return the cells of a file, those of a CSV as text; ValueError, in words, where it is not of that shape."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return Cells([*csv_rows(file.read())])
    if path.suffix == ".parquet":
        return _parquet(path)
    return _json(json.loads(path.read_text(encoding="utf-8-sig"), parse_constant=_no_number))


def _no_number(name: str) -> None:
    raise ValueError(f"it holds {name}, which is no number")


def _json(content: Any) -> Cells:
    header = content.get("header", {}) if isinstance(content, dict) else {}
    if isinstance(content, dict) and isinstance(content.get("rows"), list):
        return Cells(content["rows"], header)
    if isinstance(content, dict) and isinstance(content.get("variable"), dict):
        return Cells(list(_leaves({"variable": content["variable"]}, {})), header)
    if isinstance(content, list):
        return Cells(content)
    raise ValueError("it is no ARD: a list of rows, or a tree that begins with variable, was expected")


def _rows(found: list[Any]) -> Iterator[ArdRow]:
    """Yield the rows; ValueError by the number of the first that is none, or where there is none at all."""
    if not found:
        raise ValueError("it holds no row")
    for number, each in enumerate(found, start=1):
        if not isinstance(each, dict):
            raise ValueError(f"row {number} is no row of columns")
        try:
            yield of(each, OURS)
        except ValueError as fault:
            raise ValueError(f"row {number}: {fault}") from None


def _leaves(tree: Mapping[str, Any], above: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Yield the rows of a nested list: names of columns and their values alternate down to the statistic."""
    if "stat" in tree or "statistic" in tree:
        yield {**above, **tree}
        return
    for column, values in tree.items():
        if not isinstance(values, dict):
            raise ValueError(f"{column} of the nested list holds no values")
        for value, below in values.items():
            if not isinstance(below, dict):
                raise ValueError(f"{column} {value} of the nested list holds no statistic")
            yield from _leaves(below, {**above, column: value})


def csv_rows(content: str) -> list[dict[str, str]]:
    """Return the cells of a CSV by line and column, as they are written; ValueError where it is none."""
    lines = csv.reader(io.StringIO(content, newline=""), strict=True)
    try:
        head, *rows = lines
    except csv.Error as fault:
        raise ValueError(f"this is not CSV: {fault}") from None
    except ValueError:
        raise ValueError("it is empty") from None
    if len(set(head)) < len(head):
        raise ValueError("two columns have the same name")
    for number, row in enumerate(rows, start=2):
        if len(row) != len(head):
            raise ValueError(
                f"line {number} has {len(row)} cell{'s' * (len(row) != 1)}, and the header has {len(head)}"
            )
    return [dict(zip(head, row, strict=True)) for row in rows]


def _typed(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the cells of a row, its value as a number or truth where it is written as one."""
    key = "statistic" if "statistic" in row else "stat"
    given = {name: cell for name, cell in row.items() if cell not in ("", None) or name in (key, "stat_type")}
    written = given.get(key)
    if isinstance(written, str) and "stat_type" not in row:
        given[key] = _TRUTH.get(written, _number(written)) if written not in ("", "NA") else None
    return given


def _number(written: str) -> Any:
    if not _NUMBER.fullmatch(written.strip()):
        return written
    return int(written) if written.strip().lstrip("+-").isdigit() else float(written)


def _parquet(path: Path) -> Cells:
    import fastparquet  # start-up time: only wanted for a file of this kind

    content = io.BytesIO(path.read_bytes())  # the library would leave a file open
    try:
        file = fastparquet.ParquetFile(content)
        frame = file.to_pandas()
    except Exception as fault:  # whatever the library makes of a damaged file
        raise ValueError(f"this is not a Parquet file that can be read ({type(fault).__name__})") from None
    header = json.loads(file.key_value_metadata.get(HEADER, "{}"))
    return Cells([_scalars(row) for row in frame.to_dict("records")], header)


def _scalars(row: Mapping[Any, Any]) -> dict[str, Any]:
    """Return the cells of a frame's row as plain values, None where one is missing."""
    plain = {str(name): cell.tolist() if hasattr(cell, "tolist") else cell for name, cell in row.items()}
    return {name: None if isinstance(cell, float) and cell != cell else cell for name, cell in plain.items()}
