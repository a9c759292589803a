"""Comparisons of means from samples alone: the errors of a difference, and F of several means.

Arms and baseline variables are compared by the same formulas. Every sample has what its formula needs: see the callers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from report.analysis.basis.descriptives import Vector, mean, sd


def variance(values: Vector) -> float:
    """Return the variance, which of one value, and of differences too small to be squared, is zero."""
    return sd(values) ** 2 if len(values) > 1 else 0.0


def pooled_sd(groups: Sequence[Vector]) -> float:
    """Return the standard deviation within groups; at least one of them has two values."""
    squares = sum(variance(group) * (len(group) - 1) for group in groups)
    return math.sqrt(squares / (sum(len(group) for group in groups) - len(groups)))


def welch(first: Vector, second: Vector) -> tuple[float, float]:
    """Return the standard error of the difference of two means, and Welch's degrees of freedom."""
    a, b = variance(first) / len(first), variance(second) / len(second)
    share = a / (a + b)  # of the variance; in squares of variances, small ones would vanish
    return math.sqrt(a + b), 1 / (share**2 / (len(first) - 1) + (1 - share) ** 2 / (len(second) - 1))


def pooled(first: Vector, second: Vector) -> tuple[float, float]:
    """Return the standard error of the difference of two means with one variance, and its degrees of freedom."""
    df = len(first) + len(second) - 2
    return pooled_sd([first, second]) * math.sqrt(1 / len(first) + 1 / len(second)), float(df)


def fisher_f(groups: Sequence[Vector]) -> tuple[float, float]:
    """Return F of the analysis of variance, and its residual degrees of freedom."""
    sizes, means = _sizes(groups), _means(groups)
    between = float(sizes @ (means - sizes @ means / sizes.sum()) ** 2) / (len(groups) - 1)
    return between / pooled_sd(groups) ** 2, float(sizes.sum()) - len(groups)


def welch_f(groups: Sequence[Vector]) -> tuple[float, float]:
    """Return F of Welch's analysis of variance (Biometrika 1951;38:330-336), and its residual degrees of freedom."""
    k, sizes, means = len(groups), _sizes(groups), _means(groups)
    weights = sizes / np.array([variance(group) for group in groups])
    shares = weights / weights.sum()
    unevenness = float((1 - shares) ** 2 @ (1 / (sizes - 1))) / (k * k - 1)
    between = float(weights @ (means - shares @ means) ** 2) / (k - 1)
    return between / (1 + 2 * (k - 2) * unevenness), 1 / (3 * unevenness)


def _sizes(groups: Sequence[Vector]) -> Vector:
    return np.array([len(group) for group in groups], dtype=float)


def _means(groups: Sequence[Vector]) -> Vector:
    return np.array([mean(group) for group in groups])
