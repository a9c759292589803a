"""Parts of the study file that do not hold, or do not fit each other: what is said, and on which line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from report.analysis import compute
from report.checking import sources
from report.errors import DataError, Finding, StudyFileError
from report.study import file as study_file
from tests.conftest import STUDIES
from tests.corpus.changes import HERE
from tests.invented import computed, refused, single, stats

JIA, IND = "single", "parallel"  # two small studies of tests/corpus


def changed(study: str, *changes: tuple[str, str]) -> str:
    """Return the study file of a small study after replacements, each of which must apply exactly once."""
    text = (HERE / study / "study.yaml").read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) == 1, (text.count(old), old)
        text = text.replace(old, new)
    return text


def faults(folder: Path, text: str) -> list[Finding]:
    """Return what is said of a study file, which must be refused as one (and not fall over)."""
    (folder / "data").mkdir()
    (folder / "data" / "study.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(StudyFileError) as caught:
        study_file.read(folder)
    return list(caught.value.findings)


def expect(folder: Path, study: str, changes: list[tuple[str, str]], told: str, at: str) -> None:
    """Expect ``told`` on the line of the changed file that holds ``at``, which it holds once; "" is any line."""
    text = changed(study, *changes)
    assert not at or text.count(at) == 1, at
    line = f"{text[: text.index(at)].count(chr(10)) + 1}: " if at else ""
    said = [(each.where, each.message) for each in faults(folder, text)]
    assert any(told in message and where.startswith(f"data/study.yaml:{line}") for where, message in said), said


WHERE_OLD = "    where: {variable: first_infusion, comparator: NE, value: null}\n"
AGE = "{variable: age, comparator: "


def where(condition: str) -> tuple[str, str]:
    """Put another condition on the JIA study's population."""
    return WHERE_OLD, f"    where: {condition}\n"


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        ("{variable: sex, comparator: EQ, value: W}", "'W' is not a value of sex (category)"),
        ("{variable: sex, comparator: IN, value: [F, W]}", "'W' is not a value of sex (category)"),
        ("{variable: sex, comparator: NOTIN, value: [W]}", "'W' is not a value of sex (category)"),
        ("{variable: sex, comparator: EQ, value: 1}", "1 is not a value of sex (category)"),
        ("{variable: sex, comparator: EQ, value: true}", "true is not a value of sex (category)"),
        (AGE + 'EQ, value: "12"}', "'12' is not a value of age (integer)"),
        (AGE + "GT, value: old}", "'old' is not a value of age (integer)"),
        (AGE + "EQ, value: true}", "true is not a value of age (integer)"),
        (AGE + "IN, value: [12, null]}", "null is not a value of age (integer)"),
        ("{variable: consented, comparator: GT, value: 2013}", "2013 is not a value of consented (date)"),
        ("{variable: consented, comparator: GT, value: 2013-02-30}", "'2013-02-30' is not a value of consented (date)"),
        ("{variable: consented, comparator: GT, value: 20130228}", "20130228 is not a value of consented (date)"),
        ("{variable: consented, comparator: EQ, value: 1-2-2013}", "'1-2-2013' is not a value of consented (date)"),
        ("{variable: participant, comparator: EQ, value: 1}", "1 is not a value of participant (text)"),
        ('{variable: participant, comparator: EQ, value: ""}', "'' is not a value of participant (text)"),
        ("{variable: sex, comparator: GT, value: F}", "GT compares numbers and dates, not type category"),
        ("{variable: participant, comparator: LE, value: J01}", "LE compares numbers and dates, not type text"),
        ("{variable: aeg, comparator: EQ, value: 1}", "there is no variable of participants named aeg"),
        ("{variable: esr, comparator: EQ, value: 1}", "there is no variable of participants named esr"),
        ("{and: [{variable: sex, comparator: EQ, value: W}]}", "'W' is not a value of sex (category)"),
        ("{or: [{variable: sex, comparator: EQ, value: W}]}", "'W' is not a value of sex (category)"),
        ("{not: {variable: sex, comparator: EQ, value: W}}", "'W' is not a value of sex (category)"),
        ("{not: {or: [{and: [{variable: no_such, comparator: EQ, value: 1}]}]}}", "no variable of participants named no_such"),
        (AGE + "EQ}", "value is missing"),
        (AGE + "IN, value: 12}", "IN and NOTIN take a list of values, the others one value"),
        (AGE + "NOTIN, value: null}", "IN and NOTIN take a list"),
        (AGE + "EQ, value: [12]}", "IN and NOTIN take a list"),
        (AGE + "GT, value: null}", "value: null goes with EQ (missing) or NE (present)"),
        ("{variable: age, value: 12}", "variable and comparator come together"),
        ("{comparator: EQ, value: 12}", "a comparison names no variable"),
        ("{and: []}", "a filter is one of"),
        (AGE + "EQ, value: 12, not: " + AGE + "EQ, value: 13}}", "a filter is one of"),
        (AGE + "IS, value: 12}", "one of 8 words was expected (came: 'IS')"),
    ],
)  # fmt: skip
def test_a_condition(tmp_path: Path, condition: str, told: str) -> None:
    expect(tmp_path, JIA, [where(condition)], told, f"where: {condition}")


