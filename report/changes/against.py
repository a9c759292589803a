"""Which paper the present one is held against: the lock that is named, or the last that is not in force now."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from report.built import RECORD
from report.changes import sides
from report.changes.sides import Side
from report.errors import LockError, ResultsError
from report.lock import editions, ledger
from report.lock.fingerprints import sha256_of
from report.lock.record import LOCKS, Lock, Place
from report.study.places import STUDY_FILE

BUILD = "run `make report`, and compare again"


def chosen(place: Place, named: str = "") -> Lock:
    """Return the lock of that id, or whose id begins so; without a name the last one that is not in force.

    LockError where there is none, or where several begin so.
    """
    earlier = others(place)
    if named:
        return _named(ledger.history(place), named)
    if not earlier:
        held = ledger.in_force(place)
        told = f"the only lock is {held.title}, which is in force" if held is not None else "nothing was ever locked"
        remedy = "lock the data, and compare after they were unlocked, mended and locked again"
        raise LockError(f"there is nothing to compare with: {told}", remedy=remedy)
    return earlier[-1]


def others(place: Place) -> list[Lock]:
    """Return every lock but the one in force, the oldest first."""
    held = ledger.in_force(place)
    return [lock for lock in ledger.history(place) if held is None or lock.id != held.id]


def _named(locks: Sequence[Lock], named: str) -> Lock:
    """Return the lock of that name; "L1" is the first lock, and not the tenth."""
    known = ", ".join(lock.id for lock in locks) or "none: nothing was ever locked"
    number = [lock for lock in locks if lock.id.split("-")[0] == named]
    found = number or [lock for lock in locks if lock.id.startswith(named)]
    if len(found) != 1:
        told = f"{len(found)} locks begin with {named}" if found else f"there is no lock {named}"
        raise LockError(told, remedy=f"known: {known}")
    return found[0]


def older(place: Place, lock: Lock, newer: Side) -> Side:
    """Return the paper of a lock; where its private copies are not at hand, its public results.

    LockError where there is neither.
    """
    kept = editions.of_lock(place, lock)
    if kept is not None:
        return sides.read(kept)
    public = place.folder / "data" / LOCKS / lock.id / "results.json"
    if not public.is_file():
        told = f"nothing was ever built under {lock.title}: there are no results to compare with"
        raise LockError(told, remedy="name another lock by --against")
    return sides.of_results(lock.id, public, newer.style)


def newer(place: Place) -> Side:
    """Return the paper that stands in build/; ResultsError where there is none, or where it is no longer current."""
    record = _record(place)
    if stale := list(_stale(place, record)):
        told = f"build/ is not current: {'; '.join(stale)}"
        raise ResultsError(told, remedy=BUILD)
    return sides.read(editions.of_build(place))


def _record(place: Place) -> dict[str, Any]:
    try:
        return dict(json.loads((place.build / RECORD).read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError):
        raise ResultsError("there is no finished paper in build/", remedy=BUILD) from None


def _stale(place: Place, record: dict[str, Any]) -> Iterator[str]:
    """Yield what is no longer as it was when the paper was made."""
    held = ledger.in_force(place)
    made_under, now = record["lock"].get("id", ""), held.id if held is not None else ""
    if made_under != now:
        yield f"it was made from {made_under or 'live data'}, and {now or 'no lock'} is in force"
    for name, sha256 in {**record["manifest"]["files"], **record["templates"]["files"]}.items():
        if not (path := _path(place, name)).is_file():
            yield f"{name} is gone"
        elif sha256_of(path) != sha256:
            yield f"{name} has changed"
    templates = {f"templates/{path.name}" for path in (place.folder / "templates").glob("*.j2")}
    yield from (f"{name} is new" for name in sorted(templates - set(record["templates"]["files"])))
    results = place.build / "results.json"
    if not results.is_file() or sha256_of(results) != record["results"]["sha256"]:
        yield "the results are not those of the paper"


def _path(place: Place, name: str) -> Path:
    """Return where a file of that name lies: the data files may lie outside the study."""
    is_data = name.startswith("data/") and name != str(STUDY_FILE)
    return place.data / name.removeprefix("data/") if is_data else place.folder / name
