"""What went or is new: populations, endpoints, displays, analyses, and results within an analysis."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from report.ard import Row
from report.changes.matters import Look, Matter, Pair, endpoint_of
from report.changes.results import label
from report.changes.sides import Side

Kind = Literal["gone", "new"]
TOLD: dict[Kind, str] = {"gone": "is no longer there", "new": "is new"}


def lone(look: Look, pairs: Iterable[Pair], withheld: frozenset[str]) -> Iterator[Matter]:
    """Yield what only one of two sides has; displays that hold a withheld result are left out."""
    known = list(pairs)
    gone = [old for old, new in known if old is not None and new is None]
    new = [new for old, new in known if new is not None and old is None]
    yield from _displays("gone", look.old, look.new, withheld)
    yield from _displays("new", look.new, look.old, withheld)
    yield from _results(look, "gone", gone, look.old, look.new)
    yield from _results(look, "new", new, look.new, look.old)


def _displays(kind: Kind, here: Side, there: Side, withheld: frozenset[str]) -> Iterator[Matter]:
    if here.blocks is None or there.blocks is None:
        return
    had = {place for *_, place in there.printed} | {place for name, _, place in here.printed if name in withheld}
    for display in dict.fromkeys(place for *_, place in here.printed):
        if display not in had:
            yield Matter(kind, "", here.place(display), f"{display} {TOLD[kind]}")


def _results(look: Look, kind: Kind, rows: Iterable[Row], here: Side, there: Side) -> Iterator[Matter]:
    kept = {row.analysis_id for row in there.results}
    roots = {row.analysis_id.split(".")[0] for row in there.results}
    groups: dict[str, list[Row]] = {}
    for row in rows:
        root = row.analysis_id.split(".")[0]
        groups.setdefault(row.analysis_id if root in roots else root, []).append(row)
    for group, found in groups.items():
        what = _item(group, found, here, is_whole=group not in kept)
        yield look.matter(kind, found, f"{what} {_told(kind, len(found))}")


def _told(kind: Kind, number: int) -> str:
    return f"{TOLD[kind]} ({number} results)" if number > 1 else TOLD[kind]


def _item(group: str, rows: list[Row], side: Side, *, is_whole: bool) -> str:
    row = rows[0]
    endpoint = endpoint_of(side, row)
    if row.context == "population":
        return f"the population “{row.stat_label}”"
    if endpoint is not None and group == endpoint.id:
        return f"the endpoint “{endpoint.label}”"
    if is_whole or len(rows) > 1:
        return f"{'the whole analysis' if is_whole else 'a part of the analysis'} {group}"
    return label(row, side.study) if row.disclosure == "aggregate" else f"a single participant’s value in {group}"
