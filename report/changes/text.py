"""Every paragraph, cell, figure and box that changed, with what it said and says.

Tables are held against each other by their display and row by row, figures by their display, and all else in the order
of the page. A figure changes in its alternative text, box by box, or in its drawing alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Literal, TypeVar

from report.changes.sides import Side
from report.publish.blocks import Block

Sort = Literal["changed", "added", "removed"]
ALIKE = 0.4
DRAWING = "drawing"
DRAWN = "drawn otherwise; its alternative text is the same"
Row = tuple["Spot", ...]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Spot:
    """A block of the page: the display that it belongs to, if any, and what a reader calls its place.

    ``part`` is a table, a figure or the heading above; ``where`` the place in a table; ``at`` the place on the page.
    """

    block: Block
    display: str
    part: str
    where: str = ""
    at: int = 0


@dataclass(frozen=True, slots=True)
class Changed:
    """A block that changed: its kind, its place, what it said and says, and the ids of the results in it.

    ``in_words`` is whether more changed than the printed results in it.
    """

    sort: Sort
    kind: str
    part: str
    where: str
    was: str
    now: str
    results: frozenset[str] = frozenset()
    in_words: bool = True
    at: int = 0


def compare(old: Side, new: Side, withheld: frozenset[str]) -> tuple[Changed, ...]:
    """Return every block that changed, in the order of the page; none where one side has no page.

    ``withheld`` are results that may not be shown: a paragraph or a table with one is left out, and so is every figure.
    """
    if old.blocks is None or new.blocks is None:
        return ()
    before, after = spots(old), spots(new)
    if withheld:
        closed = {spot.display for spot in (*before, *after) if spot.display and _has(spot, withheld)}
        before, after = ([s for s in side if not _is_closed(s, withheld, closed)] for side in (before, after))
    found = [*_prose(before, after), *_tables(before, after), *_figures(before, after, old, new, drawn=not withheld)]
    return tuple(sorted(found, key=lambda each: each.at))


def _has(spot: Spot, withheld: frozenset[str]) -> bool:
    return any(name in withheld for name, _ in spot.block.results)


def _is_closed(spot: Spot, withheld: frozenset[str], closed: set[str]) -> bool:
    return spot.block.kind == "alt" or spot.display in closed or _has(spot, withheld)


def spots(side: Side) -> list[Spot]:
    """Return every block of a page with its place."""
    found: list[Spot] = []
    heading, figures, tables = "", iter(side.shown.figures), _Places(side.blocks or ())
    for at, block in enumerate(side.blocks or ()):
        heading = block.text if block.kind in ("title", "heading") else heading
        display = _table(side, block.table) if block.table else next(figures, "") if block.kind == "alt" else ""
        part = side.place(display) if display else heading
        found.append(Spot(block, display, part, tables.where(block) if block.table else "", at))
    return found


def _table(side: Side, number: int) -> str:
    """Return the display that a table of the page is; one that is none is told by its number."""
    known = side.shown.tables[number - 1] if number <= len(side.shown.tables) else ""
    return known or f"table {number} on the page"


class _Places:
    """Where a cell stands, in words: the row and the column, and the group of rows where a row's name stands twice."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self.cells = Counter((block.table, block.row) for block in blocks if block.table)
        self.stubs = Counter((block.table, block.text) for block in blocks if block.table and block.column == 1)
        self.group, self.stub = "", ""
        self.columns: dict[int, str] = {}

    def where(self, block: Block) -> str:
        """Return the place of the next cell, in the order of the page."""
        is_alone = self.cells[block.table, block.row] == 1 and block.row > 1
        if block.column == 1:
            self.columns = {} if block.row == 1 else self.columns
            self.group = "" if block.row == 1 else block.text if is_alone else self.group
            self.stub = "" if is_alone else block.text
            return "" if is_alone or self.stubs[block.table, self.stub] == 1 else self.group
        if block.kind == "header-cell":
            self.columns[block.column] = block.text
        column = self.columns.get(block.column, "") if block.kind == "cell" else ""
        group = self.group if self.stubs[block.table, self.stub] > 1 else ""
        return ", ".join(part for part in (group, self.stub, column) if part)


def _prose(before: Sequence[Spot], after: Sequence[Spot]) -> Iterator[Changed]:
    """Yield what changed outside of tables and figures."""
    old, new = ([s for s in side if not s.block.table and s.block.kind != "alt"] for side in (before, after))
    for a, b in _aligned(old, new, lambda spot: (spot.block.kind, spot.block.text)):
        yield from _paired(a, b)


def _tables(before: Sequence[Spot], after: Sequence[Spot]) -> Iterator[Changed]:
    """Yield what changed in the cells of tables that both sides have, and the rows of a table that only one has."""
    old, new = _by_table(before), _by_table(after)
    for display in dict.fromkeys([*new, *old]):
        rows, others = old.get(display, []), new.get(display, [])
        for a, b in _aligned(rows, others, lambda row: (row[0].block.text, len(row))):
            if len(a) == len(b):
                for was, now in zip(a, b, strict=True):
                    yield from _row(was, now)
            else:
                yield from _paired([_joined(r) for r in a], [_joined(r) for r in b])
        for was, now in _equal(rows, others, lambda row: (row[0].block.text, len(row))):
            yield from _row(was, now)


