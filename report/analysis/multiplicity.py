"""Several tests together: adjusted p, and what each plan decides of every hypothesis.

Adjusted p are those of R's ``p.adjust`` (Bonferroni; Holm, Scand J Stat 1979;6:65-70; Hochberg, Biometrika
1988;75:800-802; Benjamini and Hochberg, J R Stat Soc B 1995;57:289-300). In a fixed sequence it is the largest p up to
its place; behind a gate it is at least the largest adjusted p of the gates before (Westfall and Krishen, J Stat Plan
Inference 2001;99:25-40). A hypothesis without p cannot be rejected, and counts in its gate with p = 1.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from report.analysis.basis.methods import Statistic, as_row
from report.ard import Row
from report.errors import Finding
from report.study.model import Study
from report.study.multiplicity import Gate, Hypothesis, Multiplicity, Procedure

CONTEXT = "multiplicity"
REJECTED, KEPT, NOT_TESTED = "rejected", "not rejected", "not tested"
BEFORE = "a hypothesis before it was not rejected"
NAMES: dict[Procedure, str] = {
    "bonferroni": "Bonferroni’s procedure",
    "holm": "Holm’s procedure",
    "hochberg": "Hochberg’s procedure",
    "benjamini_hochberg": "Benjamini and Hochberg’s procedure",
    "fixed_sequence": "a fixed sequence",
}


def adjusted(p: Sequence[float], procedure: Procedure) -> list[float]:
    """Return the adjusted p values of one gate, in the order given."""
    return _ADJUSTED[procedure](list(p))


def _bonferroni(p: list[float]) -> list[float]:
    return [min(1.0, len(p) * each) for each in p]


def _holm(p: list[float]) -> list[float]:
    order = np.argsort(p, kind="stable")
    steps = np.maximum.accumulate([(len(p) - at) * p[which] for at, which in enumerate(order)])
    return _in_place(order, np.minimum(steps, 1.0))


def _step_up(p: list[float], factors: Sequence[float]) -> list[float]:
    """Return the adjusted p of a step-up procedure, whose factors are for the smallest p first."""
    order = np.argsort(p, kind="stable")
    steps = np.array([factors[at] * p[which] for at, which in enumerate(order)])
    return _in_place(order, np.minimum(np.minimum.accumulate(steps[::-1])[::-1], 1.0))


def _hochberg(p: list[float]) -> list[float]:
    return _step_up(p, [len(p) - at for at in range(len(p))])


def _benjamini_hochberg(p: list[float]) -> list[float]:
    return _step_up(p, [len(p) / (at + 1) for at in range(len(p))])


def _fixed_sequence(p: list[float]) -> list[float]:
    return [float(each) for each in np.maximum.accumulate(p)]


def _in_place(order: np.ndarray, values: np.ndarray) -> list[float]:
    made = np.empty(len(values))
    made[order] = values
    return [float(each) for each in made]


_ADJUSTED: dict[Procedure, Callable[[list[float]], list[float]]] = {
    "bonferroni": _bonferroni,
    "holm": _holm,
    "hochberg": _hochberg,
    "benjamini_hochberg": _benjamini_hochberg,
    "fixed_sequence": _fixed_sequence,
}


@dataclass(frozen=True)
class Decision:
    """What a plan decides of one hypothesis: its adjusted p, and whether it was tested and rejected."""

    p: float
    decision: str


def decide(gates: Sequence[tuple[Procedure, Sequence[float]]], alpha: float) -> list[Decision]:
    """Return the decision on every hypothesis, gate after gate; a gate is closed unless all before were rejected."""
    made: list[Decision] = []
    worst = 0.0
    for procedure, p in gates:
        is_open = worst <= alpha
        raised = [max(each, worst) for each in adjusted(p, procedure)]
        made += [Decision(each, _decision(raised, at, procedure, alpha, is_open)) for at, each in enumerate(raised)]
        worst = max(worst, *raised)
    return made


def _decision(raised: Sequence[float], at: int, procedure: Procedure, alpha: float, is_open: bool) -> str:
    reached = procedure != "fixed_sequence" or at == 0 or raised[at - 1] <= alpha
    if not is_open or not reached:
        return NOT_TESTED
    return REJECTED if raised[at] <= alpha else KEPT


def rows(study: Study, found: Iterable[Row]) -> Iterator[Row]:
    """Yield the rows of every plan, from the p values among the rows of the endpoints."""
    p_values: dict[tuple[str, str], list[Row]] = {}
    for row in found if study.multiplicity else ():
        if row.stat_name == "p.value":
            p_values.setdefault((row.analysis_id, row.group1_level), []).append(row)
    for plan in study.multiplicity:
        tested = {each: _p_of(study, each, p_values) for each in plan.hypotheses}
        yield from _of_plan(study, plan, tested)


def _p_of(study: Study, of: Hypothesis, p_values: dict[tuple[str, str], list[Row]]) -> Row:
    """Return the row of a hypothesis's p: of its arm, of the only arm that is compared, or of an overall test."""
    name = f"{of.endpoint}.{of.method}"
    return next(p_values[name, arm][0] for arm in _arms(study, of) if (name, arm) in p_values)


