"""The flow's numbers on invented studies: the equations that must hold, worked out by hand, and each broken once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.invented import (
    OUTCOMES,
    SCORES,
    TWO,
    computed,
    parallel,
    refused,
    single,
)

WHOLE = {"assessed": 20, "excluded": 8, "randomised": 12, "declined": 5, "unfit": 3}
ARMS = {
    "allocated": (6, 6), "received": (5, 6), "not_received": (1, 0), "lost": (1, 0), "discontinued": (0, 1),
    "analysed": (4, 5), "not_analysed": (2, 1), "withdrew": (1, 1), "moved": (1, 0),
}  # fmt: skip
REASONS = {"excluded": ("declined", "unfit"), "not_analysed": ("withdrew", "moved")}


def item(name: str, *, by_arm: bool = False) -> dict[str, Any]:
    reasons = [{"code": code, "label": code.title(), "reported": code} for code in REASONS.get(name, ())]
    return {"id": name, "label": name.title(), "by_arm": by_arm, "reported": name, "reasons": reasons}


def flowing(*left_out: str, **changed: int) -> tuple[dict[str, Any], str]:
    """Return a parallel study whose flow is all reported, and its reported.csv; ``received_a=4`` changes one number."""
    inner = {code for codes in REASONS.values() for code in codes}
    flow = [item(name) for name in WHOLE if name not in inner]
    flow += [item(name, by_arm=True) for name in ARMS if name not in inner]
    told = {f"{name},": value for name, value in WHOLE.items()}
    told |= {f"{name},{arm}": pair[n] for name, pair in ARMS.items() for n, arm in enumerate("ab")}
    told |= {f"{name[:-2]},{name[-1]}" if name[-2] == "_" else f"{name},": value for name, value in changed.items()}
    gone = {*left_out, *(code for name in left_out for code in REASONS.get(name, ()))}
    reported = "".join(f"{key},{value},Page 1\n" for key, value in told.items() if key.split(",")[0] not in gone)
    study = parallel(reported="reported.csv", disposition=[each for each in flow if each["id"] not in gone])
    return study, f"id,arm,value,source\n{reported}"


def test_a_flow_that_balances(tmp_path: Path) -> None:
    """20 = 8 + 12; 8 = 5 + 3; 12 = 6 + 6; a: 6 = 5 + 1 = 4 + 2, 2 = 1 + 1; b: 6 = 6 + 0 = 5 + 1, 1 = 1 + 0."""
    study, reported = flowing()
    made = computed(tmp_path, study, people=OUTCOMES, reported=reported)
    assert {(row.variable, row.group1_level): row.stat for row in made.select(context="disposition")} == {
        **{(name, ""): value for name, value in WHOLE.items() if name not in REASONS["excluded"]},
        **{(f"excluded.{name}", ""): WHOLE[name] for name in REASONS["excluded"]},
        **{(name, arm): ARMS[name][n] for name in ARMS if name not in REASONS["not_analysed"] for n, arm in enumerate("ab")},
        **{(f"not_analysed.{name}", arm): ARMS[name][n] for name in REASONS["not_analysed"] for n, arm in enumerate("ab")},
    }  # fmt: skip
    assert {row.method for row in made.select(context="disposition")} == {"reported: Page 1"}


UNEQUAL, NEVER, SILENT = "flow-unbalanced", "flow-impossible", "flow-silent"


@pytest.mark.parametrize(
    ("left_out", "changed", "found"),
    [
        ((), {"assessed": 21}, [(UNEQUAL, "flow", "21 assessed is not 8 excluded + 12 randomised")]),
        (("assessed",), {"declined": 6}, [(UNEQUAL, "flow", "8 excluded is not 6 Declined + 3 Unfit")]),
        (
            (),
            {"assessed": 21, "randomised": 13},
            [(UNEQUAL, "flow", "13 randomised is not 6 allocated to a + 6 allocated to b")],
        ),
        ((), {"received_a": 4}, [(UNEQUAL, "flow, arm a", "6 allocated is not 4 received + 1 not_received")]),
        ((), {"not_received_b": 1}, [(UNEQUAL, "flow, arm b", "6 allocated is not 6 received + 1 not_received")]),
        ((), {"analysed_b": 4}, [(UNEQUAL, "flow, arm b", "6 allocated is not 4 analysed + 1 not_analysed")]),
        ((), {"moved_a": 2}, [(UNEQUAL, "flow, arm a", "2 not_analysed is not 1 Withdrew + 2 Moved")]),
        ((), {"lost_a": 7}, [(NEVER, "flow, arm a", "7 lost is more than 6 allocated")]),
        ((), {"discontinued_b": 7}, [(NEVER, "flow, arm b", "7 discontinued is more than 6 allocated")]),
        (("not_received",), {"received_b": 7}, [(NEVER, "flow, arm b", "7 received is more than 6 allocated")]),
        (
            ("not_analysed",),
            {"analysed_a": 7, "analysed_b": 6},
            [(NEVER, "flow, arm a", "7 analysed is more than 6 allocated")],
        ),
        (
            ("not_analysed",),
            {"analysed_b": 6},
            [(SILENT, "flow, arm a", "2 of 6 allocated are not analysed, and the flow does not say so")],
        ),
    ],
)
def test_a_flow_that_cannot_be(
    tmp_path: Path, left_out: tuple[str, ...], changed: dict[str, int], found: list[tuple[str, str, str]]
) -> None:
    """The flow that balances above with one number changed: that equation is named with its numbers, and no other."""
    study, reported = flowing(*left_out, **changed)
    findings = refused(tmp_path, study, people=OUTCOMES, reported=reported)
    assert [(each.code, each.where, each.message) for each in findings] == found


def test_a_flow_without_not_analysed_where_all_are(tmp_path: Path) -> None:
    study, reported = flowing("not_analysed", analysed_a=6, analysed_b=6)
    assert computed(tmp_path, study, people=OUTCOMES, reported=reported).rows


def test_a_difference_below_zero(tmp_path: Path) -> None:
    """Arm a has 3 participants in the data, of whom 4 are said not to have received: 3 - 4 = -1 received."""
    counted = {"id": "allocated", "label": "Allocated", "by_arm": True, "count": {"dataset": "people"}}
    made = {"id": "received", "label": "Received", "by_arm": True, "difference": ["allocated", "not_received"]}
    study = parallel(reported="reported.csv", disposition=[counted, item("not_received", by_arm=True), made])
    told = "id,arm,value,source\nnot_received,a,4,Page 1\nnot_received,b,1,Page 1\n"
    found = refused(tmp_path, study, people=OUTCOMES, reported=told)
    assert [(each.code, each.message) for each in found] == [("flow-impossible", "-1 received is below zero")]
    told = told.replace(",4,", ",2,")
    rows = {row.result_id: row.stat for row in computed(tmp_path, study, people=OUTCOMES, reported=told)}
    assert (rows["disposition.received.a.n"], rows["disposition.received.b.n"]) == (1, 5)  # 3 - 2 and 6 - 1


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ({"assessed": 10, "excluded": 4, "enrolled": 5}, (UNEQUAL, "10 assessed is not 4 excluded + 5 enrolled")),
        ({"enrolled": 6, "analysed": 7}, (NEVER, "7 analysed is more than 6 enrolled")),
        ({"enrolled": 6, "treated": 7, "analysed": 7}, (NEVER, "7 treated is more than 6 enrolled")),
        ({"treated": 6, "lost": 1, "completed": 5, "analysed": 6}, (NEVER, "6 analysed is more than 5 completed")),
        (
            {"treated": 6, "completed": 5, "analysed": 5},
            (SILENT, "1 of 6 treated are not completed, and the flow does not say so"),
        ),
        ({"treated": 6, "analysed": 5}, (SILENT, "1 of 6 treated are not analysed, and the flow does not say so")),
        (
            {"treated": 10, "not_analysed": 3, "analysed": 9},
            (NEVER, "9 analysed and 3 not analysed are more than 10 treated"),
        ),
        (
            {"completed": 6, "not_analysed": 2, "analysed": 5},
            (UNEQUAL, "6 completed is not 5 analysed + 2 not_analysed"),
        ),
        ({"assessed": 6, "enrolled": 7}, (NEVER, "7 enrolled is more than 6 assessed")),
    ],
)
def test_a_flow_of_one_arm_that_cannot_be(tmp_path: Path, told: dict[str, int], found: tuple[str, str]) -> None:
    flow = [{"id": name, "label": name, "reported": name} for name in told]
    study = single(reported="reported.csv", disposition=flow)
    rows = "".join(f"{name},,{value},Page 1\n" for name, value in told.items())
    findings = refused(tmp_path, study, people=TWO, scores=SCORES, reported=f"id,arm,value,source\n{rows}")
    assert [(each.code, each.message) for each in findings] == [found]


@pytest.mark.parametrize(
    ("row", "code", "told", "where"),
    [
        ("screened,,20,Page 1\n", "disposition-unused", "screened without an arm is reported and nothing takes it", ""),
        ("lost,c,0,Page 1\n", "disposition-unused", "lost for arm c is reported and nothing takes it", ""),
        ("lost,,1,Page 1\n", "disposition-unused", "lost without an arm is reported and nothing takes it", ""),
        ("assessed,,20,Page 2\n", "data-key-twice", "assessed stands twice", ":25"),
        ("screened,,20,\n", "data-reported", "source is empty", ":25"),
        ("screened,,2.5,Page 1\n", "data-reported", "a whole number, not '2.5'", ":25"),
        ("screened,,-1,Page 1\n", "data-reported", "a whole number, not '-1'", ":25"),
        ("screened,, ,Page 1\n", "data-reported", "a whole number", ":25"),
    ],
)
def test_a_reported_row_that_does_not_do(tmp_path: Path, row: str, code: str, told: str, where: str) -> None:
    """The flow has 5 whole numbers and 9 by two arms: 23 rows under the header, so the row added is on line 25."""
    study, reported = flowing()
    (found,) = refused(tmp_path, study, people=OUTCOMES, reported=reported + row)
    assert found.code == code and told in found.message and found.where == f"data/reported.csv{where}"


def test_a_reported_number_that_is_not_there(tmp_path: Path) -> None:
    study, reported = flowing()
    (found,) = refused(tmp_path, study, people=OUTCOMES, reported=reported.replace("lost,b,0,Page 1\n", ""))
    assert found.code == "disposition-number" and "lost for arm b is not among the reported numbers" in found.message
