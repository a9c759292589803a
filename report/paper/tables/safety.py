"""Tables of adverse events: two periods compared, and the events by seriousness, severity and kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from report.ard import Results, Row, within
from report.paper import numbers
from report.paper.styles import Style
from report.paper.tables import arms, cells, labels
from report.paper.tables.table import Line, Table, under
from report.paper.text import Text, fill, words
from report.study.data import Column
from report.study.endpoints import Endpoint, MethodUse, Periods
from report.study.model import Study
from report.study.plan import Safety

FISHER = {
    "participants": "participants with at least one event and with none",
    "days": "events and days without one, each event counted as one day",
}
INDEPENDENT = {
    "rate_ratio": "The rate ratio and its test take events as independent of each other.",
    "fisher_by_period": (
        "Fisher’s exact test takes the two periods as independent, though they are of the same participants."
    ),
}


class Events:
    """The results of events in two periods as cells; it looks rows up and calculates nothing."""

    def __init__(self, endpoint: Endpoint, results: Results, style: Style) -> None:
        assert endpoint.periods is not None
        self.endpoint, self.results, self.style = endpoint, results, style
        self.periods: Periods = endpoint.periods

    def row(self, used: str, name: str, period: str = "") -> Row:
        """Return a row of a method by the name of its use: of one period, or of both compared."""
        return self.results.one(analysis_id=f"{self.endpoint.id}.{used}", stat_name=name, variable_level=period)

    def text(self, used: str, name: str, period: str = "") -> Text:
        """Return a result of a method."""
        return numbers.text(self.row(used, name, period), self.style)

    def p(self, used: str) -> Text:
        """Return p of a test, under a stub that says P."""
        return numbers.bare_p(self.row(used, "p.value"), self.style)

    def each(self, cell: Callable[[str], Text]) -> tuple[Text, ...]:
        """Return a cell for each of the two periods."""
        return cell(self.periods.before), cell(self.periods.after)


def event_periods(endpoint: Endpoint, study: Study, results: Results, style: Style) -> Table:
    """Return a table of the events in two periods, and under them what compares the two."""
    told = Events(endpoint, results, style)
    column = study.column(endpoint.dataset, endpoint.variable)
    names = (words(column.levels[name]) for name in (told.periods.before, told.periods.after))
    lines = [line for use in endpoint.methods for line in _PERIOD_LINES[use.method](told, use)]
    notes = [note for use in endpoint.methods for note in _period_notes(told, use, column)]
    return Table((labels.marked(words("Adverse events"), column), *names), tuple(lines), tuple(notes))


def _described(told: Events, use: MethodUse) -> Iterator[Line]:
    """Yield the lines of each period, and how many participants had fewer and more events in the later one."""

    def line(stub: str, name: str) -> Line:
        return Line(words(stub), told.each(lambda period: told.text(use.name, name, period)))

    def share(period: str) -> Text:
        return cells.share(told.row(use.name, "n", period), told.row(use.name, "p", period), told.style)

    yield line("Participants observed", "N")
    yield line("Days observed", "days")
    yield line("Events", "n_event")
    yield Line(words("Participants with at least one event, n\u00a0(%)"), told.each(share))
    yield line("Events per participant-month", "rate")
    for stub, name in (("fell", "n_fewer"), ("rose", "n_more"), ("did not change", "n_same")):
        yield Line(words(f"Participants whose rate of events {stub}"), (told.text(use.name, name),))


def _rate_ratio(told: Events, use: MethodUse) -> Iterator[Line]:
    low, high, level = (told.row(use.name, name) for name in ("conf.low", "conf.high", "conf.level"))
    limits = cells.limits(low, high, level, told.style, named=True)
    ci = numbers.interval_name(level, told.style)
    estimate = cells.bracketed(told.row(use.name, "estimate"), limits, told.style)
    yield Line(fill("Rate ratio, later over earlier period ({ci})", ci=ci), (estimate,))
    yield Line(words(f"Exact two-sided test of the rate ratio, {told.style.p.symbol}"), (told.p(use.name),))


def _fisher(told: Events, use: MethodUse) -> Iterator[Line]:
    stub = f"Fisher\u2019s exact two-sided test of {FISHER[str(use.arguments['table'])]}, {told.style.p.symbol}"
    yield Line(words(stub), (told.p(use.name),))


def _signed_rank(told: Events, use: MethodUse) -> Iterator[Line]:
    stub = f"Exact two-sided signed-rank test of the participants\u2019 rates, {told.style.p.symbol}"
    yield Line(words(stub), (told.p(use.name),))


_PERIOD_LINES: dict[str, Callable[[Events, MethodUse], Iterator[Line]]] = {
    "events_by_period": _described,
    "rate_ratio": _rate_ratio,
    "fisher_by_period": _fisher,
    "signed_rank_by_period": _signed_rank,
}


def _period_notes(told: Events, use: MethodUse, column: Column) -> Iterator[Text]:
    if use.method == "events_by_period":
        yield from _cut(told, use, column)
        yield from _not_compared(told, use)
    elif use.method == "signed_rank_by_period":
        yield from _smallest(told, use)
    else:
        yield words(INDEPENDENT[use.method])


def _cut(told: Events, use: MethodUse, column: Column) -> Iterator[Text]:
    """Yield the note on observation that ended before the later period did, where it did in anybody."""
    cut, later = told.row(use.name, "n_cut"), told.row(use.name, "n_later")
    if not cells.some([cut, later]):
        return
    shown = {"cut": numbers.text(cut, told.style), "later": numbers.text(later, told.style)}
    participants = "participant" if cut.stat == 1 else "participants"
    events = "event that began afterwards is" if later.stat == 1 else "events that began afterwards are"
    pattern = (
        f"Observation in the period “{{period}}” ended early in {{cut}} {participants}; {{later}} {events} not counted."
    )
    yield fill(pattern, period=words(column.levels[told.periods.after]), **shown)


def _not_compared(told: Events, use: MethodUse) -> Iterator[Text]:
    """Yield the note on participants who were not observed in both periods, where there are any."""
    lacking = told.row(use.name, "n_not_compared")
    if cells.some([lacking]):
        pattern = "Participants not observed in both periods, whose rates are not compared: {n}."
        yield fill(pattern, n=numbers.text(lacking, told.style))


def _smallest(told: Events, use: MethodUse) -> Iterator[Text]:
    """Yield the smallest p of the signed-rank test, where there is any."""
    floor, used = told.row(use.name, "p.floor"), told.row(use.name, "n_used")
    if floor.stat is None and not floor.query:
        return
    one = used.stat == 1
    who = "participant whose rates differ allows" if one else "participants whose rates differ allow"
    pattern = f"The smallest {{p}} of the signed-rank test that {{n}} {who} is {{floor}}."
    shown = {"n": numbers.text(used, told.style), "floor": numbers.bare_p(floor, told.style)}
    yield fill(pattern, p=words(told.style.p.symbol), **shown)


COUNTED = words(
    "Participants with at least one such event (% of the participants of the column); after the semicolon, the number "
    "of events."
)


ROLES = ("emergent", "serious", "related", "fatal", "withdrawn", "severity", "term")


class Counts:
    """The counts of adverse events as cells, a column an arm, a period, or all participants."""

    def __init__(self, study: Study, results: Results, style: Style) -> None:
        assert study.safety is not None
        self.plan: Safety = study.safety
        self.study, self.results, self.style = study, results, style
        self.period = self._period()
        self.columns = list(self.period.levels) if self.period else arms.columns(study)

    def _period(self) -> Column | None:
        """Return the variable whose periods are the columns: in a single arm, where there is one."""
        if self.study.design.kind != "single_arm" or self.plan.period is None:
            return None
        return self.study.column(self.plan.dataset, self.plan.period)

    def analysis(self, role: str, system: str = "") -> str:
        """Return the analysis that counts by the variable in a role, of terms within their class."""
        return within(f"safety.{role}{'_by_period' if self.period else ''}", system)

    def row(self, role: str, name: str, column: str, level: str = "", system: str = "") -> Row:
        """Return a count of a column: of all events, or of those with a level of the variable in a role."""
        where = {"group1": "period"} if self.period else {}
        analysis = self.analysis(role, system)
        return self.results.one(
            analysis_id=analysis, variable_level=level, group1_level=column, stat_name=name, **where
        )

    def heading(self, column: str) -> Text:
        """Return a column's heading with its number of participants."""
        total = self.row("events", "N", column)
        if self.period is None:
            return arms.heading(self.study, column, total, self.style)
        return labels.marked(arms.of_size(self.period.levels[column], total, self.style), self.period)

    @property
    def headings(self) -> tuple[Text, ...]:
        """The headings over the stub and each column."""
        return (words("Adverse events, participants (%); events"), *map(self.heading, self.columns))

    def recorded(self) -> Iterator[Text]:
        """Yield how many events there are whenever they began, where the columns are periods."""
        if self.period is None:
            return
        n, total, events = (
            self.results.one(analysis_id="safety.events", group1_level="", stat_name=name)
            for name in ("n", "N", "n_event")
        )
        told = (
            "Recorded in all, in these periods or outside of them: events, {events}; participants with an event, {n}."
        )
        shown = {"events": numbers.text(events, self.style), "n": cells.of(n, total, self.style)}
        yield fill(told, **shown)

    def uncompared(self) -> Iterator[Text]:
        """Yield how many events a comparison of the periods leaves out, because its observation had ended by then."""
        for endpoint in self.study.endpoints if self.period else ():
            if endpoint.periods is not None and endpoint.variable == self.plan.period:
                later = self.results.one(analysis_id=f"{endpoint.id}.{_counted_by(endpoint)}", stat_name="n_later")
                if cells.some([later]):
                    told = (
                        "Counted here, and not in the comparison of the periods, for which observation had ended: {n}."
                    )
                    yield fill(told, n=numbers.text(later, self.style))

    def line(self, stub: Text, role: str, level: str = "", system: str = "") -> Line:
        """Return a line of the counts; zeros are printed like any other number."""
        return Line(stub, tuple(self._cell(role, column, level, system) for column in self.columns))

    def _cell(self, role: str, column: str, level: str, system: str) -> Text:
        n, p, events = (self.row(role, name, column, level, system) for name in ("n", "p", "n_event"))
        if n.stat is None:
            return numbers.text(n, self.style)
        shown = cells.share(n, p, self.style)
        return fill("{participants}; {events}", participants=shown, events=numbers.text(events, self.style))


