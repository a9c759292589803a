"""An event that the same participants have or have not at two visits: the four cells, McNemar's test, the difference.

scipy is imported where it is called.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from report.analysis.basis.methods import Answer, Statistic, level_of, method, with_limits
from report.analysis.basis.participants import PairedEvents
from report.analysis.basis.score_intervals import Interval, crossing, standardised, wilson, z_value
from report.analysis.within.paired import NO_PAIR, Confidence
from report.analysis.within.signed_ranks import LEAST, p_row

NO_CHANGE = "no participant has the event at one visit only"


@dataclass(frozen=True)
class Cells:
    """Participants with the event at both visits, at one of them only, at neither; and those without both outcomes."""

    both: int
    before: int
    after: int
    neither: int
    missing: int

    @property
    def n(self) -> int:
        """The participants with a known outcome at both visits."""
        return self.both + self.before + self.after + self.neither

    @property
    def turned(self) -> int:
        """The participants whose outcome is not the same at both visits."""
        return self.before + self.after

    @property
    def difference(self) -> float:
        """The later share less the earlier one."""
        return (self.after - self.before) / self.n


def cells(people: PairedEvents) -> Cells:
    """Return the four cells of the participants' table."""
    known = people.frame.dropna(subset=["Before", "After"])
    before, after = known["Before"] == 1, known["After"] == 1
    parts = (before & after, before & ~after, ~before & after, ~before & ~after)
    both, earlier, later, neither = (int(part.sum()) for part in parts)
    return Cells(both, earlier, later, neither, len(people.frame) - len(known))


@method("paired_events", context="tabulate")
def paired_events(people: PairedEvents, decimals: int, unit: str) -> Answer:
    """Return the four cells of the table of both visits, and the share with the event at each."""
    of = cells(people)
    key, why = f"percent:{of.n}", "" if of.n else NO_PAIR
    earlier, later = (None, None) if why else ((of.both + of.before) / of.n, (of.both + of.after) / of.n)
    counted = [
        ("n_both", "Event at both visits", of.both),
        ("n_before_only", "Event at the earlier visit only", of.before),
        ("n_after_only", "Event at the later visit only", of.after),
        ("n_neither", "Event at neither visit", of.neither),
        ("n_before", "Event at the earlier visit", of.both + of.before),
        ("n_after", "Event at the later visit", of.both + of.after),
        ("N_pairs", "Participants with a known outcome at both visits", of.n),
        ("N_miss", "Participants without a known outcome at one of the visits", of.missing),
    ]
    return Answer(
        "Participants with a known outcome at both visits, by whether they had the event at either",
        "Participants with a known outcome at both visits were counted by whether they had the event at either.",
        (
            *(Statistic(name, label, n, "count") for name, label, n in counted),
            Statistic("p_before", "Share at the earlier visit", earlier, key, reason=why),
            Statistic("p_after", "Share at the later visit", later, key, reason=why),
        ),
    )


P_OF = {"exact": "exact binomial, two-sided", "mid_p": "exact binomial with mid-p, two-sided"}


@method("mcnemar", context="stats_mcnemar_test")
def mcnemar(people: PairedEvents, decimals: int, unit: str, *, p: Literal["exact", "mid_p"] = "exact") -> Answer:
    """Return McNemar's exact test: of those with the event at one visit only, how many have it at the later one.

    ``mid_p`` counts the outcome seen by half (Fagerland, Lydersen & Laake, BMC Med Res Methodol 2013;13:91). R:
    ``binom.test(c, b + c)``; ``2 * pbinom(min(b, c), b + c, 0.5) - dbinom(min(b, c), b + c, 0.5)``. SAS: EXACT MCNEM.
    """
    of = cells(people)
    why = NO_PAIR if of.n == 0 else "" if of.turned else NO_CHANGE
    found, floor = (
        (None, None) if why else (_binomial(min(of.before, of.after), of.turned, p), _binomial(0, of.turned, p))
    )
    label = "McNemar’s exact test" if p == "exact" else "McNemar’s mid-p test"
    return Answer(
        f"McNemar’s test of participants with the event at one visit only, {P_OF[p]}",
        f"The shares with the event at the two visits were compared with McNemar’s test ({P_OF[p]}).",
        (
            Statistic("statistic", "Event at the later visit only", None if why else of.after, "count", reason=why),
            p_row(label, found, floor, why),
            Statistic("p.floor", "Smallest p that these pairs allow", floor, "p_exact", reason=why),
            Statistic("n_used", "Participants with the event at one visit only", of.turned, "count"),
            Statistic("alternative", "Alternative", "two.sided"),
            Statistic("N_pairs", "Participants with a known outcome at both visits", of.n, "count"),
            Statistic("N_miss", "Participants without a known outcome at one of the visits", of.missing, "count"),
        ),
    )


