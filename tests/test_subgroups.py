"""Subgroups of a binary outcome: the numbers of the indomethacin trial as published, and holes for open queries.

Published: Elmunzer et al., N Engl J Med 2012;366:1414-1422, figure 3 and text.
"""

from __future__ import annotations

import csv
import functools
import io
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from report.analysis import compute
from report.ard import Results, Row
from report.paper import numbers
from report.paper.styles import STYLES
from report.study import file as study_file
from report.study.model import Study
from tests.conftest import STUDIES
from tests.invented import computed, stats, write
from tests.test_soundness import disagreeing
from tests.test_statistics import rows as oracle
from tests.test_stratified import PEOPLE, three_arms

ENDPOINT = "pancreatitis"
AGE = {"rule": "category", "dataset": "patients", "label": "Age", "variable": "age", "breaks": [46],
       "levels": {"younger": "45 years or younger", "older": "Older than 45 years"}}  # fmt: skip
VARIABLES = (
    "age_group", "gender", "sod", "pep", "recpanc", "sodsom", "difcan", "precut", "psphinc", "acinar", "bsphinc", "amp",
    "pdstent", "train", "type", "site", "status",
)  # fmt: skip
TYPES = ["1_type 1", "2_type 2", "3_type 3"]


def indomethacin(**parts: Any) -> Study:
    """Return the study of the example with one endpoint and all published subgroups; parts go to the endpoint."""
    given_there = study_file.read(STUDIES["indomethacin"]).model_dump(by_alias=True, mode="json", exclude_unset=True)
    kept = {key: given_there[key] for key in ("format", "study", "authors", "design", "datasets", "journal")}
    subgroups = [{"variable": name, "prespecified": name not in ("type", "site", "status")} for name in VARIABLES]
    subgroups[VARIABLES.index("type")]["levels"] = TYPES
    endpoint = {
        "id": ENDPOINT, "label": "Post-ERCP pancreatitis", "role": "primary", "specified_in": "protocol", "source": "published",
        "direction": "lower_is_better", "dataset": "patients", "variable": "outcome", "event": "1_yes", "population": "everyone",
        "strata": "site", "subgroups": subgroups,
        "methods": [{"method": "risk"},
                    {"method": "risk_ratio", "decimals": 2, "arguments": {"interval": "miettinen_nurminen"}},
                    {"method": "mantel_haenszel", "arguments": {"measure": "ratio"}}],
        **parts,
    }  # fmt: skip
    population = {"label": "Everyone", "dataset": "patients"}
    made = {"derivations": {"age_group": AGE}, "populations": {"everyone": population}, "endpoints": [endpoint]}
    return Study.model_validate({**kept, "affiliations": {"example": "Example"}, **made})


@functools.cache
def of_the_trial() -> Results:
    return compute.results(STUDIES["indomethacin"], indomethacin())


PUBLISHED = {
    "age_group": {"younger": 303, "older": 299},
    "gender": {"1_female": 476, "2_male": 126},
    "sod": {"0_no": 107, "1_yes": 495},
    "pep": {"0_no": 506, "1_yes": 96},
    "recpanc": {"0_no": 422, "1_yes": 180},
    "sodsom": {"0_no": 286, "1_yes": 316},
    "type": {"1_type 1": 81, "2_type 2": 274, "3_type 3": 140},
    "difcan": {"0_no": 445, "1_yes": 157},
    "precut": {"0_no": 570, "1_yes": 32},
    "psphinc": {"0_no": 259, "1_yes": 343},
    "acinar": {"0_no": 575, "1_yes": 27},
    "bsphinc": {"0_no": 258, "1_yes": 344},
    "amp": {"0_no": 584, "1_yes": 18},
    "pdstent": {"0_no": 106, "1_yes": 496},
    "train": {"0_no": 319, "1_yes": 283},
    "site": {"1_UM": 164, "2_IU": 413, "3_UK": 22, "4_Case": 3},
    "status": {"0_inpatient": 23, "1_outpatient": 579},
}


@pytest.mark.parametrize("variable", PUBLISHED)
def test_patients_by_subgroup_as_published(variable: str) -> None:
    found = of_the_trial().select(analysis_id=f"{ENDPOINT}.subgroup_{variable}", stat_name="N_level")
    assert {row.variable_level: row.stat for row in found} == PUBLISHED[variable]
    assert {(row.variable, row.group1_level) for row in found} == {(variable, "")}
    assert of_the_trial().by_id(f"{ENDPOINT}.subgroup_{variable}.N_miss").stat == 0


