"""Simon's two-stage design: what the design promises, what was decided, and inference that knows of the first stage.

The first stage ends with ``n1`` participants and goes no further with at most ``r1`` events; after ``n`` participants
the null hypothesis (a proportion of at most ``p0``) is rejected with more than ``r`` (Simon, Control Clin Trials
1989;10:1-10). Whether the design is the optimal or the minimax one, or another, is the author's choice.

How many of the first ``n1`` had the event is an argument and not read from the data: the decision was taken on the
data as they were then, on those who were evaluable then, and no date tells who these were.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Literal

from annotated_types import Ge

from report.analysis.basis.methods import Answer, Statistic, level_of, method, with_limits
from report.analysis.within.one_arm import NO_OUTCOME, OneCount, Share, at_least, at_most
from report.analysis.within.paired import Confidence
from report.analysis.within.signed_ranks import LEAST

Whole = Annotated[int, Ge(0)]
Size = Annotated[int, Ge(1)]

NO_DESIGN = "these numbers are no two-stage design: r1 is below n1, n1 below n, r from r1 to below n, p0 below p1"
TOO_SMALL = "fewer participants have an outcome than the first stage has"
NOT_STOPPED = "the first stage had at most r1 events, and the data do not end with it"
NOT_OF_DATA = "the data cannot hold a first stage with so many events"
ONE_STAGE = "the second stage has no participant with an outcome"
OTHER_SIZE = "the second stage has another size than planned"
NO_CHOICE = "after such a first stage the planned second one could not have changed the decision"
NO_EVENT = "without an event the interval of Koyama and Chen has no upper limit"


@dataclass(frozen=True)
class Design:
    """Simon's numbers: the size of the first stage and its limit, the whole size and its limit, both proportions."""

    n1: int
    r1: int
    n: int
    r: int
    p0: float
    p1: float

    @property
    def is_one(self) -> bool:
        """Whether the numbers are those of a two-stage design."""
        return self.r1 < self.n1 < self.n and self.r1 <= self.r < self.n and self.p0 < self.p1

    @property
    def second(self) -> int:
        """The planned size of the second stage."""
        return self.n - self.n1

    def reaches(self, events: int, chance: float) -> float:
        """Return the probability of going on and of at least so many events in the end."""
        return self._sum(chance, lambda first: at_least(events - first, self.second, chance))

    def _sum(self, chance: float, second: Callable[[int], float]) -> float:
        """Return the sum over the first stages that go on, of each one's probability times what the second gives."""
        starts = range(self.r1 + 1, self.n1 + 1)
        return min(1.0, sum(exactly(first, self.n1, chance) * second(first) for first in starts))

    def as_extreme(self, seen: Seen, chance: float) -> float:
        """Return the probability of what was seen or more: stopping is less than going on, then events count.

        With a second stage of another size than planned it is Koyama and Chen's: the planned design is taken at the
        proportion at which its second stage is as probable as the one seen (their section 4).
        """
        if seen.first <= self.r1:
            return at_least(seen.events, self.n1, chance)
        if seen.total == self.n:
            return self.reaches(seen.events, chance)
        conditional = at_least(seen.events - seen.first, seen.total - self.n1, chance)
        matched = _chance_of(self.r + 1 - seen.first, self.second, conditional)
        return self._sum(chance, lambda first: at_least(self.r + 1 - first, self.second, matched))

    def rejects(self, seen: Seen) -> bool:
        """Return whether the null hypothesis is rejected."""
        if seen.first <= self.r1 or seen.total == self.n:
            return seen.first > self.r1 and seen.events > self.r
        allowed = at_least(self.r + 1 - seen.first, self.second, self.p0)
        return at_least(seen.events - seen.first, seen.total - self.n1, self.p0) <= allowed


@dataclass(frozen=True)
class Seen:
    """What was seen: the events of the first stage, and the events and the participants of all."""

    first: int
    events: int
    total: int

    def plus_one(self) -> Seen:
        """Return the same with one event more, in the second stage where there was one."""
        return Seen(self.first, self.events + 1, self.total)


