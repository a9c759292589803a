"""The baseline table from data to lines: all participants, standardised differences, tests, open queries, and its R."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from report.analysis import compute
from report.analysis.described import baseline
from report.analysis.people import members, populations
from report.analysis.people.populations import Trial
from report.ard import Results
from report.checking.queries import with_queries
from report.paper.styles import STYLES
from report.paper.tables import build as tables
from report.paper.tables.table import Table
from report.study import file as study_file
from report.study.model import Study
from report.study.pooled import pooled
from report.tracing import lineage, words
from report.tracing.papers import Paper
from tests.invented import computed, parallel, refused, single, trial, write
from tests.tracing.test_r_code import held, needs_r

PEOPLE = """\
id,arm,age,weight,sex,stage
P01,A,30,1.5,F,one
P02,A,40,2.5,M,two
P03,A,50,4.0,F,two
P04,A,,8.0,F,three
P05,B,35,1.0,M,one
P06,B,45,2.0,M,two
P07,B,41,9.5,F,three
P08,B,60,3.0,M,
P09,C,28,0.5,F,one
P10,C,33,7.0,M,three
P11,C,52,6.5,F,two
P12,C,47,2.5,M,two
"""
TWO = "\n".join(line for line in PEOPLE.splitlines() if ",C," not in line) + "\n"
LINES = (
    {"variable": "age", "summary": ["mean_sd"]},
    {"variable": "weight", "summary": ["median_quartiles_range"]},
    {"variable": "sex", "show": ["F"]},
    {"variable": "stage"},
)
TESTED: dict[str, Any] = {"tests": True, "why_tests": "the journal asks for them"}
EVERYTHING: dict[str, Any] = {"total": True, "standardised_differences": True, **TESTED}


def study(*arms: str, lines: Any = LINES, randomised: bool = True, **plan: Any) -> dict[str, Any]:
    """Return a study of these arms, the last its reference, with a baseline table and nothing else."""
    made = parallel()
    columns = {
        "id": {"type": "text", "required": True},
        "arm": {"type": "category", "required": True, "levels": {name: f"Arm {name}" for name in arms}},
        "age": {"type": "integer", "label": "Age", "unit": "years"},
        "weight": {"type": "number", "label": "Weight", "resolution": 0.5},
        "sex": {"type": "category", "label": "Sex", "levels": {"M": "Male", "F": "Female"}},
        "stage": {"type": "category", "label": "Stage", "levels": {"one": "One", "two": "Two", "three": "Three", "no": "None"}},
    }  # fmt: skip
    made["datasets"] = {"people": {"file": "people.csv", "participant": "id", "columns": columns}}
    named = [{"id": name.lower(), "label": f"Arm {name}", "code": name, "short": name} for name in arms]
    made["design"] |= {"arms": named, "reference": arms[-1].lower(), "randomised": randomised}
    made["baseline"] = {"population": "everyone", "variables": [*lines], **plan}
    made["displays"] = [{"id": "tbl-baseline", "kind": "baseline", "title": "Baseline"}]
    return made


def table(folder: Path, given: dict[str, Any], people: str) -> Table:
    results = computed(folder, given, people=people)
    read = study_file.read(folder)
    return tables.build(read.displays[0], read, results, STYLES["plain"])


def lines(made: Table) -> list[tuple[str, ...]]:
    shown = [("." * line.indent + line.stub.plain, *(cell.plain for cell in line.cells)) for line in made.lines]
    return [tuple(text.replace("\u00a0", " ") for text in line) for line in shown]


def test_two_arms_with_everything(tmp_path: Path) -> None:
    """Ages 30 40 50 and 35 45 41 60; stages 1 2 1 and 1 1 1. Shares and means by hand, the comparisons by R."""
    made = table(tmp_path, study("A", "B", **EVERYTHING), TWO)
    assert [each.plain.replace("\u00a0", " ") for each in made.headings] == [
        "Characteristic", "A (n = 4)", "B (n = 4)", "All participants (n = 8)", "Standardised difference", "P",
    ]  # fmt: skip
    assert lines(made) == [
        ("Age (years), mean (SD)", "40.0 (10.0)", "45.3 (10.7)", "43.0 (9.9)", "\u22120.51", "0.54"),
        (".Missing", "1", "0", "1", "", ""),
        ("Weight, median (quartiles; range)", "3.25 (2.0–6.0; 1.5–8.0)", "2.5 (1.5–6.25; 1.0–9.5)",
         "2.75 (1.75–6.0; 1.0–9.5)", "0.04", "0.77"),
        ("Sex: Female, n (%)", "3 (75%)", "1 (25%)", "4 (50%)", "1.15", "0.16"),
        ("Stage, n (%)", "", "", "", "0.34", "0.91"),
        (".One", "1 (25%)", "1 (33%)", "2 (29%)", "", ""),
        (".Two", "2 (50%)", "1 (33%)", "3 (43%)", "", ""),
        (".Three", "1 (25%)", "1 (33%)", "2 (29%)", "", ""),
        (".None", "0 (0%)", "0 (0%)", "0 (0%)", "", ""),
        (".Missing", "0", "1", "1", "", ""),
    ]  # fmt: skip
    notes = " ".join(note.plain for note in made.notes)
    assert "those of SAS" in notes and "A minus B" in notes and "(Sex, Stage)" in notes
    assert "known to be chance" in notes and "insisted on: the journal asks for them." in notes


def test_of_three_arms_the_differences_stand_in_lines(tmp_path: Path) -> None:
    made = table(tmp_path, study("A", "B", "C", lines=LINES[2:], **EVERYTHING), PEOPLE)
    assert [each.plain.split("\u00a0")[0] for each in made.headings] == [
        "Characteristic", "A (n", "B (n", "C (n", "All participants (n", "P",
    ]  # fmt: skip
    assert lines(made) == [
        ("Sex: Female, n (%)", "3 (75%)", "1 (25%)", "2 (50%)", "6 (50%)", "0.37"),
        (".Standardised difference", "0.53", "\u22120.53", "reference", "", ""),
        ("Stage, n (%)", "", "", "", "", ">0.99"),
        (".One", "1 (25%)", "1 (33%)", "1 (25%)", "3 (27%)", ""),
        (".Two", "2 (50%)", "1 (33%)", "2 (50%)", "5 (45%)", ""),
        (".Three", "1 (25%)", "1 (33%)", "1 (25%)", "3 (27%)", ""),
        (".None", "0 (0%)", "0 (0%)", "0 (0%)", "0 (0%)", ""),
        (".Missing", "0", "1", "0", "1", ""),
        (".Standardised difference", "0.00", "0.34", "reference", "", ""),
    ]


def test_the_reference_is_subtracted_wherever_it_stands(tmp_path: Path) -> None:
    given = study("A", "B", lines=LINES[:1], standardised_differences=True, **TESTED)
    given["design"]["reference"] = "a"
    results = computed(tmp_path, given, people=TWO)
    found = {row.result_id: row.stat for row in results.select(analysis_id="baseline.age")}
    assert found["baseline.age.b.smd"] == pytest.approx(5.25 / ((100 + 340.75 / 3) / 2) ** 0.5)
    assert "baseline.age.a.smd" not in found
    assert float(str(found["baseline.age.statistic"])) > 0


def test_a_table_without_comparisons_is_as_it_was(tmp_path: Path) -> None:
    made = table(tmp_path, study("A", "B", lines=LINES[:1]), TWO)
    assert len(made.headings) == 3 and [note.plain for note in made.notes] == ["SD, standard deviation."]
    assert lines(made)[0] == ("Age (years), mean (SD)", "40.0 (10.0)", "45.3 (10.7)")


def test_each_summary_is_a_line(tmp_path: Path) -> None:
    """Weights 1.5 2.5 4 8: logarithms 0.405 0.916 1.386 2.079, mean 1.197, SD 0.712; exp(1.197) 3.310."""
    names = ["n", "mean_se", "median_range", "median_quartiles", "range", "geometric_mean_cv"]
    made = table(tmp_path, study("A", "B", lines=[{"variable": "weight", "summary": names}], quartiles=7), TWO)
    assert [line[:2] for line in lines(made)] == [
        ("Weight, n", "4"),
        ("Weight, mean (standard error)", "4.00 (1.43)"),
        ("Weight, median (range)", "3.25 (1.5–8.0)"),
        ("Weight, median (quartiles)", "3.25 (2.25–5.0)"),
        ("Weight, range", "1.5–8.0"),
        ("Weight, geometric mean (coefficient of variation, %)", "3.31 (81.2)"),
    ]
    assert [note.plain for note in made.notes] == [
        "Quartiles are those of R: interpolated between neighbouring observed values."
    ]


def test_the_type_of_quartiles_is_in_the_rows(tmp_path: Path) -> None:
    of = {"lines": [{"variable": "weight"}]}
    by_two = computed(tmp_path, study("A", "B", **of), people=TWO)
    by_seven = computed(tmp_path, study("A", "B", quartiles=7, **of), people=TWO)
    told = [each.one(analysis_id="baseline.weight", group1_level="a", stat_name="p25") for each in (by_two, by_seven)]
    assert [(row.stat, row.method) for row in told] == [
        (2.0, "description"),
        (2.25, "description, quartiles of type 7"),
    ]


def test_rows_say_what_a_p_value_is_worth(tmp_path: Path) -> None:
    trial_ = computed(tmp_path, study("A", "B", **TESTED), people=TWO)
    warned = {row.analysis_id: row.warning for row in trial_.select(stat_name="p.value")}
    assert all("known to be chance; insisted on: the journal asks for them" in said for said in warned.values())
    assert "below 5" in warned["baseline.sex"] and "below 5" not in warned["baseline.age"]
    observed = computed(tmp_path, study("A", "B", lines=LINES[:1], randomised=False, tests=True), people=TWO)
    row = observed.one(stat_name="p.value")
    assert (row.warning, row.context, row.method) == ("", "stats_t_test", "Welch’s t test")
    assert not any(row.is_pooled for row in trial_.select(stat_name="p.value"))


@pytest.mark.parametrize(
    ("line", "method"),
    [
        ({"variable": "age"}, "Mann-Whitney test, normal approximation corrected for ties"),
        ({"variable": "age", "summary": ["median_range", "mean_se"]}, "Welch’s t test"),
        ({"variable": "age", "summary": ["mean_sd"], "test": "rank"}, "Mann-Whitney test, normal approximation corrected for ties"),
        ({"variable": "age", "test": "t"}, "Student’s t test, equal variances"),
        ({"variable": "sex"}, "Pearson’s chi-squared test, no correction for continuity"),
        ({"variable": "sex", "test": "fisher"}, "Fisher’s exact test, two-sided"),
    ],
)  # fmt: skip
def test_which_test_a_variable_is_put_to(line: dict[str, Any], method: str, tmp_path: Path) -> None:
    results = computed(tmp_path, study("A", "B", lines=[line], **TESTED), people=TWO)
    assert results.one(stat_name="p.value").method == method


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (study("A", "B", tests=True), "test what is known to be chance"),
        (study("A", "B", tests=True, why_tests="  "), "test what is known to be chance"),
        (study("A", "B", why_tests="the journal"), "why_tests is given, and the table has no tests"),
        (study("A", "B", lines=[{"variable": "age", "test": "t"}]), "a test is named for age, and the table has no tests"),
        (study("A", "B", lines=[{"variable": "sex", "test": "t"}], **TESTED), "t is no test of a category, which sex is"),
        (study("A", "B", lines=[{"variable": "age", "test": "fisher"}], **TESTED), "fisher is no test of a number, which age is"),
        (study("A", "B", quartiles=5), "one of 2 numbers was expected"),
        (single(baseline={"population": "everyone", "variables": [{"variable": "age"}], "total": True}), "total needs several arms"),
        (single(baseline={"population": "everyone", "variables": [{"variable": "age"}], "standardised_differences": True}), "needs several arms"),
    ],
)  # fmt: skip
def test_what_a_table_cannot_have_is_refused(given: dict[str, Any], told: str, tmp_path: Path) -> None:
    found = refused(tmp_path, given)
    assert any(told in each.message for each in found), [each.message for each in found]
    assert all(each.remedy for each in found)


# open queries ---------------------------------------------------------------------------------------------------------


def opened_rows(folder: Path, variable: str, who: str, given: dict[str, Any], people: str) -> dict[str, str]:
    """Return the rows of a table, each with its queries, when a query is open on one participant's value."""
    made = trial(folder, given, people=people)
    frame = made.frames["people"]
    asked = [frozenset([7]) if each == who else frozenset() for each in frame["id"]]
    found = Trial(made.study, {"people": with_queries(frame, variable, asked)})
    return {row.result_id: row.query for row in baseline.rows(found)}


