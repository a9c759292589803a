"""What is written of a comparison: the page build/changes.html and the Word document build/changes.docx."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from report.changes import page, tracked
from report.changes.compare import Changes
from report.errors import TrialpressError
from report.lock.writing import write as write_text

PAGE, WORD = "changes.html", "changes.docx"
AUTHOR = "trialpress"


@dataclass(frozen=True, slots=True)
class Written:
    """The files that were written, and why there is no Word document among them where there is none."""

    paths: tuple[Path, ...]
    without_word: str = ""


def write(changes: Changes, folder: Path) -> Written:
    """Write the page and, where both papers may be seen side by side, the Word document with tracked changes.

    A Word document of an earlier comparison is taken away first.
    """
    (folder / WORD).unlink(missing_ok=True)
    write_text(folder / PAGE, page.html(changes))
    why = _without_word(changes) or _word(changes, folder / WORD)
    return Written((folder / PAGE, *(() if why else (folder / WORD,))), why)


def _without_word(changes: Changes) -> str:
    if not changes.blinding.by_arm:
        return "the older paper would show arms that the newer has not, or the other way about"
    if changes.old.edition is None or changes.new.edition is None:
        return "the older paper is not at hand"
    return ""


def _word(changes: Changes, to: Path) -> str:
    """Write the newer paper with its changes tracked; return why that could not be done, or nothing."""
    assert changes.old.edition is not None and changes.new.edition is not None
    aside, moment = to.with_name(to.name + ".new"), f"{changes.new.header['data_cutoff']}T00:00:00Z"
    try:
        tracked.write(changes.old.edition.docx, changes.new.edition.docx, aside, author=AUTHOR, date=moment)
    except TrialpressError as fault:
        return fault.message
    else:
        aside.replace(to)
    finally:
        aside.unlink(missing_ok=True)
    return ""
