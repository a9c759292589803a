"""What derived values are traced to: their inputs, the open queries of these, and no order of rows."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.analysis.people.derivations import derive, trace
from report.checking.queries import NONE, is_shadow, opened, with_queries
from report.study.model import Study
from tests.derived import CORE, JADAS, ONE, VISITS, WINDOW, frames, study


def queries(frame: pd.DataFrame, variable: str) -> list[set[int]]:
    return [set(each) for each in opened(frame, [variable])]


def ask(frame: pd.DataFrame, variable: str, row: int, query: int) -> pd.DataFrame:
    """Return a frame with a query on one cell."""
    return with_queries(frame, variable, [frozenset([query]) if at == row else NONE for at in range(len(frame))])


def derived(made: Study, data: dict[str, pd.DataFrame]) -> dict[str, dict[str, list[set[int]]]]:
    """Return the open queries of each derived variable, row by row."""
    frames_made = derive(made, data)
    return {name: queries(frames_made[rule.dataset], name) for name, rule in made.derivations.items()}


CORES = f"id,visit,{','.join(CORE.values())}\n" + "".join(
    f"{who},{visit},6,60,1.5,10,10,40\n" for who in ("P1", "P2") for visit in ("W0", "W8", "W12")
)  # rows 0 to 2 are P1's, 3 to 5 P2's
ACR = study(response={"rule": "acr_pedi", "improvement": 30, "against": "start", **CORE})


@pytest.mark.parametrize(
    ("variable", "row", "expected"),
    [
        ("esr", 0, [7, 7, 7, 0, 0, 0]),  # P1's value before is in all of P1's responses
        ("esr", 1, [0, 7, 0, 0, 0, 0]),  # a value at week 8 in that response only
        ("visit", 0, [7, 7, 7, 0, 0, 0]),  # whether it is the visit before
        ("visit", 2, [0, 0, 7, 0, 0, 0]),  # P1 has a visit before, so this is not it
        ("id", 4, [0, 0, 0, 0, 7, 0]),  # whose row at week 8 this is bears on no other
        ("id", 3, [0, 0, 0, 7, 7, 7]),  # whose row before this is: P2's, or nobody's, for P1 has one
        ("crp", 0, [0, 0, 0, 0, 0, 0]),  # not read
    ],
)
def test_a_response_bears_the_queries_of_the_visit_before(variable: str, row: int, expected: list[int]) -> None:
    data = frames(ACR, people=ONE, exams=CORES)
    data["exams"] = ask(data["exams"], variable, row, 7)
    assert derived(ACR, data)["response"] == [{7} if each else set() for each in expected]


@pytest.mark.parametrize(
    ("variable", "row", "expected"),
    [  # row 0 is now P1's at week 8, and row 2 P2's before
        ("visit", 1, [7, 7, 0, 0, 0]),  # it may be the visit before, which P1 lacks
        ("id", 2, [7, 7, 7, 7, 7]),  # so may this
        ("id", 0, [7, 0, 0, 0, 0]),  # but this is at week 8
        ("id", 3, [0, 0, 0, 7, 0]),  # and so is this
        ("visit", 3, [0, 0, 0, 7, 0]),  # and this is P2's
    ],
)
@pytest.mark.parametrize("rule", ["acr_pedi", "baseline"])
def test_a_row_in_doubt_may_be_that_of_who_lacks_one(rule: str, variable: str, row: int, expected: list[int]) -> None:
    reads: dict[str, Any] = {
        "acr_pedi": {"improvement": 30, "against": "start", **CORE}, "baseline": {"variable": "esr", "at": "start", "resolution": 1},
    }  # fmt: skip
    made = study(made={"rule": rule, **reads[rule]})
    data = frames(made, people=ONE, exams=CORES.replace("P1,W0,6,60,1.5,10,10,40\n", ""))
    data["exams"] = ask(data["exams"], variable, row, 7)
    if rule == "baseline" and (variable, row) == ("visit", 3):
        expected = [0] * 5  # the row's own visit is not read
    assert derived(made, data)["made"] == [{7} if each else set() for each in expected]


def test_queries_pass_through_a_chain_and_join() -> None:
    made = study(
        score={"rule": "sum", "resolution": 1, "terms": [{"column": "chaq"}, {"column": "esr"}]},
        base={"rule": "baseline", "resolution": 1, "variable": "score", "at": "start"},
        change={"rule": "change", "resolution": 1, "variable": "score", "baseline": "base"},
    )
    data = frames(made, exams=CORES)
    data["exams"] = ask(ask(ask(data["exams"], "chaq", 0, 1), "esr", 0, 2), "esr", 4, 3)
    assert derived(made, data) == {
        "score": [{1, 2}, set(), set(), set(), {3}, set()],
        "base": [{1, 2}, {1, 2}, {1, 2}, set(), set(), set()],
        "change": [{1, 2}, {1, 2}, {1, 2}, set(), {3}, set()],
    }


LABS = (
    "id,no,taken,value\nP1,1,2020-02-01,1\nP1,2,2020-02-10,2\nP1,3,2020-02-20,\nP1,4,2020-04-26,4\nP2,5,2020-02-20,5\n"
)
BOTH = "id,started\nP1,2020-03-01\nP2,2020-03-01\n"


@pytest.mark.parametrize(
    ("rule", "where", "expected"),
    [  # P1's baseline is row 1
        ("baseline", ("labs", "value", 0), [0, 0, 0, 0, 0]),  # row 1 is later, and firm
        ("baseline", ("labs", "value", 1), [7, 7, 7, 7, 0]),
        ("baseline", ("labs", "value", 2), [7, 7, 7, 7, 0]),  # it would be the baseline if it had a value
        ("baseline", ("labs", "value", 3), [0, 0, 0, 0, 0]),  # after the start
        ("baseline", ("labs", "taken", 3), [7, 7, 7, 7, 0]),  # unless its date is wrong
        ("baseline", ("labs", "no", 1), [7, 7, 7, 7, 0]),  # of two rows on a day the key decides
        ("baseline", ("labs", "id", 4), [7, 7, 7, 7, 7]),  # it may be P1's
        ("baseline", ("labs", "id", 3), [7, 7, 7, 7, 7]),  # this may be before another's start
        ("baseline", ("people", "started", 0), [7, 7, 7, 7, 0]),
        ("baseline", ("people", "id", 1), [0, 0, 0, 0, 7]),  # P1 has a start
        ("visit_window", ("labs", "taken", 3), [7, 7, 7, 7, 0]),
        ("visit_window", ("labs", "no", 3), [7, 7, 7, 7, 0]),  # of two rows on a day the key decides
        ("visit_window", ("labs", "value", 3), [0, 0, 0, 0, 0]),
        ("visit_window", ("people", "started", 1), [0, 0, 0, 0, 7]),
        ("study_day", ("labs", "taken", 3), [0, 0, 0, 7, 0]),
        ("study_day", ("people", "started", 0), [7, 7, 7, 7, 0]),
        ("treatment_emergent", ("people", "last", 1), [0, 0, 0, 0, 7]),
    ],
)
def test_rules_on_dates_bear_the_queries_of_all_that_they_read(
    rule: str, where: tuple[str, str, int], expected: list[int]
) -> None:
    reads = {
        "baseline": {"variable": "value", "resolution": 1}, "visit_window": {"date": "taken"}, "study_day": {"date": "taken"},
        "treatment_emergent": {"onset": "taken", "last": "last", "within_days": 9},
    }  # fmt: skip
    made = study(made={"rule": rule, "dataset": "labs", **reads[rule]})
    data = frames(made, people=BOTH, labs=LABS)
    data[where[0]] = ask(data[where[0]], where[1], where[2], 7)
    assert derived(made, data)["made"] == [{7} if each else set() for each in expected]


def test_a_start_in_doubt_may_be_that_of_who_has_none() -> None:
    made = study(made={"rule": "study_day", "dataset": "labs", "date": "taken"})
    data = frames(made, people="id,started\nP2,2020-03-01\nP3,2020-03-01\n", labs=LABS)
    data["people"] = ask(data["people"], "id", 1, 7)
    assert derived(made, data)["made"] == [{7}, {7}, {7}, {7}, set()]


def test_a_condition_is_open_only_where_an_open_value_decides_it() -> None:
    parts = [
        {"variable": "esr", "comparator": "LE", "value": 20},
        {"variable": "weight", "comparator": "LT", "value": 50},
    ]
    made = study(made={"rule": "condition", "where": {"or": parts}})
    data = frames(made, people="id,weight\nP1,40\nP2,60\n", exams="id,visit,esr\nP1,W0,30\nP2,W0,30\nP2,W8,10\n")
    data["exams"] = ask(ask(ask(data["exams"], "esr", 0, 1), "esr", 1, 2), "esr", 2, 3)
    assert derived(made, data)["made"] == [set(), {2}, {3}]  # P1's weight makes a yes by itself


def test_without_queries_no_shadow_is_made_and_no_frame_is_touched() -> None:
    data = frames(ACR, people=ONE, exams=CORES)
    before = {name: frame.copy() for name, frame in data.items()}
    made = derive(ACR, data)
    assert list(made["exams"].columns) == [*data["exams"].columns, "response"]
    data["exams"] = before["exams"] = ask(data["exams"], "esr", 0, 7)
    derive(ACR, data)
    assert all(frame.equals(before[name]) for name, frame in data.items())
    assert [name for name in data["exams"] if is_shadow(name)] == ["?esr"]


def test_the_trace_names_every_input() -> None:
    made = study(
        total={
            "rule": "sum",
            "resolution": 1,
            "source": "Somebody 1999",
            "terms": [{"column": "weight"}, {"column": "chaq"}, {"column": "chaq"}],
        },
        first={"rule": "baseline", "resolution": 1, "variable": "total", "at": "start"},
        response={"rule": "acr_pedi", "improvement": 30, "against": "start", **CORE},
        dated={"rule": "baseline", "resolution": 1, "dataset": "labs", "variable": "value"},
        window=WINDOW,
    )
    told = trace(made)
    assert told["total"] == {
        "dataset": "exams", "rule": "sum", "inputs": ["people.weight", "exams.chaq"], "source": "Somebody 1999",
    }  # fmt: skip
    assert told["first"]["inputs"] == ["exams.total", "exams.visit"]
    assert told["response"]["inputs"] == [*(f"exams.{name}" for name in CORE.values()), "exams.visit"]
    assert told["dated"]["inputs"] == ["labs.value", "labs.taken", "people.started"]
    assert told["window"]["inputs"] == ["labs.taken", "people.started"]


ALL = study(
    score={**JADAS, "joints": 10},
    percent={"rule": "percent_change", "variable": "score", "baseline": "active", "resolution": 1},
    response={"rule": "acr_pedi", "improvement": 30, "against": "start", **CORE},
    first={"rule": "baseline", "variable": "score", "at": "start", "resolution": 0.1},
    window=WINDOW,
    before={"rule": "baseline", "dataset": "labs", "variable": "value", "resolution": 1},
    at_visit={"rule": "baseline", "dataset": "labs", "variable": "value", "at": "week8", "resolution": 1},
    day={"rule": "study_day", "dataset": "labs", "date": "taken"},
)
WHO, FEW = st.sampled_from(["P1", "P2"]), st.integers(0, 4)
EXAMS = st.lists(
    st.tuples(WHO, st.sampled_from(list(VISITS)), FEW, FEW, FEW), max_size=6, unique_by=lambda row: row[:2]
)
DATED = st.lists(
    st.tuples(WHO, FEW, st.sampled_from(["", "2020-02-29", "2020-04-24", "2020-04-28"]), FEW),
    max_size=8,
    unique_by=lambda row: row[:2],
)


@given(EXAMS, DATED, st.randoms())
def test_the_order_of_rows_changes_no_derived_value(exams: list[Any], labs: list[Any], random: Any) -> None:
    rows = "".join(f"{who},{visit},{a},{b},{c},{a},{b},{c}\n" for who, visit, a, b, c in exams)
    tests = "".join(f"{who},{no},{taken},{value}\n" for who, no, taken, value in labs)
    data = frames(
        ALL, people=BOTH, exams=f"id,visit,{','.join(CORE.values())}\n{rows}", labs=f"id,no,taken,value\n{tests}"
    )
    mixed = {name: frame.sample(frac=1, random_state=random.randrange(2**32)) for name, frame in data.items()}
    for name, frame in derive(ALL, mixed).items():
        pd.testing.assert_frame_equal(frame.sort_index(), derive(ALL, data)[name])
