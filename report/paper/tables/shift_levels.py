"""The table of shifts between levels: a line for each level at the earlier visit, a column for each at the later."""

from __future__ import annotations

from collections.abc import Iterator

from report.ard import Results, Row
from report.paper import numbers
from report.paper.styles import Style
from report.paper.tables import arms, cells
from report.paper.tables.table import Line, Table, under
from report.paper.text import Text, fill, join, words
from report.study.endpoints import Endpoint
from report.study.model import Study

TO = "→"  # between the two levels of a row


class Shifts:
    """The results of one shift between levels as cells; it looks rows up and calculates nothing."""

    def __init__(self, endpoint: Endpoint, study: Study, results: Results, style: Style) -> None:
        self.endpoint, self.study, self.results, self.style = endpoint, study, results, style
        self.levels = study.column(endpoint.dataset, endpoint.variable).levels
        used = next((use.name for use in endpoint.methods if use.method == "shift_levels"), "shift_levels")
        self.analysis = f"{endpoint.id}.{used}"

    def row(self, name: str, arm: str, level: str = "") -> Row:
        """Return a row of the method: of an arm, of all or of those at a level, or who went from one to another."""
        where = {"analysis_id": self.analysis, "group1_level": arm, "stat_name": name, "variable_level": level}
        return self.results.one(**where)

    def text(self, name: str, arm: str, level: str) -> Text:
        """Return a count of those at a level."""
        return numbers.text(self.row(name, arm, level), self.style)

    def cell(self, arm: str, before: str, after: str) -> Text:
        """Return how many went from one level to another, with their share of those at the first."""
        level = f"{before}{TO}{after}"
        n, p = self.row("n", arm, level), self.row("p", arm, level)
        return numbers.text(n, self.style) if p.stat is None and not p.query else cells.share(n, p, self.style)

    def lacking(self, name: str) -> bool:
        """Return whether anybody of any arm lacks the other level."""
        return cells.some([self.row(name, arm, level) for arm in arms.columns(self.study) for level in self.levels])

    def visit(self, which: str) -> str:
        """Return the label of the earlier or of the later visit."""
        return self.study.visit(str(getattr(self.endpoint, which))).label


def shift_levels(endpoint: Endpoint, study: Study, results: Results, style: Style) -> Table:
    """Return a table of shifts: under each arm a line for each level at the earlier visit, and who lacks one."""
    told = Shifts(endpoint, study, results, style)
    lines: list[Line] = []
    for arm in arms.columns(study):
        held = list(_lines(told, arm))
        lines += under(words(study.arm(arm).label), held) if arm else held
    return Table(tuple(_headings(told)), tuple(lines), tuple(_notes(told)))


def _headings(told: Shifts) -> Iterator[Text]:
    later = told.visit("visit")
    yield words(f"At {told.visit('against')}")
    yield words("N")
    yield from (words(f"{label} at {later}") for label in told.levels.values())
    if told.lacking("n_after_missing"):
        yield words(f"Missing at {later}")


def _lines(told: Shifts, arm: str) -> Iterator[Line]:
    shows_missing = told.lacking("n_after_missing")
    for before, label in told.levels.items():
        shown = [told.text("N", arm, before), *(told.cell(arm, before, after) for after in told.levels)]
        yield Line(words(label), (*shown, *([told.text("n_after_missing", arm, before)] if shows_missing else [])))
    if told.lacking("n_before_missing"):
        yield _without_earlier(told, arm, shows_missing)


def _without_earlier(told: Shifts, arm: str, shows_missing: bool) -> Line:
    """Return the line of those whose level at the earlier visit is missing."""
    counts = (told.text("n_before_missing", arm, after) for after in told.levels)
    last = [numbers.text(told.row("n_neither", arm), told.style)] if shows_missing else []
    return Line(words("Missing"), (cells.NONE, *counts, *last))


def _notes(told: Shifts) -> Iterator[Text]:
    earlier, later = told.visit("against"), told.visit("visit")
    yield words(f"N and percentages: of those at a level at {earlier} whose level at {later} is known.")
    lacking = [told.row("N_miss", arm) for arm in arms.columns(told.study)]
    if cells.some(lacking):
        counts = join((numbers.text(row, told.style) for row in lacking), ", ")
        yield fill("Participants without one of the levels: {counts}.", counts=counts)
