"""Logistic regression of a binary outcome on the arms, adjusted for covariates and the stratum.

Fitted by Newton's method (R: ``glm(family = binomial)``). Where arm and covariates foretell outcomes without error the
most likely odds ratio is infinite; that is found before a limit is given, and said.
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
from report.analysis.basis.separation import SEPARATED, SEPARATED_ARM, is_separated
from report.analysis.events.exact_tests import at_least
from report.analysis.events.two_by_two import Confidence

STEPS, CLOSE = 100, 1e-11
NEAR_AN_END = 1e-6  # of a fitted chance: as near 0 or 1 as that is looked into
ALIKE = "all or none of the participants had the event"
TOO_FEW_CLUSTERS = "fewer than two clusters"
NOT_WITH_CLUSTERS = "the likelihood does not allow for clusters: ask for Wald limits"
NOT_CONVERGED = "the fit did not converge"
NO_LIMIT = "the likelihood does not fall far enough for a limit"
SAID = {
    "wald": "Wald interval and test",
    "profile": "profile-likelihood interval and likelihood-ratio test",
}


@dataclass(frozen=True)
class Fit:
    """Coefficients, their covariance, the logarithm of the likelihood; ``why`` where there is no fit."""

    coefficients: Vector
    covariance: Matrix
    likelihood: float
    why: str = ""


@method("logistic", context="stats_logistic_regression")
def logistic(
    people: Participants,
    decimals: int,
    unit: str,
    *,
    interval: Literal["wald", "profile"] = "wald",
    confidence: Confidence = 0.95,
) -> Answer:
    """Return each arm's odds ratio over the reference, adjusted for the endpoint's covariates and its stratum.

    ``wald``: interval and test by the standard error of the log odds ratio. ``profile``: where the likelihood,
    maximised over all else, falls by half the quantile of chi-squared; the test is the likelihood-ratio test (R:
    ``confint``, ``anova``). With ``cluster`` standard errors are robust to clusters, with the factor G/(G - 1) of G
    clusters (R: ``sandwich::vcovCL(type = "HC0")``; Liang and Zeger, Biometrika 1986;73:13-22), and Wald's alone.
    Participants who lack the outcome or a covariate are left out, and counted.
    """
    model = design(people)
    outcome = np.asarray(model.frame["Outcome"] == people.event, dtype=np.float64)
    fitted = fit(model, outcome)
    rows: list[Statistic] = []
    for arm in people.compared:
        rows += _of_arm(model, outcome, fitted, arm, interval, confidence, decimals)
    return Answer(*_told(people, model, interval), (*rows, *counted(model, outcome), level_of(confidence)))


def _told(people: Participants, model: Design, interval: str) -> tuple[str, str]:
    robust = "" if model.clusters is None else ", standard errors robust to clusters (factor G/(G - 1))"
    named = f"{told(people)}; {SAID[interval]}{robust}"
    return (
        f"Logistic regression of the outcome on the arms{named}",
        f"Odds ratios were estimated by logistic regression{named}.",
    )


def counted(model: Design, outcome: Vector) -> list[Statistic]:
    """Return the participants and events in a model, and who was left out."""
    clusters = [Statistic("n_clusters", "Clusters", model.n_clusters, "count")] if model.clusters is not None else []
    return [
        Statistic("n", "Participants in the model", len(outcome), "count"),
        Statistic("n_event", "Events in the model", int(outcome.sum()), "count"),
        Statistic("N_miss", "Outcome or covariate missing", model.missing, "count"),
        *clusters,
    ]


def _of_arm(
    model: Design, outcome: Vector, fitted: Fit, arm: str, interval: str, confidence: float, decimals: int
) -> list[Statistic]:
    why = fitted.why
    found = None if why else _compared(model, outcome, fitted, arm, interval, confidence)
    estimate, error, limits, p, no_limits = found or (None, None, (None, None), None, why)
    reasons = (why, "" if limits[0] is not None else no_limits, "" if limits[1] is not None else no_limits)
    error_why = "" if error is not None else no_limits
    return [
        *with_limits("Odds ratio (logistic regression)", (estimate, *limits), ratio_key(decimals), reasons, arm=arm),
        Statistic("std.error", "SE of the log odds ratio", error, "fixed:3", arm=arm, reason=error_why),
        Statistic("p.value", f"{_TESTS[interval]} of the odds ratio", p, "p", arm=arm, reason=p_why(p, no_limits)),
    ]


_TESTS = {"wald": "Wald test", "profile": "Likelihood-ratio test"}
Compared = tuple[float | None, float | None, tuple[float | None, float | None], float | None, str]


def p_why(p: float | None, why: str) -> str:
    """Return the reason of a p where it lacks."""
    return "" if p is not None else why


def _compared(
    model: Design, outcome: Vector, fitted: Fit, arm: str, interval: str, confidence: float
) -> Compared | None:
    at = model.arm_column(arm)
    estimate = math.exp(fitted.coefficients[at])
    covariance, why = robust(model, outcome, fitted)
    if covariance is None or (interval == "profile" and model.clusters is not None):
        return estimate, None, (None, None), None, why or NOT_WITH_CLUSTERS
    error = math.sqrt(covariance[at, at])
    if interval == "profile":
        limits = _profile(model.matrix, outcome, fitted, at, confidence)
        return estimate, error, limits, _likelihood_ratio_p(model.matrix, outcome, fitted, at), NO_LIMIT
    half = z_value(confidence) * error
    middle = float(fitted.coefficients[at])
    return estimate, error, (math.exp(middle - half), math.exp(middle + half)), normal_p(middle / error), ""


def normal_p(z: float) -> float:
    """Return the two-sided p of a standard normal deviate."""
    from scipy.special import erfc

    return at_least(float(erfc(abs(z) / math.sqrt(2))))


def robust(model: Design, outcome: Vector, fitted: Fit) -> tuple[Matrix | None, str]:
    """Return the covariance of the coefficients, robust to clusters where there are some, or why there is none."""
    if model.clusters is None:
        return fitted.covariance, ""
    groups = model.n_clusters
    if groups < 2:
        return None, TOO_FEW_CLUSTERS
    scores = model.matrix * (outcome - chances(model.matrix, fitted.coefficients))[:, None]
    summed = np.zeros((groups, scores.shape[1]))
    np.add.at(summed, model.clusters, scores)
    meat = summed.T @ summed * (groups / (groups - 1))
    return np.asarray(fitted.covariance @ meat @ fitted.covariance), ""


def chances(matrix: Matrix, coefficients: Vector) -> Vector:
    """Return the fitted chances of the event."""
    from scipy.special import expit

    return np.asarray(expit(matrix @ coefficients), dtype=float)


def fit(model: Design, outcome: Vector) -> Fit:
    """Return the most likely coefficients, or why there are none."""
    why = model.why or (ALIKE if outcome.min() == outcome.max() else "")
    if not why and _is_an_arm_alike(model, outcome):
        why = SEPARATED_ARM
    if why:
        return _nothing(why)
    found = newton(model.matrix, outcome)
    p = None if found.why else chances(model.matrix, found.coefficients)
    if p is None or min(p.min(), 1 - p.max()) < NEAR_AN_END:
        signed = np.where(outcome[:, None] == 1, model.matrix, -model.matrix)
        return _nothing(SEPARATED) if is_separated(signed) else found
    return found


def _nothing(why: str) -> Fit:
    return Fit(np.zeros(0), np.zeros((0, 0)), 0.0, why)


def _is_an_arm_alike(model: Design, outcome: Vector) -> bool:
    """Return whether all or none of an arm, the reference or another, had the event."""
    means = [outcome[(model.frame["Arm"] == arm).to_numpy()].mean() for arm in model.frame["Arm"].unique()]
    return any(mean in (0.0, 1.0) for mean in means)


def newton(matrix: Matrix, outcome: Vector, offset: Vector | float = 0.0) -> Fit:
    """Return the fit of a logistic model by Newton's method, steps halved while the likelihood falls."""
    beta = np.zeros(matrix.shape[1])
    best = _likelihood(matrix @ beta + offset, outcome)
    for _ in range(STEPS):
        score, information = _slopes(matrix, matrix @ beta + offset, outcome)
        if np.linalg.cond(information) > 1e14:
            return _nothing(NOT_CONVERGED)
        step: Vector = np.asarray(np.linalg.solve(information, score), dtype=np.float64)
        beta, found = _stepped(matrix, outcome, offset, beta, step, best)
        gained, best = found - best, found
        if float(np.abs(step).max()) < CLOSE or (gained < 1e-13 * abs(best) and float(score @ step) < 1e-20):
            break
    else:
        return _nothing(NOT_CONVERGED)
    information = _slopes(matrix, matrix @ beta + offset, outcome)[1]
    return Fit(beta, np.asarray(np.linalg.inv(information), dtype=np.float64), best)


