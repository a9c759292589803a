"""The tables of each kind, from result rows written by hand: what stands where, and notes that are true."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from tests.invented import change
from tests.tabled import (
    ATTENDED,
    BASELINE,
    BESIDE_COMPARISON,
    BINARY,
    BY_ARM,
    BY_PERIOD,
    BY_VISIT,
    METHODS,
    ONE_CHANGE,
    ONE_LINE_EACH,
    OUTCOMES,
    PERIODS,
    RESPONDERS,
    SHIFT,
    Case,
    case,
    changes,
    headings,
    lines,
    notes,
    row,
    rows,
    scored,
    signed_rank,
)

HOLE = "[open query Q7]"
SPREADS = ("24.5 (12.7–42.4)", "14.5 (2.7–32.4)", "−13.5", "−8.4 (−14.9 to −0.4)")


def test_outcomes_have_a_line_each_with_those_analysed_and_those_missing() -> None:
    """-8.35 is rounded half away from zero; pain was not tested."""
    table = OUTCOMES.build()
    assert headings(table) == [
        "Measure", "n", "Missing", "Start, median (range)", "Later, median (range)", "Difference of the medians",
        "Hodges-Lehmann estimate (95% CI)", "Value fell", "P",
    ]  # fmt: skip
    assert lines(table) == [
        ("Score (points)", "6", "1", *SPREADS, "4 of 6", "0.06"),
        ("Pain †", "5", "2", *SPREADS, "4 of 5", "–"),
    ]
    assert notes(table) == [
        "The exact intervals attain a confidence of 96.9%.",
        "A Hodges-Lehmann estimate is the median of the pairwise averages of the changes within participants, not the "
        "difference of the medians.",
        "P, exact two-sided signed-rank test; the smallest possible is 0.03125 with 6 pairs.",
        "–, not tested.",
        "† Not in the sources used: an assumption of the reconstruction.",
        "CI, confidence interval.",
    ]


def test_outcomes_without_missing_values_or_tests_have_no_such_columns() -> None:
    given = OUTCOMES.put("changed.change.week8.N_miss", stat=0).put("ached.change.week8.N_miss", stat=0)
    untested = [change(*METHODS), change(*METHODS, variable="pain", id="ached", label="Pain, later")]
    table = given.build(study={"endpoints": untested})
    assert headings(table)[1:3] == ["n", "Start, median (range)"] and headings(table)[-1] == "Value fell"
    assert not any("tested" in note or "signed-rank" in note for note in notes(table))


def at_two_visits() -> Case:
    """Return the score at a later and at the last visit, and pain at the later one."""
    named = (("early", "week8", "score"), ("aching", "week8", "pain"), ("late", "year1", "score"))
    ends = [change(*METHODS, "signed_rank", id=name, visit=visit, variable=of) for name, visit, of in named]
    given = (
        changes(name, visit, n, 0) + signed_rank(name, visit)
        for (name, visit, _), n in zip(named, (6, 5, 4), strict=True)
    )
    return case(scored(endpoints=ends), {"kind": "outcomes", "endpoints": ["early", "late", "aching"]}, *given)


def test_outcomes_of_two_visits_stand_under_their_visits() -> None:
    table = at_two_visits().build()
    shown = [line[:2] for line in lines(table)]
    assert shown == [("Later",), (".Score (points)", "6"), (".Pain †", "5"), ("Last",), (".Score (points)", "4")]
    assert headings(table)[2:4] == ["Start, median (range)", "Later visit, median (range)"]
    assert "–, not tested." not in notes(table)


def test_the_same_measure_in_two_populations_is_told_apart() -> None:
    ends = [change(*METHODS, "signed_rank", id=name, label=f"Score, {name}") for name in ("all", "treated")]
    made = case(scored(endpoints=ends), {"kind": "outcomes", "endpoints": ["all", "treated"]},
                *(changes(name, "week8", 6, 0) + signed_rank(name, "week8") for name in ("all", "treated")))  # fmt: skip
    assert [line[0] for line in lines(made.build())] == ["Score, all (points)", "Score, treated (points)"]


@pytest.mark.parametrize(
    ("n_used", "n_zero", "floor", "told"),
    [
        (1, 0, 1.0, "the smallest possible is 1 with 1 pair."),  # 2 times 1/2
        (1, 3, 1.0, "the smallest possible is 1 with 1 pair that differs."),
        (5, 1, 0.0625, "the smallest possible is 0.0625 with 5 pairs that differ."),  # 2 times 1/32
    ],
)
def test_the_smallest_p_names_the_pairs_that_allow_it(n_used: int, n_zero: int, floor: float, told: str) -> None:
    kept = [row for row in OUTCOMES.rows if ".signed_rank." not in row.result_id]
    made = dataclasses.replace(OUTCOMES, rows=(*kept, *signed_rank("changed", "week8", n_used, n_zero, floor)))
    assert notes(made.build())[2] == f"P, exact two-sided signed-rank test; {told}"


def test_each_smallest_p_is_said_once() -> None:
    made = at_two_visits()
    for name, stat in (("n_used", 5), ("n_zero", 1), ("p.floor", 0.0625)):
        made = made.put(f"late.signed_rank.year1.{name}", stat=stat)
    assert notes(made.build())[2].endswith("is 0.03125 with 6 pairs, 0.0625 with 5 pairs that differ.")


def test_no_smallest_p_where_nobody_changed() -> None:
    """Then p is not estimable, and says so in its cell."""
    why = {"stat": None, "reason": "no difference is other than zero"}
    for given in (OUTCOMES, ONE_CHANGE):
        made = given.put("changed.signed_rank.week8.p.value", **why).put("changed.signed_rank.week8.p.floor", **why)
        table = made.build()
        assert not any("smallest" in note for note in notes(table))
        assert any("not estimable (no difference is other than zero)" in line for line in lines(table))


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({"stat": 0.9375}, "The lowest confidence that the exact intervals attain is 93.8%."),
        ({"stat": None, "query": "Q7"}, f"The lowest confidence that the exact intervals attain is {HOLE}."),
        ({"stat": None, "reason": "too few"}, "The exact intervals attain a confidence of 96.9%."),
    ],
)
def test_the_attained_confidence_is_the_lowest(columns: dict[str, Any], told: str) -> None:
    """The smallest row is named; where one rests on an open query nobody knows, and where one has no value it is left."""
    assert notes(OUTCOMES.put("ached.hodges_lehmann.week8.conf.level_reached", **columns).build())[0] == told


def test_intervals_of_different_levels_name_them_in_their_cells() -> None:
    made = OUTCOMES.put("ached.hodges_lehmann.week8.conf.level", stat=0.9)
    table = made.build()
    assert headings(table)[6] == "Hodges-Lehmann estimate (interval)"
    assert [line[6] for line in lines(table)] == ["−8.4 (95% CI −14.9 to −0.4)", "−8.4 (90% CI −14.9 to −0.4)"]
    only = RESPONDERS.put("lasted.proportion.conf.level", stat=0.9).build()
    assert headings(only)[2] == "Interval, Clopper-Pearson" and lines(only)[1][2] == "90% CI 25% to 92%"


def test_a_heading_takes_its_level_from_an_interval_without_a_query() -> None:
    made = OUTCOMES.put("changed.hodges_lehmann.week8.conf.level", stat=None, query="Q7")
    assert headings(made.build())[6] == "Hodges-Lehmann estimate (95% CI)"


def test_responders_stand_under_their_visits() -> None:
    """5 of 8 are 62.5%, printed 63%."""
    table = RESPONDERS.build()
    assert headings(table) == ["Outcome", "n of N (%)", "95% CI, Clopper-Pearson", "Missing"]
    assert lines(table) == [
        ("Last",),
        (".Response", "6 of 8 (75%)", "25% to 92%", "0"),
        ("Later",),
        (".Response", "5 of 8 (63%)", "25% to 92%", "1"),
    ]
    assert len(headings(RESPONDERS.put("answered.proportion.N_miss", stat=0).build())) == 3


def test_responders_without_a_visit_stand_under_no_label() -> None:
    ends = [{**end, "visit": None} for end in RESPONDERS.study["endpoints"]]
    ends[0] |= {"dataset": "people", "variable": "kind", "event": "x", "label": "Of the kind"}
    made = dataclasses.replace(
        RESPONDERS, study={**RESPONDERS.study, "endpoints": [ends[0], RESPONDERS.study["endpoints"][1]]}
    )
    shown = [line[0] for line in lines(made.build())]
    assert shown == ["Of the kind †", "Last", ".Response"]


def test_shift_says_where_those_above_and_below_the_limit_went() -> None:
    table = SHIFT.build()
    assert headings(table) == [
        "Measure", "N at Start", "Raised at Later", "Not raised at Later", "Value fell", "Value rose", "Unchanged",
    ]  # fmt: skip
    assert lines(table)[:4] == [
        ("Score (points); raised: above 10.5 points",),
        (".Raised at Start", "5", "3", "2", "4 of 5", "1", "0"),
        (".Not raised at Start", "7", "1", "6", "2 of 7", "2", "3"),
        ("Pain †; raised: above 10.5",),
    ]
    assert (
        notes(table)[0] == "Participants without both values, who are not in the table: Score (points), 1; Pain †, 2."
    )


def test_shift_at_two_visits_names_them() -> None:
    later = [*SHIFT.study["endpoints"][:1], {**SHIFT.study["endpoints"][1], "visit": "year1", "variable": "score"}]
    made = dataclasses.replace(SHIFT, study={**SHIFT.study, "endpoints": later}).build()
    assert headings(made)[1:4] == ["N at the earlier visit", "Raised later", "Not raised later"]
    assert [line[0].split(";")[0] for line in lines(made)[::3]] == ["Score (points), Later", "Score (points), Last"]


def test_event_periods_compare_under_what_they_compare() -> None:
    table = PERIODS.build()
    assert headings(table) == ["Adverse events", "Before", "After"]
    assert lines(table) == [
        ("Participants observed", "6", "6"),
        ("Days observed", "540", "540"),
        ("Events", "15", "13"),
        ("Participants with at least one event, n (%)", "5 (83%)", "3 (50%)"),
        ("Events per participant-month", "1.25", "0.75"),
        ("Participants whose rate of events fell", "4"),
        ("Participants whose rate of events rose", "1"),
        ("Participants whose rate of events did not change", "2"),
        ("Rate ratio, later over earlier period (95% CI)", "0.57 (0.27 to 1.13)"),
        ("Exact two-sided test of the rate ratio, P", "0.11"),
        ("Fisher’s exact two-sided test of events and days without one, each event counted as one day, P", "0.004"),
        ("Exact two-sided signed-rank test of the participants’ rates, P", "0.08"),
    ]
    assert notes(table)[:2] == [
        "Observation in the period “After” ended early in 2 participants; 3 events that began afterwards are not counted.",
        "Participants not observed in both periods, whose rates are not compared: 2.",
    ]
    assert "that 5 participants whose rates differ allow is 0.0625." in notes(table)[4]


def test_event_periods_say_one_in_the_singular_and_nothing_of_none() -> None:
    one = PERIODS
    for name in ("n_cut", "n_later"):
        one = one.put(f"counted.events_by_period.{name}", stat=1)
    one = one.put("counted.signed_rank_by_period.n_used", stat=1)
    assert "in 1 participant; 1 event that began afterwards is not counted." in notes(one.build())[0]
    assert any("that 1 participant whose rates differ allows" in note for note in notes(one.build()))
    none = PERIODS
    for name in ("n_cut", "n_later", "n_not_compared"):
        none = none.put(f"counted.events_by_period.{name}", stat=0)
    assert notes(none.build())[0].startswith("The rate ratio")


def test_adverse_events_keep_the_lines_of_none() -> None:
    table = BY_PERIOD.put("safety.events_by_period.before.n_event", stat=12).build()
    assert headings(table) == ["Adverse events, participants (%); events", "Before (n = 8)", "After (n = 8)"]
    assert lines(table) == [
        ("Any adverse event", "6 (75%); 12", "6 (75%); 11"),
        ("Serious", "5 (63%); 9", "5 (63%); 9"),
        ("Severity †",),
        (".Mild", "5 (63%); 9", "5 (63%); 9"),
        (".Severe", "0 (0%); 0", "0 (0%); 0"),
        ("Event",),
        (".Rash", "5 (63%); 9", "5 (63%); 9"),
        (".Fever", "5 (63%); 9", "5 (63%); 9"),
    ]
    assert notes(table)[1].endswith("events, 30; participants with an event, 7 of 8.")
    assert not [told for told in notes(table) if "comparison" in told]


def test_adverse_events_tell_how_many_a_comparison_of_the_periods_leaves_out() -> None:
    """Three began when observation had ended; where none did, nothing is said."""
    told = "Counted here, and not in the comparison of the periods, for which observation had ended: 3."
    assert told in notes(BESIDE_COMPARISON.build())
    none = BESIDE_COMPARISON.put("counted.events_by_period.n_later", stat=0).build()
    assert not [said for said in notes(none) if "comparison" in said]


def test_adverse_events_by_arm_say_nothing_of_periods() -> None:
    table = BY_ARM.build()
    assert headings(table)[1:] == ["Arm a (n = 8)", "Arm b (n = 8)"]
    assert not any("in all" in note for note in notes(table))


def test_visits_count_those_with_a_value_and_those_without() -> None:
    table = ATTENDED.build()
    assert headings(table) == ["Visit", "Assessed", "Score", "Pain †", "Response"]
    assert lines(table) == [
        ("Start", "8 of 8", "7 (1)", "7 (1)", "7 (1)"),
        ("Later", "7 of 8", "6 (2)", "6 (2)", "6 (2)"),
        ("Last", "5 of 8", "4 (4)", "4 (4)", "4 (4)"),
    ]


def test_individuals_have_a_line_each_visit_under_their_pseudonym() -> None:
    table = BY_VISIT.build()
    assert lines(table) == [
        ("P2",), (".Start", "24.5", "No"), (".Last", "3.0", "Yes"), ("P10",), (".Start", "8.0", "No"), (".Last", "–", "Yes"),
    ]  # fmt: skip
    assert notes(table) == ["–, no value."]
    assert notes(BY_VISIT.put("individual.score.P10.year1.value", stat=2.0).build()) == []


def test_individuals_without_visits_have_one_line_with_their_events() -> None:
    table = ONE_LINE_EACH.build()
    assert headings(table) == ["Participant", "Kind †", "Age", "Events, Before", "Events, After"]
    assert lines(table) == [("P2", "Ex", "31", "4", "2"), ("P10", "–", "7", "6", "–")]


def test_a_binary_outcome_has_a_line_for_each_method() -> None:
    table = BINARY.build()
    assert lines(table)[2:] == [
        ("Absolute risk reduction, percentage points (95% CI, Miettinen-Nurminen)", "8.3 (2.4 to 13.2)"),
        ("Relative risk reduction, % (95% CI, Miettinen-Nurminen)", "46 (17 to 65)"),
        ("Risk ratio (95% CI, Miettinen-Nurminen)", "0.54 (0.35 to 0.83)"),
        ("Number needed to treat (95% CI, Miettinen-Nurminen)", "12.8 (7.6 to 41.1), benefit"),
        ("Fisher’s exact two-sided test, P", "0.005"),
        ("Risk ratio over strata of Site (95% CI, Mantel-Haenszel)", "0.55 (0.36 to 0.85)"),
        ("Cochran-Mantel-Haenszel test over strata of Site, P", "0.006"),
    ]
    assert notes(table)[:2] == [
        "Strata that contribute to the Cochran-Mantel-Haenszel test: 3 of 4.",
        "Participants with a known outcome who are in no stratum: 5.",
    ]


def test_three_arms_have_their_comparisons_beside_each_other() -> None:
    """Under each arm its own, and under the reference the word; of several arms the notes name each."""
    design = BINARY.study["design"]
    third = {"id": "c", "label": "Arm c", "code": "C"}
    endpoint = {**BINARY.study["endpoints"][0]}
    endpoint["methods"] = [use for use in endpoint["methods"] if use["method"] in ("risk", "fisher", "mantel_haenszel")]
    others = [dataclasses.replace(each, result_id=f"{each.result_id}.c", group1_level="c", stat=9) for each in BINARY.rows
              if each.group1_level == "a"]  # fmt: skip
    made = dataclasses.replace(
        BINARY, rows=(*BINARY.rows, *others),
        study={**BINARY.study, "design": {**design, "arms": [*design["arms"], third]}, "endpoints": [endpoint]},
    )  # fmt: skip
    table = (
        made.put("happened.fisher.a.p.value.c", stat=0.2).put("happened.mantel_haenszel.a.p.value.c", stat=0.3).build()
    )
    assert lines(table)[2] == ("Fisher’s exact two-sided test, P", "0.005", "reference", "0.20")
    assert lines(table)[4][1:] == ("0.006", "reference", "0.30")
    assert notes(table)[0].endswith("test: Arm a, 3 of 4; Arm c, 9 of 9.")


def test_a_single_arm_without_periods_has_one_column() -> None:
    safety = {key: name for key, name in BY_PERIOD.study["safety"].items() if key != "period"}
    alone = [dataclasses.replace(each, group1_level="") for each in BY_ARM.rows if each.group1_level == "a"]
    table = dataclasses.replace(BY_PERIOD, rows=tuple(alone), study={**BY_PERIOD.study, "safety": safety}).build()
    assert headings(table)[1:] == ["Participants (n = 8)"] and lines(table)[0][1:] == ("6 (75%); 11",)


def test_a_cause_of_three_levels_is_shown_with_all_of_them() -> None:
    """Not only those with Yes; and emergent events, where the columns are arms, are a line of their own."""
    columns = {**BY_ARM.study["datasets"]["events"]["columns"], "cause": {"type": "category", "label": "Related", "levels": {
        "y": "Yes", "n": "No", "u": "Not known"}}, "new": {"type": "category", "label": "Emergent", "levels": {"y": "Yes", "n": "No"}}}  # fmt: skip
    events = {**BY_ARM.study["datasets"]["events"], "columns": columns}
    study = {"datasets": {**BY_ARM.study["datasets"], "events": events},
             "safety": {**BY_ARM.study["safety"], "related": "cause", "emergent": "new"}}  # fmt: skip
    counts = [r for arm in "ab" for role, level in (("related", "y"), ("related", "n"), ("related", "u"), ("emergent", "y"))
              for r in rows(f"safety.{role}", {"n": 2, "p": (0.25, "percent:8"), "n_event": 3}, level=level, group=arm)]  # fmt: skip
    table = dataclasses.replace(BY_ARM, rows=(*BY_ARM.rows, *counts)).build(study=study)
    assert [line[0] for line in lines(table)][:7] == [
        "Any adverse event", "Emergent", "Serious", "Related", ".Yes", ".No", ".Not known",
    ]  # fmt: skip


def test_participants_events_stand_at_their_heads_where_lines_are_visits() -> None:
    told = {"group1": "participant", "population": "everyone"}
    events = [row("individual.counted", "n_event", n, level=level, group=who, **told)
              for who, n in (("P2", 4), ("P10", 6)) for level in ("before", "after")]  # fmt: skip
    study = {"endpoints": ONE_LINE_EACH.study["endpoints"]}
    table = dataclasses.replace(BY_VISIT, rows=(*BY_VISIT.rows, *events)).build(study=study, endpoints=["counted"])
    assert lines(table)[0] == ("P2; Events, Before: 4; Events, After: 4",)


def test_the_baseline_describes_each_variable_in_its_own_way() -> None:
    """4.05 is rounded half away from zero; a median keeps the half that it may have."""
    assert lines(BASELINE.build()) == [
        ("Kind, n (%) †", ""),
        *((f".{kind}", "3 (38%)") for kind in ("Ex", "Why", "Zed")),
        (".Missing", "1"),
        ("Age, mean (SD)", "31.3 (4.1)"),
        (".Missing", "1"),
        ("Weight, median (quartiles)", "5.25 (4.5–6.0)"),
        (".Missing", "2"),
    ]
