"""Read a finished manuscript back, whatever its format."""

from __future__ import annotations

from pathlib import Path

from report.errors import GateError
from report.publish.blocks import Document
from report.publish.read_docx import read_docx
from report.publish.read_html import read_html
from report.publish.read_pdf import read_pdf

READERS = {".html": read_html, ".pdf": read_pdf, ".docx": read_docx}


def read(path: Path) -> Document:
    """Return what the file says; raises GateError if it is missing, broken or neither .html, .pdf nor .docx."""
    if not path.is_file():
        raise GateError(f"{path.name}: there is no such file", remedy="build the manuscript again")
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise GateError(f"{path.name}: '{path.suffix}' is not a format that can be read back")
    return reader(path)
