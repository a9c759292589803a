"""Exact two-sided p values of discrete tests: the outcomes no more probable than the one seen, as R sums them.

Written out over ``scipy.special`` because ``scipy.stats`` takes half a second to load in every build.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float64]

FORGIVEN = 1 + 1e-7  # R's fisher.test and binom.test: so much above the probability seen still counts as equal to it


def hypergeometric_p(table: tuple[tuple[int, int], tuple[int, int]]) -> float:
    """Return Fisher's exact two-sided p of a two by two table (R: ``fisher.test(table)``)."""
    (a, b), (c, d) = table
    first, second, having = a + b, c + d, a + c
    cells = np.arange(max(0, having - second), min(first, having) + 1)
    chances = log_choose(first, cells) + log_choose(second, having - cells)
    return _no_more_probable(chances - log_choose(first + second, np.array([having])), a - int(cells[0]))


def binomial_p(successes: int, trials: int, chance: float) -> float:
    """Return the exact two-sided p of a binomial count, 0 < chance < 1 (R: ``binom.test``)."""
    counts = np.arange(trials + 1)
    chances = log_choose(trials, counts) + counts * np.log(chance) + (trials - counts) * np.log1p(-chance)
    return _no_more_probable(chances, successes)


def log_choose(n: int, k: npt.NDArray[np.int_]) -> Vector:
    """Return the logarithms of the numbers of ways to choose k of n."""
    from scipy.special import gammaln

    return np.asarray(gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1), dtype=float)


def _no_more_probable(logarithms: Vector, seen: int) -> float:
    chances = np.exp(logarithms)
    return min(1.0, float(chances[chances <= chances[seen] * FORGIVEN].sum()))
