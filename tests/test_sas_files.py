"""SAS data files: transport files and .sas7bdat read as the text of a CSV, checked, locked and refused like any other.

``sas/people.sas7bdat`` was written by R's haven 2.5.1 (``write_sas``): three invented participants.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat
import pytest

from report import sas_files
from report.analysis import compute
from report.checking import check, sources
from report.errors import DataError, Finding, StudyFileError
from report.lock import differences
from report.study import file as study_file
from tests.conftest import trialpress
from tests.invented import Study, parallel, single, stats, write

HERE = Path(__file__).parent / "sas"
DAY = datetime.date
PEOPLE: Mapping[str, Sequence[Any]] = {
    "ID": ["P1", "P2", "P3"],
    "KIND": ["x", "", "z"],
    "AGE": [71.0, None, 12.0],
    "WEIGHT": [25.1, 0.1, 63.0],
    "ENTERED": [DAY(2014, 1, 2), None, DAY(2019, 12, 31)],
    "OTHER": [1.5, 2.5, 3.5],
}
AGES = {"population": "everyone", "variables": [{"variable": "age", "summary": ["mean_sd", "median_range"]}]}


def transport(path: Path, columns: Mapping[str, Sequence[Any]] = PEOPLE, version: int = 5) -> bytes:
    """Write a transport file and return its bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pyreadstat.write_xport(pd.DataFrame(columns), str(path), file_format_version=version, table_name="PEOPLE")
    return path.read_bytes()


def study(file: str = "people.xpt", **dataset: Any) -> Study:
    """Return the invented single arm whose participants are in a SAS file."""
    made = single(baseline=AGES)
    del made["datasets"]["scores"]
    made["datasets"]["people"] |= {"file": file, **dataset}
    return made


def found(folder: Path, made: Study) -> list[Finding]:
    """Return all that the check says of a study, whether its files can be read or not."""
    read = study_file.read(write(folder, made))
    try:
        return [fault.finding() for fault in check.check(read, sources.read(folder, read))]
    except DataError as refused:
        return list(refused.findings)


@pytest.mark.parametrize("version", [5, 8])
def test_a_transport_file_is_read_as_the_text_of_a_csv(tmp_path: Path, version: int) -> None:
    """Numbers are written as they were meant, dates as ISO 8601, names in small letters, blanks are missing."""
    transport(tmp_path / "a.xpt", version=version)
    read = sas_files.read(tmp_path / "a.xpt")
    assert read.columns == ("id", "kind", "age", "weight", "entered", "other") and read.rows == 3
    assert read.cells["age"] == ("71", None, "12") and read.cells["weight"] == ("25.1", "0.1", "63")
    assert read.cells["entered"] == ("2014-01-02", None, "2019-12-31") and read.cells["kind"] == ("x", None, "z")


def test_a_data_set_of_sas_is_read_likewise() -> None:
    """With a date and time, whose day is taken where the study file says date."""
    read = sas_files.read(HERE / "people.sas7bdat")
    assert read.cells["age"] == ("71", None, "12.5") and read.cells["cnsr"] == ("0", "1", "0")
    assert read.cells["arm"] == ("A", "B", None) and read.cells["entered"] == ("2014-01-02", None, "2019-12-31")
    assert read.cells["seen"] == ("2014-01-02T08:30:00", "2014-03-01T00:00:00", None)


def test_nought_is_nought(tmp_path: Path) -> None:
    """CNSR 0 is an event: pandas reads 5.4e-79 there, by which no event would be counted."""
    columns = {"ID": ["P1", "P2", "P3"], "CNSR": [0.0, 1.0, -0.0]}
    transport(tmp_path / "a.xpt", columns)
    assert sas_files.read(tmp_path / "a.xpt").cells["cnsr"] == ("0", "1", "0")


