"""How far a paper may go. What is not final says so on every page, and no option takes that away.

draft     live data, a soft lock, or a hard lock under which something is still open
dryrun    treatments are dummies: the true ones are sealed
interim   a snapshot of a trial that goes on, or a report to its board
final     a hard lock, signed by all who must sign, on pinned packages, with nothing open
"""

from __future__ import annotations

from typing import Literal

Mode = Literal["draft", "dryrun", "interim", "final"]
# real: as allocated; dummy: drawn by a generator that knows no list; pooled: there are no arms
Treatment = Literal["real", "dummy", "pooled"]
FORMATS = ("html", "pdf", "docx")
MARKS: dict[Mode, str] = {"draft": "DRAFT", "dryrun": "DRY RUN", "interim": "INTERIM", "final": ""}

_ROWS = {"real": "", "reconstruction": "RECONSTRUCTION", "dummy": "DUMMY DATA"}
_ARMS: dict[Treatment, str] = {"real": "", "dummy": "DUMMY ARMS", "pooled": ""}


def paper(mode: str) -> dict[str, str]:
    """Return the names of a paper's files by format; they say how far it may go."""
    return {kind: f"manuscript-{mode}.{kind}" for kind in FORMATS}


def stamp(mode: Mode, treatment: Treatment, data_status: str) -> str:
    """Return what a figure bears that leaves its page: that it is not final, or not of a real trial; or nothing."""
    return " · ".join(filter(None, (MARKS[mode], _ARMS[treatment], _ROWS[data_status])))


def mode_of(state: str, treatment: Treatment, *, is_board_report: bool = False, is_complete: bool = False) -> Mode:
    """Return the mode of a paper from the state of its data (live, snapshot, soft, hard) and its treatments.

    ``is_complete`` is whether a hard lock is signed by all who must sign, on pinned packages, with nothing open.
    """
    if treatment == "dummy":
        return "dryrun"
    if is_board_report or treatment == "pooled" or state == "snapshot":
        return "interim"
    return "final" if state == "hard" and is_complete else "draft"
