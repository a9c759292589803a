"""Invented studies: a study file as a dict, data files as CSV text, small enough to be worked out by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from report.analysis import compute
from report.analysis.people.derivations import derive
from report.analysis.people.populations import Trial
from report.ard import Results
from report.checking import sources
from report.errors import Finding, TrialpressError
from report.study import file as study_file

Study = dict[str, Any]
NO_VALUE: dict[str, Any] = {"comparator": "EQ", "value": None}
A_VALUE: dict[str, Any] = {"comparator": "NE", "value": None}


class _Whole(yaml.SafeDumper):
    """Writes a part that is used twice twice: aliases are refused in a study file."""

    def ignore_aliases(self, data: object) -> bool:
        return True


PEOPLE = """\
id,kind,age,weight,entered
P1,x,10,1.5,2020-01-01
P2,y,20,2.5,2020-01-02
P3,z,30,3.5,2020-01-03
P4,,,,
P5,x,20,,
"""
SCORES = """\
id,visit,score
P1,W0,4.0
P1,W8,1.0
P2,W0,5.0
P2,W8,5.5
"""
TWO = "id,kind,age,weight,entered\nP1,x,10,1.5,2020-01-01\nP2,y,20,2.5,2020-01-02\n"
OUTCOMES = "id,arm,outcome\nP1,A,yes\nP2,A,no\nP3,A,\nP4,B,yes\nP5,B,yes\nP6,B,no\nP7,B,no\nP8,B,\nP9,B,\n"


def single(**parts: Any) -> Study:
    """Return a single-arm study: ``people`` with one row each, ``scores`` at week 0 and week 8; parts replace its own."""
    columns = {
        "id": {"type": "text", "required": True},
        "kind": {"type": "category", "label": "Kind", "levels": {"x": "Ex", "y": "Why", "z": "Zed"}},
        "age": {"type": "integer", "label": "Age"},
        "weight": {"type": "number", "label": "Weight", "resolution": 0.1},
        "entered": {"type": "date"},
    }
    visits = {"type": "category", "required": True, "levels": {"W0": "Start", "W8": "Week 8"}}
    scored = {"id": columns["id"], "visit": visits, "score": {"type": "number", "label": "Score", "resolution": 0.1}}
    return {
        "format": 2,
        "study": {
            "id": "invented",
            "title": "Invented",
            "short_title": "Invented",
            "data_status": "dummy",
            "status_note": "invented",
            "data_cutoff": "2020-12-31",
        },
        "authors": [{"name": "Nobody"}],
        "design": {"kind": "single_arm", "randomised": False, "arms": [{"id": "only", "label": "Only"}]},
        "datasets": {
            "people": {"file": "people.csv", "participant": "id", "columns": columns},
            "scores": {"file": "scores.csv", "participant": "id", "visit": "visit", "columns": scored},
        },
        "visits": [
            {"id": "start", "label": "Start", "code": "W0", "day": 0},
            {"id": "week8", "label": "Week 8", "code": "W8", "day": 56},
        ],
        "populations": {"everyone": {"label": "Everyone", "dataset": "people"}},
        **parts,
    }


def parallel(**parts: Any) -> Study:
    """Return a study of two arms, a and b (the reference): ``people`` with arm and outcome; parts replace its own."""
    columns = {
        "id": {"type": "text", "required": True},
        "arm": {"type": "category", "required": True, "levels": {"A": "Arm a", "B": "Arm b"}},
        "outcome": {"type": "category", "label": "Outcome", "levels": {"yes": "Yes", "no": "No"}},
    }
    arms = [{"id": "a", "label": "Arm a", "code": "A"}, {"id": "b", "label": "Arm b", "code": "B"}]
    allocation = {"dataset": "people", "column": "arm"}
    return single(
        **{
            "design": {
                "kind": "parallel", "randomised": True, "reference": "b", "allocation": allocation, "arms": arms,
            },
            "datasets": {"people": {"file": "people.csv", "participant": "id", "columns": columns}},
            "visits": [],
            **parts,
        }
    )  # fmt: skip


def change(*methods: str, variable: str = "score", dataset: str = "scores", **parts: Any) -> Study:
    """Return an endpoint: the change of a variable from the start to week 8."""
    return {
        "id": "changed", "label": "Change", "role": "primary", "specified_in": "protocol", "source": "invented", "direction": "lower_is_better",
        "dataset": dataset, "variable": variable, "population": "everyone", "visit": "week8", "against": "start",
        "methods": [{"method": name} for name in methods], **parts,
    }  # fmt: skip


def event(*methods: Study) -> Study:
    """Return an endpoint: who had the outcome, by arm."""
    return {
        "id": "happened", "label": "Outcome", "role": "primary", "specified_in": "protocol", "source": "invented", "direction": "lower_is_better",
        "dataset": "people", "variable": "outcome", "population": "everyone", "event": "yes", "methods": list(methods),
    }  # fmt: skip


def write(folder: Path, study: Study, **files: str | bytes) -> Path:
    """Write the study file and its data files, each under its data set's name, byte for byte."""
    data = folder / "data"
    data.mkdir(exist_ok=True)
    told = yaml.dump(study, Dumper=_Whole, sort_keys=False, allow_unicode=True)
    (data / "study.yaml").write_text(told, encoding="utf-8")
    for name, content in files.items():
        (data / f"{name}.csv").write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def computed(folder: Path, study: Study, **files: str | bytes) -> Results:
    """Return the results of an invented study."""
    write(folder, study, **files)
    return compute.results(folder, study_file.read(folder))


def refused(folder: Path, study: Study, **files: str | bytes) -> list[Finding]:
    """Return what is found wrong with an invented study, which must be refused."""
    write(folder, study, **files)
    with pytest.raises(TrialpressError) as caught:
        compute.results(folder, study_file.read(folder))
    return list(caught.value.findings)


def trial(folder: Path, study: Study, **files: str | bytes) -> Trial:
    """Return the typed frames of an invented study, derived variables included."""
    read = study_file.read(write(folder, study, **files))
    frames = {
        name: sources.typed(frame, read.datasets[name]) for name, frame in sources.read(folder, read).frames.items()
    }
    return Trial(read, derive(read, frames))


def stats(results: Results, analysis: str, **where: str) -> dict[str, Any]:
    """Return the statistics of one analysis by name."""
    return {row.stat_name: row.stat for row in results.select(analysis_id=analysis, **where)}
