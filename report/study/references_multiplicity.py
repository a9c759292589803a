"""Plans for several tests that name what is not there, or tests that give no p for what they name."""

from __future__ import annotations

from collections.abc import Iterator

from report.study.endpoints import BEFORE_THE_DATA, TESTS
from report.study.faults import Fault, missing
from report.study.model import Study
from report.study.multiplicity import Hypothesis
from report.study.places import Place
from report.study.references_sensitivity import TAKEN


def faults(study: Study) -> Iterator[Fault]:
    """Yield every fault, in the order of the study file."""
    for index, plan in enumerate(study.multiplicity):
        place: Place = ("multiplicity", index)
        before = [each.id for each in study.multiplicity[:index]]
        taken = (*TAKEN, *before, *(each.id for each in study.endpoints), *(each.id for each in study.sensitivity))
        if plan.id in taken:
            told = f"{plan.id} is the name of other results already"
            yield Fault((*place, "id"), told, "write another id, such as key_secondary")
        if plan.specified_in not in BEFORE_THE_DATA:
            told = "a plan for several tests was specified before the data were seen"
            yield Fault((*place, "specified_in"), told, f"one of: {', '.join(BEFORE_THE_DATA)}; or take the plan out")
        yield from _decided_twice(study, index)
        for at, gate in enumerate(plan.gates):
            for number, hypothesis in enumerate(gate.hypotheses):
                yield from _hypothesis(study, hypothesis, (*place, "gates", at, "hypotheses", number))


def _decided_twice(study: Study, index: int) -> Iterator[Fault]:
    """Yield a fault where an endpoint's test is decided on by itself, or by a plan before this one."""
    plan = study.multiplicity[index]
    alone = [each.id for each in study.endpoints if each.confirmatory is not None]
    before = [each for earlier in study.multiplicity[:index] for each in earlier.hypotheses]
    for each in plan.hypotheses:
        if each.endpoint in alone or each in before:
            told = f"{each.endpoint}.{each.method} is decided on elsewhere already"
            remedy = "take confirmatory out of the endpoint, or the hypothesis out of one plan"
            yield Fault(("multiplicity", index, "gates"), told, remedy)


def _hypothesis(study: Study, hypothesis: Hypothesis, place: Place) -> Iterator[Fault]:
    known = {endpoint.id: endpoint for endpoint in study.endpoints}
    yield from missing((*place, "endpoint"), hypothesis.endpoint, known, "endpoint")
    if hypothesis.endpoint not in known:
        return
    used = {use.name: use.method for use in known[hypothesis.endpoint].methods}
    yield from missing((*place, "method"), hypothesis.method, used, f"method of {hypothesis.endpoint}")
    if used.get(hypothesis.method, TESTS[0]) not in TESTS:
        tests = [name for name, method in used.items() if method in TESTS]
        told = f"{hypothesis.method} is no test between the arms"
        yield Fault((*place, "method"), told, f"name one of: {', '.join(tests) or 'none is declared'}")
    arms = [arm.id for arm in study.design.arms if arm.id != study.design.reference]
    if hypothesis.arm is not None:
        yield from missing((*place, "arm"), hypothesis.arm, arms, "arm other than the reference")
