"""Paragraphs and tables of both papers side by side, with every change marked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from report.changes.tracked_pairs import Pair, pairs, shared
from report.changes.tracked_text import Line, changed, line_of
from report.changes.tracked_xml import UNSAID, children, copied, first, key_of, made, text_of
from report.errors import TrialpressError

if TYPE_CHECKING:
    from report.changes.tracked_marks import Change, Marker

# Styles that a paragraph changes with its place, and not because an author says something else with it: the first
# paragraph under a heading; table rows that stay on one page with the next. Word records it beside the text.
SUFFIX, BY_PLACE = "Kept", {"FirstParagraph": "BodyText"}
# The properties of a cell that are part of the table's shape; widths and rules follow from what it holds.
SHAPE = ("w:gridSpan", "w:vMerge")


@dataclass(frozen=True)
class Block:
    """A paragraph or a table, and the bookmarks that stand before it. ``notes`` has each footnote's key."""

    element: Element
    before: tuple[Element, ...]
    notes: Mapping[str, str]

    @cached_property
    def key(self) -> str:
        """What it says and how it is formatted."""
        return key_of(self.element, self.notes)

    @cached_property
    def said(self) -> str:
        """What it says, without formatting that goes by its place."""
        if self.element.tag != "w:p":
            return self.key
        return self.form + "".join(key_of(child, self.notes) for child in self.element if not _unsaid(child))

    @cached_property
    def text(self) -> str:
        """What is read in it, cells apart."""
        return " ".join(text_of(each) for each in self.element.iter("w:p"))

    @cached_property
    def pictures(self) -> tuple[str, ...]:
        """The files its pictures came from: one drawn anew has the name it had."""
        return tuple(each.get("descr", "") for each in self.element.iter("pic:cNvPr"))

    @cached_property
    def form(self) -> str:
        """What must be the same for it to be compared within: a paragraph's style, a table's columns."""
        if self.element.tag == "w:p":
            return _style(self.element)
        columns = sum(1 for _ in self.element.iter("w:gridCol"))
        plain = all(child.tag in ("w:tblPr", "w:tblGrid", "w:tr") for child in self.element)
        return f"table of {columns}" if self.element.tag == "w:tbl" and plain else f"{id(self)}"

    @cached_property
    def line(self) -> Line | None:
        """Its words, if it is a paragraph that can be compared within."""
        return line_of(self.element, self.notes) if self.element.tag == "w:p" else None


@dataclass(frozen=True)
class Row:
    """A row of a table."""

    element: Element
    notes: Mapping[str, str]

    @cached_property
    def key(self) -> str:
        """What it says and how it is formatted."""
        return key_of(self.element, self.notes)

    @cached_property
    def said(self) -> str:
        """What it says, without rules and widths."""
        return f"{self.form}{[[block.said for block in cell] for cell in self.cells]}"

    @cached_property
    def cells(self) -> tuple[tuple[Block, ...], ...]:
        """The paragraphs of each cell."""
        return tuple(blocks_of(cell, self.notes)[0] for cell in children(self.element, "w:tc"))

    @cached_property
    def texts(self) -> tuple[str, str]:
        """The text of the first cell, which names the row, and that of the others."""
        texts = [" ".join(block.text for block in cell) for cell in self.cells]
        return texts[0] if texts else "", " ".join(texts[1:])

    @cached_property
    def form(self) -> str:
        """What must be the same for it to be compared cell by cell."""
        comparable = all(block.line is not None for cell in self.cells for block in cell)
        shapes = [_shape(cell) for cell in children(self.element, "w:tc")]
        forms = [[block.form for block in cell] for cell in self.cells]
        properties = key_of(first(self.element, "w:trPr"), {})
        return f"{properties}{shapes}{forms}" if comparable else f"{id(self)}"


def _unsaid(child: Element) -> bool:
    return child.tag == "w:pPr" or child.tag in UNSAID


def _style(paragraph: Element) -> str:
    """Return the key of a paragraph's properties, with a style that goes by its place as its plain one."""
    properties = first(paragraph, "w:pPr")
    plain = made("w:pPr") if properties is None else copied(properties)
    for style in plain.iter("w:pStyle"):
        name = style.get("w:val", "").removesuffix(SUFFIX)
        style.set("w:val", BY_PLACE.get(name, name))
    return key_of(plain, {})


def _shape(cell: Element) -> str:
    properties = first(cell, "w:tcPr")
    return "".join(key_of(child, {}) for child in (() if properties is None else properties) if child.tag in SHAPE)


