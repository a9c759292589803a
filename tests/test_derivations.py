"""The rules of derivation against examples worked by hand from the published definitions.

JADAS: Consolaro et al., Arthritis Rheum 2009;61:658-666 (ESR); Nordal et al., Ann Rheum Dis 2012;71:1122-1127 (CRP);
McErlane et al., Ann Rheum Dis 2013;72:1983-1988 (clinical). ACR Pediatric: Giannini et al., Arthritis Rheum
1997;40:1202-1209. Study day: CDISC SDTM, --DY.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.analysis.people.derivations import derive, to_resolution
from tests.derived import COLUMNS, CORE, JADAS, ONE, frames, result, study

ESR, CRP, CLINICAL = {"esr": "esr"}, {"crp": "crp"}, {}


@pytest.mark.parametrize(
    ("joints", "marker", "row", "expected"),
    [  # physician 0-10, patient 0-100, active joints, ESR mm/h, CRP mg/L
        (71, ESR, "4.5,35,12,45,", 22.5),  # 4.5 + 3.5 + 12 + (45 - 20)/10 = 2.5
        (71, ESR, "2,15,3,8,", 6.5),  # ESR 8 counts as 20: 2 + 1.5 + 3 + 0
        (71, ESR, "2,15,3,20,", 6.5),  # 20 adds nothing
        (71, ESR, "2,15,3,21,", 6.6),  # 21 adds 0.1
        (71, ESR, "6,70,20,135,", 43.0),  # ESR 135 counts as 120: 6 + 7 + 20 + 10
        (71, ESR, "10,100,71,120,", 101.0),  # the highest JADAS-71: 10 + 10 + 71 + 10
        (71, ESR, "0,0,0,0,", 0.0),  # the lowest
        (71, ESR, "1,10,75,20,", 73.0),  # 75 joints count as 71: 1 + 1 + 71
        (27, ESR, "5,50,40,40,", 39.0),  # 40 joints count as 27: 5 + 5 + 27 + 2
        (27, ESR, "10,100,60,200,", 57.0),  # the highest JADAS-27
        (10, ESR, "4.5,35,12,45,", 20.5),  # 12 joints count as 10: 4.5 + 3.5 + 10 + 2.5
        (10, ESR, "4.5,35,4,45,", 14.5),  # 4 joints as they are
        (71, CRP, "4.5,35,12,,35", 22.5),  # 4.5 + 3.5 + 12 + (35 - 10)/10 = 2.5; ESR is not needed
        (10, CRP, "2,15,3,,4", 6.5),  # CRP 4 counts as 10
        (10, CRP, "2,15,3,,150", 16.5),  # CRP 150 counts as 110: 2 + 1.5 + 3 + 10
        (27, CRP, "2,15,3,90,109", 16.4),  # (109 - 10)/10 = 9.9; ESR is not read
        (10, CLINICAL, "4.5,35,12,90,90", 18.0),  # cJADAS10: 4.5 + 3.5 + 10, no marker
        (71, CLINICAL, "4.5,35,12,,", 20.0),  # and none is missed
        (71, ESR, "4.5,35,12,,90", None),  # ESR is missing; CRP does not stand in for it
        (71, ESR, "4.5,,12,45,", None),
        (71, ESR, ",35,12,45,", None),
        (71, ESR, "4.5,35,,45,", None),
        (10, CRP, "2,15,3,90,", None),
        (71, ESR, "0.1,2,0,20,", 0.3),  # 0.1 + 0.2 = 0.30000000000000004 in floats
        (71, ESR, "0.15,0,0,20,", 0.2),  # half away from zero: 0.15 to 0.2
        (71, ESR, "0.14,0,0,20,", 0.1),
    ],
)  # fmt: skip
def test_jadas(joints: int, marker: dict[str, str], row: str, expected: float | None) -> None:
    exams = f"id,visit,physician,patient,active,esr,crp\nP1,W0,{row}\n"
    assert result({**JADAS, "joints": joints, **marker}, people=ONE, exams=exams) == [expected]


def test_jadas_reads_both_assessments_on_the_scale_that_is_declared() -> None:
    exams = "id,visit,physician,patient,active,esr\nP1,W0,45,3.5,12,45\n"  # 45/10 + 3.5 + 12 + 2.5
    rule = {**JADAS, "joints": 71, "esr": "esr", "divide_physician_global": 10, "divide_patient_global": 1}
    named = COLUMNS["exams"]
    swapped = {**named, "physician": named["patient"], "patient": named["physician"]}
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(COLUMNS, "exams", swapped)
        assert result(rule, people=ONE, exams=exams) == [22.5]


BEFORE = (6, 60, 1.5, 10, 10, 40)  # physician, patient, function, active and limited joints, ESR


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [  # expected: the answers of ACR Pediatric 30, 50 and 70
        (BEFORE, BEFORE, "no no no"),
        (BEFORE, (4.2, 42, 1.05, 10, 10, 40), "yes no no"),  # three by exactly 30%: 1.8/6, 18/60, 0.45/1.5
        (BEFORE, (4.2, 42, 1.06, 10, 10, 40), "no no no"),  # the third by 29.3%
        (BEFORE, (3, 30, 0.75, 10, 10, 40), "yes yes no"),  # three by exactly 50%
        (BEFORE, (1.8, 18, 0.45, 10, 10, 40), "yes yes yes"),  # three by exactly 70%
        (BEFORE, (1.8, 30, 1.05, 10, 10, 40), "yes no no"),  # 70, 50 and 30%: each asks for three at its own level
        (BEFORE, (0, 0, 1.5, 10, 10, 40), "no no no"),  # only two improved
        (BEFORE, (3, 30, 0.75, 10, 10, 60), "yes yes no"),  # one worsened, ESR by 50%
        (BEFORE, (3, 30, 0.75, 10, 14, 60), "no no no"),  # two worsened, by 40 and 50%
        (BEFORE, (3, 30, 0.75, 3, 14, 60), "no no no"),  # even with four improved
        (BEFORE, (3, 30, 0.75, 10, 13, 52), "yes yes no"),  # two by exactly 30%, which is not more than 30%
        (BEFORE, (0, 0, 0, 13.1, 10, 52), "yes yes yes"),  # one by 31%, one by exactly 30%
        (BEFORE, (0, 0, 0, 14, 14, 40), "no no no"),  # worsening is judged at 30% for all three
        ((0.3, 0.3, 0.3, 10, 10, 40), (0.21, 0.21, 0.21, 10, 10, 40), "yes no no"),  # 30% but for floats
        ((6, 60, 1.5, 10, 10, 0.3), (3, 30, 0.75, 10, 14, 0.39), "yes yes no"),  # worsened by 30% but for floats
        ((6, 60, 1.5, 10, 0, 40), (3, 30, 0.75, 10, 0, 60), "yes yes no"),  # from 0 to 0: no change; one worsened
        ((6, 60, 1.5, 10, 0, 40), (3, 30, 0.75, 10, 1, 40), "yes yes no"),  # from 0 to 1: worsened, the only one
        ((6, 60, 1.5, 10, 0, 40), (3, 30, 0.75, 10, 1, 60), "no no no"),  # and here the second
        ((6, 60, 0, 10, 10, 40), (0, 0, 0, 10, 10, 40), "no no no"),  # from 0 to 0 is no improvement
        (BEFORE, (3, 30, 0.75, 10, 10, None), "yes yes no"),  # at worst ESR is the only one worsened; at 70% one can't be three
        (BEFORE, (3, 30, 0.75, 14, 10, None), "- - no"),  # ESR may be the second worsened; 70 is out of reach
        (BEFORE, (3, 30, 0.75, 10, None, None), "- - no"),  # both may have worsened; at 70% only two can improve
        (BEFORE, (3, 30, 1.5, 10, 10, None), "- - no"),  # ESR may be the third improved
        (BEFORE, (3, 60, 1.5, 10, 10, None), "no no no"),  # or only the second
        (BEFORE, (0, 0, 0, 14, 14, None), "no no no"),  # two worsened: ESR changes nothing
        ((6, 60, 1.5, 10, 10, None), (0, 0, 0, 14, 10, 40), "- - -"),  # its value before is missing
        ((6, 60, 1.5, 10, 10, None), (0, 0, 0, 14, 10, 0), "yes yes yes"),  # now 0: it can't have worsened
        ((6, 60, 1.5, 10, 10, 0), (0, 0, 1.5, 10, 10, None), "no no no"),  # before 0: it can't have improved
        ((6, 60, 1.5, 10, 10, 0), (0, 0, 0, 14, 10, None), "- - -"),  # but it may have worsened
        (BEFORE, (None,) * 6, "- - -"),
        ((None,) * 6, BEFORE, "- - -"),
    ],
)  # fmt: skip
def test_acr_pedi(before: Iterable[float | None], now: Iterable[float | None], expected: str) -> None:
    rows = [",".join("" if value is None else str(value) for value in each) for each in (before, now)]
    exams = f"id,visit,{','.join(CORE.values())}\nP1,W0,{rows[0]}\nP1,W8,{rows[1]}\n"
    answers = [
        result({"rule": "acr_pedi", "improvement": percent, "against": "start", **CORE}, people=ONE, exams=exams)
        for percent in (30, 50, 70)
    ]
    assert [first for first, _ in answers] == [None] * 3  # no response is defined at the visit compared with
    assert " ".join(second or "-" for _, second in answers) == expected


def test_acr_pedi_100_without_a_visit_before_and_on_a_row_without_a_visit() -> None:
    rows = {
        "P1,W0": "6,60,1.5,10,10,40", "P1,W8": "0,0,0,10,10,40", "P1,W12": "0,0,0.1,10,10,40", "P1,": "0,0,0,0,0,0",
        "P2,W8": "0,0,0,0,0,0",
    }  # fmt: skip
    exams = f"id,visit,{','.join(CORE.values())}\n" + "".join(f"{key},{row}\n" for key, row in rows.items())
    rule = {"rule": "acr_pedi", "improvement": 100, "against": "start", **CORE}
    assert result(rule, people=ONE, exams=exams) == [None, "yes", "no", None, None]


LEVELS = (30, 50, 70, 90, 100)
RESPONSES = study(
    **{f"acr{level}": {"rule": "acr_pedi", "improvement": level, "against": "start", **CORE} for level in LEVELS}
)
SIX = st.tuples(*[st.integers(0, 20)] * 6)


@given(SIX, SIX)
def test_a_higher_response_implies_the_lower_ones(before: tuple[int, ...], now: tuple[int, ...]) -> None:
    rows = [",".join(map(str, each)) for each in (before, now)]
    exams = f"id,visit,{','.join(CORE.values())}\nP1,W0,{rows[0]}\nP1,W8,{rows[1]}\n"
    made = derive(RESPONSES, frames(RESPONSES, people=ONE, exams=exams))["exams"].iloc[1]
    answers = [made[f"acr{level}"] for level in LEVELS]
    assert all(lower == "yes" or higher == "no" for lower, higher in itertools.pairwise(answers))


@given(
    st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 100), st.integers(0, 71), st.integers(0, 300)), min_size=1),
    st.randoms(),
)
def test_jadas71_lies_between_0_and_101_in_any_order_of_rows(values: list[tuple[int, ...]], random: Any) -> None:
    made = study(jadas={**JADAS, "joints": 71, "esr": "esr"})
    rows = [f"P{at},W0,{p / 100},{g},{n},{esr}\n" for at, (p, g, n, esr) in enumerate(values)]
    head = "id,visit,physician,patient,active,esr\n"
    scores = derive(made, frames(made, exams=head + "".join(rows)))["exams"].set_index("id")["jadas"]
    random.shuffle(rows)
    again = derive(made, frames(made, exams=head + "".join(rows)))["exams"].set_index("id")["jadas"]
    assert scores.between(0, 101).all() and scores.equals(again)


TERMS = [{"column": "chaq"}, {"column": "active", "subtract": 2, "divide": 4}, {"column": "esr", "at_most": 10}]


@pytest.mark.parametrize(
    ("more", "row", "expected"),
    [
        ({}, "1,10,30", 13.0),  # 1 + (10 - 2)/4 + 10
        ({}, "1,,30", None),
        ({"prorate_from": 2}, "1,10,30", 13.0),
        ({"prorate_from": 2}, "1,,30", 16.5),  # (1 + 10) * 3/2
        ({"prorate_from": 2}, "1,12,", 5.3),  # (1 + 2.5) * 3/2 = 5.25
        ({"prorate_from": 2}, "1,,", None),
        ({"prorate_from": 1}, "1,,", 3.0),
        ({"prorate_from": 1}, ",,", None),
        ({"resolution": 0.5}, "1.2,10,30", 13.0),  # 13.2 is nearer to 13 than to 13.5
        ({"resolution": 5}, "1,8,30", 15.0),  # 1 + 1.5 + 10 = 12.5: half away from zero
        ({"terms": [{"column": "chaq", "at_least": 2}]}, "1,,", 2.0),
    ],
)
def test_sum(more: dict[str, Any], row: str, expected: float | None) -> None:
    exams = f"id,visit,chaq,active,esr\nP1,W0,{row}\n"
    assert result({"rule": "sum", "terms": TERMS, "resolution": 0.1, **more}, people=ONE, exams=exams) == [expected]


@pytest.mark.parametrize(
    ("value", "resolution", "expected"),
    [
        (0.25, 0.1, 0.3), (-0.25, 0.1, -0.3), (2.5, 1, 3.0), (-2.4, 1, -2.0),
        (1.005, 0.01, 1.01),  # stored as 1.00499999999999989: a half by the digits that were written
        (1.00499, 0.01, 1.0),  # no half, and not forgiven
        (-0.04, 0.1, 0.0),  # and no minus zero
        (0.000015, 0.00001, 0.00002), (0.25, 0.5, 0.5), (0.24, 0.5, 0.0), (-0.75, 0.5, -1.0), (0.37, 0.25, 0.25),
        (7.5, 5, 10.0), (-7.4, 5, -5.0), (3.75, 2.5, 5.0), (0.3, 0.2, 0.4), (12.0, 0.1, 12.0),
    ],
)  # fmt: skip
def test_rounding_to_a_resolution(value: float, resolution: float, expected: float) -> None:
    made = to_resolution(np.array([value, np.nan]), resolution)
    assert made[0] == expected and not (made[0] == 0 and np.signbit(made[0])) and np.isnan(made[1])


@given(st.floats(-1e6, 1e6), st.integers(0, 6))
def test_rounding_to_decimals_is_what_it_was(value: float, decimals: int) -> None:
    scaled = np.floor(abs(value) * 10.0**decimals + 0.5 + 1e-9)
    expected = np.round(math.copysign(1, value) * scaled / 10.0**decimals, decimals)
    assert to_resolution(np.array([value]), float(f"1e-{decimals}"))[0] == expected


SCORES = "id,visit,chaq\nP1,W0,2\nP1,W8,3.1\nP1,W12,\nP2,W0,0\nP2,W8,1\nP3,W8,4\n"


def test_baseline_at_a_visit_change_and_percent_change() -> None:
    made = study(
        base={"rule": "baseline", "variable": "chaq", "at": "start", "resolution": 0.1},
        change={"rule": "change", "variable": "chaq", "baseline": "base", "resolution": 0.1},
        coarse={"rule": "change", "variable": "chaq", "baseline": "base", "resolution": 0.5},
        percent={"rule": "percent_change", "variable": "chaq", "baseline": "base", "resolution": 0.1},
    )
    exams = derive(made, frames(made, exams=SCORES))["exams"]
    none = np.nan
    np.testing.assert_equal(exams["base"].to_numpy(), [2, 2, 2, 0, 0, none])
    np.testing.assert_equal(exams["change"].to_numpy(), [0, 1.1, none, 0, 1, none])  # 3.1 - 2; 0 at the baseline itself
    np.testing.assert_equal(exams["coarse"].to_numpy(), [0, 1, none, 0, 1, none])
    np.testing.assert_equal(exams["percent"].to_numpy(), [0, 55, none, none, none, none])  # 1.1/2; none from 0


def test_rows_of_nobody_are_not_compared_with_each_other() -> None:
    exams = "id,visit,chaq\n,W0,2\n,W8,1\n"
    assert result({"rule": "baseline", "variable": "chaq", "at": "start", "resolution": 1}, exams=exams) == [None, None]


def test_a_rule_reads_the_participants_variables_and_its_own_first() -> None:
    people = "id,born,weight,other\nP1,2010-06-15,40,1\nP2,2011-06-15,50,1\n"
    exams = "id,visit,seen,other\nP2,W0,2020-06-15,2\nP1,W0,2020-06-14,3\nP9,W0,2020-06-15,4\n"
    age = {"rule": "age", "birth": "born", "on": "seen"}
    both = {"rule": "sum", "resolution": 1, "terms": [{"column": "weight"}, {"column": "other"}]}
    assert result(age, people=people, exams=exams) == [9, 9, None]
    assert result(both, people=people, exams=exams) == [43, 52, None]


def test_a_limit_belongs_to_the_class_above() -> None:
    rule = {
        "rule": "category",
        "variable": "esr",
        "breaks": [1, 3.8],
        "levels": {"low": "Low", "mid": "Mid", "high": "High"},
    }
    exams = "id,visit,esr\nP1,W0,0.9\nP2,W0,1\nP3,W0,3.79\nP4,W0,3.8\nP5,W0,99\nP6,W0,\n"
    assert result(rule, exams=exams) == ["low", "mid", "mid", "high", "high", None]
    made = study(made=rule)
    cells = derive(made, frames(made, exams=exams))["exams"]["made"]
    assert list(cells.cat.categories) == ["low", "mid", "high"] and cells.cat.ordered


def test_condition_is_yes_no_or_missing() -> None:
    low = {"variable": "esr", "comparator": "LE", "value": 20}
    light = {"variable": "weight", "comparator": "LT", "value": 50}
    people = "id,weight\nP1,40\nP2,60\nP3,\n"
    exams = "id,visit,esr\nP1,W0,20\nP1,W8,21\nP1,W12,\nP2,W0,\nP3,W0,10\n"
    assert result({"rule": "condition", "where": {"and": [low, light]}}, people=people, exams=exams) == [
        "yes",
        "no",
        None,
        "no",
        None,
    ]
    assert result({"rule": "condition", "where": {"not": low}}, people=people, exams=exams) == [
        "no",
        "yes",
        None,
        None,
        "no",
    ]
