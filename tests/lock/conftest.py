"""What the tests of locks share: a check that passes, a small study, and the same study under a lock."""

from __future__ import annotations

from pathlib import Path

import pytest

from report import locking
from report.stages import Order
from tests.lock.locked import ADA, stand_in, study_in


@pytest.fixture(autouse=True)
def checked(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(monkeypatch)


@pytest.fixture
def order(tmp_path: Path) -> Order:
    return study_in(tmp_path)


@pytest.fixture
def locked(order: Order) -> Order:
    locking.lock(order, ADA)
    return order
