"""An interval against a margin: non-inferiority and equivalence, of a difference or of a ratio.

Effects are arm minus reference, or arm over reference. The margin is written without sign: m stands for the bounds -m
and m of a difference, and for 1/m and m of a ratio. A one-sided test at the level alpha goes with the two-sided
interval of the level 1 - 2 alpha, so that test and interval say the same (ICH E9, 3.3.2; Piaggio and others, JAMA
2012;308:2594-2604, figure 1; Schuirmann, J Pharmacokinet Biopharm 1987;15:657-680). A limit that lies exactly on a
bound does not keep within it. These functions know limits only, and are for every kind of effect.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from annotated_types import Ge, Gt, Le

from report.analysis.basis.methods import Statistic

Margin = Annotated[float, Gt(0)]  # of a difference
RatioMargin = Annotated[float, Gt(1)]
Alpha = Annotated[float, Ge(0.001), Le(0.25)]  # of each one-sided test
Interval = tuple[float, float]

NOT_INFERIOR, SUPERIOR, WORSE_WITHIN = (
    "non-inferior", "non-inferior and superior", "non-inferior, and worse within the margin",
)  # fmt: skip
INFERIOR, NOT_SHOWN = "inferior by more than the margin", "non-inferiority not shown"
EQUIVALENT, NOT_EQUIVALENT = "equivalent", "equivalence not shown"
DIFFERENT = "different by more than the margin"
LOWER, UPPER = "lower limit above the margin", "upper limit below the margin"


def confidence_of(alpha: float) -> float:
    """Return the level of the two-sided interval that goes with one-sided tests at the level ``alpha``."""
    return round(1 - 2 * alpha, 12)


def bounds_of(margin: float, *, is_ratio: bool = False) -> Interval:
    """Return the smallest and the largest effect that the margin still lets pass."""
    return (1 / margin, margin) if is_ratio else (-margin, margin)


def worst_of(margin: float, hoped_for: bool, *, is_ratio: bool = False) -> float:
    """Return the bound on the side of harm: the lower one where higher values, or the event, are hoped for."""
    low, high = bounds_of(margin, is_ratio=is_ratio)
    return low if hoped_for else high


def side_of(hoped_for: bool) -> str:
    """Return which limit of the interval decides on non-inferiority, and where it has to lie."""
    return LOWER if hoped_for else UPPER


def non_inferiority(limits: Interval, margin: float, hoped_for: bool, *, is_ratio: bool = False) -> str:
    """Return what an interval says of non-inferiority; a limit may be infinite.

    ``hoped_for``: a higher value, or the event, is what is hoped for; the margin then lies below no effect.
    """
    null = 1.0 if is_ratio else 0.0
    worst = worst_of(margin, hoped_for, is_ratio=is_ratio)
    bad, good = limits if hoped_for else limits[::-1]

    def is_better(value: float, than: float) -> bool:
        return value > than if hoped_for else value < than

    if not is_better(bad, worst):
        return INFERIOR if is_better(worst, good) else NOT_SHOWN
    if is_better(bad, null):
        return SUPERIOR
    return WORSE_WITHIN if is_better(null, good) else NOT_INFERIOR


def equivalence(limits: Interval, margin: float, *, is_ratio: bool = False) -> str:
    """Return what an interval says of equivalence: it has to lie between both bounds; a limit may be infinite."""
    low, high = bounds_of(margin, is_ratio=is_ratio)
    if low < limits[0] and limits[1] < high:
        return EQUIVALENT
    return DIFFERENT if limits[1] < low or high < limits[0] else NOT_EQUIVALENT


def one_sided_p(estimate: float, error: float, bound: float, is_above: bool, below: Callable[[float], float]) -> float:
    """Return p of the hypothesis that the effect lies beyond a bound, from an estimate with a standard error above 0.

    ``is_above``: the effect is to be shown to lie above the bound. ``below`` is the distribution function of the
    estimate's standardised error, symmetric about zero: normal, or t with its degrees of freedom.
    """
    score = (estimate - bound) / error
    return below(-score if is_above else score)


def two_one_sided_p(estimate: float, error: float, bounds: Interval, below: Callable[[float], float]) -> float:
    """Return p of two one-sided tests, the larger of theirs (Schuirmann 1987); all on the scale of the error."""
    low, high = bounds
    return max(one_sided_p(estimate, error, low, True, below), one_sided_p(estimate, error, high, False, below))


def declared(margin: float, alpha: float, key: str, unit: str = "") -> list[Statistic]:
    """Return the margin and the levels as the plan gives them; ``key`` is the format of the effect."""
    return [
        Statistic("margin", "Margin", margin, key, unit),
        Statistic("alpha", "One-sided level", alpha, "level"),
        Statistic("conf.level", "Confidence level", confidence_of(alpha), "level"),
    ]


def concluded(arm: str, told: str | None, p: float | None, label: str, why: str, p_why: str = "") -> list[Statistic]:
    """Return the conclusion of an arm and the p of its test, or why there is none; ``label`` names the test."""
    return [
        Statistic("conclusion", "Conclusion", told, arm=arm, reason=why),
        Statistic("p.value", label, p, "p", arm=arm, reason=p_why or why),
    ]
