"""Every statistic against R, and against figures in print.

tests/oracle/*.csv hold the R calls and what they gave (docs/statistics-oracle.md); rows without a call are published.
A NaN says that R has no value: ours must have none either, with a reason.
"""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.analysis.basis import descriptives, methods, score_intervals
from report.analysis.events import two_by_two
from report.analysis.events.two_by_two import ArmCount, EventCounts
from report.analysis.within import paired
from report.analysis.within.paired import Pairs

ORACLE = Path(__file__).parent / "oracle"
INPUTS = json.loads((ORACLE / "inputs.json").read_text(encoding="utf-8"))


def rows(name: str) -> list[dict[str, str]]:
    lines = (ORACLE / f"{name}.csv").read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(lines[1:]))


def said(row: dict[str, str]) -> str:
    return f"{row['case']}: {row['stat']} by {row['call'] or row['source']}"


def agrees(row: dict[str, str], ours: float | None) -> None:
    theirs = float(row["value"])
    if math.isnan(theirs):
        assert ours is None, said(row)
    elif math.isinf(theirs):
        assert ours is None or math.isinf(ours), said(row)
    else:
        assert ours is not None and abs(ours - theirs) <= float(row["tolerance"]), f"{said(row)}: {theirs}, ours {ours}"


def pairs(difference: list[float]) -> Pairs:
    d = np.array(difference, dtype=float)
    return Pairs(np.zeros(len(d)), d, d, 0, "before", "after")


def stats(answer: methods.Answer) -> dict[str, methods.Statistic]:
    return {s.name: s for s in answer.statistics if s.arm in ("", "treated")}


def signed_rank(row: dict[str, str]) -> float | None:
    zeros = "pratt" if row["stat"].endswith("pratt") else "drop"
    got = stats(paired.signed_rank(pairs(INPUTS[row["case"]]["differences"]), 1, "", zeros=zeros))
    name = {"v": "statistic", "p": "p.value"}.get(row["stat"].split("_")[0], row["stat"])
    if name == "n":
        return float(sum(int(got[part].stat or 0) for part in ("n_used", "n_zero")))
    if got[name].stat is None:
        assert got[name].reason
    return got[name].stat  # type: ignore[return-value]


@pytest.mark.parametrize("row", rows("signed_rank"), ids=said)
def test_signed_rank(row: dict[str, str]) -> None:
    ours = signed_rank(row)
    if row["stat"].startswith("v") and float(row["value"]) == 0 and ours is None:
        return  # R gives V = 0 where no difference is left; ours gives a reason
    agrees(row, ours)


@pytest.mark.parametrize("row", rows("hodges_lehmann"), ids=said)
def test_hodges_lehmann(row: dict[str, str]) -> None:
    case = INPUTS[row["case"]]
    got = stats(paired.hodges_lehmann(pairs(case["differences"]), 1, "", confidence=case.get("level", 0.95)))
    name = {
        "estimate": "estimate",
        "conf_low": "conf.low",
        "conf_high": "conf.high",
        "achieved_level": "conf.level_reached",
    }
    if row["stat"] not in name:
        return
    level = next(
        float(r["value"]) for r in rows("hodges_lehmann") if r["case"] == row["case"] and r["stat"] == "achieved_level"
    )
    if level < case.get("level", 0.95) and row["stat"] != "estimate":
        assert got[name[row["stat"]]].stat is None and "allow no interval" in got[name[row["stat"]]].reason
    else:
        agrees(row, got[name[row["stat"]]].stat)  # type: ignore[arg-type]


OUR_QUANTILES = {
    "p25_type2": "p25",
    "p75_type2": "p75",
    "p50_type2": "median",
    "median": "median",
    "mean": "mean",
    "sd": "sd",
    "min": "min",
    "max": "max",
}


@pytest.mark.parametrize("row", [r for r in rows("quantiles") if r["stat"] in OUR_QUANTILES], ids=said)
def test_descriptives(row: dict[str, str]) -> None:
    values = np.array(INPUTS[row["case"]]["sample"], dtype=float)
    got = {s.name: s for s in descriptives.describe(values, ["mean_sd", "median_range", "median_quartiles"], 1)}
    agrees(row, got[OUR_QUANTILES[row["stat"]]].stat)  # type: ignore[arg-type]


