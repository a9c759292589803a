"""Whatever somebody does to a locked study by hand is found, and its place is named; what is no tampering is not."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from report import locking, status
from report.errors import LockError
from report.lock import kept, ledger, readiness, software
from report.lock import record as locks
from report.lock.entries import Entry
from report.lock.record import Signature
from report.stages import Order
from report.study import file as study_file
from tests.invented import single
from tests.lock.locked import ADA, LATER, study_in

REPORTED = "id,arm,value,source\nscreened,,9,log\nasked,,8,log\n"
WAIVERS = "code,record\na,P1\nb,P2\n"
FILES = ("people.csv", "scores.csv", "reported.csv", "waivers.csv")


@pytest.fixture
def locked(tmp_path: Path) -> Order:
    """A study under its second lock, with the paper of each lock kept."""
    order = study_in(tmp_path / "study", single(reported="reported.csv"), reported=REPORTED, waivers=WAIVERS)
    for kind in ("soft", "hard"):
        locking.lock(order, ADA, kind)
        keep_paper(order)
        if kind == "soft":
            locking.unlock(order, ADA)
    return order


def keep_paper(order: Order) -> None:
    paper = order.folder / "paper.html"
    paper.write_text("a paper", encoding="utf-8")
    held = ledger.in_force(order)
    assert held is not None
    kept.keep_edition(order, held, {"manuscript.html": paper, "study.yaml": order.folder / "data" / "study.yaml"})
    paper.unlink()


def found(order: Order) -> str:
    """Return all that is said of a study: by a build, by a look at what locks have left, and by the status."""
    study = study_file.read(order.folder)
    told: list[str] = []
    for look in (lambda: ledger.verify(order, study), lambda: _lines(order)):
        try:
            said = look()
        except LockError as fault:
            told += fault.lines()
        else:
            told += said if isinstance(said, list) else []
    return "\n".join(told)


def _lines(order: Order) -> list[str]:
    return [line for finding in ledger.audit(order) for line in finding.lines()]


def byte(path: Path) -> None:
    content = bytearray(path.read_bytes())
    at = len(content) // 2
    content[at] = content[at] ^ 1 or 33
    path.write_bytes(content)


def removed(path: Path) -> None:
    path.unlink()


def renamed(path: Path) -> None:
    path.rename(path.with_name("old_" + path.name))


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-2])


def reordered(path: Path) -> None:
    first, *lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    assert len(set(lines)) > 1
    path.write_text(first + "".join(reversed(lines)), encoding="utf-8")


def swapped_columns(path: Path) -> None:
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([row[1], row[0], *row[2:]] for row in rows)
    path.write_text(text.getvalue(), encoding="utf-8")


def one_more_line(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"x\n")


TABLE_KINDS = (byte, removed, renamed, cut_off, reordered, swapped_columns, one_more_line)
FILE_KINDS = (byte, removed, renamed, cut_off, one_more_line)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("act", TABLE_KINDS)
def test_a_locked_file(locked: Order, act: Callable[[Path], None], name: str) -> None:
    act(locked.data / name)
    assert f"data/{name}: " in found(locked)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("act", TABLE_KINDS)
@pytest.mark.parametrize("which", [0, 1], ids=["the old lock", "the lock in force"])
def test_a_copy(locked: Order, act: Callable[[Path], None], name: str, which: int) -> None:
    lock = ledger.history(locked)[which]
    act(locks.copies(locked, lock) / name)
    assert found(locked).startswith(f"data/locks/private/{lock.id}/data/{name}: ")


@pytest.mark.parametrize("name", ["lock.json", "manifest.sha256", "results.json"])
@pytest.mark.parametrize("act", FILE_KINDS)
@pytest.mark.parametrize("which", [0, 1], ids=["the old lock", "the lock in force"])
def test_what_everybody_may_know_of_a_lock(locked: Order, act: Callable[[Path], None], name: str, which: int) -> None:
    lock = ledger.history(locked)[which]
    act(locks.public(locked, lock) / name)
    assert found(locked).startswith(f"data/locks/{lock.id}/{name}: ")


@pytest.mark.parametrize("name", ["manuscript.html", "study.yaml"])
@pytest.mark.parametrize("act", FILE_KINDS)
def test_a_paper_that_was_kept(locked: Order, act: Callable[[Path], None], name: str) -> None:
    lock = ledger.history(locked)[0]
    act(locks.private(locked, lock) / "edition" / name)
    assert found(locked).startswith(f"data/locks/private/{lock.id}/edition/{name}: ")


@pytest.mark.parametrize("act", FILE_KINDS)
def test_the_lock_in_force(locked: Order, act: Callable[[Path], None]) -> None:
    act(locked.folder / locks.LOCK)
    if act in (removed, renamed):  # then the data are live, and the ledger shows that nobody signed an unlock
        assert "stands in the ledger, and its data/lock.json is not there" in "\n".join(status.status(locked))
    else:
        assert "data/lock.json" in found(locked)


@pytest.mark.parametrize("act", [*FILE_KINDS, reordered])
def test_the_ledger(locked: Order, act: Callable[[Path], None]) -> None:
    act(locked.folder / ledger.LEDGER)
    assert "ledger" in found(locked)


def test_the_ledgers_end_cut_off_with_the_lock_taken_away(locked: Order) -> None:
    path, lock = locked.folder / ledger.LEDGER, ledger.history(locked)[1]
    path.write_text("".join(path.read_text(encoding="utf-8").splitlines(keepends=True)[:2]), encoding="utf-8")
    (locked.folder / locks.LOCK).unlink()
    assert f"data/locks/{lock.id}: the ledger does not know this lock: lines were cut off its end" in found(locked)
    with pytest.raises(LockError, match="nothing was locked"):
        locking.lock(locked, ADA)


def test_the_whole_ledger_and_the_lock_taken_away(locked: Order) -> None:
    (locked.folder / ledger.LEDGER).unlink()
    (locked.folder / locks.LOCK).unlink()
    for lock in found(locked).splitlines()[::2]:
        assert "the ledger does not know this lock" in lock
    assert found(locked).count("lock-unknown") == 2


def test_back_dated_and_sealed_anew(locked: Order) -> None:
    """Somebody who knows the format writes an earlier day into the last line, its seal, and both lock files."""
    path = locked.folder / ledger.LEDGER
    *before, last = path.read_text(encoding="utf-8").splitlines()
    content = json.loads(last)
    content["lock"]["at"] = "2029-01-02T03:04:05Z"
    made = Entry.model_validate({**content, "seal": ""}).sealed()
    assert made.lock is not None
    path.write_text("\n".join([*before, made.line()]) + "\n", encoding="utf-8")
    for home in (locked.folder / "data", locks.public(locked, made.lock)):
        (home / "lock.json").write_text(made.lock.text(), encoding="utf-8")
    assert "line 3 is dated before the line before: it was back-dated" in found(locked)


def test_a_clock_that_goes_backwards_is_refused(locked: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locking, "_now", lambda: "2029-12-31T23:59:59Z")
    with pytest.raises(LockError, match="the ledger's last line is of 2030-01-02"):
        locking.unlock(locked, ADA)
    assert ledger.in_force(locked) is not None


def test_a_package_of_another_version(locked: Order, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held, study = ledger.in_force(locked), study_file.read(locked.folder)
    assert held is not None and readiness.lacking(locked, study, held) == []
    pins = tmp_path / "requirements.lock"
    pins.write_text(software.PINS.read_text(encoding="utf-8").replace("numpy==", "numpy==0."), encoding="utf-8")
    told = software.not_pinned(pins)
    assert len(told) == 1 and told[0].startswith("numpy ") and "is pinned" in told[0]
    assert software.not_pinned(tmp_path / "none") == ["there is no requirements.lock: the packages are not pinned"]
    pins.write_text("no-such-package==1.0 \\\n    --hash=sha256:0\n", encoding="utf-8")
    assert software.not_pinned(pins) == ["no-such-package 1.0 is pinned and not installed"]


# What is no tampering -------------------------------------------------------------------------------------------------


def untouched(order: Order) -> Order:
    return order


def moved_elsewhere(order: Order) -> Order:
    return Order(Path(shutil.move(order.folder, order.folder.with_name("an other place"))))


def of_another_day(order: Order) -> Order:
    for path in order.folder.rglob("*"):
        os.utime(path, (0, 0))
    return order


def without_private_copies(order: Order) -> Order:
    """As a fresh clone of the project has it."""
    shutil.rmtree(order.data / "locks" / "private")
    return order


def read_only(order: Order) -> Order:
    for path in order.folder.rglob("*.csv"):
        path.chmod(0o400)
    return order


def unlocked(order: Order) -> Order:
    locking.unlock(order, ADA)
    return order


def with_files_of_an_editor(order: Order) -> Order:
    (order.data / "people.csv~").write_text("x", encoding="utf-8")
    (order.data / "locks" / ".DS_Store").write_text("x", encoding="utf-8")
    return order


@pytest.mark.parametrize(
    "act",
    [untouched, moved_elsewhere, of_another_day, without_private_copies, read_only, unlocked, with_files_of_an_editor],
)
def test_nothing_is_falsely_reported(locked: Order, act: Callable[[Order], Order]) -> None:
    assert found(act(locked)) == ""


# Signatures made with a key -------------------------------------------------------------------------------------------

NEEDS_SSH = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="needs ssh-keygen (OpenSSH)")


def key(folder: Path, name: str) -> Path:
    path = folder / name
    asked = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(path)]
    subprocess.run(asked, check=True, timeout=60, capture_output=True, stdin=subprocess.DEVNULL)
    return path


def allow(order: Order, name: str, path: Path) -> None:
    public = path.with_suffix(".pub").read_text(encoding="utf-8")
    signers = order.folder / "data" / "locks" / "allowed_signers"
    signers.parent.mkdir(exist_ok=True)
    signers.write_text(f'{name} namespaces="trialpress" {public}', encoding="utf-8")


@NEEDS_SSH
def test_a_line_signed_with_a_key(order: Order, tmp_path: Path) -> None:
    hers = key(tmp_path, "hers")
    locking.lock(order, replace(ADA, key=hers), "hard")
    assert "there is no data/locks/allowed_signers to say whose key that is" in found(order)
    allow(order, "Ada.Byron", hers)
    assert found(order) == ""
    allow(order, "Eva.Byron", hers)
    assert "line 1: its signature is not that of Ada.Byron" in found(order)
    allow(order, "Ada.Byron", key(tmp_path, "anothers"))
    assert "line 1: its signature is not that of Ada.Byron" in found(order)


@NEEDS_SSH
def test_a_line_signed_with_the_key_of_another(order: Order, tmp_path: Path) -> None:
    hers = key(tmp_path, "hers")
    allow(order, "Ada.Byron", hers)
    locking.lock(order, Signature("Bo Else", "statistician", "in her place", hers))
    assert "line 1: its signature is not that of Bo.Else" in found(order)


@NEEDS_SSH
def test_a_signed_line_cannot_be_written_anew(order: Order, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With new seals and ties a whole ledger can be forged; without the key its signatures cannot."""
    hers = key(tmp_path, "hers")
    allow(order, "Ada.Byron", hers)
    monkeypatch.setattr(locking, "_now", lambda: LATER)
    locking.lock(order, replace(ADA, key=hers), "hard")
    path = order.folder / ledger.LEDGER
    content = json.loads(path.read_text(encoding="utf-8"))
    content["lock"]["at"] = "2030-06-01T00:00:00Z"
    forged = Entry.model_validate({**content, "seal": ""}).sealed()
    assert forged.lock is not None
    path.write_text(forged.line() + "\n", encoding="utf-8")
    for home in (order.folder / "data", locks.public(order, forged.lock)):
        (home / "lock.json").write_text(forged.lock.text(), encoding="utf-8")
    assert found(order).startswith("data/locks/ledger.jsonl, line 1: its signature is not that of Ada.Byron")


@NEEDS_SSH
def test_a_key_that_is_none(order: Order, tmp_path: Path) -> None:
    (tmp_path / "none").write_text("no key", encoding="utf-8")
    with pytest.raises(LockError, match="none did not sign"):
        locking.lock(order, replace(ADA, key=tmp_path / "none"), "hard")
    assert ledger.read(order) == () and not (order.folder / locks.LOCK).exists()
