"""Curves of times to an event: Kaplan-Meier or cumulative incidence, with the numbers at risk under the axis.

Arms are told apart by their lines, not by colour alone: each name stands beside its curve with a sample of its line.
"""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib as mpl
from matplotlib.figure import Figure

from report.ard import Results
from report.errors import DisplayError
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
from report.paper.figures.survival_layout import ASCENT, GAP, LINE, SAMPLE, TICK, Axes, Label, Layout, layout
from report.paper.figures.survival_lines import FALLING, Curve, Curves, Step, curves_of
from report.paper.styles import Style
from report.study.displays import Display
from report.study.model import Study

# six lines that are told apart without colour
LINES = (
    ("-", INK), ((0, (5, 2)), BAND), ((0, (1.2, 1.4)), INK), ((0, (6, 1.6, 1.2, 1.6)), QUIET), ((0, (9, 2.5)), QUIET),
    ((0, (4, 1.4, 1, 1.4, 1, 1.4)), BAND),
)  # fmt: skip
MARK, WIDTH = 4.5, 1.15
SHADE = 0.16


def draw_curves(display: Display, study: Study, results: Results, style: Style) -> Drawing:
    """Return the curves of an endpoint by arm, or of a single arm; DisplayError where there are more than six."""
    told = curves_of(display, study, results, style)
    if len(told.curves) > len(LINES):
        raise DisplayError(f"{len(told.curves)} curves cannot be told apart", remedy=f"show at most {len(LINES)} arms")
    pages = LANDSCAPE if display.wide else UPRIGHT
    made = layout(told, pages[study.journal.paper], style, measure(IN_PIXELS))
    return Drawing(figure_of(told, made), told.alt, made.width)


def figure_of(told: Curves, made: Layout) -> Figure:
    """Return the drawing of a figure that is laid out; each text carries its number as its group id."""
    figure = Figure(facecolor="none", figsize=(made.width / POINTS_PER_INCH, made.height / POINTS_PER_INCH))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, made.width), ylim=(made.height, 0))
    axes.axis("off")
    _draw_axes(axes, made)
    for number, curve in enumerate(told.curves):
        if curve.steps:
            _draw_curve(axes, curve, made.axes, number, told)
    for label in made.labels:
        _draw_label(axes, label, made.axes)
    for number, text in enumerate(made.texts):
        axes.text(text.x, text.y, text.text, ha=text.align, va="baseline", color=INK, gid=f"text-{number}")
    return figure


def _draw_axes(axes: mpl.axes.Axes, made: Layout) -> None:
    at = made.axes
    axes.plot([at.left, at.left, at.right], [at.top, at.bottom, at.bottom], color=INK, linewidth=0.7)
    for tick in made.across:
        axes.plot([at.x(tick)] * 2, [at.bottom, at.bottom + TICK], color=INK, linewidth=0.7)
    for share in made.upright:
        axes.plot([at.left - TICK, at.left], [at.y(share)] * 2, color=INK, linewidth=0.7)
    title = made.title
    axes.text(title.x, title.y, title.text, rotation=90, ha="center", va="center", color=INK, gid="title")


def _draw_curve(axes: mpl.axes.Axes, curve: Curve, at: Axes, number: int, told: Curves) -> None:
    line, ink = LINES[number]
    if told.bands:
        _draw_band(axes, curve.steps, at, ink)
    x, y = ([at.x(step.time) for step in curve.steps], [at.y(step.share) for step in curve.steps])
    axes.plot(x, y, drawstyle="steps-post", linestyle=line, color=ink, linewidth=WIDTH, gid=f"curve-{number}", zorder=3)
    if told.kind == FALLING:
        marked = [(at.x(step.time), at.y(step.share)) for step in curve.steps if step.censored]
        if marked:
            axes.plot(*zip(*marked, strict=True), "|", color=ink, markersize=MARK, markeredgewidth=0.7,
                      gid=f"censored-{number}", zorder=3)  # fmt: skip


def _draw_band(axes: mpl.axes.Axes, steps: Sequence[Step], at: Axes, ink: str) -> None:
    """Shade between the pointwise limits, where there are any."""
    limits = [(at.x(s.time), at.y(s.low), at.y(s.high)) for s in steps if s.low is not None and s.high is not None]
    if limits:
        x, low, high = zip(*limits, strict=True)
        axes.fill_between(x, low, high, step="post", color=ink, alpha=SHADE, linewidth=0, zorder=1)


def _draw_label(axes: mpl.axes.Axes, label: Label, at: Axes) -> None:
    """Write a curve's name at the right with a sample of its line, joined to the curve's end where that is far."""
    line, ink = LINES[label.number]
    start = at.right + GAP
    axes.plot([label.end[0] + 1, start - 1], [label.end[1], label.y], color=QUIET, linewidth=0.4, zorder=2)
    axes.plot([start, start + SAMPLE], [label.y] * 2, linestyle=line, color=ink, linewidth=WIDTH)
    top = label.y - LINE * (len(label.lines) - 1) / 2 + ASCENT / 2 - 0.6
    for n, text in enumerate(label.lines):
        axes.text(start + SAMPLE + GAP / 2, top + n * LINE, text, ha="left", va="baseline", color=INK,
                  gid=f"name-{label.number}-{n}")  # fmt: skip
