"""The table of subgroups: counts by arm, ratios or differences and tests of interaction, level by level."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from report.ard import Results, Row
from report.paper import numbers
from report.paper.styles import Style
from report.paper.subgroups import ESTIMATED, EVERYONE, Told
from report.paper.tables.table import Line, Table
from report.paper.text import Text, fill, words
from report.study.endpoints import Endpoint, Subgroup
from report.study.model import Study


def subgroups(endpoint: Endpoint, study: Study, results: Results, style: Style) -> Table:
    """Return a table with a line for everyone and for each level, and for each compared arm an estimate and a test.

    Why something is not estimable stands in a note, for columns of numbers are narrow.
    """
    told = Told(endpoint, study, results, style)
    lines, notes = [_line(told, words(EVERYONE), told.of_everyone)], [words(told.effect.note)]
    for subgroup in endpoint.subgroups:
        lines.append(_heading(told, subgroup))
        for level, label in told.levels(subgroup).items():
            lines.append(_line(told, label, partial(told.of_level, subgroup, level), indent=1))
        notes += _reasons(told, subgroup)
    counted = (words(f"{told.name(arm)}, {told.effect.counted}") for arm in told.arms)
    compared = (text for arm in told.compared for text in _compared_headings(told, arm))
    return Table((words("Subgroup"), *counted, *compared), tuple(lines), tuple(notes))


def _reasons(told: Told, subgroup: Subgroup) -> Iterator[Text]:
    """Yield why a level's estimate, or its interval alone, or a subgroup's test is not estimable."""
    for arm in told.compared:
        of_arm = f", {told.versus(arm)}" if len(told.compared) > 1 else ""
        rows = [(label, told.lacking(subgroup, level, arm)) for level, label in told.levels(subgroup).items()]
        named = [*rows, (words(f"{told.style.p.symbol} for interaction"), told.interaction(subgroup, arm))]
        for what, row in named:
            if row.stat is None and not row.query:
                parts = {"subgroup": told.label(subgroup), "what": what, "why": numbers.text(row, told.style)}
                yield fill("{subgroup}, {what}{arm}: {why}.", arm=words(of_arm), **parts)


def _compared_headings(told: Told, arm: str) -> tuple[Text, Text]:
    """Return the headings of a compared arm's estimate and test, which name it where there are several."""
    named = f"{told.versus(arm)}, " if len(told.compared) > 1 else ""
    return (
        told.heading(f"{named}{told.effect.name}" if named else told.effect.name.capitalize()),
        words(f"{named}{told.style.p.symbol} for interaction"),
    )


def _heading(told: Told, subgroup: Subgroup) -> Line:
    blank = tuple(Text() for _ in told.arms)
    rows = (told.interaction(subgroup, arm) for arm in told.compared)
    tests = (_in_short(row) or numbers.bare_p(row, told.style) for row in rows)
    return Line(told.label(subgroup), (*blank, *(cell for test in tests for cell in (Text(), test))))


def _line(told: Told, label: Text, row: Callable[[str, str], Row], indent: int = 0) -> Line:
    counts = (_count(told, [row(stat, arm) for stat in told.effect.counts]) for arm in told.arms)
    cells = (told.in_short(*(row(stat, arm) for stat in ESTIMATED)) for arm in told.compared)
    return Line(label, (*counts, *(cell for shown in cells for cell in (shown, Text()))), indent)


def _count(told: Told, rows: list[Row]) -> Text:
    """Return a count by itself, of a total, or of a total with its share; a hole stands alone."""
    if len(rows) == 3:
        return numbers.of_total(rows, told.style)
    if len(rows) == 1 or rows[0].query:
        return numbers.text(rows[0], told.style)
    n, total = (numbers.text(each, told.style) for each in rows)
    return fill("{n}\u00a0of\u00a0{total}", n=n, total=total)


def _in_short(row: Row) -> Text:
    """Return that a result is not estimable, without the reason; nothing where it is, or where a query is open."""
    return Text() if row.stat is not None or row.query else numbers.printed_as(numbers.NOT_ESTIMABLE, row)
