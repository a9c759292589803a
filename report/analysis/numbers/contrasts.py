"""Differences of means between all pairs of arms, with or without adjustment for how many there are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from typing import Literal

from report.analysis.basis.methods import Answer, Statistic, level_of, method, with_limits
from report.analysis.basis.model_columns import told
from report.analysis.basis.participants import Participants
from report.analysis.basis.t_estimates import TEstimate, t_quantile
from report.analysis.multiplicity import adjusted
from report.analysis.numbers.ancova import of_model, used
from report.analysis.numbers.linear_models import Model, fit
from report.analysis.numbers.means import Confidence
from report.analysis.numbers.samples import counted, mean_key
from report.analysis.numbers.tukey import tukey_p, tukey_quantile

Adjustment = Literal["none", "bonferroni", "holm", "tukey"]
LinearModel = Literal["anova", "ancova"]
ADJUSTED = {
    "none": "p and intervals not adjusted for the number of comparisons",
    "bonferroni": "p and intervals adjusted after Bonferroni",
    "holm": "p adjusted after Holm, intervals after Bonferroni",
    "tukey": "p and intervals adjusted after Tukey and Kramer",
}
MODELS = {
    "anova": "a one-way analysis of variance of all arms, equal variances",
    "ancova": "an analysis of covariance of all arms",
}
Pair = tuple[str, str]


@method("pairwise_means", context="emmeans_mean_difference")
def pairwise_means(
    people: Participants,
    decimals: int,
    unit: str,
    *,
    adjustment: Adjustment,
    model: LinearModel = "anova",
    confidence: Confidence = 0.95,
) -> Answer:
    """Return the difference of means of every two arms, with its interval and two-sided p, from one model of all arms.

    A pair with the reference is arm minus reference; of another pair the arm declared later comes first. ``tukey`` is
    Tukey and Kramer's for all pairs (R: ``TukeyHSD``, ``emmeans``); with ``holm``, which has no interval of its own,
    intervals are Bonferroni's. A pair that cannot be estimated is not counted among the comparisons. ``anova`` looks
    at the arms alone, and ``ancova`` at baseline, covariates, strata and clusters, too.
    """
    is_adjusted = model == "ancova"
    fitted = fit(people, adjusted=is_adjusted)
    found = {pair: fitted.combination({pair[0]: 1.0, pair[1]: -1.0}) for pair in _pairs(people)}
    rows = _rows(people, found, adjustment, confidence, mean_key(decimals), unit)
    rest = [*used(people), *of_model(fitted)] if is_adjusted else counted(people)
    number = Statistic("n_comparisons", "Comparisons", sum(not each.why for each in found.values()), "count")
    word = Statistic("adjustment", "Adjustment", adjustment)
    return Answer(*_said(people, adjustment, model, fitted), (*rows, *rest, number, word, level_of(confidence)))


def _said(people: Participants, adjustment: Adjustment, model: LinearModel, fitted: Model) -> tuple[str, str]:
    by = MODELS[model] + (told(people) if model == "ancova" else "")
    robust = ", cluster-robust standard errors (CR1)" if fitted.clusters else ""
    return (
        f"Differences of means of all pairs of arms from {by}{robust}, t tests, two-sided, {ADJUSTED[adjustment]}",
        f"All pairs of arms were compared by two-sided t tests from {by}{robust} ({ADJUSTED[adjustment]}).",
    )


def _pairs(people: Participants) -> list[Pair]:
    """Return all pairs of arms: those with the reference first, each as (arm, what is subtracted)."""
    with_reference = [(arm, people.reference) for arm in people.compared]
    return [*with_reference, *((second, first) for first, second in combinations(people.compared, 2))]


def _rows(
    people: Participants, found: dict[Pair, TEstimate], adjustment: Adjustment, confidence: float, key: str, unit: str
) -> list[Statistic]:
    arms = len({arm for pair, each in found.items() if not each.why for arm in pair})
    sound = [each for each in found.values() if not each.why]
    by_pair = dict(zip([pair for pair in found if not found[pair].why], _p(sound, adjustment, arms), strict=True))
    width = _widths(sound, adjustment, confidence, arms)
    rows: list[Statistic] = []
    for pair, each in found.items():
        level = "" if pair[1] == people.reference else pair[1]
        made = [*_estimated(each, width, key, unit), *_tested(each, by_pair.get(pair))]
        rows += [replace(statistic, arm=pair[0], level=level) for statistic in made]
    return rows


def _p(sound: Sequence[TEstimate], adjustment: Adjustment, arms: int) -> list[float]:
    """Return the p values of the pairs that have a test, adjusted for their number."""
    if adjustment == "tukey":
        return [tukey_p(abs(each.score) * math.sqrt(2), arms, float(each.df or 0)) for each in sound]
    raw = [each.p() for each in sound]
    return raw if adjustment == "none" else adjusted(raw, adjustment)


def _widths(sound: Sequence[TEstimate], adjustment: Adjustment, confidence: float, arms: int) -> float:
    """Return by how many standard errors the limits lie apart from the estimates; all pairs have the same df."""
    df = next((float(each.df) for each in sound if each.df is not None), None)
    if df is None:
        return math.nan
    if adjustment == "tukey":
        return tukey_quantile(confidence, arms, df) / math.sqrt(2)
    share = 1 if adjustment == "none" else len(sound)
    return t_quantile(1 - (1 - confidence) / share, df)


def _estimated(each: TEstimate, width: float, key: str, unit: str) -> list[Statistic]:
    low, high = (None, None)
    if not each.why:
        assert each.value is not None and each.error is not None
        low, high = each.value - width * each.error, each.value + width * each.error
    reasons = (each.no_value, each.why, each.why)
    return with_limits("Difference of means", (each.value, low, high), key, reasons, unit=unit)


def _tested(each: TEstimate, p: float | None) -> list[Statistic]:
    t, df = (None, None) if each.why else (each.score, float(each.df or 0))
    return [
        Statistic("statistic", "t", t, "fixed:2", reason=each.why),
        Statistic("df", "Degrees of freedom", df, "count", reason=each.why),
        Statistic("p.value", "t test of the difference", p, "p", reason=each.why),
    ]
