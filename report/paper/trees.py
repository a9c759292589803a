"""Displays as pandoc documents: what a table or an image is, for both engines alike.

A tree needs no escaping: what stands in it is text and nothing else.
"""

from __future__ import annotations

import itertools
from typing import Any

from report.paper.tables.table import Line, Table
from report.paper.text import Piece, Text

API = [1, 23, 1]
INDENT = "\u2003"
MOST_STUB, LEAST_STUB = 0.62, 0.28
LINE, WIDE_LINE = 84, 130  # characters of table text that fit on a line, upright or landscape, with room to spare
GAP, LEAST_GAP = 3, 2  # characters between a column and the next
PROSE = 32  # characters; what is longer is read as prose and may run over lines
LINES_OF_HEADING, LINES_OF_PROSE = 3, 4

Node = dict[str, Any]
_NO_ATTRIBUTES: list[Any] = ["", [], []]
_SPACE: Node = {"t": "Space"}


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
        made += [_SPACE] if index else []
        made += [{"t": "Str", "c": word}] if word else []
    return made


def image(file: str, alt: Text, width: str) -> Node:
    """Return a paragraph with one image and its alternative text."""
    attributes = ["", [], [["fig-alt", alt.plain], ["width", width]]]
    return {"t": "Para", "c": [{"t": "Image", "c": [attributes, [], [file, ""]]}]}


def table(made: Table, *, wide: bool = False) -> Node:
    """Return a table with a header row, its notes in the foot, and column widths by what the columns hold."""
    columns, characters = len(made.headings), WIDE_LINE if wide else LINE
    shares = widths(made, characters)
    specs = [[{"t": a}, {"t": "ColWidth", "c": w}] for a, w in zip(_aligned(made), shares, strict=True)]
    headings = [_heading(h, w * characters - GAP) for h, w in zip(made.headings, shares, strict=True)]
    head = [_NO_ATTRIBUTES, [_row([_cell(heading) for heading in headings])]]
    body = [_NO_ATTRIBUTES, 1, [], [_line(line, columns) for line in made.lines]]
    foot = [_NO_ATTRIBUTES, [_row([_cell(inlines(note), columns)]) for note in made.notes]]
    return {"t": "Table", "c": [_NO_ATTRIBUTES, [None, []], specs, head, [body], foot]}


def _heading(heading: Text, characters: float) -> list[Node]:
    """Return a heading; one that is longer than its column has what ends it in brackets on a line of its own.

    Left to themselves, engines break units such as mm/h and 0–10 rather than go to the next line before them.
    """
    made = inlines(heading)
    pairs = enumerate(itertools.pairwise(made))
    opening = [i for i, (one, other) in pairs if one == _SPACE and other["t"] == "Str" and other["c"].startswith("(")]
    if opening and len(heading.plain) > characters:
        made[opening[-1]] = {"t": "LineBreak"}
    return made


def _line(line: Line, columns: int) -> list[Any]:
    stub = [{"t": "Str", "c": INDENT * line.indent}] if line.indent else []
    if not line.cells:
        return _row([_cell(stub + inlines(line.stub), columns)])
    span = columns - 1 if len(line.cells) == 1 else 1
    return _row([_cell(stub + inlines(line.stub)), *(_cell(inlines(cell), span) for cell in line.cells)])


def _row(cells: list[Any]) -> list[Any]:
    return [_NO_ATTRIBUTES, cells]


def _cell(content: list[Node], columns: int = 1) -> list[Any]:
    blocks = [{"t": "Plain", "c": content}] if content else []
    return [_NO_ATTRIBUTES, {"t": "AlignDefault"}, 1, columns, blocks]


def _aligned(made: Table) -> list[str]:
    """Return each column's alignment: the stub and what is read as prose to the left, numbers in the middle."""
    prose = [max(map(len, column), default=0) > PROSE for column in _columns(made)]
    return ["AlignLeft", *("AlignLeft" if long else "AlignCenter" for long in prose)]


def _columns(made: Table) -> list[list[str]]:
    """Return what each column beside the stub holds, without its heading and without cells that span them all."""
    beside = len(made.headings) - 1
    lines = [line.cells for line in made.lines if len(line.cells) == beside]
    return [[cells[column].plain for cells in lines] for column in range(beside)]


def widths(made: Table, characters: int) -> list[float]:
    """Return each column's share of the page: wide enough not to wrap if that can be, the stub what is left.

    Columns are alike where all of them can be as wide as the widest; otherwise each is as wide as what it holds. A
    stub may wrap, a number with its interval should not; only where the page is too small must all give way.
    """
    alike = _alike(made, characters)
    if alike is not None:
        return alike
    stubs = [INDENT * 2 * line.indent + line.stub.plain for line in made.lines if line.cells]
    held = [(heading.plain, column) for heading, column in zip(made.headings, [stubs, *_columns(made)], strict=True)]
    shared = _shared([_least(*each) for each in held], [_whole(*each) for each in held], characters)
    return [round(each / sum(shared), 4) for each in shared]


def _alike(made: Table, characters: int) -> list[float] | None:
    columns = len(made.headings) - 1
    held = [cell for column in _columns(made) for cell in column]
    longest = max(map(len, [*held, *(max(heading.plain.split(" ("), key=len) for heading in made.headings[1:])]))
    stub = min(MOST_STUB, 1 - columns * (longest + GAP) / characters)
    return [round(stub, 4), *[round((1 - stub) / columns, 4)] * columns] if stub >= LEAST_STUB else None


def _least(heading: str, cells: list[str]) -> int:
    """Return the characters that a column needs so that no word of it is broken."""
    return LEAST_GAP + max(len(word) for text in [heading, *cells] for word in text.split(" "))


def _whole(heading: str, cells: list[str]) -> int:
    """Return the characters that a column would like: a cell on one line, prose on a few, the heading on three."""
    longest = max(map(len, cells), default=0)
    wanted = longest if longest <= PROSE else max(PROSE, longest // LINES_OF_PROSE)
    return max(_least(heading, cells), LEAST_GAP + wanted, LEAST_GAP + len(heading) // LINES_OF_HEADING)


def _shared(least: list[int], whole: list[int], characters: int) -> list[float]:
    """Return the width of each column between what it needs and what it would like, as far as the line goes."""
    room, more = characters - sum(least), sum(whole) - sum(least)
    if room <= 0 or more == 0:
        return [float(each) for each in least]
    return [need + (want - need) * min(1.0, room / more) for need, want in zip(least, whole, strict=True)]
