"""Individual courses: each participant's values at two visits or more as a line, the medians as bars behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from report.ard import Results, Row
from report.errors import DisplayError
from report.paper import numbers
from report.paper.figures.drawing import BAND, IN_PIXELS, INK, POINTS_PER_INCH, QUIET, UPRIGHT, Drawing, measure
from report.paper.flow import wrap
from report.paper.styles import Style
from report.paper.text import Text, fill, join, words
from report.study.data import Column
from report.study.displays import Display
from report.study.endpoints import Endpoint
from report.study.model import Study

# all in points
WIDTH, HEIGHT = 4.6 * POINTS_PER_INCH, 3.5 * POINTS_PER_INCH
LEFT, RIGHT, BOTTOM, TOP = 36.5, 7.0, 35.0, 5.0  # margins about the axes
NAMES, AFTER, AFTER_HOLE = 61.0, 34.5, 75.0  # room on the axes before the first visit and after the last
NAME, LEADER = 23.0, (19.0, 5.75)  # from the first visit to the left: a name, a leader's ends
BAR, LEAST_BAR = 13.5, 3.0  # half the width of a median
LABEL, LABEL_GAP, LABEL_LINE, LABEL_TOP, LABEL_LEADER, LEADER_TOP = 62.0, 3.5, 11.5, 6.0, 10.0, 4.0
ASCENT = 7.0  # of a line of text, from its baseline
MANY = 2  # visits; with more the figure is as wide as the page
# six lines that are told apart without colour, then the same six in the other ink
DRAWN = (("-", "o"), ("--", "s"), (":", "^"), ("-.", "D"), ((0, (7, 2)), "v"), ((0, (4, 1.5, 1, 1.5, 1, 1.5)), "P"))
INKS = (QUIET, INK)
MISSING, MEDIAN = "not recorded", "median"


@dataclass(frozen=True, slots=True)
class Course:
    """What a figure of courses shows: the visits and where they stand, everybody's values, and the medians."""

    visits: tuple[str, ...]
    places: tuple[float, ...]
    people: Mapping[str, Mapping[str, Row]]
    medians: tuple[Row, ...]

    @property
    def is_long(self) -> bool:
        """Whether it has more than two visits."""
        return len(self.visits) > MANY

    def known(self, name: str) -> list[tuple[float, float]]:
        """Return one participant's values that there are, each at the place of its visit."""
        rows = [(place, self.people[name].get(visit)) for place, visit in zip(self.places, self.visits, strict=True)]
        return [(place, row.number()) for place, row in rows if row is not None and row.stat is not None]


def draw_courses(display: Display, study: Study, results: Results, style: Style) -> Drawing:
    """Return each participant's values as a line, named where it begins, with the medians as bars."""
    assert display.endpoint is not None
    endpoint = study.endpoint(display.endpoint)
    course = _course(display, endpoint, study, results)
    column = study.column(endpoint.dataset, endpoint.variable)
    labels = _labels(course, study, style)
    figure, axes, unit = _framed(course, max(map(len, labels)))
    height = figure.get_figheight() * POINTS_PER_INCH * axes.get_position().height
    _draw_lines(axes, course)
    _draw_medians(axes, course, unit)
    _name_lines(axes, course, unit)
    _dress(axes, column, style)
    _label_visits(axes, course, labels, (unit, height))
    return Drawing(figure, _alt(column, study, course, style), figure.get_figwidth() * POINTS_PER_INCH)


def _framed(course: Course, label_lines: int) -> tuple[Figure, mpl.axes.Axes, float]:
    """Return an empty figure, its axes, and how many points lie between the first visit and the last."""
    width = UPRIGHT["a4"].width if course.is_long else WIDTH
    bottom = BOTTOM + LABEL_LINE * (label_lines - 2) + (LABEL_LEADER if course.is_long else 0)
    height = HEIGHT + bottom - BOTTOM
    figure = Figure(facecolor="none", figsize=(width / POINTS_PER_INCH, height / POINTS_PER_INCH))
    box = (LEFT / width, bottom / height, 1 - (LEFT + RIGHT) / width, 1 - (bottom + TOP) / height)
    axes = figure.add_axes(box, facecolor="none")
    after = AFTER_HOLE if not course.is_long and any(row.query for row in course.medians) else AFTER
    unit = width - LEFT - RIGHT - NAMES - after
    axes.set_xlim(-NAMES / unit, 1 + after / unit)
    return figure, axes, unit


