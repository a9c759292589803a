"""What holds of rates, models of counts and models of repeated values, whatever the data."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from report.analysis.basis.methods import Answer
from report.analysis.basis.participants import Exposures, Participants, Repeated
from report.analysis.counts import count_models, gee, random_intercept, rates, repeated

few = settings(max_examples=25, deadline=None, derandomize=True)
EVENTS = st.lists(st.integers(0, 6), min_size=4, max_size=9)
VALUES = st.lists(st.tuples(*[st.integers(-30, 30)] * 3), min_size=4, max_size=8)
RATIOS: dict[str, Callable[..., Answer]] = {
    "exact": rates.rate_ratio_by_arm,
    "poisson": count_models.poisson,
    "scaled": lambda *given: count_models.poisson(*given, variance="scaled"),
    "negative binomial": count_models.negative_binomial,
}
DIFFERENCES: dict[str, Callable[..., Answer]] = {
    "each visit": repeated.change_by_visit,
    "gee": lambda *given: gee.gee(*given, correlation="independence"),
    "exchangeable": gee.gee,
    "random intercept": random_intercept.random_intercept,
    "overall": lambda *given: random_intercept.random_intercept(*given, effect="overall"),
}


def counts(treated: list[int], control: list[int], reference: str = "control") -> Exposures:
    frame = pd.DataFrame({"Arm": ["treated"] * len(treated) + ["control"] * len(control)})
    frame["Outcome"] = [float(n) for n in (*treated, *control)]
    frame["Exposure"] = [0.5 + n % 3 for n in range(len(frame))]
    return Exposures(frame, ("treated", "control"), reference)


def course(treated: list[tuple[int, ...]], control: list[tuple[int, ...]], reference: str = "control") -> Repeated:
    people = [*(("treated", values) for values in treated), *(("control", values) for values in control)]
    made = [
        {"Participant": f"p{n:02d}", "Arm": arm, "Visit": f"w{week}", "Outcome": float(value) + 0.25 * (n % 3)}
        for n, (arm, values) in enumerate(people)
        for week, value in enumerate(values)
    ]
    return Repeated(pd.DataFrame(made), ("treated", "control"), reference, visits=("w0", "w1", "w2"))


def found(answer: Answer, arm: str = "treated") -> dict[tuple[str, str], Any]:
    return {(each.name, each.visit): each.stat for each in answer.statistics if each.arm == arm}


def shuffled(people: Participants) -> Any:
    order = np.random.Generator(np.random.PCG64(1)).permutation(len(people.frame))
    return type(people)(**{**people.__dict__, "frame": people.frame.iloc[order]})


def same(mine: Any, theirs: Any, near: float = 1e-7) -> bool:
    if mine is None or theirs is None:
        return mine is theirs
    return mine == pytest.approx(theirs, rel=near, abs=near)  # type: ignore[no-any-return]


@few
@given(EVENTS, EVENTS, st.sampled_from(sorted(RATIOS)))
def test_ratios(treated: list[int], control: list[int], name: str) -> None:
    """The arms changed: the inverse ratio, the same p. The interval holds the estimate, p is in (0, 1]."""
    here = found(RATIOS[name](counts(treated, control), 0, ""))
    there = found(RATIOS[name](counts(treated, control, "treated"), 0, ""), "control")
    estimate, low, high, p = (here[key, ""] for key in ("estimate", "conf.low", "conf.high", "p.value"))
    assert same(p, there["p.value", ""])
    assert p is None or 0 < p <= 1
    if estimate and low is not None and high is not None:
        assert low <= estimate <= high
        assert same(estimate, 1 / there["estimate", ""]) and same(low, 1 / there["conf.high", ""])


@few
@given(EVENTS, EVENTS, st.sampled_from(sorted(RATIOS)), st.sampled_from([1 / 12, 7.0, 365.25]))
def test_ratios_in_another_unit_of_time_and_in_another_order(
    treated: list[int], control: list[int], name: str, unit: float
) -> None:
    data = counts(treated, control)
    here = found(RATIOS[name](data, 0, ""))
    frame = data.frame.assign(Exposure=data.frame["Exposure"] * unit)
    assert all(same(here[key], there) for key, there in found(RATIOS[name](shuffled(data), 0, "")).items())
    there = found(RATIOS[name](Exposures(frame, data.arms, data.reference), 0, ""))
    assert all(same(here[key], value) for key, value in there.items())


@few
@given(EVENTS, EVENTS)
def test_rates(treated: list[int], control: list[int]) -> None:
    """The interval holds the rate; a rate of 100 years is 100 times that of one."""
    data = counts(treated, control)
    here, there = (found(rates.event_rates(data, 0, "", per=per)) for per in (1.0, 100.0))
    assert here["conf.low", ""] <= here["estimate", ""] <= here["conf.high", ""]
    assert all(same(100 * here[key, ""], there[key, ""]) for key in ("estimate", "conf.low", "conf.high"))


@few
@given(VALUES, VALUES, st.sampled_from(sorted(DIFFERENCES)))
def test_differences(treated: list[tuple[int, ...]], control: list[tuple[int, ...]], name: str) -> None:
    """The arms changed: the difference with the other sign, the same p; rows in another order: the same."""
    method, data = DIFFERENCES[name], course(treated, control)
    here, there = found(method(data, 1, "")), found(method(course(treated, control, "treated"), 1, ""), "control")
    for key in (key for key in here if key[0] in ("estimate", "conf.low", "conf.high", "p.value")):
        mirrored = {"conf.low": "conf.high", "conf.high": "conf.low"}.get(key[0], key[0])
        sign = 1 if key[0] == "p.value" else -1
        other = there[mirrored, key[1]]
        assert same(here[key], None if other is None else sign * other, 1e-6), key
        assert key[0] != "p.value" or here[key] is None or 0 < here[key] <= 1
    again = found(method(shuffled(data), 1, ""))
    assert all(same(here[key], again[key], 1e-6) for key in here)


@few
@given(
    VALUES, VALUES, st.sampled_from(sorted(DIFFERENCES)), st.sampled_from([(0.01, 0.0), (1.8, 32.0), (1000.0, -5.0)])
)
def test_differences_in_another_unit(
    treated: list[tuple[int, ...]], control: list[tuple[int, ...]], name: str, unit: tuple[float, float]
) -> None:
    """A difference follows its unit, p and degrees of freedom do not."""
    (scale, shift), data, method = unit, course(treated, control), DIFFERENCES[name]
    frame = data.frame.assign(Outcome=data.frame["Outcome"] * scale + shift)
    here = found(method(data, 1, ""))
    there = found(method(Repeated(frame, data.arms, data.reference, visits=data.visits), 1, ""))
    for key, mine in here.items():
        if key[0] in ("p.value", "df"):
            assert same(mine, there[key], 1e-5), key
        if key[0] in ("estimate", "std.error"):
            assert same(mine, None if there[key] is None else there[key] / scale, 1e-5), key


def test_the_interval_of_no_event_in_a_hundred_years() -> None:
    """The rule of three, exactly: -log(0.05 / 2) of 100 years."""
    data = counts([0] * 4, [0] * 4)
    upper = found(rates.event_rates(data, 0, "", per=data.frame["Exposure"][:4].sum()))["conf.high", ""]
    assert upper == pytest.approx(-math.log(0.025))
