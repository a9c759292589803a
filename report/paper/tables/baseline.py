"""The table of baseline characteristics: a column an arm, one of all participants, differences and p where asked.

With two arms the standardised differences have a column; with more a line under each variable, where each stands under
its own arm, so that the table grows downwards and stays readable.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from report.ard import Results, Row
from report.paper import numbers
from report.paper.styles import Style
from report.paper.tables import arms as arms_of
from report.paper.tables import baseline_notes, cells, labels
from report.paper.tables.table import Line, Table
from report.paper.text import Text, words
from report.study.model import Study
from report.study.plan import Baseline, BaselineVariable

DIFFERENCE = "Standardised difference"
REFERENCE = words("reference")


def baseline(study: Study, results: Results, style: Style) -> Table:
    """Return the table of baseline characteristics, a column an arm."""
    assert study.baseline is not None
    made = _Baseline(study.baseline, study, results, style)
    lines = [line for variable in study.baseline.variables for line in made.lines(variable)]
    return Table(made.headings(), tuple(lines), baseline_notes.notes(study, results))


@dataclass(frozen=True)
class _Baseline:
    """What the table is made of; it looks rows up and calculates nothing."""

    plan: Baseline
    study: Study
    results: Results
    style: Style

    @property
    def arms(self) -> list[str]:
        """The arms in declared order; one without a name where there is one column."""
        return arms_of.columns(self.study)

    @property
    def others(self) -> list[str]:
        """The arms that are compared with the reference."""
        return [arm for arm in self.arms if arm != self.study.design.reference] if len(self.arms) > 1 else []

    @property
    def groups(self) -> list[str]:
        """The columns that describe: the arms, and all participants under no name."""
        return [*self.arms, *([""] if self.plan.total and self.others else [])]

    @property
    def has_differences(self) -> bool:
        """Whether arms are compared by standardised differences."""
        return self.plan.standardised_differences and bool(self.others)

    @property
    def has_tests(self) -> bool:
        """Whether arms are compared by tests."""
        return self.plan.tests and bool(self.others)

    def headings(self) -> tuple[Text, ...]:
        """Return the headings, each group's with its number of participants."""
        sizes = [self.results.one(analysis_id="baseline.N", group1_level=arm, stat_name="N") for arm in self.groups]
        named = [
            arms_of.heading(self.study, arm, size, self.style) if arm or not self.others
            else arms_of.of_size("All participants", size, self.style)
            for arm, size in zip(self.groups, sizes, strict=True)
        ]  # fmt: skip
        compared = [words(DIFFERENCE)] if self.has_differences and len(self.others) == 1 else []
        return (words("Characteristic"), *named, *compared, *([words(self.style.p.symbol)] if self.has_tests else []))

    def row(self, variable: str, name: str, arm: str = "", level: str = "") -> Row:
        """Return a row of a variable."""
        where = {"variable_level": level, "group1_level": arm, "stat_name": name}
        return self.results.one(analysis_id=f"baseline.{variable}", **where)

    def lines(self, line: BaselineVariable) -> list[Line]:
        """Return the lines of a variable: the first with what compares the arms, then how many are missing."""
        column = self.study.variable(line.variable)
        made = _category(self, line) if column.type == "category" else _number(self, line)
        first, *rest = [*made, *self._missing(line.variable)]
        compared = [replace(first, stub=labels.marked(first.stub, column), cells=first.cells + self._beside(line))]
        whole = [*compared, *(replace(each, cells=each.cells + self._blank) for each in rest)]
        return whole + self._differences(line.variable)

    @property
    def _blank(self) -> tuple[Text, ...]:
        return (Text(),) * (len(self.headings()) - 1 - len(self.groups))

    def _beside(self, line: BaselineVariable) -> tuple[Text, ...]:
        """Return the cells that compare the arms, beside a variable's first line."""
        made: list[Text] = []
        if self.has_differences and len(self.others) == 1:
            made.append(numbers.text(self.row(line.variable, "smd", self.others[0]), self.style))
        if self.has_tests:
            made.append(numbers.bare_p(self.row(line.variable, "p.value"), self.style))
        return tuple(made)

    def _differences(self, variable: str) -> list[Line]:
        """Return a line with each arm's difference from the reference, where there are more than two arms."""
        if not self.has_differences or len(self.others) == 1:
            return []
        found = {arm: numbers.text(self.row(variable, "smd", arm), self.style) for arm in self.others}
        beside = (Text(),) * (len(self.groups) - len(self.arms))
        cells_ = (*(found.get(arm, REFERENCE) for arm in self.arms), *beside, *self._blank)
        return [Line(words(DIFFERENCE), cells_, 1)]

    def _missing(self, variable: str) -> list[Line]:
        """Return a line with the number missing in each group, only where someone's value is missing."""
        rows = [self.row(variable, "N_miss", arm) for arm in self.groups]
        if not any(row.stat for row in rows):
            return []
        return [Line(words("Missing"), tuple(numbers.text(row, self.style) for row in rows), 1)]


