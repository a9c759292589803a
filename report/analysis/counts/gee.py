"""Generalised estimating equations (GEE) of values at several visits: linear for numbers, logistic for an event.

Written out with the sums over participants, as SAS PROC GENMOD and R's ``gee`` have them: the scale and the
exchangeable correlation are moments with the number of coefficients taken off (Liang & Zeger, Biometrika
1986;73:13-22). R's ``geepack`` takes none off, and differs where the correlation bears on the estimate.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from report.analysis.basis import model_columns
from report.analysis.basis.methods import Answer, Statistic, level_of, method, ratio_key
from report.analysis.basis.model_columns import Matrix
from report.analysis.basis.participants import Repeated
from report.analysis.basis.wald import wald
from report.analysis.counts.repeated_models import NOBODY, Effect, Setting, asked, counted, setting
from report.analysis.numbers.samples import mean_key
from report.analysis.within.paired import Confidence

Vector = npt.NDArray[np.float64]
Correlation = Literal["exchangeable", "independence"]
Variance = Literal["robust", "bias_reduced"]
SEPARATED = "nobody or everybody has the event in an arm, at a visit or at a level: the model has no finite estimate"
TOO_FEW_PEOPLE = "there are no more participants than coefficients, too few for robust standard errors"
NO_PAIR = "there are too few pairs of values of a participant for the working correlation"
OUT_OF_RANGE = "the working correlation lies outside of what values can have"
NOT_FITTED = "the estimating equations did not converge"
NO_SPREAD = "the model leaves no spread between values"
MOST_STEPS, CLOSE, SMALL = 500, 1e-11, 1e-12


@dataclass(frozen=True)
class Fit:
    """Coefficients, their robust covariance, and the working correlation."""

    coefficients: Vector
    covariance: Matrix
    correlation: float


@dataclass(frozen=True)
class _Step:
    """The equations at some coefficients: columns and residuals over the SD of the values, and the correlation."""

    columns: Matrix
    left: Vector
    correlation: float
    bread: Matrix
    scores: Matrix


def hindrance(people: Repeated, data: Setting, effect: Effect) -> str:
    """Return why there is no such model; empty where there is one."""
    if data.why:
        return data.why
    if len(data.first) <= data.matrix.shape[1]:
        return TOO_FEW_PEOPLE
    return SEPARATED if people.event and _is_separated(people, data, effect) else ""


def _is_separated(people: Repeated, data: Setting, effect: Effect) -> bool:
    """Return whether a group that has a coefficient of its own has no event, or nothing else."""
    named = model_columns.categories(people)
    groups = [["Arm", "Visit"]] if effect == "by_visit" else [["Arm"], ["Visit"]]
    shares = [data.frame.groupby(by)["Outcome"].mean() for by in (*groups, *([name] for name in named))]
    return any(bool(((share == 0) | (share == 1)).any()) for share in shares)


def fit(data: Setting, correlation: Correlation, variance: Variance, *, is_event: bool) -> Fit | str:
    """Return the solution of the estimating equations, or why there is none.

    ``robust``: the sandwich of Liang and Zeger. ``bias_reduced``: residuals divided by one minus the leverage (Mancl &
    DeRouen, Biometrics 2001;57:126-134), for few participants.
    """
    pairs = float((data.sizes * (data.sizes - 1) / 2).sum())
    if correlation == "exchangeable" and pairs <= data.matrix.shape[1]:
        return NO_PAIR
    solved = _solved(data, pairs if correlation == "exchangeable" else 0.0, is_event)
    if isinstance(solved, str):
        return solved
    coefficients, last = solved
    scores = last.scores if variance == "robust" else _bias_reduced(data, last)
    return Fit(coefficients, last.bread @ (scores.T @ scores) @ last.bread, last.correlation)


def _solved(data: Setting, pairs: float, is_event: bool) -> tuple[Vector, _Step] | str:
    """Return coefficients that solve the equations, and the equations there; ``pairs`` 0 for independence."""
    beta, size = np.zeros(data.matrix.shape[1]), 1.0 if is_event else float(np.abs(data.outcome).max())
    moved, before = np.inf, 0.0
    for count in range(MOST_STEPS):
        step = _equations(data, beta, pairs if count else 0.0, is_event)
        if isinstance(step, str):
            return step
        if count > 1 and moved <= CLOSE * max(size, 1e-300) and abs(step.correlation - before) <= CLOSE:
            return beta, step
        move, before = step.bread @ step.scores.sum(axis=0), step.correlation
        beta, moved = beta + move, float(np.abs(move).max())
    return NOT_FITTED


def _equations(data: Setting, beta: Vector, pairs: float, is_event: bool) -> _Step | str:
    expected = data.matrix @ beta
    deviation = np.ones(len(expected))
    if is_event:
        expected = 1 / (1 + np.exp(-np.clip(expected, -300, 300)))
        deviation = np.sqrt(expected * (1 - expected))
        if deviation.min() < 1e-7:
            return NOT_FITTED
    columns, left = data.matrix * deviation[:, None], (data.outcome - expected) / deviation
    if not is_event and pairs and np.abs(left).max() <= SMALL * np.abs(data.outcome).max():
        return NO_SPREAD
    correlation = _correlation(data, left, pairs) if pairs else 0.0
    if not -1 / max(1.0, data.sizes.max() - 1) < correlation < 1:
        return OUT_OF_RANGE
    weighed = _inverse(data, correlation, columns)
    bread = np.asarray(np.linalg.inv(columns.T @ weighed), dtype=float)
    return _Step(columns, left, correlation, bread, data.summed(weighed * left[:, None]))


def _correlation(data: Setting, left: Vector, pairs: float) -> float:
    """Return the moment estimate of the correlation of two values of a participant."""
    coefficients = data.matrix.shape[1]
    products = float((data.summed(left) ** 2).sum() - left @ left) / 2
    scale = float(left @ left) / (len(left) - coefficients)
    return float(products / (pairs - coefficients) / scale)


def _inverse(data: Setting, correlation: float, rows: Matrix) -> Matrix:
    """Return the inverse of the exchangeable correlation of each participant's values times rows."""
    share = correlation / (1 + (data.sizes - 1) * correlation)
    return (rows - data.spread_out(share[:, None] * data.summed(rows))) / (1 - correlation)


