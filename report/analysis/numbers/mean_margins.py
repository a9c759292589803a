"""Non-inferiority and equivalence of means: the interval of the difference against a margin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from report.analysis.basis.margins import (
    Alpha,
    Margin,
    bounds_of,
    concluded,
    confidence_of,
    declared,
    equivalence,
    non_inferiority,
    one_sided_p,
    side_of,
    two_one_sided_p,
    worst_of,
)
from report.analysis.basis.methods import Answer, Statistic, method
from report.analysis.basis.model_columns import told
from report.analysis.basis.participants import Participants
from report.analysis.basis.t_estimates import TEstimate, t_below
from report.analysis.numbers.ancova import of_model, used
from report.analysis.numbers.linear_models import fit
from report.analysis.numbers.means import difference
from report.analysis.numbers.samples import compared, counted, mean_key

MeanModel = Literal["welch", "pooled", "ancova"]
MODELS = {
    "welch": "Welch’s t, unequal variances",
    "pooled": "Student’s t, equal variances",
    "ancova": "analysis of covariance",
}
Concluding = Callable[[TEstimate, float], tuple[str, float]]  # of an estimate and the level of its interval


@method("non_inferiority", context="non_inferiority")
def non_inferiority_of_means(
    people: Participants, decimals: int, unit: str, *, margin: Margin, model: MeanModel = "welch", alpha: Alpha = 0.025
) -> Answer:
    """Return whether an arm is no worse than the reference by a margin: conclusion, interval and one-sided p.

    Worse is what the endpoint's direction says. The interval has the two-sided level 1 - 2 alpha, and its limit on the
    worse side decides; p is of the hypothesis that the difference lies beyond the margin (R: ``t.test(mu = ,
    alternative = )``).
    """

    def conclude(found: TEstimate, level: float) -> tuple[str, float]:
        assert found.value is not None and found.error is not None and found.df is not None
        told = non_inferiority(found.limits(level), margin, people.hoped_for)
        bound = worst_of(margin, people.hoped_for)
        return told, one_sided_p(found.value, found.error, bound, people.hoped_for, t_below(found.df))

    rows = _rows(people, decimals, unit, model, alpha, conclude, "One-sided test of non-inferiority")
    side = side_of(people.hoped_for)
    higher = "higher" if people.hoped_for else "lower"
    return Answer(
        f"Non-inferiority of means (arm minus reference; {higher} is better), {_by(people, model)}, one-sided",
        f"Non-inferiority ({higher} values are better; the {side}) was judged from the two-sided confidence interval "
        f"of the difference of means ({_by(people, model)}).",
        (*rows, *declared(margin, alpha, mean_key(decimals), unit), Statistic("side", "What decides", side)),
    )


@method("equivalence", context="equivalence")
def equivalence_of_means(
    people: Participants, decimals: int, unit: str, *, margin: Margin, model: MeanModel = "welch", alpha: Alpha = 0.05
) -> Answer:
    """Return whether the means of an arm and the reference differ by less than a margin either way.

    Two one-sided tests at the level alpha (Schuirmann 1987), p the larger of theirs; the interval has the two-sided
    level 1 - 2 alpha and has to lie between both bounds (SAS PROC TTEST, TOST).
    """

    def conclude(found: TEstimate, level: float) -> tuple[str, float]:
        assert found.value is not None and found.error is not None and found.df is not None
        p = two_one_sided_p(found.value, found.error, bounds_of(margin), t_below(found.df))
        return equivalence(found.limits(level), margin), p

    rows = _rows(people, decimals, unit, model, alpha, conclude, "Two one-sided tests of equivalence")
    return Answer(
        f"Equivalence of means (arm minus reference), two one-sided tests, {_by(people, model)}",
        "Equivalence was judged from the two-sided confidence interval of the difference of means, which was to lie "
        f"between both margins (two one-sided tests, {_by(people, model)}).",
        (*rows, *declared(margin, alpha, mean_key(decimals), unit)),
    )


def _by(people: Participants, model: MeanModel) -> str:
    return MODELS[model] + (told(people) if model == "ancova" else "")


def _rows(
    people: Participants, decimals: int, unit: str, model: MeanModel, alpha: float, conclude: Concluding, label: str
) -> list[Statistic]:
    found, rest = _differences(people, model)
    level = confidence_of(alpha)
    rows: list[Statistic] = []
    for arm, each in found.items():
        rows += each.interval_rows("Difference of means", level, mean_key(decimals), unit, arm)
        rows += [row for row in each.test_rows(label, arm) if row.name == "df"]
        verdict, p = (None, None) if each.why else conclude(each, level)
        rows += concluded(arm, verdict, p, label, each.why)
    return [*rows, *rest]


def _differences(people: Participants, model: MeanModel) -> tuple[dict[str, TEstimate], list[Statistic]]:
    """Return the difference of every arm from the reference, and the rows that count who was compared."""
    if model != "ancova":
        return {arm.arm: difference(arm, base, model) for arm, base in compared(people)}, counted(people)
    fitted = fit(people)
    found = {arm: fitted.combination({arm: 1.0, people.reference: -1.0}) for arm in people.compared}
    return found, [*used(people), *of_model(fitted)]
