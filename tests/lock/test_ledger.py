"""Altered locks and ledgers are found, and what is cut short leaves a whole lock or none."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from report import locking, privacy, status
from report.lock import ledger
from report.stages import Order
from tests.conftest import ROOT
from tests.lock.locked import ADA, held, ledger_lines, lock_file, refusal, study_in, verified


def edit_reason(content: dict[str, Any]) -> None:
    content["reason"] = "another"


def edit_sha(content: dict[str, Any]) -> None:
    content["files"][0]["sha256"] = "0" * 64


def without_type(content: dict[str, Any]) -> None:
    del content["type"]


def with_a_key(content: dict[str, Any]) -> None:
    content["approved"] = True


def of_format_1(content: dict[str, Any]) -> None:
    content["format"] = 1


def of_no_format(content: dict[str, Any]) -> None:
    del content["format"]


@pytest.mark.parametrize(
    ("act", "told"),
    [
        (edit_reason, "data/lock.json has been edited: reason differs from the ledger"),
        (edit_sha, "id and fingerprint are not those of the files"),
        (without_type, "data/lock.json: type"),
        (with_a_key, "data/lock.json: approved"),
        (of_format_1, "has format 1, and this version reads 2"),
        (of_no_format, "has format None, and this version reads 2"),
    ],
)
def test_an_edited_lock(locked: Order, act: Callable[[dict[str, Any]], None], told: str) -> None:
    content = json.loads(lock_file(locked).read_text())
    act(content)
    lock_file(locked).write_text(json.dumps(content))
    said = refusal(lambda: verified(locked))
    assert told in said and "put data/lock.json back" in said
    refusal(lambda: locking.lock(locked, ADA))
    refusal(lambda: status.status(locked))


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[]", b"null"])
def test_what_is_no_lock(locked: Order, content: bytes) -> None:
    lock_file(locked).write_bytes(content)
    assert "data/lock.json" in refusal(lambda: verified(locked))
    locking.unlock(locked, ADA)  # the ledger knows what is in force
    assert verified(locked) is None


def test_a_lock_laid_out_anew_is_the_same_lock(locked: Order) -> None:
    content = json.loads(lock_file(locked).read_text())
    lock_file(locked).write_bytes(json.dumps(content).replace(", ", ",\r\n").encode())
    held(locked)


def test_a_lock_that_the_ledger_does_not_know(locked: Order) -> None:
    (locked.folder / ledger.LEDGER).unlink()
    assert "which the ledger does not know" in refusal(lambda: verified(locked))
    assert "the ledger knows of no lock" in refusal(lambda: locking.unlock(locked, ADA))


def test_an_old_lock_put_back_is_not_in_force(locked: Order) -> None:
    old = lock_file(locked).read_text()
    locking.unlock(locked, ADA)
    lock_file(locked).write_text(old)
    assert "no longer in force: the ledger ends with the unlock of L1-" in refusal(lambda: verified(locked))
    before = ledger_lines(locked)
    locking.unlock(locked, ADA)  # as after an unlock that was cut short: nothing is entered twice
    assert ledger_lines(locked) == before and verified(locked) is None


def swapped(lines: list[str]) -> list[str]:
    return [lines[0], lines[2], lines[1], *lines[3:]]


@pytest.mark.parametrize(
    ("act", "line"),
    [
        (lambda lines: [lines[0].replace("Ada", "Eva"), *lines[1:]], 1),
        (lambda lines: [*lines[:-1], lines[-1].replace("Ada", "Eva")], 3),
        (lambda lines: [*lines[:-1], lines[-1].replace('"lock":', '"lock" :')], 3),
        (lambda lines: lines[1:], 1),
        (lambda lines: [lines[0], *lines[2:]], 2),
        (lambda lines: [lines[0], *lines], 2),
        (swapped, 2),
        (lambda lines: [*lines, ""], 4),
        (lambda lines: [*lines[:-1], lines[-1][:-20]], 3),
        (lambda lines: [*lines, '{"unlock": {}}'], 4),
    ],
)
def test_a_ledger_that_was_altered(locked: Order, act: Callable[[list[str]], list[str]], line: int) -> None:
    locking.unlock(locked, ADA)
    locking.lock(locked, ADA)
    before = ledger_lines(locked)
    (locked.folder / ledger.LEDGER).write_text("\n".join(act(before)) + "\n")
    for refused in (
        lambda: verified(locked),
        lambda: locking.lock(locked, ADA),
        lambda: locking.unlock(locked, ADA),
        lambda: status.status(locked),
    ):
        assert f"data/locks/ledger.jsonl, line {line} " in refusal(refused)
    assert lock_file(locked).exists()


def test_the_last_line_taken_away_is_found_by_the_lock(locked: Order) -> None:
    (locked.folder / ledger.LEDGER).write_text("")
    refusal(lambda: verified(locked))


def test_a_lock_taken_away_by_hand_is_a_draft_and_said(locked: Order) -> None:
    lock_file(locked).unlink()
    assert verified(locked) is None
    said = "\n".join(status.status(locked))
    assert "live draft" in said and "stands in the ledger, and its data/lock.json is not there" in said
    assert "stands in the ledger" in refusal(lambda: locking.unlock(locked, ADA))
    locking.lock(locked, ADA)
    assert held(locked).id.startswith("L2-")


class Crash(BaseException):
    """The machine stops."""


@pytest.mark.parametrize("step", range(1, 10))
def test_a_lock_cut_short_is_no_lock_or_a_whole_one(order: Order, step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop at each copy, each flush and each change of places; a lock cut short can be made again."""
    left = [step]

    def count(real: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any, **named: Any) -> Any:
            left[0] -= 1
            if left[0] == 0:
                raise Crash
            return real(*arguments, **named)

        return counted

    with monkeypatch.context() as patched:
        for name in ("protect", "pin_line_ends"):
            patched.setattr(privacy, name, lambda order, study: None)
        patched.setattr(shutil, "copyfile", count(shutil.copyfile))
        patched.setattr(os, "fsync", count(os.fsync))
        patched.setattr(Path, "replace", count(Path.replace))
        patched.setattr(Path, "rename", count(Path.rename))
        patched.setattr(shutil, "rmtree", lambda *_, **__: None)  # nothing is tidied up
        with pytest.raises(Crash):
            locking.lock(order, ADA)
    assert verified(order) is None
    status.status(order)
    locking.lock(order, ADA)
    held(order)
    assert not list(order.folder.rglob("*.new"))


