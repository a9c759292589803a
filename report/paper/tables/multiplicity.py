"""The table of several tests together: each hypothesis in the order of its plan, p, adjusted p, and the decision."""

from __future__ import annotations

from collections.abc import Iterator

from report.ard import Results, Row
from report.paper import numbers
from report.paper.styles import Style
from report.paper.tables.table import Line, Table, under
from report.paper.tested import EXPLAINED, is_withheld, shown
from report.paper.text import Text, words
from report.study.model import Study
from report.study.multiplicity import Hypothesis, Multiplicity


def multiplicity(study: Study, results: Results, style: Style) -> Table:
    """Return a table of every plan for several tests, its gates one under the other."""
    lines = [line for plan in study.multiplicity for line in _of_plan(plan, study, results, style)]
    headings = (words("Hypothesis"), words(style.p.symbol), words(f"Adjusted {style.p.symbol}"), words("Decision"))
    told = [_sentence(plan, results, style) for plan in study.multiplicity]
    every = (_p(each, study, results) for plan in study.multiplicity for each in plan.hypotheses)
    withheld = [EXPLAINED] if any(is_withheld(row, results, style) for row in every) else []
    return Table(headings, tuple(lines), (*told, *withheld))


def _of_plan(plan: Multiplicity, study: Study, results: Results, style: Style) -> Iterator[Line]:
    for at, gate in enumerate(plan.gates, start=1):
        lines = [_line(plan, each, study, results, style) for each in gate.hypotheses]
        named = f"{plan.label}, gate {at}" if len(plan.gates) > 1 else plan.label
        yield from under(words(named), lines)


def _line(plan: Multiplicity, of: Hypothesis, study: Study, results: Results, style: Style) -> Line:
    endpoint, p = study.endpoint(of.endpoint), _p(of, study, results)
    arm = f", {study.arm(p.group1_level).label}" if p.group1_level else ""
    where = {"analysis_id": f"multiplicity.{plan.id}", "variable": of.endpoint, "variable_level": of.method}
    found = {
        name: results.one(**where, group1_level=p.group1_level, stat_name=name) for name in ("p.adjusted", "decision")
    }
    adjusted = shown(p, numbers.bare_p(found["p.adjusted"], style), results, style)
    cells = (shown(p, numbers.bare_p(p, style), results, style), adjusted, numbers.text(found["decision"], style))
    return Line(words(f"{endpoint.label}{arm}"), cells)


def _p(of: Hypothesis, study: Study, results: Results) -> Row:
    """Return the p of a hypothesis: of its arm, or of the only comparison that its test makes."""
    rows = results.select(analysis_id=f"{of.endpoint}.{of.method}", stat_name="p.value")
    return next(row for row in rows if of.arm in (None, row.group1_level))


def _sentence(plan: Multiplicity, results: Results, style: Style) -> Text:
    return numbers.text(results.one(analysis_id=f"multiplicity.{plan.id}", stat_name="sentence"), style)
