"""Read a finished PDF manuscript back, by its tags.

The PDF is tagged (PDF/UA-1), so its structure tree says what is a paragraph, a cell or a caption, and which marked
contents of which page hold the text. pdfium shows the tree page by page, with the children of other pages left out
but their places kept; so an element is known across pages by its path of places, and what goes on over a page break
is one block again. Text that no tag holds is an artifact: header, footer, watermark, a table header said again.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pypdfium2 import PdfDocument, PdfiumError, raw

from report.errors import GateError
from report.publish.blocks import Box, Document, Node, Piece, gather, joined, normalise, outline, titled

# pdfium's sign for a hyphen at the end of a line, be it one that was written or that of a broken word.
LAST_HYPHEN = "\x02"
SOFT_HYPHEN = "\u00ad"
NUMBER = re.compile(r"\d+\.?|\[\d+\]|\(\d+\)")

ROLES = {
    **dict.fromkeys(("H", "H1", "H2", "H3", "H4", "H5", "H6"), "heading"),
    **dict.fromkeys(("Span", "Link", "Quote", "Reference", "Code", "Annot", "Formula", "Ruby", "Warichu"), "inline"),
    # A label is the number of an item or the mark of a note; the other formats do not write it down.
    **dict.fromkeys(("Lbl", "TOC"), "skip"),
    "P": "paragraph", "BibEntry": "inline", "LI": "item", "Note": "note", "Caption": "caption", "Figure": "alt",
    "Table": "table", "TFoot": "foot", "TR": "row", "TH": "header-cell", "TD": "cell", "Title": "title",
}  # fmt: skip

# The same entry points, but giving addresses as plain numbers: a wrapped pointer for every character takes long.
_object_of_char = ctypes.cast(
    raw.FPDFText_GetTextObject, ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)
)
_unicode_of_char = ctypes.cast(raw.FPDFText_GetUnicode, ctypes.CFUNCTYPE(ctypes.c_uint, ctypes.c_void_p, ctypes.c_int))


@dataclass(slots=True)
class Element:
    """A structure element, put together from the pages it stands on; its children by their place in it."""

    kind: str
    alt: str = ""
    columns: int = 1
    rows: int = 1
    places: int = 0
    children: dict[int, Element | list[Piece]] = field(default_factory=dict)


@dataclass(slots=True)
class Hyphens:
    """Tells written hyphens from those of broken words.

    Both are one glyph, and the font gives it the meaning it had first in the document. Typst marks a glyph of the other
    meaning with the text to read, and sets the hyphen of a broken word as an object of its own. At the end of a line
    pdfium hides which meaning the font gives; so it is learnt from the hyphens that stand elsewhere.
    """

    written: set[str] = field(default_factory=set)  # fonts in which the glyph means a written hyphen
    unsettled: list[tuple[str, Piece]] = field(default_factory=list)

    def take(self, handle: Any, piece: Piece) -> None:
        """Put right what the one glyph or the hyphens of a piece mean, or keep it for later."""
        text = piece.text
        said = _actual_text(handle) if len(text) == 1 else ""
        if said:
            piece.text = said
        elif text == LAST_HYPHEN:
            self.unsettled.append((_font_name(handle), piece))
        elif "-" in text or LAST_HYPHEN in text:
            piece.text = text.replace(LAST_HYPHEN, "-")
            self.written.add(_font_name(handle))
        if said == SOFT_HYPHEN:
            self.written.add(_font_name(handle))

    def settle(self) -> None:
        """Settle what was kept: a hyphen alone is one of a broken word, unless the font says otherwise."""
        for font, piece in self.unsettled:
            piece.text = "-" if font in self.written else SOFT_HYPHEN


def read_pdf(path: Path) -> Document:
    """Return what the document says; raises GateError if it cannot be read or has no tags."""
    try:
        with PdfDocument(path) as pdf:
            root, hyphens = Element("Document"), Hyphens()
            furniture = [_take_page(pdf, number, root, hyphens) for number in range(len(pdf))]
            hyphens.settle()
            metadata = _metadata(pdf)
    except (OSError, PdfiumError) as error:
        raise GateError(f"{path.name}: cannot be read ({error})", remedy="build the manuscript again") from error
    blocks = outline(_node(root)).blocks
    if not blocks:
        raise GateError(f"{path.name}: has no tags to read it by", remedy="build it with pdf-standard ua-1")
    # Typst's own tag for the title is mapped to "P", and pdfium tells the mapped one.
    return Document(titled(blocks, metadata.get("title", "")), tuple(furniture), len(furniture), metadata)


def _take_page(pdf: Any, number: int, root: Element, hyphens: Hyphens) -> str:
    """Add what is tagged on a page to the tree; return the text that is not."""
    page = pdf[number]
    texts = _marked_texts(page, number + 1, hyphens)
    artifacts = texts.pop(-1, [])
    tree = raw.FPDF_StructTree_GetForPage(page.raw)
    try:
        for place in range(raw.FPDF_StructTree_CountChildren(tree)):
            _merge(raw.FPDF_StructTree_GetChildAtIndex(tree, place), place, root, texts)
    finally:
        raw.FPDF_StructTree_Close(tree)
        page.close()
    return normalise(" ".join(piece.text for piece in artifacts))


def _merge(handle: Any, place: int, parent: Element, texts: dict[int, list[Piece]]) -> None:
    """Add an element as far as it stands on this page; it may be there already from the page before."""
    if not handle:
        return
    element = parent.children.get(place)
    if not isinstance(element, Element):
        element = parent.children[place] = _element(handle)
    for at in range(element.places):
        child = raw.FPDF_StructElement_GetChildAtIndex(handle, at)
        if child:
            _merge(child, at, element, texts)
        else:
            mark = raw.FPDF_StructElement_GetChildMarkedContentID(handle, at)
            if mark >= 0:
                element.children[at] = texts.get(mark, [])


def _element(handle: Any) -> Element:
    """Return a structure element without its children."""
    kind = _string(raw.FPDF_StructElement_GetType, handle)
    spans = _spans(handle) if kind in ("TD", "TH") else (1, 1)
    alt = _string(raw.FPDF_StructElement_GetAltText, handle) if kind in ("Figure", "Formula") else ""
    return Element(kind, alt, *spans, places=raw.FPDF_StructElement_CountChildren(handle))


def _spans(handle: Any) -> tuple[int, int]:
    """Return how many columns and rows a cell spans."""
    found = {b"ColSpan": 1, b"RowSpan": 1}
    value = ctypes.c_float()
    for at in range(raw.FPDF_StructElement_GetAttributeCount(handle)):
        attributes = raw.FPDF_StructElement_GetAttributeAtIndex(handle, at)
        for name in found:
            said = raw.FPDF_StructElement_Attr_GetValue(attributes, name)
            if said and raw.FPDF_StructElement_Attr_GetNumberValue(said, ctypes.byref(value)):
                found[name] = int(value.value)
    return found[b"ColSpan"], found[b"RowSpan"]


def _marked_texts(page: Any, number: int, hyphens: Hyphens) -> dict[int, list[Piece]]:
    """Return the pieces of text of each marked content on the page; -1 holds the artifacts."""
    texts: dict[int, list[Piece]] = {}
    textpage = page.get_textpage()
    written = _texts_by_object(textpage.raw)
    count = raw.FPDFPage_CountObjects(page.raw)
    for handle, mark in _text_objects(page.raw, raw.FPDFPage_GetObject, count, -1):
        # pdfium passes over an object that leaves no ink: the blank between a bold word and a slanted one.
        piece = Piece(written.get(_address(handle), " "), number, _box(handle))
        hyphens.take(handle, piece)
        texts.setdefault(mark, []).append(piece)
    textpage.close()
    return texts


def _text_objects(parent: Any, get: Callable[..., Any], count: int, around: int) -> Iterator[tuple[Any, int]]:
    """Yield each text object on a page or in a form on it, with its marked content, or else that of the form."""
    for at in range(count):
        handle = get(parent, at)
        kind = raw.FPDFPageObj_GetType(handle)
        mark = raw.FPDFPageObj_GetMarkedContentID(handle)
        if kind == raw.FPDF_PAGEOBJ_TEXT:
            yield handle, mark if mark >= 0 else around
        elif kind == raw.FPDF_PAGEOBJ_FORM:
            inner = raw.FPDFFormObj_CountObjects(handle)
            yield from _text_objects(handle, raw.FPDFFormObj_GetObject, inner, mark if mark >= 0 else around)


def _texts_by_object(textpage: Any) -> dict[int, str]:
    """Return the text of each text object by its address.

    pdfium adds blanks and line ends where it guesses them from the distances. They are left out: Typst writes every
    blank, and the guesses part words and figures in a justified line.
    """
    texts: dict[int, list[str]] = {}
    pointer = ctypes.cast(textpage, ctypes.c_void_p)
    for at in range(raw.FPDFText_CountChars(textpage)):
        address = _object_of_char(pointer, at)
        if address:
            texts.setdefault(address, []).append(_character(textpage, pointer, at))
    # Characters beyond U+FFFF come in two halves.
    return {
        address: "".join(characters).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        for address, characters in texts.items()
    }


def _character(textpage: Any, pointer: Any, at: int) -> str:
    """Return one character as the file has it; "" where pdfium made it up."""
    code = _unicode_of_char(pointer, at)
    if code in (9, 10, 13, 32) and raw.FPDFText_IsGenerated(textpage, at) == 1:
        return ""
    # A glyph without a character must not pass for nothing.
    return chr(code) if code else "\ufffd"


def _actual_text(handle: Any) -> str:
    """Return the text that a mark says to read for an object, "" if none."""
    size = ctypes.c_ulong()
    for at in range(raw.FPDFPageObj_CountMarks(handle)):
        mark = raw.FPDFPageObj_GetMark(handle, at)
        buffer = (ctypes.c_ubyte * 64)()
        # As a blob, for pdfium's own way to read strings leaves soft hyphens out.
        if raw.FPDFPageObjMark_GetParamBlobValue(mark, b"ActualText", buffer, ctypes.sizeof(buffer), size):
            said = bytes(buffer)[: size.value]
            return said[2:].decode("utf-16-be") if said.startswith(b"\xfe\xff") else said.decode("latin-1")
    return ""


def _font_name(handle: Any) -> str:
    """Return the name of the font of a text object; a subset's name is its own."""
    buffer = ctypes.create_string_buffer(256)
    raw.FPDFFont_GetBaseFontName(raw.FPDFTextObj_GetFont(handle), buffer, 256)
    return buffer.value.decode("utf-8", "replace")


