"""The page by which a lock is signed: what was locked, by whom and when, each file, and a place for every signature.

It is printed from data/lock.json, the ledger and the lock's own results; who has signed by command stands on it with
the time, everybody else finds a line to sign by hand. Its time is the lock's: the same lock gives the same bytes.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from report import ard
from report.errors import LockError
from report.lock import kept, ledger
from report.lock import record as locks
from report.lock.record import Lock, Place
from report.publish import engine
from report.study.model import Study
from report.study.people import DocumentVersion

TEMPLATE = Path(__file__).with_name("sign_off.typst")
FILE = "sign-off.pdf"
NO_LOCK = 'make lock BY="..." ROLE="..." WHY="..." TYPE=hard; then print the page by which it is signed'


@dataclass(frozen=True, slots=True)
class Signatory:
    """One signatory: role and meaning; by whom and when, both empty as long as nobody has signed by command."""

    role: str
    meaning: str
    by: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """What stands on the page: facts and fingerprints by their names, files, signatories."""

    paper: str
    title: str
    study: str
    status: str
    lock: str
    about: str
    facts: tuple[tuple[str, str], ...]
    prints: tuple[tuple[str, str], ...]
    files: tuple[dict[str, str], ...]
    signatories: tuple[Signatory, ...]
    note: str


def write(place: Place, study: Study, build: Path) -> Path:
    """Write the page of the lock in force to the build folder and return its path.

    LockError when nothing is locked, or when lock, ledger or data were altered.
    """
    held = ledger.verify(place, study)
    if held is None:
        raise LockError("nothing is locked, and there is nothing to sign", remedy=NO_LOCK)
    page = of(study, held, signatories(place, study, held), _findings(place, held))
    build.mkdir(exist_ok=True)
    return print_page(page, _epoch(held), build / FILE)


def print_page(page: Page, epoch: int, path: Path) -> Path:
    """Print a page as PDF/UA, in one step in place of an older one; EngineError where Typst refuses."""
    aside = path.with_name(f".{path.name}")
    told = json.dumps(dataclasses.asdict(page), ensure_ascii=False)
    engine.compile_pdf(TEMPLATE, aside, epoch, {"page": told})
    return aside.replace(path)


def signatories(place: Place, study: Study, held: Lock) -> tuple[Signatory, ...]:
    """Return who must sign and who has signed: the study file's roles in its order, then all others that signed."""
    signed = ledger.signed(ledger.read(place), held)
    declared = {each.role: each.meaning for each in study.lock.signatories}
    others = {role: given.meaning for role, given in signed.items() if role not in declared}
    given = {role: (each.by, moment(each.at), each.meaning) for role, each in signed.items()}
    return tuple(
        Signatory(role, given[role][2], *given[role][:2]) if role in given else Signatory(role, meaning)
        for role, meaning in (declared | others).items()
    )


def of(study: Study, held: Lock, signing: Sequence[Signatory], findings: str) -> Page:
    """Return the page of a lock; without any signatory there is a line for one who writes the role by hand."""
    name = locks.name_of(held.type, study)
    return Page(
        paper=study.journal.paper,
        title=f"Sign-off of {name} {held.id}",
        study=study.study.short_title,
        status=study.study.status,
        lock=f"{name} {held.id}",
        about=study.study.title,
        facts=tuple(_facts(study, held, name, findings)),
        prints=tuple(_prints(held)),
        files=tuple(_file(file) for file in held.files),
        signatories=tuple(signing) or (Signatory("Role:", "Meaning:"),),
        note=f"data/{locks.LOCKS}/{held.id}/{kept.MANIFEST} holds the same fingerprints; sha256sum -c reads it.",
    )


def _facts(study: Study, held: Lock, name: str, findings: str) -> Iterator[tuple[str, str]]:
    yield "Study", study.study.id
    registered = "; ".join(f"{entry.registry} {entry.id}" for entry in study.study.registrations)
    yield "Registered", registered or "not said in the study file"
    yield "Protocol", _version(study.study.protocol)
    yield "Analysis plan", _version(study.study.analysis_plan)
    yield "Lock", f"{name} {held.id}, of type {held.type}"
    yield "Locked at", moment(held.at)
    yield "Data cut-off", held.cutoff.isoformat()
    yield "By", f"{held.by}, {held.role}"
    yield "Reason", held.reason
    yield "Findings", findings


def _version(document: DocumentVersion | None) -> str:
    if document is None:
        return "not said in the study file"
    return f"version {document.version} of {document.date.isoformat()}"


def _prints(held: Lock) -> Iterator[tuple[str, str]]:
    """Yield the fingerprints of all files together, of the results, and of what computed them."""
    yield "All files", held.fingerprint
    yield "Results", held.results
    named = {"code": "Program", "requirements": "Packages"}
    yield from ((told, held.software[name]) for name, told in named.items() if name in held.software)


def _file(file: locks.LockedFile) -> dict[str, str]:
    counted = {"rows": file.rows, "columns": len(file.columns), "bytes": file.bytes}
    return {"name": file.name, "sha256": file.sha256, **{name: f"{number:,}" for name, number in counted.items()}}


def _findings(place: Place, held: Lock) -> str:
    """Return how many findings were open and waived when the data were locked; LockError where that is not kept."""
    path = locks.public(place, held) / kept.RESULTS
    if not path.is_file():
        raise LockError(f"the results kept under {held.title} are not there", remedy=kept.PUT_BACK)
    rows = ard.read(path)
    opened = rows.one(analysis_id="queries.open", stat_name="n").stat
    return f"{opened} open, {len(rows.select(context='waiver', stat_name='finding'))} waived"


def moment(at: str) -> str:
    """Return a time of the ledger as it is printed, such as "2026-03-31 14:05:09 UTC"."""
    return f"{at[:10]} {at[11:19]} UTC"


def _epoch(held: Lock) -> int:
    return int(datetime.fromisoformat(held.at).timestamp())
