"""The R code that explains a result gives that result: run by R on the data files, for every result of both studies.

Without R these tests are skipped, and only the lists of methods and phrases are held against each other.
"""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from report.analysis import compute
from report.analysis.all_methods import METHOD_FAMILIES
from report.analysis.basis.methods import REGISTRY
from report.analysis.people.derivations import derive
from report.ard import Row
from report.study import file as study_file
from report.study.endpoints import METHODS as NAMED
from report.tracing import phrases, r_code, r_rules, subjects
from report.tracing.papers import Paper
from report.tracing.r_analyses import ANALYSES
from report.tracing.r_methods import METHODS
from report.tracing.r_rules import Rule
from tests import derived
from tests.conftest import copy_study

PACKAGES = ("exactRankTests", "coin")
CLOSE = 1e-8  # of the value, or of 1 where it is smaller
ENDS = "print(result, digits = 15)"


def has_r() -> bool:
    if not shutil.which("Rscript"):
        return False
    asked = " && ".join(f'requireNamespace("{name}", quietly = TRUE)' for name in PACKAGES)
    done = subprocess.run(["Rscript", "-e", f"cat({asked})"], capture_output=True, text=True, check=False, timeout=60)
    return done.stdout.strip() == "TRUE"


needs_r = pytest.mark.skipif(not has_r(), reason=f"needs R with the packages {', '.join(PACKAGES)}")


