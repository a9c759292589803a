"""Tables of single participants' values, and of who was assessed at each visit with which values."""

from __future__ import annotations

from collections.abc import Iterator

from report.ard import Results, Row
from report.paper import numbers
from report.paper.styles import EN_DASH, Style
from report.paper.tables import cells, labels
from report.paper.tables.table import Line, Table, under
from report.paper.text import Text, fill, join, words
from report.study.displays import Display
from report.study.endpoints import Endpoint
from report.study.model import Study

NO_VALUE = words(f"{EN_DASH}, no value.")
BY_VARIABLE = words("Under each variable: participants with a value (participants without one).")


class Individuals:
    """The values of single participants as cells; it looks rows up and calculates nothing."""

    def __init__(self, display: Display, study: Study, results: Results, style: Style) -> None:
        self.display, self.study, self.results, self.style = display, study, results, style
        self.endpoints = [study.endpoint(name) for name in display.endpoints]
        self.has_visits = study.visit_variable(study.homes(display.variables[0])[0]) is not None

    def row(self, name: str, participant: str, population: str, **where: str) -> Row:
        """Return a participant's row of a variable or an endpoint, as a member of a population."""
        analysis = f"individual.{name}"
        return self.results.one(analysis_id=analysis, population=population, group1_level=participant, **where)

    @property
    def participants(self) -> list[str]:
        """The pseudonyms of the display's population, in their order."""
        rows = (
            row
            for name in self.display.variables
            for row in self.results.select(analysis_id=f"individual.{name}", population=self.display.population)
        )
        return list(dict.fromkeys(row.group1_level for row in rows))

    @property
    def visits(self) -> list[str]:
        """The visits that are shown: the display's, or all."""
        return list(self.display.visits) or [visit.id for visit in self.study.visits]

    def values(self, participant: str, visit: str = "") -> tuple[Text, ...]:
        """Return a participant's value of each variable, at a visit where there are visits."""
        names, population = self.display.variables, str(self.display.population)
        found = (self.row(name, participant, population, visit=visit, stat_name="value") for name in names)
        return tuple(map(self._shown, found))

    def events(self, participant: str) -> tuple[Text, ...]:
        """Return a participant's events in both periods of each endpoint."""
        found = (
            self.row(endpoint.id, participant, endpoint.population, variable_level=period, stat_name="n_event")
            for endpoint in self.endpoints
            for period in _periods(endpoint)
        )
        return tuple(map(self._shown, found))

    def _shown(self, row: Row) -> Text:
        """Return a value, an open query's hole, or a dash where there is none."""
        if row.stat is None and not row.query:
            return numbers.printed_as(EN_DASH, row)
        return numbers.text(row, self.style)


def individuals(display: Display, study: Study, results: Results, style: Style) -> Table:
    """Return a table of single participants: a line each, or a line each visit under each participant."""
    told = Individuals(display, study, results, style)
    columns = [labels.variable(study.variable(name), name) for name in display.variables]
    if told.has_visits:
        lines = [line for participant in told.participants for line in _visit_lines(told, participant)]
        headings = (words("Visit"), *columns)
    else:
        lines = [Line(words(who), (*told.values(who), *told.events(who))) for who in told.participants]
        headings = (words("Participant"), *columns, *_events(told))
    lacking = any(text.plain == EN_DASH for line in lines for text in line.cells)
    return Table(headings, tuple(lines), (NO_VALUE,) if lacking else ())


def _visit_lines(told: Individuals, participant: str) -> list[Line]:
    """Return the lines of a participant's visits under the pseudonym and the events in both periods."""
    events = zip(_events(told), told.events(participant), strict=True)
    named = [fill("{label}: {n}", label=label, n=n) for label, n in events]
    lines = (Line(words(told.study.visit(visit).label), told.values(participant, visit)) for visit in told.visits)
    return under(join([words(participant), *named], "; "), lines)


def _events(told: Individuals) -> Iterator[Text]:
    """Yield the heading of each period's events, with the endpoint's label where there are several endpoints."""
    for endpoint in told.endpoints:
        column = told.study.column(endpoint.dataset, endpoint.variable)
        name = "Events" if len(told.endpoints) == 1 else endpoint.label
        for period in _periods(endpoint):
            yield labels.marked(words(f"{name}, {column.levels[period]}"), column)


def _periods(endpoint: Endpoint) -> tuple[str, str]:
    assert endpoint.periods is not None
    return endpoint.periods.before, endpoint.periods.after


def visits(display: Display, study: Study, results: Results, style: Style) -> Table:
    """Return a table of the visits: who was assessed, and of each variable how many have a value and how many not."""

    def row(analysis: str, visit: str, name: str) -> Row:
        where = {"visit": visit, "population": display.population, "variable_level": ""}
        return results.one(analysis_id=f"visits.{analysis}", stat_name=name, **where)

    def having(variable: str, visit: str) -> Text:
        missing = numbers.text(row(variable, visit, "N_miss"), style)
        return cells.bracketed(row(variable, visit, "N_nonmiss"), missing, style)

    def line(visit: str) -> Line:
        assessed = cells.of(row("assessed", visit, "n"), row("assessed", visit, "N"), style)
        return Line(words(study.visit(visit).label), (assessed, *(having(name, visit) for name in display.variables)))

    names = (labels.marked(words(study.variable(v).label or v), study.variable(v)) for v in display.variables)
    headings = (words("Visit"), words("Assessed"), *names)
    return Table(headings, tuple(line(visit.id) for visit in study.visits), (BY_VARIABLE,))
