"""Descriptions of one variable against R and SAS documentation, and what is not estimable."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from report.analysis.basis.descriptives import SUMMARIES, describe, quantile
from report.analysis.basis.methods import Statistic
from report.study.plan import BaselineVariable

ORACLE = Path(__file__).parent / "oracle"
INPUTS = json.loads((ORACLE / "inputs_descriptives.json").read_text(encoding="utf-8"))
ROWS = list(csv.DictReader((ORACLE / "descriptives.csv").read_text(encoding="utf-8").splitlines()[1:]))
ALL = tuple(SUMMARIES)


def described(values: Any, quartiles: Any = 2, decimals: int = 1) -> dict[str, Statistic]:
    return {each.name: each for each in describe(np.array(values, dtype=float), ALL, decimals, "mg", quartiles)}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['case']}: {row['stat']} by {row['source']}")
def test_descriptions(row: dict[str, str]) -> None:
    name, _, kind = row["stat"].partition("_type")
    ours = described(INPUTS[row["case"]]["sample"], int(kind or 2))[name]
    theirs = float(row["value"])
    if math.isnan(theirs):
        assert ours.stat is None and ours.reason
    else:
        assert isinstance(ours.stat, float)
        assert ours.stat == pytest.approx(theirs, rel=1e-12, abs=float(row["tolerance"]))


@pytest.mark.parametrize(
    ("values", "reasons"),
    [
        ([], dict.fromkeys(("mean", "sd", "se", "median", "min", "max", "p25", "p75", "geometric_mean", "geometric_cv"), "no value was recorded")),
        ([math.nan, math.nan], dict.fromkeys(("mean", "median", "geometric_mean"), "no value was recorded")),
        ([3.0, math.nan], {"sd": "one value has no spread", "se": "one value has no spread", "geometric_cv": "one value has no spread", "mean": "", "geometric_mean": ""}),
        ([0.0, 1.0], {"geometric_mean": "a value is zero or below and has no logarithm", "geometric_cv": "a value is zero or below and has no logarithm", "mean": ""}),
        ([-1.0, 1.0], {"geometric_mean": "a value is zero or below and has no logarithm", "se": ""}),
        ([1e-300, 1e12], {"geometric_cv": "the values lie too many orders of magnitude apart", "geometric_mean": ""}),
    ],
)  # fmt: skip
def test_what_is_not_estimable_says_why(values: list[float], reasons: dict[str, str]) -> None:
    found = described(values)
    assert {name: found[name].reason for name in reasons} == reasons
    assert all((each.stat is None) == bool(each.reason) for each in found.values())
    assert found["N_nonmiss"].stat == sum(not math.isnan(value) for value in values)


def test_equal_values_have_no_spread_to_the_last_digit() -> None:
    found = described([0.1, 0.1, 0.1])
    assert (found["sd"].stat, found["se"].stat, found["geometric_cv"].stat, found["mean"].stat) == (0.0, 0.0, 0.0, 0.1)


def test_how_each_is_printed() -> None:
    """Means with a decimal more than the values, a coefficient of variation in percent with one; the rest as values."""
    found = described([1.5, 2.5, 9.0], decimals=2)
    keys = {name: each.format_key for name, each in found.items()}
    assert keys == {
        "N_nonmiss": "count", "N_miss": "count", "mean": "mean:3", "sd": "mean:3", "se": "mean:3", "median": "median:2",
        "min": "fixed:2", "max": "fixed:2", "p25": "median:2", "p75": "median:2", "geometric_mean": "mean:3",
        "geometric_cv": "points:1",
    }  # fmt: skip
    assert {each.unit for name, each in found.items() if not name.startswith("N")} == {"mg", "%"}


def test_a_statistic_of_two_summaries_stands_once() -> None:
    names = [each.name for each in describe(np.array([1.0, 2.0]), ("median_range", "median_quartiles", "range"), 0)]
    assert names == ["N_nonmiss", "N_miss", "median", "min", "max", "p25", "p75"]


def test_the_median_is_the_same_by_both_types_of_quartiles() -> None:
    for size in range(1, 12):
        values = np.arange(1.0, size + 1)
        assert quantile(values, 0.5, 2) == quantile(values, 0.5, 7) == (size + 1) / 2


def test_every_summary_of_the_study_file_is_described() -> None:
    offered = BaselineVariable.model_fields["summary"].annotation
    assert set(SUMMARIES) == set(offered.__args__[0].__args__)  # type: ignore[union-attr]
