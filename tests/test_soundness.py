"""What a draft prints beside its holes holds, whatever the open value turns out to be.

A cell is made unreadable. Then it is given a value that its contract allows, as a site may answer; whatever was not a
hole must be the same as before. For a key, the answer is what stood there.
"""

from __future__ import annotations

import functools
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from report.analysis import compute
from report.ard import Row
from report.study import file as study_file
from report.study.data import Column
from tests.invented import change, single, write
from tests.test_contracts import study_of, written

NOT_COMPARED = ("queries", "waiver")


def rows_of(frames: dict[str, pd.DataFrame], name: str) -> dict[str, Row]:
    with tempfile.TemporaryDirectory() as folder:
        made = compute.draft(written(frames, name, Path(folder) / "study"), study_of(name)[0])
    return {row.result_id: row for row in made.results if row.context not in NOT_COMPARED}


@functools.cache
def as_shipped(name: str) -> dict[str, Row]:
    return rows_of(dict(study_of(name)[1].frames), name)


def an_answer(draw: st.DrawFn, column: Column) -> str:
    """Draw a value that a column's contract allows, or none where none is required."""
    if not column.required and draw(st.booleans()):
        return ""
    if column.type == "category":
        return draw(st.sampled_from(sorted(column.levels)))
    if column.type == "date":
        return draw(st.dates(pd.Timestamp("2012-06-01").date(), pd.Timestamp("2016-06-01").date())).isoformat()
    low, high = column.range or (0, 100)
    steps = draw(st.integers(0, int((high - low) / column.resolution)))
    return f"{low + steps * column.resolution:.{column.decimals}f}"


def with_cell(name: str, dataset: str, row: int, column: str, text: str) -> dict[str, pd.DataFrame]:
    frames = dict(study_of(name)[1].frames)
    frame = frames[dataset].copy()
    frame.iloc[row, list(frame.columns).index(column)] = text
    return {**frames, dataset: frame}


def disagreeing(draft: dict[str, Row], answered: dict[str, Row]) -> list[str]:
    """Return the results that a draft printed and that an answer has changed or taken away."""
    shown = {name: row for name, row in draft.items() if not row.query}
    return [
        name
        for name, row in shown.items()
        if name not in answered or not (answered[name].query or answered[name].stat == row.stat)
    ]


def individuals(rows: Iterable[Row]) -> Counter[tuple[str, str, str, str, object]]:
    """Return the values of individuals that are shown, each by what it is of, but not by whose it is."""
    return Counter(
        (row.analysis_id, row.variable_level, row.visit, row.stat_name, row.stat)
        for row in rows
        if row.context == "individual" and not row.query
    )


@st.composite
def questions(draw: st.DrawFn, name: str) -> tuple[str, int, str, str]:
    """Draw a cell beside the key of some file, and an answer to the question what stands there."""
    study, data = study_of(name)
    dataset = draw(st.sampled_from(sorted(study.datasets)))
    declared = study.datasets[dataset]
    column = draw(st.sampled_from(sorted(set(declared.columns) - set(declared.key))))
    row = draw(st.integers(0, len(data.frames[dataset]) - 1))
    return dataset, row, column, an_answer(draw, declared.columns[column])


@pytest.mark.parametrize("name", ["jia", "indomethacin"])
@given(drawn=st.data())
@settings(max_examples=24)
def test_whatever_the_site_answers_what_was_printed_stays(name: str, drawn: st.DataObject) -> None:
    dataset, row, column, answer = drawn.draw(questions(name))
    draft = rows_of(with_cell(name, dataset, row, column, "??"), name)
    answered = rows_of(with_cell(name, dataset, row, column, answer), name)
    assert disagreeing(draft, answered) == [], (dataset, row, column, answer)


@pytest.mark.parametrize("text", ["", "??", "J01", "1001", "W0", "W8"])
@pytest.mark.parametrize("name", ["jia", "indomethacin"])
@given(drawn=st.data())
@settings(max_examples=12)
def test_a_broken_key_leaves_nothing_false(name: str, text: str, drawn: st.DataObject) -> None:
    """A participant or a visit is empty, unreadable, or another's: what is printed is what the right key gives.

    Where another's key makes a row that is whole and alone of its kind, nobody could know that it is wrong. Another
    name changes the order of the pseudonyms: of individuals, each value must be one of those at its visit.
    """
    study, data = study_of(name)
    dataset = drawn.draw(st.sampled_from(sorted(study.datasets)))
    row = drawn.draw(st.integers(0, len(data.frames[dataset]) - 1))
    column = drawn.draw(st.sampled_from(sorted(study.datasets[dataset].key)))
    frames = with_cell(name, dataset, row, column, text)
    with tempfile.TemporaryDirectory() as folder:
        made = compute.draft(written(frames, name, Path(folder) / "study"), study)
    if made.open:
        draft = {r.result_id: r for r in made.results if r.context not in (*NOT_COMPARED, "individual")}
        assert disagreeing(draft, as_shipped(name)) == [], (dataset, row, column)
        assert not individuals(made.results.rows) - individuals(as_shipped(name).values())


