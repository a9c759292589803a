"""Tables: result rows set in rows and columns. Nothing is calculated here.

A table is a frozen model; ``tree`` turns it into a pandoc document that both engines print.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from report.ard import Results, Row
from report.paper import numbers
from report.paper.styles import Style
from report.paper.text import Text, fill, words
from report.study.displays import Display
from report.study.endpoints import Endpoint, MethodUse
from report.study.model import Study
from report.study.plan import BaselineVariable


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table: its stub, how deep it is set in, and a cell a column, or one cell that spans them all."""

    stub: Text
    cells: tuple[Text, ...]
    indent: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """A table: headings over the stub and each column, lines, notes under it."""

    headings: tuple[Text, ...]
    lines: tuple[Line, ...]
    notes: tuple[Text, ...]


def build(display: Display, study: Study, results: Results, style: Style) -> Table:
    """Return the table that a display declares; ResultsError where a result is lacking."""
    if display.kind == "baseline":
        table = baseline(study, results, style)
    else:
        assert display.endpoint is not None
        make = {"outcome_change": outcome_change, "outcome_binary": outcome_binary}[display.kind]
        table = make(study.endpoint(display.endpoint), study, results, style)
    return Table(table.headings, table.lines, (*table.notes, *(words(note) for note in display.notes)))


def arm_columns(study: Study) -> list[str]:
    """Return the group level of each column: the arms in declared order, or one column for a single arm."""
    return [""] if study.design.kind == "single_arm" else [arm.id for arm in study.design.arms]


def heading(study: Study, arm: str, total: Row, style: Style) -> Text:
    """Return a column's heading with its number of participants, such as "Placebo (n = 307)"."""
    name = (study.arm(arm).short or study.arm(arm).label) if arm else "Participants"
    return fill("{name} (n\u00a0=\u00a0{n})", name=words(name), n=numbers.text(total, style))


def baseline(study: Study, results: Results, style: Style) -> Table:
    """Return the table of baseline characteristics, a column an arm, without tests."""
    assert study.baseline is not None
    arms = arm_columns(study)
    lines: list[Line] = []
    for variable in study.baseline.variables:
        lines += _baseline_lines(variable, arms, study, results, style)
    totals = {arm: results.one(analysis_id="baseline.N", group1_level=arm, stat_name="N") for arm in arms}
    headings = (words("Characteristic"), *(heading(study, arm, totals[arm], style) for arm in arms))
    return Table(headings, tuple(lines), ())


def _baseline_lines(
    line: BaselineVariable, arms: Sequence[str], study: Study, results: Results, style: Style
) -> list[Line]:
    column = study.variable(line.variable)
    label = line.label or column.label or line.variable
    if column.type == "category":
        return _category_lines(line, label, arms, study, results, style)
    unit = f" ({column.unit})" if column.unit else ""
    summaries = line.summary or ("median_quartiles",)
    made = [
        Line(
            words(f"{label}{unit}, {_summary_label(summary, style)}"),
            tuple(_summary(summary, f"baseline.{line.variable}", arm, results, style) for arm in arms),
        )
        for summary in summaries
    ]
    return made + _missing_line(line.variable, arms, results, style)


def _category_lines(
    line: BaselineVariable, label: str, arms: Sequence[str], study: Study, results: Results, style: Style
) -> list[Line]:
    levels = study.variable(line.variable).levels
    shown = line.show or tuple(levels)
    counted = [
        (level, tuple(_share(f"baseline.{line.variable}", level, arm, results, style) for arm in arms))
        for level in shown
    ]
    missing = _missing_line(line.variable, arms, results, style)
    if len(shown) == 1:
        name = label if line.label or levels[shown[0]] == "Yes" else f"{label}: {levels[shown[0]]}"
        return [Line(words(f"{name}, n\u00a0(%)"), counted[0][1]), *missing]
    blank = tuple(Text() for _ in arms)
    return [
        Line(words(f"{label}, n\u00a0(%)"), blank),
        *(Line(words(levels[v]), cells, 1) for v, cells in counted),
        *missing,
    ]


