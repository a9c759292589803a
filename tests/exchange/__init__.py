"""Studies that read in what R's cards or SAS wrote; the files beside this one are those that ``make.R`` had written."""

from __future__ import annotations

import functools
import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml

from report.checking import read_in
from report.lock.fingerprints import sha256_of
from report.study import file as study_file
from report.study.model import Study
from report.study.read_in import ReadIn
from tests.conftest import STUDIES

HERE = Path(__file__).parent
MANIFEST = "elsewhere.manifest.json"
CARDS: dict[str, Any] = {
    "from": "R", "shape": "cards", "manifest": MANIFEST, "analysis": "cards", "population": "randomised",
    "groups": {"rx": "arm"},
}  # fmt: skip
SAS: dict[str, Any] = {
    "file": "sas.csv", "from": "SAS", "shape": "sas", "manifest": MANIFEST, "analysis": "sas", "variable": "risk",
    "population": "randomised", "groups": {"TRTP": "arm"},
}  # fmt: skip
SOFTWARE = {"cards": {"R": "4.2.2", "cards": "0.9.0"}, "sas": {"SAS": "9.4 TS1M8"}}


def study(folder: Path, declared: Mapping[str, Any], content: str | Path, **parts: Any) -> Path:
    """Write the indomethacin study with a file to read in, its manifest, and other parts of the study file."""
    shutil.copytree(STUDIES["indomethacin"] / "data", folder / "data")
    name = put(folder / "data", declared, content)
    path = folder / "data" / "study.yaml"
    said = yaml.safe_load(path.read_text(encoding="utf-8")) | parts
    said["read_in"] = [{"file": name, **declared}]
    path.write_text(yaml.safe_dump(said, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return folder


def read_alone(folder: Path, declared: Mapping[str, Any], content: str | Path) -> Callable[[], read_in.Given]:
    """Put a file and its manifest into an empty folder; what is returned reads them by the shipped study file."""
    (folder / "data").mkdir()
    name = put(folder / "data", declared, content)
    said = ReadIn.model_validate({"file": name, **declared})
    patients = {"data/patients.csv": sha256_of(STUDIES["indomethacin"] / "data" / "patients.csv")}
    return lambda: read_in.read(folder / "data", shipped().model_copy(update={"read_in": (said,)}), patients)


@functools.cache
def shipped() -> Study:
    return study_file.read(STUDIES["indomethacin"])


def put(home: Path, declared: Mapping[str, Any], content: str | Path) -> str:
    """Write a file to read in and its manifest, and return the file's name."""
    name = str(declared.get("file") or f"cards{Path(content).suffix}")
    if isinstance(content, Path):
        shutil.copy(content, home / name)
    else:
        (home / name).write_text(content, encoding="utf-8")
    patients = sha256_of(STUDIES["indomethacin"] / "data" / "patients.csv")
    manifest = {"inputs": {"patients.csv": patients}, "software": SOFTWARE[declared["shape"]]}
    (home / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    return name


def read(folder: Path, treatment: Any = "real") -> read_in.Given:
    present = {f"data/{path.name}": sha256_of(path) for path in (folder / "data").glob("*.csv")}
    return read_in.read(folder / "data", study_file.read(folder), present, treatment)
