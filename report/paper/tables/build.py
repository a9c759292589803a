"""Which builder makes which kind of table, and the notes that every kind has."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from report.ard import Results
from report.paper import abbreviations
from report.paper.styles import Style
from report.paper.tables import labels, read_in
from report.paper.tables.adverse_terms import adverse_event_terms
from report.paper.tables.baseline import baseline
from report.paper.tables.by_arm import outcome_binary
from report.paper.tables.change_by_visit import change_by_visit
from report.paper.tables.comparison import comparison
from report.paper.tables.endpoints import endpoints
from report.paper.tables.individuals import individuals, visits
from report.paper.tables.multiplicity import multiplicity
from report.paper.tables.outcomes import outcome_change, outcomes
from report.paper.tables.responders import responders
from report.paper.tables.results import results as results_by_line
from report.paper.tables.safety import adverse_events, event_periods
from report.paper.tables.shift import shift
from report.paper.tables.shift_levels import shift_levels
from report.paper.tables.subgroups import subgroups
from report.paper.tables.table import Table
from report.paper.text import Text, words
from report.study.displays import Display
from report.study.endpoints import Endpoint
from report.study.model import Study

OF_STUDY: dict[str, Callable[[Study, Results, Style], Table]] = {
    "adverse_events": adverse_events,
    "baseline": baseline,
    "endpoints": endpoints,
    "multiplicity": multiplicity,
}
OF_ENDPOINT: dict[str, Callable[[Endpoint, Study, Results, Style], Table]] = {
    "change_by_visit": change_by_visit,
    "comparison": comparison,
    "event_periods": event_periods,
    "outcome_binary": outcome_binary,
    "outcome_change": outcome_change,
    "shift_levels": shift_levels,
    "subgroups": subgroups,
}
OF_ENDPOINTS: dict[str, Callable[[Sequence[Endpoint], Study, Results, Style], Table]] = {
    "outcomes": outcomes,
    "responders": responders,
    "shift": shift,
}
OF_DISPLAY: dict[str, Callable[[Display, Study, Results, Style], Table]] = {
    "adverse_event_terms": adverse_event_terms,
    "individuals": individuals,
    "results": results_by_line,
    "visits": visits,
}


def build(display: Display, study: Study, results: Results, style: Style) -> Table:
    """Return the table that a display declares; ResultsError where a result is lacking.

    Its notes are the study file's own, then those of its kind, of the mark for assumptions, and of its abbreviations.
    """
    made = _made(display, study, results, style)
    notes = [*(words(note) for note in display.notes), *made.notes, *labels.explained(made.texts)]
    notes += read_in.note(made, results)
    explained = abbreviations.note([words(display.title), *made.texts, *notes], study)
    return Table(made.headings, made.lines, (*notes, *_some(explained)))


def _made(display: Display, study: Study, results: Results, style: Style) -> Table:
    if display.kind in OF_STUDY:
        return OF_STUDY[display.kind](study, results, style)
    if display.kind in OF_DISPLAY:
        return OF_DISPLAY[display.kind](display, study, results, style)
    shown = [study.endpoint(name) for name in display.shown_endpoints]
    if display.kind in OF_ENDPOINTS:
        return OF_ENDPOINTS[display.kind](shown, study, results, style)
    return OF_ENDPOINT[display.kind](shown[0], study, results, style)


def _some(note: Text) -> tuple[Text, ...]:
    return (note,) if note else ()
