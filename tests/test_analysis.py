"""The analysis on invented studies of a few participants; every expected number is worked out by hand beside it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from report.analysis.people.derivations import to_resolution
from report.ard import Row
from report.paper import numbers
from report.paper.styles import STYLES
from report.paper.tables import build as tables
from report.study import file as study_file
from tests.invented import (
    A_VALUE,
    NO_VALUE,
    OUTCOMES,
    PEOPLE,
    SCORES,
    TWO,
    change,
    computed,
    event,
    parallel,
    refused,
    single,
    stats,
    trial,
)


def on(variable: str, comparator: str, value: Any) -> dict[str, Any]:
    return {"variable": variable, "comparator": comparator, "value": value}


NO_KIND = {"variable": "kind", **NO_VALUE}
SOME_KIND = {"variable": "kind", **A_VALUE}
IS_X, IS_20 = on("kind", "EQ", "x"), on("age", "EQ", 20)


@pytest.mark.parametrize(
    ("where", "who"),
    [
        (IS_X, "P1 P5"),
        (on("kind", "NE", "x"), "P2 P3"),  # P4 has no kind and is not said to have another
        (on("kind", "IN", ["x", "z"]), "P1 P3 P5"),
        (on("kind", "NOTIN", ["x", "z"]), "P2"),
        (NO_KIND, "P4"),
        (SOME_KIND, "P1 P2 P3 P5"),
        (on("age", "EQ", 20), "P2 P5"),
        (on("age", "NE", 20), "P1 P3"),
        (on("age", "GT", 20), "P3"),
        (on("age", "GE", 20), "P2 P3 P5"),
        (on("age", "LT", 20), "P1"),
        (on("age", "LE", 20), "P1 P2 P5"),
        (on("age", "IN", [10, 30]), "P1 P3"),
        (on("weight", "GT", 1.5), "P2 P3"),
        (on("entered", "EQ", "2020-01-02"), "P2"),
        (on("entered", "NE", "2020-01-02"), "P1 P3"),
        (on("entered", "GT", "2020-01-02"), "P3"),
        (on("entered", "GE", "2020-01-02"), "P2 P3"),
        (on("entered", "LT", "2020-01-02"), "P1"),
        (on("entered", "LE", "2020-01-02"), "P1 P2"),
        (on("entered", "IN", ["2020-01-01", "2020-01-03"]), "P1 P3"),
        (on("entered", "NOTIN", ["2020-01-01"]), "P2 P3"),
        ({"and": [IS_X, IS_20]}, "P5"),
        ({"or": [IS_X, IS_20]}, "P1 P2 P5"),
        ({"not": IS_X}, "P2 P3"),
        ({"not": on("age", "GT", 10)}, "P1"),
        ({"not": NO_KIND}, "P1 P2 P3 P5"),  # whether a value is there can always be answered
        ({"not": SOME_KIND}, "P4"),
        ({"not": {"not": IS_X}}, "P1 P5"),
        ({"not": {"and": [IS_X, IS_20]}}, "P1 P2 P3"),
        ({"not": {"or": [IS_X, IS_20]}}, "P3"),
        (
            {"not": {"and": [on("kind", "EQ", "y"), on("entered", "GT", "2020-01-01")]}},
            "P1 P3 P5",
        ),  # P5 has no date, but is no y either
        ({"not": {"or": [IS_X, on("entered", "GT", "2020-01-02")]}}, "P2"),  # P5's date is not known, P3's is later
        ({"and": [{"not": IS_X}, {"or": [IS_20, on("age", "EQ", 30)]}]}, "P2 P3"),
    ],
)
def test_who_fulfils_a_condition(tmp_path: Path, where: dict[str, Any], who: str) -> None:
    """P1 x 10, P2 y 20, P3 z 30, P4 nothing at all, P5 x 20 without a date: a missing value fulfils nothing."""
    study = single(populations={"chosen": {"label": "Chosen", "dataset": "people", "where": where}})
    assert trial(tmp_path, study, people=PEOPLE, scores=SCORES).members("chosen") == set(who.split())


def test_a_participant_counts_once(tmp_path: Path) -> None:
    """P1 and P2 have two rows each among the scores, both above 0.5: two participants, not four."""
    where = on("score", "GT", 0.5)
    flow = [{"id": "treated", "label": "Treated", "count": {"dataset": "scores", "where": where}}]
    made = computed(tmp_path, single(disposition=flow), people=PEOPLE, scores=SCORES)
    assert stats(made, "disposition.treated") == {"n": 2}


def test_a_participant_counts_once_by_arm(tmp_path: Path) -> None:
    """P1 and P2 in arm a, P3 in b; the log has P1 three times, P3 once: 1 and 1, of 2 and 1."""
    study = parallel(
        disposition=[
            {"id": "allocated", "label": "Allocated", "by_arm": True, "count": {"dataset": "people"}},
            {"id": "received", "label": "Received", "by_arm": True, "count": {"dataset": "doses"}},
        ]
    )
    dose = {"type": "text", "required": True}
    columns = {"id": {"type": "text", "required": True}, "dose": dose}
    study["datasets"]["doses"] = {"file": "doses.csv", "participant": "id", "visit": "dose", "columns": columns}
    people = "id,arm,outcome\nP1,A,yes\nP2,A,no\nP3,B,no\n"
    made = computed(tmp_path, study, people=people, doses="id,dose\nP1,1\nP1,2\nP1,3\nP3,1\n")
    shown = {(row.variable, row.group1_level): row.stat for row in made.select(context="disposition")}
    assert shown == {("allocated", "a"): 2, ("allocated", "b"): 1, ("received", "a"): 1, ("received", "b"): 1}


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (0.25, 1, 0.3),  # half away from zero, not to the even digit
        (-0.25, 1, -0.3),
        (2.5, 0, 3.0),
        (-2.5, 0, -3.0),
        (-2.4, 0, -2.0),
        (1.005, 2, 1.01),  # stored as 1.00499999999999989: a half by the digits that were written
        (-1.005, 2, -1.01),
        (1.00499, 2, 1.0),  # no half, and not forgiven
        (0.1 + 0.2 - 0.3, 1, 0.0),  # 5.6e-17
        (0.0, 1, 0.0),
        (-0.04, 1, 0.0),  # and no minus zero
    ],
)
def test_rounding_to_the_resolution(value: float, decimals: int, expected: float) -> None:
    made = to_resolution(np.array([value, np.nan]), 10.0**-decimals)
    assert made[0] == expected and not (made[0] == 0 and np.signbit(made[0])) and np.isnan(made[1])


def derived(decimals: int, *terms: dict[str, Any]) -> dict[str, Any]:
    resolution = 10.0**-decimals
    return {
        "total": {"rule": "sum", "dataset": "scores", "label": "Total", "resolution": resolution, "terms": list(terms)}
    }


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ({}, [-1.0, 4.0, 30.0]),
        ({"at_least": 0}, [0.0, 4.0, 30.0]),
        ({"at_most": 10}, [-1.0, 4.0, 10.0]),
        ({"at_least": 0, "at_most": 10}, [0.0, 4.0, 10.0]),
        ({"subtract": 20, "divide": 10}, [-2.1, -1.6, 1.0]),  # (-1 - 20) / 10 = -2.1
        ({"subtract": 20, "divide": 10, "at_least": -2, "at_most": 0.5}, [-2.0, -1.6, 0.5]),  # bounds come last
    ],
)
def test_a_term_of_a_derived_variable(tmp_path: Path, term: dict[str, Any], expected: list[float]) -> None:
    study = single(derivations=derived(1, {"column": "score", **term}))
    scores = "id,visit,score\nP1,W0,-1\nP1,W8,4\nP2,W0,30\n"
    made = trial(tmp_path, study, people=TWO, scores=scores).frames["scores"]["total"]
    assert list(made) == expected


def test_a_sum_without_one_term_is_missing(tmp_path: Path) -> None:
    """P1 has 1.5 + 4.5 = 6; P2 lacks the second term, P3 the first: no sum, also where the term is bounded."""
    study = single(derivations=derived(1, {"column": "score"}, {"column": "other", "at_least": 0, "at_most": 9}))
    study["datasets"]["scores"]["columns"]["other"] = {"type": "number", "resolution": 0.1}
    scores = "id,visit,score,other\nP1,W0,1.5,4.5\nP2,W0,1.5,\nP3,W0,,4.5\n"
    made = trial(tmp_path, study, people=PEOPLE, scores=scores).frames["scores"]["total"]
    assert made[0] == 6.0 and np.isnan(made[1]) and np.isnan(made[2])


def test_a_derived_sum_has_no_noise(tmp_path: Path) -> None:
    """0.1 + 0.2 - 0.3 is 5.6e-17 as floats: at the start 0.3 - 0.3, at week 8 0.1 + 0.2 - 0.3; no change in anyone."""
    study = single(
        derivations=derived(1, {"column": "score"}, {"column": "other"}, {"column": "third", "divide": -1}),
        endpoints=[change("change", "signed_rank", variable="total")],
    )
    study["datasets"]["scores"]["columns"] |= {
        name: {"type": "number", "resolution": 0.1} for name in ("other", "third")
    }
    scores = "id,visit,score,other,third\nP1,W0,0.3,0,0.3\nP1,W8,0.1,0.2,0.3\nP2,W0,0.3,0,0.3\nP2,W8,0.2,0.1,0.3\n"
    totals = trial(tmp_path, study, people=TWO, scores=scores).frames["scores"]["total"]
    assert list(totals) == [0.0, 0.0, 0.0, 0.0]
    made = computed(tmp_path, study, people=TWO, scores=scores)
    counted = stats(made, "changed.change")
    assert [counted[name] for name in ("n_fell", "n_rose", "n_same")] == [0, 0, 2]
    assert stats(made, "changed.signed_rank")["n_zero"] == 2
    row = made.by_id("changed.signed_rank.p.value")
    assert row.stat is None and row.reason == "no difference is other than zero"


def test_equal_changes_are_ties(tmp_path: Path) -> None:
    """0.3 - 0.1, 0.2 - 0 and 1.2 - 1.0 are all 0.2, and as floats three numbers; with -0.5 the ranks are 2, 2, 2, 4.

    V = 2 + 2 + 2 = 6 of a total of 10. Of the 16 sign patterns the sums are 0 2 2 2 4 4 4 4 6 6 6 6 8 8 8 10, so
    P(W >= 6) = 8/16 and P(W <= 6) = 12/16: p = 2 * 8/16 = 1. Unrounded there would be no tie.
    """
    study = single(endpoints=[change("signed_rank")])
    people = "id,kind,age,weight,entered\n" + "".join(f"P{n},x,10,1.5,2020-01-01\n" for n in (1, 2, 3, 4))
    scores = "id,visit,score\n" + "".join(
        f"P{n},W0,{before}\nP{n},W8,{after}\n"
        for n, (before, after) in enumerate([("0.1", "0.3"), ("0.0", "0.2"), ("1.0", "1.2"), ("1.0", "0.5")], start=1)
    )
    found = stats(computed(tmp_path, study, people=people, scores=scores), "changed.signed_rank")
    assert [found[name] for name in ("statistic", "p.value", "n_used", "n_tied")] == [6.0, 1.0, 4, 3]


def test_only_participants_with_both_visits_make_pairs(tmp_path: Path) -> None:
    """P1 4 to 1, P2 5 to 5.5; P3 lacks the week-8 row, P4 the value at the start, P5 both: two pairs and three without.

    Changes -3 and 0.5; medians 4.5 and 3.25, which differ by -1.25. Values of P3 and P4 are in no median or range.
    """
    scores = SCORES + "P3,W0,9.0\nP4,W0,\nP4,W8,0.5\n"
    made = computed(tmp_path, single(endpoints=[change("change")]), people=PEOPLE, scores=scores)
    found = stats(made, "changed.change", visit="week8")
    assert [found[name] for name in ("N_pairs", "N_miss", "n_fell", "n_rose", "n_same")] == [2, 3, 1, 1, 0]
    assert [found[name] for name in ("median", "min", "max")] == [3.25, 1.0, 5.5]
    assert [found[name] for name in ("difference_of_medians", "change_min", "change_max")] == [-1.25, -3.0, 0.5]
    before = stats(made, "changed.change", visit="start")
    assert before == {"median": 4.5, "min": 4.0, "max": 5.0}


def test_a_missing_outcome_is_in_no_denominator(tmp_path: Path) -> None:
    """Arm a: 1 of 2 and one missing; arm b: 2 of 4 and two missing. Both 50%: difference 0, ratio 1, Fisher's p 1."""
    methods = (
        {"method": "risk"},
        {"method": "risk_reduction", "arguments": {"interval": "newcombe"}},
        {"method": "risk_ratio", "arguments": {"interval": "koopman"}},
        {"method": "fisher"},
    )
    made = computed(tmp_path, parallel(endpoints=[event(*methods)]), people=OUTCOMES)
    names = ("n", "N", "p", "N_miss", "N_population")
    for arm, expected in (("a", [1, 2, 0.5, 1, 3]), ("b", [2, 4, 0.5, 2, 6])):
        found = stats(made, "happened.risk", group1_level=arm)
        assert [found[name] for name in names] == expected
    assert made.by_id("happened.risk_reduction.a.estimate").stat == 0.0
    assert made.by_id("happened.risk_ratio.a.estimate").stat == 1.0
    assert made.by_id("happened.fisher.a.p.value").stat == pytest.approx(1.0, abs=1e-12)


