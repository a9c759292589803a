"""Visits, individuals and narratives of one arm, on an invented study (tests/followed.py).

What is expected stands in its files, and can be read off them.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from report.analysis import compute
from report.errors import DataError
from report.study import file as study_file
from report.study.model import Study
from tests.followed import DISPLAYS, EVENTS, FILES, NARRATIVE, PEOPLE, SCORES, by_id, drafted, followed, holes, values
from tests.invented import write


def test_visits_of_a_number(tmp_path: Path) -> None:
    """Start: 12 10.5 10 3 20 9; week 8: 8 11 10 12, no row of P5 and no value of P7."""
    got = values(drafted(tmp_path).results, "visits.score")
    names = ("N_nonmiss", "N_miss", "median", "min", "max")
    assert [got[f"start.{name}"] for name in names] == [6, 0, 10.25, 3.0, 20.0]
    assert [got[f"week8.{name}"] for name in names] == [4, 2, 10.5, 8.0, 12.0]


def test_visits_of_a_category(tmp_path: Path) -> None:
    """Start: one good and four bad, P4 has no value; nobody is worse, and that level stands all the same."""
    got = values(drafted(tmp_path).results, "visits.state")
    levels = [[got[f"{level}.start.{name}"] for name in ("n", "N", "p")] for level in ("good", "bad", "worse")]
    assert levels == [[1, 5, 0.2], [4, 5, 0.8], [0, 5, 0.0]]
    assert [got[f"start.{name}"] for name in ("N_nonmiss", "N_miss")] == [5, 1]
    assert [got[f"week8.{name}"] for name in ("N_nonmiss", "N_miss")] == [4, 2]


def test_who_was_assessed(tmp_path: Path) -> None:
    """P7 came at week 8, without a value; P5 did not come; P6 is not of the population."""
    got = values(drafted(tmp_path).results, "visits.assessed")
    assert got == {"start.n": 6, "start.N": 6, "week8.n": 5, "week8.N": 6}


def test_a_visit_at_which_nobody_was(tmp_path: Path) -> None:
    scores = "".join(line for line in SCORES.splitlines(keepends=True) if ",W8," not in line)
    made = drafted(tmp_path, {**followed(), "endpoints": [], "displays": DISPLAYS[:1]}, scores=scores).results
    rows = {**by_id(made)}
    assert rows["visits.assessed.week8.n"].stat == 0 and rows["visits.score.week8.N_miss"].stat == 6
    for name in ("visits.score.week8.median", "visits.state.good.week8.p"):
        assert rows[name].stat is None and rows[name].reason


def test_a_display_chooses_its_visits(tmp_path: Path) -> None:
    """Courses name their visits, or follow their endpoint from the one compared with to its own."""
    for visits, shown in (({"visits": ["week8"]}, ["week8"]), ({}, ["start", "week8"])):
        folder = tmp_path / str(len(shown))
        folder.mkdir()
        made = drafted(folder, {**followed(), "displays": [{**DISPLAYS[1], **visits}]}).results
        for analysis in ("visits.assessed", "visits.score", "individual.score"):
            assert list(dict.fromkeys(row.visit for row in made.select(analysis_id=analysis))) == shown


def test_two_populations_of_one_variable_are_told_apart(tmp_path: Path) -> None:
    """The second population's rows bear its name; each is found by its population."""
    study = followed()
    study["populations"]["all"] = {"label": "All", "dataset": "people"}
    study["displays"] = [DISPLAYS[0], {**DISPLAYS[0], "id": "tbl-all", "population": "all"}, *DISPLAYS[2:]]
    study["displays"].append({**DISPLAYS[2], "id": "tbl-everybody", "population": "all"})
    made = drafted(tmp_path, study).results
    assert made.by_id("visits.assessed.start.N").stat == 6 and made.by_id("visits.assessed.all.start.N").stat == 7
    whole = made.one(analysis_id="visits.score", stat_name="N_miss", visit="start", population="all")
    assert (whole.result_id, whole.stat) == ("visits.score.all.start.N_miss", 1)
    ages = made.select(analysis_id="individual.age", population="all")
    assert [row.stat for row in ages] == [10, 20, 30, None, 50, 60, 70]
    assert len(made.select(analysis_id="individual.age", population="treated")) == 6


