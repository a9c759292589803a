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

from report.analysis.basis.methods import Answer
from report.analysis.basis.participants import Repeated
from report.analysis.counts import gee, random_intercept, repeated, repeated_models
from report.analysis.counts.repeated_models import Setting

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


# where there is no model ------------------------------------------------------------------------------------------------


def course(rows: list[tuple[str, str, str, Any]], event: str = "", **columns: list[Any]) -> Repeated:
    frame = pd.DataFrame(rows, columns=["Participant", "Arm", "Visit", "Outcome"]).assign(**columns)
    return Repeated(frame, ("t", "c"), "c", tuple(columns), event=event, visits=("w1", "w2"))


def why(answered: Answer) -> set[str]:
    return {each.reason for each in answered.statistics if each.name == "estimate"}


YES = [(f"p{n}", "tc"[n % 2], visit, "yes" if n % 3 else "no") for n in range(12) for visit in ("w1", "w2")]
ALWAYS = [(who, arm, visit, "yes" if arm == "t" else held) for who, arm, visit, held in YES]
ONCE = [(f"p{n}", "tc"[n % 2], ("w1", "w2")[n // 2 % 2], float(n * n % 7)) for n in range(12)]
STEADY = [(f"p{n}", "tc"[n % 2], visit, float(n * n % 7)) for n in range(12) for visit in ("w1", "w2")]


def test_models_that_do_not_exist_say_why() -> None:
    assert why(gee.gee(course(ALWAYS, "yes"), 1, "")) == {gee.SEPARATED}
    assert why(gee.gee(course(ONCE), 1, "")) == {gee.NO_PAIR}
    assert why(random_intercept.random_intercept(course(ONCE), 1, "")) == {random_intercept.NO_PAIR}
    assert why(random_intercept.random_intercept(course(YES, "yes"), 1, "")) == {random_intercept.OF_EVENT}
    assert why(random_intercept.random_intercept(course(STEADY), 1, "")) == {random_intercept.NO_SPREAD_WITHIN}
    assert why(gee.gee(course(STEADY[:6]), 1, "")) == {gee.TOO_FEW_PEOPLE}


def test_one_value_each_is_fitted_with_independence() -> None:
    """Without pairs the model is that of independent values: two means, and the difference of those."""
    given = gee.gee(course(ONCE), 1, "", correlation="independence")
    mine = {each.visit: each.stat for each in given.statistics if each.name == "estimate"}
    for visit in ("w1", "w2"):
        means = [np.mean([value for _, arm, at, value in ONCE if (arm, at) == (each, visit)]) for each in "tc"]
        assert mine[visit] == pytest.approx(means[0] - means[1])


def test_a_visit_without_the_reference_is_said_so_and_the_other_is_not_lost() -> None:
    rows = [
        (f"p{n:02d}", "tc"[n % 2], visit, float(n * n % 7 + (n * 5 + 3 * (visit == "w2")) % 11))
        for n in range(20)
        for visit in ("w1", "w2")
    ]
    rows = [row for row in rows if (row[1], row[2]) != ("c", "w2")]
    for given in (random_intercept.random_intercept(course(rows), 1, ""), gee.gee(course(rows), 1, "")):
        reasons = {each.visit: each.reason for each in given.statistics if each.name == "estimate"}
        assert reasons == {"w1": "", "w2": repeated_models.NOBODY}


def test_who_is_never_seen_is_counted() -> None:
    rows = [
        (who, arm, visit, math.nan if who == "p3" else value + (visit == "w2")) for who, arm, visit, value in STEADY
    ]
    given = random_intercept.random_intercept(course(rows), 1, "")
    found = {(each.name, each.arm): each.stat for each in given.statistics if each.name in ("n", "N_miss")}
    assert found == {("n", "t"): 6, ("N_miss", "t"): 0, ("n", "c"): 5, ("N_miss", "c"): 1}
