"""Endpoints of the study file that name what is not there, or what does not fit."""

from __future__ import annotations

from collections.abc import Iterator

from report.study import references_comparisons as comparisons
from report.study.data import Column
from report.study.endpoints import METHODS, STRATIFIED, TESTS, Endpoint, MethodUse, Subgroup
from report.study.families import EVENT_BY_ARM, FAMILIES, IN_SUBGROUPS, Family, family, is_at_fault, is_computed
from report.study.faults import Fault, among, missing
from report.study.model import Study
from report.study.places import Place
from report.study.references_data import identifier, level, variable
from report.study.rules_dates import Period


def faults(study: Study) -> Iterator[Fault]:
    """Yield every fault of the endpoints, in the order of the study file."""
    for index, endpoint in enumerate(study.endpoints):
        place: Place = ("endpoints", index)
        yield from _endpoint(study, endpoint, place)
        yield from _confirmatory(study, endpoint, place)
        if is_computed(study, endpoint):
            yield from _methods(study, endpoint, (*place, "methods"))


def _endpoint(study: Study, endpoint: Endpoint, place: Place) -> Iterator[Fault]:
    yield from missing((*place, "population"), endpoint.population, study.populations, "population")
    yield from missing((*place, "dataset"), endpoint.dataset, study.datasets, "data set")
    yield from variable(study, (*place, "variable"), endpoint.dataset, endpoint.variable)
    if endpoint.dataset not in study.datasets or endpoint.variable not in study.variables(endpoint.dataset):
        return
    if not is_computed(study, endpoint):
        yield _not_by_arm(study, endpoint, place)
        return
    own = {"change": _change, "event": _event, "periods": _periods}
    if endpoint.compares in own:
        yield from own[endpoint.compares](study, endpoint, place)
    else:
        yield from comparisons.faults(study, endpoint, place)
    if not is_at_fault(study, endpoint):
        yield from _groupings(study, endpoint, place)
        yield from comparisons.adjusted_for(study, endpoint, place)


def _not_by_arm(study: Study, endpoint: Endpoint, place: Place) -> Fault:
    said = family(study, endpoint).said
    if endpoint.compares == "crossover":
        told = f"{said} has two arms, which are its sequences; this study has {len(study.design.arms)}"
        return Fault((*place, "crossover"), told, "write the two sequences as the arms of the design")
    if endpoint.compares == "value":
        told = f"{said} compares arms, and this study has one"
        return Fault((*place, "variable"), told, "write event: with one of the levels, or name a number")
    key = "periods" if endpoint.periods else "against"
    told = f"{said} is not computed for several arms"
    return Fault((*place, key), told, f"take {key} out, and name what is compared by arm")


def _event(study: Study, endpoint: Endpoint, place: Place) -> Iterator[Fault]:
    yield from comparisons.event(study, endpoint, place)
    yield from comparisons.at_one_visit(study, endpoint, place)


def _change(study: Study, endpoint: Endpoint, place: Place) -> Iterator[Fault]:
    column = study.column(endpoint.dataset, endpoint.variable)
    if endpoint.variable == study.visit_variable(endpoint.dataset):
        told = f"{endpoint.variable} is the column of the visits"
        yield Fault((*place, "variable"), told, "name a number or a category, or derive one")
    elif not column.is_number and column.type != "category":
        told = f"a change is of a number or of a category, and {endpoint.variable} is of type {column.type}"
        yield Fault((*place, "variable"), told, "name a number or a category, or derive one")
    yield from comparisons.at_two_visits(study, endpoint, place)


def _periods(study: Study, endpoint: Endpoint, place: Place) -> Iterator[Fault]:
    rule = study.derivations.get(endpoint.variable)
    if study.datasets[endpoint.dataset].record is None:
        told = f"events before and after are counted row by row, and the rows of {endpoint.dataset} are no events"
        numbered = ", ".join(name for name, dataset in study.datasets.items() if dataset.record is not None)
        remedy = f"name a data set whose rows record: tells apart: {numbered or 'none is declared'}"
        yield Fault((*place, "dataset"), told, remedy)
    elif not isinstance(rule, Period):
        of_events = [n for n, d in study.derivations.items() if isinstance(d, Period) and d.dataset == endpoint.dataset]
        remedy = among(endpoint.variable, of_events) if of_events else "derive one from the date of the event"
        yield Fault((*place, "variable"), f"{endpoint.variable} is not derived with rule: period", remedy)
    else:
        yield from _both_periods(endpoint, rule, (*place, "periods"))
        yield from _until(study, endpoint, (*place, "periods", "until"))


