"""The risk difference over strata, arm minus reference, with a stratified score or Newcombe interval.

Strata weigh n1 n0 / (n1 + n0), as in the Mantel-Haenszel difference. One with an empty arm weighs nothing.
"""

from __future__ import annotations

import math
from typing import Literal

from report.analysis.basis.methods import Answer, Statistic, level_of, method, with_limits
from report.analysis.basis.score_intervals import (
    Interval,
    crossing,
    difference_variance,
    standardised,
    wilson_at,
    z_value,
)
from report.analysis.events.stratified import NOBODY, StratifiedCounts, Table, by_stratum, tables_of
from report.analysis.events.two_by_two import Confidence

ALIKE = "in an arm all or none had the event in every stratum, which leaves the strata without weights"
NAMED = {
    "miettinen_nurminen": "Miettinen-Nurminen stratified score",
    "newcombe": "stratified Newcombe (Yan-Su)",
}
LABEL = "Risk difference over strata"


@method("stratified_risk_difference", context="proportion_difference")
def stratified_risk_difference(
    counts: StratifiedCounts,
    decimals: int,
    unit: str,
    *,
    interval: Literal["miettinen_nurminen", "newcombe"],
    confidence: Confidence = 0.95,
) -> Answer:
    """Return each arm's risk minus the reference's over all strata with Mantel-Haenszel weights, and an interval.

    ``miettinen_nurminen``: the weighted score of the strata is inverted, each variance at the common difference with
    its factor N/(N - 1) (Stat Med 1985;4:213-226; with Mantel-Haenszel weights, not their own iterated ones).
    ``newcombe``: hybrid of stratified Wilson intervals (Yan and Su, Stat Biopharm Res 2010;2:329-335; SAS PROC FREQ
    COMMONRISKDIFF(CL=NEWCOMBE)).
    """
    rows = list(by_stratum(counts))
    for arm in (compared.arm for compared, _ in counts.strata[0].counts.comparisons()):
        rows += _of_arm(tables_of(counts, arm), arm, interval, confidence, decimals)
    missing = Statistic("N_miss", "Outcome known, stratum missing", counts.missing, "count")
    named = NAMED[interval]
    return Answer(
        f"Risk difference over strata (arm minus reference), Mantel-Haenszel weights, {named} interval",
        f"Risk differences over strata were computed with Mantel-Haenszel weights and {named} confidence intervals. "
        "A stratum with an empty arm contributes nothing.",
        (*rows, missing, level_of(confidence)),
    )


def _of_arm(tables: list[Table], arm: str, interval: str, confidence: float, decimals: int) -> list[Statistic]:
    both = [table for table in tables if table.has_both_arms]
    limits = {"miettinen_nurminen": score_limits, "newcombe": newcombe_limits}[interval]
    why = "" if both else NOBODY
    estimate = difference(both) if both else None
    found = limits(both, confidence) if both else None
    unfound = "" if found else why or ALIKE
    low, high = found or (None, None)
    peopled = sum(table.n > 0 for table in tables)
    return [
        *with_limits(
            LABEL, (estimate, low, high), f"points:{decimals}", (why, unfound, unfound), unit="proportion", arm=arm
        ),
        Statistic("n_strata", "Strata with a participant of either arm", peopled, "count", arm=arm),
        Statistic("n_informative", "Strata with both arms", len(both), "count", arm=arm),
    ]  # fmt: skip


def weights(tables: list[Table]) -> list[float]:
    """Return the strata's weights, which add up to 1."""
    sizes = [t.n1 * t.n0 / t.n for t in tables]
    return [size / math.fsum(sizes) for size in sizes]


def difference(tables: list[Table]) -> float:
    """Return the weighted difference of the risks."""
    return math.fsum(w * (t.x1 / t.n1 - t.x0 / t.n0) for w, t in zip(weights(tables), tables, strict=True))


def score_limits(tables: list[Table], confidence: float) -> Interval:
    """Return the limits at which the weighted score of the strata is as far from zero as the level asks."""
    z, seen, shares = z_value(confidence), difference(tables), weights(tables)

    def score(d: float) -> float:
        parts = (difference_variance(t.x1, t.n1, t.x0, t.n0, d) for t in tables)
        return standardised(seen - d, math.fsum(w * w * v for w, v in zip(shares, parts, strict=True)))

    return crossing(lambda d: score(d) - z, -1.0, seen), crossing(lambda d: score(d) + z, seen, 1.0)


def newcombe_limits(tables: list[Table], confidence: float) -> Interval | None:
    """Return the hybrid of both arms' stratified Wilson limits; None where they do not exist."""
    shares, z, seen = weights(tables), z_value(confidence), difference(tables)
    one = _stratified_wilson([(t.x1, t.n1) for t in tables], shares, z)
    other = _stratified_wilson([(t.x0, t.n0) for t in tables], shares, z)
    if one is None or other is None:
        return None
    of_one, of_other = (sum(w * w / n for w, n in zip(shares, sizes, strict=True)) for sizes in _sizes(tables))

    def half(p1: float, p0: float) -> float:
        return z * math.sqrt(max(of_one * p1 * (1 - p1) + of_other * p0 * (1 - p0), 0.0))

    return seen - half(one[0], other[1]), seen + half(one[1], other[0])


def _sizes(tables: list[Table]) -> tuple[list[int], list[int]]:
    return [t.n1 for t in tables], [t.n0 for t in tables]


def _stratified_wilson(counts: list[tuple[int, int]], shares: list[float], z: float) -> Interval | None:
    """Return the weighted sums of Wilson limits whose quantile makes their widths add up as the variances do."""
    errors = [math.sqrt(x * (n - x) / n**3) for x, n in counts]
    widths = math.fsum(w * error for w, error in zip(shares, errors, strict=True))
    if widths == 0:
        return None
    quantile = z * math.sqrt(math.fsum((w * e) ** 2 for w, e in zip(shares, errors, strict=True))) / widths
    limits = [wilson_at(x, n, quantile) for x, n in counts]
    low, high = (math.fsum(w * p for w, p in zip(shares, ends, strict=True)) for ends in zip(*limits, strict=True))
    return low, high