def test_values_of_individuals(tmp_path: Path) -> None:
    made = drafted(tmp_path).results
    states = made.select(analysis_id="individual.state")
    assert [(row.group1_level, row.visit, row.stat, row.reason) for row in states] == [
        ("P1", "week8", "Good", ""), ("P2", "week8", "Bad", ""), ("P3", "week8", "Good", ""),
        ("P4", "week8", "Bad", ""), ("P5", "week8", None, "not recorded"), ("P7", "week8", None, "not recorded"),
    ]  # fmt: skip
    row = made.by_id("individual.score.P2.start.value")
    assert (row.stat, row.format_key, row.unit, row.stat_label) == (10.5, "fixed:1", "points", "Score")
    assert (row.group1, row.group1_level, row.variable, row.visit) == ("participant", "P2", "score", "start")
    assert (row.population, row.context, row.disclosure) == ("treated", "individual", "individual")
    assert made.by_id("individual.kind.P1.value").stat == "Ex"


def test_a_value_is_shown_once_however_many_displays_show_it(tmp_path: Path) -> None:
    """The courses show the score at both visits, a table of individuals at week 8 again."""
    scores = drafted(tmp_path).results.select(analysis_id="individual.score")
    assert [row.visit for row in scores] == ["start"] * 6 + ["week8"] * 6


def test_pseudonyms_number_all_participants_by_their_identifiers(tmp_path: Path) -> None:
    """The file lists c, a, b; b is of no population. P1 is a and P3 is c, in every display."""
    people = "id,kind,age,started,again,left\nc,x,3,2020-03-01,,\na,x,1,2020-03-01,,\nb,z,2,2020-03-01,,\n"
    scores = "id,visit,score,state\nc,W0,3.5,bad\na,W0,1.5,bad\nc,W8,3,bad\na,W8,1,bad\n"
    events = "id,no,term,began,serious,grade\nc,1,cold,2020-03-02,no,4\n"
    made = drafted(tmp_path, people=people, scores=scores, events=events).results
    assert [(row.group1_level, row.stat) for row in made.select(analysis_id="individual.age")] == [("P1", 1), ("P3", 3)]
    starts = made.select(analysis_id="individual.score", visit="start")
    assert [(row.group1_level, row.stat) for row in starts] == [("P1", 1.5), ("P3", 3.5)]
    assert made.by_id("narrative.worst.term").group1_level == "P3"


def test_events_of_individuals_by_period(tmp_path: Path) -> None:
    """As the whole study is worked out in tests/followed.py, person by person."""
    made = drafted(tmp_path).results
    shown = {
        (row.group1_level, row.variable_level, row.stat_name): row.stat if row.stat is not None else row.reason
        for row in made.select(analysis_id="individual.eventful")
    }
    no_start, unseen = "no start of treatment", "not observed in this period"
    expected = {
        "P1": (1, 30, 2, 30), "P2": (0, 30, 1, 10), "P3": (0, 30, 1, 5), "P4": (1, 30, unseen, 0),
        "P5": (no_start,) * 4, "P7": (0, 30, 0, 30),
    }  # fmt: skip
    keys = [(period, name) for period in ("before", "after") for name in ("n_event", "days")]
    assert shown == {
        (who, *key): value for who, given in expected.items() for key, value in zip(keys, given, strict=True)
    }


def test_individuals_add_up_to_the_endpoint(tmp_path: Path) -> None:
    made = drafted(tmp_path).results
    for period in ("before", "after"):
        for name in ("n_event", "days"):
            single = made.select(analysis_id="individual.eventful", variable_level=period, stat_name=name)
            whole = made.by_id(f"eventful.events_by_period.{period}.{name}").stat
            assert sum(int(row.stat or 0) for row in single) == whole


def test_no_display_of_individuals_no_row_of_any(tmp_path: Path) -> None:
    study = {**followed(), "displays": DISPLAYS[:1]}
    study["safety"] = {key: value for key, value in study["safety"].items() if key != "narratives"}
    made = drafted(tmp_path, study).results
    assert not [row for row in made if row.context == "individual" or row.disclosure == "individual"]


def test_individuals_and_narratives_need_a_ground(tmp_path: Path) -> None:
    study = {**followed(), "individual_data": {"display": False, "ground": ""}}
    write(tmp_path, study, **FILES)
    with pytest.raises(DataError) as caught:
        compute.results(tmp_path, study_file.read(tmp_path))
    found = caught.value.findings
    assert {each.code for each in found} == {"individual-display"}
    assert [each.where.split(": ")[1] for each in found] == [
        "safety.narratives.worst", "displays.fig-course", "displays.tbl-people", "displays.tbl-scores",
    ]  # fmt: skip
    assert found[0].message == "this narrative tells of a single participant, and individual_data.display is false"


