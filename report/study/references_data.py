"""Names in the study file's data part that point at nothing: columns, visits, derivations, populations, conditions."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import date

from report.study.data import Column, Filter
from report.study.derivations import FROM_START, AcrPedi, BaselineValue, Condition, Jadas, leaves
from report.study.faults import Fault, among, missing
from report.study.model import Study
from report.study.places import Place
from report.study.rules import Input
from report.study.rules_dates import Age, VisitWindow


def faults(study: Study) -> Iterator[Fault]:
    """Yield every fault of the data part, in the order of the study file."""
    yield from _files(study)
    yield from _assumed(study)
    yield from _derivations(study)
    yield from _visits(study)
    yield from _populations(study)


def _files(study: Study) -> Iterator[Fault]:
    """Yield the second of two data sets that name one file; letters are alike in size on some machines."""
    named: dict[str, str] = {}
    for name, dataset in study.datasets.items():
        first = named.setdefault(dataset.file.casefold(), name)
        if first != name:
            told = f"{dataset.file} is the file of {first} already"
            yield Fault(("datasets", name, "file"), told, "name another file; a file belongs to one data set")
    if study.reported is not None and study.reported.casefold() in named:
        told = f"{study.reported} is the file of {named[study.reported.casefold()]} already"
        yield Fault(("reported",), told, "name another file, with the reported numbers alone")


def _assumed(study: Study) -> Iterator[Fault]:
    """Yield columns that are said to be assumed where the rows are no reconstruction of published ones."""
    if study.study.data_status == "reconstruction":
        return
    for name, dataset in study.datasets.items():
        for column in (each for each, contract in dataset.columns.items() if contract.assumed):
            told = f"assumed belongs to a reconstruction, and data_status is {study.study.data_status}"
            yield Fault(("datasets", name, "columns", column, "assumed"), told, "take assumed out")


def homes_of(study: Study, name: str) -> list[str]:
    """Return the declared data sets that hold a variable, each once; a derivation may name one that is not declared."""
    return [home for home in dict.fromkeys(study.homes(name)) if home in study.datasets]


def variable(study: Study, place: Place, dataset: str, name: str) -> Iterator[Fault]:
    """Yield a fault when a data set has no variable of that name, or one that names a person."""
    if dataset in study.datasets:
        variables = study.variables(dataset)
        yield from missing(place, name, variables, f"variable of {dataset}")
        yield from identifier(place, name, variables)


def identifier(place: Place, name: str, variables: dict[str, Column]) -> Iterator[Fault]:
    """Yield a fault when a variable names a person: no result may rest on it."""
    if name in variables and variables[name].identifier:
        told = f"{name} is an identifier, and no result may rest on it"
        yield Fault(place, told, "name another variable, or write identifier: false if it names nobody")


AS_TEXT = {
    "text": "name a number or a category; a text is never printed",
    "date": "name a number or a category, or derive one from the date with rule: study_day or time_between",
}


def printed(place: Place, name: str, column: Column, what: str) -> Iterator[Fault]:
    """Yield a fault when a variable's values are never printed: those that name a person, texts and dates."""
    if column.identifier:
        yield from identifier(place, name, {name: column})
    elif column.type in AS_TEXT:
        told = f"{name} is of type {column.type}; {what} takes numbers and categories"
        yield Fault(place, told, AS_TEXT[column.type])


def visit(study: Study, place: Place, name: str) -> Iterator[Fault]:
    """Yield a fault when there is no visit of that id."""
    of_code = next((each.id for each in study.visits if each.code == name), None)
    known = [each.id for each in study.visits]
    if name not in known and of_code is not None:
        yield Fault(place, f"{name} is the code of a visit; its id was expected", f"write {of_code}")
    else:
        yield from missing(place, name, known, "visit")


def _derivations(study: Study) -> Iterator[Fault]:
    made: list[str] = []
    for name, derived in study.derivations.items():
        place: Place = ("derivations", name)
        if derived.dataset not in study.datasets:
            yield from missing((*place, "dataset"), derived.dataset, study.datasets, "data set")
            continue
        for each in study.datasets:
            if name in study.datasets[each].columns:
                yield Fault(place, f"{each} already has a column {name}", "give the derived variable another name")
        usable = _usable(study, derived.dataset, made)
        for needed in derived.inputs():
            yield from _input(study, name, needed, usable)
        yield from _rule(study, name, made)
        made.append(name)


