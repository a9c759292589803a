"""Names in the study file that point at nothing, and parts of it that do not fit each other.

Each fault is (place in the file, what is wrong, what would do). The models check a part by itself; here the parts meet.
"""

from __future__ import annotations

from collections.abc import Iterator

from report.study import references_data
from report.study.data import Column
from report.study.model import Study, Where
from report.study.plan import BaselineVariable, Display, Endpoint
from report.study.references_data import Fault, Place, condition, identifier, missing, variable


def faults(study: Study) -> Iterator[Fault]:
    """Yield every fault, in the order of the study file."""
    yield from _design(study)
    yield from references_data.faults(study)
    yield from _disposition(study)
    yield from _baseline(study)
    yield from _safety(study)
    for index, endpoint in enumerate(study.endpoints):
        yield from _endpoint(study, endpoint, ("endpoints", index))
    for index, display in enumerate(study.displays):
        yield from _display(study, display, ("displays", index))


def _design(study: Study) -> Iterator[Fault]:
    for index, author in enumerate(study.authors):
        for key in author.affiliations:
            yield from missing(("authors", index, "affiliations"), key, study.affiliations, "affiliation")
    for key in ("allocation", "start", "end"):
        where = getattr(study.design, key)
        if where is not None:
            yield from _where(study, ("design", key), where)


def _where(study: Study, place: Place, where: Where) -> Iterator[Fault]:
    yield from missing((*place, "dataset"), where.dataset, study.datasets, "data set")
    if where.dataset not in study.datasets:
        return
    columns = study.datasets[where.dataset].columns
    yield from missing((*place, "column"), where.column, columns, f"column of {where.dataset}")
    if not study.datasets[where.dataset].is_one_row_each:
        yield (*place, "dataset"), f"{where.dataset} has several rows a participant", []
    if where.column not in columns:
        return
    yield from identifier((*place, "column"), where.column, columns)
    if place[-1] == "allocation":
        yield from _arms(study, columns[where.column])
    elif columns[where.column].type != "date":
        yield (*place, "column"), f"{where.column} is of type {columns[where.column].type}; a date was expected", []


def _arms(study: Study, column: Column) -> Iterator[Fault]:
    """Every arm is a level of the arms' column and every level an arm, or participants would be lost in silence."""
    if column.type != "category" or not column.required:
        yield ("design", "allocation", "column"), "the column of the arms must be a category, and required", []
        return
    codes = [arm.code for arm in study.design.arms]
    for index, code in enumerate(codes):
        yield from missing(("design", "arms", index, "code"), code, column.levels, "level of the arms' column")
    for level in column.levels:
        if level not in codes:
            yield ("design", "arms"), f"no arm has the code {level}, a level of the arms' column", []


BOXES = {
    "single_arm": ("assessed", "excluded", "enrolled", "treated", "completed", "lost", "discontinued", "not_analysed",
                   "analysed"),
    "parallel": ("assessed", "excluded", "randomised", "allocated", "received", "not_received", "lost", "discontinued",
                 "analysed", "not_analysed"),
}  # fmt: skip
WHOLE = ("assessed", "excluded", "randomised")


def _boxes(study: Study) -> Iterator[Fault]:
    """Each item has a box in the flow of this design, and is counted by arm where its box is."""
    for index, item in enumerate(study.disposition):
        yield from missing(("disposition", index, "id"), item.id, BOXES[study.design.kind], "box in this design's flow")
        by_arm = study.design.kind == "parallel" and item.id not in WHOLE
        if item.by_arm != by_arm:
            told = f"{item.id} is {'' if by_arm else 'not '}counted by arm in this design"
            yield ("disposition", index, "by_arm"), told, [str(by_arm).lower()]


def _disposition(study: Study) -> Iterator[Fault]:
    yield from _boxes(study)
    for index, item in enumerate(study.disposition):
        if item.population is not None:
            there: Place = ("disposition", index, "population")
            yield from missing(there, item.population, study.populations, "population")
        place: Place = ("disposition", index, "count")
        for count in (item.count, *(reason.count for reason in item.reasons)):
            if count is not None:
                yield from missing((*place, "dataset"), count.dataset, study.datasets, "data set")
                yield from condition(study, (*place, "where"), count.dataset, count.where)


def _baseline(study: Study) -> Iterator[Fault]:
    plan = study.baseline
    if plan is None:
        return
    yield from missing(("baseline", "population"), plan.population, study.populations, "population")
    if plan.visit is not None:
        yield from missing(("baseline", "visit"), plan.visit, [v.id for v in study.visits], "visit")
    known = {name for dataset in study.datasets for name in study.variables(dataset)}
    for index, line in enumerate(plan.variables):
        place: Place = ("baseline", "variables", index)
        yield from missing((*place, "variable"), line.variable, known, "variable")
        if line.variable in known:
            yield from _baseline_variable(study, place, line)


