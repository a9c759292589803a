"""Means by visit with their confidence intervals: visits at their days, a line an arm, the numbers of values below.

Arms are told apart by line and marker, not by colour alone; intervals of a visit stand beside each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from report.ard import Results, Row
from report.errors import DisplayError
from report.paper import numbers
from report.paper.figures.courses import DRAWN, spread
from report.paper.figures.drawing import IN_PIXELS, INK, POINTS_PER_INCH, QUIET, UPRIGHT, Drawing, measure
from report.paper.flow import wrap
from report.paper.styles import Style
from report.paper.tables import arms
from report.paper.text import Text, fill, join, words
from report.study.data import Column
from report.study.displays import Display
from report.study.model import Study

# all in points
HEIGHT, LEFT, RIGHT, TOP, TICKS = 210.0, 44.0, 8.0, 6.0, 12.0
LINE, GAP, NAME, SAMPLE = 11.5, 5.0, 92.0, 20.0  # a line of text; between texts; a name at most; a sample of a line
BESIDE, CAP, MARKER = 4.5, 2.2, 4.2  # between the intervals of a visit; half a cap; a marker
ROOM = 62.0  # of a visit's label at most
METHOD = "change_by_visit"


@dataclass(frozen=True, slots=True)
class Point:
    """The mean of an arm at a visit, its limits and its number of values."""

    mean: Row
    low: Row
    high: Row
    n: Row


@dataclass(frozen=True, slots=True)
class Means:
    """What the figure shows: visits by day, and each arm's points in the order of the visits."""

    visits: tuple[str, ...]
    days: tuple[int, ...]
    names: dict[str, list[str]]
    points: dict[str, tuple[Point, ...]]
    level: Row


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the axes lie, in points from the upper left corner, and where each visit stands."""

    width: float
    height: float
    left: float
    right: float
    bottom: float
    places: tuple[float, ...]


def draw_means(display: Display, study: Study, results: Results, style: Style) -> Drawing:
    """Return the means of an endpoint at its visits by arm; DisplayError where there are too many to tell apart."""
    assert display.endpoint is not None
    told = _told(display.endpoint, study, results)
    if len(told.points) > len(DRAWN):
        raise DisplayError(f"{len(told.points)} arms cannot be told apart", remedy=f"show at most {len(DRAWN)}")
    endpoint = study.endpoint(display.endpoint)
    column = study.column(endpoint.dataset, endpoint.variable)
    frame, labels = _frame(told, study)
    figure = Figure(facecolor="none", figsize=(frame.width / POINTS_PER_INCH, frame.height / POINTS_PER_INCH))
    axes = _axes(figure, frame, _title(column, is_change=endpoint.against is not None), style, told)
    for number, arm in enumerate(told.points):
        _draw_arm(axes, told.points[arm], frame, number, len(told.points))
    _name_arms(axes, told, frame)
    _write_below(figure, told, frame, labels, style)
    return Drawing(figure, _alt(told, study, column, style), frame.width)


def _told(name: str, study: Study, results: Results) -> Means:
    endpoint = study.endpoint(name)
    if endpoint.event is not None:
        told = f"means are of numbers, and {name} is an event"
        raise DisplayError(told, remedy="show it in a table of kind change_by_visit")
    used = next(use.name for use in endpoint.methods if use.method == METHOD)
    analysis = f"{name}.{used}"
    visits = tuple(sorted(endpoint.visits, key=lambda visit: study.visit(visit).day))

    def point(arm: str, visit: str) -> Point:
        where = {"analysis_id": analysis, "group1_level": arm, "visit": visit}
        return Point(*(results.one(stat_name=each, **where) for each in ("mean", "mean_ci.low", "mean_ci.high", "n")))

    shown = arms.columns(study)
    names = {arm: _broken((study.arm(arm).short or study.arm(arm).label) if arm else "All") for arm in shown}
    points = {arm: tuple(point(arm, visit) for visit in visits) for arm in shown}
    days = tuple(study.visit(visit).day for visit in visits)
    return Means(visits, days, names, points, results.one(analysis_id=analysis, stat_name="conf.level"))


def _broken(name: str) -> list[str]:
    """Return the lines of an arm's name; DisplayError where a word is wider than its room."""
    measured = measure(IN_PIXELS)
    if any(measured(word) > NAME for word in name.split(" ")):
        raise DisplayError(
            f"the name {name} has no room beside its line", remedy="give the arm a shorter name in short"
        )
    return wrap(name, NAME, measured)


