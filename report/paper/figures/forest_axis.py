"""The logarithmic axis of a forest plot: how far it goes, its ticks, and the marks of ratios on it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from report.paper import numbers
from report.paper.figures.drawing import Measure
from report.paper.styles import Style

STEPS = (1, 2, 5)
SHOWN = ((1, 2, 5), (1, 5), (1,))  # which steps have a label: all, or as many as have room
LEAST, MOST = 0.5, 2.0  # both sides of 1 are on every axis
LIMITS = (0.1, 10.0)  # beyond these, limits may leave the axis
FARTHEST = (0.01, 100.0)  # and beyond these ratios as well
SQUARE, LEAST_SQUARE = 8.0, 2.2
LABEL_GAP = 5.0
Ratio = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Axis:
    """A logarithmic axis: where it begins and ends on the page, and the ratios there."""

    left: float
    right: float
    low: float
    high: float

    def x(self, ratio: float) -> float:
        """Return where a ratio stands."""
        share = math.log(ratio / self.low) / math.log(self.high / self.low)
        return self.left + share * (self.right - self.left)

    def holds(self, ratio: float) -> bool:
        """Return whether a ratio is on the axis."""
        return self.low <= ratio <= self.high

    def ticks(self, steps: Sequence[int] = STEPS) -> list[float]:
        """Return the ticks on the axis, or those of some steps."""
        return [tick for tick in _steps(steps) if self.holds(tick)]

    def labelled(self, style: Style, measure: Measure) -> list[float]:
        """Return the ticks with a label: as many as have room for it."""
        return next((ticks for ticks in map(self.ticks, SHOWN) if self._have_room(ticks, style, measure)), [1.0])

    def _have_room(self, ticks: Sequence[float], style: Style, measure: Measure) -> bool:
        places = [(self.x(tick), measure(numbers.tick(tick, style).plain) / 2) for tick in ticks]
        return all(x2 - half2 >= x1 + half1 + LABEL_GAP for (x1, half1), (x2, half2) in pairwise(places))


@dataclass(frozen=True, slots=True)
class Mark:
    """A ratio: its line from end to end, which ends leave the axis, its middle if that is on it, its square's side.

    The mark of all participants is a diamond, which has no side.
    """

    y: float
    ends: tuple[float, float]
    leaves: tuple[bool, bool]
    middle: float | None
    side: float | None


def axis_of(ratios: Sequence[Ratio], left: float, right: float) -> Axis:
    """Return an axis from step to step that holds every ratio and its limits, as far as that is sensible."""
    estimates = [ratio for ratio, _, _ in ratios if FARTHEST[0] <= ratio <= FARTHEST[1]]
    lows = [max(low, LIMITS[0]) for _, low, _ in ratios]
    highs = [min(high, LIMITS[1]) for _, _, high in ratios]
    steps = list(_steps())
    low = max(step for step in steps if step <= min([LEAST, *estimates, *lows]))
    high = min(step for step in steps if step >= max([MOST, *estimates, *highs]))
    return Axis(left, right, low, high)


def _steps(steps: Sequence[int] = STEPS) -> Iterable[float]:
    return (float(f"{step}e{power}") for power in range(-2, 3) for step in steps)


def mark_of(axis: Axis, ratio: Ratio, y: float, pitch: float, share: float | None) -> Mark:
    """Return the mark of a ratio; the area of its square is its share of the largest one, a diamond has none."""
    estimate, low, high = ratio
    ends = tuple(axis.x(min(max(limit, axis.low), axis.high)) for limit in (low, high))
    largest = min(SQUARE, pitch - 2)
    side = None if share is None else max(LEAST_SQUARE, largest * math.sqrt(share))
    middle = axis.x(estimate) if axis.holds(estimate) else None
    return Mark(y, (ends[0], ends[1]), (low < axis.low, high > axis.high), middle, side)
