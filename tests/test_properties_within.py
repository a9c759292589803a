"""What holds of every set of pairs, values and counts: mirrored, in another order, in another unit; intervals and p."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from report.analysis.basis.methods import Answer
from report.analysis.basis.participants import LevelPairs
from report.analysis.within import level_shift, one_arm, one_sample, paired, paired_events, two_stage
from report.analysis.within.one_arm import OneCount
from report.analysis.within.two_stage import Design, Seen
from tests.test_one_sample import sample
from tests.test_paired_events import levels, people
from tests.test_statistics import pairs, stats

few = settings(max_examples=25, deadline=None, derandomize=True)
whole = st.lists(st.integers(-20, 20).map(float), min_size=1, max_size=12)
cells = st.tuples(*[st.integers(0, 12)] * 4).filter(any)
CLOSE = {"rel": 1e-9, "abs": 1e-9}

TESTS: dict[str, Any] = {
    "paired_t": lambda d: paired.paired_t(d, 1, ""),
    "sign_test": lambda d: paired.sign_test(d, 1, ""),
    "signed_rank": lambda d: paired.signed_rank(d, 1, ""),
    "pratt": lambda d: paired.signed_rank(d, 1, "", zeros="pratt"),
    "asymptotic": lambda d: paired.signed_rank(d, 1, "", distribution="asymptotic"),
    "without correction": lambda d: paired.signed_rank(d, 1, "", distribution="asymptotic", correction="none"),
}
ESTIMATES: dict[str, Any] = {
    "mean_change": lambda d: paired.mean_change(d, 1, ""),
    "hodges_lehmann": lambda d: paired.hodges_lehmann(d, 1, ""),
}


def three(answer: Answer) -> list[Any]:
    got = {s.name: s.stat for s in answer.statistics if not s.visit}
    return [got[name] for name in ("conf.low", "estimate", "conf.high")]


def same(one: list[Any], other: list[Any]) -> bool:
    return all(
        (a is None) == (b is None) and (a is None or a == pytest.approx(b, **CLOSE))
        for a, b in zip(one, other, strict=True)
    )


@pytest.mark.parametrize("name", TESTS)
@few
@given(values=whole, scale=st.sampled_from([0.5, 3.0]))
def test_p_of_a_change(name: str, values: list[float], scale: float) -> None:
    """Turned around, in another order and in another unit p is the same; it lies above 0, at most at 1, not below its floor."""
    p, *others = (
        stats(TESTS[name](pairs(each)))
        for each in (values, [-v for v in values], sorted(values), [scale * v for v in values])
    )
    for other in others:
        assert same([p["p.value"].stat], [other["p.value"].stat])
    if p["p.value"].stat is not None:
        floor = p["p.floor"].stat if "p.floor" in p else None
        assert (floor or 0) * (1 - 1e-12) <= p["p.value"].stat <= 1 and p["p.value"].stat > 0  # type: ignore[operator]


@pytest.mark.parametrize("name", ESTIMATES)
@few
@given(values=whole, shift=st.sampled_from([-7.0, 2.5]), scale=st.sampled_from([0.5, 3.0]))
def test_the_estimate_of_a_change(name: str, values: list[float], shift: float, scale: float) -> None:
    low, middle, high = three(ESTIMATES[name](pairs(values)))
    assert same(
        three(ESTIMATES[name](pairs([-v for v in values]))),
        [None if high is None else -high, -middle, None if low is None else -low],
    )
    assert same(three(ESTIMATES[name](pairs(sorted(values)))), [low, middle, high])
    moved = [None if v is None else scale * v + shift for v in (low, middle, high)]
    assert same(three(ESTIMATES[name](pairs([scale * v + shift for v in values]))), moved)
    assert low is None or low <= middle <= high


@few
@given(values=whole, goal=st.integers(-5, 5).map(float))
def test_one_sample_is_a_change_from_the_goal(values: list[float], goal: float) -> None:
    """The values less the goal, as pairs, give the same tests; an interval leaves the goal out where p is small."""
    data, change = sample(values), pairs([v - goal for v in values])
    for one, two in (
        (one_sample.one_sample_signed_rank(data, 1, "", goal=goal), paired.signed_rank(change, 1, "")),
        (one_sample.one_sample_t(data, 1, "", goal=goal), paired.paired_t(change, 1, "")),
    ):
        assert same([stats(one)["p.value"].stat], [stats(two)["p.value"].stat])
    for alternative in ("two_sided", "greater", "less"):
        got = stats(one_sample.one_sample_t(data, 1, "", goal=goal, alternative=alternative))  # type: ignore[arg-type]
        if got["p.value"].stat is not None:
            low, high = (got[name].stat for name in ("conf.low", "conf.high"))
            is_out = (low is not None and goal < float(low)) or (high is not None and float(high) < goal)
            assert is_out == (float(got["p.value"].stat) < 0.05)


@few
@given(
    counts=st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    goal=st.sampled_from([0.05, 0.3, 0.75]),
)
def test_a_performance_goal_mirrors(counts: tuple[int, int], goal: float) -> None:
    x, n = counts
    for side, other in (("greater", "less"), ("less", "greater"), ("two_sided", "two_sided")):
        one = stats(one_arm.performance_goal(OneCount(x, n, 0), 0, "", goal=goal, alternative=side))  # type: ignore[arg-type]
        two = stats(one_arm.performance_goal(OneCount(n - x, n, 0), 0, "", goal=1 - goal, alternative=other))  # type: ignore[arg-type]
        assert one["p.value"].stat == pytest.approx(two["p.value"].stat, **CLOSE)
        ends = [None if two[name].stat is None else 1 - float(two[name].stat) for name in ("conf.high", "conf.low")]  # type: ignore[arg-type]
        assert same([one["conf.low"].stat, one["conf.high"].stat], ends)
        assert 0 < float(one["p.floor"].stat or 0) <= float(one["p.value"].stat or 0) * (1 + 1e-12) <= 1 + 1e-12


@pytest.mark.parametrize("interval", ["tango", "newcombe"])
@few
@given(told=cells)
def test_a_paired_difference_mirrors(interval: Any, told: tuple[int, int, int, int]) -> None:
    """Visits exchanged, or the event for its absence: the sign turns; the estimate lies within its interval."""
    both, before, after, neither = told
    low, middle, high = three(paired_events.paired_risk_difference(people(*told), 1, "", interval=interval))
    for turned in (people(both, after, before, neither), people(neither, after, before, both)):
        back = three(paired_events.paired_risk_difference(turned, 1, "", interval=interval))
        assert back == pytest.approx([-high, -middle, -low], **CLOSE)
    assert -1 - 1e-9 <= low <= middle + 1e-9 and middle - 1e-9 <= high <= 1 + 1e-9
    p = [
        stats(paired_events.mcnemar(people(*each), 0, ""))["p.value"].stat
        for each in (told, (both, after, before, neither))
    ]
    assert same(p[:1], p[1:]) and (p[0] is None or 0 < float(p[0]) <= 1)


@st.composite
def seen(draw: Any) -> tuple[Design, Seen]:
    n1, second = draw(st.integers(2, 12)), draw(st.integers(1, 15))
    r1 = draw(st.integers(0, n1 - 1))
    r = draw(st.integers(r1, n1 + second - 1))
    first = draw(st.integers(0, n1))
    total = n1 if first <= r1 else n1 + second
    events = first if first <= r1 else first + draw(st.integers(0, second))
    return Design(n1, r1, n1 + second, r, 0.2, 0.4), Seen(first, events, total)


@few
@given(told=seen())
def test_a_two_stage_design(told: tuple[Design, Seen]) -> None:
    design, what = told
    assert two_stage.hindrance(design, what) == ""
    low, high = two_stage.limits(design, what, 0.95, "exact")
    _, narrower = two_stage.limits(design, what, 0.9, "exact")
    p = design.as_extreme(what, design.p0)
    assert 0 <= low <= float(high or 0) <= 1 and 0 < p <= 1 + 1e-12 and float(narrower or 0) <= float(high or 0) + 1e-12
    assert (design.p0 < low) == (p < 0.025) or math.isclose(p, 0.025)
    assert 0 <= two_stage.unbiased(design, what) <= 1


@few
@given(st.lists(st.tuples(*[st.sampled_from(["low", "normal", "high", None])] * 2), min_size=1, max_size=15))
def test_shifts_add_up_in_any_order(told: list[tuple[str | None, str | None]]) -> None:
    """Each participant is counted once: in a cell, in a margin of missing levels, or without both."""
    names = ("low", "normal", "high")
    answers = [
        level_shift.shift_levels(
            LevelPairs(levels({"earlier": list(a), "later": list(b)}), ("",), "", levels={"Outcome": names}), 0, ""
        )
        for a, b in (zip(*told, strict=True), zip(*told[::-1], strict=True))
    ]
    assert answers[0] == answers[1]
    n = sum(
        int(s.stat or 0)
        for s in answers[0].statistics
        if s.name in ("n", "n_after_missing", "n_before_missing", "n_neither")
    )
    assert n == len(told)
    shares = [s.stat for s in answers[0].statistics if s.name == "p" and s.stat is not None]
    assert sum(map(float, shares)) == pytest.approx(len(shares) / len(names)) and np.isfinite(shares).all()  # type: ignore[arg-type]