def test_a_query_on_a_value_opens_its_arm_all_participants_and_what_compares(tmp_path: Path) -> None:
    rows = opened_rows(tmp_path, "age", "P02", study("A", "B", "C", **EVERYTHING), PEOPLE)
    held_back = {name for name, query in rows.items() if query}
    assert {query for query in rows.values() if query} == {"Q7"}
    described = ("N_nonmiss", "N_miss", "mean", "sd")
    assert held_back == {
        *(f"baseline.age.a.{name}" for name in described), *(f"baseline.age.{name}" for name in described),
        "baseline.age.a.smd", "baseline.age.b.smd",
        *(f"baseline.age.{name}" for name in ("statistic", "df", "df.residual", "p.value")),
    }  # fmt: skip


def test_a_query_on_an_arm_opens_all_rows(tmp_path: Path) -> None:
    rows = opened_rows(tmp_path, "arm", "P02", study("A", "B", **EVERYTHING), PEOPLE.replace(",C,", ",A,"))
    assert rows and set(rows.values()) == {"Q7"}


# reading by the numbers of rows ---------------------------------------------------------------------------------------


def by_names(found: Trial, population: str) -> list[tuple[str, list[str]]]:
    return [(arm, sorted(people)) for arm, people in populations.groups(found, found.members(population))]