SHOWN = {
    "baseline": {
        "population": "everyone",
        "variables": [{"variable": "kind"}, {"variable": "age", "summary": ["mean_sd"]}],
    },
    "displays": [{"id": "tbl-baseline", "kind": "baseline", "title": "Baseline"}],
}


def lines(folder: Path, study: dict[str, Any], **files: str) -> dict[str, list[str]]:
    """Return the lines of the study's first display: the cells by stub."""
    results = computed(folder, study, **files)
    read = study_file.read(folder)
    table = tables.build(read.displays[0], read, results, STYLES["plain"])
    return {f"{n} {line.stub.plain}": [cell.plain for cell in line.cells] for n, line in enumerate(table.lines)}


def test_baseline_shares_are_of_those_with_a_value(tmp_path: Path) -> None:
    """Kinds x y z x and one missing: x 2 of 4 (50%), not 2 of 5 (40%). Ages 10 20 30 20 and one missing: mean 20."""
    made = computed(tmp_path, single(**SHOWN), people=PEOPLE, scores=SCORES)
    assert stats(made, "baseline.N") == {"N": 5}
    assert stats(made, "baseline.kind", variable_level="x") == {"n": 2, "N": 4, "p": 0.5}
    assert stats(made, "baseline.kind", variable_level="") == {"N_miss": 1}
    found = stats(made, "baseline.age")
    assert (found["N_nonmiss"], found["N_miss"], found["mean"]) == (4, 1, 20.0)
    assert found["sd"] == pytest.approx((200 / 3) ** 0.5)  # squares 100 0 100 0 over 4 - 1


