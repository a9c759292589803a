"""Differences of risks, each arm minus the reference: with an interval, against a margin, and over strata.

A risk reduction (``two_by_two``) is reference minus arm; here the sign is the other one.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from annotated_types import Gt, Lt

from report.analysis.basis import margins
from report.analysis.basis.margins import Alpha, confidence_of
from report.analysis.basis.methods import Answer, Statistic, level_of, method, with_limits
from report.analysis.basis.score_intervals import Interval, difference_score, newcombe, score_difference
from report.analysis.events.two_by_two import DIFFERENCES, ArmCount, Confidence, EventCounts, compared_counts, nobody

RiskMargin = Annotated[float, Gt(0), Lt(1)]
Score = Literal["miettinen_nurminen", "farrington_manning"]
SCORES = {
    "miettinen_nurminen": "Miettinen-Nurminen score interval and test",
    "farrington_manning": "Farrington-Manning score test and the interval by it (Mee)",
}
LABEL = "Risk difference"
MOST_DECIMALS = 6


@method("risk_difference", context="proportion_difference")
def risk_difference(
    counts: EventCounts,
    decimals: int,
    unit: str,
    *,
    interval: Literal["miettinen_nurminen", "newcombe"],
    confidence: Confidence = 0.95,
) -> Answer:
    """Return the risk of each arm minus that of the reference, as a proportion, with an interval.

    ``miettinen_nurminen``: score interval with the factor N/(N - 1) (Stat Med 1985;4:213-226).
    ``newcombe``: hybrid of Wilson intervals, no continuity correction (Stat Med 1998;17:873-890, method 10).
    """
    rows: list[Statistic] = []
    for arm, base in counts.comparisons():
        limits = None if nobody(arm, base) else _limits(arm, base, interval, confidence)
        rows += _with_limits(arm, base, limits, decimals)
    named = DIFFERENCES[interval]
    return Answer(
        f"Risk difference (arm minus reference) with {named} interval",
        f"Risk differences were computed with {named} confidence intervals.",
        (*rows, *compared_counts(counts), level_of(confidence)),
    )


def _limits(arm: ArmCount, base: ArmCount, interval: str, confidence: float) -> Interval:
    counts = (arm.events, arm.total, base.events, base.total)
    if interval == "newcombe":
        return newcombe(*counts, confidence)
    return score_difference(*counts, confidence, corrected=interval == "miettinen_nurminen")


def _with_limits(arm: ArmCount, base: ArmCount, limits: Interval | None, decimals: int) -> list[Statistic]:
    """Return the difference with its limits; a reason where an arm has nobody."""
    key, why = f"points:{decimals}", nobody(arm, base)
    values = (None, None, None) if limits is None else (arm.events / arm.total - base.events / base.total, *limits)
    return with_limits(LABEL, values, key, [why] * 3, unit="proportion", arm=arm.arm)


@method("non_inferiority_risk", context="proportion_difference")
def non_inferiority_risk(
    counts: EventCounts,
    decimals: int,
    unit: str,
    *,
    margin: RiskMargin,
    alpha: Alpha = 0.025,
    interval: Score = "miettinen_nurminen",
) -> Answer:
    """Return whether each arm is no worse than the reference by the margin, a difference of risks such as 0.1.

    The one-sided score test of the level ``alpha`` and the two-sided interval of the level 1 - 2 alpha say the same.
    ``farrington_manning``: Stat Med 1990;9:1447-1454; ``miettinen_nurminen``: the same with the factor N/(N - 1). Both
    take the variance at the margin. The endpoint's direction says on which side worse is.
    """
    rows: list[Statistic] = []
    for arm, base in counts.comparisons():
        limits = None if nobody(arm, base) else _limits(arm, base, interval, confidence_of(alpha))
        told = None if limits is None else margins.non_inferiority(limits, margin, counts.hoped_for)
        p = None if limits is None else _one_sided(arm, base, margin, counts.hoped_for, interval)
        rows += _with_limits(arm, base, limits, decimals)
        rows += margins.concluded(arm.arm, told, p, "One-sided non-inferiority test", nobody(arm, base))
    side = margins.side_of(counts.hoped_for)
    return Answer(
        f"Non-inferiority by the risk difference (arm minus reference), {side}: {SCORES[interval]}, one-sided",
        f"Non-inferiority was assessed by the risk difference, the {side}, with the {SCORES[interval]}.",
        (*rows, *compared_counts(counts), *_declared(margin, alpha, decimals)),
    )


@method("equivalence_risk", context="proportion_difference")
def equivalence_risk(
    counts: EventCounts,
    decimals: int,
    unit: str,
    *,
    margin: RiskMargin,
    alpha: Alpha = 0.05,
    interval: Score = "miettinen_nurminen",
) -> Answer:
    """Return whether each arm differs from the reference by less than the margin either way, a difference such as 0.1.

    Two one-sided score tests of the level ``alpha`` (Schuirmann 1987); p is the larger of theirs. Arguments and
    intervals are those of ``non_inferiority_risk``.
    """
    rows: list[Statistic] = []
    for arm, base in counts.comparisons():
        limits = None if nobody(arm, base) else _limits(arm, base, interval, confidence_of(alpha))
        told = None if limits is None else margins.equivalence(limits, margin)
        sides = () if limits is None else (_one_sided(arm, base, margin, side, interval) for side in (True, False))
        rows += _with_limits(arm, base, limits, decimals)
        rows += margins.concluded(arm.arm, told, max(sides, default=None), "Two one-sided tests", nobody(arm, base))
    return Answer(
        f"Equivalence by the risk difference (arm minus reference), two one-sided tests: {SCORES[interval]}",
        f"Equivalence was assessed by the risk difference with two one-sided tests and the {SCORES[interval]}.",
        (*rows, *compared_counts(counts), *_declared(margin, alpha, decimals)),
    )


def _declared(margin: float, alpha: float, decimals: int) -> list[Statistic]:
    """Return the margin, with all the decimals that the plan gives it, and the levels."""
    given = -int(Decimal(format(margin * 100, ".12g")).normalize().as_tuple().exponent)
    return margins.declared(margin, alpha, f"points:{min(max(decimals, given, 0), MOST_DECIMALS)}", "proportion")


def _one_sided(arm: ArmCount, base: ArmCount, margin: float, is_above: bool, interval: str) -> float:
    """Return p of the score test that the difference lies beyond the margin, below it or (not is_above) above."""
    from scipy.special import ndtr

    bound, counts = margins.worst_of(margin, is_above), (arm.events, arm.total, base.events, base.total)
    score = difference_score(*counts, bound, corrected=interval == "miettinen_nurminen")
    return float(ndtr(-score if is_above else score))
