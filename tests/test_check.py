"""Faults of the data: file, column, line, what was expected; nothing is built and nothing of a patient is shown."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from report.__main__ import main
from tests.conftest import copy_study, trialpress

ASSESSMENTS, PARTICIPANTS, EVENTS = "assessments.csv", "participants.csv", "adverse_events.csv"
VISITS = "W0, W2, W4, W8, W12, W18, W26, W39, W52"


def faulty(folder: Path, file: str, old: str, new: str) -> Path:
    """Return a copy of the JIA study after one replacement in a data file."""
    study = copy_study("jia", folder)
    path = study / "data" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return study


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "where", "told"),
    [
        (ASSESSMENTS, ",84,48", ",8o,48", "data-integer", "assessments.csv, column esr", "line 11: '8o'"),
        (ASSESSMENTS, ",84,48", ",8.4,48", "data-integer", "column esr", "line 11: '8.4'"),
        (ASSESSMENTS, "5.0,76", '"5,0",76', "data-number", "column physician_global", "line 11: '5,0'"),
        (ASSESSMENTS, "5.0,76", "50,76", "data-range", "column physician_global", "a value from 0 to 10 was expected"),
        (ASSESSMENTS, "5.0,76", "nan,76", "data-number", "column physician_global", "line 11: 'nan'"),
        (ASSESSMENTS, "5.0,76", "inf,76", "data-number", "column physician_global", "line 11: 'inf'"),
        (ASSESSMENTS, "5.0,76", "1e1000000,76", "data-number", "column physician_global", "line 11: '1e1000000'"),
        (ASSESSMENTS, "5.0,76", "5.05,76", "data-resolution", "column physician_global", "line 11: '5.05'"),
        (ASSESSMENTS, "1.750,46", "1.700,46", "data-resolution", "column chaq", "line 11: '1.700'"),
        (ASSESSMENTS, "84,48,no", "84,48,No", "data-category", "column systemic_features", "line 11: 'No'"),
        (ASSESSMENTS, "J06,W8", "J60,W8", "data-orphan", "assessments.csv, column participant", "line 50"),
        (ASSESSMENTS, "2013-06-17", "2103-06-17", "data-date-late", "column date", "the data cut-off 2016-12-31"),
        (ASSESSMENTS, "84,48,no,no", "84,48,no", "data-uneven", "assessments.csv", "line 11"),
        (ASSESSMENTS, "2013-06-17", "17-06-2013", "data-date", "column date", "line 11: '17-06-2013'"),
        (ASSESSMENTS, "2013-06-17", "2013-02-30", "data-date", "column date", "line 11: '2013-02-30'"),
        (ASSESSMENTS, "J02,W0", "J02,W00", "data-category", "column visit", f"one of {VISITS} was expected"),
        (ASSESSMENTS, "J02,W0", "J01,W0", "data-key-twice", "assessments.csv", "line 2"),
        (ASSESSMENTS, "J02,W0", ",W0", "data-key-missing", "assessments.csv", "line 11"),
        (ASSESSMENTS, "esr,", "bse,", "data-missing-column", "assessments.csv", "missing column: esr"),
        (ASSESSMENTS, "esr,", "bse,", "data-extra-column", "assessments.csv", "does not declare: bse"),
        (PARTICIPANTS, "J03,M", "J03,X", "data-category", "participants.csv, column sex", "line 4: 'X'"),
        (PARTICIPANTS, "13.4", "", "data-required", "column age", "line 4: empty"),
        (PARTICIPANTS, "13.4", "34", "data-range", "column age", "line 4: '34'"),
        (EVENTS, "J02,4", "J20,4", "data-orphan", "adverse_events.csv, column participant", "line 11"),
        (EVENTS, "J02,4", "J02,3", "data-key-twice", "adverse_events.csv", "line 10"),
        (EVENTS, "rash,2014-07-26", "rush,2014-07-26", "data-category", "column term", "line 31: 'rush'"),
        (EVENTS, "2014-10-29,yes", "2014-10-29,", "data-required", "column serious", "line 37: empty"),
        (EVENTS, "2014-10-29", "29-10-2014", "data-date", "adverse_events.csv, column onset", "line 37: '29-10-2014'"),
    ],
)
def test_fault(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], file: str, old: str, new: str, code: str, where: str, told: str
) -> None:
    """Refused with words, and no defect of our own; the next test sees it in a process of its own."""
    assert main(["check", "--study", str(faulty(tmp_path, file, old, new))]) == 1
    lines = capsys.readouterr().err
    assert f"[{code}]" in lines and where in lines and told in lines and "->" in lines and "defect" not in lines


def test_all_faults_at_once(tmp_path: Path) -> None:
    study = faulty(tmp_path, ASSESSMENTS, "J02,W0,2013-06-17,5.0,76", "J02,W0,17/6/13,five,760")
    done = trialpress("check", study=study)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert re.search(r"^the check has 3 findings; build/queries.xlsx lists them, row by row$", done.stderr, re.M)


def test_a_reported_number_of_too_many_digits(tmp_path: Path) -> None:
    study = copy_study("indomethacin", tmp_path)
    path = study / "data" / "reported.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",,799,", f",,{'7' * 5000},"), encoding="utf-8")
    done = trialpress("check", study=study)
    assert done.returncode == 1 and "data-reported" in done.stderr and "defect" not in done.stderr


def test_an_optional_column_may_be_empty(tmp_path: Path) -> None:
    """Nobody had had tocilizumab: the column is there and holds nothing."""
    study = faulty(tmp_path, PARTICIPANTS, ",2014-08-25,", ",,")
    lines = (study / "data" / PARTICIPANTS).read_text(encoding="utf-8").splitlines()
    assert lines[0].split(",")[9] == "tocilizumab_stopped" and not any(line.split(",")[9] for line in lines[1:])
    done = trialpress("check", study=study)
    assert (done.returncode, done.stderr) == (0, "")


def test_at_most_ten_cases(tmp_path: Path) -> None:
    study = copy_study("indomethacin", tmp_path)
    path = study / "data" / "patients.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("1_female", "woman"), encoding="utf-8")
    done = trialpress("check", study=study)
    assert done.stderr.count("'woman'") == 10 and "and 466 more" in done.stderr  # 476 women in the file


def test_a_file_that_is_not_there_or_not_text(tmp_path: Path) -> None:
    study = copy_study("jia", tmp_path)
    (study / "data" / PARTICIPANTS).unlink()
    (study / "data" / ASSESSMENTS).write_bytes(b"participant,visit\xff\xfe\n")
    done = trialpress("check", study=study)
    assert done.returncode == 1
    assert "data/participants.csv: there is no such file" in done.stderr
    assert "data/assessments.csv: this is not UTF-8 text (first on line 1)" in done.stderr


def test_a_flow_that_does_not_balance(tmp_path: Path) -> None:
    study = copy_study("indomethacin", tmp_path)
    path = study / "data" / "reported.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",,197,", ",,196,"), encoding="utf-8")
    done = trialpress("check", study=study)
    assert done.returncode == 1 and "799 assessed is not 196 excluded + 602 randomised [flow-unbalanced]" in done.stderr


def results_of(study: Path) -> str:
    """Return the rows of the results as they are written, computed within this process."""
    assert main(["results", "--study", str(study)]) == 0
    return (study / "build" / "results.json").read_text(encoding="utf-8").split('"rows"')[1]


@pytest.fixture(scope="module")
def as_shipped(tmp_path_factory: pytest.TempPathFactory) -> str:
    return results_of(copy_study("jia", tmp_path_factory.mktemp("as_shipped")))


def test_the_order_of_rows_changes_no_result(as_shipped: str, tmp_path: Path) -> None:
    study = copy_study("jia", tmp_path)
    for path in (study / "data").glob("*.csv"):
        head, *rows = path.read_text(encoding="utf-8").splitlines()
        path.write_text("\n".join([head, *reversed(rows)]) + "\n", encoding="utf-8")
    assert results_of(study) == as_shipped


DECLARED = """    participant: participant
    visit: visit
    format: {separator: %s, decimal: %s, date: %s}