def blocks_of(parent: Element, notes: Mapping[str, str]) -> tuple[tuple[Block, ...], tuple[Element, ...]]:
    """Return the blocks of a body or a cell, and the bookmarks after the last."""
    found: list[Block] = []
    waiting: list[Element] = []
    for child in parent:
        if child.tag in UNSAID:
            waiting.append(child)
        elif child.tag not in ("w:sectPr", "w:tcPr"):
            found.append(Block(child, tuple(waiting), notes))
            waiting = []
    return tuple(found), tuple(waiting)


# How alike ------------------------------------------------------------------------------------------------------------


def alike(old: Block, new: Block) -> float:
    """Return how far two blocks are one block changed: 0 where they cannot be compared within."""
    if old.form != new.form:
        return 0.0
    if old.element.tag == "w:p" and (old.line is None or new.line is None):
        return 0.0
    if old.pictures or new.pictures:
        return float(old.pictures == new.pictures)
    return shared(old.text, new.text)


def alike_rows(old: Row, new: Row) -> float:
    """Return how far two rows are one row changed; its label counts as much as all its numbers."""
    if old.form != new.form:
        return 0.0
    label, rest = (
        1.0 if ours == theirs else shared(ours, theirs) for ours, theirs in zip(old.texts, new.texts, strict=True)
    )
    return (label + rest) / 2 if len(old.cells) > 1 else label


# Writing --------------------------------------------------------------------------------------------------------------


def merged(old: Element, new: Element, notes: Mapping[str, str], marker: Marker) -> Element:
    """Return a body with both papers' content; TrialpressError where a change cannot be marked in Word."""
    ours, our_end = blocks_of(old, notes)
    theirs, their_end = blocks_of(new, notes)
    out: list[Element] = []
    for element in _blocks(_with_captions(pairs(ours, theirs, alike)), marker):
        if out and out[-1].tag == element.tag == "w:tbl":
            out.append(marker.nothing())
        out.append(element)
    section = marker.formatting("w:sectPr", first(new, "w:sectPr"), first(old, "w:sectPr"))
    return made("w:body", None, *out, *map(copied, (*our_end, *their_end)), *section)


def _with_captions(paired: Sequence[Pair[Block]]) -> list[Pair[Block]]:
    """Return the pairs with the caption of a table that gives way to another one going and coming with it."""
    out: list[Pair[Block]] = []
    at = 0
    while at < len(paired):
        if _is_replaced(paired[at : at + 3]):
            (old, new), (gone, _), (_, come) = paired[at : at + 3]
            out += [(old, None), (gone, None), (None, new), (None, come)]
            at += 3
        else:
            out.append(paired[at])
            at += 1
    return out


def _is_replaced(paired: Sequence[Pair[Block]]) -> bool:
    """Return whether three pairs are a caption of both papers, a table that went and one that came."""
    kinds = [tuple(None if block is None else block.element.tag for block in pair) for pair in paired]
    if kinds != [("w:p", "w:p"), ("w:tbl", None), (None, "w:tbl")]:
        return False
    return all(block is not None and _is_caption(block.element) for block in paired[0])


def _is_caption(paragraph: Element) -> bool:
    return any(style.get("w:val", "").endswith("Caption") for style in paragraph.iter("w:pStyle"))


def _blocks(paired: Sequence[Pair[Block]], marker: Marker) -> Iterable[Element]:
    """Yield the blocks of the document, its end apart: the last paragraph's mark can neither come nor go."""
    kept = _settled(paired)
    for old, new in paired[:kept]:
        yield from _block(old, new, marker)
    yield from _ending(paired[kept:], marker)


def _block(old: Block | None, new: Block | None, marker: Marker) -> Iterable[Element]:
    yield from (copied(each) for block in (old, new) if block is not None for each in block.before)
    if old is None or new is None:
        yield _whole(old, new, marker)
    elif old.key == new.key and not _has_bookmarks(old.element):
        yield copied(new.element)
    elif new.element.tag == "w:tbl":
        yield _table(old, new, marker)
    else:
        yield _paragraph(old, new, marker)


def _has_bookmarks(element: Element) -> bool:
    """Return whether something of the old paper's has a bookmark that the new paper has nowhere."""
    return any(each.tag in UNSAID for each in element.iter())


def _whole(old: Block | None, new: Block | None, marker: Marker) -> Element:
    """Return a block of one of the papers, marked as a whole."""
    block = new if old is None else old
    change: Change = "w:ins" if old is None else "w:del"
    assert block is not None
    if block.element.tag == "w:p":
        return marker.paragraph(block.element, change)
    if block.element.tag == "w:tbl":
        return marker.table(block.element, change)
    raise TrialpressError(
        f"a change of <{block.element.tag}> cannot be tracked in Word",
        remedy="take it out of the manuscript's templates",
    )


