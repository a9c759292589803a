"""Events before and after the start of treatment in the same participants: rates, their ratio, and tests.

scipy is imported where it is called: a study without such an endpoint need not wait for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

import numpy as np
import numpy.typing as npt

from report.analysis.basis.descriptives import proportion
from report.analysis.basis.exact import binomial_p, hypergeometric_p
from report.analysis.basis.methods import Answer, Statistic, level_of, method, ratio_key, with_limits
from report.analysis.within.one_arm import clopper_pearson
from report.analysis.within.paired import Confidence
from report.analysis.within.signed_ranks import HANDLED, Ranking, Vector, Zeros, ranked

Counts = npt.NDArray[np.int_]

MONTH = 30.4375  # days; a twelfth of 365.25
NOBODY = "nobody was observed"
NO_LATER_DAY = "the later period has no day of observation"
NO_BEFORE = "no event in the earlier period"
NO_EVENT = "no event in either period"
NOT_BOTH = "nobody was observed in both periods"
TOO_MANY_EVENTS = "a period has more events than days of observation"
# in every sentence, whatever the data: a draft prints sentences beside open queries
EARLY = (
    "Where observation of the later period ended early, it ended with the last day of participation or on the day "
    "before the date named in the plan; events that began later were not counted."
)


@dataclass(frozen=True)
class PeriodCounts:
    """Events and days of observation of each participant in two periods.

    ``later`` counts events of the later period that began after its observation had ended, ``planned_after`` its
    planned days; ``names`` and ``labels`` are those of the two periods.
    """

    before: Counts
    after: Counts
    days_before: Counts
    days_after: Counts
    later: int
    planned_after: int
    names: tuple[str, str]
    labels: tuple[str, str]

    def periods(self) -> Iterator[tuple[str, str, Counts, Counts]]:
        """Yield each period's name and label, and the events and days of those who were observed in it."""
        both = ((self.before, self.days_before), (self.after, self.days_after))
        for name, label, (events, days) in zip(self.names, self.labels, both, strict=True):
            yield name, label, events[days > 0], days[days > 0]

    @property
    def events(self) -> tuple[int, int]:
        """The events of the earlier and of the later period."""
        return int(self.before.sum()), int(self.after.sum())

    @property
    def days(self) -> tuple[int, int]:
        """The days of observation of the earlier and of the later period."""
        return int(self.days_before.sum()), int(self.days_after.sum())

    def rate_differences(self) -> list[Fraction]:
        """Return each participant's later rate minus the earlier one, exactly; of those observed in both periods."""
        rows = zip(self.before, self.after, self.days_before, self.days_after, strict=True)
        return [
            Fraction(int(after), int(days_after)) - Fraction(int(before), int(days_before))
            for before, after, days_before, days_after in rows
            if days_before and days_after
        ]

    @property
    def hindrance(self) -> str:
        """Why the periods cannot be compared; empty where they can."""
        if not self.days[0]:
            return NOBODY
        return "" if self.days[1] else NO_LATER_DAY


@method("events_by_period", context="hierarchical_count")
def events_by_period(counts: PeriodCounts, decimals: int, unit: str) -> Answer:
    """Return events, participants with one, days and rates of either period; and whose rate fell, rose or stayed."""
    differences = counts.rate_differences()
    whole = [
        ("n_fewer", "Participants whose rate was lower in the later period", sum(d < 0 for d in differences)),
        ("n_more", "Participants whose rate was higher in the later period", sum(d > 0 for d in differences)),
        ("n_same", "Participants whose rate was the same in both periods", sum(d == 0 for d in differences)),
        ("n_not_compared", "Participants not observed in both periods", len(counts.before) - len(differences)),
        (
            "n_cut",
            "Participants whose later period ended early",
            int((counts.days_after < counts.planned_after).sum()),
        ),
        ("n_later", "Events after the later period had ended early", counts.later),
        ("N", "Participants", len(counts.before)),
    ]
    return Answer(
        "Events and rates by period; a month is 30.4375 days",
        f"Events were counted in each period and divided by the days of observation (a month is 30.4375 days). {EARLY}",
        (
            *(each for period in counts.periods() for each in _of_period(*period, decimals)),
            *(Statistic(name, label, n, "count") for name, label, n in whole),
            _rate_difference(counts, decimals),
        ),
    )


def _rate_difference(counts: PeriodCounts, decimals: int) -> Statistic:
    """Return by how much the rate of the later period is above that of the earlier one."""
    (before, after), (days_before, days_after) = counts.events, counts.days
    difference = None if counts.hindrance else MONTH * (after / days_after - before / days_before)
    label, key = "Difference of the rates, later minus earlier", f"fixed:{decimals or 2}"
    return Statistic("rate_difference", label, difference, key, reason=counts.hindrance)


def _of_period(name: str, label: str, events: Counts, days: Counts, decimals: int) -> list[Statistic]:
    n, observed = int(events.sum()), int(days.sum())
    rate = n * MONTH / observed if observed else None
    rows = [
        Statistic("label", "Period", label),
        Statistic("n_event", "Events", n, "count"),
        *proportion(int((events > 0).sum()), len(events)),
        Statistic("days", "Days of observation", observed, "count", "days"),
        Statistic(
            "rate", "Events per participant-month", rate, f"fixed:{decimals or 2}", reason="" if observed else NOBODY
        ),
    ]
    return [replace(row, level=name) for row in rows]


