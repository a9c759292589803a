"""`make report`: stages start by content, what is interrupted leaves the previous outputs whole, and nothing is lost."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from report.modes import FORMATS
from report.stages import STAGES
from tests.conftest import ROOT, copy_study

OUTPUTS = tuple(f"manuscript-draft.{kind}" for kind in FORMATS)

NEEDS = pytest.mark.skipif(
    not (ROOT / ".venv" / "installed").exists() or shutil.which("make") is None,
    reason="needs make and the environment that `make setup` builds",
)
pytestmark = NEEDS


def study_with_makefile(folder: Path, name: str = "jia") -> Path:
    study = copy_study(name, folder)
    (study / "Makefile").write_text(f"include {ROOT}/Makefile\n", encoding="utf-8")
    return study


def make(study: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    env = {key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(
        ["make", "--no-print-directory", "report", "ENGINE=embedded", *arguments], cwd=study, env=env,
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def ran(done: subprocess.CompletedProcess[str]) -> list[str]:
    """Return the stages that said what they did."""
    assert done.returncode == 0, done.stdout + done.stderr
    return [line.split()[0] for line in done.stdout.splitlines() if line.split()[0] in STAGES]


def contents(study: Path) -> list[bytes]:
    return [(study / "build" / name).read_bytes() for name in OUTPUTS]


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The study as it was built first, which no test changes."""
    folder = study_with_makefile(tmp_path_factory.mktemp("whole"))
    assert ran(make(folder)) == list(STAGES)
    return folder


@pytest.fixture(scope="module")
def study(whole: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The study in which the tests write, one after the other; it begins as it was built."""
    return shutil.copytree(whole, tmp_path_factory.mktemp("made") / "study")


def test_nothing_to_do(study: Path) -> None:
    before = [(study / "build" / name).stat().st_mtime_ns for name in OUTPUTS]
    done = make(study)
    assert ran(done) == []
    assert done.stdout.splitlines() == [str(study / "build" / name) for name in OUTPUTS]
    assert [(study / "build" / name).stat().st_mtime_ns for name in OUTPUTS] == before


def test_a_touched_file_is_no_change(study: Path) -> None:
    os.utime(study / "data" / "assessments.csv")
    assert ran(make(study)) == []


def test_prose_alone_starts_the_manuscript(study: Path) -> None:
    edit(study / "templates" / "50-discussion.qmd.j2", "In this small uncontrolled", "In our small uncontrolled")
    assert ran(make(study)) == ["manuscript", "publish"]


def test_data_start_everything_also_when_the_file_time_is_kept(study: Path) -> None:
    path = study / "data" / "assessments.csv"
    kept = path.stat()
    edit(path, "J05,W8,2014-11-05,7.0", "J05,W8,2014-11-05,6.5")
    os.utime(path, ns=(kept.st_atime_ns, kept.st_mtime_ns))
    assert ran(make(study)) == list(STAGES)


@pytest.mark.parametrize("name", OUTPUTS)
def test_a_lost_or_changed_output_is_made_again(study: Path, name: str) -> None:
    before = contents(study)
    (study / "build" / name).unlink()
    assert ran(make(study)) == ["publish"] and contents(study) == before
    with (study / "build" / name).open("ab") as file:
        file.write(b"changed by hand")
    assert ran(make(study)) == ["publish"] and contents(study) == before


def test_results_changed_by_hand_are_computed_again(study: Path) -> None:
    before = contents(study)
    edit(study / "build" / "results.json", '"stat": 24.5', '"stat": 14.5')
    assert "results" in ran(make(study)) and contents(study) == before


def test_what_is_refused_leaves_the_outputs(whole: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(whole, tmp_path / "study")
    before = contents(folder)
    edit(folder / "data" / "assessments.csv", "participant,visit", "patient,visit")
    done = make(folder)
    assert done.returncode == 2 and "data-missing-key" in done.stderr and contents(folder) == before
    edit(folder / "data" / "assessments.csv", "patient,visit", "participant,visit")
    assert contents(folder) == before and ran(make(folder)) == ["results"]


def test_data_that_change_while_a_stage_runs_start_it_again(whole: Path, tmp_path: Path) -> None:
    """A wrapper changes a cell once, right after the results were computed from the old one."""
    folder = shutil.copytree(whole, tmp_path / "study")
    (folder / "build" / ".signed" / "results").unlink()
    old, new = "J02,W0,2013-06-17,5.0,", "J02,W0,2013-06-17,7.0,"
    wrapper = folder / "wrapper.sh"
    wrapper.write_text(
        f'#!/bin/sh\n{ROOT}/.venv/bin/python -m report "$@" || exit 1\n'
        f'if [ "$1" = results ] && [ ! -e changed ]; then touch changed; sed "s/{old}/{new}/" data/assessments.csv > x; '
        "cat x > data/assessments.csv; fi\n",
        encoding="utf-8",
    )
    wrapper.chmod(0o755)
    assert ran(make(folder, "RUN=./wrapper.sh")) == ["results"]
    assert ran(make(folder)) == list(STAGES)
    assert ">25.5</span>" in (folder / "build" / "manuscript-draft.html").read_text(encoding="utf-8")


def with_other_data(built: Path, folder: Path) -> Path:
    """Return a copy of a built study in which a value of the data has changed since."""
    study = shutil.copytree(built, folder)
    edit(study / "data" / "assessments.csv", "J05,W8,2014-11-05,7.0", "J05,W8,2014-11-05,6.0")
    return study


KINDS = (signal.SIGINT, signal.SIGKILL)


def test_interrupted_at_every_stage(whole: Path, tmp_path: Path) -> None:
    """Stop the whole process group at fourteen moments spread over a build after a change of the data.

    Two builds at once, in two folders: one ends by Ctrl-C, the other by a kill.
    """
    old, unstopped = contents(whole), with_other_data(whole, tmp_path / "unstopped")
    begun = time.monotonic()
    assert ran(make(unstopped)) == list(STAGES)
    length, new = 1.1 * (time.monotonic() - begun), contents(unstopped)
    assert old != new
    folders = [with_other_data(whole, tmp_path / kind.name) for kind in KINDS]
    moments = [stop_after(folders, length * share / 14) for share in range(1, 15)]
    assert moments[0] == [old, old]
    for outputs in itertools.chain.from_iterable(moments):
        assert outputs in (old, new), "the three outputs are neither the old ones nor the new ones"
    for folder in folders:
        ran(make(folder))
        assert contents(folder) == new
        assert not list((folder / "build").glob(".publishing*"))


def stop_after(folders: list[Path], seconds: float) -> list[list[bytes]]:
    """Start a build afresh in each folder, stop them after some time, each in its own way, and return the outputs."""
    processes = [started(folder) for folder in folders]
    time.sleep(seconds)
    for process, kind in zip(processes, KINDS, strict=True):
        if process.poll() is None:
            os.killpg(process.pid, kind)
    for process in processes:
        process.wait(timeout=60)
    return [contents(folder) for folder in folders]


def started(folder: Path) -> subprocess.Popen[bytes]:
    shutil.rmtree(folder / "build" / ".signed", ignore_errors=True)
    env = {key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "MFLAGS"))}
    return subprocess.Popen(
        ["make", "--no-print-directory", "report", "ENGINE=embedded"], cwd=folder, env=env, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
