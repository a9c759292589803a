"""Read a finished HTML manuscript back."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import TypeVar

from report.errors import GateError
from report.publish.blocks import Document, Node, Piece, normalise, outline, titled

Attributes = list[tuple[str, str | None]]

VOID = frozenset(("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"))
SKIPPED = frozenset(
    (
        "style",
        "script",
        "nav",
        "template",
        "noscript",
        "button",
        "head",
        "svg",
        "iframe",
        "object",
        "video",
        "audio",
        "canvas",
    )
)
SKIPPED_CLASSES = frozenset(("footnote-ref", "footnote-back", "skip-link", "anchor", "anchorjs-link", "anchor-section"))
FURNITURE_CLASSES = frozenset(("banner", "standing"))
INLINE = frozenset(
    (
        "a",
        "abbr",
        "b",
        "bdi",
        "bdo",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "i",
        "ins",
        "kbd",
        "label",
        "mark",
        "math",
        "q",
        "s",
        "samp",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "time",
        "u",
        "var",
    )
)
ROLES = {
    **dict.fromkeys(SKIPPED, "skip"),
    **dict.fromkeys(INLINE, "inline"),
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "heading"),
    **dict.fromkeys(("p", "pre"), "paragraph"),
    **dict.fromkeys(("caption", "figcaption"), "caption"),
    "li": "item", "table": "table", "tr": "row", "td": "cell", "th": "header-cell", "tfoot": "foot",
}  # fmt: skip
METADATA = {"author": "author", "keywords": "keywords", "description": "subject"}
LOADING = frozenset(("src", "srcset", "poster", "data", "background"))
LINKING = frozenset(("link", "image", "use", "feimage"))
NETWORK = re.compile(r"(?:https?:|ftp:|wss?:)?//", re.IGNORECASE)
IN_STYLE = re.compile(r"""(?:url\(\s*|@import\s+)["']?\s*((?:https?:|ftp:)?//[^\s"')]+)""", re.IGNORECASE)

AnyPage = TypeVar("AnyPage", bound="Page")


def read_html(path: Path) -> Document:
    """Return what the page says; raises GateError if it is not a whole page."""
    page = parsed(path)
    found = outline(page.root)
    metadata = page.metadata()
    blocks = titled(found.blocks, metadata.get("title", ""))
    return Document(blocks, tuple(text for text in found.furniture if text), 0, metadata, tuple(page.fetched))


def parsed(path: Path) -> Page:
    """Return the page, read through to its end; raises GateError if it cannot be read or ends early."""
    return filled(Page(), path)


def filled(page: AnyPage, path: Path) -> AnyPage:
    """Return a page of any kind with what a file holds, read through to its end; GateError otherwise."""
    try:
        page.feed(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise GateError(f"{path.name}: cannot be read ({error})", remedy="build the manuscript again") from error
    page.close()
    if not page.whole:
        raise GateError(f"{path.name}: the page ends before </html>", remedy="build the manuscript again")
    return page


class Page(HTMLParser):
    """The tree of roles of a page, its metadata, and what it fetches."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("container")
        self.open: list[tuple[str, Node]] = [("", self.root)]
        self.head: dict[str, list[str]] = {}
        self.fetched: list[str] = []
        self.whole = False

    def metadata(self) -> dict[str, str]:
        """Return what the head says; authors and keywords joined with ", "."""
        return {name: ", ".join(texts) for name, texts in self.head.items()}

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        """Open an element."""
        given = {name: value or "" for name, value in attrs}
        self.note_head(tag, given)
        self.note_fetched(tag, given)
        node = node_of(tag, given)
        if self.open[-1][1].role == "alt":
            node.role = "skip"  # what is drawn in a picture is told by its alt text
        self.open[-1][1].children.append(node)
        if tag in VOID:
            return
        self.open.append((tag, node))

    def handle_startendtag(self, tag: str, attrs: Attributes) -> None:
        """Open and close an element of an SVG, or a void one."""
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close the element, and those left open in it; an end without a beginning is passed over."""
        self.whole = self.whole or tag == "html"
        depth = next((at for at in range(len(self.open) - 1, 0, -1) if self.open[at][0] == tag), 0)
        if depth:
            del self.open[depth:]

    def handle_data(self, data: str) -> None:
        """Add text where it stands."""
        tag, node = self.open[-1]
        node.children.append(Piece(data))
        if tag == "title" and "head" in (name for name, _ in self.open):
            self.head.setdefault("title", []).append(normalise(data))
        if tag == "style":
            self.fetched += [f"style: {address}" for address in IN_STYLE.findall(data)]

    def note_head(self, tag: str, given: dict[str, str]) -> None:
        """Keep the metadata an element holds."""
        if tag == "html" and given.get("lang"):
            self.head["language"] = [given["lang"]]
        named = METADATA.get(given.get("name", "").lower()) if tag == "meta" else None
        if named:
            self.head.setdefault(named, []).append(normalise(given.get("content", "")))

    def note_fetched(self, tag: str, given: dict[str, str]) -> None:
        """Keep the addresses on a network that the element makes a browser fetch; a plain link does not."""
        loading = LOADING | {"href", "xlink:href"} if tag in LINKING else LOADING
        for name, value in given.items():
            addresses = value.split(",") if name == "srcset" else [value]
            if name in loading and any(NETWORK.match(each.strip()) for each in addresses):
                self.fetched.append(f"{tag} {name}: {value.strip()}")
            elif name == "style":
                self.fetched += [f"{tag} style: {address}" for address in IN_STYLE.findall(value)]


def node_of(tag: str, given: dict[str, str]) -> Node:
    """Return the node of an element by its name and attributes."""
    classes = frozenset(given.get("class", "").split())
    if tag == "br":
        return Node("inline", [Piece(" ")])
    described = given.get("alt", "") if tag == "img" else given.get("aria-label", "") if is_image(tag, given) else ""
    if described:
        return Node("alt", label=described)
    return Node(
        role_of(tag, given, classes),
        label=given.get("data-result", "") if "result" in classes else "",
        columns=count(given.get("colspan")),
        rows=count(given.get("rowspan")),
    )


def is_image(tag: str, given: dict[str, str]) -> bool:
    """Return whether an element other than ``img`` stands for a picture."""
    return tag == "svg" or given.get("role") == "img"


def role_of(tag: str, given: dict[str, str], classes: frozenset[str]) -> str:
    """Return the role of an element: its classes speak first, then its name."""
    if "hidden" in given or classes & SKIPPED_CLASSES:
        return "skip"
    if classes & FURNITURE_CLASSES:
        return "furniture"
    if tag == "h1" and "title" in classes:
        return "title"
    if "csl-entry" in classes:
        return "entry"
    if "footnotes" in classes or given.get("role") in ("doc-endnotes", "doc-footnote"):
        return "note"
    return ROLES.get(tag, "container")


def count(text: str | None) -> int:
    """Return a span as a number, 1 when it is not one."""
    return max(1, int(text)) if text and text.isdecimal() else 1
