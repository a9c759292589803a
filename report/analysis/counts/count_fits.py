"""Regressions of numbers of events with a log link: what they are fitted to, and their maximum-likelihood fits.

The logarithm of the time of observation is the offset. The fit is Fisher scoring, written out: it needs no start-up
time, and a fit that does not exist is known before or after it rather than by a library's warning.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from report.analysis.basis import model_columns
from report.analysis.basis.model_columns import Matrix
from report.analysis.basis.participants import Exposures
from report.analysis.counts import rates

Vector = npt.NDArray[np.float64]
NO_EVENT_IN_ARM = "no event in the arm: a model of the rates has no finite estimate"
NO_EVENT_IN_REFERENCE = "no event in the reference arm: a model of the rates has no finite estimate"
NO_EVENT_AT_LEVEL = "a level of a covariate has no event: the model has no finite estimate"
MOST_STEPS, CLOSE = 200, 1e-11
LEAST_K, MOST_K = 1e-6, 1e6  # of the negative binomial's dispersion: below, it is a Poisson distribution


@dataclass(frozen=True)
class Prepared:
    """What a model is fitted to, whose each row is, and why an arm, or all, cannot be estimated."""

    events: Vector
    offset: Vector
    matrix: Matrix
    clusters: npt.NDArray[np.int_]
    estimated: tuple[str, ...]
    hindrances: dict[str, str]
    used: dict[str, int]
    missing: dict[str, int]


@dataclass(frozen=True)
class Fit:
    """Coefficients on the scale of the logarithm, the expected numbers, and the dispersion k (0: Poisson)."""

    coefficients: Vector
    expected: Vector
    k: float = 0.0


def prepared(counts: Exposures) -> Prepared:
    """Return the rows, columns and hindrances of a model of numbers of events.

    An arm without any event has a rate of zero, which no logarithm has: its participants are left out of the fit,
    which is the limit that the fit with them runs to, and its ratio has a reason.
    """
    names = model_columns.adjusted_for(counts)
    clustered = [name for name in ("Cluster",) if name in counts.frame]
    complete = rates.is_observed(counts.frame) & model_columns.has_all(counts.frame, (*names, *clustered))
    frame = counts.frame[complete]
    used = {arm: int((frame["Arm"] == arm).sum()) for arm in counts.arms}
    missing = {arm: int(((counts.frame["Arm"] == arm).to_numpy(dtype=bool) & ~complete).sum()) for arm in counts.arms}
    hindrances = _hindrances(counts, frame)
    kept = frame[frame["Arm"].isin([arm for arm in counts.arms if not hindrances.get(arm)])]
    estimated = tuple(arm for arm in counts.compared if not hindrances.get(arm))
    arms = [(kept["Arm"] == arm).to_numpy(dtype=float) for arm in estimated]
    columns = model_columns.adjusting(kept, names, counts.levels)
    matrix = np.column_stack([np.ones(len(kept)), *arms, columns])
    if estimated and (why := model_columns.hindrance(matrix)):
        hindrances |= {arm: hindrances.get(arm) or why for arm in counts.compared}
    exposure = kept["Exposure"].to_numpy(dtype=float)
    return Prepared(
        kept["Outcome"].to_numpy(dtype=float), np.log(exposure), matrix, _clusters(kept),
        tuple(arm for arm in estimated if not hindrances.get(arm)), hindrances, used, missing,
    )  # fmt: skip


def _clusters(frame: pd.DataFrame) -> npt.NDArray[np.int_]:
    """Return the number of each row's cluster; every participant is one where none is named."""
    return pd.factorize(frame["Cluster"])[0] if "Cluster" in frame else np.arange(len(frame))


def _hindrances(counts: Exposures, frame: pd.DataFrame) -> dict[str, str]:
    """Return by arm why its ratio cannot be estimated; of the reference, what hinders every ratio."""
    events = {arm: frame.loc[(frame["Arm"] == arm).to_numpy(dtype=bool), "Outcome"] for arm in counts.arms}
    base = events[counts.reference]
    whole = rates.not_counts(counts) or _level_without(counts, frame)
    if not whole and len(base) and not base.sum():
        whole = NO_EVENT_IN_REFERENCE
    found = {}
    for arm, of_arm in events.items():
        empty = "" if len(of_arm) and len(base) else rates.NOBODY_IN_ARM
        none = "" if of_arm.sum() or not len(of_arm) else NO_EVENT_IN_ARM
        both = rates.NO_EVENT if len(of_arm) and not of_arm.sum() and not base.sum() else ""
        found[arm] = rates.not_counts(counts) or empty or both or whole or none
    return found


