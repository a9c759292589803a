"""Both studies, built once for all tests that read the finished files."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

from report.publish.blocks import Document
from report.publish.extract import read

# the same examples in every run, and no deadline: a first example may wait for a library to be imported
settings.register_profile("fixed", derandomize=True, deadline=None)
settings.load_profile("fixed")

ROOT = Path(__file__).parent.parent
STUDIES = {"jia": ROOT, "indomethacin": ROOT / "examples" / "indomethacin"}


def copy_study(name: str, folder: Path) -> Path:
    """Copy a study's data and templates, and nothing that was built, to an empty folder."""
    for part in ("data", "templates"):
        shutil.copytree(STUDIES[name] / part, folder / part)
    return folder


def trialpress(*arguments: str, study: Path, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command as an author does, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "report", *arguments, "--study", str(study)],
        capture_output=True, text=True, timeout=120, check=False, env={**os.environ, "PYTHONPATH": str(ROOT), **(env or {})},
    )  # fmt: skip


@dataclass(frozen=True)
class Built:
    """A built study: its folder and its three files as read back."""

    folder: Path
    html: Document
    pdf: Document
    docx: Document

    @property
    def all(self) -> dict[str, Document]:
        return {"html": self.html, "pdf": self.pdf, "docx": self.docx}


def build(folder: Path, engine: str = "embedded") -> Built:
    """Build a study and read its files back; the build must succeed."""
    done = trialpress("report", "--engine", engine, study=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return Built(folder, *(read(folder / "build" / f"manuscript-draft.{kind}") for kind in ("html", "pdf", "docx")))


@pytest.fixture(scope="session")
def jia(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build(copy_study("jia", tmp_path_factory.mktemp("jia")))


@pytest.fixture(scope="session")
def indomethacin(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build(copy_study("indomethacin", tmp_path_factory.mktemp("indomethacin")))