def _bias_reduced(data: Setting, step: _Step) -> Matrix:
    """Return each participant's score with residuals divided by one minus the participant's leverage."""
    weighed = _inverse(data, step.correlation, step.columns)
    ends = np.append(data.first[1:], len(step.left))
    made = []
    for first, end in zip(data.first, ends, strict=True):
        leverage = step.columns[first:end] @ step.bread @ weighed[first:end].T
        left = np.linalg.solve(np.eye(end - first) - leverage, step.left[first:end])
        made.append(weighed[first:end].T @ left)
    return np.array(made)


CORRELATIONS = {
    "exchangeable": "exchangeable working correlation",
    "independence": "independence as working correlation",
}
VARIANCES = {
    "robust": "robust (sandwich) standard errors",
    "bias_reduced": "bias-reduced robust standard errors (Mancl and DeRouen)",
}


@method("gee", context="regression")
def gee(
    people: Repeated,
    decimals: int,
    unit: str,
    *,
    effect: Effect = "by_visit",
    correlation: Correlation = "exchangeable",
    variance: Variance = "robust",
    confidence: Confidence = 0.95,
) -> Answer:
    """Return differences of means, or odds ratios of an event, from generalised estimating equations.

    The model has visit, arm (at each visit, or ``overall``: one effect for all visits), the value at the earlier visit
    where the endpoint is a change, the covariates and the strata; identity link for a number, logit for an event.
    Intervals and two-sided tests are Wald's, with the normal distribution. Values missing are taken as missing
    completely at random given the covariates.
    """
    data = setting(people, effect)
    found = hindrance(people, data, effect) or fit(data, correlation, variance, is_event=bool(people.event))
    if isinstance(found, Fit) and not people.event and _is_exact(data, found):
        found = NO_SPREAD
    rows = [*_compared(people, data, found, effect, confidence, decimals, unit)]
    why = found if isinstance(found, str) else ""
    alpha = None if isinstance(found, str) else found.correlation
    rows.append(Statistic("correlation", "Working correlation", alpha, "mean:2", reason=why))
    kind = "logistic (odds ratios)" if people.event else "linear (differences of means)"
    of_arm = "an effect of each arm at each visit" if effect == "by_visit" else "one effect of each arm for all visits"
    told = f"visit and {of_arm}{model_columns.told(people)}, {CORRELATIONS[correlation]}, {VARIANCES[variance]}"
    return Answer(
        f"Generalised estimating equations, {kind}, with {told}; Wald intervals and two-sided tests, normal",
        f"Values at all visits were compared with generalised estimating equations, {kind}, with {told}.",
        (*rows, *counted(people, data), level_of(confidence)),
    )


def _is_exact(data: Setting, found: Fit) -> bool:
    left = data.outcome - data.matrix @ found.coefficients
    return bool(np.abs(left).max() <= SMALL * np.abs(data.outcome).max())


def _compared(
    people: Repeated, data: Setting, found: Fit | str, effect: Effect, confidence: float, decimals: int, unit: str
) -> Iterator[Statistic]:
    label = "Odds ratio, GEE" if people.event else "Difference of means, GEE"
    key = ratio_key(decimals) if people.event else mean_key(decimals)
    for arm, visit in asked(people, effect):
        weights = data.differences.get((arm, visit))
        estimate = spread = None
        why = found if isinstance(found, str) else NOBODY if weights is None else ""
        if isinstance(found, Fit) and weights is not None:
            estimate, spread = float(weights @ found.coefficients), float(weights @ found.covariance @ weights)
        rows = wald(
            label, estimate, spread, key, confidence, why, is_log=bool(people.event), tested="Wald test, GEE",
            unit="" if people.event else unit, arm=arm,
        )  # fmt: skip
        yield from (replace(row, visit=visit) for row in rows)
