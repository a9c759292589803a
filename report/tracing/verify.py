"""Do outputs, data and record still belong together? Everything that does not is told at once.

What was built is held against build/record.json and build/environment.json, and these against what lies in the study's
folder now. Each check has a name and gives its findings; one without findings is a line that says what holds.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from report import ard, built, modes
from report.errors import Finding, TrialpressError
from report.lock import ledger
from report.lock import record as locks
from report.lock.fingerprints import fingerprint, sha256_of
from report.lock.record import Place
from report.study import file as study_file
from report.study.model import Study
from report.study.places import STUDY_FILE
from report.tracing import verify_paper, verify_software

AGAIN = "run `make report`"
PUT_BACK = "put back the file that was built, or run `make report`"


@dataclass(frozen=True)
class Verified:
    """What was checked and holds, a line each, and what does not."""

    lines: tuple[str, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Build:
    """A build as it lies in its folder: the two records of it, and the study as it is now (None: not readable)."""

    place: Place
    record: Mapping[str, Any]
    environment: Mapping[str, Any]
    study: Study | None

    def shown(self, name: str) -> str:
        """Return a file of the build as its reader knows it."""
        return locks.shown(self.place.build / name, self.place)


Check = Callable[[Build], Iterable[Finding]]


def verify(place: Place) -> Verified:
    """Return what holds of a build, and what does not; without its records nothing can be checked."""
    found, lacking = _read(place)
    if found is None:
        return Verified((), tuple(lacking))
    lines: list[str] = []
    findings: list[Finding] = list(lacking)
    for told, check in CHECKS.items():
        made = list(_safely(check, found))
        findings += made
        if not made:
            lines.append(told)
    return Verified(tuple(lines), tuple(findings))


def _read(place: Place) -> tuple[Build | None, list[Finding]]:
    findings: list[Finding] = []
    read = {name: _json(place, name, findings) for name in built.FILES}
    if findings:
        return None, findings
    try:
        study: Study | None = study_file.read(place.folder)
    except TrialpressError as fault:
        study = None
        findings.append(Finding("verify-study", str(STUDY_FILE), fault.message, fault.remedy))
    return Build(place, read[built.RECORD], read[built.ENVIRONMENT], study), findings


def _json(place: Place, name: str, findings: list[Finding]) -> dict[str, Any]:
    where = locks.shown(place.build / name, place)
    try:
        content = json.loads((place.build / name).read_text(encoding="utf-8"))
    except FileNotFoundError:
        findings.append(Finding("verify-missing", where, "there is no such file", AGAIN))
    except ValueError:
        findings.append(Finding("verify-record", where, "it is not JSON", PUT_BACK))
    else:
        if isinstance(content, dict) and content.get("format") == built.FORMAT:
            return content
        findings.append(Finding("verify-record", where, "it is not a record of this version", AGAIN))
    return {}


def _safely(check: Check, found: Build) -> Iterator[Finding]:
    """Yield a check's findings; what cannot even be read, or a record that lacks a part, is one too."""
    try:
        yield from check(found)
    except TrialpressError as fault:
        yield from fault.findings
        yield Finding("verify-unreadable", found.shown(""), fault.message, fault.remedy)
    except (KeyError, TypeError, AttributeError, ValueError) as fault:
        told = f"a part of the record is missing or is not what it should be ({fault})"
        yield Finding("verify-record", found.shown(built.RECORD), told, PUT_BACK)


# the outputs -----------------------------------------------------------------------------------------------------


def _outputs(found: Build) -> Iterator[Finding]:
    """Yield outputs that are gone or are not the ones that were made, and those that no build here made."""
    made = found.environment["outputs"]
    for name, sha256 in made.items():
        yield from _unlike(found.place.build / name, found.shown(name), sha256, "verify-output")
    expected = set(modes.paper(found.record["mode"]).values())
    for name in sorted(expected - set(made)):
        yield Finding("verify-output", found.shown(name), "environment.json does not name it", AGAIN)
    for path in sorted(found.place.build.glob("manuscript-*.*")):
        if path.name not in made:
            told = f"this build, which is of mode {found.record['mode']}, did not make it"
            yield Finding(
                "verify-stray", found.shown(path.name), told, "take it away: it may be of another state of the data"
            )


def _unlike(path: Path, where: str, sha256: str, code: str) -> Iterator[Finding]:
    if not path.is_file():
        yield Finding(code, where, "there is no such file", PUT_BACK)
    elif sha256_of(path) != sha256:
        yield Finding(code, where, "it is not the file that was built: its content has changed since", PUT_BACK)


def _parts(found: Build) -> Iterator[Finding]:
    """Yield what stands between results and paper and is not what the paper was made of."""
    made = found.environment["parts"]
    for name, sha256 in made.items():
        yield from _unlike(found.place.build / name, found.shown(name), sha256, "verify-part")
    for path in built.parts(found.place):
        if (name := path.relative_to(found.place.build).as_posix()) not in made:
            yield Finding("verify-part", found.shown(name), "the paper was made without it", AGAIN)


def _results(found: Build) -> Iterator[Finding]:
    path = found.place.build / "results.json"
    yield from _unlike(path, found.shown(path.name), found.record["results"]["sha256"], "verify-results")


# what it was made from ---------------------------------------------------------------------------------------------


