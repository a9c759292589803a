"""Names in the study file that point at nothing, and parts of it that do not fit each other.

Each fault is (place in the file, what is wrong, what would do). The models check a part by itself; here the parts meet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from report.study import BaselineVariable, Display, Endpoint, Study
from report.study_data import Column, Filter

Place = tuple[str | int, ...]
Fault = tuple[Place, str, list[str]]


def faults(study: Study) -> Iterator[Fault]:
    """Yield every fault, in the order of the study file."""
    yield from _design(study)
    yield from _derived(study)
    yield from _visits(study)
    yield from _populations(study)
    yield from _disposition(study)
    yield from _baseline(study)
    for index, endpoint in enumerate(study.endpoints):
        yield from _endpoint(study, endpoint, ("endpoints", index))
    for index, display in enumerate(study.displays):
        yield from _display(study, display, ("displays", index))


def _missing(place: Place, name: str, known: Iterable[str], what: str) -> Iterator[Fault]:
    names = list(known)
    if name not in names:
        yield place, f"there is no {what} named {name}", names


def _variables(study: Study, dataset: str) -> dict[str, Column]:
    """Return the columns of a data set, derived variables as number columns."""
    made = [name for name, derived in study.derived.items() if derived.dataset == dataset]
    return {**study.datasets[dataset].columns, **{name: study.column(dataset, name) for name in made}}


def _column(study: Study, place: Place, dataset: str, column: str) -> Iterator[Fault]:
    if dataset in study.datasets:
        yield from _missing(place, column, _variables(study, dataset), f"variable of {dataset}")


def _design(study: Study) -> Iterator[Fault]:
    for index, author in enumerate(study.authors):
        for key in author.affiliations:
            yield from _missing(("authors", index, "affiliations"), key, study.affiliations, "affiliation")
    where = study.design.allocation
    if where is None:
        return
    place: Place = ("design", "allocation")
    yield from _missing((*place, "dataset"), where.dataset, study.datasets, "data set")
    yield from _column(study, (*place, "column"), where.dataset, where.column)
    if where.dataset in study.datasets and where.column in study.datasets[where.dataset].columns:
        yield from _arms(study, where.dataset, study.datasets[where.dataset].columns[where.column])


def _arms(study: Study, dataset: str, column: Column) -> Iterator[Fault]:
    """Every arm is a level of the arms' column and every level an arm, or participants would be lost in silence."""
    if study.datasets[dataset].visit:
        yield ("design", "allocation", "dataset"), f"{dataset} has several rows a participant", []
    if column.type != "category" or not column.required:
        yield ("design", "allocation", "column"), "the column of the arms must be a category, and required", []
        return
    codes = [arm.code for arm in study.design.arms]
    for index, code in enumerate(codes):
        yield from _missing(("design", "arms", index, "code"), code, column.levels, "level of the arms' column")
    for level in column.levels:
        if level not in codes:
            yield ("design", "arms"), f"no arm has the code {level}, a level of the arms' column", []


def _derived(study: Study) -> Iterator[Fault]:
    made: list[str] = []
    for name, derived in study.derived.items():
        yield from _missing(("derived", name, "dataset"), derived.dataset, study.datasets, "data set")
        stored = study.datasets[derived.dataset].columns if derived.dataset in study.datasets else {}
        usable = [*(c for c, contract in stored.items() if contract.is_number), *made]
        for index, term in enumerate(derived.sum):
            place: Place = ("derived", name, "sum", index, "column")
            yield from _missing(place, term.column, usable, "number in this data set (or derived above)")
        if name in stored:
            yield ("derived", name), f"{derived.dataset} already has a column {name}", []
        made.append(name)


def _visits(study: Study) -> Iterator[Fault]:
    columns = [d.columns[d.visit] for d in study.datasets.values() if d.visit]
    known = [level for column in columns if column.type == "category" for level in column.levels]
    for index, visit in enumerate(study.visits):
        if known:
            yield from _missing(("visits", index, "code"), visit.code, known, "level of a visit column")


def _populations(study: Study) -> Iterator[Fault]:
    for name, population in study.populations.items():
        yield from _missing(("populations", name, "dataset"), population.dataset, study.datasets, "data set")
        yield from _filter(study, ("populations", name, "where"), population.dataset, population.where)


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
        yield from _missing(
            ("disposition", index, "id"), item.id, BOXES[study.design.kind], "box in this design's flow"
        )
        by_arm = study.design.kind == "parallel" and item.id not in WHOLE
        if item.by_arm != by_arm:
            told = f"{item.id} is {'' if by_arm else 'not '}counted by arm in this design"
            yield ("disposition", index, "by_arm"), told, [str(by_arm).lower()]


def _disposition(study: Study) -> Iterator[Fault]:
    yield from _boxes(study)
    for index, item in enumerate(study.disposition):
        place: Place = ("disposition", index, "count")
        for count in (item.count, *(reason.count for reason in item.reasons)):
            if count is not None:
                yield from _missing((*place, "dataset"), count.dataset, study.datasets, "data set")
                yield from _filter(study, (*place, "where"), count.dataset, count.where)


