"""Every result that moved, appeared or went: old and new as the paper prints them, and where they stand.

A result has moved when its printed text did. One whose value differs only in digits that nobody prints is counted. The
number of a query is given anew in each build, so a hole that stays a hole has not moved.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from report.ard import Row
from report.changes.blinding import Blinding
from report.changes.sides import Side
from report.paper import numbers
from report.study.model import Study

Kind = Literal[
    "moved", "printed otherwise", "new", "gone", "hole opened", "hole closed", "lost its value", "got a value"
]
ABSENT = ""


@dataclass(frozen=True, slots=True)
class Moved:
    """One result: its rows on both sides (None where it is not), both printed texts, and its places in the paper."""

    kind: Kind
    old: Row | None
    new: Row | None
    was: str
    now: str
    places: tuple[str, ...]
    subject: str
    label: str

    @property
    def row(self) -> Row:
        """The newer row, or the one that went."""
        row = self.new or self.old
        assert row is not None
        return row

    @property
    def result_id(self) -> str:
        """The result's id."""
        return self.row.result_id

    @property
    def is_individual(self) -> bool:
        """Whether it is a single participant's value."""
        return self.row.disclosure != "aggregate"


@dataclass(frozen=True)
class Comparison:
    """The results that moved, in the order of the page; ``unprinted`` are ids that moved in digits not printed."""

    moved: tuple[Moved, ...]
    unprinted: tuple[str, ...]
    left_out: int
    pairs: tuple[tuple[Row | None, Row | None], ...]


def compare(old: Side, new: Side, blinding: Blinding) -> Comparison:
    """Return how the results of two sides differ; what may not be compared is only counted."""
    pairs = [pair for pair in _pairs(old, new) if not (_is_individual(pair) and (old.is_public or new.is_public))]
    allowed = tuple((a, b) for a, b in pairs if all(row is None or blinding.allows(row) for row in (a, b)))
    places = {**old.places(), **new.places()}
    moved = [found for pair in allowed if (found := _moved(pair, old, new, places)) is not None]
    order = {name: index for index, name in enumerate(places)}
    moved.sort(key=lambda each: (each.is_individual, order.get(each.result_id, len(order))))
    unprinted = tuple(b.result_id for a, b in allowed if a and b and _is_unprinted(a, b, old, new))
    return Comparison(tuple(moved), unprinted, len(pairs) - len(allowed), allowed)


def _pairs(old: Side, new: Side) -> Iterator[tuple[Row | None, Row | None]]:
    before = {row.result_id: row for row in old.results}
    for row in new.results:
        yield before.pop(row.result_id, None), row
    for row in before.values():
        yield row, None


def _is_individual(pair: tuple[Row | None, Row | None]) -> bool:
    return any(row is not None and row.disclosure != "aggregate" for row in pair)


def _moved(
    pair: tuple[Row | None, Row | None], old: Side, new: Side, places: Mapping[str, tuple[str, ...]]
) -> Moved | None:
    kind = kind_of(*pair, old, new)
    row = pair[1] or pair[0]
    if kind is None or row is None:
        return None
    was, now = (ABSENT if one is None else said(one, side) for one, side in zip(pair, (old, new), strict=True))
    study = new.study or old.study
    return Moved(
        kind, *pair, was, now, places.get(row.result_id, ()), subject(row, study), label(row, study)
    )  # fmt: skip


def kind_of(old: Row | None, new: Row | None, older: Side, newer: Side) -> Kind | None:
    """Return in what way a result has moved; None where its printed text has not."""
    if old is None or new is None:
        return "new" if old is None else "gone"
    if bool(old.query) != bool(new.query):
        return "hole opened" if new.query else "hole closed"
    if old.query:
        return None
    if (old.stat is None) != (new.stat is None):
        return "lost its value" if new.stat is None else "got a value"
    if said(old, older) == said(new, newer):
        return None
    return "printed otherwise" if old.stat == new.stat and old.reason == new.reason else "moved"


