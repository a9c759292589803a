"""The flow of participants as it is laid out by ``report/paper/flow.py``, drawn."""

from __future__ import annotations

from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Rectangle

from report.paper import flow
from report.paper.figures.drawing import INK, POINTS_PER_INCH, Drawing


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
