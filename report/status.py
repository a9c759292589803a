"""The command ``status``: how the study stands, and whether its paper is current."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from report import built, privacy, stages
from report.errors import LockError, TrialpressError, refuse_if_any
from report.lock import ledger, readiness, software
from report.lock import record as locks
from report.lock.fingerprints import sha256_of
from report.lock.record import Lock
from report.stages import Order
from report.study import file as study_file
from report.study.model import Study
from report.study.places import STUDY_FILE
from report.terminal import count, moment


def status(order: Order) -> list[str]:
    """Return how the study stands, a line a fact; LockError when lock or ledger were altered."""
    study = study_file.read(order.folder)
    held = ledger.in_force(order)
    facts: list[tuple[str, Iterable[str]]] = [
        ("state", _state(order, study, held)),
        ("cut-off", [str(held.cutoff if held else study.study.data_cutoff)]),
        ("data", _data(order, study, held)),
        ("arms", _arms(order, study)),
        ("ledger", _ledger(order)),
        ("privacy", _privacy(order, study)),
        ("findings", _findings(order, study)),
        ("plan", _plan(study, held)),
        ("outputs", _outputs(order, study, held)),
    ]
    return [
        f"{name if index == 0 else '':<10} {line}".rstrip() for name, lines in facts for index, line in enumerate(lines)
    ]


def _state(order: Order, study: Study, held: Lock | None) -> Iterator[str]:
    if held is not None:
        yield f"{held.title}, {moment(held.at)}"
        yield f"by {held.by} ({held.role}): {held.reason}"
        for signed in ledger.signed(ledger.read(order), held).values():
            yield f"signed by {signed.by} ({signed.role}), {moment(signed.at)}: {signed.meaning}"
        if held.type == "hard":
            yield from (f"not final yet: {told}" for told in readiness.lacking(order, study, held))
        return
    yield "live draft: the data are not locked"
    entries = ledger.read(order)
    if cut := ledger.unfinished(order, entries):
        yield f"{cut.title} stands in the ledger, and its {locks.LOCK} is not there"
        yield f"-> {ledger.RELOCK}"
    elif ended := ledger.last_unlock(entries):
        yield f"{ended.id} was unlocked, {moment(ended.at)}, by {ended.by} ({ended.role}): {ended.reason}"


def _data(order: Order, study: Study, held: Lock | None) -> Iterator[str]:
    covered = locks.files(order, study)
    absent = locks.missing(covered)
    found = absent if held is None else locks.mismatches(order, study, held)
    for finding in found:
        yield from finding.lines()
    if not found:
        yield count(len(covered), "file") + (" as they are" if held is None else ", as locked")


def _arms(order: Order, study: Study) -> Iterator[str]:
    if study.design.blinding is None:
        return
    opened = ledger.unblinding(order)
    if opened is None:
        yield "sealed: dummies stand for them, and the paper is a dry run"
    else:
        yield f"opened under {opened.id}, {moment(opened.at)}, by {opened.by} ({opened.role}): {opened.reason}"


def _ledger(order: Order) -> Iterator[str]:
    """Yield what is not as the ledger says, and the looks at results outside the paper."""
    for finding in ledger.audit(order):
        yield from finding.lines()
    looks = [entry.look for entry in ledger.read(order) if entry.look is not None]
    if looks:
        yield f"{count(len(looks), 'look')} at results outside the paper; the last: {looks[-1].about}"


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
    from report.analysis import compute

    try:
        made = compute.draft(order.folder, study, order.elsewhere, treatment=stages.treatment_of(order, study))
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
    if software.software()["code"] != record["software"]["code"]:
        yield "trialpress has changed"
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
