"""Levels of a category by arm within strata: the generalised Cochran-Mantel-Haenszel tests.

Landis, Heyman and Koch (Int Stat Rev 1978;46:237-254); SAS PROC FREQ CMH. General association (R: ``mantelhaen.test``)
uses no order, row mean scores order the levels, correlation the levels and the arms. A stratum of one participant says
nothing. Without a stratifying variable all participants are one stratum, and the row mean score test with midranks is
that of Kruskal and Wallis.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from report.analysis.basis.methods import Answer, Statistic, method
from report.analysis.basis.participants import Participants
from report.analysis.events.ordered import ONE_ARM, Counts, counted, tested

Values = npt.NDArray[np.float64]
Scores = Literal["integers", "midranks"]
NOT_ALIKE = "in no stratum do both the arms and the levels differ"
SAID = {
    "general_association": ("general association", "of general association"),
    "row_mean_scores": ("row mean scores", "of row mean scores"),
    "correlation": ("correlation", "of correlation (arms in declared order)"),
}
SCORED = {"integers": "levels scored 1, 2, 3 and so on", "midranks": "levels scored by midranks in each stratum"}


@method("cmh_levels", context="stats_mantelhaen_test")
def cmh_levels(
    people: Participants,
    decimals: int,
    unit: str,
    *,
    test: Literal["general_association", "row_mean_scores", "correlation"],
    scores: Scores = "integers",
) -> Answer:
    """Return a generalised Cochran-Mantel-Haenszel test of levels by arm over the strata, all arms together.

    ``scores`` order the levels where the test uses an order: ``integers``, or ``midranks`` among a stratum's own
    participants (SAS SCORES=RANK). Arms are scored 1, 2, 3 in declared order, or by midranks, for the correlation.
    """
    frame, missing = _complete(people)
    tables = list(_tables(people, frame))
    arms = sum(bool((frame["Arm"] == arm).any()) for arm in people.arms)
    statistic, df = (None if arms < 2 else chi_squared(tables, test, scores)) or (None, None)
    why = "" if df else ONE_ARM if arms < 2 else NOT_ALIKE
    named, told = SAID[test]
    ordered = "" if test == "general_association" else f", {SCORED[scores]}"
    over = "over strata" if "Stratum" in frame else "without strata"
    rows = tested(f"CMH {named} chi-squared", f"Cochran-Mantel-Haenszel test, {named}", statistic, df, why)
    return Answer(
        f"Generalised Cochran-Mantel-Haenszel test {told}, {over}{ordered}",
        f"Levels of all arms were compared by the generalised Cochran-Mantel-Haenszel test {told}, {over}{ordered}.",
        (*rows, *_counted(frame, missing, tables)),
    )


def _counted(frame: pd.DataFrame, missing: int, tables: list[Counts]) -> list[Statistic]:
    informing = sum(_informs(table) for table in tables)
    return [
        Statistic("n", "Participants with a level", len(frame), "count"),
        Statistic("N_miss", "Level or stratum missing", missing, "count"),
        Statistic("n_strata", "Strata with a participant", sum(bool(table.sum()) for table in tables), "count"),
        Statistic("n_informative", "Strata that contribute to the test", informing, "count"),
    ]


def _complete(people: Participants) -> tuple[pd.DataFrame, int]:
    names = ["Outcome", *(["Stratum"] if "Stratum" in people.frame else [])]
    known = people.frame[names].notna().all(axis=1)
    return people.frame[known], int((~known).sum())


def _tables(people: Participants, frame: pd.DataFrame) -> list[Counts]:
    if "Stratum" not in frame:
        return [_table(people, frame)]
    strata = people.levels.get("Stratum") or tuple(sorted(set(frame["Stratum"])))
    return [_table(people, frame[frame["Stratum"] == stratum]) for stratum in strata]


def _table(people: Participants, frame: pd.DataFrame) -> Counts:
    within = Participants(frame, people.arms, people.reference, levels=people.levels)
    return counted(within).counts


def _informs(table: Counts) -> bool:
    return bool((table.sum(axis=1) > 0).sum() > 1 and (table.sum(axis=0) > 0).sum() > 1)


def chi_squared(tables: list[Counts], test: str, scores: Scores) -> tuple[float, int] | None:
    """Return the chi-squared of a test and its degrees of freedom; None where no stratum contributes."""
    informing = [table.astype(float) for table in tables if _informs(table)]
    if not informing:
        return None
    beyond, covariance = (sum(parts) for parts in zip(*(_of(t, test, scores) for t in informing), strict=True))
    values, vectors = np.linalg.eigh(np.atleast_2d(np.asarray(covariance)))
    held = values > 1e-9 * values.max()  # arms or levels that no stratum compares have no variance
    if not values.max() > 0:
        return None
    along = vectors[:, held].T @ np.atleast_1d(np.asarray(beyond))
    return float((along**2 / values[held]).sum()), int(held.sum())


def _of(table: Values, test: str, scores: Scores) -> tuple[Values, Values]:
    """Return a stratum's deviations from what is expected with its margins given, and their covariance."""
    n, rows, columns = table.sum(), table.sum(axis=1), table.sum(axis=0)
    by_row, by_column = _chosen(table, test, scores)
    beyond = by_row @ (table - np.outer(rows, columns) / n) @ by_column.T
    of_rows = by_row @ (np.diag(rows) - np.outer(rows, rows) / n) @ by_row.T
    of_columns = by_column @ (np.diag(columns) - np.outer(columns, columns) / n) @ by_column.T
    return beyond.ravel(), np.kron(of_rows, of_columns) / (n - 1)


def _chosen(table: Values, test: str, scores: Scores) -> tuple[Values, Values]:
    """Return what is summed over the arms and over the levels: each but the last, or scores."""
    rows, columns = table.shape
    each_arm, each_level = np.eye(rows)[:-1], np.eye(columns)[:-1]
    level_scores = _scores(table.sum(axis=0), scores)[np.newaxis]
    if test == "general_association":
        return each_arm, each_level
    if test == "row_mean_scores":
        return each_arm, level_scores
    return _scores(table.sum(axis=1), scores)[np.newaxis], level_scores


def _scores(counts: Values, scores: Scores) -> Values:
    if scores == "integers":
        return np.arange(1.0, len(counts) + 1)
    return np.asarray(np.cumsum(counts) - (counts - 1) / 2, dtype=float)
