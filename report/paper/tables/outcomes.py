"""Tables of changes within participants: one endpoint line by line, or several endpoints with a line each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from report.ard import Results, Row
from report.paper import numbers
from report.paper.styles import Style
from report.paper.tables import cells, labels
from report.paper.tables.table import Line, Table, grouped, under
from report.paper.text import Text, fill, join, words
from report.study.endpoints import Endpoint
from report.study.model import Study

NOT_TESTED = words("–, not tested.")
NOT_A_DIFFERENCE = words(
    "A Hodges-Lehmann estimate is the median of the pairwise averages of the changes within participants, not the "
    "difference of the medians."
)


class Change:
    """The results of one change within participants as cells; it looks rows up and calculates nothing."""

    def __init__(self, endpoint: Endpoint, results: Results, style: Style) -> None:
        self.endpoint, self.results, self.style = endpoint, results, style

    @property
    def is_tested(self) -> bool:
        """Whether its methods have the signed-rank test."""
        return any(use.method == "signed_rank" for use in self.endpoint.methods)

    def row(self, method: str, name: str, visit: str | None = None) -> Row:
        """Return a row of a method; of one that is used twice, the first use's."""
        used = next((use.name for use in self.endpoint.methods if use.method == method), method)
        where = visit or self.endpoint.visit
        return self.results.one(analysis_id=f"{self.endpoint.id}.{used}", stat_name=name, visit=where)

    def text(self, method: str, name: str) -> Text:
        """Return a result of a method."""
        return numbers.text(self.row(method, name), self.style)

    def spread(self, visit: str | None) -> Text:
        """Return median and range at a visit."""
        middle, low, high = (self.row("change", name, visit) for name in ("median", "min", "max"))
        return cells.spread(middle, low, high, self.style)

    def estimate(self, *, named: bool) -> Text:
        """Return the Hodges-Lehmann estimate with its interval, whose level is ``named`` elsewhere or here."""
        low, high, level = (self.row("hodges_lehmann", name) for name in ("conf.low", "conf.high", "conf.level"))
        limits = cells.limits(low, high, level, self.style, named=named)
        return cells.bracketed(self.row("hodges_lehmann", "estimate"), limits, self.style)

    def fell(self) -> Text:
        """Return how many participants' values fell, of all with both values."""
        return cells.of(self.row("change", "n_fell"), self.row("change", "N_pairs"), self.style)

    def p(self) -> Text:
        """Return p of the signed-rank test; a dash where it was not planned."""
        return numbers.bare_p(self.row("signed_rank", "p.value"), self.style) if self.is_tested else cells.NONE


def outcome_change(endpoint: Endpoint, study: Study, results: Results, style: Style) -> Table:
    """Return a table of one endpoint's change within participants: both visits, the change, the test."""
    column = study.column(endpoint.dataset, endpoint.variable)
    told = Change(endpoint, results, style)
    unit = f", {column.unit}" if column.unit else ""
    measure = labels.marked(words(f"{column.label or endpoint.variable}{unit}"), column)
    headings = (measure, fill("Participants (n\u00a0=\u00a0{n})", n=told.text("change", "N_pairs")))
    described = [
        Line(words(f"{study.visit(str(visit)).label}, {style.median_label} (range)"), (told.spread(visit),))
        for visit in (endpoint.against, endpoint.visit)
    ]
    told_of = [*_attained([told]), *_smallest([told], style, "The smallest possible {p} is {floors}.")]
    return Table(headings, (*described, *_change_lines(told, style)), (join(told_of),) if told_of else ())


def _change_lines(told: Change, style: Style) -> Iterator[Line]:
    level = numbers.interval_name(told.row("hodges_lehmann", "conf.level"), style)
    yield Line(words("Difference of the medians"), (told.text("change", "difference_of_medians"),))
    named = fill("Hodges-Lehmann estimate of the change ({level})", level=level)
    yield Line(named, (told.estimate(named=True),))
    yield Line(words("Participants whose value fell"), (told.fell(),))
    yield Line(words(f"Exact two-sided signed-rank test, {style.p.symbol}"), (told.p(),))


class _Column(NamedTuple):
    heading: Text
    cell: Callable[[Change], Text]


def outcomes(endpoints: Sequence[Endpoint], study: Study, results: Results, style: Style) -> Table:
    """Return a table of several endpoints' changes, a line each, under their visits where there are several."""
    told = [Change(endpoint, results, style) for endpoint in endpoints]
    level = cells.one_level([each.row("hodges_lehmann", "conf.level") for each in told], style)
    columns = [
        *_counts(told),
        *_medians(endpoints, study, style),
        _Column(_estimate_heading(level, style), lambda each: each.estimate(named=level is not None)),
        _Column(words("Value fell"), Change.fell),
        *([_Column(words(style.p.symbol), Change.p)] if any(each.is_tested for each in told) else []),
    ]
    lines = _lines(told, columns, study)
    return Table((words("Measure"), *(column.heading for column in columns)), lines, _notes(told, style))