def _stepped(
    matrix: Matrix, outcome: Vector, offset: Vector | float, beta: Vector, step: Vector, best: float
) -> tuple[Vector, float]:
    for _ in range(40):
        tried = beta + step
        found = _likelihood(matrix @ tried + offset, outcome)
        if found >= best - 1e-12 * abs(best):
            return tried, found
        step = step / 2
    return beta, best


def _likelihood(linear: Vector, outcome: Vector) -> float:
    return float((outcome * linear - np.logaddexp(0.0, linear)).sum())


def _slopes(matrix: Matrix, linear: Vector, outcome: Vector) -> tuple[Vector, Matrix]:
    from scipy.special import expit

    p = expit(linear)
    return matrix.T @ (outcome - p), np.asarray((matrix * (p * (1 - p))[:, None]).T @ matrix)


def _held(matrix: Matrix, outcome: Vector, at: int, value: float) -> float:
    """Return the logarithm of the likelihood maximised with one coefficient held; -inf where that has no fit."""
    found = newton(np.delete(matrix, at, axis=1), outcome, matrix[:, at] * value)
    return -math.inf if found.why else found.likelihood


def _profile(
    matrix: Matrix, outcome: Vector, fitted: Fit, at: int, confidence: float
) -> tuple[float | None, float | None]:
    """Return the odds ratios at which twice the logarithm of the likelihood has fallen by chi-squared's quantile."""
    drop = z_value(confidence) ** 2 / 2
    middle, error = float(fitted.coefficients[at]), math.sqrt(fitted.covariance[at, at])

    def left(value: float) -> float:
        return max(-1e300, _held(matrix, outcome, at, value) - fitted.likelihood + drop)

    ends = [_limit(left, middle, side * error) for side in (-1, 1)]
    return (None if ends[0] is None else math.exp(ends[0])), (None if ends[1] is None else math.exp(ends[1]))


def _limit(left: object, middle: float, step: float) -> float | None:
    from scipy.optimize import brentq

    assert callable(left)
    inner, outer = middle, middle + step
    for _ in range(30):
        if left(outer) <= 0:
            return float(brentq(left, inner, outer, xtol=1e-12, rtol=1e-13))
        inner, outer = outer, outer + step
    return None


def _likelihood_ratio_p(matrix: Matrix, outcome: Vector, fitted: Fit, at: int) -> float:
    from scipy.special import chdtrc

    gained = 2 * (fitted.likelihood - _held(matrix, outcome, at, 0.0))
    return at_least(float(chdtrc(1, max(0.0, gained))))
