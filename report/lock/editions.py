"""An edition: a paper with all that it was made from, as it stands in build/ or as it was kept under a lock."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from report import modes
from report.lock import record as locks
from report.lock.record import Lock, Place


@dataclass(frozen=True, slots=True)
class Edition:
    """Where the parts of one paper lie; ``data`` is None where the data files are not at hand."""

    name: str
    study: Path
    templates: Path
    results: Path
    printed: Path
    record: Path
    html: Path
    docx: Path
    displays: Path
    data: Path | None


def of_build(place: Place) -> Edition:
    """Return the paper that stands in the build folder now, whatever its mode."""
    build = place.build
    mode = json.loads((build / "record.json").read_text(encoding="utf-8"))["mode"]
    paper = modes.paper(mode)
    return Edition(
        name="build", study=place.folder / "data" / "study.yaml", templates=place.folder / "templates",
        results=build / "results.json", printed=build / "printed.json", record=build / "record.json",
        html=build / paper["html"], docx=build / paper["docx"], displays=build / "displays",
        data=place.data,
    )  # fmt: skip


def of_lock(place: Place, lock: Lock) -> Edition | None:
    """Return the last paper that was published under a lock; None where it was never built, or is not kept here."""
    home = locks.private(place, lock) / "edition"
    if not (home / "record.json").is_file():
        return None
    data = locks.private(place, lock) / "data"
    return Edition(
        name=lock.id, study=home / "study.yaml", templates=home / "templates", results=home / "results.json",
        printed=home / "printed.json", record=home / "record.json", html=home / "manuscript.html",
        docx=home / "manuscript.docx", displays=home / "displays", data=data if data.is_dir() else None,
    )  # fmt: skip
