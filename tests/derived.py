"""Invented studies for the rules of derivation: people, their exams at visits, and their labs by number and date."""

from __future__ import annotations

import csv
import io
from typing import Any

import pandas as pd

from report.analysis.people.derivations import derive
from report.checking.sources import typed
from report.study import references
from report.study.model import Study

DATE, NUMBER = {"type": "date"}, {"type": "number", "resolution": 0.01}
TEXT = {"type": "text", "required": True}
VISITS = {"W0": "Start", "W8": "Week 8", "W12": "Week 12"}
COLUMNS: dict[str, dict[str, Any]] = {
    "people": {"id": TEXT, "born": DATE, "started": DATE, "last": DATE, "weight": NUMBER, "other": NUMBER},
    "exams": {
        "id": TEXT, "visit": {"type": "category", "levels": VISITS}, "seen": DATE, "other": NUMBER,
        "physician": {"type": "number", "resolution": 0.01, "range": [0, 10]},
        "patient": {"type": "number", "resolution": 0.01, "range": [0, 100]},
        **{name: NUMBER for name in ("chaq", "active", "limited", "esr", "crp")},
    },
    "labs": {"id": TEXT, "no": {"type": "integer"}, "taken": DATE, "value": NUMBER},
}  # fmt: skip
KEYS = {"people": {}, "exams": {"visit": "visit", "date": "seen"}, "labs": {"record": "no", "date": "taken"}}
CORE = {
    "physician_global": "physician", "patient_global": "patient", "function": "chaq", "active_joints": "active",
    "limited_joints": "limited", "inflammation": "esr",
}  # fmt: skip
JADAS = {
    "rule": "jadas", "resolution": 0.1, "physician_global": "physician", "patient_global": "patient",
    "divide_patient_global": 10, "active_joints": "active",
}  # fmt: skip
WINDOW = {"rule": "visit_window", "dataset": "labs", "date": "taken"}
ONE = "id,started\nP1,2020-03-01\n"


def study(**rules: dict[str, Any]) -> Study:
    """Return a study with these rules: people; exams at weeks 0, 8 and 12; labs by number and date."""
    made = Study.model_validate(
        {
            "format": 2, "authors": [{"name": "Nobody"}],
            "study": {"id": "invented", "title": "Invented", "short_title": "Invented", "data_status": "dummy", "status_note": "invented", "data_cutoff": "2030-12-31"},
            "design": {"kind": "single_arm", "randomised": False, "arms": [{"id": "only", "label": "Only"}], "start": {"dataset": "people", "column": "started"}},
            "datasets": {name: {"file": f"{name}.csv", "participant": "id", "columns": columns, **KEYS[name]} for name, columns in COLUMNS.items()},
            "visits": [
                {"id": "start", "label": "Start", "code": "W0", "day": 0, "window": [-7, 0]},
                {"id": "week8", "label": "Week 8", "code": "W8", "day": 56, "window": [42, 70]},
                {"id": "week12", "label": "Week 12", "code": "W12", "day": 84, "window": [71, 98]},
            ],
            "populations": {"everyone": {"label": "Everyone", "dataset": "people"}},
            "derivations": {name: {"label": name, "dataset": "exams", **rule} for name, rule in rules.items()},
        }
    )  # fmt: skip
    assert list(references.faults(made)) == []
    return made


def frames(made: Study, **files: str) -> dict[str, pd.DataFrame]:
    """Return the typed frames of these files' texts; columns that a text lacks are empty."""
    read = {}
    for name, dataset in made.datasets.items():
        rows = list(csv.reader(io.StringIO(files.get(name, "id\n"))))
        text = pd.DataFrame(rows[1:], columns=rows[0], dtype=object).reindex(columns=list(dataset.columns))
        read[name] = typed(text.mask(text == "").astype(object), dataset)
    return read


def result(rule: dict[str, Any], **files: str) -> list[Any]:
    """Return the values of one rule in the order of the key; missing is None."""
    made = study(made=rule)
    cells = derive(made, frames(made, **files))[made.derivations["made"].dataset]["made"]
    return [None if pd.isna(cell) else cell for cell in cells]
