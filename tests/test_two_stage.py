"""Simon's two-stage design: tests/oracle/two_stage.csv, and what holds of every design."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from report.analysis.basis.methods import Statistic
from report.analysis.within import two_stage
from report.analysis.within.one_arm import OneCount
from report.analysis.within.two_stage import Design, Seen
from tests.test_statistics import ORACLE, agrees, rows, said, stats

CASES: dict[str, Any] = json.loads((ORACLE / "inputs_within.json").read_text(encoding="utf-8"))
OURS = {
    "type_1_error": "type_1_error", "power": "power", "p_stop": "p_stop", "n_expected": "n_expected", "median": "estimate_median",
    "p_value": "p.value", "low": "conf.low", "high": "conf.high", "kc_high": "conf.high", "unbiased": "estimate",
}  # fmt: skip
PLAN = {"n1": 10, "r1": 1, "n": 29, "r": 5, "p0": 0.1, "p1": 0.3}


def of(events: int, total: int, first: int, **changed: Any) -> dict[str, Statistic]:
    return stats(
        two_stage.simon_two_stage(OneCount(events, total, 0), 0, "", first_stage_events=first, **{**PLAN, **changed})
    )


@pytest.mark.parametrize("row", rows("two_stage"), ids=said)
def test_two_stage(row: dict[str, str]) -> None:
    case = CASES[row["case"]]
    plan = dict(zip(PLAN, case["design"], strict=True))
    first, events, total = case["seen"]
    interval = "koyama_chen" if row["stat"] == "kc_high" else "exact"
    got = of(events, total, first, confidence=case.get("level", 0.95), interval=interval, **plan)
    agrees(row, got[OURS[row["stat"]]].stat)  # type: ignore[arg-type]


def outcomes(design: Design) -> list[Seen]:
    """Return every outcome of a design, from the least to the most extreme."""
    stopped = [Seen(x, x, design.n1) for x in range(design.r1 + 1)]
    return stopped + [Seen(design.r1 + 1, s, design.n) for s in range(design.r1 + 1, design.n + 1)]


@pytest.mark.parametrize("chance", [0.05, 0.1, 0.3, 0.62])
def test_the_estimate_has_no_bias_and_the_interval_its_level(chance: float) -> None:
    """Over all outcomes the estimate averages the true proportion, and 90% intervals hold it in 90% or more."""
    design = Design(9, 1, 21, 4, 0.1, 0.3)
    tails = [design.as_extreme(seen, chance) for seen in outcomes(design)]
    chances = [a - b for a, b in zip(tails, [*tails[1:], 0.0], strict=True)]
    assert sum(chances) == pytest.approx(1)
    mean = sum(p * two_stage.unbiased(design, seen) for p, seen in zip(chances, outcomes(design), strict=True))
    assert mean == pytest.approx(chance, abs=1e-12)
    held = 0.0
    for p, seen in zip(chances, outcomes(design), strict=True):
        low, high = two_stage.limits(design, seen, 0.9, "exact")
        held += p if low <= chance <= float(high or 0) else 0.0
    assert held >= 0.9


def test_the_decision_and_p_agree() -> None:
    """The null hypothesis is rejected just where p is at most the exact type I error; R: 0.0471 of this design."""
    design = Design(*PLAN.values())  # type: ignore[arg-type]
    error = design.reaches(design.r + 1, design.p0)
    assert error == pytest.approx(0.04708631, abs=1e-8)
    for seen in outcomes(design):
        assert design.rejects(seen) == (design.as_extreme(seen, design.p0) <= error * (1 + 1e-12)), seen


def test_a_second_stage_of_another_size() -> None:
    got = of(17, 42, 7, n1=19, r1=6, n=39, r=16, p0=0.3, p1=0.5)
    assert got["decision"].stat == "not rejected" and got["stage"].stat == "second"
    assert got["estimate"].reason == "the second stage has another size than planned"
    assert got["p.value"].stat == pytest.approx(0.08278661, abs=1e-8)


@pytest.mark.parametrize(
    ("seen", "changed", "reason"),
    [
        ((0, 0, 0), {}, "no participant has an outcome"),
        ((1, 8, 1), {}, "fewer participants have an outcome than the first stage has"),
        ((3, 29, 1), {}, "the first stage had at most r1 events, and the data do not end with it"),
        ((4, 29, 5), {}, "the data cannot hold a first stage with so many events"),
        ((25, 29, 3), {}, "the data cannot hold a first stage with so many events"),
        ((3, 10, 3), {}, "the second stage has no participant with an outcome"),
        ((9, 27, 7), {}, "after such a first stage the planned second one could not have changed the decision"),
        ((6, 29, 2), {"r1": 10}, two_stage.NO_DESIGN),
        ((6, 29, 2), {"p1": 0.1}, two_stage.NO_DESIGN),
        ((6, 29, 2), {"r": 0}, two_stage.NO_DESIGN),
    ],
)  # fmt: skip
def test_what_is_no_trial_of_the_design_is_a_reason(
    seen: tuple[int, int, int], changed: dict[str, Any], reason: str
) -> None:
    got = of(*seen, **changed)
    for name in ("estimate", "conf.low", "conf.high", "estimate_median", "p.value", "decision", "stage"):
        assert (got[name].stat, got[name].reason) == (None, reason), name
    assert (got["power"].reason == reason) == (reason == two_stage.NO_DESIGN)


def test_without_an_event() -> None:
    got = of(0, 10, 0)
    assert [got[name].stat for name in ("estimate", "conf.low", "p.value", "stage", "decision")] == [
        0.0,
        0.0,
        1.0,
        "first",
        "not rejected",
    ]
    assert got["conf.high"].stat == pytest.approx(1 - 0.025 ** (1 / 10), abs=1e-12)
    published = of(0, 10, 0, interval="koyama_chen")["conf.high"]
    assert published.reason == "without an event the interval of Koyama and Chen has no upper limit"


def test_the_floor_of_p_is_that_of_an_event_in_everybody() -> None:
    got = of(29, 29, 10)
    assert got["p.floor"].stat == pytest.approx(0.1**29) and got["p.value"].stat == pytest.approx(0.1**29)
    assert of(6, 29, 2)["p.floor"].stat == got["p.floor"].stat


def test_a_probability_at_the_ends_and_of_many() -> None:
    assert [two_stage.exactly(x, 3, chance) for x, chance in ((0, 0.0), (3, 1.0), (2, 1.0))] == [1.0, 1.0, 0.0]
    assert math.fsum(two_stage.exactly(x, 3000, 0.3) for x in range(3001)) == pytest.approx(1, abs=1e-9)