def _paragraph(old: Block, new: Block, marker: Marker, *, wholly: bool = False) -> Element:
    """Return a paragraph with its changed words marked, and a record of its earlier formatting."""
    properties = marker.formatting("w:pPr", first(new.element, "w:pPr"), first(old.element, "w:pPr"))
    if old.line is None or new.line is None:  # they are equal
        return copied(new.element)
    return made("w:p", new.element.attrib, *properties, *changed(old.line, new.line, marker, wholly=wholly))


def _table(old: Block, new: Block, marker: Marker) -> Element:
    """Return a table with its changed rows and cells marked."""
    ours, theirs = ([Row(row, each.notes) for row in children(each.element, "w:tr")] for each in (old, new))
    head = [
        one
        for tag in ("w:tblPr", "w:tblGrid")
        for one in marker.formatting(tag, first(new.element, tag), first(old.element, tag))
    ]
    rows = [_row(one, other, marker) for one, other in pairs(ours, theirs, alike_rows)]
    return made("w:tbl", new.element.attrib, *head, *rows)


def _row(old: Row | None, new: Row | None, marker: Marker) -> Element:
    if new is None:
        assert old is not None
        return marker.row(old.element, "w:del")
    if old is None:
        return marker.row(new.element, "w:ins")
    if old.key == new.key and not _has_bookmarks(old.element):
        return copied(new.element)
    cells = zip(children(old.element, "w:tc"), children(new.element, "w:tc"), strict=True)
    properties = [copied(child) for child in new.element if child.tag in ("w:tblPrEx", "w:trPr")]
    return made("w:tr", new.element.attrib, *properties, *(_cell(*both, new.notes, marker) for both in cells))


def _cell(old: Element, new: Element, notes: Mapping[str, str], marker: Marker) -> Element:
    """Return a cell of two rows of one form: the same paragraphs, some of them changed."""
    ours, our_end = blocks_of(old, notes)
    theirs, their_end = blocks_of(new, notes)
    properties = marker.formatting("w:tcPr", first(new, "w:tcPr"), first(old, "w:tcPr"))
    content = [each for both in zip(ours, theirs, strict=True) for each in _block(*both, marker)]
    return made("w:tc", new.attrib, *properties, *content, *map(copied, (*our_end, *their_end)))


# The end --------------------------------------------------------------------------------------------------------------


def _settled(paired: Sequence[Pair[Block]]) -> int:
    """Return how many pairs stand before the document's end, which is what only one paper has there."""
    kept = len(paired)
    while kept and None in paired[kept - 1]:
        kept -= 1
    if kept == len(paired) or not all(_is_plain(block) for pair in paired[kept:] for block in pair):
        return len(paired)
    if len({pair[0] is None for pair in paired[kept:]}) == 2:
        return kept
    return kept - 1 if kept and all(_is_plain(block) for block in paired[kept - 1]) else len(paired)


def _is_plain(block: Block | None) -> bool:
    return block is None or (block.element.tag == "w:p" and block.line is not None)


def _ending(paired: Sequence[Pair[Block]], marker: Marker) -> Iterable[Element]:
    """Yield the document's end so that the last mark of a paragraph stays in both papers.

    Where both have paragraphs of their own there, the last of each share it. Where one has, the paragraph before them
    has its mark changed in place of the last.
    """
    if not paired:
        return
    (first_old, first_new), rest = paired[0], paired[1:]
    if first_old is not None and first_new is not None:
        yield from _shifted(first_old, first_new, rest, marker)
        return
    ours = [old for old, _ in paired if old is not None]
    theirs = [new for _, new in paired if new is not None]
    for old in ours[:-1]:
        yield from _block(old, None, marker)
    for new in theirs[:-1]:
        yield from _block(None, new, marker)
    yield from (copied(each) for block in (ours[-1], theirs[-1]) for each in block.before)
    yield _paragraph(ours[-1], theirs[-1], marker, wholly=True)


def _shifted(old: Block, new: Block, rest: Sequence[Pair[Block]], marker: Marker) -> Iterable[Element]:
    """Yield the last shared paragraph, its end marked, and those after it, the last without a mark of its end."""
    added = [block for pair in rest for block in pair if block is not None]
    came = rest[0][0] is None
    *before, kept = _block(old, new, marker)
    yield from before
    yield marker.ended(kept, "w:ins" if came else "w:del")
    for block in added[:-1]:
        yield from _block(None if came else block, block if came else None, marker)
    yield from map(copied, added[-1].before)
    last = added[-1].element
    accepted, rejected = (last, old.element) if came else (new.element, last)
    properties = marker.formatting("w:pPr", first(accepted, "w:pPr"), first(rejected, "w:pPr"))
    yield made("w:p", last.attrib, *properties, *marker.content(last, "w:ins" if came else "w:del"))
