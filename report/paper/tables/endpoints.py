"""The table of what was planned and what was performed: outcomes of one plan and analysis on one line."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from report.ard import Results, Row
from report.errors import ResultsError
from report.paper import numbers
from report.paper.performed import PERFORMED
from report.paper.provenance import SPECIFIED
from report.paper.styles import Style
from report.paper.tables import arms, cells
from report.paper.tables.table import Line, Table, under
from report.paper.text import Text, fill, join, words
from report.study.endpoints import Endpoint, LeftOut, MethodUse
from report.study.model import Study

ROLES = {"primary": "Primary", "secondary": "Secondary", "exploratory": "Exploratory"}
LEFT_OUT = words("–, not analysed.")


def endpoints(study: Study, results: Results, style: Style) -> Table:
    """Return a table of the study's endpoints and the outcomes that are not in the paper, under their roles."""
    lines: list[Line] = []
    for role, heading in ROLES.items():
        held = [
            *(_performed(each, study, results, style) for each in study.endpoints if each.role == role),
            *(_left_out(each) for each in study.outcomes_left_out if each.role == role),
        ]
        lines += under(words(heading), _together(held)) if held else []
    headings = map(words, ("Outcome", "Specified", "Analysed, n\u00a0of\u00a0N", "Analyses"))
    return Table(tuple(headings), tuple(lines), (LEFT_OUT,) if study.outcomes_left_out else ())


def _together(lines: list[Line]) -> list[Line]:
    """Return the lines with those that say the same of several outcomes as one, which names them all."""
    said: dict[tuple[str, ...], list[Line]] = {}
    for line in lines:
        said.setdefault(tuple(cell.plain for cell in line.cells), []).append(line)
    return [Line(join([each.stub for each in alike], "; "), alike[0].cells) for alike in said.values()]


def _performed(endpoint: Endpoint, study: Study, results: Results, style: Style) -> Line:
    total = results.one(analysis_id=f"population.{endpoint.population}", group1_level="", stat_name="n")
    found = _ANALYSED.get(endpoint.compares, _counted)(endpoint, study, results)
    analysed = _of(list(found), total, style)
    return Line(words(endpoint.label), (_specified(endpoint), analysed, _methods(endpoint, study)))


def _left_out(outcome: LeftOut) -> Line:
    said = words(f"not in this paper: {outcome.reason}")
    return Line(words(outcome.label), (_specified(outcome), cells.NONE, said))


def _specified(outcome: Endpoint | LeftOut) -> Text:
    return words(f"{SPECIFIED[outcome.specified_in]} ({outcome.source})")


def _of(analysed: list[Row], total: Row, style: Style) -> Text:
    """Return how many were analysed, arm by arm, of the population; a hole stands alone."""
    hole = next((row for row in analysed if row.query), None)
    if hole is not None:
        return numbers.text(hole, style)
    told = join((numbers.text(row, style) for row in analysed), "\u00a0+\u00a0")
    return fill("{analysed} of\u00a0{total}", analysed=told, total=numbers.text(total, style))


def _changed(endpoint: Endpoint, study: Study, results: Results) -> Iterator[Row]:
    if not any(use.method in ("change", "shift") for use in endpoint.methods):
        yield from _counted(endpoint, study, results)
        return
    used = _first(endpoint, "change", "shift")
    yield results.one(analysis_id=f"{endpoint.id}.{used}", stat_name="N_pairs")


def _outcomes(endpoint: Endpoint, study: Study, results: Results) -> Iterator[Row]:
    used = _first(endpoint, "proportion", "risk")
    for arm in arms.columns(study):
        yield results.one(analysis_id=f"{endpoint.id}.{used}", group1_level=arm, stat_name="N")


def _observed(endpoint: Endpoint, study: Study, results: Results) -> Iterator[Row]:
    used = _first(endpoint, "events_by_period")
    yield results.one(analysis_id=f"{endpoint.id}.{used}", variable_level="", stat_name="N")


COUNTS = ("N_pairs", "N_nonmiss", "N", "n")  # of those analysed, in the order in which they are looked for


def _counted(endpoint: Endpoint, study: Study, results: Results) -> Iterator[Row]:
    """Yield how many were analysed by the first method that says so: by arm, or in all."""
    for use in endpoint.methods:
        rows = results.select(analysis_id=f"{endpoint.id}.{use.name}")
        for name in COUNTS:
            named = [row for row in rows if row.stat_name == name and row.format_key == "count"]
            found = {row.group1_level: row for row in reversed(named)}
            if found:
                yield from (found[arm] for arm in (arms.columns(study) if len(found) > 1 else found) if arm in found)
                return
    raise ResultsError(f"no result says how many were analysed for {endpoint.id}", remedy="add a method that describes")


_ANALYSED: dict[str, Callable[[Endpoint, Study, Results], Iterator[Row]]] = {
    "change": _changed,
    "event": _outcomes,
    "periods": _observed,
}


def _first(endpoint: Endpoint, *methods: str) -> str:
    """Return the name of the first use of one of these methods; the first method's own where none is used."""
    return next((use.name for use in endpoint.methods if use.method in methods), methods[0])


def _performed_by(use: MethodUse) -> str:
    is_wilson = use.method == "proportion" and use.arguments.get("interval") == "wilson"
    return "Wilson interval" if is_wilson else PERFORMED[use.method]


def _methods(endpoint: Endpoint, study: Study) -> Text:
    """Return what was done: each kind of analysis once, in the plan's order, and the subgroups that were compared."""
    done = dict.fromkeys(map(_performed_by, endpoint.methods))
    planned, others = (
        [study.column(study.home_of(endpoint, each.variable), each.variable).label or each.variable
         for each in endpoint.subgroups if each.prespecified is prespecified]
        for prespecified in (True, False)
    )  # fmt: skip
    compared = [f"subgroups by {', '.join(planned)}"] if planned else []
    compared += [f"subgroups that were not prespecified, by {', '.join(others)}"] if others else []
    return words("; ".join([*done, *compared]))
