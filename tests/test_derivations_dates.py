"""The rules that count days, against examples worked by hand: 2020 is a leap year, and studies begin on 1 March."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from tests.derived import ONE, WINDOW, result


@pytest.mark.parametrize(
    ("labs", "expected"),
    [
        ("P1,1,2020-02-20,5 P1,2,2020-02-28,6 P1,3,2020-03-02,7", [6.0] * 3),  # the last before 1 March
        ("P1,1,2020-02-20,5 P1,2,2020-03-01,6", [6.0] * 2),  # the day of the start counts
        ("P1,1,2020-02-20,5 P1,2,2020-02-28,", [5.0] * 2),  # the last with a value
        ("P1,1,2020-02-28,5 P1,2,2020-02-20,6", [5.0] * 2),  # by date, not by number
        ("P1,2,2020-02-28,5 P1,1,2020-02-28,6", [5.0] * 2),  # two on a day: the later in key order
        ("P1,1,2020-03-02,5", [None]),
        ("P1,1,,5", [None]),
        ("P2,1,2020-02-20,5", [None]),  # no start
    ],
)
def test_baseline_by_date(labs: str, expected: list[float | None]) -> None:
    rule = {"rule": "baseline", "dataset": "labs", "variable": "value", "resolution": 0.1}
    text = "id,no,taken,value\n" + labs.replace(" ", "\n") + "\n"
    assert result(rule, people=ONE, labs=text) == expected


DAY = {"rule": "study_day", "dataset": "labs", "date": "taken"}


def test_study_day_has_no_day_0() -> None:
    labs = "id,no,taken\nP1,1,2020-02-28\nP1,2,2020-02-29\nP1,3,2020-03-01\nP1,4,2020-03-02\nP1,5,\nP2,6,2020-03-01\n"
    assert result(DAY, people=ONE, labs=labs) == [-2, -1, 1, 2, None, None]  # P2 has no start


@pytest.mark.parametrize(
    ("born", "on", "expected"),
    [
        ("2010-06-15", "2020-06-14", 9), ("2010-06-15", "2020-06-15", 10), ("2010-06-15", "2020-05-20", 9),
        ("2008-02-29", "2019-02-28", 10), ("2008-02-29", "2019-03-01", 11), ("2008-02-29", "2020-02-29", 12),
        ("2010-06-15", "2010-06-15", 0), ("2010-06-15", "2010-06-14", None), ("", "2020-06-14", None),
        ("2010-06-15", "", None),
    ],
)  # fmt: skip
def test_age(born: str, on: str, expected: int | None) -> None:
    rule = {"rule": "age", "dataset": "people", "birth": "born", "on": "started"}
    assert result(rule, people=f"id,born,started\nP1,{born},{on}\n") == [expected]


@pytest.mark.parametrize(
    ("days", "expected"),
    [  # windows: W0 -7 to 0, W8 42 to 70 (planned 56), W12 71 to 98 (planned 84)
        ([-8, -7, 1, 42, 71], [None, "W0", None, "W8", "W12"]),
        ([41, 70, 98, 99], [None, "W8", "W12", None]),
        ([-7, -1], [None, "W0"]),  # the nearer to day 0
        ([50, 55, 58], [None, "W8", None]),  # 6, 1 and 2 days from day 56
        ([54, 58], [None, "W8"]),  # equally near: the later
        ([58, 54], ["W8", None]),  # by date, not by number
        ([57, 57], [None, "W8"]),  # on the same day: the later in key order
    ],
)
def test_visit_window(days: list[int], expected: list[str | None]) -> None:
    start = pd.Timestamp("2020-03-01")
    rows = [f"P1,{no},{(start + pd.Timedelta(days=day)).date()}\n" for no, day in enumerate(days)]
    assert result(WINDOW, people=ONE, labs="id,no,taken\n" + "".join(rows)) == expected


def test_visit_windows_are_each_participants_own_and_need_dates() -> None:
    people = "id,started\nP1,2020-03-01\nP2,2020-03-05\nP3,\n"
    labs = "id,no,taken\nP1,1,2020-03-01\nP1,2,\nP2,1,2020-03-01\nP2,2,2020-04-20\nP3,1,2020-03-01\n"
    assert result(WINDOW, people=people, labs=labs) == ["W0", None, "W0", "W8", None]  # P2: days -4 and 46


EMERGENT = {"rule": "treatment_emergent", "dataset": "labs", "onset": "taken"}
WITHIN = {**EMERGENT, "last": "last", "within_days": 30}


@pytest.mark.parametrize(
    ("rule", "started", "last", "onset", "expected"),
    [
        (EMERGENT, "2020-03-01", "", "2020-02-29", "no"), (EMERGENT, "2020-03-01", "", "2020-03-01", "yes"),
        (EMERGENT, "2020-03-01", "", "2029-01-01", "yes"), (EMERGENT, "2020-03-01", "", "", None),
        (EMERGENT, "", "", "2020-03-01", "no"),  # no start: not treated, so nothing emerged under treatment
        (EMERGENT, "", "", "", "no"),  # whenever it began
        (WITHIN, "2020-03-01", "2020-04-01", "2020-05-01", "yes"),  # 30 days after 1 April
        (WITHIN, "2020-03-01", "2020-04-01", "2020-05-02", "no"),
        (WITHIN, "2020-03-01", "2020-04-01", "2020-02-01", "no"),
        (WITHIN, "2020-03-01", "", "2020-03-31", "yes"),  # 30 days after the start, whenever treatment ended
        (WITHIN, "2020-03-01", "", "2020-04-01", None),  # treatment may be going on: nobody knows
        (WITHIN, "2020-03-01", "", "2020-02-29", "no"), (WITHIN, "2020-03-01", "2020-04-01", "", None),
        ({**EMERGENT, "within_days": 0}, "2020-03-01", "2020-04-01", "2020-03-02", "no"),
    ],
)  # fmt: skip
def test_treatment_emergent(rule: dict[str, Any], started: str, last: str, onset: str, expected: str | None) -> None:
    people, labs = f"id,started,last\nP1,{started},{last}\n", f"id,no,taken\nP1,1,{onset}\n"
    assert result(rule, people=people, labs=labs) == [expected]


def test_nobody_knows_of_an_event_that_is_nobodys_and_a_start_is_nobodys_either() -> None:
    people, labs = "id,started\nP1,2020-03-01\n,2020-03-01\n", "id,no,taken\n,1,2020-03-01\n"
    assert [result(rule, people=people, labs=labs) for rule in (EMERGENT, WINDOW, DAY)] == [[None]] * 3


def test_periods_hold_both_their_ends() -> None:
    spans = {"before": {"label": "Before", "first": -30, "last": -1}, "on": {"label": "On", "first": 0, "last": 56}}
    rule = {"rule": "period", "dataset": "labs", "date": "taken", "periods": spans}
    dates = [
        "2020-01-30",
        "2020-01-31",
        "2020-02-29",
        "2020-03-01",
        "2020-04-26",
        "2020-04-27",
        "",
    ]  # -31 -30 -1 0 56 57
    labs = "id,no,taken\n" + "".join(f"P1,{no},{date}\n" for no, date in enumerate(dates))
    assert result(rule, people=ONE, labs=labs) == [None, "before", "before", "on", "on", None, None]


# Worked by hand. 2019-12-31 to 2020-12-30 crosses 29 February; a month that ends on the 31st has no 31st in the next.
BETWEEN = [
    ("days", "2020-03-01", "2020-03-01", 0), ("days", "2020-02-28", "2020-03-01", 2), ("days", "2019-02-28", "2019-03-01", 1),
    ("days", "2020-03-01", "2020-02-28", -2), ("days", "2019-12-31", "2020-12-30", 365),
    ("weeks", "2020-03-01", "2020-03-07", 0), ("weeks", "2020-03-01", "2020-03-08", 1), ("weeks", "2020-03-01", "2020-04-25", 7),
    ("weeks", "2020-03-01", "2020-04-26", 8),  # day 56
    ("weeks", "2020-03-08", "2020-03-01", -1), ("weeks", "2020-03-07", "2020-03-01", 0), ("weeks", "2020-02-23", "2020-03-01", 1),
    ("weeks", "2020-04-25", "2020-03-01", -7),  # 55 days back
    ("months", "2020-01-15", "2020-02-14", 0), ("months", "2020-01-15", "2020-02-15", 1),
    ("months", "2020-01-31", "2020-02-29", 0), ("months", "2020-01-31", "2020-03-01", 1),  # February has no 31st
    ("months", "2019-01-29", "2019-02-28", 0), ("months", "2019-01-29", "2019-03-01", 1),  # nor a 29th in 2019
    ("months", "2020-01-29", "2020-02-29", 1), ("months", "2020-03-31", "2020-04-30", 0), ("months", "2020-03-31", "2020-05-01", 1),
    ("months", "2020-03-31", "2020-05-31", 2), ("months", "2019-11-30", "2020-02-29", 2), ("months", "2019-11-30", "2020-03-01", 3),
    ("months", "2020-02-29", "2020-03-28", 0), ("months", "2020-02-29", "2020-03-29", 1), ("months", "2018-12-31", "2020-12-31", 24),
    ("months", "2020-02-15", "2020-01-15", -1), ("months", "2020-02-14", "2020-01-15", 0), ("months", "2020-03-01", "2020-01-31", -1),
    ("months", "2020-02-29", "2020-01-31", 0),  # the way back counts as the way there
    ("years", "2019-06-15", "2020-06-14", 0), ("years", "2019-06-15", "2020-06-15", 1), ("years", "2020-06-15", "2019-06-15", -1),
    ("years", "2016-02-29", "2017-02-28", 0), ("years", "2016-02-29", "2017-03-01", 1), ("years", "2016-02-29", "2020-02-28", 3),
    ("years", "2016-02-29", "2020-02-29", 4), ("years", "2017-02-28", "2016-02-29", 0), ("years", "2017-03-01", "2016-02-29", -1),
    ("years", "2017-02-28", "2020-02-28", 3), ("years", "1999-12-31", "2000-12-30", 0),
]  # fmt: skip


@pytest.mark.parametrize(("unit", "first", "last", "expected"), BETWEEN)
def test_time_between(unit: str, first: str, last: str, expected: int) -> None:
    """Completed units from one date to the other; below zero where the second comes first, and never minus zero."""
    rule = {"rule": "time_between", "dataset": "people", "first": "started", "last": "last", "unit": unit}
    (found,) = result(rule, people=f"id,started,last\nP1,{first},{last}\n")
    assert (found, str(float(found))) == (expected, str(float(expected)))


@pytest.mark.parametrize("unit", ["days", "weeks", "months", "years"])
def test_time_between_is_missing_where_a_date_is(unit: str) -> None:
    rule = {"rule": "time_between", "dataset": "people", "first": "started", "last": "last", "unit": unit}
    people = "id,started,last\nP1,2020-03-01,\nP2,,2020-03-01\nP3,,\nP4,2020-03-01,2023-03-01\n"
    whole = {"days": 1095, "weeks": 156, "months": 36, "years": 3}  # three years without a 29 February
    assert result(rule, people=people) == [None, None, None, whole[unit]]


def test_time_between_a_date_of_the_participant_and_one_of_the_row() -> None:
    """Weeks from the start to each row; the start is the participant's own, and who has none has no weeks."""
    rule = {"rule": "time_between", "dataset": "labs", "first": "started", "last": "taken", "unit": "weeks"}
    labs = "id,no,taken\nP1,1,2020-02-23\nP1,2,2020-03-07\nP1,3,2020-03-08\nP2,1,2020-03-16\nP3,1,2020-03-16\n,1,2020-03-16\n"
    people = "id,started\nP1,2020-03-01\nP2,2020-03-02\nP3,\n"
    assert result(rule, people=people, labs=labs) == [-1, 0, 1, 2, None, None]
