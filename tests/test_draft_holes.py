"""The holes of single defects in the JIA data, worked out by hand: wherever the value would stand, and nowhere else.

A hole is told by its analysis; where values are shown one by one, also by whose or at which visit: "visits.esr@week18",
"individual.esr@P2.week8", "narrative.mas.severity".
"""

from __future__ import annotations

from pathlib import Path

import pytest

from report import ard
from report.analysis import compute
from report.ard import Row
from report.checking.queries import GIVEN
from report.study import file as study_file
from tests.conftest import STUDIES
from tests.seeded import DEFECTS, Defect, seed, visits

MEASURES = {
    "wellbeing": "vas_wellbeing", "jadas71": "jadas71", "cjadas10": "cjadas10", "pain": "vas_pain", "chaq": "chaq",
    "quality_of_life": "quality_of_life", "physician": "physician_global", "active_joints": "active_joints",
    "crp": "crp", "esr": "esr",
}  # fmt: skip
ASSESSED = {*MEASURES.values(), "limited_joints"}  # described at baseline, and listed at three visits
SHIPPED = study_file.read(STUDIES["jia"])
BY_VISIT = {
    name for each in SHIPPED.displays if each.kind == "visits" for name in each.variables
}  # counted at all nine
THREE = ("baseline", "week8", "year1")
RAISED = {"crp", "esr"}
RESPONSES = {f"acr{percent}" for percent in (30, 50, 70)}
PERIODS = {
    f"adverse_events.{method}"
    for method in ("events_by_period", "rate_ratio", "fisher_by_period", "signed_rank_by_period")
}
EVENTS_OF_EACH = {f"individual.adverse_events@P{n}" for n in range(1, 7)}
SAFETY = {f"safety.{role}" for role in ("events", "serious", "severity", "term")}
SAFETY_BY_PERIOD = {f"{name}_by_period" for name in SAFETY} | {"safety.period"}
TOLD = ("weeks_after_infusion", "weeks_after_tocilizumab", "ae_before_week8", "severity", "serious")
NARRATIVE = {f"narrative.mas.{name}" for name in (*TOLD, "subtype", "mas_history")}


def changed(when: str, *measures: str) -> set[str]:
    """Return the analyses of the change to a visit; at one year only active joints are tested."""
    made = {f"{name}_{when}.{method}" for name in measures for method in ("change", "hodges_lehmann")}
    tested = measures if when == "week8" else {"active_joints"}.intersection(measures)
    return (
        made
        | {f"{name}_{when}.signed_rank" for name in tested}
        | {f"{name}_{when}.shift" for name in RAISED.intersection(measures)}
    )


def responded(when: str) -> set[str]:
    return {f"{name}_{when}.proportion" for name in RESPONSES}


def since_baseline(*measures: str) -> set[str]:
    """Return what compares with baseline: each measure at both visits, and every response."""
    return changed("week8", *measures) | changed("year1", *measures) | responded("week8") | responded("year1")


def described(*variables: str) -> set[str]:
    return {f"baseline.{name}" for name in variables}


def shown(who: str, visit: str, *variables: str) -> set[str]:
    """Return where a participant's values at a visit are counted and listed; the course of JADAS-71 is drawn whole."""
    listed = {name for name in ASSESSED.intersection(variables) if visit in THREE or name == "jadas71"}
    counted = {f"visits.{name}@{visit}" for name in BY_VISIT.intersection(variables)}
    return {f"individual.{name}@{who}.{visit}" for name in listed} | counted


def whole_row(who: str, visit: str) -> set[str]:
    """Return where a participant's whole row at a visit is shown."""
    return {f"visits.assessed@{visit}"} | shown(who, visit, *ASSESSED)


def place(row: Row) -> str:
    """Return where a result stands, as this file tells it."""
    if row.analysis_id.startswith("narrative."):
        return row.result_id
    if row.analysis_id.startswith("visits."):
        return f"{row.analysis_id}@{row.visit}"
    if row.disclosure == "individual":
        return f"{row.analysis_id}@{'.'.join(filter(None, (row.group1_level, row.visit)))}"
    return row.analysis_id


