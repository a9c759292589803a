"""What R's cards or SAS wrote, read in by a study: as results of ours, in a table, in trace."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from report import ard
from report.analysis import compute
from report.ard import Row
from report.errors import StudyFileError, TrialpressError
from report.exchange import ard_rows, meaning
from report.exchange.ard_rows import ArdRow
from report.exchange.meaning import Meaning
from report.lock import record
from report.lock.fingerprints import sha256_of
from report.paper import displays, provenance, styles
from report.stages import Order
from report.study import file as study_file
from report.study import pooled
from report.study.read_in import ReadIn
from report.tracing import lineage
from report.tracing.papers import Paper
from tests.conftest import STUDIES
from tests.exchange import CARDS, HERE, MANIFEST, SAS, read, read_alone, study

FLAT = HERE / "cards-0.9.0-flat.json"
LINES = [
    {"label": "Age, years, mean (SD)", "analysis": "cards.age.summary", "show": "{mean} ({sd})"},
    {"label": "Women", "analysis": "cards.gender.tabulate", "level": "1_female", "show": "{n} ({p})"},
    {"label": "Difference in age", "analysis": "cards.age.stats_t_test", "show": "{estimate} ({conf.low} to {conf.high})"},
    {"label": "P for pancreatitis", "analysis": "cards.outcome.stats_fisher_test", "show": "{p.value}"},
    {"label": "Age, as computed here", "analysis": "baseline.age", "show": "{mean} ({sd})"},
]  # fmt: skip
TABLE = {"id": "tbl-cards", "kind": "results", "title": "Results of R", "lines": LINES}


def by_id(rows: tuple[Row, ...]) -> dict[str, Row]:
    return {row.result_id: row for row in rows}


def text(node: Any) -> str:
    """The characters of a pandoc tree."""
    if isinstance(node, dict):
        return {"Str": node.get("c"), "Space": " "}.get(node.get("t", "")) or text(node.get("c", ""))
    return "".join(map(text, node)) if isinstance(node, list) else ""


# A file of cards ------------------------------------------------------------------------------------------------------


def test_a_file_of_cards_comes_out_in_a_table_of_the_paper(tmp_path: Path) -> None:
    """The numbers of R 4.2.2 with cards 0.9.0 and cardx 0.3.0, beside ours; P and limits by t.test and fisher.test."""
    folder = study(tmp_path, CARDS, FLAT, displays=[TABLE])
    given = study_file.read(folder)
    made = compute.draft(folder, given).results
    assert displays.make_all(given, made, folder / "build") == 1
    shown = text(json.loads((folder / "build" / "displays" / "tbl-cards.json").read_text(encoding="utf-8"))["blocks"])
    assert "Age, years, mean (SD)44.5 (13.5)46.0 (13.1)" in shown
    assert "Women229 (77.6%)247 (80.5%)" in shown
    assert "Difference in age1.6 (−0.6 to 3.7)" in shown
    assert "P for pancreatitis0.005" in shown
    assert "Age, as computed here44.5 (13.5)46.0 (13.1)" in shown  # we compute what R computed
    said = "Computed by R\u00a04.2.2 and cards\u00a00.9.0, and read in: Age, years, mean (SD); Women; Difference in age; P for pancreatitis."
    assert said in shown
    appendix = [line.plain for line in provenance.lines(given, made, styles.named("nejm"))]
    rows = sum(row.context == "read_in" for row in made)
    told = f"data/cards.json: {rows} results computed by R\u00a04.2.2 and cards\u00a00.9.0 on data/patients.csv, and read in."
    assert told in appendix
    assert made.header["inputs"].keys() >= {"data/cards.json", f"data/{MANIFEST}"}


def test_a_row_of_cards_becomes_one_of_ours(tmp_path: Path) -> None:
    rows = by_id(read_alone(tmp_path, CARDS, FLAT)().rows)
    mean = rows["cards.age.summary.placebo.mean"]
    assert (mean.stat, mean.group1, mean.group1_level, mean.format_key) == (
        46.0358306188925,
        "arm",
        "placebo",
        "fixed:1",
    )
    assert (mean.variable, mean.unit, mean.population, mean.context) == ("age", "years", "randomised", "read_in")
    share = rows["cards.gender.tabulate.placebo.1_female.p"]
    assert (share.stat, share.format_key, share.variable_level) == (0.804560260586319, "percent:307", "1_female")
    p = rows["cards.age.stats_t_test.p.value"]
    assert (p.group1, p.format_key, p.stat) == ("", "p", 0.149381559595682)
    assert p.method == "Welch Two Sample t-test; read in from R (R 4.2.2, cards 0.9.0)"
    assert rows["cards.age.stats_t_test.conf.level"].format_key == "level"
    assert rows["cards.ard_total_n.total_n.N"].stat == 602


@pytest.mark.parametrize(
    "name", ["0.9.0-nested.json", "0.9.0-flat.csv", "0.9.0-flat.parquet", "0.6.0-flat.json", "0.0.0.9048-flat.json"]
)
def test_every_shape_and_version_gives_the_same_ids(name: str, tmp_path: Path) -> None:
    rows = by_id(read_alone(tmp_path, CARDS, HERE / f"cards-{name}")().rows)
    assert rows["cards.age.summary.placebo.mean"].stat == pytest.approx(46.0358306188925, rel=1e-14)
    assert rows["cards.gender.tabulate.placebo.1_female.n"].stat == 247


def test_the_study_file_says_how_a_statistic_is_printed(tmp_path: Path) -> None:
    rows = by_id(read_alone(tmp_path, CARDS | {"formats": {"estimate": "ratio", "mean": "mean:2"}}, FLAT)().rows)
    assert rows["cards.outcome.stats_fisher_test.estimate"].format_key == "ratio"
    assert rows["cards.age.summary.placebo.mean"].format_key == "mean:2"


def test_groups_beyond_arm_and_visit_are_levels(tmp_path: Path) -> None:
    cells = {
        "variable": "AGE",
        "variable_level": {},
        "context": "continuous",
        "stat_label": "Mean",
        "warning": ["few values"],
        "error": {},
    }
    groups = {"group1": "TRT", "group1_level": ["Drug"], "group2": "SEX", "group2_level": ["F"]}
    said = CARDS | {"groups": {"TRT": "arm", "SEX": "level"}, "levels": {"TRT": {"Drug": "indomethacin"}}}
    content = json.dumps([groups | cells | {"stat_name": "mean", "stat": [40.25]}])
    (row,) = read_alone(tmp_path, {**said, "file": "cards.json"}, content)().rows
    assert row.result_id == "cards.age.summary.indomethacin.F.mean"
    assert (row.variable_level, row.warning) == ("F", "few values")


def of_visits(**cells: str) -> list[ArdRow]:
    named = {f"group{number}": name for number, name in enumerate(cells, start=1)}
    levels = {f"group{number}_level": [level] for number, level in enumerate(cells.values(), start=1)}
    return [
        ard_rows.of({**named, **levels, "variable": "jadas71", "context": "summary", "stat_name": "mean", "stat": 7.5})
    ]


def jia(groups: dict[str, Any], **more: Any) -> Meaning:
    said = {"file": "a.json", "from": "R", "shape": "cards", "analysis": "a", "groups": groups, **more}
    return Meaning(ReadIn.model_validate(said), study_file.read(STUDIES["jia"]))


def test_a_visit_is_known_by_its_id_code_or_label_or_by_the_study_file() -> None:
    meaning_of = jia({"AVISIT": "visit"}, levels={"AVISIT": {"Week 8 (end)": "week8"}})
    visit = meaning_of.study.visit("week8")
    for value in (visit.id, visit.code, visit.label, "Week 8 (end)"):
        (line,), unknown = meaning.lines(of_visits(AVISIT=value), meaning_of)
        assert (line["visit"], unknown) == ("week8", {})
    made, unknown = meaning.lines(of_visits(AVISIT="Week 9"), meaning_of)
    assert made == []
    assert [told for told, _ in unknown] == ["Week 9 of AVISIT is no visit of this study"]


def test_two_groups_of_one_role_are_told() -> None:
    _, unknown = meaning.lines(of_visits(A="week8", B="week8"), jia({"A": "visit", "B": "visit"}))
    assert [told for told, _ in unknown] == ["a row has two groups that are each the visit"]


def test_no_value_has_a_reason(tmp_path: Path) -> None:
    row = by_id(read_alone(tmp_path, CARDS, HERE / "cards-0.9.0-one.json")().rows)["cards.age.summary.sd"]
    assert (row.stat, row.reason) == (None, "no value was given")


def test_before_the_unblinding_every_value_is_hidden(tmp_path: Path) -> None:
    folder = study(tmp_path, CARDS, FLAT)
    assert {row.stat for row in read(folder, "dummy").rows} == {None}
    assert read(folder, "pooled").rows == ()


def test_our_own_export_is_read_like_any_other(tmp_path: Path) -> None:
    """A row that trialpress exported keeps its analysis, format and unit under the new name."""
    ours = {
        "result_id": "crp.change.median",
        "analysis_id": "crp.change",
        "format_key": "median:1",
        "unit": "mg/L",
        "method": "ours",
    }
    cells = {
        "variable": "risk",
        "context": "summary",
        "stat_name": "median",
        "stat_label": "Median",
        "stat": 3.5,
        "stat_type": "number",
    }
    header = {"inputs": {}, "software": {"trialpress": "0.1.0"}}
    content = json.dumps({"header": header, "rows": [ours | cells]})
    (row,) = read_alone(tmp_path, CARDS | {"file": "cards.json"}, content)().rows
    assert (row.result_id, row.format_key, row.unit) == ("cards.crp.change.median", "median:1", "mg/L")


# A table of SAS -------------------------------------------------------------------------------------------------------

TABLE_OF_SAS = "TRTP,Estimate,StdErr,DF,tValue,Probt,Alpha,LowerCL,UpperCL\nIndomethacin,-0.123456,0.07654,598,-1.613,0.1072,0.05,-0.27378,0.02687\n"


def test_a_table_of_sas_becomes_rows(tmp_path: Path) -> None:
    rows = by_id(read_alone(tmp_path, SAS | {"formats": {"estimate": "fixed:2"}}, TABLE_OF_SAS)().rows)
    assert {name.removeprefix("sas.risk.indomethacin."): row.stat for name, row in rows.items()} == {
        "estimate": -0.123456, "std.error": 0.07654, "df": 598, "statistic": -1.613, "p.value": 0.1072, "conf.level": 0.95,
        "conf.low": -0.27378, "conf.high": 0.02687,
    }  # fmt: skip
    estimate = rows["sas.risk.indomethacin.estimate"]
    assert (estimate.format_key, estimate.group1_level, estimate.variable) == ("fixed:2", "indomethacin", "risk")
    assert estimate.method == "read in from SAS (SAS 9.4 TS1M8)"


def test_a_point_is_a_missing_value_of_sas(tmp_path: Path) -> None:
    rows = by_id(read_alone(tmp_path, SAS, "TRTP,Estimate,Probt\nplacebo,.,.A\n")().rows)
    assert {(row.stat, row.reason) for row in rows.values()} == {(None, "no value was given")}


def test_columns_of_sas_say_analysis_variable_and_level(tmp_path: Path) -> None:
    said = {key: value for key, value in SAS.items() if key not in ("analysis", "variable", "groups")}
    said |= {"groups": {"PARAM": "variable", "SUB": "level", "MODEL": "analysis"}, "variables": {"Risk score": "risk"}}
    (row,) = read_alone(tmp_path, said, "MODEL,PARAM,SUB,arm,Mean\nmeans,Risk score,F,placebo,3.25\n")().rows
    assert row.result_id == "means.risk.placebo.F.mean"
    assert row.stat == 3.25


# The study file -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ({"from": "R", "file": "x.parquet"}, "ends in .json was expected"),
        ({"from": "R", "file": "x.xlsx", "shape": "cards", "analysis": "a"}, "ends in .json or .csv or .parquet was expected"),
        ({"from": "R", "file": "x.json", "groups": {"a": "arm"}}, "groups has no place here"),
        ({"from": "R", "file": "x.json", "shape": "cards"}, "needs analysis, by which its results are named"),
        ({"from": "R", "file": "x.json", "shape": "cards", "analysis": "a", "manifest": "../m.json"}, "ends in .json was expected"),
        ({"from": "R", "file": "x.json", "shape": "cards", "analysis": "a", "formats": {"p": "money"}}, "money is no way to print a value"),
    ],
)  # fmt: skip
def test_the_study_file_says_what_the_file_is(declared: dict[str, Any], said: str, tmp_path: Path) -> None:
    folder = study(tmp_path, {"shape": "cards"} | CARDS, FLAT)
    path = folder / "data" / "study.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").partition("read_in:")[0] + "read_in: " + json.dumps([declared]),
        encoding="utf-8",
    )
    with pytest.raises(StudyFileError) as told:
        study_file.read(folder)
    assert any(said in finding.message for finding in told.value.findings)


@pytest.mark.parametrize(
    ("show", "said"),
    [
        ("12 ({sd})", "a number stands in show"),
        ("mean", "names statistics in braces"),
        ("{mean", "names statistics in braces"),
    ],
)
def test_a_line_of_results_names_statistics_alone(show: str, said: str, tmp_path: Path) -> None:
    folder = study(tmp_path, CARDS, FLAT, displays=[TABLE | {"lines": [LINES[0] | {"show": show}]}])
    with pytest.raises(StudyFileError) as told:
        study_file.read(folder)
    assert said in told.value.findings[0].message


def test_a_line_that_names_no_result_says_which(tmp_path: Path) -> None:
    row = Row(
        result_id="a.n",
        analysis_id="a",
        variable="x",
        context="c",
        method="",
        stat_name="n",
        stat_label="n",
        stat=1,
        format_key="count",
    )
    given = study_file.read(
        study(tmp_path, CARDS, FLAT, displays=[TABLE | {"lines": [{"label": "One", "analysis": "b", "show": "{n}"}]}])
    )
    head = {"mode": "draft", "treatment": "real", "data_status": "real"}
    with pytest.raises(TrialpressError, match="tbl-cards: the line One: no result matches"):
        displays.make_all(given, ard.Results(head, [row]), tmp_path / "build")


# The lock, the board, and trace ---------------------------------------------------------------------------------------


def test_a_lock_covers_the_file_and_its_manifest(tmp_path: Path) -> None:
    folder = study(tmp_path, CARDS, FLAT)
    held = record.files(Order(folder), study_file.read(folder))
    assert {"data/cards.json", f"data/{MANIFEST}"} <= set(held)


def test_an_open_report_has_no_table_of_results(tmp_path: Path) -> None:
    given = study_file.read(study(tmp_path, CARDS, FLAT, displays=[TABLE]))
    assert pooled.pooled(given).displays == ()


def test_trace_says_from_which_file_and_on_which_data(tmp_path: Path) -> None:
    folder = study(tmp_path, CARDS, FLAT)
    given = study_file.read(folder)
    made = compute.draft(folder, given).results
    paper = Paper(given, made, {}, (), {}, True)
    told = lineage.follow(paper, "cards.age.summary.placebo.mean")
    assert [(file.name, file.sha256) for file in told.files] == [
        (name, sha256_of(folder / name)) for name in ("data/cards.json", "data/patients.csv")
    ]
    assert told.method == "read in from R (R 4.2.2, cards 0.9.0)"
