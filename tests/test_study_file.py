"""Faults of the study file: each with its line and what would do; all of them at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from report.errors import StudyFileError
from report.study import file as study_file
from tests.conftest import trialpress
from tests.corpus.changes import HERE

SINGLE = HERE / "single" / "study.yaml"


def broken(folder: Path, *changes: tuple[str, str]) -> StudyFileError:
    """Return what is said of a small study's file after some replacements, each at its first place."""
    text = SINGLE.read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) >= 1, old
        text = text.replace(old, new, 1)
    (folder / "data").mkdir()
    (folder / "data" / "study.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(StudyFileError) as caught:
        study_file.read(folder)
    return caught.value


@pytest.mark.parametrize(
    ("old", "new", "told", "remedy"),
    [
        ("  title: ", "  titel: ", "titel is not a key here", "did you mean title?"),
        ("  short_title: ", "  # ", "short_title is missing", ""),
        ("kind: single_arm", "kind: single-arm", "came: 'single-arm'", "did you mean single_arm?"),
        ("against: baseline", "against: basline", "there is no visit named basline", "did you mean baseline?"),
        ("population: treated", "population: trated", "there is no population named trated", "did you mean treated?"),
        ("{variable: jadas71, summary", "{variable: jadas17, summary", "no variable named jadas17", "jadas71?"),
        ("endpoint: jadas71_week8", "endpoint: jadas_week8", "there is no endpoint named", "jadas71_week8?"),
        ("affiliations: [site]", "affiliations: [sight]", "there is no affiliation named sight", "one of: site"),
        ("resolution: 0.1\n    joints", "resolution: 0.0000001\n    joints", "at most 6 decimals", ""),
        ("data_status: dummy", "data_status: invented", "came: 'invented'", ""),
        ("  status_note: ", "  # status_note: ", "status_note is required", ""),
        ("language: en-GB", "language: en-GB\nlanguage: de", "this key stands twice", ""),
    ],
)
def test_fault(tmp_path: Path, old: str, new: str, told: str, remedy: str) -> None:
    fault = broken(tmp_path, (old, new))
    lines = "\n".join(fault.lines())
    assert told in lines and remedy in lines
    assert fault.findings[0].where.startswith("data/study.yaml:")


def test_the_line_is_that_of_the_fault(tmp_path: Path) -> None:
    text = SINGLE.read_text(encoding="utf-8")
    line = next(n for n, content in enumerate(text.splitlines(), 1) if content == "    visit: week8")
    fault = broken(tmp_path, ("    visit: week8\n", "    visit: nowhere\n"))
    assert fault.findings[0].where == f"data/study.yaml:{line}: endpoints.jadas71_week8.visit"


def test_all_faults_at_once(tmp_path: Path) -> None:
    fault = broken(tmp_path, ("kind: single_arm", "kind: x"), ("  title: ", "  titel: "), ("day: 0", "day: soon"))
    assert len(fault.findings) >= 3 and f"{len(fault.findings)} faults" in fault.message


@pytest.mark.parametrize("text", ["", "a: [1", "- just\n- a list\n", "\t{", "plain words", "a: &x [*x]\n", "\x00"])
def test_what_is_no_study_file_at_all(tmp_path: Path, text: str) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "study.yaml").write_text(text, encoding="utf-8")
    done = trialpress("report", study=tmp_path)
    assert done.returncode == 1 and "data/study.yaml" in done.stderr and "Traceback" not in done.stderr, done.stderr


def test_no_study_file(tmp_path: Path) -> None:
    done = trialpress("check", study=tmp_path)
    assert done.returncode == 1 and "there is no data/study.yaml in this folder" in done.stderr


def test_yaml_words_stay_words(tmp_path: Path) -> None:
    """``no`` and ``2019-01-01`` are text where text is asked for (YAML 1.2)."""
    text = SINGLE.read_text(encoding="utf-8")
    (tmp_path / "data").mkdir()
    path = tmp_path / "data" / "study.yaml"
    path.write_text(
        text.replace('short_title: "Infusions in JIA"', "short_title: no").replace(
            "id: 2012-000000-10", "id: 2019-01-01"
        )
    )
    study = study_file.read(tmp_path)
    assert study.study.short_title == "no" and study.study.registrations[0].id == "2019-01-01"


OLD = """format: 1
study: {id: old, title: Old, short_title: Old, data_status: dummy, status_note: invented, data_cutoff: 2020-12-31}
authors: [{name: Nobody}]
design: {kind: single_arm, randomised: false, arms: [{id: only, label: Only}]}
datasets:
  people:
    file: people.csv
    participant: id
    columns:
      id: {type: text, required: true}
      weight: {type: number, decimals: 1}
      height: {type: number, decimals: 2}
      age: {type: integer}
derived:
  both:
    {dataset: people, label: Both, decimals: 2, sum: [{column: weight}, {column: height, divide: 10}]}
populations: {everyone: {label: Everyone, dataset: people}}
"""


def old(folder: Path, text: str) -> Path:
    """Write a study file of format 1."""
    (folder / "data").mkdir()
    (folder / "data" / "study.yaml").write_text(text, encoding="utf-8")
    return folder


def test_a_study_file_of_format_1_is_read_as_format_2(tmp_path: Path) -> None:
    study = study_file.read(old(tmp_path, OLD))
    columns = study.datasets["people"].columns
    assert (study.format, columns["weight"].resolution, columns["height"].resolution) == (2, 0.1, 0.01)
    both = study.derivations["both"]
    assert both.rule == "sum" and both.resolution == 0.01 and [t.column for t in both.terms] == ["weight", "height"]


@pytest.mark.parametrize(
    ("old_text", "new_text", "told", "line"),
    [
        ("column: height", "column: hight", "named hight", 16),
        ("decimals: 2, sum", "decimals: 9, sum", "decimals is not a key here", 16),
        ("{type: number, decimals: 1}", "{type: number, decimal: 1}", "decimal is not a key here", 11),
        ("sum: [", "som: [", "som is not a key here", 16),
    ],
)
def test_a_fault_of_an_old_study_file_has_its_own_line(
    tmp_path: Path, old_text: str, new_text: str, told: str, line: int
) -> None:
    assert OLD.count(old_text) == 1
    with pytest.raises(StudyFileError) as caught:
        study_file.read(old(tmp_path, OLD.replace(old_text, new_text)))
    assert any(told in f.message and f":{line}:" in f.where for f in caught.value.findings), caught.value.lines()


def test_what_only_a_person_can_carry_over_is_asked_for(tmp_path: Path) -> None:
    """Format 1 said that an endpoint was prespecified, and not where: nobody but its authors can say."""
    text = OLD + "endpoints:\n  - {id: x, prespecified: true}\n"
    with pytest.raises(StudyFileError) as caught:
        study_file.read(old(tmp_path, text))
    (found,) = caught.value.findings
    assert found.code == "study-format" and ":19:" in found.where and "write specified_in" in found.remedy


@pytest.mark.parametrize("given", ["3", "0", "2.5", "true", "two"])
def test_a_format_of_another_version_is_refused_with_the_way_to_go(tmp_path: Path, given: str) -> None:
    with pytest.raises(StudyFileError, match="is not one that this version reads") as caught:
        study_file.read(old(tmp_path, OLD.replace("format: 1", f"format: {given}")))
    assert "write format: 2" in caught.value.remedy
