"""The Mantel-Haenszel estimates and test over strata, the interaction test, and what follows from one table.

tests/oracle/mantel_haenszel.csv and interaction.csv hold what R gave for the strata of inputs.json.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.analysis import subgroups
from report.analysis.basis.methods import Statistic
from report.analysis.events import stratified, two_by_two
from report.analysis.events.stratified import StratifiedCounts, Stratum, Table
from report.analysis.events.two_by_two import ArmCount, EventCounts
from report.paper import numbers
from report.paper.styles import STYLES
from tests.invented import computed, event, parallel
from tests.test_statistics import INPUTS, agrees, rows, said, stats, two_arms

Cells = list[tuple[int, int, int, int]]


def strata(cells: Cells) -> StratifiedCounts:
    return StratifiedCounts(tuple(Stratum(f"L{n}", two_arms(*each)) for n, each in enumerate(cells)))


def overall(cells: Cells, measure: str = "ratio", level: float = 0.95) -> dict[str, Statistic]:
    answer = stratified.mantel_haenszel(strata(cells), 3, "", measure=measure, confidence=level)  # type: ignore[arg-type]
    return {s.name: s for s in answer.statistics if not s.level}


@pytest.mark.parametrize("row", rows("mantel_haenszel"), ids=said)
def test_mantel_haenszel(row: dict[str, str]) -> None:
    """R's difference is first minus second; ours reference minus arm, so that sign and limits change places."""
    case, (kind, _, name) = INPUTS[row["case"]], row["stat"].partition("_")
    measure = "difference" if kind == "rd" else "ratio"
    got = overall(case["strata"], measure, case.get("level", 0.95))
    mirrored = {"estimate": "estimate", "low": "conf.high", "high": "conf.low"}
    plain = {"estimate": "estimate", "low": "conf.low", "high": "conf.high"}
    if kind == "rd":
        agrees(row, -float(got[mirrored[name]].stat or 0))
    elif kind == "rr":
        agrees(row, got[plain[name]].stat)  # type: ignore[arg-type]
    else:
        agrees(row, got[{"p_value": "p.value"}.get(row["stat"], row["stat"])].stat)  # type: ignore[arg-type]


@pytest.mark.parametrize("row", rows("interaction"), ids=said)
def test_interaction(row: dict[str, str]) -> None:
    tables = [Table(*each) for each in INPUTS[row["case"]]["strata"]]
    got = {s.name: s for s in subgroups.interaction(tables, "treated")}[row["stat"].replace("_", ".")]
    if row["case"] == "strata_no_event_in_first":  # R: statistic 0 and p = 1 of odds ratios that are all zero
        assert got.stat is None and got.reason == "the odds ratio is zero or infinite in every level"
        return
    agrees(row, got.stat)  # type: ignore[arg-type]


def test_there_are_enough_data_sets() -> None:
    assert len({row["case"] for row in rows("interaction")}) >= 28
    assert sum(name.startswith("indo_") and "strata" in case for name, case in INPUTS.items()) == 17


levels = st.tuples(st.integers(1, 30), st.integers(1, 30)).flatmap(
    lambda n: st.tuples(st.integers(0, n[0]), st.just(n[0]), st.integers(0, n[1]), st.just(n[1]))
)


@given(st.lists(levels, min_size=1, max_size=6))
def test_turning_the_arms_round(cells: Cells) -> None:
    """The difference changes its sign, the ratio becomes its inverse; both tests stay as they are."""
    back = [(x0, n0, x1, n1) for x1, n1, x0, n0 in cells]
    for measure in ("difference", "ratio"):
        one, two = overall(cells, measure), overall(back, measure)
        assert (one["p.value"].stat is None) == (two["p.value"].stat is None)
        if one["p.value"].stat is not None:
            assert float(one["p.value"].stat) == pytest.approx(float(two["p.value"].stat or 0), rel=1e-9)
        for a, b in (("estimate", "estimate"), ("conf.low", "conf.high"), ("conf.high", "conf.low")):
            if (seen := one[a].stat) is not None and (other := two[b].stat) is not None:
                turned = -float(other) if measure == "difference" else 1 / float(other) if other else None
                assert turned is None or float(seen) == pytest.approx(turned, rel=1e-9, abs=1e-12)
    there, again = (subgroups.interaction([Table(*c) for c in each], "a")[0].stat for each in (cells, back))
    assert (there is None and again is None) or float(there or 0) == pytest.approx(
        float(again or 0), rel=1e-6, abs=1e-9
    )


