"""A binary outcome by arm within strata: Mantel-Haenszel estimates and the Cochran-Mantel-Haenszel test.

Sums over strata are exact fractions, so that a variance of zero is told from a small one.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from report.analysis.basis.descriptives import proportion
from report.analysis.basis.methods import Answer, Statistic, level_of, method, ratio_key, with_limits
from report.analysis.basis.score_intervals import z_value
from report.analysis.events.two_by_two import Confidence, EventCounts


@dataclass(frozen=True)
class Stratum:
    """The counts of every arm in one stratum, under the stratum's level."""

    level: str
    counts: EventCounts


@dataclass(frozen=True)
class StratifiedCounts:
    """The counts of every stratum in declared order, and how many participants with an outcome are in none of them."""

    strata: tuple[Stratum, ...]
    missing: int = 0


@dataclass(frozen=True)
class Table:
    """One stratum's two-by-two table: events and participants of an arm and of the reference."""

    x1: int
    n1: int
    x0: int
    n0: int

    @property
    def n(self) -> int:
        """Its participants."""
        return self.n1 + self.n0

    @property
    def events(self) -> int:
        """Its events."""
        return self.x1 + self.x0

    @property
    def has_both_arms(self) -> bool:
        """Whether either arm has a participant in it."""
        return self.n1 > 0 and self.n0 > 0

    @property
    def informs(self) -> bool:
        """Whether it says anything of a difference: both arms have somebody, and not all fared alike."""
        return self.has_both_arms and 0 < self.events < self.n


def tables_of(counts: StratifiedCounts, arm: str) -> list[Table]:
    """Return the table of an arm and the reference in every stratum."""
    compared = (pair for stratum in counts.strata for pair in stratum.counts.comparisons() if pair[0].arm == arm)
    return [Table(one.events, one.total, base.events, base.total) for one, base in compared]


Tables = list[Table]
Estimate = tuple[float | None, float | None, float | None, str]  # with its limits, and why there is none
NOBODY = "no stratum has participants with an outcome in both arms"
NOT_ALIKE = "in no stratum with both arms do outcomes differ"
NO_VARIANCE = "the estimate of its variance is zero"


@method("mantel_haenszel", context="stats_mantelhaen_test")
def mantel_haenszel(
    counts: StratifiedCounts,
    decimals: int,
    unit: str,
    *,
    measure: Literal["difference", "ratio", "odds_ratio"],
    confidence: Confidence = 0.95,
) -> Answer:
    """Return each arm's difference or ratio of risks, or its odds ratio, over all strata, and the test of it.

    ``difference``: reference minus arm, with the variance of Sato (Biometrics 1989;45:1323-1324). ``ratio``: arm over
    reference, with that of Greenland and Robins (Biometrics 1985;41:55-68). ``odds_ratio``: arm over reference, with
    that of Robins, Breslow and Greenland (Biometrics 1986;42:311-323). The Cochran-Mantel-Haenszel test has no
    continuity correction (R: ``mantelhaen.test(correct = FALSE)``). No stratum is left out or joined to another: each
    weighs by its size.
    """
    rows = list(by_stratum(counts))
    for arm in (compared.arm for compared, _ in counts.strata[0].counts.comparisons()):
        tables = tables_of(counts, arm)
        rows += [*_estimated(tables, arm, measure, confidence, decimals), *_tested(tables, arm), *_counted(tables, arm)]
    missing = Statistic("N_miss", "Outcome known, stratum missing", counts.missing, "count")
    return Answer(*SAID[measure], (*rows, missing, level_of(confidence)))


SAID = {
    "difference": (
        "Mantel-Haenszel risk difference (reference minus arm), Sato variance; Cochran-Mantel-Haenszel test",
        "Risks were compared over strata by the Mantel-Haenszel risk difference with Sato’s variance and the "
        "Cochran-Mantel-Haenszel test without continuity correction. Strata weigh by their size: one with an empty arm "
        "contributes nothing, one in which all or none had the event a difference of zero, and nothing to the test.",
    ),
    "ratio": (
        "Mantel-Haenszel risk ratio (arm over reference), Greenland-Robins variance; Cochran-Mantel-Haenszel test",
        "Risks were compared over strata by the Mantel-Haenszel risk ratio with the variance of Greenland and Robins "
        "and the Cochran-Mantel-Haenszel test without continuity correction. Strata weigh by their size: one with an "
        "empty arm or without an event contributes nothing, and one in which all had the event nothing to the test.",
    ),
    "odds_ratio": (
        "Mantel-Haenszel odds ratio (arm over reference), Robins-Breslow-Greenland variance; "
        "Cochran-Mantel-Haenszel test",
        "Risks were compared over strata by the Mantel-Haenszel odds ratio with the variance of Robins, Breslow and "
        "Greenland and the Cochran-Mantel-Haenszel test without continuity correction. A stratum with an empty arm, or "
        "in which all or none had the event, contributes nothing.",
    ),
}
_MEASURES = {
    "difference": ("Risk reduction over strata", "proportion"),
    "ratio": ("Risk ratio over strata", ""),
    "odds_ratio": ("Odds ratio over strata", ""),
}


def by_stratum(counts: StratifiedCounts) -> Iterator[Statistic]:
    """Yield the events and risks of every arm in every stratum."""
    for stratum in counts.strata:
        for arm in stratum.counts.arms:
            for statistic in proportion(arm.events, arm.total):
                yield replace(statistic, level=stratum.level, arm=arm.arm, rests_on="arm")