def _missing_line(variable: str, arms: Sequence[str], results: Results, style: Style) -> list[Line]:
    """Return a line with the number missing in each arm, only where someone's value is missing."""
    rows = [results.one(analysis_id=f"baseline.{variable}", group1_level=arm, stat_name="N_miss") for arm in arms]
    if not any(row.stat for row in rows):
        return []
    return [Line(words("Missing"), tuple(numbers.text(row, style) for row in rows), 1)]


def _summary_label(summary: str, style: Style) -> str:
    return {
        "median_range": f"{style.median_label} (range)",
        "median_quartiles": f"{style.median_label} (quartiles)",
        "mean_sd": f"mean ({style.sd_label})",
    }[summary]


def _summary(summary: str, analysis: str, arm: str, results: Results, style: Style) -> Text:
    def row(name: str) -> Row:
        return results.one(analysis_id=analysis, group1_level=arm, stat_name=name)

    if summary == "mean_sd":
        return numbers.with_brackets(row("mean"), style, numbers.text(row("sd"), style))
    low, high = ("min", "max") if summary == "median_range" else ("p25", "p75")
    return numbers.with_brackets(row("median"), style, numbers.extent(row(low), row(high), style))


def _share(analysis: str, level: str, arm: str, results: Results, style: Style) -> Text:
    """Return a cell such as "27 (9.2%)"."""
    where = {"analysis_id": analysis, "variable_level": level, "group1_level": arm}
    n, p = (results.one(**where, stat_name=name) for name in ("n", "p"))
    return numbers.with_brackets(n, style, numbers.text(p, style))


def outcome_change(endpoint: Endpoint, study: Study, results: Results, style: Style) -> Table:
    """Return a table of one endpoint's change within participants: both visits, the change, the test."""
    assert endpoint.visit is not None and endpoint.against is not None
    column = study.column(endpoint.dataset, endpoint.variable)
    told = _Change(endpoint, results, style)
    n = told.text("change", "N_pairs")
    described = [
        Line(words(f"{study.visit(visit).label}, {style.median_label} (range)"), (told.spread(visit),))
        for visit in (endpoint.against, endpoint.visit)
    ]
    unit = f", {column.unit}" if column.unit else ""
    headings = (words(f"{column.label or endpoint.variable}{unit}"), fill("Participants (n\u00a0=\u00a0{n})", n=n))
    return Table(headings, (*described, *told.change(n)), (told.note(n),))


class _Change:
    """Sets the results of one change in lines; it looks rows up and calculates nothing."""

    def __init__(self, endpoint: Endpoint, results: Results, style: Style) -> None:
        self.endpoint, self.results, self.style = endpoint, results, style

    def row(self, method: str, name: str, visit: str | None = None) -> Row:
        where = visit or self.endpoint.visit
        return self.results.one(analysis_id=f"{self.endpoint.id}.{method}", stat_name=name, visit=where)

    def text(self, method: str, name: str, visit: str | None = None) -> Text:
        return numbers.text(self.row(method, name, visit), self.style)

    def spread(self, visit: str) -> Text:
        extent = numbers.extent(self.row("change", "min", visit), self.row("change", "max", visit), self.style)
        return numbers.with_brackets(self.row("change", "median", visit), self.style, extent)

    def change(self, n: Text) -> list[Line]:
        level = numbers.interval_name(self.row("hodges_lehmann", "conf.level"), self.style)
        low, high = (self.row("hodges_lehmann", name) for name in ("conf.low", "conf.high"))
        limits = numbers.interval(low, high, self.style)
        estimate = numbers.with_brackets(self.row("hodges_lehmann", "estimate"), self.style, limits)
        k = self.text("change", "n_fell")
        fell = k if self.row("change", "n_fell").query else fill("{k}\u00a0of\u00a0{n}", k=k, n=n)
        p = numbers.bare_p(self.row("signed_rank", "p.value"), self.style)
        return [
            Line(words("Difference of the medians"), (self.text("change", "difference_of_medians"),)),
            Line(fill("Hodges-Lehmann estimate of the change ({level})", level=level), (estimate,)),
            Line(words("Participants whose value fell"), (fell,)),
            Line(words(f"Exact two-sided signed-rank test, {self.style.p.symbol}"), (p,)),
        ]

    def note(self, n: Text) -> Text:
        reached = self.text("hodges_lehmann", "conf.level_reached")
        floor = numbers.bare_p(self.row("signed_rank", "p.floor"), self.style)
        pattern = (
            "The exact interval attains a confidence of {level}. The smallest {p} that {n} pairs allow is {floor}."
        )
        return fill(pattern, level=reached, p=words(self.style.p.symbol), n=n, floor=floor)


