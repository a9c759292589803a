"""A table of SAS as a plain CSV: a row an estimate, and a column a statistic, by their ODS names.

The columns that say what a row is of are named ``analysis``, ``arm``, ``visit``, ``variable`` and ``level``, or the
study file says by ``groups`` which they are. Every other column is a statistic. A missing value is empty or a point, as
SAS writes it (.A to .Z and ._ are special missing values). ``<.0001`` is a bound and no value: it is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from report.ard import Stat
from report.exchange import names, reading
from report.exchange.ard_rows import ArdRow
from report.study.read_in import ReadIn

ROLES = ("analysis", "arm", "visit", "variable", "level")
MISSING = re.compile(r"|\.[A-Z_]?")
BOUND = re.compile(r"\s*[<>].*")
_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?")


def read(path: Path, declared: ReadIn) -> tuple[ArdRow, ...]:
    """Return the statistics of a table; ValueError, in words, where it is not of that shape."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = reading.csv_rows(file.read())
    if not lines:
        raise ValueError("it holds no row")
    of_column = _roles(list(lines[0]), declared)
    statistics = _statistics([name for name in lines[0] if name not in of_column], declared)
    if faults := [fault for number, line in enumerate(lines, start=2) for fault in _faults(number, line, statistics)]:
        raise ValueError("; ".join(faults[:5]) + (f"; and {len(faults) - 5} more" if len(faults) > 5 else ""))
    return tuple(row for line in lines for row in _rows(line, of_column, statistics, declared))


def _roles(columns: Sequence[str], declared: ReadIn) -> dict[str, str]:
    """Return what each column is that tells rows apart."""
    named = {name: declared.groups[name] for name in columns if name in declared.groups}
    usual = {name: name.lower() for name in columns if name.lower() in ROLES and name not in named}
    return {**{name: role for name, role in usual.items() if role not in named.values()}, **named}


def _statistics(columns: Sequence[str], declared: ReadIn) -> dict[str, str]:
    """Return our name of each statistic; ValueError where a column is none that is known."""
    given = {name: declared.statistics.get(name) or names.SAS.get(name.lower(), "") for name in columns}
    if unknown := [name for name, ours in given.items() if not ours]:
        told = f"{', '.join(unknown)}: what this is, is not known"
        raise ValueError(f"{told}; write in read_in statistics: {{{unknown[0]}: estimate}} or groups: {{...: level}}")
    twice = sorted({ours for ours in given.values() if list(given.values()).count(ours) > 1})
    if twice:
        columns_of = [name for name, ours in given.items() if ours == twice[0]]
        raise ValueError(f"{' and '.join(columns_of)} are both {twice[0]}; write statistics for one of them in read_in")
    return given


def _faults(number: int, line: Mapping[str, str], statistics: Mapping[str, str]) -> Iterator[str]:
    for column in statistics:
        cell = line[column].strip()
        if BOUND.fullmatch(cell):
            told = f"line {number}, {column} is a bound such as <.0001, and no value"
            yield f"{told}: write the number, by format {column} best32.; before it is exported"
        elif not MISSING.fullmatch(cell) and not _NUMBER.fullmatch(cell):
            yield f"line {number}, {column} is no number"


def _rows(
    line: Mapping[str, str], of_column: Mapping[str, str], statistics: Mapping[str, str], declared: ReadIn
) -> Iterator[ArdRow]:
    """Yield a row a statistic; one that the whole table lacks in a line, such as P of a mean, is left out there."""
    groups = tuple(
        (column, line[column].strip()) for column, role in of_column.items()
        if role != "variable" and line[column].strip()
    )  # fmt: skip
    named = next((line[column].strip() for column, role in of_column.items() if role == "variable"), "")
    for column, called in statistics.items():
        stat, missing = _value(line[column].strip()), MISSING.fullmatch(line[column].strip())
        name, stat = ("conf.level", _level(stat)) if called == "alpha" else (called, stat)
        yield ArdRow(
            groups=groups, variable=named or str(declared.variable or ""), variable_level="", context="",
            stat_name=name, stat_label=names.LABELS.get(name, column), stat=stat,
            reason="no value was given" if missing else "",
        )  # fmt: skip


def _value(cell: str) -> Stat:
    if MISSING.fullmatch(cell):
        return None
    return int(cell) if cell.lstrip("+-").isdigit() else float(cell)


def _level(alpha: Stat) -> Stat:
    """Return the confidence level of an alpha: 0.95 of 0.05, by the decimal digits that were written."""
    return float(1 - Decimal(str(alpha))) if isinstance(alpha, int | float) else None
