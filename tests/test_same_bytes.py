"""Same data, same bytes: final papers, whatever the folder, time zone, locale, user, umask, processors or hash seed."""

from __future__ import annotations

import getpass
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from report.modes import FORMATS
from tests.conftest import ROOT, copy_study, trialpress

OUTPUTS = {f"build/manuscript-final.{kind}" for kind in FORMATS}
OF_THE_MACHINE = "build/environment.json"  # the one file that tells of machine and hour
Limit = Callable[[], None] | None
ELSEWHERE = [
    {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "1"},
    {"TZ": "America/St_Johns", "LC_ALL": "tr_TR.UTF-8", "LANG": "de_DE.UTF-8", "PYTHONHASHSEED": "2", "COLUMNS": "40",
     "OPENBLAS_NUM_THREADS": "1", "HOME": "/nonexistent", "USER": "somebody", "LOGNAME": "somebody"},
]  # fmt: skip


def on_one_processor() -> None:
    if hasattr(os, "sched_setaffinity"):  # Linux
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def as_somebody_else() -> list[str]:
    """Return what makes a command another user's, where the system has it and allows it; nothing elsewhere."""
    asked = ["unshare", "--user", "--map-user=1234", "--map-group=1234"]
    try:
        done = subprocess.run([*asked, "id", "-u"], capture_output=True, text=True, timeout=30, check=False)
    except OSError:
        return []
    return asked if done.stdout.strip() == "1234" else []


def built(study: Path, env: dict[str, str], umask: int, before: list[str], limit: Limit = None) -> dict[str, bytes]:
    """Build a locked study under an environment and return all that was built."""
    subprocess.run(
        [*before, sys.executable, "-m", "report", "report", "--engine", "embedded"], cwd=study, check=True,
        capture_output=True, timeout=120, umask=umask, env={**os.environ, "PYTHONPATH": str(ROOT), **env}, preexec_fn=limit,
    )  # fmt: skip
    files = [path for path in sorted((study / "build").rglob("*")) if path.is_file() and path.name != ".held"]
    return {str(path.relative_to(study)): path.read_bytes() for path in files}


@pytest.fixture(scope="module", params=["jia", "indomethacin"])
def twice(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, bytes]]:
    """What is built of one hard lock in two places, by two users where the tests may become another."""
    first = tmp_path_factory.mktemp("seeded-folder-name")
    copy_study(request.param, first)
    signed = ["--by=Ada Byron", "--role=data manager", "--reason=database closed", "--type=hard"]
    done = trialpress("lock", *signed, study=first)
    assert done.returncode == 0, done.stderr
    second = tmp_path_factory.mktemp("another folder, é") / "b"
    shutil.copytree(first, second)
    shutil.rmtree(second / "build")
    here, there = ELSEWHERE
    return [built(first, here, 0o022, []), built(second, there, 0o077, as_somebody_else(), on_one_processor)]


def test_same_bytes(twice: list[dict[str, bytes]]) -> None:
    one, other = twice
    assert OUTPUTS.issubset(one) and set(one) == set(other)
    assert [file for file in one if one[file] != other.get(file)] == [OF_THE_MACHINE]


def test_nothing_of_the_machine_is_in_the_outputs(twice: list[dict[str, bytes]]) -> None:
    marks = [b"seeded-folder-name", str(ROOT).encode(), getpass.getuser().encode() + b"@"]
    for file, content in twice[0].items():
        assert not [mark for mark in marks if mark in content], file
