"""A paper that was built, with all that is asked to follow a number back: study, results, what is printed and where."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from report import ard
from report.ard import Results
from report.errors import ResultsError
from report.lock import editions
from report.lock.fingerprints import sha256_of
from report.lock.record import Place
from report.paper import styles
from report.paper.styles import Style
from report.study import blinding
from report.study import file as study_file
from report.study.model import Study
from report.study.places import STUDY_FILE
from report.tracing.passages import Passage, read_passages

BUILD_FIRST = "run `make report`"


@dataclass(frozen=True)
class Paper:
    """A paper: the study file that it was made from, its results, its record, and its text as it is printed.

    ``is_of_this_file`` is whether the study file is still the one that the results were computed from.
    """

    study: Study
    results: Results
    record: Mapping[str, Any]
    passages: tuple[Passage, ...]
    alts: Mapping[str, str]
    is_of_this_file: bool

    @property
    def style(self) -> Style:
        """The journal's number style."""
        return styles.named(self.study.journal.style)


def read(place: Place) -> Paper:
    """Return the paper that stands in the build folder; ResultsError where none has been built."""
    edition = _edition(place)
    results = ard.read(edition.results)
    printed = _json(edition.printed.read_text(encoding="utf-8"), edition.printed.name)
    alts = {text: where for result_id, text, where in printed["printed"] if not result_id}
    study = blinding.seen(study_file.read(place.folder), results.header["treatment"])
    now = sha256_of(place.folder / STUDY_FILE)
    titles = {display.id: display.title for display in study.displays}
    return Paper(
        study=study,
        results=results,
        record=_json(edition.record.read_text(encoding="utf-8"), edition.record.name),
        passages=read_passages(edition.html, titles, alts),
        alts={where: text for text, where in alts.items()},
        is_of_this_file=results.header["inputs"].get(str(STUDY_FILE)) == now,
    )


def _edition(place: Place) -> editions.Edition:
    try:
        found = editions.of_build(place)
    except (FileNotFoundError, ValueError, KeyError):
        raise ResultsError(f"no paper stands in {place.build.name}/", remedy=BUILD_FIRST) from None
    lacking = [path.name for path in (found.results, found.printed, found.html) if not path.is_file()]
    if lacking:
        raise ResultsError(f"the paper in {place.build.name}/ lacks {', '.join(lacking)}", remedy=BUILD_FIRST)
    return found


def _json(text: str, name: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise ResultsError(f"{name} is not JSON", remedy=BUILD_FIRST) from None
