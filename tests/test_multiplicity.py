"""Several tests together: adjusted p against R, decisions against the procedures carried out step by step."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from report.analysis import multiplicity
from report.analysis.multiplicity import KEPT, NOT_TESTED, REJECTED, adjusted, decide
from tests.test_statistics import agrees, rows, said

CASES = json.loads((Path(__file__).parent / "oracle" / "inputs_multiplicity.json").read_text(encoding="utf-8"))
P = {case["case"]: case["p"] for case in CASES}
OURS = {"bh": "benjamini_hochberg", "fixed": "fixed_sequence"}


@pytest.mark.parametrize("row", rows("multiplicity"), ids=said)
def test_adjusted_p(row: dict[str, str]) -> None:
    name, _, place = row["stat"].rpartition("_")
    agrees(row, adjusted(P[row["case"]], OURS.get(name, name))[int(place) - 1])  # type: ignore[arg-type]


def test_the_false_discovery_rate_of_benjamini_and_hochberg_1995() -> None:
    """Their fifteen p values: at 0.05 four are rejected, and three by Bonferroni (J R Stat Soc B 1995;57:289-300)."""
    given = P["bh_1995"]
    for procedure, rejected in (("benjamini_hochberg", 4), ("bonferroni", 3), ("hochberg", 3)):
        assert sum(each.decision == REJECTED for each in decide([(procedure, given)], 0.05)) == rejected  # type: ignore[list-item]


def by_hand(gates: list[tuple[str, list[float]]], alpha: float) -> list[str]:
    """Carry the procedures out step by step, without adjusted p."""
    told: list[str] = []
    opened = True
    for procedure, p in gates:
        rejected = STEPS[procedure](p, alpha)
        if not opened:
            told += [NOT_TESTED] * len(p)
        elif procedure == "fixed_sequence":
            stopped = rejected.index(False) if False in rejected else len(p)
            told += [REJECTED] * stopped + [KEPT] * (stopped < len(p)) + [NOT_TESTED] * max(0, len(p) - stopped - 1)
        else:
            told += [REJECTED if each else KEPT for each in rejected]
        opened = opened and all(rejected)
    return told


def holm(p: list[float], alpha: float) -> list[bool]:
    order, left = sorted(range(len(p)), key=lambda i: p[i]), len(p)
    done = [False] * len(p)
    for which in order:
        if p[which] > alpha / left:
            break
        done[which], left = True, left - 1
    return done


def hochberg(p: list[float], alpha: float) -> list[bool]:
    order = sorted(range(len(p)), key=lambda i: -p[i])
    for steps, which in enumerate(order, start=1):
        if p[which] <= alpha / steps:
            return [p[i] <= p[which] for i in range(len(p))]
    return [False] * len(p)


def in_order(p: list[float], alpha: float) -> list[bool]:
    done: list[bool] = []
    for each in p:
        done.append(each <= alpha and all(done))
    return done


STEPS = {
    "holm": holm,
    "hochberg": hochberg,
    "fixed_sequence": in_order,
    "bonferroni": lambda p, alpha: [each <= alpha / len(p) for each in p],
}
SOME_P = st.lists(
    st.sampled_from([0.001, 0.004, 0.01, 0.0125, 0.02, 0.025, 0.03, 0.05, 0.2, 1.0]), min_size=1, max_size=5
)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    gates=st.lists(st.tuples(st.sampled_from(sorted(STEPS)), SOME_P), min_size=1, max_size=3),
    alpha=st.sampled_from([0.0101, 0.0249, 0.0501]),
)
def test_a_decision_is_that_of_the_steps(gates: list[tuple[str, list[float]]], alpha: float) -> None:
    assert [each.decision for each in decide(gates, alpha)] == by_hand(gates, alpha)  # type: ignore[arg-type]


def test_a_hypothesis_behind_a_closed_gate_is_not_tested() -> None:
    told = decide([("holm", [0.01, 0.20]), ("fixed_sequence", [0.001, 0.001])], 0.05)
    assert [each.decision for each in told] == [REJECTED, KEPT, NOT_TESTED, NOT_TESTED]
    assert [each.p for each in told] == [0.02, 0.20, 0.20, 0.20]


def test_a_sequence_stops_at_the_first_that_is_not_rejected() -> None:
    told = decide([("fixed_sequence", [0.01, 0.06, 0.001])], 0.05)
    assert [each.decision for each in told] == [REJECTED, KEPT, NOT_TESTED]
    assert multiplicity.CONTEXT == "multiplicity"
