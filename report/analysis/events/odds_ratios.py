"""The odds ratio of a binary outcome, each arm over the reference: conditional and exact, score, or Wald.

The conditional estimate is the most likely odds ratio of the counts with both margins given (noncentral hypergeometric
distribution; R: ``fisher.test``, whose search ends earlier). Its exact interval is made of two one-sided tests, and
need not agree with Fisher's two-sided p, which sums probabilities. The sample odds ratio is that of the four counts.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal

import numpy as np

from report.analysis.basis.exact import Vector, log_choose
from report.analysis.basis.methods import Answer, Statistic, level_of, method, ratio_key, with_limits
from report.analysis.basis.score_intervals import score_odds_ratio, z_value
from report.analysis.events.two_by_two import ArmCount, Confidence, EventCounts, compared_counts, nobody

SPAN = 60.0  # of the logarithm of an odds ratio: beyond any that counts can show
ALL_ALIKE = "every participant had the event"
NONE_AT_ALL = "no event in either arm"
INFINITE = "a count of zero makes the odds ratio infinite"
NO_LOGARITHM = "a count of zero leaves the logarithm of the odds ratio without a variance"
SAID = {
    "exact": (
        "Conditional odds ratio (arm over reference) with Fisher’s exact interval",
        "Odds ratios were the conditional maximum-likelihood estimates with Fisher’s exact confidence intervals.",
    ),
    "miettinen_nurminen": (
        "Sample odds ratio (arm over reference) with Miettinen-Nurminen score interval",
        "Odds ratios were those of the counts, with Miettinen-Nurminen score confidence intervals.",
    ),
    "wald": (
        "Sample odds ratio (arm over reference) with Wald interval of its logarithm",
        "Odds ratios were those of the counts, with Wald confidence intervals of their logarithm; counts were not "
        "corrected.",
    ),
}


@method("odds_ratio", context="stats_odds_ratio")
def odds_ratio(
    counts: EventCounts,
    decimals: int,
    unit: str,
    *,
    interval: Literal["exact", "miettinen_nurminen", "wald"],
    confidence: Confidence = 0.95,
) -> Answer:
    """Return the odds of each arm over those of the reference, with an interval; no count is corrected.

    ``exact``: conditional estimate and Fisher's exact interval (R: ``fisher.test``). ``miettinen_nurminen``: sample
    odds ratio and score interval with the factor N/(N - 1) (Stat Med 1985;4:213-226). ``wald``: sample odds ratio,
    interval by the normal distribution of its logarithm (Woolf, Ann Hum Genet 1955;19:251-253).
    """
    rows: list[Statistic] = []
    for arm, base in counts.comparisons():
        values, reasons = _values(arm, base, interval, confidence)
        rows += with_limits("Odds ratio", values, ratio_key(decimals), reasons, arm=arm.arm)
    return Answer(*SAID[interval], (*rows, *compared_counts(counts), level_of(confidence)))


Values = tuple[float | None, float | None, float | None]
Reasons = tuple[str, str, str]


def _values(arm: ArmCount, base: ArmCount, interval: str, confidence: float) -> tuple[Values, Reasons]:
    why = nobody(arm, base) or _alike(arm, base)
    if why:
        return (None, None, None), (why, why, why)
    is_infinite = arm.events == arm.total or base.events == 0
    is_zero = arm.events == 0 or base.events == base.total
    found: Callable[..., tuple[float, float, float]] = conditional if interval == "exact" else _sample
    if interval == "wald":
        return _by_wald(arm, base, confidence, is_infinite, is_zero)
    estimate, low, high = found(arm, base, confidence)
    unbounded = INFINITE if is_infinite else ""
    return (None if is_infinite else estimate, low, None if is_infinite else high), (unbounded, "", unbounded)


def _alike(arm: ArmCount, base: ArmCount) -> str:
    events = arm.events + base.events
    return NONE_AT_ALL if events == 0 else ALL_ALIKE if events == arm.total + base.total else ""


def _sample_ratio(arm: ArmCount, base: ArmCount) -> float:
    return arm.events * (base.total - base.events) / ((arm.total - arm.events) * base.events)


def _sample(arm: ArmCount, base: ArmCount, confidence: float) -> tuple[float, float, float]:
    low, high = score_odds_ratio(arm.events, arm.total, base.events, base.total, confidence)
    return (math.inf if high == math.inf else _sample_ratio(arm, base)), low, high


def _by_wald(
    arm: ArmCount, base: ArmCount, confidence: float, is_infinite: bool, is_zero: bool
) -> tuple[Values, Reasons]:
    if is_infinite or is_zero:
        return (None if is_infinite else 0.0, None, None), (INFINITE if is_infinite else "", NO_LOGARITHM, NO_LOGARITHM)
    found = _sample_ratio(arm, base)
    cells = (arm.events, arm.total - arm.events, base.events, base.total - base.events)
    half = z_value(confidence) * math.sqrt(sum(1 / cell for cell in cells))
    return (found, found * math.exp(-half), found * math.exp(half)), ("", "", "")


def conditional(arm: ArmCount, base: ArmCount, confidence: float) -> tuple[float, float, float]:
    """Return the conditional estimate of the odds ratio and its exact limits; 0 or infinite at an end of the counts."""
    counts, logs = _support(arm, base)
    seen, tail = arm.events, (1 - confidence) / 2

    def chances(g: float) -> Vector:
        weights = logs + counts * g
        shares = np.exp(weights - weights.max())
        return np.asarray(shares / shares.sum(), dtype=float)

    def solved(falling: Callable[[Vector], float]) -> float:
        return _root(lambda g: falling(chances(g)))

    at_low, at_high = seen == counts[0], seen == counts[-1]
    low = 0.0 if at_low else solved(lambda p: tail - float(p[counts >= seen].sum()))
    high = math.inf if at_high else solved(lambda p: float(p[counts <= seen].sum()) - tail)
    if at_low or at_high:
        return (0.0 if at_low else math.inf), low, high
    return solved(lambda p: seen - float(p @ counts)), low, high


def _support(arm: ArmCount, base: ArmCount) -> tuple[Vector, Vector]:
    """Return the events that the arm can have with both margins given, and the logarithms of their chances."""
    events = arm.events + base.events
    counts = np.arange(max(0, events - base.total), min(arm.total, events) + 1)
    return counts.astype(float), log_choose(arm.total, counts) + log_choose(base.total, events - counts)


def _root(falling: Callable[[float], float]) -> float:
    from scipy.optimize import brentq

    return math.exp(brentq(falling, -SPAN, SPAN, xtol=1e-13, rtol=1e-14))
