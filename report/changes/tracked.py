"""The new paper as a Word document with tracked changes against the old one.

Accepting all changes gives the new paper, rejecting all gives the old one: its paragraphs, words with their
formatting, links, footnotes, figures, lists and tables. What changed is marked by words; numbers are marked whole. A
paragraph that moved, or that became another kind (such as a heading), is deleted where it was and inserted where it is.
Of a table, rows and the words in cells are marked; one whose columns changed is deleted and inserted as a whole. A
style that follows from a paragraph's place, and widths and rules of a table, are recorded as changes of formatting.

Not tracked, because Word has no way to: headers and footers, styles, the document's properties and the names by which
links find their place (bookmarks). These are the new paper's; a style or bookmark that only the old one has is kept.
Some programs (pandoc is one) leave an empty row where a row was deleted; LibreOffice does not. As long as a table that
went and one that came are both there, a program that numbers captions anew counts both.
"""

from __future__ import annotations

from pathlib import Path

from report.changes.tracked_blocks import merged
from report.changes.tracked_marks import Marker
from report.changes.tracked_package import DOCUMENT, Package, Union


def write(old: Path, new: Path, to: Path, *, author: str, date: str) -> None:
    """Write ``to``: the Word file ``new`` with every change from ``old`` tracked, signed by an author and a date.

    Both are files of the publish stage; ``date`` is a moment such as 2026-01-31T00:00:00Z. The same files always give
    the same bytes. Raises GateError if one is not a whole Word file, and TrialpressError for a change that Word cannot
    track.
    """
    ours, theirs = Package(old), Package(new)
    shared = Union(ours, theirs)
    body = merged(ours.body, theirs.body, shared.notes, Marker(author, date))
    root = theirs.tree(DOCUMENT)
    root[list(root).index(theirs.body)] = body
    shared.save(to)
