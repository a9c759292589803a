"""What models of repeated values are fitted to: the columns of visits, arms and covariates, and whose each row is.

Every visit has a column, and so has each arm but the reference, at each visit or over all visits. Covariates are
centred, so that a visit's column is the mean of the reference there, at the mean of the covariates of the values in
the model. There are no interactions with covariates.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from report.analysis.basis import model_columns
from report.analysis.basis.methods import Statistic
from report.analysis.basis.model_columns import Matrix
from report.analysis.basis.participants import Repeated
from report.analysis.counts.repeated import outcome
from report.analysis.numbers.samples import counts

Vector = npt.NDArray[np.float64]
Effect = Literal["by_visit", "overall"]
Cell = tuple[str, str]  # an arm and a visit; no visit where it is of all
NOBODY = "an arm has no participant with a value at the visit and all that is adjusted for"
NO_VALUE = "no participant has a value and all that is adjusted for"


@dataclass(frozen=True)
class Setting:
    """Rows of values, sorted by participant, and what a combination of the coefficients stands for.

    ``first`` is the first row of each participant; ``means`` and ``differences`` are weights of the coefficients by arm
    and visit, of the cells that can be estimated.
    """

    outcome: Vector
    matrix: Matrix
    first: npt.NDArray[np.intp]
    frame: pd.DataFrame
    means: dict[Cell, Vector]
    differences: dict[Cell, Vector]
    why: str

    @property
    def sizes(self) -> Vector:
        """How many values each participant has."""
        return np.diff(np.append(self.first, len(self.outcome))).astype(float)

    def summed(self, rows: Matrix) -> Matrix:
        """Return the sums over each participant's rows."""
        return np.asarray(np.add.reduceat(rows, self.first, axis=0))

    def spread_out(self, sums: Matrix) -> Matrix:
        """Return a row of each value with what its participant has."""
        return np.asarray(np.repeat(sums, self.sizes.astype(int), axis=0))


def setting(people: Repeated, effect: Effect) -> Setting:
    """Return what a model of the arms at each visit, or over all visits, is fitted to."""
    names = model_columns.adjusted_for(people)
    frame = people.frame.assign(Outcome=outcome(people))
    frame = frame[frame["Outcome"].notna() & model_columns.has_all(frame, names)]
    frame = frame.sort_values("Participant", kind="stable")
    columns, means, differences = _cells(people, frame, effect)
    adjusting = model_columns.adjusting(frame, names, people.levels)
    matrix = np.column_stack([*columns, adjusting - adjusting.mean(axis=0)]) if columns else np.empty((0, 0))
    why = model_columns.hindrance(matrix) if columns else NO_VALUE
    width = matrix.shape[1]
    return Setting(
        frame["Outcome"].to_numpy(dtype=float), matrix, _first(frame), frame,
        {cell: _weights(places, width) for cell, places in means.items()},
        {cell: _weights(places, width) for cell, places in differences.items()}, why,
    )  # fmt: skip


def _first(frame: pd.DataFrame) -> npt.NDArray[np.intp]:
    whose = frame["Participant"].to_numpy()
    return np.flatnonzero(np.append([True], whose[1:] != whose[:-1])) if len(whose) else np.empty(0, dtype=np.intp)


def _weights(places: tuple[int, ...], width: int) -> Vector:
    made = np.zeros(width)
    made[list(places)] = 1.0
    return made


def _cells(
    people: Repeated, frame: pd.DataFrame, effect: Effect
) -> tuple[list[Vector], dict[Cell, tuple[int, ...]], dict[Cell, tuple[int, ...]]]:
    """Return the columns of visits and arms, and the places whose sum is a mean or a difference."""
    is_at = {visit: (frame["Visit"] == visit).to_numpy(dtype=bool) for visit in people.visits}
    is_in = {arm: (frame["Arm"] == arm).to_numpy(dtype=bool) for arm in people.arms}
    there = {visit: [arm for arm in people.arms if (is_in[arm] & at).any()] for visit, at in is_at.items()}
    visits = [visit for visit in people.visits if there[visit]]
    columns = [is_at[visit].astype(float) for visit in visits]
    place: dict[Cell, tuple[int, ...]] = {}
    for visit in visits if effect == "by_visit" else [""]:
        arms = there[visit] if visit else [arm for arm in people.arms if is_in[arm].any()]
        base = people.reference if people.reference in arms else next(iter(arms), "")
        for arm in arms:
            place[arm, visit] = (len(columns),) if arm != base else ()
            columns += [(is_in[arm] & is_at.get(visit, True)).astype(float)] if arm != base else []
    own = {(arm, visit): place[arm, visit if effect == "by_visit" else ""] for visit in visits for arm in there[visit]}
    means = {cell: (visits.index(cell[1]), *places) for cell, places in own.items()}
    compared = {
        (arm, visit): places for (arm, visit), places in place.items()
        if arm != people.reference and (people.reference, visit) in place
    }  # fmt: skip
    return columns, means, compared


def asked(people: Repeated, effect: Effect) -> Iterator[Cell]:
    """Yield the comparisons that are asked for: each arm with the reference, at each visit or over all."""
    for visit in people.visits if effect == "by_visit" else ("",):
        for arm in people.compared:
            yield arm, visit


def counted(people: Repeated, data: Setting) -> Iterator[Statistic]:
    """Yield of each arm the participants in the model and those without any value for it, and the values by visit."""
    there = data.frame
    for arm in people.arms:
        whole = people.frame.loc[(people.frame["Arm"] == arm).to_numpy(dtype=bool), "Participant"].nunique()
        mine = there[(there["Arm"] == arm).to_numpy(dtype=bool)]
        used = mine["Participant"].nunique()
        yield from counts(arm, used, whole - used)
        for visit in people.visits:
            n = int((mine["Visit"] == visit).sum())
            yield Statistic("n_values", "Values in the model", n, "count", arm=arm, visit=visit, rests_on="arm")
