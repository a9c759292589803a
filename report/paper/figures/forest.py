"""The forest plot: the effect in subgroups with its intervals on an axis, and all numbers beside it."""

from __future__ import annotations

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.patches import Polygon, Rectangle

from report.ard import Results
from report.paper.figures.drawing import (
    BAND,
    IN_PIXELS,
    INK,
    LANDSCAPE,
    POINTS_PER_INCH,
    QUIET,
    UPRIGHT,
    Drawing,
    measure,
)
from report.paper.figures.forest_axis import Mark
from report.paper.figures.forest_layout import ARROW, GAP, TICK, Layout, Panel, layout
from report.paper.figures.forest_lines import forest_lines
from report.paper.styles import Style
from report.study.displays import Display
from report.study.model import Study

TICK_LENGTH = 3.0
FAINT = "#c8c8c8"
DIAMOND = 4.0  # half its height
HEAD = 3.2  # half the height of an arrow's head


def draw_forest(display: Display, study: Study, results: Results, style: Style) -> Drawing:
    """Return the effect on an endpoint by subgroup, an axis for each compared arm; several lie on a landscape page."""
    assert display.endpoint is not None
    told = forest_lines(study.endpoint(display.endpoint), study, results, style)
    pages = LANDSCAPE if display.wide or len(told.compared) > 1 else UPRIGHT
    made = layout(told, pages[study.journal.paper], style, measure(IN_PIXELS))
    return Drawing(figure_of(made), told.alt, made.width)


def figure_of(made: Layout) -> Figure:
    """Return the drawing of a laid-out forest plot; each text carries its number as its group id."""
    figure = Figure(facecolor="none", figsize=(made.width / POINTS_PER_INCH, made.height / POINTS_PER_INCH))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, made.width), ylim=(made.height, 0))
    axes.axis("off")
    axes.plot([0, made.width], [made.rule] * 2, color=INK, linewidth=0.6)
    for rule in made.rules:
        axes.plot([0, made.width], [rule] * 2, color=FAINT, linewidth=0.5, zorder=1)
    for panel in made.panels:
        _draw_panel(axes, panel, made.foot)
    for number, text in enumerate(made.texts):
        axes.text(text.x, text.y, text.text, ha=text.align, va="baseline", color=INK, gid=f"text-{number}")
    return figure


def _draw_panel(axes: mpl.axes.Axes, panel: Panel, foot: float) -> None:
    at_null = panel.axis.x(panel.axis.null)
    for top, bottom in panel.at_null:
        axes.plot([at_null] * 2, [top, bottom], color=QUIET, linewidth=0.7, linestyle=(0, (3, 2)))
    axes.plot([panel.axis.left, panel.axis.right], [foot] * 2, color=INK, linewidth=0.7)
    for tick in panel.axis.ticks():
        axes.plot([panel.axis.x(tick)] * 2, [foot, foot + TICK_LENGTH], color=INK, linewidth=0.7)
    for mark in panel.marks:
        _draw_mark(axes, mark)
    for way, end in ((-1, panel.axis.left), (1, panel.axis.right)):
        start, y = at_null + way * GAP / 2, foot + TICK + ARROW / 2
        axes.plot([start, end], [y] * 2, color=INK, linewidth=0.7)
        _draw_head(axes, end, y, way)


def _draw_mark(axes: mpl.axes.Axes, mark: Mark) -> None:
    left, right = mark.ends
    if mark.side is None and mark.middle is not None and not any(mark.leaves):
        corners = [(left, mark.y), (mark.middle, mark.y - DIAMOND), (right, mark.y), (mark.middle, mark.y + DIAMOND)]
        axes.add_patch(Polygon(corners, facecolor=BAND, edgecolor=INK, linewidth=0.7, zorder=3))
        return
    axes.plot([left, right], [mark.y] * 2, color=INK, linewidth=1.0, solid_capstyle="butt", zorder=2)
    for way, end, leaves in zip((-1, 1), mark.ends, mark.leaves, strict=True):
        if leaves:
            _draw_head(axes, end, mark.y, way)
    if mark.middle is not None:
        _draw_square(axes, mark.middle, mark.y, 2 * DIAMOND if mark.side is None else mark.side)


def _draw_square(axes: mpl.axes.Axes, x: float, y: float, side: float) -> None:
    square = Rectangle((x - side / 2, y - side / 2), side, side, facecolor=INK, edgecolor="none", zorder=3)
    axes.add_patch(square)


def _draw_head(axes: mpl.axes.Axes, x: float, y: float, way: int) -> None:
    """Draw the head of an arrow whose point is at x."""
    back = x - way * 1.6 * HEAD
    axes.add_patch(Polygon([(x, y), (back, y - HEAD), (back, y + HEAD)], facecolor=INK, edgecolor="none", zorder=3))
