"""Names in the study file's data part that point at nothing: columns, visits, derivations, populations, conditions."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from datetime import date

from report.study.data import Column, Filter
from report.study.derivations import (
    FROM_START,
    AcrPedi,
    Age,
    BaselineValue,
    Condition,
    Input,
    Jadas,
    VisitWindow,
    leaves,
)
from report.study.model import Study

Place = tuple[str | int, ...]
Fault = tuple[Place, str, list[str]]


def faults(study: Study) -> Iterator[Fault]:
    """Yield every fault of the data part, in the order of the study file."""
    yield from _derivations(study)
    yield from _visits(study)
    yield from _populations(study)


def missing(place: Place, name: str, known: Iterable[str], what: str) -> Iterator[Fault]:
    """Yield a fault when a name is not among the known ones."""
    names = list(known)
    if name not in names:
        yield place, f"there is no {what} named {name}", names


def variable(study: Study, place: Place, dataset: str, name: str) -> Iterator[Fault]:
    """Yield a fault when a data set has no variable of that name, or one that names a person."""
    if dataset in study.datasets:
        variables = study.variables(dataset)
        yield from missing(place, name, variables, f"variable of {dataset}")
        yield from identifier(place, name, variables)


def identifier(place: Place, name: str, variables: dict[str, Column]) -> Iterator[Fault]:
    """Yield a fault when a variable names a person: no result may rest on it."""
    if name in variables and variables[name].identifier:
        yield place, f"{name} is an identifier, and no result may rest on it", []


def _derivations(study: Study) -> Iterator[Fault]:
    made: list[str] = []
    for name, derived in study.derivations.items():
        place: Place = ("derivations", name)
        if derived.dataset not in study.datasets:
            yield from missing((*place, "dataset"), derived.dataset, study.datasets, "data set")
            continue
        for each in study.datasets:
            if name in study.datasets[each].columns:
                yield place, f"{each} already has a column {name}", []
        usable = _usable(study, derived.dataset, made)
        for needed in derived.inputs():
            yield from _input(study, place, needed, usable, may_identify=isinstance(derived, Age))
        yield from _rule(study, name, place)
        made.append(name)


def _usable(study: Study, dataset: str, made: list[str]) -> dict[str, Column]:
    """Return the variables that a derivation may read: those of its data set and the participants', made above it."""
    has_people = study.datasets[study.participants].is_one_row_each
    both = {**(study.variables(study.participants) if has_people else {}), **study.variables(dataset)}
    return {name: column for name, column in both.items() if name not in study.derivations or name in made}


def _input(
    study: Study, place: Place, needed: Input, usable: dict[str, Column], *, may_identify: bool
) -> Iterator[Fault]:
    there = (*place, *needed.place)
    fitting = [name for name, column in usable.items() if column.type in needed.types]
    if needed.name not in usable:
        what = (
            f"{_kind(needed.types).removeprefix('a ')} of this data set or of {study.participants} (or derived above)"
        )
        yield from missing(there, needed.name, fitting, what)
    elif needed.name not in fitting:
        yield there, f"{needed.name} is of type {usable[needed.name].type}; {_kind(needed.types)} was expected", fitting
    elif not may_identify:
        yield from identifier(there, needed.name, usable)


def _kind(types: tuple[str, ...]) -> str:
    return {("integer", "number"): "a number", ("date",): "a date"}.get(types, "a variable")


def _rule(study: Study, name: str, place: Place) -> Iterator[Fault]:
    """Yield what one rule needs of the rest of the study file and does not find."""
    derived = study.derivations[name]
    if isinstance(derived, FROM_START) and study.design.start is None:
        yield place, f"the rule {derived.rule} counts from design.start, which is not declared", []
    if isinstance(derived, AcrPedi):
        yield from _at_visit(study, derived.dataset, (*place, "against"), derived.against)
    if isinstance(derived, BaselineValue):
        yield from _baseline_value(study, derived, place)
    if isinstance(derived, VisitWindow):
        yield from _windows(study, derived, place)
    if isinstance(derived, Jadas):
        yield from _scales(study, derived, place)
    if isinstance(derived, Condition):
        usable = _usable(study, derived.dataset, list(study.derivations))
        for there, leaf in leaves(derived.where, (*place, "where")):
            if leaf.variable in usable:
                yield from _filter_values(there, leaf, usable[leaf.variable])


def _at_visit(study: Study, dataset: str, place: Place, visit: str) -> Iterator[Fault]:
    yield from missing(place, visit, [v.id for v in study.visits], "visit")
    if study.visit_variable(dataset) is None:
        yield place, f"{dataset} names no visit", []


def _baseline_value(study: Study, derived: BaselineValue, place: Place) -> Iterator[Fault]:
    if derived.at is not None:
        yield from _at_visit(study, derived.dataset, (*place, "at"), derived.at)
    elif study.datasets[derived.dataset].date is None or study.design.start is None:
        told = f"without at, the rule baseline needs design.start and the date of {derived.dataset} (key date)"
        yield place, told, []


def _windows(study: Study, derived: VisitWindow, place: Place) -> Iterator[Fault]:
    if study.datasets[derived.dataset].visit is not None:
        yield place, f"{derived.dataset} already has a visit column", []
    for index, visit in enumerate(study.visits):
        if visit.window is None:
            yield ("visits", index), f"{visit.id} has no window, which the rule visit_window needs", []
    windows = sorted((v.window, v.id) for v in study.visits if v.window is not None)
    for (before, first), (after, second) in itertools.pairwise(windows):
        if after[0] <= before[1]:
            yield place, f"the windows of {first} and {second} overlap", []


def _scales(study: Study, derived: Jadas, place: Place) -> Iterator[Fault]:
    """Yield scales whose contract does not say that they run from 0 to 10, on which the score is defined."""
    columns = study.datasets[derived.dataset].columns
    scales = {"physician_global": derived.divide_physician_global, "patient_global": derived.divide_patient_global}
    for field, divide in scales.items():
        column = columns.get(getattr(derived, field))
        if column is not None and column.is_number and column.range != (0, 10 * divide):
            told = f"its range must be [0, {10 * divide}], so that it runs from 0 to 10 in the score"
            yield (*place, field), told, []


def _visits(study: Study) -> Iterator[Fault]:
    columns = [d.columns[d.visit] for d in study.datasets.values() if d.visit]
    known = [level for column in columns if column.type == "category" for level in column.levels]
    for index, visit in enumerate(study.visits):
        if known:
            yield from missing(("visits", index, "code"), visit.code, known, "level of a visit column")


def _populations(study: Study) -> Iterator[Fault]:
    for name, population in study.populations.items():
        yield from missing(("populations", name, "dataset"), population.dataset, study.datasets, "data set")
        yield from condition(study, ("populations", name, "where"), population.dataset, population.where)


def condition(study: Study, place: Place, dataset: str, where: Filter | None) -> Iterator[Fault]:
    """Yield the faults of a condition on the rows of a data set: names, comparators, values."""
    if where is None or dataset not in study.datasets:
        return
    variables = study.variables(dataset)
    for there, leaf in leaves(where, place):
        assert leaf.variable is not None
        yield from variable(study, (*there, "variable"), dataset, leaf.variable)
        if leaf.variable in variables:
            yield from _filter_values(there, leaf, variables[leaf.variable])


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
