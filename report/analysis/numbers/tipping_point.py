"""The tipping point: how much worse than imputed the missing values would have to be to change the conclusion.

Delta-adjusted multiple imputation (Carpenter and Kenward, Multiple Imputation and its Application, 2013, chapter 10):
what is imputed in the compared arms is shifted against the hoped-for direction, by the same amount in each draw.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

from annotated_types import Ge, Gt, Le

from report.analysis.basis.methods import Answer, Statistic, level_of, method
from report.analysis.basis.participants import Participants
from report.analysis.basis.t_estimates import TEstimate
from report.analysis.numbers.imputation import Draws, Pool, Seed, counted, drawn, pooled, prepared, said
from report.analysis.numbers.means import Confidence
from report.analysis.numbers.samples import mean_key

Step = Annotated[float, Gt(0)]
STEPS = 40  # at most so many shifts are tried
NOT_REACHED = "the conclusion holds at every shift that was tried"
NEVER = "p is not below the level without a shift"


@method("tipping_point", context="emmeans_mean_difference")
def tipping_point(
    people: Participants,
    decimals: int,
    unit: str,
    *,
    seed: Seed,
    step: Step,
    steps: Annotated[int, Ge(1), Le(STEPS)] = 10,
    draws: Draws = 100,
    alpha: Annotated[float, Gt(0), Le(0.2)] = 0.05,
    confidence: Confidence = 0.95,
) -> Answer:
    """Return what multiple imputation gives when imputed values of the compared arms are ever less favourable.

    ``step`` is added, once, twice and so on up to ``steps`` times, to what is imputed in every arm but the reference,
    against the direction that is hoped for. The tipping point is the first shift at which p is no longer below alpha.
    """
    usable, imputers, why = prepared(people, "within_arms")
    sign = -1.0 if people.hoped_for else 1.0
    shifts = [sign * step * at for at in range(steps + 1)]
    found = [pooled(usable, imputers, seed, draws, shift) if not why else {} for shift in shifts]
    rows: list[Statistic] = []
    for arm in people.compared:
        pools = [each.get(arm, Pool(TEstimate(no_value=why))) for each in found]
        for at, each in enumerate(pools):
            told_of = each.estimate.interval_rows("Mean difference", confidence, mean_key(decimals), unit, arm)
            told_of += each.estimate.test_rows("Analysis of covariance", arm)
            rows += [replace(row, level=f"shift_{at}") for row in told_of if row.name != "statistic"]
        rows.append(_tips(arm, shifts, pools, alpha, decimals, unit))
    rows += [
        Statistic("shift", "Shift", s, mean_key(decimals), unit, level=f"shift_{at}") for at, s in enumerate(shifts)
    ]
    name, _ = said(people, "within_arms")
    return Answer(
        f"Tipping point: {name[0].lower()}{name[1:]}, imputed values of the compared arms shifted step by step",
        "As a sensitivity analysis, imputed values of the compared arms were shifted step by step against the "
        "hoped-for direction until the conclusion changed (tipping point).",
        (*rows, *counted(people, usable), *drawn(seed, draws), *_levels(alpha, confidence)),
    )


def _levels(alpha: float, confidence: float) -> list[Statistic]:
    return [Statistic("alpha", "Level", alpha, "level"), level_of(confidence)]


def _tips(
    arm: str, shifts: Sequence[float], pools: Sequence[Pool], alpha: float, decimals: int, unit: str
) -> Statistic:
    label, key = "Tipping point", mean_key(decimals)
    why = next((each.estimate.why for each in pools if each.estimate.why), "")
    p = [] if why else [each.estimate.p() for each in pools]
    why = why or (NEVER if p[0] >= alpha else NOT_REACHED if max(p) < alpha else "")
    value = None if why else next(shift for shift, each in zip(shifts, p, strict=True) if each >= alpha)
    return Statistic("tipping_point", label, value, key, unit, arm, reason=why)
