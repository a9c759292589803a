"""The ledger of all that happened to the locks, and which lock is in force.

    data/locks/ledger.jsonl           a line an event, sealed by its own sha256, and tied to the line before

A line that is edited, removed, dated before the one above it or put in between is found whenever the ledger is read.
What a lock leaves beside the ledger (``report.lock.kept``) shows when lines were cut off its end.

The ledger's entry is written before lock.json. Where the machine stops between the two, the ledger ends with a lock
that is not in force: the data are live, ``status`` says so, and the next lock takes the next number. It is the same
after somebody has taken lock.json away by hand: what is built then is a draft, and the ledger shows that nobody signed
an unlock. An unlock is written before lock.json is removed; where that is cut short, unlocking again finishes it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from report.errors import Finding, LockError
from report.interruption import undisturbed
from report.lock import kept, sealed, signatures
from report.lock import record as locks
from report.lock.entries import Entry, Look, LookKind, SignOff, Unblinding, Unlock, now, sha256
from report.lock.record import Lock, LockId, Place, Signature
from report.lock.writing import write
from report.study.model import Study

LEDGER = Path("data") / locks.LOCKS / "ledger.jsonl"
RELOCK = "put lock.json back from version control, or lock again: the next lock takes the next number"
RESTORE = f"put {LEDGER} back from version control: nothing in it may be changed, only added by a command"

# Reading --------------------------------------------------------------------------------------------------------------


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
    if before and entry.at < before[-1].at:
        raise LockError(f"{where} is dated before the line before: it was back-dated", remedy=RESTORE)
    return entry


def _last(entries: Sequence[Entry]) -> str:
    return sha256(entries[-1].line()) if entries else ""


def _current(entries: Sequence[Entry]) -> Lock | Unlock | None:
    """Return the last lock or unlock: what was signed, unblinded or looked at since changes nothing of it."""
    events = [event for entry in entries if isinstance(event := entry.event, Lock | Unlock)]
    return events[-1] if events else None


def last_unlock(entries: Sequence[Entry]) -> Unlock | None:
    """Return the unlock that left the data live; None where they are locked, or never were."""
    last = _current(entries)
    return last if isinstance(last, Unlock) else None


def history(place: Place) -> tuple[Lock, ...]:
    """Return every lock that was ever made, the oldest first."""
    return tuple(entry.lock for entry in read(place) if entry.lock is not None)


def next_number(entries: Sequence[Entry]) -> int:
    """Return the number of the next lock: one more than the ledger holds."""
    return 1 + sum(entry.lock is not None for entry in entries)


def unblinding(place: Place) -> Unblinding | None:
    """Return the entry by which the sealed files were opened, None as long as they are sealed."""
    return next((entry.unblinding for entry in read(place) if entry.unblinding is not None), None)


def is_unblinded(place: Place) -> bool:
    """Return whether the sealed files may be read."""
    return unblinding(place) is not None


def signed(entries: Sequence[Entry], lock: Lock) -> dict[str, SignOff]:
    """Return who has signed a lock, by role."""
    return {entry.sign_off.role: entry.sign_off for entry in entries if entry.sign_off and entry.sign_off.id == lock.id}


def standing(place: Place, lock: Lock, study: Study) -> dict[str, Any]:
    """Return what the results' header and the paper say of a lock, its signatures among it; no time is."""
    given = signed(read(place), lock).values()
    names = [{"by": each.by, "role": each.role, "meaning": each.meaning} for each in given]
    return {**locks.standing(lock, study), "signed": names}


def unfinished(place: Place, entries: Sequence[Entry]) -> Lock | None:
    """Return the lock with which the ledger ends although data/lock.json is not there."""
    last = _current(entries)
    return last if isinstance(last, Lock) and not (place.folder / locks.LOCK).exists() else None


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
    last = _current(entries)
    if last != found:
        event = "the lock" if isinstance(last, Lock) else "the unlock of"
        told = f"{locks.LOCK} is {found.title}, which is no longer in force: the ledger ends with {event} "
        raise LockError(told + (last.id if last else ""), remedy=f"{locks.UNLOCK}; it will be taken away")
    return found


def _edited(found: Lock, known: Lock) -> list[str]:
    now, then = found.model_dump(), known.model_dump()
    return [name for name in now if now[name] != then[name]]


