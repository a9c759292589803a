"""Values at several visits against R (tests/oracle/repeated.csv) and print: each visit by itself, GEE, random intercept."""

from __future__ import annotations

import csv
import json
import math
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from report.analysis import gee, random_intercept, repeated
from report.analysis.methods import Answer
from report.analysis.participants import Repeated
from report.analysis.repeated_models import Setting

ORACLE = Path(__file__).parent / "oracle"
INPUTS = json.loads((ORACLE / "inputs_repeated.json").read_text(encoding="utf-8"))
NAMES = {"conf_low": "conf.low", "conf_high": "conf.high", "p_value": "p.value"}


def rows() -> list[dict[str, str]]:
    lines = (ORACLE / "repeated.csv").read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(lines[1:]))


def people(case: dict[str, Any]) -> Repeated:
    frame = pd.DataFrame(case["data"])
    if "event" not in case:
        frame["Outcome"] = frame["Outcome"].astype(float)
    levels = {name: tuple(held) for name, held in dict(case.get("levels") or {}).items()}
    return Repeated(
        frame, tuple(case["arms"]), case["reference"], tuple(case["covariates"]), levels, case.get("event", ""),
        visits=tuple(case["visits"]),
    )  # fmt: skip


@cache
def answer(case: str, model: str) -> Answer:
    data, level = people(INPUTS[case]), INPUTS[case].get("level", 0.95)
    kind, _, rest = model.partition("_")
    if kind == "gee":
        how, _, effect = rest.partition("_")
        correlation: Any = "exchangeable" if how == "exchangeable" else "independence"
        variance: Any = "bias_reduced" if how == "reduced" else "robust"
        return gee.gee(data, 1, "", effect=effect, correlation=correlation, variance=variance, confidence=level)  # type: ignore[arg-type]
    if kind == "mixed":
        return random_intercept.random_intercept(data, 1, "", effect=rest, confidence=level)  # type: ignore[arg-type]
    return repeated.change_by_visit(data, 1, "", difference=kind, confidence=level)  # type: ignore[arg-type]


@cache
def found(case: str, model: str) -> dict[tuple[str, str, str], Any]:
    return {(each.name, each.arm, each.visit): each.stat for each in answer(case, model).statistics}


def ours(case: str, stat: str) -> Any:
    name, model, *where = stat.split("__")
    arm, visit = (*where, "", "")[:2]
    return found(case, model)[NAMES.get(name, name), arm, visit]


def is_printed_example(row: dict[str, str]) -> bool:
    return row["case"] == "six_cities" or row["stat"].startswith("published")


TRIALS = [row for row in rows() if not is_printed_example(row)]


def group(row: dict[str, str]) -> tuple[str, str]:
    return row["case"], row["stat"].split("__")[1]


@pytest.mark.parametrize("key", sorted({group(row) for row in TRIALS}), ids="-".join)
def test_against_r(key: tuple[str, str]) -> None:
    wrong = []
    for row in (row for row in TRIALS if group(row) == key):
        theirs, mine = float(row["value"]), ours(row["case"], row["stat"])
        allowed = float(row["tolerance"]) * max(1.0, abs(theirs))
        if mine is None or abs(mine - theirs) > allowed:
            wrong.append((row["stat"], row["source"][:30], theirs, mine))
    assert not wrong, wrong[:10]


def columns(data: dict[str, list[Any]]) -> Setting:
    """Return the six cities as columns; the model of SAS's example has covariates that change with the visit."""
    frame = pd.DataFrame(data)
    ones = np.ones(len(frame))
    matrix = np.column_stack([ones, frame["city"] == "kingston", frame["age"], frame["smoke"]]).astype(float)
    first = np.flatnonzero(frame["case"].diff().ne(0))
    return Setting(1.0 - frame["wheeze"].to_numpy(dtype=float), matrix, first, frame, {}, {}, "")


def test_the_example_of_sas() -> None:
    """Estimates, robust standard errors and correlation of the six cities, by R and as SAS prints them."""
    fitted = gee.fit(columns(INPUTS["six_cities"]["data"]), "exchangeable", "robust", is_event=True)
    assert isinstance(fitted, gee.Fit)
    spread = np.sqrt(np.diag(fitted.covariance))
    mine = {"correlation": fitted.correlation}
    mine |= {f"coef{n}": b for n, b in enumerate(fitted.coefficients)} | {f"se{n}": b for n, b in enumerate(spread)}
    printed = [row for row in rows() if row["case"] == "six_cities"]
    assert len(printed) == 17
    for row in printed:
        assert abs(mine[row["stat"]] - float(row["value"])) <= float(row["tolerance"]), row


def test_the_example_of_nlme() -> None:
    """Girls' distances are 2.321 mm less than boys' (SE 0.761): with equal visits the same whatever is fitted within."""
    mine = {
        "published_estimate": ours("orthodont", "estimate__mixed_overall__female"),
        "published_se": ours("orthodont", "std.error__mixed_overall__female"),
    }
    printed = [row for row in rows() if row["stat"].startswith("published")]
    assert len(printed) == 4
    for row in printed:
        assert abs(mine[row["stat"]] - float(row["value"])) <= float(row["tolerance"]), row


def test_a_correlation_that_no_values_can_have_is_a_reason() -> None:
    """The polyps of a year and those before go so far together that the moments give a correlation above 1."""
    given = gee.gee(people(INPUTS["polyps"]), 1, "")
    reasons = {each.reason for each in given.statistics if each.name == "estimate"}
    assert reasons == {gee.OUT_OF_RANGE}
    assert not math.isnan(float(found("polyps", "gee_independence_overall")["estimate", "sulindac", ""]))
