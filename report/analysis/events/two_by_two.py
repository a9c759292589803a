"""A binary outcome by arm: risks, their difference and ratio with score intervals, Fisher's exact test.

Every comparison is of one arm with the reference arm. A risk reduction is reference minus arm.
scipy is imported where it is called: a study without a binary outcome need not wait for it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Annotated, Literal

from annotated_types import Ge, Lt

from report.analysis.basis.descriptives import proportion
from report.analysis.basis.exact import hypergeometric_p
from report.analysis.basis.methods import Answer, Statistic, level_of, method, ratio_key, with_limits
from report.analysis.basis.score_intervals import miettinen_nurminen, newcombe, score_ratio

Confidence = Annotated[float, Ge(0.5), Lt(1)]
DIFFERENCES = {"miettinen_nurminen": "Miettinen-Nurminen score", "newcombe": "Newcombe hybrid score"}
RATIOS = {"miettinen_nurminen": "Miettinen-Nurminen", "koopman": "Koopman"}


@dataclass(frozen=True)
class ArmCount:
    """Participants with the event, with a recorded outcome, and without one, in one arm."""

    arm: str
    events: int
    total: int
    missing: int


@dataclass(frozen=True)
class EventCounts:
    """The counts of every arm in declared order, which arm is the reference, and whether the event is hoped for."""

    arms: tuple[ArmCount, ...]
    reference: str
    hoped_for: bool = False

    def comparisons(self) -> list[tuple[ArmCount, ArmCount]]:
        """Return (arm, reference) for every arm but the reference."""
        base = next(arm for arm in self.arms if arm.arm == self.reference)
        return [(arm, base) for arm in self.arms if arm.arm != self.reference]


@method("risk", context="tabulate")
def risk(counts: EventCounts, decimals: int, unit: str) -> Answer:
    """Return events, denominators, risks and missing outcomes of every arm."""
    rows = []
    for arm in counts.arms:
        missing = Statistic("N_miss", "Outcome missing", arm.missing, "count")
        whole = Statistic("N_population", "Participants", arm.total + arm.missing, "count")
        counted = (*proportion(arm.events, arm.total), missing)
        rows += [replace(statistic, arm=arm.arm, rests_on="arm") for statistic in counted]
        rows.append(replace(whole, arm=arm.arm, rests_on="members"))
    return Answer(
        "Events and risks by arm",
        "Events were counted in each arm among all participants with a known outcome.",
        tuple(rows),
    )


@method("fisher", context="stats_fisher_test")
def fisher(counts: EventCounts, decimals: int, unit: str) -> Answer:
    """Return Fisher's exact two-sided p: tables no more probable than the one seen (R: ``fisher.test``)."""
    rows = [_fisher(arm, base) for arm, base in counts.comparisons()]
    alternative = Statistic("alternative", "Alternative", "two.sided")
    return Answer(
        "Fisher’s exact test, two-sided",
        "Risks were compared with Fisher’s exact two-sided test.",
        (*rows, alternative),
    )


def _fisher(arm: ArmCount, base: ArmCount) -> Statistic:
    why = nobody(arm, base)
    p = None if why else hypergeometric_p(_table(arm, base))
    return Statistic("p.value", "Fisher’s exact test", p, "p", arm=arm.arm, reason=why)


def _table(arm: ArmCount, base: ArmCount) -> tuple[tuple[int, int], tuple[int, int]]:
    return (arm.events, arm.total - arm.events), (base.events, base.total - base.events)


def compared_counts(counts: EventCounts) -> list[Statistic]:
    """Return of every arm how many participants are compared, and how many lack the outcome."""
    named = (("N", "Participants with an outcome"), ("N_miss", "Outcome missing"))
    return [
        Statistic(name, label, arm.total if name == "N" else arm.missing, "count", arm=arm.arm, rests_on="arm")
        for arm in counts.arms
        for name, label in named
    ]


