"""Accept or reject the tracked changes of a Word file as Word does, and say what a file then holds.

Written apart from what it tests, on lxml: it shares no line with report/changes.
"""

from __future__ import annotations

import zipfile
from copy import deepcopy
from hashlib import sha256
from pathlib import Path
from typing import Any

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
RECORDS = ("pPrChange", "tcPrChange", "tblPrChange", "tblGridChange", "sectPrChange")
IGNORED = {f"{W}{name}" for name in ("bookmarkStart", "bookmarkEnd", "fldChar", "instrText", "delInstrText", "rPr")}


def root_of(path: Path) -> Any:
    with zipfile.ZipFile(path) as archive:
        return etree.fromstring(archive.read("word/document.xml"))


def marks(root: Any) -> int:
    """How many tracked changes there are, of whatever kind."""
    return sum(
        each.tag in (f"{W}ins", f"{W}del", *(f"{W}{name}" for name in RECORDS)) for each in root.iter(etree.Element)
    )


# Accepting and rejecting ----------------------------------------------------------------------------------------------


def settled(root: Any, *, accept: bool) -> Any:
    """A copy with every change accepted, or rejected."""
    root = deepcopy(root)
    gone, stays = (f"{W}del", f"{W}ins") if accept else (f"{W}ins", f"{W}del")
    for record in [each for each in root.iter() if etree.QName(each).localname in RECORDS]:
        settle_formatting(record, accept=accept)
    for row in list(root.iter(f"{W}tr")):
        if row.find(f"{W}trPr/{gone}") is not None:
            row.getparent().remove(row)
    for table in list(root.iter(f"{W}tbl")):
        if table.find(f"{W}tr") is None:
            table.getparent().remove(table)
    dropped = [each for each in root.iter(f"{W}p") if each.find(f"{W}pPr/{W}rPr/{gone}") is not None]
    for mark in list(root.iter(gone)):
        if mark.getparent().tag not in (f"{W}rPr", f"{W}trPr"):
            mark.getparent().remove(mark)
    for paragraph in dropped:
        join(paragraph)
    for mark in list(root.iter(stays, gone)):
        unwrap(mark)
    for text in root.iter(f"{W}delText"):
        text.tag = f"{W}t"
    return root


def settle_formatting(record: Any, *, accept: bool) -> None:
    properties = record.getparent()
    properties.remove(record)
    if accept:
        return
    kept = [
        each
        for each in properties
        if each.tag in (f"{W}rPr", f"{W}sectPr", f"{W}headerReference", f"{W}footerReference")
    ]
    for child in list(properties):
        properties.remove(child)
    properties.extend([*record[0], *kept])


def join(paragraph: Any) -> None:
    """A paragraph without its end: gone when empty, or else the beginning of the next one, which keeps its style."""
    content = [child for child in paragraph if child.tag != f"{W}pPr"]
    following = next((each for each in paragraph.itersiblings() if each.tag in (f"{W}p", f"{W}tbl")), None)
    if following is None:
        return  # the last paragraph cannot go
    if any(child.tag not in IGNORED for child in content):
        assert following.tag == f"{W}p", "a paragraph cannot be joined to a table"
        for child in reversed(content):
            following.insert(1 if following.find(f"{W}pPr") is not None else 0, child)
    paragraph.getparent().remove(paragraph)


def unwrap(mark: Any) -> None:
    place = mark.getparent().index(mark)
    for child in reversed(mark):
        mark.getparent().insert(place, child)
    mark.getparent().remove(mark)


# What is there --------------------------------------------------------------------------------------------------------


