"""Our results written for others, read, and written again: the same, in every shape, to the last bit."""

from __future__ import annotations

import json
import math
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from report.ard import Results, Row
from report.errors import ResultsError
from report.exchange import cells, reading, writing

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12)
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=12)
VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(allow_nan=False, allow_infinity=False), TEXTS,
    st.sampled_from(["NA", "NaN", "Inf", "TRUE", "1", "", "5e-324", "."]), st.sampled_from([-0.0, 5e-324, 0.1, 1e308, 1.0]),
)  # fmt: skip
GROUPS = st.one_of(st.just(("", "")), st.tuples(st.sampled_from(["arm", "participant"]), TEXTS))


@st.composite
def rows(draw: st.DrawFn) -> Row:
    group, level = draw(GROUPS)
    texts = {
        name: draw(TEXTS)
        for name in ("variable_level", "visit", "population", "method", "unit", "reason", "query", "warning")
    }
    return Row(
        result_id=draw(WORDS), analysis_id=draw(WORDS), group1=group, group1_level=level, variable=draw(WORDS),
        context=draw(WORDS), stat_name=draw(WORDS), stat_label=draw(TEXTS), stat=draw(VALUES),
        format_key=draw(st.sampled_from(["fixed:2", "count", "text", "p", "percent:307", "ratio"])), **texts,
    )  # fmt: skip


MANY = st.lists(rows(), min_size=1, max_size=8, unique_by=lambda row: row.result_id)
HEADER = {"mode": "dryrun", "treatment": "dummy", "study": "é ≥ 5", "inputs": {"data/a.csv": "0" * 64}}


def bits(result: Results) -> list[tuple[object, ...]]:
    """Every cell with its type, a float by its bits: -0.0 is not 0.0, and 1 is not 1.0 nor True."""
    return [
        tuple((type(value), value.hex() if isinstance(value, float) else value) for value in (getattr(row, name) for name in Row.__slots__))
        for row in result
    ]  # fmt: skip


def back(name: str, content: str, folder: Path) -> Results:
    path = folder / name
    path.write_text(content, encoding="utf-8", newline="")
    return cells.results(reading.cells(path), HEADER if name.endswith("csv") else None)


@given(MANY)
@settings(max_examples=30)
def test_flat_json_and_csv_bring_every_bit_back(many: list[Row]) -> None:
    results = Results(HEADER, many)
    with tempfile.TemporaryDirectory() as folder:
        for name, write in (("ard.json", writing.flat), ("ard.csv", writing.table)):
            again = back(name, write(results), Path(folder))
            assert bits(again) == bits(results)
            assert again.header == HEADER
            assert write(again) == write(results)


@given(MANY)
@settings(max_examples=30)
def test_a_nested_list_brings_every_row_back(many: list[Row]) -> None:
    results = Results(HEADER, many)
    with tempfile.TemporaryDirectory() as folder:
        again = back("ard.json", writing.nested(results), Path(folder))
        assert sorted(map(str, bits(again))) == sorted(map(str, bits(results)))
        assert again.header == HEADER
        assert writing.nested(again) == writing.nested(results)


@given(MANY)
@settings(max_examples=6)
def test_parquet_brings_every_bit_back(many: list[Row]) -> None:
    results = Results(HEADER, many)
    with tempfile.TemporaryDirectory() as folder:
        one, two = (Path(folder) / name for name in ("one.parquet", "two.parquet"))
        writing.parquet(one, results)
        again = cells.results(reading.cells(one))
        assert bits(again) == bits(results)
        assert again.header == HEADER
        writing.parquet(two, again)
        assert two.read_bytes() == one.read_bytes()


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_finite_number_is_never_written(value: float) -> None:
    row = Row(result_id="a.b", analysis_id="a", variable="x", context="c", method="", stat_name="b", stat_label="b", stat=value, format_key="fixed:1")  # fmt: skip
    for write in (writing.flat, writing.nested, writing.table, lambda results: writing.parquet(Path("never"), results)):
        with pytest.raises(ResultsError, match="no finite number"):
            write(Results(HEADER, [row]))


ROW = Row(
    result_id="age.placebo.week8.mean", analysis_id="age", group1="arm", group1_level="placebo", variable="age", visit="week8",
    context="summary", method="", stat_name="mean", stat_label="Mean", stat=46.0358306188925, format_key="mean:1", unit="years",
)  # fmt: skip


def test_a_row_has_the_columns_of_cards() -> None:
    """The names and kinds of ``check_ard_structure()`` of cards 0.9.0; an arm and a visit are groups."""
    (row,) = json.loads(writing.flat(Results(HEADER, [ROW])))["rows"]
    assert {
        "variable",
        "variable_level",
        "context",
        "stat_name",
        "stat_label",
        "stat",
        "fmt_fun",
        "warning",
        "error",
    } <= set(row)
    assert [row[name] for name in ("group1", "group1_level", "group2", "group2_level")] == [
        "arm",
        "placebo",
        "visit",
        "week8",
    ]
    assert (row["fmt_fun"], row["warning"], row["error"]) == (1, None, None)


def test_a_nested_list_leads_by_names_and_values_to_the_statistic() -> None:
    tree = json.loads(writing.nested(Results(HEADER, [ROW])))
    by_arm = tree["variable"]["age"]["group1"]["arm"]["group1_level"]["placebo"]["group2"]["visit"]["group2_level"][
        "week8"
    ]
    leaf = by_arm["analysis_id"]["age"]["stat_name"]["mean"]
    assert (leaf["stat"], leaf["context"], leaf["warning"], leaf["error"]) == ([46.0358306188925], "summary", [], [])


def test_every_shape_says_how_far_it_may_go(tmp_path: Path) -> None:
    results = Results(HEADER, [ROW])
    assert json.loads(writing.flat(results))["header"]["mode"] == "dryrun"
    assert json.loads(writing.nested(results))["header"]["treatment"] == "dummy"
    assert writing.table(results).splitlines()[1].endswith(",dryrun,dummy")
    writing.parquet(tmp_path / "ard.parquet", results)
    (row,) = reading.cells(tmp_path / "ard.parquet").rows
    assert (row["mode"], row["treatment"], row["stat_num"]) == ("dryrun", "dummy", 46.0358306188925)
