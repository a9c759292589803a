"""Numbers of events in times of observation: rates with exact intervals, and the exact ratio of two rates.

Events are taken as independent of each other, also those of one participant: where a few participants have most of
them, intervals and tests of this file are too narrow, and ``count_models`` has those that are not.
scipy is imported where it is called: a study without numbers of events need not wait for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Annotated

import numpy as np
import numpy.typing as npt
import pandas as pd
from annotated_types import Gt

from report.analysis.basis.descriptives import NO_SPREAD, mean, proportion, sd
from report.analysis.basis.exact import binomial_p
from report.analysis.basis.methods import Answer, Statistic, level_of, method, ratio_key, with_limits
from report.analysis.basis.participants import Exposures
from report.analysis.within.one_arm import clopper_pearson
from report.analysis.within.paired import Confidence

NOBODY = "no participant has a number of events and a time of observation"
NOBODY_IN_ARM = "an arm has no participant with a number of events and a time of observation"
NO_EVENT = "no event in either arm"
NO_EVENT_IN_REFERENCE = "no event in the reference arm"
NOT_WHOLE = "a number of events is below zero or is not a whole number"
LACKING = "Participants without a number of events or a time of observation"
PLACES = 2  # decimals of a rate and of a mean number, where the study file gives none


@dataclass(frozen=True, slots=True)
class Observed:
    """The participants of an arm with a number of events and a time of observation, and how many lack one."""

    arm: str
    events: npt.NDArray[np.float64]
    exposure: float
    missing: int

    @property
    def total(self) -> int:
        """All events."""
        return int(self.events.sum())


def is_observed(frame: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Return who has a number of events and a time of observation above zero."""
    return np.asarray(frame["Outcome"].notna() & (frame["Exposure"] > 0), dtype=bool)


def not_counts(counts: Exposures) -> str:
    """Return why the outcomes are no numbers of events; empty where they are."""
    given = counts.frame["Outcome"].dropna().to_numpy(dtype=float)
    return NOT_WHOLE if bool(((given < 0) | (given != np.floor(given))).any()) else ""


def by_arm(counts: Exposures) -> Iterator[Observed]:
    """Yield what was observed in each arm, in declared order; of all, where there is a single arm."""
    for arm in counts.arms:
        here = counts.frame[(counts.frame["Arm"] == arm).to_numpy(dtype=bool)]
        seen = is_observed(here)
        events, exposure = (here[name].to_numpy(dtype=float)[seen] for name in ("Outcome", "Exposure"))
        yield Observed(arm, events, float(exposure.sum()), int((~seen).sum()))


def rate_label(per: float, unit: str) -> str:
    """Return what a rate is, such as "Events per 100 participant-years"."""
    many = f"{per:,.0f}" if per == int(per) else f"{per:g}"
    if not unit:
        return "Events per unit of observation" if per == 1 else f"Events per {many} units of observation"
    return f"Events per participant-{unit.removesuffix('s')}" if per == 1 else f"Events per {many} participant-{unit}"


@method("event_rates", context="summary")
def event_rates(
    counts: Exposures,
    decimals: int,
    unit: str,
    *,
    per: Annotated[float, Gt(0)] = 1.0,
    confidence: Confidence = 0.95,
) -> Answer:
    """Return events, participants with one, time of observation and rate of every arm, or of a single arm.

    The rate is of so many (``per``) units of the time of observation, its interval the exact one of a Poisson count
    (Garwood, Biometrika 1936;28:437-442; R: ``poisson.test(events, exposure)``), and the mean number is of
    participants, whatever the time in which each was observed.
    """
    why = not_counts(counts)
    rows = [row for arm in by_arm(counts) for row in _of_arm(arm, per, counts.exposure_unit, decimals, confidence, why)]
    return Answer(
        "Events divided by the time of observation, with exact (Garwood) Poisson interval; events taken as independent "
        "of each other",
        "Rates were the events divided by the time of observation, with exact Poisson confidence intervals that take "
        "events as independent of each other.",
        (*rows, level_of(confidence)),
    )


def _of_arm(arm: Observed, per: float, unit: str, decimals: int, confidence: float, why: str) -> list[Statistic]:
    why = why or ("" if len(arm.events) else NOBODY)
    rate, low, high = (None, None, None) if why else _rate(arm, per, confidence)
    key, rate_unit = f"mean:{decimals or PLACES}", f"per {unit}" if unit else ""
    rows = [
        *_counted(arm, why),
        Statistic("exposure", "Time of observation", arm.exposure, "mean:1", unit),
        *_per_participant(arm, key, why),
        *with_limits(rate_label(per, unit), (rate, low, high), key, [why] * 3, unit=rate_unit),
    ]
    return [replace(row, arm=arm.arm, rests_on="arm") for row in rows]


