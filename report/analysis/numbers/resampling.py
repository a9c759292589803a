"""Bootstrap intervals and permutation tests, each with its seed, its number of draws and its Monte Carlo error.

The generator is numpy's PCG64. Draws are taken arm after arm in the order of the participants' ids.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import combinations
from typing import Annotated, Literal

import numpy as np
import numpy.typing as npt
from annotated_types import Ge, Le

from report.analysis.basis.methods import Answer, Statistic, level_of, method, with_limits
from report.analysis.basis.participants import Participants
from report.analysis.numbers.means import Confidence
from report.analysis.numbers.samples import NOBODY, Sample, compared, counted, mean_key

Vector = npt.NDArray[np.float64]
Seed = Annotated[int, Ge(0)]
Draws = Annotated[int, Ge(999), Le(100_000)]
Measure = Literal["mean", "median"]
ONE_VALUE = "an arm has one value, which cannot be drawn anew"
NO_SPREAD = "no arm has two different values"
ALL = 20_000  # so many ways to allot the participants are gone through one by one
BLOCK = 1000


def _middle(values: Vector, measure: Measure) -> Vector:
    return np.asarray(np.mean(values, axis=-1) if measure == "mean" else np.median(values, axis=-1), dtype=float)


@method("bootstrap_difference", context="bootstrap")
def bootstrap_difference(
    people: Participants,
    decimals: int,
    unit: str,
    *,
    seed: Seed,
    measure: Measure = "mean",
    draws: Draws = 4999,
    confidence: Confidence = 0.95,
) -> Answer:
    """Return the difference of means or medians, arm minus reference, with a percentile bootstrap interval.

    Participants are drawn with replacement within each arm (Efron and Tibshirani, An Introduction to the Bootstrap,
    1993, chapter 13); the limits are quantiles of type 6, as R's ``boot.ci(type = "perc")`` has them but for its
    interpolation on the normal scale. The Monte Carlo error is that of the bootstrap's standard error.
    """
    generator = np.random.Generator(np.random.PCG64(seed))
    rows: list[Statistic] = []
    for arm, base in compared(people):
        rows += _bootstrapped(arm, base, measure, generator, draws, confidence, decimals, unit)
    return Answer(
        f"Difference of {measure}s (arm minus reference) with percentile bootstrap interval, participants drawn within "
        "arms",
        f"Differences of {measure}s were computed with percentile bootstrap confidence intervals; participants were "
        "drawn with replacement within each arm.",
        (*rows, *counted(people), *_drawn(seed, draws), level_of(confidence)),
    )


def _bootstrapped(
    arm: Sample, base: Sample, measure: Measure, generator: np.random.Generator, draws: int, confidence: float,
    decimals: int, unit: str,
) -> list[Statistic]:  # fmt: skip
    empty = NOBODY if min(len(arm.values), len(base.values)) == 0 else ""
    why = empty or (ONE_VALUE if min(len(arm.values), len(base.values)) == 1 else "") or _constant(arm, base)
    seen = None if empty else float(_middle(arm.values, measure) - _middle(base.values, measure))
    drawn = None if why else _differences(arm, base, measure, generator, draws)
    low, high = (None, None) if drawn is None else _percentiles(drawn, confidence)
    error = None if drawn is None else float(np.std(drawn, ddof=1))
    of_error = None if error is None else error / math.sqrt(2 * draws)
    values, label = (seen, low, high), f"Difference of {measure}s, bootstrap"
    key, fine = mean_key(decimals), mean_key(decimals + 1)
    return [
        *with_limits(label, values, key, (empty, why, why), unit=unit, arm=arm.arm),
        Statistic("std.error", "Bootstrap standard error", error, fine, unit, arm.arm, reason=why),
        Statistic("mc.error", "Monte Carlo error of the standard error", of_error, fine, unit, arm.arm, reason=why),
    ]


def _differences(arm: Sample, base: Sample, measure: Measure, generator: np.random.Generator, draws: int) -> Vector:
    first = _redrawn(arm.values, measure, generator, draws)
    return first - _redrawn(base.values, measure, generator, draws)


def _percentiles(drawn: Vector, confidence: float) -> tuple[float, float]:
    tail = (1 - confidence) / 2
    low, high = np.quantile(drawn, (tail, 1 - tail), method="weibull")
    return float(low), float(high)


def _constant(arm: Sample, base: Sample) -> str:
    return NO_SPREAD if np.ptp(arm.values) == 0 and np.ptp(base.values) == 0 else ""


def _redrawn(values: Vector, measure: Measure, generator: np.random.Generator, draws: int) -> Vector:
    """Return the measure of each draw; a thousand draws at a time, so that memory stays bounded."""
    parts = []
    for start in range(0, draws, BLOCK):
        which = generator.integers(0, len(values), size=(min(BLOCK, draws - start), len(values)))
        parts.append(_middle(values[which], measure))
    return np.concatenate(parts)


@method("permutation_test", context="permutation_test")
def permutation_test(people: Participants, decimals: int, unit: str, *, seed: Seed, draws: Draws = 9999) -> Answer:
    """Return two-sided p of the difference of means when participants are allotted to both arms anew.

    All ways are gone through where there are at most 20 000; otherwise so many are drawn, and p is (b + 1)/(B + 1)
    (Phipson and Smyth, Stat Appl Genet Mol Biol 2010;9:39). R: ``coin::oneway_test(distribution = "exact")``.
    """
    generator = np.random.Generator(np.random.PCG64(seed))
    rows = [row for arm, base in compared(people) for row in _permuted(arm, base, generator, draws)]
    return Answer(
        "Permutation test of the difference of means, two-sided; exact where there are few participants, otherwise "
        "Monte Carlo",
        "Means were compared with a two-sided permutation test, exact where the participants are few and otherwise by "
        "Monte Carlo.",
        (*rows, *counted(people), *_drawn(seed, draws), Statistic("alternative", "Alternative", "two.sided")),
    )


def _permuted(arm: Sample, base: Sample, generator: np.random.Generator, draws: int) -> Iterator[Statistic]:
    why = NOBODY if min(len(arm.values), len(base.values)) == 0 else ""
    exact = math.comb(len(arm.values) + len(base.values), len(arm.values)) <= ALL
    p = _p(arm.values, base.values, generator, 0 if exact else draws) if not why else None
    error = None if p is None else 0.0 if exact else math.sqrt(p * (1 - p) / draws)
    how = None if why else "exact" if exact else "Monte Carlo"
    yield Statistic("p.value", "Permutation test of the means", p, "p", arm=arm.arm, reason=why)
    yield Statistic("mc.error", "Monte Carlo error of P", error, "ratio:5", arm=arm.arm, reason=why)
    yield Statistic("distribution", "Distribution", how, arm=arm.arm, reason=why)


def _p(first: Vector, second: Vector, generator: np.random.Generator, draws: int) -> float:
    return _drawn_p(first, second, generator, draws) if draws else _exact_p(first, second)


def _sums(values: Vector) -> tuple[Vector, float]:
    """Return values from which their mean is taken, and what two sums may differ by and still be equal."""
    centred = values - values.mean()
    return centred, 1e-9 * float(np.abs(centred).sum() or 1.0)


def _exact_p(first: Vector, second: Vector) -> float:
    centred, same = _sums(np.concatenate([first, second]))
    chosen = np.array(list(combinations(range(len(centred)), len(first))))
    sums = np.abs(centred[chosen].sum(axis=1))
    return float((sums >= abs(centred[: len(first)].sum()) - same).mean())


def _drawn_p(first: Vector, second: Vector, generator: np.random.Generator, draws: int) -> float:
    centred, same = _sums(np.concatenate([first, second]))
    seen, reached = abs(centred[: len(first)].sum()) - same, 0
    for start in range(0, draws, BLOCK):
        block = np.tile(centred, (min(BLOCK, draws - start), 1))
        sums = np.abs(generator.permuted(block, axis=1)[:, : len(first)].sum(axis=1))
        reached += int((sums >= seen).sum())
    return (reached + 1) / (draws + 1)


def _drawn(seed: int, draws: int) -> list[Statistic]:
    return [
        Statistic("draws", "Draws", draws, "count"),
        Statistic("seed", "Seed", seed, "count"),
        Statistic("generator", "Generator", "PCG64"),
    ]
