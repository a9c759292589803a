"""Our rows as the cells of R's cards and back, bit for bit.

A row has the columns of cards; an arm and a visit are its groups. What cards has no column for keeps the name that it
has here. Where a cell can hold text alone, ``stat_type`` says of what kind the value is: number, integer, logical or
text, and nothing where there is no value.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from report.ard import Results, Row, Stat
from report.errors import ResultsError
from report.exchange import ard_rows, reading

EXTRA = ("result_id", "analysis_id", "population", "method", "format_key", "unit", "disclosure", "reason", "query")
GROUPS = ("group1", "group1_level", "group2", "group2_level")
COLUMNS = (
    *GROUPS, "variable", "variable_level", "context", "stat_name", "stat_label", "stat", "stat_type", "fmt_fun",
    "warning", "error", *EXTRA,
)  # fmt: skip
VISIT = "visit"
_DECIMALS = ("fixed", "mean", "median", "points", "ratio")


def of(row: Row) -> dict[str, Any]:
    """Return a row as cells, those that are empty None; ResultsError where its value is no finite number."""
    if isinstance(row.stat, float) and not math.isfinite(row.stat):
        raise ResultsError(f"{row.result_id} is no finite number", remedy="this is a defect: please report it")
    groups = [(row.group1, row.group1_level)] if row.group1 else []
    groups += [(VISIT, row.visit)] if row.visit else []
    made: dict[str, Any] = dict.fromkeys(COLUMNS)
    for number, (name, level) in enumerate(groups, start=1):
        made |= {f"group{number}": name, f"group{number}_level": level or None}
    for name in ("variable", "variable_level", "context", "stat_name", "stat_label", "warning", "error", *EXTRA):
        made[name] = getattr(row, name) or None
    return {**made, "stat": row.stat, "stat_type": kind(row.stat), "fmt_fun": _digits(row.format_key)}


def kind(stat: Stat) -> str | None:
    """Return of what kind a value is."""
    if stat is None:
        return None
    return {bool: "logical", int: "integer", float: "number", str: "text"}[type(stat)]


def _digits(key: str) -> int | None:
    """Return the decimals of a format as cards notes them; None where a format is more than decimals."""
    name, _, argument = key.partition(":")
    if name == "count":
        return 0
    return int(argument) if name in _DECIMALS and argument else None


def written(stat: Stat) -> str | None:
    """Return a value as text that brings the same value back: a float with all its digits."""
    if stat is None or isinstance(stat, str):
        return stat
    return str(stat).upper() if isinstance(stat, bool) else repr(stat)


def row(cells: Mapping[str, Any]) -> Row:
    """Return the row that ``of`` made cells of; ResultsError where trialpress did not write them."""
    held = {name: ard_rows.alone(cell) for name, cell in cells.items()}
    if not held.get("result_id"):
        raise ResultsError("a row has no result_id: the file was not written by trialpress")
    named = ("variable", "variable_level", "context", "stat_name", "stat_label", "warning", "error", *EXTRA)
    texts = {name: str(held.get(name) or "") for name in named}
    return Row(**{**texts, **_groups(held)}, stat=_read(held.get("stat"), held.get("stat_type") or ""))


def _groups(held: Mapping[str, Any]) -> dict[str, str]:
    """Return what a row's groups say: its own group and level, and its visit."""
    pairs = [(held.get(f"group{number}") or "", held.get(f"group{number}_level") or "") for number in (1, 2)]
    own = [pair for pair in pairs if pair[0] not in ("", VISIT)] or [("", "")]
    return {"group1": own[0][0], "group1_level": own[0][1], "visit": dict(pairs).get(VISIT, "")}


def _read(value: Any, kind_of: str) -> Stat:
    """Return a value of a kind from a cell that holds it, or its text."""
    if not kind_of:
        return None
    if kind_of == "logical":
        return value in (True, "TRUE")
    if kind_of == "text":
        return "" if value is None else str(value)
    return int(value) if kind_of == "integer" else float(value)


def results(file: reading.Cells, header: Mapping[str, Any] | None = None) -> Results:
    """Return the results of a file that trialpress wrote; a CSV has its header beside it."""
    return Results(file.header if header is None else header, map(row, file.rows))
