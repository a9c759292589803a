"""A linear mixed model with a random intercept of each participant, by restricted maximum likelihood (REML).

It takes the values of a participant as equally correlated, whatever lies between the visits, with one variance at all
visits. It is not the model with an unstructured covariance that is known as an MMRM.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from report.analysis.basis import model_columns
from report.analysis.basis.methods import Answer, Statistic, level_of, method
from report.analysis.basis.model_columns import Matrix
from report.analysis.basis.participants import Repeated
from report.analysis.basis.t_estimates import TEstimate
from report.analysis.counts.repeated_models import NOBODY, Effect, Setting, asked, counted, setting
from report.analysis.numbers.samples import mean_key
from report.analysis.within.paired import Confidence

Vector = npt.NDArray[np.float64]
OF_EVENT = "a linear model is of numbers, and this is an event"
NO_PAIR = "no participant has two values: variances between and within participants cannot be told apart"
NO_SPREAD = "the model leaves no spread between values"
NO_SPREAD_WITHIN = "the values of a participant do not vary: there is no variance within participants"
SMALL = 1e-12  # of the values' size: residuals below it are no spread but what arithmetic leaves
LARGEST = 1e8  # the ratio of the variances between and within participants that is looked for


@dataclass(frozen=True)
class Mixed:
    """A fitted model: the coefficients, their covariance, the variances between and within participants.

    ``of_variances`` is the covariance of the two variances; None where the variance between participants is 0.
    """

    data: Setting
    coefficients: Vector
    covariance: Matrix
    between: float
    within: float
    of_variances: Matrix | None

    def combination(self, weights: Vector) -> TEstimate:
        """Return a weighted sum of the coefficients, its standard error, and Satterthwaite's degrees of freedom."""
        variance = float(weights @ self.covariance @ weights)
        return TEstimate(float(weights @ self.coefficients), math.sqrt(variance), self._freedom(weights, variance))

    def _freedom(self, weights: Vector, variance: float) -> float:
        """Return 2 variance^2 over the variance of the variance, by the delta method; see ``fit``."""
        if self.of_variances is None:
            return float(len(self.data.outcome) - self.data.matrix.shape[1])
        projected = self.covariance @ weights
        _, weighed = _inverse(self.data, self.between, self.within, self.data.matrix @ projected)
        of_between = float((self.data.summed(weighed) ** 2).sum())
        slope = np.array([of_between, float(weighed @ weighed)])
        return float(2 * variance**2 / (slope @ self.of_variances @ slope))


def _inverse(data: Setting, between: float, within: float, rows: Matrix) -> tuple[Vector, Matrix]:
    """Return the share by which each participant's sum is taken off, and the inverse covariance times rows."""
    share = between / (within + data.sizes * between)
    sums = data.summed(rows)
    shares = share.reshape(-1, *[1] * (rows.ndim - 1))
    return share, (rows - data.spread_out(shares * sums)) / within


def hindrance(people: Repeated, data: Setting) -> str:
    """Return why there is no such model; empty where there is one."""
    if people.event:
        return OF_EVENT
    return data.why or ("" if (data.sizes > 1).any() else NO_PAIR)


def fit(data: Setting) -> Mixed | str:
    """Return the REML fit (R: ``lme4::lmer``, ``nlme::lme``), or why there is none.

    The ratio of the variances is where the derivative of the restricted likelihood is zero, 0 where it only falls.
    Degrees of freedom are Satterthwaite's (Biometrics Bulletin 1946;2:110-114), from the observed information of the
    variances (R: ``lmerTest``; Kuznetsova and others, J Stat Softw 2017;82(13)); with a variance between participants
    of 0 they are those of least squares.
    """
    found = _Profile(data, 0.0)
    if found.squares <= (SMALL * float(np.abs(data.outcome).max())) ** 2 * len(data.outcome):
        return NO_SPREAD
    ratio = _ratio(lambda given: _Profile(data, given).slope())
    if ratio is None:
        return NO_SPREAD_WITHIN
    best = _Profile(data, ratio)
    within = best.squares / (len(data.outcome) - data.matrix.shape[1])
    made = Mixed(data, best.coefficients, within * best.bread, ratio * within, within, None)
    return replace(made, of_variances=_of_variances(made)) if ratio else made