@pytest.mark.parametrize("letter", [b".", b"_", b"A", b"Z"])
def test_special_missing_values_are_missing(tmp_path: Path, letter: bytes) -> None:
    """A missing number of SAS is its letter and seven bytes of nought (TS-140)."""
    content = transport(tmp_path / "a.xpt", {"ID": ["P1", "P2"], "AGE": [71.0, 12.0]})
    seventy_one = b"\x42\x47" + bytes(6)
    assert content.count(seventy_one) == 1
    (tmp_path / "a.xpt").write_bytes(content.replace(seventy_one, letter + bytes(7)))
    assert sas_files.read(tmp_path / "a.xpt").cells["age"] == (None, "12")


@pytest.mark.parametrize(
    ("value", "text"),
    [(1e15, "1e+15"), (123456789012345.0, "123456789012345"), (1 / 3, "0.333333333333333"), (0.1 + 0.2, "0.3"),
     (-2.0, "-2"), (1e-7, "1e-07"), (2.5e-3, "0.0025")],
)  # fmt: skip
def test_numbers_are_written_with_the_digits_that_a_double_of_sas_holds(
    tmp_path: Path, value: float, text: str
) -> None:
    transport(tmp_path / "a.xpt", {"ID": ["P1"], "X": [value]})
    assert sas_files.read(tmp_path / "a.xpt").cells["x"] == (text,)


@pytest.mark.parametrize("file", ["people.xpt", "adam/people.xpt", "a/b/c/People.XPT"])
def test_results_come_from_a_sas_file_as_from_text(tmp_path: Path, file: str) -> None:
    """Ages 71 and 12: mean 41.5, one missing; only declared columns are read, from any folder below data/."""
    content = transport(tmp_path / "data" / file)
    made = compute.results(write(tmp_path, study(file)), study_file.read(tmp_path))
    told = stats(made, "baseline.age")
    assert (told["mean"], told["N_nonmiss"], told["N_miss"]) == (41.5, 2, 1)
    assert made.header["inputs"][f"data/{file}"] == hashlib.sha256(content).hexdigest()


def test_the_folder_of_the_data_is_named_by_data(tmp_path: Path) -> None:
    transport(tmp_path / "elsewhere" / "adam" / "people.xpt")
    made = write(tmp_path, study("adam/people.xpt"))
    done = trialpress("check", "--data", str(tmp_path / "elsewhere"), study=made)
    assert done.returncode == 0 and "nothing to correct in 2 files" in done.stdout


@pytest.mark.parametrize(
    "file", ["../people.xpt", "/people.xpt", "a/../b.xpt", "a//b.xpt", ".a/b.xpt", "a\\b.xpt", "a.sas"]
)
def test_no_file_outside_of_data_can_be_named(tmp_path: Path, file: str) -> None:
    with pytest.raises(StudyFileError) as caught:
        study_file.read(write(tmp_path, study(file)))
    assert "datasets.people.file" in str(caught.value.findings[0].where)


def test_a_cell_that_does_not_do_is_told_by_its_record(tmp_path: Path) -> None:
    transport(tmp_path / "data" / "people.xpt", {**PEOPLE, "AGE": [71.0, None, 12.5], "KIND": ["x", "q", "z"]})
    kind, age = found(tmp_path, study())
    assert (kind.code, kind.where, kind.cases) == ("data-category", "data/people.xpt, column kind", ("line 2: 'q'",))
    assert (age.code, age.cases) == ("data-integer", ("line 3: '12.5'",))


def test_a_declared_column_that_is_not_there(tmp_path: Path) -> None:
    """What is not declared is not read, and is there to be found by a name that was nearly right."""
    transport(tmp_path / "data" / "people.xpt", {("AGE_YR" if n == "AGE" else n): v for n, v in PEOPLE.items()})
    (lacking,) = found(tmp_path, study())
    assert lacking.message == "missing column: age" and "age_yr" in lacking.remedy
    made = study(undeclared="refused")
    extra = found(tmp_path, made)[-1]
    assert extra.code == "data-extra-column" and "age_yr, other" in extra.message


