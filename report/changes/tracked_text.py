"""A paragraph as words with their formatting, and a changed paragraph as Word shows it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal
from xml.etree.ElementTree import Element

from report.changes.tracked_marks import Marker, deleted, field_runs
from report.changes.tracked_words import edits, tokens_of
from report.changes.tracked_xml import UNSAID, copied, first, key_of, made, shell, text_element, text_of

# What a run of a paragraph that is compared word by word may hold besides text.
ATOMS = ("w:br", "w:tab", "w:cr", "w:noBreakHyphen", "w:softHyphen", "w:sym", "w:drawing", "w:footnoteReference")
WHOLE = ("w:fldSimple", "m:oMath", "m:oMathPara")
Status = Literal["", "w:ins", "w:del"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A word, a space, a sign, or what is kept whole: a picture, a field, a formula.

    ``around`` is the hyperlink it stands in, ``before`` the bookmarks that stand before it.
    """

    key: str
    text: str
    content: Element
    properties: Element | None = None
    around: Element | None = None
    before: tuple[Element, ...] = ()

    @property
    def format(self) -> str:
        """What tells one run, in one hyperlink, from the next."""
        return f"{key_of(self.around, {})}{key_of(self.properties, {})}"


@dataclass(frozen=True, slots=True)
class Line:
    """The pieces of a paragraph, and the bookmarks at its end."""

    pieces: tuple[Piece, ...]
    after: tuple[Element, ...]


def line_of(paragraph: Element, notes: Mapping[str, str]) -> Line | None:
    """Return a paragraph's pieces; None where it holds what is not compared within, such as a content control."""
    found: list[Piece] = []
    waiting: list[Element] = []
    for element, properties, around in _elements(paragraph, None):
        if element.tag in UNSAID:
            waiting.append(element)
        elif element.tag == "w:t" and not element.text:
            continue
        elif element.tag == "w:t" or element.tag in ATOMS or element.tag in WHOLE:
            found.append(Piece("", text_of(element), element, properties, around, tuple(waiting)))
            waiting = []
        else:
            return None
    return Line(tuple(_keyed(piece, notes) for piece in _words(found)), tuple(waiting))


def _elements(parent: Element, around: Element | None) -> Iterator[tuple[Element, Element | None, Element | None]]:
    """Yield what the runs hold, with the runs' properties and the hyperlink, and what stands between runs."""
    for child in parent:
        if child.tag == "w:r":
            properties = first(child, "w:rPr")
            yield from ((each, properties, around) for each in child if each.tag != "w:rPr")
        elif child.tag == "w:hyperlink" and around is None:
            yield from _elements(child, shell(child))
        elif child.tag != "w:pPr":
            yield child, None, around


def _words(found: Iterable[Piece]) -> Iterator[Piece]:
    """Yield words out of text, that of neighbouring runs with one formatting taken together."""
    joined: list[Piece] = []
    for piece in found:
        last = joined[-1] if joined else None
        if last and last.content.tag == piece.content.tag == "w:t" and not piece.before and last.format == piece.format:
            joined[-1] = replace(last, text=last.text + piece.text)
        else:
            joined.append(piece)
    for piece in joined:
        if piece.content.tag != "w:t":
            yield piece
            continue
        for at, word in enumerate(tokens_of(piece.text)):
            content = text_element("w:t", word)
            yield replace(piece, text=word, content=content, before=() if at else piece.before)


def _keyed(piece: Piece, notes: Mapping[str, str]) -> Piece:
    return replace(piece, key=f"{piece.format}{key_of(piece.content, notes)}")


# Writing --------------------------------------------------------------------------------------------------------------


def changed(old: Line, new: Line, marker: Marker, *, wholly: bool = False) -> list[Element]:
    """Return the content of a paragraph in which the words that differ are marked, or ``wholly`` all of them."""
    line = _Writer(marker)
    for status, piece in _replaced(old, new) if wholly else _compared(old.pieces, new.pieces):
        line.add(piece, status)
    line.bookmarks((*old.after, *new.after))
    return line.out


