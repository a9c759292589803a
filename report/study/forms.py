"""What may stand at a place of the study file, in an author's words, from the models' own annotations."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from report.study.data import DATA_FILE, NAME, SHA256, TEXT, TEXT_FILE
from report.study.endpoints import METHODS
from report.study.places import Place, at

DATE_AS = "2013-02-01"
_PLAIN = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    date: f"a date as {DATE_AS}",
}
_PATTERNS = {
    NAME: "a name of lower-case letters, digits and underscores",
    DATA_FILE: "the name of a file in data/ that ends in .csv, .tsv, .txt, .xpt or .sas7bdat",
    TEXT_FILE: "the name of a file in data/ that ends in .csv, .tsv or .txt",
    TEXT: "text",
    SHA256: "the SHA-256 of a file, 64 digits from 0 to f,",
}
NAMED = {
    "dataset": "the name of a data set",
    "population": "the name of a population",
    "visit": "the id of a visit",
    "against": "the id of a visit",
    "at": "the id of a visit",
    "endpoint": "the id of an endpoint",
    "reference": "the id of an arm",
    "method": f"one of {', '.join(METHODS)}",
    "reported": "the id of a reported number",
    "code": "a name of lower-case letters, digits and underscores",
    "endpoints": "the id of an endpoint",
    "visits": "the id of a visit",
    "affiliations": "the name of an affiliation",
    "difference": "the id of a number of the flow",
    "before": "the name of a period",
    "after": "the name of a period",
}
_BOUNDS = {"ge": "from {}", "gt": "above {}", "le": "to {}", "lt": "below {}"}


class Held(NamedTuple):
    """What a place may hold: a type, and its bounds or its pattern."""

    type: Any
    bounds: tuple[Any, ...] = ()


def held_at(model: Any, place: Place, content: Any) -> Held | None:
    """Return what a model lets stand at a place; None where it has no such place."""
    held: Held | None = Held(model)
    for depth, step in enumerate(place, 1):
        held = _step(held, step, at(content, place[:depth])) if held else None
    return held


def keys(held: Held | None, *, required: bool = False) -> list[str]:
    """Return the keys of a section with keys of its own; none where an author names them."""
    fields = getattr(held.type, "model_fields", {}) if held else {}
    return [f.alias or name for name, f in fields.items() if f.is_required() or not required]


def words(held: Held | None) -> tuple[str, ...]:
    """Return the words or numbers of which one is to be written; none where there is no such list."""
    is_list = held is not None and typing.get_origin(held.type) is typing.Literal
    return tuple(map(str, typing.get_args(held.type))) if held and is_list else ()


def expected(held: Held, key: str = "") -> str:
    """Return what is said where something else stands: ``a whole number was expected``."""
    told = form(held, key)
    if told.startswith("two "):
        return f"{told} were expected" + (", as [42, 70]" if told == "two numbers" else "")
    return f"{told} was expected"


def form(held: Held, key: str = "") -> str:
    """Return what is to be written, such as ``a whole number from 0 to 6``; of a name, of what it is at this key."""
    origin, inner = typing.get_origin(held.type), typing.get_args(held.type)
    if origin is typing.Literal:
        return f"one of {', '.join(map(str, inner))}"
    if origin is tuple:
        return "a list" if inner[-1] is Ellipsis else f"two {'names' if inner[0] is str else 'numbers'}"
    if origin is dict or hasattr(held.type, "model_fields"):
        return "a section with keys"
    if len(inner) > 1:
        return "a text, a number, true or false, or a list of them"
    pattern = next((p for p in map(_pattern, held.bounds) if p), "")
    if pattern == NAME and key not in ("", "id"):
        return NAMED.get(key, "the name of a column or of a derived variable")
    return _PATTERNS.get(pattern) or _between(_PLAIN.get(held.type, "something else"), held.bounds)


def _pattern(bound: Any) -> str:
    return getattr(bound, "pattern", None) or ""


def _between(kind: str, bounds: tuple[Any, ...]) -> str:
    limits = [said.format(getattr(b, key)) for key, said in _BOUNDS.items() for b in bounds if hasattr(b, key)]
    if len(limits) == 2:
        limits[1] = limits[1].replace("below ", "and below " if limits[0].startswith("above ") else "to below ")
    if len(limits) == 1:
        limits = [limits[0].replace("from ", "of at least ").replace("to ", "of at most ")]
    return " ".join([kind.removesuffix(f" as {DATE_AS}") if limits else kind, *limits])


def plain(annotation: Any, bounds: tuple[Any, ...] = ()) -> Held:
    """Return what an annotation lets stand, its bounds apart, None left out."""
    if typing.get_origin(annotation) is typing.Annotated:
        inner, *more = typing.get_args(annotation)
        return plain(inner, (*bounds, *_flat(more)))
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        some = [a for a in typing.get_args(annotation) if a is not type(None)]
        return plain(some[0], bounds) if len(some) == 1 else Held(annotation, bounds)
    return Held(annotation, bounds)


def _flat(more: list[Any]) -> Iterator[Any]:
    for each in more:
        yield from getattr(each, "metadata", None) or [each]


def _step(held: Held, step: str | int, value: Any) -> Held | None:
    origin, inner = typing.get_origin(held.type), typing.get_args(held.type)
    if origin is dict:
        return _chosen(inner[1], value)
    if origin is tuple:
        within = isinstance(step, int) and (inner[-1] is Ellipsis or step < len(inner))
        return _chosen(inner[0 if inner[-1] is Ellipsis else int(step)], value) if within else None
    for name, field in getattr(held.type, "model_fields", {}).items():
        if step in (name, field.alias):
            found = _chosen(field.annotation, value)
            return Held(found.type, (*found.bounds, *field.metadata)) if found else None
    return None


def _chosen(annotation: Any, value: Any) -> Held | None:
    """Return what a step leads to; of several rules the one that is written there, None where none is."""
    held = plain(annotation)
    rules = _rules(held)
    if not rules:
        return held
    said = value.get("rule") if isinstance(value, dict) else None
    return next((Held(a) for a in rules if said in typing.get_args(a.model_fields["rule"].annotation)), Held(rules[0]))


def _rules(held: Held) -> list[Any]:
    is_choice = typing.get_origin(held.type) in (typing.Union, types.UnionType)
    return [a for a in typing.get_args(held.type) if is_choice and hasattr(a, "model_fields")]


def rules(annotation: Any) -> list[str]:
    """Return the rules of which a section names one."""
    return [str(typing.get_args(m.model_fields["rule"].annotation)[0]) for m in _rules(plain(annotation))]