def two_arms(x1: int, n1: int, x2: int, n2: int) -> EventCounts:
    return EventCounts((ArmCount("treated", x1, n1, 0), ArmCount("control", x2, n2, 0)), "control")


@pytest.mark.parametrize("row", [r for r in rows("fisher") if r["stat"] == "p_value"], ids=said)
def test_fisher(row: dict[str, str]) -> None:
    (a, b), (c, d) = INPUTS[row["case"]]["table"]
    if 0 in (a + b, c + d):  # R says p = 1 of an arm without participants; ours says that nothing is estimable
        assert stats(two_by_two.fisher(two_arms(a, a + b, c, c + d), 1, ""))["p.value"].reason
        return
    agrees(row, stats(two_by_two.fisher(two_arms(a, a + b, c, c + d), 1, ""))["p.value"].stat)  # type: ignore[arg-type]


@pytest.mark.parametrize("row", [r for r in rows("proportion") if r["stat"].startswith("wilson")], ids=said)
def test_wilson(row: dict[str, str]) -> None:
    case = INPUTS[row["case"]]
    limits = score_intervals.wilson(case["events"], case["total"], case.get("level", 0.95))
    agrees(row, limits[row["stat"] == "wilson_high"])


def compared(case: dict[str, int]) -> EventCounts:
    return two_arms(case["events1"], case["total1"], case["events2"], case["total2"])


DIFFERENCE = {"newcombe": "newcombe", "mn": "miettinen_nurminen"}


@pytest.mark.parametrize(
    "row", [r for r in rows("proportion_difference") if r["stat"].split("_")[0] in (*DIFFERENCE, "estimate")], ids=said
)
def test_risk_reduction(row: dict[str, str]) -> None:
    """Ours is reference minus arm: the limits change places and sign."""
    method, _, end = row["stat"].partition("_")
    case = INPUTS[row["case"]]
    kind = DIFFERENCE.get(method, "newcombe")
    answer = two_by_two.risk_reduction(compared(case), 2, "", interval=kind, confidence=case.get("level", 0.95))  # type: ignore[arg-type]
    mirrored = stats(answer)[{"low": "conf.high", "high": "conf.low", "": "estimate"}[end]].stat
    agrees(row, None if mirrored is None else -float(mirrored))


@pytest.mark.parametrize("row", rows("proportion_ratio"), ids=said)
def test_risk_ratio(row: dict[str, str]) -> None:
    method, _, end = row["stat"].partition("_")
    case = INPUTS[row["case"]]
    kind = "miettinen_nurminen" if method == "mn" else "koopman"
    got = stats(two_by_two.risk_ratio(compared(case), 3, "", interval=kind, confidence=case.get("level", 0.95)))  # type: ignore[arg-type]
    ours = got[{"low": "conf.low", "high": "conf.high", "": "estimate"}[end]]
    if (
        case["events1"] + case["events2"] == 0
    ):  # R's convention gives limits 0 and Inf; ours says that nothing is estimable
        assert ours.stat is None and ours.reason == "no event in either arm"
    else:
        agrees(row, ours.stat)  # type: ignore[arg-type]


def test_indomethacin_as_computed_elsewhere() -> None:
    """Elmunzer 2012: 27/295 against 52/307; limits computed independently of this project."""
    counts = two_arms(27, 295, 52, 307)
    mn = stats(two_by_two.risk_reduction(counts, 2, "", interval="miettinen_nurminen"))
    nc = stats(two_by_two.risk_reduction(counts, 2, "", interval="newcombe"))
    rr = stats(two_by_two.risk_ratio(counts, 3, "", interval="miettinen_nurminen"))
    assert [round(100 * float(mn[k].stat or 0), 2) for k in ("estimate", "conf.low", "conf.high")] == [
        7.79,
        2.44,
        13.23,
    ]
    assert [round(100 * float(nc[k].stat or 0), 2) for k in ("conf.low", "conf.high")] == [2.40, 13.16]
    assert [round(float(rr[k].stat or 0), 3) for k in ("estimate", "conf.low", "conf.high")] == [0.540, 0.349, 0.832]
    assert round(float(stats(two_by_two.fisher(counts, 1, ""))["p.value"].stat or 0), 3) == 0.005


differences = st.lists(st.integers(-30, 30), min_size=1, max_size=14)


