"""The commands lock, unlock and status, by name and by make."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from report import __main__ as command
from report import locking, modes, stages, status
from report.errors import TrialpressError
from report.lock import ledger, software
from report.lock import record as locks
from report.lock.fingerprints import sha256_of
from report.stages import Order
from report.study import file as study_file
from tests.conftest import ROOT, copy_study, trialpress
from tests.lock.locked import ADA, change, lock_file, verified


@pytest.mark.parametrize("name", ["lock", "unlock"])
def test_all_that_is_missing_is_named(name: str, order: Order, capsys: pytest.CaptureFixture[str]) -> None:
    for given, lacking in ([], ["--by", "--role", "--reason"]), (["--by=A", "--role= \t"], ["--role", "--reason"]):
        with pytest.raises(SystemExit) as ended:
            command.main([name, "--study", str(order.folder), *given])
        said = capsys.readouterr().err.splitlines()[-1]
        assert ended.value.code == 2 and all(each in said for each in lacking) and ("--by" in said) == (not given)
    assert "make ROLE=" in said


def test_a_type_that_there_is_not(order: Order) -> None:
    with pytest.raises(SystemExit) as ended:
        command.main(["lock", "--study", str(order.folder), "--by=A", "--role=B", "--reason=C", "--type=final"])
    assert ended.value.code == 2


@pytest.mark.parametrize("text", ["a\nb", "a\x00b", "a\x1b[2J", "a\u202eb", "a\tb", "\udc80", "a\u2028b"])
def test_characters_that_cannot_stand_are_refused(order: Order, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["lock", "--study", str(order.folder), f"--by={text}", "--role=B", f"--reason={text}"]
    assert command.main(arguments) == 1
    said = capsys.readouterr().err
    assert "by: " in said and "reason: " in said and text not in said and not lock_file(order).exists()


def test_lock_status_unlock_by_command(order: Order, capsys: pytest.CaptureFixture[str]) -> None:
    where = ["--study", str(order.folder)]
    signed = ["--by=Zoë O'Hara", "--role=statistician", "--reason=--help"]
    assert command.main(["status", *where]) == 0
    assert "live draft" in capsys.readouterr().out
    assert command.main(["lock", *where, *signed, "--type=hard"]) == 0
    assert capsys.readouterr().out.startswith("lock        hard lock L1-")
    assert command.main(["lock", *where, *signed]) == 1
    assert command.main(["status", *where]) == 0
    assert "by Zoë O'Hara (statistician): --help" in capsys.readouterr().out
    assert command.main(["unlock", *where, *signed]) == 0
    assert command.main(["unlock", *where, *signed]) == 1


def test_status_tells_changed_data_and_exits_well(locked: Order, capsys: pytest.CaptureFixture[str]) -> None:
    change(locked.data / "people.csv", "P2,y,20", "P2,y,21")
    assert command.main(["status", "--study", str(locked.folder)]) == 0
    assert "P2: changed in column age" in capsys.readouterr().out
    change(locked.folder / ledger.LEDGER, "Ada", "Eva")
    assert command.main(["status", "--study", str(locked.folder)]) == 1


def built(order: Order) -> None:
    """Stand in for a build: results and outputs with the fingerprints of what they were made from."""
    found = verified(order)
    inputs = {name: sha256_of(path) for name, path in locks.files(order, study_file.read(order.folder)).items()}
    inputs["data/study.yaml"] = sha256_of(order.folder / "data" / "study.yaml")
    order.build.mkdir(exist_ok=True)
    (order.folder / "templates").mkdir(exist_ok=True)
    for name in ("templates/00-a.qmd.j2", "build/manuscript-draft.html"):
        (order.folder / name).write_text(name)
    template, paper = "templates/00-a.qmd.j2", "manuscript-draft.html"
    record = {
        "lock": {"id": found.id} if found else {"state": "live"},
        "manifest": {"files": inputs},
        "templates": {"files": {template: sha256_of(order.folder / template)}},
        "software": software.software(),
    }
    (order.build / "record.json").write_text(json.dumps(record))
    (order.build / "environment.json").write_text(json.dumps({"outputs": {paper: sha256_of(order.build / paper)}}))


def outputs_line(order: Order) -> str:
    return next(line for line in status.status(order) if line.startswith("outputs"))


def test_status_says_whether_the_outputs_are_current(order: Order) -> None:
    assert outputs_line(order) == "outputs    not built yet"
    built(order)
    assert outputs_line(order) == "outputs    current"
    change(order.data / "people.csv", "P2,y,20", "P2,y,21")
    (order.folder / "templates" / "10-b.qmd.j2").write_text("new")
    (order.build / "manuscript-draft.html").unlink()
    (order.data / "waivers.csv").write_text("code\n")
    told = outputs_line(order)
    for each in (
        "data/people.csv has changed", "templates/10-b.qmd.j2 is new", "build/manuscript-draft.html is gone", "data/waivers.csv is new",
    ):  # fmt: skip
        assert each in told
    built(order)
    locking.lock(order, ADA)
    assert "they were made from live data" in outputs_line(order)
    (order.folder / "templates" / "10-b.qmd.j2").unlink()
    built(order)
    assert outputs_line(order) == "outputs    current"


def test_another_build_is_waited_for(order: Order) -> None:
    with stages.alone(order), pytest.raises(TrialpressError, match="another build"):
        locking.lock(order, ADA)


NEEDS = pytest.mark.skipif(
    not (ROOT / ".venv" / "installed").exists() or shutil.which("make") is None,
    reason="needs make and the environment that `make setup` builds",
)
HOSTILE = [
    'O\'Brien said "go" $(shell touch pwned) $HOME $$ `touch pwned`',
    "$(error stop) #comment \\ %s * ; touch pwned & | > pwned",
    "--help",
    "Zoë 東京, (a) {b} ~ !x",
    "a\ttab",
]


def make(folder: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    own = {key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(
        ["make", "--no-print-directory", *arguments], cwd=folder, env={**own, **env}, capture_output=True, text=True,
        timeout=300, check=False,
    )  # fmt: skip


@pytest.fixture
def recorder(tmp_path: Path) -> Path:
    """A study whose program writes down how it is called, a line an argument, each as JSON."""
    (tmp_path / "data").mkdir()
    (tmp_path / "Makefile").write_text(f"include {ROOT}/Makefile\n", encoding="utf-8")
    program = "import json, sys\nopen('called', 'a').write(json.dumps(sys.argv[1:]) + '\\n')\n"
    (tmp_path / "program.py").write_text(program, encoding="utf-8")
    return tmp_path


def called(folder: Path) -> list[list[str]]:
    return [json.loads(line) for line in (folder / "called").read_text(encoding="utf-8").splitlines()]


@NEEDS
@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("name", ["lock", "unlock"])
def test_what_an_author_types_reaches_the_program_as_it_stands(recorder: Path, name: str, text: str) -> None:
    run = f"RUN={sys.executable} program.py"
    done = make(recorder, name, run, f"BY={text}", f"ROLE={text}", f"WHY={text}", f"KEY={text}")
    assert done.returncode == 0, done.stderr
    first, *rest = called(recorder)
    kind = ["--type=soft"] if name == "lock" else []
    assert first == [name, f"--by={text}", f"--role={text}", f"--reason={text}", f"--key={text}", *kind]
    after = ["diff"] if name == "lock" else []
    assert [each[0] for each in rest] == [*stages.STAGES, *after]  # then the paper is built
    assert not (recorder / "pwned").exists()


@NEEDS
def test_only_what_is_typed_after_make_is_a_signature(recorder: Path) -> None:
    make(recorder, "lock", f"RUN={sys.executable} program.py", BY="A", ROLE="B", WHY="C", TYPE="hard", KEY="D")
    assert called(recorder)[0] == ["lock", "--by=", "--role=", "--reason=", "--key=", "--type=soft"]


@NEEDS
def test_asking_what_make_would_do_locks_nothing(recorder: Path) -> None:
    make(recorder, "-n", "lock", f"RUN={sys.executable} program.py", "BY=A", "ROLE=B", "WHY=C")
    assert not (recorder / "called").exists()


@NEEDS
@pytest.mark.parametrize("by_environment", [True, False])
def test_the_folder_of_the_data_reaches_every_stage_and_is_signed(recorder: Path, by_environment: bool) -> None:
    rows = recorder / "rows of O'Brien"
    rows.mkdir()
    (recorder / "link").symlink_to(rows)
    for folder in (rows, recorder / "link"):
        (rows / "people.csv").write_text("1")
        given = {"DATA": str(folder)}
        typed = [] if by_environment else [f"DATA={folder}"]
        run = f"RUN={sys.executable} program.py"
        ask = lambda *goals: make(recorder, *goals, run, *typed, **(given if by_environment else {}))  # noqa: E731, B023
        ask("lock", "BY=A", "ROLE=B", "WHY=C")
        ask("status")
        assert all(f"--data={folder}" in each for each in called(recorder))
        assert "results" not in asked(recorder, ask("report"))  # it has run, after the lock
        (rows / "locks").mkdir(exist_ok=True)
        (rows / "locks" / "x.csv").write_text(str(folder))
        assert "results" not in asked(recorder, ask("report"))  # copies of locks are not read
        (rows / "people.csv").write_text("2")
        assert "results" in asked(recorder, ask("report"))


def asked(folder: Path, done: subprocess.CompletedProcess[str]) -> list[str]:
    """Return the stages that make has run since it was asked for the last time."""
    assert done.returncode == 0, done.stderr
    names = [each[0] for each in called(folder)]
    (folder / "called").unlink()
    return names[len(names) - names[::-1].index("status") :] if "status" in names else names


@NEEDS
def test_an_author_locks_by_make(tmp_path: Path) -> None:
    """The whole way, with the real check: lock, build, status, change, unlock."""
    folder = copy_study("jia", tmp_path)
    (folder / "Makefile").write_text(f"include {ROOT}/Makefile\n", encoding="utf-8")
    signed = ["BY=Ada", "ROLE=data manager", "WHY=it's final", "ENGINE=embedded"]
    done = make(folder, "lock", *signed, "TYPE=hard")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "hard lock L1-" in done.stdout and (folder / "build" / "manuscript-final.pdf").exists()
    assert make(folder, "report", "ENGINE=embedded").stdout.count("\n") == len(modes.FORMATS)  # nothing to do
    told = make(folder, "status").stdout
    assert "hard lock L1-" in told and "by Ada (data manager): it's final" in told and "0 open, 0 waived" in told
    change(folder / "data" / "assessments.csv", "J05,W8,2014-11-05,7.0", "J05,W8,2014-11-05,6.0")
    assert trialpress("status", study=folder).returncode == 0
    assert make(folder, "unlock", *signed).returncode == 0
    assert "live draft" in make(folder, "status").stdout
