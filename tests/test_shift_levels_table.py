"""The table of shifts between levels, from rows by hand and from the data of two invented studies."""

from __future__ import annotations

from pathlib import Path

import pytest

from report.ard import Row
from report.paper.styles import STYLES
from report.paper.tables.build import build
from report.study.model import Study
from tests import test_tables_rows, within
from tests.invented import computed, refused
from tests.tabled import CASES, Case, case, headings, lines, notes, row, rows

DISPLAY = {"id": "tbl-shown", "kind": "shift_levels", "endpoint": "shifted", "title": "Shown"}
LEVELS = ("low", "normal", "high", "worst")


def counted(arm: str) -> list[Row]:
    """Return all rows of an arm: of level number k seven plus k in all, one in each cell more than in the one before."""
    made = [*rows("shifted.shift_levels", {"N_miss": 3, "n_neither": 1}, group=arm)]
    for k, before in enumerate(LEVELS):
        total = 20 + k
        made += rows("shifted.shift_levels", {"N": total, "n_after_missing": 2 + k}, level=before, group=arm)
        made.append(row("shifted.shift_levels", "n_before_missing", 6 + k, level=before, group=arm))
        for n, after in enumerate(LEVELS, 1 + k):
            share = (n / total, f"percent:{total}")
            made += rows("shifted.shift_levels", {"n": n, "p": share}, level=f"{before}→{after}", group=arm)
    return made


CASE: Case = case(within.two_arms(), {"kind": "shift_levels", "endpoint": "shifted"}, counted("a"), counted("b"))


@pytest.mark.parametrize(
    "held",
    [
        test_tables_rows.test_every_digit_has_the_id_of_its_row,
        test_tables_rows.test_a_row_stands_in_its_own_places_and_nowhere_else,
        test_tables_rows.test_a_lacking_row_is_an_error,
    ],
)
def test_what_holds_of_every_table(held: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CASES, "shift_levels", CASE)
    # labels of these studies hold "Week 8": the digit is not a result
    study = {
        **CASE.study,
        "visits": [{**each, "label": word} for each, word in zip(CASE.study["visits"], ("Start", "End"), strict=True)],
    }
    monkeypatch.setitem(CASES, "shift_levels", Case(study, CASE.display, CASE.rows, CASE.steers))
    held("shift_levels")  # type: ignore[operator]


def shown(folder: Path, study: dict[str, object], people: str) -> tuple[list[str], list[tuple[str, ...]], list[str]]:
    given = {**study, "displays": [DISPLAY]}
    results = computed(folder, given, people=people, scores=within.SCORES)
    read = Study.model_validate(given)
    made = build(read.displays[0], read, results, STYLES["plain"])
    return headings(made), lines(made), notes(made)


def test_one_arm(tmp_path: Path) -> None:
    """By hand from tests/within.py: of three low at both, one went to normal; the level worst stays though nobody has it."""
    head, body, below = shown(tmp_path, within.one_arm(), within.PEOPLE)
    assert head == [
        "At Start",
        "N",
        "Low at Week 8",
        "Normal at Week 8",
        "High at Week 8",
        "Worst at Week 8",
        "Missing at Week 8",
    ]
    assert body == [
        ("Low", "3", "2 (67%)", "1 (33%)", "0 (0%)", "0 (0%)", "1"),
        ("Normal", "4", "1 (25%)", "1 (25%)", "2 (50%)", "0 (0%)", "0"),
        ("High", "2", "1 (50%)", "1 (50%)", "0 (0%)", "0 (0%)", "1"),
        ("Worst", "0", "0", "0", "0", "0", "0"),
        ("Missing", "–", "0", "1", "0", "0", "1"),
    ]
    assert below == [
        "N and percentages: of those at a level at Start whose level at Week 8 is known.",
        "Participants without one of the levels: 4.",
    ]


def test_by_arm(tmp_path: Path) -> None:
    _, body, _ = shown(tmp_path, within.two_arms(), within.ARMS)
    assert [each[0] for each in body] == [
        "Arm a", ".Low", ".Normal", ".High", ".Worst", ".Missing", "Arm b", ".Low", ".Normal", ".High", ".Worst", ".Missing",
    ]  # fmt: skip
    cells = {each[0]: each[1:] for each in body[1:6]}
    assert cells[".Low"] == ("2", "1 (50%)", "1 (50%)", "0 (0%)", "0 (0%)", "1")


def test_an_endpoint_of_another_kind_is_refused(tmp_path: Path) -> None:
    study = within.one_arm(displays=[{**DISPLAY, "endpoint": "changed"}])
    (found,) = refused(tmp_path, study, people=within.PEOPLE, scores=within.SCORES)
    assert "shows a change from one level to another, and changed is a change within participants" in found.message
