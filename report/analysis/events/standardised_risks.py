"""Risks standardised over all participants: the mean chance of the event if everybody were in one arm (g-computation).

The chances are those of a logistic regression with the arms, the covariates and the stratum. Two standard errors are
offered. ``ye`` allows for the covariates being a sample and for a wrong model (Ye, Bannick, Yi and Shao, Stat Theory
Relat Fields 2023;7:159-163, simple randomisation; R package RobinCar); ``ge`` is the delta method from the sandwich HC0
of the regression, the covariates held as they are (Ge and others, Ther Innov Regul Sci 2011;45:481-493).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from report.analysis.basis.exact import Vector
from report.analysis.basis.methods import Answer, Statistic, level_of, method, ratio_key, with_limits
from report.analysis.basis.model_columns import Matrix, told
from report.analysis.basis.model_matrices import Design, design
from report.analysis.basis.participants import Participants
from report.analysis.basis.score_intervals import z_value
from report.analysis.events.logistic import Fit, chances, counted, fit, normal_p
from report.analysis.events.two_by_two import Confidence

NO_CLUSTERS = "its standard error does not allow for clusters"
ONE_IN_ARM = "an arm has one participant, which has no spread"
SAID = {
    "ye": "variance by Ye and others (covariates as a sample)",
    "ge": "delta-method variance by Ge and others with the HC0 sandwich (covariates as they are)",
}
LABELS = {"difference": "Standardised risk difference", "ratio": "Standardised risk ratio"}


@dataclass(frozen=True)
class Standardised:
    """The standardised risk of every arm, and their covariance; ``why`` where there is no risk, or no covariance."""

    risks: dict[str, float]
    covariance: Matrix | None
    why: str = ""

    def error(self, weights: dict[str, float]) -> float | None:
        """Return the standard error of a weighted sum of the risks."""
        if self.covariance is None:
            return None
        w = np.array([weights.get(arm, 0.0) for arm in self.risks])
        return math.sqrt(max(0.0, float(w @ self.covariance @ w)))


@method("standardised_risks", context="marginal_risk_difference")
def standardised_risks(
    people: Participants,
    decimals: int,
    unit: str,
    *,
    measure: Literal["difference", "ratio"] = "difference",
    variance: Literal["ye", "ge"] = "ye",
    confidence: Confidence = 0.95,
) -> Answer:
    """Return each arm's standardised risk, and its difference from or its ratio to the reference's (g-computation).

    Differences are arm minus reference with a normal interval; ratios arm over reference with one on the scale of
    their logarithm. ``variance``: ``ye`` or ``ge``, see above; neither allows for clusters. Participants who lack the
    outcome or a covariate are left out, and counted.
    """
    model = design(people)
    outcome = np.asarray(model.frame["Outcome"] == people.event, dtype=np.float64)
    found = standardise(people, model, outcome, fit(model, outcome), variance)
    rows = [row for arm in people.arms for row in _risk(found, arm, decimals)]
    for arm in people.compared:
        rows += _compared(found, arm, people.reference, measure, confidence, decimals)
    named = f"logistic regression{told(people)}; {SAID[variance]}"
    compared = {"difference": "differences (arm minus reference)", "ratio": "ratios (arm over reference)"}[measure]
    return Answer(
        f"Standardised risks and their {compared} by g-computation: {named}",
        f"Risks standardised over all participants, and their {compared}, were computed from a {named}.",
        (*rows, *counted(model, outcome), level_of(confidence)),
    )


def standardise(people: Participants, model: Design, outcome: Vector, fitted: Fit, variance: str) -> Standardised:
    """Return the standardised risks of all arms and their covariance."""
    if fitted.why:
        return Standardised({}, None, fitted.why)
    expected = {arm: chances(model.as_if(arm), fitted.coefficients) for arm in people.arms}
    risks = {arm: float(p.mean()) for arm, p in expected.items()}
    sizes = [int((model.frame["Arm"] == arm).sum()) for arm in people.arms]
    why = NO_CLUSTERS if model.clusters is not None else ONE_IN_ARM if min(sizes) < 2 and variance == "ye" else ""
    if why:
        return Standardised(risks, None, why)
    covariance = _ge(model, outcome, fitted, expected) if variance == "ge" else _ye(model, outcome, expected)
    return Standardised(risks, covariance)


def _ge(model: Design, outcome: Vector, fitted: Fit, expected: dict[str, Vector]) -> Matrix:
    slopes = np.array([(p * (1 - p)) @ model.as_if(arm) / len(p) for arm, p in expected.items()])
    scores = model.matrix * (outcome - chances(model.matrix, fitted.coefficients))[:, None]
    sandwich = fitted.covariance @ (scores.T @ scores) @ fitted.covariance
    return np.asarray(slopes @ sandwich @ slopes.T)


def _ye(model: Design, outcome: Vector, expected: dict[str, Vector]) -> Matrix:
    """Return the covariance of the risks: sample variances and covariances with n - 1 in the denominator."""
    n = len(outcome)
    within = {arm: (model.frame["Arm"] == arm).to_numpy(dtype=bool) for arm in expected}

    def shared(one: str, other: str) -> float:
        return _covariance(outcome[within[one]], expected[other][within[one]])

    made = np.zeros((len(expected), len(expected)))
    for i, one in enumerate(expected):
        for j, other in enumerate(expected):
            of_both = _covariance(expected[one], expected[other])
            made[i, j] = shared(one, other) + shared(other, one) - of_both
        own, mean = within[one], expected[one]
        spread = _covariance(outcome[own], outcome[own]) - 2 * shared(one, one) + _covariance(mean, mean)
        made[i, i] += spread * n / int(own.sum())
    return made / n


def _covariance(a: Vector, b: Vector) -> float:
    return float((a - a.mean()) @ (b - b.mean())) / (len(a) - 1)


def _risk(found: Standardised, arm: str, decimals: int) -> list[Statistic]:
    error = found.error({arm: 1.0})
    error_why = "" if error is not None else found.why
    return [
        Statistic(
            "risk", "Standardised risk", found.risks.get(arm), f"points:{decimals}", "proportion", arm,
            reason="" if found.risks else found.why,
        ),
        Statistic("risk.std.error", "SE of the standardised risk", error, f"points:{decimals + 1}", "proportion", arm,
                  reason=error_why),
    ]  # fmt: skip


def _compared(
    found: Standardised, arm: str, reference: str, measure: str, confidence: float, decimals: int
) -> list[Statistic]:
    key, unit = (f"points:{decimals}", "proportion") if measure == "difference" else (ratio_key(decimals), "")
    none = (None, None, None, None)
    estimate, low, high, p = _effect(found, arm, reference, measure, confidence) if found.risks else none
    why = "" if estimate is not None else found.why
    values, limit_why = (estimate, low, high), "" if low is not None else found.why
    return [
        *with_limits(LABELS[measure], values, key, (why, limit_why, limit_why), unit=unit, arm=arm),
        Statistic("p.value", f"Wald test of the {LABELS[measure].lower()}", p, "p", arm=arm, reason=limit_why),
    ]


def _effect(
    found: Standardised, arm: str, reference: str, measure: str, confidence: float
) -> tuple[float | None, float | None, float | None, float | None]:
    one, base, z = found.risks[arm], found.risks[reference], z_value(confidence)
    if measure == "difference":
        error = found.error({arm: 1.0, reference: -1.0})
        value = one - base
        if error is None:
            return value, None, None, None
        return value, value - z * error, value + z * error, normal_p(value / error)
    error = found.error({arm: 1 / one, reference: -1 / base})
    value = math.log(one / base)
    if error is None:
        return one / base, None, None, None
    return one / base, math.exp(value - z * error), math.exp(value + z * error), normal_p(value / error)