class _Profile:
    """The generalised least squares at a given ratio of the variances; there must be a spread for a slope."""

    def __init__(self, data: Setting, ratio: float) -> None:
        _, weighed = _inverse(data, ratio, 1.0, data.matrix)
        self.bread: Matrix = np.asarray(np.linalg.inv(data.matrix.T @ weighed), dtype=float)
        self.coefficients: Vector = self.bread @ (weighed.T @ data.outcome)
        self.left: Vector = data.outcome - data.matrix @ self.coefficients
        _, left_weighed = _inverse(data, ratio, 1.0, self.left)
        self.squares = float(self.left @ left_weighed)
        self.data, self.ratio = data, ratio

    def slope(self) -> float:
        """Return the derivative of the REML deviance by the ratio."""
        data, grown = self.data, 1 + self.data.sizes * self.ratio
        sums = data.summed(data.matrix) / grown[:, None]
        of_columns = float(np.einsum("ij,jk,ik->", sums, self.bread, sums))
        of_squares = float(((data.summed(self.left) / grown) ** 2).sum())
        freedom = len(data.outcome) - data.matrix.shape[1]
        return float((data.sizes / grown).sum() - of_columns - freedom * of_squares / self.squares)


def _ratio(slope: Callable[[float], float]) -> float | None:
    """Return where the slope of the deviance rises through zero; 0 where it starts above, None where it never does."""
    from scipy.optimize import brentq

    if slope(0.0) >= 0:
        return 0.0
    low, high = 0.0, 1.0
    while slope(high) < 0:
        low, high = high, 4 * high
        if high > LARGEST:
            return None
    return float(brentq(slope, low, high, xtol=1e-14, rtol=1e-14))


def _of_variances(made: Mixed) -> Matrix:
    """Return the covariance of the variances: twice the inverse of the second derivatives of the REML deviance."""
    at = np.array([made.between, made.within])
    steps = 1e-5 * np.array([max(made.between, made.within), made.within])
    steps[0] = min(steps[0], 0.5 * made.between)
    rows = []
    for place, step in enumerate(steps):
        moved = np.eye(2)[place] * step
        up, down = (_gradient(made.data, *(at + way * moved)) for way in (1, -1))
        rows.append((up - down) / (2 * step))
    second = np.array(rows)
    return np.asarray(2 * np.linalg.inv((second + second.T) / 2))


def _gradient(data: Setting, between: float, within: float) -> Vector:
    """Return the derivatives of the REML deviance by the variances between and within participants."""
    share, weighed = _inverse(data, between, within, data.matrix)
    bread = np.linalg.inv(data.matrix.T @ weighed)
    coefficients = bread @ (weighed.T @ data.outcome)
    _, left = _inverse(data, between, within, data.outcome - data.matrix @ coefficients)
    ones = (1 - share * data.sizes) / within
    sums = data.summed(weighed)
    of_between = float((data.sizes * ones).sum()) - float(np.einsum("ij,jk,ik->", sums, bread, sums))
    of_within = float((data.sizes * (1 - share)).sum()) / within - float(
        np.einsum("ij,jk,ik->", weighed, bread, weighed)
    )
    return np.array([of_between - float((data.summed(left) ** 2).sum()), of_within - float(left @ left)])