def said(row: Row, side: Side) -> str:
    """Return a result as the side's paper prints it; a text or a truth value as it is."""
    if row.format_key == "text" and row.stat is not None and not row.query:
        return {True: "yes", False: "no"}[row.stat] if isinstance(row.stat, bool) else str(row.stat)
    shown = numbers.text(row, side.style).plain
    return shown.removeprefix("=").strip() if row.stat_name.startswith("p.") else shown


def _is_unprinted(old: Row, new: Row, older: Side, newer: Side) -> bool:
    return old.stat != new.stat and kind_of(old, new, older, newer) is None and not new.query


def subject(row: Row, study: Study | None) -> str:
    """Return what a result is of, for a heading: an endpoint's label, or the part of the analysis."""
    root = row.analysis_id.split(".")[0]
    endpoints = {each.id: each.label for each in study.endpoints} if study is not None else {}
    return endpoints.get(root, SUBJECTS.get(root) or root.replace("_", " ").capitalize())


SUBJECTS = {"individual": "Single participants", "disposition": "Flow of participants", "queries": "Queries"}


def label(row: Row, study: Study | None) -> str:
    """Return what a result is within its subject: method or variable, level, arm, visit, and the statistic."""
    root, *rest = row.analysis_id.split(".")
    endpoint = next((each for each in study.endpoints if each.id == root), None) if study is not None else None
    what = _method(rest, study) if endpoint is not None else _variable(row, study)
    what = "" if what and row.stat_label.startswith(what) else what
    is_of_all = endpoint is not None and (row.variable, row.variable_level) == (endpoint.variable, endpoint.event)
    strata = endpoint.strata if endpoint is not None else None
    level = "" if is_of_all else _level(row.variable_level, study, row.variable, strata)
    group = _arm(row, study) if row.group1 == "arm" else row.group1_level
    visit = _visit(row, study)
    visit = "" if visit.casefold() in subject(row, study).casefold() else visit
    parts = (what, level, group, visit, row.stat_label)
    return ", ".join(dict.fromkeys(part for part in parts if part))


def _method(rest: Sequence[str], study: Study | None) -> str:
    """Return the name of an endpoint's method, or of the subgroup, in words."""
    said = " ".join(rest)
    subgroup = said.removeprefix("subgroup_")
    if subgroup != said and study is not None and study.homes(subgroup):
        return f"subgroup {study.variable(subgroup).label or subgroup}"
    said = said.replace("_", " ")
    for name in PROPER:
        said = said.replace(name.casefold().replace("-", " "), name)
    return said


PROPER = ("Hodges-Lehmann", "Mantel-Haenszel", "Fisher", "Newcombe", "Koopman")


def _variable(row: Row, study: Study | None) -> str:
    if study is None or not study.homes(row.variable):
        return "" if row.variable in row.analysis_id.split(".") and row.context in BARE else row.variable
    column = study.variable(row.variable)
    return (column.label or row.variable) + (f" ({column.unit})" if column.unit else "")


BARE = ("population", "disposition", "queries")  # their statistic's label says it all


def _level(level: str, study: Study | None, *variables: str | None) -> str:
    """Return the label of a level of the first of these variables that has it; the level itself where none has."""
    homes = [name for name in variables if name and study is not None and study.homes(name)]
    named = (study.variable(name).levels.get(level) for name in homes if study is not None)
    return next((label for label in named if label), level)


def _arm(row: Row, study: Study | None) -> str:
    arms = {arm.id: arm.short or arm.label for arm in study.design.arms} if study is not None else {}
    return arms.get(row.group1_level, row.group1_level)


def _visit(row: Row, study: Study | None) -> str:
    visits = {visit.id: visit.label for visit in study.visits} if study is not None else {}
    return visits.get(row.visit, row.visit)


def by_subject(moved: Iterable[Moved]) -> dict[str, list[Moved]]:
    """Return the moved results by what they are of, in their order."""
    found: dict[str, list[Moved]] = {}
    for each in moved:
        found.setdefault(each.subject, []).append(each)
    return found
