"""What changed in the study file, place by place: the plan of the trial, and what is said of its data.

The study file holds no participant. Entries of a list are held against each other by their id, name or code.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from report.changes.sides import Side

NAMES = ("id", "name", "code", "variable", "method", "event", "label")


@dataclass(frozen=True, slots=True)
class Entry:
    """A place of the study file, its section first, and what it said and says; "" where it said nothing."""

    section: str
    place: str
    was: str
    now: str


def compare(old: Side, new: Side) -> tuple[Entry, ...]:
    """Return the places of the study file that differ, in the newer file's order; none where one cannot be read."""
    if not old.said or not new.said:
        return ()
    before, after = (dict(_flat(side.said, ())) for side in (old, new))
    places = [*after, *(place for place in before if place not in after)]
    return tuple(
        Entry(place[0], " › ".join(place[1:]), before.get(place, ""), after.get(place, ""))
        for place in places
        if before.get(place) != after.get(place)
    )


def _flat(value: object, place: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(value, Mapping) and value:
        for key, inner in value.items():
            yield from _flat(inner, (*place, str(key)))
    elif isinstance(value, list) and any(isinstance(each, Mapping | list) for each in value):
        for name, inner in _named(value):
            yield from _flat(inner, (*place, name))
    else:
        yield place, _said(value)


def _named(entries: list[Any]) -> Iterator[tuple[str, Any]]:
    """Yield the entries of a list by a name that tells them apart wherever they stand; by number where none does."""
    for key in NAMES:
        names = [str(entry.get(key, "")) if isinstance(entry, Mapping) else "" for entry in entries]
        if all(names) and len(set(names)) == len(names):
            yield from zip(names, entries, strict=True)
            return
    yield from ((str(number), entry) for number, entry in enumerate(entries, start=1))


def _said(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(_said(each) for each in value)}]"
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    return str(value)
