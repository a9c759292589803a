"""Standardised mean differences of a baseline variable, an arm minus the reference, in standard deviations.

Numbers: (m1 - m2) / sqrt((s1^2 + s2^2) / 2). Categories of two levels: (p1 - p2) / sqrt((p1 q1 + p2 q2) / 2), p being
the share with the level that the table shows first. Categories of more levels: the Mahalanobis distance of the two
vectors of shares, one level left out, with the mean of the two multinomial covariances; a distance has no sign, and
which level is left out makes no difference. Levels that nobody has in either arm are left out.

Yang and Dalton, SAS Global Forum 2012, paper 335; Austin, Stat Med 2009;28:3083-3107. It is not Hedges' g: the
standard deviations are not weighted by the sizes of the arms.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from report.analysis.basis.descriptives import Vector, mean, sd
from report.analysis.basis.methods import Statistic

Counts = npt.NDArray[np.int_]
Found = tuple[float | None, str]

NAME, LABEL, KEY = "smd", "Standardised difference", "fixed:2"
NOTHING = "an arm has no value"
ONE_VALUE = "an arm has one value, which has no spread"
ALL_THE_SAME = "all values are the same"
NO_SPREAD = "within each arm all values are the same"
NOTHING_SHARED = "the arms have no level in common"


def of_numbers(arm: Vector, reference: Vector) -> Found:
    """Return the standardised difference of two samples without missing values, or why there is none."""
    if why := _no_numbers(arm, reference):
        return None, why
    spread = math.hypot(sd(arm), sd(reference)) / math.sqrt(2)
    return (mean(arm) - mean(reference)) / spread, ""


def _no_numbers(arm: Vector, reference: Vector) -> str:
    fewest = min(len(arm), len(reference))
    if fewest < 2:
        return ONE_VALUE if fewest else NOTHING
    if sd(arm) or sd(reference):
        return ""
    return ALL_THE_SAME if arm[0] == reference[0] else NO_SPREAD


def of_counts(arm: Counts, reference: Counts) -> Found:
    """Return the standardised difference of two arms' counts by level, or why there is none.

    Of two declared levels it is that of the share with the first; of more it is a distance.
    """
    if why := _no_counts(arm, reference):
        return None, why
    first, second = arm / arm.sum(), reference / reference.sum()
    if len(arm) == 2:
        spread = math.sqrt((first[0] * first[1] + second[0] * second[1]) / 2)
        return float(first[0] - second[0]) / spread, ""
    return _distance(first, second), ""


def _no_counts(arm: Counts, reference: Counts) -> str:
    if not (arm.sum() and reference.sum()):
        return NOTHING
    if np.count_nonzero(arm + reference) == 1:
        return ALL_THE_SAME
    return "" if np.any((arm > 0) & (reference > 0)) else NOTHING_SHARED


def _distance(first: Vector, second: Vector) -> float:
    """Return the Mahalanobis distance of two vectors of shares that have a level in common."""
    kept = np.flatnonzero(first + second)[1:]
    spread = (_covariance(first) + _covariance(second)) / 2
    difference = (first - second)[kept]
    return math.sqrt(float(difference @ np.linalg.solve(spread[np.ix_(kept, kept)], difference)))


def _covariance(shares: Vector) -> Vector:
    return np.asarray(np.diag(shares) - np.outer(shares, shares), dtype=float)


def statistic(found: Found) -> Statistic:
    """Return a standardised difference as a statistic: a number without unit, two decimals."""
    return Statistic(NAME, LABEL, found[0], KEY, reason=found[1])
