"""Tables as pandoc trees: columns as wide as what they hold, lines that span, headings that break before their unit."""

from __future__ import annotations

from typing import Any

import pytest

from report.paper import trees
from report.paper.tables.table import Line, Table
from report.paper.text import words
from tests.tabled import PERIODS, PLANNED


def of(names: list[str], *cells: tuple[str, ...]) -> Table:
    held = tuple(Line(words(stub), tuple(map(words, shown))) for stub, *shown in cells)
    return Table(tuple(map(words, names)), held, ())


def test_columns_are_alike_where_all_can_be_as_wide_as_the_widest() -> None:
    shares = trees.widths(of(["Outcome", "Arm a", "Arm b"], ("Died", "27 of 295 (9.2%)", "5")), 84)
    assert shares[1] == shares[2] and sum(shares) == pytest.approx(1, abs=0.001)


def test_twelve_columns_are_each_as_wide_as_their_words() -> None:
    """With room for every word none is broken; a column of long numbers is wider than one of short ones."""
    names = ["Visit", *(f"Name{i} (mg/L)" for i in range(10)), "Physician’s assessment"]
    table = of(names, ("Baseline", *["12"] * 10, "−8.4 (−14.9 to −0.4)"))
    shares = trees.widths(table, trees.WIDE_LINE)
    assert sum(shares) == pytest.approx(1, abs=0.001)
    assert shares[-1] > 1.3 * shares[1] and len(set(shares[1:11])) == 1
    for name, share in zip(names, shares, strict=True):
        assert share * trees.WIDE_LINE >= max(map(len, name.split()))


def test_long_prose_leaves_room_for_numbers() -> None:
    prose = "a reason that goes on and on " * 60
    shares = trees.widths(
        of(["Outcome", "n", "Why", "Estimate (interval)"], ("Died", "6", prose, "1.234 (1.111 to 1.999)")), 84
    )
    assert shares[2] == max(shares) and shares[3] * 84 >= len("(interval)") and shares[1] * 84 >= 2
    assert trees.widths(of(["Outcome", "n"], ("x" * 500, "6")), 84)[0] <= trees.MOST_STUB


def test_words_that_do_not_fit_share_the_line() -> None:
    shares = trees.widths(of(["Outcome", *["Pneumonoultramicroscopic"] * 11], ("Died", *["6"] * 11)), 84)
    assert sum(shares) == pytest.approx(1, abs=0.001) and min(shares) > 0


def cells_of(node: trees.Node, part: int) -> list[Any]:
    """Return the cells of a table's head (3) or of its body (4), row by row."""
    rows = node["c"][part][1] if part == 3 else node["c"][part][0][3]
    return [row[1] for row in rows]


def test_prose_is_set_to_the_left_and_a_heading_line_spans_the_table() -> None:
    node = trees.table(PLANNED.build(), wide=True)
    assert [spec[0]["t"] for spec in node["c"][2]] == ["AlignLeft", "AlignLeft", "AlignCenter", "AlignLeft"]
    spans = [[cell[3] for cell in row] for row in cells_of(node, 4)]
    assert spans[:2] == [[4], [1, 1, 1, 1]]
    compared = cells_of(trees.table(PERIODS.build()), 4)[-1]
    assert [cell[3] for cell in compared] == [1, 2]


def test_a_heading_that_does_not_fit_breaks_before_its_brackets() -> None:
    """And only there: a break within (mg/L) would be the engine's own."""
    wide = of(["Visit", *["Protein (mg/L)"] * 11], ("Baseline", *["12"] * 11))
    heading = cells_of(trees.table(wide), 3)[0][1][4][0]["c"]
    assert [node["t"] for node in heading] == ["Str", "LineBreak", "Str"]
    narrow = of(["Visit", "Protein (mg/L)"], ("Baseline", "12"))
    assert [node["t"] for node in cells_of(trees.table(narrow), 3)[0][1][4][0]["c"]] == ["Str", "Space", "Str"]