@given(st.lists(levels, min_size=2, max_size=6))
def test_the_model_without_interaction_has_the_margins_of_the_data(cells: Cells) -> None:
    """At the common odds ratio the arm's expected events are those seen, and each level has that odds ratio."""
    tables = [t for t in (Table(*each) for each in cells) if t.informs]
    if len(tables) < 2 or subgroups._at_an_edge(tables):
        return
    ratio = subgroups.common_odds_ratio(tables)
    fitted = [subgroups._expected(t, ratio) for t in tables]
    assert sum(fitted) == pytest.approx(sum(t.x1 for t in tables), abs=1e-6)
    for t, a in zip(tables, fitted, strict=True):
        assert a * (t.n0 - t.events + a) == pytest.approx(ratio * (t.n1 - a) * (t.events - a), rel=1e-6, abs=1e-9)


def test_strata_that_say_nothing_are_counted_and_change_nothing() -> None:
    """Of six strata the first two inform; one has no event, one only events, one an empty arm, one nobody."""
    informing: Cells = [(3, 20, 6, 21), (5, 30, 9, 33)]
    silent: Cells = [(0, 9, 0, 8), (4, 4, 5, 5), (3, 7, 0, 0), (0, 0, 0, 0)]
    alone, with_them = overall(informing), overall(informing + silent)
    assert with_them["p.value"].stat == pytest.approx(alone["p.value"].stat, rel=1e-12)
    assert (alone["n_strata"].stat, alone["n_informative"].stat) == (2, 2)
    assert (with_them["n_strata"].stat, with_them["n_informative"].stat) == (5, 2)
    only_events = overall([*informing, (4, 4, 5, 5)])["estimate"].stat
    no_events = overall([*informing, (0, 9, 0, 8), (3, 7, 0, 0)])["estimate"].stat
    assert no_events == pytest.approx(alone["estimate"].stat, rel=1e-12)
    assert only_events != pytest.approx(alone["estimate"].stat, rel=1e-6)  # it draws the ratio towards 1
    reduced = overall(informing, "difference"), overall([*informing, (0, 9, 0, 8)], "difference")
    assert float(reduced[1]["estimate"].stat or 0) < float(reduced[0]["estimate"].stat or 0)  # a difference of 0


@pytest.mark.parametrize(
    ("cells", "measure", "name", "reason"),
    [
        ([(3, 9, 0, 0), (0, 0, 2, 9)], "ratio", "estimate", "no stratum has participants with an outcome in both arms"),
        ([(3, 9, 0, 0), (0, 0, 2, 9)], "difference", "p.value", "no stratum has participants with an outcome in both arms"),
        ([(0, 9, 0, 9), (0, 5, 0, 4)], "ratio", "estimate", "no event in either arm"),
        ([(0, 9, 0, 9), (0, 5, 0, 4)], "difference", "conf.low", "the estimate of its variance is zero"),
        ([(0, 9, 0, 9), (4, 4, 4, 4)], "ratio", "conf.high", "the estimate of its variance is zero"),
        ([(0, 9, 0, 9), (4, 4, 4, 4)], "ratio", "p.value", "in no stratum with both arms do outcomes differ"),
        ([(2, 9, 0, 9), (1, 5, 0, 4)], "ratio", "estimate", "no event in the reference arm"),
        ([(0, 9, 2, 9), (0, 5, 1, 4)], "ratio", "conf.low", "no event in the arm, and the logarithm of 0 has no variance"),
        ([(9, 9, 0, 9), (5, 5, 0, 4)], "difference", "conf.high", "the estimate of its variance is zero"),
    ],
)  # fmt: skip
def test_what_strata_do_not_give_has_a_reason(cells: Cells, measure: str, name: str, reason: str) -> None:
    got = overall(cells, measure)[name]
    assert (got.stat, got.reason) == (None, reason)