def _number(table: _Baseline, line: BaselineVariable) -> list[Line]:
    """Return a line for each summary of a number."""
    column = table.study.variable(line.variable)
    measured = labels.measured(column, line.label or column.label or line.variable)
    made = [
        Line(
            words(f"{measured}, {_summary_label(summary, table.style)}"),
            tuple(_summary(table, summary, line.variable, arm) for arm in table.groups),
        )
        for summary in line.summaries
    ]
    return [made[0], *(replace(each, stub=labels.marked(each.stub, column)) for each in made[1:])]


def _category(table: _Baseline, line: BaselineVariable) -> list[Line]:
    """Return a line that heads the levels of a category, and one for each; of one level a line alone."""
    column = table.study.variable(line.variable)
    label, levels = line.label or column.label or line.variable, column.levels
    shown = line.show or tuple(levels)
    counted = [tuple(_share(table, line.variable, level, arm) for arm in table.groups) for level in shown]
    if len(shown) == 1:
        name = label if line.label or levels[shown[0]] == "Yes" else f"{label}: {levels[shown[0]]}"
        return [Line(words(f"{name}, n\u00a0(%)"), counted[0])]
    blank = tuple(Text() for _ in table.groups)
    of_levels = (Line(words(levels[level]), values, 1) for level, values in zip(shown, counted, strict=True))
    return [Line(words(f"{label}, n\u00a0(%)"), blank), *of_levels]


def _summary_label(summary: str, style: Style) -> str:
    return {
        "n": "n",
        "mean_sd": f"mean ({style.sd_label})",
        "mean_se": "mean (standard error)",
        "median_range": f"{style.median_label} (range)",
        "median_quartiles": f"{style.median_label} (quartiles)",
        "median_quartiles_range": f"{style.median_label} (quartiles; range)",
        "range": "range",
        "geometric_mean_cv": "geometric mean (coefficient of variation, %)",
    }[summary]


_SPREADS = {
    "mean_sd": ("mean", "sd"),
    "mean_se": ("mean", "se"),
    "geometric_mean_cv": ("geometric_mean", "geometric_cv"),
}
_ENDS = {"median_range": ("min", "max"), "median_quartiles": ("p25", "p75")}


def _summary(table: _Baseline, summary: str, variable: str, arm: str) -> Text:
    """Return a number's summary in a group, such as "31.3 (4.1)" or "11.0 (10.2–42.0)"."""

    def row(name: str) -> Row:
        return table.row(variable, name, arm)

    style = table.style
    if summary == "n":
        return numbers.text(row("N_nonmiss"), style)
    if summary == "range":
        return numbers.extent(row("min"), row("max"), style)
    if summary in _SPREADS:
        middle, spread = map(row, _SPREADS[summary])
        return cells.bracketed(middle, numbers.text(spread, style), style)
    if summary == "median_quartiles_range":
        return _quartiles_and_range(table, variable, arm)
    low, high = map(row, _ENDS[summary])
    return cells.spread(row("median"), low, high, style)


def _quartiles_and_range(table: _Baseline, variable: str, arm: str) -> Text:
    median, *ends = (table.row(variable, name, arm) for name in ("median", "p25", "p75", "min", "max"))
    quartiles, whole = (numbers.extent(low, high, table.style) for low, high in (ends[:2], ends[2:]))
    return cells.bracketed(median, quartiles + words("; ") + whole, table.style)


def _share(table: _Baseline, variable: str, level: str, arm: str) -> Text:
    """Return a cell such as "27 (9.2%)"."""
    n, p = (table.row(variable, name, arm, level) for name in ("n", "p"))
    return cells.share(n, p, table.style)
