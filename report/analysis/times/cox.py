"""The Cox proportional-hazards model: the hazard ratio of each arm, adjusted, within strata, with robust variance."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from report.analysis.basis.methods import Answer, Statistic, level_of, method, ratio_key
from report.analysis.basis.participants import EventTimes
from report.analysis.basis.wald import chi_squared_p, wald
from report.analysis.events.two_by_two import Confidence
from report.analysis.times.cox_fit import Ties
from report.analysis.times.cox_hazards import proportional
from report.analysis.times.cox_model import Model, fitted, indices
from report.analysis.times.log_rank import analysed

LABEL = "Hazard ratio (Cox)"
TESTED = "Wald test of the hazard ratio"
NO_OVERALL = "an arm has no hazard ratio with an interval"


@method("cox", context="regression")
def cox(
    people: EventTimes,
    decimals: int,
    unit: str,
    *,
    ties: Ties = "efron",
    stratified: bool = True,
    robust: bool = False,
    confidence: Confidence = 0.95,
) -> Answer:
    """Return the hazard ratio of each arm over the reference, and the check that hazards are proportional.

    The model has the arms and the endpoint's covariates (a category by its levels, the first one the reference);
    ``stratified``: a baseline hazard for each of the endpoint's strata; ``ties``: ``efron`` (R) or ``breslow`` (SAS).
    The variance is the model's, or Lin and Wei's sandwich (JASA 1989;84:1074-1078) by the endpoint's clusters, or by
    participant with ``robust`` (R: ``coxph``). Intervals and tests are Wald's on the log hazard ratio. Competing events
    count as censored, which makes the ratio one of cause-specific hazards.
    """
    by_stratum, by_cluster = stratified and "Stratum" in people.frame, "Cluster" in people.frame
    frame, lacking = analysed(people, by_stratum, [*people.covariates, *(["Cluster"] if by_cluster else [])])
    own = pd.Series(range(len(frame)), index=frame.index)
    model = fitted(frame, people, ties, frame["Cluster"] if by_cluster else own if robust else None)
    rows = list(_overall(model, people)) if len(people.arms) > 2 else []
    for arm in people.compared:
        rows += _ratio(model, arm, decimals, confidence)
    rows += [*proportional(model, frame, people), *_counted(frame, people), *_without_end(model)]
    told = _said(people, ties, by_stratum, "by cluster" if by_cluster else "by participant" if robust else "")
    return Answer(*told, (*rows, lacking, level_of(confidence)))


def _said(people: EventTimes, ties: str, by_stratum: bool, robust: str) -> tuple[str, str]:
    adjusted = f"adjusted for {', '.join(people.covariates)}" if people.covariates else "without covariates"
    strata = "stratified" if by_stratum else "unstratified"
    variance = f"robust variance {robust}" if robust else "model-based variance"
    kind, named = "cause-specific hazard" if people.competing else "hazard", ties.capitalize()
    return (
        f"Cox proportional-hazards model, {named} ties, {adjusted}, {strata}, {variance}; {kind} ratio (arm over "
        "reference), Wald interval and test; score test of proportional hazards on the Kaplan-Meier scale of time",
        f"{kind.capitalize()} ratios were estimated by Cox’s proportional-hazards model ({named}’s handling of ties, "
        f"{adjusted}, {strata}, {variance}), with Wald confidence intervals and tests on the log scale. That hazards "
        "are proportional was checked with the score test of Grambsch and Therneau, on the Kaplan-Meier scale of time.",
    )


def _ratio(model: Model, arm: str, decimals: int, confidence: float) -> list[Statistic]:
    value, variance = model.coefficient(arm)
    why = model.reasons.get(arm, "") or model.no_variance
    return wald(LABEL, value, variance, key_of(decimals), confidence, why, is_log=True, tested=TESTED, arm=arm)


def key_of(decimals: int) -> str:
    """Return the format of a hazard ratio: the decimals of a time say nothing of it."""
    return ratio_key(decimals if decimals >= 2 else 0)


def _overall(model: Model, people: EventTimes) -> Iterator[Statistic]:
    """Yield Wald's test of all arms at once."""
    which = indices(model, people)
    why = NO_OVERALL if model.reasons or model.no_variance or model.fit is None else ""
    statistic, df, p = None, None, None
    if model.fit is not None and not why:
        beta = model.fit.beta[which]
        statistic, df = float(beta @ np.linalg.solve(model.variance[np.ix_(which, which)], beta)), len(which)
        p = chi_squared_p(statistic, df)
    yield Statistic("statistic", "Wald chi-squared", statistic, "fixed:2", reason=why)
    yield Statistic("df", "Degrees of freedom", df, "count", reason=why)
    yield Statistic("p.value", "Wald test of all arms (Cox)", p, "p", reason=why)


def _counted(frame: pd.DataFrame, people: EventTimes) -> Iterator[Statistic]:
    is_event = (frame["Status"] == 1).to_numpy(dtype=bool)
    for arm in people.arms:
        here = (frame["Arm"] == arm).to_numpy(dtype=bool)
        yield Statistic("N", "Participants", int(here.sum()), "count", arm=arm)
        yield Statistic("n_event", "Events", int((here & is_event).sum()), "count", arm=arm)


def _without_end(model: Model) -> Iterator[Statistic]:
    """Yield the covariates whose coefficient has no end, where there are some: their levels never have the event."""
    if model.endless:
        yield Statistic("no_estimate", "Covariates without a finite coefficient", ", ".join(model.endless))