@pytest.mark.parametrize(
    ("variable", "level", "indomethacin_arm", "placebo"),
    [("pdstent", "1_yes", "9.7%", "16.1%"), ("pdstent", "0_no", "6.3%", "20.7%"), ("sod", "0_no", "8.5%", "20.0%")],
)  # fmt: skip
def test_risks_by_subgroup_as_published(variable: str, level: str, indomethacin_arm: str, placebo: str) -> None:
    """The article prints 20.6% for 12 of 58 without a stent, which is 20.69%; its other figures are met as they stand."""
    for arm, printed in (("indomethacin", indomethacin_arm), ("placebo", placebo)):
        row = of_the_trial().by_id(f"{ENDPOINT}.subgroup_{variable}.{level}.{arm}.p")
        assert numbers.text(row, STYLES["nejm"]).plain == printed
        assert (row.variable_level, row.group1_level) == (level, arm)


@pytest.mark.parametrize("row", [r for r in oracle("interaction") if r["case"].startswith("indo_")], ids=lambda r: f"{r['case']}-{r['stat']}-{r['call'][:9]}")  # fmt: skip
def test_interaction_of_the_trial(row: dict[str, str]) -> None:
    """From the patients' file to R's likelihood-ratio test of the same counts."""
    variable = row["case"].removeprefix("indo_").replace("age", "age_group")
    ours = of_the_trial().by_id(f"{ENDPOINT}.subgroup_{variable}.indomethacin.{row['stat'].replace('_', '.')}")
    assert ours.number() == pytest.approx(float(row["value"]), abs=float(row["tolerance"]))


@pytest.mark.parametrize("row", [r for r in oracle("mantel_haenszel") if r["case"] == "indo_site"], ids=lambda r: f"{r['stat']}-{r['call'][:9]}")  # fmt: skip
def test_stratified_by_centre(row: dict[str, str]) -> None:
    names = {
        "rr_estimate": "estimate",
        "rr_low": "conf.low",
        "rr_high": "conf.high",
        "statistic": "statistic",
        "p_value": "p.value",
    }
    if row["stat"] in names:
        ours = of_the_trial().by_id(f"{ENDPOINT}.mantel_haenszel.indomethacin.{names[row['stat']]}")
        assert ours.number() == pytest.approx(float(row["value"]), abs=1e-8)
    counted = stats(of_the_trial(), f"{ENDPOINT}.mantel_haenszel", group1_level="indomethacin", variable_level="1_yes")
    assert (counted["n_strata"], counted["n_informative"]) == (4, 3)  # nobody in the smallest centre had the event


def test_small_levels_of_the_trial() -> None:
    """Case: 0 of 2 and 0 of 1, no ratio; inpatients 0 of 11 and 2 of 12, a ratio of 0 with an upper limit."""
    site, status = (of_the_trial().select(analysis_id=f"{ENDPOINT}.subgroup_{name}") for name in ("site", "status"))
    case = {
        r.stat_name: (r.stat, r.reason)
        for r in site
        if r.variable_level == "4_Case" and r.group1_level == "indomethacin"
    }
    assert case["estimate"] == case["conf.low"] == case["conf.high"] == (None, "no event in either arm")
    assert (case["n"], case["N"]) == ((0, ""), (2, ""))
    test = {r.stat_name: r.stat for r in site if not r.variable_level}
    assert (test["df"], test["n_informative"]) == (2, 3)
    inside = {
        r.stat_name: r.stat for r in status if r.variable_level == "0_inpatient" and r.group1_level == "indomethacin"
    }
    assert (inside["estimate"], inside["conf.low"]) == (0.0, 0.0) and 1 < float(inside["conf.high"]) < 3
    assert {r.stat_name: r.stat for r in status if not r.variable_level}["n_informative"] == 2


def test_the_level_and_decimals_of_the_risk_ratio_hold_in_subgroups() -> None:
    use = {"method": "risk_ratio", "decimals": 3, "arguments": {"interval": "koopman", "confidence": 0.9}}
    made = compute.results(STUDIES["indomethacin"], indomethacin(methods=[use]))
    row = made.by_id(f"{ENDPOINT}.subgroup_sod.1_yes.indomethacin.estimate")
    assert (
        row.format_key == "ratio:3"
        and row.method == "Risk ratio (arm over reference) with Miettinen-Nurminen score interval"
    )
    assert made.by_id(f"{ENDPOINT}.subgroup_sod.conf.level").stat == 0.9
    narrow, usual = (
        each.by_id(f"{ENDPOINT}.subgroup_sod.1_yes.indomethacin.conf.low").number() for each in (made, of_the_trial())
    )
    assert narrow > usual
    assert of_the_trial().by_id(f"{ENDPOINT}.subgroup_sod.1_yes.indomethacin.estimate").format_key == "ratio:2"


def test_the_sentence_stands_once_an_endpoint() -> None:
    sentence = of_the_trial().one(analysis_id=f"{ENDPOINT}.subgroups", stat_name="sentence").stat
    assert "likelihood-ratio test of the interaction" in str(sentence) and "Miettinen-Nurminen" in str(sentence)


