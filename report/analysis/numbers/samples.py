"""The values of a number in each arm, without those who have none, and how many those are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from report.analysis.basis.methods import Statistic
from report.analysis.basis.participants import Participants

Vector = npt.NDArray[np.float64]
NOBODY = "an arm has no participant with an outcome"


@dataclass(frozen=True)
class Sample:
    """The values of one arm, and how many of its participants have none."""

    arm: str
    values: Vector
    missing: int


def samples(people: Participants) -> list[Sample]:
    """Return the outcome of every arm, in declared order."""
    return [_sample(people, arm) for arm in people.arms]


def _sample(people: Participants, arm: str) -> Sample:
    values = people.frame.loc[people.frame["Arm"] == arm, "Outcome"].to_numpy(dtype=float)
    known = ~np.isnan(values)
    return Sample(arm, values[known], int((~known).sum()))


def compared(people: Participants) -> list[tuple[Sample, Sample]]:
    """Return each arm but the reference, with the reference."""
    by_arm = {sample.arm: sample for sample in samples(people)}
    return [(by_arm[arm], by_arm[people.reference]) for arm in people.compared]


def counted(people: Participants) -> list[Statistic]:
    """Return of every arm how many participants are compared and how many lack the outcome."""
    return [each for sample in samples(people) for each in counts(sample.arm, len(sample.values), sample.missing)]


def counts(arm: str, used: int, missing: int) -> list[Statistic]:
    """Return how many participants of an arm are compared, and how many are left out for want of a value."""
    return [
        Statistic("n", "Participants", used, "count", arm=arm, rests_on="arm"),
        Statistic("N_miss", "Left out, a value missing", missing, "count", arm=arm, rests_on="arm"),
    ]


def mean_key(decimals: int) -> str:
    """Return the format of a difference of means: one decimal more than the values have, as their means."""
    return f"fixed:{decimals + 1}"