def test_a_missing_line_where_someone_is_missing(tmp_path: Path) -> None:
    """The table of the five participants: shares of four, and after each variable the one who is missing."""
    assert lines(tmp_path, single(**SHOWN), people=PEOPLE, scores=SCORES) == {
        "0 Kind, n\u00a0(%)": [""],
        "1 Ex": ["2 (50%)"],
        "2 Why": ["1 (25%)"],
        "3 Zed": ["1 (25%)"],
        "4 Missing": ["1"],
        "5 Age, mean (SD)": ["20.0 (8.2)"],  # sqrt(200/3) = 8.16
        "6 Missing": ["1"],
    }


def test_no_missing_line_where_nobody_is_missing(tmp_path: Path) -> None:
    stubs = " ".join(lines(tmp_path, single(**SHOWN), people=TWO, scores=SCORES))
    assert "Kind" in stubs and "Age" in stubs and "Missing" not in stubs


def test_an_outcome_missing_line_where_one_is_missing(tmp_path: Path) -> None:
    """Three of nine outcomes are missing (1 and 2); without those three rows the line is gone."""
    display = {"id": "tbl-outcome", "kind": "outcome_binary", "endpoint": "happened", "title": "Outcome"}
    study = parallel(endpoints=[event({"method": "risk"})], displays=[display])
    shown = lines(tmp_path, study, people=OUTCOMES)
    risks = ["1\u00a0of\u00a02 (50%)", "2\u00a0of\u00a04 (50%)"]
    assert shown == {"0 Outcome, n of N\u00a0(%)": risks, "1 Outcome missing": ["1", "2"]}
    kept = "".join(line for line in OUTCOMES.splitlines(keepends=True) if not line.endswith(",\n"))
    assert lines(tmp_path, study, people=kept) == {"0 Outcome, n of N\u00a0(%)": risks}


