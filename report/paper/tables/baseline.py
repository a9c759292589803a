"""The table of baseline characteristics: a column an arm, without tests."""

from __future__ import annotations

from collections.abc import Sequence

from report.ard import Results, Row
from report.paper import numbers
from report.paper.styles import Style
from report.paper.tables import arms as arms_of
from report.paper.tables import cells, labels
from report.paper.tables.table import Line, Table
from report.paper.text import Text, words
from report.study.model import Study
from report.study.plan import BaselineVariable


def baseline(study: Study, results: Results, style: Style) -> Table:
    """Return the table of baseline characteristics, a column an arm, without tests."""
    assert study.baseline is not None
    arms = arms_of.columns(study)
    lines: list[Line] = []
    for variable in study.baseline.variables:
        lines += _lines(variable, arms, study, results, style)
    totals = {arm: results.one(analysis_id="baseline.N", group1_level=arm, stat_name="N") for arm in arms}
    headings = (words("Characteristic"), *(arms_of.heading(study, arm, totals[arm], style) for arm in arms))
    return Table(headings, tuple(lines), ())


def _lines(line: BaselineVariable, arms: Sequence[str], study: Study, results: Results, style: Style) -> list[Line]:
    column = study.variable(line.variable)
    label = line.label or column.label or line.variable
    if column.type == "category":
        return _category_lines(line, label, arms, study, results, style)
    summaries = line.summary or ("median_quartiles",)
    made = [
        Line(
            labels.marked(words(f"{labels.measured(column, label)}, {_summary_label(summary, style)}"), column),
            tuple(_summary(summary, f"baseline.{line.variable}", arm, results, style) for arm in arms),
        )
        for summary in summaries
    ]
    return made + _missing_line(line.variable, arms, results, style)


def _category_lines(
    line: BaselineVariable, label: str, arms: Sequence[str], study: Study, results: Results, style: Style
) -> list[Line]:
    column = study.variable(line.variable)
    levels = column.levels
    shown = line.show or tuple(levels)
    counted = [
        (level, tuple(_share(f"baseline.{line.variable}", level, arm, results, style) for arm in arms))
        for level in shown
    ]
    missing = _missing_line(line.variable, arms, results, style)
    if len(shown) == 1:
        name = label if line.label or levels[shown[0]] == "Yes" else f"{label}: {levels[shown[0]]}"
        return [Line(labels.marked(words(f"{name}, n\u00a0(%)"), column), counted[0][1]), *missing]
    blank = tuple(Text() for _ in arms)
    return [
        Line(labels.marked(words(f"{label}, n\u00a0(%)"), column), blank),
        *(Line(words(levels[v]), values, 1) for v, values in counted),
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
        return cells.bracketed(row("mean"), numbers.text(row("sd"), style), style)
    low, high = ("min", "max") if summary == "median_range" else ("p25", "p75")
    return cells.spread(row("median"), row(low), row(high), style)


def _share(analysis: str, level: str, arm: str, results: Results, style: Style) -> Text:
    """Return a cell such as "27 (9.2%)"."""
    where = {"analysis_id": analysis, "variable_level": level, "group1_level": arm}
    n, p = (results.one(**where, stat_name=name) for name in ("n", "p"))
    return cells.share(n, p, style)