def by_numbers(found: Trial, population: str) -> list[tuple[str, list[str]]]:
    everybody = members.of(found, population)
    return [(group.arm, list(everybody.ids[group.who])) for group in everybody.by_arm()]


ORDERS = {
    "in order": TWO,
    "out of order": "\n".join([TWO.splitlines()[0], *reversed(TWO.splitlines()[1:])]) + "\n",
    "no arm": TWO.replace("P03,A", "P03,"),
    "no participant": TWO.replace("P05,B", ",B").replace("P06,B", ",B"),
}


@pytest.mark.parametrize("order", ORDERS)
def test_members_by_numbers_are_those_by_names(order: str, tmp_path: Path) -> None:
    where = {"variable": "weight", "comparator": "GE", "value": 2}
    given = study("A", "B")
    given["populations"]["heavy"] = {"label": "Heavy", "dataset": "people", "where": where}
    made = trial(tmp_path, given, people=ORDERS[order])
    for population in ("everyone", "heavy"):
        assert by_numbers(made, population) == by_names(made, population)
        for group in members.of(made, population).by_arm():
            people = dict(by_names(made, population))[group.arm]
            for variable in ("age", "sex"):
                theirs = made.values("people", variable, people)
                assert group.values("people", variable, None).tolist() == pytest.approx(theirs.tolist(), nan_ok=True)
    dummies = {who: "a" if n % 2 else "b" for n, who in enumerate(sorted(made.members("everyone"))[:0:-1])}
    turned = {"people": made.frames["people"][::-1].reset_index(drop=True)}
    for other in (Trial(made.study, made.frames, drawn=dummies), Trial(made.study, turned)):
        assert by_numbers(other, "heavy") == by_names(other, "heavy")


