"""The abbreviations that a table explains: the study file's own and those that the tables themselves print."""

from __future__ import annotations

import re
from collections.abc import Iterable

from report.paper.text import Text, words
from report.study.model import Study

OURS = {
    "CI": "confidence interval",
    "GEE": "generalised estimating equations",
    "MMRM": "mixed model for repeated measures",
    "SD": "standard deviation",
    "SE": "standard error",
    "s.d.": "standard deviation",
}


def note(texts: Iterable[Text], study: Study) -> Text:
    """Return such as "CI, confidence interval; CRP, C-reactive protein." of what occurs in the texts; empty if nothing.

    Only whole words count, and of abbreviations that hold one another the longest: in JADAS-71 there is no JADAS. What
    the study file says of an abbreviation stands before what is known here.
    """
    known = {**OURS, **study.abbreviations}
    found = _found(known, (text.plain for text in texts))
    said = "; ".join(f"{short}, {known[short]}" for short in sorted(found, key=_by_letters))
    return words(f"{said}.") if said else Text()


def _found(known: Iterable[str], texts: Iterable[str]) -> set[str]:
    longest_first = sorted(known, key=len, reverse=True)
    any_of = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")
    return {short for text in texts for short in any_of.findall(text)}


def _by_letters(short: str) -> tuple[str, str]:
    """Return what an abbreviation is sorted by: its letters and digits without case; itself where they are alike."""
    return "".join(filter(str.isalnum, short)).casefold(), short
