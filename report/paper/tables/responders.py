"""The table of responses: how many participants have an outcome, with the exact interval of each proportion."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from report.ard import Results, Row
from report.paper import numbers
from report.paper.styles import Style
from report.paper.tables import cells, labels
from report.paper.tables.table import Line, Table, grouped, under
from report.paper.text import Text, fill, words
from report.study.endpoints import Endpoint
from report.study.model import Study

INTERVALS = {"clopper_pearson": "Clopper-Pearson", "wilson": "Wilson"}


class Proportion:
    """The results of one proportion as cells; it looks rows up and calculates nothing."""

    def __init__(self, endpoint: Endpoint, results: Results, style: Style) -> None:
        self.endpoint, self.results, self.style = endpoint, results, style

    def row(self, name: str) -> Row:
        """Return a row of the method ``proportion``."""
        used = next((use.name for use in self.endpoint.methods if use.method == "proportion"), "proportion")
        return self.results.one(analysis_id=f"{self.endpoint.id}.{used}", stat_name=name)

    def count(self) -> Text:
        """Return the participants with the outcome, of all with a recorded one, and their share."""
        return numbers.of_total((self.row(name) for name in ("n", "N", "p")), self.style)

    @property
    def interval(self) -> str:
        """Whose interval it is."""
        used = next((use for use in self.endpoint.methods if use.method == "proportion"), None)
        return INTERVALS[str(used.arguments.get("interval", "clopper_pearson"))] if used else ""

    def limits(self, *, named: bool, alike: bool) -> Text:
        """Return the interval, whose level is ``named`` elsewhere or here; whose it is where they are not alike."""
        low, high, level = (self.row(name) for name in ("conf.low", "conf.high", "conf.level"))
        shown = cells.limits(low, high, level, self.style, named=named)
        return shown if alike else fill("{shown}, {interval}", shown=shown, interval=words(self.interval))

    def missing(self) -> Text:
        """Return how many participants have no recorded outcome."""
        return numbers.text(self.row("N_miss"), self.style)


def responders(endpoints: Sequence[Endpoint], study: Study, results: Results, style: Style) -> Table:
    """Return a table of proportions, a line an endpoint, under the visits at which they were assessed."""
    told = [Proportion(endpoint, results, style) for endpoint in endpoints]
    level = cells.one_level([each.row("conf.level") for each in told], style)
    lacking = cells.some([each.row("N_miss") for each in told])
    ci = numbers.interval_name(level, style) if level is not None else words("Interval")
    whose = {each.interval for each in told}
    ci = fill("{ci}, {whose}", ci=ci, whose=words(told[0].interval)) if len(whose) == 1 else ci
    headings = [words("Outcome"), words("n\u00a0of\u00a0N (%)"), ci]
    named, alike = level is not None, len(whose) == 1
    lines = [
        (each.endpoint, (each.count(), each.limits(named=named, alike=alike), *([each.missing()] if lacking else [])))
        for each in told
    ]
    return Table((*headings, *([words("Missing")] if lacking else [])), _by_visit(lines, study), ())


def _by_visit(told: Sequence[tuple[Endpoint, tuple[Text, ...]]], study: Study) -> tuple[Line, ...]:
    """Return the lines under each visit's label; first, under no label, what was not assessed at a visit."""
    names = labels.measures([endpoint for endpoint, _ in told], study)
    by_visit = grouped(told, lambda each: each[0].visit)
    lines = [Line(_own_label(endpoint, study), shown) for endpoint, shown in by_visit.pop(None, [])]
    for visit, those in by_visit.items():
        held: Iterable[Line] = (Line(names[endpoint.id], shown) for endpoint, shown in those)
        lines += under(words(study.visit(str(visit)).label), held)
    return tuple(lines)


def _own_label(endpoint: Endpoint, study: Study) -> Text:
    return labels.marked(words(endpoint.label), study.column(endpoint.dataset, endpoint.variable))