@pytest.mark.parametrize(
    ("afters", "p", "key", "printed"),
    [
        ([2], 1.0, "p", ">0.99"),  # one pair: p = 2 * 1/2, its own floor
        ([2, 3], 0.5, "p", "=0.50"),  # two pairs: 2 * 1/4, the floor, and no evidence of anything
        ([2, 3, 4], 0.25, "p_exact", "=0.25"),  # 2 * 1/8
        (
            [2, 3, 4, 0.9],
            0.25,
            "p",
            "=0.25",
        ),  # ranks 2 3 4 against 1: V = 9, 2 * P(W >= 9) = 2 * 2/16; the floor is 1/8
        ([2, 3, 0.9], 0.5, "p", "=0.50"),  # ranks 2 3 against 1: V = 5, P(W >= 5) = 2/8; the floor is 0.25
    ],
)
def test_p_at_its_floor(tmp_path: Path, afters: list[float], p: float, key: str, printed: str) -> None:
    """Everyone begins at 1. The floor is 2 / 2^n; it is written exactly only where it is below a half."""
    people = "id,kind,age,weight,entered\n" + "".join(f"P{n},x,10,1.5,2020-01-01\n" for n in range(len(afters)))
    scores = "id,visit,score\n" + "".join(f"P{n},W0,1\nP{n},W8,{after}\n" for n, after in enumerate(afters))
    made = computed(tmp_path, single(endpoints=[change("signed_rank")]), people=people, scores=scores)
    row = made.by_id("changed.signed_rank.p.value")
    assert (row.stat, row.format_key) == (p, key)
    assert made.by_id("changed.signed_rank.p.floor").stat == 2 / 2 ** len(afters)
    assert numbers.text(row, STYLES["plain"]).plain == printed


