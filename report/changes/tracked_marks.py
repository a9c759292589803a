"""Word's marks of a tracked change: around runs, on the ends of paragraphs, on rows, and on formatting."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Literal
from xml.etree.ElementTree import Element

from report.changes.tracked_xml import copied, first, key_of, made, shell, text_element

Change = Literal["w:ins", "w:del"]

# Above the numbers of bookmarks; each mark has one of its own.
FIRST_MARK = 100_000
DELETED = {"w:t": "w:delText", "w:instrText": "w:delInstrText"}
PROPERTIES = ("w:pPr", "w:trPr", "w:tcPr", "w:tblPr", "w:tblGrid", "w:sdtPr")
# What may not stand in the record of a paragraph's or a section's earlier formatting.
NOT_RECORDED = ("w:rPr", "w:sectPr", "w:headerReference", "w:footerReference")


def deleted(run: Element) -> Element:
    """Return a run whose text is marked as deleted text."""
    twin = copied(run)
    for child in twin:
        child.tag = DELETED.get(child.tag, child.tag)
    return twin


def field_runs(simple: Element) -> list[Element]:
    """Return a simple field as runs: only runs can be marked, and a field left empty would still be counted."""
    runs = [copied(child) for child in simple if child.tag == "w:r"]
    properties = first(runs[0], "w:rPr") if runs else None

    def run(child: Element) -> Element:
        return made("w:r", None, *([copied(properties)] if properties is not None else []), child)

    begin, separate, end = (made("w:fldChar", {"w:fldCharType": kind}) for kind in ("begin", "separate", "end"))
    told = text_element("w:instrText", simple.get("w:instr", ""))
    return [run(begin), run(told), run(separate), *runs, run(end)]


@dataclass(slots=True)
class Marker:
    """Makes marks signed by an author and a date; ``number`` counts them."""

    author: str
    date: str
    number: Iterator[int] = field(default_factory=lambda: count(FIRST_MARK))

    def mark(self, tag: str, *children: Element) -> Element:
        """Return a signed mark around children."""
        number = str(next(self.number))
        return made(tag, {"w:id": number, "w:author": self.author, "w:date": self.date}, *children)

    # Whole things ------------------------------------------------------------------------------------------------

    def paragraph(self, paragraph: Element, change: Change) -> Element:
        """Return a paragraph with everything in it and its end marked."""
        return self.ended(made("w:p", paragraph.attrib, *self.content(paragraph, change)), change, paragraph)

    def ended(self, paragraph: Element, change: Change, formatted: Element | None = None) -> Element:
        """Return a paragraph with its end marked; formatted as it is, or as another paragraph is."""
        own = first(paragraph, "w:pPr")
        if own is not None:
            paragraph.remove(own)
        given = own if formatted is None else first(formatted, "w:pPr")
        properties = made("w:pPr") if given is None else copied(given)
        runs = first(properties, "w:rPr")
        if runs is None:
            runs = made("w:rPr")
            properties.insert(_place_of_run_properties(properties), runs)
        runs.insert(sum(child.tag == "w:ins" for child in runs), self.mark(change))
        paragraph.insert(0, properties)
        return paragraph

    def table(self, table: Element, change: Change) -> Element:
        """Return a table with every row marked."""
        rows = (self.row(child, change) if child.tag == "w:tr" else copied(child) for child in table)
        return made(table.tag, table.attrib, *rows)

    def row(self, row: Element, change: Change) -> Element:
        """Return a row marked, with everything in its cells."""
        properties = first(row, "w:trPr")
        marked = made("w:trPr") if properties is None else copied(properties)
        marked.append(self.mark(change))
        exceptions = [copied(child) for child in row if child.tag == "w:tblPrEx"]
        cells = [self._within(child, change) for child in row if child.tag not in ("w:trPr", "w:tblPrEx")]
        return made(row.tag, row.attrib, *exceptions, marked, *cells)

    def _within(self, element: Element, change: Change) -> Element:
        """Return a cell, or what else holds blocks, with everything in it marked but its own end."""
        if element.tag in PROPERTIES:
            return copied(element)
        if element.tag == "w:tbl":
            return self.table(element, change)
        last = next((child for child in reversed(element) if child.tag == "w:p"), None)
        inside = [
            (self.words if child is last else self.paragraph)(child, change)
            if child.tag == "w:p"
            else self._within(child, change)
            for child in element
        ]
        return made(element.tag, element.attrib, *inside)

    def words(self, paragraph: Element, change: Change) -> Element:
        """Return a paragraph with everything in it marked, and its end not: a cell's last one goes with its row."""
        properties = [copied(child) for child in paragraph if child.tag == "w:pPr"]
        return made("w:p", paragraph.attrib, *properties, *self.content(paragraph, change))

    def content(self, parent: Element, change: Change) -> list[Element]:
        """Return the runs of a paragraph or hyperlink, marked; what cannot be marked stands between as it is."""
        out: list[Element] = []
        for child in parent:
            if child.tag == "w:pPr":
                continue
            runs = field_runs(child) if child.tag == "w:fldSimple" else [copied(child)]
            if child.tag in ("w:r", "w:fldSimple", "m:oMath", "m:oMathPara"):
                self.add(out, runs, change)
            elif len(child):
                out.append(made(child.tag, child.attrib, *self.content(child, change)))
            else:
                out.append(copied(child))
        return out

    def add(self, out: list[Element], runs: list[Element], change: Change) -> None:
        """Add runs to the mark that ends a list, or to a new one."""
        if not out or out[-1].tag != change:
            out.append(self.mark(change))
        out[-1].extend(deleted(run) if change == "w:del" and run.tag == "w:r" else run for run in runs)

    def nothing(self) -> Element:
        """Return a paragraph that neither paper has: it keeps a table that went from one that came."""
        return made("w:p", None, made("w:pPr", None, made("w:rPr", None, self.mark("w:ins"), self.mark("w:del"))))

    # Formatting --------------------------------------------------------------------------------------------------

    def formatting(self, tag: str, new: Element | None, old: Element | None) -> list[Element]:
        """Return the new properties with a record of the old ones where they differ; empty if there are none."""
        if key_of(new, {}) == key_of(old, {}) or (_is_bare(new) and _is_bare(old)):
            return [] if new is None else [copied(new)]
        changed = made(tag) if new is None else copied(new)
        earlier = made(tag) if old is None else shell(old)
        earlier.extend(copied(child) for child in (() if old is None else old) if child.tag not in NOT_RECORDED)
        record = self.mark(f"{tag}Change", earlier)
        if tag == "w:tblGrid":  # the one record that is not signed
            del record.attrib["w:author"], record.attrib["w:date"]
        changed.append(record)
        return [changed]


def _is_bare(properties: Element | None) -> bool:
    return properties is None or (not len(properties) and not properties.attrib)


def _place_of_run_properties(properties: Element) -> int:
    """Return where w:rPr stands in the order of the standard: before w:sectPr and w:pPrChange, after all else."""
    return sum(child.tag not in ("w:sectPr", "w:pPrChange") for child in properties)