def _row(was: Row, now: Row) -> Iterator[Changed]:
    """Yield the cells of two rows that differ; the rows as wholes where they have not the same cells."""
    if len(was) != len(now):
        yield from _changed(_joined(was), _joined(now))
        return
    for a, b in zip(was, now, strict=True):
        yield from _changed(a, b)


def _by_table(of: Sequence[Spot]) -> dict[str, list[Row]]:
    rows: dict[str, dict[int, list[Spot]]] = {}
    for spot in of:
        if spot.block.table:
            rows.setdefault(spot.display, {}).setdefault(spot.block.row, []).append(spot)
    return {display: [tuple(row) for row in found.values()] for display, found in rows.items()}


def _joined(row: Row) -> Spot:
    """Return a row of a table as one block."""
    text = " | ".join(spot.block.text for spot in row)
    results = tuple(result for spot in row for result in spot.block.results)
    return replace(row[0], block=replace(row[0].block, kind="row", text=text, results=results))


def _figures(before: Sequence[Spot], after: Sequence[Spot], old: Side, new: Side, *, drawn: bool) -> Iterator[Changed]:
    """Yield the figures whose alternative text changed, and those that are only drawn otherwise."""
    alts = [{s.display: s for s in side if s.block.kind == "alt"} for side in (before, after)]
    for display in dict.fromkeys([*alts[1], *alts[0]]):
        was, now = (side.get(display) for side in alts)
        told = list(_changed(was, now))
        yield from told
        if drawn and not told and old.shown.drawings.get(display) != new.shown.drawings.get(display):
            yield Changed("changed", DRAWING, new.place(display), "", DRAWN, DRAWN, at=now.at if now else 0)


def _changed(was: Spot | None, now: Spot | None) -> Iterator[Changed]:
    spot = now or was
    if spot is None or (was and now and was.block.text == now.block.text):
        return
    sort: Sort = "changed" if was and now else "added" if now else "removed"
    said, says = (one.block.text if one else "" for one in (was, now))
    results = frozenset(name for one in (was, now) if one for name, _ in one.block.results)
    in_words = was is None or now is None or _differ_in_words(was, now)
    yield Changed(sort, spot.block.kind, spot.part, spot.where, said, says, results, in_words, spot.at)


def _differ_in_words(was: Spot, now: Spot) -> bool:
    """Return whether more differs than printed results; in an alternative text, more than its numbers."""
    if now.block.kind == "alt":
        return _letters(was.block.text) != _letters(now.block.text)
    return _frame(was) != _frame(now)


def _letters(text: str) -> str:
    return "".join(c for c in text if c.isalpha())


def _frame(spot: Spot) -> str:
    """Return the words of a block, with each printed result taken out."""
    rest, frame = spot.block.text, ""
    for _, text in spot.block.results:
        before, found, after = rest.partition(text)
        frame, rest = (frame + before + "\ufffc", after) if found else (frame, rest)
    return frame + rest


def _aligned(old: Sequence[T], new: Sequence[T], key: Callable[[T], Hashable]) -> Iterator[tuple[list[T], list[T]]]:
    """Yield the stretches of both sequences that are not the same by that key."""
    for sort, a, b in _stretches(old, new, key):
        if sort != "equal":
            yield a, b


def _equal(old: Sequence[T], new: Sequence[T], key: Callable[[T], Hashable]) -> Iterator[tuple[T, T]]:
    """Yield each pair of both sequences that is the same by that key, and may differ otherwise."""
    for sort, a, b in _stretches(old, new, key):
        if sort == "equal":
            yield from zip(a, b, strict=True)


def _stretches(
    old: Sequence[T], new: Sequence[T], key: Callable[[T], Hashable]
) -> Iterator[tuple[str, list[T], list[T]]]:
    matcher = SequenceMatcher(None, [key(e) for e in old], [key(e) for e in new], autojunk=False)
    for sort, a, b, c, d in matcher.get_opcodes():
        yield sort, list(old[a:b]), list(new[c:d])


def _paired(old: list[Spot], new: list[Spot]) -> Iterator[Changed]:
    """Yield two stretches of blocks as pairs: in their order, each with the first that is of its kind and like it."""
    left = list(old)
    for now in new:
        at = next((at for at, was in enumerate(left) if _are_alike(was, now, alone=len(old) == len(new))), None)
        if at is None:
            yield from _changed(None, now)
            continue
        for gone in left[:at]:
            yield from _changed(gone, None)
        yield from _changed(left[at], now)
        left = left[at + 1 :]
    for gone in left:
        yield from _changed(gone, None)


def _are_alike(was: Spot, now: Spot, *, alone: bool) -> bool:
    if was.block.kind != now.block.kind:
        return False
    return alone or SequenceMatcher(None, was.block.text, now.block.text, autojunk=False).quick_ratio() >= ALIKE
