"""What variables are called in stubs and headings, and the mark of those that a reconstruction assumes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from report.paper.text import Text, words
from report.study.data import Column
from report.study.endpoints import Endpoint
from report.study.model import Study

MARK = words("\u00a0†")
ASSUMED = words("† Not in the sources used: an assumption of the reconstruction.")


def marked(label: Text, column: Column) -> Text:
    """Return a label, with the mark where its variable is an assumption."""
    return label + MARK if column.assumed else label


def explained(texts: Iterable[Text]) -> tuple[Text, ...]:
    """Return the note that explains the mark, where one of the texts bears it."""
    bear = any(MARK.pieces[0] in text.pieces for text in texts)
    return (ASSUMED,) if bear else ()


def variable(column: Column, name: str) -> Text:
    """Return a variable's label with its unit, such as "CRP (mg/L)"."""
    return marked(words(measured(column, column.label or name)), column)


def measured(column: Column, label: str) -> str:
    """Return a label with the unit of its variable."""
    return f"{label} ({column.unit})" if column.unit else label


def event(column: Column, name: str, level: str) -> str:
    """Return a category's label with the level that counts, which "Yes" need not be told."""
    label, shown = column.label or name, column.levels[level]
    return label if shown == "Yes" else f"{label}: {shown}"


def measures(endpoints: Sequence[Endpoint], study: Study) -> dict[str, Text]:
    """Return the variable that each endpoint measures, by the endpoint's id.

    The same variable at the same visits, as in two populations, is told apart by the endpoints' own labels.
    """
    held = Counter(_compared(endpoint) for endpoint in endpoints)
    return {each.id: _measure(each, study, alone=held[_compared(each)] == 1) for each in endpoints}


def _compared(endpoint: Endpoint) -> tuple[str | None, ...]:
    return endpoint.dataset, endpoint.variable, endpoint.event, endpoint.against, endpoint.visit


def _measure(endpoint: Endpoint, study: Study, *, alone: bool) -> Text:
    column = study.column(endpoint.dataset, endpoint.variable)
    if endpoint.event is not None:
        label = event(column, endpoint.variable, endpoint.event) if alone else endpoint.label
    else:
        label = measured(column, (column.label or endpoint.variable) if alone else endpoint.label)
    return marked(words(label), column)