def _estimated(tables: Tables, arm: str, measure: str, confidence: float, decimals: int) -> list[Statistic]:
    estimate = {"difference": difference, "ratio": ratio, "odds_ratio": odds_ratio}[measure]
    label, unit = _MEASURES[measure]
    key = f"points:{decimals}" if measure == "difference" else ratio_key(decimals)
    value, low, high, why = estimate([table for table in tables if table.has_both_arms], z_value(confidence))
    values = (value, low, high)
    return with_limits(label, values, key, ["" if v is not None else why for v in values], unit=unit, arm=arm)


def difference(tables: Tables, z: float) -> Estimate:
    """Return the Mantel-Haenszel risk difference, second arm minus first, with limits by Sato's variance."""
    if not tables:
        return None, None, None, NOBODY
    weight = sum(Fraction(t.n1 * t.n0, t.n) for t in tables)
    found = sum(Fraction(t.x0 * t.n1 - t.x1 * t.n0, t.n) for t in tables) / weight
    variance = (sum(_between(t) for t in tables) * found + sum(_within(t) for t in tables)) / weight**2
    if variance <= 0:
        return float(found), None, None, NO_VARIANCE
    half = z * math.sqrt(variance)
    return float(found), float(found) - half, float(found) + half, ""


def _between(t: Table) -> Fraction:
    """Return a stratum's P in Sato's variance, for the difference second minus first."""
    return Fraction(2 * (t.n0**2 * t.x1 - t.n1**2 * t.x0) + t.n1 * t.n0 * (t.n1 - t.n0), 2 * t.n**2)


def _within(t: Table) -> Fraction:
    """Return a stratum's Q in Sato's variance."""
    return Fraction(t.x1 * (t.n0 - t.x0) + t.x0 * (t.n1 - t.x1), 2 * t.n)


def ratio(tables: Tables, z: float) -> Estimate:
    """Return the Mantel-Haenszel risk ratio, first arm over second, with limits on the scale of its logarithm."""
    if not tables:
        return None, None, None, NOBODY
    over = sum(Fraction(t.x1 * t.n0, t.n) for t in tables)
    under = sum(Fraction(t.x0 * t.n1, t.n) for t in tables)
    if under == 0:
        return None, None, None, "no event in the reference arm" if over else "no event in either arm"
    if over == 0:
        return 0.0, None, None, "no event in the arm, and the logarithm of 0 has no variance"
    spread = sum(Fraction(t.events * t.n1 * t.n0 - t.x1 * t.x0 * t.n, t.n**2) for t in tables)
    if spread == 0:
        return float(over / under), None, None, NO_VARIANCE
    half = z * math.sqrt(spread / (over * under))
    middle = math.log(over / under)
    return float(over / under), math.exp(middle - half), math.exp(middle + half), ""


def odds_ratio(tables: Tables, z: float) -> Estimate:
    """Return the Mantel-Haenszel odds ratio, first arm over second, with limits on the scale of its logarithm."""
    if not tables:
        return None, None, None, NOBODY
    over = [Fraction(t.x1 * (t.n0 - t.x0), t.n) for t in tables]
    under = [Fraction((t.n1 - t.x1) * t.x0, t.n) for t in tables]
    if sum(under) == 0:
        return None, None, None, "the odds ratio is infinite" if sum(over) else NOT_ALIKE
    if sum(over) == 0:
        return 0.0, None, None, "the logarithm of an odds ratio of 0 has no variance"
    found = float(sum(over) / sum(under))
    half = z * math.sqrt(_robins(tables, over, under))
    return found, found * math.exp(-half), found * math.exp(half), ""


def _robins(tables: Tables, over: list[Fraction], under: list[Fraction]) -> Fraction:
    """Return the variance of the logarithm of the odds ratio by Robins, Breslow and Greenland."""
    alike = [Fraction(t.x1 + t.n0 - t.x0, t.n) for t in tables]  # the share on the diagonal that makes it larger
    r, s = Fraction(sum(over)), Fraction(sum(under))
    first = sum(p * a for p, a in zip(alike, over, strict=True)) / r**2
    last = sum((1 - p) * b for p, b in zip(alike, under, strict=True)) / s**2
    middle = sum(p * b + (1 - p) * a for p, a, b in zip(alike, over, under, strict=True)) / (r * s)
    return (first + middle + last) / 2


def _tested(tables: Tables, arm: str) -> list[Statistic]:
    from scipy.special import chdtrc

    informing = [table for table in tables if table.informs]
    why = "" if informing else NOT_ALIKE if any(table.has_both_arms for table in tables) else NOBODY
    statistic = None if why else _cochran(informing)
    p = None if statistic is None else float(chdtrc(1, statistic))
    return [
        Statistic("statistic", "Cochran-Mantel-Haenszel chi-squared", statistic, "fixed:2", arm=arm, reason=why),
        Statistic("df", "Degrees of freedom", None if why else 1, "count", arm=arm, reason=why),
        Statistic("p.value", "Cochran-Mantel-Haenszel test", p, "p", arm=arm, reason=why),
    ]


def _cochran(tables: Tables) -> float:
    """Return the test's chi-squared of strata that all inform it."""
    beyond = sum(t.x1 - Fraction(t.events * t.n1, t.n) for t in tables)
    variance = sum(Fraction(t.n1 * t.n0 * t.events * (t.n - t.events), t.n**2 * (t.n - 1)) for t in tables)
    return float(beyond**2 / variance)


def _counted(tables: Tables, arm: str) -> list[Statistic]:
    peopled, informing = sum(table.n > 0 for table in tables), sum(table.informs for table in tables)
    return [
        Statistic("n_strata", "Strata with a participant of either arm", peopled, "count", arm=arm),
        Statistic("n_informative", "Strata that contribute to the test", informing, "count", arm=arm),
    ]
