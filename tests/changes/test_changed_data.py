"""Rows and cells that changed, worked by hand on small files; and what of them may be shown."""

from __future__ import annotations

import dataclasses
import hashlib
from pathlib import Path
from typing import Any

import pytest

from report.changes import blinding, data
from report.changes.blinding import Blinding
from report.changes.data import ChangedFile
from report.changes.sides import Side
from report.lock.editions import Edition
from report.study.model import Study
from tests.changes.made import side
from tests.invented import OUTCOMES, PEOPLE, SCORES, parallel, single

OPEN = Blinding(by_arm=True)
NOWHERE = Path("nowhere")


def edition(folder: Path) -> Edition:
    return Edition("made", *([NOWHERE] * 8), data=folder)


def of(folder: Path, study: Study, treatment: str = "real", **files: str) -> Side:
    folder.mkdir()
    inputs = {}
    for name, content in files.items():
        (folder / f"{name}.csv").write_bytes(content.encode())
        inputs[f"data/{name}.csv"] = hashlib.sha256(content.encode()).hexdigest()
    return dataclasses.replace(side(study=study, inputs=inputs, treatment=treatment), edition=edition(folder))


def compared(
    folder: Path,
    old: str,
    new: str,
    *,
    study: dict[str, Any] | None = None,
    name: str = "scores",
    allowed: Blinding = OPEN,
) -> ChangedFile:
    plan = Study.model_validate(study or single())
    (found,) = data.compare(of(folder / "old", plan, **{name: old}), of(folder / "new", plan, **{name: new}), allowed)
    return found


def told(found: ChangedFile) -> list[str]:
    return [f"{row.kind} {row.where}" for row in found.rows]


def cells(found: ChangedFile) -> list[tuple[str, str, str, str]]:
    return [(cell.column, cell.was, cell.now, cell.hidden) for row in found.rows for cell in row.cells]


def test_a_changed_number_is_named_by_key_with_old_and_new(tmp_path: Path) -> None:
    found = compared(tmp_path, SCORES, SCORES.replace("P1,W8,1.0", "P1,W8,2.5"))
    assert told(found) == ["changed P1, W8"] and cells(found) == [("score", "1.0", "2.5", "")]
    assert (found.name, found.told) == ("data/scores.csv", "1 row changed")


def test_rows_added_and_removed_and_the_order_of_rows(tmp_path: Path) -> None:
    new = "id,visit,score\nP2,W8,5.5\nP1,W0,4.0\nP2,W0,5.0\nP3,W0,6.0\n"
    assert told(compared(tmp_path, SCORES, new)) == ["added P3, W0", "removed P1, W8"]


def test_only_the_order_of_rows(tmp_path: Path) -> None:
    head, *rows = SCORES.splitlines(keepends=True)
    found = compared(tmp_path, SCORES, head + "".join(reversed(rows)))
    assert found.rows == () and "only the order of its rows differs" in found.told


@pytest.mark.parametrize(
    ("old", "new", "cell"),
    [
        ("P1,x,10,", "P1,y,10,", ("kind", "x (Ex)", "y (Why)", "")),  # a coded level, and its label
        ("P1,x,10,", "P1,x,,", ("age", "10", "empty", "")),
        (
            "P1,x,10,",
            "P1,Mary,10,",
            ("kind", "", "", "one of the two is not what this column may hold, and is not shown"),
        ),
        ("P1,x,10,", "P1,x,ten,", ("age", "", "", "one of the two is not what this column may hold, and is not shown")),
        ("1.5,2020-01-01", "1.5,2020-01-09", ("entered", "", "", "values are not shown: the column is of type date")),
    ],
)
def test_what_a_cell_may_show(tmp_path: Path, old: str, new: str, cell: tuple[str, str, str, str]) -> None:
    assert cells(compared(tmp_path, PEOPLE, PEOPLE.replace(old, new, 1), name="people")) == [cell]


def with_column(name: str, **contract: Any) -> dict[str, Any]:
    study = single()
    study["datasets"]["scores"]["columns"][name] = {**study["datasets"]["scores"]["columns"].get(name, {}), **contract}
    return study


