"""What every figure is drawn with: type, inks, the measure of a text, and the files that are written.

Letters are drawn as outlines, so that a figure looks the same on every machine; what it says stands in its alternative
text. Grey and one blue with a strong difference in lightness: readable in print without colour and by the colour-blind.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font

from report.glyphs import font_folder
from report.paper.text import Text

FONT_SIZE = 8.5
INK, QUIET, BAND, STAMP = "#1a1a1a", "#555555", "#4f94d4", "#ededed"
PNG_DPI = 250
IN_PIXELS = 1.04  # letters that are fitted to pixels are wider than their outlines by as much
POINTS_PER_INCH = 72.0
Measure = Callable[[str], float]

logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)


@dataclass(frozen=True, slots=True)
class Page:
    """The room for a figure on a page, above its caption, in points."""

    width: float
    height: float


# what the margins leave, less six lines of a caption
UPRIGHT = {"a4": Page(453.5, 620.0), "us-letter": Page(470.0, 570.0)}
LANDSCAPE = {"a4": Page(700.0, 375.0), "us-letter": Page(650.0, 390.0)}


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


def measure(spare: float = 1.0) -> Measure:
    """Return a function that gives a string's width in points in the figures' font, times what is to spare."""
    font = FT2Font(str(font_folder() / "DejaVuSans.ttf"))
    font.set_size(FONT_SIZE, POINTS_PER_INCH)

    def width(text: str) -> float:
        font.set_text(text)
        return spare * float(font.get_width_height()[0]) / 64

    return width


def stamped(drawing: Drawing, text: str) -> Drawing:
    """Return the drawing with a text across it, behind all that is drawn, so that nobody takes it for final."""
    width, height = drawing.figure.get_size_inches() * POINTS_PER_INCH
    rotation = math.degrees(math.atan2(height, width))
    size = min(0.7 * math.hypot(width, height) * FONT_SIZE / measure()(text), 0.25 * height)
    drawing.figure.text(
        0.5, 0.5, text, size=size, rotation=rotation, ha="center", va="center", rotation_mode="anchor",
        color=STAMP, weight="bold", zorder=-1, gid="stamp",
    )  # fmt: skip
    return drawing


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