def _filter(study: Study, place: Place, dataset: str, where: Filter | None) -> Iterator[Fault]:
    if where is None or dataset not in study.datasets:
        return
    if where.variable:
        variables = _variables(study, dataset)
        yield from _missing((*place, "variable"), where.variable, variables, f"variable of {dataset}")
        if where.variable in variables:
            yield from _filter_values(place, where, variables[where.variable])
    for index, inner in enumerate((*where.all, *where.any, *((where.negated,) if where.negated else ()))):
        step = "and" if where.all else "or" if where.any else "not"
        yield from _filter(study, (*place, step) + ((index,) if step != "not" else ()), dataset, inner)


def _filter_values(place: Place, where: Filter, column: Column) -> Iterator[Fault]:
    if where.value is None:
        return
    if where.comparator in ("GT", "GE", "LT", "LE") and not (column.is_number or column.type == "date"):
        yield (*place, "comparator"), f"{where.comparator} compares numbers and dates, not type {column.type}", []
    values = where.value if isinstance(where.value, tuple) else (where.value,)
    for value in values:
        if not _fits(value, column):
            came = f"{value!r} is not a value of {where.variable} ({column.type})"
            yield (*place, "value"), came, list(column.levels)


def _fits(value: object, column: Column) -> bool:
    if column.type == "category":
        return value in column.levels
    if column.is_number:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if column.type == "date":
        return isinstance(value, str) and _is_date(value)
    return isinstance(value, str) and value != ""


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _baseline(study: Study) -> Iterator[Fault]:
    plan = study.baseline
    if plan is None:
        return
    yield from _missing(("baseline", "population"), plan.population, study.populations, "population")
    if plan.visit is not None:
        yield from _missing(("baseline", "visit"), plan.visit, [v.id for v in study.visits], "visit")
    known = {name for dataset in study.datasets for name in _variables(study, dataset)}
    for index, line in enumerate(plan.variables):
        place: Place = ("baseline", "variables", index)
        yield from _missing((*place, "variable"), line.variable, known, "variable")
        if line.variable in known:
            yield from _baseline_variable(study, place, line)


def _baseline_variable(study: Study, place: Place, line: BaselineVariable) -> Iterator[Fault]:
    variable, column = line.variable, study.variable(line.variable)
    if column.type in ("text", "date"):
        yield (
            (*place, "variable"),
            f"{variable} is of type {column.type}; a baseline table takes numbers and categories",
            [],
        )
    if line.summary and column.type == "category":
        yield (*place, "summary"), f"{variable} is a category, and is counted", []
    for level in line.show:
        yield from _missing((*place, "show"), level, column.levels, f"level of {variable}")
    homes = study.homes(variable)
    if len(homes) > 1:
        yield (*place, "variable"), f"{variable} stands in several data sets: {', '.join(homes)}", []
    assert study.baseline is not None
    if study.datasets[homes[0]].visit and study.baseline.visit is None:
        yield ("baseline",), f"visit is missing: {variable} has a value at each visit", []


def _endpoint(study: Study, endpoint: Endpoint, place: Place) -> Iterator[Fault]:
    yield from _missing((*place, "population"), endpoint.population, study.populations, "population")
    yield from _missing((*place, "dataset"), endpoint.dataset, study.datasets, "data set")
    yield from _column(study, (*place, "variable"), endpoint.dataset, endpoint.variable)
    if endpoint.dataset not in study.datasets or endpoint.variable not in _variables(study, endpoint.dataset):
        return
    column = _variables(study, endpoint.dataset)[endpoint.variable]
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
        yield from _missing((*place, "event"), str(endpoint.event), column.levels, f"level of {endpoint.variable}")
    if study.datasets[endpoint.dataset].visit:
        yield (*place, "dataset"), f"{endpoint.dataset} has several rows a participant", []
    if study.design.kind == "single_arm":
        yield (*place, "event"), "an event is compared by arm, and this study has one arm", []


def _change(study: Study, endpoint: Endpoint, column: Column, place: Place) -> Iterator[Fault]:
    if not column.is_number:
        yield (*place, "variable"), f"a change is of a number, and {endpoint.variable} is of type {column.type}", []
    if study.design.kind == "parallel":
        yield (*place, "visit"), "a change within participants is not compared between arms yet", []
    if not study.datasets[endpoint.dataset].visit:
        yield (*place, "dataset"), f"{endpoint.dataset} names no visit column", []
    visits = {visit.id: visit for visit in study.visits}
    for field, visit in (("visit", endpoint.visit), ("against", endpoint.against)):
        yield from _missing((*place, field), str(visit), visits, "visit")
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
    yield from _missing((*place, "endpoint"), display.endpoint, [e.id for e in study.endpoints], "endpoint")
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
