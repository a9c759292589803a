"""Subgroups of times to an event: hazard ratios by level and the test of interaction, against R and each edge."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from report.analysis import subgroups_of_times
from report.analysis.basis.methods import Statistic
from report.analysis.basis.participants import EventTimes
from report.analysis.subgroups_of_times import CoxPlan
from report.analysis.times import cox_model
from report.analysis.times.cox import cox
from report.analysis.times.risk_tables import NOBODY
from tests.invented import computed, parallel
from tests.subgrouped import CASES, alike, by_key, changed, frame, levels_of, people, renamed, rows, values

ROWS = rows("subgroups_of_times")
PLANS = {"plain": CoxPlan(), "breslow": CoxPlan(ties="breslow"), "robust": CoxPlan(robust=True)}


def of_case(case: str) -> EventTimes:
    held = people(case)
    assert isinstance(held, EventTimes)
    return held


def found(held: EventTimes, levels: list[str], plan: CoxPlan = PLANS["plain"]) -> list[Statistic]:
    return list(subgroups_of_times.statistics(held, levels, plan))


@pytest.mark.parametrize("case", sorted({row["case"] for row in ROWS}))
def test_every_value_of_the_oracle(case: str) -> None:
    asked = [row for row in ROWS if row["case"] == case]
    for variant in sorted({row["stat"].split("/")[0] for row in asked}):
        plan = replace(PLANS[variant], confidence=CASES[case].get("level", 0.95))
        ours = by_key(found(of_case(case), levels_of(case), plan))
        for row in (row for row in asked if row["stat"].startswith(f"{variant}/")):
            _, name, arm, level = row["stat"].split("/")
            value, close = float(row["value"]), float(row["tolerance"])
            assert ours[name, arm, level].stat == pytest.approx(value, rel=close, abs=close), row["stat"]


def test_counts_and_the_ratio_are_those_of_the_cox_model_of_the_level() -> None:
    held, levels = of_case("veteran_adjusted"), levels_of("veteran_adjusted")
    ours = by_key(found(held, levels))
    for level in levels:
        there = replace(held, frame=held.frame[(held.frame["Subgroup"] == level).to_numpy(dtype=bool)])
        whole = by_key(list(cox(there, 0, "days").statistics))
        for name in ("estimate", "conf.low", "conf.high"):
            assert ours[name, "test", level].stat == whole[name, "test", ""].stat
        for arm in held.arms:
            assert [ours[name, arm, level].stat for name in ("N", "n_event")] == [
                whole[name, arm, ""].stat for name in ("N", "n_event")
            ]
    assert ours["N_miss", "", ""].stat == 2 and ours["conf.level", "", ""].stat == 0.95
    assert ours["estimate", "test", "adeno"].format_key == "ratio"
    assert sum(ours["N_level", "", level].stat for level in levels) == 137 - 4  # type: ignore[misc]


# the edges -----------------------------------------------------------------------------------------------------------

TOO_FEW = subgroups_of_times.TOO_FEW


def invented(*cells: tuple[str, Any, float, float], arms: tuple[str, ...] = ("a", "b"), **more: list[Any]) -> EventTimes:  # fmt: skip
    """Return participants of arms and levels with time and status; the last arm is the reference."""
    data = {name: [cell[at] for cell in cells] for at, name in enumerate(("Arm", "Subgroup", "Time", "Status"))}
    return EventTimes(frame({**data, **more}), arms, arms[-1])


TIMES = (1.0, 4.0, 6.0, 9.0)
EIGHT = [(arm, level, time + later, 1.0) for arm, later in (("a", 0.5), ("b", 0.0)) for level in "xy" for time in TIMES]


def but(changes: dict[tuple[str, str], float]) -> list[tuple[str, str, float, float]]:
    """Return the participants with another status in some cells."""
    return [(arm, level, time, changes.get((arm, level), status)) for arm, level, time, status in EIGHT]


EDGES: dict[str, tuple[EventTimes, dict[tuple[str, str, str], Any]]] = {
    "nobody": (invented(), {("estimate", "a", "x"): NOBODY, ("p.value", "a", ""): TOO_FEW, ("N", "a", "x"): 0}),
    "one participant": (invented(("a", "x", 1.0, 1.0)), {("estimate", "a", "x"): NOBODY, ("n_event", "a", "x"): 1,
                                                          ("p.value", "a", ""): TOO_FEW}),
    "an empty arm": (invented(*(cell for cell in EIGHT if cell[0] == "b")), {
        ("estimate", "a", "y"): NOBODY, ("statistic", "a", ""): TOO_FEW}),
    "an empty arm of one level": (invented(*EIGHT, ("b", "z", 3.0, 1.0), ("b", "z", 5.0, 0.0)), {
        ("estimate", "a", "z"): NOBODY, ("df", "a", ""): 1, ("n_informative", "a", ""): 2}),
    "an empty level": (invented(*EIGHT), {("N_level", "", "z"): 0, ("estimate", "a", "z"): NOBODY, ("df", "a", ""): 1}),
    "no events": (invented(*but({(arm, level): 0.0 for arm in "ab" for level in "xy"})), {
        ("estimate", "a", "x"): cox_model.NO_EVENTS, ("p.value", "a", ""): TOO_FEW, ("n_informative", "a", ""): 0}),
    "no events in a level": (invented(*but({("a", "y"): 0.0, ("b", "y"): 0.0})), {
        ("estimate", "a", "y"): cox_model.NO_EVENTS, ("p.value", "a", ""): TOO_FEW, ("n_informative", "a", ""): 1}),
    "no events in an arm": (invented(*but({("a", "x"): 0.0, ("a", "y"): 0.0})), {
        ("estimate", "a", "x"): cox_model.NO_EVENT_HERE, ("p.value", "a", ""): subgroups_of_times.SEPARATED,
        ("n_informative", "a", ""): 2}),
    "no events in the reference": (invented(*but({("b", "x"): 0.0, ("b", "y"): 0.0})), {
        ("estimate", "a", "y"): cox_model.NO_EVENT_THERE, ("p.value", "a", ""): subgroups_of_times.SEPARATED}),
    "no events in an arm of one level": (invented(*but({("a", "x"): 0.0})), {
        ("estimate", "a", "x"): cox_model.NO_EVENT_HERE, ("df", "a", ""): 1}),
    "no events in either arm, each of another level": (invented(*but({("a", "x"): 0.0, ("b", "y"): 0.0})), {
        ("estimate", "a", "y"): cox_model.NO_EVENT_THERE, ("df", "a", ""): 1}),
    "all at one time": (invented(*((arm, level, 5.0, 1.0) for arm, level, _, _ in EIGHT)), {
        ("estimate", "a", "x"): 1.0, ("statistic", "a", ""): 0.0, ("p.value", "a", ""): 1.0}),
    "all missing": (invented(*((arm, level, math.nan, 1.0) for arm, level, _, _ in EIGHT)), {
        ("estimate", "a", "x"): NOBODY, ("N_level", "", "x"): 0, ("p.value", "a", ""): TOO_FEW}),
    "no subgroup": (invented(*((arm, None, time, status) for arm, _, time, status in EIGHT)), {
        ("N_miss", "", ""): 16, ("estimate", "a", "x"): NOBODY, ("p.value", "a", ""): TOO_FEW}),
    "one stratum": (invented(*EIGHT, Stratum=["s"] * 16), {("df", "a", ""): 1}),
    "the subgroup as the stratum": (invented(*EIGHT, Stratum=[cell[1] for cell in EIGHT]), {("df", "a", ""): 1}),
    "the arm as the stratum": (invented(*EIGHT, Stratum=[cell[0] for cell in EIGHT]), {
        ("estimate", "a", "x"): cox_model.NOT_TOLD_APART, ("p.value", "a", ""): cox_model.NOT_TOLD_APART}),
    "the cell as the stratum": (invented(*EIGHT, Stratum=[cell[0] + cell[1] for cell in EIGHT]), {
        ("p.value", "a", ""): cox_model.NOT_TOLD_APART}),
    "one cluster": (invented(*EIGHT, Cluster=["c"] * 16), {
        ("conf.low", "a", "x"): cox_model.ONE_CLUSTER, ("p.value", "a", ""): cox_model.ONE_CLUSTER}),
    "separated in a level": (invented(*but({}), *(("a", "z", t, 1.0) for t in (1.0, 2.0)), *(("b", "z", t, 1.0) for t in (8.0, 9.0))), {
        ("estimate", "a", "z"): cox_model.ENDLESS, ("df", "a", ""): 2}),
}  # fmt: skip


@pytest.mark.parametrize("edge", EDGES)
def test_edges(edge: str) -> None:
    held, wanted = EDGES[edge]
    given = found(held, ["x", "y", "z"])
    ours = values(given)
    for key, value in wanted.items():
        assert ours[key] == (pytest.approx(value, abs=1e-9) if isinstance(value, float) else value), key
    for each in given:
        assert (each.stat is None) == bool(each.reason) and each.stat == each.stat, each.name


def test_a_level_without_events_adds_nothing_to_the_test() -> None:
    """R gives its coefficient a degree of freedom, at a boundary; the test is that of the other levels."""
    held, levels = of_case("a_level_without_events"), levels_of("a_level_without_events")
    less = replace(held, frame=held.frame[(held.frame["Subgroup"] != "large").to_numpy()])
    there, without = (values(found(each, levels)) for each in (held, less))
    for name in ("statistic", "df", "p.value", "n_informative"):
        assert there[name, "test", ""] == without[name, "test", ""]
    assert there["df", "test", ""] == 2


def test_a_robust_test_where_a_level_has_no_finite_ratio_is_not_estimable() -> None:
    ours = values(found(of_case("an_arm_without_events"), levels_of("an_arm_without_events"), PLANS["robust"]))
    assert ours["p.value", "test", ""] == cox_model.ENDLESS


# properties ----------------------------------------------------------------------------------------------------------

CASE = st.sampled_from(["veteran", "veteran_adjusted", "ovarian", "lung_clusters", "an_arm_without_events"])
FEW = settings(max_examples=8, deadline=None, derandomize=True)


@FEW
@given(CASE, st.integers(0, 1000), st.floats(0.01, 100))
def test_neither_the_order_of_rows_nor_the_unit_of_time_changes_anything(case: str, seed: int, scale: float) -> None:
    held, levels = of_case(case), levels_of(case)
    order = np.random.default_rng(seed).permutation(len(held.frame))
    moved = replace(held, frame=held.frame.iloc[order].assign(Time=held.frame["Time"].iloc[order] * scale))
    assert alike(values(found(moved, levels)), values(found(held, levels)))


@FEW
@given(st.sampled_from(["veteran", "veteran_adjusted", "ovarian", "lung_clusters"]), st.sampled_from(sorted(PLANS)))
def test_mirrored_by_relabelling_the_arms(case: str, plan: str) -> None:
    held, levels = of_case(case), levels_of(case)
    arm, base = held.compared[0], held.reference
    there = values(found(held, levels, PLANS[plan]))
    back = values(found(replace(held, reference=arm), levels, PLANS[plan]))
    for level in levels:
        for name, mirror in (("estimate", "estimate"), ("conf.low", "conf.high")):
            one, other = there[name, arm, level], back[mirror, base, level]
            assert isinstance(one, str) or one == pytest.approx(1 / other, rel=1e-7)
            assert isinstance(one, str) == isinstance(other, str)
    for name in ("statistic", "df", "p.value"):
        assert back[name, base, ""] == pytest.approx(there[name, arm, ""], rel=1e-7)
    named = renamed(held, {arm: "one", base: "other"})
    assert isinstance(named, EventTimes)
    assert values(found(named, levels, PLANS[plan]))["p.value", "one", ""] == there["p.value", arm, ""]


@FEW
@given(st.integers(0, 10_000))
def test_an_interval_holds_its_ratio_and_p_is_a_probability(seed: int) -> None:
    held = of_case("lung")
    status = np.random.default_rng(seed).integers(0, 2, len(held.frame)).astype(float)
    moved = changed(held, Status=status)
    assert isinstance(moved, EventTimes)
    ours = values(found(moved, levels_of("lung")))
    for level in levels_of("lung")[:3]:
        low, middle, high = (ours[name, "women", level] for name in ("conf.low", "estimate", "conf.high"))
        assert low <= middle <= high
    assert 0 < ours["p.value", "women", ""] <= 1 and ours["statistic", "women", ""] >= 0


# from the files ------------------------------------------------------------------------------------------------------


def study(**parts_of: Any) -> dict[str, Any]:
    """Return a study whose participants have a time to a death, and are of a sex."""
    made = parallel()
    columns = made["datasets"]["people"]["columns"]
    columns |= {
        "sex": {"type": "category", "label": "Sex", "levels": {"f": "Female", "m": "Male"}},
        "days": {"type": "integer", "label": "Time to death", "unit": "days"},
        "died": {"type": "category", "levels": {"yes": "Yes", "no": "No"}},
    }
    made["endpoints"] = [{
        "id": "death", "label": "Death", "role": "primary", "specified_in": "protocol", "source": "invented",
        "direction": "lower_is_better", "dataset": "people", "variable": "days", "population": "everyone",
        "time": {"status": "died", "event": "yes", "event_is": "harm", "shown_in": "months"},
        "subgroups": [{"variable": "sex", "prespecified": True}],
        "methods": [{"method": "cox", "decimals": 2, "arguments": {"ties": "breslow", "confidence": 0.9}}], **parts_of,
    }]  # fmt: skip
    return made


PEOPLE = "id,arm,outcome,sex,days,died\n" + "".join(
    f"P{n:02},{'AB'[n % 2]},yes,{'fm'[n // 2 % 2]},{30 + n * 37 % 101},{('yes', 'no')[n % 5 == 0]}\n"
    for n in range(1, 25)
)


def test_from_the_files_to_the_rows(tmp_path: Path) -> None:
    made = computed(tmp_path, study(), people=PEOPLE)
    estimate = made.by_id("death.subgroup_sex.f.a.estimate")
    assert (estimate.variable, estimate.context, estimate.format_key) == ("sex", "regression", "ratio:2")
    assert "Breslow ties" in estimate.method and "Cox proportional-hazards" in estimate.method
    assert made.by_id("death.subgroup_sex.conf.level").stat == 0.9
    events = made.by_id("death.subgroup_sex.m.b.n_event")
    assert events.context == "tabulate" and events.stat is not None
    assert made.by_id("death.subgroup_sex.a.p.value").context == "interaction"
    assert "the likelihood-ratio test" in str(made.by_id("death.subgroups.sentence").stat)
    assert "Breslow ties" in str(made.by_id("death.subgroups.sentence").stat)