@pytest.mark.parametrize(
    ("contract", "why"), [({"type": "text"}, "text"), ({"type": "integer", "identifier": True}, "identifier")]
)
def test_free_text_and_identifiers_are_never_shown(tmp_path: Path, contract: dict[str, Any], why: str) -> None:
    old = "id,visit,score,said\nP1,W0,4.0,123\n"
    found = compared(tmp_path, old, old.replace("123", "456"), study=with_column("said", **contract))
    assert cells(found) == [("said", "", "", f"values are not shown: the column is of type {why}")]
    assert "123" not in str(found) and "456" not in str(found)


def test_a_column_that_nobody_declared_is_not_shown(tmp_path: Path) -> None:
    old = "id,visit,score,extra\nP1,W0,4.0,123\n"
    assert "123" not in str(compared(tmp_path, old, old.replace("123", "456")))


def test_where_the_key_names_a_person_rows_are_told_by_line_and_no_value_is(tmp_path: Path) -> None:
    found = compared(tmp_path, SCORES, SCORES.replace("1.0", "2.5"), study=with_column("id", identifier=True))
    assert told(found) == ["changed line 3"] and "2.5" not in str(found) and "P1" not in str(found)


@pytest.mark.parametrize("key", ["Mary", "Mary 2"])
def test_a_key_that_looks_like_a_name_is_not_shown(tmp_path: Path, key: str) -> None:
    old = SCORES.replace("P1", key)
    found = compared(tmp_path, old, old.replace("1.0", "2.5"))
    assert told(found) == ["changed line 3"] and "Mary" not in str(found)


def test_an_arm_is_not_shown_while_the_comparison_is_blinded(tmp_path: Path) -> None:
    new, study = OUTCOMES.replace("P1,A,yes", "P1,B,no"), parallel()
    shown = compared(tmp_path, OUTCOMES, new, study=study, name="people")
    assert ("arm", "A (Arm a)", "B (Arm b)", "") in cells(shown)
    (tmp_path / "blind").mkdir()
    blind = Blinding(by_arm=True, hides_allocation=True)
    hidden = compared(tmp_path / "blind", OUTCOMES, new, study=study, name="people", allowed=blind)
    assert [cell[:3] for cell in cells(hidden)] == [("arm", "", ""), ("outcome", "yes", "no")]


def test_reported_numbers_are_shown_and_their_source_is_not(tmp_path: Path) -> None:
    old = "id,arm,value,source\nassessed,,9,Mary’s log\n"
    study = single(
        reported="reported.csv", disposition=[{"id": "assessed", "label": "Assessed", "reported": "assessed"}]
    )
    found = compared(tmp_path, old, old.replace(",9,Mary’s log", ",8,her log"), study=study, name="reported")
    assert [cell[:3] for cell in cells(found)] == [("value", "9", "8"), ("source", "", "")]


def test_waivers_show_no_value(tmp_path: Path) -> None:
    old = "code,file,record,visit,field,value\na,b,P1,W0,score,99\n"
    found = compared(tmp_path, old, old.replace("99", "98"), name="waivers")
    assert found.rows == () and "99" not in str(found)


def test_a_file_that_is_new_or_gone_or_not_at_hand(tmp_path: Path) -> None:
    plan = Study.model_validate(single())
    old, new = of(tmp_path / "old", plan, scores=SCORES), of(tmp_path / "new", plan, people=PEOPLE)
    assert [file.told for file in data.compare(old, new, OPEN)] == ["the file is new", "the file is no longer read"]
    away = dataclasses.replace(of(tmp_path / "away", plan, scores="id\n"), edition=None)
    (found,) = data.compare(old, away, OPEN)
    assert "a copy of it is not at hand" in found.told and found.rows == ()


def test_the_treatments_decide_what_is_compared() -> None:
    plan = Study.model_validate(parallel())
    for treatments, by_arm, hides in [
        (("real", "real"), True, False), (("dummy", "dummy"), True, True), (("dummy", "real"), False, True),
        (("pooled", "real"), False, True), (("pooled", "pooled"), True, True),
    ]:  # fmt: skip
        found = blinding.of(*(side(study=plan, treatment=each) for each in treatments))
        assert (found.by_arm, found.hides_allocation, bool(found.told)) == (
            by_arm,
            hides,
            treatments != ("real", "real"),
        )
