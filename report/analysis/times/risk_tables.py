"""Who is at risk when: distinct times, and at each how many are under observation, have an event or leave.

Whoever lacks the time, the status or what else a method needs is left out and counted. A time below 0 cannot be one
and counts as missing; an event at time 0 is an event.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from report.analysis.basis.methods import Statistic
from report.analysis.basis.participants import EventTimes

Vector = npt.NDArray[np.float64]
NOBODY = "an arm has no participant with a time"
NOBODY_AT_ALL = "no participant has a time"
LACKING = "Time or status missing"


@dataclass(frozen=True)
class RiskTable:
    """Distinct times, rising; at each how many are at risk just before, have the event, a competing one, or leave."""

    times: Vector
    at_risk: Vector
    events: Vector
    competing: Vector
    censored: Vector

    @property
    def n(self) -> int:
        """The participants."""
        return int(self.at_risk[0]) if len(self.times) else 0

    @property
    def n_events(self) -> int:
        """The events, without competing ones."""
        return int(self.events.sum())

    @property
    def longest(self) -> float:
        """The longest time, with an event or without."""
        return float(self.times[-1])

    def at_risk_at(self, time: float) -> int:
        """Return how many are under observation just before a time."""
        later = np.searchsorted(self.times, time, side="left")
        return int(self.at_risk[later]) if later < len(self.times) else 0


def risk_table(time: Vector, status: Vector) -> RiskTable:
    """Return the risk table of times whose status is 0 (censored), 1 (the event), or 2 and more (competing)."""
    times, which = np.unique(time, return_inverse=True)

    def counted(chosen: npt.NDArray[np.bool_]) -> Vector:
        return np.bincount(which[chosen], minlength=len(times)).astype(float)

    leaving = np.bincount(which, minlength=len(times)).astype(float)
    at_risk = leaving[::-1].cumsum()[::-1]
    return RiskTable(times, at_risk, counted(status == 1), counted(status > 1), counted(status == 0))


def is_known(people: EventTimes, columns: Sequence[str] = ()) -> npt.NDArray[np.bool_]:
    """Return who has a time of at least 0, a status, and a value in each of these columns."""
    frame = people.frame
    known = frame["Time"].ge(0) & frame["Status"].notna()
    for name in columns:
        known &= frame[name].notna()
    return known.to_numpy(dtype=bool)


def known(people: EventTimes, columns: Sequence[str] = ()) -> pd.DataFrame:
    """Return the rows of those who have all that is needed."""
    return people.frame[is_known(people, columns)]


def of_arm(people: EventTimes, arm: str) -> RiskTable:
    """Return the risk table of one arm."""
    frame = known(people)
    frame = frame[(frame["Arm"] == arm).to_numpy(dtype=bool)]
    return risk_table(frame["Time"].to_numpy(dtype=float), frame["Status"].to_numpy(dtype=float))


def missing(people: EventTimes, arm: str) -> Statistic:
    """Return how many of an arm lack a time or a status."""
    here = (people.frame["Arm"] == arm).to_numpy(dtype=bool)
    lacking = int((here & ~is_known(people)).sum())
    return Statistic("N_miss", LACKING, lacking, "count", arm=arm, rests_on="arm")


def nobody(people: EventTimes) -> str:
    """Return the reason that there is nobody: in an arm, or in the study where it has one."""
    return NOBODY if len(people.arms) > 1 else NOBODY_AT_ALL


def counts(people: EventTimes, arm: str, table: RiskTable) -> list[Statistic]:
    """Return how many participants of an arm have a time, the event, a competing event, neither, or no time."""
    competing, censored = int(table.competing.sum()), int(table.censored.sum())
    told = [("N", "Participants", table.n), ("n_event", "Events", table.n_events)]
    told += [("n_competing", "Competing events", competing)] if people.competing else []
    told += [("n_censored", "Censored", censored)]
    rows = [Statistic(name, label, count, "count", arm=arm, rests_on="arm") for name, label, count in told]
    return [*rows, missing(people, arm)]


def without_unit(time: float) -> str:
    """Return a time as the level of a result, such as "12" or "0.5"."""
    return f"{time:.15g}"


def with_unit(time: float, unit: str) -> str:
    """Return a time as a label says it, such as "12 months", and "1 year"."""
    return f"{without_unit(time)} {unit.removesuffix('s') if time == 1 else unit}".rstrip()
