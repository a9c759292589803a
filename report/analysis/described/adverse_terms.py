"""Adverse events by the terms of a dictionary: system organ class, preferred term within it, the most frequent first.

``safety.system`` counts each class, and ``safety.term.<class>`` each term within it; without classes ``safety.term``
counts the terms. Only what occurs in some arm is there, with its zeros in the others; of a class or a term without an
event nothing is said. The order is that of all arms together: by participants, then by events, then by name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from report.analysis.described.adverse_events import Group, numbers, read, row
from report.ard import Row, within
from report.checking.queries import Queries, hole
from report.study.plan import NOT_CODED

SYSTEM, TERM, WHO, WHEN = "system", "term", "who", "when"
Numbers = Mapping[tuple[str, str], tuple[int, int]]  # (class, term) to events and participants; no term: the class


@dataclass(frozen=True)
class _Column:
    """What one column of a table counts: a group, or one of its periods, and the queries on which it rests."""

    group: Group
    period: str
    found: Numbers
    rests_on: Queries

    def rows(self, analysis: str, variable: str, level: str, key: tuple[str, str]) -> Iterator[Row]:
        """Yield the numbers of a class or of a term."""
        events, affected = self.found.get(key, (0, 0))
        for statistic in numbers(events, affected, len(self.group.people)):
            made = row(self.group, statistic, analysis, variable, level, self.period)
            yield hole(made, self.rests_on)


def rows(groups: Sequence[Group]) -> Iterator[Row]:
    """Yield the numbers of each class and of each term within it, in all groups, and by period where there are any."""
    held = [(group, *_events(group)) for group in groups]
    order = _order(pd.concat([events for _, events, _ in held]))
    whole = [_Column(group, "", _numbers(events), queries) for group, events, queries in held]
    yield from _of_columns(whole, order, "")
    by_period = [column for each in held if each[0].has_periods for column in _periods(*each)]
    yield from _of_columns(by_period, order, "_by_period") if by_period else ()


def _events(group: Group) -> tuple[pd.DataFrame, Queries]:
    """Return class, term, participant and period of the events that count; of uncoded ones, that they are not coded."""
    plan, named = group.plan, [group.plan.term, *([group.plan.system] if group.plan.system else [])]
    events, queries = read(group, [*named, *([plan.period] if group.has_periods and plan.period else [])])
    made = {
        WHO: events[group.trial.study.datasets[plan.dataset].participant],
        TERM: events[plan.term].astype(object).fillna(NOT_CODED),
        SYSTEM: events[plan.system].astype(object).fillna(NOT_CODED) if plan.system else "",
        WHEN: events[plan.period].astype(object) if group.has_periods else "",
    }
    return pd.DataFrame(made, index=events.index), queries


def _numbers(events: pd.DataFrame) -> dict[tuple[str, str], tuple[int, int]]:
    found = {}
    for keys in ([SYSTEM], [SYSTEM, TERM]):
        counted = events.groupby(keys, sort=False)[WHO].agg(["size", "nunique"])
        for key, n_event, affected in counted.itertuples(name=None):
            system, term = key if isinstance(key, tuple) else (key, "")
            found[str(system), str(term)] = (int(n_event), int(affected))
    return found


def _order(events: pd.DataFrame) -> dict[str, list[str]]:
    """Return the classes with their terms, each list in the order of its frequency."""
    found = _numbers(events)
    ranked = sorted(found, key=lambda key: (-found[key][1], -found[key][0], key))
    return {
        system: [term for of, term in ranked if of == system and term]
        for system in (of for of, term in ranked if not term)
    }


def _periods(group: Group, events: pd.DataFrame, queries: Queries) -> Iterator[_Column]:
    for period in group.trial.study.column(group.plan.dataset, str(group.plan.period)).levels:
        yield _Column(group, period, _numbers(events[events[WHEN] == period]), queries)


def _of_columns(columns: Sequence[_Column], order: Mapping[str, Sequence[str]], tail: str) -> Iterator[Row]:
    plan = columns[0].group.plan
    for system, terms in order.items():
        for column in columns if plan.system else ():
            yield from column.rows(f"safety.system{tail}", str(plan.system), system, (system, ""))
        analysis = within(f"safety.term{tail}", system)
        for term in terms:
            for column in columns:
                yield from column.rows(analysis, plan.term, term, (system, term))
