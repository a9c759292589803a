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

from report.analysis import count_fits, count_models, rates
from report.analysis.methods import Answer
from report.analysis.participants import Exposures

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
