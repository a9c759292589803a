"""What stands where an archive holds no rows of single participants: the same words in text, tables and figures.

The results of such an archive hold a row for each display that cannot be drawn; that row is printed in its place.
"""

from __future__ import annotations

from matplotlib.figure import Figure

from report.ard import Results, Row, name_result
from report.paper import numbers
from report.paper.figures.drawing import INK, POINTS_PER_INCH, Drawing
from report.paper.numbers import LEFT_OUT
from report.paper.styles import Style
from report.paper.tables.table import Line, Table
from report.paper.text import words
from report.study.displays import Display

ANALYSIS = "left_out"
WIDTH, HEIGHT = 300.0, 60.0  # points


def row(display_id: str) -> Row:
    """Return the row that says of a display that it is left out."""
    return Row(
        result_id=name_result(ANALYSIS, display_id, stat_name="display"), analysis_id=ANALYSIS, variable=display_id,
        context=ANALYSIS, method="none", stat_name="display", stat_label="Display", reason=LEFT_OUT, format_key="text",
    )  # fmt: skip


def concerns(display: Display, results: Results) -> bool:
    """Return whether the rows of a display are left out of these results."""
    return bool(results.select(analysis_id=ANALYSIS, variable=display.id))


def table(display: Display, results: Results, style: Style) -> Table:
    """Return the table that stands in place of a display's; its own notes stay."""
    told = numbers.text(results.one(analysis_id=ANALYSIS, variable=display.id), style)
    headings = (words("Participant"), words("Values"))
    return Table(headings, (Line(told, ()),), tuple(words(note) for note in display.notes))


def drawing(display: Display, results: Results, style: Style) -> Drawing:
    """Return the figure that stands in place of a display's."""
    told = numbers.text(results.one(analysis_id=ANALYSIS, variable=display.id), style)
    figure = Figure(facecolor="none", figsize=(WIDTH / POINTS_PER_INCH, HEIGHT / POINTS_PER_INCH))
    figure.text(0.5, 0.5, told.plain, ha="center", va="center", color=INK)
    return Drawing(figure, told, WIDTH)
