"""Whom to leave out: conditions as they are typed, or as a file, read as the study file's own conditions."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from report.errors import DataError, Finding, refuse_if_any
from report.study import document, messages
from report.study.data import Column, Count, Filter, Scalar
from report.study.derivations import leaves
from report.study.faults import among
from report.study.model import Study
from report.study.references_sensitivity import excluded

ASKED = re.compile(
    r"(?:(?P<dataset>[a-z][a-z0-9_]*)\.)?(?P<variable>[a-z][a-z0-9_]*)\s*"
    r"(?P<sign>>=|<=|!=|=|>|<|\snot in\s|\sin\s)\s*(?P<value>\S.*)"
)
PLACE = ("sensitivity", 0, "exclude", 0)
SIGNS = {">=": "GE", "<=": "LE", "!=": "NE", "=": "EQ", ">": "GT", "<": "LT", "in": "IN", "not in": "NOTIN"}
FORM = "write a variable, a sign and a value, as site=3, age>=80, or 'site in 3,4'"
REFUSED = "whom to leave out cannot be told: {n} fault{s}"


def read(study: Study, asked: Sequence[str], file: Path | None = None) -> tuple[Count, ...]:
    """Return the conditions of ``--exclude`` and of ``--where``; DataError with every fault at once."""
    findings: list[Finding] = []
    made = [_typed(study, text, findings) for text in asked]
    counts = [count for count in made if count is not None]
    counts += _of_file(study, file, findings) if file is not None else []
    refuse_if_any(findings, DataError, REFUSED)
    faults = excluded(study, ("exclude",), tuple(counts))
    found = [Finding("what-if", _where(int(f.place[1]), asked, file), f.message, f.remedy) for f in faults]
    refuse_if_any(found, DataError, REFUSED)
    return tuple(counts)


def _where(number: int, asked: Sequence[str], file: Path | None) -> str:
    """Return where a condition stands: as it was typed, or the file's name."""
    return asked[number] if number < len(asked) else str(file)


def _typed(study: Study, text: str, findings: list[Finding]) -> Count | None:
    """Return a typed condition; None, and a finding, where it is none."""
    parts = ASKED.fullmatch(text.strip())
    if parts is None:
        findings.append(Finding("what-if", text, "this is not a condition", FORM))
        return None
    home = _home(study, text, parts["dataset"], parts["variable"], findings)
    if home is None:
        return None
    comparator = SIGNS[parts["sign"].strip()]
    value = _value(study.column(home, parts["variable"]), comparator, parts["value"].strip())
    where = {"variable": parts["variable"], "comparator": comparator, "value": value}
    return _condition(text, {"dataset": home, "where": where}, findings)


def _value(column: Column, comparator: str, text: str) -> Scalar | list[Scalar]:
    if comparator in ("IN", "NOTIN"):
        return [_scalar(column, each.strip()) for each in text.strip("[]()").split(",")]
    return None if text == "null" else _scalar(column, text)


def _scalar(column: Column, text: str) -> Scalar:
    """Return a value in the type of its column; a text that is no number stays one, and is refused as such."""
    bare = text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"" else text
    if not column.is_number:
        return bare
    try:
        return int(bare) if re.fullmatch(r"[-+]?[0-9]+", bare) else float(bare)
    except ValueError:
        return bare


def _home(study: Study, where: str, dataset: str | None, variable: str, findings: list[Finding]) -> str | None:
    """Return the data set that holds a variable; None, and a finding, where none or several do."""
    if dataset is not None and dataset not in study.datasets:
        told = f"there is no data set named {dataset}"
        findings.append(Finding("what-if", where, told, among(dataset, study.datasets)))
        return None
    homes = [name for name in study.datasets if variable in study.variables(name) and dataset in (None, name)]
    if len(homes) == 1:
        return homes[0]
    if not homes:
        known = [name for home in study.datasets for name in study.variables(home) if dataset in (None, home)]
        told = f"there is no variable named {variable}" + (f" in {dataset}" if dataset else "")
        findings.append(Finding("what-if", where, told, among(variable, dict.fromkeys(known))))
        return None
    told = f"{variable} stands in several data sets: {', '.join(homes)}"
    findings.append(Finding("what-if", where, told, f"name one, as {homes[0]}.{variable}"))
    return None


