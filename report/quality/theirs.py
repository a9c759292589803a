"""The second programmer's file: a row a result, by its id or by the columns that make it, and its raw value.

    result_id                                                              or, instead of it,
    analysis_id, stat_name, group1_level, variable_level, visit            the last three where they tell results apart
    stat                                                                   raw, with a decimal point; NA: not estimable
    programmer, program, software, method, level, lock, study              where wanted

A file that does not say what it should is refused with every fault at once, before anything is compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pandas as pd

from report import glyphs
from report.ard import Results, Row
from report.checking import sources
from report.errors import SHOWN_CASES, DataError, Finding, refuse_if_any
from report.study.faults import among

KEYS = ("analysis_id", "stat_name", "group1_level", "variable_level", "visit")
TOLD = ("programmer", "program", "software", "method")
COLUMNS = ("result_id", *KEYS, "stat", *TOLD, "level", "lock", "study")
LEVELS = ("double", "review", "self")
NOT_ESTIMABLE = ("na", "nan", "not estimable")
REFUSED = "{n} fault{s} in the second programmer's file; nothing was compared"


@dataclass(frozen=True, slots=True)
class Theirs:
    """One of their results: its line, the row of ours that it names (None where we have none), its value as written.

    ``level`` is how it was checked: ``double`` by a second program, ``review`` of the code, ``self`` by its own author.
    """

    line: int
    named: str
    ours: Row | None
    stat: str
    level: str = "double"
    told: Mapping[str, str] | None = None

    @property
    def number(self) -> Decimal | None:
        """The value as a number, None where it is none."""
        return number(self.stat)

    @property
    def is_not_estimable(self) -> bool:
        """Whether they say that there is no value."""
        return self.stat.casefold() in NOT_ESTIMABLE

    def said(self, column: str) -> str:
        """Return what they say in one of the columns about their work."""
        return (self.told or {}).get(column, "")


def number(text: str) -> Decimal | None:
    """Return a text as a number, None where it is none; NaN is none."""
    try:
        made = Decimal(text)
    except InvalidOperation:
        return None
    return None if made.is_nan() else made


def read(path: Path, results: Results) -> tuple[Theirs, ...]:
    """Return their results in the order of the file; DataError with every fault at once."""
    findings: list[Finding] = []
    frame = sources.read_text(path, path.name, findings)
    if frame is not None:
        findings += _columns(path.name, [str(name) for name in frame.columns])
    refuse_if_any(findings, DataError, REFUSED)
    assert frame is not None
    lines = _cells(frame)
    if not lines:
        findings.append(Finding("qc-empty", path.name, "there is no row under the header", "write a row a result"))
    findings += _elsewhere(path.name, lines, results)
    by_id, by_key = {row.result_id: row for row in results}, _by_key(results)
    made = [_theirs(line, cells, by_id, by_key) for line, cells in lines]
    findings += [*_rows(path.name, made), *_twice(path.name, made)]
    refuse_if_any(findings, DataError, REFUSED)
    return tuple(made)


def _cells(frame: pd.DataFrame) -> list[tuple[int, dict[str, str]]]:
    """Return each row's cells by column, with the line on which it begins."""
    names = [str(name) for name in frame.columns]
    rows = frame.fillna("").itertuples(name=None)
    return [(int(line), {n: str(c).strip() for n, c in zip(names, cells, strict=True)}) for line, *cells in rows]


def _columns(shown: str, names: Sequence[str]) -> Iterator[Finding]:
    for name in names:
        if name not in COLUMNS:
            yield Finding("qc-columns", shown, f"a column named {name} is not known", among(name, COLUMNS))
    if "stat" not in names:
        yield Finding("qc-columns", shown, "the column stat is missing", "write the raw values under stat")
    if "result_id" not in names and not {"analysis_id", "stat_name"} <= set(names):
        remedy = f"write result_id; or {', '.join(KEYS)}"
        yield Finding("qc-columns", shown, "no column names the results", remedy)