def _address(handle: Any) -> int:
    """Return a handle as a number."""
    return ctypes.cast(handle, ctypes.c_void_p).value or 0


def _box(handle: Any) -> Box:
    """Return where a text object begins and ends, its base line, and the size of its letters."""
    left, bottom, right, top, size = (ctypes.c_float() for _ in range(5))
    matrix = raw.FS_MATRIX()
    raw.FPDFPageObj_GetBounds(handle, left, bottom, right, top)
    raw.FPDFPageObj_GetMatrix(handle, matrix)
    raw.FPDFTextObj_GetFontSize(handle, size)
    return left.value, right.value, matrix.f, size.value


def _node(element: Element) -> Node:
    """Return an element in terms of roles; a cell with nothing in it keeps its place in the row."""
    role = ROLES.get(element.kind, "container")
    node = Node(role, [], element.alt if role == "alt" else "", element.columns, element.rows)
    for at in range(element.places) if role == "row" else sorted(element.children):
        child = element.children.get(at, Element("TD"))
        if isinstance(child, Element):
            node.children.append(_node(child))
        else:
            node.children.extend(child)
    if role == "alt":
        node.page = _first_page(element)
    if role == "container" and _is_entry(node):
        node.role = "entry"
    return node


def _is_entry(node: Node) -> bool:
    """Return whether a node is a number and, beside it, the text it numbers: two cells of a grid."""
    parts = [child for child in node.children if isinstance(child, Node)]
    if len(parts) != 2 or len(node.children) != 2 or parts[0].role != "container":
        return False
    return NUMBER.fullmatch(normalise(joined(gather(parts[0]).pieces))) is not None


def _first_page(element: Element) -> int:
    """Return the page on which an element begins, 0 if that cannot be told."""
    for child in element.children.values():
        found = _first_page(child) if isinstance(child, Element) else next((each.page for each in child), 0)
        if found:
            return found
    return 0


def _metadata(pdf: Any) -> dict[str, str]:
    """Return title, author, subject, keywords and language, as far as they are there."""
    asked = ("Title", "Author", "Subject", "Keywords")
    said = {name.lower(): normalise(pdf.get_metadata_value(name)) for name in asked}
    said["language"] = _string(raw.FPDFCatalog_GetLanguage, pdf.raw)
    return {name: text for name, text in said.items() if text}


def _string(function: Callable[..., int], handle: Any) -> str:
    """Return what a function of pdfium writes into a buffer, as UTF-16 with a zero at its end."""
    size = function(handle, None, 0)
    if size <= 2:
        return ""
    buffer = (ctypes.c_ushort * (size // 2))()
    function(handle, buffer, size)
    return bytes(buffer)[:-2].decode("utf-16-le")
