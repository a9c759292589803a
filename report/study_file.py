"""Reading ``data/study.yaml``: every fault at once, each with its line and the nearest name that would do.

YAML is read as version 1.2 reads it: ``no`` and ``y`` are text, dates are text until a model asks for a date, and a
key that stands twice is a fault.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import yaml
from pydantic import ValidationError

from report import glyphs
from report.errors import Finding, StudyFileError, refuse_if_any
from report.study import Filter, Study

STUDY_FILE = Path("data") / "study.yaml"
Place = tuple[str | int, ...]


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML 1.2's core schema on PyYAML: true/false/null and numbers; all else is text."""

    yaml_implicit_resolvers: ClassVar[dict[str, list[tuple[str, Any]]]] = {}


_PLAIN = {
    "tag:yaml.org,2002:bool": (r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    "tag:yaml.org,2002:null": (r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    "tag:yaml.org,2002:int": (r"^[-+]?[0-9]+$", "-+0123456789"),
    "tag:yaml.org,2002:float": (r"^[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)(?:[eE][-+]?[0-9]+)?$", "-+.0123456789"),
}


def _resolvers() -> None:
    for tag, (pattern, first) in _PLAIN.items():
        _Loader.add_implicit_resolver(tag, re.compile(pattern), list(first))


_resolvers()


@dataclass(frozen=True)
class _Reading:
    """A document, the line of every place in it, and keys that stand twice."""

    content: Any
    lines: dict[Place, int]
    doubled: tuple[Place, ...]


def read(folder: Path) -> Study:
    """Return the study of ``folder``; StudyFileError with every fault found, each with its line."""
    path = folder / STUDY_FILE
    reading = _parse(path)
    shown = str(STUDY_FILE)
    faults = [*_doubled(reading, shown), *_unprintable(reading, shown)]
    refuse_if_any(faults, StudyFileError, f"{shown} has {{n}} fault{{s}}")
    study = _validate(reading, shown)
    misnamed = [_finding("study-name", shown, reading, place, text, near) for place, text, near in _references(study)]
    refuse_if_any(misnamed, StudyFileError, f"{shown} has {{n}} fault{{s}}")
    return study


def _parse(path: Path) -> _Reading:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise StudyFileError(
            f"there is no {STUDY_FILE} in this folder",
            remedy="run the command in a study's folder, or name it with --study FOLDER",
        ) from None
    except UnicodeDecodeError as fault:
        raise StudyFileError(
            f"{STUDY_FILE} is not UTF-8 text (byte {fault.start})", remedy="save it as UTF-8"
        ) from None
    try:
        _refuse_aliases(text)
        root = yaml.compose(text, Loader=_Loader)
        content = yaml.load(text, Loader=_Loader)  # a SafeLoader by descent
    except yaml.MarkedYAMLError as fault:
        raise StudyFileError(_yaml_fault(fault), remedy="mend the line; indentation is by spaces") from None
    except yaml.YAMLError as fault:
        raise StudyFileError(f"{STUDY_FILE} is not YAML: {fault}", remedy="save it as plain UTF-8 text") from None
    lines: dict[Place, int] = {}
    doubled: list[Place] = []
    _walk(root, (), lines, doubled)
    return _Reading(content, lines, tuple(doubled))


def _refuse_aliases(text: str) -> None:
    """Refuse ``*name``: a reference to another part could hold itself, or unfold without end."""
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.AliasEvent):
            line = event.start_mark.line + 1 if event.start_mark else 1
            told = f"{STUDY_FILE}:{line}: *{event.anchor} refers to another part of the file"
            raise StudyFileError(told, remedy="write it out; or quote the text, if it is one")


def _yaml_fault(fault: yaml.MarkedYAMLError) -> str:
    mark = fault.problem_mark or fault.context_mark
    line = mark.line + 1 if mark else 1
    return f"{STUDY_FILE}:{line}: this is not YAML: {fault.problem or fault.context}"


def _walk(node: Any, place: Place, lines: dict[Place, int], doubled: list[Place]) -> None:
    if node is None:
        return
    lines[place] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        seen = set()
        for key, value in node.value:
            inner = (*place, str(key.value))
            if inner in seen:
                doubled.append(inner)
            seen.add(inner)
            _walk(value, inner, lines, doubled)
            lines[inner] = key.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            _walk(item, (*place, index), lines, doubled)


def _doubled(reading: _Reading, shown: str) -> Iterator[Finding]:
    for place in reading.doubled:
        yield _finding("study-key-twice", shown, reading, place, "this key stands twice", [])


def _unprintable(reading: _Reading, shown: str) -> Iterator[Finding]:
    for place, text in _strings(reading.content, ()):
        if why := glyphs.fault(text):
            yield _finding("study-character", shown, reading, place, f"{why}; it cannot stand in the paper", [])


def _strings(value: Any, place: Place) -> Iterator[tuple[Place, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _strings(inner, (*place, str(key)))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _strings(inner, (*place, index))


def _validate(reading: _Reading, shown: str) -> Study:
    try:
        return Study.model_validate(reading.content)
    except ValidationError as fault:
        faults = [_from_pydantic(dict(error), reading, shown) for error in fault.errors(include_url=False)]
    raise StudyFileError(f"{shown} has {len(faults)} fault{'s' if len(faults) > 1 else ''}", findings=faults)


def _from_pydantic(error: dict[str, Any], reading: _Reading, shown: str) -> Finding:
    place = tuple(error["loc"])
    message = str(error["msg"]).removeprefix("Value error, ")
    if error["type"] == "extra_forbidden":
        known = _known_keys(place[:-1])
        return _finding("study-key", shown, reading, place, f"{place[-1]} is not a key here", known)
    if error["type"] == "missing":
        return _finding("study-missing", shown, reading, place, f"{place[-1]} is missing", [])
    came = error.get("input")
    told = f" (came: {came!r})" if isinstance(came, str | int | float | bool) else ""
    near = [
        str(n) for n in (error.get("ctx") or {}).get("expected", "").replace("'", "").replace(" or ", ", ").split(", ")
    ]
    return _finding("study-value", shown, reading, place, message + told, near if isinstance(came, str) else [])


def _known_keys(place: Place) -> list[str]:
    model: Any = Study
    for step in place:
        if isinstance(step, int) or not hasattr(model, "model_fields"):
            continue
        field = model.model_fields.get(step)
        model = _model_within(field.annotation) if field is not None else model
    return [f.alias or name for name, f in model.model_fields.items()] if hasattr(model, "model_fields") else []


def _model_within(annotation: Any) -> Any:
    if hasattr(annotation, "model_fields"):
        return annotation
    inner = [_model_within(a) for a in getattr(annotation, "__args__", ())]
    return next((m for m in inner if m is not None), None)


def _finding(code: str, shown: str, reading: _Reading, place: Place, text: str, near: list[str]) -> Finding:
    known = next((place[:n] for n in range(len(place), -1, -1) if place[:n] in reading.lines), ())
    dotted = ".".join(str(step) for step in place)
    close = difflib.get_close_matches(str(place[-1]) if code == "study-key" else _came(reading, place), near, n=1)
    remedy = f"did you mean {close[0]}?" if close else (f"one of: {', '.join(near)}" if near and near != [""] else "")
    return Finding(code, f"{shown}:{reading.lines.get(known, 1)}: {dotted}", text, remedy)


def _came(reading: _Reading, place: Place) -> str:
    value = reading.content
    for step in place:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return ""
    return str(value)


Fault = tuple[Place, str, list[str]]


def _references(study: Study) -> Iterator[Fault]:
    """Yield every name that points at nothing, with the names it could have been."""
    yield from _design_references(study)
    yield from _population_references(study)
    yield from _endpoint_references(study)
    yield from _display_references(study)


def _missing(place: Place, name: str, known: list[str], what: str) -> Iterator[Fault]:
    if name not in known:
        yield place, f"there is no {what} named {name}", known


def _design_references(study: Study) -> Iterator[Fault]:
    if study.design.allocation:
        place: Place = ("design", "allocation", "dataset")
        yield from _missing(place, study.design.allocation.dataset, list(study.datasets), "data set")
        yield from _column(study, place[:2], study.design.allocation.dataset, study.design.allocation.column)
    for index, author in enumerate(study.authors):
        for key in author.affiliations:
            yield from _missing(("authors", index, "affiliations"), key, list(study.affiliations), "affiliation")
    for name, derived in study.derived.items():
        yield from _missing(("derived", name, "dataset"), derived.dataset, list(study.datasets), "data set")
        for index, term in enumerate(derived.sum):
            yield from _column(study, ("derived", name, "sum", index), derived.dataset, term.column)


def _column(study: Study, place: Place, dataset: str, column: str) -> Iterator[Fault]:
    if dataset in study.datasets:
        known = [*study.datasets[dataset].columns, *(n for n, d in study.derived.items() if d.dataset == dataset)]
        yield from _missing(place, column, known, f"variable of {dataset}")


def _population_references(study: Study) -> Iterator[Fault]:
    for name, population in study.populations.items():
        yield from _missing(("populations", name), population.dataset, list(study.datasets), "data set")
        yield from _filter(study, ("populations", name, "where"), population.dataset, population.where)
    for index, item in enumerate(study.disposition):
        if item.count:
            yield from _missing(("disposition", index, "count"), item.count.dataset, list(study.datasets), "data set")
            yield from _filter(study, ("disposition", index, "count"), item.count.dataset, item.count.where)


def _filter(study: Study, place: Place, dataset: str, where: Filter | None) -> Iterator[Fault]:
    if where is None:
        return
    if where.variable:
        yield from _column(study, place, dataset, where.variable)
    for inner in (*where.all, *where.any, *((where.negated,) if where.negated else ())):
        yield from _filter(study, place, dataset, inner)


def _endpoint_references(study: Study) -> Iterator[Fault]:
    visits = [visit.id for visit in study.visits]
    for index, endpoint in enumerate(study.endpoints):
        place: Place = ("endpoints", index)
        yield from _missing((*place, "population"), endpoint.population, list(study.populations), "population")
        yield from _missing((*place, "dataset"), endpoint.dataset, list(study.datasets), "data set")
        yield from _column(study, (*place, "variable"), endpoint.dataset, endpoint.variable)
        for field, visit in (("visit", endpoint.visit), ("against", endpoint.against)):
            if visit is not None:
                yield from _missing((*place, field), visit, visits, "visit")
    if study.baseline:
        yield from _missing(
            ("baseline", "population"), study.baseline.population, list(study.populations), "population"
        )
        known = [n for d in study.datasets.values() for n in d.columns] + list(study.derived)
        for index, line in enumerate(study.baseline.variables):
            yield from _missing(("baseline", "variables", index, "variable"), line.variable, known, "variable")


def _display_references(study: Study) -> Iterator[Fault]:
    known = [endpoint.id for endpoint in study.endpoints]
    for index, display in enumerate(study.displays):
        if display.endpoint is not None:
            yield from _missing(("displays", index, "endpoint"), display.endpoint, known, "endpoint")
