"""Missing outcomes replaced by one value each: sensitivity analyses, named for what they are and never the primary one.

A single value claims to know what is missing, so that intervals are too narrow (National Research Council, The
Prevention and Treatment of Missing Data in Clinical Trials, 2010). They show how far a conclusion rests on what is
missing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import numpy as np
from annotated_types import Gt, Le

from report.analysis.basis.exact import hypergeometric_p
from report.analysis.basis.methods import Answer, Statistic, level_of, method, with_limits
from report.analysis.basis.score_intervals import miettinen_nurminen
from report.analysis.events.two_by_two import ArmCount, EventCounts
from report.analysis.numbers.means import Confidence

Alpha = Annotated[float, Gt(0), Le(0.2)]
NOBODY = "an arm has no participant"


ASSUMED = {
    "all_with": "all missing outcomes counted as events",
    "all_without": "all missing outcomes counted as no event",
    "against_the_arm": "missing outcomes counted against the arm, and in favour of the reference",
    "for_the_arm": "missing outcomes counted in favour of the arm, and against the reference",
}


@method("extreme_cases", context="proportion_difference")
def extreme_cases(counts_of: EventCounts, decimals: int, unit: str, *, confidence: Confidence = 0.95) -> Answer:
    """Return the risk difference (arm minus reference) and Fisher's test under four assumptions on what is missing.

    Best and worst case as in Gamble and Hollis (J Clin Epidemiol 2005;58:579-588); Miettinen-Nurminen intervals.
    """
    rows: list[Statistic] = []
    for assumed, said in ASSUMED.items():
        rows.append(Statistic("label", "Assumption", said[0].upper() + said[1:], level=assumed))
        for arm, base in counts_of.comparisons():
            given = _assume(arm, base, assumed, counts_of.hoped_for)
            rows += [replace(row, level=assumed) for row in _compared(*given, confidence, decimals)]
    for each in counts_of.arms:
        rows.append(Statistic("N_miss", "Outcome missing", each.missing, "count", arm=each.arm, rests_on="arm"))
    return Answer(
        "Risk difference (arm minus reference) with Miettinen-Nurminen interval and Fisher’s exact two-sided test, "
        "missing outcomes replaced: all as events, all as no event, against the arm, in its favour",
        "As a sensitivity analysis, missing outcomes were replaced in four ways: all as events, all as no event, all "
        "against the arm and in favour of the reference, and the reverse; risk differences have Miettinen-Nurminen "
        "intervals, and tests are Fisher’s exact two-sided.",
        (*rows, level_of(confidence)),
    )


def _assume(arm: ArmCount, base: ArmCount, assumed: str, hoped_for: bool) -> tuple[ArmCount, ArmCount]:
    """Return both arms' counts with the missing outcomes counted as assumed."""
    as_event = {
        "all_with": (True, True),
        "all_without": (False, False),
        "against_the_arm": (not hoped_for, hoped_for),
        "for_the_arm": (hoped_for, not hoped_for),
    }[assumed]
    in_arm, in_base = (
        ArmCount(each.arm, each.events + (each.missing if event else 0), each.total + each.missing, 0)
        for each, event in zip((arm, base), as_event, strict=True)
    )
    return in_arm, in_base


def _compared(arm: ArmCount, base: ArmCount, confidence: float, decimals: int) -> list[Statistic]:
    why = "" if arm.total and base.total else NOBODY
    values: tuple[float | None, ...] = (None, None, None)
    p = None
    if not why:
        low, high = miettinen_nurminen(arm.events, arm.total, base.events, base.total, confidence)
        values = (arm.events / arm.total - base.events / base.total, low, high)
        table = ((arm.events, arm.total - arm.events), (base.events, base.total - base.events))
        p = hypergeometric_p(table)
    return [
        *with_limits("Risk difference", values, f"points:{decimals}", [why] * 3, unit="proportion", arm=arm.arm),
        Statistic("p.value", "Fisher’s exact test", p, "p", arm=arm.arm, reason=why),
    ]


MOST_CELLS = 10_000
TOO_MANY = "too many outcomes are missing to try every combination"
NONE_MISSING = "no outcome is missing"


@method("tipping_counts", context="proportion_difference")
def tipping_counts(counts_of: EventCounts, decimals: int, unit: str, *, alpha: Alpha = 0.05) -> Answer:
    """Return how many of all ways in which the missing outcomes may have turned out keep the conclusion of the test.

    Every number of events among the missing of the arm is combined with every one among those of the reference; the
    conclusion is whether Fisher's two-sided p is below ``alpha`` (Yan, Lee and Li, J Biopharm Stat
    2009;19:1085-1098).
    """
    rows = [row for arm, base in counts_of.comparisons() for row in _tipped(arm, base, alpha)]
    return Answer(
        "Tipping point of a binary outcome: Fisher’s exact two-sided test under every way in which the missing "
        "outcomes may have turned out",
        "As a sensitivity analysis, Fisher’s exact two-sided test was repeated under every way in which the missing "
        "outcomes may have turned out (tipping point).",
        (*rows, Statistic("alpha", "Level", alpha, "level")),
    )


def _tipped(arm: ArmCount, base: ArmCount, level: float) -> list[Statistic]:
    cells = (arm.missing + 1) * (base.missing + 1)
    known = bool(arm.total and base.total)
    why = "an arm has no participant with an outcome" if not known else NONE_MISSING if cells == 1 else ""
    why = why or (TOO_MANY if cells > MOST_CELLS else "")
    p = np.array([]) if why else _every(arm, base)
    seen = None if why else _p(arm.events, arm.total, base.events, base.total)
    same = None if seen is None else int(((p < level) == (seen < level)).sum())
    share = None if same is None else same / cells
    lowest, highest = (None, None) if why else (float(p.min()), float(p.max()))
    told = [
        ("n", "Ways that keep the conclusion", same, "count"),
        ("N", "Ways in all", None if why else cells, "count"),
        ("p", "Share that keeps the conclusion", share, f"percent:{cells}"),
        ("p.value.low", "Smallest P of all ways, Fisher’s exact test", lowest, "p"),
        ("p.value.high", "Largest P of all ways, Fisher’s exact test", highest, "p"),
    ]
    return [Statistic(name, label, value, key, arm=arm.arm, reason=why) for name, label, value, key in told]


def _every(arm: ArmCount, base: ArmCount) -> np.ndarray:
    """Return Fisher's p of every way in which the missing outcomes may have turned out."""
    n1, n0 = arm.total + arm.missing, base.total + base.missing
    ways = ((x1, x0) for x1 in range(arm.missing + 1) for x0 in range(base.missing + 1))
    return np.array([_p(arm.events + x1, n1, base.events + x0, n0) for x1, x0 in ways])


def _p(x1: int, n1: int, x0: int, n0: int) -> float:
    return hypergeometric_p(((x1, n1 - x1), (x0, n0 - x0)))
