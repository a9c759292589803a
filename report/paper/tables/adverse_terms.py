"""The table of adverse events by system organ class and preferred term; it looks rows up and calculates nothing."""

from __future__ import annotations

from collections.abc import Iterator

from report.ard import Results
from report.paper.styles import Style
from report.paper.tables.safety import COUNTED, Counts
from report.paper.tables.table import Line, Table
from report.paper.text import Text, words
from report.study.displays import Display
from report.study.model import Study

ORDER = "Classes and terms stand in the order of their frequency in all participants together."


def adverse_event_terms(display: Display, study: Study, results: Results, style: Style) -> Table:
    """Return a table of the classes and the terms within them, a column an arm, a period, or all participants.

    With ``at_least`` a term is shown where so many percent of the participants of some column had it, and a class where
    one of its terms is shown or it is as frequent itself.
    """
    terms = Terms(Counts(study, results, style), display.at_least or 0)
    lines = [line for system in terms.systems() for line in terms.lines(system)]
    lines = lines or [Line(words("No event, or none so frequent"), ())]
    return Table(terms.counts.headings, tuple(lines), (COUNTED, *terms.notes()))


class Terms:
    """The classes and terms of a dictionary as lines; ``at_least`` percent of a column's participants must have one."""

    def __init__(self, counts: Counts, at_least: float) -> None:
        self.counts, self.at_least = counts, at_least

    def systems(self) -> list[str]:
        """Return the classes in the order of the results; one without a name where the terms are in no classes."""
        return self._levels("system", "") if self.counts.plan.system else [""]

    def _levels(self, role: str, system: str) -> list[str]:
        rows = self.counts.results.select(analysis_id=self.counts.analysis(role, system), stat_name="n")
        return list(dict.fromkeys(row.variable_level for row in rows))

    def lines(self, system: str) -> Iterator[Line]:
        """Yield the line of a class and those of its terms, as far as they are frequent enough."""
        terms = [term for term in self._levels("term", system) if self._is_shown("term", term, system)]
        if system and (terms or self._is_shown("system", system, "")):
            yield self.counts.line(self._named("system", system), "system", system)
        for term in terms:
            line = self.counts.line(self._named("term", term), "term", term, system)
            yield Line(line.stub, line.cells, indent=1 if system else 0)

    def _is_shown(self, role: str, level: str, system: str) -> bool:
        """Return whether some column has so many participants with a term, or a number that is open."""
        for column in self.counts.columns:
            n, total = (self.counts.row(role, name, column, level, system) for name in ("n", "N"))
            if n.stat is None or (n.number() and 100 * n.number() >= self.at_least * total.number()):
                return True
        return False

    def _named(self, role: str, level: str) -> Text:
        """Return a class or a term as it is printed: by its label, as it is spelled, in capitals no longer."""
        plan = self.counts.plan
        levels = self.counts.study.column(plan.dataset, plan.variables()[role]).levels
        small = level[:1] + level[1:].lower() if level.isupper() else level
        return words(levels.get(level) or plan.spelled.get(level) or small)

    def notes(self) -> Iterator[Text]:
        """Yield what the table rests on: the dictionary, the order, and what is too rare to be shown."""
        yield words(f"Terms and classes are those of {self.counts.plan.coded_by}. {ORDER}")
        if self.at_least:
            rare = "Shown are terms that at least {least:g}% of the participants of a column had, and their classes."
            yield words(rare.format(least=self.at_least))
