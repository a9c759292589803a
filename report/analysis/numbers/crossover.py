"""A two-by-two crossover: the effects of treatment, period and carry-over from participants with both periods.

Half differences of the two periods and sums of both, compared between the sequences by Student's t (Hills & Armitage,
Br J Clin Pharmacol 1979;8:7-20; SAS PROC TTEST, CROSSOVER=). The carry-over effect cannot be told from an interaction
of treatment and period, nor from a difference of the sequences; a test of it shall not choose the test of treatment
(Freeman, Stat Med 1989;8:1421-1432).
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from report.analysis.basis.descriptives import mean, sd
from report.analysis.basis.mean_comparisons import pooled_sd
from report.analysis.basis.methods import Answer, Statistic, level_of, method
from report.analysis.basis.participants import Crossed
from report.analysis.basis.t_estimates import TEstimate
from report.analysis.numbers.means import NO_SPREAD, Confidence
from report.analysis.numbers.samples import Vector, counts, mean_key

NOBODY = "a sequence has no participant with both periods"
TOO_FEW = "two participants are too few for a spread"


@method("crossover", context="stats_t_test")
def crossover(people: Crossed, decimals: int, unit: str, *, confidence: Confidence = 0.95) -> Answer:
    """Return the difference of the treatments, adjusted for periods, its t interval and p; means by treatment.

    Half the difference between the sequences of the mean of first minus second period.
    """
    found = _compared(people, lambda first, second: (first - second) / 2, is_sum=False)
    told = f"{people.treatment.replace('_', ' ')} minus {people.control.replace('_', ' ')}"
    rows = [*found.interval_rows("Difference of the treatments", confidence, mean_key(decimals), unit)]
    rows += found.test_rows("t test of the treatments")
    return Answer(
        f"Two-by-two crossover ({told}): half differences of the periods, Student’s t test of the sequences, two-sided",
        f"The treatments ({told}) were compared by a two-sided t test, between the sequences, of half the differences "
        "of the two periods, which adjusts for an effect of the period, in participants with both periods.",
        (*rows, *_described(people, decimals, unit), *_counted(people), level_of(confidence)),
    )


@method("period_effect", context="stats_t_test")
def period_effect(people: Crossed, decimals: int, unit: str, *, confidence: Confidence = 0.95) -> Answer:
    """Return the effect of the second period minus that of the first, adjusted for treatments."""
    found = _compared(people, lambda first, second: (second - first) / 2, is_sum=True)
    rows = [*found.interval_rows("Effect of the second period", confidence, mean_key(decimals), unit)]
    rows += found.test_rows("t test of the periods")
    return Answer(
        "Two-by-two crossover: effect of the period (second minus first), half differences of the periods, Student’s t "
        "test, two-sided",
        "The effect of the period (second minus first) was tested by a two-sided t test of half the differences of the "
        "periods, which adjusts for the treatments.",
        (*rows, *_counted(people), level_of(confidence)),
    )


@method("carry_over", context="stats_t_test")
def carry_over(people: Crossed, decimals: int, unit: str, *, confidence: Confidence = 0.95) -> Answer:
    """Return the difference between the sequences of the sum of both periods, which carry-over would make.

    The sequence that begins with the treatment minus the other one.
    """
    found = _compared(people, lambda first, second: first + second, is_sum=False)
    rows = [*found.interval_rows("Carry-over (difference of the sums)", confidence, mean_key(decimals), unit)]
    rows += found.test_rows("t test of carry-over")
    return Answer(
        "Two-by-two crossover: carry-over, sums of both periods, Student’s t test between sequences, two-sided",
        "Carry-over was looked for by a two-sided t test, between the sequences, of the sums of both periods.",
        (*rows, *_counted(people), level_of(confidence)),
    )


def _in_order(people: Crossed) -> tuple[str, str]:
    """Return the sequence that begins with the treatment, then the one that begins with the control."""
    begins = {treatments[0]: arm for arm, treatments in people.treatments.items()}
    return begins[people.treatment], begins[people.control]


def _both(people: Crossed, arm: str) -> tuple[Vector, Vector]:
    """Return the values in both periods of the participants of a sequence who have both."""
    frame = people.frame[people.frame["Arm"] == arm].dropna(subset=["First", "Second"])
    return frame["First"].to_numpy(dtype=float), frame["Second"].to_numpy(dtype=float)


def _compared(people: Crossed, combined: Callable[[Vector, Vector], Vector], *, is_sum: bool) -> TEstimate:
    """Return the difference of the sequences' means of a combination of both periods, or the sum of these means."""
    first, second = (combined(*_both(people, arm)) for arm in _in_order(people))
    if not (len(first) and len(second)):
        return TEstimate(no_value=NOBODY)
    value = mean(first) + mean(second) if is_sum else mean(first) - mean(second)
    df = len(first) + len(second) - 2
    if df < 1:
        return TEstimate(value, no_error=TOO_FEW)
    spread = pooled_sd([first, second])
    if spread == 0:
        return TEstimate(value, no_error=NO_SPREAD)
    return TEstimate(value, spread * math.sqrt(1 / len(first) + 1 / len(second)), float(df))


def _described(people: Crossed, decimals: int, unit: str) -> list[Statistic]:
    """Return n, mean and SD of each treatment in each sequence, and of each treatment in all."""
    rows: list[Statistic] = []
    held: dict[str, list[Vector]] = {people.treatment: [], people.control: []}
    for arm, treatments in people.treatments.items():
        for treatment, values in zip(treatments, _both(people, arm), strict=True):
            held[treatment].append(values)
            rows += _mean_sd(values, decimals, unit, arm, treatment)
    return rows + [
        row
        for treatment, parts in held.items()
        for row in _mean_sd(np.concatenate(parts), decimals, unit, "", treatment)
    ]


def _mean_sd(values: Vector, decimals: int, unit: str, arm: str, level: str) -> list[Statistic]:
    key, none = f"mean:{decimals + 1}", "" if len(values) else "nobody has both periods"
    why = none or ("" if len(values) > 1 else "one value has no spread")
    centre, spread = None if none else mean(values), None if why else sd(values)
    return [
        Statistic("mean", "Mean", centre, key, unit, arm, level=level, reason=none),
        Statistic("sd", "SD", spread, key, unit, arm, level=level, reason=why),
    ]


def _counted(people: Crossed) -> list[Statistic]:
    """Return of each sequence how many have both periods, and how many lack one."""
    rows = []
    for arm in people.arms:
        used = len(_both(people, arm)[0])
        rows += counts(arm, used, int((people.frame["Arm"] == arm).sum()) - used)
    return rows
