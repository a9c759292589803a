"""Least squares for arms and what they are adjusted for, written out so that an empty column is seen and said.

Every arm has a column of its own and the others are centred where least-squares means stand: numbers at their mean, a
category at equal shares of its levels or at those observed. The coefficient of an arm then is its least-squares mean
(SAS LSMEANS, with ``OM`` for observed shares; R ``emmeans``, ``weights = "equal"`` or ``"proportional"``).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from report.analysis.basis.model_columns import NAMED, adjusted_for
from report.analysis.basis.participants import Participants
from report.analysis.basis.t_estimates import TEstimate

Vector = npt.NDArray[np.float64]
Weights = Literal["equal", "observed"]
SAME = 1e-10  # of its size: columns that differ less from their mean, or from others, are taken as the same
SMALL = 1e-13  # of the values' size: residuals below it are no spread but what arithmetic leaves

NOBODY = "an arm has no participant with an outcome and all that is adjusted for"
CONFOUNDED = "the arms differ in a covariate so that their effects cannot be told apart"
NO_RESIDUAL = "there are no more participants than coefficients"
NO_SPREAD = "the model leaves no spread between participants"
ONE_CLUSTER = "an arm has participants of one cluster only"


@dataclass(frozen=True)
class Term:
    """Something the model adjusts for: its name, and its centred columns; none where it says nothing."""

    name: str
    columns: Vector


@dataclass(frozen=True)
class Model:
    """A fitted model: of each arm with participants its coefficient, and what the rest is taken from.

    ``dropped`` are the terms whose effect cannot be estimated; ``clusters`` is how many there are, 0 where
    participants are independent.
    """

    arms: tuple[str, ...]
    coefficients: Vector
    covariance: Vector
    seen: Vector  # projects on what the data tell of the coefficients
    df: float
    dropped: tuple[str, ...]
    clusters: int
    no_error: str
    single: frozenset[str]  # arms of which one cluster alone is left

    def combination(self, weights: dict[str, float]) -> TEstimate:
        """Return a weighted sum of the arms' means, such as {"high": 1, "low": -1}, with its standard error."""
        if any(arm not in self.arms for arm in weights):
            return TEstimate(no_value=NOBODY)
        row = np.zeros(len(self.coefficients))
        for arm, weight in weights.items():
            row[self.arms.index(arm)] = weight
        if np.abs(row @ self.seen - row).max() > 1e-6:
            return TEstimate(no_value=CONFOUNDED)
        value, why = float(row @ self.coefficients), self.no_error
        if not why and self.single & set(weights):
            why = ONE_CLUSTER
        return TEstimate(value, no_error=why) if why else self._with_error(row, value)

    def _with_error(self, row: Vector, value: float) -> TEstimate:
        variance = float(row @ self.covariance @ row)
        return TEstimate(value, math.sqrt(variance), self.df) if variance > 0 else TEstimate(value, no_error=NO_SPREAD)


def complete(people: Participants, *, adjusted: bool = True) -> pd.DataFrame:
    """Return the participants who have all that the model needs."""
    needed = ["Outcome", *(adjusted_for(people) if adjusted else ())]
    needed += [name for name in ("Cluster",) if adjusted and name in people.frame]
    return people.frame.dropna(subset=needed)


def fit(people: Participants, weights: Weights = "equal", *, adjusted: bool = True) -> Model:
    """Return the model of the outcome: of arms alone, or adjusted for baseline, covariates and strata.

    Where the endpoint has clusters, the covariance is cluster-robust with the factor G/(G - 1) (n - 1)/(n - p) (CR1 as
    Stata has it; R ``sandwich::vcovCL(type = "HC1")``), and t has G - 1 degrees of freedom for G clusters.
    """
    frame = complete(people, adjusted=adjusted)
    arms = tuple(arm for arm in people.arms if (frame["Arm"] == arm).any())
    terms = list(_terms(people, frame, weights)) if adjusted and len(frame) else []
    own = [(frame["Arm"] == arm).to_numpy(dtype=float)[:, None] for arm in arms]
    design = np.asarray(np.hstack([*own, *(term.columns for term in terms)]) if arms else np.zeros((0, 0)), dtype=float)
    clusters = frame["Cluster"] if adjusted and "Cluster" in frame else None
    return _solve(design, frame, arms, terms, clusters)


