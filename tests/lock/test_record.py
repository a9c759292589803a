"""Locks: what is written, and what is refused."""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from report import locking, stages, status
from report.analysis.compute import Computed
from report.ard import Results, Row, read
from report.errors import DataError
from report.lock import kept, ledger
from report.lock import record as locks
from report.lock.record import Signature
from report.stages import Order
from tests.invented import PEOPLE, single
from tests.lock.locked import ADA, LATER, change, held, ledger_lines, lock_file, refusal, study_in, verified


def test_the_lock_says_what_it_locked(tmp_path: Path) -> None:
    people = PEOPLE.replace("P1,x,", 'P1,"x\ny",') + "\n\n"  # a cell of two lines, and blank lines at the end
    order = study_in(
        tmp_path, single(reported="reported.csv"), people=people, reported="id,arm,value,source\n", waivers="code\nA\n"
    )
    assert locking.lock(order, ADA, "hard").startswith("hard lock L1-")
    content = lock_file(order).read_bytes()
    told = json.loads(content)
    assert (
        content.decode() == json.dumps(told, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
        and b"\r" not in content
    )
    assert [file["name"] for file in told["files"]] == [
        "data/people.csv",
        "data/reported.csv",
        "data/scores.csv",
        "data/waivers.csv",
    ]
    first = told["files"][0]
    assert first["rows"] == 5 and first["bytes"] == len(people) and first["columns"][:2] == ["id", "kind"]
    assert first["sha256"] == hashlib.sha256(people.encode()).hexdigest()
    sums = "".join(f"{file['sha256']}  {file['name']}\n" for file in told["files"])
    assert told["fingerprint"] == hashlib.sha256(sums.encode()).hexdigest()
    assert told["id"] == f"L1-{told['fingerprint'][:7]}"
    assert [told[name] for name in ("type", "by", "role", "reason", "cutoff", "format", "at")] == [
        "hard", "Ada Byron", "data manager", "final review", "2020-12-31", 2, "2030-01-02T03:04:05Z",
    ]  # fmt: skip


def test_the_copies_are_the_locked_files(locked: Order) -> None:
    home = locked.data / "locks"
    public, private = home / held(locked).id, home / "private" / held(locked).id
    assert {path.name for path in public.iterdir()} == {"lock.json", "manifest.sha256", "results.json"}
    assert {path.relative_to(private).as_posix() for path in private.rglob("*.*")} == {
        "data/people.csv",
        "data/scores.csv",
    }
    assert (private / "data" / "people.csv").read_bytes() == (locked.data / "people.csv").read_bytes()
    assert (public / "lock.json").read_bytes() == lock_file(locked).read_bytes()
    assert (home / "private" / ".gitignore").read_text() == "*\n"
    sums = [f"{file.sha256}  {file.name}" for file in held(locked).files]
    assert (public / "manifest.sha256").read_text().splitlines() == sums
    assert not list(locked.folder.rglob("*.new"))


def test_same_bytes_but_for_the_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = study_in(tmp_path / "one"), study_in(tmp_path / "two")
    locking.lock(one, ADA)
    monkeypatch.setattr(locking, "_now", lambda: LATER)
    locking.lock(two, ADA)
    assert lock_file(one).read_text() != lock_file(two).read_text()
    assert lock_file(one).read_text().replace("2030-01-02T03:04:05Z", LATER) == lock_file(two).read_text()


def test_the_clock_is_in_utc_to_the_second(order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(stages, "checked", lambda order: Computed(Results({"treatment": "real"}, ()), ()))
    monkeypatch.setenv("TZ", "Asia/Kathmandu")
    before = time.gmtime(time.time() - 1)
    locking.lock(order, ADA)
    at = time.strptime(held(order).at, "%Y-%m-%dT%H:%M:%SZ")
    assert before <= at <= time.gmtime()


def test_live_data_have_no_lock(order: Order) -> None:
    assert verified(order) is None


def test_a_lock_is_verified(locked: Order) -> None:
    assert held(locked).title.startswith("soft lock L1-")


def rows() -> tuple[Row, ...]:
    """One of all participants, one of an arm, a comparison, and one of an individual."""
    shared: dict[str, Any] = {"analysis_id": "a", "variable": "v", "method": "m", "stat_name": "n", "stat_label": "N"}
    shared |= {"format_key": "count", "stat": 1}
    return (
        Row(result_id="all", context="summary", **shared),
        Row(result_id="arm", context="summary", group1="arm", group1_level="x", **shared),
        Row(result_id="compared", context="proportion_difference", **shared),
        Row(result_id="person", context="individual", disclosure="individual", **shared),
    )


@pytest.mark.parametrize(("treatment", "kept_ids"), [("real", ["all", "arm", "compared"]), ("dummy", ["all"])])
def test_the_results_of_a_lock_are_kept_without_individuals_and_without_dummy_arms(
    order: Order, treatment: str, kept_ids: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    computed = Computed(Results({"treatment": treatment}, rows()), ())
    monkeypatch.setattr(stages, "checked", lambda order: computed)
    locking.lock(order, ADA)
    path = locks.public(order, held(order)) / "results.json"
    kept_results = read(path)
    assert [row.result_id for row in kept_results] == kept_ids and kept_results.header["lock"]["id"] == held(order).id
    assert hashlib.sha256(path.read_bytes()).hexdigest() == held(order).results
    assert kept.moved(order, held(order), computed.results) == []
    moved = Results({}, [replace(row, stat=2) if row.result_id == "all" else row for row in rows()])
    assert kept.moved(order, held(order), moved) == ["all"]


def test_a_lock_in_force_is_not_locked_again(locked: Order) -> None:
    before = lock_file(locked).read_bytes(), ledger_lines(locked)
    said = refusal(lambda: locking.lock(locked, ADA))
    assert "soft lock L1-" in said and "Ada Byron (data manager): final review" in said and "make unlock" in said
    assert (lock_file(locked).read_bytes(), ledger_lines(locked)) == before


def test_unlock_and_lock_again(locked: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    first = held(locked)
    monkeypatch.setattr(locking, "_now", lambda: LATER)
    assert locking.unlock(locked, Signature("Bo", "sponsor", "late query")).startswith(first.id)
    assert verified(locked) is None and locks.copies(locked, first).is_dir()
    assert f"{first.id} was unlocked, 2031-02-03 04:05 UTC, by Bo (sponsor): late query" in "\n".join(
        status.status(locked)
    )
    change(locked.data / "people.csv", "P2,y,20", "P2,y,21")
    locking.lock(locked, ADA, "hard")
    assert held(locked).id.startswith("L2-")
    lines = ledger_lines(locked)
    previous = [json.loads(line)["previous"] for line in lines]
    assert previous == ["", *(hashlib.sha256(line.encode()).hexdigest() for line in lines[:2])]


def test_the_same_data_locked_again_are_another_lock(locked: Order) -> None:
    first = held(locked)
    locking.unlock(locked, ADA)
    locking.lock(locked, ADA)
    assert held(locked).fingerprint == first.fingerprint and held(locked).id == first.id.replace("L1", "L2")


def test_nothing_to_unlock(order: Order) -> None:
    assert "nothing is locked" in refusal(lambda: locking.unlock(order, ADA))
    assert not (order.folder / ledger.LEDGER).exists()


def test_what_the_check_refuses_is_not_locked(order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(order: Order) -> str:
        raise DataError("the check has 1 finding")

    monkeypatch.setattr(stages, "checked", refuse)
    with pytest.raises(DataError):
        locking.lock(order, ADA)
    assert verified(order) is None and not (order.data / "locks").exists()


def test_all_missing_files_are_named(order: Order) -> None:
    for name in ("people.csv", "scores.csv"):
        (order.data / name).unlink()
    said = refusal(lambda: locking.lock(order, ADA))
    assert "data/people.csv" in said and "data/scores.csv" in said and not lock_file(order).exists()


def test_data_outside_the_project(tmp_path: Path) -> None:
    home = study_in(tmp_path / "study").folder
    rows = tmp_path / "rows of the trial"
    rows.mkdir()
    for name in ("people.csv", "scores.csv"):
        (home / "data" / name).rename(rows / name)
    order = Order(home, elsewhere=rows)
    locking.lock(order, ADA)
    found = held(order)
    assert (rows / "locks" / "private" / found.id / "data" / "people.csv").is_file() and lock_file(order).is_file()
    assert not list(home.rglob("people.csv"))
    change(rows / "people.csv", "P2,y,20", "P2,y,21")
    assert f"its copy is {rows}/locks/private/{found.id}/data/people.csv" in refusal(lambda: verified(order))
    said = refusal(lambda: verified(Order(home)))
    assert said.count("lock-missing-file") == 2 and "by DATA" in said


def edit_row(order: Order) -> None:
    change(order.data / "people.csv", "P2,y,20", "P2,y,21")


def edit_plan(order: Order) -> None:
    change(order.data / "study.yaml", "label: Everyone", "label: Everybody")


def add_waivers(order: Order) -> None:
    (order.data / "waivers.csv").write_text("code\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("act", "name"),
    [(edit_row, "data/people.csv"), (edit_plan, "data/study.yaml"), (add_waivers, "data/waivers.csv")],
)
def test_data_that_change_during_the_check(
    order: Order, act: Callable[[Order], None], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stages, "checked", act)
    assert f"{name}: it changed while it was being locked" in refusal(lambda: locking.lock(order, ADA))
    assert verified(order) is None and not (order.data / "locks").exists()


def test_data_that_change_while_they_are_copied(order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    real = shutil.copyfile

    def copy(source: Path, target: Path) -> None:
        if "9.9" not in source.read_text():
            source.write_text(source.read_text() + "P9,W0,9.9\n")
        real(source, target)

    monkeypatch.setattr(shutil, "copyfile", copy)
    assert "it changed while it was being locked" in refusal(lambda: locking.lock(order, ADA))
    assert verified(order) is None and not list((order.data / "locks").rglob("*.csv"))
