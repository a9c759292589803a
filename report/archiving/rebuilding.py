"""The paper built again from an archive that was laid out in a folder: three stages, each a process of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from report.archiving.standing import BUILD, RESULTS, hashes
from report.errors import TrialpressError

STAGES = ("displays", "manuscript", "publish")
LIMIT = 300  # seconds a stage


def rebuild(folder: Path, software: Path, mode: str) -> dict[str, str]:
    """Build the paper from results.json, study file and templates, and return the sha256 of what was made, by name.

    ``software`` is the folder that holds the package. TrialpressError with what a stage said where it fails.
    """
    (folder / BUILD).mkdir()
    shutil.copyfile(folder / RESULTS, folder / BUILD / RESULTS)
    for stage in STAGES:
        _run(stage, folder, software)
    return hashes(folder / BUILD, mode)


def _run(stage: str, folder: Path, software: Path) -> None:
    command = [sys.executable, "-m", "report", stage, "--engine", "embedded", "--study", str(folder)]
    own = {**os.environ, "PYTHONPATH": str(software), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            command, cwd=folder, env=own, capture_output=True, encoding="utf-8", errors="replace",
            stdin=subprocess.DEVNULL, timeout=LIMIT, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise TrialpressError(f"the stage {stage} did not end within {LIMIT} seconds") from None
    if done.returncode != 0:
        said = done.stderr.strip().replace(str(folder), "the archive")
        raise TrialpressError(f"the paper cannot be built from the archive; the stage {stage} says:\n{said}")


def differing(wanted: dict[str, str], made: dict[str, str]) -> list[str]:
    """Return the files that are not byte for byte what they should be, or are not there."""
    return [name for name in sorted({*wanted, *made}) if wanted.get(name) != made.get(name)]