def nobody(arm: ArmCount, base: ArmCount) -> str:
    """Return why two arms cannot be compared; empty where both have a participant with an outcome."""
    return "" if arm.total and base.total else "an arm has no participant with an outcome"


@method("risk_reduction", context="proportion_difference")
def risk_reduction(
    counts: EventCounts,
    decimals: int,
    unit: str,
    *,
    interval: Literal["miettinen_nurminen", "newcombe"],
    confidence: Confidence = 0.95,
) -> Answer:
    """Return the risk of the reference minus that of each arm, as a proportion, with an interval.

    ``miettinen_nurminen``: score interval with the factor N/(N - 1) (Stat Med 1985;4:213-226).
    ``newcombe``: hybrid of Wilson intervals, no continuity correction (Stat Med 1998;17:873-890, method 10).
    """
    named = DIFFERENCES[interval]
    rows: list[Statistic] = []
    for arm, base in counts.comparisons():
        rows += _difference(arm, base, interval, confidence, f"points:{decimals}")
    return Answer(
        f"Risk difference (reference minus arm) with {named} interval",
        f"Absolute risk reductions were computed with {named} confidence intervals.",
        (*rows, level_of(confidence)),
    )


def _difference(arm: ArmCount, base: ArmCount, interval: str, confidence: float, key: str) -> list[Statistic]:
    why = nobody(arm, base)
    estimate, low, high = (None, None, None) if why else _reduction(arm, base, interval, confidence)
    return with_limits("Risk reduction", (estimate, low, high), key, [why] * 3, unit="proportion", arm=arm.arm)


def _reduction(arm: ArmCount, base: ArmCount, interval: str, confidence: float) -> tuple[float, float, float]:
    """Return the risk of the reference minus that of the arm, and the limits of its interval."""
    limits = {"miettinen_nurminen": miettinen_nurminen, "newcombe": newcombe}[interval]
    low, high = limits(base.events, base.total, arm.events, arm.total, confidence)
    return base.events / base.total - arm.events / arm.total, low, high


@method("number_needed_to_treat", context="number_needed_to_treat")
def number_needed_to_treat(
    counts: EventCounts,
    decimals: int,
    unit: str,
    *,
    interval: Literal["miettinen_nurminen", "newcombe"],
    confidence: Confidence = 0.95,
) -> Answer:
    """Return how many patients are treated with each arm, rather than the reference, for one event more or fewer.

    The inverse of the risk reduction and of the limits of its interval, without sign; ``direction`` says whether the
    patient gains by it. Where that interval holds 0, the inverse passes through infinity and has no two limits
    (Altman, BMJ 1998;317:1309-1312).
    """
    named = DIFFERENCES[interval]
    rows: list[Statistic] = []
    for arm, base in counts.comparisons():
        rows += _needed(arm, base, interval, confidence, counts.hoped_for, f"fixed:{decimals}")
    return Answer(
        f"Number needed to treat: inverse of the risk difference and of its {named} limits",
        f"Numbers needed to treat were the inverse of the absolute risk reductions and of the limits of their {named} "
        "confidence intervals.",
        (*rows, level_of(confidence)),
    )


def _needed(
    arm: ArmCount, base: ArmCount, interval: str, confidence: float, hoped_for: bool, key: str
) -> list[Statistic]:
    why = nobody(arm, base)
    reduction, low, high = (0.0, 0.0, 0.0) if why else _reduction(arm, base, interval, confidence)
    infinite = why or _infinite(arm, base, reduction)
    open_ended = infinite or (THROUGH_INFINITY if low <= 0 <= high else "")
    estimate = None if infinite else abs(1 / reduction)
    nearest, farthest = (None, None) if open_ended else sorted((abs(1 / low), abs(1 / high)))
    gain = None if infinite else "benefit" if (reduction > 0) != hoped_for else "harm"
    needed, reasons = (estimate, nearest, farthest), (infinite, open_ended, open_ended)
    return [
        *with_limits("Number needed to treat", needed, key, reasons, arm=arm.arm),
        Statistic("direction", "Benefit or harm", gain, arm=arm.arm, reason=infinite),
    ]