def exactly(x: int, n: int, chance: float) -> float:
    """Return the probability of x events in n participants (R: ``dbinom``)."""
    if chance in (0.0, 1.0):
        return float(x == n * chance)
    ways = math.lgamma(n + 1) - math.lgamma(x + 1) - math.lgamma(n - x + 1)
    return math.exp(ways + x * math.log(chance) + (n - x) * math.log1p(-chance))


def _chance_of(events: int, n: int, probability: float) -> float:
    """Return the chance at which at least so many of n have the event with this probability."""
    from scipy.special import betaincinv

    return probability if probability in (0.0, 1.0) else float(betaincinv(events, n - events + 1, probability))


def hindrance(design: Design, seen: Seen) -> str:
    """Return why there is no inference; empty where there is."""
    if not design.is_one:
        return NO_DESIGN
    if seen.total == 0:
        return NO_OUTCOME
    if seen.total < design.n1:
        return TOO_SMALL
    if seen.first <= design.r1:
        return "" if (seen.events, seen.total) == (seen.first, design.n1) else NOT_STOPPED
    if seen.first > design.n1 or not 0 <= seen.events - seen.first <= seen.total - design.n1:
        return NOT_OF_DATA
    if seen.total == design.n1:
        return ONE_STAGE
    is_open = 1 <= design.r + 1 - seen.first <= design.second
    return "" if seen.total == design.n or is_open else NO_CHOICE


@method("simon_two_stage", context="stats_binom_test")
def simon_two_stage(
    count: OneCount,
    decimals: int,
    unit: str,
    *,
    n1: Size,
    r1: Whole,
    n: Size,
    r: Whole,
    p0: Share,
    p1: Share,
    first_stage_events: Whole,
    confidence: Confidence = 0.95,
    interval: Literal["exact", "koyama_chen"] = "exact",
) -> Answer:
    """Return the decision of Simon's two-stage design, its exact error rates, and estimates that know of both stages.

    The estimate is unbiased (Jung & Kim, Stat Med 2004;23:881-896); p and the median estimate are those of Koyama and
    Chen (Stat Med 2008;27:3145-3154), also for a second stage of another size. The exact interval holds the proportions
    at which neither what was seen or more, nor what was seen or less, is rarer than half of 1 - confidence; that of
    Koyama and Chen has the same lower limit, and as its upper one where p is 1 less that half, which is nearer and
    misses more often. With a confidence of 1 - 2 alpha the lower limit agrees with a one-sided test at alpha.
    """
    design, seen = Design(n1, r1, n, r, p0, p1), Seen(first_stage_events, count.events, count.total)
    why = hindrance(design, seen)
    return Answer(
        f"Simon’s two-stage design; unbiased estimate (Jung and Kim); p value and median estimate of Koyama and Chen, "
        f"one-sided; {LIMITS[interval]} interval in the order of the design",
        "The design was Simon’s two-stage design. The proportion was estimated without bias for its two stages (Jung "
        "and Kim), with the one-sided P value of Koyama and Chen and "
        f"{TOLD[interval]} confidence interval in the order of the design.",
        (
            *_inference(design, seen, why, confidence, interval),
            *_decision(design, seen, why),
            *_promises(design),
            *_numbers(design, count, first_stage_events),
        ),
    )


LIMITS = {"exact": "exact", "koyama_chen": "Koyama and Chen’s"}
TOLD = {"exact": "an exact", "koyama_chen": "their"}


def _inference(design: Design, seen: Seen, why: str, confidence: float, interval: str) -> list[Statistic]:
    p = None if why else max(design.as_extreme(seen, design.p0), LEAST)
    low, high = (None, None) if why else limits(design, seen, confidence, interval)
    median = None if why else _where(design, seen, 0.5)
    biased = why or (OTHER_SIZE if seen.total not in (design.n, design.n1) else "")
    estimate, key = (None if biased else unbiased(design, seen)), f"percent:{seen.total}"
    floor = None if biased else max(design.reaches(design.n, design.p0), LEAST)  # that of an event in everybody
    reasons = (biased, why, why or (NO_EVENT if high is None else ""))
    return [
        *with_limits("Proportion (unbiased estimate)", (estimate, low, high), key, reasons),
        level_of(confidence),
        Statistic("estimate_median", "Proportion (median estimate)", median, key, reason=why),
        Statistic("p.value", "Two-stage test of Koyama and Chen", p, "p", reason=why),
        Statistic("p.floor", "Smallest p that the design allows", floor, "p_exact", reason=biased),
        Statistic("alternative", "Alternative", "greater"),
    ]