def holes(folder: Path, defects: list[Defect]) -> set[str]:
    study = seed(folder, defects)
    return {place(row) for row in compute.draft(study, study_file.read(study)).results if row.query}


ALL_MEASURES = tuple(MEASURES)
ONE_YEAR = changed("year1", *ALL_MEASURES) | responded("year1") | {"inactive_year1.proportion"}
ALL_SAFETY = SAFETY | SAFETY_BY_PERIOD
JADAS, SCORES = ("jadas71", "cjadas10"), ("physician_global", "jadas71", "cjadas10")
NOT_OF_THE_TREATED = {"disposition.enrolled", "disposition.completed", "population.reinfused"}


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (0, {"baseline.sex", "individual.sex@P1"}),
        (2, {"baseline.age", "individual.age@P3"}),
        (4, {"baseline.subtype", "individual.subtype@P5", "narrative.mas.subtype"}),  # the child with the event
        (6, {"baseline.disease_duration", "individual.disease_duration@P1"}),
        (8, {"baseline.methotrexate_failed"}),
        (10, set()),  # nothing rests on the date of consent
        (12, {"population.reinfused", "individual.adverse_events@P1", *PERIODS}),  # it ends the later period
        (
            14,
            described(*SCORES) | since_baseline("physician", *JADAS) | shown("P1", "baseline", *SCORES),
        ),
        (15, changed("week8", "physician", *JADAS) | responded("week8") | shown("P1", "week8", *SCORES)),
        (  # one year; inactive disease is not in doubt, for a joint was active
            16,
            changed("year1", "physician", *JADAS) | responded("year1") | shown("P1", "year1", *SCORES),
        ),
        (26, described("limited_joints") | since_baseline() | {"individual.limited_joints@P5.baseline"}),
        (27, responded("week8") | {"individual.limited_joints@P5.week8"}),
        (29, set()),  # the date of a visit
        (35, set()),  # outside its window: a question
        (  # a row of nobody at baseline, where J06 lacks one
            36,
            described(*ASSESSED) | since_baseline(*ALL_MEASURES) | whole_row("P6", "baseline"),
        ),
        (  # J06's row has no visit: it may be week 8
            37,
            {"disposition.completed"} | changed("week8", *ALL_MEASURES) | responded("week8") | whole_row("P6", "week8"),
        ),
        (38, ONE_YEAR | whole_row("P3", "year1")),  # two rows of one year
        (39, set()),  # a row of nobody at baseline, where nobody lacks one
        (40, {"infusion_reaction.proportion"}),
        (41, {"narrative.mas.weeks_after_tocilizumab"}),
        (42, {"baseline.mas_history", "narrative.mas.mas_history"}),
        (43, {"visits.chaq@week12"}),
        (44, {"visits.vas_pain@week39"}),
        (45, shown("P2", "week4", *SCORES)),  # of single participants only the course of JADAS-71
        (46, changed("week8", "crp") | shown("P1", "week8", "crp")),
        (47, described("esr", "jadas71") | since_baseline("esr", "jadas71") | shown("P2", "baseline", "esr", "jadas71")),
        (48, {"inactive_year1.proportion"}),  # everything else of J06 is normal at one year
        (49, set()),  # J04 has three active joints at one year, whatever the eyes
        (50, set()),  # inactive disease is not asked for at week 8
        (51, changed("year1", "quality_of_life") | shown("P5", "year1", "quality_of_life")),
        (52, PERIODS | SAFETY_BY_PERIOD | {"individual.adverse_events@P1"}),
        (
            53,
            PERIODS | SAFETY_BY_PERIOD | {"individual.adverse_events@P5"} | {f"narrative.mas.{n}" for n in TOLD[:3]},
        ),
        (54, {"safety.severity", "safety.severity_by_period"}),  # of another event than the one that is told
        (55, {"safety.term", "safety.term_by_period"} | NARRATIVE),  # it may be a second one of that kind
        (56, {"safety.serious", "safety.serious_by_period"}),
        (57, set()),  # the number of an event is not counted
        (58, PERIODS | ALL_SAFETY | EVENTS_OF_EACH),  # pyrexia or what: whose is it?
        (59, PERIODS | ALL_SAFETY | EVENTS_OF_EACH | NARRATIVE),  # one of two rows, and neither is known
        (60, PERIODS | ALL_SAFETY | EVENTS_OF_EACH),
        (61, PERIODS | SAFETY_BY_PERIOD | {"individual.adverse_events@P4"}),
    ],
)  # fmt: skip
def test_a_hole_stands_wherever_the_value_would_and_nowhere_else(
    tmp_path: Path, number: int, expected: set[str]
) -> None:
    assert holes(tmp_path, [DEFECTS[number]]) == expected