def test_an_estimate_stays_where_only_its_limits_are_lacking() -> None:
    assert overall([(0, 9, 0, 9)], "difference")["estimate"].stat == 0.0
    assert overall([(9, 9, 0, 9), (5, 5, 0, 4)], "difference")["estimate"].stat == -1.0
    assert overall([(0, 9, 2, 9), (0, 5, 1, 4)])["estimate"].stat == 0.0


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ([(3, 9, 2, 8)], "fewer than two levels have patients in both arms, an event and a non-event"),
        ([(3, 9, 2, 8), (0, 4, 0, 5)], "fewer than two levels have patients in both arms, an event and a non-event"),
        ([(3, 9, 2, 8), (5, 5, 4, 4)], "fewer than two levels have patients in both arms, an event and a non-event"),
        ([(3, 9, 2, 8), (2, 5, 0, 0)], "fewer than two levels have patients in both arms, an event and a non-event"),
        ([(9, 9, 2, 8), (5, 5, 1, 3)], "the odds ratio is zero or infinite in every level"),
        ([(2, 9, 0, 8), (1, 5, 0, 3)], "the odds ratio is zero or infinite in every level"),
    ],
)
def test_no_interaction_without_two_levels_that_inform(cells: Cells, reason: str) -> None:
    got = {s.name: s for s in subgroups.interaction([Table(*each) for each in cells], "a")}
    assert all((got[name].stat, got[name].reason) == (None, reason) for name in ("statistic", "df", "p.value"))


def test_by_stratum_and_by_arm(tmp_path: Path) -> None:
    """Three arms, two strata and a participant without a stratum: counts by hand, each arm against the reference."""
    study = three_arms(strata="centre", methods=[{"method": "mantel_haenszel", "arguments": {"measure": "difference"}}])
    made = computed(tmp_path, study, people=PEOPLE)
    shown = {
        r.result_id.removeprefix("happened.mantel_haenszel."): r.stat
        for r in made.select(analysis_id="happened.mantel_haenszel")
    }
    assert [shown[f"X.{arm}.{name}"] for arm in "abc" for name in ("n", "N")] == [1, 2, 2, 3, 0, 1]
    assert [shown[f"Y.{arm}.{name}"] for arm in "abc" for name in ("n", "N")] == [0, 2, 1, 2, 1, 1]
    assert shown["X.b.p"] == pytest.approx(2 / 3)
    # b is the reference. a: weights 6/5 and 4/4; (2/3 - 1/2) * 1.2 + (1/2 - 0) * 1 = 0.7, over 2.2
    assert shown["a.estimate"] == pytest.approx(0.7 / 2.2)
    # c: weights 3/4 and 2/3; 2/3 * 3/4 + (1/2 - 1) * 2/3 = 1/6, over 17/12
    assert shown["c.estimate"] == pytest.approx((1 / 6) / (17 / 12))
    assert (shown["N_miss"], shown["conf.level"], shown["a.n_strata"], shown["a.n_informative"]) == (1, 0.95, 2, 2)
    assert made.by_id("happened.mantel_haenszel.a.estimate").format_key == "points:0"


PEOPLE = (
    "id,arm,outcome,centre\n"
    "P01,A,yes,X\nP02,A,no,X\nP03,A,no,Y\nP04,A,no,Y\nP05,A,yes,\nP06,A,,X\n"
    "P07,B,yes,X\nP08,B,yes,X\nP09,B,no,X\nP10,B,yes,Y\nP11,B,no,Y\n"
    "P12,C,no,X\nP13,C,yes,Y\n"
)


