"""Faults of the study file: each with its line and what would do; all of them at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from report.study import file as study_file
from report.errors import StudyFileError
from tests.conftest import STUDIES, trialpress


def broken(folder: Path, *changes: tuple[str, str]) -> StudyFileError:
    """Return what is said of the JIA study file after some replacements, each of which must apply once."""
    text = (STUDIES["jia"] / "data" / "study.yaml").read_text(encoding="utf-8")
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
        ("format: 1", "format: 2", "Input should be 1", ""),
        ("decimals: 1\n    source", "decimals: 9\n    source", "less than or equal to 6", ""),
        ("data_status: reconstruction", "data_status: invented", "came: 'invented'", ""),
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
    text = (STUDIES["jia"] / "data" / "study.yaml").read_text(encoding="utf-8")
    line = next(n for n, content in enumerate(text.splitlines(), 1) if "against: baseline" in content)
    fault = broken(tmp_path, ("against: baseline", "against: nowhere"))
    assert fault.findings[0].where == f"data/study.yaml:{line}: endpoints.0.against"


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
    text = (STUDIES["jia"] / "data" / "study.yaml").read_text(encoding="utf-8")
    (tmp_path / "data").mkdir()
    path = tmp_path / "data" / "study.yaml"
    path.write_text(
        text.replace('short_title: "MSC in refractory JIA"', "short_title: no").replace("id: NTR4146", "id: 2019-01-01")
    )
    study = study_file.read(tmp_path)
    assert study.study.short_title == "no" and study.study.registrations[0].id == "2019-01-01"
