"""A file of results that another program computed, as it was read: its manifest, its software and its rows.

Whatever shape it has, the rows leave here with the columns of ours. What hinders that is a finding.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from report import glyphs
from report.errors import SHOWN_CASES, Finding
from report.exchange import meaning, reading, sas
from report.exchange.ard_rows import ArdRow
from report.study.model import Study
from report.study.read_in import ReadIn

SEE = {"trialpress": "see docs/read-in.md for what the file holds"}
SEE_OTHERS = "see docs/results-from-elsewhere.md for what the file holds"
PUT_THERE = "put it there, or take it out of read_in in the study file"


@dataclass(frozen=True)
class ResultsFile:
    """One file as it was read: its name, the manifest, the software, and rows not yet looked at."""

    shown: str
    names: tuple[str, ...]
    program: str
    inputs: Mapping[str, str]
    software: Mapping[str, str]
    rows: tuple[Mapping[str, Any], ...]
    see: str = SEE_OTHERS


def read(home: Path, declared: ReadIn, study: Study, findings: list[Finding]) -> ResultsFile | None:
    """Return a file that the study file names; None where there are findings that leave nothing of it to look at."""
    found: list[Finding] = []
    content = _opened(home / declared.file, declared, found)
    header = _header(home, declared, content, found)
    made = None
    if content is not None and header is not None:
        made = _of_shape(declared, study, content, header, found)
    findings += found
    return made


def _of_shape(
    declared: ReadIn, study: Study, content: Any, header: Mapping[str, Any], findings: list[Finding]
) -> ResultsFile | None:
    shown = f"data/{declared.file}"
    try:
        inputs, software = (_texts(header, key) for key in ("inputs", "software"))
        if declared.shape == "trialpress":
            rows = _rows_of_ours(content)
        else:
            rows = _lines(declared, study, content.rows, findings)
    except ValueError as fault:
        findings.append(Finding("read-in-file", shown, str(fault), _see(declared)))
        return None
    named = {name if name.startswith("data/") else f"data/{name}": sha256 for name, sha256 in inputs.items()}
    names = tuple(f"data/{name}" for name in declared.files)
    return ResultsFile(shown, names, declared.program, named, software, rows, _see(declared))


def _see(declared: ReadIn) -> str:
    return SEE.get(declared.shape, SEE_OTHERS)


def _opened(path: Path, declared: ReadIn, findings: list[Finding]) -> Any:
    """Return what a file holds: an object of JSON, or the rows of another shape; None where it cannot be read."""
    shown = f"data/{declared.file}"
    try:
        if declared.shape == "sas":
            return reading.ArdFile(sas.read(path, declared))
        return reading.read(path) if declared.shape == "cards" else _json(path)
    except (OSError, ValueError) as fault:
        findings.append(Finding("read-in-file", shown, *_said(fault, declared)))
        return None


def _said(fault: OSError | ValueError, declared: ReadIn) -> tuple[str, str]:
    """Return what hinders the reading of a file, and what to do."""
    if isinstance(fault, FileNotFoundError):
        return "there is no such file", PUT_THERE
    if isinstance(fault, OSError):
        return f"it cannot be opened: {fault.strerror or fault}", "a file of text was expected here"
    if isinstance(fault, UnicodeDecodeError):
        return "this is not UTF-8 text", "write it as UTF-8"
    if isinstance(fault, json.JSONDecodeError):
        return f"this is not JSON (line {fault.lineno}: {fault.msg})", _see(declared)
    return str(fault), _see(declared)


def _json(path: Path) -> Any:
    content = json.loads(path.read_text(encoding="utf-8-sig"), parse_constant=_no_number)
    if not isinstance(content, dict) or not isinstance(content.get("header"), dict):
        raise ValueError("it has no header; an object with header and rows was expected")
    return content


def _no_number(name: str) -> None:
    raise ValueError(f"it holds {name}, which is no number; write null and a reason")


def _header(home: Path, declared: ReadIn, content: Any, findings: list[Finding]) -> Mapping[str, Any] | None:
    """Return on what a file rests: by the manifest beside it, or by its own header."""
    if declared.manifest is None:
        return _own_header(declared, content, findings)
    shown = f"data/{declared.manifest}"
    try:
        held = json.loads((home / declared.manifest).read_text(encoding="utf-8-sig"))
        inner = held.get("header", held) if isinstance(held, dict) else None
        if isinstance(inner, dict):
            return inner
        findings.append(Finding("read-in-file", shown, "an object with inputs and software was expected", SEE_OTHERS))
    except (OSError, ValueError) as fault:
        findings.append(Finding("read-in-file", shown, *_said(fault, declared)))
    return None


def _own_header(declared: ReadIn, content: Any, findings: list[Finding]) -> Mapping[str, Any] | None:
    if declared.shape == "trialpress":
        return content["header"] if content is not None else None
    if content is None or content.header:
        return content.header if content is not None else None
    told = "nothing says on which data it rests, for it has no header and read_in names no manifest"
    remedy = f"write the fingerprints of the data in the run that reads them; {SEE_OTHERS}"
    findings.append(Finding("read-in-file", f"data/{declared.file}", told, remedy))
    return None


def _rows_of_ours(content: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    rows = content.get("rows")
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise ValueError("rows must be a list of results, with one at least")
    return tuple(rows)


def _lines(
    declared: ReadIn, study: Study, rows: tuple[ArdRow, ...], findings: list[Finding]
) -> tuple[meaning.Line, ...]:
    """Return the rows with the columns of ours; what is not known of them is told."""
    findings += _of_population(declared, study)
    made, unknown = meaning.lines(rows, meaning.Meaning(declared, study))
    for (told, remedy), names in unknown.items():
        code = "read-in-error" if "error was recorded" in told else "read-in-name"
        where = f"data/{declared.file}"
        findings.append(Finding(code, where, told, remedy, tuple(names[:SHOWN_CASES]), len(names)))
    return tuple(made)


def _of_population(declared: ReadIn, study: Study) -> Iterator[Finding]:
    if declared.population and declared.population not in study.populations:
        told = f"there is no population named {declared.population}"
        yield Finding("read-in-name", f"data/{declared.file}", told, f"one of: {', '.join(study.populations)}")


def _texts(header: Mapping[str, Any], key: str) -> dict[str, str]:
    held = header.get(key)
    if isinstance(held, dict):  # jsonlite boxes a text in a list of one
        held = {name: one[0] if isinstance(one, list) and len(one) == 1 else one for name, one in held.items()}
    if not isinstance(held, dict) or not held or not all(isinstance(text, str) and text for text in held.values()):
        what = "each data file with its SHA-256" if key == "inputs" else "each program and package with its version"
        raise ValueError(f"its header has no {key}: {what} was expected")
    if why := next(filter(None, (glyphs.fault(text) for pair in held.items() for text in pair)), ""):
        raise ValueError(f"{key}: {why}")
    return dict(held)
