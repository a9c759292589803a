"""The lines of a table of results: which analysis each shows, and how its statistics stand in a cell."""

from __future__ import annotations

import re
from typing import Self

from pydantic import model_validator

from report.study.data import Model, Name, Text
from report.study.faults import refuse

STATISTIC = re.compile(r"\{([\w.]+)\}")
EXAMPLE = 'as show: "{mean} ({sd})"'


class ShownLine(Model):
    """One line: the name of an analysis, and its statistics in braces with the words between them.

    It has a cell for each arm where the analysis has results by arm, and one across all arms where it has none.
    ``visit`` and ``level`` choose among the results of an analysis.
    """

    label: Text
    analysis: Text
    show: Text
    visit: Name | None = None
    level: str = ""

    @property
    def statistics(self) -> tuple[str, ...]:
        """The statistics that it shows, in their order."""
        return tuple(STATISTIC.findall(self.show))

    @model_validator(mode="after")
    def _shows_statistics(self) -> Self:
        between = STATISTIC.sub("", self.show)
        if not self.statistics or "{" in between or "}" in between:
            raise refuse("show names statistics in braces", f"write them {EXAMPLE}", "show")
        if any(each.isdigit() for each in between):
            told = "a number stands in show, which no result gives"
            raise refuse(told, f"name the statistic that it is in braces, {EXAMPLE}", "show")
        return self