"""


@pytest.mark.parametrize(
    ("separator", "mark", "decimal", "date", "shape"),
    [
        ("semicolon", ";", "comma", "DD.MM.YYYY", r"\3.\2.\1"),
        ("tab", "\t", "comma", "DD-MM-YYYY", r"\3-\2-\1"),
        ("semicolon", ";", "point", "MM/DD/YYYY", r"\2/\3/\1"),
        ("comma", ",", "point", "DD/MM/YYYY", r"\3/\2/\1"),
    ],
)
def test_a_declared_format_reads_the_same_results(
    as_shipped: str, tmp_path: Path, separator: str, mark: str, decimal: str, date: str, shape: str
) -> None:
    """The assessments as a European spreadsheet saves them give the same rows as the shipped file."""
    declared = copy_study("jia", tmp_path)
    data = declared / "data" / ASSESSMENTS
    text = re.sub(r"(\d{4})-(\d\d)-(\d\d)", shape, data.read_text(encoding="utf-8"))
    text = text.replace(",", mark)
    text = re.sub(rf"(?<={mark})(\d+)\.(\d+)(?={mark})", r"\1,\2", text) if decimal == "comma" else text
    data.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    study = declared / "data" / "study.yaml"
    old, new = "    participant: participant\n    visit: visit\n", DECLARED % (separator, decimal, date)
    assert study.read_text(encoding="utf-8").count(old) == 1
    study.write_text(study.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    assert results_of(declared) == as_shipped


def test_a_point_in_a_file_of_decimal_commas_is_a_fault(tmp_path: Path) -> None:
    study = copy_study("jia", tmp_path)
    path = study / "data" / "study.yaml"
    old = "    participant: participant\n    visit: visit\n"
    text = path.read_text(encoding="utf-8").replace(old, DECLARED % ("comma", "comma", "YYYY-MM-DD"))
    path.write_text(text, encoding="utf-8")
    done = trialpress("check", study=study)
    assert done.returncode == 1 and "a number with a decimal comma was expected" in done.stderr
    assert "line 2: '4.0'" in done.stderr