def three_arms(**parts: Any) -> dict[str, Any]:
    """Return a study of three arms a, b (the reference) and c with an outcome and a centre; parts go to its endpoint."""
    study = parallel(endpoints=[event({"method": "risk"}) | parts])
    columns = study["datasets"]["people"]["columns"]
    columns["arm"]["levels"]["C"] = "Arm c"
    columns["centre"] = {"type": "category", "label": "Centre", "levels": {"X": "Centre X", "Y": "Centre Y"}}
    study["design"]["arms"].append({"id": "c", "label": "Arm c", "code": "C"})
    return study


def needed(
    cells: tuple[int, int, int, int], hoped_for: bool = False, interval: str = "miettinen_nurminen"
) -> dict[str, Statistic]:
    x1, n1, x0, n0 = cells
    counts = EventCounts((ArmCount("treated", x1, n1, 0), ArmCount("control", x0, n0, 0)), "control", hoped_for)
    return stats(two_by_two.number_needed_to_treat(counts, 1, "", interval=interval))  # type: ignore[arg-type]


def test_the_number_needed_to_treat_of_indomethacin() -> None:
    """27/295 against 52/307: 1/0.0778556 = 12.8; R's limits are 0.0243568 and 0.1322884: 1/0.1322884 = 7.6, 1/0.0243568 = 41.06."""
    got = needed((27, 295, 52, 307))
    assert [round(float(got[k].stat or 0), 1) for k in ("estimate", "conf.low", "conf.high")] == [12.8, 7.6, 41.1]
    assert got["direction"].stat == "benefit" and got["estimate"].format_key == "fixed:1"
    newcombe = needed((27, 295, 52, 307), interval="newcombe")  # 2.40 to 13.16 points
    assert [round(float(newcombe[k].stat or 0), 1) for k in ("conf.low", "conf.high")] == [7.6, 41.7]


@pytest.mark.parametrize(
    ("cells", "hoped_for", "direction"),
    [((27, 295, 52, 307), False, "benefit"), ((27, 295, 52, 307), True, "harm"),
     ((52, 307, 27, 295), False, "harm"), ((52, 307, 27, 295), True, "benefit")],
)  # fmt: skip
def test_needed_to_benefit_or_to_harm(cells: tuple[int, int, int, int], hoped_for: bool, direction: str) -> None:
    """Fewer events are a benefit where nobody hopes for them; with the arms turned round the numbers are the same."""
    got = needed(cells, hoped_for)
    assert got["direction"].stat == direction
    assert [round(float(got[k].stat or 0), 1) for k in ("estimate", "conf.low", "conf.high")] == [12.8, 7.6, 41.1]


def test_the_direction_of_an_endpoint_decides(tmp_path: Path) -> None:
    people = "id,arm,outcome\n" + "".join(
        f"A{n},A,{'yes' if n < 8 else 'no'}\nB{n},B,{'yes' if n < 2 else 'no'}\n" for n in range(10)
    )
    use = {"method": "number_needed_to_treat", "arguments": {"interval": "newcombe"}}
    for direction, said_of_it in (("higher_is_better", "benefit"), ("lower_is_better", "harm")):
        study = parallel(endpoints=[event(use) | {"direction": direction}])
        made = computed(tmp_path, study, people=people)
        assert made.by_id("happened.number_needed_to_treat.a.direction").stat == said_of_it


INFINITY = "the interval of the risk difference includes 0, that of its inverse passes through infinity"


@pytest.mark.parametrize(
    ("cells", "estimate", "estimate_reason", "limit_reason"),
    [
        ((10, 100, 12, 100), 50.0, "", INFINITY),
        ((5, 50, 10, 100), None, "the risks are equal", "the risks are equal"),
        ((0, 50, 0, 100), None, "no event in either arm", "no event in either arm"),
        ((0, 0, 3, 9), None, "an arm has no participant with an outcome", "an arm has no participant with an outcome"),
    ],
)
def test_no_number_needed_without_a_difference(
    cells: tuple[int, int, int, int], estimate: float | None, estimate_reason: str, limit_reason: str
) -> None:
    got = needed(cells)
    assert got["estimate"].stat == (None if estimate is None else pytest.approx(estimate))
    assert got["estimate"].reason == estimate_reason
    assert all((got[k].stat, got[k].reason) == (None, limit_reason) for k in ("conf.low", "conf.high"))
    assert (got["direction"].stat is None) == bool(estimate_reason) == bool(got["direction"].reason)


