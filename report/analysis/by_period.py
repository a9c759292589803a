"""Events before and after the start of treatment in the same participants."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.int_]


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
