"""What a model of arms and covariates is fitted to: who has everything that it needs, and the columns of its matrix.

Covariates and the stratum (``model_columns``) come before the arms. A covariate that those before it fix adds nothing
and is left out, as R leaves out aliased ones; an arm that they fix cannot be told from them, which is said.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from report.analysis.basis.exact import Vector
from report.analysis.basis.model_columns import Matrix, adjusted_for, adjusting, has_all
from report.analysis.basis.participants import Participants

Codes = npt.NDArray[np.int_]
EMPTY = "an arm has no participant with an outcome and all covariates"
ALIASED = "the covariates leave nothing by which an arm could be told from another"
DEPENDENT = 1e-8  # of a column's length: so little left beside the other columns counts as nothing


@dataclass(frozen=True)
class Design:
    """The complete participants, and the columns: an intercept, the covariates, and one for each compared arm.

    ``why`` says why the arms cannot be compared; empty where they can. ``cluster`` is a number for each cluster.
    """

    frame: pd.DataFrame
    matrix: Matrix
    arms: tuple[str, ...]
    missing: int
    clusters: Codes | None = None
    why: str = ""

    @property
    def n_clusters(self) -> int:
        """How many clusters there are."""
        return 0 if self.clusters is None or not len(self.clusters) else int(self.clusters.max()) + 1

    def arm_column(self, arm: str) -> int:
        """Return the column of a compared arm."""
        return int(self.matrix.shape[1]) - len(self.arms) + self.arms.index(arm)

    def as_if(self, arm: str) -> Matrix:
        """Return the matrix as if everybody were in one arm, the reference where it is none of those compared."""
        made = self.matrix.copy()
        made[:, made.shape[1] - len(self.arms) :] = 0.0
        if arm in self.arms:
            made[:, self.arm_column(arm)] = 1.0
        return made


def design(people: Participants) -> Design:
    """Return the matrix of a model of the arms, the endpoint's covariates and its stratum."""
    names = adjusted_for(people)
    known = has_all(people.frame, ["Outcome", *names, *(["Cluster"] if "Cluster" in people.frame else [])])
    frame = people.frame[known]
    arms = [np.asarray(frame["Arm"] == arm, dtype=np.float64) for arm in people.compared]
    covariates = list(adjusting(frame, names, people.levels).T)
    kept = _independent([np.ones(len(frame)), *covariates, *arms])
    first = 1 + len(covariates)
    is_empty = any(not (frame["Arm"] == arm).any() for arm in people.arms)
    is_aliased = any(at not in kept for at in range(first, first + len(arms)))
    columns = [column for at, column in enumerate([np.ones(len(frame)), *covariates]) if at in kept]
    clusters = pd.factorize(frame["Cluster"])[0].astype(int) if "Cluster" in frame else None
    return Design(
        frame, np.column_stack([*columns, *arms]), people.compared, int((~known).sum()), clusters,
        EMPTY if is_empty else ALIASED if is_aliased else "",
    )  # fmt: skip


def _independent(columns: list[Vector]) -> set[int]:
    """Return which columns the ones before them do not fix."""
    kept: set[int] = set()
    basis: list[Vector] = []
    for at, column in enumerate(columns):
        rest = column.astype(float)
        for _ in range(2):  # once more, as the first pass leaves some of what it takes away
            for unit in basis:
                rest = rest - unit * float(unit @ rest)
        length, whole = float(np.linalg.norm(rest)), float(np.linalg.norm(column))
        if whole and length > DEPENDENT * whole:
            kept.add(at)
            basis.append(rest / length)
    return kept
