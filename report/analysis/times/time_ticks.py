"""The times at which a curve's figure tells the numbers at risk: the ticks of its axis."""

from __future__ import annotations

from itertools import count

MOST = 10  # steps from 0 to the last tick
STEPS = {
    "days": (1.0, 2.0, 5.0, 7.0, 14.0, 30.0, 60.0, 90.0, 180.0, 365.0, 730.0, 1825.0, 3650.0),
    "weeks": (1.0, 2.0, 4.0, 8.0, 12.0, 26.0, 52.0, 104.0, 260.0, 520.0),
    "months": (1.0, 2.0, 3.0, 6.0, 12.0, 24.0, 36.0, 60.0, 120.0),
    "years": (0.25, 0.5, 1.0, 2.0, 5.0, 10.0),
}


def ticks(longest: float, unit: str, every: float | None) -> tuple[float, ...]:
    """Return the ticks from 0 to the longest time: every so often, or at most ten steps that suit the unit."""
    step = every if every is not None else _step(longest, unit)
    return tuple(step * number for number in range(int(longest / step + 1e-9) + 1))


def _step(longest: float, unit: str) -> float:
    decades = (digit * 10.0**power for power in count(-6) for digit in (1, 2, 5))
    fitting = (step for step in STEPS.get(unit, ()) if longest <= MOST * step)
    return next(fitting, None) or next(step for step in decades if longest <= MOST * step)
