"""Read a finished Word manuscript back."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from report.errors import GateError
from report.publish.blocks import Block, Document, Grid, normalise

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
VML = "{urn:schemas-microsoft-com:vml}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
NO = ("0", "false", "off")

# Deleted text, the older of two ways to say the same, and what is formatting and no text.
UNREAD = frozenset((f"{W}del", f"{W}moveFrom", f"{MC}Fallback", f"{W}pPr", f"{W}rPr"))
NESTED = frozenset((f"{W}p", f"{W}tbl"))
MARKS = {
    f"{W}tab": " ",
    f"{W}ptab": " ",
    f"{W}br": " ",
    f"{W}cr": " ",
    f"{W}noBreakHyphen": "\u2011",
    f"{W}softHyphen": "",
}
METADATA = {"title": "title", "creator": "author", "subject": "subject", "keywords": "keywords", "language": "language"}


def read_docx(path: Path) -> Document:
    """Return what the document says; raises GateError if it is not a whole Word file."""
    try:
        with zipfile.ZipFile(path) as archive:
            package = Package(archive)
            return package.document()
    except (OSError, zipfile.BadZipFile, KeyError, ElementTree.ParseError) as error:
        raise GateError(f"{path.name}: is not a whole Word file ({error})", remedy="build it again") from error


@dataclass(slots=True)
class Story:
    """The blocks of one part, read in order; ``styles`` names each style id."""

    styles: dict[str, str]
    blocks: list[Block] = field(default_factory=list)
    tables: int = 0

    def read(self, parent: Element, kind: str = "paragraph") -> None:
        """Add the blocks below an element."""
        for child in parent:
            if child.tag == f"{W}p":
                self.paragraph(child, kind)
            elif child.tag == f"{W}tbl":
                self.table(child)
            elif child.tag not in UNREAD:
                self.read(child, kind)

    def paragraph(self, element: Element, kind: str) -> None:
        """Add a paragraph, then the alt texts and the text boxes in it."""
        self.add(self.kind(element, kind), text_of(element))
        self.pictures(element)
        for nested in nested_in(element):
            self.paragraph(nested, kind) if nested.tag == f"{W}p" else self.table(nested)

    def pictures(self, element: Element) -> None:
        """Add the alt text of each picture."""
        for child in readable(element):
            if child.tag == f"{WP}docPr":
                self.add("alt", child.get("descr", ""))

    def table(self, element: Element) -> None:
        """Add the cells of a table."""
        self.tables += 1
        grid, number = Grid(), self.tables
        for row in children_of(element, f"{W}tr"):
            grid.next_row()
            properties = row.find(f"{W}trPr")
            kind = "header-cell" if switched_on(properties, "tblHeader") else "cell"
            grid.column += number_of(properties, "gridBefore", 0)
            for cell in children_of(row, f"{W}tc"):
                self.cell(cell, kind, grid, number)

    def cell(self, cell: Element, kind: str, grid: Grid, number: int) -> None:
        """Add a cell: its notes one by one, the rest as one block."""
        properties = cell.find(f"{W}tcPr")
        column = grid.place(number_of(properties, "gridSpan", 1))
        if goes_on(properties):
            return
        paragraphs = list(cell.iter(f"{W}p"))
        plain = [each for each in paragraphs if self.kind(each, kind) != "note"]
        text = " ".join(text_of(each) for each in plain)
        self.add(kind, text, grid.row, column, number)
        for each in paragraphs:
            if each not in plain:
                self.add("note", text_of(each))
            self.pictures(each)

    def kind(self, paragraph: Element, around: str) -> str:
        """Return the kind of a paragraph by its style, or else by where it stands."""
        properties = paragraph.find(f"{W}pPr")
        style = None if properties is None else properties.find(f"{W}pStyle")
        name = "" if style is None else self.styles.get(style.get(f"{W}val", ""), style.get(f"{W}val", "")).lower()
        if name == "title" or name.startswith("heading"):
            return "title" if name == "title" else "heading"
        if name.endswith("caption"):
            return "caption"
        if name in ("table note", "table note kept", "footnote text", "footnote block text", "endnote text"):
            return "note"
        listed = around == "paragraph" and properties is not None and properties.find(f"{W}numPr") is not None
        return "item" if listed else around

    def add(self, kind: str, text: str, row: int = 0, column: int = 0, table: int = 0) -> None:
        """Add a block, unless there is nothing to read in it."""
        shown = normalise(text)
        if shown:
            self.blocks.append(Block(kind, shown, row, column, table))


class Package:
    """The parts of a Word file."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.names = frozenset(archive.namelist())

    def document(self) -> Document:
        """Return blocks, headers and footers, and metadata."""
        main = self.part("word/document.xml")
        story = Story(self.styles())
        story.read(main)
        if "word/footnotes.xml" in self.names:
            for note in self.part("word/footnotes.xml"):
                if note.get(f"{W}type", "normal") == "normal":
                    story.read(note, "note")
        return Document(tuple(story.blocks), self.furniture(main), self.pages(), self.metadata())

    def part(self, name: str) -> Element:
        """Return the root of a part."""
        return ElementTree.fromstring(self.archive.read(name))

    def styles(self) -> dict[str, str]:
        """Return the name of each style by its id."""
        named = {}
        for style in self.part("word/styles.xml").iter(f"{W}style") if "word/styles.xml" in self.names else ():
            name = style.find(f"{W}name")
            named[style.get(f"{W}styleId", "")] = "" if name is None else name.get(f"{W}val", "")
        return named

    def furniture(self, main: Element) -> tuple[str, ...]:
        """Return the text of each header and footer that a section shows, once."""
        relations = self.part("word/_rels/document.xml.rels") if "word/_rels/document.xml.rels" in self.names else ()
        # A target is relative to word/, or absolute within the file.
        targets = {each.get("Id"): posixpath.join("/word", each.get("Target", ""))[1:] for each in relations}
        shown = [
            targets[reference.get(RELATION)]
            for reference in main.iter()
            if reference.tag in (f"{W}headerReference", f"{W}footerReference")
        ]
        texts = [furniture_text(self.part(name)) for name in dict.fromkeys(shown)]
        return tuple(text for text in texts if text)

    def pages(self) -> int:
        """Return the number of pages that the last program to lay it out wrote down, or 0."""
        if "docProps/app.xml" not in self.names:
            return 0
        said = next((each.text for each in self.part("docProps/app.xml") if each.tag.endswith("}Pages")), None)
        return int(said) if said and said.isdecimal() else 0

    def metadata(self) -> dict[str, str]:
        """Return title, author, subject, keywords and language, as far as they are there."""
        if "docProps/core.xml" not in self.names:
            return {}
        said = {each.tag.rpartition("}")[2]: normalise(each.text or "") for each in self.part("docProps/core.xml")}
        return {ours: said[theirs] for theirs, ours in METADATA.items() if said.get(theirs)}


