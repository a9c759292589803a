"""What is said of single participants in the results, and the same results without it.

Individual rows are archived only where a ground for showing them is recorded (``individual_data``) and the rows are
not private. Otherwise they are left out: the displays of individuals say so in their place, and so does each result
that the text prints, which keeps its row for that, without value, unit or participant.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from dataclasses import dataclass

from report.archiving.standing import Standing
from report.ard import Results, Row
from report.paper import left_out
from report.paper.numbers import LEFT_OUT
from report.study.displays import OF_INDIVIDUALS
from report.study.model import Study

PROSE = "prose"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What cannot be built from an archive: a display or an analysis, and the templates' lines that print it."""

    name: str
    places: tuple[str, ...]

    def line(self) -> str:
        """Return it as one line, such as "fig-jadas71 (templates/40-results.qmd.j2:32)"."""
        return f"{self.name} ({', '.join(self.places)})" if self.places else self.name


@dataclass(frozen=True, slots=True)
class Scope:
    """What goes into an archive: the data files or not; why rows of individuals do not, and what is lost with them."""

    with_data: bool
    why: str
    lost: tuple[LeftOut, ...]

    @property
    def is_whole(self) -> bool:
        """Whether every result is in the archive, so that the paper is built from it byte for byte."""
        return not self.why


def scope(found: Standing, *, with_data: bool) -> Scope:
    """Return what goes into the archive of a paper."""
    has_individuals = any(row.disclosure != "aggregate" for row in found.results)
    why = _why_left_out(found.study) if has_individuals else ""
    return Scope(with_data, why, _left_out(found) if why else ())


def _why_left_out(study: Study) -> str:
    if study.study.is_private:
        return "the rows are those of real participants, and no data_licence makes them public"
    if not study.individual_data.display:
        return "the study file records no consent to show single participants (individual_data)"
    return ""


def _left_out(found: Standing) -> tuple[LeftOut, ...]:
    """Return what the archive cannot build: displays of individuals, and their analyses that the text prints."""
    names = [*displays(found.study), *dict.fromkeys(row.analysis_id for row in _in_prose(found))]
    return tuple(LeftOut(name, tuple(_places(found, name))) for name in names)


def displays(study: Study) -> list[str]:
    """Return the displays that show single participants."""
    return [display.id for display in study.displays if display.kind in OF_INDIVIDUALS]


def _in_prose(found: Standing) -> list[Row]:
    printed = {result_id for result_id, _, place in found.printed if place == PROSE}
    return [row for row in found.results if row.disclosure != "aggregate" and row.result_id in printed]


def _places(found: Standing, name: str) -> Iterator[str]:
    quoted = re.compile(rf"""(["']){re.escape(name)}\1""")
    for template in found.record["templates"]["files"]:
        if template.endswith(".j2"):
            lines = (found.place.folder / template).read_text(encoding="utf-8").splitlines()
            yield from (f"{template}:{number}" for number, line in enumerate(lines, 1) if quoted.search(line))


def without(found: Standing) -> Results:
    """Return the results without any individual row, save an empty one for each that the text prints.

    Each display that cannot be drawn has a row that says so.
    """
    kept = {row.result_id for row in _in_prose(found)}
    rows = (_emptied(row) if row.disclosure != "aggregate" else row for row in found.results)
    wanted = (row for row in rows if row.disclosure == "aggregate" or row.result_id in kept)
    return Results(found.results.header, [*wanted, *map(left_out.row, displays(found.study))])


def _emptied(row: Row) -> Row:
    """Return a row that says nothing but where it stood; a participant stays where the template names one itself."""
    is_named = f".{row.group1_level}." in f".{row.result_id}."
    return dataclasses.replace(
        row, stat=None, reason=LEFT_OUT, unit="", query="", warning="", format_key="text",
        group1_level=row.group1_level if is_named else "",
    )  # fmt: skip