def adverse_events(study: Study, results: Results, style: Style) -> Table:
    """Return a table of the adverse events by period, arm or in all: any, by each description, by kind."""
    counts = Counts(study, results, style)
    lines = [counts.line(words("Any adverse event"), "events")]
    for role in ROLES:
        is_shown = not (role == "emergent" and counts.period) and not (role == "term" and counts.plan.has_terms)
        lines += _of_role(counts, role) if is_shown else []
    notes = (COUNTED, *counts.recorded(), *counts.uncompared())
    return Table(counts.headings, tuple(lines), notes)


def _counted_by(endpoint: Endpoint) -> str:
    """Return the name of the method that counts an endpoint's events."""
    return next((use.name for use in endpoint.methods if use.method == "events_by_period"), "events_by_period")


def _of_role(counts: Counts, role: str) -> list[Line]:
    """Return the lines of a description: one line of those with "Yes", or all levels under its label; no free text."""
    name = counts.plan.variables().get(role)
    column = counts.study.column(counts.plan.dataset, name) if name else None
    if column is None or column.type != "category":
        return []
    label = labels.marked(words(column.label or role.capitalize()), column)
    levels = {shown: level for level, shown in column.levels.items()}
    if set(levels) == {"Yes", "No"}:
        return [counts.line(label, role, levels["Yes"])]
    return under(label, (counts.line(words(shown), role, level) for level, shown in column.levels.items()))
