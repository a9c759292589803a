"""Where everything of a forest plot stands: columns, lines, axes and marks, in points from the upper left corner.

The label and the counts stand at the left; each compared arm has an axis and, at its right, its estimate as text. What
has no interval to be drawn may run over its axis, where the line of no effect gives way to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from report.errors import DisplayError
from report.paper import numbers
from report.paper.figures.drawing import Measure, Page
from report.paper.figures.forest_axis import Axis, Mark, axis_of, mark_of
from report.paper.figures.forest_lines import Forest, ForestLine
from report.paper.flow import wrap
from report.paper.styles import Style

PITCH, LEAST_PITCH = 13.5, 8.8  # from one line to the next
GROUP_GAP = 4.0  # above a subgroup
GAP, INDENT = 9.0, 8.0
LEAST_AXIS, MOST_AXIS, LEAST_LABEL, MOST_LABEL = 90.0, 220.0, 70.0, 120.0
HEADING, TICK, ARROW = 10.5, 13.0, 11.0  # heights: a line of a heading, ticks with their labels, an arrow
BASE = 0.72  # of a line's height, where its letters stand
RULE_GAP = 0.6  # of a rule above the line under it
MOST_WIDER = 1.2  # than the page; what is wider would be too small to read
ALIGNED = Literal["left", "right", "center"]


@dataclass(frozen=True, slots=True)
class Written:
    """A text on one line: where it begins, ends or has its middle, and its baseline."""

    text: str
    x: float
    y: float
    align: ALIGNED = "left"


@dataclass(frozen=True, slots=True)
class Panel:
    """One compared arm's axis, its marks, and the stretches of the line of no effect."""

    axis: Axis
    marks: tuple[Mark, ...]
    at_null: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """A forest plot laid out: texts, panels, the rule under the headings and those above subgroups, axes, size."""

    texts: tuple[Written, ...]
    panels: tuple[Panel, ...]
    rule: float
    rules: tuple[float, ...]
    foot: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class _Side:
    """The columns of one compared arm: where its axis begins and ends, and where its text ends."""

    left: float
    right: float
    end: float


@dataclass(frozen=True, slots=True)
class _Columns:
    """The columns: the label's width, the middle and width of each arm's counts, each compared arm's, and the whole."""

    label: float
    counts: tuple[tuple[float, float], ...]
    sides: tuple[_Side, ...]
    width: float

    @property
    def before_axes(self) -> float:
        """The room for a subgroup's name, beside which there are no counts."""
        return self.sides[0].left - GAP


@dataclass(frozen=True, slots=True)
class _Placed:
    """A line of the plot with its label broken into lines, its upper edge, and its height."""

    line: ForestLine
    label: tuple[str, ...]
    top: float
    pitch: float

    @property
    def base(self) -> float:
        """The baseline of its first line of text."""
        return self.top + BASE * self.pitch

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.top + self.pitch * len(self.label)


def layout(forest: Forest, page: Page, style: Style, measure: Measure) -> Layout:
    """Return a forest plot on a page; DisplayError where it has too many arms or lines for one."""
    columns = _columns(forest, page, measure)
    axes = [axis_of(_intervals(forest, n), side.left, side.right, forest.null) for n, side in enumerate(columns.sides)]
    head, rule = _headings(forest, columns, measure)
    foot_height = TICK + ARROW + HEADING * _lines_under(forest, columns, axes, measure)
    placed = _placed(forest, columns, rule, page.height - rule - foot_height, measure)
    foot = placed[-1].bottom + GAP / 2
    texts = [
        *head,
        *(text for each in placed for text in _texts(each, columns, measure)),
        *(text for axis in axes for text in _tick_labels(axis, foot, style, measure)),
        *_favours(forest, columns, axes, foot + TICK + ARROW, measure),
    ]
    panels = [
        Panel(axis, _marks(axis, placed, n), tuple(_at_null(axis, placed, columns.sides[n], n, foot, measure)))
        for n, axis in enumerate(axes)
    ]
    rules = tuple(each.top - RULE_GAP for each in placed if each.line.is_heading)
    return Layout(tuple(texts), tuple(panels), rule, rules, foot, columns.width, foot + foot_height)


