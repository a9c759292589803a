"""What holds of every data set: events and ordered levels by arm, mirrored, reordered and in other units."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from report.analysis.basis.methods import Answer
from report.analysis.basis.participants import Participants
from report.analysis.events import (
    exact_tests,
    homogeneity,
    logistic,
    odds_ratios,
    ordered,
    proportional_odds,
    risk_differences,
    standardised_risks,
    stratified_differences,
    stratified_levels,
    trends,
    two_by_two,
)
from report.analysis.events.freeman_halton import fisher_p
from report.analysis.events.two_by_two import ArmCount, EventCounts
from tests.test_statistics import two_arms
from tests.test_stratified import strata

few = settings(max_examples=25, deadline=None, derandomize=True)
arm = st.integers(1, 25).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
tables = st.tuples(arm, arm).map(lambda t: (*t[0], *t[1]))
small_arm = st.integers(1, 9).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
small_tables = st.tuples(small_arm, small_arm).map(lambda t: (*t[0], *t[1]))
THREE = ("estimate", "conf.low", "conf.high")
Values = dict[str, Any]


def values(answer: Answer, of: str = "treated") -> Values:
    return {s.name: s.stat for s in answer.statistics if s.arm in (of, "") and not s.level}


def near(one: Any, other: Any, rel: float = 1e-6) -> bool:
    if one is None or other is None:
        return one is other
    return bool(float(one) == pytest.approx(float(other), rel=rel, abs=1e-9))


def holds_estimate(found: Values) -> bool:
    low, estimate, high = (found[name] for name in ("conf.low", "estimate", "conf.high"))
    return estimate is None or (
        (low is None or low <= estimate + 1e-9 * abs(estimate) + 1e-12)
        and (high is None or estimate <= high + 1e-9 * abs(high) + 1e-12)
    )


@few
@given(tables, st.sampled_from(["exact", "miettinen_nurminen", "wald"]))
def test_the_odds_ratio_of_the_arms_turned_round_is_the_inverse(cells: Any, interval: Any) -> None:
    x1, n1, x0, n0 = cells
    there, back = (
        values(odds_ratios.odds_ratio(two_arms(*each), 2, "", interval=interval))
        for each in ((x1, n1, x0, n0), (x0, n0, x1, n1))
    )
    for one, other in zip(THREE, ("estimate", "conf.high", "conf.low"), strict=True):
        if there[one] and back[other]:
            assert near(there[one], 1 / back[other]), (one, there, back)
    assert holds_estimate(there)


@few
@given(small_tables)
def test_risks_and_their_tests(cells: Any) -> None:
    """The difference changes its sign with the arms, no test does; Boschloo's p is at most Fisher's."""
    x1, n1, x0, n0 = cells
    there, back = two_arms(x1, n1, x0, n0), two_arms(x0, n0, x1, n1)
    d, e = (
        values(risk_differences.risk_difference(each, 1, "", interval="miettinen_nurminen")) for each in (there, back)
    )
    assert near(d["estimate"], -e["estimate"]) and near(d["conf.low"], -e["conf.high"], 1e-5) and holds_estimate(d)
    p = exact_tests.unconditional_p(x1, n1, x0, n0)
    assert 0 < p <= float(values(two_by_two.fisher(there, 1, ""))["p.value"]) * (1 + 1e-6)
    assert near(p, exact_tests.unconditional_p(x0, n0, x1, n1)) and near(
        p, exact_tests.unconditional_p(n1 - x1, n1, n0 - x0, n0)
    )
    for correction in ("none", "yates", "n_minus_1"):
        one, other = (values(exact_tests.chi_squared(each, 1, "", correction=correction)) for each in (there, back))  # type: ignore[arg-type]
        assert near(one["p.value"], other["p.value"]) and (one["p.value"] is None or 0 < one["p.value"] <= 1)


@few
@given(tables, st.floats(0.02, 0.5), st.booleans(), st.sampled_from(["miettinen_nurminen", "farrington_manning"]))
def test_the_test_against_a_margin_says_what_the_interval_says(
    cells: Any, margin: float, hoped_for: bool, interval: Any
) -> None:
    counts = replace(two_arms(*cells), hoped_for=hoped_for)
    found = values(risk_differences.non_inferiority_risk(counts, 1, "", margin=margin, interval=interval))
    if abs(found["p.value"] - 0.025) > 1e-7:
        assert (
            found["conclusion"].startswith("non-inferior") == (found["p.value"] < 0.025)
            or "not shown" in found["conclusion"]
        )
        assert ("not shown" in found["conclusion"] or found["conclusion"].startswith("inferior")) == (
            found["p.value"] > 0.025
        )
    both = values(risk_differences.equivalence_risk(counts, 1, "", margin=margin, interval=interval))
    if abs(both["p.value"] - 0.05) > 1e-7:
        assert (both["conclusion"] == "equivalent") == (both["p.value"] < 0.05)


@few
@given(st.lists(tables, min_size=1, max_size=4))
def test_strata_mirrored_and_in_any_order(cells: Any) -> None:
    back = [(x0, n0, x1, n1) for x1, n1, x0, n0 in cells]
    for interval in ("miettinen_nurminen", "newcombe"):
        one, other, turned = (
            values(stratified_differences.stratified_risk_difference(strata(each), 1, "", interval=interval))  # type: ignore[arg-type]
            for each in (cells, back, cells[::-1])
        )
        assert near(one["estimate"], -other["estimate"]) and holds_estimate(one)
        assert near(one["conf.low"], None if other["conf.high"] is None else -other["conf.high"], 1e-5)
        assert near(one["conf.low"], turned["conf.low"], 1e-5)
    tests = [values(homogeneity.breslow_day(strata(each), 1, "")) for each in (cells, back, cells[::-1])]
    assert near(tests[0]["p.value"], tests[1]["p.value"]) and near(tests[0]["p.value"], tests[2]["p.value"])


@few
@given(st.lists(arm, min_size=2, max_size=4), st.floats(0.5, 20), st.floats(-50, 50))
def test_a_trend_in_other_units_and_backwards(cells: Any, scale: float, shift: float) -> None:
    arms = tuple(ArmCount(f"a{n}", x, size, 0) for n, (x, size) in enumerate(cells))
    scores = tuple(float(n) for n in range(len(arms)))
    moved = tuple(round(scale, 3) * score + round(shift, 3) for score in scores)
    for distribution in ("asymptotic", "exact"):
        plain, other, back = (
            values(trends.trend(EventCounts(each, "a0"), 1, "", scores=given, distribution=distribution))  # type: ignore[arg-type]
            for each, given in ((arms, scores), (arms, tuple(round(s, 6) for s in moved)), (arms[::-1], scores))
        )
        assert near(plain["p.value"], other["p.value"], 1e-4) and near(plain["p.value"], back["p.value"])
        assert near(plain["statistic"], None if back["statistic"] is None else -back["statistic"])
        assert plain["p.value"] is None or 0 < plain["p.value"] <= 1


def people(seed: int, n: int = 40) -> Participants:
    """Return participants with an event, a level, an age and a site, drawn with a seed."""
    drawn = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {"Arm": drawn.choice(["t", "c"], n), "age": drawn.integers(20, 80, n).astype(float)}, dtype=object
    )
    frame["age"] = frame["age"].astype(float)
    frame["site"] = drawn.choice(["x", "y"], n)
    frame["Outcome"] = drawn.choice(["low", "mid", "top"], n, p=[0.3, 0.3, 0.4])
    levels = {"Outcome": ("low", "mid", "top"), "site": ("x", "y")}
    return Participants(frame, ("t", "c"), "c", ("age", "site"), levels, event="top")


def turned_round(given: Participants) -> Participants:
    return replace(given, reference="t")


@settings(max_examples=8, deadline=None, derandomize=True)
@given(st.integers(0, 10**6))
def test_models_mirrored_reordered_and_in_other_units(seed: int) -> None:
    given = people(seed)
    shuffled = replace(given, frame=given.frame.sample(frac=1, random_state=seed))
    scaled = replace(given, frame=given.frame.assign(age=given.frame["age"] * 365.25 - 7))
    for model in (logistic.logistic, proportional_odds.proportional_odds, standardised_risks.standardised_risks):
        plain = values(model(given, 2, ""), "t")  # type: ignore[operator]
        for other in (shuffled, scaled):
            again = values(model(other, 2, ""), "t")  # type: ignore[operator]
            assert all(near(plain[name], again[name], 1e-5) for name in (*THREE, "p.value"))
        assert holds_estimate(plain)
        back = values(model(turned_round(given), 2, ""), "c")  # type: ignore[operator]
        if plain["estimate"] is not None and back["estimate"] is not None:
            is_difference = model is standardised_risks.standardised_risks
            assert near(plain["estimate"], -back["estimate"] if is_difference else 1 / back["estimate"], 1e-5)
            assert near(plain["p.value"], back["p.value"], 1e-5) and 0 < plain["p.value"] <= 1


@few
@given(st.lists(st.lists(st.integers(0, 6), min_size=3, max_size=3), min_size=2, max_size=3))
def test_levels_in_another_order(cells: Any) -> None:
    """Tests that use no order do not depend on it; the exact test is the same of the table turned on its side."""
    table = np.array(cells)
    table = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    if min(table.shape) < 2:
        return
    p = fisher_p(table)
    assert p is not None and 0 < p <= 1
    assert near(p, fisher_p(table.T)) and near(p, fisher_p(table[::-1, ::-1]))
    chi = ordered._pearson(table)[0]
    assert near(chi, ordered._pearson(table[:, ::-1])[0])
    made = stratified_levels.chi_squared([table], "general_association", "integers")
    assert made is not None and near(made[0], chi * (table.sum() - 1) / table.sum())
