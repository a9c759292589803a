"""The table of any outcome by arm: how it was in each arm, then each estimate with its interval, and each test.

It knows no method. What a line says is the label in its rows; which lines there are follows from the rows' names:
a value with its limits, a mean with its SD, quartiles, a count of a total, and P.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from report.ard import Results, Row
from report.paper import numbers
from report.paper.styles import Style
from report.paper.tables import arms, cells, labels
from report.paper.tables.table import Line, Table, under
from report.paper.tested import EXPLAINED, is_withheld, shown
from report.paper.text import Text, fill, join, words
from report.study.endpoints import Endpoint, MethodUse
from report.study.model import Study

ESTIMATES = ("estimate",)
ALONE = {  # counts that are told by themselves, under their own labels; those of 0 that say nothing are left out
    "N_nonmiss": True, "n_event": True, "exposure": True, "margin": True, "n_used": False, "N_miss": False,
}  # fmt: skip
SPREADS = (("mean", "sd"), ("median", "p25", "p75"), ("median", "min", "max"), ("min", "max"))
CONCLUSIONS = ("conclusion",)
NO_INTERVAL = words("\u00a0‡")
SHIFTED = "Imputed values shifted by {shift}"


class Where(NamedTuple):
    """What tells lines of one analysis apart: the visit, and the level."""

    visit: str
    level: str


class Analysis:
    """The rows of one use of a method, as lines of a table; it looks rows up and calculates nothing."""

    def __init__(self, endpoint: Endpoint, use: MethodUse, study: Study, results: Results, style: Style) -> None:
        self.study, self.results, self.style, self.endpoint = study, results, style, endpoint
        self.rows = results.select(analysis_id=f"{endpoint.id}.{use.name}")
        self.arms = arms.columns(study)
        self.without: dict[str, Row] = {}  # why some estimates have no interval, by the reason
        self.at: dict[tuple[str, Where, str], Row] = {
            (row.stat_name, _where(row, endpoint), row.group1_level): row for row in self.rows
        }

    def wheres(self) -> list[Where]:
        """Return the visits and levels of its lines, in the order of its rows; an earlier visit before a later one."""
        days = {each.id: each.day for each in self.study.visits}
        found = dict.fromkeys(_where(row, self.endpoint) for row in self.rows)
        return sorted(found, key=lambda where: days.get(where.visit or str(self.endpoint.visit), 0))

    def lines(self) -> Iterator[Line]:
        """Yield its lines, those of a visit or a level under its label."""
        for where in self.wheres():
            made = list(self._at(where))
            heading = self._heading(where)
            yield from under(heading, made) if made and heading else made

    def _heading(self, where: Where) -> Text:
        """Return what heads the lines of a visit or a level; nothing where their own labels tell it."""
        told = [words(self.study.visit(where.visit).label)] if where.visit and self.endpoint.visits else []
        own = next((row for name in ("label", "shift") for row in self._of_arms(name, where)), None)
        if own is not None:
            shown_as = numbers.text(own, self.style)
            told.append(fill(SHIFTED, shift=shown_as) if own.stat_name == "shift" else shown_as)
        elif where.level and self._level(where.level):
            told.append(words(self._level(where.level)))
        return join(told, ", ")

    def _level(self, level: str) -> str:
        """Return the label of a level: of the outcome, of the stratum, or of the arm that another is compared with."""
        by_arm = {arm.id: f"against {arm.short or arm.label}" for arm in self.study.design.arms}
        named = [self.endpoint.variable, *([self.endpoint.strata] if self.endpoint.strata else [])]
        for name in named:
            home = self.endpoint.dataset if name == named[0] else self.study.home_of(self.endpoint, name)
            levels = self.study.column(home, name).levels
            if level in levels:
                return levels[level]
        if self.endpoint.crossover is not None:
            return level.replace("_", " ").capitalize()
        return by_arm.get(level, "")

    def _at(self, where: Where) -> Iterator[Line]:
        names = list(dict.fromkeys(row.stat_name for row in self.rows if _where(row, self.endpoint) == where))
        for name in names:
            yield from self._of(name, where, names)

    def _of(self, name: str, where: Where, names: Sequence[str]) -> Iterator[Line]:
        """Yield the line that begins with a statistic, if one does."""
        limits = self._limits(name, names)
        spread = next((each for each in SPREADS if each[0] == name and set(each) <= set(names)), ())
        if limits:
            yield self._line(name, where, lambda row: self._with_limits(row, where, *limits), self._named(name, where))
        elif name == "n" and {"N", "p"} <= set(names):
            label = self._first(name, where).stat_label
            stub = self._outcome() if label == "n" else words(f"{label} (%)")
            yield self._line(name, where, lambda row: self._share(row, where), stub)
        elif spread and not (name == "min" and SPREADS[2][0] in names and "p25" not in names):
            stub = self._spread_label(spread, where)
            yield self._line(name, where, lambda row: self._spread(row, where, spread), stub)
        elif name in ALONE and (ALONE[name] or cells.some(self._of_arms(name, where))):
            yield self._line(name, where, lambda row: numbers.text(row, self.style))
        elif name.startswith("p.value"):
            for label in dict.fromkeys(row.stat_label for row in self._of_arms(name, where)):
                yield self._line(name, where, self._p, words(f"{label}, {self.style.p.symbol}"), label)
        elif name in CONCLUSIONS:
            yield self._line(name, where, lambda row: numbers.text(row, self.style))

    def _limits(self, name: str, names: Sequence[str]) -> tuple[str, str] | None:
        """Return the names of the limits of a statistic, where it has some."""
        bare = ("conf.low", "conf.high") if name in ESTIMATES else (f"{name}.conf.low", f"{name}.conf.high")
        return bare if set(bare) <= set(names) else None

    def _first(self, name: str, where: Where) -> Row:
        return next(row for (stat, at, _), row in self.at.items() if stat == name and at == where)

    def _of_arms(self, name: str, where: Where) -> list[Row]:
        return [row for (stat, at, _), row in self.at.items() if stat == name and at == where]

    def _line(
        self, name: str, where: Where, cell: Callable[[Row], Text], stub: Text | None = None, label_of: str = ""
    ) -> Line:
        """Return a statistic's line: a cell an arm, or one across all where it is of no arm or of the only other.

        Of an overall test and of those of single arms each has its own label, and a line of its own.
        """
        rows = [row for row in self._of_arms(name, where) if label_of in ("", row.stat_label)]
        made = {row.group1_level: cell(row) for row in rows}
        label = stub if stub is not None else words(rows[0].stat_label)
        if "" in made and len(made) == 1:
            return Line(label, (made[""],))
        others = [arm for arm in self.arms if arm != self.study.design.reference]
        if list(made) == others and len(others) == 1:
            return Line(label, (made[others[0]],))
        reference = str(self.study.design.reference)
        return Line(label, tuple({reference: words("reference"), **made}.get(arm, cells.NONE) for arm in self.arms))

    def _named(self, name: str, where: Where) -> Text:
        """Return an estimate's label with the name of its interval."""
        label = words(self._first(name, where).stat_label)
        level = next((row for row in self.rows if row.stat_name == "conf.level"), None)
        ci = numbers.interval_name(level, self.style) if level is not None else Text()
        return fill("{label} ({ci})", label=label, ci=ci) if ci else label

    def _outcome(self) -> Text:
        column = self.study.column(self.endpoint.dataset, self.endpoint.variable)
        return labels.marked(words("n\u00a0of\u00a0N\u00a0(%)"), column)

    def _with_limits(self, row: Row, where: Where, low: str, high: str) -> Text:
        lowest, highest = (self.at[name, where, row.group1_level] for name in (low, high))
        if lowest.stat is None and highest.stat is None and not lowest.query and row.stat is not None:
            self.without.setdefault(lowest.reason, lowest)
            return numbers.text(row, self.style) + NO_INTERVAL
        return cells.bracketed(row, numbers.interval(lowest, highest, self.style), self.style)

    def _share(self, row: Row, where: Where) -> Text:
        if row.stat is None:
            return numbers.text(row, self.style)
        return numbers.of_total((self.at[name, where, row.group1_level] for name in ("n", "N", "p")), self.style)

    def _spread(self, row: Row, where: Where, names: Sequence[str]) -> Text:
        found = [self.at[name, where, row.group1_level] for name in names]
        if len(found) == 3:
            return cells.spread(found[0], found[1], found[2], self.style)
        if names[0] == "min":
            return numbers.extent(found[0], found[1], self.style)
        return cells.bracketed(found[0], numbers.text(found[1], self.style), self.style)

    def _spread_label(self, names: Sequence[str], where: Where) -> Text:
        """Return such as "Mean (SD)", with the visit where a change is described at both."""
        inside = "range" if names[-1] == "max" else "quartiles"
        middle = f"{self.style.median_label.capitalize()} ({inside})"
        label = {"mean": f"Mean ({self.style.sd_label})", "median": middle, "min": "Range"}[names[0]]
        visits = {each.visit for each in self.wheres()}
        if len(visits) > 1 and not self.endpoint.visits:
            label += f", {self.study.visit(where.visit or str(self.endpoint.visit)).label}"
        return words(label)

    def _p(self, row: Row) -> Text:
        return shown(row, numbers.bare_p(row, self.style), self.results, self.style)


