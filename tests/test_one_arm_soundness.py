"""Holes of a study of one arm (tests/followed.py): they stand where a value is open, and nothing else changes.

As tests/test_soundness.py asks of the shipped studies.
"""

from __future__ import annotations

import csv
import functools
import io
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from report.analysis import compute
from report.ard import Row
from report.study import file as study_file
from tests.followed import FILES, PEOPLE, by_id, drafted, followed, holes
from tests.invented import write
from tests.test_soundness import an_answer, disagreeing, individuals

OF_VISITS = {"visits.score", "visits.state", "visits.assessed"}
SAFETY = {"safety.events", "safety.serious", "safety.period", "safety.term", "safety.events_by_period",
          "safety.serious_by_period", "safety.term_by_period"}  # fmt: skip
BY_PERIOD = {"safety.period", "safety.events_by_period", "safety.serious_by_period", "safety.term_by_period"}
INDIVIDUAL = {"individual.age", "individual.kind", "individual.score", "individual.state", "individual.eventful"}
OURS = OF_VISITS | SAFETY | INDIVIDUAL | {"narrative.worst"}


@pytest.mark.parametrize(
    ("file", "old", "new", "held"),
    [
        ("scores", "P3,W8,10.0", "P3,W8,?", {"visits.score", "individual.score"}),
        ("scores", "12.0,bad\nP5", "12.0,?\nP5", {"visits.state", "individual.state"}),
        ("scores", "P7,W0,9.0,good", "P7,W0,9.0,?", {"visits.state"}),  # individuals show the state at week 8 alone
        ("scores", "P7,W8", "P7,?", {*OF_VISITS, "individual.score", "individual.state"}),
        ("people", "P1,x,10", "P1,x,?", {"individual.age", "narrative.worst"}),
        ("people", "P2,y,20", "P2,y,?", {"individual.age"}),
        ("people", "P2,y", "P2,?", OURS),  # whether P2 is of the population
        ("people", "P2,y,20,2020-03-01", "P2,y,20,?", BY_PERIOD | {"individual.eventful"}),
        ("people", "2020-03-11", "?", {"individual.eventful"}),
        ("people", "P1,x,10,2020-03-01", "P1,x,10,?", BY_PERIOD | {"individual.eventful", "narrative.worst"}),
        ("events", "P1,3,rash", "P1,3,?", {"safety.term", "safety.term_by_period"}),
        ("events", "P1,4,cold", "P1,4,?", {"safety.term", "safety.term_by_period", "narrative.worst"}),
        ("events", "P1,3,rash,2020-03-01", "P1,3,rash,?", BY_PERIOD | {"individual.eventful"}),
        ("events", "2020-03-30,yes,4", "2020-03-30,?,4", {"safety.serious", "safety.serious_by_period"}),
        ("events", "2020-03-30,yes,4", "2020-03-30,yes,?", {"narrative.worst"}),
        ("events", "P2,1,cold,2020-03-10,no,2", "P2,1,cold,2020-03-10,no,?", {"narrative.worst"}),  # it may be another
        ("events", "P6,2,cold,2020-03-02,yes,5", "P6,2,cold,2020-03-02,yes,?", set()),  # of nobody in the population
        ("events", "P2,1,cold", ",1,cold", {*SAFETY, "individual.eventful"}),  # whose is it? grade 2: not the narrative
        ("events", "P6,2,cold", ",2,cold", {*SAFETY, "individual.eventful", "narrative.worst"}),  # grade 5: it may be
    ],
)
def test_a_hole_stands_where_the_value_would(tmp_path: Path, file: str, old: str, new: str, held: set[str]) -> None:
    made = drafted(tmp_path, **{file: FILES[file].replace(old, new)})
    assert made.open and holes(made.results) & OURS == held


@pytest.mark.parametrize(
    ("file", "old", "new", "held"),
    [
        ("scores", "P3,W8,10.0", "P3,W8,?", {"individual.score.P3.week8.value"}),
        ("people", "P2,y,20", "P2,y,?", {"individual.age.P2.value"}),
        ("people", "2020-03-11", "?", {
            f"individual.eventful.{period}.P2.{name}" for period in ("before", "after") for name in ("n_event", "days")
        }),
    ],
)  # fmt: skip
def test_a_hole_of_one_participant_leaves_the_others(
    tmp_path: Path, file: str, old: str, new: str, held: set[str]
) -> None:
    made = drafted(tmp_path, **{file: FILES[file].replace(old, new)}).results
    assert {row.result_id for row in made if row.query and row.context == "individual"} == held


