"""Outcomes of one arm: the exact interval of a proportion against R, and who was above a limit, by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.analysis import compute
from report.analysis.within import one_arm, paired
from report.analysis.within.one_arm import OneCount
from report.analysis.within.paired import Pairs
from report.errors import DataError
from report.paper import numbers
from report.paper.styles import STYLES
from report.study import file as study_file
from tests.followed import CHANGE, RESPONSE, SCORES, drafted, followed, holes, values
from tests.invented import write
from tests.test_statistics import INPUTS, agrees, rows, said, stats


@pytest.mark.parametrize("row", [r for r in rows("proportion") if r["stat"].startswith("cp_")], ids=said)
def test_clopper_pearson(row: dict[str, str]) -> None:
    case = INPUTS[row["case"]]
    count = OneCount(case["events"], case["total"], 0)
    got = stats(one_arm.of_one_arm(count, 0, "", confidence=case.get("level", 0.95)))
    agrees(row, got[{"cp_low": "conf.low", "cp_high": "conf.high"}[row["stat"]]].stat)  # type: ignore[arg-type]


def test_none_of_six(tmp_path: Path) -> None:
    """0 of 6 leaves up to 1 - 0.025^(1/6) = 0.4593: printed as 0% with 0% to 46%."""
    got = stats(one_arm.of_one_arm(OneCount(0, 6, 1), 0, ""))
    assert (got["n"].stat, got["N"].stat, got["p"].stat, got["conf.low"].stat) == (0, 6, 0.0, 0.0)
    assert got["conf.high"].stat == pytest.approx(1 - 0.025 ** (1 / 6), abs=1e-12)
    assert (got["N_miss"].stat, got["N_population"].stat, got["conf.level"].stat) == (1, 7, 0.95)
    row = drafted(tmp_path, scores=SCORES.replace(",good", ",bad")).results.by_id("response.proportion.conf.high")
    assert row.format_key == "percent:4" and numbers.text(row, STYLES["plain"]).plain == "60%"  # 1 - 0.025^(1/4)


def test_one_of_one() -> None:
    """1 of 1: from 0.025 to 1."""
    got = stats(one_arm.of_one_arm(OneCount(1, 1, 0), 0, ""))
    assert got["conf.low"].stat == pytest.approx(0.025, abs=1e-12) and got["conf.high"].stat == 1.0


def test_nobody_has_an_outcome() -> None:
    got = stats(one_arm.of_one_arm(OneCount(0, 0, 3), 0, ""))
    assert {name: (got[name].stat, got[name].reason) for name in ("p", "conf.low", "conf.high")} == {
        "p": (None, "no participant in the denominator"),
        "conf.low": (None, "no participant has an outcome"),
        "conf.high": (None, "no participant has an outcome"),
    }
    assert (got["n"].stat, got["N"].stat, got["N_miss"].stat, got["N_population"].stat) == (0, 0, 3, 3)


@given(st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_an_interval_holds_its_share_and_mirrors(counts: tuple[int, int]) -> None:
    x, n = counts
    low, high = one_arm.clopper_pearson(x, n)
    back = one_arm.clopper_pearson(n - x, n)
    assert 0 <= low <= x / n <= high <= 1 and back == pytest.approx((1 - high, 1 - low), abs=1e-12)


def test_a_proportion_at_a_visit(tmp_path: Path) -> None:
    """Week 8: P1 and P3 good, P2 and P4 bad, P5 has no row, P7 no value; P6 is not of the population."""
    got = values(drafted(tmp_path).results, "response.proportion")
    assert [got[name] for name in ("n", "N", "p", "N_miss", "N_population")] == [2, 4, 0.5, 2, 6]
    # R: binom.test(2, 4)$conf.int
    assert [got[name] for name in ("conf.low", "conf.high")] == pytest.approx([0.06758599, 0.93241401], abs=1e-8)


def test_a_proportion_rests_on_its_visit_alone(tmp_path: Path) -> None:
    for at, held in (("P1,W8,8.0,good", True), ("P1,W0,12.0,bad", False)):
        made = drafted(tmp_path, scores=SCORES.replace(at, f"{at[: at.rindex(',')]},godo"))
        assert len(made.open) == 1
        shown = made.results.select(analysis_id="response.proportion")
        assert {row.stat_name for row in shown if not row.query} == (
            {"method", "sentence", "conf.level"} if held else {row.stat_name for row in shown}
        )


SHIFTED = {
    "limit": 10, "N_pairs": 4, "N_miss": 2,
    "raised.N": 2, "raised.n_raised": 1, "raised.n_not_raised": 1, "raised.n_fell": 1, "raised.n_rose": 1,
    "raised.n_same": 0, "not_raised.N": 2, "not_raised.n_raised": 1, "not_raised.n_not_raised": 1,
    "not_raised.n_fell": 0, "not_raised.n_rose": 1, "not_raised.n_same": 1,
}  # fmt: skip


def test_who_was_above_a_limit(tmp_path: Path) -> None:
    """Above 10: P1 12 to 8, P2 10.5 to 11; not above it: P3 10 to 10, which is no more than the limit, P4 3 to 12."""
    made = drafted(tmp_path).results
    got = values(made, "changed.shift")
    assert {name: got[name] for name in SHIFTED} == SHIFTED
    assert {row.variable_level for row in made.select(analysis_id="changed.shift")} == {"", "raised", "not_raised"}


def pairs(*both: tuple[float, float]) -> Pairs:
    before, after = (np.array([each[at] for each in both], dtype=float) for at in (0, 1))
    return Pairs(before, after, after - before, 0, "start", "week8")


def test_a_value_that_equals_the_limit_is_not_above_it() -> None:
    got = {
        f"{s.level}.{s.name}": s.stat for s in paired.shift(pairs((0.3, 0.4), (0.4, 0.3)), 1, "", above=0.3).statistics
    }
    assert (got["not_raised.N"], got["not_raised.n_raised"], got["raised.N"], got["raised.n_not_raised"]) == (
        1,
        1,
        1,
        1,
    )


@pytest.mark.parametrize(
    ("above", "decimals", "key"), [(10, 0, "fixed:0"), (10, 1, "fixed:1"), (0.25, 1, "fixed:2"), (2.5, 0, "fixed:1")]
)
def test_a_limit_is_printed_with_all_its_digits(above: float, decimals: int, key: str) -> None:
    got = stats(paired.shift(pairs((1, 2)), decimals, "mg/l", above=above))["limit"]
    assert (got.stat, got.format_key, got.unit) == (above, key, "mg/l")


def test_nobody_has_both_values() -> None:
    got = paired.shift(pairs(), 1, "", above=1.0).statistics
    assert {s.stat for s in got if s.name != "limit"} == {0}


def test_a_shift_is_a_hole_where_a_value_is_open(tmp_path: Path) -> None:
    made = drafted(tmp_path, scores=SCORES.replace("P3,W8,10.0", "P3,W8,ten"))
    assert "changed.shift" in holes(made.results) and "response.proportion" not in holes(made.results)


@pytest.mark.parametrize(
    ("use", "told", "remedy"),
    [
        ({"method": "shift"}, "the argument above is missing", "add arguments: {above: ...}, which takes a number"),
        ({"method": "shift", "arguments": {"above": "high"}}, "a number was expected (came: 'high')", "write a number"),
        ({"method": "shift", "arguments": {"above": True}}, "a number was expected (came: true)", "write a number"),
    ],
)
def test_an_argument_of_shift(tmp_path: Path, use: dict[str, Any], told: str, remedy: str) -> None:
    change = {**CHANGE, "methods": [*CHANGE["methods"][:3], use]}
    study = {**followed(), "endpoints": [change, RESPONSE], "displays": []}
    write(tmp_path, study, people="", scores="", events="")
    with pytest.raises(DataError) as caught:
        compute.draft(tmp_path, study_file.read(tmp_path))
    (found,) = caught.value.findings
    assert (found.code, found.message, found.remedy) == ("method-argument", told, remedy)
