"""Numbers of events by arm against R (tests/oracle/counts.csv) and print, and what the models say where there is none."""

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

from report.analysis.basis import model_columns
from report.analysis.basis.methods import Answer
from report.analysis.basis.participants import Exposures
from report.analysis.counts import count_fits, count_models, rates

ORACLE = Path(__file__).parent / "oracle"
INPUTS = json.loads((ORACLE / "inputs_counts.json").read_text(encoding="utf-8"))
NAMES = {"conf_low": "conf.low", "conf_high": "conf.high", "p_value": "p.value"}


def rows() -> list[dict[str, str]]:
    lines = (ORACLE / "counts.csv").read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(lines[1:]))


def said(row: dict[str, str]) -> str:
    return f"{row['case']}: {row['stat']} by {row['source'][:40]}"


def exposures(case: dict[str, Any]) -> Exposures:
    """Return a case of the inputs as the methods have it; two totals are one participant an arm."""
    if "events" in case:
        data = {"Arm": ["treated", "control"], "Outcome": case["events"], "Exposure": case["exposure"]}
        case = {"arms": ["treated", "control"], "reference": "control", "data": data}
    frame = pd.DataFrame(case["data"])
    for name in ("Outcome", "Exposure"):
        frame[name] = frame[name].astype(float)
    levels = {name: tuple(held) for name, held in dict(case.get("levels") or {}).items()}
    return Exposures(frame, tuple(case["arms"]), case["reference"], tuple(case.get("covariates", ())), levels)


@cache
def answer(case: str, model: str) -> Answer:
    counts, level = exposures(INPUTS[case]), INPUTS[case].get("level", 0.95)
    if model == "rates":
        return rates.event_rates(counts, 0, "", confidence=level)
    if model == "ratio":
        return rates.rate_ratio_by_arm(counts, 0, "", confidence=level)
    if model.startswith("nb"):
        variance: Any = "robust" if model == "nb_robust" else "model"
        return count_models.negative_binomial(counts, 0, "", variance=variance, confidence=level)
    how: Any = "robust" if model == "pearson" else model
    return count_models.poisson(counts, 0, "", variance=how, confidence=level)


def ours(row: dict[str, str]) -> Any:
    """Return our value of a row: of a rate, of the exact ratio, of a model's arm, or of a fit itself."""
    case, stat = row["case"], row["stat"]
    if stat.startswith("rate_"):
        arm = "treated" if stat.endswith("1") else "control"
        return of(answer(case, "rates"), f"conf.{stat.split('_')[1]}", arm)
    if "events" in INPUTS[case]:
        return of(answer(case, "ratio"), NAMES.get(stat, stat), "treated")
    if stat.startswith(("log__", "se__", "pearson_chisq", "loglik")):
        return of_fit(case, stat)
    name, model, *of_arm = stat.split("__")
    return of(answer(case, model), NAMES.get(name, name), *of_arm)


def of(given: Answer, name: str, arm: str = "") -> Any:
    return next(each.stat for each in given.statistics if each.name == name and each.arm == arm)


def of_fit(case: str, stat: str) -> float:
    data = count_fits.prepared(exposures(INPUTS[case]))
    if stat == "loglik__nb":
        return log_likelihood(data)
    fit = count_fits.poisson_fit(data)
    assert fit is not None
    if stat == "pearson_chisq":
        freedom: int = data.matrix.shape[0] - data.matrix.shape[1]
        return count_fits.pearson(data, fit) * freedom
    place = 1 + data.estimated.index(stat.split("__")[1])
    spread = math.sqrt(count_fits.covariance(data, fit)[place, place])
    return float(fit.coefficients[place]) if stat.startswith("log") else spread


def log_likelihood(data: count_fits.Prepared) -> float:
    """Return the log likelihood of the negative binomial fit, from the distribution's own formula."""
    from scipy.special import gammaln

    fit = count_fits.negative_binomial_fit(data)
    assert fit is not None and fit.k > 0
    y, mu, size = data.events, fit.expected, 1 / fit.k
    parts = gammaln(y + size) - gammaln(size) - gammaln(y + 1) + size * np.log(size / (size + mu))
    return float(np.sum(parts + y * np.log(mu / (size + mu))))