def _course(display: Display, endpoint: Endpoint, study: Study, results: Results) -> Course:
    shown = display.visits or tuple(visit for visit in (endpoint.against, endpoint.visit) if visit)
    visits = tuple(sorted(shown, key=lambda visit: study.visit(visit).day))
    where = {"variable": endpoint.variable, "population": endpoint.population}
    people: dict[str, dict[str, Row]] = {}
    for row in results.select(analysis_id=f"individual.{endpoint.variable}", stat_name="value", **where):
        if row.visit in visits:
            people.setdefault(row.group1_level, {})[row.visit] = row
    medians = (
        results.one(analysis_id=f"visits.{endpoint.variable}", stat_name="median", visit=visit, **where)
        for visit in visits
    )
    return Course(visits, _places([study.visit(visit).day for visit in visits]), people, tuple(medians))


def _places(days: Sequence[int]) -> tuple[float, ...]:
    """Return the place of each visit from 0 to 1, by its planned day."""
    span = days[-1] - days[0]
    return tuple((day - days[0]) / span if span else n / (len(days) - 1) for n, day in enumerate(days))


def _draw_lines(axes: mpl.axes.Axes, course: Course) -> None:
    for number, name in enumerate(course.people):
        line, marker = DRAWN[number % len(DRAWN)]
        ink = INKS[number // len(DRAWN) % len(INKS)]
        if known := course.known(name):
            axes.plot(*zip(*known, strict=True), linestyle=line, marker=marker, color=ink, lw=1, ms=3.5, zorder=3)


def _draw_medians(axes: mpl.axes.Axes, course: Course, unit: float) -> None:
    """Draw the medians as bars behind the participants' points, which they would otherwise hide."""
    nearest = min(later - earlier for earlier, later in pairwise(course.places)) * unit
    half = min(BAR, max(0.45 * nearest, LEAST_BAR)) / unit
    for x, row in zip(course.places, course.medians, strict=True):
        if row.stat is not None:
            axes.plot([x - half, x + half], [row.number()] * 2, "-", color=BAND, lw=6, zorder=2, solid_capstyle="butt")


def _name_lines(axes: mpl.axes.Axes, course: Course, unit: float) -> None:
    """Name each line where it begins, the names pushed apart where beginnings are close.

    Those at the first visit stand at the left, joined by a thin leader; the others beside their first point.
    """
    low, high = axes.get_ylim()
    begin = {name: known[0] for name in course.people if (known := course.known(name))}
    for first in sorted({x for x, _ in begin.values()}):
        order = sorted((name for name in begin if begin[name][0] == first), key=lambda name: begin[name][1])
        places = spread([begin[name][1] for name in order], (high - low) * 0.05)
        for name, place in zip(order, places, strict=True):
            if first == 0:
                ends = [-end / unit for end in LEADER]
                axes.plot(ends, [place, begin[name][1]], color=QUIET, lw=0.5, clip_on=False)
            x = first - (LEADER[1] if first else NAME) / unit
            axes.text(x, place, name, ha="right", va="center", color=INK)


def spread(values: list[float], gap: float) -> list[float]:
    """Return sorted values moved as little as needed so that neighbours are at least ``gap`` apart."""
    groups: list[list[float]] = []
    for value in values:
        groups.append([value])
        while len(groups) > 1 and _start(groups[-1], gap) - _end(groups[-2], gap) < gap:
            groups[-2:] = [groups[-2] + groups[-1]]
    return [_start(group, gap) + index * gap for group in groups for index in range(len(group))]


def _start(group: list[float], gap: float) -> float:
    return sum(group) / len(group) - (len(group) - 1) * gap / 2


def _end(group: list[float], gap: float) -> float:
    return _start(group, gap) + (len(group) - 1) * gap


def _dress(axes: mpl.axes.Axes, column: Column, style: Style) -> None:
    axes.set_ylabel(f"{column.label} ({column.unit})" if column.unit else column.label)
    low, high = axes.get_ylim()
    axes.set_ylim(min(low, 0.0), high)
    ticks = [float(t) for t in MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]).tick_values(*axes.get_ylim())]
    inside = [t for t in ticks if axes.get_ylim()[0] <= t <= axes.get_ylim()[1]]
    axes.set_yticks(inside, [numbers.tick(t, style).plain for t in inside])
    axes.spines[["top", "right"]].set_visible(False)


