"""Blocks of text: what a finished manuscript is read back as, whatever its format.

HTML and PDF are first turned into the same small tree of roles (``Node``), and ``outline`` makes the blocks of it; DOCX
is flat and needs no tree.

What is left out on purpose, because the formats write it each in its own way: numbers and bullets of list items, marks
of footnotes, and the text inside a figure (its alt text is a block).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

Box = tuple[float, float, float, float]  # left, right, base line, size of the letters; in points

BLANK = re.compile(r"\s+")
# Soft hyphen, zero width space, word joiner and byte order mark; the marks, embeddings and isolates of direction.
UNSEEN = re.compile("[\u00ad\u200b\u2060\ufeff\u200e\u200f\u202a-\u202e\u2066-\u2069]")
LIGATURES = re.compile("[\ufb00-\ufb06]")
RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe\U00010800-\U00010fff\U0001e800-\U0001efff]")
# A line may end after these with no space and go on; so does a web address or a DOI, after any of its marks.
GOES_ON = re.compile("(?:[\\s\u00ad\u2010\u2013\u2014/-]|(?:https?://|\\b10\\.\\d{4})\\S*)\\Z")


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, a heading, a cell, an alt text: the smallest thing that the formats must agree on.

    ``kind`` is title, heading, paragraph, caption, header-cell, cell, note, alt or item. ``table``, ``row`` and
    ``column`` count from 1 in cells and are 0 elsewhere. ``results`` (HTML only) holds the ids and texts of the printed
    results in it; ``page`` (PDF only) is the page on which it begins.
    """

    kind: str
    text: str
    row: int = 0
    column: int = 0
    table: int = 0
    results: tuple[tuple[str, str], ...] = ()
    page: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """A finished file: its blocks in reading order, and what stands around them.

    ``furniture`` has one text per page in PDF (all that is marked as an artifact), one per header or footer in DOCX,
    and one per banner in HTML. ``pages`` is 0 where the file does not say. ``metadata`` may hold title, author,
    subject (the marks of a paper that is not final, or of no real trial), keywords and language. ``fetched`` is what a
    browser would fetch from a network (HTML only), as "element attribute: address".
    """

    blocks: tuple[Block, ...]
    furniture: tuple[str, ...] = ()
    pages: int = 0
    metadata: Mapping[str, str] = field(default_factory=dict)
    fetched: tuple[str, ...] = ()

    def text(self) -> str:
        """Return all blocks, one per line."""
        return "\n".join(block.text for block in self.blocks)

    def containing(self, fragment: str) -> list[Block]:
        """Return the blocks in which the fragment stands, white space being all the same."""
        sought = normalise(fragment)
        return [block for block in self.blocks if sought in block.text]

    def table(self, number: int) -> list[list[str]]:
        """Return the cells of table ``number`` (from 1), row by row; a spanned place is "". IndexError if none."""
        cells = [block for block in self.blocks if block.table == number]
        if not cells:
            raise IndexError(f"there is no table {number}")
        width = max(block.column for block in cells)
        grid = [[""] * width for _ in range(max(block.row for block in cells))]
        for block in cells:
            grid[block.row - 1][block.column - 1] = block.text
        return grid


def normalise(text: str) -> str:
    """Return the text composed (NFC), stripped, every white space one blank, and without what cannot be seen."""
    return BLANK.sub(" ", UNSEEN.sub("", unicodedata.normalize("NFC", text))).strip()


def comparable(text: str) -> str:
    """Return the text without white space and right-to-left characters, to compare formats.

    Formats differ in white space, and a PDF holds right-to-left runs in the order in which they are seen. The hyphens
    U+2010 and U+2011 become "-" (Word has an element for the latter), and ligatures the letters they are made of.
    """
    seen = RIGHT_TO_LEFT.sub("", BLANK.sub("", normalise(text)))
    apart = LIGATURES.sub(lambda found: unicodedata.normalize("NFKC", found[0]), seen)
    return apart.replace("\u2010", "-").replace("\u2011", "-")