@given(differences)
def test_signed_rank_mirrors(values: list[int]) -> None:
    """Turning all signs leaves p and turns the estimate and its interval."""
    there, back = pairs([float(v) for v in values]), pairs([-float(v) for v in values])
    p = [stats(paired.signed_rank(side, 1, ""))["p.value"].stat for side in (there, back)]
    assert p[0] == p[1] or (p[0] and p[1] and math.isclose(float(p[0]), float(p[1]), rel_tol=1e-12))
    one, two = (stats(paired.hodges_lehmann(side, 1, "")) for side in (there, back))
    assert one["estimate"].stat == -float(two["estimate"].stat or 0)
    if one["conf.low"].stat is not None:
        assert one["conf.low"].stat == -float(two["conf.high"].stat or 0)
        assert float(one["conf.low"].stat) <= float(one["estimate"].stat or 0) <= float(one["conf.high"].stat or 0)


@given(differences)
def test_p_lies_between_its_floor_and_one(values: list[int]) -> None:
    got = stats(paired.signed_rank(pairs([float(v) for v in values]), 1, ""))
    if got["p.value"].stat is not None:
        assert float(got["p.floor"].stat or 0) * (1 - 1e-12) <= float(got["p.value"].stat) <= 1


tables = st.tuples(st.integers(1, 40), st.integers(1, 40)).flatmap(
    lambda n: st.tuples(st.integers(0, n[0]), st.just(n[0]), st.integers(0, n[1]), st.just(n[1]))
)


@given(tables, st.sampled_from(["newcombe", "miettinen_nurminen"]))
def test_difference_holds_its_estimate_and_mirrors(table: tuple[int, int, int, int], kind: str) -> None:
    limits = {"newcombe": score_intervals.newcombe, "miettinen_nurminen": score_intervals.miettinen_nurminen}[kind]
    x1, n1, x2, n2 = table
    low, high = limits(x1, n1, x2, n2)
    back = limits(x2, n2, x1, n1)
    assert -1 - 1e-12 <= low <= x1 / n1 - x2 / n2 + 1e-9 and x1 / n1 - x2 / n2 - 1e-9 <= high <= 1 + 1e-12
    assert math.isclose(low, -back[1], abs_tol=1e-9) and math.isclose(high, -back[0], abs_tol=1e-9)


@given(tables, st.booleans())
def test_ratio_holds_its_estimate_and_mirrors(table: tuple[int, int, int, int], corrected: bool) -> None:
    x1, n1, x2, n2 = table
    if x1 and x2:
        low, high = score_intervals.score_ratio(x1, n1, x2, n2, 0.95, corrected)
        back = score_intervals.score_ratio(x2, n2, x1, n1, 0.95, corrected)
        seen = (x1 / n1) / (x2 / n2)
        assert low <= seen * (1 + 1e-9) and seen * (1 - 1e-9) <= high
        assert math.isclose(low, 1 / back[1], rel_tol=1e-6) and math.isclose(high, 1 / back[0], rel_tol=1e-6)


@pytest.mark.parametrize(
    ("values", "reason"),
    [([], "no participant has both values"), ([0.0, 0.0], "no difference is other than zero")],
)
def test_nothing_to_rank_is_a_reason(values: list[float], reason: str) -> None:
    assert stats(paired.signed_rank(pairs(values), 1, ""))["p.value"].reason == reason


@pytest.mark.parametrize("counts", [(0, 0, 1, 5), (1, 5, 0, 0)])
def test_an_empty_arm_is_a_reason(counts: tuple[int, int, int, int]) -> None:
    for answer in (
        two_by_two.fisher(two_arms(*counts), 1, ""),
        two_by_two.risk_reduction(two_arms(*counts), 1, "", interval="newcombe"),
        two_by_two.risk_ratio(two_arms(*counts), 1, "", interval="koopman"),
    ):
        assert all(s.stat is None and s.reason for s in answer.statistics if s.arm == "treated")


def test_one_value_has_no_spread() -> None:
    got = {s.name: s for s in descriptives.describe(np.array([3.0, math.nan]), ["mean_sd"], 1)}
    assert (got["mean"].stat, got["sd"].stat, got["sd"].reason) == (3.0, None, "one value has no spread")
    assert (got["N_nonmiss"].stat, got["N_miss"].stat) == (1, 1)
