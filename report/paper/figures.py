"""Figures: the flow and individual courses, drawn with matplotlib as SVG (for HTML and PDF) and PNG (for Word).

Letters are drawn as outlines, so that a figure looks the same on every machine; what it says stands in its alternative
text. Grey and one blue with a strong difference in lightness: readable in print without colour and by the colour-blind.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font
from matplotlib.patches import FancyArrowPatch, Rectangle
from matplotlib.ticker import MaxNLocator

from report.ard import Results, Row
from report.glyphs import font_folder
from report.paper import flow, numbers
from report.paper.styles import Style
from report.paper.text import Text, fill, join, words
from report.study.displays import Display
from report.study.endpoints import Endpoint
from report.study.model import Study

FONT_SIZE = 8.5
INK, QUIET, BAND = "#1a1a1a", "#555555", "#4f94d4"
PNG_DPI = 250
POINTS_PER_INCH = 72.0

logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawn figure, its alternative text, and its natural width in points."""

    figure: Figure
    alt: Text
    width: float


def settings() -> dict[str, object]:
    """Return matplotlib's settings: nothing of the machine's own, the same bytes every time."""
    return {
        "font.family": ["DejaVu Sans"],
        "font.size": FONT_SIZE,
        "svg.fonttype": "path",
        "svg.hashsalt": "trialpress",
        "text.parse_math": False,
        "axes.unicode_minus": True,
        "axes.edgecolor": INK,
        "axes.linewidth": 0.7,
    }


def measure() -> Callable[[str], float]:
    """Return a function that gives a string's width in points in the figures' font."""
    font = FT2Font(str(font_folder() / "DejaVuSans.ttf"))
    font.set_size(FONT_SIZE, POINTS_PER_INCH)

    def width(text: str) -> float:
        font.set_text(text)
        return float(font.get_width_height()[0]) / 64

    return width


def draw(display: Display, study: Study, results: Results, style: Style) -> Drawing:
    """Return the figure that a display declares; ResultsError where a result is lacking."""
    if display.kind == "flow":
        return draw_flow(flow.layout(study, results, style, measure()))
    assert display.endpoint is not None
    return courses(study.endpoint(display.endpoint), study, results, style)


def save(drawing: Drawing, path: Path) -> None:
    """Write ``path`` as .svg and .png, without date, program or machine in them."""
    FigureCanvasSVG(drawing.figure).print_svg(  # type: ignore[no-untyped-call]
        path.with_suffix(".svg"), metadata={"Date": None, "Creator": None}
    )
    agg = FigureCanvasAgg(drawing.figure)
    drawing.figure.set(
        dpi=PNG_DPI, facecolor="white"
    )  # letters on no ground turn pale where a word processor scales them
    agg.print_png(  # type: ignore[no-untyped-call]
        path.with_suffix(".png"), metadata={"Software": None}
    )


def draw_flow(made: flow.Layout) -> Drawing:
    """Return the drawing of a laid-out flow; each box's patch and lines carry its number as their group id."""
    figure = Figure(facecolor="none", figsize=(made.width / POINTS_PER_INCH, made.height / POINTS_PER_INCH))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, made.width), ylim=(made.height, 0))
    axes.axis("off")
    for number, box in enumerate(made.boxes):
        frame = Rectangle((box.left, box.top), box.width, box.height, fill=False, edgecolor=INK, linewidth=0.8)
        frame.set_gid(f"box-{number}")
        axes.add_patch(frame)
        for index, line in enumerate(box.lines):
            base = box.top + flow.PAD + (index + 0.78) * flow.LINE
            axes.text(box.left + flow.PAD, base, line, va="baseline", color=INK, gid=f"text-{number}-{index}")
    for arrow in made.arrows:
        axes.plot(*zip(*arrow.points[:-1], strict=True), color=INK, linewidth=0.8)
        head = FancyArrowPatch(
            arrow.points[-2], arrow.points[-1], arrowstyle="-|>", mutation_scale=8, shrinkA=0, shrinkB=0
        )
        head.set(color=INK, linewidth=0.8)
        axes.add_patch(head)
    return Drawing(figure, made.alt, made.width)


