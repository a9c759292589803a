"""The effect on a number in subgroups: differences of least-squares means by level, and a test of interaction.

Within each level the endpoint's analysis of covariance is made again. The test compares two linear models of the
outcome, with and without the interaction of arm and subgroup, which both adjust for all that the endpoint names.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from report.analysis.basis.methods import Statistic, level_of, with_limits
from report.analysis.basis.model_columns import adjusted_for, adjusting, dummies, told
from report.analysis.basis.participants import Participants
from report.analysis.basis.t_estimates import positive
from report.analysis.numbers.linear_models import NO_RESIDUAL, NO_SPREAD, SMALL, complete, fit
from report.analysis.numbers.samples import mean_key
from report.analysis.subgroup_levels import (
    Matrix,
    Said,
    Tested,
    in_levels,
    interaction_columns,
    missing,
    of_level,
    with_both,
)

DIFFERENCE = "Least-squares mean difference"
TOO_FEW = "fewer than two levels have participants in both arms"
NOT_APART = "the interaction cannot be told from what is adjusted for"
ONE_CLUSTER = "a level has participants of one cluster only in an arm"
TOO_FEW_CLUSTERS = "there are too few clusters for the test"
ALIKE = 1e-9  # of a column's length: what is left of it beside the others, when it is a combination of them


def statistics(
    people: Participants, levels: Sequence[str], confidence: float, decimals: int, unit: str
) -> Iterator[Statistic]:
    """Yield counts and differences of each level, and the test of interaction of each arm that is compared."""
    for level in levels:
        yield from _level(of_level(people, level), level, confidence, mean_key(decimals), unit)
    for arm in people.compared:
        yield from interaction(people, levels, arm)
    yield missing(complete(people), "All else known")
    yield level_of(confidence)


def said(people: Participants) -> Said:
    """Return what is said of the rows: the models, what they adjust for, and the test."""
    adjusted = told(people)
    robust = ", cluster-robust standard errors (CR1)" if "Cluster" in people.frame else ""
    test = "F test" if not robust else "Wald F test with cluster-robust covariance (CR1)"
    return Said(
        "emmeans_mean_difference",
        f"Least-squares mean difference (arm minus reference) within each level{adjusted}, complete cases{robust}, "
        "t interval",
        f"{test} of the interaction of arm and subgroup in a linear model of the two arms that are compared{adjusted}",
        "Differences of least-squares means in subgroups were estimated by a linear model of the arm within each level"
        f"{adjusted}{robust}, with t confidence intervals. Whether the difference differs between the levels of a "
        f"subgroup was tested by the {test} of the interaction of arm and subgroup in a linear model of the arm and "
        f"the subgroup{adjusted}, in the two arms that are compared. Levels in which an arm has nobody say nothing of "
        "it and add no degree of freedom.",
    )


def _level(people: Participants, level: str, confidence: float, key: str, unit: str) -> Iterator[Statistic]:
    there = complete(people)["Arm"]
    yield Statistic("N_level", "Participants in the model", len(there), "count", level=level)
    for arm in people.arms:
        n = int((there == arm).sum())
        yield Statistic("n", "Participants", n, "count", arm=arm, level=level, rests_on="arm")
    model = fit(people)
    for arm in people.compared:
        found = model.combination({arm: 1.0, people.reference: -1.0})
        limits = (None, None) if found.why else found.limits(confidence)
        reasons = (found.no_value, found.why, found.why)
        for row in with_limits(DIFFERENCE, (found.value, *limits), key, reasons, unit=unit, arm=arm):
            yield replace(row, level=level)


def interaction(people: Participants, levels: Sequence[str], arm: str) -> list[Statistic]:
    """Return the F test of interaction of an arm (R: ``anova(lm(y ~ arm + level), lm(y ~ arm * level))``).

    Both models hold what the endpoint adjusts for, and the participants of the arm and of the reference. With clusters
    it is Wald's, with the covariance CR1 and one degree of freedom less than there are clusters.
    """
    frame = in_levels(complete(people), levels, (arm, people.reference))
    informing = with_both(frame, levels)
    test = _test(people, frame, arm, informing)
    rows = test.rows("F", arm, len(informing))
    residual = Statistic("df.residual", "Residual degrees of freedom", test.residual, "count", arm=arm, reason=test.why)
    return [*rows[:2], residual, *rows[2:]]


def _test(people: Participants, frame: pd.DataFrame, arm: str, informing: Sequence[str]) -> Tested:
    if len(informing) < 2:
        return Tested(why=TOO_FEW)
    parts = _apart(people, frame, arm, informing)
    if not parts.added.shape[1]:
        return Tested(why=NOT_APART)
    if parts.residual_df <= 0:
        return Tested(why=NO_RESIDUAL)
    if np.abs(parts.residuals).max() <= SMALL * np.abs(frame["Outcome"].to_numpy(dtype=float)).max():
        return Tested(why=NO_SPREAD)
    return _of_clusters(parts, frame, informing) if "Cluster" in frame else _f_test(parts)


@dataclass(frozen=True)
class _Parts:
    """What the interaction adds: orthonormal columns, the outcome's share of each, residuals and their freedom."""

    added: Matrix
    shares: Matrix
    residuals: Matrix
    residual_df: int