@given(levels)
def test_the_limits_of_the_number_needed_hold_it(cells: tuple[int, int, int, int]) -> None:
    got = needed(cells)
    if got["conf.low"].stat is not None:
        low, seen, high = (float(got[k].stat or 0) for k in ("conf.low", "estimate", "conf.high"))
        assert 1 - 1e-9 <= low <= seen * (1 + 1e-9) and seen <= high * (1 + 1e-9)


def reduction(cells: tuple[int, int, int, int]) -> dict[str, Statistic]:
    return stats(two_by_two.relative_risk_reduction(two_arms(*cells), 1, "", interval="miettinen_nurminen"))


def test_the_relative_risk_reduction_of_indomethacin() -> None:
    """1 - 0.540352, 1 - 0.831717 and 1 - 0.349467 (docs/statistics-oracle.md); published as 46%."""
    got = reduction((27, 295, 52, 307))
    assert [round(float(got[k].stat or 0), 4) for k in ("estimate", "conf.low", "conf.high")] == [
        0.4596,
        0.1683,
        0.6505,
    ]
    assert {(got[k].format_key, got[k].unit) for k in ("estimate", "conf.low", "conf.high")} == {("points:1", "%")}
    assert [got[k].label for k in ("conf.low", "conf.high")] == ["Lower limit", "Upper limit"]


@pytest.mark.parametrize(
    ("cells", "estimate", "low", "reason"),
    [
        ((0, 0, 3, 9), None, None, "an arm has no participant with an outcome"),
        ((0, 9, 0, 9), None, None, "no event in either arm"),
        ((3, 9, 0, 9), None, None, "no event in the reference arm"),
        ((3, 9, 3, 9), 0.0, 0.0, ""),
        ((0, 9, 3, 9), 1.0, 1.0, ""),
    ],
)
def test_edges_of_the_relative_risk_reduction(
    cells: tuple[int, int, int, int], estimate: float | None, low: float | None, reason: str
) -> None:
    got = reduction(cells)
    assert (got["estimate"].stat, got["estimate"].reason, got["conf.low"].reason) == (estimate, reason, reason)
    assert (got["conf.low"].stat is None) == (low is None)
    if cells == (3, 9, 0, 9):
        assert float(got["conf.high"].stat or 0) < 1  # the ratio has a lower limit, and so its reduction an upper one
    if estimate is not None and got["conf.low"].stat is not None:
        assert float(got["conf.low"].stat) <= estimate <= float(got["conf.high"].stat or 0)


@pytest.mark.parametrize(("decimals", "key", "printed"), [(0, "ratio", "0.54"), (3, "ratio:3", "0.540")])
def test_a_ratio_has_decimals_where_none_are_declared(tmp_path: Path, decimals: int, key: str, printed: str) -> None:
    """A category has none of its own: 0.540352 would be printed as 1."""
    answer = two_by_two.risk_ratio(two_arms(27, 295, 52, 307), decimals, "", interval="miettinen_nurminen")
    assert stats(answer)["estimate"].format_key == key
    use = {"method": "risk_ratio", "arguments": {"interval": "koopman"}} | ({"decimals": decimals} if decimals else {})
    people = "id,arm,outcome\n" + "".join(
        f"{arm}{n},{arm},{'yes' if n < x else 'no'}\n"
        for arm, x, size in (("A", 27, 295), ("B", 52, 307))
        for n in range(size)
    )
    made = computed(tmp_path, parallel(endpoints=[event(use)]), people=people)
    assert numbers.text(made.by_id("happened.risk_ratio.a.estimate"), STYLES["nejm"]).plain == printed