def _frame(told: Means, study: Study) -> tuple[Frame, list[list[str]]]:
    """Return where everything lies, and the lines of each visit's label."""
    width = UPRIGHT["a4"].width
    measured = measure(IN_PIXELS)
    widest = max(measured(line) for lines in (*told.names.values(), ["Values"]) for line in lines)
    left, right = max(LEFT, widest + 2 * GAP), width - RIGHT - SAMPLE - 2 * GAP - widest
    span = max(1, told.days[-1] - told.days[0])
    inner = (left + 14.0, right - 14.0)
    places = tuple(inner[0] + (day - told.days[0]) / span * (inner[1] - inner[0]) for day in told.days)
    room = min([ROOM, *(later - earlier - GAP for earlier, later in pairwise(places))])
    labels = [study.visit(visit).label for visit in told.visits]
    if any(measured(word) > room for label in labels for word in label.split(" ")):
        text = f"the labels of {len(labels)} visits have no room beside each other"
        raise DisplayError(text, remedy="give the visits shorter labels, or name fewer in the endpoint")
    broken = [wrap(label, room, measured) for label in labels]
    rows = 1 + sum(map(len, told.names.values()))
    below = TICKS + LINE * (max(map(len, broken)) + rows) + GAP
    return Frame(width, HEIGHT + below, left, right, HEIGHT, places), broken


def _title(column: Column, *, is_change: bool) -> str:
    unit = f" ({column.unit})" if column.unit else ""
    return f"Change of {column.label}{unit}, mean" if is_change else f"{column.label}{unit}, mean"


def _axes(figure: Figure, frame: Frame, title: str, style: Style, told: Means) -> mpl.axes.Axes:
    """Return the axes in points across and in values upright."""
    box = (
        frame.left / frame.width, 1 - frame.bottom / frame.height, (frame.right - frame.left) / frame.width,
        (frame.bottom - TOP) / frame.height,
    )  # fmt: skip
    axes = figure.add_axes(box, facecolor="none")
    axes.set_xlim(frame.left, frame.right)
    known = [
        row.number()
        for each in told.points.values()
        for p in each
        for row in (p.mean, p.low, p.high)
        if row.stat is not None
    ]
    low, high = (min([0.0, *known]), max([0.0, *known])) if known else (0.0, 1.0)
    spare = 0.06 * (high - low or 1.0)
    axes.set_ylim(low - spare, high + spare)
    ticks = [float(t) for t in MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]).tick_values(low - spare, high + spare)]
    inside = [t for t in ticks if low - spare <= t <= high + spare]
    axes.set_yticks(inside, [numbers.tick(t, style).plain for t in inside])
    axes.set_xticks(frame.places, [""] * len(frame.places))
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_ylabel(title)
    if low < 0 < high:
        axes.axhline(0.0, color=QUIET, linewidth=0.5, zorder=1)
    return axes


def _draw_arm(axes: mpl.axes.Axes, points: Sequence[Point], frame: Frame, number: int, count: int) -> None:
    """Draw one arm's means and intervals, moved aside so that they do not hide those of others."""
    line, marker = DRAWN[number]
    moved = BESIDE * (number - (count - 1) / 2)
    known = [(x + moved, p) for x, p in zip(frame.places, points, strict=True) if p.mean.stat is not None]
    across = [x for x, _ in known]
    means = [p.mean.number() for _, p in known]
    axes.plot(across, means, linestyle=line, color=INK, linewidth=1.0, zorder=3, gid=f"arm-{number}")
    face = INK if number % 2 == 0 else "white"
    axes.plot(
        across, means, marker, color=INK, markerfacecolor=face, markersize=MARKER, zorder=4, gid=f"marks-{number}"
    )
    for x, point in known:
        if point.low.stat is None or point.high.stat is None:
            continue
        ends = [point.low.number(), point.high.number()]
        axes.plot([x, x], ends, color=INK, linewidth=0.8, zorder=2, gid=f"interval-{number}")
        for end in ends:
            axes.plot([x - CAP, x + CAP], [end, end], color=INK, linewidth=0.8, zorder=2)