RX = "rx: {type: category, label: Arm, levels: {1_indomethacin: Indomethacin, 0_placebo: Placebo}, required: true}"
PLACEBO = "- {id: placebo, label: placebo, code: 0_placebo, short: Placebo}"
MSC = '- {id: cells, label: "Stromal cells", short: "Cells"}'
ALLOCATION = "  allocation: {dataset: patients, column: rx}\n"
GENDER = "{variable: gender, show: [1_female], label: Female}"
SEX = "sex: {type: category, label: Sex, levels: {F: Female, M: Male}, required: true}"
DERIVED = "derivations:\n"
JADAS = "    physician_global: physician_global\n    patient_global: vas_wellbeing\n"
START = "  start: {dataset: participants, column: first_infusion}\n"


def total(term: str) -> str:
    """Return the derivations with a sum of one term before all others."""
    return f"{DERIVED}  total: {{rule: sum, dataset: assessments, label: Total, resolution: 0.1, terms: [{term}]}}\n"


def rule(told: str) -> str:
    """Return the derivations with another one, of the assessments, before all others."""
    return f"{DERIVED}  another: {{dataset: assessments, label: Another, {told}}}\n"


CHANGE_DISPLAY = "    kind: outcome_change\n"
RANDOMISED = "- {id: randomised, label: Randomised, count: {dataset: patients}}"
LOST = "- {id: lost, label: Lost to follow-up, by_arm: true, reported: lost}"
CUT = "data_cutoff: 2016-12-31"