def test_only_the_rows_of_a_flag_are_read(tmp_path: Path) -> None:
    """Two rows of P1 would share their key; that without the flag is not one of the data set's."""
    columns = {"ID": ["P1", "P1", "P2"], "KIND": ["x", "y", "x"], "AGE": [1.0, 9.0, 3.0], "WEIGHT": [1.0] * 3,
               "ENTERED": [DAY(2014, 1, 2)] * 3}  # fmt: skip
    transport(tmp_path / "data" / "people.xpt", columns)
    assert [each.code for each in found(tmp_path, study())] == ["data-key-twice"]
    made = compute.results(write(tmp_path, study(only={"kind": ["x"]})), study_file.read(tmp_path))
    assert stats(made, "baseline.age")["mean"] == 2.0


def test_rows_are_chosen_in_a_text_too(tmp_path: Path) -> None:
    """An ADaM data set as CSV: names in capitals, columns that nobody declared, a flag, a score with all its digits."""
    columns = {"id": {"type": "text", "required": True}, "anl01fl": {"type": "text"},
               "aval": {"type": "number", "resolution": 0.01, "computed": True}}  # fmt: skip
    made = single()
    made["datasets"] = {"people": {
        "file": "people.csv", "participant": "id", "only": {"anl01fl": ["Y"]}, "undeclared": "not_read",
        "format": {"names": "capitals"}, "columns": columns,
    }}  # fmt: skip
    made |= {
        "visits": [],
        "baseline": {"population": "everyone", "variables": [{"variable": "aval", "summary": ["median_range"]}]},
    }
    text = "ID,AVAL,ANL01FL,X\nP1,41.0344827586207,Y,1\nP1,8,,1\nP2,12.005,Y,1\nP3,-0.004,Y,1\n"
    told = stats(compute.results(write(tmp_path, made, people=text), study_file.read(tmp_path)), "baseline.aval")
    assert (told["max"], told["median"], told["min"]) == (41.03, 12.01, 0.0)


def test_names_in_capitals_that_are_one_in_small_letters(tmp_path: Path) -> None:
    made = single()
    made["datasets"]["people"]["format"] = {"names": "capitals"}
    write(tmp_path, made, people="ID,KIND,AGE,age,WEIGHT,ENTERED\nP1,x,1,2,1,\n", scores="id,visit,score\nP1,W0,1\n")
    with pytest.raises(DataError) as caught:
        sources.read(tmp_path, study_file.read(tmp_path))
    assert "two columns are named age" in caught.value.findings[0].message


def test_rows_cannot_be_chosen_by_their_arm(tmp_path: Path) -> None:
    made = parallel()
    made["datasets"]["people"]["only"] = {"arm": ["A"]}
    with pytest.raises(StudyFileError) as caught:
        study_file.read(write(tmp_path, made))
    assert "which rows are read would tell them" in "\n".join(caught.value.lines())


CUT = "it is cut short"


