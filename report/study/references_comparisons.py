"""Endpoints whose form names what is not there: values, several visits, times, numbers of events, crossovers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from report.study.data import Column
from report.study.endpoints import Endpoint
from report.study.families import COMPARING, CROSSOVER, EVENT_BY_ARM, family
from report.study.faults import Fault, among, missing
from report.study.model import Study
from report.study.places import Place
from report.study.references_data import identifier, level, visit


def faults(study: Study, endpoint: Endpoint, place: Place) -> Iterator[Fault]:
    """Yield every fault of an endpoint's form; its data set and its variable are there."""
    if endpoint.event is not None:
        yield from event(study, endpoint, place)
    elif (
        endpoint.compares != "value"
        or study.design.kind == "single_arm"
        or study.column(endpoint.dataset, endpoint.variable).type not in ("category", "number", "integer")
    ):
        yield from _number(study, endpoint, place)
    yield from {
        "value": at_one_visit, "paired_event": at_two_visits, "time": _time, "count": _count, "repeated": _repeated,
        "crossover": _crossover,
    }[endpoint.compares](study, endpoint, place)  # fmt: skip


def event(study: Study, endpoint: Endpoint, place: Place) -> Iterator[Fault]:
    """Yield a fault unless the event is a level of a category."""
    column = study.column(endpoint.dataset, endpoint.variable)
    if column.type != "category":
        told = f"an event is a level of a category, and {endpoint.variable} is of type {column.type}"
        yield Fault((*place, "variable"), told, "name a category, or derive one from it with rule: category")
    else:
        yield from level((*place, "event"), str(endpoint.event), column, f"level of {endpoint.variable}")


def _number(study: Study, endpoint: Endpoint, place: Place) -> Iterator[Fault]:
    column = study.column(endpoint.dataset, endpoint.variable)
    if not column.is_number:
        told = f"{family(study, endpoint).said} is of a number, and {endpoint.variable} is of type {column.type}"
        yield Fault((*place, "variable"), told, "name a number, or derive one")


def at_one_visit(study: Study, endpoint: Endpoint, place: Place) -> Iterator[Fault]:
    """Yield a fault unless the endpoint names its visit where there are some, and none where there are none."""
    if study.visit_variable(endpoint.dataset) is None:
        yield from one_row_each(study, endpoint, place)
    elif endpoint.visit is not None:
        yield from visit(study, (*place, "visit"), endpoint.visit)
    else:
        named = ", ".join(each.id for each in study.visits) or "those that the section visits declares"
        yield Fault(
            place, f"visit is missing: {endpoint.variable} has a value at each visit", f"add visit: one of {named}"
        )


def one_row_each(study: Study, endpoint: Endpoint, place: Place) -> Iterator[Fault]:
    """Yield a fault unless a data set without visits has a row a participant, and no visit is asked for."""
    if not study.datasets[endpoint.dataset].is_one_row_each:
        told = f"{endpoint.dataset} has several rows a participant"
        remedy = "name a data set with one row a participant, or with visits"
        yield Fault((*place, "dataset"), told, remedy)
    elif endpoint.visit is not None:
        yield Fault((*place, "visit"), f"{endpoint.dataset} has one row a participant, and no visits", "take visit out")


def _with_visits(study: Study, endpoint: Endpoint, place: Place) -> Iterator[Fault]:
    if study.visit_variable(endpoint.dataset) is None:
        told = f"{endpoint.dataset} names no visit column"
        remedy = "name it with visit: in the data set, or derive the visits with rule: visit_window"
        yield Fault((*place, "dataset"), told, remedy)


def at_two_visits(study: Study, endpoint: Endpoint, place: Place) -> Iterator[Fault]:
    """Yield a fault unless the endpoint names two visits, the later one after the earlier one."""
    yield from _with_visits(study, endpoint, place)
    for field, named in (("visit", endpoint.visit), ("against", endpoint.against)):
        yield from visit(study, (*place, field), str(named))
    yield from _in_order(study, endpoint, [str(endpoint.visit)], place, "visit")


def _repeated(study: Study, endpoint: Endpoint, place: Place) -> Iterator[Fault]:
    yield from _with_visits(study, endpoint, place)
    for number, named in enumerate(endpoint.visits):
        yield from visit(study, (*place, "visits", number), named)
    if endpoint.against is not None:
        yield from visit(study, (*place, "against"), endpoint.against)
        yield from _in_order(study, endpoint, endpoint.visits, place, "visits")


def _in_order(study: Study, endpoint: Endpoint, later: Iterable[str], place: Place, key: str) -> Iterator[Fault]:
    days = {each.id: each.day for each in study.visits}
    earlier = days.get(str(endpoint.against))
    for name in later:
        if name in days and earlier is not None and days[name] <= earlier:
            told = f"{name} is not after {endpoint.against}"
            yield Fault((*place, key), told, "write the later visit in visit, the earlier one in against")