@method("rate_ratio", context="rate_ratio")
def rate_ratio(counts: PeriodCounts, decimals: int, unit: str, *, confidence: Confidence = 0.95) -> Answer:
    """Return the later rate over the earlier one, with the exact conditional interval and two-sided p.

    Given their total the later events are binomial (Przyborowski & Wilenski, Biometrika 1940;31:313-323): the interval
    is Clopper and Pearson's, carried over to the ratio; p sums the outcomes no more probable than the one seen. R:
    ``poisson.test(c(after, before), c(days_after, days_before))``.
    """
    why = counts.hindrance or ("" if sum(counts.events) else NO_EVENT)
    unbounded = why or ("" if counts.events[0] else NO_BEFORE)
    low, high = (None, None) if why else _ratio_limits(counts, confidence)
    estimate = None if unbounded else _ratio(counts)
    return Answer(
        "Ratio of two Poisson rates, later over earlier, with exact conditional interval and two-sided test; events "
        "taken as independent of each other",
        "The rate of the later period was compared with that of the earlier one by their ratio, with an exact "
        "conditional interval and two-sided test that take events as independent of each other.",
        (
            *with_limits("Rate ratio", (estimate, low, high), ratio_key(decimals), (unbounded, why, unbounded)),
            level_of(confidence),
            Statistic("p.value", "Exact conditional test", None if why else _binomial_p(counts), "p", reason=why),
            Statistic("alternative", "Alternative", "two.sided"),
        ),
    )


def _ratio(counts: PeriodCounts) -> float:
    (before, after), (days_before, days_after) = counts.events, counts.days
    return after * days_before / (before * days_after)


def _ratio_limits(counts: PeriodCounts, confidence: float) -> tuple[float, float | None]:
    """Return the limits of the rate ratio; without an event in the earlier period there is no upper one."""
    (before, after), (days_before, days_after) = counts.events, counts.days
    low, high = clopper_pearson(after, before + after, confidence)
    exposure = days_before / days_after
    return low / (1 - low) * exposure, high / (1 - high) * exposure if before else None


def _binomial_p(counts: PeriodCounts) -> float:
    return binomial_p(counts.events[1], sum(counts.events), counts.days[1] / sum(counts.days))


TABLES = {
    "participants": "participants with at least one event and with none, by period",
    "days": "events and days without one, by period, each event counted as one day",
}
IGNORED = "the pairing within participants is ignored"


@method("fisher_by_period", context="stats_fisher_test")
def fisher_by_period(
    counts: PeriodCounts, decimals: int, unit: str, *, table: Literal["participants", "days"]
) -> Answer:
    """Return Fisher's exact two-sided p of the periods' table, as if its columns were independent (R: ``fisher.test``).

    ``participants``: those with at least one event against those with none. ``days``: events against the days that are
    left when each event takes one.
    """
    (with_before, without_before), (with_after, without_after) = _table(counts, table)
    why = counts.hindrance or (TOO_MANY_EVENTS if min(without_before, without_after) < 0 else "")
    p = None if why else hypergeometric_p(((with_after, without_after), (with_before, without_before)))
    counted = [
        ("n_with_before", "With an event in the earlier period", with_before),
        ("n_with_after", "With an event in the later period", with_after),
        ("n_without_before", "Without an event in the earlier period", without_before),
        ("n_without_after", "Without an event in the later period", without_after),
    ]
    return Answer(
        f"Fisher’s exact test, two-sided, of {TABLES[table]}; {IGNORED}",
        f"The table of {TABLES[table]}, was tested with Fisher’s exact two-sided test; {IGNORED}.",
        (
            Statistic("p.value", "Fisher’s exact test", p, "p", reason=why),
            *(_without_negative(Statistic(name, label, n, "count"), why) for name, label, n in counted),
            Statistic("table", "Table", table),
            Statistic("alternative", "Alternative", "two.sided"),
        ),
    )


def _table(counts: PeriodCounts, table: str) -> list[tuple[int, int]]:
    """Return what has an event and what has none, of the earlier and of the later period."""
    made = []
    for _, _, events, days in counts.periods():
        having, whole = ((events > 0).sum(), len(events)) if table == "participants" else (events.sum(), days.sum())
        made.append((int(having), int(whole - having)))
    return made


def _without_negative(statistic: Statistic, why: str) -> Statistic:
    """Return a count; none where more events than days leave less than nothing."""
    return statistic if int(statistic.stat or 0) >= 0 else replace(statistic, stat=None, reason=why)


@method("signed_rank_by_period", context="stats_wilcox_test")
def signed_rank_by_period(counts: PeriodCounts, decimals: int, unit: str, *, zeros: Zeros = "drop") -> Answer:
    """Return the exact two-sided signed-rank test of each participant's later rate minus the earlier one.

    Rates are compared as fractions, so that 1 event in 30 days ties with 2 in 60. See ``paired.signed_rank``.
    """
    return Answer(
        f"Wilcoxon signed-rank test of participants’ differences of rates, exact, two-sided, mid-ranks for ties, "
        f"{HANDLED[zeros]}",
        "Participants’ rates in the two periods were compared with the exact two-sided Wilcoxon signed-rank test "
        f"({HANDLED[zeros]}).",
        ranked(_in_order(counts.rate_differences()), Ranking(zeros), NOT_BOTH if len(counts.before) else NOBODY),
    )


def _in_order(differences: list[Fraction]) -> Vector:
    """Return differences by the place of their size among all sizes, with their sign: ranks need no more of them."""
    places = {size: place for place, size in enumerate(sorted({abs(d) for d in differences} - {0}), start=1)}
    return np.array([0 if d == 0 else places[abs(d)] * (1 if d > 0 else -1) for d in differences], dtype=float)