def _of_file(study: Study, file: Path, findings: list[Finding]) -> list[Count]:
    """Return the conditions of a file: a filter as the study file writes it, one with its data set, or a list."""
    try:
        content = document.content(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        findings.append(Finding("what-if", str(file), "there is no such file", "name a file with a condition"))
        return []
    except (UnicodeDecodeError, yaml.YAMLError) as fault:
        told = str(fault).splitlines()[0]
        findings.append(Finding("what-if", str(file), f"this is not YAML: {told}", "write it as in the study file"))
        return []
    entries = content if isinstance(content, list) else [content]
    made = [_entry(study, str(file), entry, findings) for entry in entries]
    return [count for count in made if count is not None]


def _entry(study: Study, where: str, entry: Any, findings: list[Finding]) -> Count | None:
    if not isinstance(entry, dict):
        remedy = "write {dataset: patients, where: {variable: site, comparator: EQ, value: a}}"
        findings.append(Finding("what-if", where, "this is not a condition", remedy))
        return None
    if "where" in entry or "dataset" in entry:
        return _condition(where, entry, findings)
    made = _condition(where, {"dataset": next(iter(study.datasets)), "where": entry}, findings)
    if made is None or made.where is None:
        return None
    homes = {_home(study, where, None, str(leaf.variable), findings) for _, leaf in leaves(made.where, ())}
    if len(homes) == 1 and None not in homes:
        return made.model_copy(update={"dataset": homes.pop()})
    if None not in homes:
        told = f"its variables stand in several data sets: {', '.join(sorted(map(str, homes)))}"
        findings.append(Finding("what-if", where, told, "write a condition for each data set, as a list"))
    return None


def _condition(where: str, content: Any, findings: list[Finding]) -> Count | None:
    try:
        return Count.model_validate(content)
    except ValidationError as refused:
        # told as if they stood in the study file, of whose places the messages know what belongs there
        given = refused.errors(include_url=False)
        errors = [{**error, "loc": (*PLACE, *error["loc"])} for error in given]
        faults = messages.faults(errors, {PLACE[0]: [{PLACE[2]: [content]}]})
        findings += [Finding("what-if", where, fault.message, fault.remedy) for fault in faults]
        return None


LONGEST = 48  # characters of a folder's name

SAID = {
    "EQ": "is", "NE": "is not", "GT": "is above", "GE": "is at least", "LT": "is below", "LE": "is at most",
    "IN": "is one of", "NOTIN": "is none of",
}  # fmt: skip


def in_words(study: Study, exclude: Sequence[Count]) -> str:
    """Return the conditions in words, such as "Centre is University of Kentucky; or Age is at least 80 years"."""
    return "; or ".join(_said(study, each.dataset, each.where) for each in exclude if each.where is not None)


def _said(study: Study, dataset: str, where: Filter) -> str:
    if where.negated is not None:
        return f"not ({_said(study, dataset, where.negated)})"
    if where.variable is None:
        joined = " and " if where.all else " or "
        return joined.join(f"({_said(study, dataset, each)})" for each in where.all or where.any)
    column = study.column(dataset, where.variable)
    name = column.label or where.variable
    if where.value is None:
        return f"{name} is {'missing' if where.comparator == 'EQ' else 'present'}"
    values = where.value if isinstance(where.value, tuple) else (where.value,)
    shown = ", ".join(column.levels.get(str(value), f"{value}") for value in values)
    unit = f" {column.unit}" if column.unit and column.is_number else ""
    return f"{name} {SAID[str(where.comparator)]} {shown}{unit}"


def slug(exclude: Sequence[Count]) -> str:
    """Return the conditions as the name of a folder, such as without-site-EQ-3_UK; a long one is cut, and numbered."""
    words = [word for each in exclude if each.where is not None for word in _words(each.where)]
    plain = [re.sub(r"[^A-Za-z0-9_.]+", "_", word).strip("_.") for word in words]
    whole = "-".join(["without", *plain])
    is_told = len(whole) <= LONGEST and words == plain and all(each.where and each.where.variable for each in exclude)
    content = json.dumps([each.model_dump(mode="json", by_alias=True) for each in exclude], sort_keys=True)
    return whole if is_told else f"{whole[:LONGEST]}-{hashlib.sha256(content.encode()).hexdigest()[:7]}"


def _words(where: Filter) -> Iterator[str]:
    for _, leaf in leaves(where, ()):
        values = leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
        yield str(leaf.variable)
        yield from [] if leaf.comparator == "EQ" else [str(leaf.comparator).lower()]
        yield from ("null" if value is None else str(value) for value in values)