def test_members_of_visits_and_with_several_rows(tmp_path: Path) -> None:
    """A population of a file with several rows each; values at a visit, and in one row each; some have no row."""
    late = {"variable": "visit", "comparator": "EQ", "value": "W8"}
    populations_ = {
        "assessed": {"label": "Assessed", "dataset": "scores"},
        "late": {"label": "Late", "dataset": "scores", "where": late},
    }
    given = single(populations=populations_)
    scores = "id,visit,score\nP3,W8,9.0\nP1,W0,4.0\nP1,W8,1.0\nP2,W0,5.0\n"
    made = trial(tmp_path, given, people="id,kind,age,weight,entered\nP1,x,10,1.5,\nP2,y,20,2.5,\n", scores=scores)
    [group] = members.of(made, "assessed").by_arm()
    assert group.size == 3
    assert group.values("scores", "score", "start").tolist() == pytest.approx([4.0, 5.0, float("nan")], nan_ok=True)
    assert group.values("people", "age", "start").tolist() == pytest.approx([10.0, 20.0, float("nan")], nan_ok=True)
    for population in ("assessed", "late"):  # a row that makes somebody a member is not the one to read
        with pytest.raises(ValueError, match="several rows"):
            members.of(made, population).by_arm()[0].values("scores", "score", None)