def _time(study: Study, endpoint: Endpoint, place: Place) -> Iterator[Fault]:
    assert endpoint.time is not None
    yield from one_row_each(study, endpoint, place)
    columns, name = study.variables(endpoint.dataset), endpoint.time.status
    there: Place = (*place, "time", "status")
    yield from missing(there, name, columns, f"variable of {endpoint.dataset}")
    yield from identifier(there, name, columns)
    if name in columns and columns[name].type not in ("category", "integer"):
        told = f"a status is a category or an integer, and {name} is of type {columns[name].type}"
        yield Fault(there, told, "declare it as a category, with each value and what it means")
    elif name in columns:
        yield from _values(endpoint, name, columns[name], place)
    unit = study.column(endpoint.dataset, endpoint.variable).unit
    if endpoint.time.shown_in is not None and unit != "days":
        held = f"and the unit of {endpoint.variable} is {unit or 'not given'}"
        told = f"times are shown in {endpoint.time.shown_in} where the variable holds days, {held}"
        yield Fault((*place, "time", "shown_in"), told, "write unit: days for the variable, or take shown_in out")


def _values(endpoint: Endpoint, name: str, column: Column, place: Place) -> Iterator[Fault]:
    assert endpoint.time is not None
    named = [("event", endpoint.time.event), *((f"competing.{n}", v) for n, v in enumerate(endpoint.time.competing))]
    for key, value in named:
        there: Place = (*place, "time", *(int(part) if part.isdigit() else part for part in key.split(".")))
        if column.type == "category":
            yield from level(there, value, column, f"level of {name}")
        elif not value.lstrip("-").isdigit():
            yield Fault(there, f"{name} is an integer, and {value} is none", 'write the number, as "0"')


def _count(study: Study, endpoint: Endpoint, place: Place) -> Iterator[Fault]:
    dataset = study.datasets[endpoint.dataset]
    if endpoint.event is None:
        yield from one_row_each(study, endpoint, place)
    elif dataset.record is None:
        told = f"events are counted row by row, and the rows of {endpoint.dataset} are no events"
        yield Fault((*place, "dataset"), told, "name a data set whose rows record: tells apart, or take event out")
    home, name = _home(study, endpoint, str(endpoint.exposure))
    there: Place = (*place, "exposure")
    columns = study.variables(home)
    yield from missing(there, name, columns, f"variable of {home}")
    if name in columns and not columns[name].is_number:
        told = f"an exposure is a number, and {name} is of type {columns[name].type}"
        yield Fault(there, told, "name the time of observation, or derive it with rule: time_between")


def _crossover(study: Study, endpoint: Endpoint, place: Place) -> Iterator[Fault]:
    assert endpoint.crossover is not None
    yield from _with_visits(study, endpoint, place)
    for number, named in enumerate(endpoint.crossover.periods):
        yield from visit(study, (*place, "crossover", "periods", number), named)
    arms = [arm.id for arm in study.design.arms]
    for name in endpoint.crossover.treatments:
        yield from missing((*place, "crossover", "treatments", name), name, arms, "arm")


def adjusted_for(study: Study, endpoint: Endpoint, place: Place) -> Iterator[Fault]:
    """Yield what is wrong with the covariates, the cluster and, but for an event by arm, the strata of an endpoint."""
    its_own = family(study, endpoint)
    named: list[tuple[Place, str, str]] = [
        ((*place, "covariates", n), name, "covariates") for n, name in enumerate(endpoint.covariates)
    ]
    named += [((*place, "cluster"), endpoint.cluster, "cluster")] if endpoint.cluster else []
    if its_own is not EVENT_BY_ARM:
        named += [((*place, "strata"), endpoint.strata, "strata")] if endpoint.strata else []
    for there, name, key in named:
        if its_own not in (*COMPARING, CROSSOVER):
            told = f"{key} belong to a comparison of arms, and {endpoint.id} is {its_own.said}"
            yield Fault(there, told, f"take {key} out")
        else:
            yield from _adjusted(study, endpoint, there, name, key)


TYPES = {
    "covariates": ("number", "integer", "category"),
    "strata": ("category",),
    "cluster": ("category", "text", "integer"),
}


def _adjusted(study: Study, endpoint: Endpoint, place: Place, name: str, key: str) -> Iterator[Fault]:
    home, _ = _home(study, endpoint, name)
    columns = study.variables(home)
    arms = study.design.allocation
    if name == endpoint.variable or (arms is not None and (home, name) == (arms.dataset, arms.column)):
        told = f"{name} is {'the outcome itself' if name == endpoint.variable else 'the column of the arms'}"
        yield Fault(place, told, "name another variable")
        return
    own = (endpoint.variable, arms.column if arms is not None and arms.dataset == home else "")
    fitting = [n for n, c in columns.items() if c.type in TYPES[key] and not c.identifier and n not in own]
    yield from missing(place, name, columns, f"variable of {home}")
    if key != "cluster":
        yield from identifier(place, name, columns)
    if name in columns and columns[name].type not in TYPES[key]:
        told = f"{name} is of type {columns[name].type}; {key} are {' or '.join(TYPES[key])}"
        yield Fault(place, told, among(name, fitting))


def _home(study: Study, endpoint: Endpoint, name: str) -> tuple[str, str]:
    return study.home_of(endpoint, name), name