def verify(place: Place, study: Study) -> Lock | None:
    """Return the lock in force, with every file as it was locked; None when the data are live.

    LockError when lock or ledger were altered, or with a finding for each file that is not as it was locked or opened.
    """
    found = in_force(place)
    opened = unblinding(place)
    mismatches = locks.mismatches(place, study, found) if found else []
    mismatches += sealed.opened_otherwise(place, opened.files) if opened else []
    if mismatches:
        of = found.title if found else "the unblinding"
        raise LockError(
            f"the data are not those of {of}; nothing was built",
            remedy=f"put the locked files back; or {locks.UNLOCK}, mend, and lock again",
            findings=mismatches,
        )
    return found


def audit(place: Place) -> list[Finding]:
    """Return a finding for each thing under data/locks that is not as the ledger says; LockError for the ledger."""
    entries = read(place)
    known = [entry.lock for entry in entries if entry.lock is not None]
    return [*kept.faults(place, known), *signatures.faults(place, entries)]


# Writing --------------------------------------------------------------------------------------------------------------


def put_in_force(place: Place, made: Lock, results: str, key: Path | None = None) -> None:
    """Keep what the lock leaves, enter it in the ledger and write data/lock.json, last and in one step.

    LockError when a file is no longer as the lock says, before anything counts.
    """
    entries = read(place)
    entry = _next(entries, Entry(lock=made, previous=_last(entries)), key)
    kept.settle(place, [each.lock.id for each in entries if each.lock is not None])
    kept.prepare(place, made, results)
    with undisturbed():
        _write(place, [*entries, entry])
        kept.settle(place, [made.id])
        write(place.folder / locks.LOCK, made.text())


def end(place: Place, signature: Signature, at: str) -> LockId:
    """Enter an unlock in the ledger, take data/lock.json away, and return the id; LockError when nothing is locked.

    The lock's file need not be whole for that. Where an unlock was entered and cut short, only the file is removed.
    """
    entries = read(place)
    last = _refuse_unlocked(place, entries)
    with undisturbed():
        if isinstance(last, Lock):
            given = Unlock(id=last.id, by=signature.by, role=signature.role, reason=signature.reason, at=at)
            _write(place, [*entries, _next(entries, Entry(unlock=given, previous=_last(entries)), signature.key)])
        (place.folder / locks.LOCK).unlink()
    return last.id


def _refuse_unlocked(place: Place, entries: Sequence[Entry]) -> Lock | Unlock:
    last = _current(entries)
    if not (place.folder / locks.LOCK).exists():
        cut = unfinished(place, entries)
        told = f"; {cut.id} stands in the ledger, and its {locks.LOCK} is not there" if cut else ""
        raise LockError(f"nothing is locked{told}", remedy=RELOCK if cut else "")
    if last is None:
        remedy = f"put {LEDGER} back from version control; if it is lost, take {locks.LOCK} away and lock again"
        raise LockError(f"{locks.LOCK} is there, and the ledger knows of no lock", remedy=remedy)
    return last


def enter(place: Place, event: SignOff | Unblinding | Look, key: Path | None = None) -> None:
    """Enter a signature, an unblinding or a look in the ledger."""
    entries = read(place)
    name = {SignOff: "sign_off", Unblinding: "unblinding", Look: "look"}[type(event)]
    entry = Entry.model_validate({name: event, "previous": _last(entries)})
    made = _next(entries, entry, key)
    with undisturbed():
        _write(place, [*entries, made])


def note_look(place: Place, kind: LookKind, about: str, by: Signature, seen: Mapping[str, str] | None = None) -> str:
    """Enter a look at results outside the paper, with the sha256 of what is seen, and return when it was."""
    look = Look(kind=kind, about=about, by=by.by, role=by.role, reason=by.reason, seen=dict(seen or {}), at=now())
    enter(place, look, by.key)
    return look.at


def _next(entries: Sequence[Entry], entry: Entry, key: Path | None) -> Entry:
    """Return an entry sealed, and signed where a key is given; LockError when it would be dated before the last."""
    if entries and entry.at < entries[-1].at:
        told = f"it is {entry.at} on this computer, and the ledger's last line is of {entries[-1].at}"
        raise LockError(told, remedy="set the computer's clock")
    made = entry.sealed()
    return made.model_copy(update={"signature": signatures.sign(made.seal, key)}) if key else made


def _write(place: Place, entries: Sequence[Entry]) -> None:
    """Write the whole ledger, so that a line is never half there."""
    write(place.folder / LEDGER, "".join(f"{each.line()}\n" for each in entries))
