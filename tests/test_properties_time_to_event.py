"""What must hold of times to an event whatever the data: arms relabelled, rows reordered, units changed, limits."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from report.analysis.all_methods import METHOD_FAMILIES
from report.analysis.basis.methods import REGISTRY, Statistic
from report.analysis.basis.participants import EventTimes

assert METHOD_FAMILIES  # importing them fills the registry
METHODS: dict[str, dict[str, Any]] = {
    "kaplan_meier": {"at": (4.0,)}, "survival_difference": {"at": 4.0}, "log_rank": {}, "cox": {}, "restricted_mean": {},
    "cumulative_incidence": {"at": (4.0,)}, "gray": {},
}  # fmt: skip
IN_TIME = ("at", "to", "every")
person = st.tuples(
    st.sampled_from("ab"), st.integers(1, 9), st.integers(0, 2), st.sampled_from("xy"), st.integers(20, 60)
)
trial = st.lists(person, min_size=2, max_size=16)
few = settings(max_examples=25, deadline=None, derandomize=True, phases=(Phase.explicit, Phase.generate))
Stats = dict[tuple[str, str, str], Statistic]


def people(rows: list[tuple[Any, ...]], scale: float = 1.0) -> EventTimes:
    frame = pd.DataFrame(rows, columns=["Arm", "Time", "Status", "Stratum", "age"])
    frame = frame.astype({"Time": float, "Status": float, "age": float, "Arm": object, "Stratum": object})
    frame["Time"] *= scale
    return EventTimes(frame, ("a", "b"), "b", ("age",), competing=("other",))


def stats(method: str, data: EventTimes, scale: float = 1.0) -> Stats:
    arguments = {
        name: tuple(scale * x for x in value)
        if isinstance(value, tuple)
        else scale * value
        if name in IN_TIME
        else value
        for name, value in METHODS[method].items()
    }
    made = REGISTRY[method].compute(data, 1, "", **arguments).statistics
    return {(each.name, each.arm, each.level): each for each in made if each.name not in ("curve", "n.risk")}


def same(one: Statistic, other: Statistic, name: str = "", tolerance: float = 1e-6) -> None:
    assert (one.stat is None) == (other.stat is None), (name, one, other)
    if isinstance(one.stat, float | int) and isinstance(other.stat, float | int):
        assert math.isclose(one.stat, other.stat, rel_tol=tolerance, abs_tol=1e-9), (name, one, other)


@pytest.mark.parametrize("method", METHODS)
@few
@given(rows=trial, seed=st.randoms(use_true_random=False))
def test_the_order_of_the_rows_says_nothing(method: str, rows: list[tuple[Any, ...]], seed: Any) -> None:
    other = list(rows)
    seed.shuffle(other)
    first, second = stats(method, people(rows)), stats(method, people(other))
    assert first.keys() == second.keys()
    for key in first:
        same(first[key], second[key], str(key))


@pytest.mark.parametrize("method", METHODS)
@few
@given(rows=trial)
def test_another_unit_of_time_changes_times_alone(method: str, rows: list[tuple[Any, ...]]) -> None:
    """Twice the numbers: times and means are doubled, everything else is as it was."""
    first, second = stats(method, people(rows)), stats(method, people(rows, 2.0), 2.0)
    for (name, arm, level), one in first.items():
        other = second[name, arm, "8" + level[1:] if level.startswith("4") else level]
        doubled = method in ("kaplan_meier", "restricted_mean") and one.format_key.startswith(("mean", "fixed:1"))
        is_time = doubled or (method == "restricted_mean" and name == "std.error" and not level)
        scaled = replace(one, stat=2 * one.stat) if is_time and isinstance(one.stat, float) else one
        same(scaled, other, f"{name} {arm} {level}")


@pytest.mark.parametrize("method", ["survival_difference", "log_rank", "cox", "restricted_mean", "gray"])
@few
@given(rows=trial)
def test_arms_relabelled_mirror_the_comparison(method: str, rows: list[tuple[Any, ...]]) -> None:
    other = [("ab"[each[0] == "a"], *each[1:]) for each in rows]
    first, second = stats(method, people(rows)), stats(method, people(other))
    for name, level in (
        ("p.value", ""),
        ("p.value", "ratio"),
        ("estimate", ""),
        ("estimate", "ratio"),
        ("conf.low", ""),
    ):
        if (name, "a", level) not in first:
            continue
        one, two = first[name, "a", level], second["conf.high" if name == "conf.low" else name, "a", level]
        is_ratio, is_p = method == "cox" or level == "ratio", name == "p.value"
        if isinstance(one.stat, float) and not is_p:
            one = replace(one, stat=1 / one.stat if is_ratio and one.stat else -one.stat)
        if not (is_ratio and (one.stat is None or two.stat is None)):  # a limit that is too large to be computed
            same(one, two, f"{method} {name}", 1e-5)


@pytest.mark.parametrize("method", METHODS)
@few
@given(rows=trial)
def test_limits_hold_the_estimate_and_p_is_a_probability(method: str, rows: list[tuple[Any, ...]]) -> None:
    found = stats(method, people(rows))
    for (name, arm, level), each in found.items():
        assert each.stat is not None or each.reason, (name, arm, level)
        if isinstance(each.stat, float):
            assert math.isfinite(each.stat)
        if name.startswith("p.value") and each.stat is not None:
            assert 0 < float(each.stat) <= 1
        if name == "estimate" and isinstance(each.stat, float):
            low, high = (found[limit, arm, level].stat for limit in ("conf.low", "conf.high"))
            assert low is None or low <= each.stat + 1e-9, (arm, level)
            assert high is None or high >= each.stat - 1e-9, (arm, level)


@few
@given(rows=trial)
def test_without_competing_events_incidence_is_what_kaplan_meier_leaves(rows: list[tuple[Any, ...]]) -> None:
    alone = [(arm, time, min(status, 1), *rest) for arm, time, status, *rest in rows]
    falling, rising = stats("kaplan_meier", people(alone)), stats("cumulative_incidence", people(alone))
    for arm in "ab":
        one, other = falling["estimate", arm, "4"], rising["estimate", arm, "4"]
        assert (one.stat is None) == (other.stat is None)
        assert one.stat is None or float(one.stat) == pytest.approx(1 - float(other.stat or 0))