def _columns(forest: Forest, page: Page, measure: Measure) -> _Columns:
    """Return the columns: texts and counts as wide as they are, the axes what is left; long labels are broken."""
    counts = [_widest([line.counts[n].plain for line in forest.lines if line.counts], forest.counted[n].plain, measure)
              for n in range(len(forest.counted))]  # fmt: skip
    texts = [_widest([line.compared[n].text.plain for line in forest.lines if line.compared[n].interval],
                     forest.estimate.plain, measure) for n in range(len(forest.compared))]  # fmt: skip
    labels = [measure(line.label.plain) + INDENT * line.depth for line in forest.lines if not line.is_heading]
    room = page.width - sum(each + GAP for each in counts) - sum(each + 2 * GAP for each in texts)
    label = max(LEAST_LABEL, min(max(labels), MOST_LABEL, room - LEAST_AXIS * len(texts)))
    axis = min(MOST_AXIS, max(LEAST_AXIS, (room - label) / len(texts)))
    middles, sides, x = [], [], label
    for width in counts:
        middles.append((x + GAP + width / 2, width))
        x += GAP + width
    for width in texts:
        sides.append(_Side(x + GAP, x + GAP + axis, x + 2 * GAP + axis + width))
        x = sides[-1].end
    if x > page.width * MOST_WIDER:
        raise DisplayError(
            f"the figure has no room for {len(texts)} compared arms beside each other",
            remedy="show the subgroups in a table, kind: subgroups",
        )
    return _Columns(label, tuple(middles), tuple(sides), max(x, page.width))


def _widest(cells: Sequence[str], heading: str, measure: Measure) -> float:
    """Return the width of the widest cell, or of the widest word of the heading over it."""
    return max(measure(text) for text in [*cells, *heading.split(" ")])


def _intervals(forest: Forest, arm: int) -> list[tuple[float, float, float]]:
    held = (line.compared[arm].interval for line in forest.lines)
    return [(each.estimate, each.low, each.high) for each in held if each]


def _headings(forest: Forest, columns: _Columns, measure: Measure) -> tuple[list[Written], float]:
    """Return the headings over the columns, standing on one line, and where the rule under them is."""
    held: list[tuple[list[str], float, ALIGNED]] = [(["Subgroup"], 0.0, "left")]
    for text, (middle, width) in zip(forest.counted, columns.counts, strict=True):
        held.append((wrap(text.plain, width, measure), middle, "center"))
    for text, side in zip(forest.compared, columns.sides, strict=True):
        held.append((wrap(text.plain, side.right - side.left, measure), (side.left + side.right) / 2, "center"))
        held.append((wrap(forest.estimate.plain, side.end - side.right - GAP, measure), side.end, "right"))
    most = max(len(lines) for lines, _, _ in held)
    texts = [
        Written(line, x, HEADING * (most - len(lines) + n + BASE), align)
        for lines, x, align in held
        for n, line in enumerate(lines)
        if line
    ]
    return texts, HEADING * most + GAP / 3


def _placed(forest: Forest, columns: _Columns, top: float, room: float, measure: Measure) -> list[_Placed]:
    """Return the lines one under the other, closer where there are many; DisplayError where a page cannot hold them."""
    labels = [tuple(wrap(line.label.plain, _room(line, columns), measure)) for line in forest.lines]
    n_lines, n_groups = sum(map(len, labels)), sum(line.is_heading for line in forest.lines)
    pitch = min(PITCH, (room - GAP) / n_lines)
    if pitch < LEAST_PITCH:
        told = f"the figure has {n_lines} lines, and a page has room for {int((room - GAP) / LEAST_PITCH)}"
        raise DisplayError(told, remedy="take subgroups out, or show them in a table, kind: subgroups")
    gap = min(GROUP_GAP, (room - GAP - n_lines * pitch) / max(1, n_groups))
    made: list[_Placed] = []
    y = top + GAP / 2
    for line, label in zip(forest.lines, labels, strict=True):
        y += gap if line.is_heading else 0.0
        made.append(_Placed(line, label, y, pitch))
        y = made[-1].bottom
    return made