def courses(endpoint: Endpoint, study: Study, results: Results, style: Style) -> Drawing:
    """Return each participant's values at two visits as lines, named at the left, with the medians as bars."""
    assert endpoint.visit is not None and endpoint.against is not None
    visits = (endpoint.against, endpoint.visit)
    people = _people(endpoint, results)
    medians = [_median(endpoint, results, visit) for visit in visits]
    figure = Figure(facecolor="none", figsize=(4.6, 3.5))
    axes = figure.add_axes((0.11, 0.14, 0.87, 0.84), facecolor="none")
    known = {name: [row for row in rows if row.stat is not None] for name, rows in people.items()}
    for rows in known.values():
        axes.plot(
            [visits.index(r.visit) for r in rows], [r.number() for r in rows], "-o", color=QUIET, lw=1, ms=3, zorder=3
        )
    _draw_median(axes, medians)
    _name_lines(axes, {name: rows[0].number() for name, rows in known.items() if rows and rows[0].visit == visits[0]})
    _dress(axes, endpoint, study, medians, style)
    return Drawing(figure, _courses_alt(endpoint, study, people, medians, style), 4.6 * POINTS_PER_INCH)


def _people(endpoint: Endpoint, results: Results) -> dict[str, list[Row]]:
    people: dict[str, list[Row]] = {}
    for row in results.select(analysis_id=f"{endpoint.id}.individual"):
        people.setdefault(row.group1_level, []).append(row)
    return people


def _median(endpoint: Endpoint, results: Results, visit: str) -> Row:
    return results.one(analysis_id=f"{endpoint.id}.change", stat_name="median", visit=visit)


def _draw_median(axes: mpl.axes.Axes, medians: list[Row]) -> None:
    """Draw the medians as bars behind the participants' points, which they would otherwise hide."""
    for x, row in enumerate(medians):
        if row.stat is not None:
            axes.plot([x - 0.07, x + 0.07], [row.number()] * 2, "-", color=BAND, lw=6, zorder=2, solid_capstyle="butt")


def _name_lines(axes: mpl.axes.Axes, starts: dict[str, float]) -> None:
    """Name each line at its start, the names pushed apart where starts are close, joined by a thin leader."""
    low, high = axes.get_ylim()
    order = sorted(starts, key=lambda name: starts[name])
    places = spread([starts[name] for name in order], (high - low) * 0.05)
    for name, place in zip(order, places, strict=True):
        axes.plot([-0.1, -0.03], [place, starts[name]], color=QUIET, lw=0.5, clip_on=False)
        axes.text(-0.12, place, name, ha="right", va="center", color=INK)


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


def _dress(axes: mpl.axes.Axes, endpoint: Endpoint, study: Study, medians: list[Row], style: Style) -> None:
    column = study.column(endpoint.dataset, endpoint.variable)
    between = {True: "\n", False: " "}  # a hole is long, and has a line of its own
    named = [
        f"{study.visit(row.visit).label}\nmedian{between[bool(row.query)]}{numbers.text(row, style).plain}"
        for row in medians
    ]
    axes.set_xlim(-0.32, 1.45 if any(row.query for row in medians) else 1.18)
    axes.set_xticks([0, 1], named)
    axes.set_ylabel(f"{column.label} ({column.unit})" if column.unit else column.label)
    low, high = axes.get_ylim()
    axes.set_ylim(min(low, 0.0), high)
    ticks = [float(t) for t in MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]).tick_values(*axes.get_ylim())]
    inside = [t for t in ticks if axes.get_ylim()[0] <= t <= axes.get_ylim()[1]]
    axes.set_yticks(inside, [numbers.tick(t, style).plain for t in inside])
    axes.spines[["top", "right"]].set_visible(False)


def _courses_alt(
    endpoint: Endpoint, study: Study, people: dict[str, list[Row]], medians: list[Row], style: Style
) -> Text:
    label = study.column(endpoint.dataset, endpoint.variable).label
    told = [
        fill("{who} {values}", who=words(name), values=join((numbers.text(r, style) for r in rows), " to "))
        for name, rows in people.items()
    ]
    visits = " to ".join(study.visit(v).label for v in (endpoint.against, endpoint.visit) if v)
    return fill(
        "Line chart of {label} of each participant, {visits}: {people}. Median: {medians}.",
        label=words(label),
        visits=words(visits),
        people=join(told, "; "),
        medians=join((numbers.text(row, style) for row in medians), " to "),
    )
