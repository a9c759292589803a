"""Adverse events by the terms of a dictionary, on an invented trial of two arms, counted by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from report.analysis import compute
from report.ard import Results, within
from report.errors import StudyFileError
from report.paper import styles
from report.paper.tables.build import build
from report.paper.tables.table import Table
from report.study import file as study_file
from report.tracing import r_analyses, subjects
from report.tracing.r_script import Script
from tests.invented import Study, parallel, write

PEOPLE = "id,arm,outcome\nP1,A,\nP2,A,\nP3,A,\nP4,B,\nP5,B,\nP6,B,\nP7,B,\n"
# arm a: P1 two rashes and a cough, P2 a rash, P3 nothing that counts; arm b: P4 a cough and a cold, P5 an uncoded event
EVENTS = """\
id,number,term,class,serious,counts,onset
P1,1,RASH,SKIN DISORDERS,no,yes,2020-01-02
P1,2,RASH,SKIN DISORDERS,yes,yes,2020-01-03
P1,3,COUGH,LUNG DISORDERS,no,yes,2020-01-03
P2,1,RASH,SKIN DISORDERS,no,yes,2020-01-02
P3,1,ITCH,SKIN DISORDERS,no,no,2020-01-02
P4,1,COUGH,LUNG DISORDERS,no,yes,2020-01-02
P4,2,COLD SORE,LUNG DISORDERS,no,yes,2020-01-02
P5,1,,,yes,yes,2020-01-02
"""
SAFETY = {
    "dataset": "events", "population": "everyone", "term": "term", "system": "class", "coded_by": "MedDRA 26.1",
    "onset": "onset", "serious": "serious", "where": {"variable": "counts", "comparator": "EQ", "value": "yes"},
}  # fmt: skip
YES_NO = {"type": "category", "levels": {"yes": "Yes", "no": "No"}}


def study(**safety: Any) -> Study:
    made = parallel()
    made["datasets"]["events"] = {
        "file": "events.csv", "participant": "id", "record": "number",
        "columns": {"id": {"type": "text", "required": True}, "number": {"type": "integer", "required": True},
                    "term": {"type": "text"}, "class": {"type": "text"}, "serious": YES_NO, "counts": YES_NO,
                    "onset": {"type": "date"}},
    }  # fmt: skip
    shown = [
        {"id": "tbl-events", "kind": "adverse_events", "title": "Events"},
        {"id": "tbl-terms", "kind": "adverse_event_terms", "title": "Terms"},
        {"id": "tbl-frequent", "kind": "adverse_event_terms", "title": "Frequent terms", "at_least": 30},
    ]
    return {**made, "safety": {k: v for k, v in {**SAFETY, **safety}.items() if v is not None}, "displays": shown}


def computed(folder: Path, made: Study, events: str = EVENTS) -> Results:
    write(folder, made, people=PEOPLE, events=events)
    return compute.results(folder, study_file.read(folder))


def table(folder: Path, results: Results, name: str) -> Table:
    read = study_file.read(folder)
    (display,) = (each for each in read.displays if each.id == name)
    return build(display, read, results, styles.STYLES["plain"])


def lines(found: Table) -> list[list[str]]:
    return [["  " * line.indent + line.stub.plain, *(cell.plain for cell in line.cells)] for line in found.lines]


def test_what_counts_is_counted_by_class_and_term(tmp_path: Path) -> None:
    """Most frequent first: rash and cough in two participants each, rash in more events; the itch does not count."""
    found = computed(tmp_path, study())
    assert lines(table(tmp_path, found, "tbl-terms")) == [
        ["Lung disorders", "1 (33%); 1", "1 (25%); 2"],
        ["  Cough", "1 (33%); 1", "1 (25%); 1"],
        ["  Cold sore", "0 (0%); 0", "1 (25%); 1"],
        ["Skin disorders", "2 (67%); 3", "0 (0%); 0"],
        ["  Rash", "2 (67%); 3", "0 (0%); 0"],
        ["Not coded", "0 (0%); 0", "1 (25%); 1"],
        ["  Not coded", "0 (0%); 0", "1 (25%); 1"],
    ]
    rash = found.by_id("safety.term.SKIN-DISORDERS.RASH.a.n_event")
    assert (rash.stat, rash.analysis_id, rash.variable, rash.variable_level) == (
        3, within("safety.term", "SKIN DISORDERS"), "term", "RASH",
    )  # fmt: skip
    assert not [row for row in found if "ITCH" in row.result_id]


def test_the_order_of_rows_changes_nothing(tmp_path: Path) -> None:
    head, *rest = EVENTS.splitlines(keepends=True)
    turned = computed(tmp_path, study(), head + "".join(reversed(rest)))
    assert [row.result_id for row in turned] == [row.result_id for row in computed(tmp_path, study())]


def test_rare_terms_are_left_out_and_it_is_said(tmp_path: Path) -> None:
    """At least 30 percent of an arm: cough and rash in arm a; a third is enough, a quarter is not."""
    found = table(tmp_path, computed(tmp_path, study()), "tbl-frequent")
    assert [line[0] for line in lines(found)] == ["Lung disorders", "  Cough", "Skin disorders", "  Rash"]
    notes = " ".join(note.plain for note in found.notes)
    assert "at least 30% of the participants of a column" in notes and "MedDRA 26.1" in notes


def test_events_that_do_not_count_are_in_no_line(tmp_path: Path) -> None:
    """Of eight events seven count; serious are one in arm a and one in arm b; the terms have a table of their own."""
    assert lines(table(tmp_path, computed(tmp_path, study()), "tbl-events")) == [
        ["Any adverse event", "2 (67%); 4", "2 (50%); 3"],
        ["Serious", "1 (33%); 1", "1 (25%); 1"],
    ]


def test_terms_as_they_are_spelled_and_labelled(tmp_path: Path) -> None:
    """Words in capitals are made small, but for those that the study file spells; a category has its labels."""
    made = study(spelled={"COLD SORE": "Cold sore (HSV)"})
    made["datasets"]["events"]["columns"]["class"] = {
        "type": "category", "levels": {"SKIN DISORDERS": "Of the skin", "LUNG DISORDERS": "Of the lungs"},
    }  # fmt: skip
    stubs = [line[0].strip() for line in lines(table(tmp_path, computed(tmp_path, made), "tbl-terms"))]
    assert stubs[:5] == ["Of the lungs", "Cough", "Cold sore (HSV)", "Of the skin", "Rash"]


def test_terms_without_classes(tmp_path: Path) -> None:
    found = computed(tmp_path, study(system=None))
    assert [line[0] for line in lines(table(tmp_path, found, "tbl-terms"))] == [
        "Rash",
        "Cough",
        "Cold sore",
        "Not coded",
    ]
    assert found.by_id("safety.term.RASH.a.n").stat == 2


def test_no_event_at_all(tmp_path: Path) -> None:
    made = study(where={"variable": "term", "comparator": "EQ", "value": "NOTHING"})
    found = computed(tmp_path, made)
    assert lines(table(tmp_path, found, "tbl-terms")) == [["No event, or none so frequent"]]
    assert found.by_id("safety.events.a.n").stat == 0


def test_free_text_is_not_taken_for_a_dictionary(tmp_path: Path) -> None:
    with pytest.raises(StudyFileError) as caught:
        study_file.read(write(tmp_path, study(coded_by=None)))
    assert "coded_by does not say by what" in "\n".join(caught.value.lines())
    with pytest.raises(StudyFileError) as caught:
        study_file.read(write(tmp_path, study(coded_by=None, system=None)))
    assert "safety does not say by what they were coded" in "\n".join(caught.value.lines())


def test_a_term_is_followed_to_its_columns_and_written_in_r(tmp_path: Path) -> None:
    found = computed(tmp_path, study())
    read, row = study_file.read(tmp_path), found.by_id("safety.term.SKIN-DISORDERS.RASH.a.n")
    of = subjects.subject(read, row)
    assert [each.name for each in of.reads] == ["term", "class", "counts"] and of.declared == ("safety", "term")
    script = Script(read)
    assert r_analyses.safety(script, of, row)["n_event"] == "sum(is.counted)"
    counted = script.body[-1]
    for part in ('events$term %in% "RASH"', '%in% "SKIN-DISORDERS"', 'which(events$counts == "yes")', "who.in"):
        assert part in counted
    uncoded = found.by_id("safety.term.Not-coded.Not-coded.b.n")
    script = Script(read)
    r_analyses.safety(script, subjects.subject(read, uncoded), uncoded)
    assert "is.na(events$term)" in script.body[-1]


def test_six_arms_can_be_read(tmp_path: Path) -> None:
    """A column an arm, whatever their number, and the same lines in each."""
    made = study()
    names = [f"arm{n}" for n in range(6)]
    made["design"] |= {
        "reference": "arm0", "arms": [{"id": n, "label": n, "code": n} for n in names],
    }  # fmt: skip
    made["datasets"]["people"]["columns"]["arm"]["levels"] = {name: name for name in names}
    people = "id,arm,outcome\n" + "".join(f"P{n + 1},{name},\n" for n, name in enumerate(names))
    write(tmp_path, made, people=people, events=EVENTS)
    found = table(tmp_path, compute.results(tmp_path, study_file.read(tmp_path)), "tbl-terms")
    assert len(found.headings) == 7 and all(len(line.cells) == 6 for line in found.lines)
    assert lines(found)[1] == [
        "  Cough",
        "1 (100%); 1",
        "0 (0%); 0",
        "0 (0%); 0",
        "1 (100%); 1",
        "0 (0%); 0",
        "0 (0%); 0",
    ]
