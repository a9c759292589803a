"""The data of an endpoint as its methods need them: pairs, counts by arm or stratum, events by period.

Each gatherer reads values through the trial, so that the open queries they rest on are known beside the data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from report.analysis.basis.methods import Statistic
from report.analysis.counts.by_period import PeriodCounts
from report.analysis.events.stratified import StratifiedCounts, Stratum
from report.analysis.events.two_by_two import ArmCount, EventCounts
from report.analysis.gathering_participants import GATHERERS
from report.analysis.people.derivations import to_resolution
from report.analysis.people.populations import Trial, groups
from report.analysis.people.timing import days_from
from report.analysis.within.one_arm import OneCount
from report.analysis.within.paired import Pairs
from report.study.endpoints import Endpoint
from report.study.rules_dates import Period

Queries = frozenset[int]
NOBODY: Queries = frozenset()


@dataclass(frozen=True)
class Gathered:
    """An endpoint's data, and the open queries they rest on: of the members, of each arm's values, and of all."""

    data: object
    members: Queries
    arms: Mapping[str, Queries]
    all: Queries

    def queries(self, statistic: Statistic) -> Queries:
        """Return the open queries on which a statistic rests."""
        by_arm = self.arms.get(statistic.arm, NOBODY)
        return {"all": self.all, "arm": by_arm, "members": self.members}[statistic.rests_on]


def gather(trial: Trial, endpoint: Endpoint, needs: type) -> Gathered:
    """Return an endpoint's data in the form that a method needs."""
    if needs is EventCounts:
        return _events(trial, endpoint)
    if needs is StratifiedCounts:
        return stratified(trial, endpoint, str(endpoint.strata))
    if needs in GATHERERS:
        framed, members, by_arm = GATHERERS[needs](trial, endpoint)
        return Gathered(framed, members, by_arm, members.union(*by_arm.values()))
    made: dict[type, Callable[[Trial, Endpoint], object]] = {
        Pairs: pairs, OneCount: _one_count, PeriodCounts: period_counts,
    }  # fmt: skip
    with trial.notes.taken(_doubts(trial, endpoint)) as rests_on:
        data = made[needs](trial, endpoint)
    return Gathered(data, frozenset(rests_on), {}, frozenset(rests_on))


def _doubts(trial: Trial, endpoint: Endpoint) -> Iterable[int]:
    return trial.doubted.get(f"endpoint.{endpoint.id}", ())


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


def _one_count(trial: Trial, endpoint: Endpoint) -> OneCount:
    outcome = trial.values(endpoint.dataset, endpoint.variable, trial.members(endpoint.population), endpoint.visit)
    counted = count("", outcome, endpoint.event)
    return OneCount(counted.events, counted.total, counted.missing)


def count(arm: str, outcome: pd.Series, event: str | None) -> ArmCount:
    """Return the participants of an arm with the event, with a recorded outcome, and without one."""
    present = outcome.dropna()
    return ArmCount(arm, int((present == event).sum()), len(present), int(outcome.isna().sum()))


def _by_arm(
    trial: Trial, endpoint: Endpoint, variables: Sequence[tuple[str, str]]
) -> tuple[dict[str, list[pd.Series]], Gathered]:
    """Return the values of these variables in each arm, and the open queries they rest on without data yet."""
    with trial.notes.taken(_doubts(trial, endpoint)) as of_members:
        arms = groups(trial, trial.members(endpoint.population))
    read, queries = {}, {}
    for arm, people in arms:
        with trial.notes.taken(of_members) as rests_on:
            read[arm] = [trial.values(home, name, people, endpoint.visit) for home, name in variables]
        queries[arm] = frozenset(rests_on)
    members = frozenset(of_members)
    return read, Gathered(None, members, queries, members.union(*queries.values()))


def _events(trial: Trial, endpoint: Endpoint) -> Gathered:
    read, queries = _by_arm(trial, endpoint, [(endpoint.dataset, endpoint.variable)])
    counted = tuple(count(arm, outcome, endpoint.event) for arm, (outcome,) in read.items())
    hoped_for = endpoint.direction == "higher_is_better"
    return replace(queries, data=EventCounts(counted, str(trial.study.design.reference), hoped_for))


