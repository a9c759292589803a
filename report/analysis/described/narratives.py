"""Single adverse events told in a few words: the one event that fulfils a condition, and whose it is."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from report.analysis.described.individuals import Pseudonyms, as_individual, pseudonyms, value
from report.analysis.described.visits import may_be_printed
from report.analysis.people.conditions import answer
from report.analysis.people.populations import Trial
from report.ard import Row
from report.checking.faults import Fault
from report.checking.queries import NONE, Queries, named, opened
from report.study.model import Study
from report.study.plan import Narrative, Safety


@dataclasses.dataclass(frozen=True)
class _Found:
    """The events of the safety population that fulfil a condition, and the open queries on which they are."""

    events: pd.DataFrame
    rests_on: Queries

    @property
    def event(self) -> pd.DataFrame | None:
        """The row of the one event; None where there is none or several."""
        return self.events if len(self.events) == 1 else None


def faults(trial: Trial) -> Iterator[Fault]:
    """Yield the narratives whose condition not exactly one event fulfils; not where an open query decides that."""
    plan = trial.study.safety
    for index, narrative in enumerate(plan.narratives if plan else ()):
        assert plan is not None
        found = _find(trial, plan, narrative)
        if len(found.events) != 1 and not found.rests_on:
            where = trial.study.where("safety", "narratives", index, "where")
            remedy = "write a condition that one event alone fulfils, or see the data"
            results = (f"narrative.{narrative.id}",)
            yield Fault("narrative-event", where, _told(len(found.events), plan.population), remedy, results=results)


def _told(n: int, population: str) -> str:
    fulfil = f"{n} events of {population} fulfil" if n else f"no event of {population} fulfils"
    return f"{fulfil} this condition, and a narrative tells one"


def _find(trial: Trial, plan: Safety, narrative: Narrative) -> _Found:
    """Return the events that fulfil a narrative's condition; an event in doubt, or of nobody yet, may be one."""
    frame, participant = trial.frames[plan.dataset], trial.study.datasets[plan.dataset].participant
    held, whose = answer(frame, narrative.where), opened(frame, [participant])
    with trial.notes.taken() as rests_on:
        of_members = frame[participant].isin(list(trial.members(plan.population))).to_numpy(dtype=bool)
        trial.notes.add([trial.unread.get(plan.dataset, NONE)])
        candidates = held.possible & (of_members | whose.map(bool).to_numpy(dtype=bool))
        trial.notes.add([*whose[candidates], *np.asarray(held.doubts, dtype=object)[candidates]])
    return _Found(frame[held.yes & of_members], frozenset(rests_on))


def rows(trial: Trial) -> Iterator[Row]:
    """Yield the variables of each narrative's event and of its participant: ``narrative.<id>.<variable>``."""
    plan = trial.study.safety
    if plan is None or not plan.narratives:
        return
    names = pseudonyms(trial)
    for narrative in plan.narratives:
        yield from _rows(trial, plan, narrative, names)


def _rows(trial: Trial, plan: Safety, narrative: Narrative, names: Pseudonyms) -> Iterator[Row]:
    found = _find(trial, plan, narrative)
    doubts = found.rests_on | names.rests_on | trial.doubted.get(f"narrative.{narrative.id}", NONE)
    who = "" if found.event is None else str(found.event[trial.study.datasets[plan.dataset].participant].iloc[0])
    for dataset, name in _variables(trial.study, plan, narrative):
        column = trial.study.column(dataset, name)
        with trial.notes.taken(doubts) as rests_on:
            cell = None if found.event is None else _cell(trial, plan, found.event, who, dataset, name)
        columns = {"variable": name, "population": plan.population}
        row = as_individual(value(name, column, cell), f"narrative.{narrative.id}", names.of.get(who, ""), (), columns)
        yield _holed(row, rests_on)


def _variables(study: Study, plan: Safety, narrative: Narrative) -> list[tuple[str, str]]:
    """Return the variables that are told, each with its data set: those of the event, then those of the participant."""
    told = [*((plan.dataset, name) for name in narrative.variables)]
    told += [(study.participants, name) for name in narrative.participant]
    return [(dataset, name) for dataset, name in told if may_be_printed(study.column(dataset, name))]


def _cell(trial: Trial, plan: Safety, event: pd.DataFrame, who: str, dataset: str, name: str) -> Any:
    """Return a value of the event, or of its participant, and note the open queries on it."""
    if dataset != plan.dataset:
        return trial.values(dataset, name, [who]).iloc[0]
    trial.notes.add(opened(event, [name]))
    return event[name].iloc[0]


def _holed(row: Row, queries: Iterable[int]) -> Row:
    """Return a row without its value where it rests on open queries, whatever its variable is called."""
    held = named(queries)
    return dataclasses.replace(row, stat=None, reason="", query=held) if held else row
