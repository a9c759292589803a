"""What holds for the tables of every kind: each row in its own places, none lacking, holes alone in their cells."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator

import pytest

from report.ard import Row, Stat
from report.errors import ResultsError
from report.paper.tables.labels import ASSUMED
from tests.tabled import BOTH_ARMS, CASES, OUTCOMES, Case, notes

HOLE = "[open query Q7]"


def altered(stat: Stat) -> Stat:
    if isinstance(stat, str):
        return f"{stat} altered"
    if isinstance(stat, int):
        return stat + 1
    assert stat is not None
    return stat / 2 or 0.25


def printing(given: Case) -> Iterator[Row]:
    """Yield the rows that are printed as they are, and decide no word beside them."""
    yield from (row for row in given.rows if row.stat_name not in given.steers and row.stat is not None)


@pytest.mark.parametrize("name", CASES)
def test_every_digit_has_the_id_of_its_row(name: str) -> None:
    """Labels of the invented studies hold no digits, save a participant's pseudonym."""
    given = CASES[name]
    pieces = [piece for text in given.build().texts for piece in text.pieces]
    assert not [p.text for p in pieces if not p.result_id and re.search(r"\d", re.sub(r"^P\d+$", "", p.text))]
    assert {p.result_id for p in pieces if p.result_id} <= {row.result_id for row in given.rows}


@pytest.mark.parametrize("name", CASES)
def test_a_row_stands_in_its_own_places_and_nowhere_else(name: str) -> None:
    given = CASES[name]
    before = given.build().texts
    for row in printing(given):
        after = given.put(row.result_id, stat=altered(row.stat)).build().texts
        assert len(after) == len(before), row.result_id
        changed = {i for i, (one, other) in enumerate(zip(before, after, strict=True)) if one.plain != other.plain}
        held = {i for i, text in enumerate(before) if row.result_id in {piece.result_id for piece in text.results}}
        assert changed == held, row.result_id
        assert held or row.stat_name in ("conf.level", "conf.level_reached"), f"{row.result_id} is not printed"


@pytest.mark.parametrize("name", CASES)
def test_a_lacking_row_is_an_error(name: str) -> None:
    for row in CASES[name].rows:
        with pytest.raises(ResultsError):
            CASES[name].without(row.result_id).build()


@pytest.mark.parametrize("name", CASES)
def test_a_hole_stands_alone_in_its_cell(name: str) -> None:
    """All rows rest on an open query: every cell is the hole and nothing but the hole, or holds no result."""
    given = CASES[name]
    holes = tuple(dataclasses.replace(row, stat=None, query="Q7", reason="") for row in given.rows)
    cells = [cell for line in dataclasses.replace(given, rows=holes).build().lines for cell in line.cells]
    assert {cell.plain for cell in cells if cell.results} == {HOLE}


@pytest.mark.parametrize("name", CASES)
def test_what_cannot_be_estimated_stands_alone_in_its_cell(name: str) -> None:
    given = CASES[name]
    counts = [row.result_id for row in given.rows if row.stat_name in ("estimate", "median", "mean")]
    for result_id in counts:
        table = given.put(result_id, stat=None, reason="why").build()
        (cell,) = [c for line in table.lines for c in line.cells if result_id in {p.result_id for p in c.results}]
        assert cell.plain.removesuffix(", benefit") == "not estimable (why)"


@pytest.mark.parametrize("name", CASES)
def test_an_assumption_is_explained_where_one_is_marked(name: str) -> None:
    table = CASES[name].build()
    marked = any("†" in text.plain for text in (*table.headings, *(line.stub for line in table.lines)))
    assert (ASSUMED in table.notes) is marked
    assert marked is (name not in ("outcome_change", "responders", "event_periods", "individuals by visit",
                                   "endpoints", "endpoints by arm", "outcome_binary"))  # fmt: skip


def test_a_dagger_of_the_study_file_is_no_mark() -> None:
    (endpoint,) = BOTH_ARMS.study["endpoints"]
    table = BOTH_ARMS.build(study={"endpoints": [{**endpoint, "label": "Died\u00a0†"}]})
    assert table.lines[1].stub.plain == "Died\u00a0†" and ASSUMED not in table.notes


def test_the_study_files_notes_come_first_and_the_abbreviations_last() -> None:
    told = {"RA": "rheumatoid arthritis"}
    table = OUTCOMES.build(notes=["By hand."], title="Scores in RA", study={"abbreviations": told})
    assert notes(table)[0] == "By hand." and notes(table)[-2] == ASSUMED.plain
    assert notes(table)[-1] == "CI, confidence interval; RA, rheumatoid arthritis."
