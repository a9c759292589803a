"""Files that R's cards wrote, of three versions and in four shapes: the same rows come out of all of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from report.exchange import ard_rows, reading
from report.exchange.ard_rows import ArdRow
from tests.exchange import HERE

VERSIONS = ("0.9.0", "0.6.0", "0.0.0.9048")
PLACEBO = (("rx", "0_placebo"),)
# R 4.2.2: mean(), sd() and table() of examples/indomethacin/data/patients.csv, printed with digits = 15
OF_R = {
    ("age", "", "summary", "mean"): 46.0358306188925,
    ("age", "", "summary", "sd"): 13.0865152697675,
    ("age", "", "summary", "median"): 46,
    ("gender", "1_female", "tabulate", "n"): 247,
    ("gender", "1_female", "tabulate", "N"): 307,
    ("gender", "1_female", "tabulate", "p"): 0.804560260586319,
    ("age", "", "missing", "N_miss"): 0,
}


def cards(version: str, name: str) -> tuple[ArdRow, ...]:
    return reading.read(HERE / f"cards-{version}-{name}").rows


def facts(rows: tuple[ArdRow, ...]) -> set[tuple[object, ...]]:
    """What a row says apart from labels and formats, which a nested list and a CSV lose.

    jsonlite and write.csv give 15 digits, Parquet holds every bit: 12 digits are compared.
    """
    return {
        (row.groups, row.variable, row.variable_level, row.context, row.stat_name, digits_of(row.stat)) for row in rows
    }


def digits_of(stat: object) -> object:
    return format(stat, ".12g") if isinstance(stat, int | float) and not isinstance(stat, bool) else stat


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("shape", ["flat.json", "nested.json"])
def test_a_file_of_each_version_holds_what_r_computed(version: str, shape: str) -> None:
    of_placebo = {
        (row.variable, row.variable_level, row.context, row.stat_name): row.stat
        for row in cards(version, shape) if row.groups == PLACEBO
    }  # fmt: skip
    assert {key: of_placebo[key] for key in OF_R} == OF_R


@pytest.mark.parametrize("version", VERSIONS)
def test_every_shape_holds_the_same_rows(version: str) -> None:
    flat = facts(cards(version, "flat.json"))
    assert len(flat) > 30
    assert facts(cards(version, "nested.json")) == flat
    for path in HERE.glob(f"cards-{version}-flat.[cp]*"):
        assert facts(reading.read(path).rows) == flat


def test_old_and_new_names_are_the_same_results() -> None:
    new, old, oldest = (facts(cards(version, "flat.json")) for version in VERSIONS)
    assert old == oldest
    assert old < new  # which has the tests of cardx besides


def test_a_test_has_its_group_without_a_level_and_its_arguments() -> None:
    test = {row.stat_name: row for row in cards("0.9.0", "flat.json") if row.context == "stats_t_test"}
    assert test["p.value"].groups == (("rx", None),)
    assert test["p.value"].stat == 0.149381559595682  # t.test(age ~ rx) of R 4.2.2
    assert test["method"].stat == "Welch Two Sample t-test"
    assert test["var.equal"].stat is False
    assert test["estimate"].stat_label == "Mean Difference"


def test_decimals_come_from_the_format_or_from_what_was_printed() -> None:
    for shape in ("flat.json", "nested.json"):
        digits = {(row.variable, row.stat_name): row.digits for row in cards("0.9.0", shape) if row.groups == PLACEBO}
        assert digits["age", "mean"] == 1
        assert digits["age", "N"] == 0


def test_na_is_no_value_with_a_reason_and_an_error_is_kept() -> None:
    one = {row.stat_name: row for row in cards("0.9.0", "one.json")}
    assert (one["sd"].stat, one["sd"].reason) == (None, "no value was given")  # the SD of one value
    assert one["mean"].stat == 26
    failed = cards("0.9.0", "failed.json")
    assert {row.error for row in failed} == {"grouping factor must have exactly 2 levels"}


@pytest.mark.parametrize(
    ("written", "stat", "reason"),
    [
        ([1.5], 1.5, ""), (1.5, 1.5, ""), ({}, None, "no value was given"), ([], None, "no value was given"),
        ([None], None, "no value was given"), (["NA"], None, "no value was given"), (["NaN"], None, "no value was given"),
        (["Inf"], None, "infinite"), (["-Inf"], None, "infinite"), (float("inf"), None, "infinite"),
        (float("nan"), None, "no value was given"), ([True], True, ""), (["two.sided"], "two.sided", ""),
    ],
)  # fmt: skip
def test_a_cell_as_jsonlite_writes_it(written: Any, stat: object, reason: str) -> None:
    row = ard_rows.of({"variable": "x", "stat_name": "y", "stat": written})
    assert (row.stat, row.reason) == (stat, reason)


@pytest.mark.parametrize(
    ("format_", "digits"), [([2], 2), ("xx.xx", 2), ("xx", 0), (["function (x) ", "{"], None), ({}, None)]
)
def test_a_format_is_a_number_a_pattern_or_a_function(format_: Any, digits: int | None) -> None:
    row = ard_rows.of({"variable": "x", "stat_name": "y", "stat": 1, "fmt_fn": format_})
    assert row.digits == digits


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[]", "it holds no row"), ("{}", "it is no ARD"), ('[{"variable": "x"}]', "row 1: there is no column stat_name, stat"),
        ('[{"variable": "x", "stat_name": "m", "stat": [1, 2]}]', "row 1: a cell holds several values"),
        ('{"variable": {"x": {"stat_name": {"m": 3}}}}', "stat_name m of the nested list holds no statistic"),
        ("[1]", "row 1 is no row of columns"),
        ('[{"variable": "x", "stat_name": "m", "stat": NaN}]', "it holds NaN, which is no number"),
    ],
)  # fmt: skip
def test_what_is_no_ard_is_said(content: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=said):
        reading.read(tmp_path / "x.json")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "it is empty"), ("a,a\n1,2\n", "two columns have the same name"), ("a,b\n1\n", "line 2 has 1 cell, and the header has 2"),
        ('"a"b\n', "this is not CSV"), ("variable,stat_name,stat\n", "it holds no row"),
    ],
)  # fmt: skip
def test_what_is_no_csv_is_said(content: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=said):
        reading.read(tmp_path / "x.csv")


def test_a_damaged_parquet_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "x.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(ValueError, match="this is not a Parquet file"):
        reading.read(tmp_path / "x.parquet")


def test_several_groups_keep_their_order_past_nine() -> None:
    cells = {f"group{number}": f"g{number}" for number in (10, 2, 1)} | {
        f"group{number}_level": [f"l{number}"] for number in (1, 2, 10)
    }
    row = ard_rows.of({**cells, "variable": "x", "stat_name": "n", "stat": 1})
    assert row.groups == (("g1", "l1"), ("g2", "l2"), ("g10", "l10"))


def test_the_script_names_every_file_that_stands_here() -> None:
    """Each file says the version of cards that wrote it, and the manifest of this folder is the script."""
    assert {path.name.split("-")[1] for path in HERE.glob("cards-*")} == set(VERSIONS)
    assert json.loads((HERE / "cards-0.9.0-flat.json").read_text(encoding="utf-8"))[0]["fmt_fun"] == [0]
    assert json.loads((HERE / "cards-0.6.0-flat.json").read_text(encoding="utf-8"))[0]["fmt_fn"] == [0]
    assert "statistic_fmt_fn" in json.loads((HERE / "cards-0.0.0.9048-flat.json").read_text(encoding="utf-8"))[0]
