"""The tables and figures of a finished page: which is which, what the page calls them, and what a figure draws."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

NUMBERED = re.compile(r"^\s*(.{1,40}?\d+)\.\s")
PREFIX = "display-"
CAPTIONS = ("caption", "figcaption")


@dataclass(frozen=True, slots=True)
class Shown:
    """``tables`` has the display's id of each table of the page, "" where it has none, and ``figures`` likewise.

    ``names`` are the numbers in the captions, such as "Table 2"; ``drawings`` a fingerprint of what a figure draws.
    """

    tables: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    names: dict[str, str] = field(default_factory=dict)
    drawings: dict[str, str] = field(default_factory=dict)


def read(path: Path) -> Shown:
    """Return the displays of a page."""
    page = _Page()
    page.feed(path.read_text(encoding="utf-8"))
    return Shown(tuple(page.tables), tuple(page.figures), page.names, page.drawings)


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[str] = []
        self.figures: list[str] = []
        self.names: dict[str, str] = {}
        self.drawings: dict[str, str] = {}
        self.display = ""
        self.caption: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in ("table", "figure"):
            self.display = given["id"].removeprefix(PREFIX) if given.get("id", "").startswith(PREFIX) else ""
        if tag == "table":
            self.tables.append(self.display)
        if tag == "img" and (given.get("alt") or given.get("aria-label")):
            self.figures.append(self.display)
            self.drawings[self.display] = hashlib.sha256(given.get("src", "").encode()).hexdigest()
        if tag in CAPTIONS:
            self.caption = []

    def handle_data(self, data: str) -> None:
        if self.caption is not None:
            self.caption.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag in CAPTIONS and self.caption is not None:
            if numbered := NUMBERED.match("".join(self.caption)):
                self.names[self.display] = " ".join(numbered[1].split())
            self.caption = None
