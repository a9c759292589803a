"""A Cox model of participants: its columns, those that can be told apart, its variance, and why an arm has no ratio."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from report.analysis.basis.participants import EventTimes
from report.analysis.times import cox_fit
from report.analysis.times.cox_fit import Fit, RiskSets, Ties, Vector, Whole
from report.analysis.times.risk_tables import NOBODY

NO_EVENTS = "no event in any arm"
NO_EVENT_HERE = "no event in the arm: the hazard ratio has no finite estimate"
NO_EVENT_THERE = "no event in the reference arm: the hazard ratio has no finite estimate"
ENDLESS = "the order of the events gives the hazard ratio no finite estimate"
NOT_TOLD_APART = "where events happen, the arm cannot be told from the reference, the covariates or the strata"
NOT_FOUND = "no maximum of the likelihood was found"
ONE_CLUSTER = "fewer than two clusters"


@dataclass(frozen=True)
class Model:
    """A fitted model: the names of the columns that have a coefficient, the fit, its variance, and the risk sets.

    ``endless`` are names of covariates without a finite coefficient; ``reasons`` say of an arm why it has no ratio, and
    ``no_variance`` why nothing has an interval.
    """

    columns: tuple[str, ...] = ()
    fit: Fit | None = None
    sets: RiskSets | None = None
    variance: Vector = field(default_factory=lambda: np.empty((0, 0)))
    endless: tuple[str, ...] = ()
    reasons: dict[str, str] = field(default_factory=dict)
    no_variance: str = ""

    def coefficient(self, arm: str) -> tuple[float | None, float | None]:
        """Return the log hazard ratio of an arm and its variance; None where there is a reason."""
        if self.fit is None or arm in self.reasons:
            return None, None
        at = self.columns.index(column_of(arm))
        return float(self.fit.beta[at]), None if self.no_variance else float(self.variance[at, at])


def column_of(arm: str) -> str:
    """Return the name of an arm's column, which no covariate can have."""
    return f"Arm {arm}"


def design(frame: pd.DataFrame, people: EventTimes) -> tuple[tuple[str, ...], Vector]:
    """Return the columns of the model and their values, centred: covariates first, then an indicator of each arm.

    A column that is a combination of those before it has no coefficient: so what cannot be told apart costs the arm.
    """
    columns: dict[str, Vector] = {}
    for name in people.covariates:
        if name in people.levels:
            for level in people.levels[name][1:]:
                columns[f"{name}: {level}"] = _indicator(frame[name], level)
        else:
            columns[name] = frame[name].to_numpy(dtype=float)
    for arm in people.compared:
        columns[column_of(arm)] = _indicator(frame["Arm"], arm)
    x = np.column_stack(list(columns.values()))
    return tuple(columns), x - x.mean(axis=0) if len(x) else x


def _indicator(held: pd.Series, level: str) -> Vector:
    return np.asarray(held == level, dtype=np.float64)


def fitted(frame: pd.DataFrame, people: EventTimes, ties: Ties, clusters: pd.Series | None) -> Model:
    """Return the model of those who have all that it needs; with ``clusters`` its variance is the sandwich."""
    is_death = (frame["Status"] == 1).to_numpy(dtype=bool)
    if not is_death.any():
        return Model(reasons=_reasons(frame, people, NO_EVENTS))
    names, x = design(frame, people)
    stratum = pd.factorize(frame["Stratum"], sort=True)[0].astype(np.intp)
    sets = cox_fit.risk_sets(frame["Time"].to_numpy(dtype=float), is_death, stratum, ties)
    x = x[sets.order]
    kept = cox_fit.independent(cox_fit.moments(x / _spread(x), np.zeros(x.shape[1]), sets).information)
    if not len(kept):
        return Model(sets=sets, reasons=_reasons(frame, people, NOT_TOLD_APART))
    fit = cox_fit.maximise(x[:, kept], sets)
    columns = tuple(names[at] for at in kept)
    variance, why_not = variance_of(fit, x[:, kept], sets, clusters)
    arms = {column_of(arm) for arm in people.compared}
    endless = tuple(c for c, without in zip(columns, fit.endless, strict=True) if without and c not in arms)
    reasons = _of_each_arm(frame, people, columns, fit)
    return Model(columns, fit, sets, variance, endless, reasons, why_not)


def _spread(x: Vector) -> Vector:
    spread = x.std(axis=0)
    return np.asarray(np.where(spread > 0, spread, 1.0), dtype=float)


def variance_of(fit: Fit, x: Vector, sets: RiskSets, clusters: pd.Series | None) -> tuple[Vector, str]:
    """Return the variance of the coefficients that are finite: the inverse information, or the sandwich."""
    finite = np.flatnonzero(~fit.endless)
    whole = np.full((len(fit.beta), len(fit.beta)), np.nan)
    bread = np.linalg.inv(fit.moments.information[np.ix_(finite, finite)])
    whole[np.ix_(finite, finite)] = bread
    if clusters is None or not len(finite):
        return whole, ""
    codes = pd.factorize(clusters)[0]
    if codes.max() < 1:
        return whole, ONE_CLUSTER
    residuals = cox_fit.score_residuals(x, fit.moments, sets)[:, finite] @ bread
    summed = np.zeros((int(codes.max()) + 1, len(finite)))
    np.add.at(summed, codes, residuals)
    whole[np.ix_(finite, finite)] = summed.T @ summed
    return whole, ""


def _reasons(frame: pd.DataFrame, people: EventTimes, why: str) -> dict[str, str]:
    """Return the same reason for every arm, save where it or the reference has nobody."""
    return {arm: _empty(frame, people, arm) or why for arm in people.compared}


def _empty(frame: pd.DataFrame, people: EventTimes, arm: str) -> str:
    there = set(frame["Arm"])
    return "" if arm in there and people.reference in there else NOBODY


def _of_each_arm(frame: pd.DataFrame, people: EventTimes, columns: tuple[str, ...], fit: Fit) -> dict[str, str]:
    """Return of each arm that has no hazard ratio why it has none."""
    having = set(frame["Arm"][(frame["Status"] == 1).to_numpy(dtype=bool)])
    found: dict[str, str] = {}
    for arm in people.compared:
        name = column_of(arm)
        if name not in columns:
            found[arm] = _empty(frame, people, arm) or NOT_TOLD_APART
        elif fit.endless[columns.index(name)]:
            nobody = NO_EVENT_HERE if arm not in having else NO_EVENT_THERE
            found[arm] = nobody if not {arm, people.reference} <= having else ENDLESS
        elif not fit.is_found and not fit.endless.any():
            found[arm] = NOT_FOUND
    return found


def indices(model: Model, people: EventTimes) -> Whole:
    """Return where the arms' coefficients stand among the model's."""
    names = [column_of(arm) for arm in people.compared]
    return np.array([at for at, name in enumerate(model.columns) if name in names], dtype=np.intp)