def unbiased(design: Design, seen: Seen) -> float:
    """Return the uniformly minimum variance unbiased estimate of Jung and Kim, by exact counts of the ways to it."""
    if seen.first <= design.r1:
        return seen.events / design.n1
    m, s = design.second, seen.events
    firsts = range(max(design.r1 + 1, s - m), min(s, design.n1) + 1)
    ways = sum(math.comb(design.n1, x) * math.comb(m, s - x) for x in firsts)
    return float(Fraction(sum(math.comb(design.n1 - 1, x - 1) * math.comb(m, s - x) for x in firsts), ways))


def limits(design: Design, seen: Seen, confidence: float, interval: str) -> tuple[float, float | None]:
    """Return both limits of the proportion; no upper one of Koyama and Chen's without an event."""
    tail = (1 - confidence) / 2
    low = _where(design, seen, tail)
    if interval == "koyama_chen":
        return low, _where(design, seen, 1 - tail) if seen.events else None
    return low, 1.0 if seen.events == seen.total else _where(design, seen.plus_one(), 1 - tail)


def _where(design: Design, seen: Seen, probability: float) -> float:
    """Return the proportion at which what was seen or more has this probability; zero where it always has more."""
    from scipy.optimize import brentq

    if seen.events == 0:
        return 0.0
    return float(brentq(lambda chance: design.as_extreme(seen, chance) - probability, 0.0, 1.0, xtol=1e-14, rtol=1e-14))


def _decision(design: Design, seen: Seen, why: str) -> list[Statistic]:
    stage = None if why else "first" if seen.first <= design.r1 else "second"
    decision = None if why else REJECTED if design.rejects(seen) else NOT_REJECTED
    return [
        Statistic("stage", "Stage after which the trial ended", stage, reason=why),
        Statistic("decision", "Decision on the null hypothesis", decision, reason=why),
    ]


REJECTED, NOT_REJECTED = "rejected", "not rejected"


def _promises(design: Design) -> list[Statistic]:
    """Return the error rates of the design as it is stated, how often it stops early, and how many it takes."""
    why = "" if design.is_one else NO_DESIGN
    errors = (
        [design.reaches(design.r + 1, chance) for chance in (design.p0, design.p1)] if design.is_one else [None] * 2
    )
    stops = at_most(design.r1, design.n1, design.p0) if design.is_one else None
    expected = None if stops is None else design.n1 + (1 - stops) * design.second
    return [
        Statistic("type_1_error", "Exact type I error of the design", errors[0], "level:1", reason=why),
        Statistic("power", "Exact power of the design", errors[1], "level:1", reason=why),
        Statistic("p_stop", "Probability of stopping early under p0", stops, "level:1", reason=why),
        Statistic("n_expected", "Expected number of participants under p0", expected, "fixed:1", reason=why),
    ]


def _numbers(design: Design, count: OneCount, first: int) -> list[Statistic]:
    counted = [
        ("n_stage_1", "Participants of the first stage", design.n1),
        ("r_stage_1", "Events with which the first stage ends the trial", design.r1),
        ("n_planned", "Participants of both stages, as planned", design.n),
        ("r_planned", "Events with which the null hypothesis stays", design.r),
        ("n_event_stage_1", "Events in the first stage", first),
        ("n", "Participants with the event", count.events),
        ("N", "Participants with a known outcome", count.total),
        ("N_miss", "Outcome missing", count.missing),
        ("N_population", "Participants", count.total + count.missing),
    ]
    shares = [("p_null", "Proportion p0", design.p0), ("p_alternative", "Proportion p1", design.p1)]
    return [
        *(Statistic(name, label, value, "level") for name, label, value in shares),
        *(Statistic(name, label, value, "count") for name, label, value in counted),
    ]