def _name_arms(axes: mpl.axes.Axes, told: Means, frame: Frame) -> None:
    """Write each arm's name at the right, beside the end of its line, with a sample of the line and its marker."""
    last = {
        arm: next((p.mean for p in reversed(points) if p.mean.stat is not None), None)
        for arm, points in told.points.items()
    }
    order = sorted((arm for arm in told.points if last[arm] is not None), key=lambda arm: last[arm].number())  # type: ignore[union-attr]
    order += [arm for arm in told.points if last[arm] is None]
    low, high = axes.get_ylim()
    most = max(map(len, told.names.values()))
    gap = (LINE * most + 1.0) * (high - low) / (frame.bottom - TOP)
    heights = spread([last[arm].number() if last[arm] is not None else low for arm in order], gap)  # type: ignore[union-attr]
    for arm, y in zip(order, heights, strict=True):
        number = list(told.points).index(arm)
        line, marker = DRAWN[number]
        sample = [frame.right + 2.0, frame.right + 2.0 + SAMPLE]
        face = INK if number % 2 == 0 else "white"
        axes.plot(sample, [y, y], linestyle=line, color=INK, linewidth=1.0, clip_on=False)
        axes.plot([sum(sample) / 2], [y], marker, color=INK, markerfacecolor=face, markersize=MARKER, clip_on=False)
        name = "\n".join(told.names[arm])
        axes.text(sample[1] + 3.0, y, name, ha="left", va="center", color=INK, gid=f"name-{number}")


def _write_below(figure: Figure, told: Means, frame: Frame, labels: Sequence[Sequence[str]], style: Style) -> None:
    """Write the visits' labels under their ticks, and under them each arm's number of values."""

    def write(x: float, y: float, text: str, align: str, gid: str) -> None:
        at = (x / frame.width, 1 - y / frame.height)
        figure.text(*at, text, ha=align, va="baseline", color=INK, gid=gid)

    top = frame.bottom + TICKS + LINE * 0.6
    for number, (x, lines) in enumerate(zip(frame.places, labels, strict=True)):
        for n, text in enumerate(lines):
            write(x, top + n * LINE, text, "center", f"visit-{number}-{n}")
    y = top + LINE * max(map(len, labels)) + GAP / 2
    write(GAP, y, "Values", "left", "values")
    for number, (arm, points) in enumerate(told.points.items()):
        for n, text in enumerate(told.names[arm]):
            write(GAP, y + LINE * (n + 1), text, "left", f"row-{number}-{n}")
        for x, point in zip(frame.places, points, strict=True):
            write(x, y + LINE, numbers.text(point.n, style).plain, "center", f"n-{number}")
        y += LINE * len(told.names[arm])


def _alt(told: Means, study: Study, column: Column, style: Style) -> Text:
    """Return every number of the figure in words."""
    arms_told = [
        fill(
            "{name}: {points}",
            name=words(" ".join(told.names[arm])),
            points=join(
                (_in_words(p, visit, study, style) for p, visit in zip(points, told.visits, strict=True)), ", "
            ),
        )
        for arm, points in told.points.items()
    ]
    return fill(
        "Line chart of the means of {label} by visit with their {level} intervals. {arms}.",
        label=words(column.label),
        level=numbers.text(told.level, style),
        arms=join(arms_told, "; "),
    )


def _in_words(point: Point, visit: str, study: Study, style: Style) -> Text:
    parts = {"visit": words(study.visit(visit).label), "n": numbers.text(point.n, style)}
    mean = numbers.text(point.mean, style)
    if point.mean.stat is None or point.low.stat is None:
        return fill("{visit} {mean} (n\u00a0=\u00a0{n})", mean=mean, **parts)
    limits = numbers.interval(point.low, point.high, style)
    return fill("{visit} {mean} ({limits}; n\u00a0=\u00a0{n})", mean=mean, limits=limits, **parts)
