"""The columns of a table by arm."""

from __future__ import annotations

from report.ard import Row
from report.paper import numbers
from report.paper.styles import Style
from report.paper.text import Text, fill, words
from report.study.model import Study


def columns(study: Study) -> list[str]:
    """Return the group level of each column: the arms in declared order, or one column for a single arm."""
    return [""] if study.design.kind == "single_arm" else [arm.id for arm in study.design.arms]


def heading(study: Study, arm: str, total: Row, style: Style) -> Text:
    """Return a column's heading with its number of participants, such as "Placebo (n = 307)"."""
    name = (study.arm(arm).short or study.arm(arm).label) if arm else "Participants"
    return of_size(name, total, style)


def of_size(name: str, total: Row, style: Style) -> Text:
    """Return a name with the number of participants that it stands for."""
    return fill("{name} (n\u00a0=\u00a0{n})", name=words(name), n=numbers.text(total, style))