def test_pseudonyms_rest_on_who_takes_part(tmp_path: Path) -> None:
    """A participant without an identifier may come before others: no pseudonym holds until it is known."""
    people = PEOPLE.replace("P6,z", ",z")
    made = drafted(tmp_path, people=people).results
    shown = [row for row in made if row.context == "individual"]
    assert shown and all(row.query for row in shown)


DAYS = (date(2020, 1, 1), date(2020, 6, 1))
KEYS = {"people": ("id",), "scores": ("id", "visit"), "events": ("id", "no")}


def cells(file: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(FILES[file])))


def with_cell(file: str, row: int, column: str, text: str) -> dict[str, str]:
    """Return the files with another text in a cell."""
    rows = cells(file)
    rows[row + 1][rows[0].index(column)] = text
    made = io.StringIO()
    csv.writer(made, lineterminator="\n").writerows(rows)
    return {**FILES, file: made.getvalue()}


@functools.cache
def read_study() -> Any:
    with tempfile.TemporaryDirectory() as folder:
        return study_file.read(write(Path(folder), followed(), **FILES))


def computed(files: dict[str, str]) -> tuple[dict[str, Row], bool]:
    """Return the draft's rows, and whether a query is open."""
    with tempfile.TemporaryDirectory() as folder:
        made = compute.draft(write(Path(folder), followed(), **files), read_study())
    return {name: row for name, row in by_id(made.results).items() if row.context != "queries"}, bool(made.open)


@st.composite
def questions(draw: st.DrawFn) -> tuple[str, int, str, str]:
    """Draw a cell beside the key, and a valid answer to what stands there."""
    file = draw(st.sampled_from(sorted(KEYS)))
    head, *rows = cells(file)
    column = draw(st.sampled_from([name for name in head if name not in KEYS[file]]))
    contract = read_study().datasets[file].columns[column]
    dates = st.dates(min_value=DAYS[0], max_value=DAYS[1]).map(lambda day: day.isoformat())
    if contract.type == "date" and (contract.required or draw(st.booleans())):
        answer = draw(dates)
    else:
        answer = "" if contract.type == "date" else an_answer(draw, contract)
    return file, draw(st.integers(0, len(rows) - 1)), column, answer


@given(questions())
@settings(max_examples=36)
def test_whatever_the_site_answers_what_was_printed_stays(question: tuple[str, int, str, str]) -> None:
    file, row, column, answer = question
    draft, is_open = computed(with_cell(file, row, column, "??"))
    answered, _ = computed(with_cell(file, row, column, answer))
    assert is_open and disagreeing(draft, answered) == [], question


@given(st.data())
@settings(max_examples=24)
def test_a_broken_key_leaves_nothing_false(drawn: st.DataObject) -> None:
    """What is printed is what the right key gives; of individuals, each value is one of those at its visit."""
    file = drawn.draw(st.sampled_from(sorted(KEYS)))
    column = drawn.draw(st.sampled_from(KEYS[file]))
    row = drawn.draw(st.integers(0, len(cells(file)) - 2))
    text = drawn.draw(st.sampled_from(["", "??", "P1", "P3", "P99", "W0", "W8", "1", "2"]))
    draft, is_open = computed(with_cell(file, row, column, text))
    if is_open:
        truth = as_shipped()
        firm = {name: each for name, each in draft.items() if each.context != "individual"}
        assert disagreeing(firm, truth) == [], (file, column, row, text)
        assert not individuals(draft.values()) - individuals(truth.values())


@functools.cache
def as_shipped() -> dict[str, Row]:
    return computed(FILES)[0]


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=8)
def test_any_order_of_rows_gives_the_same_results(seed: int) -> None:
    order = np.random.default_rng(seed)
    turned = {}
    for file, text in FILES.items():
        head, *lines = text.splitlines()
        turned[file] = "\n".join([head, *order.permutation(lines)]) + "\n"
    assert computed(turned)[0] == as_shipped()