PEOPLE = "id,started\nP1,2020-03-01\nP2,2020-03-01\nP3,2020-03-10\n"
LABS = """\
id,no,taken,value
P1,1,2020-03-01,10.0
P1,2,2020-04-20,8.0
P1,3,2020-04-26,6.0
P2,1,2020-02-28,9.0
P2,2,2020-04-24,9.5
P2,3,2020-05-20,1.0
P3,1,2020-03-09,7.0
P3,2,2020-05-06,5.0
"""


def by_windows() -> dict[str, Any]:
    """Return a study whose visits are derived from dates: days -7 to 0 and, for day 56, days 42 to 70.

    P1 has two rows in the second window, on days 50 and 56; P2 one there and one after it; P3 one in each.
    """
    text, number = {"type": "text", "required": True}, {"type": "number", "resolution": 0.1, "range": [0, 20]}
    labs = {"id": text, "no": {"type": "integer", "required": True}, "taken": {"type": "date"}, "value": number}
    people = {"id": text, "started": {"type": "date"}}
    endpoint = change("change", "hodges_lehmann", "signed_rank", variable="value", dataset="labs")
    made = single(
        datasets={
            "people": {"file": "people.csv", "participant": "id", "columns": people},
            "labs": {"file": "labs.csv", "participant": "id", "record": "no", "date": "taken", "columns": labs},
        },
        derivations={"at": {"rule": "visit_window", "dataset": "labs", "label": "Visit", "date": "taken"}},
        visits=[
            {"id": "start", "label": "Start", "code": "W0", "day": 0, "window": [-7, 0]},
            {"id": "week8", "label": "Week 8", "code": "W8", "day": 56, "window": [42, 70]},
        ],
        endpoints=[endpoint, {**endpoint, "id": "risen", "methods": [{"method": "shift", "arguments": {"above": 5}}]}],
        individual_data={"display": True, "ground": "invented rows"},
        displays=[
            {"id": "tbl-visits", "kind": "visits", "title": "Visits", "population": "everyone", "variables": ["value"]},
            {"id": "fig-course", "kind": "courses", "title": "Courses", "endpoint": "changed"},
        ],
    )
    made["design"]["start"] = {"dataset": "people", "column": "started"}
    return made


def of_windows(**files: str) -> dict[str, Row]:
    """Return the rows of a draft of that study, with other files where they are given."""
    with tempfile.TemporaryDirectory() as folder:
        study = write(Path(folder), by_windows(), **{"people": PEOPLE, "labs": LABS, **files})
        made = compute.draft(study, study_file.read(study))
    return {row.result_id: row for row in made.results if row.context not in NOT_COMPARED}


def test_a_visit_by_windows_by_hand() -> None:
    """P1's row on day 56 is nearer to the plan than that on day 50, and P2's on day 80 is at no visit."""
    rows = of_windows()
    shown = {name: row.stat for name, row in rows.items() if name.startswith("individual.value.") and "week8" in name}
    assert list(shown.values()) == [6.0, 9.5, 5.0]
    assert (rows["changed.change.week8.median"].stat, rows["risen.shift.raised.n_fell"].stat) == (6.0, 2)


@pytest.mark.parametrize(
    ("date", "whose"),
    [
        ("P1,2,2020-04-20", "P1"),  # the row that was not nearest may be
        ("P1,3,2020-04-26", "P1"),
        ("P2,3,2020-05-20", "P2"),  # the row at no visit may be at one
        ("P3,1,2020-03-09", "P3"),
    ],
)
def test_an_open_date_leaves_holes_at_each_visit_that_it_may_decide(date: str, whose: str) -> None:
    """Of one participant all rows compete for the visits: what is read at a visit waits for every date."""
    rows = of_windows(labs=LABS.replace(date, f"{date[:-1]}?"))
    held = {row.analysis_id for row in rows.values() if row.query and row.context != "individual"}
    assert held == {"changed.change", "changed.hodges_lehmann", "changed.signed_rank", "risen.shift",
                    "visits.assessed", "visits.value"}  # fmt: skip
    alone = [row for row in rows.values() if row.context == "individual"]
    assert len(alone) == 6 and all(bool(row.query) is (row.group1_level == whose) for row in alone)


def with_date(file: str, row: int, told: str) -> dict[str, str]:
    """Return a file with another date in a row."""
    text, column = {"labs": (LABS, 2), "people": (PEOPLE, 1)}[file]
    lines = text.splitlines()
    cells = lines[row].split(",")
    lines[row] = ",".join([*cells[:column], told, *cells[column + 1 :]])
    return {file: "\n".join(lines) + "\n"}


# both ends of both windows and the days beside them, the planned days, and days nearer and farther than others' rows
ANSWERS = [
    "",
    *((pd.Timestamp("2020-03-01") + pd.Timedelta(days=day)).date().isoformat()
      for day in (-8, -7, 0, 1, 41, 42, 50, 55, 56, 62, 70, 71)),
]  # fmt: skip


@pytest.mark.parametrize(("file", "row"), [*(("labs", n) for n in range(1, 9)), *(("people", n) for n in range(1, 4))])
def test_whatever_date_the_site_answers_what_was_printed_stays(file: str, row: int) -> None:
    draft = of_windows(**with_date(file, row, "??"))
    assert any(each.query for each in draft.values())
    for answer in ANSWERS:
        assert disagreeing(draft, of_windows(**with_date(file, row, answer))) == [], answer
