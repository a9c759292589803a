"""What stands in the build folder: the paper that is archived, with what it was made from."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from report import ard, built, modes
from report.ard import Results
from report.errors import Finding, ResultsError, TrialpressError, refuse_if_any
from report.lock import software
from report.lock.fingerprints import sha256_of
from report.lock.record import Place
from report.study import file as study_file
from report.study.model import Study

BUILD, RESULTS, PRINTED = "build", "results.json", "printed.json"
AGAIN = "run `make report`, then archive"


@dataclass(frozen=True)
class Standing:
    """A built paper: its study, record and results, what it prints and where, and the folder of its files."""

    place: Place
    study: Study
    record: dict[str, Any]
    results: Results
    printed: tuple[tuple[str, str, str], ...]

    @property
    def outputs(self) -> dict[str, str]:
        """The sha256 of the three files of the paper and of its record, by name within the study's folder."""
        return hashes(self.place.build, self.record["mode"])

    @property
    def version(self) -> str:
        """What tells this paper from the next: its lock, or the fingerprint of live data; and its mode."""
        lock = self.record["lock"]
        told = lock.get("id") or f"data {self.record['manifest']['root'][:7]}, not locked"
        return ", ".join(filter(None, (told, modes.MARKS[self.mode])))

    @property
    def mode(self) -> modes.Mode:
        """How far the paper may go."""
        mode: modes.Mode = self.record["mode"]
        return mode

    @property
    def name(self) -> str:
        """What the archive is called: the study, the lock, and the mark of a paper that is not final."""
        mark = modes.MARKS[self.mode].replace(" ", "-")
        return "-".join(filter(None, (self.study.study.id, self.record["lock"].get("id", ""), mark)))


def hashes(build: Path, mode: str) -> dict[str, str]:
    """Return the sha256 of the paper's three files and of its record, of those that are there."""
    paths = [*(build / name for name in modes.paper(mode).values()), build / built.RECORD]
    return {f"{BUILD}/{path.name}": sha256_of(path) for path in paths if path.is_file()}


def read(place: Place) -> Standing:
    """Return the paper that stands in the build folder; TrialpressError with every reason why it cannot be archived."""
    try:
        record = json.loads((place.build / built.RECORD).read_text(encoding="utf-8"))
        printed = json.loads((place.build / PRINTED).read_text(encoding="utf-8"))["printed"]
    except (OSError, ValueError):
        raise ResultsError("there is no finished paper in build/", remedy=AGAIN) from None
    results = ard.read(place.build / RESULTS)
    found = Standing(place, study_file.read(place.folder), record, results, tuple(tuple(each) for each in printed))
    refuse_if_any(_faults(found), TrialpressError, "nothing was archived")
    return found


def _faults(found: Standing) -> Iterator[Finding]:
    """Yield what does not belong together: results, files, code and packages."""
    if found.record["results"]["sha256"] != sha256_of(found.place.build / RESULTS):
        yield Finding("archive-results", f"{BUILD}/{RESULTS}", "the paper was made from other results", AGAIN)
    if len(found.outputs) < len(modes.FORMATS) + 1:
        yield Finding("archive-outputs", BUILD, "a file of the paper is missing", AGAIN)
    for told in software.not_pinned():
        yield Finding("archive-packages", software.PINS.name, told, "make setup installs what is pinned")
    for told in other_software(found.record):
        yield Finding("archive-software", f"{BUILD}/{built.RECORD}", told, AGAIN)


def other_software(record: dict[str, Any]) -> list[str]:
    """Return, in words, in what the software at hand is not the one that made a paper; nothing where it is."""
    now, then = {**software.software(), **built.printing_packages()}, record["software"]
    named = {"code": "the code of trialpress", "requirements": "requirements.lock"}
    changed = [name for name in now if name in then and then[name] != now[name]]
    versions = {name: "" if name in named else f": {then[name]}, here {now[name]}" for name in changed}
    return [f"{named.get(name, name)} is not that of the paper{versions[name]}" for name in changed]