def _usable(study: Study, dataset: str, made: list[str]) -> dict[str, Column]:
    """Return the variables that a derivation may read: those of its data set and the participants', made above it."""
    homes = [*([study.participants] if study.datasets[study.participants].is_one_row_each else []), dataset]
    both = {name: column for home in homes for name, column in study.variables(home).items()}
    stored = {name for home in homes for name in study.datasets[home].columns}
    return {name: column for name, column in both.items() if name in stored or name in made}


def _input(study: Study, name: str, needed: Input, usable: dict[str, Column]) -> Iterator[Fault]:
    derived, there = study.derivations[name], ("derivations", name, *needed.place)
    fitting = [each for each, column in usable.items() if column.type in needed.types and each != name]
    kind = _kind(needed.types)
    if needed.name not in usable and needed.name in study.derivations:
        yield _below(study, there, name, needed.name)
    elif needed.name not in usable:
        what = f"{kind.removeprefix('a ')} of this data set or of {study.participants} (or derived above)"
        yield from missing(there, needed.name, fitting, what)
    elif usable[needed.name].type not in needed.types:
        told = f"{needed.name} is of type {usable[needed.name].type}; {kind} was expected"
        yield Fault(there, told, among(needed.name, fitting))
    elif not (isinstance(derived, Age) and needed.place == ("birth",)):  # an age tells less than a date of birth
        yield from identifier(there, needed.name, usable)


def _below(study: Study, place: Place, name: str, needed: str) -> Fault:
    """Return the fault of a variable that is made later than it is read, of the reader, or in other data."""
    derived, other = study.derivations[name], study.derivations[needed]
    if name == needed or any(each.name == name for each in other.inputs()):
        told = f"{needed} is derived from {name}, and not the other way round as well"
        return Fault(place, told, "name the variable that it is made of")
    if other.dataset not in (derived.dataset, study.participants):
        told = f"{needed} is derived in {other.dataset}, which this rule does not read"
        return Fault(place, told, f"name a variable of {derived.dataset} or of {study.participants}")
    told = f"{needed} is derived below; a rule reads what is derived above it"
    return Fault(place, told, f"move {needed} above {name}")


def _kind(types: tuple[str, ...]) -> str:
    return {("integer", "number"): "a number", ("date",): "a date"}.get(types, "a variable")


def _rule(study: Study, name: str, made: list[str]) -> Iterator[Fault]:
    """Yield what one rule needs of the rest of the study file and does not find."""
    derived, place = study.derivations[name], ("derivations", name)
    if isinstance(derived, FROM_START) and study.design.start is None:
        told = f"the rule {derived.rule} counts from design.start, which is not declared"
        yield Fault(place, told, "write below design: start: {dataset: participants, column: first_treatment}")
    if isinstance(derived, AcrPedi):
        yield from _at_visit(study, name, "against", derived.against, made)
    if isinstance(derived, BaselineValue):
        yield from _baseline_value(study, name, derived, made)
    if isinstance(derived, VisitWindow):
        yield from _windows(study, derived, place)
    if isinstance(derived, Jadas):
        yield from _scales(study, derived, place)
    if isinstance(derived, Condition):
        usable = _usable(study, derived.dataset, list(study.derivations))
        for there, leaf in leaves(derived.where, (*place, "where")):
            if leaf.variable in usable:
                yield from _filter_values(there, leaf, usable[leaf.variable])


def _at_visit(study: Study, name: str, key: str, named: str, made: list[str]) -> Iterator[Fault]:
    """Yield a fault unless the visit is declared, and known of each row before the rule is applied."""
    dataset, place = study.derivations[name].dataset, ("derivations", name, key)
    yield from visit(study, place, named)
    variable = study.visit_variable(dataset)
    if variable is None:
        remedy = "name it with visit: in the data set, or derive the visits with rule: visit_window"
        yield Fault(place, f"{dataset} names no visit column", remedy)
    elif variable not in made and study.datasets[dataset].visit is None:
        yield _below(study, place, name, variable)


