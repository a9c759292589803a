"""Proportional-odds regression of ordered levels on the arms, adjusted for covariates and the stratum.

The chance of a level above each cut has log odds that differ between arms by the same amount at every cut (McCullagh,
J R Stat Soc B 1980;42:109-142; R: ``MASS::polr``, ``ordinal::clm``, whose coefficients have the same sign). Levels that
nobody has are left out. Fitted by Newton's method.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from report.analysis.basis.exact import Vector
from report.analysis.basis.methods import Answer, Statistic, level_of, method, ratio_key, with_limits
from report.analysis.basis.model_columns import Matrix, told
from report.analysis.basis.model_matrices import Design, design
from report.analysis.basis.participants import Participants
from report.analysis.basis.score_intervals import z_value
from report.analysis.basis.separation import SEPARATED, is_separated
from report.analysis.events.logistic import normal_p
from report.analysis.events.ordered import ONE_LEVEL, tested
from report.analysis.events.two_by_two import Confidence

Codes = npt.NDArray[np.int_]
NO_CLUSTERS = "the model does not allow for clusters"
NOT_CONVERGED = "the fit did not converge"
TWO_LEVELS = "two levels have proportional odds whatever they are"
NO_SCORE_TEST = "the counts do not tell the cuts apart"
STEPS, CLOSE = 200, 1e-11
SMALL = 1e-300
FAR = 10.0  # of a log odds: as far out as that is looked into


@dataclass(frozen=True)
class Cumulative:
    """The fit: the cuts, then the coefficients of the columns; their covariance; ``why`` where there is none."""

    cuts: Vector
    slopes: Vector
    covariance: Matrix
    why: str = ""


@method("proportional_odds", context="clm_regression")
def proportional_odds(people: Participants, decimals: int, unit: str, *, confidence: Confidence = 0.95) -> Answer:
    """Return each arm's odds of a higher level over the reference's, common to all cuts, and a test that it is common.

    Higher levels are those declared later. Adjusted for the endpoint's covariates and its stratum; Wald interval and
    test. The score test of proportional odds compares with a slope of its own at every cut, for all columns of the
    model together (SAS PROC LOGISTIC). Participants who lack the level or a covariate are left out, and counted.
    """
    model = design(people)
    named = [level for level in people.levels["Outcome"] if (model.frame["Outcome"] == level).any()]
    outcome = np.array([named.index(level) for level in model.frame["Outcome"]], dtype=np.int_)
    fitted = _fitted(model, outcome, len(named))
    rows = [row for arm in people.compared for row in _of_arm(model, fitted, arm, confidence, decimals)]
    adjusted = told(people)
    return Answer(
        f"Proportional-odds regression of the levels on the arms{adjusted}; Wald interval and test; score test of "
        "proportional odds",
        f"Odds ratios of a higher level were estimated by proportional-odds regression{adjusted}, with Wald intervals "
        "and tests; proportional odds were examined by the score test.",
        (*rows, *_proportional(model, fitted, outcome, len(named)), *_counted(model), level_of(confidence)),
    )


def _counted(model: Design) -> list[Statistic]:
    return [
        Statistic("n", "Participants in the model", len(model.frame), "count"),
        Statistic("N_miss", "Level or covariate missing", model.missing, "count"),
    ]


def _of_arm(model: Design, fitted: Cumulative, arm: str, confidence: float, decimals: int) -> list[Statistic]:
    label, why, key = "Odds ratio of a higher level", fitted.why, ratio_key(decimals)
    at = model.arm_column(arm) - 1  # the intercept is not among the slopes
    effect = None if why else float(fitted.slopes[at])
    error = None if why else math.sqrt(fitted.covariance[len(fitted.cuts) + at, len(fitted.cuts) + at])
    half = None if error is None else z_value(confidence) * error
    p = None if effect is None or error is None else normal_p(effect / error)
    values = (None, None, None) if effect is None or half is None else (
        math.exp(effect), math.exp(effect - half), math.exp(effect + half)
    )  # fmt: skip
    return [
        *with_limits(label, values, key, [why] * 3, arm=arm),
        Statistic("std.error", "SE of the log odds ratio", error, "fixed:3", arm=arm, reason=why),
        Statistic("p.value", "Wald test of the odds ratio", p, "p", arm=arm, reason=why),
    ]


def _proportional(model: Design, fitted: Cumulative, outcome: Codes, levels: int) -> list[Statistic]:
    """Return the score test of proportional odds, under names of its own."""
    slopes = model.matrix[:, 1:]
    why = fitted.why or (TWO_LEVELS if levels == 2 else "")
    found = None if why else score_test(slopes, outcome, fitted, levels)
    statistic, df = found or (None, None)
    rows = tested("score chi-squared of proportional odds", "Score test of proportional odds", statistic, df, "")
    names = {"statistic": "statistic.proportional", "df": "df.proportional", "p.value": "p.value.proportional"}
    reason = "" if found else why or NO_SCORE_TEST
    return [
        Statistic(names[row.name], row.label, row.stat, row.format_key, reason=reason) for row in rows
    ]  # fmt: skip


def _fitted(model: Design, outcome: Codes, levels: int) -> Cumulative:
    why = model.why or (ONE_LEVEL if levels < 2 else NO_CLUSTERS if model.clusters is not None else "")
    if why:
        return _nothing(why)
    slopes = model.matrix[:, 1:]
    found = fit(slopes, outcome, levels)
    is_far = bool(found.why) or float(np.abs(np.concatenate([found.cuts, found.slopes])).max()) > FAR
    return _nothing(SEPARATED) if is_far and is_separated(_bounds(slopes, outcome, levels)) else found


def _nothing(why: str) -> Cumulative:
    return Cumulative(np.zeros(0), np.zeros(0), np.zeros((0, 0)), why)


def _bounds(slopes: Matrix, outcome: Codes, levels: int) -> Matrix:
    """Return for each participant how far the level lies below the cut above it, and above the cut below it."""
    cuts = np.eye(levels - 1)
    below, above = outcome < levels - 1, outcome > 0
    under = np.column_stack([cuts[outcome[below]], -slopes[below]])
    over = np.column_stack([-cuts[outcome[above] - 1], slopes[above]])
    return np.vstack([under, over])


def fit(slopes: Matrix, outcome: Codes, levels: int) -> Cumulative:
    """Return the most likely cuts and slopes, by Newton's method with steps halved while the likelihood falls."""
    shares = np.cumsum(np.bincount(outcome, minlength=levels))[:-1] / len(outcome)
    theta = np.concatenate([np.log(shares / (1 - shares)), np.zeros(slopes.shape[1])])
    best = _likelihood(theta, slopes, outcome, levels)
    for _ in range(STEPS):
        score, information = _observed(theta, slopes, outcome, levels)
        if not np.linalg.cond(information) < 1e14:
            return _nothing(NOT_CONVERGED)
        step = np.linalg.solve(information, score)
        while (found := _likelihood(theta + step, slopes, outcome, levels)) < best - 1e-12 * abs(best):
            step = step / 2
        theta, best = theta + step, max(best, found)
        if float(np.abs(step).max()) < CLOSE:
            break
    else:
        return _nothing(NOT_CONVERGED)
    covariance = np.asarray(np.linalg.inv(_observed(theta, slopes, outcome, levels)[1]), dtype=np.float64)
    return Cumulative(theta[: levels - 1], theta[levels - 1 :], covariance)


