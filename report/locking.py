"""The commands lock, sign, unblind, unlock and status. The clock is read here and nowhere else."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from report import built, privacy, stages
from report.errors import Finding, LockError, TrialpressError, refuse_if_any
from report.lock import kept, ledger
from report.lock import record as locks
from report.lock.entries import SignOff, Unblinding
from report.lock.fingerprints import sha256_of
from report.lock.record import Kind, Lock, Signature
from report.stages import Order
from report.study import file as study_file
from report.study.model import Study
from report.study.places import STUDY_FILE


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def lock(order: Order, signature: Signature, kind: Kind = "soft", key: Path | None = None) -> str:
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
        ledger.put_in_force(order, made, results, key)
    return f"{made.title}: {_count(len(made.files), 'file')}, cut-off {made.cutoff}"


def _refuse_locked(order: Order) -> None:
    held = ledger.in_force(order)
    if held is not None:
        told = f"{held.title} is in force since {_moment(held.at)}, by {held.by} ({held.role}): {held.reason}"
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


def sign(order: Order, signature: Signature, key: Path | None = None) -> str:
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
        ledger.enter(order, given, key)
    return f"{held.title} signed by {signature.by} ({signature.role}): {signature.reason}"


def _unfit(order: Order, study: Study, held: Lock, signature: Signature) -> Iterator[Finding]:
    """Yield why a signature cannot stand: a role that is none of the signatories', or one that has signed already."""
    roles = [each.role for each in study.lock.signatories]
    if roles and signature.role not in roles:
        told = f"the study file names no signatory in the role {signature.role}"
        yield Finding("lock-role", "role", told, f"it names: {', '.join(roles)}")
    if earlier := ledger.signed(ledger.read(order), held).get(signature.role):
        yield Finding("lock-role", "role", f"{earlier.by} has signed {held.id} in this role, {_moment(earlier.at)}")


def unblind(order: Order, signature: Signature, key: Path | None = None) -> str:
    """Open the sealed files and return what was done; LockError where there are none, or without a hard lock."""
    with stages.alone(order):
        study = study_file.read(order.folder)
        held = ledger.verify(order, study)
        sealed = locks.sealed(order, study)
        refuse_if_any(_not_yet(order, held, sealed), LockError, "nothing was unblinded")
        assert held is not None
        files = {name: sha256_of(path) for name, path in sealed.items()}
        opened = Unblinding(
            id=held.id, by=signature.by, role=signature.role, reason=signature.reason, files=files, at=_now()
        )
        ledger.enter(order, opened, key)
    return f"{_count(len(files), 'sealed file')} opened under {held.title}; the arms are the true ones from now on"


def _not_yet(order: Order, held: Lock | None, sealed: Mapping[str, Path]) -> Iterator[Finding]:
    """Yield what stands against an unblinding."""
    if not sealed:
        yield Finding("unblind-nothing", str(STUDY_FILE), "no data set is sealed", "docs/blinding.md shows how one is")
    if ledger.is_unblinded(order):
        yield Finding("unblind-twice", str(ledger.LEDGER), "the sealed files have been opened already")
    if held is None or held.type != "hard":
        told = "the data are not under a hard lock: whoever can still change them must not know the arms"
        yield Finding(
            "unblind-early", str(locks.LOCK), told, "make lock TYPE=hard first; a closed report is made by make board"
        )
    yield from locks.missing(sealed)


def unlock(order: Order, signature: Signature, key: Path | None = None) -> str:
    """End the lock in force and return what was done; LockError when there is none. The lock's copies stay."""
    with stages.alone(order):
        ended = ledger.end(order, signature, _now(), key)
    return f"{ended} ended; the data are live, and the paper is a draft"


def status(order: Order) -> list[str]:
    """Return how the study stands, a line a fact; LockError when lock or ledger were altered."""
    study = study_file.read(order.folder)
    held = ledger.in_force(order)
    facts: list[tuple[str, Iterable[str]]] = [
        ("state", _state(order, held)),
        ("cut-off", [str(held.cutoff if held else study.study.data_cutoff)]),
        ("data", _data(order, study, held)),
        ("privacy", _privacy(order, study)),
        ("findings", _findings(order, study)),
        ("plan", _plan(study, held)),
        ("outputs", _outputs(order, study, held)),
    ]
    return [
        f"{name if index == 0 else '':<10} {line}".rstrip() for name, lines in facts for index, line in enumerate(lines)
    ]