def _both_periods(endpoint: Endpoint, rule: Period, place: Place) -> Iterator[Fault]:
    assert endpoint.periods is not None
    before, after = endpoint.periods.before, endpoint.periods.after
    for key, name in (("before", before), ("after", after)):
        yield from missing((*place, key), name, rule.periods, f"period of {endpoint.variable}")
    spans = rule.periods
    if before in spans and after in spans and spans[after].first < spans[before].first:
        told = f"the period {after} is not after {before}"
        yield Fault((*place, "after"), told, f"write before: {after} and after: {before}")


def _until(study: Study, endpoint: Endpoint, place: Place) -> Iterator[Fault]:
    """Yield a fault unless the date at which observation may end early is one of the participants' own data set."""
    home = study.participants
    columns, until = study.variables(home), endpoint.periods.until if endpoint.periods else None
    dates = [name for name, column in columns.items() if column.type == "date" and not column.identifier]
    if until is None:
        return
    if until in columns and columns[until].type != "date":
        told = f"{until} is of type {columns[until].type}; a date of {home} was expected"
        yield Fault(place, told, among(until, dates))
    else:
        yield from missing(place, until, dates if until not in columns else columns, f"date of {home}")
        yield from identifier(place, until, columns)


def _groupings(study: Study, endpoint: Endpoint, place: Place) -> Iterator[Fault]:
    """Yield what is wrong with the strata and the subgroups of an endpoint."""
    its_own = family(study, endpoint)
    if endpoint.subgroups and its_own not in IN_SUBGROUPS:
        *first, last = (each.said for each in IN_SUBGROUPS)
        told = f"subgroups belong to {', '.join(first)} or {last}, and {endpoint.id} is {its_own.said}"
        yield Fault((*place, "subgroups"), told, "take subgroups out")
    if its_own in IN_SUBGROUPS:
        yield from _of_arms(study, endpoint, place)


def _of_arms(study: Study, endpoint: Endpoint, place: Place) -> Iterator[Fault]:
    if endpoint.strata is not None and family(study, endpoint) is EVENT_BY_ARM:
        yield from _grouping(study, endpoint, (*place, "strata"), endpoint.strata)
    for index, subgroup in enumerate(endpoint.subgroups):
        there: Place = (*place, "subgroups", index)
        yield from _grouping(study, endpoint, (*there, "variable"), subgroup.variable)
        column = study.variables(study.home_of(endpoint, subgroup.variable)).get(subgroup.variable)
        if column is not None and column.type == "category":
            yield from _levels(subgroup, column, there)


def _grouping(study: Study, endpoint: Endpoint, place: Place, name: str) -> Iterator[Fault]:
    """Yield a fault unless a variable parts the participants: a category, neither the outcome nor the arms."""
    home, allocation = study.home_of(endpoint, name), study.design.allocation
    columns = study.variables(home)
    own = {endpoint.variable: "the outcome itself", study.visit_variable(home): "the column of the visits"}
    own |= {} if endpoint.time is None else {endpoint.time.status: "how the time ended"}
    if allocation is not None and allocation.dataset == home:
        own[allocation.column] = "the column of the arms"
    fitting = [n for n, c in columns.items() if c.type == "category" and not c.identifier and n not in own]
    if name in own:
        yield Fault(place, f"{name} is {own[name]}", f"name another category: {', '.join(fitting)}")
    elif name in columns and columns[name].identifier:
        yield from identifier(place, name, columns)
    elif name in columns and columns[name].type != "category":
        told = f"{name} is of type {columns[name].type}; a category of {home} was expected"
        yield Fault(place, told, f"name a category, or derive one from {name} with rule: category")
    else:
        yield from missing(place, name, fitting, f"category of {home}")


