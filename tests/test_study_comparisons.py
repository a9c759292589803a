"""Endpoints beyond a change and an event: what is said of each mistake, one fault for one mistake."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from report.errors import Finding, StudyFileError
from report.study import file as study_file
from tests import compared
from tests.invented import write

Study = dict[str, Any]


def named(study: Study, name: str) -> Study:
    found: Study = next(each for each in study["endpoints"] if each["id"] == name)
    return found


def put(name: str, **parts: Any) -> Callable[[Study], None]:
    """Return a change of an endpoint's keys; None takes one out."""

    def change(study: Study) -> None:
        endpoint = named(study, name)
        for key, value in parts.items():
            endpoint.pop(key, None) if value is None else endpoint.update({key: value})

    return change


def inside(name: str, part: str, **parts: Any) -> Callable[[Study], None]:
    def change(study: Study) -> None:
        held = dict(named(study, name)[part])
        for key, value in parts.items():
            held.pop(key, None) if value is None else held.update({key: value})
        named(study, name)[part] = held

    return change


def plan(**parts: Any) -> Callable[[Study], None]:
    def change(study: Study) -> None:
        study["multiplicity"] = [{**compared.PLAN, **parts}]

    return change


def gate(*hypotheses: Study, procedure: str = "holm") -> list[Study]:
    return [{"procedure": procedure, "hypotheses": list(hypotheses)}]


def of(endpoint: str, method: str, arm: str | None = None) -> Study:
    return {"endpoint": endpoint, "method": method, **({"arm": arm} if arm else {})}


BOTH = (of("change", "ancova", "l"), of("change", "ancova", "h"))
MISTAKES: list[tuple[str, Callable[[Study], None], str, str]] = [
    # times
    ("by_arm", inside("survival", "time", status="ended"), "there is no variable of people named ended", ""),
    ("by_arm", inside("survival", "time", event="9"), "there is no level of status named 9", "one of: 0, 1, 2"),
    ("by_arm", inside("survival", "time", competing=["7"]), "there is no level of status named 7", "one of: 0, 1, 2"),
    ("by_arm", inside("survival", "time", competing=["1"]), "1 stands twice", "take one of the two out"),
    ("by_arm", inside("survival", "time", event_is=None), "event_is is missing", "one of harm, benefit"),
    ("by_arm", inside("survival", "time", event_is="benefit"), "direction is of the event", "direction: higher_is_better"),
    ("by_arm", inside("survival", "time", shown_in="fortnights"), "one of 4 words was expected", "days, weeks, months, years"),
    ("by_arm", put("survival", variable="years"), "the unit of years is years", "write unit: days for the variable"),
    ("by_arm", put("survival", visit="week8"), "visit has no place in a time to an event", "take visit out"),
    # values, several visits, numbers of events
    ("by_arm", put("change", visit=None), "visit, the later one, is missing", "write visit: and against:"),
    ("by_arm", put("change", visit="start", against="week8"), "start is not after week8", "write the later visit in visit"),
    ("by_arm", put("course", visits=["week4", "week4"]), "week4 stands twice", "take one of the two out"),
    ("by_arm", put("course", visits=["week4", "week9"]), "there is no visit named week9", "week8"),
    ("by_arm", put("course", against="week4"), "week4 is not after week4", "write the later visit in visit"),
    ("by_arm", put("relapses", exposure="site"), "an exposure is a number, and site is of type category", "time_between"),
    ("by_arm", put("relapses", exposure="ages"), "there is no variable of people named ages", "age"),
    ("by_arm", put("colds", event="rash"), "there is no level of kind named rash", "one of: cold, flu"),
    # what models adjust for
    ("by_arm", put("change", covariates=["weight"]), "there is no variable of people named weight", ""),
    ("by_arm", put("change", covariates=["age", "age"]), "age stands twice", "take one of the two out"),
    ("by_arm", put("change", covariates=["arm"]), "arm is the column of the arms", "name another variable"),
    ("by_arm", put("change", covariates=["practice"]), "practice is of type text; covariates are number or integer or category", "age, site"),
    ("by_arm", put("severity", strata="age"), "age is of type integer; strata are category", "site"),
    ("one_arm", put("value", covariates=["age"]), "covariates belong to a comparison of arms", "take covariates out"),
    ("one_arm", put("value", visit=None), "score has a value at each visit", "add visit: one of start, week4, week8"),
    ("one_arm", put("paired", event="fair"), "there is no level of state named fair", "one of: good, bad"),
    # crossovers
    ("crossed", inside("crossed", "crossover", periods=["week4", "week4"]), "both periods are the same visit", "name two visits"),
    ("crossed", inside("crossed", "crossover", reference="water"), "water is not one of the treatments", "drug, placebo"),
    ("crossed", inside("crossed", "crossover", treatments={"c": ["drug", "placebo"], "l": ["drug", "placebo"]}),
     "is not the first one in the other order", "{ab: [a, b], ba: [b, a]}"),
    ("crossed", inside("crossed", "crossover", treatments={"c": ["drug", "placebo"], "m": ["placebo", "drug"]}),
     "there is no arm named m", "l"),
    # several tests
    ("by_arm", plan(gates=gate(*BOTH, of("chage", "ancova", "h"))), "there is no endpoint named chage", "did you mean change?"),
    ("by_arm", plan(gates=gate(*BOTH, of("change", "means", "h"))), "means is no test between the arms", "name one of: t_test"),
    ("by_arm", plan(gates=gate(*BOTH, of("severity", "cmh", "h"))), "there is no method of severity named cmh", ""),
    ("by_arm", plan(gates=gate(BOTH[0], of("change", "ancova", "c"))), "there is no arm other than the reference named c", ""),
    ("by_arm", plan(gates=gate(BOTH[0])), "one hypothesis needs no plan for several", "take the plan out"),
    ("by_arm", plan(gates=gate(BOTH[0], BOTH[0])), "this hypothesis stands twice", "take one of the two out"),
    ("by_arm", plan(gates=gate(*BOTH, procedure="benjamini_hochberg") + gate(of("response", "fisher", "h"))),
     "opens no gate", "one gate alone"),
    ("by_arm", plan(specified_in="data_driven"), "was specified before the data were seen", "protocol, analysis_plan, registry"),
    ("by_arm", plan(id="baseline"), "baseline is the name of other results already", "write another id"),
    # tables
    ("by_arm", lambda study: study["displays"].append({"id": "tbl-x", "kind": "comparison", "title": "x", "endpoint": "moved"}),
     "does not show a change from one level to another", "write kind: shift_levels"),
]  # fmt: skip


def faults(folder: Path, study: Study) -> list[Finding]:
    write(folder, study)
    with pytest.raises(StudyFileError) as refused:
        study_file.read(folder)
    return list(refused.value.findings)


@pytest.mark.parametrize(
    ("kind", "change", "told", "remedy"), MISTAKES, ids=[told or "-" for _, _, told, _ in MISTAKES]
)
def test_a_mistake(tmp_path: Path, kind: str, change: Callable[[Study], None], told: str, remedy: str) -> None:
    study = copy.deepcopy(compared.study(kind))
    change(study)
    found = faults(tmp_path, study)
    assert len(found) == 1, [each.message for each in found]
    assert told in found[0].message and remedy in found[0].remedy, (found[0].message, found[0].remedy)
    assert found[0].where.startswith("data/study.yaml:")
