"""Properties of the check: the order of rows says nothing, and a cell outside its contract is always found."""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from report.analysis import compute
from report.ard import Row
from report.checking import check, sources
from report.study import file as study_file
from report.study.data import Column, Dataset
from tests.conftest import STUDIES, copy_study


@functools.cache
def study_of(name: str):  # type: ignore[no-untyped-def]
    study = study_file.read(STUDIES[name])
    return study, sources.read(STUDIES[name], study)


def written(frames: dict[str, pd.DataFrame], name: str, folder: Path) -> Path:
    """Write data files as they are, with the shipped study file."""
    made = copy_study(name, folder)
    for dataset, frame in frames.items():
        frame.to_csv(made / "data" / study_of(name)[0].datasets[dataset].file, index=False, lineterminator="\n")
    return made


def rows_of(frames: dict[str, pd.DataFrame], name: str) -> tuple[Row, ...]:
    with tempfile.TemporaryDirectory() as folder:
        return compute.results(written(frames, name, Path(folder) / "study"), study_of(name)[0]).rows


@functools.cache
def as_shipped(name: str) -> tuple[Row, ...]:
    return rows_of(dict(study_of(name)[1].frames), name)


@pytest.mark.parametrize("name", ["jia", "indomethacin"])
@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=12)
def test_any_order_of_rows_gives_the_same_results(name: str, seed: int) -> None:
    frames = {d: frame.sample(frac=1, random_state=seed) for d, frame in study_of(name)[1].frames.items()}
    assert rows_of(frames, name) == as_shipped(name)


Corrupt = Callable[[Column, str], list[str]]


def of_type(column: Column, cell: str) -> list[str]:
    """Return texts that no cell of this type may hold."""
    return {
        "integer": ["x", "1.5", "1,5", "--1", "1 2", "٣", "nan", "1e3"],
        "number": ["x", "1,5", "1.2.3", "--1", "1 2", "inf", "NaN", "0x1F"],
        "date": ["x", "2013-02-30", "30/02/2013", "20130228", "2013-1-1", "41694"],
        "category": ["x", f"{cell} ", cell.swapcase() + "?", "\u00a0"],
        "text": [" x", "x ", "x\u202e", "x\x07"],
    }[column.type]


def of_range(column: Column, cell: str) -> list[str]:
    """Return numbers just and far outside the range, and dates after the cut-off and before 1900."""
    if column.type == "date":
        return ["2200-01-01", "1899-12-31"]
    low, high = column.range or (-1e12, 1e12)
    return [f"{high + column.resolution:.6f}", f"{low - column.resolution:.6f}", "1e300", "-1e300"]


def of_resolution(column: Column, cell: str) -> list[str]:
    """Return the cell's number moved by less than a step."""
    middle = sum(column.range) / 2 if column.range else 0.0
    steps = round(middle / column.resolution)
    return [f"{steps * column.resolution + column.resolution / 3:.8f}"]


def kinds(column: Column) -> list[Corrupt]:
    made: list[Corrupt] = [of_type]
    if column.type == "date" or (column.type == "number" and column.range):
        made.append(of_range)
    if column.type == "number":
        made.append(of_resolution)
    return made


@st.composite
def corrupted(draw: st.DrawFn, name: str) -> tuple[dict[str, pd.DataFrame], str, str]:
    """Draw a shipped study's files with one cell outside its contract; also its data set and its column."""
    study, data = study_of(name)
    dataset = draw(st.sampled_from(sorted(study.datasets)))
    declared: Dataset = study.datasets[dataset]
    column = draw(st.sampled_from(sorted(declared.columns)))
    frame = data.frames[dataset].copy()
    row = draw(st.integers(0, len(frame) - 1))
    cell = str(frame[column].iloc[row])
    corrupt = draw(st.sampled_from(kinds(declared.columns[column])))
    frame.iloc[row, list(frame.columns).index(column)] = draw(st.sampled_from(corrupt(declared.columns[column], cell)))
    return {**data.frames, dataset: frame}, dataset, column


@pytest.mark.parametrize("name", ["jia", "indomethacin"])
@given(drawn=st.data())
@settings(max_examples=30)
def test_a_cell_outside_its_contract_is_found_and_a_draft_is_computed(name: str, drawn: st.DataObject) -> None:
    frames, dataset, column = drawn.draw(corrupted(name))
    study, _ = study_of(name)
    with tempfile.TemporaryDirectory() as folder:
        made = compute.draft(written(frames, name, Path(folder) / "study"), study)
    assert any(q.fault.dataset == dataset and column in (q.fault.column, "") for q in made.open), (dataset, column)


@pytest.mark.parametrize("name", ["jia", "indomethacin"])
@given(drawn=st.data())
@settings(max_examples=12)
def test_a_row_with_a_broken_key_is_found(name: str, drawn: st.DataObject) -> None:
    """A row twice, a key that is empty, a participant of another study: found, and a draft is computed all the same."""
    study, data = study_of(name)
    dataset = drawn.draw(st.sampled_from(sorted(study.datasets)))
    frame = data.frames[dataset].copy()
    row = drawn.draw(st.integers(0, len(frame) - 1))
    key = drawn.draw(st.sampled_from(study.datasets[dataset].key))
    if drawn.draw(st.booleans()):
        frame = pd.concat([frame, frame.iloc[[row]]], ignore_index=True)
    else:
        frame.iloc[row, list(frame.columns).index(key)] = drawn.draw(st.sampled_from(["", "nobody"]))
    with tempfile.TemporaryDirectory() as folder:
        made = compute.draft(written({**data.frames, dataset: frame}, name, Path(folder) / "study"), study)
    renamed = dataset == study.participants and not [f for f in made.open if f.fault.dataset == dataset]
    assert made.open or (renamed and len(study.datasets) == 1)  # in a single file another name is only another name


def test_the_shipped_studies_are_clean() -> None:
    for name in STUDIES:
        assert check.check(*study_of(name)) == []