def readable(element: Element) -> Iterator[Element]:
    """Yield the elements of a paragraph in order, but not those of a paragraph or table nested in it."""
    for child in element:
        if child.tag not in UNREAD and child.tag not in NESTED:
            yield child
            yield from readable(child)


def nested_in(element: Element) -> Iterator[Element]:
    """Yield the paragraphs and tables of the text boxes in a paragraph."""
    for child in element:
        if child.tag in NESTED:
            yield child
        elif child.tag not in UNREAD:
            yield from nested_in(child)


def text_of(paragraph: Element) -> str:
    """Return the text of a paragraph."""
    parts = []
    for child in readable(paragraph):
        if child.tag in (f"{W}t", f"{M}t"):
            parts.append(child.text or "")
        else:
            parts.append(MARKS.get(child.tag, ""))
    return "".join(parts)


def furniture_text(part: Element) -> str:
    """Return the text of a header or footer, watermarks (text drawn as a shape) with it."""
    written = [text_of(paragraph) for paragraph in part.iter(f"{W}p")]
    drawn = [shape.get("string", "") for shape in part.iter(f"{VML}textpath")]
    return normalise(" ".join(written + drawn))


def children_of(element: Element, tag: str) -> Iterator[Element]:
    """Yield the rows of a table or the cells of a row, also those in a content control, but none of a table within."""
    for child in element:
        if child.tag == tag:
            yield child
        elif child.tag in (f"{W}sdt", f"{W}sdtContent"):
            yield from children_of(child, tag)


def switched_on(properties: Element | None, name: str) -> bool:
    """Return whether a property is there and not switched off."""
    found = None if properties is None else properties.find(f"{W}{name}")
    return found is not None and found.get(f"{W}val", "1") not in NO


def number_of(properties: Element | None, name: str, otherwise: int) -> int:
    """Return the number a property holds."""
    found = None if properties is None else properties.find(f"{W}{name}")
    said = "" if found is None else found.get(f"{W}val", "")
    return int(said) if said.isdecimal() else otherwise


def goes_on(properties: Element | None) -> bool:
    """Return whether a cell only goes on with the one above it."""
    merged = None if properties is None else properties.find(f"{W}vMerge")
    return merged is not None and merged.get(f"{W}val", "continue") == "continue"
