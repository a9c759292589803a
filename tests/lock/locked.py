"""Invented studies that are locked: what the tests of locks, of the ledger and of the commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from report import locking, stages, status
from report.analysis.compute import Computed
from report.ard import Results
from report.errors import LockError
from report.lock import ledger
from report.lock import record as locks
from report.lock.record import Signature
from report.stages import Order
from report.study import file as study_file
from tests.invented import PEOPLE, SCORES, Study, single, write

ADA = Signature("Ada Byron", "data manager", "final review")
LATER = "2031-02-03T04:05:06Z"


def stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the check pass and the clock stand: these tests are about the lock."""
    monkeypatch.setattr(stages, "checked", lambda order: Computed(Results({"treatment": "real"}, ()), ()))
    monkeypatch.setattr(status, "_findings", lambda order, study: ["0 open, 0 waived"])
    monkeypatch.setattr(locking, "_now", lambda: "2030-01-02T03:04:05Z")


def study_in(folder: Path, study: Study | None = None, **files: str | bytes) -> Order:
    folder.mkdir(exist_ok=True)
    return Order(write(folder, study or single(), **{"people": PEOPLE, "scores": SCORES, **files}))


def held(order: Order) -> locks.Lock:
    found = verified(order)
    assert found is not None
    return found


def verified(order: Order) -> locks.Lock | None:
    return ledger.verify(order, study_file.read(order.folder))


def refusal(act: Callable[[], object]) -> str:
    """Return all that is printed when an act is refused."""
    with pytest.raises(LockError) as caught:
        act()
    return "\n".join(caught.value.lines())


def change(path: Path, old: str | bytes, new: str | bytes) -> None:
    old, new = (each.encode() if isinstance(each, str) else each for each in (old, new))
    assert old in path.read_bytes()
    path.write_bytes(path.read_bytes().replace(old, new, 1))


def lock_file(order: Order) -> Path:
    return order.folder / locks.LOCK


def ledger_lines(order: Order) -> list[str]:
    return (order.folder / ledger.LEDGER).read_text(encoding="utf-8").splitlines()