@method("random_intercept", context="regression")
def random_intercept(
    people: Repeated, decimals: int, unit: str, *, effect: Effect = "by_visit", confidence: Confidence = 0.95
) -> Answer:
    """Return differences of arms from a linear mixed model with a random intercept of each participant (REML).

    Fixed effects are visit, arm (at each visit, or ``overall``: one difference for all visits), the value at the
    earlier visit, the covariates and the strata. Intervals and tests are of Student's t with Satterthwaite's degrees
    of freedom. Missing values are taken as missing at random given the model. This is no MMRM: the covariance is
    compound symmetry, not unstructured.
    """
    data = setting(people, effect)
    why = hindrance(people, data)
    found = why or fit(data)
    rows = [*_differences(people, data, found, effect, confidence, decimals, unit)]
    rows += _means(people, data, found, confidence, decimals, unit)
    adjusted = model_columns.told(people)
    of_arm = (
        "a difference of each arm at each visit"
        if effect == "by_visit"
        else "one difference of each arm for all visits"
    )
    return Answer(
        f"Random-intercept model (linear mixed model with a random intercept of each participant, REML) with visit and "
        f"{of_arm}{adjusted}; Student’s t with Satterthwaite degrees of freedom; least-squares means at the mean of "
        "the covariates; no unstructured covariance (not an MMRM)",
        f"Values at all visits were compared with a linear mixed model with a random intercept of each participant "
        f"(REML), with visit and {of_arm}{adjusted}; intervals and two-sided tests are those of Student’s t with "
        "Satterthwaite degrees of freedom.",
        (*rows, *_variances(found, decimals, unit), *counted(people, data), level_of(confidence)),
    )


def _differences(
    people: Repeated, data: Setting, found: Mixed | str, effect: Effect, confidence: float, decimals: int, unit: str
) -> Iterator[Statistic]:
    for arm, visit in asked(people, effect):
        estimate = _combined(found, data.differences.get((arm, visit)))
        label = "Least-squares mean difference, random intercept"
        rows = estimate.interval_rows(label, confidence, mean_key(decimals), unit, arm)
        rows += estimate.test_rows("Random-intercept model", arm)
        yield from (replace(row, visit=visit) for row in rows)


def _combined(found: Mixed | str, weights: Vector | None) -> TEstimate:
    if isinstance(found, str):
        return TEstimate(no_value=found)
    return TEstimate(no_value=NOBODY) if weights is None else found.combination(weights)


def _means(
    people: Repeated, data: Setting, found: Mixed | str, confidence: float, decimals: int, unit: str
) -> Iterator[Statistic]:
    """Yield the least-squares mean of each arm at each visit, at the mean of the covariates of the values."""
    for visit in people.visits:
        for arm in people.arms:
            estimate = _combined(found, data.means.get((arm, visit)))
            for row in least_squares_mean(estimate, confidence, decimals, unit):
                yield replace(row, arm=arm, visit=visit)


def least_squares_mean(estimate: TEstimate, confidence: float, decimals: int, unit: str) -> list[Statistic]:
    """Return a least-squares mean, its standard error and its limits, named as those of ``ancova``."""
    low, high = (None, None) if estimate.why else estimate.limits(confidence)
    error, key, why = None if estimate.why else estimate.error, f"mean:{decimals + 1}", estimate.why
    return [
        Statistic(
            "ls_mean", "Least-squares mean, random intercept", estimate.value, key, unit, reason=estimate.no_value
        ),
        Statistic("ls_mean.std.error", "SE", error, key, unit, reason=why),
        Statistic("ls_mean.conf.low", "Lower limit", low, key, unit, reason=why),
        Statistic("ls_mean.conf.high", "Upper limit", high, key, unit, reason=why),
    ]


def _variances(found: Mixed | str, decimals: int, unit: str) -> list[Statistic]:
    why = found if isinstance(found, str) else ""
    between, within = (None, None) if isinstance(found, str) else (found.between, found.within)
    share = between / (between + within) if between is not None and within is not None else None
    key = f"mean:{decimals + 2}"
    return [
        Statistic("variance_between", "Variance between participants", between, key, reason=why),
        Statistic("variance_within", "Variance within participants", within, key, reason=why),
        Statistic("icc", "Correlation of two values of a participant", share, "mean:2", reason=why),
    ]
