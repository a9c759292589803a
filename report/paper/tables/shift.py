"""The shift table: who was above a limit at the earlier visit, and where they stand at the later one."""

from __future__ import annotations

from collections.abc import Sequence

from report.ard import Results, Row
from report.paper import numbers
from report.paper.styles import Style
from report.paper.tables import cells, labels
from report.paper.tables.table import Line, Table, under
from report.paper.text import Text, fill, join, words
from report.study.endpoints import Endpoint
from report.study.model import Study

STATES = {"raised": "Raised", "not_raised": "Not raised"}


class Shift:
    """The results of one shift as cells; it looks rows up and calculates nothing."""

    def __init__(self, endpoint: Endpoint, results: Results, style: Style) -> None:
        self.endpoint, self.results, self.style = endpoint, results, style

    def row(self, name: str, state: str = "") -> Row:
        """Return a row of the method ``shift``: of all, or of those in one state at the earlier visit."""
        used = next((use.name for use in self.endpoint.methods if use.method == "shift"), "shift")
        return self.results.one(analysis_id=f"{self.endpoint.id}.{used}", stat_name=name, variable_level=state)

    def text(self, name: str, state: str = "") -> Text:
        """Return a result of the method."""
        return numbers.text(self.row(name, state), self.style)

    def cells(self, state: str) -> tuple[Text, ...]:
        """Return who was in a state: how many, their states later, and which way their values went."""
        fell = cells.of(self.row("n_fell", state), self.row("N", state), self.style)
        counts = {name: self.text(name, state) for name in ("N", "n_raised", "n_not_raised", "n_rose", "n_same")}
        return (*(counts[name] for name in ("N", "n_raised", "n_not_raised")), fell, counts["n_rose"], counts["n_same"])


def shift(endpoints: Sequence[Endpoint], study: Study, results: Results, style: Style) -> Table:
    """Return a table of two lines an endpoint, those above its limit at the earlier visit and the others."""
    told = [Shift(endpoint, results, style) for endpoint in endpoints]
    same_visits = len({(each.endpoint.against, each.endpoint.visit) for each in told}) == 1
    names = _names(told, study, with_visit=not same_visits)
    lines = [line for each in told for line in _lines(each, names[each.endpoint.id], study)]
    return Table(_headings(told[0].endpoint, study, same_visits=same_visits), tuple(lines), _missing(told, names))


def _headings(endpoint: Endpoint, study: Study, *, same_visits: bool) -> tuple[Text, ...]:
    earlier = f"at {study.visit(str(endpoint.against)).label}" if same_visits else "at the earlier visit"
    later = f"at {study.visit(str(endpoint.visit)).label}" if same_visits else "later"
    counted = (f"N {earlier}", f"Raised {later}", f"Not raised {later}")
    return tuple(map(words, ("Measure", *counted, "Value fell", "Value rose", "Unchanged")))


def _names(told: Sequence[Shift], study: Study, *, with_visit: bool) -> dict[str, Text]:
    """Return what each endpoint measures, with the later visit where the headings do not name it."""
    measured = labels.measures([each.endpoint for each in told], study)
    visits = {each.endpoint.id: study.visit(str(each.endpoint.visit)).label for each in told}
    return {name: text + words(f", {visits[name]}") if with_visit else text for name, text in measured.items()}


def _lines(told: Shift, name: Text, study: Study) -> list[Line]:
    column = study.column(told.endpoint.dataset, told.endpoint.variable)
    unit = f" {column.unit}" if column.unit else ""
    heading = fill("{name}; raised: above {limit}{unit}", name=name, limit=told.text("limit"), unit=words(unit))
    visit = study.visit(str(told.endpoint.against)).label
    states = (Line(words(f"{state} at {visit}"), told.cells(key)) for key, state in STATES.items())
    return under(heading, states)


def _missing(told: Sequence[Shift], names: dict[str, Text]) -> tuple[Text, ...]:
    """Return the note on participants without both values, where there are any."""
    lacking = [each for each in told if cells.some([each.row("N_miss")])]
    if not lacking:
        return ()
    counts = (fill("{name}, {n}", name=names[each.endpoint.id], n=each.text("N_miss")) for each in lacking)
    return (fill("Participants without both values, who are not in the table: {counts}.", counts=join(counts, "; ")),)
