"""What was drawn, for the manuscript: an index beside the displays, read without any drawing library."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from report.errors import DisplayError
from report.paper.text import Piece

FOLDER = "displays"
INDEX = "index.json"


@dataclass(frozen=True, slots=True)
class Made:
    """What the manuscript needs to know of a display: whether it wants a wide page, and what it prints.

    A table prints results, a figure its alternative text, in which all its numbers stand.
    """

    id: str
    wide: bool
    printed: tuple[Piece, ...] = ()
    alt: str = ""


def write_index(folder: Path, made: Sequence[Made]) -> None:
    """Write the index of a folder of displays."""
    content = json.dumps([_entry(each) for each in made], ensure_ascii=False, indent=1)
    (folder / INDEX).write_text(content + "\n", encoding="utf-8")


def _entry(made: Made) -> dict[str, object]:
    printed = [[piece.result_id, piece.text] for piece in made.printed]
    return {"id": made.id, "wide": made.wide, "printed": printed, "alt": made.alt}


def read_index(build: Path) -> dict[str, Made]:
    """Return the displays that were made, by id; DisplayError when there are none."""
    try:
        entries = json.loads((build / FOLDER / INDEX).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        raise DisplayError("the displays have not been drawn", remedy="run `make report`") from None
    return {entry["id"]: _made(entry) for entry in entries}


def _made(entry: dict[str, Any]) -> Made:
    printed = tuple(Piece(text, result_id) for result_id, text in entry["printed"])
    return Made(entry["id"], entry["wide"], printed, entry["alt"])
