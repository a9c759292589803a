"""The reference document that gives the DOCX its styles, paper, header and footer.

pandoc copies them from ``reference.docx``. The parts are kept as readable XML in ``word/``; what changes from study to
study (texts, paper) stands there as ``${name}``.
"""

from __future__ import annotations

import zipfile
from html import escape
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # page.py knows studies, and rendering need not load them
    from report.publish.page import Page

PARTS = Path(__file__).parent / "word"
FILES = {
    "[Content_Types].xml": "content-types.xml",
    "_rels/.rels": "package-rels.xml",
    "word/_rels/document.xml.rels": "document-rels.xml",
    "word/document.xml": "document.xml",
    "word/footer.xml": "footer.xml",
    "word/header.xml": "header.xml",
    "word/settings.xml": "settings.xml",
    "word/styles.xml": "styles.xml",
}

# Width and height in twentieths of a point, as displays.lua has them too.
PAPER = {"a4": (11906, 16838), "us-letter": (12240, 15840)}
MARGIN = 1417
# The earliest date that a zip file can hold: the same bytes whenever it is written.
DATE = (1980, 1, 1, 0, 0, 0)


def write_reference(path: Path, page: Page) -> None:
    """Write the reference document for ``page`` to ``path``; the same page always gives the same bytes."""
    fields = _fields(page)
    with zipfile.ZipFile(path, "w") as archive:
        for name in sorted(FILES):
            archive.writestr(_entry(name), _part(FILES[name], fields))


def _fields(page: Page) -> dict[str, str]:
    """Return what stands for each ``${name}`` of the parts, ready to be put into XML."""
    width, height = PAPER[page.paper]
    texts = {"study": page.study, "lock": page.lock, "mark": page.mark, "status": page.status}
    fields = {name: escape(text) for name, text in texts.items()}
    fields |= {"page_width": str(width), "page_height": str(height), "line": str(width - 2 * MARGIN)}
    return fields | {"watermark": _part("watermark.xml", fields) if page.mark else ""}


def _part(name: str, fields: dict[str, str]) -> str:
    return Template((PARTS / name).read_text(encoding="utf-8")).substitute(fields)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, DATE)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry
