"""The ledger of every lock and unlock, which of them is in force, and what a lock leaves on the disk.

    data/locks/ledger.jsonl           a line an event, sealed by its own sha256, and tied to the line before
    data/locks/<id>/                  the locked files and lock.json, beside the data; results.json, in the study

A line that is edited, removed or put in between breaks a seal or a tie and is found whenever the ledger is read. That
the last lines were cut off together cannot be seen from the file itself: version control keeps it, and a lock in force
must be the ledger's last line.

The ledger's entry is written before lock.json. Where the machine stops between the two, the ledger ends with a lock
that is not in force: the data are live, ``status`` says so, and the next lock takes the next number. It is the same
after somebody has taken lock.json away by hand: what is built then is a draft, and the ledger shows that nobody signed
an unlock. An unlock is written before lock.json is removed; where that is cut short, unlocking again finishes it.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from pydantic import ValidationError, model_validator

from report.errors import Finding, LockError, refuse_if_any
from report.interruption import undisturbed
from report.lock import record as locks
from report.lock.fingerprints import sha256_of
from report.lock.record import Lock, LockId, Moment, Place, Signature
from report.study.data import Model
from report.study.model import Study

LEDGER = Path("data") / locks.LOCKS / "ledger.jsonl"
RELOCK = "put lock.json back from version control, or lock again: the next lock takes the next number"
RESTORE = f"put {LEDGER} back from version control: nothing in it may be changed, only added by lock and unlock"


class Unlock(Model):
    """One unlock: of which lock, by whom, why and when."""

    id: LockId
    by: str
    role: str
    reason: str
    at: Moment


class Entry(Model):
    """One line of the ledger: a lock or an unlock, the sha256 of the line before, and that of its own other parts."""

    lock: Lock | None = None
    unlock: Unlock | None = None
    previous: str
    seal: str = ""

    @model_validator(mode="after")
    def _one_event(self) -> Self:
        if (self.lock is None) == (self.unlock is None):
            raise ValueError("a line is either a lock or an unlock")
        return self

    @property
    def of(self) -> LockId:
        """The id of the lock that was made or ended."""
        return self.lock.id if self.lock is not None else self.unlock.id if self.unlock is not None else ""

    def sealed(self) -> Entry:
        """Return the entry with its seal."""
        return self.model_copy(update={"seal": _sha256(self.model_copy(update={"seal": ""}).line())})

    def line(self) -> str:
        """Return the entry as the ledger holds it."""
        return json.dumps(self.model_dump(mode="json", exclude_none=True), ensure_ascii=False, sort_keys=True)


def _sha256(line: str) -> str:
    return hashlib.sha256(line.encode()).hexdigest()


def read(place: Place) -> tuple[Entry, ...]:
    """Return every entry of the ledger, none where there is none; LockError naming the line that does not hold."""
    try:
        content = (place.folder / LEDGER).read_text(encoding="utf-8")
    except FileNotFoundError:
        return ()
    except UnicodeDecodeError as fault:
        raise LockError(f"{LEDGER} is not UTF-8 text (byte {fault.start})", remedy=RESTORE) from None
    entries: list[Entry] = []
    for number, line in enumerate(content.split("\n")[: -1 if content.endswith("\n") else None], start=1):
        entries.append(_entry(number, line, entries))
    return tuple(entries)


def _entry(number: int, line: str, before: Sequence[Entry]) -> Entry:
    where = f"{LEDGER}, line {number}"
    try:
        entry = Entry.model_validate_json(line)
    except ValidationError:
        raise LockError(f"{where} is not an entry of a ledger", remedy=RESTORE) from None
    if entry.sealed() != entry or entry.line() != line:
        raise LockError(f"{where} has been edited: its seal does not fit", remedy=RESTORE)
    if entry.previous != _last(before):
        raise LockError(f"{where} does not follow the line before: one was removed or put in", remedy=RESTORE)
    return entry


def _last(entries: Sequence[Entry]) -> str:
    return _sha256(entries[-1].line()) if entries else ""


def next_number(entries: Sequence[Entry]) -> int:
    """Return the number of the next lock: one more than the ledger holds."""
    return 1 + sum(entry.lock is not None for entry in entries)


def unfinished(place: Place, entries: Sequence[Entry]) -> Lock | None:
    """Return the lock with which the ledger ends although data/lock.json is not there."""
    return entries[-1].lock if entries and not (place.folder / locks.LOCK).exists() else None


def in_force(place: Place) -> Lock | None:
    """Return the lock in force, None when the data are live; LockError when lock or ledger were altered."""
    entries = read(place)
    found = locks.read(place)
    if found is None:
        return None
    known = {entry.lock.id: entry.lock for entry in entries if entry.lock is not None}
    if found.id not in known:
        remedy = f"put {LEDGER} back from version control; if it is lost, take {locks.LOCK} away and lock again"
        raise LockError(f"{locks.LOCK} is {found.title}, which the ledger does not know", remedy=remedy)
    if found != known[found.id]:
        told = f"{locks.LOCK} has been edited: {', '.join(_edited(found, known[found.id]))} differs from the ledger"
        raise LockError(told, remedy=locks.PUT_BACK)
    if entries[-1].lock != found:
        told = f"{locks.LOCK} is {found.title}, which is no longer in force: the ledger ends with {_event(entries[-1])}"
        raise LockError(told, remedy=f"{locks.UNLOCK}; it will be taken away")
    return found


def _edited(found: Lock, known: Lock) -> list[str]:
    now, then = found.model_dump(), known.model_dump()
    return [name for name in now if now[name] != then[name]]


def _event(entry: Entry) -> str:
    return f"the {'lock' if entry.lock is not None else 'unlock of'} {entry.of}"


def verify(place: Place, study: Study) -> Lock | None:
    """Return the lock in force, with every file as it was locked; None when the data are live.

    LockError when lock or ledger were altered, or with a finding for each file that is not as it was locked.
    """
    found = in_force(place)
    if found is None:
        return None
    if mismatches := locks.mismatches(place, study, found):
        told = f"the data are not those of {found.title}; nothing was built"
        raise LockError(
            told, remedy=f"put the locked files back; or {locks.UNLOCK}, mend, and lock again", findings=mismatches
        )
    return found


def put_in_force(place: Place, made: Lock) -> None:
    """Keep copies of the locked files, enter the lock in the ledger and write data/lock.json, last and in one step.

    LockError when a file is no longer as the lock says, before anything counts.
    """
    entries = read(place)
    _keep_files(place, made)
    with undisturbed():
        _append(place, entries, Entry(lock=made, previous=_last(entries)))
        write(place.folder / locks.LOCK, made.text())


def end(place: Place, signature: Signature, at: str) -> LockId:
    """Enter an unlock in the ledger, take data/lock.json away, and return the id; LockError when nothing is locked.

    The lock's file need not be whole for that. Where an unlock was entered and cut short, only the file is removed.
    """
    entries = read(place)
    _refuse_unlocked(place, entries)
    last = entries[-1]
    with undisturbed():
        if last.lock is not None:
            signed = Unlock(id=last.lock.id, by=signature.by, role=signature.role, reason=signature.reason, at=at)
            _append(place, entries, Entry(unlock=signed, previous=_last(entries)))
        (place.folder / locks.LOCK).unlink()
    return last.of


def _refuse_unlocked(place: Place, entries: Sequence[Entry]) -> None:
    if not (place.folder / locks.LOCK).exists():
        cut = unfinished(place, entries)
        told = f"; {cut.id} stands in the ledger, and its {locks.LOCK} is not there" if cut else ""
        raise LockError(f"nothing is locked{told}", remedy=RELOCK if cut else "")
    if not entries:
        remedy = f"put {LEDGER} back from version control; if it is lost, take {locks.LOCK} away and lock again"
        raise LockError(f"{locks.LOCK} is there, and the ledger knows of no lock", remedy=remedy)


def _append(place: Place, entries: Sequence[Entry], entry: Entry) -> None:
    """Write the whole ledger with one entry more, so that a line is never half there."""
    write(place.folder / LEDGER, "".join(f"{each.line()}\n" for each in (*entries, entry.sealed())))


def _keep_files(place: Place, made: Lock) -> None:
    """Copy the locked files aside, then in one step to their place; LockError when one is not as the lock says."""
    home = locks.copies(place, made).parent
    for left in home.glob(".L*.new"):  # from a lock that was cut short
        shutil.rmtree(left)
    aside = home / f".{made.id}.new"
    try:
        changed = [name for name, sha in made.hashes.items() if not _copied(place, name, sha, aside)]
        refuse_changed(changed)
        write(aside / locks.LOCK.name, made.text())
        shutil.rmtree(locks.copies(place, made), ignore_errors=True)
        aside.rename(locks.copies(place, made))
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _copied(place: Place, name: str, sha256: str, folder: Path) -> bool:
    """Copy a data file, and return whether the copy is what was locked."""
    relative = name.removeprefix("data/")
    (folder / relative).parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(place.data / relative, folder / relative)
    return sha256_of(folder / relative) == sha256


def refuse_changed(names: Sequence[str]) -> None:
    """Raise LockError when files changed while they were being locked."""
    told, remedy = "it changed while it was being locked", "let whatever writes it end, and lock again"
    refuse_if_any([Finding("lock-moving", name, told, remedy) for name in names], LockError, "nothing was locked")


def keep_results(place: Place, held: Lock, results: Path) -> None:
    """Copy the results computed from a lock beside its ledger, for comparing them with those of the next."""
    kept = place.folder / LEDGER.parent / held.id / results.name
    write(kept, results.read_text(encoding="utf-8"))


def write(path: Path, text: str) -> None:
    """Write a text aside, down to the disk, and then in one step in place of the old file; LF line ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(path.name + ".new")
    with aside.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
