"""The lock of the data: which files hold, who said so and why. The ledger of all locks is ``report.lock.ledger``.

    data/lock.json                     the lock in force; without it the data are live
    data/locks/<id>/                   what may be known of it: lock.json, manifest.sha256, results.json
    data/locks/private/<id>/data/      copies of the files that it locked, beside the data

A lock is an event of audit: it bears the time at which it was made, and that time never reaches the paper.

Of the study file the lock keeps a fingerprint a section. A later change of the plan is said, section by section, and
not refused: reviewers ask for further analyses after the lock, and what the lock promises is that the data stay.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, Protocol, Self

from pydantic import Field, ValidationError, model_validator

from report import glyphs
from report.errors import SHOWN_CASES, Finding, LockError, refuse_if_any
from report.lock import differences, software
from report.lock.fingerprints import fingerprint
from report.study.data import Model
from report.study.model import Study

FORMAT = 2
LOCK = Path("data") / "lock.json"
LOCKS, PRIVATE = "locks", "private"
WAIVERS = "waivers.csv"
RESULTS_READ_IN = ".json"  # no table: rows and columns are not told of it
NOT_COMPUTED = "0" * 64
UNLOCK = 'make unlock BY="..." ROLE="..." WHY="..."'
PUT_BACK = f"put {LOCK} back from version control, or from its copy in data/{LOCKS}/ID/; or {UNLOCK}, and lock again"

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
LockId = Annotated[str, Field(pattern=r"^L[1-9][0-9]*-[0-9a-f]{7}$")]
Moment = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$")]
Kind = Literal["snapshot", "soft", "hard"]
NAMES: dict[Kind, str] = {"snapshot": "snapshot", "soft": "soft lock", "hard": "lock"}


class Place(Protocol):
    """Where a study lies: its folder, the folder of its data files, and that of what is built."""

    @property
    def folder(self) -> Path:
        """The study's folder."""

    @property
    def data(self) -> Path:
        """The folder of the data files."""

    @property
    def build(self) -> Path:
        """The folder of everything that is generated."""


@dataclass(frozen=True, slots=True)
class Signature:
    """Who locks, signs or looks, in which role, and why; and the key of OpenSSH that signs too, if any."""

    by: str
    role: str
    reason: str
    key: Path | None = None

    def __post_init__(self) -> None:
        """Refuse, by LockError, what is blank or cannot be printed on one line."""
        refuse_if_any(self._faults(), LockError, "a signature needs a name, a role and a reason that can be printed")

    def _faults(self) -> Iterator[Finding]:
        for name, text in (("by", self.by), ("role", self.role), ("reason", self.reason)):
            if not text.strip():
                yield Finding("lock-signature", name, "this is blank", "say it in words")
            elif "\n" in text or "\t" in text:
                yield Finding("lock-signature", name, "this holds a line break or a tab", "write it on one line")
            elif why := glyphs.fault(text):
                yield Finding("lock-signature", name, why, "write it in letters that can be printed")


class LockedFile(Model):
    """One locked file: its fingerprint, and what tells a reader which file it was."""

    name: str
    sha256: Sha256
    bytes: int
    rows: int
    columns: tuple[str, ...]


