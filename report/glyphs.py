"""Which characters can be printed: what the fonts hold, and what would turn the reading order round.

Figures are drawn and the PDF falls back to DejaVu Sans, so a character that it lacks would be an empty box in at least
one of the formats. Bidirectional overrides make text stand in another order than it is stored (CVE-2021-42574); the
paper sets its own isolates where they are needed.
"""

from __future__ import annotations

import importlib.util
import unicodedata
from functools import cache
from pathlib import Path

_REORDERING = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_ALWAYS_COVERED = frozenset(map(chr, range(0x20, 0x7F))) | frozenset(map(chr, range(0xA1, 0x17F))) - {"\u00ad"}


def fault(text: str) -> str:
    """Return what hinders a text from being printed, naming the first such character; empty when nothing does."""
    for character in dict.fromkeys(text):
        if character not in _ALWAYS_COVERED and (why := _why(character)):
            return f"U+{ord(character):04X} {unicodedata.name(character, 'a character without a name')} {why}"
    return ""


def _why(character: str) -> str:
    if character in _REORDERING:
        return "changes the reading order"
    if character in " \n\t\u00a0\u2009\u202f":
        return ""
    if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"):
        return "cannot be printed"
    return "" if ord(character) in _covered() else "is in no font that the paper uses"


def font_folder() -> Path:
    """Return the folder of the DejaVu fonts that come with matplotlib, without importing it."""
    found = importlib.util.find_spec("matplotlib")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("matplotlib is not installed")
    return Path(found.origin).parent / "mpl-data" / "fonts" / "ttf"


@cache
def _covered() -> frozenset[int]:
    from fontTools.ttLib import TTFont  # start-up time: only wanted beyond Latin letters

    with TTFont(font_folder() / "DejaVuSans.ttf", lazy=True) as font:
        return frozenset(font.getBestCmap())