def stratified(trial: Trial, endpoint: Endpoint, variable: str) -> Gathered:
    """Return the counts of each arm by level of a category, and how many with an outcome have no level."""
    home = trial.study.home_of(endpoint, variable)
    read, queries = _by_arm(trial, endpoint, [(endpoint.dataset, endpoint.variable), (home, variable)])
    reference = str(trial.study.design.reference)
    strata = []
    for level in trial.study.column(home, variable).levels:
        within = ((arm, outcome[(of == level).to_numpy(dtype=bool)]) for arm, (outcome, of) in read.items())
        counts = tuple(count(arm, outcome, endpoint.event) for arm, outcome in within)
        strata.append(Stratum(level, EventCounts(counts, reference)))
    missing = sum(int((outcome.notna() & of.isna()).sum()) for outcome, of in read.values())
    return replace(queries, data=StratifiedCounts(tuple(strata), missing))


def period_counts(trial: Trial, endpoint: Endpoint, whose: Iterable[str] | None = None) -> PeriodCounts:
    """Return each participant's events and days of observation before and after the start of treatment.

    Observation of the later period ends on the day before ``until``, and on the last day of participation; an event
    that began later is counted apart. Who has no start was not observed, and is not among the counts. ``whose`` are
    some of the population's members, all where it is left out.
    """
    assert endpoint.periods is not None
    people = sorted(trial.members(endpoint.population) if whose is None else whose)
    starts, untils, ends = _dates_of(trial, endpoint, people)
    rule = _rule(trial, endpoint)
    before, after = (rule.periods[name] for name in (endpoint.periods.before, endpoint.periods.after))
    last = pd.Series(np.fmin(float(after.last), np.fmin(untils - 1, ends)), index=people)
    events = _dated(trial, endpoint, starts, last)
    observed = starts.notna().to_numpy(dtype=bool)

    def counted(period: str) -> np.ndarray:
        chosen = events.whose[(events.period == period) & ~events.is_late]
        return chosen.value_counts().reindex(people, fill_value=0).to_numpy(dtype=int)[observed]

    return PeriodCounts(
        before=counted(endpoint.periods.before),
        after=counted(endpoint.periods.after),
        days_before=np.full(int(observed.sum()), before.last - before.first + 1),
        days_after=np.clip(last.to_numpy() - after.first + 1, 0, None).astype(int)[observed],
        later=int(((events.period == endpoint.periods.after) & events.is_late).sum()),
        planned_after=after.last - after.first + 1,
        names=(endpoint.periods.before, endpoint.periods.after),
        labels=(before.label, after.label),
    )


def _rule(trial: Trial, endpoint: Endpoint) -> Period:
    rule = trial.study.derivations[endpoint.variable]
    assert isinstance(rule, Period)
    return rule


def _dated(trial: Trial, endpoint: Endpoint, starts: pd.Series, last: pd.Series) -> pd.DataFrame:
    """Return the events of these participants: whose, in which period, and whether begun when observation had ended.

    In the earlier period observation ends with the period, so that none of its events is late.
    """
    assert endpoint.periods is not None
    onset = _rule(trial, endpoint).date
    rows = trial.rows(endpoint.dataset, starts.index, [endpoint.variable, onset])
    whose, period = rows[trial.study.datasets[endpoint.dataset].participant], rows[endpoint.variable].astype(object)
    days = days_from(starts.reindex(whose).set_axis(rows.index), rows[onset])
    is_late = (days > last.reindex(whose).to_numpy()) & (period == endpoint.periods.after).to_numpy(dtype=bool)
    return pd.DataFrame({"whose": whose, "period": period, "is_late": is_late}, index=rows.index)


def _dates_of(trial: Trial, endpoint: Endpoint, people: list[str]) -> tuple[pd.Series, np.ndarray, np.ndarray]:
    """Return each participant's start, and the days from it to ``until`` and to the end of participation."""
    design, periods = trial.study.design, endpoint.periods
    assert design.start is not None and periods is not None
    starts = trial.values(design.start.dataset, design.start.column, people)

    def days_to(dataset: str, column: str | None) -> np.ndarray:
        if column is None:
            return np.full(len(people), np.nan)
        return days_from(starts, trial.values(dataset, column, people))

    ends = days_to(design.end.dataset, design.end.column) if design.end else days_to("", None)
    return starts, days_to(trial.study.participants, periods.until), ends
