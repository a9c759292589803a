"""Cells that several tables print. A result without a value, an open query's hole above all, stands alone in its cell.

Each table looks its rows up itself; here those that were found are put into one cell.
"""

from __future__ import annotations

from collections.abc import Sequence

from report.ard import Row
from report.paper import numbers
from report.paper.styles import EN_DASH, Style
from report.paper.text import Text, fill, words

NONE = words(EN_DASH)


def bracketed(row: Row, inside: Text, style: Style) -> Text:
    """Return a result with something in brackets after it, such as "5 (83%)"."""
    return numbers.text(row, style) if row.stat is None else numbers.with_brackets(row, style, inside)


def share(n: Row, p: Row, style: Style) -> Text:
    """Return a count with its share, such as "5 (83%)"."""
    return bracketed(n, numbers.text(p, style), style)


def spread(middle: Row, low: Row, high: Row, style: Style) -> Text:
    """Return a middle value with the two ends about it, such as "11.0 (10.2–42.0)"."""
    if middle.stat is None:
        return numbers.text(middle, style)
    return bracketed(middle, numbers.extent(low, high, style), style)


def of(n: Row, total: Row, style: Style) -> Text:
    """Return a count with what it is out of, such as "5 of 6"."""
    if n.stat is None:
        return numbers.text(n, style)
    return fill("{n}\u00a0of\u00a0{total}", n=numbers.text(n, style), total=numbers.text(total, style))


def limits(low: Row, high: Row, level: Row, style: Style, *, named: bool) -> Text:
    """Return an interval, with its level where the heading does not name it."""
    missing = low.stat is None and high.stat is None
    shown = numbers.interval(low, high, style)
    return shown if named or missing else numbers.bracketed_interval(low, high, level, style)


def one_level(levels: Sequence[Row], style: Style) -> Row | None:
    """Return the row of the confidence level that all intervals share; None where they differ.

    One that rests on no open query is chosen, so that a heading has no hole while any cell under it has a value.
    """
    sound = [level for level in levels if not level.query] or list(levels)
    printed = {numbers.text(level, style).plain for level in sound}
    return sound[0] if len(printed) == 1 else None


def some(rows: Sequence[Row]) -> bool:
    """Return whether any count is other than zero, or not known."""
    return any(row.stat != 0 for row in rows)
