"""An invented study of one arm: people, their scores at two visits, and their events before and after the start.

P1  start 1 March; events on days -31 -30 0 29 30: one before, two after, two outside both periods
P2  treated again on day 10; events on days 9 10 20: one after, two too late to count
P3  left on day 4; events on days 4 5: one after, one too late
P4  treated again on the day of the start; events on days -1 0: one before, one too late
P5  never started; an event that lies in no period
P6  started, and is of kind z, whom no population holds; an event before and one after
P7  start 1 March, no event
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from report.analysis import compute
from report.analysis.compute import Computed
from report.ard import Results, Row
from report.study import file as study_file
from tests.invented import single, write

PEOPLE = """\
id,kind,age,started,again,left
P1,x,10,2020-03-01,,
P2,y,20,2020-03-01,2020-03-11,
P3,y,30,2020-03-01,,2020-03-05
P4,x,,2020-03-01,2020-03-01,
P5,x,50,,,
P6,z,60,2020-03-01,,
P7,y,70,2020-03-01,,
"""
SCORES = """\
id,visit,score,state
P1,W0,12.0,bad
P1,W8,8.0,good
P2,W0,10.5,bad
P2,W8,11.0,bad
P3,W0,10.0,bad
P3,W8,10.0,good
P4,W0,3.0,
P4,W8,12.0,bad
P5,W0,20.0,bad
P7,W0,9.0,good
P7,W8,,
"""
EVENTS = """\
id,no,term,began,serious,grade
P1,1,cold,2020-01-30,no,1
P1,2,cold,2020-01-31,no,1
P1,3,rash,2020-03-01,no,1
P1,4,cold,2020-03-30,yes,4
P1,5,cold,2020-03-31,no,1
P2,1,cold,2020-03-10,no,2
P2,2,rash,2020-03-11,no,1
P2,3,rash,2020-03-21,no,1
P3,1,rash,2020-03-05,no,1
P3,2,cold,2020-03-06,no,1
P4,1,cold,2020-02-29,no,2
P4,2,cold,2020-03-01,no,1
P5,1,cold,2020-03-01,no,1
P6,1,cold,2020-02-29,no,1
P6,2,cold,2020-03-02,yes,5
"""
FILES = {"people": PEOPLE, "scores": SCORES, "events": EVENTS}

YES_NO = {"yes": "Yes", "no": "No"}
PERIODS = {
    "before": {"label": "Month before", "first": -30, "last": -1},
    "after": {"label": "Month after", "first": 0, "last": 29},
}
CHANGED = ("change", "hodges_lehmann", "signed_rank")
BY_PERIOD = (
    {"method": "events_by_period"},
    {"method": "rate_ratio"},
    {"method": "fisher_by_period", "arguments": {"table": "participants"}},
    {"method": "fisher_by_period", "id": "fisher_days", "arguments": {"table": "days"}},
    {"method": "signed_rank_by_period"},
)


def endpoint(name: str, dataset: str, variable: str, *methods: Any, **parts: Any) -> dict[str, Any]:
    return {
        "id": name, "label": name, "role": "secondary", "specified_in": "protocol", "source": "invented",
        "direction": "lower_is_better", "dataset": dataset, "variable": variable, "population": "treated",
        "methods": [each if isinstance(each, dict) else {"method": each} for each in methods], **parts,
    }  # fmt: skip


CHANGE = endpoint(
    "changed", "scores", "score", *CHANGED, {"method": "shift", "arguments": {"above": 10}}, visit="week8",
    against="start",
)  # fmt: skip
RESPONSE = endpoint("response", "scores", "state", "proportion", visit="week8", event="good")
EVENTFUL = endpoint(
    "eventful", "events", "phase", *BY_PERIOD, periods={"before": "before", "after": "after", "until": "again"}
)
NARRATIVE = {
    "id": "worst", "where": {"variable": "grade", "comparator": "GE", "value": 4},
    "variables": ["term", "day", "grade"], "participant": ["age", "kind"],
}  # fmt: skip
DISPLAYS = [
    {"id": "tbl-visits", "kind": "visits", "title": "Visits", "population": "treated", "variables": ["score", "state"]},
    {"id": "fig-course", "kind": "courses", "title": "Courses", "endpoint": "changed"},
    {
        "id": "tbl-people", "kind": "individuals", "title": "People", "population": "treated",
        "variables": ["age", "kind"], "endpoints": ["eventful"],
    },
    {
        "id": "tbl-scores", "kind": "individuals", "title": "Scores", "population": "treated",
        "variables": ["state", "score"], "visits": ["week8"],
    },
]  # fmt: skip


def followed(**parts: Any) -> dict[str, Any]:
    """Return the study file as a dict; parts replace its own."""
    text = {"type": "text", "required": True}
    level = {"type": "category", "label": "Kind", "levels": {"x": "Ex", "y": "Why", "z": "Zed"}, "required": True}
    people = {
        "id": text, "kind": level, "age": {"type": "integer", "label": "Age", "unit": "years", "range": [0, 99]},
        "started": {"type": "date"}, "again": {"type": "date"}, "left": {"type": "date"},
    }  # fmt: skip
    scores = {
        "id": text,
        "visit": {"type": "category", "required": True, "levels": {"W0": "Start", "W8": "Week 8"}},
        "score": {"type": "number", "label": "Score", "unit": "points", "resolution": 0.1, "range": [0, 20]},
        "state": {"type": "category", "label": "State", "levels": {"good": "Good", "bad": "Bad", "worse": "Worse"}},
    }
    events = {
        "id": text, "no": {"type": "integer", "required": True}, "began": {"type": "date", "required": True},
        "term": {"type": "category", "label": "Term", "levels": {"cold": "Cold", "rash": "Rash", "fever": "Fever"}},
        "serious": {"type": "category", "label": "Serious", "levels": YES_NO, "required": True},
        "grade": {"type": "integer", "label": "Grade", "range": [1, 5], "required": True},
    }  # fmt: skip
    of_kind = {"variable": "kind", "comparator": "NE", "value": "z"}
    made = single(
        datasets={
            "people": {"file": "people.csv", "participant": "id", "columns": people},
            "scores": {"file": "scores.csv", "participant": "id", "visit": "visit", "columns": scores},
            "events": {"file": "events.csv", "participant": "id", "record": "no", "columns": events},
        },
        derivations={
            "phase": {"rule": "period", "dataset": "events", "label": "Period", "date": "began", "periods": PERIODS},
            "day": {"rule": "study_day", "dataset": "events", "label": "Study day", "date": "began"},
        },
        populations={"treated": {"label": "Treated", "dataset": "people", "where": of_kind}},
        endpoints=[CHANGE, RESPONSE, EVENTFUL],
        safety={
            "dataset": "events", "population": "treated", "term": "term", "onset": "began", "serious": "serious",
            "period": "phase", "narratives": [NARRATIVE],
        },
        individual_data={"display": True, "ground": "invented rows"},
        displays=DISPLAYS,
        **parts,
    )  # fmt: skip
    made["design"] |= {
        "start": {"dataset": "people", "column": "started"},
        "end": {"dataset": "people", "column": "left"},
    }
    return made


def drafted(folder: Path, study: dict[str, Any] | None = None, **files: str) -> Computed:
    """Return the draft of the study, with other files where they are given."""
    write(folder, study or followed(), **{**FILES, **files})
    return compute.draft(folder, study_file.read(folder))


def values(results: Results, analysis: str, **where: str) -> dict[str, Any]:
    """Return the values of an analysis by the rest of their ids."""
    rows = results.select(analysis_id=analysis, **where)
    return {row.result_id.removeprefix(f"{analysis}."): row.stat for row in rows}


def holes(results: Results) -> set[str]:
    """Return the analyses with an open query in some row."""
    return {row.analysis_id for row in results if row.query}


def by_id(results: Results) -> dict[str, Row]:
    return {row.result_id: row for row in results}
