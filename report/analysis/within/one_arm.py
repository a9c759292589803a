"""An outcome that participants of a single arm have or have not: its proportion, and a performance goal for it.

scipy is imported where it is called: a study without such an outcome need not wait for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Gt, Lt

from report.analysis.basis.descriptives import proportion
from report.analysis.basis.methods import Answer, Statistic, level_of, method, with_limits
from report.analysis.basis.score_intervals import wilson
from report.analysis.within.one_mean import ONE_SIDE
from report.analysis.within.paired import Confidence
from report.analysis.within.signed_ranks import AS_IN_R, LEAST, Alternative, p_row

NO_OUTCOME = "no participant has an outcome"
NAMED = {"clopper_pearson": "Clopper-Pearson (exact)", "wilson": "Wilson (score)"}
TOLD = {"clopper_pearson": "an exact (Clopper-Pearson)", "wilson": "a score (Wilson)"}
Share = Annotated[float, Gt(0), Lt(1)]


@dataclass(frozen=True)
class OneCount:
    """Participants with the event, with a recorded outcome, and without one."""

    events: int
    total: int
    missing: int


@method("proportion", context="tabulate")
def of_one_arm(
    count: OneCount,
    decimals: int,
    unit: str,
    *,
    confidence: Confidence = 0.95,
    interval: Literal["clopper_pearson", "wilson"] = "clopper_pearson",
) -> Answer:
    """Return the participants with the event among those with an outcome, their share and its interval.

    Clopper and Pearson's is exact, for safety and few participants; Wilson's is nearer to its level on the average. R:
    ``binom.test(n, N)$conf.int`` and ``prop.test(n, N, correct = FALSE)$conf.int``.
    """
    limits = {"clopper_pearson": clopper_pearson, "wilson": wilson}[interval]
    low, high = limits(count.events, count.total, confidence) if count.total else (None, None)
    key, why = f"percent:{count.total}", "" if count.total else NO_OUTCOME
    return Answer(
        f"Proportion of participants with a known outcome, with {NAMED[interval]} interval",
        "The proportion of participants with the event was estimated among all with a known outcome, with "
        f"{TOLD[interval]} confidence interval.",
        (
            *proportion(count.events, count.total),
            Statistic("conf.low", "Lower limit", low, key, reason=why),
            Statistic("conf.high", "Upper limit", high, key, reason=why),
            level_of(confidence),
            *_lacking(count),
        ),
    )


def _lacking(count: OneCount) -> tuple[Statistic, Statistic]:
    return (
        Statistic("N_miss", "Outcome missing", count.missing, "count"),
        Statistic("N_population", "Participants", count.total + count.missing, "count"),
    )


def clopper_pearson(x: int, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """Return the exact interval of x/n from the beta distribution (Biometrika 1934;26:404-413); n is above 0."""
    from scipy.special import betaincinv

    tail = (1 - confidence) / 2
    low = 0.0 if x == 0 else float(betaincinv(x, n - x + 1, tail))
    high = 1.0 if x == n else float(betaincinv(x + 1, n - x, 1 - tail))
    return low, high


SIDES = {
    "two_sided": "two-sided, p twice the smaller tail",
    "greater": "one-sided, for above the goal",
    "less": "one-sided, for below the goal",
}


@method("performance_goal", context="stats_binom_test")
def performance_goal(
    count: OneCount,
    decimals: int,
    unit: str,
    *,
    goal: Share,
    alternative: Alternative,
    confidence: Confidence = 0.95,
) -> Answer:
    """Return the exact binomial test of the proportion against a performance goal, and the interval that agrees.

    Clopper and Pearson's limits have the side of the test. The two-sided p is twice the smaller tail, as in SAS PROC
    FREQ, so that p is below 1 - confidence where the interval leaves the goal out; R's ``binom.test`` instead sums the
    outcomes no more probable. R: ``binom.test(n, N, goal, alternative = ...)`` for one side.
    """
    why = "" if count.total else NO_OUTCOME
    p, floor = (None, None) if why else _against(count, goal, alternative)
    low, high = (None, None) if why else _limits(count, alternative, confidence)
    reasons = (why, why or _lacks(low, "less"), why or _lacks(high, "greater"))
    estimate = None if why else count.events / count.total
    return Answer(
        f"Exact binomial test against a performance goal, {SIDES[alternative]}; Clopper-Pearson interval of the same "
        "side",
        "The proportion of participants with the event was tested against the performance goal with the exact binomial "
        f"test ({SIDES[alternative]}), with the exact (Clopper-Pearson) confidence interval of the same side.",
        (
            *with_limits("Proportion", (estimate, low, high), f"percent:{count.total}", reasons),
            level_of(confidence),
            Statistic("goal", "Performance goal", goal, "level"),
            p_row("Exact binomial test against the goal", p, floor, why),
            Statistic("p.floor", "Smallest p that so many participants allow", floor, "p_exact", reason=why),
            Statistic("alternative", "Alternative", AS_IN_R[alternative]),
            Statistic("n", "Participants with the event", count.events, "count"),
            Statistic("N", "Participants with a known outcome", count.total, "count"),
            *_lacking(count),
        ),
    )


def _lacks(limit: float | None, side: str) -> str:
    return ONE_SIDE[side] if limit is None else ""


def _against(count: OneCount, goal: float, alternative: Alternative) -> tuple[float, float]:
    """Return p and the smallest p that so many participants allow."""
    x, n = count.events, count.total
    p = _tails(at_most(x, n, goal), at_least(x, n, goal), alternative)
    none, all_of_them = (_tails(at_most(k, n, goal), at_least(k, n, goal), alternative) for k in (0, n))
    return p, min(none, all_of_them)


def _tails(below: float, above: float, alternative: Alternative) -> float:
    p = {"two_sided": 2 * min(below, above), "greater": above, "less": below}[alternative]
    return min(1.0, max(p, LEAST))


def at_most(x: int, n: int, chance: float) -> float:
    """Return the probability of at most x events in n participants (R: ``pbinom(x, n, chance)``)."""
    from scipy.special import betainc

    return 1.0 if x >= n else 0.0 if x < 0 else float(betainc(n - x, x + 1, 1 - chance))


def at_least(x: int, n: int, chance: float) -> float:
    """Return the probability of at least x events in n participants."""
    from scipy.special import betainc

    return 1.0 if x <= 0 else 0.0 if x > n else float(betainc(x, n - x + 1, chance))


def _limits(count: OneCount, alternative: Alternative, confidence: float) -> tuple[float | None, float | None]:
    """Return both limits, or the one of a one-sided interval, which is that of a two-sided one of a lower level."""
    level = confidence if alternative == "two_sided" else 2 * confidence - 1
    low, high = clopper_pearson(count.events, count.total, level)
    return (None if alternative == "less" else low), (None if alternative == "greater" else high)
