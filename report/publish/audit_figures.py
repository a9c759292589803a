"""Figures under audit: a picture holds numbers that nobody reads back, so it must be the one that the results draw.

Letters are drawn as outlines. What a figure says stands in its alternative text; that the picture says the same is
known by drawing it again.
"""

from __future__ import annotations

import base64
import re
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import matplotlib as mpl

from report.ard import Results
from report.errors import Finding
from report.paper import figures
from report.paper.displays import drawing_of
from report.paper.styles import Style
from report.paper.text import Text
from report.study.displays import Display
from report.study.model import Study

KINDS = ("svg", "png")
IN_PAGE = re.compile(r"""<img\b[^>]*?\ssrc="data:image/svg\+xml;base64,([^"]+)\"""")
ANY_IMAGE = re.compile(r"<(?:img|svg|object|embed|canvas|video|input)\b", re.IGNORECASE)
BUILD_AGAIN = "build the paper again; if it comes back, something writes into what is built"


def drawn(display: Display, study: Study, results: Results, style: Style) -> tuple[Text, dict[str, bytes]]:
    """Return a figure's alternative text and its picture in each kind of file, drawn anew."""
    with tempfile.TemporaryDirectory() as folder, mpl.rc_context(figures.settings()):  # type: ignore[arg-type]
        drawing = drawing_of(display, study, results, style)
        path = Path(folder) / display.id
        figures.save(drawing, path)
        return drawing.alt, {kind: path.with_suffix(f".{kind}").read_bytes() for kind in KINDS}


def differing(html: Path, pictures: Mapping[str, Mapping[str, bytes]], folder: Path | None = None) -> Iterator[Finding]:
    """Yield the pictures that are not as the results draw them, in the page and in the folder of displays."""
    page = html.read_text(encoding="utf-8")
    there = [base64.b64decode(found) for found in IN_PAGE.findall(page)]
    told = "the picture is not the one that the results draw"
    for name, kinds in pictures.items():
        if kinds["svg"] not in there:
            yield Finding("audit-figure", f"{html.name}: {name}", told, BUILD_AGAIN)
        for kind in KINDS if folder else ():
            path = (folder or Path()) / f"{name}.{kind}"
            if not path.is_file() or path.read_bytes() != kinds[kind]:
                yield Finding("audit-figure", f"{folder.name if folder else ''}/{path.name}", told, BUILD_AGAIN)
    surplus = len(ANY_IMAGE.findall(page)) - len(pictures)
    if surplus > 0:
        message = f"{surplus} picture{'s' * (surplus > 1)} more than the study file declares"
        yield Finding("audit-figure", html.name, message, BUILD_AGAIN)