def _room(line: ForestLine, columns: _Columns) -> float:
    return columns.before_axes if line.is_heading else columns.label - INDENT * line.depth


def _texts(placed: _Placed, columns: _Columns, measure: Measure) -> Iterator[Written]:
    """Yield a line's label, counts and what stands at the right of each axis."""
    for n, part in enumerate(placed.label):
        yield Written(part, INDENT * placed.line.depth, placed.base + n * placed.pitch)
    for (middle, _), count in zip(columns.counts, placed.line.counts, strict=False):
        if count:
            yield Written(count.plain, middle, placed.base, "center")
    for n, side in enumerate(columns.sides):
        yield Written(_beside(placed, n, side, measure), side.end, placed.base, "right")


def _beside(placed: _Placed, arm: int, side: _Side, measure: Measure) -> str:
    """Return what stands at the right of an axis: in short where in full it would run beyond the axis."""
    compared = placed.line.compared[arm]
    fits = measure(compared.text.plain) <= side.end - side.left
    return compared.text.plain if fits else compared.short.plain


def _marks(axis: Axis, placed: Sequence[_Placed], arm: int) -> tuple[Mark, ...]:
    largest = max((each.line.size for each in placed), default=0.0) or 1.0
    made = []
    for each in placed:
        held = each.line.compared[arm].interval
        if held:
            share = None if each.line.is_everyone else each.line.size / largest
            middle = each.top + each.pitch / 2
            made.append(mark_of(axis, (held.estimate, held.low, held.high), middle, each.pitch, share))
    return tuple(made)


def _at_null(
    axis: Axis, placed: Sequence[_Placed], side: _Side, arm: int, foot: float, measure: Measure
) -> Iterator[tuple[float, float]]:
    """Yield the stretches of the line of no effect, which is broken where a text runs over the axis."""
    start = placed[0].top
    for each in placed:
        if side.end - measure(_beside(each, arm, side, measure)) < axis.x(axis.null) + GAP / 2:
            if each.top > start:
                yield start, each.top - RULE_GAP
            start = each.bottom
    if foot > start:
        yield start, foot


def _tick_labels(axis: Axis, foot: float, style: Style, measure: Measure) -> Iterator[Written]:
    for tick in axis.labelled(style, measure):
        yield Written(numbers.tick(tick, style).plain, axis.x(tick), foot + TICK - 1.0, "center")


def _favours(
    forest: Forest, columns: _Columns, axes: Sequence[Axis], top: float, measure: Measure
) -> Iterator[Written]:
    """Yield what each side of no effect favours, under the arrows."""
    for arm, axis in enumerate(axes):
        sides = ((-1, "right"), (1, "left"))
        for told, room, (way, align) in zip(forest.favours[arm], _rooms(columns, axis, arm), sides, strict=True):
            for n, line in enumerate(wrap(told, room, measure)):
                yield Written(line, axis.x(axis.null) + way * GAP / 2, top + HEADING * (n + BASE), align)  # type: ignore[arg-type]


def _rooms(columns: _Columns, axis: Axis, arm: int) -> tuple[float, float]:
    """Return the room under an axis at the left and at the right of no effect, as far as the next panel."""
    before = columns.sides[arm - 1].end + GAP if arm else 0.0
    null = axis.x(axis.null)
    return null - GAP / 2 - before, columns.sides[arm].end - null - GAP / 2


def _lines_under(forest: Forest, columns: _Columns, axes: Sequence[Axis], measure: Measure) -> int:
    return max(
        len(wrap(told, room, measure))
        for arm, axis in enumerate(axes)
        for told, room in zip(forest.favours[arm], _rooms(columns, axis, arm), strict=True)
    )