def _apart(people: Participants, frame: pd.DataFrame, arm: str, informing: Sequence[str]) -> _Parts:
    """Return what the interaction adds to the model without it."""
    ones = np.ones(len(frame))
    held = [ones, (frame["Arm"] == arm).to_numpy(dtype=float), *dummies(frame["Subgroup"], _present(frame))]
    base = _basis(np.column_stack([*held, adjusting(frame, adjusted_for(people), people.levels)]))
    added = _basis(interaction_columns(frame, arm, informing), base)
    outcome = frame["Outcome"].to_numpy(dtype=float)
    left = _beside(outcome - outcome.mean(), base)
    return _Parts(
        added, added.T @ left, _beside(left, added), len(frame) - base.shape[1] - added.shape[1],
    )  # fmt: skip


def _present(frame: pd.DataFrame) -> list[str]:
    return sorted(frame["Subgroup"].unique())


def _basis(columns: Matrix, base: Matrix | None = None) -> Matrix:
    """Return orthonormal columns that span these, or what these have beside a base."""
    lengths = np.sqrt((columns**2).sum(axis=0))
    columns = columns[:, lengths > 0] / lengths[lengths > 0]
    if base is not None:
        columns = _beside(columns, base)
    if not columns.shape[1]:
        return columns
    found, sizes, _ = np.linalg.svd(columns, full_matrices=False)
    return np.asarray(found[:, sizes > ALIKE * np.sqrt(columns.shape[1])], dtype=float)


def _beside(columns: Matrix, base: Matrix) -> Matrix:
    """Return what columns have beside a base; taken twice, for the first time leaves what rounding does."""
    once = columns - base @ (base.T @ columns)
    return np.asarray(once - base @ (base.T @ once), dtype=float)


def _f_test(parts: _Parts) -> Tested:
    from scipy.special import fdtrc

    df, residual = parts.added.shape[1], parts.residual_df
    f = float(parts.shares @ parts.shares) / df / (float(parts.residuals @ parts.residuals) / residual)
    return Tested(f, df, positive(float(fdtrc(df, residual, f))), residual)


def _of_clusters(parts: _Parts, frame: pd.DataFrame, informing: Sequence[str]) -> Tested:
    """Return Wald's test with the cluster-robust covariance of the columns of the interaction."""
    from scipy.special import fdtrc

    if any(n < 2 for n in in_each(frame, informing)):
        return Tested(why=ONE_CLUSTER)
    codes, n, df = pd.factorize(frame["Cluster"])[0], frame["Cluster"].nunique(), parts.added.shape[1]
    scores = np.zeros((n, df))
    np.add.at(scores, codes, parts.added * parts.residuals[:, None])
    if np.linalg.matrix_rank(scores) < df:
        return Tested(why=TOO_FEW_CLUSTERS)
    factor = n / (n - 1) * (len(frame) - 1) / parts.residual_df
    f = float(parts.shares @ np.linalg.solve(scores.T @ scores * factor, parts.shares)) / df
    return Tested(f, df, positive(float(fdtrc(df, n - 1, f))), n - 1)


def in_each(frame: pd.DataFrame, informing: Sequence[str]) -> list[int]:
    """Return how many clusters each arm has in each of these levels."""
    held = frame[frame["Subgroup"].isin(list(informing)).to_numpy(dtype=bool)]
    return [int(n) for n in held.groupby(["Subgroup", "Arm"])["Cluster"].nunique()]
