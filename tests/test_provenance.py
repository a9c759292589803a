"""What the appendix and the declarations say of the plan and of the authors, from an invented study file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from report.ard import Results
from report.paper import provenance
from report.paper.sentences import Sentences
from report.paper.styles import STYLES
from report.study import file as study_file
from report.study.model import Study
from tests.invented import change, single, write

ESTIMAND = {
    "treatment": "the cells",
    "variable": "the change at week 8",
    "summary": "median",
    "intercurrent_events": [{"event": "Rescue treatment", "strategy": "treatment_policy"}],
}
AUTHORS = [
    {"name": "A. One", "roles": ["conceptualization", "writing_original_draft"], "interests": "shares in Cells"},
    {"name": "B. Two", "roles": ["writing_original_draft", "formal_analysis"], "orcid": "0000-0002-1825-0097"},
]
HEADER = {"lock": {"state": "live"}, "inputs": {"data/people.csv": "0123456789abcdef0123"}}


def read(folder: Path, status: str = "dummy", **parts: Any) -> Study:
    endpoint = change("change", estimand=ESTIMAND, specified_in="data_driven", source="a reviewer asked")
    study = single(endpoints=[endpoint], authors=AUTHORS, **parts)
    study["study"] |= {"protocol": {"version": "2.0", "date": "2013-02-01"}, "data_status": status}
    return study_file.read(write(folder, study))


def test_the_appendix_says_where_an_endpoint_comes_from_and_its_estimand(tmp_path: Path) -> None:
    told = [line.plain for line in provenance.lines(read(tmp_path), Results(HEADER, []), STYLES["plain"])]
    assert told == [
        "The data are not locked: this is a draft.",
        "Data cut-off: 2020-12-31, a date of these rows and of no trial.",
        "Protocol: version 2.0 of 2013-02-01.",
        "Change: primary endpoint, not prespecified (a reviewer asked).",
        "Estimand of Change: population: Everyone; treatment: the cells; variable: the change at week 8; "
        "intercurrent events: Rescue treatment (treatment policy); summary: median.",
        "data/people.csv, SHA-256 0123456789abcdef",
    ]


def test_a_table_of_endpoints_takes_their_lines_and_leaves_the_estimands(tmp_path: Path) -> None:
    table = {"id": "tbl-endpoints", "kind": "endpoints", "title": "Planned and performed"}
    told = [
        line.plain for line in provenance.lines(read(tmp_path, displays=[table]), Results(HEADER, []), STYLES["plain"])
    ]
    assert [line.partition(":")[0] for line in told[2:]] == [
        "Protocol", "Estimand of Change", "data/people.csv, SHA-256 0123456789abcdef",
    ]  # fmt: skip


def test_the_cut_off_of_real_data_is_a_date_of_the_trial(tmp_path: Path) -> None:
    told = [line.plain for line in provenance.lines(read(tmp_path, "real"), Results(HEADER, []), STYLES["plain"])]
    assert told[1] == "Data cut-off: 2020-12-31."


def test_who_did_what(tmp_path: Path) -> None:
    say = Sentences(read(tmp_path), Results(HEADER, []), STYLES["plain"], {})
    assert say.contributions().plain == (
        "conceptualization: A. One; writing original draft: A. One, B. Two; formal analysis: B. Two"
    )
    assert say.interests().plain == "A. One: shares in Cells"
