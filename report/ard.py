"""The results file: one row per statistic, in the shape of R's ``cards``.

Rows are raw and unrounded. A value that cannot be estimated has ``stat`` None and a ``reason``, which is printed in
its place; one that rests on open queries has ``stat`` None and names them in ``query``; ``error`` marks a computation
that failed, and a paper is never built from such a row.
The file is JSON with one row a line, so that two locks can be compared line by line; numbers are written with as many
digits as bring the same number back.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from report.errors import ResultsError

FORMAT = 2
Stat = float | int | str | bool | None
# contexts of rows that compare nothing
DESCRIPTIONS = ("disposition", "population", "queries", "summary", "tabulate", "waiver")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One statistic. ``group1`` is ``arm`` in a comparison of arms and ``participant`` in an individual row."""

    result_id: str
    analysis_id: str
    group1: str = ""
    group1_level: str = ""
    variable: str
    variable_level: str = ""
    visit: str = ""
    population: str = ""
    context: str
    method: str
    stat_name: str
    stat_label: str
    stat: Stat = None
    format_key: str
    unit: str = ""
    disclosure: str = "aggregate"
    reason: str = ""
    query: str = ""
    warning: str = ""
    error: str = ""

    @property
    def is_pooled(self) -> bool:
        """Whether it describes participants without a look at their arms."""
        return self.group1 != "arm" and self.context in DESCRIPTIONS

    @property
    def is_by_arm(self) -> bool:
        """Whether it is of one arm, or compares one with the reference."""
        return self.group1 == "arm"

    def number(self) -> float:
        """Return the value as a number; ResultsError where the row holds none."""
        if isinstance(self.stat, bool) or not isinstance(self.stat, int | float):
            raise ResultsError(f"{self.result_id} holds no number: {self.reason or self.stat!r}")
        return self.stat


COLUMNS = tuple(field.name for field in fields(Row))


def name_result(analysis_id: str, *levels: str, stat_name: str) -> str:
    """Return a result's id: the analysis, the levels that tell it apart, and the statistic, joined by dots."""
    return ".".join([analysis_id, *(_plain(level) for level in levels if level), stat_name])


def within(analysis_id: str, level: str) -> str:
    """Return the id of an analysis within a level, such as that of the terms of a class; its own for no level."""
    return f"{analysis_id}.{_plain(level)}" if level else analysis_id


def _plain(level: str) -> str:
    """Return a level as part of an id: other marks than letters by their number, so that <5 and ≥5 stay apart."""
    return "".join(c if c.isalnum() or c in "_-" else "-" if c == " " else f"~{ord(c):x}" for c in level)


class Results:
    """All rows of one results file, with a header that says what they were computed from."""

    def __init__(self, header: Mapping[str, Any], rows: Iterable[Row]) -> None:
        self.header = dict(header)
        self.rows = tuple(rows)
        self._by_id = {row.result_id: row for row in self.rows}
        self._by_analysis: dict[Stat, list[Row]] = {}  # nearly every look-up names the analysis
        for row in self.rows:
            self._by_analysis.setdefault(row.analysis_id, []).append(row)
        doubled = [name for name, n in Counter(row.result_id for row in self.rows).items() if n > 1]
        if doubled:
            raise ResultsError(f"two results have the same id: {', '.join(sorted(doubled)[:10])}")

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def by_id(self, result_id: str) -> Row:
        """Return the row of that id; ResultsError otherwise."""
        try:
            return self._by_id[result_id]
        except KeyError:
            raise ResultsError(f"there is no result named {result_id}", remedy=self._near(result_id)) from None

    def _near(self, result_id: str) -> str:
        import difflib  # start-up time: only wanted when something is missing

        close = difflib.get_close_matches(result_id, list(self._by_id), n=3)
        return f"near it: {', '.join(close)}" if close else ""

    def select(self, **where: Stat) -> list[Row]:
        """Return the rows whose named columns hold these values, in the file's order."""
        unknown = set(where) - set(COLUMNS)
        if unknown:
            raise ResultsError(f"results have no column {', '.join(sorted(unknown))}; they have {', '.join(COLUMNS)}")
        among = self._by_analysis.get(where["analysis_id"], []) if "analysis_id" in where else self.rows
        return [row for row in among if all(getattr(row, column) == value for column, value in where.items())]

    def one(self, **where: Stat) -> Row:
        """Return the one row that matches; ResultsError when none or several do."""
        found = self.select(**where)
        if len(found) == 1:
            return found[0]
        asked = ", ".join(f"{column}={value!r}" for column, value in where.items())
        if not found:
            raise ResultsError(f"no result matches {asked}", remedy=self._near(str(where.get("analysis_id", asked))))
        several = ", ".join(row.result_id for row in found[:5])
        raise ResultsError(f"{len(found)} results match {asked}: {several}", remedy="say which, by visit, arm or level")


def write(path: Path, results: Results) -> None:
    """Write the results aside and then in one step in place of the old file; ResultsError on a failed row."""
    aside = path.with_suffix(".new")
    aside.write_text(text(results), encoding="utf-8", newline="\n")
    aside.replace(path)


def text(results: Results) -> str:
    """Return the results as their file holds them; ResultsError on a failed row."""
    failed = [f"{row.result_id}: {row.error}" for row in results if row.error]
    if failed:
        raise ResultsError(f"{len(failed)} results could not be computed: " + "; ".join(failed[:10]))
    lines = ",\n".join(_line(row) for row in results)
    header = json.dumps({"format": FORMAT, **results.header}, ensure_ascii=False, sort_keys=True, allow_nan=False)
    return f'{{"header": {header},\n"rows": [\n{lines}\n]}}\n'


def _line(row: Row) -> str:
    shown = {name: getattr(row, name) for name in COLUMNS}
    kept = {name: value for name, value in shown.items() if value not in ("", None)}
    return json.dumps(kept, ensure_ascii=False, allow_nan=False)


def read(path: Path) -> Results:
    """Return the results of a file; ResultsError when it is missing, broken or of another format."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        header, rows = content["header"], content["rows"]
    except FileNotFoundError:
        raise ResultsError(f"there is no {path.name}", remedy="run `make report`, which computes it first") from None
    except (ValueError, KeyError, TypeError) as fault:
        raise ResultsError(f"{path.name} is not a results file: {fault}", remedy="delete it and run make") from None
    if header.get("format") != FORMAT:
        raise ResultsError(
            f"{path.name} has format {header.get('format')}, this version reads {FORMAT}",
            remedy="delete it and run make",
        )
    return Results(header, (_row(line) for line in rows))


def _row(line: Mapping[str, Any]) -> Row:
    try:
        return Row(**line)
    except TypeError as fault:  # a column that there is not, or one that is missing
        told = str(fault).removeprefix("Row.__init__() ")
        raise ResultsError(
            f"a row of results.json is not one of ours: {told}", remedy="delete it and run make"
        ) from None
