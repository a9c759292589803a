"""The notes under a table of baseline characteristics: which quartiles, which differences, which tests.

They hold no number, for every number of a table is a result's.
"""

from __future__ import annotations

from collections.abc import Iterator

from report.ard import Results
from report.paper.tables import arms as arms_of
from report.paper.tables.table import grouped
from report.paper.text import Text, words
from report.study.model import Study
from report.study.plan import Baseline, BaselineVariable

QUARTILES = {
    2: "Quartiles are those of SAS: an observed value, or the mean of two where the quarter falls between them.",
    7: "Quartiles are those of R: interpolated between neighbouring observed values.",
}
WITH_QUARTILES = {"median_quartiles", "median_quartiles_range"}
CHANCE = (
    "In a randomised trial a test of baseline differences tests what is known to be chance, and CONSORT advises "
    "against it; these tests were insisted on: {why}."
)


def notes(study: Study, results: Results) -> tuple[Text, ...]:
    """Return the notes of the table, none where it shows nothing that needs one."""
    plan = study.baseline
    assert plan is not None
    has_arms = len(arms_of.columns(study)) > 1
    said = list(_quartiles(plan, study))
    said += _differences(study) if has_arms and plan.standardised_differences else ()
    said += _tests(plan, study, results) if has_arms and plan.tests else ()
    return tuple(words(each) for each in said)


def _quartiles(plan: Baseline, study: Study) -> Iterator[str]:
    numbers = [line for line in plan.variables if study.variable(line.variable).type != "category"]
    if any(WITH_QUARTILES.intersection(line.summaries) for line in numbers):
        yield QUARTILES[plan.quartiles]


def _differences(study: Study) -> Iterator[str]:
    others = [arm for arm in study.design.arms if arm.id != study.design.reference]
    reference = study.arm(str(study.design.reference))
    first = others[0].short or others[0].label if len(others) == 1 else "the arm"
    yield (
        f"Standardised difference: {first} minus {reference.short or reference.label}, of those with a value, in "
        "standard deviations; of a category with two levels it is that of the share with the level shown first, and of "
        "one with more levels a distance (Mahalanobis), which has no sign."
    )


def _tests(plan: Baseline, study: Study, results: Results) -> Iterator[str]:
    """Yield which test each variable was put to, and what is to be said of tests in a randomised trial."""
    named = grouped(plan.variables, lambda line: _method(line, results))
    told = (f"{method} ({', '.join(_label(line, study) for line in lines)})" for method, lines in named.items())
    yield f"Tests of all arms, of those with a value: {'; '.join(told)}."
    if study.design.randomised:
        yield CHANCE.format(why=plan.why_tests.strip().rstrip("."))


def _method(line: BaselineVariable, results: Results) -> str:
    return results.one(analysis_id=f"baseline.{line.variable}", stat_name="p.value").method


def _label(line: BaselineVariable, study: Study) -> str:
    return line.label or study.variable(line.variable).label or line.variable