def _level_without(counts: Exposures, frame: pd.DataFrame) -> str:
    """Return a reason where a level of a category occurs and has no event, while others have some."""
    if not frame["Outcome"].sum():
        return ""
    named = model_columns.categories(counts)
    without = any(not sums.all() for sums in (frame.groupby(name)["Outcome"].sum() for name in named))
    return NO_EVENT_AT_LEVEL if without else ""


def poisson_fit(data: Prepared, k: float = 0.0, start: Vector | None = None) -> Fit | None:
    """Return the maximum-likelihood fit at a given dispersion k; None where it does not converge."""
    beta = _first_guess(data) if start is None else start
    for _ in range(MOST_STEPS):
        expected = np.exp(np.clip(data.matrix @ beta + data.offset, -300, 300))
        weights = 1 / (1 + k * expected)
        information = (data.matrix.T * (expected * weights)) @ data.matrix
        if not np.isfinite(information).all() or np.linalg.cond(information) > 1e14:
            return None
        step = np.linalg.solve(information, data.matrix.T @ ((data.events - expected) * weights))
        beta = beta + step / max(1.0, float(np.abs(step).max()))
        if np.abs(step).max() < CLOSE:
            return Fit(beta, np.exp(data.matrix @ beta + data.offset), k)
    return None


def _first_guess(data: Prepared) -> Vector:
    beta = np.zeros(data.matrix.shape[1])
    beta[0] = math.log(data.events.sum() / np.exp(data.offset).sum())
    return beta


def covariance(data: Prepared, fit: Fit) -> Matrix:
    """Return the inverse of the expected information, which is that of the coefficients at the fitted k."""
    weights = fit.expected / (1 + fit.k * fit.expected)
    return np.asarray(np.linalg.inv((data.matrix.T * weights) @ data.matrix))


def robust(data: Prepared, fit: Fit) -> Matrix:
    """Return the sandwich covariance without a small-sample factor (R: ``sandwich::vcovCL(fit, type = "HC0")``).

    Scores are summed within clusters; every participant is a cluster where the endpoint names none.
    """
    scores = data.matrix * ((data.events - fit.expected) / (1 + fit.k * fit.expected))[:, None]
    summed = np.zeros((int(data.clusters.max()) + 1, scores.shape[1]))
    np.add.at(summed, data.clusters, scores)
    bread = covariance(data, fit)
    return np.asarray(bread @ (summed.T @ summed) @ bread)


def pearson(data: Prepared, fit: Fit) -> float:
    """Return Pearson's chi-squared of a Poisson fit over its degrees of freedom: 1 where the counts are Poisson."""
    freedom = len(data.events) - data.matrix.shape[1]
    return float(((data.events - fit.expected) ** 2 / fit.expected).sum() / freedom)


def negative_binomial_fit(data: Prepared) -> Fit | None:
    """Return the maximum-likelihood fit over coefficients and dispersion k: the variance is mean + k mean^2 (NB2).

    The score of k at 0 is half the sum of (y - mean)^2 - y: where it is not above zero, the best k is 0, a Poisson
    fit. Otherwise the score along the best coefficients is solved for k (R: ``MASS::glm.nb``, theta being 1/k).
    """
    first = poisson_fit(data)
    if first is None or not ((data.events - first.expected) ** 2 - data.events).sum() > 0:
        return first

    def score(logarithm: float) -> float:
        fit = poisson_fit(data, math.exp(logarithm), first.coefficients)
        return math.nan if fit is None else score_of_k(data.events, fit.expected, fit.k)

    if score(math.log(LEAST_K)) <= 0:
        return first
    root = _root(score)
    return None if root is None else poisson_fit(data, math.exp(root), first.coefficients)


def _root(score: Callable[[float], float]) -> float | None:
    """Return the logarithm of k at which the score falls through zero; None where there is none."""
    from scipy.optimize import brentq

    low, high = math.log(LEAST_K), 0.0
    while score(high) > 0:
        low, high = high, high + 1.0
        if high > math.log(MOST_K):
            return None
    if math.isnan(score(high)) or math.isnan(score(low)):
        return None
    return float(brentq(score, low, high, xtol=1e-13, rtol=1e-14))


def score_of_k(events: Vector, expected: Vector, k: float) -> float:
    """Return the derivative of the log likelihood by k; the sums over j < y are those of k/(1 + kj)."""
    sums = np.concatenate([[0.0], np.cumsum(k / (1 + k * np.arange(int(events.max()))))])[events.astype(int)]
    parts = (np.log1p(k * expected) - sums) / k**2 + (events - expected) / (k * (1 + k * expected))
    return float(parts.sum())
