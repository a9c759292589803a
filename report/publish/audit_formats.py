"""PDF and Word under audit: what holds a number there must stand in the HTML, which answers for its sources."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from report.errors import Finding
from report.paper.typed import NUMBER
from report.publish.audit_sources import FORMATTER, Phrases, Sources, group
from report.publish.blocks import RIGHT_TO_LEFT, Document, comparable
from report.publish.extract import read

PAGE_OF = re.compile(r"\b[Pp]age \d+ of \d+\b")
BUILD_AGAIN = "build the paper again; if it comes back, the file was changed after it was built"
HOLE = "\ufffc"


def elsewhere(html: Path, others: Mapping[str, Path], sources: Sources) -> Iterator[Finding]:
    """Yield the blocks of other formats that hold a number and are not in the HTML, and numbers around their text."""
    known = read(html)
    for path in others.values():
        document = read(path)
        yield from _surplus(document, known, path.name)
        yield from _furniture(document, (*sources.around, *sources.phrases, _repeated(known)), path.name)


def _surplus(document: Document, known: Document, name: str) -> Iterator[Finding]:
    there = Counter(_key(block.text) for block in known.blocks)
    for block in document.blocks:
        there[_key(block.text)] -= 1
        if there[_key(block.text)] < 0 and NUMBER.search(block.text):
            told = f"“{block.text[:90]}” is not in the HTML, which answers for the numbers"
            page = f", page {block.page}" if block.page else ""
            yield Finding("audit-other-format", f"{name}: {block.kind}{page}", told, BUILD_AGAIN)


def _key(text: str) -> str:
    """Return what is the same of a block in all formats; where there are right-to-left runs, in whatever order."""
    plain = comparable(text)
    return "".join(sorted(re.sub(r"[()\[\]{}<>«»]", "", plain))) if RIGHT_TO_LEFT.search(text) else plain


def _repeated(known: Document) -> Phrases:
    """Return the headings of tables, which stand around the text where a table goes on over a page."""
    first_rows = {block.text for block in known.blocks if block.kind == "header-cell" and block.row == 1}
    return group(FORMATTER, "headings of tables", first_rows)


def _furniture(document: Document, known: Iterable[Phrases], name: str) -> Iterator[Finding]:
    """Yield the numbers of headers and footers that are neither the study's, the lock's nor those of pages."""
    told_of = tuple(known)
    # in a PDF the order in right-to-left runs is not the written one; Word answers for these
    written = (text for text in document.furniture if not (document.pages and RIGHT_TO_LEFT.search(text)))
    for text in dict.fromkeys(PAGE_OF.sub("", each) for each in written):
        left = text
        for phrases in told_of:
            left = phrases.pattern.sub(HOLE, left)
        for found in NUMBER.finditer(left):
            told = f"{found[0]} stands around the text and has no source"
            yield Finding("audit-no-source", f"{name}: header or footer", told, BUILD_AGAIN)
