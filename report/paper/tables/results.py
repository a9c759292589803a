"""A table of results that the study file names line by line: ours, and those that were read in."""

from __future__ import annotations

from collections.abc import Sequence

from report.ard import Results, Row
from report.errors import ResultsError
from report.paper import numbers
from report.paper.styles import Style
from report.paper.tables import arms
from report.paper.tables.table import Line, Table
from report.paper.text import Text, words
from report.study.displays import Display
from report.study.model import Study
from report.study.shown_lines import STATISTIC, ShownLine


def results(display: Display, study: Study, computed: Results, style: Style) -> Table:
    """Return a line for each that the display names, with a cell an arm or one across all arms."""
    columns = arms.columns(study)
    lines = tuple(Line(words(line.label), _cells(line, columns, computed, style)) for line in display.lines)
    names = [(study.arm(arm).short or study.arm(arm).label) if arm else "Participants" for arm in columns]
    return Table((words("Result"), *map(words, names)), lines, ())


def _cells(line: ShownLine, columns: Sequence[str], computed: Results, style: Style) -> tuple[Text, ...]:
    """Return the cells of a line: by arm where there are such results, "–" for an arm that has none."""
    held = [row for row in computed.select(analysis_id=line.analysis) if _is_of(line, row)]
    by_arm = [arm for arm in columns if any(row.group1_level == arm for row in held)] if columns != [""] else []
    if not by_arm:
        return (_cell(line, "", computed, style),)
    return tuple(_cell(line, arm, computed, style) if arm in by_arm else words("–") for arm in columns)


def _is_of(line: ShownLine, row: Row) -> bool:
    return row.stat_name in line.statistics and row.variable_level == line.level and line.visit in (None, row.visit)


def _cell(line: ShownLine, arm: str, computed: Results, style: Style) -> Text:
    """Return the statistics of an arm with the words between them; what has no value stands alone."""
    rows = {name: _row(line, name, arm, computed) for name in line.statistics}
    lacking = next((row for row in rows.values() if row.stat is None), None)
    if lacking is not None:
        return numbers.text(lacking, style)
    made = Text()
    for index, part in enumerate(STATISTIC.split(line.show)):
        made = made + (_shown(rows[part], style) if index % 2 else words(part))
    return made


def _row(line: ShownLine, name: str, arm: str, computed: Results) -> Row:
    """Return the row of a statistic: of the arm, or, as a confidence level, of all arms together."""
    where = {"analysis_id": line.analysis, "stat_name": name, "variable_level": line.level}
    where |= {"visit": line.visit} if line.visit else {}
    of_arm = computed.select(group1_level=arm, **where)
    try:
        return of_arm[0] if len(of_arm) == 1 else computed.one(group1_level="" if not of_arm else arm, **where)
    except ResultsError as fault:
        raise ResultsError(f"the line {line.label}: {fault.message}", remedy=fault.remedy) from fault


def _shown(row: Row, style: Style) -> Text:
    is_p = row.format_key.partition(":")[0] in ("p", "p_exact")
    return numbers.bare_p(row, style) if is_p else numbers.text(row, style)
