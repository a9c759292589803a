"""A small manuscript with every piece that may cross from paper to publish, and with hostile text everywhere."""

from __future__ import annotations

import json
import re
import struct
import zlib
from pathlib import Path
from typing import Any

import yaml

from report.publish.engine import install_style, quarto_format
from report.publish.page import Page, front_matter

HERE = Path(__file__).parent
PAGE = Page(
    paper="a4",
    study='JIA-MSC (NTR4146) & "co" <x>',
    lock="live data 3f2a1c9, not locked",
    mark="DRAFT",
    status="Reconstruction: invented rows, not participants",
    epoch=1_700_000_000,
)

# Each stands letter for letter in all three formats, or the paper is false.
HOSTILE = (
    r"|a| *_b_* <script>alert(1)</script> $x$ #import {{ x }} {{< include x >}} @fig-x ... -- --- (-5) -5 -5.0 a-5 "
    r"\back \\ \n \"q\" 'a' `c` [l](u) ~ ^x^ ~y~ &amp; %20 // /* = + 1. https://a.b/c x@y.z !? $ # _ * 5--7 "
    "<!-- c --> :::"
)
ISOLATED = "\u2068\u05e9\u05dc\u05d5\u05dd\u2069 (-5)"


def escaped(text: str) -> str:
    """Return text as the manuscript stage writes it: a backslash before every ASCII punctuation mark."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)


def inlines(text: str) -> list[dict[str, Any]]:
    parts = [{"t": "Str", "c": word} for word in text.split(" ")]
    spaced = [part for word in parts for part in (word, {"t": "Space"})]
    return spaced[:-1]


def cell(text: str, *, columns: int = 1, rows: int = 1, align: str = "AlignDefault") -> list[Any]:
    blocks = [{"t": "Plain", "c": inlines(text)}] if text else []
    return [["", [], []], {"t": align}, rows, columns, blocks]


def row(*cells: list[Any] | str) -> list[Any]:
    return [["", [], []], [cell(each) if isinstance(each, str) else each for each in cells]]


def table(
    widths: list[float], head: list[list[Any]], body: list[list[Any]], foot: list[list[Any]] | None = None
) -> dict[str, Any]:
    """Return the tree of a table: first column to the left, the others to the right."""
    columns = [
        [
            {"t": "AlignLeft" if at == 0 else "AlignRight"},
            {"t": "ColWidth", "c": width} if width else {"t": "ColWidthDefault"},
        ]
        for at, width in enumerate(widths)
    ]
    empty = ["", [], []]
    content = [empty, [None, []], columns, [empty, head], [[empty, 0, [], body]], [empty, foot or []]]
    return document({"t": "Table", "c": content})


def figure(source: str, alt: str, width: str = "80%") -> dict[str, Any]:
    image = {"t": "Image", "c": [["", [], [["fig-alt", alt], ["width", width]]], [], [source, ""]]}
    return document({"t": "Para", "c": [image]})


def document(block: dict[str, Any]) -> dict[str, Any]:
    return {"pandoc-api-version": [1, 23, 1], "meta": {}, "blocks": [block]}


def baseline_table() -> dict[str, Any]:
    head = [
        row(cell(""), cell("Week", columns=2, align="AlignCenter"), "All"),
        row("Characteristic", "0 (n = 6)", "8 (n = 5)", "p"),
    ]
    body = [
        row(cell("Disease activity", columns=4)),
        row("\u2003JADAS-71, median (IQR)", "24.5 (19.3 to 31.0)", "11.0 (6.5 to 17.5)", "0.031"),
        row("\u2003VAS well-being, change", "\u2212", "-5", "(-5 to 3)"),
        row(cell("Safety", columns=4)),
        row("\u2003" + HOSTILE, "5 (83%)", "...", "1 -- 2"),
        row(cell("two rows", rows=2), "1", "2", "3"),
        row("4", "5", "6"),
    ]
    notes = [
        row(cell("a. Measured at screening; " + HOSTILE, columns=4)),
        row(cell("b. Values are median (IQR) or n (%). 1. not a list.", columns=4)),
    ]
    return table([0.34, 0.24, 0.24, 0.18], head, body, notes)


def long_table(rows: int = 120) -> dict[str, Any]:
    body = [row(f"Event number {at}", f"{at}", f"{at} ({at % 100}%)") for at in range(1, rows + 1)]
    return table([0.5, 0.25, 0.25], [row("Event", "Count", "Participants")], body)


def wide_table() -> dict[str, Any]:
    head = [row("Measure", *(f"Week {week}" for week in range(0, 55, 6)))]
    body = [row(f"Measure {at}", *(f"{at}.{week}" for week in range(0, 55, 6))) for at in range(1, 9)]
    return table([0.0] * len(head[0][1]), head, body)


def png(width: int = 400, height: int = 240) -> bytes:
    """Return a grey picture, so that no drawing program is needed."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    lines = (b"\x00" + b"\xdd" * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")


SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="240" viewBox="0 0 400 240">'
    '<rect width="400" height="240" fill="#eeeeee"/>'
    '<path d="M20 200 L150 120 L380 40" stroke="#1f3f6e" fill="none"/></svg>'
)


def write_displays(folder: Path) -> None:
    folder.mkdir(parents=True)
    trees = {
        "tbl-baseline": baseline_table(),
        "tbl-ae": long_table(),
        "tbl-wide": wide_table(),
        "fig-flow": figure("displays/fig-flow.svg", "Flow. " + HOSTILE + " " + ISOLATED),
        "fig-course": figure("displays/fig-course.svg", "Six falling lines", "100%"),
    }
    for name, tree in trees.items():
        (folder / f"{name}.json").write_text(json.dumps(tree), encoding="utf-8")
        if name.startswith("fig"):
            (folder / f"{name}.svg").write_text(SVG, encoding="utf-8")
            (folder / f"{name}.png").write_bytes(png())


def front(title: str, page: Page = PAGE) -> str:
    given = {
        "title": escaped(title),
        "author": [escaped('A. "B" Author {{< x >}}'), "Zoë O'Neill"],
        "keywords": [escaped(HOSTILE), "stromal cells"],
        "lang": "en-GB",
        **front_matter(page, quarto_format(page)),
    }
    return "---\n" + yaml.safe_dump(given, allow_unicode=True, sort_keys=False, width=10_000) + "---\n\n"


def write_build(build: Path, body: str = "small.qmd", title: str = "", page: Page = PAGE) -> Path:
    """Write a build folder with the manuscript ``body`` from this directory; return the folder."""
    write_displays(build / "displays")
    install_style(build, page)
    text = (HERE / body).read_text(encoding="utf-8")
    text = text.replace("HOSTILE", escaped(HOSTILE)).replace("ISOLATED", escaped(ISOLATED))
    opening = front(title or "Stromal cells: " + HOSTILE, page)
    (build / "manuscript.qmd").write_text(opening + text, encoding="utf-8")
    (build / "references.bib").write_text((HERE / "references.bib").read_text(encoding="utf-8"), encoding="utf-8")
    return build
