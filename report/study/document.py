"""``data/study.yaml`` as a document: its content, the line of every place, and what no model can see.

YAML is read as version 1.2 reads it: ``no`` and ``y`` are text, dates are text until a model asks for a date, and a
key that stands twice is a fault. References to other parts, tags and a second document are refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import yaml
from yaml.reader import Reader

from report import glyphs
from report.errors import StudyFileError
from report.study import yaml_faults
from report.study.faults import Fault
from report.study.places import STUDY_FILE, Lines, Place

DEEPEST = 40  # parts within parts; the deepest of a study file are conditions
OTHER_LINE_ENDS = re.compile("[\x85\u2028\u2029]")  # YAML ends a line at them, and no editor does
MOST_DIGITS = 15  # more are not told apart by a computer's numbers


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML 1.2's core schema on PyYAML: true/false/null and numbers; all else is text."""

    yaml_implicit_resolvers: ClassVar[dict[str, list[tuple[str, Any]]]] = {}


_PLAIN = {
    "tag:yaml.org,2002:bool": (r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    "tag:yaml.org,2002:null": (r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    "tag:yaml.org,2002:int": (r"^[-+]?[0-9]+$", "-+0123456789"),
    "tag:yaml.org,2002:float": (r"^[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)(?:[eE][-+]?[0-9]+)?$", "-+.0123456789"),
}
_TEXT = "tag:yaml.org,2002:str"


def _resolvers() -> None:
    for tag, (pattern, first) in _PLAIN.items():
        _Loader.add_implicit_resolver(tag, re.compile(pattern), list(first))


_resolvers()


@dataclass(frozen=True)
class Document:
    """A document, the lines of its places, and the faults that only its text shows."""

    content: Any
    lines: Lines
    faults: tuple[Fault, ...]


def read(path: Path) -> Document:
    """Return the document; StudyFileError where it is none, with the line and what to write."""
    text = _text(path)
    try:
        _refuse_what_unfolds(text)
        root = yaml.compose(text, Loader=_Loader)
        lines: dict[Place, int] = {}
        found = [] if root is None else list(_walk(root, (), lines))
        content = None if root is None else _Loader("").construct_document(root)
    except yaml.MarkedYAMLError as fault:
        line, message, remedy = yaml_faults.told(text, fault)
        raise _refused(line, message, remedy) from None
    return Document(_section(content), Lines(lines), (*found, *_unprintable(content)))


def content(text: str) -> Any:
    """Return what a text says that is no study file and is written as one; yaml.YAMLError where it is none."""
    return yaml.load(text, Loader=_Loader)


def _refused(line: int, message: str, remedy: str) -> StudyFileError:
    return StudyFileError(f"{STUDY_FILE}:{line}: {message}", remedy=remedy)


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        remedy = "run the command in a study's folder, or name it with --study FOLDER"
        raise StudyFileError(f"there is no {STUDY_FILE} in this folder", remedy=remedy) from None
    try:
        text = raw.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as fault:
        raise _not_utf8(raw, fault.start) from None
    if odd := Reader.NON_PRINTABLE.search(text) or OTHER_LINE_ENDS.search(text):
        name = unicodedata.name(odd.group(), "a character without a name")
        told = f"U+{ord(odd.group()):04X} {name} stands here, which cannot be printed"
        raise _refused(text[: odd.start()].count("\n") + 1, told, "take it out, and type the word anew")
    return text


def _not_utf8(raw: bytes, start: int) -> StudyFileError:
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return StudyFileError(f"{STUDY_FILE} is saved as UTF-16", remedy="save it as plain text in UTF-8")
    if raw[:2] == b"PK":
        told = f"{STUDY_FILE} is a file of a word processor or a spreadsheet, not a text file"
        return StudyFileError(told, remedy="save it as plain text in UTF-8, with the name study.yaml")
    told = "a letter on this line is not UTF-8 text"
    return _refused(raw[:start].count(b"\n") + 1, told, "save the whole file as plain text in UTF-8")


def _section(content: Any) -> dict[str, Any]:
    """Return the content when it is a section; StudyFileError says what it is instead."""
    if isinstance(content, dict):
        return content
    if content is None:
        told = "the file is empty"
    else:
        told = f"this is no study file: it begins with {'a list' if isinstance(content, list) else 'plain words'}"
    raise _refused(1, told, "begin it with format: 2, and see docs/study-file.md for the sections that follow")


def _refuse_what_unfolds(text: str) -> None:
    """Refuse ``*name``, which could hold itself or unfold without end, and parts nested deeper than any study's."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent):
            told = f"*{event.anchor} refers to another part of the file"
            raise _refused(line, told, "write it out; or quote the text, if it is one")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            told = f"brackets within brackets, more than {DEEPEST} deep"
            raise _refused(line, told, "take the needless brackets out; a list is written as [one, other]")


def _walk(node: Any, place: Place, lines: dict[Place, int]) -> Iterator[Fault]:
    """Note the line of every place, and yield keys that stand twice and numbers without end."""
    lines[place] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        yield from _keys(node, place, lines)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from _walk(item, (*place, index), lines)
    elif _is_endless(node):
        node.tag = _TEXT  # Python makes no number of thousands of digits
        remedy = "write the number as it was measured; in quotes, if it is a text"
        told = f"no number of a study file has more than {MOST_DIGITS} digits"
        yield Fault(place, told, remedy, "study-value")


def _keys(node: yaml.MappingNode, place: Place, lines: dict[Place, int]) -> Iterator[Fault]:
    """Walk a section; every key is text, also one that looks like a number, as in levels: {0: No}."""
    for key, value in node.value:
        if isinstance(key, yaml.ScalarNode):
            key.tag = _TEXT
        inner = (*place, str(key.value))
        if inner in lines:
            told = f"this key stands twice, first on line {lines[inner]}"
            yield Fault(inner, told, "take one of the two out, or give it another name", "study-key-twice")
        yield from _walk(value, inner, lines)
        lines[inner] = key.start_mark.line + 1


def _is_endless(node: yaml.ScalarNode) -> bool:
    if node.tag.endswith(":int"):
        return len(node.value.lstrip("+-0")) > MOST_DIGITS
    return node.tag.endswith(":float") and abs(float(node.value)) >= 10.0**MOST_DIGITS


def _unprintable(value: Any, place: Place = ()) -> Iterator[Fault]:
    if isinstance(value, str) and (why := glyphs.fault(value)):
        told = f"{why}; it cannot stand in the paper"
        yield Fault(place, told, "take it out, or write it in other letters", "study-character")
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _unprintable(inner, (*place, str(key)))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _unprintable(inner, (*place, index))