def _data(found: Build) -> Iterator[Finding]:
    """Yield data files that have changed, have gone, or have come since the results were computed."""
    inputs: Mapping[str, str] = found.record["manifest"]["files"]
    if found.record["manifest"]["root"] != fingerprint(inputs):
        told = "the manifest’s root is not that of its files"
        yield Finding("verify-record", found.shown(built.RECORD), told, PUT_BACK)
    for name, sha256 in inputs.items():
        if name != str(STUDY_FILE):
            yield from _changed(found.place.data / name.removeprefix("data/"), name, sha256, "verify-data")
    extra = sorted(set(locks.files(found.place, found.study)) - set(inputs)) if found.study else []
    for name in extra:
        told = "the study reads it, and the results were computed without it"
        yield Finding("verify-data", name, told, AGAIN)


def _changed(path: Path, name: str, sha256: str, code: str) -> Iterator[Finding]:
    if not path.is_file():
        yield Finding(code, name, "there is no such file any more", "put it back, or build again without it")
    elif sha256_of(path) != sha256:
        yield Finding(code, name, "it has changed since the paper was built", f"put it back, or {AGAIN}")


def _study(found: Build) -> Iterator[Finding]:
    sha256 = found.record["manifest"]["files"][str(STUDY_FILE)]
    yield from _changed(found.place.folder / STUDY_FILE, str(STUDY_FILE), sha256, "verify-study")


def _templates(found: Build) -> Iterator[Finding]:
    """Yield templates that have changed, have gone, or have come since the paper was written."""
    known: Mapping[str, str] = found.record["templates"]["files"]
    if found.record["templates"]["root"] != fingerprint(known):
        told = "the templates’ root is not that of the files"
        yield Finding("verify-record", found.shown(built.RECORD), told, PUT_BACK)
    for name, sha256 in known.items():
        yield from _changed(found.place.folder / name, name, sha256, "verify-templates")
    there = {path.relative_to(found.place.folder).as_posix() for path in _read_as_templates(found)}
    for name in sorted(there - set(known)):
        yield Finding(
            "verify-templates", name, "it was not there when the paper was written", f"take it away, or {AGAIN}"
        )


def _read_as_templates(found: Build) -> list[Path]:
    """Return the files that a paper is written of; a report to the board is written of those in templates/board."""
    home = found.place.folder / "templates"
    board, is_board = home / "board", found.place.build.name.startswith("board-")
    return [path for path in home.rglob("*") if path.is_file() and path.is_relative_to(board) == is_board]


# lock and record ---------------------------------------------------------------------------------------------------


def _lock(found: Build) -> Iterator[Finding]:
    """Yield that another lock is in force than the one under which the paper was built."""
    held, then = locks.read(found.place), found.record["lock"]
    state = (held.type, held.id, held.fingerprint) if held else ("live", "", "")
    wanted = (then["state"], then.get("id", ""), then["fingerprint"] if then["state"] != "live" else "")
    if state != wanted:
        now = f"{held.title} is in force" if held else "the data are live"
        was = f"under the {then['state']} lock {then.get('id', '')}" if then["state"] != "live" else "from live data"
        told = f"{now}, and the paper was built {was}"
        yield Finding("verify-lock", str(locks.LOCK), told, AGAIN)


def _record(found: Build) -> Iterator[Finding]:
    """Yield the parts of record.json that are not what the results and the paper say."""
    if found.study is None or any(_study(found)):
        return  # said already; the record cannot be made again from another study file
    results = ard.read(found.place.build / "results.json")
    printed = json.loads((found.place.build / "printed.json").read_text(encoding="utf-8"))
    anew = built.record(found.place, found.study, results, printed)
    for part in sorted({*anew, *found.record} - {"software"}):
        if anew.get(part) != found.record.get(part):
            told = f"its part {part} is not what the results and the paper say"
            yield Finding("verify-record", found.shown(built.RECORD), told, PUT_BACK)


def _ledger(found: Build) -> Iterator[Finding]:
    """Yield what does not hold of the ledger and of what the locks keep."""
    yield from ledger.audit(found.place)


def _paper(found: Build) -> Iterator[Finding]:
    outputs = {name: found.place.build / name for name in found.environment["outputs"]}
    return verify_paper.printed(found.place.build, outputs, found.shown)


def _displays(found: Build) -> Iterator[Finding]:
    return verify_paper.displays(found.place.build, found.shown)


def _software(found: Build) -> Iterator[Finding]:
    return verify_software.differences(found.record["software"])


CHECKS: dict[str, Check] = {
    "the HTML, PDF and DOCX are the files that were built, and no others lie beside them": _outputs,
    "displays, manuscript and style are those of which the paper was made": _parts,
    "results.json is the one that the record names": _results,
    "the data files are those from which the results were computed": _data,
    "the study file is that from which the results were computed": _study,
    "the templates are those of which the paper was written": _templates,
    "the lock in force is that under which the paper was built": _lock,
    "the ledger and what the locks keep hold": _ledger,
    "the software is that which built the paper": _software,
    "record.json says what the results and the paper say": _record,
    "every printed result stands in the HTML, and the PDF and DOCX say the same": _paper,
    "the tables and figures are those of the paper, and no others lie beside them": _displays,
}
