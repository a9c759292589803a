"""Same data, same bytes: whatever the folder, time zone, locale, umask or hash seed."""

from __future__ import annotations

import getpass
import os
import subprocess
import sys
from pathlib import Path

import pytest

from report.stages import FORMATS

OUTPUTS = tuple(f"manuscript-draft.{kind}" for kind in FORMATS)
from tests.conftest import ROOT, copy_study

ELSEWHERE = [
    {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "1"},
    {"TZ": "America/St_Johns", "LC_ALL": "tr_TR.UTF-8", "LANG": "de_DE.UTF-8", "PYTHONHASHSEED": "2", "COLUMNS": "40"},
]


def built(name: str, folder: Path, env: dict[str, str], umask: int) -> dict[str, bytes]:
    """Build in a folder under an environment and return all that was built but the signatures of make."""
    study = copy_study(name, folder)
    subprocess.run(
        [sys.executable, "-m", "report", "report", "--engine", "embedded"], cwd=study, check=True, capture_output=True,
        timeout=120, umask=umask, env={**os.environ, "PYTHONPATH": str(ROOT), **env},
    )  # fmt: skip
    files = [path for path in sorted((study / "build").rglob("*")) if path.is_file() and path.name != ".held"]
    return {str(path.relative_to(study)): path.read_bytes() for path in files}


@pytest.fixture(scope="module", params=["jia", "indomethacin"])
def twice(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, bytes]]:
    """What is built in two places under two environments."""
    folders = (tmp_path_factory.mktemp("seeded-folder-name"), tmp_path_factory.mktemp("another folder, é") / "b")
    umasks = (0o022, 0o077)
    return [built(request.param, *where) for where in zip(folders, ELSEWHERE, umasks, strict=True)]


def test_same_bytes(twice: list[dict[str, bytes]]) -> None:
    one, other = twice
    assert {f"build/{output}" for output in OUTPUTS} <= set(one)
    assert [file for file in one if one[file] != other.get(file)] == [] and set(one) == set(other)


def test_nothing_of_the_machine_is_in_the_outputs(twice: list[dict[str, bytes]]) -> None:
    marks = [b"seeded-folder-name", str(ROOT).encode(), getpass.getuser().encode() + b"@"]
    for file, content in twice[0].items():
        assert not [mark for mark in marks if mark in content], file