def _labels(course: Course, study: Study, style: Style) -> list[list[str]]:
    """Return the lines under each visit: its label and its median; a hole is long, and has a line of its own."""
    labels = [study.visit(visit).label for visit in course.visits]
    medians = [numbers.text(row, style).plain for row in course.medians]
    if course.is_long:
        room, width = _label_room(course, labels), measure(IN_PIXELS)
        broken = [wrap(label, room, width) for label in labels]
        most = max(map(len, broken))
        pairs = zip(broken, medians, strict=True)
        return [[*lines, *[""] * (most - len(lines)), MEDIAN, *wrap(told, room, width)] for lines, told in pairs]
    made = []
    for label, median, row in zip(labels, medians, course.medians, strict=True):
        made.append([label, *([MEDIAN, median] if row.query else [f"{MEDIAN} {median}"])])
    return made


def _label_room(course: Course, labels: Sequence[str]) -> float:
    """Return how wide each label may be; DisplayError where a word is wider."""
    room = min(LABEL, (UPRIGHT["a4"].width - LEFT - RIGHT) / len(course.visits) - LABEL_GAP)
    width = measure(IN_PIXELS)
    if any(width(word) > room for label in [*labels, MEDIAN] for word in label.split(" ")):
        told = f"the labels of {len(course.visits)} visits have no room beside each other"
        raise DisplayError(told, remedy="name fewer visits under visits, or give them shorter labels")
    return room


def _label_visits(
    axes: mpl.axes.Axes, course: Course, labels: Sequence[Sequence[str]], size: tuple[float, float]
) -> None:
    """Write each visit's label under its tick, or beside it with a leader where ticks are close."""
    axes.set_xticks(course.places, [""] * len(course.places))
    (unit, height), width = size, measure(IN_PIXELS)
    places = [x * unit for x in course.places]
    if course.is_long:
        widest = max(width(line) for lines in labels for line in lines)
        ends = (widest / 2 - NAMES, unit + AFTER - widest / 2)
        places = within(spread(places, widest + LABEL_GAP), widest + LABEL_GAP, ends)
    top = LABEL_TOP + (LABEL_LEADER if course.is_long else 0)
    across = axes.get_xaxis_transform()
    for place, tick, lines in zip(places, course.places, labels, strict=True):
        for n, line in enumerate(lines):
            base = -(top + ASCENT + n * LABEL_LINE) / height
            axes.text(place / unit, base, line, ha="center", va="baseline", transform=across, color=INK)
        if course.is_long:
            down = [-LEADER_TOP / height, -(top - 1) / height]
            axes.plot([tick, place / unit], down, transform=across, color=QUIET, lw=0.5, clip_on=False)


def within(places: Sequence[float], gap: float, ends: tuple[float, float]) -> list[float]:
    """Return places moved inwards, the gap between neighbours kept, so that the first and the last are within ends."""
    rising: list[float] = []
    for place in places:
        rising.append(max(place, rising[-1] + gap if rising else ends[0]))
    falling: list[float] = []
    for place in reversed(rising):
        falling.append(min(place, falling[-1] - gap if falling else ends[1]))
    return falling[::-1]


def _alt(column: Column, study: Study, course: Course, style: Style) -> Text:
    told = []
    for name, rows in course.people.items():
        values = (_value(rows.get(visit), style) for visit in course.visits)
        told.append(fill("{who} {values}", who=words(name), values=join(values, " to ")))
    visits = " to ".join(study.visit(visit).label for visit in course.visits)
    return fill(
        "Line chart of {label} of each participant, {visits}: {people}. Median: {medians}.",
        label=words(column.label),
        visits=words(visits),
        people=join(told, "; "),
        medians=join((numbers.text(row, style) for row in course.medians), " to "),
    )


def _value(row: Row | None, style: Style) -> Text:
    """Return a value; where there is none, why."""
    if row is None:
        return words(MISSING)
    if row.stat is None and not row.query:
        return numbers.printed_as(row.reason or MISSING, row)
    return numbers.text(row, style)
