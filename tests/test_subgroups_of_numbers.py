"""Subgroups of numbers: differences by level and the test of interaction, against R, print and each edge."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from report.analysis import compute, subgroups_of_numbers
from report.analysis.basis.methods import Statistic
from report.analysis.basis.participants import Participants
from report.analysis.numbers import linear_models
from report.analysis.numbers.ancova import ancova
from report.analysis.numbers.samples import mean_key
from report.study import file as study_file
from tests.invented import change, computed, parallel, refused, write
from tests.subgrouped import CASES, alike, by_key, changed, frame, levels_of, people, renamed, rows, values

ROWS = rows("subgroups_of_numbers")


def found(held: Participants, levels: list[str], confidence: float = 0.95) -> list[Statistic]:
    return list(subgroups_of_numbers.statistics(held, levels, confidence, 1, "mg"))


@pytest.mark.parametrize("case", sorted({row["case"] for row in ROWS}))
def test_every_value_of_the_oracle(case: str) -> None:
    ours = by_key(found(people(case), levels_of(case), CASES[case].get("level", 0.95)))
    for row in (row for row in ROWS if row["case"] == case):
        name, arm, level = row["stat"].split("/")
        value, close = float(row["value"]), float(row["tolerance"])
        stat = ours[name, arm, level].stat
        assert stat == pytest.approx(value, abs=close * max(1.0, abs(value)) if row["call"] else close), row["stat"]


def test_counts_and_the_difference_are_those_of_the_analysis_of_covariance_of_the_level() -> None:
    held, levels = people("birthwt_adjusted"), levels_of("birthwt_adjusted")
    ours = by_key(found(held, levels))
    for level in levels:
        of_level = changed(held).frame[(held.frame["Subgroup"] == level).to_numpy(dtype=bool)]
        there = Participants(of_level, held.arms, held.reference, held.covariates, held.levels)
        whole = by_key(list(ancova(there, 1, "mg").statistics))
        for name in ("estimate", "conf.low", "conf.high"):
            assert ours[name, "smoker", level].stat == whole[name, "smoker", ""].stat
        assert [ours["n", arm, level].stat for arm in held.arms] == [whole["n", arm, ""].stat for arm in held.arms]
    complete = linear_models.complete(held)
    assert ours["N_miss", "", ""].stat == int(complete["Subgroup"].isna().sum()) == 2
    assert sum(ours["N_level", "", level].stat for level in levels) == len(complete) - 2  # type: ignore[misc]
    assert ours["estimate", "smoker", "white"].format_key == mean_key(1) and ours["conf.level", "", ""].stat == 0.95


# the edges -----------------------------------------------------------------------------------------------------------


def invented(*cells: tuple[str, str, Any], arms: tuple[str, ...] = ("a", "b"), **more: list[Any]) -> Participants:
    """Return participants of arms and levels with their outcomes; the last arm is the reference."""
    data = {name: [cell[at] for cell in cells] for at, name in enumerate(("Arm", "Subgroup", "Outcome"))}
    return Participants(frame({**data, **more}), arms, arms[-1])


FOUR = [
    (arm, level, value + shift) for arm, shift in (("a", 1.0), ("b", 0.0)) for level in "xy" for value in (1.0, 2.5)
]
NOBODY = linear_models.NOBODY
EDGES: dict[str, tuple[Participants, dict[tuple[str, str, str], Any]]] = {
    "nobody": (invented(), {("estimate", "a", "x"): NOBODY, ("p.value", "a", ""): subgroups_of_numbers.TOO_FEW,
                            ("n", "a", "x"): 0, ("n_informative", "a", ""): 0}),
    "one participant": (invented(("a", "x", 1.0)), {("estimate", "a", "x"): NOBODY, ("n", "a", "x"): 1,
                                                    ("statistic", "a", ""): subgroups_of_numbers.TOO_FEW}),
    "an empty arm": (invented(*(cell for cell in FOUR if cell[0] == "b")), {
        ("estimate", "a", "y"): NOBODY, ("p.value", "a", ""): subgroups_of_numbers.TOO_FEW}),
    "an empty arm of one level": (invented(*FOUR, ("a", "z", 4.0)), {
        ("estimate", "a", "z"): NOBODY, ("n_informative", "a", ""): 2, ("df", "a", ""): 1, ("df.residual", "a", ""): 4,
        ("statistic", "a", ""): 0.0}),
    "an empty level": (invented(*FOUR), {("N_level", "", "z"): 0, ("estimate", "a", "z"): NOBODY, ("df", "a", ""): 1}),
    "one each": (invented(("a", "x", 3.0), ("b", "x", 1.0), ("a", "y", 2.0), ("b", "y", 4.0)), {
        ("estimate", "a", "x"): 2.0, ("conf.low", "a", "x"): linear_models.NO_RESIDUAL,
        ("p.value", "a", ""): linear_models.NO_RESIDUAL}),
    "all alike": (invented(*((arm, level, 2.0) for arm, level, _ in FOUR)), {
        ("estimate", "a", "x"): 0.0, ("conf.high", "a", "x"): linear_models.NO_SPREAD,
        ("statistic", "a", ""): linear_models.NO_SPREAD}),
    "all missing": (invented(*((arm, level, math.nan) for arm, level, _ in FOUR)), {
        ("estimate", "a", "x"): NOBODY, ("N_level", "", "x"): 0, ("df", "a", ""): subgroups_of_numbers.TOO_FEW}),
    "no subgroup": (invented(*((arm, None, value) for arm, _, value in FOUR)), {  # type: ignore[arg-type]
        ("N_miss", "", ""): 8, ("estimate", "a", "x"): NOBODY, ("p.value", "a", ""): subgroups_of_numbers.TOO_FEW}),
    "one stratum": (invented(*FOUR, Stratum=["s"] * 8), {("df", "a", ""): 1, ("df.residual", "a", ""): 4}),
    "the subgroup as the stratum": (invented(*FOUR, Stratum=[level for _, level, _ in FOUR]), {
        ("df", "a", ""): 1, ("df.residual", "a", ""): 4, ("estimate", "a", "x"): 1.0}),
    "the cell as the stratum": (invented(*FOUR, Stratum=[arm + level for arm, level, _ in FOUR]), {
        ("estimate", "a", "x"): linear_models.CONFOUNDED, ("p.value", "a", ""): subgroups_of_numbers.NOT_APART}),
    "a cluster an arm": (invented(*FOUR, Cluster=[arm for arm, _, _ in FOUR]), {
        ("estimate", "a", "x"): 1.0, ("conf.low", "a", "x"): linear_models.ONE_CLUSTER,
        ("p.value", "a", ""): subgroups_of_numbers.ONE_CLUSTER}),
    "far from zero": (invented(*((arm, level, value + 1e9) for arm, level, value in FOUR)), {
        ("estimate", "a", "x"): 1.0, ("statistic", "a", ""): 0.0}),
}  # fmt: skip


@pytest.mark.parametrize("edge", EDGES)
def test_edges(edge: str) -> None:
    held, wanted = EDGES[edge]
    given = found(held, ["x", "y", "z"])
    ours = values(given)
    for key, value in wanted.items():
        assert ours[key] == (pytest.approx(value, abs=1e-6) if isinstance(value, float) else value), key
    for each in given:
        assert (each.stat is None) == bool(each.reason) and each.stat == each.stat, each.name


def test_levels_that_are_not_named_say_nothing() -> None:
    held = people("tooth_growth")
    two = by_key(found(held, ["0.5", "1"]))
    less = Participants(held.frame[(held.frame["Subgroup"] != "2").to_numpy()], held.arms, held.reference)
    assert two["statistic", "OJ", ""].stat == by_key(found(less, ["0.5", "1", "2"]))["statistic", "OJ", ""].stat
    assert two["N_miss", "", ""].stat == 0


# properties ----------------------------------------------------------------------------------------------------------

CASE = st.sampled_from(["tooth_growth", "birthwt_adjusted", "birthwt_strata", "birthwt_clusters", "anorexia"])
FEW = settings(max_examples=12, deadline=None, derandomize=True)


@FEW
@given(CASE, st.integers(0, 1000))
def test_the_order_of_rows_changes_nothing(case: str, seed: int) -> None:
    held, levels = people(case), levels_of(case)
    order = np.random.default_rng(seed).permutation(len(held.frame))
    moved = replace(held, frame=held.frame.iloc[order])
    assert alike(values(found(moved, levels)), values(found(held, levels)))


@FEW
@given(st.sampled_from(["tooth_growth", "birthwt_adjusted", "birthwt_clusters"]))
def test_mirrored_by_relabelling_the_arms(case: str) -> None:
    held, levels = people(case), levels_of(case)
    one, other = held.arms
    arm = held.compared[0]
    there = values(found(held, levels))
    named = values(found(renamed(held, {one: other, other: one}), levels))
    for level in levels:
        assert named["estimate", held.reference, level] == pytest.approx(there["estimate", arm, level])
    back = values(found(replace(held, reference=arm), levels))
    for level in levels:
        for name, mirror in (("estimate", "estimate"), ("conf.low", "conf.high")):
            assert back[name, held.reference, level] == pytest.approx(-there[mirror, arm, level], rel=1e-9)
    for name in ("statistic", "df", "df.residual", "p.value"):
        assert back[name, held.reference, ""] == pytest.approx(there[name, arm, ""], rel=1e-8)


@FEW
@given(CASE, st.floats(0.01, 100), st.floats(-50, 50))
def test_another_unit(case: str, scale: float, shift: float) -> None:
    held, levels = people(case), levels_of(case)
    there = values(found(held, levels))
    moved = values(found(changed(held, Outcome=held.frame["Outcome"] * scale + shift), levels))
    for key, value in there.items():
        times = scale if key[0] in ("estimate", "conf.low", "conf.high") else 1
        assert moved[key] == pytest.approx(value * times, rel=1e-7, abs=1e-9), key
    for level in levels:
        for arm in held.compared:
            low, middle, high = (there[name, arm, level] for name in ("conf.low", "estimate", "conf.high"))
            assert low <= middle <= high and 0 < there["p.value", arm, ""] <= 1


# from the files ------------------------------------------------------------------------------------------------------

SUBGROUP = {"variable": "sex", "prespecified": True}


def study(**parts_of: Any) -> dict[str, Any]:
    """Return a study whose score is a change by arm, and whose subgroup stands in the participants' data set."""
    made = parallel(visits=[{"id": "start", "label": "Start", "code": "W0", "day": 0},
                            {"id": "week8", "label": "Week 8", "code": "W8", "day": 56}])  # fmt: skip
    made["datasets"]["people"]["columns"]["sex"] = {
        "type": "category",
        "label": "Sex",
        "levels": {"f": "Female", "m": "Male"},
    }
    score = {"type": "number", "label": "Score", "resolution": 0.1, "unit": "points"}
    columns = {"id": {"type": "text", "required": True}, "visit": {"type": "category", "required": True, "levels": {"W0": "0", "W8": "8"}}, "score": score}  # fmt: skip
    made["datasets"]["scores"] = {"file": "scores.csv", "participant": "id", "visit": "visit", "columns": columns}
    made["endpoints"] = [change("ancova", subgroups=[SUBGROUP], **parts_of)]
    return made