def outcome_binary(endpoint: Endpoint, study: Study, results: Results, style: Style) -> Table:
    """Return a table of a binary outcome: a column an arm, a line each for risk, differences, ratio and test."""
    arms = arm_columns(study)

    def row(method: str, name: str, arm: str) -> Row:
        return results.one(analysis_id=f"{endpoint.id}.{method}", stat_name=name, group1_level=arm)

    def risk(arm: str) -> Text:
        return numbers.of_total((row("risk", name, arm) for name in ("n", "N", "p")), style)

    def compared(use: MethodUse, arm: str) -> Text:
        if use.method == "fisher":
            return numbers.bare_p(row(use.name, "p.value", arm), style)
        shown = numbers.interval(row(use.name, "conf.low", arm), row(use.name, "conf.high", arm), style)
        return numbers.with_brackets(row(use.name, "estimate", arm), style, shown)

    others = [arm for arm in arms if arm != study.design.reference]
    lines = [Line(words(f"{endpoint.label}, n of N\u00a0(%)"), tuple(risk(arm) for arm in arms))]
    missing = [row("risk", "N_miss", arm) for arm in arms]
    if any(each.stat for each in missing):
        lines.append(Line(words("Outcome missing"), tuple(numbers.text(each, style) for each in missing)))
    for use in endpoint.methods:
        if use.method != "risk":
            cells = {arm: compared(use, arm) for arm in others}
            lines.append(Line(_comparison_label(endpoint, use, results, style), _beside(cells, arms)))
    headings = (words("Outcome"), *(heading(study, arm, row("risk", "N_population", arm), style) for arm in arms))
    return Table(headings, tuple(lines), ())


def _beside(cells: dict[str, Text], arms: Sequence[str]) -> tuple[Text, ...]:
    """Return a comparison's cells: one across both arms, or with more arms each under its own, the reference named."""
    if len(cells) == 1:
        return tuple(cells.values())
    return tuple(cells.get(arm, words("reference")) for arm in arms)


def _comparison_label(endpoint: Endpoint, use: MethodUse, results: Results, style: Style) -> Text:
    """Return the stub of a comparison, which names its interval or test."""
    if use.method == "fisher":
        return words(f"Fisher\u2019s exact two-sided test, {style.p.symbol}")
    measure = {"risk_reduction": "Absolute risk reduction, percentage points", "risk_ratio": "Risk ratio"}[use.method]
    level = results.one(analysis_id=f"{endpoint.id}.{use.name}", stat_name="conf.level")
    named = words(_INTERVALS[str(use.arguments["interval"])])
    return fill(
        "{measure} ({ci}, {named})", measure=words(measure), ci=numbers.interval_name(level, style), named=named
    )


_INTERVALS = {"miettinen_nurminen": "Miettinen-Nurminen", "newcombe": "Newcombe", "koopman": "Koopman"}
