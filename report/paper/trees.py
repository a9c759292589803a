"""Displays as pandoc documents: what a table or an image is, for both engines alike.

A tree needs no escaping: what stands in it is text and nothing else.
"""

from __future__ import annotations

from typing import Any

from report.paper.tables import Line, Table
from report.paper.text import Piece, Text

API = [1, 23, 1]
INDENT = "\u2003"
MOST_STUB, LEAST_STUB = 0.62, 0.28
LINE, WIDE_LINE = 84, 130  # characters of table text that fit on a line, upright or landscape, with room to spare

Node = dict[str, Any]
_NO_ATTRIBUTES: list[Any] = ["", [], []]


def document(*blocks: Node) -> Node:
    """Return a pandoc document of these blocks."""
    return {"pandoc-api-version": API, "meta": {}, "blocks": list(blocks)}


def inlines(text: Text) -> list[Node]:
    """Return a Text as pandoc inlines; each printed result is a span that carries its id."""
    made: list[Node] = []
    for piece in text.pieces:
        made += [_result(piece)] if piece.result_id else _strings(piece.text)
    return made


def _result(piece: Piece) -> Node:
    attributes = ["", ["result"], [["data-result", piece.result_id]]]
    return {"t": "Span", "c": [attributes, _strings(piece.text)]}


def _strings(text: str) -> list[Node]:
    made: list[Node] = []
    for index, word in enumerate(text.replace("\n", " ").split(" ")):
        made += [{"t": "Space"}] if index else []
        made += [{"t": "Str", "c": word}] if word else []
    return made


def image(file: str, alt: Text, width: str) -> Node:
    """Return a paragraph with one image and its alternative text."""
    attributes = ["", [], [["fig-alt", alt.plain], ["width", width]]]
    return {"t": "Para", "c": [{"t": "Image", "c": [attributes, [], [file, ""]]}]}


def table(made: Table, *, wide: bool = False) -> Node:
    """Return a table with a header row, its notes in the foot, and column widths by what the columns hold."""
    columns = len(made.headings)
    aligned = ["AlignLeft", *["AlignCenter"] * (columns - 1)]
    shares = widths(made, WIDE_LINE if wide else LINE)
    specs = [[{"t": a}, {"t": "ColWidth", "c": w}] for a, w in zip(aligned, shares, strict=True)]
    head = [_NO_ATTRIBUTES, [_row([_cell(inlines(h)) for h in made.headings])]]
    body = [_NO_ATTRIBUTES, 1, [], [_line(line, columns) for line in made.lines]]
    foot = [_NO_ATTRIBUTES, [_row([_cell(inlines(note), columns)]) for note in made.notes]]
    return {"t": "Table", "c": [_NO_ATTRIBUTES, [None, []], specs, head, [body], foot]}


def _line(line: Line, columns: int) -> list[Any]:
    stub = [{"t": "Str", "c": INDENT * line.indent}] if line.indent else []
    span = columns - 1 if len(line.cells) == 1 else 1
    return _row([_cell(stub + inlines(line.stub)), *(_cell(inlines(cell), span) for cell in line.cells)])


def _row(cells: list[Any]) -> list[Any]:
    return [_NO_ATTRIBUTES, cells]


def _cell(content: list[Node], columns: int = 1) -> list[Any]:
    blocks = [{"t": "Plain", "c": content}] if content else []
    return [_NO_ATTRIBUTES, {"t": "AlignDefault"}, 1, columns, blocks]


def widths(made: Table, characters: int) -> list[float]:
    """Return each column's share of the page: cells alike and wide enough not to wrap, the stub what is left.

    A stub may wrap, a number with its interval should not; only with many columns must both give way.
    """
    columns = len(made.headings) - 1
    held = [cell.plain for line in made.lines if len(line.cells) == columns for cell in line.cells]
    longest = max(map(len, [*held, *(max(heading.plain.split(" ("), key=len) for heading in made.headings[1:])]))
    stub = min(MOST_STUB, max(LEAST_STUB, 1 - columns * (longest + 3) / characters))
    return [round(stub, 4), *[round((1 - stub) / columns, 4)] * columns]
