"""Where everything of a figure of curves stands, in points from the upper left corner.

Names of the arms stand at the left of their numbers at risk, and again at the right of their curves, each with a
sample of its line. Numbers at risk stand under the ticks of the axis.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from report.errors import DisplayError
from report.paper import numbers
from report.paper.figures.courses import spread, within
from report.paper.figures.drawing import Measure, Page
from report.paper.figures.forest_layout import Written
from report.paper.figures.survival_lines import FALLING, TITLES, Curves
from report.paper.flow import wrap
from report.paper.styles import Style

TOP, HEIGHT, LEAST_WIDTH = 7.0, 215.0, 150.0
LINE, ASCENT = 11.0, 7.5  # from one line of text to the next; from a baseline to the top of its letters
TICK, GAP, MOST_NAME = 3.5, 6.0, 105.0
TITLE = 14.0  # the width of the turned title of the upright axis
SAMPLE = 20.0  # the length of a line's sample
HIGHEST = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)
HEADING, MARKS = "Number at risk", "Marks on the curves are censored participants."


@dataclass(frozen=True, slots=True)
class Axes:
    """Where the axes are: the page's edges of the curves' field, and the last time and the highest share on them."""

    left: float
    right: float
    top: float
    bottom: float
    longest: float
    highest: float

    def x(self, time: float) -> float:
        """Return where a time stands."""
        return self.left + (self.right - self.left) * time / self.longest

    def y(self, share: float) -> float:
        """Return where a share stands."""
        return self.bottom - (self.bottom - self.top) * share / self.highest


@dataclass(frozen=True, slots=True)
class Label:
    """The name at the right of a curve: its lines, the height of its middle, and where the curve ends."""

    lines: tuple[str, ...]
    y: float
    end: tuple[float, float]
    number: int


@dataclass(frozen=True, slots=True)
class Layout:
    """A figure laid out: axes, ticks across and upright, texts, names of the curves, and the size."""

    axes: Axes
    across: tuple[float, ...]
    upright: tuple[float, ...]
    texts: tuple[Written, ...]
    labels: tuple[Label, ...]
    title: Written
    width: float
    height: float


def layout(curves: Curves, page: Page, style: Style, measure: Measure) -> Layout:
    """Return a figure of curves on a page; DisplayError where the page is too small for it."""
    names = [tuple(wrap(curve.name, MOST_NAME, measure)) for curve in curves.curves]
    axes = _axes(curves, names, page, measure)
    shown = _with_room(curves, [tick for tick in curves.ticks if tick <= axes.longest], axes, style, measure)
    upright = tuple(axes.highest * step / 5 for step in range(6))
    across = Written(curves.across, (axes.left + axes.right) / 2, axes.bottom + TICK + 2.4 * LINE, "center")
    table, foot = _at_risk(curves, shown, axes, names)
    notes = [Written(MARKS, 0.0, foot + LINE, "left")] if _has_marks(curves) else []
    written = (*_ticks(axes, shown, upright, style), across, *table, *notes)
    labels, title = tuple(_labels(curves, axes, names)), _title(curves, axes, measure)
    height = foot + (2.3 if notes else 1.0) * LINE
    return Layout(axes, tuple(shown), upright, written, labels, title, page.width, height)


def _axes(curves: Curves, names: Sequence[tuple[str, ...]], page: Page, measure: Measure) -> Axes:
    widest = max(measure(line) for lines in names for line in lines)
    highest = 1.0 if curves.kind == FALLING else next(top for top in HIGHEST if curves.highest <= top + 1e-9)
    beside_axis = TITLE + GAP + measure("100") + TICK + GAP
    left = max(beside_axis, max(widest, measure(HEADING)) + GAP + _half(curves, measure))
    right = page.width - SAMPLE - 2 * GAP - widest
    if right - left < LEAST_WIDTH:
        raise DisplayError("the names of the arms leave no room for their curves", remedy="give the arms a short: name")
    return Axes(left, right, TOP, TOP + HEIGHT, curves.longest * 1.01, highest)


def _title(curves: Curves, axes: Axes, measure: Measure) -> Written:
    x = axes.left - TICK - 2 - measure("100") - GAP - ASCENT / 2
    return Written(TITLES[curves.kind], x, (axes.top + axes.bottom) / 2, "center")


def _half(curves: Curves, measure: Measure) -> float:
    """Return the room that a number under the first tick takes to its left."""
    first = [curve.at_risk[0].plain for curve in curves.curves if curve.at_risk and curve.steps]
    return max((measure(text) / 2 for text in first), default=0.0)


def _has_marks(curves: Curves) -> bool:
    return any(step.censored for curve in curves.curves for step in curve.steps) and curves.kind == FALLING


def _with_room(curves: Curves, ticks: Sequence[float], axes: Axes, style: Style, measure: Measure) -> list[float]:
    """Return every tick, or every second, third, ..., so that the numbers under them do not meet."""
    told = [numbers.tick(tick, style).plain for tick in ticks]
    told += [text.plain for curve in curves.curves if curve.steps for text in curve.at_risk]
    widest = max((measure(text) for text in told), default=0.0)
    for every in range(1, len(ticks) + 1):
        kept = list(ticks[::every])
        if len(kept) < 2 or axes.x(kept[1]) - axes.x(kept[0]) >= widest + GAP:
            return kept
    return list(ticks[:1])


def _ticks(axes: Axes, across: Sequence[float], upright: Sequence[float], style: Style) -> Iterator[Written]:
    for tick in across:
        yield Written(numbers.tick(tick, style).plain, axes.x(tick), axes.bottom + TICK + 2 + ASCENT, "center")
    for share in upright:
        shown = numbers.tick(round(100 * share, 9), style).plain
        yield Written(shown, axes.left - TICK - 2, axes.y(share) + ASCENT / 2 - 0.6, "right")


def _at_risk(
    curves: Curves, ticks: Sequence[float], axes: Axes, names: Sequence[tuple[str, ...]]
) -> tuple[list[Written], float]:
    """Return the numbers at risk under the axis and where they end; an arm without a curve has its reason there."""
    y = axes.bottom + TICK + 4.2 * LINE
    made = [Written(HEADING, 0.0, y, "left")]
    for curve, lines in zip(curves.curves, names, strict=True):
        y += LINE * 1.1
        made += [Written(line, 0.0, y + n * LINE, "left") for n, line in enumerate(lines)]
        if curve.steps:
            held = zip(curves.ticks, curve.at_risk, strict=True)
            made += [Written(text.plain, axes.x(tick), y, "center") for tick, text in held if tick in ticks]
        else:
            made.append(Written(curve.instead.plain, axes.left, y, "left"))
        y += LINE * (len(lines) - 1)
    return made, y + LINE * 0.4


def _labels(curves: Curves, axes: Axes, names: Sequence[tuple[str, ...]]) -> Iterator[Label]:
    """Yield the names at the right of the curves, pushed apart where curves end close to each other."""
    drawn = [number for number, curve in enumerate(curves.curves) if curve.steps]
    ends = {n: (axes.x(curves.curves[n].steps[-1].time), axes.y(curves.curves[n].steps[-1].share)) for n in drawn}
    order = sorted(drawn, key=lambda number: (ends[number][1], number))
    gap = LINE * max((len(names[number]) for number in drawn), default=1) + 1
    room = (axes.top + gap / 2, axes.bottom - gap / 2)
    places = within(spread([ends[number][1] for number in order], gap), gap, room)
    for number, y in zip(order, places, strict=True):
        yield Label(names[number], y, ends[number], number)