def test_a_narrative(tmp_path: Path) -> None:
    """The only event of the population with a grade of 4 or more; that of P6, with grade 5, is of nobody in it."""
    made = drafted(tmp_path).results
    assert values(made, "narrative.worst") == {"term": "Cold", "day": 30, "grade": 4, "age": 10, "kind": "Ex"}
    row = made.by_id("narrative.worst.age")
    assert (row.stat_name, row.unit, row.format_key) == ("age", "years", "fixed:0")
    assert (row.group1, row.group1_level) == ("participant", "P1")
    assert (row.context, row.disclosure, row.population) == ("individual", "individual", "treated")


def test_what_a_narrative_does_not_find_recorded(tmp_path: Path) -> None:
    made = drafted(tmp_path, events=EVENTS.replace("P1,4,cold", "P1,4,")).results
    row = made.by_id("narrative.worst.term")
    assert (row.stat, row.reason, row.query) == (None, "not recorded", "")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("yes,4", "yes,3", "no event of treated fulfils this condition, and a narrative tells one"),
        ("P2,1,cold,2020-03-10,no,2", "P2,1,cold,2020-03-10,no,5", "2 events of treated fulfil this condition"),
    ],
)
def test_a_narrative_of_no_single_event(tmp_path: Path, old: str, new: str, told: str) -> None:
    """A query, and holes in the narrative's rows alone."""
    made = drafted(tmp_path, events=EVENTS.replace(old, new))
    (query,) = made.open
    assert query.fault.code == "narrative-event" and query.fault.told.startswith(told) and query.fault.remedy
    assert query.fault.where.endswith(": safety.narratives.worst.where")
    assert holes(made.results) == {"narrative.worst"}
    shown = made.results.select(analysis_id="narrative.worst")
    assert len(shown) == 5 and {row.query for row in shown} == {f"Q{query.number}"}


def test_an_open_grade_is_asked_about_once(tmp_path: Path) -> None:
    """Whether one event fulfils the condition shows when the site has answered; until then there is no second query."""
    made = drafted(tmp_path, events=EVENTS.replace("yes,4", "yes,?"))
    assert [query.fault.code for query in made.open] == ["data-integer"]


def test_a_narrative_of_nobody(tmp_path: Path) -> None:
    """Nobody's event at all: the same query, no crash."""
    made = drafted(tmp_path, events="id,no,term,began,serious,grade\nP6,1,cold,2020-03-01,no,5\n")
    assert [query.fault.code for query in made.open] == ["narrative-event"]


def test_what_may_name_a_person_makes_no_row(tmp_path: Path) -> None:
    """The study file's check refuses texts, dates and identifiers; where it is not asked there is no row of them."""
    study = followed()
    study["datasets"]["events"]["columns"]["remark"] = {"type": "text"}
    study["datasets"]["people"]["columns"]["number"] = {"type": "integer", "identifier": True}
    study["displays"] = [{**DISPLAYS[2], "variables": ["age", "number", "started"]}]
    study["safety"]["narratives"] = [
        {**NARRATIVE, "variables": ["grade", "remark", "began"], "participant": ["number", "age"]}
    ]
    names = ("number", "remark")
    people, events = (
        "\n".join(f"{line},{names[at] if n == 0 else 4711}" for n, line in enumerate(text.splitlines())) + "\n"
        for at, text in enumerate((PEOPLE, EVENTS))
    )
    made = compute.draft(
        write(tmp_path, study, people=people, scores=SCORES, events=events), Study.model_validate(study)
    ).results
    shown = {row.variable for row in made if row.context == "individual"}
    assert shown == {"age", "grade", "phase"}
    assert "4711" not in " ".join(str(row.stat) for row in made)


def test_a_variable_called_method_is_a_hole_all_the_same(tmp_path: Path) -> None:
    """The names that stay in other analyses, for the plan gives them, are ordinary variables in a narrative."""
    study = followed()
    study["datasets"]["events"]["columns"]["method"] = {"type": "integer", "label": "Method"}
    study["safety"]["narratives"] = [{**NARRATIVE, "variables": ["method"]}]
    lines = EVENTS.splitlines()
    events = "\n".join([f"{lines[0]},method", *(f"{line},7" for line in lines[1:])]) + "\n"
    assert drafted(tmp_path, study, events=events).results.by_id("narrative.worst.method").stat == 7
    made = drafted(tmp_path, study, events=events.replace("yes,4,7", "yes,4,x"))
    (query,), row = made.open, made.results.by_id("narrative.worst.method")
    assert (row.stat, row.query) == (None, f"Q{query.number}")