def test_signals_wait_until_the_files_have_changed_places(order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also while another thread runs, which would take a signal that this one masks."""
    stop = threading.Event()
    other = threading.Thread(target=stop.wait, daemon=True)
    other.start()
    real = ledger._write

    def interrupted(*arguments: Any) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.05)
        real(*arguments)

    monkeypatch.setattr(ledger, "_write", interrupted)
    try:
        with pytest.raises(KeyboardInterrupt):
            locking.lock(order, ADA)
    finally:
        stop.set()
        other.join()
    held(order)


SLOW = """
import os, sys, time
from report import locking, stages
from report.__main__ import main
from report.analysis.compute import Computed
from report.ard import Results
stages.checked = lambda order: time.sleep(0.1) or Computed(Results({"treatment": "real"}, ()), ())
real = os.fsync
os.fsync = lambda file: (time.sleep(0.06), real(file))
print("ready", flush=True)
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGKILL], ids=["ctrl-c", "kill"])
def test_interrupted_at_many_moments(tmp_path: Path, kind: signal.Signals) -> None:
    ended = set()
    for moment in range(9):
        order = study_in(tmp_path / str(moment))
        process = subprocess.Popen(
            [sys.executable, "-c", SLOW, "lock", "--study", str(order.folder), "--by=A", "--role=r", "--reason=w"],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
        time.sleep(moment * 0.08)
        process.send_signal(kind)
        process.communicate(timeout=60)
        ended.add(verified(order) is None)
        status.status(order)
        if verified(order) is None:
            locking.lock(order, ADA)
            held(order)
    assert True in ended