@pytest.mark.parametrize(
    ("low", "high", "printed"),
    [(1.0, 4.0, "1\u20134"), (0.0, 4.0, "0\u20134"), (-2.0, 4.0, "\u22122\u00a0to\u00a04"),
     (-4.0, -2.0, "\u22124\u00a0to\u00a0\u22122")],
)  # fmt: skip
def test_a_range_with_a_value_below_zero(low: float, high: float, printed: str) -> None:
    """A dash between 1 and 4; "to" where it could be read as a sign."""
    ends = [
        Row(result_id=name, analysis_id="x", variable="x", context="x", method="x", stat_name=name, stat_label=name,
            stat=value, format_key="fixed:0")
        for name, value in (("min", low), ("max", high))
    ]  # fmt: skip
    assert numbers.extent(ends[0], ends[1], STYLES["plain"]).plain == printed


def test_a_population_with_nobody(tmp_path: Path) -> None:
    where = on("age", "GT", 30)
    everyone = {"label": "Everyone", "dataset": "people"}
    study = single(populations={"everyone": everyone, "old": {**everyone, "where": where}})
    (found,) = refused(tmp_path, study, people=PEOPLE, scores=SCORES)
    assert found.code == "population-empty" and re.fullmatch(r"data/study.yaml:\d+: populations.old", found.where)


def test_members_without_an_arm(tmp_path: Path) -> None:
    """Three were screened and two have a row with an arm: one member of the population is in no arm."""
    study = parallel(populations={"screened": {"label": "Screened", "dataset": "screening"}})
    columns = {"id": {"type": "text", "required": True}}
    screening = {"screening": {"file": "screening.csv", "participant": "id", "columns": columns}}
    study["datasets"] = {**screening, **study["datasets"]}
    people = "id,arm,outcome\nP1,A,yes\nP2,B,no\n"
    (found,) = refused(tmp_path, study, people=people, screening="id\nP1\nP2\nP3\n")
    assert found.code == "population-arm" and found.message.startswith("1 of its 3 members")


@pytest.mark.parametrize("visit", ["start", "week8"])
def test_a_visit_at_which_nobody_has_a_value(tmp_path: Path, visit: str) -> None:
    """P1 and P2 have rows at both visits, at one of them without a value."""
    code = {"start": "W0", "week8": "W8"}[visit]
    scores = "".join(
        f"{line.rsplit(',', 1)[0]},\n" if f",{code}," in line else line for line in SCORES.splitlines(keepends=True)
    )
    (found,) = refused(tmp_path, single(endpoints=[change("change")]), people=TWO, scores=scores)
    assert found.code == "endpoint-empty" and re.fullmatch(r"data/study.yaml:\d+: endpoints.changed", found.where)
    assert found.message == f"nobody of everyone has a value of score at {visit}"


def test_values_of_others_do_not_fill_a_visit(tmp_path: Path) -> None:
    """Only P1 and P2 have values, and the population is P3 alone: both visits are empty in it."""
    everyone = {"label": "Everyone", "dataset": "people", "where": on("kind", "EQ", "z")}
    study = single(populations={"everyone": everyone}, endpoints=[change("change")])
    found = refused(tmp_path, study, people=PEOPLE, scores=SCORES)
    assert [each.code for each in found] == ["endpoint-empty", "endpoint-empty"]
