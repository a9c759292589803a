"""From the study's folder to its results: check everything, then compute, then give rows and their header."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from report import __version__
from report.analysis import baseline, check, disposition, individuals, outcomes, populations, sources
from report.analysis.derive import derive
from report.analysis.populations import Trial
from report.ard import Results
from report.errors import DataError, Finding, refuse_if_any
from report.study.model import Study

COMPUTED_WITH = ("numpy", "pandas", "scipy")
REFUSED = "the check has {n} finding{s}; nothing was built"


def results(folder: Path, study: Study) -> Results:
    """Return all results of a study; DataError with every finding at once when the data or the plan do not hold."""
    data = sources.read(folder, study)
    refuse_if_any(_faults(study, data), DataError, REFUSED)
    trial = _trial(study, data)
    flow, unbalanced = disposition.rows(trial, data.reported)
    found = [*populations.faults(trial), *outcomes.empty_visits(trial), *unbalanced]
    refuse_if_any(found, DataError, REFUSED)
    rows = [*flow, *baseline.rows(trial), *outcomes.rows(trial), *individuals.rows(trial)]
    return Results(_header(study, data.fingerprints), rows)


def _faults(study: Study, data: sources.Data) -> list[Finding]:
    return [*check.check(study, data), *outcomes.faults(study), *individuals.faults(study)]


def _trial(study: Study, data: sources.Data) -> Trial:
    typed = {name: sources.typed(frame, study.datasets[name]) for name, frame in data.frames.items()}
    return Trial(study, {name: derive(study, name, frame) for name, frame in typed.items()})


def _header(study: Study, fingerprints: Mapping[str, str]) -> dict[str, Any]:
    whole = hashlib.sha256("".join(f"{h}  {name}\n" for name, h in fingerprints.items()).encode())
    return {
        "study": study.study.id,
        "data_status": study.study.data_status,
        "data_cutoff": study.study.data_cutoff.isoformat(),
        "lock": {"state": "live", "fingerprint": whole.hexdigest()},
        "inputs": dict(fingerprints),
        "software": {
            "trialpress": __version__,
            "python": platform.python_version(),
            **{name: version(name) for name in COMPUTED_WITH},
        },
    }