def _baseline_variable(study: Study, place: Place, line: BaselineVariable) -> Iterator[Fault]:
    name, column = line.variable, study.variable(line.variable)
    yield from identifier((*place, "variable"), name, {name: column})
    if column.type in ("text", "date"):
        yield (
            (*place, "variable"),
            f"{name} is of type {column.type}; a baseline table takes numbers and categories",
            [],
        )
    if line.summary and column.type == "category":
        yield (*place, "summary"), f"{name} is a category, and is counted", []
    for level in line.show:
        yield from missing((*place, "show"), level, column.levels, f"level of {name}")
    homes = study.homes(name)
    if len(homes) > 1:
        yield (*place, "variable"), f"{name} stands in several data sets: {', '.join(homes)}", []
    assert study.baseline is not None
    if study.visit_variable(homes[0]) is not None and study.baseline.visit is None:
        yield ("baseline",), f"visit is missing: {name} has a value at each visit", []
    if study.datasets[homes[0]].record is not None and study.visit_variable(homes[0]) is None:
        yield (*place, "variable"), f"{name} stands in {homes[0]}, which has several rows a participant", []


def _safety(study: Study) -> Iterator[Fault]:
    plan = study.safety
    if plan is None:
        return
    yield from missing(("safety", "dataset"), plan.dataset, study.datasets, "data set")
    yield from missing(("safety", "population"), plan.population, study.populations, "population")
    if plan.dataset not in study.datasets:
        return
    variables = study.variables(plan.dataset)
    for role, name in plan.variables().items():
        yield from variable(study, ("safety", role), plan.dataset, name)
        wanted = {"onset": ("date",), "term": ("text", "category")}.get(role, ("category",))
        if name in variables and variables[name].type not in wanted:
            yield ("safety", role), f"{name} is of type {variables[name].type}; {' or '.join(wanted)} was expected", []


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
        yield (
            (*place, "variable"),
            f"an event is a level of a category, and {endpoint.variable} is of type {column.type}",
            [],
        )
    else:
        yield from missing((*place, "event"), str(endpoint.event), column.levels, f"level of {endpoint.variable}")
    if not study.datasets[endpoint.dataset].is_one_row_each:
        yield (*place, "dataset"), f"{endpoint.dataset} has several rows a participant", []
    if study.design.kind == "single_arm":
        yield (*place, "event"), "an event is compared by arm, and this study has one arm", []


def _change(study: Study, endpoint: Endpoint, column: Column, place: Place) -> Iterator[Fault]:
    if not column.is_number:
        yield (*place, "variable"), f"a change is of a number, and {endpoint.variable} is of type {column.type}", []
    if study.design.kind == "parallel":
        yield (*place, "visit"), "a change within participants is not compared between arms yet", []
    if study.visit_variable(endpoint.dataset) is None:
        yield (*place, "dataset"), f"{endpoint.dataset} names no visit column", []
    visits = {visit.id: visit for visit in study.visits}
    for field, visit in (("visit", endpoint.visit), ("against", endpoint.against)):
        yield from missing((*place, field), str(visit), visits, "visit")
    later, earlier = visits.get(str(endpoint.visit)), visits.get(str(endpoint.against))
    if later is not None and earlier is not None and later.day <= earlier.day:
        yield (*place, "visit"), f"{endpoint.visit} is not after {endpoint.against}", []


NEEDS = {
    "outcome_change": ("change", "hodges_lehmann", "signed_rank"),
    "courses": ("change",),
    "outcome_binary": ("risk",),
}


def _display(study: Study, display: Display, place: Place) -> Iterator[Fault]:
    if display.kind == "flow" and not study.disposition:
        yield (*place, "kind"), "a flow needs the section disposition", []
    if display.kind == "baseline" and study.baseline is None:
        yield (*place, "kind"), "a baseline table needs the section baseline", []
    if display.endpoint is None:
        return
    yield from missing((*place, "endpoint"), display.endpoint, [e.id for e in study.endpoints], "endpoint")
    endpoint = next((e for e in study.endpoints if e.id == display.endpoint), None)
    if endpoint is not None:
        yield from _display_fits(display, endpoint, place)


def _display_fits(display: Display, endpoint: Endpoint, place: Place) -> Iterator[Fault]:
    if (display.kind == "outcome_binary") != (endpoint.event is not None):
        what = "an event by arm" if endpoint.event is not None else "a change between visits"
        yield (*place, "kind"), f"{display.kind} does not show {what}, which {endpoint.id} is", []
        return
    named = [use.name for use in endpoint.methods]
    for method in NEEDS[display.kind]:
        if method not in named:
            yield (*place, "endpoint"), f"{display.kind} shows {method}, which {endpoint.id} does not compute", []