CENTRE = {"variable": "centre", "prespecified": True}
SHOWN = ("happened.subgroup_centre", "happened.mantel_haenszel")


def of_three_arms(**parts: Any) -> dict[str, Any]:
    over = {"method": "mantel_haenszel", "arguments": {"measure": "ratio"}}
    methods = [{"method": "risk"}, {"method": "risk_ratio", "arguments": {"interval": "koopman"}}, over]
    return three_arms(strata="centre", methods=methods, subgroups=[CENTRE], **parts)


def test_three_arms_each_against_the_reference(tmp_path: Path) -> None:
    """X: a 1 of 2, b 2 of 3, c 0 of 1; Y: a 0 of 2, b 1 of 2, c 1 of 1; one with an outcome has no centre."""
    made = computed(tmp_path, of_three_arms(), people=PEOPLE)
    shown = {
        r.result_id.removeprefix("happened.subgroup_centre."): r
        for r in made.select(analysis_id="happened.subgroup_centre")
    }
    assert shown["X.a.estimate"].stat == pytest.approx((1 / 2) / (2 / 3)) and shown[
        "Y.c.estimate"
    ].stat == pytest.approx(2.0)
    assert shown["Y.a.estimate"].stat == 0.0 and "X.b.estimate" not in shown and shown["X.b.n"].stat == 2
    assert (shown["X.N_level"].stat, shown["Y.N_level"].stat, shown["N_miss"].stat) == (6, 5, 1)
    assert shown["X.a.estimate"].format_key == "ratio" and shown["a.df"].stat == 1
    assert shown["c.p.value"].stat is not None  # 0 of 1 against 2 of 3, 1 of 1 against 1 of 2
    assert (
        made.one(analysis_id="happened.subgroup_centre", stat_name="p.value", group1_level="a").context == "interaction"
    )


def test_some_levels_of_a_subgroup(tmp_path: Path) -> None:
    study = of_three_arms()
    study["datasets"]["people"]["columns"]["centre"]["levels"] = {"X": "X", "Y": "Y", "Z": "Z"}
    study["endpoints"][0]["subgroups"] = [CENTRE | {"levels": ["Z", "X"]}]
    people = PEOPLE + "P14,A,yes,Z\nP15,B,no,Z\n"
    made = computed(tmp_path, study, people=people)
    named = [r.variable_level for r in made.select(analysis_id="happened.subgroup_centre", stat_name="N_level")]
    assert named == ["X", "Z"]  # in the column's order
    assert made.by_id("happened.subgroup_centre.N_miss").stat == 1  # Y is a level that is not shown, not a missing one


def drafted(people: str) -> dict[str, Row]:
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), of_three_arms(), people=people)
        made = compute.draft(Path(folder), study_file.read(Path(folder))).results
    return {row.result_id: row for row in made if row.context not in ("queries", "waiver")}


def with_cell(participant: str, column: str, text: str) -> str:
    table = list(csv.reader(io.StringIO(PEOPLE)))
    for row in table:
        if row[0] == participant:
            row[table[0].index(column)] = text
    return "\n".join(",".join(row) for row in table) + "\n"


@pytest.mark.parametrize("column", ["centre", "outcome", "arm"])
def test_what_rests_on_an_open_query_is_a_hole(column: str) -> None:
    """One unreadable cell of a patient in arm a: what the plan gives stays, and counts of arms that are not in doubt."""
    draft = drafted(with_cell("P03", column, "??"))
    of_both = {name: row for name, row in draft.items() if name.startswith(SHOWN)}
    stays = {(row.stat_name, row.group1_level) for row in of_both.values() if not row.query}
    of_others = set() if column == "arm" else {(name, arm) for name in ("n", "N", "p") for arm in ("b", "c")}
    assert stays == of_others | {("conf.level", ""), ("method", ""), ("sentence", "")} and len(of_both) > 50
    assert all(row.stat is None for row in of_both.values() if row.query)
    assert bool(draft["happened.risk.a.n"].query) == (column != "centre") and draft["happened.subgroups.sentence"].stat


def test_a_shipped_value_leaves_no_hole() -> None:
    assert not any(row.query for row in drafted(PEOPLE).values())


ANSWERS = {"arm": ["A", "B", "C"], "outcome": ["yes", "no", ""], "centre": ["X", "Y", ""]}


@given(
    st.integers(1, 13),
    st.sampled_from(sorted(ANSWERS)).flatmap(lambda c: st.tuples(st.just(c), st.sampled_from(ANSWERS[c]))),
)
@settings(max_examples=36)
def test_whatever_the_site_answers_what_was_printed_stays(number: int, answered: tuple[str, str]) -> None:
    participant, (column, text) = f"P{number:02}", answered
    draft = drafted(with_cell(participant, column, "??"))
    assert disagreeing(draft, drafted(with_cell(participant, column, text))) == [], (participant, column, text)
