"""Rate ratios from regressions of numbers of events: Poisson and negative binomial, adjusted for covariates.

``count_fits`` has the fits; here are the standard errors, the intervals and the tests.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from report.analysis.basis import model_columns
from report.analysis.basis.methods import Answer, Statistic, level_of, method, ratio_key, with_limits
from report.analysis.basis.model_columns import Matrix
from report.analysis.basis.participants import Exposures
from report.analysis.basis.score_intervals import z_value
from report.analysis.counts.count_fits import (
    Fit,
    Prepared,
    covariance,
    negative_binomial_fit,
    pearson,
    poisson_fit,
    prepared,
    robust,
)
from report.analysis.numbers.samples import counts as in_model
from report.analysis.within.paired import Confidence

NOT_FITTED = "the fit of the model did not converge"
NO_SPREAD = "the numbers of events do not differ from what the model expects, and leave no error to estimate"
ONE_CLUSTER = "there are no more clusters than columns in the model, too few for its robust standard error"

Variance = Literal["model", "scaled", "robust"]
ERRORS = {
    "model": "standard errors from the Poisson variance",
    "scaled": "standard errors multiplied by the square root of the dispersion (quasi-Poisson) and Student’s t",
    "robust": "robust (sandwich, HC0) standard errors",
}


@method("poisson", context="regression")
def poisson(
    counts: Exposures,
    decimals: int,
    unit: str,
    *,
    variance: Variance = "robust",
    confidence: Confidence = 0.95,
) -> Answer:
    """Return the rate ratio of each arm over the reference from a Poisson regression, with Wald interval and test.

    ``robust``: sandwich standard errors, within clusters where the endpoint names them (R: ``sandwich``).
    ``scaled``: the model's multiplied by the square root of Pearson's chi-squared over its degrees of freedom, and
    Student's t (R: ``glm`` with ``quasipoisson``). ``model``: the variance is the mean.
    """
    data = prepared(counts)
    fit = poisson_fit(data) if data.estimated else None
    why = NOT_FITTED if data.estimated and fit is None else ""
    errors = _errors(data, fit, variance) if fit is not None else None
    rows = [*_ratios(counts, data, fit, errors, "Rate ratio (Poisson)", confidence, decimals, why)]
    told = _clustered(counts, ERRORS[variance]) if variance == "robust" else ERRORS[variance]
    return Answer(
        f"Poisson regression of the numbers of events, log link, logarithm of the time of observation as offset"
        f"{model_columns.told(counts)}; {told}; Wald intervals and tests",
        f"Rates were compared with Poisson regression with the time of observation as offset"
        f"{model_columns.told(counts)}, with {told}.",
        (*rows, *_dispersion(data, fit), *_counted(counts, data), level_of(confidence)),
    )


def _clustered(counts: Exposures, told: str) -> str:
    return f"{told} for clusters" if "Cluster" in counts.frame else told


@dataclass(frozen=True)
class Errors:
    """The covariance of the coefficients, Student's degrees of freedom (none: normal), and why there is none."""

    covariance: Matrix
    freedom: int | None = None
    why: str = ""


def _errors(data: Prepared, fit: Fit, variance: Variance) -> Errors:
    model, freedom = covariance(data, fit), len(data.events) - data.matrix.shape[1]
    if variance == "model":
        return Errors(model)
    exact = bool((np.abs(data.events - fit.expected) < 1e-9 * (1 + fit.expected)).all())
    if variance == "scaled":
        return Errors(model * pearson(data, fit), freedom, NO_SPREAD if exact else "")
    few = int(data.clusters.max()) + 1 <= data.matrix.shape[1]
    return Errors(robust(data, fit), None, NO_SPREAD if exact else ONE_CLUSTER if few else "")


def _ratios(
    counts: Exposures,
    data: Prepared,
    fit: Fit | None,
    errors: Errors | None,
    label: str,
    confidence: float,
    decimals: int,
    why: str,
) -> Iterator[Statistic]:
    for arm in counts.compared:
        hindrance = data.hindrances.get(arm, "") or why
        if hindrance or fit is None or errors is None:
            yield from _ratio(arm, label, None, None, confidence, decimals, hindrance)
        else:
            place = 1 + data.estimated.index(arm)
            yield from _ratio(arm, label, float(fit.coefficients[place]), errors, confidence, decimals, "", place)