def titled(blocks: Sequence[Block], title: str) -> tuple[Block, ...]:
    """Return the blocks, the first that says just this title being the title, if none is called so yet."""
    sought = comparable(title)
    if not sought or any(block.kind == "title" for block in blocks):
        return tuple(blocks)
    at = next((at for at, block in enumerate(blocks) if comparable(block.text) == sought), len(blocks))
    return (*blocks[:at], *(replace(block, kind="title") for block in blocks[at : at + 1]), *blocks[at + 1 :])


# --- the tree of roles -------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Piece:
    """Some text as the file holds it; the box, where known, tells whether a line ended before it."""

    text: str
    page: int = 0
    box: Box | None = None


@dataclass(slots=True)
class Node:
    """An element by its role.

    Roles: container, paragraph, item, foot, note, table, row, inline, skip; title, heading, caption, cell, header-cell
    and entry (of a list of references): all text in these is one block; alt (``label`` is the text), furniture.
    ``label`` is the result id of an inline node.
    """

    role: str
    children: list[Node | Piece] = field(default_factory=list)
    label: str = ""
    columns: int = 1
    rows: int = 1
    page: int = 0


@dataclass(slots=True)
class Gathered:
    """The inline content of one block, and the nodes met in it that are blocks of their own."""

    pieces: list[Piece] = field(default_factory=list)
    results: list[tuple[str, str]] = field(default_factory=list)
    apart: list[Node] = field(default_factory=list)

    def add(self, child: Node | Piece, *, whole: bool) -> None:
        """Take in a child; ``whole`` says that paragraphs and lists in it belong to this same block."""
        if isinstance(child, Piece):
            self.pieces.append(child)
        elif child.role == "inline":
            before = len(self.pieces)
            self.add_all(child, whole=whole)
            if child.label:
                self.results.append((child.label, normalise(joined(self.pieces[before:]))))
        elif child.role in ("alt", "note", "table", "furniture") or not (whole or child.role == "skip"):
            self.apart.append(child)
        elif child.role != "skip":
            self.pieces.append(Piece(" "))
            self.add_all(child, whole=whole)
            self.pieces.append(Piece(" "))

    def add_all(self, node: Node, *, whole: bool) -> None:
        """Take in every child of a node."""
        for child in node.children:
            self.add(child, whole=whole)


class Grid:
    """Which columns of a table are free, given the spans of the cells so far."""

    def __init__(self) -> None:
        self.row = 0
        self.column = 0
        self.held: dict[int, int] = {}  # column -> rows still covered from above

    def next_row(self) -> None:
        """Begin a row."""
        self.held = {column: left - 1 for column, left in self.held.items() if left > 1}
        self.row += 1
        self.column = 0

    def place(self, columns: int = 1, rows: int = 1) -> int:
        """Return the column, from 1, at which the next cell of this row begins."""
        self.column += 1
        while self.column in self.held:
            self.column += 1
        start = self.column
        self.column += columns - 1
        if rows > 1:
            # One more than it covers, because beginning the next row takes one off.
            self.held.update(dict.fromkeys(range(start, start + columns), rows))
        return start


