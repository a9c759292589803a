"""The columns of a regression: what it adjusts for as numbers, who has all of it, and why a model cannot be fitted.

Numbers are centred and divided by their SD, which leaves every comparison of arms as it is and keeps the fit exact.
A category has a column for each level that occurs but the first. What has one value only has no column.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from report.analysis.basis.participants import Participants

Matrix = npt.NDArray[np.float64]
NOT_APART = "the covariates cannot be told apart from each other or from the arms"
TOO_FEW = "there are too few values for the model"
NAMED = {"Baseline": "the value at the earlier visit", "Stratum": "the stratum"}


def adjusted_for(people: Participants) -> tuple[str, ...]:
    """Return the columns of the frame that a model adjusts for: baseline, covariates and stratum, where there are."""
    held = people.frame.columns
    ours = (name for name in ("Baseline", *people.covariates, "Stratum") if name in held)
    return tuple(dict.fromkeys(ours))


def categories(people: Participants) -> tuple[str, ...]:
    """Return those of the columns that a model adjusts for which are categories."""
    held = people.frame
    return tuple(
        name
        for name in adjusted_for(people)
        if name in people.levels or name == "Stratum" or held[name].dtype == object
    )


def told(people: Participants) -> str:
    """Return what a model adjusts for as the end of a sentence, such as ", adjusted for age and the stratum"."""
    names = [NAMED.get(name) or people.labels.get(name, name.replace("_", " ")) for name in adjusted_for(people)]
    if not names:
        return ""
    return f", adjusted for {' and '.join(filter(None, (', '.join(names[:-1]), names[-1])))}"


def has_all(frame: pd.DataFrame, names: Iterable[str]) -> npt.NDArray[np.bool_]:
    """Return which rows have a value in each of these columns."""
    return np.asarray(frame[list(names)].notna().all(axis=1), dtype=bool)


def adjusting(frame: pd.DataFrame, names: Sequence[str], levels: Mapping[str, Sequence[str]]) -> Matrix:
    """Return the columns of what is adjusted for, of rows that have all of it."""
    parts = [column for name in names for column in _columns(frame[name], levels.get(name, ()), name == "Stratum")]
    return np.column_stack(parts) if parts else np.empty((len(frame), 0))


def _columns(values: pd.Series, declared: Sequence[str], is_stratum: bool) -> list[Matrix]:
    if declared or is_stratum or values.dtype == object:
        return dummies(values, declared or sorted(set(values)))
    numbers = values.to_numpy(dtype=float)
    spread = float(np.std(numbers)) if len(numbers) else 0.0
    is_constant = not len(numbers) or numbers.min() == numbers.max()
    return [] if is_constant else [(numbers - numbers.mean()) / spread]


def dummies(values: pd.Series, levels: Sequence[object]) -> list[Matrix]:
    """Return a column of zeros and ones for each level that occurs but the first of them."""
    present = [level for level in levels if bool((values == level).any())]
    return [np.asarray(values == level, dtype=np.float64) for level in present[1:]]


def hindrance(matrix: Matrix) -> str:
    """Return why a model with these columns has no single fit; empty where it has one."""
    rows, columns = matrix.shape
    if rows <= columns:
        return TOO_FEW
    return NOT_APART if np.linalg.matrix_rank(matrix) < columns else ""