def _ratio(
    arm: str,
    label: str,
    beta: float | None,
    errors: Errors | None,
    confidence: float,
    decimals: int,
    why: str,
    place: int = 0,
) -> Iterator[Statistic]:
    """Yield a ratio with its Wald interval on the scale of the logarithm, the test statistic and p."""
    of_error = why or (errors.why if errors is not None else "")
    low = high = statistic = p = None
    if beta is not None and errors is not None and not of_error:
        se = math.sqrt(errors.covariance[place, place])
        width = _quantile(errors.freedom, confidence) * se
        low, high, statistic = math.exp(beta - width), math.exp(beta + width), beta / se
        p = two_sided(statistic, errors.freedom)
    values = (None if beta is None else math.exp(beta), low, high)
    yield from with_limits(label, values, ratio_key(decimals), (why, of_error, of_error), arm=arm)
    named = label.replace("Rate ratio", "Test of the rate ratio")
    letter = "z" if errors is None or errors.freedom is None else "t"
    yield Statistic("statistic", f"Test statistic {letter}", statistic, "fixed:2", arm=arm, reason=of_error)
    yield Statistic("p.value", named, p, "p", arm=arm, reason=of_error)


def _quantile(freedom: float | None, confidence: float) -> float:
    from scipy.special import stdtrit

    return z_value(confidence) if freedom is None else float(stdtrit(freedom, (1 + confidence) / 2))


def two_sided(statistic: float, freedom: float | None) -> float:
    """Return the two-sided p of a z or, with degrees of freedom, of a t; never below the least positive number."""
    from scipy.special import ndtr, stdtr

    size = -abs(statistic)
    p = 2 * float(ndtr(size) if freedom is None else stdtr(freedom, size))
    return min(1.0, max(p, 5e-324))


def _dispersion(data: Prepared, fit: Fit | None) -> Iterator[Statistic]:
    why = "" if fit is not None else next(filter(None, data.hindrances.values()), NOT_FITTED)
    value = pearson(data, fit) if fit is not None else None
    yield Statistic("dispersion", "Pearson’s chi-squared over its degrees of freedom", value, "mean:2", reason=why)


def _counted(counts: Exposures, data: Prepared) -> Iterator[Statistic]:
    for arm in counts.arms:
        yield from in_model(arm, data.used[arm], data.missing[arm])


@method("negative_binomial", context="regression")
def negative_binomial(
    counts: Exposures,
    decimals: int,
    unit: str,
    *,
    variance: Literal["model", "robust"] = "model",
    confidence: Confidence = 0.95,
) -> Answer:
    """Return the rate ratio of each arm over the reference from a negative binomial regression (NB2), Wald.

    For recurrent events: it lets participants differ in their rates by more than chance. ``model``: the expected
    information at the fitted dispersion (R: ``MASS::glm.nb``; SAS PROC GENMOD takes the observed one); ``robust``:
    its sandwich, within clusters where the endpoint names them. Where the counts vary no more than Poisson counts do,
    k is 0 and the model is the Poisson model, which ``model_fitted`` says.
    """
    data = prepared(counts)
    fit = negative_binomial_fit(data) if data.estimated else None
    why = NOT_FITTED if data.estimated and fit is None else ""
    errors = _nb_errors(data, fit, variance) if fit is not None else None
    rows = [*_ratios(counts, data, fit, errors, "Rate ratio (negative binomial)", confidence, decimals, why)]
    named = "robust (sandwich, HC0) standard errors" if variance == "robust" else "standard errors from the model"
    told = _clustered(counts, named) if variance == "robust" else named
    return Answer(
        "Negative binomial regression (NB2, maximum likelihood) of the numbers of events, log link, logarithm of the "
        f"time of observation as offset{model_columns.told(counts)}; {told}, at the fitted dispersion; Wald intervals "
        "and tests; the Poisson model where the dispersion is 0",
        "Rates were compared with negative binomial regression with the time of observation as offset"
        f"{model_columns.told(counts)}, with {told}.",
        (*rows, *_fitted(data, fit), *_counted(counts, data), level_of(confidence)),
    )


def _nb_errors(data: Prepared, fit: Fit, variance: Literal["model", "robust"]) -> Errors:
    return Errors(covariance(data, fit)) if variance == "model" else _errors(data, fit, "robust")


def _fitted(data: Prepared, fit: Fit | None) -> Iterator[Statistic]:
    why = "" if fit is not None else next(filter(None, data.hindrances.values()), NOT_FITTED)
    k = None if fit is None else fit.k
    name = None if fit is None else "negative binomial" if fit.k else "Poisson"
    label = "Dispersion k (the variance is the mean + k times its square)"
    yield Statistic("dispersion", label, k, "mean:2", reason=why)
    yield Statistic("model_fitted", "Model fitted", name, reason=why)
