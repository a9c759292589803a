"""An outcome that participants of a single arm have or have not: its proportion with an exact interval.

scipy is imported where it is called: a study without such an outcome need not wait for it.
"""

from __future__ import annotations

from dataclasses import dataclass

from report.analysis.descriptives import proportion
from report.analysis.methods import Answer, Statistic, level_of, method
from report.analysis.paired import Confidence

NO_OUTCOME = "no participant has an outcome"


@dataclass(frozen=True)
class OneCount:
    """Participants with the event, with a recorded outcome, and without one."""

    events: int
    total: int
    missing: int


@method("proportion", context="tabulate")
def of_one_arm(count: OneCount, decimals: int, unit: str, *, confidence: Confidence = 0.95) -> Answer:
    """Return the participants with the event among those with an outcome, their share and its Clopper-Pearson interval.

    R: ``binom.test(n, N)$conf.int``.
    """
    low, high = clopper_pearson(count.events, count.total, confidence) if count.total else (None, None)
    key, why = f"percent:{count.total}", "" if count.total else NO_OUTCOME
    return Answer(
        "Proportion of participants with a known outcome, with Clopper-Pearson (exact) interval",
        "The proportion of participants with the event was estimated among all with a known outcome, with an exact "
        "(Clopper-Pearson) confidence interval.",
        (
            *proportion(count.events, count.total),
            Statistic("conf.low", "Lower limit", low, key, reason=why),
            Statistic("conf.high", "Upper limit", high, key, reason=why),
            level_of(confidence),
            Statistic("N_miss", "Outcome missing", count.missing, "count"),
            Statistic("N_population", "Participants", count.total + count.missing, "count"),
        ),
    )


def clopper_pearson(x: int, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """Return the exact interval of x/n from the beta distribution (Biometrika 1934;26:404-413); n is above 0."""
    from scipy.special import betaincinv

    tail = (1 - confidence) / 2
    low = 0.0 if x == 0 else float(betaincinv(x, n - x + 1, tail))
    high = 1.0 if x == n else float(betaincinv(x + 1, n - x, 1 - tail))
    return low, high
