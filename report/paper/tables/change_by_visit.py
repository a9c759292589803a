"""The table of values at several visits: under each visit every arm's values, then what each analysis compares there.

Analyses are the endpoint's own and those that were read in under its name, such as a mixed model of R. The table looks
rows up and calculates nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from report.ard import Results, Row
from report.paper import numbers
from report.paper.elsewhere import CONTEXT
from report.paper.styles import Style
from report.paper.tables import arms, cells, labels
from report.paper.tables.table import Line, Table, under
from report.paper.tested import EXPLAINED, is_withheld, shown
from report.paper.text import Text, fill, words
from report.study.endpoints import Endpoint
from report.study.model import Study

DESCRIBING = "change_by_visit"
OVER_ALL = "All visits"
Cell = Callable[[str], Text]


class Course:
    """The results of an endpoint by visit as cells."""

    def __init__(self, endpoint: Endpoint, study: Study, results: Results, style: Style) -> None:
        self.endpoint, self.study, self.results, self.style = endpoint, study, results, style
        self.arms = arms.columns(study)
        self.others = [arm for arm in self.arms if arm and arm != study.design.reference]
        self.described = next(use.name for use in endpoint.methods if use.method == DESCRIBING)
        self.of_endpoint = {
            (row.analysis_id, row.stat_name, row.visit, row.group1_level): row
            for row in results
            if row.analysis_id.startswith(f"{endpoint.id}.")
        }

    def analyses(self) -> list[str]:
        """Return the analyses in the order of the plan, then those that were read in."""
        own = [f"{self.endpoint.id}.{use.name}" for use in self.endpoint.methods]
        return [*own, *dict.fromkeys(row.analysis_id for row in self.of_endpoint.values() if row.context == CONTEXT)]

    def row(self, analysis: str, name: str, visit: str, arm: str) -> Row | None:
        """Return a row; None where there is none."""
        return self.of_endpoint.get((analysis, name, visit, arm))

    def at(self, name: str, visit: str, arm: str) -> Row:
        """Return a row of what describes an arm; ResultsError where it is lacking."""
        analysis = f"{self.endpoint.id}.{self.described}"
        found = self.row(analysis, name, visit, arm)
        where = {"analysis_id": analysis, "stat_name": name, "visit": visit, "group1_level": arm}
        return found if found is not None else self.results.one(**where)

    def by_arm(self, stub: str, cell: Cell) -> Line:
        """Return a line with a cell an arm."""
        return Line(words(stub), tuple(cell(arm) for arm in self.arms))


def change_by_visit(endpoint: Endpoint, study: Study, results: Results, style: Style) -> Table:
    """Return the table of an endpoint with several visits, a column an arm."""
    told = Course(endpoint, study, results, style)
    column = study.column(endpoint.dataset, endpoint.variable)
    unit = f", {column.unit}" if column.unit else ""
    heading = labels.marked(words(f"{endpoint.label}{unit}"), column)
    sizes = [
        results.one(analysis_id=f"population.{endpoint.population}", group1_level=arm, stat_name="n")
        for arm in told.arms
    ]
    headings = (heading, *(arms.heading(study, arm, n, style) for arm, n in zip(told.arms, sizes, strict=True)))
    lines = [line for visit in (*endpoint.visits, "") for line in _at(told, visit)]
    tests = [row for row in told.of_endpoint.values() if row.stat_name == "p.value"]
    withheld = (EXPLAINED,) if any(is_withheld(row, results, style) for row in tests) else ()
    return Table(headings, tuple(lines), withheld)


def _at(told: Course, visit: str) -> list[Line]:
    """Return the lines of a visit under its label, or those of all visits."""
    described = [*(_described(told, visit) if visit else ())]
    compared = [line for analysis in told.analyses() for line in _compared(told, analysis, visit)]
    made = [*described, *compared]
    label = told.study.visit(visit).label if visit else OVER_ALL
    return under(words(label), made) if made else []


def _described(told: Course, visit: str) -> Iterator[Line]:
    style = told.style
    if told.endpoint.event is not None:
        names = ("n", "N", "p")
        yield told.by_arm(
            "n\u00a0of\u00a0N\u00a0(%)",
            lambda arm: numbers.of_total([told.at(name, visit, arm) for name in names], style),
        )
        return
    yield told.by_arm("Participants with a value", lambda arm: numbers.text(told.at("n", visit, arm), style))
    is_change = told.endpoint.against is not None
    if is_change:
        yield told.by_arm(f"Value, mean ({style.sd_label})", lambda arm: _mean(told, "value.", visit, arm))
    what, median = ("Change, ", style.median_label) if is_change else ("", style.median_label.capitalize())
    mean = "mean" if is_change else "Mean"
    yield told.by_arm(f"{what}{mean} ({style.sd_label})", lambda arm: _mean(told, "", visit, arm))
    yield told.by_arm(f"{what}{median} (quartiles)", lambda arm: _median(told, visit, arm))


def _mean(told: Course, of: str, visit: str, arm: str) -> Text:
    sd = told.at(f"{of}sd", visit, arm)
    return cells.bracketed(told.at(f"{of}mean", visit, arm), numbers.text(sd, told.style), told.style)


def _median(told: Course, visit: str, arm: str) -> Text:
    middle, low, high = (told.at(name, visit, arm) for name in ("median", "p25", "p75"))
    return cells.spread(middle, low, high, told.style)


def _compared(told: Course, analysis: str, visit: str) -> Iterator[Line]:
    """Yield what an analysis estimates at a visit: its means, its differences with their interval, and its test."""
    means = {arm: row for arm in told.arms if (row := told.row(analysis, "ls_mean", visit, arm)) is not None}
    if means:
        label = next(iter(means.values())).stat_label
        yield told.by_arm(f"{label} (SE)", lambda arm: _least_squares(told, analysis, means.get(arm)))
    estimates = [told.row(analysis, "estimate", visit, arm) for arm in told.others]
    found = [row for row in estimates if row is not None]
    if not found:
        return
    level = told.row(analysis, "conf.level", "", "")
    ci = numbers.interval_name(level, told.style) if level is not None else words("interval")
    stub = fill("{label} ({ci})", label=words(found[0].stat_label), ci=ci)
    yield Line(stub, _beside(told, [_estimate(told, analysis, visit, arm) for arm in told.others]))
    tests = [told.row(analysis, "p.value", visit, arm) for arm in told.others]
    known = [row for row in tests if row is not None]
    if known:
        test = words(f"{known[0].stat_label}, {told.style.p.symbol}")
        yield Line(test, _beside(told, [_p(told, row) for row in tests]))


def _least_squares(told: Course, analysis: str, mean: Row | None) -> Text:
    if mean is None:
        return cells.NONE
    error = told.row(analysis, "ls_mean.std.error", mean.visit, mean.group1_level)
    inside = numbers.text(error, told.style) if error is not None else cells.NONE
    return cells.bracketed(mean, inside, told.style)


def _estimate(told: Course, analysis: str, visit: str, arm: str) -> Text:
    estimate, low, high = (told.row(analysis, name, visit, arm) for name in ("estimate", "conf.low", "conf.high"))
    if estimate is None or low is None or high is None:
        return cells.NONE
    if low.stat is None and high.stat is None:
        return numbers.text(estimate, told.style)
    return cells.bracketed(estimate, numbers.interval(low, high, told.style), told.style)


def _p(told: Course, row: Row | None) -> Text:
    if row is None:
        return cells.NONE
    return shown(row, numbers.bare_p(row, told.style), told.results, told.style)


def _beside(told: Course, compared: Sequence[Text]) -> tuple[Text, ...]:
    """Return a comparison's cells: one across both arms, or with more arms each under its own, the reference named."""
    if len(compared) == 1:
        return tuple(compared)
    cell_of = dict(zip(told.others, compared, strict=True))
    return tuple(cell_of.get(arm, words("reference")) for arm in told.arms)