@pytest.mark.parametrize(
    ("study", "old", "new", "told", "at"),
    [
        # design
        (IND, PLACEBO, PLACEBO.replace("0_placebo", "0_sham"), "there is no level of the arms' column named 0_sham", "0_sham"),
        (IND, "0_placebo: Placebo}", "0_placebo: Placebo, 2_other: Other}", "no arm has the code 2_other", "  arms:"),
        (IND, PLACEBO, PLACEBO.replace("0_placebo", "1_indomethacin"), "two arms have the same code", "label: placebo, code: 1_ind"),
        (IND, PLACEBO, PLACEBO.replace("id: placebo", "id: indomethacin"), "two arms have the same id", "label: placebo, code: 0_pla"),
        (IND, RX, RX.replace(", required: true", ""), "must be a category, and required", "allocation:"),
        (IND, "column: rx}", "column: age}", "must be a category, and required", "allocation:"),
        (IND, "column: rx}", "column: rxx}", "there is no column of patients named rxx", "allocation:"),
        (IND, "allocation: {dataset: patients", "allocation: {dataset: patient", "no data set named patient", "allocation:"),
        (IND, ALLOCATION, "", "allocation is required in a parallel design", "design:"),
        (IND, "reference: placebo", "reference: sham", "reference must be one of the arms (indomethacin, placebo), not sham", "reference: sham"),
        (IND, "  reference: placebo\n", "", "reference is missing", "design:"),
        (IND, "kind: parallel", "kind: single_arm", "a single arm is one arm, parallel arms are two or more", "  kind: single_arm"),
        (JIA, MSC, f"{MSC}\n    - {{id: other, label: Other}}", "a single arm is one arm", "  kind: single_arm"),
        (JIA, "kind: single_arm", "kind: parallel", "a single arm is one arm, parallel arms are two or more", "  kind: parallel"),
        (JIA, "  randomised: false", "  randomised: false\n  allocation: {dataset: participants, column: sex}", "has no place in a single arm", "  allocation:"),
        (IND, "    participant: id\n", "    participant: id\n    visit: gender\n", "patients has several rows a participant", "allocation:"),
        # columns and data sets
        (JIA, "participant: {type: text, required: true}\n      screening", "participant: {type: integer, required: true}\n      screening", "must be of type text", "    participant: participant\n    columns:\n      participant: {type: integer"),
        (IND, "    participant: id\n", "    participant: idd\n", "idd is not among the columns", "participant: idd"),
        (JIA, "    visit: visit\n", "    visit: week\n", "week is not among the columns", "    visit: week\n"),
        (JIA, "consented: {type: date", "consented: {type: date, range: [0, 1]", "a range belongs to a number or an integer, not to date", "consented:"),
        (JIA, SEX, "sex: {type: text, label: Sex, range: [0, 1], required: true}", "a range belongs to a number or an integer, not to text", "sex: {type"),
        (JIA, "range: [0, 200]", "range: [200, 0]", "the range begins above its end", "      esr: {type"),
        (JIA, SEX, "sex: {type: category, label: Sex, required: true}", "levels are required for a category", "sex: {type"),
        (JIA, SEX, SEX.replace("category", "text"), "have no place in another type", "sex: {type"),
        (JIA, SEX, SEX.replace("category", "factor"), "came: 'factor'", "sex: {type"),
        # visits and derived variables
        (JIA, "code: W8, day", "code: W9, day", "there is no level of a visit column named W9", "code: W9"),
        (JIA, DERIVED, total("{column: esr, divide: 0}"), "divide must not be 0", "total:"),
        (JIA, DERIVED, total("{column: esr, at_least: 11, at_most: 10}"), "at_least is above at_most", "total:"),
        (JIA, DERIVED, total("{column: visit}"), "visit is of type category; a number was expected", "total:"),
        (JIA, DERIVED, total("{column: sex}"), "sex is of type category; a number was expected", "total:"),
        (JIA, DERIVED, total("{column: esrr}"), "there is no number of this data set or of participants (or derived above) named esrr", "total:"),
        (JIA, DERIVED, total("{column: jadas71}"), "jadas71 is derived below", "total:"),
        (JIA, DERIVED, total("{column: total}"), "total is derived from total, and not the other way round", "total:"),
        (JIA, "  jadas71:\n", "  esr:\n", "assessments already has a column esr", "esr:\n    rule: jadas"),
        (JIA, "    dataset: assessments\n    label: JADAS-71\n", "    dataset: assesments\n    label: JADAS-71\n", "there is no data set named assesments", "dataset: assesments"),
        (JIA, "    rule: jadas\n", "    rule: jadass\n", "there is no rule named jadass", "rule: jadass"),
        (JIA, "    joints: 71\n", "    joints: 72\n", "one of 3 numbers was expected (came: 72)", "joints: 72"),
        (JIA, "    joints: 71\n", "    joint: 71\n", "joint is not a key here", "joint: 71"),
        (JIA, "    esr: esr\n", "    esr: esr\n    crp: esr\n", "give esr or crp, not both", "crp: esr"),
        (JIA, "    divide_patient_global: 10\n", "", "wellbeing must run from 0 to 10 in the score", "patient_global: wellbeing\n    active_joints"),
        (JIA, DERIVED, rule("rule: age, birth: consented, on: esr"), "esr is of type integer; a date was expected", "another:"),
        (JIA, DERIVED, rule("rule: acr_pedi, improvement: 30, against: base, physician_global: physician_global, patient_global: vas_wellbeing, function: esr, active_joints: active_joints, limited_joints: limited_joints, inflammation: jadas71"), "there is no visit named base", "another:"),
        (JIA, DERIVED, rule("rule: acr_pedi, improvement: 40, against: baseline, physician_global: esr, patient_global: esr, function: esr, active_joints: esr, limited_joints: esr, inflammation: esr"), "one of 5 numbers was expected (came: 40)", "another:"),
        (JIA, DERIVED, rule("rule: baseline, resolution: 1, variable: esr, at: week9"), "there is no visit named week9", "another:"),
        (JIA, DERIVED, rule("rule: visit_window, date: date"), "assessments already has a visit column", "another:"),
        (JIA, DERIVED, rule("rule: category, variable: esr, breaks: [20], levels: {low: Low}"), "1 breaks make 2 levels, not 1", "another:"),
        (JIA, DERIVED, rule("rule: category, variable: esr, breaks: [20, 10], levels: {a: A, b: B, c: C}"), "breaks must rise", "another:"),
        (JIA, DERIVED, rule("rule: period, date: date, periods: {a: {label: A, first: 0, last: 9}, b: {label: B, first: 9, last: 10}}"), "the periods A and B overlap", "another:"),
        (JIA, DERIVED, rule("rule: condition, where: {variable: sex, comparator: EQ, value: W}"), "'W' is not a value of sex (category)", "another:"),
        (JIA, DERIVED, rule("rule: condition, where: {variable: sexx, comparator: EQ, value: F}"), "named sexx", "another:"),
        (JIA, "window: [42, 70]", "window: [57, 70]", "the window 57 to 70 does not hold day 56", "code: W8"),
        # identifiers, and columns that do not fit
        (JIA, "esr: {type: integer, ", "esr: {type: integer, identifier: true, ", "esr is an identifier, and no result may rest on it", "    esr: esr"),
        (JIA, "disease_duration: {type: number, ", "disease_duration: {type: number, identifier: true, ", "disease_duration is an identifier, and no result may rest on it", "variable: disease_duration"),
        (JIA, "first_infusion: {type: date, ", "first_infusion: {type: date, identifier: true, ", "first_infusion is an identifier", "  start:"),
        (JIA, "consented: {type: date, ", "consented: {type: date, not_before: sex, ", "not_before must name another column of type date, not sex", "      consented:"),
        (JIA, "esr: {type: integer, ", "esr: {type: integer, resolution: 0.5, ", "the resolution of an integer is a whole number", "esr: {type"),
        (JIA, "    date: date\n", "    date: esr\n", "the column esr must be of type date", "    date: esr"),
        (JIA, "    date: date\n", "    record: date\n", "give visit or record, not both", "    record: date"),
        (JIA, START, START.replace("first_infusion", "sex"), "sex is of type category; a date was expected", "  start:"),
        (JIA, START, START.replace("participants", "assessments"), "assessments has several rows a participant", "  start:"),
        # people
        (JIA, "orcid: 0000-0002-1825-0097", "orcid: 0000-0002-1825-0098", "an ORCID as 0000-0002-1825-0097 was expected", "orcid:"),
        (JIA, "roles: [methodology]", "roles: [writing]", "came: 'writing'", "roles:"),
        # populations and disposition
        (IND, "randomised patients, dataset: patients}", "randomised patients, dataset: patient}", "there is no data set named patient", "All randomised patients"),
        (IND, "where: {variable: outcome, comparator: NE, value: null}", "where: {variable: outcome, comparator: EQ, value: yes}", "'yes' is not a value of outcome (category)", "value: yes"),
        (IND, RANDOMISED, RANDOMISED.replace("id: randomised", "id: enrolled"), "there is no box in this design's flow named enrolled", "id: enrolled"),
        (JIA, "  - id: completed\n", "  - id: received\n", "there is no box in this design's flow named received", "id: received"),
        (IND, RANDOMISED, RANDOMISED.replace("id: randomised", "id: randomized"), "came: 'randomized'", "id: randomized"),
        (IND, LOST, LOST.replace("by_arm: true", "by_arm: false"), "lost is counted by arm in this design", "id: lost"),
        (IND, LOST, LOST.replace(" by_arm: true,", ""), "lost is counted by arm in this design", "id: lost"),
        (IND, RANDOMISED, RANDOMISED.replace("Randomised,", "Randomised, by_arm: true,"), "randomised is not counted by arm", "id: randomised, label"),
        (JIA, "label: Enrolled,", "label: Enrolled, by_arm: true,", "enrolled is not counted by arm", "label: Enrolled"),
        (IND, LOST, LOST.replace("reported: lost", "reported: lost, count: {dataset: patients}"), "give one of count, population, reported and difference", "id: lost"),
        (IND, LOST, LOST.replace(", reported: lost", ""), "give count, population, reported or difference; or a note", "id: lost"),
        (JIA, "label: Enrolled, count: {dataset: participants}", "label: Enrolled, count: {dataset: participant}", "there is no data set named participant", "label: Enrolled"),
        # baseline
        (JIA, "  visit: baseline\n", "  visit: base\n", "there is no visit named base", "visit: base"),
        (JIA, "  visit: baseline\n", "", "visit is missing: jadas71 has a value at each visit", "baseline:\n  population"),
        (JIA, "{variable: sex, show: [F]}", "{variable: consented}", "consented is of type date; a baseline table takes numbers and categories", "{variable: consented}"),
        (IND, "{variable: age, summary: [mean_sd]}", "{variable: id}", "id is of type text; a baseline table takes numbers and categories", "{variable: id}"),
        (JIA, "{variable: sex, show: [F]}", "{variable: participant}", "participant stands in several data sets: participants, assessments, laboratory, events", "{variable: participant}"),
        (JIA, "{variable: sex, show: [F]}", "{variable: subtyp}", "there is no variable named subtyp", "{variable: subtyp}"),
        (IND, GENDER, GENDER.replace("1_female", "female"), "there is no level of gender named female", "show: [female]"),
        (IND, "  population: randomised\n  variables", "  population: randomized\n  variables", "there is no population named randomized", "population: randomized"),
        (IND, "{variable: age, summary: [mean_sd]}", "{variable: age, summary: [mean]}", "came: 'mean'", "summary: [mean]"),
        # endpoints
        (IND, "event: 1_yes", "event: yes", "there is no level of outcome named yes", "event: yes"),
        (IND, "    variable: outcome\n", "    variable: age\n", "an event is a level of a category, and age is of type integer", "    variable: age"),
        (IND, "    variable: outcome\n", "    variable: outcom\n", "there is no variable of patients named outcom", "    variable: outcom"),
        (IND, "    event: 1_yes\n", "", "the methods of pancreatitis are for another kind of endpoint, an event by arm", "    methods:\n"),
        (JIA, "    against: baseline\n    methods", "    methods", "are for another kind of endpoint, a change within participants", ""),
        (JIA, "    against: baseline\n    methods", "    against: baseline\n    event: x\n    methods", "an event is a level of a category, and jadas71 is of type number", "    variable: jadas71\n"),
        (JIA, "    visit: week8\n    against: baseline\n", "    against: baseline\n", "against names the earlier visit, and visit, the later one, is missing", ""),
        (JIA, "    variable: jadas71\n", "    variable: visit\n", "visit is the column of the visits", "    variable: visit"),
        (JIA, "    visit: week8\n    against: baseline\n", "    visit: baseline\n    against: week8\n", "baseline is not after week8", "    visit: baseline"),
        (JIA, "    against: baseline\n    methods", "    against: week8\n    methods", "week8 is not after week8", "    visit: week8\n"),
        (JIA, "    visit: week8\n", "    visit: week9\n", "there is no visit named week9", "visit: week9"),
        (JIA, "    against: baseline\n    methods", "    against: start\n    methods", "there is no visit named start", "against: start"),
        (IND, "    event: 1_yes\n", "    visit: later\n    against: sooner\n", "patients names no visit column", ""),
        (IND, "    population: randomised\n    strata", "    population: all\n    strata", "there is no population named all", "population: all"),
        (JIA, "    dataset: assessments\n    variable: jadas71\n", "    dataset: assesments\n    variable: jadas71\n", "there is no data set named assesments", "dataset: assesments"),
        # displays
        (JIA, CHANGE_DISPLAY, "    kind: outcome_binary\n", "a display of kind outcome_binary shows an event by arm, and jadas71_week8 is a change within participants", "kind: outcome_binary"),
        (IND, "kind: outcome_binary", "kind: outcome_change", "a display of kind outcome_change shows a change within participants, and pancreatitis is an event by arm", "kind: outcome_change"),
        (JIA, "      - {method: signed_rank, arguments: {zeros: drop}}\n", "", "shows signed_rank, which jadas71_week8 does not compute", "endpoint: jadas71_week8\n    title"),
        (JIA, "{method: signed_rank, arg", "{method: signed_rank, id: test, arg", "shows signed_rank, which jadas71_week8 does not compute", "endpoint: jadas71_week8\n    title"),
        (JIA, "      - {method: change}\n", "", "a display of kind courses shows change, which jadas71_week8 does not compute", "kind: courses, endpoint: jadas71_week8"),
        (IND, "      - {method: risk}\n", "", "a display of kind outcome_binary shows risk, which pancreatitis does not compute", "outcome_binary, endpoint: pancreatitis"),
        (IND, "kind: outcome_binary, endpoint: pancreatitis,", "kind: outcome_binary,", "a display of kind outcome_binary needs endpoint, and endpoint is missing here", "id: tbl-primary"),
        (IND, "kind: flow,", "kind: flow, endpoint: pancreatitis,", "endpoint has no place in a display of kind flow", "id: fig-flow"),
        (IND, "id: fig-flow", "id: tbl-flow", "a display of kind flow has an id that begins with fig-", "id: tbl-flow"),
        (IND, "id: tbl-primary", "id: fig-primary", "a display of kind outcome_binary has an id that begins with tbl-", "id: fig-primary"),
        # the whole
        (IND, '  status_note: "invented rows"\n', "", "status_note is required unless data_status is real", "study:\n  id: corpus_parallel"),
        (JIA, CUT, "data_cutoff: 1979-12-31", "a date from 1980-01-01 to 2107-12-31 was expected (came: '1979-12-31')", "data_cutoff"),
        (JIA, CUT, "data_cutoff: 2108-01-01", "a date from 1980-01-01 to 2107-12-31 was expected (came: '2108-01-01')", "data_cutoff"),
        (JIA, CUT, "data_cutoff: 2016-02-30", "came: '2016-02-30'", "data_cutoff"),
        (JIA, "language: en-GB", "language: english", "a code such as en-GB was expected, not english", "language:"),
        (JIA, "language: en-GB", "language: en_GB", "a code such as en-GB was expected, not en_GB", "language:"),
        (JIA, "language: en-GB", "language: en-gb", "a code such as en-GB was expected, not en-gb", "language:"),
        (JIA, "- {id: week8, label", "- {id: baseline, label", "baseline stands twice in visits", "code: W8"),
        (JIA, "code: W8, day", "code: W0, day", "W0 stands twice in visits", "id: week8, label"),
        (JIA, "  - id: completed\n", "  - id: treated\n", "treated stands twice in disposition", "  - id: treated\n    label: Assessed"),
        (IND, "id: tbl-primary", "id: tbl-subgroups", "tbl-subgroups stands twice in displays", "id: tbl-subgroups, kind: subgroups"),
        (JIA, '{display: true, ground: "invented rows"}', '{display: true, ground: ""}', "ground must say on what consent", "individual_data:"),
        (JIA, "affiliations: [site]", "affiliations: [sit]", "there is no affiliation named sit", "affiliations: [sit]"),
    ],
)  # fmt: skip
def test_a_fault(tmp_path: Path, study: str, old: str, new: str, told: str, at: str) -> None:
    expect(tmp_path, study, [(old, new)], told, at)


