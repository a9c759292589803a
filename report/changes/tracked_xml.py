"""Read and write the XML of a Word file with names and prefixes exactly as they stand (``w:p``, not a namespace).

Word reads some prefixes out of attributes, so a file keeps the ones that it has. pandoc writes the usual ones.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element, TreeBuilder, tostring
from xml.parsers import expat

from report.errors import GateError

MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

# Text that is text; between other elements it is only layout of the file.
SAID = frozenset(("w:t", "m:t", "w:instrText"))
# What stands in a paper without being part of what it says.
UNSAID = frozenset(("w:bookmarkStart", "w:bookmarkEnd", "w:proofErr", "w:lastRenderedPageBreak"))
# Numbers that only tell things apart within one file.
NUMBERED = frozenset((("wp:docPr", "id"), ("pic:cNvPr", "id")))


def parse(data: bytes) -> Element:
    """Return the root of a part; raises expat's error if it is not XML."""
    builder = TreeBuilder()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    parser.Parse(data, True)
    return builder.close()


def write(root: Element) -> bytes:
    """Return a part as it is stored."""
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode").encode()


def made(tag: str, attributes: Mapping[str, str] | None = None, *children: Element) -> Element:
    """Return a new element with children."""
    element = Element(tag, dict(attributes or {}))
    element.extend(children)
    return element


def text_element(tag: str, text: str) -> Element:
    """Return an element that holds a text, spaces kept."""
    element = Element(tag, {"xml:space": "preserve"})
    element.text = text
    return element


def copied(element: Element) -> Element:
    """Return an element of its own, without what follows it."""
    twin = copy.deepcopy(element)
    twin.tail = None
    return twin


def shell(element: Element) -> Element:
    """Return an element without its children."""
    return Element(element.tag, dict(element.attrib))


def key_of(element: Element | None, notes: Mapping[str, str]) -> str:
    """Return what an element says and how it is formatted; equal keys mean that nothing changed.

    ``notes`` has the key of each footnote by its number, so that a reference stands for its note's text.
    """
    if element is None:
        return ""
    if element.tag == "w:footnoteReference":
        return f"<note {notes.get(element.get('w:id', ''), '')}>"
    said = {name: value for name, value in element.attrib.items() if not _only_numbers(element.tag, name)}
    inside = "".join(key_of(child, notes) for child in element if child.tag not in UNSAID)
    text = (element.text or "") if element.tag in SAID else ""
    return f"<{element.tag} {sorted(said.items())}>{text!r}{inside}</>"


def _only_numbers(tag: str, name: str) -> bool:
    return (tag, name) in NUMBERED or name.startswith("w:rsid") or name == "xml:space"


def text_of(element: Element) -> str:
    """Return the text below an element, in order."""
    return "".join(each.text or "" for each in element.iter() if each.tag in ("w:t", "m:t"))


def children(element: Element, tag: str) -> Iterator[Element]:
    """Yield the children of one kind."""
    return (child for child in element if child.tag == tag)


def first(element: Element, tag: str) -> Element | None:
    """Return the first child of one kind; ElementTree's own look-up would take the prefix for a namespace's."""
    return next(children(element, tag), None)


def body_of(root: Element, name: str) -> Element:
    """Return the body of a document; GateError if it has none, other prefixes, or changes tracked already."""
    body = first(root, "w:body") if root.get("xmlns:w") == MAIN else None
    if body is None:
        raise GateError(f"{name}: is no Word file as pandoc writes it", remedy="build it again")
    if any(each.tag in ("w:ins", "w:del", "w:moveFrom", "w:moveTo") for each in body.iter()):
        raise GateError(f"{name}: has tracked changes of its own", remedy="accept or reject them first")
    return body