class Outline:
    """The blocks of a tree, in order, and the texts of its furniture."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.furniture: list[str] = []
        self.tables = 0
        self.grid = Grid()

    def visit(self, node: Node, kind: str = "paragraph") -> None:
        """Add the blocks of a node; ``kind`` is what a paragraph in it is."""
        match node.role:
            case "skip":
                return
            case "furniture":
                self.furniture.append(normalise(joined(gather(node, whole=True).pieces)))
            case "alt":
                # What is drawn in a figure is told by its alt text; its caption may stand in it.
                self.emit("alt", [Piece(node.label, node.page)])
                self.apart(node.children, kind)
            case "title" | "heading" | "caption":
                self.closed(node, node.role, kind)
            case "entry":
                self.closed(node, kind, kind)
            case "paragraph":
                self.paragraph(node, kind)
            case "table" | "row" | "cell" | "header-cell" | "foot":
                self.table_part(node, kind)
            case _:
                inner = {"item": kind if kind == "note" else "item", "note": "note"}.get(node.role, kind)
                self.container(node, inner)

    def table_part(self, node: Node, kind: str) -> None:
        """Add a table, a row or a cell; a cell in the foot holds notes."""
        if node.role == "table":
            self.tables += 1
            self.grid = Grid()
        elif node.role == "row":
            self.grid.next_row()
        if node.role in ("table", "row", "foot"):
            self.apart(node.children, "note" if node.role == "foot" else kind)
            return
        column = self.grid.place(node.columns, node.rows)
        if kind == "note":
            self.container(node, kind)
        else:
            self.closed(node, node.role, kind, self.grid.row, column, self.tables)

    def closed(self, node: Node, kind: str, around: str, row: int = 0, column: int = 0, table: int = 0) -> None:
        """Add all text of a node as one block."""
        found = gather(node, whole=True)
        self.emit(kind, found.pieces, found.results, row, column, table)
        self.apart(found.apart, around)

    def paragraph(self, node: Node, kind: str) -> None:
        """Add a paragraph, and after it what stands in it as a block of its own."""
        found = gather(node)
        self.emit(kind, found.pieces, found.results)
        self.apart(found.apart, kind)

    def container(self, node: Node, kind: str) -> None:
        """Add the blocks in a node; text that stands in it without a paragraph is a block too."""
        run = Gathered()
        for child in node.children:
            if isinstance(child, Piece) or (child.role in ("inline", "skip") and is_inline(child)):
                run.add(child, whole=False)
                continue
            self.loose(run, kind)
            run = Gathered()
            self.container(child, kind) if child.role == "inline" else self.visit(child, kind)
        self.loose(run, kind)

    def loose(self, run: Gathered, kind: str) -> None:
        """Add text that stands outside any paragraph; where its place on the page shows an end of line, it ends."""
        # Typst makes one run of successive blocks that are no paragraphs: their lines are all that tells them apart.
        for line in lines(run.pieces) if kind == "paragraph" else [run.pieces]:
            self.emit(kind, line, run.results)
        self.apart(run.apart, kind)

    def apart(self, children: Iterable[Node | Piece], kind: str) -> None:
        """Add the blocks of the nodes among these children."""
        for child in children:
            if isinstance(child, Node):
                self.visit(child, kind)

    def emit(
        self,
        kind: str,
        pieces: Sequence[Piece],
        results: Sequence[tuple[str, str]] = (),
        row: int = 0,
        column: int = 0,
        table: int = 0,
    ) -> None:
        """Add a block, unless there is nothing to read in it."""
        text = normalise(joined(pieces))
        if text:
            page = next((piece.page for piece in pieces if piece.page), 0)
            self.blocks.append(Block(kind, text, row, column, table, tuple(results), page))


def outline(root: Node) -> Outline:
    """Return the blocks and the furniture of a tree."""
    found = Outline()
    found.visit(root)
    return found


def gather(node: Node, *, whole: bool = False) -> Gathered:
    """Return the inline content of a node; ``whole`` takes in its paragraphs too."""
    found = Gathered()
    found.add_all(node, whole=whole)
    return found


def is_inline(node: Node) -> bool:
    """Return whether nothing in the node begins a block."""
    return all(
        isinstance(child, Piece) or (child.role in ("inline", "skip", "alt") and is_inline(child))
        for child in node.children
    )


def joined(pieces: Sequence[Piece]) -> str:
    """Return the text of successive pieces, with a blank where a line ended on purpose."""
    return " ".join("".join(piece.text for piece in line) for line in lines(pieces))


def lines(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    """Yield the pieces by line, a line being what ends on purpose and not for want of room.

    Typst keeps the blank at the end of a line that it broke, and marks a word that it broke with a soft hyphen. So a
    line that ends with neither, nor after a hyphen, a dash, a slash or within a web address, was ended on purpose.
    """
    line: list[Piece] = []
    for piece in pieces:
        if line and below(line[-1], piece) and not GOES_ON.search("".join(each.text for each in line)[-500:]):
            yield line
            line = []
        line.append(piece)
    yield line


def below(before: Piece, piece: Piece) -> bool:
    """Return whether a piece begins a new line: further left than where the last one ended, and not beside it."""
    if before.box is None or piece.box is None:
        return False
    if before.page != piece.page:
        return True
    (_, right, line, size), (left, _, next_line, next_size) = before.box, piece.box
    # Half a letter up or down is a superscript or a subscript.
    return left < right - 1 and abs(line - next_line) > 0.6 * max(size, next_size)