PEOPLE = "id,arm,outcome,sex\n" + "".join(f"P{n:02},{'AB'[n % 2]},yes,{'fm'[n // 2 % 2]}\n" for n in range(1, 17))
SCORES = "id,visit,score\n" + "".join(
    f"P{n:02},{code},{20 + n % 5 - (at * (3 + n * 7 % 6 + 2 * (n % 2)))}\n" for n in range(1, 17) for at, code in enumerate(("W0", "W8"))
)  # fmt: skip


def test_from_the_files_to_the_rows(tmp_path: Path) -> None:
    made = computed(tmp_path, study(), people=PEOPLE, scores=SCORES)
    estimate = made.by_id("changed.subgroup_sex.f.a.estimate")
    assert (estimate.variable, estimate.variable_level, estimate.visit) == ("sex", "f", "week8")
    assert (estimate.context, estimate.format_key, estimate.unit) == ("emmeans_mean_difference", "fixed:2", "points")
    assert "adjusted for the value at the earlier visit" in estimate.method
    assert made.by_id("changed.subgroup_sex.f.a.n").context == "tabulate"
    test = made.by_id("changed.subgroup_sex.a.p.value")
    assert test.context == "interaction" and "F test" in test.method and test.stat is not None
    assert "least-squares means in subgroups" in str(made.by_id("changed.subgroups.sentence").stat)