class Holds:
    """What a file holds, in plain values: two files that hold the same are equal to a reader."""

    def __init__(self, path: Path, root: Any) -> None:
        with zipfile.ZipFile(path) as archive:
            self.parts = {name: archive.read(name) for name in archive.namelist()}
        self.links = {each.get("Id"): each for each in etree.fromstring(self.parts["word/_rels/document.xml.rels"])}
        self.lists: dict[str, int] = {}
        body = root.find(f"{W}body")
        self.content = [*self.blocks(body), self.section(body.find(f"{W}sectPr"))]

    def blocks(self, parent: Any) -> list[Any]:
        return [
            self.paragraph(each) if each.tag == f"{W}p" else self.table(each)
            for each in parent
            if each.tag in (f"{W}p", f"{W}tbl")
        ]

    def paragraph(self, paragraph: Any) -> Any:
        properties = paragraph.find(f"{W}pPr")
        said: list[list[str]] = []
        for run in self.runs(paragraph, ""):
            if said and said[-1][:2] == run[:2]:
                said[-1][2] += run[2]
            else:
                said.append(run)
        if properties is None:
            return ("p", [], None, [], said)
        own = [each for each in properties if each.tag not in (f"{W}rPr", f"{W}sectPr", f"{W}numPr")]
        number = [self.lists.setdefault(each.get(f"{W}val"), len(self.lists)) for each in properties.iter(f"{W}numId")]
        return ("p", [plain(each) for each in own], self.section(properties.find(f"{W}sectPr")), number, said)

    def runs(self, parent: Any, link: str) -> Any:
        for child in parent:
            if child.tag == f"{W}hyperlink":
                yield from self.runs(child, self.goal(child))
            elif child.tag in (f"{W}fldSimple",):
                yield from self.runs(child, link)
            elif child.tag == f"{W}r":
                style = child.find(f"{W}rPr")
                told = "".join(self.told(each) for each in child if each.tag not in IGNORED)
                if told:
                    yield [link, "" if style is None else plain(style), told]

    def told(self, element: Any) -> str:
        if element.tag == f"{W}t":
            return element.text or ""
        if element.tag == f"{W}drawing":
            extent = [each.get("cx") for each in element.iter() if each.get("cx")]
            alt = [each.get("descr") for each in element.iter() if etree.QName(each).localname == "docPr"]
            return f"<image {[self.goal(each) for each in element.iter(f'{A}blip')]} {extent} {alt}>"
        if element.tag == f"{W}footnoteReference":
            notes = etree.fromstring(self.parts["word/footnotes.xml"])
            note = [each for each in notes if each.get(f"{W}id") == element.get(f"{W}id")]
            return f"<note {''.join(note[0].itertext()).strip()}>"
        return f"<{etree.QName(element).localname}>"

    def goal(self, element: Any) -> str:
        name = element.get(f"{R}id") or element.get(f"{R}embed")
        if name is None:
            return str(element.get(f"{W}anchor"))
        target = self.links[name].get("Target")
        part = target[1:] if target.startswith("/") else f"word/{target}"
        if self.links[name].get("TargetMode") == "External":
            return str(target)
        types = self.parts["[Content_Types].xml"].decode()
        assert f'"/{part}"' in types or 'Extension="png"' in types, f"{part} has no content type"
        return sha256(self.parts[part]).hexdigest()

    def section(self, section: Any) -> Any:
        return (
            None
            if section is None
            else sorted(plain(each) for each in section if etree.QName(each).localname in ("pgSz", "pgMar"))
        )

    def table(self, table: Any) -> Any:
        head = [
            plain(table.find(f"{W}{name}")) for name in ("tblPr", "tblGrid") if table.find(f"{W}{name}") is not None
        ]
        rows = []
        for row in table.iter(f"{W}tr"):
            properties = row.find(f"{W}trPr")
            own = [] if properties is None else [plain(each) for each in properties]
            rows.append((own, [(plain(cell.find(f"{W}tcPr")), self.blocks(cell)) for cell in row.iter(f"{W}tc")]))
        return ("tbl", head, rows)


def plain(element: Any) -> str:
    if element is None:
        return ""
    return (
        f"{etree.QName(element).localname}{sorted(element.attrib.items())}({','.join(plain(each) for each in element)})"
    )


def proper(path: Path) -> None:
    """What Word insists on: every name that is used leads somewhere, and every number is given once."""
    root = root_of(path)
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        numbering = etree.fromstring(archive.read("word/numbering.xml")) if "word/numbering.xml" in names else ()
        links = {each.get("Id") for each in etree.fromstring(archive.read("word/_rels/document.xml.rels"))}
        assert len(links) == len(etree.fromstring(archive.read("word/_rels/document.xml.rels")))
    assert len(names) == len(set(names))
    numbers = [
        each.get(f"{W}id")
        for each in root.iter(f"{W}ins", f"{W}del", f"{W}bookmarkStart", *(f"{W}{name}" for name in RECORDS))
    ]
    assert len(numbers) == len(set(numbers))
    named = [each.get(f"{W}name") for each in root.iter(f"{W}bookmarkStart")]
    assert len(named) == len(set(named))
    assert sorted(each.get(f"{W}id") for each in root.iter(f"{W}bookmarkStart")) == sorted(
        each.get(f"{W}id") for each in root.iter(f"{W}bookmarkEnd")
    )
    pictures = [each.get("id") for each in root.iter() if etree.QName(each).localname == "docPr"]
    assert len(pictures) == len(set(pictures))
    assert {each.get(f"{R}{name}") for each in root.iter() for name in ("id", "embed")} - {None} <= links
    known = {each.get(f"{W}numId") for each in numbering if each.tag == f"{W}num"}
    assert {each.get(f"{W}val") for each in root.iter(f"{W}numId")} <= known
    for mark in root.iter(f"{W}del"):
        assert not list(mark.iter(f"{W}t")), "deleted text is w:delText"
    for text in root.iter(f"{W}delText"):
        assert any(each.tag == f"{W}del" for each in text.iterancestors())
    for mark in root.iter(f"{W}ins", f"{W}del"):
        assert {etree.QName(each).localname for each in mark} <= {"r", "oMath", "oMathPara"}
    order = ("pStyle", "numPr", "rPr", "sectPr", "pPrChange")
    for properties in root.iter(f"{W}pPr"):
        places = [
            order.index(etree.QName(each).localname) for each in properties if etree.QName(each).localname in order
        ]
        assert places == sorted(places)
