"""The endpoints: their data gathered by the study file, each method run, each answer as rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from report.analysis import methods, paired, two_by_two
from report.analysis.derivations import to_resolution
from report.analysis.paired import Pairs
from report.analysis.populations import Trial, groups
from report.analysis.two_by_two import ArmCount, EventCounts
from report.ard import Row
from report.checking.faults import Fault
from report.checking.queries import hole
from report.errors import Finding
from report.study.model import Study
from report.study.plan import Endpoint, MethodUse

METHOD_FAMILIES = (paired, two_by_two)  # importing them fills the registry


def faults(study: Study) -> list[Finding]:
    """Return what is wrong with the endpoints' methods, before any is run."""
    found: list[Finding] = []
    for index in range(len(study.endpoints)):
        found += methods.faults(study, index)
    return found


def empty_visits(trial: Trial) -> Iterator[Fault]:
    """Yield the visits of endpoints at which nobody of the population has a value."""
    for index, endpoint in enumerate(trial.study.endpoints):
        for visit in filter(None, (endpoint.against, endpoint.visit)):
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
        gathered = (_events if endpoint.event is not None else _pairs)(trial, endpoint)
        column = trial.study.column(endpoint.dataset, endpoint.variable)
        for use in endpoint.methods:
            answer = methods.run(use, gathered.data, column.decimals, column.unit)
            yield from _rows(endpoint, use, answer, gathered)


@dataclass(frozen=True)
class _Gathered:
    """An endpoint's data, and the open queries they rest on: of the members, of each arm's values, and of all."""

    data: Pairs | EventCounts
    members: frozenset[int]
    arms: Mapping[str, frozenset[int]]
    all: frozenset[int]

    def queries(self, statistic: methods.Statistic) -> frozenset[int]:
        """Return the open queries on which a statistic rests."""
        by_arm = self.arms.get(statistic.arm, frozenset())
        return {"all": self.all, "arm": by_arm, "members": self.members}[statistic.rests_on]


def _pairs(trial: Trial, endpoint: Endpoint) -> _Gathered:
    with trial.notes.taken(trial.doubted.get(f"endpoint.{endpoint.id}", ())) as rests_on:
        data = pairs(trial, endpoint)
    return _Gathered(data, frozenset(rests_on), {}, frozenset(rests_on))


def _events(trial: Trial, endpoint: Endpoint) -> _Gathered:
    reference = trial.study.design.reference
    assert reference is not None
    with trial.notes.taken(trial.doubted.get(f"endpoint.{endpoint.id}", ())) as of_members:
        arms = groups(trial, trial.members(endpoint.population))
    counted, by_arm = [], {}
    for arm, people in arms:
        with trial.notes.taken(of_members) as rests_on:
            counted.append(_count(arm, trial.values(endpoint.dataset, endpoint.variable, people), endpoint.event))
        by_arm[arm] = frozenset(rests_on)
    every = frozenset(of_members).union(*by_arm.values())
    return _Gathered(EventCounts(tuple(counted), reference), frozenset(of_members), by_arm, every)


def pairs(trial: Trial, endpoint: Endpoint) -> Pairs:
    """Return the values of the population's participants at the two visits of an endpoint."""
    assert endpoint.visit is not None and endpoint.against is not None
    people = trial.members(endpoint.population)
    before, after = (
        trial.values(endpoint.dataset, endpoint.variable, people, visit).to_numpy(dtype=float)
        for visit in (endpoint.against, endpoint.visit)
    )
    both = ~(np.isnan(before) | np.isnan(after))
    resolution = trial.study.column(endpoint.dataset, endpoint.variable).resolution
    change = to_resolution(after[both] - before[both], resolution)
    missing = int((~both).sum())
    return Pairs(before[both], after[both], change, missing, endpoint.against, endpoint.visit)


def _count(arm: str, outcome: pd.Series, event: str | None) -> ArmCount:
    present = outcome.dropna()
    return ArmCount(arm, int((present == event).sum()), len(present), int(outcome.isna().sum()))


def _rows(endpoint: Endpoint, use: MethodUse, answer: methods.Answer, gathered: _Gathered) -> Iterator[Row]:
    told = methods.Statistic("method", "Method", answer.method)
    sentence = methods.Statistic("sentence", "Methods sentence", answer.sentence)
    for statistic in (*answer.statistics, told, sentence):
        yield hole(_row(endpoint, use, answer, statistic), gathered.queries(statistic))


def _row(endpoint: Endpoint, use: MethodUse, answer: methods.Answer, statistic: methods.Statistic) -> Row:
    return methods.as_row(
        statistic,
        f"{endpoint.id}.{use.name}",
        (statistic.arm, statistic.visit),
        arm=statistic.arm,
        variable=endpoint.variable,
        variable_level=endpoint.event or "",
        visit=statistic.visit or endpoint.visit or "",
        population=endpoint.population,
        context=methods.REGISTRY[use.method].context,
        method=answer.method,
    )
