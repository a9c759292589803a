"""A lock in force: every change of the data is found and said, and no cell is shown."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from report import locking, status
from report.lock import differences, ledger
from report.lock import record as locks
from report.stages import Order
from report.study import file as study_file
from tests.invented import PEOPLE, single
from tests.lock.locked import ADA, change, held, refusal, study_in, verified

CHANGES: list[tuple[str, bytes, bytes, list[str]]] = [
    ("line ends", b"\n", b"\r\n", ["only its line ends differ; every cell is the same"]),
    ("a cell", b"P2,y,20", b"P2,y,77", ["1 row changed", "P2: changed in column age"]),
    ("a row more", b"P5,x,20,,\n", b"P5,x,20,,\nP6,x,66,,\n", ["6 rows instead of 5", "1 row added", "P6: added"]),
    ("a row less", b"P4,,,,\n", b"", ["4 rows instead of 5", "1 row removed", "P4: removed"]),
    ("a column less", b",kind,", b",Kind,", ["missing: column kind", "not locked: column Kind"]),
    ("quotes", b"P2,y", b'P2,"y"', ["only the way it is written differs", "every cell is the same"]),
    ("order", b"P4,,,,\nP5,x,20,,\n", b"P5,x,20,,\nP4,,,,\n", ["only the order of its rows differs"]),
    ("encoding", b"P2,y", b"P2,\xff", ["no longer a table of UTF-8 text"]),
]


@pytest.mark.parametrize(("old", "new", "told"), [each[1:] for each in CHANGES], ids=[each[0] for each in CHANGES])
def test_a_changed_file_is_refused_and_the_change_said(locked: Order, old: bytes, new: bytes, told: list[str]) -> None:
    path = locked.data / "people.csv"
    content = path.read_bytes()
    path.write_bytes(content.replace(old, new) if old == b"\n" else content.replace(old, new, 1))
    assert path.read_bytes() != content
    said = refusal(lambda: verified(locked))
    assert "data/people.csv: it has changed since soft lock L1-" in said and "scores" not in said
    for each in told:
        assert each in said
    assert (
        f"its copy is data/locks/private/{ledger.history(locked)[0].id}/data/people.csv" in said
        and "make unlock BY=" in said
    )


@pytest.mark.parametrize("with_copy", [True, False])
def test_line_ends_and_byte_order_mark_are_told_without_the_copy(locked: Order, with_copy: bool) -> None:
    if not with_copy:
        shutil.rmtree(locks.copies(locked, held(locked)))
    path = locked.data / "people.csv"
    content = path.read_bytes()
    said = {}
    for name, new in {
        "mark": differences.BOM + content,
        "ends": content.replace(b"\n", b"\r\n"),
        "both": differences.BOM + content.replace(b"\n", b"\r\n"),
        "old mac": content.replace(b"\n", b"\r"),
    }.items():
        path.write_bytes(new)
        said[name] = refusal(lambda: verified(locked))
    assert "only its byte-order mark differs;" in said["mark"]
    assert "only its line ends and byte-order mark differ;" in said["both"]
    assert all("only its line ends differ;" in said[name] for name in ("ends", "old mac"))


def test_a_file_locked_with_marks_of_windows_and_saved_without(tmp_path: Path) -> None:
    order = study_in(tmp_path, people=differences.BOM + PEOPLE.replace("\n", "\r\n").encode())
    locking.lock(order, ADA)
    (order.data / "people.csv").write_text(PEOPLE, encoding="utf-8", newline="")
    assert "only its line ends and byte-order mark differ;" in refusal(lambda: verified(order))


def test_a_change_beside_other_line_ends_is_a_change(locked: Order) -> None:
    content = (locked.data / "people.csv").read_bytes().replace(b"\n", b"\r\n").replace(b"P2,y,20", b"P2,y,21")
    (locked.data / "people.csv").write_bytes(content)
    assert "P2: changed in column age" in refusal(lambda: verified(locked))


def test_rows_by_participant_and_visit(locked: Order) -> None:
    change(locked.data / "scores.csv", "P1,W8,1.0", "P1,W8,9.5")
    said = refusal(lambda: verified(locked))
    assert "P1, W8: changed in column score" in said and "9.5" not in said and "1.0" not in said


def test_all_files_at_once_and_every_one_named(locked: Order) -> None:
    change(locked.data / "people.csv", "P2,y,20", "P2,y,21")
    (locked.data / "scores.csv").unlink()
    (locked.data / "waivers.csv").write_text("code\n", encoding="utf-8")
    said = refusal(lambda: verified(locked))
    for code in ("lock-changed-file", "lock-missing-file", "lock-extra-file"):
        assert said.count(f"[{code}]") == 1
    assert "data/waivers.csv: it is not among the files" in said and "by DATA" in said


def test_without_the_copy_rows_are_counted_and_not_named(locked: Order) -> None:
    shutil.rmtree(locks.copies(locked, held(locked)))
    change(locked.data / "people.csv", "P4,,,,\n", "")
    said = refusal(lambda: verified(locked))
    assert (
        "4 rows instead of 5" in said and "there is no copy" in said and "P4" not in said and "its copy is" not in said
    )


def test_a_copy_that_was_changed_is_no_copy(locked: Order) -> None:
    change(locks.copies(locked, held(locked)) / "people.csv", "P2", "P8")
    change(locked.data / "people.csv", "P4,,,,\n", "")
    said = refusal(lambda: verified(locked))
    assert "there is no copy" in said and "P8" not in said


def test_at_most_ten_rows(tmp_path: Path) -> None:
    rows = [f"P{n},x,{n},," for n in range(30)]
    order = study_in(tmp_path, people="\n".join(["id,kind,age,weight,entered", *rows]) + "\n")
    locking.lock(order, ADA)
    (order.data / "people.csv").write_text("id,kind,age,weight,entered\n", encoding="utf-8")
    said = refusal(lambda: verified(order))
    assert said.count(": removed") == 10 and "and 20 more" in said


def test_participants_whose_column_names_a_person_by_line(tmp_path: Path) -> None:
    study = single()
    for dataset in study["datasets"].values():
        dataset["columns"]["id"] = {"type": "text", "identifier": True}
    order = study_in(tmp_path, study)
    locking.lock(order, ADA)
    change(order.data / "people.csv", "P2,y,20,2.5,2020-01-02\nP3,", "P3,")
    change(order.data / "people.csv", "P5,x,20,,\n", "P5,x,21,,\nZoe,x,20,,\n")
    said = refusal(lambda: verified(order))
    assert "line 5: changed in column age" in said and "line 6: added" in said
    assert "line 3 of the locked copy: removed" in said
    assert not any(name in said for name in ("P2", "P3", "P5", "Zoe"))


def test_a_lost_header_shows_no_cell(locked: Order) -> None:
    change(locked.data / "people.csv", "id,kind,age,weight,entered\n", "")
    said = refusal(lambda: verified(locked))
    assert "its first row is not the locked header" in said
    assert not any(cell in said for cell in ("P1", "2020-01-01", "1.5"))


def test_a_key_that_writes_to_the_terminal_does_not(locked: Order) -> None:
    change(locked.data / "people.csv", "P4,,,,", "P4\x1b[2J,,,,")
    said = refusal(lambda: verified(locked))
    assert "\x1b" not in said and "P4?[2J: added" in said


def test_waivers_have_no_key_and_are_told_by_line(tmp_path: Path) -> None:
    order = study_in(tmp_path, waivers="code,record\na,P1\nb,P2\n")
    locking.lock(order, ADA)
    change(order.data / "waivers.csv", "b,P2", "c,P3")
    said = refusal(lambda: verified(order))
    assert "line 3: added" in said and "line 3 of the locked copy: removed" in said and "P3" not in said


def test_a_data_set_that_the_plan_adds_is_not_locked(locked: Order) -> None:
    change(locked.data / "study.yaml", "visits:\n- id", "reported: reported.csv\nvisits:\n- id")
    (locked.data / "reported.csv").write_text("id,arm,value,source\n", encoding="utf-8")
    assert "data/reported.csv: it is not among the files of soft lock" in refusal(lambda: verified(locked))


def test_a_changed_plan_is_said_and_not_refused(locked: Order) -> None:
    change(locked.data / "study.yaml", "label: Everyone", "label: Everybody")
    found, study = held(locked), study_file.read(locked.folder)
    assert locks.plan_changes(found, study) == ("populations",)
    assert "plan       changed since the lock: populations" in status.status(locked)
