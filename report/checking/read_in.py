"""Results that R or SAS computed, read in: each file says on which data it rests, and other data stop the build.

A row is one of ours in every respect: an aggregate, of a known arm and visit, with a format key and a value that this
key can print. Its method names the program that computed it. docs/read-in.md and
docs/results-from-elsewhere.md say how such a file is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from report import glyphs
from report.ard import Row, name_result
from report.checking import read_in_files
from report.checking.read_in_files import ResultsFile
from report.errors import SHOWN_CASES, DataError, Finding, refuse_if_any
from report.exchange import coherence
from report.lock.fingerprints import sha256_of
from report.modes import Treatment
from report.study.model import Study
from report.study.read_in import FORMAT, NUMBERED

CONTEXT = "read_in"
HIDDEN = "computed elsewhere with the true arms"
NEEDED = ("analysis_id", "variable", "stat_name", "format_key")
SHARES = ("level", "p", "p_exact", "percent")  # which are printed from a number between 0 and 1
RUN_AGAIN = "run the program again on the data that are there now"
SHOWN_HASH = 16
_COLUMNS = frozenset(field.name for field in fields(Row))
_RESULT_ID = re.compile(r"[\w~-]+(?:\.[\w~-]+)+")
_FORMAT = re.compile(FORMAT)


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


def read(home: Path, study: Study, present: Mapping[str, str], treatment: Treatment = "real") -> Given:
    """Return the rows of the files that the study file names; DataError with every fault of every file.

    ``present`` are the fingerprints of the data as they are now. What was computed with the true arms is not shown
    before these are: with dummy arms every value is hidden, and where arms are pooled nothing is read.
    """
    if not study.read_in or treatment == "pooled":
        return Given()
    findings: list[Finding] = []
    read_files = [read_in_files.read(home, declared, study, findings) for declared in study.read_in]
    files = [each for each in read_files if each is not None]
    for each in files:
        findings += [*_of_other_data(each, present, _unread(study, treatment)), *_row_faults(each, study)]
    findings += [finding for each in files if not findings for finding in _incoherent(each)]
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


def _given(home: Path, files: Sequence[ResultsFile], rows: Mapping[str, Sequence[Row]], *, is_hidden: bool) -> Given:
    everything = [row for of_file in rows.values() for row in of_file]
    rests_on = {row.result_id: tuple(each.inputs) for each in files for row in rows[each.shown]}
    header = {each.shown: _told(each, rows[each.shown]) for each in files}
    if is_hidden:
        return Given(tuple(replace(row, stat=None, reason=HIDDEN) for row in everything), rests_on, {}, header)
    prints = {name: sha256_of(home / name.removeprefix("data/")) for each in files for name in each.names}
    return Given(tuple(everything), rests_on, prints, header)


def _told(file: ResultsFile, rows: Sequence[Row]) -> dict[str, Any]:
    """Return what the results' header says of a file: the program, on which data it rests, and its analyses."""
    analyses = list(dict.fromkeys(row.analysis_id for row in rows))
    inputs, software = list(file.inputs), dict(file.software)
    return {"from": file.program, "software": software, "inputs": inputs, "analyses": analyses}


def _unread(study: Study, treatment: Treatment) -> frozenset[str]:
    """Return the names of the files that nobody opens yet, which cannot be compared."""
    sealed = (dataset.file for dataset in study.datasets.values() if dataset.sealed)
    return frozenset(f"data/{name}" for name in sealed) if treatment != "real" else frozenset()


def _of_other_data(file: ResultsFile, present: Mapping[str, str], unread: frozenset[str]) -> Iterator[Finding]:
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


def _incoherent(file: ResultsFile) -> Iterator[Finding]:
    """Yield a finding where the numbers of a group cannot stand together."""
    for (told, remedy), names in coherence.faults(file.rows).items():
        yield Finding("read-in-numbers", file.shown, told, remedy, tuple(names[:SHOWN_CASES]), len(names))


# Rows -----------------------------------------------------------------------------------------------------------------


def _row_faults(file: ResultsFile, study: Study) -> Iterator[Finding]:
    """Yield one finding for each kind of fault, with the rows that have it."""
    found: dict[str, list[str]] = {}
    for number, line in enumerate(file.rows, start=1):
        for told in _faults(line, study):
            found.setdefault(told, []).append(_name(line) or f"row {number}")
    for told, names in found.items():
        yield Finding("read-in-row", file.shown, told, file.see, tuple(names[:SHOWN_CASES]), len(names))


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
        printed = "" if kind in ("p", "p_exact") else ": 0.45 is printed as 45%"
        yield f"stat must lie between 0 and 1 where format_key is {kind}{printed}"
    elif kind in ("p", "p_exact"):
        yield from () if stat > 0 else (f"stat must be above 0 where format_key is {kind}: no P is zero",)
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


def _row(line: Mapping[str, Any], file: ResultsFile) -> Row:
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
