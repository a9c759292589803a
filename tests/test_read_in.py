"""Results of R or SAS, read in: sound ones print like ours; of other data, or not of our shape, they stop the build."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from report import ard
from report.analysis import compute
from report.checking import read_in
from report.errors import DataError, StudyFileError
from report.lock import record
from report.stages import Order
from report.study import file as study_file
from tests.conftest import copy_study, trialpress

FILE = "mmrm.json"
ROW = {
    "analysis_id": "jadas71.mmrm",
    "variable": "jadas71",
    "visit": "week8",
    "method": "mixed model for repeated measures",
    "stat_name": "estimate",
    "stat_label": "Mean change",
    "stat": -7.4567,
    "format_key": "fixed:1",
    "unit": "points",
}
P = {**ROW, "stat_name": "p.value", "stat_label": "P", "stat": 0.0123, "format_key": "p"}
SOFTWARE = {"R": "4.5.1", "mmrm": "0.3.15"}


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def given(folder: Path, *rows: Mapping[str, Any], **header: Any) -> Path:
    """Write a file as R would beside a study's data, and name it in the study file."""
    inputs = {name: sha256(folder / "data" / name) for name in ("assessments.csv", "participants.csv")}
    content = {"header": {"inputs": inputs, "software": SOFTWARE, **header}, "rows": list(rows)}
    (folder / "data" / FILE).write_text(json.dumps(content), encoding="utf-8")
    path = folder / "data" / "study.yaml"
    study = yaml.safe_load(path.read_text(encoding="utf-8"))
    study["read_in"] = [{"file": FILE, "from": "R"}]
    path.write_text(yaml.safe_dump(study, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copy_study("jia", tmp_path)


def read(folder: Path, treatment: Any = "real") -> read_in.Given:
    present = {f"data/{path.name}": sha256(path) for path in (folder / "data").glob("*.csv")}
    return read_in.read(folder / "data", study_file.read(folder), present, treatment)


def refused(folder: Path) -> DataError:
    with pytest.raises(DataError) as told:
        read(folder)
    return told.value


# Sound rows -----------------------------------------------------------------------------------------------------------


def test_a_row_becomes_one_of_ours_that_names_its_program(folder: Path) -> None:
    made = read(given(folder, ROW, P))
    assert [row.result_id for row in made.rows] == ["jadas71.mmrm.week8.estimate", "jadas71.mmrm.week8.p.value"]
    assert made.rows[0].stat == -7.4567
    assert made.rows[0].context == "read_in"
    assert made.rows[0].method == "mixed model for repeated measures; read in from R (R 4.5.1, mmrm 0.3.15)"
    assert made.fingerprints == {f"data/{FILE}": sha256(folder / "data" / FILE)}


def test_our_own_shape_is_read_as_it_is(folder: Path, tmp_path: Path) -> None:
    """A file that ``ard.write`` wrote, with its own ids, is a file to read in."""
    row = ard.Row(
        result_id="theirs.n", analysis_id="theirs", variable="age", context="summary", method="counted", stat_name="n",
        stat_label="n", stat=6, format_key="count",
    )  # fmt: skip
    inputs = {"data/participants.csv": sha256(folder / "data" / "participants.csv")}
    given(folder, ROW)
    ard.write(folder / "data" / FILE, ard.Results({"inputs": inputs, "software": SOFTWARE}, [row]))
    (made,) = read(folder).rows
    assert (made.result_id, made.stat, made.context) == ("theirs.n", 6, "read_in")


def test_templates_print_it_and_the_paper_names_its_program(folder: Path) -> None:
    given(folder, ROW, P)
    template = folder / "templates" / "50-discussion.qmd.j2"
    said = 'By the model it was {{ value("jadas71.mmrm", "estimate", visit="week8") }} ({{ p("jadas71.mmrm") }}).'
    template.write_text(f"{template.read_text(encoding='utf-8')}\n{said}\n", encoding="utf-8")
    for stage in ("results", "displays", "manuscript"):
        done = trialpress(stage, study=folder)
        assert done.returncode == 0, done.stderr
    source = (folder / "build" / "manuscript.qmd").read_text(encoding="utf-8")
    assert r'[−7\.5]{.result data-result="jadas71.mmrm.week8.estimate"}' in source
    assert "R\u00a04\\.5\\.1\\, mmrm\u00a00\\.3\\.15" in source
    results = ard.read(folder / "build" / "results.json")
    assert results.header["inputs"][f"data/{FILE}"] == sha256(folder / "data" / FILE)
    inputs = ["data/assessments.csv", "data/participants.csv"]
    told = {"from": "R", "software": SOFTWARE, "inputs": inputs, "analyses": ["jadas71.mmrm"]}
    assert results.header["read_in"] == {f"data/{FILE}": told}


def test_it_is_a_hole_where_a_query_is_open_on_its_data(folder: Path) -> None:
    path = folder / "data" / "assessments.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[1] = lines[1].rsplit(",", 1)[0] + ",many"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    given(folder, ROW)
    made = compute.draft(folder, study_file.read(folder))
    assert made.open
    row = made.results.by_id("jadas71.mmrm.week8.estimate")
    assert row.stat is None
    assert row.query


def test_without_files_to_read_in_the_results_do_not_speak_of_them(folder: Path) -> None:
    made = compute.draft(folder, study_file.read(folder)).results
    assert "read_in" not in made.header


def test_before_the_unblinding_its_values_are_hidden(folder: Path) -> None:
    given(folder, ROW, P)
    hidden = read(folder, "dummy")
    assert [row.stat for row in hidden.rows] == [None, None]
    assert hidden.fingerprints == {}
    assert read(folder, "pooled").rows == ()


# Other data -----------------------------------------------------------------------------------------------------------


def test_rows_of_other_data_stop_the_build_by_file_and_rows(folder: Path) -> None:
    given(folder, ROW, P)
    before = sha256(folder / "data" / "assessments.csv")
    path = folder / "data" / "assessments.csv"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    done = trialpress("results", study=folder)
    assert done.returncode == 1
    told = f"its 2 rows were computed on other data: data/assessments.csv had SHA-256 {before[:16]} then and has "
    assert f"data/{FILE}: {told}{sha256(path)[:16]} now [read-in-other-data]" in done.stderr
    assert "    jadas71.mmrm.week8.estimate\n    jadas71.mmrm.week8.p.value\n" in done.stderr
    assert "-> run the program again on the data that are there now" in done.stderr
    assert not (folder / "build" / "results.json").exists()


def test_at_most_ten_rows_are_named(folder: Path) -> None:
    rows = [{**ROW, "variable_level": f"l{number}"} for number in range(25)]
    told = refused(given(folder, *rows, inputs={"assessments.csv": "0" * 64}))
    (finding,) = told.findings
    assert len(finding.cases) == 10
    assert "    and 15 more" in finding.lines()


def test_a_file_of_another_study_stops_the_build(folder: Path) -> None:
    told = refused(given(folder, ROW, inputs={"patients.csv": "0" * 64}))
    assert told.findings[0].message == "its row was computed on other data: data/patients.csv is no file of this study"


# What is not of our shape ---------------------------------------------------------------------------------------------

SHAPES: dict[str, tuple[Callable[[Path], object], str]] = {
    "no file": (lambda path: path.unlink(), "there is no such file"),
    "no JSON": (lambda path: path.write_text("estimate,1"), "this is not JSON (line 1"),
    "not UTF-8": (lambda path: path.write_bytes("é".encode("latin-1")), "this is not UTF-8 text"),
    "no header": (lambda path: path.write_text('[{"stat": 1}]'), "it has no header"),
    "no manifest": (
        lambda path: path.write_text('{"header": {"software": {"R": "4"}}, "rows": [{}]}'),
        "its header has no inputs: each data file with its SHA-256 was expected",
    ),
    "an empty manifest": (
        lambda path: path.write_text('{"header": {"inputs": {}, "software": {"R": "4"}}, "rows": [{}]}'),
        "its header has no inputs",
    ),
    "no software": (
        lambda path: path.write_text('{"header": {"inputs": {"a.csv": "0"}}, "rows": [{}]}'),
        "its header has no software",
    ),
    "no rows": (
        lambda path: path.write_text('{"header": {"inputs": {"a.csv": "0"}, "software": {"R": "4"}}, "rows": []}'),
        "rows must be a list of results",
    ),
    "no number": (lambda path: path.write_text(path.read_text().replace("-7.4567", "NaN")), "it holds NaN"),
}


@pytest.mark.parametrize("what", SHAPES)
def test_a_file_of_another_shape_is_refused(what: str, folder: Path) -> None:
    spoil, words = SHAPES[what]
    spoil(given(folder, ROW) / "data" / FILE)
    (finding,) = refused(folder).findings
    assert finding.where == f"data/{FILE}"
    assert finding.message.startswith(words)


ROWS: dict[str, tuple[dict[str, Any], str]] = {
    "an unknown column": ({"estimate": 1}, "there is no column estimate"),
    "no analysis": ({"analysis_id": ""}, "analysis_id must be given"),
    "a number for a text": ({"unit": 3}, "unit must be text"),
    "an unknown visit": ({"visit": "week9"}, "visit must be one of baseline"),
    "an unknown arm": ({"group1": "arm", "group1_level": "placebo"}, "group1 must be arm, with group1_level one of"),
    "an arm without a group": ({"group1_level": "msc"}, "group1 must be arm, with group1_level one of"),
    "a participant": ({"group1": "participant", "group1_level": "P1"}, "a row of single participants is not read in"),
    "an individual": ({"disclosure": "individual"}, "a row of single participants is not read in"),
    "an unknown format": ({"format_key": "money"}, "format_key must be text, or one of count"),
    "decimals that are none": ({"format_key": "fixed:x"}, "format_key must be text, or one of count"),
    "a text for a number": ({"stat": "7"}, "stat must be a number where format_key is fixed"),
    "true for a number": ({"stat": True}, "stat must be a number where format_key is fixed"),
    "nothing": ({"stat": None}, "a row without a value must give its reason"),
    "a per cent": (
        {"stat": 45, "format_key": "percent:6"},
        "stat must lie between 0 and 1 where format_key is percent",
    ),
    "half a child": ({"stat": 2.5, "format_key": "count"}, "stat must be a whole number of at least 0"),
    "a text that cannot be printed": ({"stat": "a\u0007", "format_key": "text"}, "stat: "),
    "an id that cannot be a name": ({"result_id": 'x"} 99'}, "result_id must be made of letters"),
    "a failure": ({"error": "singular"}, "error and query must be empty"),
}


@pytest.mark.parametrize("what", ROWS)
def test_a_row_that_is_not_one_of_ours_is_refused_by_its_name(what: str, folder: Path) -> None:
    changed, words = ROWS[what]
    told = refused(given(folder, P, {**ROW, **changed}))
    (finding,) = told.findings
    assert finding.code == "read-in-row"
    assert finding.message.startswith(words)
    assert len(finding.cases) == 1


def test_a_row_without_a_value_gives_its_reason(folder: Path) -> None:
    (row,) = read(given(folder, {**ROW, "stat": None, "reason": "the model did not converge"})).rows
    assert (row.stat, row.reason) == (None, "the model did not converge")


def test_all_faults_are_told_at_once(folder: Path) -> None:
    told = refused(given(folder, {**ROW, "visit": "week9", "stat": "7"}, inputs={"assessments.csv": "0" * 64}))
    assert len(told.findings) == 3
    assert "3 faults; nothing was built" in told.message


def test_two_rows_of_one_name_are_refused(folder: Path) -> None:
    told = refused(given(folder, ROW, ROW))
    assert told.findings[0].cases == (f"jadas71.mmrm.week8.estimate, in data/{FILE} and in data/{FILE}",)


def test_a_result_that_we_compute_is_not_read_in(folder: Path) -> None:
    given(folder, {**ROW, "result_id": "disposition.enrolled.n", "stat": 7, "format_key": "count"})
    with pytest.raises(DataError) as told:
        compute.draft(folder, study_file.read(folder))
    assert told.value.findings[0].cases == ("disposition.enrolled.n",)
    assert "computes these results itself" in told.value.findings[0].message


# The study file and the lock ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["mmrm.csv", "../mmrm.json", "sub/mmrm.json", ".json"])
def test_the_study_file_names_a_file_beside_the_data(name: str, folder: Path) -> None:
    path = given(folder, ROW) / "data" / "study.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(FILE, name), encoding="utf-8")
    with pytest.raises(StudyFileError) as told:
        study_file.read(folder)
    assert "read_in" in told.value.findings[0].where
    assert "ends in .json was expected" in told.value.findings[0].message


def test_the_study_file_names_a_file_once(folder: Path) -> None:
    path = given(folder, ROW) / "data" / "study.yaml"
    entry = f"- file: {FILE}\n  from: R\n"
    text = path.read_text(encoding="utf-8")
    assert entry in text
    path.write_text(text.replace(entry, entry * 2), encoding="utf-8")
    with pytest.raises(StudyFileError) as told:
        study_file.read(folder)
    assert "stands twice in read_in" in told.value.findings[0].message


def test_a_lock_covers_what_is_read_in(folder: Path) -> None:
    given(folder, ROW)
    order, study = Order(folder), study_file.read(folder)
    signature = record.Signature("Ada Byron", "data manager", "review")
    lock = record.make(order, study, 1, "soft", signature, "2026-01-01T00:00:00Z")
    assert lock.hashes[f"data/{FILE}"] == sha256(folder / "data" / FILE)
    assert record.mismatches(order, study, lock) == []
    given(folder, {**ROW, "stat": -7.5})
    (finding,) = record.mismatches(order, study, lock)
    assert (finding.code, finding.where) == ("lock-changed-file", f"data/{FILE}")
    assert "7.5" not in " ".join(finding.lines())


# R --------------------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="needs R")
def test_the_lines_of_the_documentation_write_such_a_file(folder: Path) -> None:
    page = (Path(__file__).parent.parent / "docs" / "read-in.md").read_text(encoding="utf-8")
    code = page.partition("```r\n")[2].partition("```")[0]
    given(folder, ROW)
    done = subprocess.run(["Rscript", "-"], input=code, cwd=folder, capture_output=True, text=True, check=False)
    if "there is no package called" in done.stderr:
        pytest.skip("needs jsonlite")
    assert done.returncode == 0, done.stderr
    assert read(folder).rows