class Lock(Model):
    """One lock, as data/lock.json holds it.

    ``plan`` has a fingerprint a section of the study file, ``results`` that of the results kept beside the ledger, and
    ``software`` those of the code and the pinned packages that computed them.
    """

    format: Literal[2] = 2
    id: LockId
    type: Kind
    cutoff: date
    by: str
    role: str
    reason: str
    at: Moment
    fingerprint: Sha256
    files: tuple[LockedFile, ...]
    plan: dict[str, Sha256]
    results: Sha256
    software: dict[str, str]

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if self.fingerprint != fingerprint(self.hashes) or not self.id.endswith(f"-{self.fingerprint[:7]}"):
            raise ValueError("id and fingerprint are not those of the files")
        return self

    @property
    def hashes(self) -> dict[str, str]:
        """The sha256 of each locked file by its name."""
        return {file.name: file.sha256 for file in self.files}

    @property
    def title(self) -> str:
        """What a sentence calls it, such as "soft lock L1-3f9a2c7"."""
        return f"{self.type}{'' if self.type == 'snapshot' else ' lock'} {self.id}"

    def text(self) -> str:
        """Return the lock as its file holds it."""
        return json.dumps(self.model_dump(mode="json"), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def plan_of(study: Study) -> dict[str, str]:
    """Return a fingerprint of each section of the study file that says more than the default."""
    said = study.model_dump(
        mode="json", by_alias=True, exclude_defaults=True
    )  # so a key of a later version is no change
    return {name: hashlib.sha256(_canonical(section)).hexdigest() for name, section in said.items()}


def name_of(kind: Kind, study: Study) -> str:
    """Return what this trial calls a kind of lock."""
    return study.lock.names.get(kind, NAMES[kind])


def plan_changes(lock: Lock, study: Study) -> tuple[str, ...]:
    """Return the sections of the study file that have changed since the lock."""
    now = plan_of(study)
    return tuple(name for name in sorted({*now, *lock.plan}) if now.get(name) != lock.plan.get(name))


def standing(lock: Lock, study: Study) -> dict[str, Any]:
    """Return what the results' header and the paper say of a lock; its time is not among it."""
    return {
        "state": lock.type,
        "name": name_of(lock.type, study),
        "id": lock.id,
        "fingerprint": lock.fingerprint,
        "by": lock.by,
        "role": lock.role,
        "reason": lock.reason,
        "changed": list(plan_changes(lock, study)),
    }


def _canonical(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def files(place: Place, study: Study) -> dict[str, Path]:
    """Return the files that a lock covers, by name: data sets, reported numbers, results read in, and waivers if any.

    Sealed files are not among them: their fingerprints are entered when they are opened.
    """
    declared = {dataset.file for dataset in study.datasets.values() if not dataset.sealed} | (
        {study.reported} if study.reported else set()
    )
    waived = {WAIVERS} if (place.data / WAIVERS).exists() else set()
    read_in = {name for each in study.read_in for name in each.files}
    return {f"data/{name}": place.data / name for name in sorted(declared | waived | read_in)}


def missing(present: Mapping[str, Path]) -> list[Finding]:
    """Return a finding for each file that is not there."""
    return [_gone(name, path, "put it there") for name, path in present.items() if not path.is_file()]


def _gone(name: str, path: Path, remedy: str) -> Finding:
    told = f"there is no such file in {path.parent}"
    return Finding("lock-missing-file", name, told, f"{remedy}; or name the folder of the data files by DATA")


def reading_of(study: Study, name: str) -> differences.Reading:
    """Return how a file is read: by the contract of its data set, or of the reported numbers."""
    for dataset in study.datasets.values():
        if name == f"data/{dataset.file}":
            is_hidden = any(dataset.columns[column].identifier for column in dataset.key)
            form, sas = dataset.format, dataset.file if dataset.is_sas else ""
            capitals = form.names == "capitals"
            return differences.Reading(form.separator, dataset.key, is_hidden, sas, form.encoding, capitals)
    return differences.Reading(key=("id", "arm") if name == f"data/{study.reported}" else ())


def make(place: Place, study: Study, number: int, kind: Kind, signature: Signature, at: str) -> Lock:
    """Return the lock of the files as they are now, and write nothing; LockError when one is no table.

    Its results are not computed yet: they bear the lock's id.
    """
    covered = files(place, study)
    described = tuple(_described(name, path, study) for name, path in covered.items())
    whole = fingerprint({file.name: file.sha256 for file in described})
    return Lock(
        id=f"L{number}-{whole[:7]}", type=kind, cutoff=study.study.data_cutoff, by=signature.by, role=signature.role,
        reason=signature.reason, at=at, fingerprint=whole, files=described, plan=plan_of(study),
        results=NOT_COMPUTED, software=software.software(),
    )  # fmt: skip


def _described(name: str, path: Path, study: Study) -> LockedFile:
    content = path.read_bytes()
    if name.endswith(RESULTS_READ_IN):
        sha = hashlib.sha256(content).hexdigest()
        return LockedFile(name=name, sha256=sha, bytes=len(content), rows=0, columns=())
    how = reading_of(study, name)
    read = differences.table(content, how)
    if read is None:
        remedy = "export it again" if how.sas else 'save it as "CSV UTF-8"'
        raise LockError(f"{name} is not {how.expected}", remedy=remedy)
    sha = hashlib.sha256(content).hexdigest()
    return LockedFile(name=name, sha256=sha, bytes=len(content), rows=len(read.rows), columns=read.columns)


def read(place: Place) -> Lock | None:
    """Return the lock that data/lock.json holds, None where there is no such file; LockError when it is not one."""
    try:
        content = json.loads((place.folder / LOCK).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except ValueError as fault:  # not UTF-8, or not JSON
        raise LockError(f"{LOCK} is not JSON: {fault}", remedy=PUT_BACK) from None
    given = content.get("format") if isinstance(content, dict) else None
    if given != FORMAT or isinstance(given, bool):
        told = f"{LOCK} has format {given!r}, and this version reads {FORMAT}"
        raise LockError(told, remedy="use the trialpress that wrote it; if nobody did, " + PUT_BACK)
    try:
        return Lock.model_validate(content)
    except ValidationError as fault:
        found = [_unfit(dict(error)) for error in fault.errors(include_url=False)]
    raise LockError(f"{LOCK} is not a whole lock", remedy=PUT_BACK, findings=found)


def _unfit(error: dict[str, Any]) -> Finding:
    place = ".".join(map(str, error["loc"]))
    return Finding(
        "lock-format", f"{LOCK}: {place}" if place else str(LOCK), str(error["msg"]).removeprefix("Value error, ")
    )


def mismatches(place: Place, study: Study, lock: Lock) -> list[Finding]:
    """Return a finding for each file that is not as it was locked, or that the study has and the lock has not."""
    extra = [name for name in files(place, study) if name not in lock.hashes]
    told, remedy = f"it is not among the files of {lock.title}", "take it away, or unlock and lock again with it"
    found = [_mismatch(place, study, lock, file) for file in lock.files]
    return [*(Finding("lock-extra-file", name, told, remedy) for name in extra), *(f for f in found if f is not None)]


def _mismatch(place: Place, study: Study, lock: Lock, file: LockedFile) -> Finding | None:
    path = place.data / file.name.removeprefix("data/")
    copy = copies(place, lock) / file.name.removeprefix("data/")
    old = _content_if(copy, file.sha256)
    back = "put the locked file back" + (f": its copy is {shown(copy, place)}" if old is not None else "")
    if not path.is_file():
        return _gone(file.name, path, back)
    new = path.read_bytes()
    if hashlib.sha256(new).hexdigest() == file.sha256:
        return None
    if file.name.endswith(RESULTS_READ_IN):
        told = f"it has changed since {lock.title}: other results were read in"
        return Finding("lock-changed-file", file.name, told, back)
    how = reading_of(study, file.name)
    differs = differences.between(file.sha256, file.columns, file.rows, how, new, old)
    told = f"it has changed since {lock.title}: {differs.told}"
    return Finding("lock-changed-file", file.name, told, back, differs.cases[:SHOWN_CASES], len(differs.cases))


def _content_if(path: Path, sha256: str) -> bytes | None:
    """Return a file's content if it is there and has that fingerprint."""
    content = path.read_bytes() if path.is_file() else b""
    return content if hashlib.sha256(content).hexdigest() == sha256 else None


def public(place: Place, lock: Lock) -> Path:
    """Return the folder of what may be known of a lock."""
    return place.folder / "data" / LOCKS / lock.id


def private(place: Place, lock: Lock) -> Path:
    """Return the folder of what holds participants' rows, beside the data."""
    return place.data / LOCKS / PRIVATE / lock.id


def copies(place: Place, lock: Lock) -> Path:
    """Return the folder with the copies of the locked files."""
    return private(place, lock) / "data"


def shown(path: Path, place: Place) -> str:
    """Return a path as the author knows it: from the study's folder, when it lies below."""
    return str(path.relative_to(place.folder)) if path.is_relative_to(place.folder) else str(path)
