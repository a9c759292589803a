"""Number styles of journals, as data.

A style says how a number is written, never what it is. Each says on what evidence it stands: "official" text of the
journal, or "observed" in print; an observed style is a house's habit, not its rule.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from report.errors import DisplayError

MINUS = "\u2212"
EN_DASH = "\u2013"
THIN_SPACE = "\u2009"
MIDDLE_DOT = "\u00b7"


@dataclass(frozen=True, slots=True)
class PValue:
    """How p is written. ``bands`` are (below this p, decimals); ``significant`` digits replace them where given."""

    symbol: str = "P"
    spaced: bool = False
    leading_zero: bool = True
    bands: tuple[tuple[float, int], ...] = ((0.01, 3), (2.0, 2))
    significant: int | None = None
    most_decimals: int = 4
    floor: float = 0.001
    ceiling: float = 0.99


@dataclass(frozen=True, slots=True)
class Style:
    """One journal's way with numbers."""

    name: str
    evidence: Literal["official", "observed", "none"]
    p: PValue = PValue()
    decimal_mark: str = "."
    thousands: str = ","
    thousands_from: int = 10_000
    interval_label: str = "{level}\u00a0CI\u00a0"
    interval_separator: str = "\u00a0to\u00a0"
    range_separator: str = EN_DASH
    percent_steps: tuple[tuple[float, int], ...] = ((100, 0), (1000, 1), (float("inf"), 1))
    ratio_decimals: int = 2
    median_label: str = "median"
    sd_label: str = "SD"
    after_failed_step: Literal["print", "withhold"] = "print"  # p of a hypothesis that the plan did not reach


_PLAIN = Style("plain", "none")

STYLES: dict[str, Style] = {
    style.name: style
    for style in (
        _PLAIN,
        replace(
            _PLAIN,
            name="nejm",
            evidence="official",
            interval_label="{level}\u00a0CI,\u00a0",
            percent_steps=((float("inf"), 1),),
            after_failed_step="withhold",
        ),
        replace(
            _PLAIN,
            name="lancet",
            evidence="official",
            p=PValue("p", significant=2, floor=0.0001),
            decimal_mark=MIDDLE_DOT,
            thousands=THIN_SPACE,
            interval_separator=EN_DASH,
            percent_steps=((10_000, 0), (float("inf"), 1)),
        ),
        replace(
            _PLAIN,
            name="jama",
            evidence="official",
            p=PValue(spaced=True, leading_zero=False),
            thousands=THIN_SPACE,
            interval_label="{level}\u00a0CI,\u00a0",
            interval_separator="-",
            range_separator="-",
        ),
        replace(
            _PLAIN,
            name="bmj",
            evidence="observed",
            interval_label="{level} confidence interval\u00a0",
            range_separator="-",
        ),
        replace(
            _PLAIN,
            name="ard_rmdopen",
            evidence="observed",
            p=PValue("p", bands=((0.01, 3), (2.0, 2))),
            range_separator=",\u00a0",
        ),
        replace(
            _PLAIN,
            name="rheumatology_oxford",
            evidence="observed",
            p=PValue(spaced=True),
            interval_label="{level}\u00a0CI:\u00a0",
            interval_separator=",\u00a0",
            sd_label="s.d.",
        ),
        replace(
            _PLAIN,
            name="annals",
            evidence="official",
            p=PValue(bands=((0.20, 3), (2.0, 2))),
            percent_steps=((200, 0), (float("inf"), 1)),
            range_separator=",\u00a0",
        ),
    )
}


def named(name: str) -> Style:
    """Return a style by its name; DisplayError with the known ones otherwise."""
    try:
        return STYLES[name]
    except KeyError:
        raise DisplayError(f"journal.style: there is no style {name}", remedy=f"known: {', '.join(STYLES)}") from None
