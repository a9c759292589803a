"""The finished page as an audit reads it: blocks of text, and what each part of a block is said to be.

A printed result, a declared number, a citation or a reference to a display is told by its element. While the page is
read, a mark stands where such an element begins and ends; the marks are taken out of the blocks' text again and kept as
places in it. Nothing that a browser shows is passed over, whatever class it bears.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from report.paper.typed import KINDS
from report.publish.blocks import Block, Node, Piece, outline
from report.publish.read_html import SKIPPED_CLASSES, VOID, Attributes, Page, filled

OPEN, END_OF_NUMBER, CLOSE = "\ue100", "\ue101", "\ue102"  # private characters; no text of a paper holds them
_MARK = re.compile(f"{OPEN}(\\d+){END_OF_NUMBER}|{CLOSE}")
_NEVER_SHOWN = frozenset(("head", "style", "script", "template"))
_DISPLAY = "display-"


@dataclass(frozen=True, slots=True)
class Mark:
    """A part of a block's text: ``kind`` is what its element is, ``key`` which one.

    Kinds: result (its id), declared (its class), citation and entry (the work's key), display (the id referred to),
    cell, caption and alt (the display that they belong to), and footnote.
    """

    kind: str
    key: str
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Marked:
    """A block, its text without marks, and the marks in it."""

    block: Block
    text: str
    marks: tuple[Mark, ...]

    def of(self, kind: str) -> list[Mark]:
        """Return the marks of a kind, in the order in which they begin."""
        return [mark for mark in self.marks if mark.kind == kind]

    def said(self, mark: Mark) -> str:
        """Return the text of a mark."""
        return self.text[mark.start : mark.end]

    @property
    def display(self) -> str:
        """The display to which the block belongs; empty for prose."""
        return next((mark.key for mark in self.marks if mark.kind in ("cell", "caption", "alt")), "")


@dataclass(frozen=True, slots=True)
class MarkedPage:
    """A page: its blocks, what stands around them, and its metadata."""

    blocks: tuple[Marked, ...]
    furniture: tuple[str, ...]
    metadata: dict[str, str]


def read(path: Path) -> MarkedPage:
    """Return the page with its marks; GateError if it cannot be read or ends early."""
    page = filled(_MarkingPage(), path)
    found = outline(page.root)
    blocks = (_unmarked(block, page.marks) for block in found.blocks)
    furniture = tuple(_MARK.sub("", text) for text in found.furniture)
    return MarkedPage(tuple(each for each in blocks if each.text), furniture, page.metadata())


def _unmarked(block: Block, marks: list[tuple[str, str]]) -> Marked:
    """Return a block's text without marks, with blanks as they would be had there never been any."""
    text, begun, found = "", list[tuple[int, int]](), list[Mark]()
    for part, number, is_mark in _parts(block.text):
        if number:
            begun.append((int(number), len(text)))
        elif is_mark and begun:
            which, start = begun.pop()
            found.append(Mark(*marks[which], start, len(text)))
        else:
            text += part.lstrip(" ") if text.endswith(" ") or not text else part
    return Marked(block, text.rstrip(), tuple(sorted(found, key=lambda mark: (mark.start, -mark.end))))


def _parts(text: str) -> Iterator[tuple[str, str, bool]]:
    """Yield the stretches between marks, and the marks: the number of one that opens."""
    position = 0
    for mark in _MARK.finditer(text):
        yield text[position : mark.start()], "", False
        yield "", mark[1] or "", True
        position = mark.end()
    yield text[position:], "", False


class _MarkingPage(Page):
    """A page that notes, while it is read, where the elements begin and end that say what a number is."""

    def __init__(self) -> None:
        super().__init__()
        self.marks: list[tuple[str, str]] = []
        self._marked: set[int] = set()
        self._figure = self._table = ""

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        """Open an element, with a mark where it says what a number is."""
        around = self.open[-1][1].role
        super().handle_starttag(tag, attrs)
        given = {name: value or "" for name, value in attrs}
        node = self.open[-1][1] if tag not in VOID else _last_node(self.open[-1][1])
        self._show(tag, node, around)
        self._note_display(tag, given)
        kind, key = self._kind(tag, given, node)
        if kind:
            self._begin(node, kind, key)
        self._say(tag, given)

    def handle_endtag(self, tag: str) -> None:
        """Close an element, with the mark of each that ends with it."""
        depth = next((at for at in range(len(self.open) - 1, 0, -1) if self.open[at][0] == tag), 0)
        for _, node in reversed(self.open[depth:] if depth else []):
            if id(node) in self._marked:
                node.children.append(Piece(CLOSE))
        super().handle_endtag(tag)

    def note_head(self, tag: str, given: dict[str, str]) -> None:
        """Keep the metadata an element holds, the page's description among them."""
        super().note_head(tag, given)
        if tag == "meta" and given.get("name", "").lower() == "description":
            self.head["description"] = [given.get("content", "")]

    def _begin(self, node: Node, kind: str, key: str) -> None:
        opening = f"{OPEN}{len(self.marks)}{END_OF_NUMBER}"
        self.marks.append((kind, key))
        if node.role == "alt":
            node.label = f"{opening}{node.label}{CLOSE}"
        else:
            node.children.append(Piece(opening))
            self._marked.add(id(node))

    def _say(self, tag: str, given: dict[str, str]) -> None:
        """Take in what an element says of itself on being touched or read aloud, where it is not what it shows."""
        for name in ("title", "aria-label"):
            if given.get(name, "").strip() and given[name] != given.get("alt"):
                said = Node("alt", label=given[name])
                self.open[-1][1].children.append(said)
                self._begin(said, "alt", self._figure if tag == "img" else "")

    @staticmethod
    def _show(tag: str, node: Node, around: str) -> None:
        """Take in what other readers pass over, if a browser shows it."""
        is_passed_over = node.role == "skip" and tag not in _NEVER_SHOWN and around not in ("skip", "alt")
        if is_passed_over or (node.role == "alt" and tag != "img"):
            node.role = "inline"

    def _note_display(self, tag: str, given: dict[str, str]) -> None:
        if tag == "figure":
            self._figure = given.get("id", "").removeprefix(_DISPLAY)
        elif tag == "table":
            self._table = given.get("id", "").removeprefix(_DISPLAY)

    def _kind(self, tag: str, given: dict[str, str], node: Node) -> tuple[str, str]:
        """Return what an element says of the numbers in it, and which one it is; two empty texts if nothing."""
        classes, target = given.get("class", "").split(), given.get("href", "")
        if "result" in classes:
            return "result", given.get("data-result", "")
        if declared := next((name for name in classes if name in KINDS), ""):
            return "declared", declared
        if tag == "a" and SKIPPED_CLASSES.intersection(classes):
            return "footnote", target
        if tag == "a" and target.startswith("#ref-"):
            return "citation", target.removeprefix("#ref-")
        if tag == "a" and target.startswith(f"#{_DISPLAY}"):
            return "display", target.removeprefix(f"#{_DISPLAY}")
        if "csl-entry" in classes:
            return "entry", given.get("id", "").removeprefix("ref-")
        return self._part_of_display(tag, given, node)

    def _part_of_display(self, tag: str, given: dict[str, str], node: Node) -> tuple[str, str]:
        if tag in ("td", "th"):
            return "cell", self._table
        if tag == "caption":
            return "caption", self._table
        if tag == "figcaption":
            return "caption", self._figure
        return ("alt", self._figure) if node.role == "alt" else ("", "")


def _last_node(parent: Node) -> Node:
    return next(child for child in reversed(parent.children) if isinstance(child, Node))
