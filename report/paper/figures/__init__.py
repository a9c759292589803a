"""Figures: the flow, courses, forest plots and curves, drawn with matplotlib as SVG (HTML, PDF) and PNG (Word)."""

from __future__ import annotations

from report.ard import Results
from report.paper import flow
from report.paper.figures.courses import draw_courses
from report.paper.figures.drawing import Drawing, measure, save, settings, stamped
from report.paper.figures.flow_figure import draw_flow
from report.paper.figures.forest import draw_forest
from report.paper.figures.means import draw_means
from report.paper.figures.survival import draw_curves
from report.paper.styles import Style
from report.study.displays import Display
from report.study.model import Study

__all__ = ["Drawing", "draw", "draw_flow", "measure", "save", "settings", "stamped"]


def draw(display: Display, study: Study, results: Results, style: Style) -> Drawing:
    """Return the figure that a display declares; ResultsError where a result is lacking."""
    if display.kind == "flow":
        return draw_flow(flow.layout(study, results, style, measure()))
    curves = {"kaplan_meier": draw_curves, "cumulative_incidence": draw_curves}
    drawn = {"courses": draw_courses, "forest": draw_forest, "means": draw_means, **curves}
    return drawn[display.kind](display, study, results, style)
