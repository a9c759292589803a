"""What a baseline table compares: arms that there are, by tests that fit, and in a randomised trial for a reason."""

from __future__ import annotations

from collections.abc import Iterator

from report.study.data import Column
from report.study.faults import Fault
from report.study.model import Study
from report.study.places import Place
from report.study.plan import TESTS_OF_CATEGORIES, TESTS_OF_NUMBERS, Baseline, BaselineVariable

ILLOGICAL = "p values of baseline differences in a randomised trial test what is known to be chance"


def comparisons(study: Study, plan: Baseline) -> Iterator[Fault]:
    """Yield what a table of one arm cannot have, and tests in a randomised trial for which no reason is given."""
    for key in ("total", "standardised_differences", "tests"):
        if getattr(plan, key) and study.design.kind == "single_arm":
            yield Fault(("baseline", key), f"{key} needs several arms, and there is one", f"take {key} out")
    if plan.tests and study.design.randomised and not plan.why_tests.strip():
        remedy = 'take tests out, as CONSORT advises; or say who insists, as why_tests: "the journal asks for them"'
        yield Fault(("baseline", "tests"), ILLOGICAL, remedy)


def test(place: Place, line: BaselineVariable, column: Column) -> Iterator[Fault]:
    """Yield a fault when a variable's test is one of another kind of variable."""
    fitting, kind = (TESTS_OF_CATEGORIES, "category") if column.type == "category" else (TESTS_OF_NUMBERS, "number")
    if line.test is not None and line.test not in fitting:
        told = f"{line.test} is no test of a {kind}, which {line.variable} is"
        yield Fault((*place, "test"), told, f"one of: {', '.join(fitting)}; or take test out")