def _counted(arm: Observed, why: str) -> list[Statistic]:
    events = None if why == NOT_WHOLE else arm.total
    return [
        Statistic("n_event", "Events", events, "count", reason="" if events is not None else why),
        *proportion(int((arm.events > 0).sum()), len(arm.events)),
        Statistic("N_miss", LACKING, arm.missing, "count"),
    ]


def _per_participant(arm: Observed, key: str, why: str) -> list[Statistic]:
    """Return mean, SD and highest number of events of a participant."""
    of_spread = why or ("" if len(arm.events) > 1 else NO_SPREAD)
    highest = None if why else int(arm.events.max())
    return [
        Statistic("mean", "Events per participant, mean", None if why else mean(arm.events), key, reason=why),
        Statistic("sd", "Events per participant, SD", None if of_spread else sd(arm.events), key, reason=of_spread),
        Statistic("max", "Events per participant, highest number", highest, "count", reason=why),
    ]


def _rate(arm: Observed, per: float, confidence: float) -> tuple[float, float, float]:
    low, high = garwood(arm.total, confidence)
    return tuple(count * per / arm.exposure for count in (arm.total, low, high))  # type: ignore[return-value]


def garwood(events: int, confidence: float) -> tuple[float, float]:
    """Return the exact limits of the mean of a Poisson count (R: ``poisson.test(events)$conf.int``)."""
    from scipy.special import gammaincinv

    tail = (1 - confidence) / 2
    low = float(gammaincinv(events, tail)) if events else 0.0
    return low, float(gammaincinv(events + 1, 1 - tail))


@method("rate_ratio_by_arm", context="rate_ratio")
def rate_ratio_by_arm(counts: Exposures, decimals: int, unit: str, *, confidence: Confidence = 0.95) -> Answer:
    """Return the rate of each arm over that of the reference, with exact conditional interval and two-sided p.

    Given their total the events of the arm are binomial (Przyborowski & Wilenski, Biometrika 1940;31:313-323): the
    interval is Clopper and Pearson's, carried over to the ratio; p sums the outcomes no more probable than the one
    seen. R: ``poisson.test(c(arm, reference), c(time of arm, time of reference))``.
    """
    seen = {arm.arm: arm for arm in by_arm(counts)}
    rows = [
        row
        for arm in counts.compared
        for row in _compared(seen[arm], seen[counts.reference], confidence, decimals, not_counts(counts))
    ]
    return Answer(
        "Ratio of two Poisson rates, arm over reference, with exact conditional (Clopper-Pearson) interval and exact "
        "two-sided test; events taken as independent of each other",
        "Rates were compared by their ratio, with an exact conditional confidence interval and exact two-sided test "
        "that take events as independent of each other.",
        (*rows, level_of(confidence), Statistic("alternative", "Alternative", "two.sided")),
    )


def _compared(arm: Observed, base: Observed, confidence: float, decimals: int, why: str) -> Iterator[Statistic]:
    why = why or ("" if len(arm.events) and len(base.events) else NOBODY_IN_ARM)
    why = why or ("" if arm.total + base.total else NO_EVENT)
    unbounded = why or ("" if base.total else NO_EVENT_IN_REFERENCE)
    low, high = (None, None) if why else _limits(arm, base, confidence)
    estimate = None if unbounded else (arm.total / arm.exposure) / (base.total / base.exposure)
    label = "Rate ratio (exact conditional)"
    yield from with_limits(label, (estimate, low, high), ratio_key(decimals), (unbounded, why, unbounded), arm=arm.arm)
    p = None if why else binomial_p(arm.total, arm.total + base.total, arm.exposure / (arm.exposure + base.exposure))
    yield Statistic("p.value", "Exact conditional test of the rates", p, "p", arm=arm.arm, reason=why)


def _limits(arm: Observed, base: Observed, confidence: float) -> tuple[float, float | None]:
    """Return the limits of the ratio; without an event in the reference there is no upper one."""
    low, high = clopper_pearson(arm.total, arm.total + base.total, confidence)
    exposure = base.exposure / arm.exposure
    return low / (1 - low) * exposure, high / (1 - high) * exposure if base.total else None