def _likelihood(theta: Vector, slopes: Matrix, outcome: Codes, levels: int) -> float:
    upper, lower = _ends(theta[: levels - 1], slopes @ theta[levels - 1 :], outcome)
    chances = _logistic(upper) - _logistic(lower)
    return float(np.log(chances).sum()) if chances.min() > SMALL else -math.inf


def _ends(cuts: Vector, linear: Vector, outcome: Codes) -> tuple[Vector, Vector]:
    padded = np.concatenate([[-np.inf], cuts, [np.inf]])
    return padded[outcome + 1] - linear, padded[outcome] - linear


def _logistic(values: Vector) -> Vector:
    from scipy.special import expit

    return np.asarray(expit(values), dtype=float)


def _observed(theta: Vector, slopes: Matrix, outcome: Codes, levels: int) -> tuple[Vector, Matrix]:
    """Return the slope of the log likelihood, and minus its curvature."""
    upper, lower = _ends(theta[: levels - 1], slopes @ theta[levels - 1 :], outcome)
    high, low = _logistic(upper), _logistic(lower)
    chance = high - low
    first, second = high * (1 - high), low * (1 - low)
    up, down = _sides(slopes, outcome, levels)
    gradient = (up * first[:, None] - down * second[:, None]) / chance[:, None]
    bend_up, bend_down = first * (1 - 2 * high) / chance, second * (1 - 2 * low) / chance
    curvature = up.T @ (up * bend_up[:, None]) - down.T @ (down * bend_down[:, None]) - gradient.T @ gradient
    return gradient.sum(axis=0), np.asarray(-curvature, dtype=np.float64)


def _sides(slopes: Matrix, outcome: Codes, levels: int) -> tuple[Matrix, Matrix]:
    """Return how the cut above and the cut below each participant's level, less the slopes, hang on the parameters."""
    cuts = np.vstack([np.zeros(levels - 1), np.eye(levels - 1), np.zeros(levels - 1)])
    return np.column_stack([cuts[outcome + 1], -slopes]), np.column_stack([cuts[outcome], -slopes])


def score_test(slopes: Matrix, outcome: Codes, fitted: Cumulative, levels: int) -> tuple[float, int] | None:
    """Return the score chi-squared of proportional odds and its degrees of freedom; None where it does not exist.

    The slope of the likelihood of a model with slopes at every cut, and its expected information, at the common slopes.
    """
    columns = slopes.shape[1]
    score, information = _general(slopes, outcome, fitted, levels)
    if not np.linalg.cond(information) < 1e12:
        return None
    return float(score @ np.linalg.solve(information, score)), (levels - 2) * columns


def _general(slopes: Matrix, outcome: Codes, fitted: Cumulative, levels: int) -> tuple[Vector, Matrix]:
    """Return score and expected information of a model with an intercept and slopes of its own at every cut."""
    with_one = np.column_stack([np.ones(len(slopes)), -slopes])
    linear = slopes @ fitted.slopes
    below = _logistic(fitted.cuts[np.newaxis, :] - linear[:, np.newaxis])
    bounded = np.column_stack([np.zeros(len(slopes)), below, np.ones(len(slopes))])
    chances, density = np.diff(bounded, axis=1), below * (1 - below)
    size = (levels - 1) * with_one.shape[1]
    score, information = np.zeros(size), np.zeros((size, size))
    for level in range(levels):
        weights = np.zeros((len(slopes), levels - 1))
        if level < levels - 1:
            weights[:, level] = density[:, level]
        if level > 0:
            weights[:, level - 1] = -density[:, level - 1]
        by_cut = weights / chances[:, level][:, np.newaxis]
        gradient = (by_cut[:, :, np.newaxis] * with_one[:, np.newaxis, :]).reshape(len(slopes), size)
        score += gradient[outcome == level].sum(axis=0)
        information += gradient.T @ (gradient * chances[:, level][:, np.newaxis])
    return score, information