def _baseline_value(study: Study, name: str, derived: BaselineValue, made: list[str]) -> Iterator[Fault]:
    if derived.at is not None:
        yield from _at_visit(study, name, "at", derived.at, made)
    elif study.datasets[derived.dataset].date is None or study.design.start is None:
        told = f"without at, the rule baseline needs design.start and the date of {derived.dataset} (key date)"
        yield Fault(("derivations", name), told, "write at: with the id of a visit, or declare both")


def _windows(study: Study, derived: VisitWindow, place: Place) -> Iterator[Fault]:
    if study.datasets[derived.dataset].visit is not None:
        told = f"{derived.dataset} already has a visit column"
        yield Fault((*place, "dataset"), told, "take the derivation out, or visit out of the data set")
    for index, visit in enumerate(study.visits):
        if visit.window is None:
            told = f"{visit.id} has no window, which the rule visit_window needs"
            yield Fault(("visits", index), told, "add its first and its last day, as window: [42, 70]")
    windows = sorted((v.window, v.id) for v in study.visits if v.window is not None)
    for (before, first), (after, second) in itertools.pairwise(windows):
        if after[0] <= before[1]:
            told = f"the windows of {first} and {second} overlap"
            later = next(index for index, visit in enumerate(study.visits) if visit.id == second)
            yield Fault(
                ("visits", later, "window"), told, f"begin it at {before[1] + 1} or later, or end that of {first}"
            )


def _scales(study: Study, derived: Jadas, place: Place) -> Iterator[Fault]:
    """Yield scales whose contract does not say that they run from 0 to 10, on which the score is defined."""
    columns = study.datasets[derived.dataset].columns
    scales = {"physician_global": derived.divide_physician_global, "patient_global": derived.divide_patient_global}
    for field, divide in scales.items():
        column = columns.get(getattr(derived, field))
        if column is not None and column.is_number and column.range != (0, 10 * divide):
            told = (
                f"{getattr(derived, field)} must run from 0 to 10 in the score, and its range is not [0, {10 * divide}]"
            )
            yield Fault((*place, field), told, _to_ten(field, getattr(derived, field), column.range))


def _to_ten(field: str, name: str, given: tuple[float, float] | None) -> str:
    divide = {(0.0, 100.0): 10, (0.0, 10.0): 1}.get(given or (0.0, 0.0))
    if divide is not None:
        return f"write divide_{field}: {divide}"
    return f"write range: [0, 10] for {name}; or [0, 100] and, here, divide_{field}: 10"


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
        told = f"{where.comparator} compares numbers and dates, not type {column.type}"
        yield Fault((*place, "comparator"), told, "write EQ, NE, IN or NOTIN")
    values = where.value if isinstance(where.value, tuple) else (where.value,)
    for value in values:
        if not _fits(value, column):
            told = f"{_shown(value)} is not a value of {where.variable} ({column.type})"
            yield Fault((*place, "value"), told, _fitting(value, column))


def _shown(value: object) -> str:
    return (
        {None: "null", True: "true", False: "false"}[value] if value is None or isinstance(value, bool) else repr(value)
    )


def _fitting(value: object, column: Column) -> str:
    """Return what to write instead of a value that a column cannot hold."""
    if column.type == "category":
        return of_label(value, column.levels) or among(value, column.levels)
    if column.is_number:
        return "write a number, without quotes"
    return "write a date as 2013-02-01" if column.type == "date" else f'write it in quotes, as "{value}"'


def of_label(value: object, levels: dict[str, str]) -> str:
    """Return the remedy where a level's label stands for its code, large and small letters alike; empty otherwise."""
    bare = {label.casefold().replace(" ", ""): level for level, label in levels.items()}
    code = bare.get(str(value).casefold().replace(" ", ""))
    return f"write its code, {code}" if code is not None else ""


def level(place: Place, name: str, column: Column, what: str) -> Iterator[Fault]:
    """Yield a fault when a category has no such level."""
    for fault in missing(place, name, column.levels, what):
        yield fault._replace(remedy=of_label(name, column.levels) or fault.remedy)


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