def _binomial(fewer: int, n: int, kind: str) -> float:
    """Return twice the tail of the smaller count, the count itself by half where p is mid-p."""
    from scipy.special import betainc, gammaln

    tail = 1.0 if fewer >= n else float(betainc(n - fewer, fewer + 1, 0.5))
    log_choose = float(gammaln(n + 1) - gammaln(fewer + 1) - gammaln(n - fewer + 1))
    seen = math.exp(log_choose - n * math.log(2)) if kind == "mid_p" else 0.0
    return min(1.0, max(2 * tail - seen, LEAST))


LIMITS = {
    "tango": "Tango’s score interval",
    "newcombe": "Newcombe’s square-and-add interval of Wilson limits (his method 10 for paired data)",
}


@method("paired_risk_difference", context="proportion_difference")
def paired_risk_difference(
    people: PairedEvents,
    decimals: int,
    unit: str,
    *,
    interval: Literal["tango", "newcombe"],
    confidence: Confidence = 0.95,
) -> Answer:
    """Return the later share less the earlier one in the same participants, in percentage points, with its interval.

    Tango (Stat Med 1998;17:891-908), or method 10 of Newcombe (Stat Med 1998;17:2635-2650).
    """
    of = cells(people)
    why = "" if of.n else NO_PAIR
    limits = {"tango": tango, "newcombe": newcombe_paired}[interval]
    low, high = (None, None) if why else limits(of, confidence)
    values, key = (None if why else of.difference, low, high), f"points:{decimals or 1}"
    return Answer(
        f"Difference of the shares at two visits in the same participants, later minus earlier, {LIMITS[interval]}",
        "The shares with the event at the two visits were compared by their difference (later minus earlier) with "
        f"{LIMITS[interval]}.",
        (
            *with_limits("Paired risk difference", values, key, (why, why, why), unit="proportion"),
            level_of(confidence),
            Statistic("N_pairs", "Participants with a known outcome at both visits", of.n, "count"),
            Statistic("N_miss", "Participants without a known outcome at one of the visits", of.missing, "count"),
        ),
    )


def tango(of: Cells, confidence: float) -> Interval:
    """Return Tango's score interval of the later share less the earlier one."""
    z, n, seen = z_value(confidence), of.n, of.difference

    def score(difference: float) -> float:
        earlier_only = _likeliest(of, difference)
        variance = (2 * earlier_only + difference * (1 - difference)) / n
        return standardised(seen - difference, variance)

    return crossing(lambda d: score(d) - z, -1.0, seen), crossing(lambda d: score(d) + z, seen, 1.0)


def _likeliest(of: Cells, difference: float) -> float:
    """Return the likeliest share with the event at the earlier visit only, under a difference: a quadratic's root."""
    n, d = of.n, difference
    b = (2 * n - of.after + of.before) * d - of.turned
    c = -of.before * d * (1 - d)
    root = (math.sqrt(max(b * b - 8 * n * c, 0.0)) - b) / (4 * n)
    return max(root, 0.0, -d)


def newcombe_paired(of: Cells, confidence: float) -> Interval:
    """Return Newcombe's interval of the later share less the earlier one: Wilson's limits, and their correlation."""
    n, later, earlier = of.n, of.both + of.after, of.both + of.before
    (low_1, high_1), (low_2, high_2) = wilson(later, n, confidence), wilson(earlier, n, confidence)
    phi, p1, p2 = _correlation(of), later / n, earlier / n

    def apart(one: float, other: float) -> float:
        return math.sqrt(max(one * one - 2 * phi * one * other + other * other, 0.0))

    return of.difference - apart(p1 - low_1, high_2 - p2), of.difference + apart(p2 - low_2, high_1 - p1)


def _correlation(of: Cells) -> float:
    """Return phi of the table, its numerator nearer to zero by half the participants where it is above zero."""
    later, earlier, n = of.both + of.after, of.both + of.before, of.n
    product = later * (n - later) * earlier * (n - earlier)
    if product == 0:
        return 0.0
    crossed = float(of.both * of.neither - of.before * of.after)
    corrected = max(crossed - n / 2, 0.0) if crossed > 0 else crossed
    return corrected / math.sqrt(product)