@pytest.mark.parametrize("row", rows(), ids=said)
def test_against_r(row: dict[str, str]) -> None:
    theirs, mine = float(row["value"]), ours(row)
    if not math.isfinite(theirs):
        assert mine is None, said(row)
        return
    allowed = float(row["tolerance"]) * max(1.0, abs(theirs))
    assert mine is not None and abs(mine - theirs) <= allowed, (said(row), theirs, mine)


# where there is no model ------------------------------------------------------------------------------------------------


def counted(events: list[float], arms: str = "tttccc", **columns: list[Any]) -> Exposures:
    frame = pd.DataFrame({"Arm": list(arms), "Outcome": events, "Exposure": 1.0, **columns})
    names = tuple(name for name in columns if name not in ("Exposure", "Stratum", "Cluster"))
    return Exposures(frame, ("t", "c"), "c", names, {name: ("x", "y", "z") for name in columns if name == "kind"})


@pytest.mark.parametrize(
    ("counts", "why"),
    [
        (counted([1, 2, 3, 4, 5, 6], age=[1.0, 2, 3, 2, 4, 6], weight=[2.0, 4, 6, 4, 8, 12]), model_columns.NOT_APART),
        (counted([1, 2], "tc"), model_columns.TOO_FEW),
        (counted([1, 2, 0, 1, 2, 0], kind=["x", "y", "z"] * 2), count_fits.NO_EVENT_AT_LEVEL),
        (counted([1.5, 2, 0, 1, 2, 0]), rates.NOT_WHOLE),
        (counted([1, -2, 0, 1, 2, 0]), rates.NOT_WHOLE),
        (counted([1, 2, 0, 0, 0, 0]), count_fits.NO_EVENT_IN_REFERENCE),
    ],
)
def test_a_model_that_does_not_exist_says_why(counts: Exposures, why: str) -> None:
    for method in (count_models.poisson, count_models.negative_binomial):
        found = {each.name: each for each in method(counts, 0, "").statistics if each.arm in ("t", "")}
        assert found["estimate"].stat is None and found["estimate"].reason == why
        assert found["p.value"].reason == why and found["dispersion"].reason == why


def test_a_covariate_that_parts_the_events_does_not_converge() -> None:
    """Events only above an age: the rate falls without end below it, and no estimate is printed."""
    data = counted([0, 0, 2, 0, 0, 2, 0, 3], "tttccctc", age=[1.0, 2, 9, 1, 2, 9, 1.5, 9])
    found = {each.name: each for each in count_models.poisson(data, 0, "").statistics if each.arm == "t"}
    assert found["estimate"].reason == count_models.NOT_FITTED


def test_who_lacks_what_the_model_needs_is_counted() -> None:
    data = counted([1, 2, math.nan, 4, 5, 6], age=[50.0, math.nan, 30.0, 40.0, 60.0, 45.0], Exposure=[1, 1, 1, 1, 0, 2])
    found = {
        (each.name, each.arm): each.stat for each in count_models.poisson(data, 0, "", variance="model").statistics
    }
    assert [found[name, arm] for arm in "tc" for name in ("n", "N_miss")] == [1, 2, 2, 1]


def test_the_label_of_a_rate_says_of_how_much_time() -> None:
    assert rates.rate_label(100, "years") == "Events per 100 participant-years"
    assert rates.rate_label(1, "years") == "Events per participant-year"
    assert rates.rate_label(0.5, "days") == "Events per 0.5 participant-days"
    assert rates.rate_label(1, "") == "Events per unit of observation"
    assert rates.rate_label(1000, "") == "Events per 1,000 units of observation"


def test_an_arm_without_events_leaves_the_other_as_it_is() -> None:
    """The fit with the arm runs to the fit without it: the other ratio, its limits and p are the same."""
    both = exposures(INPUTS["no_events_in_one_arm"])
    one = Exposures(both.frame[both.frame["Arm"] != "high"], ("low", "control"), "control")
    mine, alone = (count_models.negative_binomial(data, 0, "").statistics for data in (both, one))
    for name in ("estimate", "conf.low", "p.value"):
        seen = [next(each.stat for each in given if (each.name, each.arm) == (name, "low")) for given in (mine, alone)]
        assert seen[0] == pytest.approx(seen[1])
