"""What holds of numbers by arm whatever the values are: arms relabelled, rows in another order, another unit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from report.analysis.basis import margins
from report.analysis.basis.methods import Answer
from report.analysis.basis.participants import Crossed, Participants
from report.analysis.numbers import (
    ancova,
    clusters,
    contrasts,
    crossover,
    mean_margins,
    means,
    rank_estimates,
    rank_tests,
)

EXAMPLES = settings(max_examples=15, deadline=None, derandomize=True)
NUMBERS = ("estimate", "conf.low", "conf.high", "p.value", "statistic", "std.error")
Method = Callable[[Participants], Answer]

METHODS: dict[str, Method] = {
    "welch": lambda data: means.t_test(data, 1, ""),
    "pooled": lambda data: means.t_test(data, 1, "", variance="pooled"),
    "hedges": lambda data: means.hedges_g(data, 1, ""),
    "exact": lambda data: rank_tests.mann_whitney(data, 1, "", distribution="exact"),
    "asymptotic": lambda data: rank_tests.mann_whitney(data, 1, "", distribution="asymptotic"),
    "shift": lambda data: rank_estimates.hodges_lehmann_shift(data, 1, ""),
    "newcombe": lambda data: rank_estimates.win_probability(data, 1, ""),
    "brunner_munzel": lambda data: rank_estimates.win_probability(data, 1, "", interval="brunner_munzel"),
    "ancova": lambda data: ancova.ancova(data, 1, ""),
    "pairs": lambda data: contrasts.pairwise_means(data, 1, "", adjustment="holm", model="ancova"),
}
OVERALL: dict[str, Method] = {
    "anova": lambda data: means.anova(data, 1, ""),
    "welch_anova": lambda data: means.anova(data, 1, "", variance="welch"),
    "kruskal": lambda data: rank_tests.kruskal_wallis(data, 1, ""),
    "icc": lambda data: clusters.icc(data, 1, ""),
}
TIMES_MINUS_ONE = ("welch", "pooled", "hedges", "shift", "ancova", "pairs")
WITH_UNIT = ("estimate", "conf.low", "conf.high", "std.error")
WITHOUT_UNIT = ("hedges", "exact", "asymptotic", "newcombe", "brunner_munzel", *OVERALL)


@st.composite
def participants(draw: st.DrawFn) -> Participants:
    """Draw whole numbers with ties in two arms, some missing, and a baseline."""
    n = draw(st.integers(2, 8)), draw(st.integers(2, 8))
    whole = sum(n)
    outcome = draw(st.lists(st.one_of(st.integers(-9, 9), st.none()), min_size=whole, max_size=whole))
    base = draw(st.lists(st.integers(0, 6), min_size=whole, max_size=whole))
    cluster = draw(st.lists(st.sampled_from("uvwx"), min_size=whole, max_size=whole))
    arms = np.array(["a"] * n[0] + ["b"] * n[1], dtype=object)
    held = {"Arm": arms, "Outcome": pd.Series(outcome, dtype=float), "Baseline": pd.Series(base, dtype=float)}
    frame = pd.DataFrame(held)
    if draw(st.booleans()):
        frame["Cluster"] = pd.Series(cluster, dtype=object)
    return Participants(frame, ("a", "b"), "b")


def numbers(answer: Answer) -> dict[str, float]:
    return {
        each.name: float(each.stat)
        for each in answer.statistics
        if each.name in NUMBERS and isinstance(each.stat, int | float)
    }


def close(first: dict[str, float], second: dict[str, float]) -> None:
    assert first.keys() == second.keys()
    for name, value in first.items():
        assert value == pytest.approx(second[name], rel=1e-7, abs=1e-9), name


def of(data: Participants, change: Callable[[Any], Any]) -> Participants:
    frame = data.frame.copy()
    for name in ("Outcome", "Baseline"):
        frame[name] = change(frame[name])
    return replace(data, frame=frame)


@pytest.mark.parametrize("name", [*METHODS, *OVERALL])
@given(
    data=participants(),
    seed=st.integers(0, 9),
    factor=st.sampled_from([0.125, 3.0, 1024.0]),
    shift=st.sampled_from([0.0, -16.0, 512.0]),
)
@EXAMPLES
def test_whatever_the_values_are(name: str, data: Participants, seed: int, factor: float, shift: float) -> None:
    method = {**METHODS, **OVERALL}[name]
    found = numbers(method(data))
    shuffled = replace(data, frame=data.frame.sample(frac=1, random_state=seed))
    close(found, numbers(method(shuffled)))
    other = numbers(method(of(data, lambda values: values * factor + shift)))
    scaled = 1.0 if name in WITHOUT_UNIT else factor
    close({n: v * (scaled if n in WITH_UNIT else 1.0) for n, v in found.items()}, other)
    if "conf.low" in found:
        assert found["conf.low"] - 1e-9 <= found["estimate"] <= found["conf.high"] + 1e-9
    assert 0 < found.get("p.value", 1.0) <= 1
    mirrored(name, found, data)


def mirrored(name: str, found: dict[str, float], data: Participants) -> None:
    """With the arms relabelled a difference is turned round, a probability taken from one, and the rest the same."""
    if name in OVERALL:
        swapped = replace(data, frame=data.frame.assign(Arm=data.frame["Arm"].map({"a": "b", "b": "a"})))
        return close(found, numbers(OVERALL[name](swapped)))
    turned = numbers(METHODS[name](replace(data, reference="a")))
    assert found.keys() == turned.keys()
    whole = 0.0 if name in TIMES_MINUS_ONE else 1.0
    ends = {"estimate": "estimate", "conf.low": "conf.high", "conf.high": "conf.low"}
    close({n: found[n] for n in ends if n in found}, {n: whole - turned[m] for n, m in ends.items() if n in found})
    same = [n for n in ("p.value", "std.error") if n in found]
    return close({n: found[n] for n in same}, {n: turned[n] for n in same})


@given(data=participants(), margin=st.sampled_from([0.5, 2.0, 6.0]), hoped_for=st.booleans())
@EXAMPLES
def test_the_test_and_the_interval_say_the_same_of_a_margin(data: Participants, margin: float, hoped_for: bool) -> None:
    data = replace(data, hoped_for=hoped_for)
    for compute, alpha in ((mean_margins.non_inferiority_of_means, 0.025), (mean_margins.equivalence_of_means, 0.05)):
        stats = {each.name: each.stat for each in compute(data, 1, "", margin=margin, alpha=alpha).statistics}
        if stats["p.value"] is None or abs(float(stats["p.value"]) - alpha) < 1e-9:
            continue
        shown = stats["conclusion"] == margins.EQUIVALENT or str(stats["conclusion"]).startswith("non-inferior")
        shown = shown and stats["conclusion"] != margins.NOT_SHOWN
        assert shown == (float(stats["p.value"]) < alpha)


@given(low=st.floats(-5, 5), width=st.floats(0, 5), margin=st.floats(0.1, 4))
@EXAMPLES
def test_a_margin_of_a_ratio_is_that_of_a_difference_of_logarithms(low: float, width: float, margin: float) -> None:
    for hoped_for in (True, False):
        plain = margins.non_inferiority((low, low + width), margin, hoped_for)
        turned = margins.non_inferiority((-low - width, -low), margin, not hoped_for)
        ratio = margins.non_inferiority((np.exp(low), np.exp(low + width)), np.exp(margin), hoped_for, is_ratio=True)
        assert plain == turned
        apart = min(abs(end - bound) for end in (low, low + width) for bound in (-margin, 0.0, margin))
        assert plain == ratio or apart < 1e-9


@st.composite
def crossovers(draw: st.DrawFn) -> Crossed:
    n = draw(st.integers(2, 6)), draw(st.integers(1, 6))
    whole = sum(n)
    values = draw(st.lists(st.one_of(st.integers(-9, 9), st.none()), min_size=2 * whole, max_size=2 * whole))
    frame = pd.DataFrame({"Arm": np.array(["ab"] * n[0] + ["ba"] * n[1], dtype=object)})
    frame["First"], frame["Second"] = pd.Series(values[:whole], dtype=float), pd.Series(values[whole:], dtype=float)
    treatments = {"ab": ("a", "b"), "ba": ("b", "a")}
    return Crossed(frame, ("ab", "ba"), "", treatments=treatments, treatment="a", control="b")


@pytest.mark.parametrize("name", ["crossover", "period_effect", "carry_over"])
@given(data=crossovers())
@EXAMPLES
def test_a_crossover_with_the_treatments_turned_round(name: str, data: Crossed) -> None:
    """The effect of the treatment and of carry-over change their sign, that of the period stays."""
    compute: Any = getattr(crossover, name)
    found, turned = numbers(compute(data, 1, "")), numbers(compute(replace(data, treatment="b", control="a"), 1, ""))
    sign = 1 if name == "period_effect" else -1
    assert found.keys() == turned.keys()
    if "estimate" in found:
        assert found["estimate"] == pytest.approx(sign * turned["estimate"], abs=1e-12)
    if "p.value" in found:
        assert found["p.value"] == pytest.approx(turned["p.value"]) and 0 < found["p.value"] <= 1
        assert found["conf.low"] <= found["estimate"] <= found["conf.high"]