def _elsewhere(shown: str, lines: Sequence[tuple[int, Mapping[str, str]]], results: Results) -> Iterator[Finding]:
    """Yield a finding for rows that say they are of another study, or computed on other data."""
    lock = results.header["lock"]
    ours = {"study": {results.header["study"]}, "lock": {lock["fingerprint"], lock["fingerprint"][:7]}}
    ours["lock"] |= {lock["id"]} if "id" in lock else set()
    named = {"study": results.header["study"], "lock": lock.get("id") or lock["fingerprint"][:7]}
    for column, known in ours.items():
        other = [(line, cells[column]) for line, cells in lines if cells.get(column) and cells[column] not in known]
        if other:
            told = f"these were computed on another {column} than ours, which is {named[column]}"
            cases = tuple(f"line {line}: {value}" for line, value in other[:SHOWN_CASES])
            yield Finding(f"qc-{column}", shown, told, "run the second program again on these data", cases, len(other))


def _by_key(results: Results) -> dict[tuple[str, ...], list[Row]]:
    made: dict[tuple[str, ...], list[Row]] = {}
    for row in results:
        made.setdefault(tuple(str(getattr(row, key)) for key in KEYS), []).append(row)
    return made


def _theirs(
    line: int, cells: Mapping[str, str], by_id: Mapping[str, Row], by_key: Mapping[tuple[str, ...], list[Row]]
) -> Theirs:
    told = {name: cells.get(name, "") for name in TOLD}
    level, stat = cells.get("level") or LEVELS[0], cells["stat"]
    if name := cells.get("result_id", ""):
        return Theirs(line, name, by_id.get(name), stat, level, told)
    key = tuple(cells.get(name, "") for name in KEYS)
    rows = by_key.get(key) or _unplaced(key, by_key)
    named = rows[0].result_id if len(rows) == 1 else ".".join(filter(None, (key[0], *key[2:], key[1])))
    return Theirs(line, named, rows[0] if len(rows) == 1 else None, stat, level, told)


def _unplaced(key: tuple[str, ...], by_key: Mapping[tuple[str, ...], list[Row]]) -> list[Row]:
    """Return the rows that a key names which leaves out what only one result has, such as its visit."""
    fits = (
        row
        for other, rows in by_key.items()
        if other[:2] == key[:2] and all(mine in ("", each) for mine, each in zip(key[2:], other[2:], strict=True))
        for row in rows
    )
    return list(fits)


def _rows(shown: str, made: Iterable[Theirs]) -> Iterator[Finding]:
    held = list(made)
    yield from _lines(shown, "qc-id", "the result has no id", "write its result_id", [e for e in held if not e.named])
    remedy = "write a number with a decimal point and no other mark, NA where it is not estimable, or the word"
    unread = [e for e in held if _is_unread(e)]
    yield from _lines(shown, "qc-stat", "stat holds no value that can be read", remedy, unread)
    wrong = [e for e in held if e.level not in LEVELS]
    yield from _lines(shown, "qc-level", "the level of the check is not known", f"write {', '.join(LEVELS)}", wrong)
    unprintable = [e for e in held if any(map(glyphs.fault, (e.stat, *(e.told or {}).values())))]
    yield from _lines(shown, "qc-character", "what stands here cannot be printed", "write it otherwise", unprintable)


def _is_unread(each: Theirs) -> bool:
    """Return whether a value is missing, or is no number where ours is one; a mere review needs no value."""
    if not each.stat:
        return each.level == "double"
    is_text = each.ours is not None and each.ours.format_key == "text"
    return not is_text and each.ours is not None and each.number is None and not each.is_not_estimable


def _lines(shown: str, code: str, told: str, remedy: str, at: Sequence[Theirs]) -> Iterator[Finding]:
    if at:
        cases = tuple(f"line {each.line}: {each.named or 'no id'}" for each in at[:SHOWN_CASES])
        yield Finding(code, shown, told, remedy, cases, len(at))


def _twice(shown: str, made: Sequence[Theirs]) -> Iterator[Finding]:
    counts = Counter(each.named for each in made if each.named)
    again = [each for each in made if counts[each.named] > 1]
    yield from _lines(shown, "qc-twice", "a result stands on several lines", "leave one of them", again)