def without(study: str, section: str) -> str:
    """Return a small study's file without one of its sections."""
    text = changed(study)
    start = text.index(f"\n{section}:\n") + 1
    return text[:start] + text[text.index("\n\n", start) + 2 :]


@pytest.mark.parametrize(
    ("study", "section", "told", "at"),
    [
        (IND, "disposition", "a flow needs the section disposition", "kind: flow"),
        (JIA, "baseline", "a baseline table needs the section baseline", "kind: baseline"),
        (IND, "endpoints", "there is no endpoint named pancreatitis", "endpoint: pancreatitis"),
        (JIA, "safety", "a table of adverse events needs the section safety", "kind: adverse_events"),
        (JIA, "endpoints", "a table of endpoints needs the section endpoints", "kind: endpoints"),
    ],
)
def test_a_display_without_its_section(tmp_path: Path, study: str, section: str, told: str, at: str) -> None:
    text = without(study, section)
    line = next(number for number, content in enumerate(text.splitlines(), 1) if at in content)
    said = [(each.where, each.message) for each in faults(tmp_path, text)]
    assert any(told in message and where.startswith(f"data/study.yaml:{line}: ") for where, message in said), said
    assert all(": displays." in where for where, _ in said)


def test_an_endpoint_twice(tmp_path: Path) -> None:
    text = changed(IND)
    endpoint = text[text.index("  - id: pancreatitis") : text.index("\ndisplays:")]
    (found,) = faults(tmp_path, text.replace(endpoint, endpoint + endpoint))
    assert found.message == "pancreatitis stands twice in endpoints" and found.where.endswith(
        ": endpoints.pancreatitis.id"
    )