def faults(study: Study, found: Iterable[Row]) -> Iterator[Finding]:
    """Yield the hypotheses of which no p was computed: they name no arm where every arm has one, or one too many."""
    known = Counter((row.analysis_id, row.group1_level) for row in found if row.stat_name == "p.value")
    for index, plan in enumerate(study.multiplicity):
        for at, gate in enumerate(plan.gates):
            for number, each in enumerate(gate.hypotheses):
                place = ("multiplicity", index, "gates", at, "hypotheses", number)
                for told, remedy in _without_one_p(study, each, known):
                    yield Finding("multiplicity-test", study.where(*place), told, remedy)


def _without_one_p(study: Study, of: Hypothesis, known: Counter[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong where a hypothesis has no p, or several, as one a visit."""
    name = f"{of.endpoint}.{of.method}"
    arm = next((arm for arm in _arms(study, of) if (name, arm) in known), None)
    if arm is None:
        arms = [each for test, each in sorted(known) if test == name and each]
        told = f"{name} gives no p {f'of {of.arm}' if of.arm else 'of all arms'}"
        yield told, f"write arm: one of {', '.join(arms)}" if arms else "take arm out, or name another test"
    elif known[name, arm] > 1:
        told = f"{name} gives {known[name, arm]} p values, as one a visit, and a hypothesis has one"
        yield told, "name a test with one p, such as one with effect: overall"


def _arms(study: Study, of: Hypothesis) -> list[str]:
    """Return of which arm the p of a hypothesis may be: its own, the only one that is compared, or none."""
    others = [arm.id for arm in study.design.arms if arm.id != study.design.reference]
    return [of.arm] if of.arm else [*(others if len(others) == 1 else []), ""]


def _of_plan(study: Study, plan: Multiplicity, tested: dict[Hypothesis, Row]) -> Iterator[Row]:
    open_queries = ", ".join(dict.fromkeys(row.query for row in tested.values() if row.query))
    gates = [(gate.procedure, [_number(tested[each]) for each in gate.hypotheses]) for gate in plan.gates]
    for hypothesis, decision in zip(plan.hypotheses, decide(gates, plan.alpha), strict=True):
        p = tested[hypothesis]
        for statistic in _statistics(p, decision):
            yield _opened(_row(plan, hypothesis, p, statistic), open_queries)
        if study.design.randomised:
            yield _opened(_significant(p, decision, plan), open_queries)
    for name, label, text in (("method", "Method", _method(plan)), ("sentence", "Methods sentence", _sentence(plan))):
        yield as_row(
            Statistic(name, label, text), f"multiplicity.{plan.id}", (), variable=plan.id, context=CONTEXT,
            method=_method(plan),
        )  # fmt: skip


def _number(p: Row) -> float:
    return float(p.stat) if isinstance(p.stat, int | float) else 1.0


def _statistics(p: Row, decision: Decision) -> list[Statistic]:
    closed = decision.decision == NOT_TESTED
    value = None if p.stat is None else decision.p
    return [
        Statistic("p.adjusted", "Adjusted p", value, "p", reason=p.reason if value is None else ""),
        Statistic("decision", "Decision", decision.decision, reason=""),
        Statistic("tested", "Whether it was tested", not closed),
    ]


def _row(plan: Multiplicity, of: Hypothesis, p: Row, statistic: Statistic) -> Row:
    made = as_row(
        statistic, f"multiplicity.{plan.id}", (of.endpoint, of.method, p.group1_level), arm=p.group1_level,
        variable=of.endpoint, variable_level=of.method, visit=p.visit, population=p.population, context=CONTEXT,
        method=_method(plan),
    )  # fmt: skip
    return replace(made, warning=p.warning)


def _significant(p: Row, decision: Decision, plan: Multiplicity) -> Row:
    """Return whether the plan rejects it, as a row of the test itself: so that the text may say "significantly"."""
    return replace(
        p,
        result_id=p.result_id.removesuffix("p.value") + "significant",
        stat_name="significant",
        stat_label=f"rejected by the plan “{plan.label}”",
        stat=decision.decision == REJECTED,
        format_key="text",
        reason="",
    )


def _opened(row: Row, queries: str) -> Row:
    """Return a row; a hole where the p of any hypothesis of its plan is one."""
    return replace(row, stat=None, query=queries, reason="") if queries else row


def _method(plan: Multiplicity) -> str:
    named = [NAMES[gate.procedure] for gate in plan.gates]
    return f"Serial gatekeeping: {'; then '.join(named)}" if len(named) > 1 else named[0][0].upper() + named[0][1:]


def _sentence(plan: Multiplicity) -> str:
    how = [_gate(gate) for gate in plan.gates]
    is_rate = plan.gates[0].procedure == "benjamini_hochberg"
    bounded = "rate of false discoveries" if is_rate else "familywise error rate"
    within = (
        f"by {how[0]}"
        if len(how) == 1
        else f"by serial gatekeeping (each gate tested only if every hypothesis before it was rejected): "
        f"{'; then '.join(how)}"
    )
    return f"For {plan.label} the {bounded} was held at a two-sided {plan.alpha:g} {within}."


def _gate(gate: Gate) -> str:
    told = f"{NAMES[gate.procedure]}"
    return f"{told} in the order of the plan" if gate.procedure == "fixed_sequence" else told
