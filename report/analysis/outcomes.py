"""The endpoints: their data gathered by the study file, each method run, each answer as rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from report.analysis.all_methods import METHOD_FAMILIES
from report.analysis.basis import methods
from report.analysis.gathering import Gathered, gather
from report.analysis.people.populations import Trial
from report.ard import Row
from report.checking.faults import Fault
from report.checking.queries import hole
from report.errors import Finding
from report.study.data import Column
from report.study.endpoints import Endpoint, MethodUse
from report.study.model import Study


def faults(study: Study) -> list[Finding]:
    """Return what is wrong with the endpoints' methods, before any is run."""
    assert METHOD_FAMILIES  # importing them fills the registry
    found: list[Finding] = []
    for index in range(len(study.endpoints)):
        found += methods.faults(study, index)
    return found


def empty_visits(trial: Trial) -> Iterator[Fault]:
    """Yield the visits of endpoints at which nobody of the population has a value."""
    for index, endpoint in enumerate(trial.study.endpoints):
        for visit in endpoint.all_visits:
            with trial.notes.taken() as rests_on:
                people = trial.members(endpoint.population)
                values = trial.values(endpoint.dataset, endpoint.variable, people, visit)
            if values.isna().all() and not rests_on:
                where = trial.study.where("endpoints", index)
                told = f"nobody of {endpoint.population} has a value of {endpoint.variable} at {visit}"
                remedy = "see the visit's code, the population and the data"
                yield Fault("endpoint-empty", where, told, remedy, results=(f"endpoint.{endpoint.id}",))


def rows(trial: Trial) -> Iterator[Row]:
    """Yield the rows of every endpoint, method by method in the study file's order."""
    for endpoint in trial.study.endpoints:
        gathered: dict[type, Gathered] = {}
        column = trial.study.column(endpoint.dataset, endpoint.variable)
        for use in endpoint.methods:
            needs = methods.REGISTRY[use.method].needs
            if needs not in gathered:
                gathered[needs] = gather(trial, endpoint, needs)
            answer = methods.run(use, gathered[needs].data, *_shown_in(endpoint, column))
            shown = tuple(methods.as_printed(statistic, column) for statistic in answer.statistics)
            yield from _rows(trial, endpoint, use, replace(answer, statistics=shown), gathered[needs])


def _shown_in(endpoint: Endpoint, column: Column) -> tuple[int, str]:
    """Return the decimals and the unit of print: days that are shown in longer units have a decimal at least."""
    shown = endpoint.time.shown_in if endpoint.time is not None else None
    if shown in (None, "days"):
        return column.decimals, column.unit
    return max(1, column.decimals), str(shown)


def _rows(
    trial: Trial, endpoint: Endpoint, use: MethodUse, answer: methods.Answer, gathered: Gathered
) -> Iterator[Row]:
    told = methods.Statistic("method", "Method", answer.method)
    sentence = methods.Statistic("sentence", "Methods sentence", answer.sentence)
    decided = _decided(endpoint, use, answer) if trial.study.design.randomised else []
    for statistic in (*answer.statistics, *decided, told, sentence):
        yield hole(_row(endpoint, use, answer, statistic), gathered.queries(statistic))


def _decided(endpoint: Endpoint, use: MethodUse, answer: methods.Answer) -> list[methods.Statistic]:
    """Return whether the planned confirmatory test of a randomised trial fell below its level, one a comparison."""
    planned = endpoint.confirmatory
    if planned is None or planned.method != use.name:
        return []
    label = f"p below the planned level of {planned.alpha}"
    tests = [each for each in answer.statistics if each.name == "p.value"]
    if len({each.visit for each in tests}) > 1:  # one a visit: which of them was planned to decide is not said
        return []
    return [
        replace(test, name="significant", label=label, stat=test.stat < planned.alpha, format_key="text")
        for test in tests
        if isinstance(test.stat, float)
    ]


def _row(endpoint: Endpoint, use: MethodUse, answer: methods.Answer, statistic: methods.Statistic) -> Row:
    return methods.as_row(
        statistic,
        f"{endpoint.id}.{use.name}",
        (statistic.level, statistic.arm, statistic.visit),
        arm=statistic.arm,
        variable=endpoint.variable,
        variable_level=statistic.level or endpoint.event or "",
        visit=statistic.visit or endpoint.visit or "",
        population=endpoint.population,
        context=methods.REGISTRY[use.method].context,
        method=answer.method,
    )