def _terms(people: Participants, frame: pd.DataFrame, weights: Weights) -> Iterator[Term]:
    for name in adjusted_for(people):
        told = NAMED.get(name, name.replace("_", " "))
        if name in people.levels or not pd.api.types.is_numeric_dtype(frame[name]):
            yield Term(told, _levels(frame[name], people.levels.get(name, ()), weights))
        else:
            yield Term(told, _number(frame[name].to_numpy(dtype=float)))


def _number(values: Vector) -> Vector:
    centred = values - values.mean()
    is_constant = np.abs(centred).max() <= SAME * np.abs(values).max()
    return np.zeros((len(values), 0)) if is_constant else centred[:, None] / np.abs(centred).max()


def _levels(values: pd.Series, declared: Sequence[str], weights: Weights) -> Vector:
    """Return a column for each level that anybody has, but the first; centred at the levels' shares."""
    there = [level for level in declared if (values == level).any()] or sorted(values.unique())
    columns = [(values == level).to_numpy(dtype=float) for level in there[1:]]
    shares = [1 / len(there) if weights == "equal" else float(column.mean()) for column in columns]
    centred = [column - share for column, share in zip(columns, shares, strict=True)]
    return np.column_stack(centred) if centred else np.zeros((len(values), 0))


def _dropped(triangle: Vector, arms: int, terms: Sequence[Term]) -> Iterator[str]:
    """Yield the terms that have no columns, or only such as those before them give already."""
    at = arms
    for term in terms:
        width = term.columns.shape[1]
        if _rank(triangle[:, : at + width]) == _rank(triangle[:, :at]):
            yield term.name
        at += width


def _rank(triangle: Vector) -> int:
    return int(np.linalg.matrix_rank(triangle, tol=_least(triangle)))


def _least(triangle: Vector) -> float:
    """Return the size below which a singular value is none."""
    return float(1e-9 * np.sqrt((triangle**2).sum()))


def _solve(
    design: Vector, frame: pd.DataFrame, arms: tuple[str, ...], terms: Sequence[Term], clusters: pd.Series | None
) -> Model:
    outcome = frame["Outcome"].to_numpy(dtype=float)
    if not arms:
        nothing = np.zeros((0, 0))
        return Model(arms, np.zeros(0), nothing, nothing, 0.0, (), 0, NOBODY, frozenset())
    base, triangle = np.linalg.qr(design)
    u, sizes, v = np.linalg.svd(triangle, full_matrices=False)
    rank = int((sizes > _least(triangle)).sum())
    u, sizes, v = u[:, :rank], sizes[:rank], v[:rank]
    coefficients = v.T @ ((u.T @ (base.T @ (outcome - outcome.mean()))) / sizes)
    dropped = tuple(_dropped(triangle, len(arms), terms))
    coefficients[: len(arms)] += outcome.mean()  # of arms whose mean can be told; of centred values less is lost
    left = outcome - design @ coefficients
    bread = v.T @ np.diag(1 / sizes**2) @ v
    why = _without_error(outcome, left, rank)
    single: frozenset[str] = frozenset()
    if clusters is None:
        spread = float(left @ left) / max(1, len(outcome) - rank)
        return Model(arms, coefficients, spread * bread, v.T @ v, len(outcome) - rank, dropped, 0, why, single)
    groups, n = pd.factorize(clusters)[0], clusters.nunique()
    single = frozenset(arm for arm in arms if clusters[(frame["Arm"] == arm).to_numpy()].nunique() < 2)
    covariance = bread @ _meat(design, left, groups, n) @ bread * _cr1(n, len(outcome), rank)
    return Model(arms, coefficients, covariance, v.T @ v, n - 1.0, dropped, n, why, single)


def _without_error(outcome: Vector, left: Vector, rank: int) -> str:
    if len(outcome) <= rank:
        return NO_RESIDUAL
    return NO_SPREAD if np.abs(left).max() <= SMALL * np.abs(outcome).max() else ""


def _meat(design: Vector, left: Vector, groups: npt.NDArray[np.int_], n: int) -> Vector:
    scores = np.zeros((n, design.shape[1]))
    np.add.at(scores, groups, design * left[:, None])
    return scores.T @ scores


def _cr1(clusters: int, n: int, rank: int) -> float:
    return clusters / max(1, clusters - 1) * (n - 1) / max(1, n - rank)