def _counts(told: Sequence[Change]) -> list[_Column]:
    """Return the number analysed, and the number without both values where anybody is."""
    missing = cells.some([each.row("change", "N_miss") for each in told])
    lacking = _Column(words("Missing"), lambda each: each.text("change", "N_miss"))
    return [_Column(words("n"), lambda each: each.text("change", "N_pairs")), *([lacking] if missing else [])]


def _medians(endpoints: Sequence[Endpoint], study: Study, style: Style) -> list[_Column]:
    earlier, later = (
        _visit([getattr(endpoint, name) for endpoint in endpoints], study, other)
        for name, other in (("against", "Earlier visit"), ("visit", "Later visit"))
    )
    return [
        _Column(words(f"{earlier}, {style.median_label} (range)"), lambda each: each.spread(each.endpoint.against)),
        _Column(words(f"{later}, {style.median_label} (range)"), lambda each: each.spread(each.endpoint.visit)),
        _Column(words("Difference of the medians"), lambda each: each.text("change", "difference_of_medians")),
    ]


def _visit(visits: Sequence[str], study: Study, other: str) -> str:
    """Return the label of the visit that all endpoints share, or ``other`` words where they do not."""
    return study.visit(visits[0]).label if len(set(visits)) == 1 else other


def _estimate_heading(level: Row | None, style: Style) -> Text:
    named = numbers.interval_name(level, style) if level is not None else words("interval")
    return fill("Hodges-Lehmann estimate ({named})", named=named)


def _lines(told: Sequence[Change], columns: Sequence[_Column], study: Study) -> tuple[Line, ...]:
    names = labels.measures([each.endpoint for each in told], study)

    def line(each: Change) -> Line:
        return Line(names[each.endpoint.id], tuple(column.cell(each) for column in columns))

    by_visits = grouped(told, lambda each: (str(each.endpoint.against), str(each.endpoint.visit)))
    if len(by_visits) == 1:
        return tuple(map(line, told))
    several = len({against for against, _ in by_visits}) > 1
    headed = ((_compared(*visits, study, several=several), map(line, those)) for visits, those in by_visits.items())
    return tuple(each for heading, those in headed for each in under(heading, those))


def _compared(against: str, visit: str, study: Study, *, several: bool) -> Text:
    """Return the later visit; with the earlier one where there are several of them."""
    later = study.visit(visit).label
    return words(f"{later} against {study.visit(against).label}" if several else later)


def _notes(told: Sequence[Change], style: Style) -> tuple[Text, ...]:
    tested = [each.is_tested for each in told]
    floors = _smallest(told, style, "{p}, exact two-sided signed-rank test; the smallest possible is {floors}.")
    not_tested = [NOT_TESTED] if any(tested) and not all(tested) else []
    return (*_attained(told), NOT_A_DIFFERENCE, *floors, *not_tested)


def _attained(told: Sequence[Change]) -> list[Text]:
    """Return the confidence that the exact intervals attain; the lowest where they differ."""
    rows = [each.row("hodges_lehmann", "conf.level_reached") for each in told]
    known = [row for row in rows if row.query or row.stat is not None]
    if not known:
        return []
    shown = {row.result_id: numbers.text(row, told[0].style) for row in known}
    lowest = shown[_lowest(known).result_id]
    if len({text.plain for text in shown.values()}) > 1:
        return [fill("The lowest confidence that the exact intervals attain is {level}.", level=lowest)]
    attain = "interval attains" if len(told) == 1 else "intervals attain"
    return [fill(f"The exact {attain} a confidence of {{level}}.", level=lowest)]


def _lowest(rows: Sequence[Row]) -> Row:
    """Return the row with the lowest value; one that rests on an open query before all, as it may be lower still."""
    open_query = next((row for row in rows if row.query), None)
    return open_query or min(rows, key=Row.number)


def _smallest(told: Sequence[Change], style: Style, pattern: str) -> list[Text]:
    """Return what p can be at the smallest, once for each number of pairs; nothing where nobody's value changed."""
    possible = [_floor(each) for each in told if each.is_tested and _has_floor(each)]
    distinct = {text.plain: text for text in possible}.values()
    return [fill(pattern, p=words(style.p.symbol), floors=join(distinct, ", "))] if distinct else []


def _has_floor(told: Change) -> bool:
    floor = told.row("signed_rank", "p.floor")
    return floor.stat is not None or bool(floor.query)


def _floor(told: Change) -> Text:
    """Return such as "0.03125 with 6 pairs": with all pairs, or with those that differ."""
    used, zeros = (told.row("signed_rank", name) for name in ("n_used", "n_zero"))
    one, differ = used.stat == 1, bool(zeros.stat)
    pairs = ("pair that differs" if differ else "pair") if one else ("pairs that differ" if differ else "pairs")
    floor = numbers.bare_p(told.row("signed_rank", "p.floor"), told.style)
    return fill(f"{{floor}} with {{n}} {pairs}", n=numbers.text(used, told.style), floor=floor)
