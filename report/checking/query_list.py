"""``build/queries.xlsx``: every query by record, visit and field, ready to be sent to the site.

The first six columns after the number are those of ``data/waivers.csv``, so that a waiver is a copied line with name,
role and reason. Every cell is text and marked as such: none can run as a formula, however it is edited or saved again.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from report.checking.faults import Query

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

HEADINGS = (
    ("Query", 7), ("code", 16), ("file", 22), ("record", 10), ("visit", 8), ("field", 18), ("value", 14),
    ("Line", 6), ("What was expected", 44), ("Blocks", 8), ("Waived by", 18), ("Answer of the site", 32),
)  # fmt: skip
NO_DATE = datetime.datetime(1980, 1, 1)  # a workbook must bear a date; the same data give the same bytes
HEAD_HEIGHT = 30  # points: a heading may take two lines
LONGEST = 32_767  # characters that a cell holds


def write(path: Path, queries: Sequence[Query]) -> None:
    """Write the list aside and then in place of the old one; without queries, take the old one away."""
    if not queries:
        path.unlink(missing_ok=True)
        return
    import xlsxwriter  # start-up time: only wanted when there is something to ask

    aside = path.with_suffix(".new")
    with xlsxwriter.Workbook(aside, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": "Queries", "created": NO_DATE})
        sheet = book.add_worksheet("Queries")
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "num_format": "@"})
        cell = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@", "quote_prefix": True})
        _fill(sheet, [[heading for heading, _ in HEADINGS]], head, 0)
        _fill(sheet, [_line(query) for query in queries], cell, 1)
        _set_page(sheet, len(queries))
    aside.replace(path)


def _fill(sheet: Worksheet, lines: Sequence[Sequence[str]], form: object, first: int) -> None:
    for row, line in enumerate(lines, start=first):
        for column, text in enumerate(line):
            if text:
                sheet.write_string(row, column, text[:LONGEST], form)
            else:
                sheet.write_blank(row, column, None, form)


def _line(query: Query) -> list[str]:
    spot, waiver = query.spot, query.waiver
    return [
        f"Q{query.number}", *query.of, str(spot.line or ""), query.fault.told, "yes" if query.fault.blocking else "no",
        f"{waiver.name}, {waiver.role}" if waiver else "", "",
    ]  # fmt: skip


def _set_page(sheet: Worksheet, rows: int) -> None:
    """Freeze the headings, offer to filter, and print landscape on the width of a page."""
    sheet.set_row(0, HEAD_HEIGHT)
    for column, (_, width) in enumerate(HEADINGS):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, rows, len(HEADINGS) - 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
