"""Data files as they come, on invented studies: each fault with its file, line and column, and what is read right."""

from __future__ import annotations

from pathlib import Path

import pytest

from report.checking import check, sources
from report.study import file as study_file
from tests.invented import PEOPLE, SCORES, TWO, computed, refused, single, stats, write

SHOWN = {
    "baseline": {
        "population": "everyone",
        "variables": [{"variable": "kind"}, {"variable": "age", "summary": ["mean_sd"]}],
    },
    "displays": [{"id": "tbl-baseline", "kind": "baseline", "title": "Baseline"}],
}


HEAD = "id,kind,age,weight,entered\n"


@pytest.mark.parametrize(
    ("rows", "code", "where", "cases"),
    [
        ("P1,x,10,1.25,2020-01-01\n", "data-resolution", ", column weight", ("line 2: '1.25'",)),
        ("P1,x,10,1.5,2020-01-01\nP2,x,10,15e-2,\n", "data-resolution", ", column weight", ("line 3: '15e-2'",)),
        ("P1,x,10,1e300,2020-01-01\n", "data-range", ", column weight", ("line 2: '1e300'",)),
        ("P1,x,10,-1e300,2020-01-01\n", "data-range", ", column weight", ("line 2: '-1e300'",)),
        ("P1,x,10,1e999,2020-01-01\n", "data-range", ", column weight", ("line 2: '1e999'",)),
        ("P1,x,10,1.5,2021-01-01\n", "data-date-late", ", column entered", ("line 2: '2021-01-01'",)),
        ("P1,x,10,1.5,1899-12-31\n", "data-date-early", ", column entered", ("line 2: '1899-12-31'",)),
        (
            "P1,x,10,1.5,2020-01-01\n P2,x,10,1.5,\n",
            "data-blanks",
            ", column id",
            ("line 3: not shown, for it may be a name",),
        ),
        ("P1 ,x,10,1.5,2020-01-01\n", "data-blanks", ", column id", ("line 2: not shown, for it may be a name",)),
        ("P1,x,10,1.5,2020-01-01\n\nP2,x ,10,1.5,\n", "data-category", ", column kind", ("line 4: 'x '",)),
        ("P1,x,10,1.5\n", "data-uneven", "", ("line 2: 4 values",)),
        ("P1,x,10,1.5,,\n", "data-uneven", "", ("line 2: 6 values",)),
        ("P1,x,10,1.5,\n\n\nP2,x,10,1.5,,\nP3,x,10,1.5\n", "data-uneven", "", ("line 5: 6 values", "line 6: 4 values")),
        ('"P1\nP1",x,10,1.5,\nP2,x,10\n', "data-uneven", "", ("line 4: 3 values",)),
        ('"P1\nP1",x,10\nP2,x,10\n', "data-uneven", "", ("line 2: 3 values", "line 4: 3 values")),
        ("", "data-empty", "", ()),
        ("P1,x,10,1.5,2020-01-01\nP1,y,11,1.5,\n", "data-key-twice", "", ("line 2: P1", "line 3: P1")),
    ],
)
def test_a_cell_that_does_not_do(tmp_path: Path, rows: str, code: str, where: str, cases: tuple[str, ...]) -> None:
    """One thing wrong a time, on the line counted by hand: the header is line 1, blank lines and line breaks count."""
    study = single()
    del study["datasets"]["scores"]
    (found,) = refused(tmp_path, study, people=HEAD + rows)
    assert (found.code, found.where, found.cases) == (code, f"data/people.csv{where}", cases)


def test_cells_that_are_just_within(tmp_path: Path) -> None:
    """The cut-off day, the first day of 1900, a trailing zero, an exponent that needs one decimal: no finding."""
    study = single(
        baseline={"population": "everyone", "variables": [{"variable": "weight", "summary": ["median_range"]}]}
    )
    del study["datasets"]["scores"]
    rows = "P1,x,10,1.50,2020-12-31\nP2,x,10,5e-1,1900-01-01\nP3,x,+7,.1,\n"
    found = stats(computed(tmp_path, study, people=HEAD + rows), "baseline.weight")
    assert (found["min"], found["median"], found["max"]) == (0.1, 0.5, 1.5)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "the file is empty"),
        ("\n\n", "the file is empty"),
        (",,,\n", "the file is empty"),
        (PEOPLE.replace(",", ";"), "its values are separated by semicolons"),
        (PEOPLE.replace(",", "\t"), "its values are separated by tabs"),
        (PEOPLE.replace("weight", "age"), "columns 3, 4 have the same name"),
        ('id,kind\n"P1,x\n', "is opened and not closed, on this line or before"),
        ('id,kind\n"P1"x,x\n', "stands within a value"),
    ],
)
def test_a_file_that_is_no_table(tmp_path: Path, content: str, told: str) -> None:
    (found,) = refused(tmp_path, single(), people=content, scores=SCORES)
    assert found.code == "data-not-csv" and told in found.message and found.where.split(":")[0] == "data/people.csv"


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_the_same_file_otherwise_saved(tmp_path: Path, mark: bytes, end: bytes) -> None:
    """A byte-order mark and other line ends change no number: five participants, mean age 20, and a line with no end."""
    study = single(**SHOWN)
    content = mark + PEOPLE.encode().replace(b"\n", end).rstrip()
    found = computed(tmp_path, study, people=content, scores=SCORES)
    assert (stats(found, "baseline.N"), stats(found, "baseline.age")["mean"]) == ({"N": 5}, 20.0)


def test_participants_whom_the_first_file_does_not_hold(tmp_path: Path) -> None:
    (found,) = refused(tmp_path, single(), people=TWO, scores=SCORES + "P3,W0,1\nP03,W8,1\n")
    assert (found.code, found.where) == ("data-orphan", "data/scores.csv, column id")
    assert found.cases == ("line 6: 'P3'", "line 7: 'P03'") and found.count == 2


def test_every_file_is_checked(tmp_path: Path) -> None:
    """A fault in each of two files, and two in one column: all told at once."""
    people = HEAD + "P1,x,ten,1.25,2021-01-01\nP2,x,10,1.5,2020-01-01\n"
    study = study_file.read(write(tmp_path, single(), people=people, scores="id,visit,score\nP1,W9,0.05\n"))
    found = check.check(study, sources.read(tmp_path, study))
    codes = ["data-integer", "data-resolution", "data-date-late", "data-category", "data-resolution"]
    assert [each.code for each in found] == codes
