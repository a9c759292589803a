"""What a result is of, as the study file declares it: variables and visits, in whom, under which condition."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from report.analysis.all_methods import METHOD_FAMILIES
from report.analysis.basis.methods import REGISTRY
from report.analysis.gathering_participants import GATHERERS
from report.ard import Row
from report.study.data import Count, Filter
from report.study.derivations import leaves
from report.study.endpoints import STRATIFIED, Endpoint, MethodUse
from report.study.model import Study
from report.study.places import Place
from report.study.rules_dates import Period

Kind = Literal[
    "population", "flow", "reported", "difference", "baseline", "endpoint", "subgroup", "safety", "visits",
    "individual", "narrative", "check", "sensitivity", "multiplicity", "other",
]  # fmt: skip


@dataclass(frozen=True, order=True)
class Variable:
    """A variable of a data set, stored or derived."""

    dataset: str
    name: str


@dataclass(frozen=True)
class Subject:
    """What a result is of; ``declared`` is the place in the study file that asks for it.

    ``reads`` are the variables whose values it takes, ``where`` further conditions on rows of ``dataset``. ``parts``
    are the subjects of the numbers between which it is the difference.
    """

    kind: Kind
    declared: Place
    dataset: str = ""
    reads: tuple[Variable, ...] = ()
    population: str = ""
    where: Filter | None = None
    endpoint: Endpoint | None = None
    use: MethodUse | None = None
    parts: tuple[Subject, ...] = ()


def subject(study: Study, row: Row) -> Subject:
    """Return what a row is of; of kind "other" where the study file does not ask for it, such as one read in."""
    try:
        return _subject(study, row)
    except (StopIteration, KeyError):
        return Subject("other", ())


def _subject(study: Study, row: Row) -> Subject:
    head, _, rest = row.analysis_id.partition(".")
    if row.context in ("queries", "waiver"):
        return Subject("check", ())
    if row.context == "read_in":
        return Subject("other", ())
    if head in {endpoint.id for endpoint in study.endpoints} and not _is_ours(head, row):
        return _of_endpoint(study, study.endpoint(head), rest, row)
    for index, each in enumerate(study.sensitivity):
        if each.id == head:
            return _of_sensitivity(study, index, rest)
    if head == "multiplicity":
        return _of_multiplicity(study, rest, row)
    of_head = {
        "population": _of_population, "disposition": _of_flow, "baseline": _of_baseline, "safety": _of_safety,
        "visits": _of_visits, "individual": _of_individual, "narrative": _of_narrative,
    }  # fmt: skip
    return of_head[head](study, rest, row) if head in of_head else Subject("other", ())


def _of_sensitivity(study: Study, index: int, rest: str) -> Subject:
    endpoint = study.endpoint(rest.partition(".")[0])
    reads = (Variable(endpoint.dataset, endpoint.variable), *_beside(study, endpoint))
    for count in study.sensitivity[index].exclude:
        reads += tuple(read_by(count.dataset, count.where))
    place: Place = ("sensitivity", index)
    return Subject("sensitivity", place, endpoint.dataset, reads, endpoint.population, endpoint=endpoint)


def _of_multiplicity(study: Study, rest: str, row: Row) -> Subject:
    index = next(at for at, plan in enumerate(study.multiplicity) if plan.id == rest)
    place: Place = ("multiplicity", index)
    if row.variable == rest:
        return Subject("multiplicity", place)
    of = _of_endpoint(study, study.endpoint(row.variable), row.variable_level, row)
    return Subject("multiplicity", place, of.dataset, of.reads, of.population, endpoint=of.endpoint, use=of.use)


def _is_ours(head: str, row: Row) -> bool:
    """Return whether a row is one of the fixed analyses, where an endpoint bears the same name."""
    if row.analysis_id == f"baseline.{row.variable}":
        return True
    said = {"safety": ("description",), "visits": ("description",)}
    ours = {
        "population": "population",
        "disposition": "disposition",
        "individual": "individual",
        "narrative": "individual",
    }
    return row.method in said.get(head, ()) or (head in ours and row.context == ours[head])


def variable(study: Study, name: str, dataset: str = "") -> Variable:
    """Return a variable in its data set; the first that holds it where none is named."""
    homes = study.homes(name)
    return Variable(dataset if dataset in homes or not homes else homes[0], name)


def conditions(study: Study, name: str) -> tuple[str, Filter | None]:
    """Return the data set of a population, and its condition."""
    declared = study.populations[name]
    return declared.dataset, declared.where


def read_by(dataset: str, where: Filter | None) -> Iterator[Variable]:
    """Yield the variables that a condition on a data set reads."""
    for _, leaf in leaves(where, ()) if where is not None else ():
        yield Variable(dataset, str(leaf.variable))


def _of_population(study: Study, rest: str, row: Row) -> Subject:
    return Subject("population", ("populations", rest), study.populations[rest].dataset, population=rest)


def _of_flow(study: Study, rest: str, row: Row) -> Subject:
    name, _, code = rest.partition(".")
    index, item = next((at, item) for at, item in enumerate(study.disposition) if item.id == name)
    place: Place = ("disposition", index)
    if code:
        at, reason = next((at, each) for at, each in enumerate(item.reasons) if each.code == code)
        return _counted((*place, "reasons", at), reason.count, reason.reported)
    if item.population is not None:
        return Subject("population", place, study.populations[item.population].dataset, population=item.population)
    if item.difference is not None:
        parts = tuple(_of_flow(study, each, row) for each in item.difference)
        return Subject("difference", place, parts=parts)
    return _counted(place, item.count, item.reported)


def _counted(place: Place, count: Count | None, reported: str | None) -> Subject:
    if count is None:
        return Subject("reported", place) if reported else Subject("flow", place)
    return Subject("flow", place, count.dataset, tuple(read_by(count.dataset, count.where)), where=count.where)


def _of_baseline(study: Study, rest: str, row: Row) -> Subject:
    plan = study.baseline
    assert plan is not None
    at = next((at for at, line in enumerate(plan.variables) if line.variable == rest), None)
    if at is None:
        return Subject("baseline", ("baseline",), study.populations[plan.population].dataset, (), plan.population)
    read = variable(study, rest)
    return Subject("baseline", ("baseline", "variables", at), read.dataset, (read,), plan.population)


def _of_endpoint(study: Study, endpoint: Endpoint, rest: str, row: Row) -> Subject:
    index = study.endpoints.index(endpoint)
    reads = [Variable(endpoint.dataset, endpoint.variable), *_beside(study, endpoint)]
    if rest.startswith("subgroup"):
        named = rest.removeprefix("subgroup_")
        at = next((at for at, each in enumerate(endpoint.subgroups) if each.variable == named), None)
        place: Place = ("endpoints", index, "subgroups", *(() if at is None else (at,)))
        reads += [] if at is None else [Variable(study.home_of(endpoint, named), named)]
        reads += [] if endpoint.event is not None else _adjusted(study, endpoint)
        return Subject("subgroup", place, endpoint.dataset, tuple(reads), endpoint.population, endpoint=endpoint)
    number, use = next((at, use) for at, use in enumerate(endpoint.methods) if use.name == rest)
    if use.method in STRATIFIED and endpoint.strata:
        reads.append(Variable(study.home_of(endpoint, endpoint.strata), endpoint.strata))
    elif METHOD_FAMILIES and REGISTRY[use.method].needs in GATHERERS:  # importing them fills the registry
        reads += _adjusted(study, endpoint)
    place = ("endpoints", index, "methods", number)
    return Subject("endpoint", place, endpoint.dataset, tuple(reads), endpoint.population, endpoint=endpoint, use=use)


def _adjusted(study: Study, endpoint: Endpoint) -> Iterator[Variable]:
    """Yield what a comparison of participants reads beside the variable: covariates, stratum, cluster, status, time."""
    for name in (*endpoint.covariates, endpoint.strata, endpoint.cluster, endpoint.exposure):
        if name:
            yield Variable(study.home_of(endpoint, name), name)
    if endpoint.time is not None:
        yield Variable(endpoint.dataset, endpoint.time.status)


def _beside(study: Study, endpoint: Endpoint) -> Iterator[Variable]:
    """Yield what events by period rest on besides: the onset, the start, and what may end the observation."""
    if endpoint.periods is None:
        return
    rule = study.derivations[endpoint.variable]
    if isinstance(rule, Period):
        yield Variable(endpoint.dataset, rule.date)
    for column in (study.design.start, study.design.end):
        if column is not None:
            yield Variable(column.dataset, column.column)
    if endpoint.periods.until:
        yield Variable(study.participants, endpoint.periods.until)


def _of_safety(study: Study, rest: str, row: Row) -> Subject:
    plan = study.safety
    assert plan is not None
    role = rest.partition(".")[0].removesuffix("_by_period")
    named = [plan.variables()[role]] if role in plan.variables() else []
    named += [plan.system] if "." in rest and plan.system else []  # a term within its class
    named += [plan.period] if rest.partition(".")[0].endswith("_by_period") and plan.period else []
    reads = tuple(Variable(plan.dataset, name) for name in named) + tuple(read_by(plan.dataset, plan.where))
    place: Place = ("safety", role) if named and role in plan.variables() else ("safety",)
    return Subject("safety", place, plan.dataset, tuple(dict.fromkeys(reads)), plan.population, plan.where)


def _of_visits(study: Study, rest: str, row: Row) -> Subject:
    if rest == "assessed":
        dataset = next((name for name in study.datasets if study.visit_variable(name)), study.participants)
        read = Variable(dataset, str(study.visit_variable(dataset)))
    else:
        read = variable(study, rest)
    return Subject("visits", _display(study, row), read.dataset, (read,), row.population)


def _display(study: Study, row: Row) -> Place:
    """Return the place of the first display that asks for a variable."""
    for index, display in enumerate(study.displays):
        asked = {*display.variables, *(study.endpoint(name).variable for name in display.shown_endpoints)}
        if row.variable in asked and display.kind in ("visits", "courses", "individuals"):
            return ("displays", index)
    return ("displays",)


def _of_individual(study: Study, rest: str, row: Row) -> Subject:
    if rest in {endpoint.id for endpoint in study.endpoints} and row.stat_name in ("n_event", "days"):
        endpoint = study.endpoint(rest)
        reads = (Variable(endpoint.dataset, endpoint.variable), *_beside(study, endpoint))
        place: Place = ("endpoints", study.endpoints.index(endpoint))
        return Subject("individual", place, endpoint.dataset, reads, row.population, endpoint=endpoint)
    read = variable(study, rest)
    return Subject("individual", _display(study, row), read.dataset, (read,), row.population)


def _of_narrative(study: Study, rest: str, row: Row) -> Subject:
    plan = study.safety
    assert plan is not None
    index, told = next((at, each) for at, each in enumerate(plan.narratives) if each.id == rest)
    dataset = plan.dataset if row.variable in told.variables else study.participants
    reads = (Variable(dataset, row.variable), *read_by(plan.dataset, told.where))
    return Subject("narrative", ("safety", "narratives", index), plan.dataset, reads, plan.population, told.where)


def codes(study: Study, row: Row) -> Iterable[str]:
    """Return the code of a row's visit in the data, none where it has no visit."""
    return (study.visit(row.visit).code,) if row.visit else ()
