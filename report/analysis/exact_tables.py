"""Fisher's exact test of a table larger than two by two, by every table with the same margins (Freeman and Halton).

J. H. Freeman and J. H. Halton, Biometrika 1951;38:141-149; R: ``fisher.test``. Tables are built level by level as one
array; where there would be more than ``MOST`` of them at once, there is no answer rather than an approximate one.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from report.analysis.exact import FORGIVEN, hypergeometric_p

Table = npt.NDArray[np.int_]  # a row a level, a column an arm

MOST = 2_000_000


def fisher_p(table: Table) -> float | None:
    """Return the exact two-sided p of a table without empty rows and columns; None where it has too many fellows."""
    if table.shape == (2, 2):
        (a, b), (c, d) = table.tolist()
        return hypergeometric_p(((a, b), (c, d)))
    ordered = table[np.argsort(table.sum(axis=1))]
    chances = _log_chances(ordered)
    if chances is None:
        return None
    seen = -float(_log_factorial(ordered).sum())
    most = float(chances.max())
    weights = np.exp(chances - most)
    return min(1.0, float(weights[chances <= seen + math.log(FORGIVEN)].sum() / weights.sum()))


def _log_chances(table: Table) -> npt.NDArray[np.float64] | None:
    """Return minus the sum of the cells' log factorials of every table with these margins; None where they are many."""
    left, logarithms = table.sum(axis=0)[np.newaxis], np.zeros(1)
    for total in table.sum(axis=1)[:-1]:
        splits = _splits(int(total), table.sum(axis=0))
        if splits is None or len(splits) * len(left) > MOST:
            return None
        rest = left[:, np.newaxis] - splits
        fits = (rest >= 0).all(axis=2)
        logarithms = (logarithms[:, np.newaxis] - _log_factorial(splits).sum(axis=1))[fits]
        left = rest[fits]
    return np.asarray(logarithms - _log_factorial(left).sum(axis=1), dtype=float)


def _splits(total: int, most: Table) -> Table | None:
    """Return every way in which the participants of a level fall into arms that hold so many at the most."""
    made = np.zeros((1, 0), dtype=np.int_)
    for number, room in enumerate(most[:-1]):
        choices = np.arange(min(total, int(room)) + 1)
        if len(made) * len(choices) > MOST:
            return None
        kept = np.repeat(made, len(choices), axis=0)
        made = np.column_stack([kept, np.tile(choices, len(made))]) if number else choices[:, np.newaxis]
        made = made[made.sum(axis=1) <= total]
    last = total - made.sum(axis=1)
    return np.asarray(np.column_stack([made, last])[last <= most[-1]], dtype=np.int_)


def _log_factorial(counts: Table) -> npt.NDArray[np.float64]:
    from scipy.special import gammaln

    return np.asarray(gammaln(counts + 1.0), dtype=float)