@pytest.mark.parametrize(
    ("change", "code", "told"),
    [
        (lambda c: b"", "data-not-sas", "the file is empty"),
        (lambda c: b"id,age\nP1,71\n", "data-not-sas", "its first record is another"),
        (lambda c: b"PK\x03\x04" + bytes(76), "data-not-sas", "its first record is another"),
        (lambda c: c[:-1], "data-cut", f"{CUT}: its last record is not whole"),
        (lambda c: c[:-160] + c[-160:-80], "data-cut", f"{CUT}: its last row is not whole"),
        (lambda c: c[:800], "data-not-sas", "not a whole SAS transport file"),
        (lambda c: c + c[240:], "data-not-sas", "it holds 2 data sets"),
        (lambda c: c.replace(b"P3", b"P\xff"), "data-encoding", "not written in UTF-8"),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, change: Any, code: str, told: str) -> None:
    wide = {**PEOPLE, "TEXT": ["a" * 60, "b" * 60, "c" * 60]}
    content = transport(tmp_path / "data" / "people.xpt", wide)
    (tmp_path / "data" / "people.xpt").write_bytes(change(content))
    (finding,) = found(tmp_path, study())
    assert (finding.code, finding.where) == (code, "data/people.xpt")
    assert told in finding.message and finding.remedy


def test_a_transport_file_cut_between_two_rows_cannot_be_told(tmp_path: Path) -> None:
    """Version 5 does not say how many rows there are: such a cut shows by a lock, or by participants who are lacking."""
    wide = {"ID": ["P1", "P2"], "TEXT": ["a" * 78, "b" * 78]}
    content = transport(tmp_path / "a.xpt", wide)
    (tmp_path / "a.xpt").write_bytes(content[:-80])
    assert sas_files.read(tmp_path / "a.xpt").rows == 1


def test_no_such_file_and_a_cut_data_set(tmp_path: Path) -> None:
    (missing,) = found(tmp_path, study())
    assert missing.code == "data-missing-file" and "datasets.people.file" in missing.remedy
    content = (HERE / "people.sas7bdat").read_bytes()
    (tmp_path / "data" / "people.sas7bdat").write_bytes(content[:9000])
    (cut,) = found(tmp_path, study("people.sas7bdat"))
    assert (cut.code, cut.message) == (
        "data-not-sas",
        "this is not a whole SAS data set (.sas7bdat), or it was cut short",
    )


def test_the_encoding_of_a_transport_file_can_be_declared(tmp_path: Path) -> None:
    content = transport(tmp_path / "data" / "people.xpt", {**PEOPLE, "KIND": ["x", "x", "zz"]})
    (tmp_path / "data" / "people.xpt").write_bytes(content.replace(b"zz", b"z\xe9"))
    made = study(format={"encoding": "windows-1252"})
    made["datasets"]["people"]["columns"]["kind"]["levels"] = {"x": "Ex", "zé": "Zed"}
    assert found(tmp_path, made) == []


@pytest.mark.parametrize(
    ("dataset", "told"),
    [
        ({"format": {"separator": "tab"}}, "a SAS file has no separator"),
        ({"format": {"date": "DD.MM.YYYY", "decimal": "comma"}}, "a SAS file has no date and no decimal"),
        ({"file": "people.csv", "format": {"encoding": "iso-8859-1"}}, "encoding is that of a SAS transport file"),
        ({"only": {"kinds": ["x"]}}, "kinds is not among the columns"),
        ({"only": {"kind": []}}, "only.kind"),
    ],
)
def test_what_a_study_file_may_not_say_of_a_file(tmp_path: Path, dataset: Study, told: str) -> None:
    with pytest.raises(StudyFileError) as caught:
        study_file.read(write(tmp_path, study(**dataset)))
    assert told in "\n".join(caught.value.lines())


def test_a_lock_tells_what_changed_in_a_sas_file(tmp_path: Path) -> None:
    old = transport(tmp_path / "a.xpt")
    how = differences.Reading(key=("id",), sas="people.xpt")
    table = differences.table(old, how)
    assert table is not None and len(table.rows) == 3 and table.rows[0].number == 1
    changed = {**PEOPLE, "ID": ["P1", "P2", "P4"], "AGE": [71.0, 80.0, 12.0]}
    new = transport(tmp_path / "a.xpt", changed)
    told = differences.between("0" * 64, table.columns, 3, how, new, old)
    assert told.told == "1 row changed; 1 row added; 1 row removed"
    assert told.cases == ("P2: changed in column age", "P4: added", "P3: removed")
    assert differences.between("0" * 64, table.columns, 3, how, b"no", old).told == "it is no longer a SAS data file"


def test_a_sas_file_is_locked_and_watched(tmp_path: Path) -> None:
    """The whole way: lock with the file below a folder, its copy kept, a change of one value refused and told."""
    place = tmp_path / "study"
    place.mkdir()
    path = place / "data" / "adam" / "people.xpt"
    content = transport(path)
    write(place, study("adam/people.xpt"))
    signed = ("--by", "Ada Byron", "--role", "data manager", "--reason", "final review")
    done = trialpress("lock", *signed, study=place)
    assert done.returncode == 0, done.stderr
    (copy,) = (place / "data" / "locks" / "private").rglob("people.xpt")
    assert copy.parent.name == "adam" and copy.read_bytes() == content
    transport(path, {**PEOPLE, "WEIGHT": [25.1, 0.2, 63.0]})
    refused = trialpress("results", study=place)
    assert refused.returncode == 1 and "P2: changed in column weight" in refused.stderr
