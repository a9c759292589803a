"""Reading ``data/study.yaml``: every fault at once, each with its line and the nearest name that would do.

YAML is read as version 1.2 reads it: ``no`` and ``y`` are text, dates are text until a model asks for a date, and a
key that stands twice is a fault.
"""

from __future__ import annotations

import difflib
import re
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import yaml
from pydantic import ValidationError

from report import glyphs
from report.errors import Finding, StudyFileError, refuse_if_any
from report.study import migrate, references
from report.study.model import Study

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
    """A document, the line of every place in it, and keys that stand twice; ``format`` is that of the file on disk."""

    content: Any
    lines: dict[Place, int]
    doubled: tuple[Place, ...]
    format: int = migrate.FORMAT

    def line(self, place: Place) -> int:
        """Return the line on which a place of the content begins, or the nearest place that holds it."""
        known = migrate.place_in_format_1(place) if self.format == migrate.OLDEST else place
        return next((self.lines[known[:n]] for n in range(len(known), -1, -1) if known[:n] in self.lines), 1)


def read(folder: Path) -> Study:
    """Return the study of ``folder``; StudyFileError with every fault found, each with its line."""
    path = folder / STUDY_FILE
    reading = _parse(path)
    shown = str(STUDY_FILE)
    faults = [*_doubled(reading, shown), *_unprintable(reading, shown)]
    refuse_if_any(faults, StudyFileError, f"{shown} has {{n}} fault{{s}}")
    reading = _of_this_format(reading, shown)
    study = _validate(reading, shown)
    misnamed = [
        _finding("study-name", shown, reading, place, text, near) for place, text, near in references.faults(study)
    ]
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
        content = _construct(root)
    except yaml.MarkedYAMLError as fault:
        raise StudyFileError(_yaml_fault(fault), remedy="mend the line; indentation is by spaces") from None
    except yaml.YAMLError as fault:
        raise StudyFileError(f"{STUDY_FILE} is not YAML: {fault}", remedy="save it as plain UTF-8 text") from None
    lines: dict[Place, int] = {}
    doubled: list[Place] = []
    _walk(root, (), lines, doubled)
    return _Reading(content, lines, tuple(doubled))


def _of_this_format(reading: _Reading, shown: str) -> _Reading:
    """Return the document as this version's format has it; StudyFileError where only a person can say how."""
    given = reading.content.get("format") if isinstance(reading.content, dict) else migrate.FORMAT
    if given in (migrate.FORMAT, None):
        return reading
    if given != migrate.OLDEST or isinstance(given, bool):
        told = f"{shown}:{reading.line(('format',))}: format {given!r} is not one that this version reads"
        remedy = f"write format: {migrate.FORMAT}; if a newer trialpress wrote the file, use that one"
        raise StudyFileError(told, remedy=remedy)
    moved = _Reading(migrate.from_format_1(reading.content), reading.lines, (), migrate.OLDEST)
    refuse_if_any(_by_hand(moved, shown), StudyFileError, f"{shown} is of format 1, which has changed")
    return moved


def _by_hand(reading: _Reading, shown: str) -> Iterator[Finding]:
    for index, endpoint in enumerate(reading.content.get("endpoints") or ()):
        if isinstance(endpoint, dict) and "prespecified" in endpoint:
            place: Place = ("endpoints", index, "prespecified")
            yield _finding("study-format", shown, reading, place, migrate.BY_HAND, [])


def _construct(root: Any) -> Any:
    """Return the document's content; every key is text, also one that looks like a number, as in levels: {0: No}."""
    for node in _mappings(root):
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode):
                key.tag = "tag:yaml.org,2002:str"
    return None if root is None else _Loader("").construct_document(root)