def run_r(scripts: dict[str, str], folder: Path) -> dict[str, str]:
    """Run many scripts in one R, each by itself; return what each gives, with all its digits, or its error."""
    parts = [
        f"of.script <- tryCatch(local({{\n{text.replace(ENDS, 'result')}\n}}), error = conditionMessage)\n"
        f'cat({json.dumps(name)}, if (is.numeric(of.script)) sprintf("%.17g", of.script) else as.character(of.script), sep = "\\t")\n'
        'cat("\\n")'
        for name, text in scripts.items()
    ]
    path = folder / "all.R"
    path.write_text("options(warn = 2)\n" + "\n".join(parts), encoding="utf-8")
    done = subprocess.run(["Rscript", path.name], cwd=folder, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stderr[-2000:]
    return dict(line.split("\t", 1) for line in done.stdout.splitlines() if "\t" in line)


def agree(stat: Any, given: str) -> bool:
    if isinstance(stat, bool):
        return given == str(stat).upper()
    if isinstance(stat, str):
        return given == stat
    try:
        return abs(float(given) - stat) <= CLOSE * max(1.0, abs(stat))
    except ValueError:
        return False


def held(paper: Paper, rows: Iterable[Row], folder: Path) -> int:
    """Run the code of these rows, compare each with its row, and return how many there were."""
    codes = {row.result_id: r_code.r_code(paper, row).text for row in rows}
    codes = {name: text for name, text in codes.items() if text}
    given = run_r(codes, folder)
    wrong = [
        (name, paper.results.by_id(name).stat, given.get(name))
        for name in codes
        if not agree(paper.results.by_id(name).stat, given.get(name, ""))
    ]
    assert not wrong, wrong[:20]
    return len(codes)


# the lists -------------------------------------------------------------------------------------------------------------


def test_every_method_of_the_registry_has_r_code_and_no_other() -> None:
    assert METHOD_FAMILIES  # importing them fills the registry
    assert set(METHODS) == set(REGISTRY) == set(NAMED)


def test_every_rule_has_r_code_or_is_named_as_one_without() -> None:
    rules = {each.model_fields["rule"].annotation.__args__[0] for each in every_rule()}
    assert set(r_rules.NOT_WRITTEN_OUT) <= set(every_rule())
    assert rules == {*WRITTEN, "visit_window"}


def every_rule() -> list[Any]:
    from report.study.derivations import AnyDerivation

    return list(AnyDerivation.__origin__.__args__)


@pytest.mark.parametrize("name", ["jia", "indomethacin"])
def test_every_number_has_r_code_and_every_statistic_a_phrase(read: dict[str, Paper], name: str) -> None:
    paper = read[name]
    for row in paper.results:
        of = subjects.subject(paper.study, row)
        code = r_code.r_code(paper, row)
        assert code.text or code.reason != "nothing is computed for it", row.result_id
        if row.context not in ("queries", "waiver"):
            assert phrases.phrase(of.kind, of.use.method if of.use else "", row.stat_name), row.result_id
            assert of.kind in (*ANALYSES, "endpoint")


def test_every_method_has_phrases_and_no_other() -> None:
    assert set(phrases.OF_METHODS) == set(REGISTRY)


# R ---------------------------------------------------------------------------------------------------------------------


@needs_r
@pytest.mark.parametrize("name", ["jia", "indomethacin"])
def test_r_gives_every_result_of_the_paper(
    read: dict[str, Paper], name: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    folder = tmp_path / "study"
    shutil.copytree(request.getfixturevalue(name).folder / "data", folder / "data")
    assert held(read[name], read[name].results, folder) > 800


CHANGES: dict[str, tuple[str, Callable[[str], str]]] = {
    "zeros after Pratt": ("jia", lambda text: text.replace("zeros: drop", "zeros: pratt")),
    "the table of days": ("jia", lambda text: text.replace("table: participants", "table: days")),
    "another level": ("jia", lambda text: text.replace("confidence: 0.95", "confidence: 0.9")),
    "no second treatment": ("jia", lambda text: text.replace(", until: second_infusion", "")),
    "a difference over strata": ("indomethacin", lambda text: text.replace("measure: ratio", "measure: difference")),
    "Koopman's interval": (
        "indomethacin",
        lambda text: re.sub(r"(risk_ratio|relative_risk_reduction)(.*)miettinen_nurminen", r"\1\2koopman", text),
    ),
    "another reference": ("indomethacin", lambda text: text.replace("reference: placebo", "reference: indomethacin")),
}


GAPS = {"jia": ("assessments.csv", 10, "vas_wellbeing"), "indomethacin": ("patients.csv", 3, "outcome")}


def with_a_gap(data: Path, file: str, line: int, column: str) -> None:
    """Take one value out of a file."""
    rows = list(csv.DictReader((data / file).read_text(encoding="utf-8").splitlines()))
    assert rows[line][column]
    rows[line][column] = ""
    with (data / file).open("w", encoding="utf-8", newline="") as written:
        writer = csv.DictWriter(written, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


@needs_r
@pytest.mark.parametrize("what", CHANGES)
def test_r_gives_what_other_arguments_give(what: str, tmp_path: Path) -> None:
    """Every argument that a method takes and neither paper gives it, one participant's score missing, too."""
    name, change = CHANGES[what]
    folder = copy_study(name, tmp_path / "study")
    path = folder / "data" / "study.yaml"
    text = path.read_text(encoding="utf-8")
    assert change(text) != text
    path.write_text(change(text), encoding="utf-8")
    with_a_gap(folder / "data", *GAPS[name])
    study = study_file.read(folder)
    results = compute.draft(folder, study).results
    paper = Paper(study, results, {}, (), {}, True)
    kinds = ("endpoint", "subgroup") if what == "another reference" else ("endpoint",)
    rows = [row for row in results if subjects.subject(study, row).kind in kinds]
    assert held(paper, rows, folder) > 50


PEOPLE = """\
id,born,started,last,weight,other
P1,2010-02-28,2020-03-01,2020-04-01,30.5,1.25
P2,2008-02-29,2020-03-02,,41,2
P3,2012-12-31,,2020-03-09,22.15,3
P4,,2020-02-29,2020-03-31,,
"""
EXAMS = """\
id,visit,seen,other,physician,patient,chaq,active,limited,esr,crp
P1,W0,2020-02-28,5,4.25,68,1.5,4,7,8,15
P1,W8,2020-04-26,4,2.5,40,1,1,3,8,9
P1,W12,2020-05-24,,0,0,0,0,0,,10.5
P2,W0,2020-03-02,0,6,0,2,80,9,150,200
P2,W8,2020-04-27,1,4.2,1,1.4,28,9,100,
P2,,2020-05-02,7,3,30,1,10,5,20,10
P3,W0,2020-03-01,9,8,90,,12,12,21,11
P3,W8,2020-05-01,3,2,20,1,3,2,,5
P4,W8,2020-04-25,2,1,10,0.5,1,1,10,1
"""
LABS = """\
id,no,taken,value
P1,1,2020-02-20,1.5
P1,2,2020-02-29,2.5
P1,3,2020-02-29,
P1,4,2020-03-02,4.5
P2,1,2020-03-02,5.5
P2,2,2020-03-02,6.5
P3,1,2020-01-01,7.5
P4,2,2020-02-28,8.5
P4,3,2020-05-31,9.25
"""
WRITTEN: dict[str, list[dict[str, Any]]] = {
    "sum": [
        {"rule": "sum", "resolution": 0.1, "terms": [{"column": "physician"}, {"column": "patient", "subtract": 5, "divide": 10, "at_least": 0, "at_most": 6}]},
        {"rule": "sum", "resolution": 0.5, "prorate_from": 2, "terms": [{"column": "chaq"}, {"column": "esr"}, {"column": "weight"}]},
    ],
    "jadas": [{**derived.JADAS, "joints": 71, "esr": "esr"}, {**derived.JADAS, "joints": 27, "crp": "crp"}, {**derived.JADAS, "joints": 10}],
    "acr_pedi": [{"rule": "acr_pedi", "improvement": n, "against": "start", **derived.CORE} for n in (30, 70, 100)],
    "baseline": [
        {"rule": "baseline", "variable": "other", "at": "start", "resolution": 0.1},
        {"rule": "baseline", "variable": "value", "dataset": "labs", "resolution": 0.5},
    ],
    "change": [{"rule": "change", "variable": "other", "baseline": "physician", "resolution": 0.5}],
    "percent_change": [{"rule": "percent_change", "variable": "physician", "baseline": "other", "resolution": 0.1}],
    "category": [{"rule": "category", "variable": "physician", "breaks": [2, 4.25], "levels": {"low": "Low", "mid": "Middle", "high": "High"}}],
    "condition": [
        {"rule": "condition", "where": {"and": [{"variable": "esr", "comparator": "LE", "value": 20}, {"not": {"variable": "crp", "comparator": "IN", "value": [9, 11]}}]}},
        {"rule": "condition", "where": {"or": [{"variable": "esr", "comparator": "EQ", "value": None}, {"variable": "visit", "comparator": "NOTIN", "value": ["W0", "W8"]}]}},
        {"rule": "condition", "where": {"variable": "seen", "comparator": "GT", "value": "2020-04-26"}},
    ],
    "study_day": [{"rule": "study_day", "date": "seen"}],
    "age": [{"rule": "age", "birth": "born", "on": "seen"}],
    "time_between": [{"rule": "time_between", "first": "started", "last": "seen", "unit": unit} for unit in ("days", "weeks", "months", "years")],
    "treatment_emergent": [
        {"rule": "treatment_emergent", "onset": "taken", "dataset": "labs"},
        {"rule": "treatment_emergent", "onset": "taken", "dataset": "labs", "last": "last", "within_days": 30},
    ],
    "period": [{"rule": "period", "date": "seen", "periods": {"early": {"label": "Early", "first": -5, "last": 0}, "late": {"label": "Late", "first": 1, "last": 57}}}],
}  # fmt: skip


@needs_r
@pytest.mark.parametrize("rule", WRITTEN)
def test_r_derives_what_the_rule_derives(rule: str, tmp_path: Path) -> None:
    """Values that are missing, visits that nobody knows, births on 29 February, halves: as the analysis has them."""
    (tmp_path / "data").mkdir()
    for name, text in {"people": PEOPLE, "exams": EXAMS, "labs": LABS}.items():
        (tmp_path / "data" / f"{name}.csv").write_text(text, encoding="utf-8")
    for given in WRITTEN[rule]:
        study = derived.study(made=given)
        made = study.derivations["made"]
        cells = derive(study, derived.frames(study, people=PEOPLE, exams=EXAMS, labs=LABS))[made.dataset]["made"]
        wanted = ["NA" if cell != cell or cell is None else cell for cell in cells.astype(object)]
        assert [str(cell) for cell in wanted] == [
            _like(cell, text) for cell, text in zip(wanted, in_r(study, tmp_path), strict=True)
        ], given
        assert len({str(cell) for cell in wanted}) > 1, "all values are the same: the case says nothing"


def _like(cell: object, text: str) -> str:
    """Return R's value as the row's where both are the same number."""
    try:
        return str(cell) if isinstance(cell, float) and abs(float(text) - cell) <= CLOSE else text
    except ValueError:
        return text


def in_r(study: Any, folder: Path) -> list[str]:
    from report.tracing.r_script import Script

    script, made = Script(study), study.derivations["made"]
    text = "\n".join(script.lines(script.variable(made.dataset, "made")))
    assert Rule(study, "made").is_written_out
    path = folder / "rule.R"
    shown = 'writeLines(ifelse(is.na(result), "NA", if (is.numeric(result)) sprintf("%.17g", result) else result))'
    path.write_text("options(warn = 2)\n" + text.replace(ENDS, shown), encoding="utf-8")
    done = subprocess.run(["Rscript", path.name], cwd=folder, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr + text
    return done.stdout.splitlines()


def test_a_rule_that_is_not_written_out_is_said_so() -> None:
    study = derived.study(made=derived.WINDOW)
    (first, second) = Rule(study, "made").lines()
    assert (
        first.startswith("# derive the column made of labs first, by the rule visit_window") and "stopifnot" in second
    )


def test_files_of_another_format_are_read_as_they_are_written() -> None:
    from report.tracing.r_script import Script

    study = derived.study()
    labs = study.datasets["labs"]
    other = labs.model_copy(
        update={
            "format": labs.format.model_copy(
                update={"separator": "semicolon", "decimal": "comma", "date": "DD.MM.YYYY"}
            )
        }
    )
    script = Script(study.model_copy(update={"datasets": {**study.datasets, "labs": other}}))
    script.variable("labs", "taken")
    text = "\n".join(script.lines(script.variable("labs", "value")))
    assert (
        'read.csv("data/labs.csv", sep = ";"' in text and 'as.numeric(sub(",", ".", labs$value, fixed = TRUE))' in text
    )
    assert 'as.Date(labs$taken, "%d.%m.%Y")' in text


def test_the_data_of_the_rules_are_tables() -> None:
    for text in (PEOPLE, EXAMS, LABS):
        head, *rows = csv.reader(text.splitlines())
        assert all(len(row) == len(head) for row in rows)
