"""What a build was made from, and what it made.

    build/record.json         study, plan, lock, manifest, results, templates, software: the same bytes on every machine
    build/environment.json    the machine, the hour, the engine, the state of version control, the files that were made

What the appendix prints comes from the first; the second never reaches the paper, and is the one place with a clock.
"""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from report import version_control
from report.lock.fingerprints import fingerprint, sha256_of
from report.lock.software import software

if TYPE_CHECKING:  # publishing reads no study
    from report.ard import Results
    from report.lock.record import Place
    from report.study.model import Study

FORMAT = 1
RECORD, ENVIRONMENT = FILES = ("record.json", "environment.json")
PARTS = ("printed.json", "manuscript.qmd", "references.bib")
PUBLISHED_WITH = ("matplotlib", "pypandoc-binary", "typst")


def write(place: Place, work: Path, made: Mapping[str, Path], engine: str) -> None:
    """Write the record that the manuscript brought, and the environment of the files made, to the folder ``work``."""
    printed = json.loads((place.build / "printed.json").read_text(encoding="utf-8"))
    _write(work / RECORD, printed["record"])
    _write(work / ENVIRONMENT, environment(place, made, engine))


def record(place: Place, study: Study, results: Results, printed: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the paper rests on, without the machine: the same for the same data, plan, templates and software."""
    header = results.header
    return {
        "format": FORMAT,
        "study": study.study.model_dump(
            mode="json", include={"id", "title", "data_status", "registrations", "protocol", "analysis_plan"}
        ),
        "style": study.journal.model_dump(mode="json"),
        "data_cutoff": header["data_cutoff"],
        "mode": header["mode"],
        "treatment": header["treatment"],
        **{name: header[name] for name in ("dummy", "board") if name in header},
        "lock": header["lock"],
        "manifest": {"root": fingerprint(header["inputs"]), "files": header["inputs"]},
        "populations": {row.result_id: row.stat for row in results.select(context="population")},
        "results": {"rows": len(results.rows), "sha256": sha256_of(place.build / "results.json")},
        "templates": {"root": fingerprint(printed["templates"]), "files": printed["templates"]},
        "printed": len(printed["printed"]),
        "software": {
            **header["software"],
            **software(),
            **printing_packages(),
        },
    }


def printing_packages() -> dict[str, str]:
    """Return the versions of the packages that draw and print the paper."""
    return {name: version(name) for name in PUBLISHED_WITH}


def environment(place: Place, made: Mapping[str, Path], engine: str) -> dict[str, Any]:
    """Return on what machine, when and by which engine the files were made, and what they are."""
    return {
        "format": FORMAT,
        "made_at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "engine": engine,
        "machine": {
            "system": platform.platform(),
            "processor": platform.machine(),
            "processors": os.cpu_count(),
            "python": f"{platform.python_implementation()} {platform.python_version()}",
        },
        "version_control": _version_control(place.folder),
        "outputs": {path.name: sha256_of(path) for path in made.values()},
        "parts": {path.relative_to(place.build).as_posix(): sha256_of(path) for path in parts(place)},
    }


def parts(place: Place) -> list[Path]:
    """Return the files between results and paper: displays, the manuscript and what it is rendered with."""
    found = [place.build / name for name in PARTS if (place.build / name).is_file()]
    folders = (place.build / name for name in ("displays", "style"))
    return found + sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())


def _version_control(folder: Path) -> dict[str, Any]:
    """Return git's commit and whether files differ from it; empty where git knows nothing of the study."""
    commit = version_control.git(folder, "rev-parse", "HEAD")
    if not commit:
        return {}
    return {"commit": commit[0].strip(), "differs": bool(version_control.git(folder, "status", "--porcelain", "-z"))}


def _write(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
