"""Derived variables: sums of terms, rounded to the instrument's resolution before anything is ranked."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from report.study.model import Study
from report.study.data import Derived, Term

Vector = npt.NDArray[np.float64]


def derive(study: Study, name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return a data set's frame with its derived variables, in the order of the study file."""
    made = frame
    for variable, derived in study.derived.items():
        if derived.dataset == name:
            made = made.assign(**{variable: total(derived, made)})
    return made


def total(derived: Derived, frame: pd.DataFrame) -> Vector:
    """Return the sum of the terms, one value a row; missing where any term is missing."""
    summed = np.sum([_term(term, frame) for term in derived.sum], axis=0)
    return to_resolution(summed, derived.decimals)


def _term(term: Term, frame: pd.DataFrame) -> Vector:
    value = (frame[term.column].to_numpy(dtype=float) - term.subtract) / term.divide
    low = -np.inf if term.at_least is None else term.at_least
    high = np.inf if term.at_most is None else term.at_most
    return np.clip(value, low, high)


def to_resolution(values: Vector, decimals: int) -> Vector:
    """Return values rounded half away from zero to ``decimals`` places.

    Sums of decimal fractions carry noise in the last bits; unrounded, equal scores would rank as different and a true
    zero change as a change. A billionth of the last place is forgiven, so that 0.15 stored as 0.1499999 rounds up.
    """
    scaled = np.abs(values) * 10.0**decimals
    return np.round(np.sign(values) * np.floor(scaled + 0.5 + 1e-9) / 10.0**decimals, decimals) + 0.0