def _levels(subgroup: Subgroup, column: Column, place: Place) -> Iterator[Fault]:
    for number, name in enumerate(subgroup.levels):
        yield from level((*place, "levels", number), name, column, f"level of {subgroup.variable}")
        if name in subgroup.levels[:number]:
            yield Fault((*place, "levels", number), f"{name} stands twice", "take one of the two out")
    compared = subgroup.levels or tuple(column.levels)
    if len(compared) < 2:
        told = f"subgroups are compared with each other, and {compared[0]} is the only level"
        remedy = f"name two levels or more of {subgroup.variable}: {', '.join(column.levels)}; or take the subgroup out"
        yield Fault((*place, "levels" if subgroup.levels else "variable"), told, remedy)


def _confirmatory(study: Study, endpoint: Endpoint, place: Place) -> Iterator[Fault]:
    """Yield a fault unless a test between randomised arms decides."""
    planned = endpoint.confirmatory
    if planned is None:
        return
    used = {use.name: use.method for use in endpoint.methods}
    if not study.design.randomised:
        told = "significance is claimed only in a randomised trial"
        yield Fault((*place, "confirmatory"), told, "take confirmatory out")
    elif used[planned.method] in METHODS and used[planned.method] not in TESTS:
        tests = [name for name, method in used.items() if method in TESTS]
        remedy = (
            f"name one of: {', '.join(tests)}" if tests else f"add - {{method: {TESTS[0]}}} to methods, and name it"
        )
        told = f"{planned.method} is no test between the arms"
        yield Fault((*place, "confirmatory", "method"), told, remedy)


def _all_for_another(study: Study, endpoint: Endpoint) -> Family | None:
    """Return the other kind of endpoint that all of several methods are for: then the endpoint says the wrong thing."""
    fitting, named = family(study, endpoint).methods, [use.method for use in endpoint.methods]
    if len(named) < 2 or any(name in fitting for name in named):
        return None
    return next((each for each in FAMILIES if all(name in each.methods for name in named)), None)


def _methods(study: Study, endpoint: Endpoint, place: Place) -> Iterator[Fault]:
    """Yield methods that are not known, for another kind of endpoint, without what they need, or not told apart."""
    fitting = family(study, endpoint).methods
    names = [use.name for use in endpoint.methods]
    if (other := _all_for_another(study, endpoint)) is not None:
        told = f"the methods of {endpoint.id} are for another kind of endpoint, {other.said}"
        said = family(study, endpoint).said
        remedy = f"it is {said}; for that these fit: {', '.join(fitting)}; or mend what says what it is"
        yield Fault(place, told, remedy)
        return
    for index, use in enumerate(endpoint.methods):
        there: Place = (*place, index)
        other = next((each for each in FAMILIES if use.method in each.methods), None)
        if other is None:
            yield Fault((*there, "method"), f"there is no method named {use.method}", among(use.method, fitting))
        elif use.method not in fitting:
            told = f"{use.method} is for another kind of endpoint, {other.said}"
            yield Fault((*there, "method"), told, f"these fit: {', '.join(fitting)}")
        elif use.method in STRATIFIED and endpoint.strata is None:
            told = f"{use.method} needs strata, the variable that stratified the allocation"
            yield Fault(
                (*there, "method"), told, f"add strata: to {endpoint.id}, with a category of {endpoint.dataset}"
            )
        yield from _named(use, names[:index], there)


def _named(use: MethodUse, above: list[str], place: Place) -> Iterator[Fault]:
    """Yield a fault where a method's results could be taken for those of another one."""
    if use.name in above:
        told, remedy = f"the method {use.name} stands twice", "take one out, or give one of them an id of its own"
        yield Fault((*place, "id" if use.id else "method"), told, remedy)
    elif use.id in METHODS and use.id != use.method:
        told = f"{use.id} is the name of another method than {use.method}"
        yield Fault((*place, "id"), told, f"write an id of its own, such as {use.method}_2")
