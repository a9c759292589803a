"""Endpoints and displays of the study file that name what is not there, or what does not fit."""

from __future__ import annotations

from collections.abc import Iterator

from report.study.data import Column
from report.study.displays import Display
from report.study.endpoints import BY_ARM, WITHIN, Endpoint
from report.study.faults import Fault, among, missing
from report.study.model import Study
from report.study.places import Place
from report.study.references_data import level, variable, visit


def faults(study: Study) -> Iterator[Fault]:
    """Yield every fault of the endpoints and the displays, in the order of the study file."""
    for index, endpoint in enumerate(study.endpoints):
        yield from _endpoint(study, endpoint, ("endpoints", index))
        if _is_computed(study, endpoint):
            yield from _methods(endpoint, ("endpoints", index, "methods"))
    for index, display in enumerate(study.displays):
        yield from _display(study, display, ("displays", index))


def _is_computed(study: Study, endpoint: Endpoint) -> bool:
    """Return whether there are methods for such an endpoint in this design; where not, that alone is said."""
    return study.design.kind == "single_arm" or endpoint.event is not None


def _endpoint(study: Study, endpoint: Endpoint, place: Place) -> Iterator[Fault]:
    yield from missing((*place, "population"), endpoint.population, study.populations, "population")
    yield from missing((*place, "dataset"), endpoint.dataset, study.datasets, "data set")
    yield from variable(study, (*place, "variable"), endpoint.dataset, endpoint.variable)
    if endpoint.dataset not in study.datasets or endpoint.variable not in study.variables(endpoint.dataset):
        return
    column = study.variables(endpoint.dataset)[endpoint.variable]
    if endpoint.event is not None:
        yield from _event(study, endpoint, column, place)
    else:
        yield from _change(study, endpoint, column, place)


def _event(study: Study, endpoint: Endpoint, column: Column, place: Place) -> Iterator[Fault]:
    if column.type != "category":
        told = f"an event is a level of a category, and {endpoint.variable} is of type {column.type}"
        yield Fault((*place, "variable"), told, "name a category, or derive one from it with rule: category")
    else:
        yield from level((*place, "event"), str(endpoint.event), column, f"level of {endpoint.variable}")
    if not study.datasets[endpoint.dataset].is_one_row_each:
        told = f"{endpoint.dataset} has several rows a participant"
        yield Fault((*place, "dataset"), told, "name a data set with one row a participant")
    if study.design.kind == "single_arm":
        told = "an event is compared by arm, and this study has one arm"
        yield Fault((*place, "event"), told, "write visit: and against: instead, for a change within participants")


def _change(study: Study, endpoint: Endpoint, column: Column, place: Place) -> Iterator[Fault]:
    if not column.is_number:
        told = f"a change is of a number, and {endpoint.variable} is of type {column.type}"
        yield Fault((*place, "variable"), told, "name a number, or derive one")
    if not _is_computed(study, endpoint):
        told = "a change within participants is not compared between arms yet"
        yield Fault((*place, "visit"), told, "write event: with a level of a category instead of visit and against")
    if study.visit_variable(endpoint.dataset) is None:
        told = f"{endpoint.dataset} names no visit column"
        remedy = "name it with visit: in the data set, or derive the visits with rule: visit_window"
        yield Fault((*place, "dataset"), told, remedy)
    if not _is_computed(study, endpoint):
        return
    days = {visit.id: visit.day for visit in study.visits}
    for field, named in (("visit", endpoint.visit), ("against", endpoint.against)):
        yield from visit(study, (*place, field), str(named))
    later, earlier = days.get(str(endpoint.visit)), days.get(str(endpoint.against))
    if later is not None and earlier is not None and later <= earlier:
        told = f"{endpoint.visit} is not after {endpoint.against}"
        yield Fault((*place, "visit"), told, "write the later visit in visit, the earlier one in against")


def _methods(endpoint: Endpoint, place: Place) -> Iterator[Fault]:
    """Yield methods that are not known, for another kind of endpoint, or not told apart."""
    fitting, other = (BY_ARM, WITHIN) if endpoint.event is not None else (WITHIN, BY_ARM)
    names = [use.name for use in endpoint.methods]
    for index, use in enumerate(endpoint.methods):
        if use.method in other:
            kind = "a change within participants" if use.method in WITHIN else "a binary outcome by arm"
            told = f"{use.method} is for another kind of endpoint, {kind}"
            yield Fault((*place, index, "method"), told, f"these fit: {', '.join(fitting)}")
        elif use.method not in fitting:
            yield Fault((*place, index, "method"), f"there is no method named {use.method}", among(use.method, fitting))
        if use.name in names[:index]:
            told, remedy = f"the method {use.name} stands twice", "take one out, or give one of them an id of its own"
            yield Fault((*place, index, "id" if use.id else "method"), told, remedy)


NEEDS = {
    "outcome_change": ("change", "hodges_lehmann", "signed_rank"),
    "courses": ("change",),
    "outcome_binary": ("risk",),
}


def _display(study: Study, display: Display, place: Place) -> Iterator[Fault]:
    if display.kind == "flow" and not study.disposition:
        yield _without(place, "a flow", "disposition")
    if display.kind == "baseline" and study.baseline is None:
        yield _without(place, "a baseline table", "baseline")
    if display.endpoint is None:
        return
    yield from missing((*place, "endpoint"), display.endpoint, [e.id for e in study.endpoints], "endpoint")
    endpoint = next((e for e in study.endpoints if e.id == display.endpoint), None)
    if endpoint is not None and _is_computed(study, endpoint):
        yield from _display_fits(display, endpoint, place)


def _without(place: Place, what: str, section: str) -> Fault:
    return Fault((*place, "kind"), f"{what} needs the section {section}", f"write {section}, or take the display out")


def _display_fits(display: Display, endpoint: Endpoint, place: Place) -> Iterator[Fault]:
    kinds = ("outcome_binary",) if endpoint.event is not None else ("outcome_change", "courses")
    if display.kind not in kinds:
        what = "an event by arm" if endpoint.event is not None else "a change between visits"
        told = f"{display.kind} does not show {what}, which {endpoint.id} is"
        yield Fault((*place, "kind"), told, f"write kind: {' or '.join(kinds)}, or name another endpoint")
        return
    fitting = BY_ARM if endpoint.event is not None else WITHIN
    if any(use.method not in fitting for use in endpoint.methods):
        return  # the method at fault may be the one that is shown
    named = [use.name for use in endpoint.methods]
    for method in NEEDS[display.kind]:
        if method not in named:
            told = f"{display.kind} shows {method}, which {endpoint.id} does not compute"
            yield Fault((*place, "endpoint"), told, f"add - {{method: {method}}} to the methods of {endpoint.id}")
