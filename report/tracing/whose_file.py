"""Whose is a file that somebody sends: an output of this build, of an edition that a lock keeps, or none of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from report import built
from report.errors import Finding, GateError, ResultsError
from report.lock import editions, ledger
from report.lock.fingerprints import sha256_of
from report.lock.record import Place
from report.publish import extract
from report.tracing import verify_paper

KINDS = (".html", ".pdf", ".docx")
OF_TWO = ("gate-result-not-agreed", "gate-block-missing", "gate-cell-moved", "gate-missing-alt")


@dataclass(frozen=True)
class Whose:
    """Whether a file is one of ours, byte by byte, and what can be said of it."""

    is_ours: bool
    lines: tuple[str, ...]
    findings: tuple[Finding, ...] = ()


def whose(place: Place, path: Path) -> Whose:
    """Return whose a file is; ResultsError where it is not there, is no paper, or nothing has been built."""
    if not path.is_file():
        raise ResultsError(f"{path.name}: there is no such file")
    if path.suffix.lower() not in KINDS:
        raise ResultsError(f"{path.name} is neither HTML nor PDF nor DOCX")
    sha256 = sha256_of(path)
    record, environment = (_json(place, name) for name in built.FILES)
    for name, known in environment["outputs"].items():
        if known == sha256:
            return Whose(True, (f"{path.name} is {name} of this build, byte by byte", *_build(record, environment)))
    for told in _kept(place, sha256):
        return Whose(True, (f"{path.name} is {told}",))
    return _other(place, path, record, environment)


def _json(place: Place, name: str) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads((place.build / name).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        raise ResultsError(f"there is no {name} to hold it against", remedy="run `make report`") from None
    return content


def _build(record: dict[str, Any], environment: dict[str, Any]) -> Iterator[str]:
    lock = record["lock"]
    state = "live data, not locked" if lock["state"] == "live" else f"{lock['state']} lock {lock['id']}"
    yield f"made {environment['made_at']} by the engine {environment['engine']}, mode {record['mode']}"
    yield f"data: {state}, manifest {record['manifest']['root'][:7]}, cut-off {record['data_cutoff']}"
    yield f"results: SHA-256 {record['results']['sha256'][:16]}"


def _kept(place: Place, sha256: str) -> Iterator[str]:
    """Yield the editions of locks that a file is of."""
    for lock in ledger.history(place):
        kept = editions.of_lock(place, lock)
        for path in (kept.html, kept.docx) if kept else ():
            if path.is_file() and sha256_of(path) == sha256:
                yield f"the {path.suffix[1:].upper()} of the last paper published under {lock.title}, byte by byte"


def _other(place: Place, path: Path, record: dict[str, Any], environment: dict[str, Any]) -> Whose:
    """Return what can be said of a file that is none of ours: what it says of itself, and where it differs."""
    head = f"{path.name} is none of the files of this build or of the locks’ editions"
    lines = [head, *_itself(path)]
    differing = list(_differing(place, path, environment))
    if differing == []:
        lines.append("word for word it says what this build says: it was saved again, or made on another occasion")
    return Whose(False, (*lines, "this build:", *_build(record, environment)), tuple(differing))


def _itself(path: Path) -> Iterator[str]:
    """Yield what stands around the text of a file: mark, study, lock."""
    try:
        furniture = extract.read(path).furniture
    except GateError as fault:
        yield f"it cannot be read: {fault.message}"
        return
    for text in list(dict.fromkeys(filter(None, furniture)))[:3]:
        yield f"it says of itself: {text}"


def _differing(place: Place, path: Path, environment: dict[str, Any]) -> Iterator[Finding]:
    """Yield where a file says something else than the HTML of this build."""
    html = next((place.build / name for name in environment["outputs"] if name.endswith(".html")), None)
    if html is None or not html.is_file():
        yield Finding(
            "verify-file", path.name, "there is no HTML of this build to compare it with", "run `make report`"
        )
        return
    kind = path.suffix.lower().removeprefix(".")
    try:
        found = verify_paper.held_against(place.build, {"html": html, "sent" if kind == "html" else kind: path})
        yield from (replace(each, where=path.name, remedy="") for each in found if each.code in OF_TWO)
    except GateError as fault:
        yield Finding("verify-file", path.name, fault.message, fault.remedy)