def _state(order: Order, held: Lock | None) -> Iterator[str]:
    if held is not None:
        yield f"{held.title}, {_moment(held.at)}"
        yield f"by {held.by} ({held.role}): {held.reason}"
        return
    yield "live draft: the data are not locked"
    entries = ledger.read(order)
    if cut := ledger.unfinished(order, entries):
        yield f"{cut.title} stands in the ledger, and its {locks.LOCK} is not there"
        yield f"-> {ledger.RELOCK}"
    elif entries and (ended := entries[-1].unlock):
        yield f"{ended.id} was unlocked, {_moment(ended.at)}, by {ended.by} ({ended.role}): {ended.reason}"


def _data(order: Order, study: Study, held: Lock | None) -> Iterator[str]:
    covered = locks.files(order, study)
    absent = locks.missing(covered)
    found = absent if held is None else locks.mismatches(order, study, held)
    for finding in found:
        yield from finding.lines()
    if not found:
        yield _count(len(covered), "file") + (" as they are" if held is None else ", as locked")


def _privacy(order: Order, study: Study) -> Iterator[str]:
    if not study.study.is_private:
        public = f"real rows, public: {study.study.data_licence}" if study.study.data_status == "real" else ""
        yield public or f"no real participants' rows ({study.study.data_status})"
        if privacy.is_ours(order):
            yield f"{privacy.IGNORE} still keeps the data out of git; remove it if they belong there"
        return
    exposed = privacy.exposed(order, study)
    for finding in exposed:
        yield from finding.lines()
    if not exposed:
        yield "real rows, not public: " + ("git ignores them" if privacy.is_watched(order) else "git is not used here")


def _findings(order: Order, study: Study) -> list[str]:
    """Return how many findings are open and waived: the one place where ``status`` asks the analysis."""
    from report.analysis import compute  # its libraries take long to load

    try:
        made = compute.draft(order.folder, study, order.elsewhere)
    except TrialpressError as fault:
        return [f"nothing can be computed: {fault.message}", "-> make check says why"]
    waived = sum(query.waiver is not None for query in made.queries)
    return [f"{len(made.open)} open, {waived} waived" + ("; make check names them" if made.open else "")]


def _plan(study: Study, held: Lock | None) -> list[str]:
    if held is None:
        return ["not locked"]
    changed = locks.plan_changes(held, study)
    return [f"changed since the lock: {', '.join(changed)}" if changed else "as it was when the data were locked"]


def _outputs(order: Order, study: Study, held: Lock | None) -> Iterator[str]:
    record, environment = (_json(order.build / name) for name in built.FILES)
    if not record or not environment:
        yield "not built yet"
        return
    made_from = record["lock"].get("id", "")
    changed = list(dict.fromkeys(_changed(order, study, record, environment["outputs"])))
    if made_from != (held.id if held else ""):
        changed.insert(0, f"they were made from {made_from or 'live data'}")
    yield "current" if not changed else f"not current: {'; '.join(changed)}"
    if changed:
        yield "-> make report"


def refuse_not_current(order: Order) -> None:
    """Raise LockError when lock, ledger or data were altered, or when the paper in the build folder is not current."""
    study = study_file.read(order.folder)
    held = ledger.verify(order, study)
    refuse_if_any(ledger.audit(order), LockError, "the locks are not as the ledger says")
    standing, *_ = _outputs(order, study, held)
    if standing != "current":
        raise LockError(f"the paper in {stages.BUILD}/ is {standing}", remedy="make report")


def _changed(order: Order, study: Study, record: Mapping[str, Any], outputs: Mapping[str, str]) -> Iterator[str]:
    """Yield what is no longer as it was when the paper was made: data and plan, templates, the outputs themselves."""
    templates = [f"templates/{path.name}" for path in sorted((order.folder / "templates").glob("*.j2"))]
    inputs = {**record["manifest"]["files"], **record["templates"]["files"]}
    for name in (*locks.files(order, study), *templates):
        if name not in inputs:
            yield f"{name} is new"
    made = {f"{stages.BUILD}/{name}": sha for name, sha in outputs.items()}
    for name, sha in {**inputs, **made}.items():
        path = _path(order, name)
        if not path.is_file():
            yield f"{name} is gone"
        elif sha256_of(path) != sha:
            yield f"{name} has changed"


def _path(order: Order, name: str) -> Path:
    """Return where a file of that name lies: the data files may lie outside the study."""
    is_data = name.startswith("data/") and name not in (str(STUDY_FILE), str(locks.LOCK))
    return order.data / name.removeprefix("data/") if is_data else order.folder / name


def _json(path: Path) -> dict[str, Any]:
    """Return what a file of the build holds, nothing where it is missing or broken: then it must be built again."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _moment(at: str) -> str:
    return f"{at[:10]} {at[11:16]} UTC"


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"