def _replaced(old: Line, new: Line) -> Iterator[tuple[Status, Piece]]:
    yield from (("w:del", piece) for piece in old.pieces)
    yield from (("w:ins", piece) for piece in new.pieces)


def _compared(old: Sequence[Piece], new: Sequence[Piece]) -> Iterator[tuple[Status, Piece]]:
    """Yield the new paper's pieces and, where it differs, before them those of the old one."""
    at_old = at_new = 0
    for edit in edits(old, new):
        yield from _kept(old[at_old : edit.old], new[at_new : edit.new])
        yield from (("w:del", piece) for piece in old[edit.old : edit.old_end])
        yield from (("w:ins", piece) for piece in new[edit.new : edit.new_end])
        at_old, at_new = edit.old_end, edit.new_end
    yield from _kept(old[at_old:], new[at_new:])


def _kept(old: Sequence[Piece], new: Sequence[Piece]) -> Iterator[tuple[Status, Piece]]:
    for ours, theirs in zip(old, new, strict=True):
        yield "", replace(theirs, before=(*ours.before, *theirs.before))


class _Writer:
    """Puts pieces back into runs, marks and hyperlinks, neighbours of one kind together."""

    def __init__(self, marker: Marker) -> None:
        self.marker = marker
        self.out: list[Element] = []
        self.link = ""
        self.state: tuple[str, str] | None = None

    def bookmarks(self, given: Iterable[Element]) -> None:
        """Add bookmarks; what follows them is a run of its own."""
        for each in given:
            self.out.append(copied(each))
            self.link, self.state = "", None

    def add(self, piece: Piece, status: Status) -> None:
        """Add a piece that stays, came or went."""
        self.bookmarks(piece.before)
        place = self.place(piece)
        if piece.content.tag == "w:fldSimple" and status:
            self.marked(place, field_runs(piece.content), status)
            self.state = None
        elif piece.content.tag in WHOLE:
            self.marked(place, [copied(piece.content)], status)
            self.state = None
        else:
            self.run(place, piece, status)

    def place(self, piece: Piece) -> list[Element] | Element:
        """Return what the piece is to be added to: the paragraph, or the hyperlink it stands in."""
        link = key_of(piece.around, {})
        if link != self.link:
            self.link, self.state = link, None
            if piece.around is not None:
                self.out.append(shell(piece.around))
        return self.out if piece.around is None else self.out[-1]

    def run(self, place: list[Element] | Element, piece: Piece, status: Status) -> None:
        """Add a piece to the run before it, if that has its formatting, or as a run."""
        content = made("w:r", None, copied(piece.content))
        if status == "w:del":
            content = deleted(content)
        state = (status, piece.format)
        if state == self.state:
            _append(self.last_run(place), content[0])
            return
        if piece.properties is not None:
            content.insert(0, copied(piece.properties))
        self.marked(place, [content], status, is_deleted=True)
        self.state = state

    def last_run(self, place: list[Element] | Element) -> Element:
        """Return the run that was added last."""
        last = place[-1]
        return last if last.tag == "w:r" else last[-1]

    def marked(
        self, place: list[Element] | Element, runs: list[Element], status: Status, *, is_deleted: bool = False
    ) -> None:
        """Add runs, in the mark before them where it is of their kind."""
        if not status:
            place.extend(runs)
            return
        if not len(place) or place[-1].tag != status:
            place.append(self.marker.mark(status))
        as_deleted = status == "w:del" and not is_deleted
        place[-1].extend(deleted(run) if as_deleted and run.tag == "w:r" else run for run in runs)


def _append(run: Element, content: Element) -> None:
    """Add what a run holds; text is joined to text."""
    last = run[-1]
    if last.tag == content.tag and content.tag in ("w:t", "w:delText"):
        last.text = (last.text or "") + (content.text or "")
    else:
        run.append(content)
