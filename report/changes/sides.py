"""One of the two editions that are compared, read: what it says and what it was made from."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from report import ard
from report.ard import Results
from report.changes import shown
from report.changes.shown import Shown
from report.errors import ResultsError, StudyFileError
from report.lock.editions import Edition
from report.paper import styles
from report.paper.styles import Style
from report.publish import extract
from report.publish.blocks import Block
from report.study import document
from report.study import file as study_file
from report.study.blinding import seen
from report.study.model import Study
from report.study.places import STUDY_FILE


@dataclass(frozen=True)
class Side:
    """One edition; of a lock whose private copies are not at hand, the public results alone.

    ``said`` is the study file as it is written, ``declared`` as this version understands it, and ``study`` as it is
    printed under the edition's treatment, with false names for dummy arms; None where this version does not read it.
    ``is_public`` is whether only the results are here that may leave the study, without single participants'.
    """

    name: str
    results: Results
    style: Style
    study: Study | None = None
    declared: Study | None = None
    said: Mapping[str, Any] = field(default_factory=dict)
    record: Mapping[str, Any] = field(default_factory=dict)
    printed: tuple[tuple[str, str, str], ...] = ()
    blocks: tuple[Block, ...] | None = None
    shown: Shown = field(default_factory=Shown)
    edition: Edition | None = None
    is_public: bool = False

    @property
    def header(self) -> Mapping[str, Any]:
        """What the results say of themselves."""
        return self.results.header

    @property
    def treatment(self) -> str:
        """Whether its arms are the true ones: real, dummy or pooled."""
        return str(self.header.get("treatment", "real"))

    @property
    def title(self) -> str:
        """What a sentence calls it, such as "hard lock L2-3f9a2c7 (final)"."""
        lock = self.header["lock"]
        standing = f"{lock['state']} lock {lock['id']}" if "id" in lock else "live data"
        return f"{standing.replace('snapshot lock', 'snapshot')} ({self.header.get('mode', 'draft')})"

    def places(self) -> dict[str, tuple[str, ...]]:
        """Return where each printed result stands, in the order of the page: "text" or a display's caption number."""
        found: dict[str, dict[str, None]] = {}
        for result, _, place in self.printed:
            if result:
                found.setdefault(result, {})[self.place(place)] = None
        return {result: tuple(places) for result, places in found.items()}

    def place(self, display: str) -> str:
        """Return what the page calls a place: "text", or such as "Table 2"."""
        return "text" if display == "prose" else self.shown.names.get(display, display)


def read(edition: Edition) -> Side:
    """Return an edition as it is compared; ResultsError or GateError where a part of it is missing or broken."""
    record, printed, results = _json(edition.record), _json(edition.printed), ard.read(edition.results)
    study = _study(edition.study)
    return Side(
        name=edition.name, results=results, style=styles.named(record["style"]["style"]),
        study=seen(study, results.header["treatment"]) if study is not None else None, declared=study,
        said=_said(edition.study), record=record,
        printed=tuple((name, text, place) for name, text, place in printed["printed"]),
        blocks=extract.read(edition.html).blocks, shown=shown.read(edition.html), edition=edition,
    )  # fmt: skip


def of_results(name: str, path: Path, style: Style) -> Side:
    """Return the side of a lock of which only the public results are at hand, printed in the other side's style."""
    return Side(name=name, results=ard.read(path), style=style, is_public=True)


def _json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        raise ResultsError(f"{path.name} is missing or broken", remedy="run `make report`") from None
    return dict(content)


def _said(path: Path) -> dict[str, Any]:
    """Return the study file's content; empty where it is no YAML that can be read."""
    try:
        content = document.read(path).content
    except StudyFileError:
        return {}
    return dict(content) if isinstance(content, dict) else {}


def _study(path: Path) -> Study | None:
    """Return the study, None where this version cannot read it; a kept study file lies beside no data."""
    try:
        if path.parts[-2:] == STUDY_FILE.parts:
            return study_file.read(path.parent.parent)
        with tempfile.TemporaryDirectory() as scratch:
            return study_file.read(as_study(path, Path(scratch)))
    except StudyFileError:
        return None


def as_study(path: Path, folder: Path) -> Path:
    """Copy a study file to where a study has it, and return that study's folder."""
    (folder / STUDY_FILE).parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, folder / STUDY_FILE)
    return folder
