"""The commands lock, sign, unblind and unlock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from report import privacy, stages
from report.errors import Finding, LockError, refuse_if_any
from report.lock import kept, ledger
from report.lock import record as locks
from report.lock import sealed as sealed_files
from report.lock.entries import SignOff, Unblinding
from report.lock.entries import now as _now
from report.lock.fingerprints import sha256_of
from report.lock.record import Kind, Lock, Signature
from report.stages import Order
from report.study import file as study_file
from report.study.model import Study
from report.study.places import STUDY_FILE
from report.terminal import count, moment


def lock(order: Order, signature: Signature, kind: Kind = "soft") -> str:
    """Check the data and lock them; return what was done.

    LockError or DataError with every finding at once when they are locked already, cannot be locked, or change
    meanwhile. Nothing is written before all has been checked, and data/lock.json last.
    """
    with stages.alone(order):
        study = study_file.read(order.folder)
        _refuse_locked(order)
        before = _hashes(order, study)
        _refuse_exposed(order, study)
        refuse_if_any(ledger.audit(order), LockError, "nothing was locked")
        computed = stages.checked(order)
        made = locks.make(order, study, ledger.next_number(ledger.read(order)), kind, signature, _now())
        _refuse_moved(order, study, before, made)
        privacy.pin_line_ends(order, study)
        made, results = kept.with_results(made, computed.results, locks.standing(made, study))
        ledger.put_in_force(order, made, results, signature.key)
    return f"{made.title}: {count(len(made.files), 'file')}, cut-off {made.cutoff}"


def _refuse_locked(order: Order) -> None:
    held = ledger.in_force(order)
    if held is not None:
        told = f"{held.title} is in force since {moment(held.at)}, by {held.by} ({held.role}): {held.reason}"
        raise LockError(told, remedy=f"{locks.UNLOCK} ends it; then lock again")


def _hashes(order: Order, study: Study) -> dict[str, str]:
    covered = locks.files(order, study)
    refuse_if_any(locks.missing(covered), LockError, "nothing was locked")
    return {name: sha256_of(path) for name, path in covered.items()}


def _refuse_exposed(order: Order, study: Study) -> None:
    privacy.protect(order, study)
    refuse_if_any(privacy.exposed(order, study), LockError, "nothing was locked")


def _refuse_moved(order: Order, study: Study, before: Mapping[str, str], made: Lock) -> None:
    """Raise LockError when a file is not what it was before the check, or was not there."""
    changed = [name for name in sorted({*before, *made.hashes}) if before.get(name) != made.hashes.get(name)]
    is_moved = study_file.read(order.folder) != study
    kept.refuse_changed([*changed, *([str(STUDY_FILE)] if is_moved else [])])


def sign(order: Order, signature: Signature) -> str:
    """Sign the lock in force in one's role, and return what was done; LockError where nobody can sign so.

    The reason of the signature is what it means; where it is left out, what the study file says that the role means.
    """
    with stages.alone(order):
        study = study_file.read(order.folder)
        held = ledger.verify(order, study)
        if held is None:
            raise LockError("nothing is locked", remedy="lock first; a signature is one under a lock")
        refuse_if_any(_unfit(order, study, held, signature), LockError, "nothing was signed")
        given = SignOff(id=held.id, by=signature.by, role=signature.role, meaning=signature.reason, at=_now())
        ledger.enter(order, given, signature.key)
    return f"{held.title} signed by {signature.by} ({signature.role}): {signature.reason}"


def _unfit(order: Order, study: Study, held: Lock, signature: Signature) -> Iterator[Finding]:
    """Yield why a signature cannot stand: a role that is none of the signatories', or one that has signed already."""
    roles = [each.role for each in study.lock.signatories]
    if roles and signature.role not in roles:
        told = f"the study file names no signatory in the role {signature.role}"
        yield Finding("lock-role", "role", told, f"it names: {', '.join(roles)}")
    if earlier := ledger.signed(ledger.read(order), held).get(signature.role):
        yield Finding("lock-role", "role", f"{earlier.by} has signed {held.id} in this role, {moment(earlier.at)}")


def unblind(order: Order, signature: Signature) -> str:
    """Open the sealed files and return what was done; LockError where there are none, or without a hard lock."""
    with stages.alone(order):
        study = study_file.read(order.folder)
        held = ledger.verify(order, study)
        sealed = sealed_files.files(order, study)
        refuse_if_any(_not_yet(order, study, held), LockError, "nothing was unblinded")
        assert held is not None
        files = {name: sha256_of(path) for name, path in sealed.items()}
        opened = Unblinding(
            id=held.id, by=signature.by, role=signature.role, reason=signature.reason, files=files, at=_now()
        )
        ledger.enter(order, opened, signature.key)
        kept.drop_editions(order, ledger.history(order))
    return f"{count(len(files), 'sealed file')} opened under {held.title}; the arms are the true ones from now on"


def _not_yet(order: Order, study: Study, held: Lock | None) -> Iterator[Finding]:
    """Yield what stands against an unblinding."""
    sealed = sealed_files.files(order, study)
    if not sealed:
        yield Finding("unblind-nothing", str(STUDY_FILE), "no data set is sealed", "docs/blinding.md shows how one is")
    if ledger.is_unblinded(order):
        yield Finding("unblind-twice", str(ledger.LEDGER), "the sealed files have been opened already")
    if held is None or held.type != "hard":
        told = "the data are not under a hard lock: whoever can still change them must not know the arms"
        yield Finding(
            "unblind-early", str(locks.LOCK), told, "make lock TYPE=hard first; a closed report is made by make board"
        )
    absent = locks.missing(sealed)
    yield from absent or sealed_files.faults(order, study)


def unlock(order: Order, signature: Signature) -> str:
    """End the lock in force and return what was done; LockError when there is none. The lock's copies stay."""
    with stages.alone(order):
        ended = ledger.end(order, signature, _now())
    return f"{ended} ended; the data are live, and the paper is a draft"
