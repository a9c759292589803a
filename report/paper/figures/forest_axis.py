"""The axis of a forest plot: how far it goes, its ticks, and the marks on it. Ratios have a logarithmic one."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from report.paper import numbers
from report.paper.figures.drawing import Measure
from report.paper.styles import Style

STEPS = (1, 2, 5)
SHOWN = ((1, 2, 5), (1, 5), (1,))  # which steps of a logarithmic axis have a label: all, or as many as have room
EVERY = (1, 2, 5, 10)  # which ticks of a linear one have a label, counted from no effect
LEAST, MOST = 0.5, 2.0  # both sides of 1 are on every logarithmic axis
LIMITS = (0.1, 10.0)  # beyond these, limits may leave it
FARTHEST = (0.01, 100.0)  # and beyond these ratios as well
MOST_STEPS = 8  # of a linear axis
WIDEST = 1.5  # widths of the middle interval: limits farther than this from all estimates may leave a linear axis
SQUARE, LEAST_SQUARE = 8.0, 2.2
LABEL_GAP = 5.0
Estimate = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis: where it begins and ends on the page, and the values there.

    A linear one has ``step``, the distance of its ticks; a logarithmic one has none.
    """

    left: float
    right: float
    low: float
    high: float
    step: float = 0.0

    @property
    def null(self) -> float:
        """The value of no effect: of differences 0, of ratios 1."""
        return 0.0 if self.step else 1.0

    def x(self, value: float) -> float:
        """Return where a value stands."""
        if self.step:
            share = (value - self.low) / (self.high - self.low)
        else:
            share = math.log(value / self.low) / math.log(self.high / self.low)
        return self.left + share * (self.right - self.left)

    def holds(self, value: float) -> bool:
        """Return whether a value is on the axis."""
        return self.low <= value <= self.high

    def ticks(self) -> list[float]:
        """Return the ticks on the axis."""
        return self._every(1) if self.step else self._steps(STEPS)

    def labelled(self, style: Style, measure: Measure) -> list[float]:
        """Return the ticks with a label: as many as have room for it."""
        tried = map(self._every, EVERY) if self.step else map(self._steps, SHOWN)
        return next((ticks for ticks in tried if self._have_room(ticks, style, measure)), [self.null])

    def _every(self, n: int) -> list[float]:
        first, last = (round(end / self.step) for end in (self.low, self.high))
        return [float(f"{at * self.step:.12g}") for at in range(first, last + 1) if at % n == 0]

    def _steps(self, steps: Sequence[int]) -> list[float]:
        return [tick for tick in _steps(steps) if self.holds(tick)]

    def _have_room(self, ticks: Sequence[float], style: Style, measure: Measure) -> bool:
        places = [(self.x(tick), measure(numbers.tick(tick, style).plain) / 2) for tick in ticks]
        return all(x2 - half2 >= x1 + half1 + LABEL_GAP for (x1, half1), (x2, half2) in pairwise(places))


@dataclass(frozen=True, slots=True)
class Mark:
    """An estimate: its line from end to end, which ends leave the axis, its middle if that is on it, its square's side.

    The mark of all participants is a diamond, which has no side.
    """

    y: float
    ends: tuple[float, float]
    leaves: tuple[bool, bool]
    middle: float | None
    side: float | None


def axis_of(estimates: Sequence[Estimate], left: float, right: float, null: float = 1.0) -> Axis:
    """Return an axis from step to step that holds every estimate and its limits, as far as that is sensible."""
    return _linear(estimates, left, right) if null == 0 else _logarithmic(estimates, left, right)


def _logarithmic(ratios: Sequence[Estimate], left: float, right: float) -> Axis:
    estimates = [ratio for ratio, _, _ in ratios if FARTHEST[0] <= ratio <= FARTHEST[1]]
    lows = [max(low, LIMITS[0]) for _, low, _ in ratios]
    highs = [min(high, LIMITS[1]) for _, _, high in ratios]
    steps = list(_steps())
    low = max(step for step in steps if step <= min([LEAST, *estimates, *lows]))
    high = min(step for step in steps if step >= max([MOST, *estimates, *highs]))
    return Axis(left, right, low, high)


def _linear(differences: Sequence[Estimate], left: float, right: float) -> Axis:
    """Return an axis with 0 and every estimate on it, and limits but those of intervals much wider than the others."""
    estimates = [0.0, *(estimate for estimate, _, _ in differences)]
    widths = sorted(high - low for _, low, high in differences)
    room = WIDEST * widths[len(widths) // 2] if widths else 0.0
    least, most = min(estimates) - room, max(estimates) + room
    low = min([*estimates, *(max(low, least) for _, low, _ in differences)])
    high = max([*estimates, *(min(high, most) for _, _, high in differences)])
    step = _step(high - low)
    return Axis(left, right, min(-1, _down(low / step)) * step, max(1, -_down(-high / step)) * step, step)


def _down(steps: float) -> int:
    """Return a number of steps rounded down, but for what arithmetic adds to a whole number."""
    return math.floor(steps + 1e-9)


def _step(span: float) -> float:
    """Return the least of 1, 2 and 5 times a power of ten that parts a span into few steps."""
    if span <= 0:
        return 1.0
    power = math.floor(math.log10(span / MOST_STEPS))
    return next(step for n in (1, 2, 5, 10) if (step := float(f"{n}e{power}")) >= span / MOST_STEPS)


def _steps(steps: Sequence[int] = STEPS) -> Iterable[float]:
    return (float(f"{step}e{power}") for power in range(-2, 3) for step in steps)


def mark_of(axis: Axis, estimate: Estimate, y: float, pitch: float, share: float | None) -> Mark:
    """Return the mark of an estimate; the area of its square is its share of the largest one, a diamond has none."""
    value, low, high = estimate
    ends = tuple(axis.x(min(max(limit, axis.low), axis.high)) for limit in (low, high))
    largest = min(SQUARE, pitch - 2)
    side = None if share is None else max(LEAST_SQUARE, largest * math.sqrt(share))
    middle = axis.x(value) if axis.holds(value) else None
    return Mark(y, (ends[0], ends[1]), (low < axis.low, high > axis.high), middle, side)