@pytest.mark.parametrize(("number", "without_rows"), [(11, "@P6"), (13, "nobody")])
def test_an_open_start_leaves_a_hole_in_all_that_rests_on_who_was_treated(
    tmp_path: Path, number: int, without_rows: str
) -> None:
    """J06's start cannot be read: perhaps not treated, and without rows among the individuals; J03's is in doubt."""
    results = compute.results(STUDIES["jia"], SHIPPED).rows
    every = {place(row) for row in results if row.context != "queries" and row.stat_name not in GIVEN}
    spared = NOT_OF_THE_TREATED | {"disposition.assessed"}  # of which there is no number at all
    assert spared < every
    assert holes(tmp_path, [DEFECTS[number]]) == {name for name in every - spared if without_rows not in name}


def drafted(folder: Path, defect: Defect) -> ard.Results:
    study = seed(folder, [defect])
    return compute.draft(study, study_file.read(study)).results


def test_a_hole_of_one_participant_leaves_the_others(tmp_path: Path) -> None:
    """Six participants at nine visits; no JADAS-71 where P3's well-being and P5's ESR are missing."""
    rows = drafted(tmp_path, DEFECTS[14]).select(analysis_id="individual.jadas71")
    assert [(row.group1_level, row.visit) for row in rows if row.query] == [("P1", "baseline")]
    lacking = {(row.group1_level, row.visit) for row in rows if row.stat is None and not row.query}
    assert len(rows) == 54 and lacking == {("P3", "week18"), ("P5", "week12")}


def test_the_places_are_those_of_the_study() -> None:
    """Each analysis that is written out above is one of the shipped study, so that none is spared by a wrong name."""
    places = {place(row) for row in compute.results(STUDIES["jia"], SHIPPED)}
    named = (
        PERIODS | EVENTS_OF_EACH | SAFETY | SAFETY_BY_PERIOD | NARRATIVE | NOT_OF_THE_TREATED | ONE_YEAR
        | changed("week8", *ALL_MEASURES) | responded("week8") | described(*ASSESSED) | whole_row("P1", "week8")
    )  # fmt: skip
    assert named <= places and {"jadas71", "chaq", "vas_pain"} <= BY_VISIT


def test_a_shift_is_open_as_a_whole_and_keeps_its_limit(tmp_path: Path) -> None:
    rows = {row.result_id: row for row in drafted(tmp_path, DEFECTS[46]).select(analysis_id="crp_week8.shift")}
    assert rows["crp_week8.shift.limit"].stat == 10
    assert {rows[f"crp_week8.shift.{level}.n_fell"].query for level in ("raised", "not_raised")} == {"Q1"}


@pytest.mark.parametrize(("line", "is_open"), [(2, True), (3, False), (10, False)])
def test_a_response_at_week_8_rests_on_its_own_row_and_on_baseline(tmp_path: Path, line: int, is_open: bool) -> None:
    """J01's CHAQ at baseline, at week 2, and at one year."""
    found = holes(tmp_path, [visits(line, "chaq", "?", "data-number")])
    assert (responded("week8") <= found) is is_open
    assert (responded("week8") & found == set()) is not is_open


def test_the_periods_keep_their_names_beside_the_holes(tmp_path: Path) -> None:
    rows = drafted(tmp_path, DEFECTS[52]).select(analysis_id="adverse_events.events_by_period", stat_name="label")
    assert [row.stat for row in rows] == ["3 months before", "3 months after"]
