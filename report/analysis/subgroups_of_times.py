"""The effect on a time to an event in subgroups: hazard ratios by level, and a test of interaction.

Within each level the endpoint's Cox model is fitted again. The test compares two Cox models by the ratio of their
likelihoods, with and without the interaction of arm and subgroup, which both hold the endpoint's covariates and strata.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from report.analysis.basis.methods import Statistic, level_of
from report.analysis.basis.model_columns import dummies
from report.analysis.basis.participants import EventTimes
from report.analysis.basis.wald import chi_squared_p, wald
from report.analysis.subgroup_levels import (
    Matrix,
    Said,
    Tested,
    in_levels,
    interaction_columns,
    missing,
    with_both,
)
from report.analysis.times import cox_fit
from report.analysis.times.cox import LABEL, key_of
from report.analysis.times.cox_fit import LONGEST, Fit, RiskSets, Ties, Whole
from report.analysis.times.cox_model import ENDLESS, NOT_FOUND, NOT_TOLD_APART, column_of, design, fitted, variance_of
from report.analysis.times.log_rank import analysed

TOO_FEW = "fewer than two levels have participants in both arms and an event"
SEPARATED = "the hazard ratio is zero or infinite in every level"
NOT_APART = "the interaction cannot be told from the covariates and the strata"
MOST_FURTHER = 40  # steps along a coefficient without end, each of which leaves about a third of what is to be gained
LEFT = 1e-13  # of the log-likelihood: what is not worth a further step
TOO_FEW_CLUSTERS = "there are too few clusters for the test"


@dataclass(frozen=True)
class CoxPlan:
    """How the endpoint's Cox model is fitted: ties, strata, robust by participant, the level and the decimals."""

    ties: Ties = "efron"
    stratified: bool = True
    robust: bool = False
    confidence: float = 0.95
    decimals: int = 0


def statistics(people: EventTimes, levels: Sequence[str], plan: CoxPlan) -> Iterator[Statistic]:
    """Yield counts and hazard ratios of each level, and the test of interaction of each arm that is compared."""
    frame = _frame(people, plan)
    for level in levels:
        yield from _level(frame[(frame["Subgroup"] == level).to_numpy(dtype=bool)], people, plan, level)
    for arm in people.compared:
        yield from interaction(people, levels, arm, plan)
    yield missing(frame, "All else known")
    yield level_of(plan.confidence)


def _frame(people: EventTimes, plan: CoxPlan) -> pd.DataFrame:
    """Return who has all that the endpoint's model needs."""
    by_stratum = plan.stratified and "Stratum" in people.frame
    return analysed(people, by_stratum, [*people.covariates, *(["Cluster"] if "Cluster" in people.frame else [])])[0]


def _clusters(frame: pd.DataFrame, plan: CoxPlan) -> pd.Series | None:
    """Return whose residuals are summed up for the robust variance; None where it is the model's."""
    if "Cluster" in frame:
        return frame["Cluster"]
    return pd.Series(range(len(frame)), index=frame.index) if plan.robust else None


def said(people: EventTimes, plan: CoxPlan) -> Said:
    """Return what is said of the rows: the models, what they hold, and the test."""
    names = [people.labels.get(name, name.replace("_", " ")) for name in people.covariates]
    adjusted = f", adjusted for {', '.join(names)}" if names else ""
    strata = ", stratified" if plan.stratified and "Stratum" in people.frame else ""
    by = "cluster" if "Cluster" in people.frame else "participant" if plan.robust else ""
    robust = f", robust variance by {by}" if by else ""
    held = f"{plan.ties.capitalize()} ties{adjusted}{strata}{robust}"
    test = f"{'Wald’s' if by else 'Likelihood-ratio'} test"
    within = "the two arms that are compared"
    return Said(
        "regression",
        f"Cox proportional-hazards model within each level, {held}; hazard ratio (arm over reference), Wald interval",
        f"{test} of the interaction of arm and subgroup in a Cox proportional-hazards model of {within}, {held}",
        f"Hazard ratios in subgroups were estimated by Cox’s proportional-hazards model within each level ({held}), "
        "with Wald confidence intervals. Whether the ratio differs between the levels of a subgroup was tested by "
        f"{test if by else 'the likelihood-ratio test'} of the interaction of arm and subgroup in a Cox model of the "
        f"arm and the subgroup ({held}), in {within}. Levels in which an arm has nobody, or in which nobody had the "
        "event, say nothing of it and add no degree of freedom.",
    )


def _level(frame: pd.DataFrame, people: EventTimes, plan: CoxPlan, level: str) -> Iterator[Statistic]:
    yield Statistic("N_level", "Participants in the model", len(frame), "count", level=level)
    for arm in people.arms:
        own = frame[(frame["Arm"] == arm).to_numpy(dtype=bool)]
        for name, told, n in (("N", "Participants", len(own)), ("n_event", "Events", int((own["Status"] == 1).sum()))):
            yield Statistic(name, told, n, "count", arm=arm, level=level, rests_on="arm")
    model = fitted(frame, people, plan.ties, _clusters(frame, plan))
    for arm in people.compared:
        value, variance = model.coefficient(arm)
        why = model.reasons.get(arm, "") or model.no_variance
        key = key_of(plan.decimals)
        yield from wald(LABEL, value, variance, key, plan.confidence, why, is_log=True, arm=arm, level=level)


