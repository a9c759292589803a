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

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from report.analysis import compute
from report.ard import Row
from report.study.data import Column
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
        return draw(st.dates(pd.Timestamp("2012-01-01").date(), pd.Timestamp("2012-03-01").date())).isoformat()
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


def individuals(rows: Iterable[Row]) -> Counter[tuple[str, object]]:
    """Return the values of individuals that are shown, by visit."""
    return Counter((row.visit, row.stat) for row in rows if row.context == "individual" and not row.query)


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
@settings(max_examples=40)
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
