"""The table of subgroups: events by arm, risk ratios and tests of interaction, level by level."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from report.ard import Results, Row
from report.paper import numbers
from report.paper.styles import Style
from report.paper.subgroups import EVERYONE, Told
from report.paper.tables.table import Line, Table
from report.paper.text import Text, fill, words
from report.study.endpoints import Endpoint, Subgroup
from report.study.model import Study

NOTE = "Risk ratios in subgroups have Miettinen-Nurminen score intervals; interactions were tested by likelihood ratio."


def subgroups(endpoint: Endpoint, study: Study, results: Results, style: Style) -> Table:
    """Return a table with a line for everyone and for each level, and for each compared arm a ratio and a test.

    Why something is not estimable stands in a note, for columns of numbers are narrow.
    """
    told = Told(endpoint, study, results, style)
    lines, notes = [_line(told, words(EVERYONE), told.of_everyone)], [words(NOTE)]
    for subgroup in endpoint.subgroups:
        lines.append(_heading(told, subgroup))
        for level, label in told.levels(subgroup).items():
            lines.append(_line(told, label, partial(told.of_level, subgroup, level), indent=1))
        notes += _reasons(told, subgroup)
    counted = (words(f"{told.name(arm)}, n of N\u00a0(%)") for arm in told.arms)
    compared = (text for arm in told.compared for text in _compared_headings(told, arm))
    return Table((words("Subgroup"), *counted, *compared), tuple(lines), tuple(notes))


def _reasons(told: Told, subgroup: Subgroup) -> Iterator[Text]:
    """Yield why a level's ratio or a subgroup's test is not estimable."""
    for arm in told.compared:
        of_arm = f", {told.versus(arm)}" if len(told.compared) > 1 else ""
        rows = [
            (label, told.of_level(subgroup, level, "estimate", arm)) for level, label in told.levels(subgroup).items()
        ]
        named = [*rows, (words(f"{told.style.p.symbol} for interaction"), told.interaction(subgroup, arm))]
        for what, row in named:
            if row.stat is None and not row.query:
                parts = {"subgroup": told.label(subgroup), "what": what, "why": numbers.text(row, told.style)}
                yield fill("{subgroup}, {what}{arm}: {why}.", arm=words(of_arm), **parts)


def _compared_headings(told: Told, arm: str) -> tuple[Text, Text]:
    """Return the headings of a compared arm's ratio and test, which name it where there are several."""
    named = f"{told.versus(arm)}, " if len(told.compared) > 1 else ""
    ratio = f"{named}risk ratio" if named else "Risk ratio"
    return (
        fill("{ratio} ({ci})", ratio=words(ratio), ci=told.interval_name()),
        words(f"{named}{told.style.p.symbol} for interaction"),
    )


def _heading(told: Told, subgroup: Subgroup) -> Line:
    blank = tuple(Text() for _ in told.arms)
    rows = (told.interaction(subgroup, arm) for arm in told.compared)
    tests = (_in_short(row) or numbers.bare_p(row, told.style) for row in rows)
    return Line(told.label(subgroup), (*blank, *(cell for test in tests for cell in (Text(), test))))


def _line(told: Told, label: Text, row: Callable[[str, str], Row], indent: int = 0) -> Line:
    counts = (numbers.of_total((row(stat, arm) for stat in ("n", "N", "p")), told.style) for arm in told.arms)
    ratios = ([row(stat, arm) for stat in ("estimate", "conf.low", "conf.high")] for arm in told.compared)
    cells = (_in_short(ratio[0]) or told.ratio(*ratio) for ratio in ratios)
    return Line(label, (*counts, *(cell for shown in cells for cell in (shown, Text()))), indent)


def _in_short(row: Row) -> Text:
    """Return that a result is not estimable, without the reason; nothing where it is, or where a query is open."""
    return Text() if row.stat is not None or row.query else numbers.printed_as(numbers.NOT_ESTIMABLE, row)