def _infinite(arm: ArmCount, base: ArmCount, reduction: float) -> str:
    if arm.events + base.events == 0:
        return "no event in either arm"
    return "" if reduction else "the risks are equal"


THROUGH_INFINITY = "the interval of the risk difference includes 0, that of its inverse passes through infinity"


@method("risk_ratio", context="proportion_ratio")
def risk_ratio(
    counts: EventCounts,
    decimals: int,
    unit: str,
    *,
    interval: Literal["miettinen_nurminen", "koopman"],
    confidence: Confidence = 0.95,
) -> Answer:
    """Return the risk of each arm over that of the reference, with a score interval.

    ``koopman``: chi-squared score (Biometrics 1984;40:513-517); ``miettinen_nurminen``: the same with N/(N - 1).
    """
    rows: list[Statistic] = []
    for arm, base in counts.comparisons():
        rows += ratio(arm, base, interval, confidence, decimals)
    return Answer(
        ratio_method(interval),
        f"Risk ratios were computed with {RATIOS[interval]} score confidence intervals.",
        (*rows, level_of(confidence)),
    )


def ratio_method(interval: str) -> str:
    """Return the name of the method that gives a risk ratio with such an interval."""
    return f"Risk ratio (arm over reference) with {RATIOS[interval]} score interval"


@method("relative_risk_reduction", context="proportion_ratio")
def relative_risk_reduction(
    counts: EventCounts,
    decimals: int,
    unit: str,
    *,
    interval: Literal["miettinen_nurminen", "koopman"],
    confidence: Confidence = 0.95,
) -> Answer:
    """Return 1 minus the risk ratio of each arm, as a proportion, with the limits of the ratio's score interval."""
    rows: list[Statistic] = []
    for arm, base in counts.comparisons():
        estimate, low, high = ratio(arm, base, interval, confidence, decimals)
        for name, of in (("estimate", estimate), ("conf.low", high), ("conf.high", low)):
            rows.append(_from_one(name, of, f"points:{decimals}"))
    named = RATIOS[interval]
    return Answer(
        f"Relative risk reduction (1 minus the risk ratio) with {named} score interval",
        f"Relative risk reductions were 1 minus the risk ratio, with {named} score confidence intervals.",
        (*rows, level_of(confidence)),
    )


def _from_one(name: str, of: Statistic, key: str) -> Statistic:
    """Return 1 minus a risk ratio or a limit of it."""
    label = {"estimate": "Relative risk reduction", "conf.low": "Lower limit", "conf.high": "Upper limit"}[name]
    value = 1 - of.stat if isinstance(of.stat, float) else None
    return replace(of, name=name, label=label, stat=value, format_key=key, unit="%")


def ratio(arm: ArmCount, base: ArmCount, interval: str, confidence: float, decimals: int) -> list[Statistic]:
    """Return the risk of an arm over that of the reference and the limits of its score interval.

    Without an event in the reference the ratio and its upper limit are infinite; without any, all three are undefined.
    """
    corrected = interval == "miettinen_nurminen"
    why = nobody(arm, base) or ("no event in either arm" if arm.events + base.events == 0 else "")
    unbounded = why or ("no event in the reference arm" if base.events == 0 else "")
    estimate = None if unbounded else (arm.events / arm.total) / (base.events / base.total)
    low, high = (
        (None, None) if why else score_ratio(arm.events, arm.total, base.events, base.total, confidence, corrected)
    )
    values = (estimate, low, None if high == math.inf else high)
    return with_limits("Risk ratio", values, ratio_key(decimals), (unbounded, why, unbounded), arm=arm.arm)