def interaction(people: EventTimes, levels: Sequence[str], arm: str, plan: CoxPlan) -> list[Statistic]:
    """Return the test of interaction of an arm: R's ``anova(coxph(S ~ arm + level), coxph(S ~ arm * level))``.

    Both models hold the endpoint's covariates and strata, and the participants of the arm and of the reference. With a
    robust variance, for which a ratio of likelihoods says nothing, it is Wald's test.
    """
    frame = in_levels(_frame(people, plan), levels, (arm, people.reference))
    happened = frame.loc[(frame["Status"] == 1).to_numpy(dtype=bool), "Subgroup"].unique()
    frame = frame[frame["Subgroup"].isin(list(happened)).to_numpy(dtype=bool)]  # without events they add nothing
    informing = with_both(frame, levels)
    clusters = _clusters(frame, plan)
    test = Tested(why=TOO_FEW) if len(informing) < 2 else _test(people, frame, arm, informing, plan.ties, clusters)
    label = "Likelihood-ratio chi-squared" if clusters is None else "Wald chi-squared"
    return test.rows(label, arm, len(informing))


@dataclass(frozen=True)
class _Design:
    """The columns that can be told apart, those of the interaction last, in the order of the risk sets."""

    x: Matrix
    sets: RiskSets
    without: int  # how many columns the model without interaction has
    arm: int  # which of them is the arm's; -1 where it cannot be told from others


def _test(
    people: EventTimes, frame: pd.DataFrame, arm: str, informing: Sequence[str], ties: Ties, clusters: pd.Series | None
) -> Tested:
    made = _design(people, frame, arm, informing, ties)
    if made.arm < 0:
        return Tested(why=NOT_TOLD_APART)
    if made.x.shape[1] == made.without:
        return Tested(why=NOT_APART)
    less, whole = cox_fit.maximise(made.x[:, : made.without], made.sets), cox_fit.maximise(made.x, made.sets)
    if less.endless[made.arm]:
        return Tested(why=SEPARATED)
    if any(not each.is_found and not each.endless.any() for each in (less, whole)):
        return Tested(why=NOT_FOUND)
    if clusters is not None:
        return _wald_test(made, whole, clusters)
    df = made.x.shape[1] - made.without
    highest, without = _highest(made.x, whole, made.sets), _highest(made.x[:, : made.without], less, made.sets)
    statistic = max(0.0, 2 * (highest - without))
    return Tested(statistic, df, chi_squared_p(statistic, df))


def _highest(x: Matrix, fit: Fit, sets: RiskSets) -> float:
    """Return the log-likelihood of a maximum; where a coefficient has no end, what the likelihood rises to."""
    if not fit.endless.any():
        return fit.moments.likelihood
    scale = x.std(axis=0)
    beta, here = fit.beta * scale, fit.moments
    for _ in range(MOST_FURTHER):
        here = cox_fit.moments(x / scale, beta, sets)
        step = np.linalg.lstsq(here.information, here.score, rcond=1e-14)[0]
        beta = beta + step * min(1.0, LONGEST / max(float(np.abs(step).max()), 1e-300))
        there = cox_fit.moments(x / scale, beta, sets)
        if there.likelihood - here.likelihood < LEFT * (1 + abs(here.likelihood)):
            break
    return max(there.likelihood, fit.moments.likelihood)


def _design(people: EventTimes, frame: pd.DataFrame, arm: str, informing: Sequence[str], ties: Ties) -> _Design:
    """Return the columns of covariates, arm, subgroup and interaction that the events can tell apart."""
    both = replace(people, arms=tuple(each for each in people.arms if each in (arm, people.reference)))
    names, held = design(frame, both)
    levels = dummies(frame["Subgroup"], sorted(frame["Subgroup"].unique()))
    x = np.column_stack([held, *levels, interaction_columns(frame, arm, informing)])
    x = x - x.mean(axis=0)
    stratum = pd.factorize(frame["Stratum"], sort=True)[0].astype(np.intp)
    is_death = (frame["Status"] == 1).to_numpy(dtype=bool)
    sets = cox_fit.risk_sets(frame["Time"].to_numpy(dtype=float), is_death, stratum, ties)
    kept = _told_apart(x[sets.order], sets)
    without = int((kept < held.shape[1] + len(levels)).sum())
    arms = np.flatnonzero(kept == names.index(column_of(arm)))
    return _Design(x[sets.order][:, kept], sets, without, int(arms[0]) if len(arms) else -1)


def _told_apart(x: Matrix, sets: RiskSets) -> Whole:
    spread = x.std(axis=0)
    scaled = x / np.where(spread > 0, spread, 1.0)
    return cox_fit.independent(cox_fit.moments(scaled, np.zeros(x.shape[1]), sets).information)


def _wald_test(made: _Design, whole: Fit, clusters: pd.Series) -> Tested:
    """Return Wald's test of the coefficients of the interaction with their robust variance."""
    own = np.arange(made.without, made.x.shape[1])
    if whole.endless[own].any():
        return Tested(why=ENDLESS)
    variance, why = variance_of(whole, made.x, made.sets, clusters)
    if why:
        return Tested(why=why)
    held = variance[np.ix_(own, own)]
    if np.linalg.matrix_rank(held) < len(own):
        return Tested(why=TOO_FEW_CLUSTERS)
    statistic = float(whole.beta[own] @ np.linalg.solve(held, whole.beta[own]))
    return Tested(statistic, len(own), chi_squared_p(statistic, len(own)))
