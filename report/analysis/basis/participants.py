"""The data of comparisons as frames: what is read of each participant of an endpoint's population, a row each.

Columns that every frame has are written with a capital, so that no variable of a study file can be taken for one:

    Arm         the arm's id; empty in a single arm
    Outcome     the value; the change where the endpoint is one; a level, where the variable is a category
    Value       the value at the later visit, and Baseline the one at the earlier visit, where it is a change
    Stratum     the level of the stratifying variable;  Cluster  who were treated together
    Time        the time to the event or to the end of observation, in the unit of print;  Status  0 where it is
                censored, 1 for the event, 2 and more for the competing events in declared order
    Exposure    the time of observation in which Outcome events were counted
    Visit       the visit's id, in frames with a row a participant and visit, which have Participant too
    Before      and After: at two visits;  First and Second: in the two periods of a crossover

Covariates have the names of the study file. Numbers are floats, missing ones NaN; levels are texts, missing ones None.
Rows stand in the order of the participants' ids. Methods leave out who lacks a value and say how many (``N_miss``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd


@dataclass(frozen=True)
class Participants:
    """Values by arm: a number, a level of a category, or an event (``event`` is then the level that counts).

    ``levels`` are the declared levels of every category among the columns, in order. ``hoped_for`` says whether a
    higher value, or the event, is what is hoped for. ``resolution`` is the outcome's. ``labels`` name the covariates
    within a sentence.
    """

    frame: pd.DataFrame
    arms: tuple[str, ...]
    reference: str
    covariates: tuple[str, ...] = ()
    levels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    event: str = ""
    hoped_for: bool = False
    resolution: float = 1.0
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def compared(self) -> tuple[str, ...]:
        """The arms other than the reference, in declared order."""
        return tuple(arm for arm in self.arms if arm != self.reference)

    @property
    def categories(self) -> tuple[str, ...]:
        """The covariates that are categories."""
        return tuple(name for name in self.covariates if name in self.levels)


@dataclass(frozen=True)
class EventTimes(Participants):
    """Times to an event: Time and Status; ``competing`` names the other events, whose Status is 2, 3, ..."""

    competing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Exposures(Participants):
    """Numbers of events (Outcome) in times of observation (Exposure), whose unit is that of its variable."""

    exposure_unit: str = ""


@dataclass(frozen=True)
class Repeated(Participants):
    """Values at several visits: a row a participant and visit, also where the value is missing."""

    visits: tuple[str, ...] = ()


@dataclass(frozen=True)
class LevelPairs(Participants):
    """Levels of a category at two visits: Before and After."""


@dataclass(frozen=True)
class PairedEvents(Participants):
    """Whether participants have the event at two visits: Before and After are 1.0, 0.0 or NaN."""


@dataclass(frozen=True)
class OneSample(Participants):
    """Values of a single arm."""


@dataclass(frozen=True)
class Crossed(Participants):
    """Values of a crossover in its First and its Second period; Arm is the sequence.

    ``treatments`` are those of each arm in both periods, ``treatment`` the one that is compared with ``control``.
    """

    treatments: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    treatment: str = ""
    control: str = ""
