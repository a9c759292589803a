"""The exact distribution of a rank sum, with and without ties.

Counts of ways are floats: whole numbers up to 2^53 are exact, and sums of larger ones lose up to 1e-11 of themselves.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int_]

MOST_WITHOUT_TIES = 600  # participants; the counts of more lose too many digits
MOST_PAIRS_WITH_TIES = 10_000


def is_exact_feasible(first: int, second: int, tied: bool) -> bool:
    """Return whether the exact distribution of so many participants is computed."""
    return first * second <= MOST_PAIRS_WITH_TIES if tied else first + second <= MOST_WITHOUT_TIES


def mann_whitney_counts(first: int, second: int) -> Vector:
    """Return in how many ways U is 0, 1, ..., first * second without ties (R: ``dwilcox`` times ``choose``).

    The coefficients of the Gaussian binomial, by one factor after the other; a coefficient of the lower half rests on
    smaller ones alone, and the upper half is its mirror image.
    """
    few, many = sorted((first, second))
    half = few * many // 2 + 1
    ways = np.zeros(half)
    ways[0] = 1.0
    for step in range(1, few + 1):
        ways = _divided(_multiplied(ways, many + step), step)
    whole = few * many + 1
    return np.concatenate([ways, ways[: whole - half][::-1]])


def _multiplied(ways: Vector, power: int) -> Vector:
    """Return a polynomial times 1 - q^power."""
    made = ways.copy()
    if power < len(ways):
        made[power:] -= ways[:-power]
    return made


def _divided(ways: Vector, power: int) -> Vector:
    """Return a polynomial over 1 - q^power: running sums of every power-th coefficient."""
    padded = np.concatenate([ways, np.zeros(-len(ways) % power)])
    return np.asarray(padded.reshape(-1, power).cumsum(axis=0).reshape(-1)[: len(ways)])


def rank_sum_counts(ranks: Whole, chosen: int) -> Vector:
    """Return in how many ways the ranks of so many participants sum to 0, 1, ..., given all ranks.

    Ranks are whole numbers from 0; mid-ranks are doubled first. This is the conditional distribution given the ties.
    """
    ascending = np.sort(ranks)
    most = int(ascending[len(ranks) - chosen :].sum())
    ways = np.zeros((chosen + 1, most + 1))
    ways[0, 0] = 1.0
    for number, rank in enumerate(ascending):
        low, high = max(1, chosen - (len(ranks) - number) + 1), min(chosen, number + 1)
        ways[low : high + 1, rank:] += ways[low - 1 : high, : most + 1 - rank].copy()
    return np.asarray(ways[chosen])


def two_sided(counts: Vector, seen: int, mean: tuple[int, int]) -> tuple[float, float]:
    """Return the chance of a sum as far from its mean as the one seen, and the smallest such chance of any sum.

    ``mean`` is a fraction: distances are compared in whole numbers, so that equal ones are equal.
    """
    above, below = mean
    distance = np.abs(np.arange(len(counts), dtype=np.int64) * below - above)
    whole = counts.sum()
    there = counts > 0
    p = counts[distance >= abs(seen * below - above)].sum() / whole
    floor = counts[there & (distance == distance[there].max())].sum() / whole
    return min(1.0, float(p)), min(1.0, float(floor))


def fraction(above: int, below: int) -> tuple[int, int]:
    """Return a fraction in its lowest terms."""
    shared = math.gcd(above, below)
    return above // shared, below // shared