RESPONSE = 'dataset: assessments, variable: acr30, population: treated, visit: week8, event: "yes"'


@pytest.mark.parametrize(
    "event",
    [
        "dataset: participants, variable: sex, population: treated, event: F",  # one row each: no visit
        "dataset: laboratory, variable: drawn_at, population: treated, visit: week8, event: W8",  # visits by windows
    ],
)
def test_an_event_in_a_single_arm(tmp_path: Path, event: str) -> None:
    """With a visit where a data set has visits, its own or derived ones, and without one where it has none."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "study.yaml").write_text(changed(JIA, (RESPONSE, event)), encoding="utf-8")
    assert study_file.read(tmp_path).endpoint("acr30_week8").compares == "event"


def test_what_a_display_of_an_undeclared_data_set_says(tmp_path: Path) -> None:
    """The derivation is at fault, and whoever names its variable finds it missing; nothing falls over."""
    old = "responder:\n    rule: condition\n    dataset: assessments\n"
    text = changed(
        JIA, (old, old.replace("assessments", "assesments")), ("variables: [esr, acr30]", "variables: [esr, responder]")
    )
    said = {each.where.partition(": ")[2]: each.message for each in faults(tmp_path, text)}
    assert said["derivations.responder.dataset"] == "there is no data set named assesments"
    assert said["displays.tbl-visits.variables.2"] == "there is no variable named responder"


def test_a_derived_variable_of_one_below_it(tmp_path: Path) -> None:
    """A sum may take a sum above it and none below: the same two, in both orders."""
    above = "  half:\n    {rule: sum, dataset: assessments, label: Half, resolution: 0.1, terms: [{column: jadas71, divide: 2}]}\n"
    expect(
        tmp_path,
        JIA,
        [(DERIVED, f"{DERIVED}{above}")],
        "jadas71 is derived below",
        "column: jadas71, divide: 2",
    )
    text = changed(JIA, ("\npopulations:\n", f"{above}\npopulations:\n"))
    (tmp_path / "data" / "study.yaml").write_text(text, encoding="utf-8")
    assert list(study_file.read(tmp_path).derivations)[-1] == "half"


def test_individuals_without_a_ground(tmp_path: Path) -> None:
    shutil.copytree(HERE / JIA, tmp_path / "data")
    text = changed(JIA, ("individual_data: {display: true", "individual_data: {display: false"))
    (tmp_path / "data" / "study.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        compute.results(tmp_path, study_file.read(tmp_path))
    assert {found.code for found in caught.value.findings} == {"individual-display"}
    assert any(found.where.endswith(": displays.fig-jadas71") for found in caught.value.findings)


def test_columns_of_a_reconstruction_may_be_assumed(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    text = changed(
        JIA, ("data_status: dummy", "data_status: reconstruction"), ("label: Sex,", "assumed: true, label: Sex,")
    )
    (tmp_path / "data" / "study.yaml").write_text(text, encoding="utf-8")
    assert study_file.read(tmp_path).column("participants", "sex").assumed


def test_levels_written_as_bare_numbers(tmp_path: Path) -> None:
    """``levels: {0: No, 1: Yes}`` are the texts 0 and 1, as are 1 and 0 in the data: two of three have a 1."""
    study = single(baseline={"population": "everyone", "variables": [{"variable": "ill"}]})
    study["datasets"] = {"people": study["datasets"]["people"]}
    columns = {"id": {"type": "text", "required": True}, "ill": {"type": "category", "levels": {0: "No", 1: "Yes"}}}
    study["datasets"]["people"]["columns"] = columns
    found = computed(tmp_path, study, people="id,ill\nP1,1\nP2,0\nP3,1\n")
    assert "        0: " in (tmp_path / "data" / "study.yaml").read_text(encoding="utf-8")  # bare, without quotes
    assert study_file.read(tmp_path).datasets["people"].columns["ill"].levels == {"0": "No", "1": "Yes"}
    assert stats(found, "baseline.ill", variable_level="1") == {"n": 2, "N": 3, "p": 2 / 3}
    (wrong,) = refused(tmp_path, study, people="id,ill\nP1,1.0\nP2,0\n")
    assert wrong.code == "data-category" and wrong.cases == ("line 2: '1.0'",)


def test_the_shipped_studies_hold() -> None:
    for folder in STUDIES.values():
        assert sources.read(folder, study_file.read(folder)).frames