def test_what_rests_on_an_open_query_is_a_hole(tmp_path: Path) -> None:
    write(tmp_path, study(), people=PEOPLE.replace("P03,B,yes,m", "P03,B,yes,?"), scores=SCORES)
    made = compute.draft(tmp_path, study_file.read(tmp_path)).results
    held = {row.result_id: row for row in made.select(analysis_id="changed.subgroup_sex")}
    of_b = [row for name, row in held.items() if ".b." in name]
    assert of_b and all(row.query for row in of_b) and held["changed.subgroup_sex.f.a.estimate"].query
    assert not held["changed.subgroup_sex.f.a.n"].query and held["changed.subgroup_sex.f.a.n"].stat == 4


@pytest.mark.parametrize(
    ("parts_of", "told"),
    [({"subgroups": [{"variable": "score", "prespecified": True}]}, "score is the outcome itself"),
     ({"subgroups": [{"variable": "arm", "prespecified": True}]}, "arm is the column of the arms"),
     ({"subgroups": [{"variable": "sexes", "prespecified": True}]}, "there is no category of people named sexes")],
)  # fmt: skip
def test_what_cannot_be_a_subgroup(tmp_path: Path, parts_of: dict[str, Any], told: str) -> None:
    findings = refused(tmp_path, study() | {"endpoints": [change("ancova", **parts_of)]}, people=PEOPLE, scores=SCORES)
    assert told in " ".join(each.message for each in findings)
