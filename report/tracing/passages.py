"""The paper's text as it is printed, passage by passage, with the exact stretch of every result in it.

The reader of finished HTML gives blocks of text and the results in them, not where in a block each stands. Marks are
set around the results before the blocks are made, and taken out again: so two equal numbers of a sentence stay apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from report.publish.blocks import Block, Node, Piece, comparable, outline
from report.publish.read_html import parsed

BEGIN, END = "\ue000", "\ue001"  # of a private area: no text of a paper holds them


@dataclass(frozen=True)
class Span:
    """A printed result: its id, and where its characters begin and end in the passage."""

    result_id: str
    start: int
    end: int


@dataclass(frozen=True)
class Passage:
    """A block of text with its results, and where it stands in the paper, in words.

    ``display`` is the table or figure it belongs to, empty in prose.
    """

    text: str
    spans: tuple[Span, ...]
    where: str
    display: str = ""

    def results_in(self, start: int, end: int) -> tuple[str, ...]:
        """Return the ids of the results that a stretch of the text touches, each once, in order."""
        touched = [span.result_id for span in self.spans if span.start < end and span.end > start]
        return tuple(dict.fromkeys(touched))


def read_passages(path: Path, titles: Mapping[str, str], alts: Mapping[str, str]) -> tuple[Passage, ...]:
    """Return the passages of a finished HTML.

    ``titles`` are those of the displays by id, ``alts`` the id of a figure by its alternative text.
    """
    page = parsed(path)
    _mark(page.root)
    return tuple(
        _Reading(titles, {comparable(text): name for text, name in alts.items()}).passages(outline(page.root).blocks)
    )


def _mark(node: Node) -> None:
    for child in node.children:
        if isinstance(child, Node):
            _mark(child)
    if node.role == "inline" and node.label:
        node.children = [Piece(BEGIN), *node.children, Piece(END)]


class _Reading:
    """Going through the blocks in order, and knowing the heading and the display that they belong to."""

    def __init__(self, titles: Mapping[str, str], alts: Mapping[str, str]) -> None:
        self.titles = {comparable(title): name for name, title in titles.items()}
        self.alts = alts
        self.heading = ""
        self.display = self.caption = ""
        self.tables: dict[int, _Table] = {}

    def passages(self, blocks: Sequence[Block]) -> Iterator[Passage]:
        """Yield the passage of every block."""
        read = [(block, *_plain(block)) for block in blocks]
        for block, text, _ in read:
            if block.table:
                self.tables.setdefault(block.table, _Table()).add(block, text)
        for block, text, spans in read:
            where, display = self._place(block, text)
            yield Passage(text, spans, where, display)

    def _place(self, block: Block, text: str) -> tuple[str, str]:
        match block.kind:
            case "title" | "heading":
                self.heading, self.display = text, ""
                return "a heading", ""
            case "alt":
                display = self.alts.get(comparable(text), "")
                return f"the figure {display or 'without a name'}, as its alternative text tells it", display
            case "caption":
                self._begin_display(text)
                return f"the caption of {self.caption}", self.display
            case "cell" | "header-cell":
                return f"{self.caption}, {self.tables[block.table].place(block)}", self.display
            case "note" if self.display:
                return f"the notes of {self.caption}", self.display
            case _:
                return (f"the text, under “{self.heading}”" if self.heading else "the text"), ""

    def _begin_display(self, text: str) -> None:
        plain = comparable(text)
        held = [title for title in self.titles if title in plain]
        self.display = self.titles[max(held, key=len)] if held else ""
        number = text.partition(".")[0]
        self.caption = f"{number} ({self.display})" if self.display else number


class _Table:
    """The cells of a table, to say by which line and column one of them is found."""

    def __init__(self) -> None:
        self.texts: dict[tuple[int, int], str] = {}
        self.bodies: set[int] = set()  # rows that hold more than heads
        self.filled: Counter[int] = Counter()  # cells of a row that hold a text
        self.stubs: Counter[str] = Counter()
        self.width = 0

    def add(self, block: Block, text: str) -> None:
        """Take in a cell."""
        self.texts[block.row, block.column] = text
        self.filled[block.row] += 1
        self.width = max(self.width, block.column)
        self.stubs[text] += block.column == 1
        if block.kind == "cell":
            self.bodies.add(block.row)

    def place(self, block: Block) -> str:
        """Return the line and the column of a cell, by the words that stand at their ends."""
        stub = self.texts.get((block.row, 1), "")
        if block.row in self.heads:
            return f"head of the table, column {block.column}"
        group = self._group(block.row) if self.stubs[stub] > 1 else ""
        line = f"line “{stub}”{f' of “{group}”' if group else ''}" if stub else f"line {block.row}"
        column = self._head(block)
        return f"{line}, column “{column}”" if column else line

    def _group(self, row: int) -> str:
        """Return the line above that heads a group of lines: it holds a stub, and next to nothing besides."""
        for above in range(row - 1, max(self.heads, default=0), -1):
            if self.texts.get((above, 1)) and self.filled[above] <= (2 if self.width >= 5 else 1):
                return self.texts[above, 1]
        return ""

    @cached_property
    def heads(self) -> tuple[int, ...]:
        """The rows above all cells of the body that head its columns."""
        first = min(self.bodies, default=0)
        return tuple(sorted({row for row, _ in self.texts if row < first and self.filled[row] > 1}))

    def _head(self, block: Block) -> str:
        """Return the heads above a cell, from the top; one that spans columns stands where it begins."""
        if block.column == 1:
            return ""
        heads = []
        for row in self.heads:
            columns = [column for at, column in self.texts if at == row and 1 < column <= block.column]
            if columns:
                heads.append(self.texts[row, max(columns)])
        return ", ".join(dict.fromkeys(heads))


def _plain(block: Block) -> tuple[str, tuple[Span, ...]]:
    """Return a block's text without the marks, and the stretches that they enclosed."""
    ids = iter(name for name, _ in block.results)
    made: list[str] = []
    opened: list[int] = []
    spans: list[Span] = []
    for character in block.text:
        if character == BEGIN:
            opened.append(len(made))
        elif character == END:
            spans.append(Span(next(ids), opened.pop(), len(made)))
        elif character != " " or (made and made[-1] != " "):  # marks may have parted two blanks
            made.append(character)
    return "".join(made), tuple(sorted(spans, key=lambda span: span.start))
