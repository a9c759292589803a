"""Change within participants beyond the exact signed rank: tests/oracle/within.csv, and edges by hand."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from report.analysis.within import paired, signed_ranks
from report.analysis.within.signed_ranks import Ranking
from tests.test_statistics import INPUTS, ORACLE, agrees, pairs, rows, said, stats

CASES = INPUTS | json.loads((ORACLE / "inputs_within.json").read_text(encoding="utf-8"))
OF_MEAN = {"mean": "estimate", "sd": "sd_change", "t_low": "conf.low", "t_high": "conf.high"}
OF_T = {"t": "statistic", "df": "df", "p_t": "p.value"}
OF_SIGN = {"rises": "statistic", "p_sign": "p.value", "floor": "p.floor"}


def ours(row: dict[str, str]) -> float | None:
    case, stat = CASES[row["case"]], row["stat"]
    data, level = pairs(case["differences"]), case.get("level", 0.95)
    if stat in OF_MEAN:
        told = [s for s in paired.mean_change(data, 1, "", confidence=level).statistics if not s.visit]
        return {s.name: s.stat for s in told}[OF_MEAN[stat]]  # type: ignore[return-value]
    if stat in OF_T:
        return stats(paired.paired_t(data, 1, ""))[OF_T[stat]].stat  # type: ignore[return-value]
    if stat in OF_SIGN:
        return stats(paired.sign_test(data, 1, ""))[OF_SIGN[stat]].stat  # type: ignore[return-value]
    return ranked(data.difference, stat)


def ranked(difference: signed_ranks.Vector, stat: str) -> float | None:
    """Return what a name such as p_drop_corrected_two.sided asks for; v and p_exact are of the plain exact test."""
    if stat in ("v", "p_exact"):
        how = Ranking()
    else:
        _, zeros, kind, side = stat.split("_")
        correction = {"corrected": "continuity"}.get(kind, "none")
        distribution = "exact" if kind == "exact" else "asymptotic"
        how = Ranking(zeros, distribution, correction, side.replace(".", "_"))  # type: ignore[arg-type]
    got = {s.name: s for s in signed_ranks.ranked(difference, how, paired.NO_PAIR)}
    return got[{"v": "statistic", "p": "p.value", "z": "z"}[stat.split("_")[0]]].stat  # type: ignore[return-value]


@pytest.mark.parametrize("row", rows("within"), ids=said)
def test_change_within_participants(row: dict[str, str]) -> None:
    value = ours(row)
    if row["stat"] == "rises" and value is None:
        assert all(d == 0 for d in CASES[row["case"]]["differences"])
        return
    agrees(row, value)


def test_no_spread_is_a_reason_and_the_mean_stands() -> None:
    for values, why in (([2.0, 2.0, 2.0], "all differences are the same"), ([2.0], "one pair has no spread")):
        got = {s.name: s for s in paired.mean_change(pairs(values), 0, "").statistics if not s.visit}
        assert (got["estimate"].stat, got["conf.low"].reason, got["conf.high"].reason) == (2.0, why, why)
        test = stats(paired.paired_t(pairs(values), 0, ""))
        assert {test[name].reason for name in ("statistic", "df", "p.value")} == {why}


def test_more_pairs_than_the_exact_test_takes() -> None:
    many = pairs([float(d) for d in range(-400, 701) if d != 0])
    exact = stats(paired.signed_rank(many, 1, ""))
    assert exact["p.value"].reason == "the exact method is computed for at most a thousand pairs"
    close = stats(paired.signed_rank(many, 1, "", distribution="asymptotic"))
    assert 0 < float(close["p.value"].stat or 0) < 1e-4
    assert close["p.floor"].reason == close["p.floor_adjusted"].reason == "an approximate p value has no smallest value"


def test_p_is_never_zero() -> None:
    """Of 5000 rises p lies below what a float holds, by each test that takes so many."""
    many = pairs([float(d) for d in range(1, 5001)])
    for answer in (paired.sign_test(many, 1, ""), paired.signed_rank(many, 1, "", distribution="asymptotic")):
        assert 0 < float(stats(answer)["p.value"].stat or 0) < 1e-300


def test_a_floor_that_is_reached_is_printed_exactly() -> None:
    got = stats(paired.sign_test(pairs([-1.0, -2.0, -2.0, -4.0, -1.0, -3.0]), 1, ""))
    assert (got["p.value"].stat, got["p.value"].format_key, got["p.floor"].stat) == (0.03125, "p_exact", 0.03125)
    assert stats(paired.sign_test(pairs([1.0, -2.0, -2.0]), 1, ""))["p.value"].format_key == "p"


@pytest.mark.parametrize(
    ("arguments", "named", "told"),
    [
        ({}, "exact, two-sided, mid-ranks for ties, zero differences dropped", "the exact two-sided Wilcoxon"),
        ({"zeros": "pratt"}, "ranked and then dropped (Pratt)", "(zero differences ranked and then dropped (Pratt))"),
        ({"distribution": "asymptotic"}, "normal approximation with continuity correction, variance corrected for ties", "with continuity correction"),
        ({"distribution": "asymptotic", "correction": "none"}, "without continuity correction", "without continuity correction"),
    ],
)  # fmt: skip
def test_which_wilcoxon_the_paper_says(arguments: dict[str, str], named: str, told: str) -> None:
    answer = paired.signed_rank(pairs([1.0, 2.0, -3.0]), 1, "", **arguments)  # type: ignore[arg-type]
    assert named in answer.method and told in answer.sentence
    assert stats(answer)["distribution"].stat == arguments.get("distribution", "exact")


def test_means_at_both_visits() -> None:
    data = paired.Pairs(np.array([1.0, 3.0]), np.array([4.0, 5.0]), np.array([3.0, 2.0]), 2, "start", "week8")
    got = {(s.name, s.visit): s.stat for s in paired.mean_change(data, 0, "").statistics}
    assert [got["mean", at] for at in ("start", "week8")] == [2.0, 4.5] and got["N_miss", ""] == 2
    assert got["sd", "start"] == pytest.approx(math.sqrt(2)) and got["sd_change", ""] == pytest.approx(math.sqrt(0.5))