def test_an_open_report_has_neither_arms_nor_comparisons(tmp_path: Path) -> None:
    given = study("A", "B", **EVERYTHING)
    given["datasets"]["people"]["columns"]["arm"]["reveals_arm"] = True
    read = pooled(Study.model_validate(given))
    made = trial(tmp_path, given, people=TWO)
    rows = list(baseline.rows(Trial(read, {"people": made.frames["people"].drop(columns="arm")})))
    assert {row.group1_level for row in rows} == {""} and not [
        row for row in rows if row.stat_name in ("smd", "p.value")
    ]
    shown = tables.build(read.displays[0], read, Results({}, rows), STYLES["plain"])
    assert len(shown.headings) == 2 and {len(line.cells) for line in shown.lines} == {1}


# R and words ----------------------------------------------------------------------------------------------------------


def paper(folder: Path, given: dict[str, Any], people: str) -> Paper:
    write(folder, given, people=people)
    read = study_file.read(folder)
    return Paper(read, compute.draft(folder, read).results, {}, (), {}, True)


ALL = ["n", "mean_sd", "mean_se", "median_quartiles_range", "geometric_mean_cv"]


@needs_r
@pytest.mark.parametrize("arms", ["AB", "ABC"])
@pytest.mark.parametrize("tests", [("t", "chi_squared"), ("welch", "fisher"), ("rank", "chi_squared")])
def test_r_gives_every_row(arms: str, tests: tuple[str, str], tmp_path: Path) -> None:
    numbers, counts = tests
    chosen = [
        {"variable": "age", "test": numbers}, {"variable": "weight", "summary": ALL, "test": numbers},
        {"variable": "sex", "show": ["F"], "test": counts}, {"variable": "stage", "test": counts},
    ]  # fmt: skip
    made = paper(tmp_path, study(*arms, lines=chosen, quartiles=7, **EVERYTHING), PEOPLE if arms == "ABC" else TWO)
    rows = [row for row in made.results if row.analysis_id.startswith("baseline.")]
    assert all(row.stat is not None for row in rows)
    assert held(made, rows, tmp_path) == len(rows)


def test_a_comparison_is_told_in_words_with_what_it_is_worth(tmp_path: Path) -> None:
    made = paper(tmp_path, study("A", "B", **EVERYTHING), TWO)
    assert lineage.follow(made, "baseline.age.a.smd").arm == "Arm A, compared with Arm B"
    told = {name: answers_of(made, f"baseline.{name}") for name in ("age.a.smd", "age.p.value", "stage.p.value")}
    assert told["age.a.smd"].startswith("The standardised difference of Age, Arm A against Arm B, was \u22120.51.")
    assert (
        "A value was recorded in 3 participants in the arm Arm A and in 4 participants in the arm Arm B."
        in told["age.p.value"]
    )
    assert "known to be chance" in told["age.p.value"]
    assert "in 4 participants in the arm Arm A and in 3 participants" in told["stage.p.value"]


def answers_of(made: Paper, result: str) -> str:
    return " ".join(words.explain(made, lineage.follow(made, result)))
