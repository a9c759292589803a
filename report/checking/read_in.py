"""Results that R or SAS computed, read in: each file says on which data it rests, and other data stop the build.

A row is one of ours in every respect: an aggregate, of a known arm and visit, with a format key and a value that this
key can print. Its method names the program that computed it. docs/read-in.md says how such a file is written.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from report import glyphs
from report.ard import Row, name_result
from report.errors import SHOWN_CASES, DataError, Finding, refuse_if_any
from report.lock.fingerprints import sha256_of
from report.modes import Treatment
from report.study.model import Study
from report.study.read_in import ReadIn

CONTEXT = "read_in"
HIDDEN = "computed elsewhere with the true arms"
NEEDED = ("analysis_id", "variable", "stat_name", "format_key")
NUMBERED = ("count", "fixed", "level", "mean", "median", "p", "p_exact", "percent", "points", "ratio")
SHARES = ("level", "p", "p_exact", "percent")  # which are printed from a number between 0 and 1
RUN_AGAIN = "run the program again on the data that are there now"
SEE = "see docs/read-in.md for what the file holds"
SHOWN_HASH = 16
_COLUMNS = frozenset(field.name for field in fields(Row))
_RESULT_ID = re.compile(r"[\w~-]+(?:\.[\w~-]+)+")
_FORMAT = re.compile(rf"text|(?:{'|'.join(NUMBERED)})(?::\d{{1,9}})?")


@dataclass(frozen=True)
class Given:
    """What was read in: rows, the data files on which each file's rows rest, and what the results' header says."""

    rows: tuple[Row, ...] = ()
    rests_on: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fingerprints: Mapping[str, str] = field(default_factory=dict)
    header: Mapping[str, Any] = field(default_factory=dict)

    def data_of(self, row: Row) -> tuple[str, ...]:
        """Return the names of the data files on which a row rests."""
        return self.rests_on.get(row.result_id, ())


@dataclass(frozen=True)
class _File:
    """One file as it was read: its name, the manifest, the software, and rows not yet looked at."""

    shown: str
    program: str
    inputs: Mapping[str, str]
    software: Mapping[str, str]
    rows: tuple[Mapping[str, Any], ...]


def read(home: Path, study: Study, present: Mapping[str, str], treatment: Treatment = "real") -> Given:
    """Return the rows of the files that the study file names; DataError with every fault of every file.

    ``present`` are the fingerprints of the data as they are now. What was computed with the true arms is not shown
    before these are: with dummy arms every value is hidden, and where arms are pooled nothing is read.
    """
    if not study.read_in or treatment == "pooled":
        return Given()
    findings: list[Finding] = []
    read_files = [_read(home, declared, findings) for declared in study.read_in]
    files = [each for each in read_files if each is not None]
    for each in files:
        findings += [*_of_other_data(each, present, _unread(study, treatment)), *_row_faults(each, study)]
    refuse_if_any(findings, DataError, "results that were read in have {n} fault{s}; nothing was built")
    rows = {each.shown: [_row(line, each) for line in each.rows] for each in files}
    _refuse_twice(rows)
    return _given(home, files, rows, is_hidden=treatment != "real")


def refuse_known(given: Given, computed: Iterable[Row]) -> None:
    """Raise DataError where a row that was read in has the id of one that we compute."""
    ours = {row.result_id for row in computed}
    both = [row.result_id for row in given.rows if row.result_id in ours]
    if both:
        told = "trialpress computes these results itself"
        remedy = "give the analysis another name in the program that wrote the file"
        found = Finding("read-in-known", "read_in", told, remedy, tuple(both[:SHOWN_CASES]), len(both))
        raise DataError("results that were read in have the names of ours; nothing was built", findings=[found])


def _given(home: Path, files: Sequence[_File], rows: Mapping[str, Sequence[Row]], *, is_hidden: bool) -> Given:
    everything = [row for of_file in rows.values() for row in of_file]
    rests_on = {row.result_id: tuple(each.inputs) for each in files for row in rows[each.shown]}
    header = {each.shown: {"from": each.program, "software": dict(each.software)} for each in files}
    if is_hidden:
        return Given(tuple(replace(row, stat=None, reason=HIDDEN) for row in everything), rests_on, {}, header)
    prints = {each.shown: sha256_of(home / each.shown.removeprefix("data/")) for each in files}
    return Given(tuple(everything), rests_on, prints, header)


# The file -------------------------------------------------------------------------------------------------------------


def _read(home: Path, declared: ReadIn, findings: list[Finding]) -> _File | None:
    shown = f"data/{declared.file}"
    try:
        content = json.loads((home / declared.file).read_text(encoding="utf-8-sig"), parse_constant=_no_number)
        return _file(shown, declared.program, content)
    except FileNotFoundError:
        told, remedy = "there is no such file", "put it there, or take it out of read_in in the study file"
    except OSError as fault:
        told, remedy = f"it cannot be opened: {fault.strerror or fault}", "a file of text was expected here"
    except UnicodeDecodeError:
        told, remedy = "this is not UTF-8 text", "write it as UTF-8"
    except json.JSONDecodeError as fault:
        told, remedy = f"this is not JSON (line {fault.lineno}: {fault.msg})", SEE
    except ValueError as fault:
        told, remedy = str(fault), SEE
    findings.append(Finding("read-in-file", shown, told, remedy))
    return None


def _no_number(name: str) -> None:
    raise ValueError(f"it holds {name}, which is no number; write null and a reason")


def _file(shown: str, program: str, content: Any) -> _File:
    """Return the parts of a file; ValueError where one is missing or not of its kind."""
    if not isinstance(content, dict) or not isinstance(content.get("header"), dict):
        raise ValueError("it has no header; an object with header and rows was expected")
    inputs, software = (_texts(content["header"], key) for key in ("inputs", "software"))
    rows = content.get("rows")
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise ValueError("rows must be a list of results, with one at least")
    named = {name if name.startswith("data/") else f"data/{name}": sha256 for name, sha256 in inputs.items()}
    return _File(shown, program, named, software, tuple(rows))


def _texts(header: Mapping[str, Any], key: str) -> dict[str, str]:
    held = header.get(key)
    if not isinstance(held, dict) or not held or not all(isinstance(text, str) and text for text in held.values()):
        what = "each data file with its SHA-256" if key == "inputs" else "each program and package with its version"
        raise ValueError(f"its header has no {key}: {what} was expected")
    if why := next(filter(None, (glyphs.fault(text) for pair in held.items() for text in pair)), ""):
        raise ValueError(f"{key}: {why}")
    return dict(held)


def _unread(study: Study, treatment: Treatment) -> frozenset[str]:
    """Return the names of the files that nobody opens yet, which cannot be compared."""
    sealed = (dataset.file for dataset in study.datasets.values() if dataset.sealed)
    return frozenset(f"data/{name}" for name in sealed) if treatment != "real" else frozenset()


def _of_other_data(file: _File, present: Mapping[str, str], unread: frozenset[str]) -> Iterator[Finding]:
    """Yield a finding where the rows were computed on other files than those that are there now."""
    told = [
        f"{name} is no file of this study"
        if name not in present
        else f"{name} had SHA-256 {sha256[:SHOWN_HASH]} then and has {present[name][:SHOWN_HASH]} now"
        for name, sha256 in file.inputs.items()
        if name not in unread and present.get(name) != sha256.lower()
    ]
    if told:
        names = [_name(line) for line in file.rows]
        rows = f"its {len(names)} rows were" if len(names) > 1 else "its row was"
        message = f"{rows} computed on other data: {'; '.join(told)}"
        yield Finding("read-in-other-data", file.shown, message, RUN_AGAIN, tuple(names[:SHOWN_CASES]), len(names))


# Rows -----------------------------------------------------------------------------------------------------------------


def _row_faults(file: _File, study: Study) -> Iterator[Finding]:
    """Yield one finding for each kind of fault, with the rows that have it."""
    found: dict[str, list[str]] = {}
    for number, line in enumerate(file.rows, start=1):
        for told in _faults(line, study):
            found.setdefault(told, []).append(_name(line) or f"row {number}")
    for told, names in found.items():
        yield Finding("read-in-row", file.shown, told, SEE, tuple(names[:SHOWN_CASES]), len(names))


def _faults(line: Mapping[str, Any], study: Study) -> Iterator[str]:
    """Yield what is wrong with one row."""
    extra, lacking = sorted(set(line) - _COLUMNS), [name for name in NEEDED if not line.get(name)]
    if extra:
        yield f"there is no column {', '.join(extra)}; there are {', '.join(sorted(_COLUMNS))}"
    if lacking:
        yield f"{', '.join(lacking)} must be given"
    texts = {name: value for name, value in line.items() if name in _COLUMNS - {"stat"} and value is not None}
    if not_texts := [name for name, value in texts.items() if not isinstance(value, str)]:
        yield f"{', '.join(not_texts)} must be text"
    elif not extra and not lacking:
        yield from _place_faults(line, study)
        yield from _value_faults(line)


def _place_faults(line: Mapping[str, Any], study: Study) -> Iterator[str]:
    if not _RESULT_ID.fullmatch(_name(line)):
        yield "result_id must be made of letters, digits, _, - and ~, and of dots between its parts"
    arms, visits = [arm.id for arm in study.design.arms], [visit.id for visit in study.visits]
    if (line.get("group1") or "") not in ("", "arm") or (line.get("disclosure") or "aggregate") != "aggregate":
        yield "a row of single participants is not read in: group1 must be arm or empty, disclosure aggregate"
    elif bool(line.get("group1")) != (line.get("group1_level") in arms):
        yield f"group1 must be arm, with group1_level one of {', '.join(arms)}; or both must be empty"
    if line.get("visit") and line["visit"] not in visits:
        yield f"visit must be one of {', '.join(visits)}" if visits else "visit must be empty: no visit is declared"
    if line.get("error") or line.get("query"):
        yield "error and query must be empty"


def _value_faults(line: Mapping[str, Any]) -> Iterator[str]:
    stat, key = line.get("stat"), str(line["format_key"])
    kind = key.partition(":")[0]
    if not _FORMAT.fullmatch(key):
        yield f"format_key must be text, or one of {', '.join(NUMBERED)}, some with decimals as in fixed:1"
    elif stat is None:
        yield from () if line.get("reason") else ("a row without a value must give its reason",)
    elif kind == "text":
        yield from _text_faults(stat)
    elif isinstance(stat, bool) or not isinstance(stat, int | float):
        yield f"stat must be a number where format_key is {kind}"
    elif kind in SHARES and not 0 <= stat <= 1:
        yield f"stat must lie between 0 and 1 where format_key is {kind}: 0.45 is printed as 45%"
    elif kind == "count" and (stat < 0 or stat != int(stat)):
        yield "stat must be a whole number of at least 0 where format_key is count"


def _text_faults(stat: Any) -> Iterator[str]:
    if not isinstance(stat, str) or not stat.strip():
        yield "stat must be text where format_key is text"
    elif why := glyphs.fault(stat):
        yield f"stat: {why}; it cannot stand in the paper"


def _name(line: Mapping[str, Any]) -> str:
    """Return a row's id: its own, or what its columns make of it."""
    if line.get("result_id"):
        return str(line["result_id"])
    levels = (str(line.get(name) or "") for name in ("group1_level", "variable_level", "visit"))
    return name_result(str(line.get("analysis_id") or ""), *levels, stat_name=str(line.get("stat_name") or ""))


def _row(line: Mapping[str, Any], file: _File) -> Row:
    """Return a sound row as one of ours, whose method names the program."""
    given = {name: value for name, value in line.items() if value is not None}
    software = ", ".join(f"{name} {version}" for name, version in file.software.items())
    method = f"{given.get('method', '')}; read in from {file.program} ({software})".lstrip("; ")
    label = given.get("stat_label", given["stat_name"])
    return Row(**{**given, "result_id": _name(line), "context": CONTEXT, "method": method, "stat_label": label})


def _refuse_twice(rows: Mapping[str, Sequence[Row]]) -> None:
    """Raise DataError where two rows have one id, in one file or in two."""
    stands: dict[str, list[str]] = {}
    for name, of_file in rows.items():
        for row in of_file:
            stands.setdefault(row.result_id, []).append(name)
    found = [f"{name}, in {' and in '.join(files)}" for name, files in stands.items() if len(files) > 1]
    if found:
        told = "rows have the same result_id"
        remedy = "give each its own; or leave result_id out, and it is made of analysis, levels and statistic"
        finding = Finding("read-in-twice", "read_in", told, remedy, tuple(found[:SHOWN_CASES]), len(found))
        raise DataError("results that were read in stand twice; nothing was built", findings=[finding])