def _mappings(node: Any) -> Iterator[yaml.MappingNode]:
    if isinstance(node, yaml.MappingNode):
        yield node
        for _, value in node.value:
            yield from _mappings(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _mappings(item)


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
    place = _in_file(tuple(error["loc"]), reading.content)
    message = str(error["msg"]).removeprefix("Value error, ")
    if error["type"] == "extra_forbidden":
        known = _known_keys(place[:-1], reading.content)
        return _finding("study-key", shown, reading, place, f"{place[-1]} is not a key here", known)
    if error["type"] == "missing":
        return _finding("study-missing", shown, reading, place, f"{place[-1]} is missing", [])
    message = _PLAINLY.get(error["type"], message)
    came = error.get("input")
    told = f" (came: {came!r})" if isinstance(came, str | int | float | bool) else ""
    near = [
        str(n) for n in (error.get("ctx") or {}).get("expected", "").replace("'", "").replace(" or ", ", ").split(", ")
    ]
    return _finding("study-value", shown, reading, place, message + told, near if isinstance(came, str) else [])


# pydantic's own words speak of types; an author reads what to write
_PLAINLY = {
    "model_type": "a section with keys was expected",
    "dict_type": "a section with keys was expected",
    "tuple_type": "a list was expected",
    "string_type": "text was expected",
    "int_type": "a whole number was expected",
    "int_parsing": "a whole number was expected",
    "float_parsing": "a number was expected",
    "bool_parsing": "true or false was expected",
    "bool_type": "true or false was expected",
    "date_parsing": "a date as YYYY-MM-DD was expected",
    "date_type": "a date as YYYY-MM-DD was expected",
    "date_from_datetime_parsing": "a date as YYYY-MM-DD was expected",
    "date_from_datetime_inexact": "a date as YYYY-MM-DD was expected",
    "string_pattern_mismatch": "a name of lower-case letters, digits and underscores was expected (tbl- or fig- before "
    "that of a display)",
    "too_short": "at least one entry was expected",
}


def _in_file(place: Place, content: Any) -> Place:
    """Return a place without the steps by which pydantic names the chosen rule of a derivation."""
    if len(place) > 2 and place[0] == "derivations" and place[2] == _at(content, (*place[:2], "rule")):
        return (*place[:2], *place[3:])
    return place


def _known_keys(place: Place, content: Any) -> list[str]:
    model: Any = Study
    for depth, step in enumerate(place):
        if isinstance(step, int) or not hasattr(model, "model_fields"):
            continue
        field = model.model_fields.get(step)
        rule = _at(content, (*place[: depth + 2], "rule"))
        model = _model_within(field.annotation, rule) if field is not None else model
    return [f.alias or name for name, f in model.model_fields.items()] if hasattr(model, "model_fields") else []


def _model_within(annotation: Any, rule: object) -> Any:
    """Return the model that an annotation holds; of several, the one of that rule."""
    if hasattr(annotation, "model_fields"):
        of_rule = annotation.model_fields.get("rule")
        return annotation if of_rule is None or rule in typing.get_args(of_rule.annotation) else None
    inner = [_model_within(a, rule) for a in typing.get_args(annotation)]
    return next((m for m in inner if m is not None), None)


def _finding(code: str, shown: str, reading: _Reading, place: Place, text: str, near: list[str]) -> Finding:
    dotted = ".".join(str(step) for step in place)
    close = difflib.get_close_matches(str(place[-1]) if code == "study-key" else _came(reading, place), near, n=1)
    remedy = f"did you mean {close[0]}?" if close else (f"one of: {', '.join(near)}" if near and near != [""] else "")
    return Finding(code, f"{shown}:{reading.line(place)}: {dotted}", text, remedy)


def _came(reading: _Reading, place: Place) -> str:
    value = _at(reading.content, place)
    return "" if value is None else str(value)


def _at(content: Any, place: Place) -> Any:
    """Return what stands at a place, None where nothing does."""
    for step in place:
        try:
            content = content[step]
        except (KeyError, IndexError, TypeError):
            return None
    return content