def _where(row: Row, endpoint: Endpoint) -> Where:
    """Return what tells a row apart; the endpoint's own visit and event do not."""
    visit = "" if row.visit in (endpoint.visit, "") else row.visit
    return Where(visit, "" if row.variable_level == (endpoint.event or "") else row.variable_level)


def comparison(endpoint: Endpoint, study: Study, results: Results, style: Style) -> Table:
    """Return the table of an endpoint's analyses, in the order of the plan."""
    told = [Analysis(endpoint, use, study, results, style) for use in endpoint.methods]
    column = study.column(endpoint.dataset, endpoint.variable)
    unit = f", {column.unit}" if column.unit and endpoint.time is None else ""
    headings = (labels.marked(words(f"{endpoint.label}{unit}"), column), *_headings(endpoint, study, results, style))
    rows = [row for each in told for row in each.rows]
    lines = _once(line for each in told for line in each.lines())
    withheld = [EXPLAINED] if any(is_withheld(row, results, style) for row in rows) else []
    made = tuple(lines)
    return Table(headings, made, (*_without_interval(told, style), *withheld))


def _without_interval(told: Sequence[Analysis], style: Style) -> Iterator[Text]:
    """Yield why some estimates have no interval."""
    reasons = {why: row for each in told for why, row in each.without.items()}
    if reasons:
        yield fill("‡ The interval is {why}.", why=join((numbers.text(row, style) for row in reasons.values()), "; "))


def _once(lines: Iterable[Line]) -> Iterator[Line]:
    """Yield lines, but none that an earlier one says already: how many are missing is the same in most analyses."""
    seen: set[tuple[str, ...]] = set()
    for line in lines:
        said = (line.stub.plain, *(cell.plain for cell in line.cells))
        if line.indent == 0 and line.cells and said in seen:
            continue
        seen.add(said)
        yield line


def _headings(endpoint: Endpoint, study: Study, results: Results, style: Style) -> Iterator[Text]:
    for arm in arms.columns(study):
        size = results.one(analysis_id=f"population.{endpoint.population}", group1_level=arm, stat_name="n")
        yield arms.heading(study, arm, size, style)
