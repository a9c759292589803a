"""Populations and arms: who is in a set, as the data say it; and the one way in which analyses read values.

Every read notes the open queries that it rests on (``queries.py``): those of the values themselves; those of a
condition that only an open value decides; and those of rows that nobody can place yet, whose participant or visit is
in doubt, where they may belong to somebody who lacks a row.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from report.analysis.basis.methods import Statistic, as_row
from report.analysis.people.conditions import Answer, answer
from report.ard import Row
from report.checking.faults import Fault
from report.checking.queries import Mask, Notes, Queries, hole, opened, shadow
from report.study.data import Count, Filter
from report.study.model import Study

Positions = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Trial:
    """A study's typed frames, and a note of the open queries that the values read so far rest on.

    ``unread`` are queries of a whole data set, such as an empty file; ``doubted`` those of a population. ``drawn`` are
    the arms where they are dummies, and then nothing of the allocation is read.
    """

    study: Study
    frames: Mapping[str, pd.DataFrame]
    notes: Notes = field(default_factory=Notes)
    unread: Mapping[str, Queries] = field(default_factory=dict)
    doubted: Mapping[str, Queries] = field(default_factory=dict)
    drawn: Mapping[str, str] | None = None
    _read: dict[Hashable, tuple[Any, Queries]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def _once(self, asked: Hashable, read: Callable[[], Any]) -> Any:
        """Return what a reading gives and note its queries; the same reading, asked for many times, is made once."""
        if asked not in self._read:
            with self.notes.taken() as rests_on:
                found = read()
            self._read[asked] = (found, frozenset(rests_on))
        found, queries = self._read[asked]
        self.notes.add([queries])
        return found

    def members(self, population: str) -> frozenset[str]:
        """Return the participants of a population."""
        members: frozenset[str] = self._once(("members", population), lambda: self._members(population))
        return members

    def _members(self, population: str) -> frozenset[str]:
        dataset = self.study.populations[population].dataset
        held = self.holding(population)
        return frozenset(self.frames[dataset].loc[held, self.study.datasets[dataset].participant].dropna())

    def holding(self, population: str) -> Mask:
        """Return which rows of a population's data set make their participant a member."""
        declared = self.study.populations[population]
        self.notes.add([self.doubted.get(f"population.{population}", frozenset())])
        return self._held(self.frames[declared.dataset], declared.dataset, declared.where)

    def arms(self) -> pd.Series[str]:
        """Return the arm id of each participant, indexed by participant; empty in a single-arm study."""
        arms: pd.Series[str] = self._once(("arms",), self._arms)
        return arms

    def _arms(self) -> pd.Series[str]:
        where = self.study.design.allocation
        if where is None:
            return pd.Series(dtype=object)
        if self.drawn is not None:
            return pd.Series(self.drawn, dtype=object)
        codes = {arm.code: arm.id for arm in self.study.design.arms}
        frame = self._rows(where.dataset)
        self._doubt(frame, [where.column])
        return frame.set_index(self.study.datasets[where.dataset].participant)[where.column].astype(object).map(codes)

    def values(self, dataset: str, variable: str, people: Iterable[str], visit: str | None = None) -> pd.Series:
        """Return a variable of these participants, sorted and indexed by participant, missing where there is none.

        ``visit`` is a visit's id, for a data set that has visits. The series is read by many: none may change it.
        """
        asked = (dataset, variable, frozenset(people), visit)
        found: pd.Series = self._once(asked, lambda: self._values(*asked))
        return found

    def _values(self, dataset: str, variable: str, people: frozenset[str], visit: str | None) -> pd.Series:
        wanted: pd.Index[str]
        wanted, found = self._once(
            ("found", dataset, people, visit), lambda: self._placed(dataset, self._in_order(people), visit)
        )
        return self.read(dataset, variable, visit, found, lambda: set(wanted[found < 0])).set_axis(wanted)

    def _placed(self, dataset: str, wanted: pd.Index[str], visit: str | None) -> tuple[pd.Index[str], Positions]:
        return wanted, self.found(dataset, wanted, visit)

    def found(self, dataset: str, wanted: pd.Index[str], visit: str | None) -> Positions:
        """Return in which row of a data set each of these participants stands, at a visit; -1 where in none.

        ValueError where somebody has two rows.
        """
        frame, (at, code) = self.frames[dataset], self._at(dataset, visit)
        whose = wanted.get_indexer(pd.Index(frame[self.study.datasets[dataset].participant], dtype=object))
        is_there = whose >= 0
        if at is not None:
            is_there &= np.asarray(frame[at].astype(object) == code, dtype=bool)
        rows = np.flatnonzero(is_there)
        found = np.full(len(wanted), -1, dtype=np.intp)
        found[whose[rows]] = rows
        if np.count_nonzero(found >= 0) != len(rows):
            raise ValueError(f"a participant has several rows of {dataset}")
        return found

    def read(
        self, dataset: str, variable: str, visit: str | None, found: Positions, lacking: Callable[[], set[str]]
    ) -> pd.Series:
        """Return a variable in these rows, missing at -1, and note what it rests on; ``lacking`` is who has no row."""
        frame, (at, code) = self.frames[dataset], self._at(dataset, visit)
        in_doubt = [name for name in (variable, at) if name and shadow(name) in frame]
        if in_doubt:
            self.notes.add(opened(frame.iloc[found[found >= 0]], in_doubt))
        self.notes.add([self.unread.get(dataset, frozenset())])
        if {shadow(self.study.datasets[dataset].participant), shadow(str(at))}.intersection(frame.columns):
            self.notes.add(self._unplaced(dataset, at, code, lacking()))
        cells = pd.Series(frame[variable].array, name=variable)
        is_whole = len(found) > 0 and found.min() >= 0
        return cells.iloc[found].reset_index(drop=True) if is_whole else cells.reindex(found).reset_index(drop=True)

    def _at(self, dataset: str, visit: str | None) -> tuple[str | None, str]:
        """Return the variable of a data set's visits and a visit's code; none where no visit is asked for."""
        at = self.study.visit_variable(dataset) if visit is not None else None
        return at, self.study.visit(visit).code if at is not None and visit is not None else ""

    def _in_order(self, people: frozenset[str]) -> pd.Index[str]:
        """Return participants sorted; taken first in the order of their own data set, which is nearly that."""
        home = self.study.participants
        theirs = self.frames[home][self.study.datasets[home].participant]
        known = [who for who in theirs.tolist() if who in people]
        return pd.Index(sorted(dict.fromkeys([*known, *people])), dtype=object)

    def _unplaced(self, dataset: str, at: str | None, code: str, lacking: set[str]) -> Iterator[Queries]:
        """Yield the queries of rows that may be those of participants who lack one here.

        No two rows share a key, so a row in doubt can be at this visit only for somebody who has no other row there.
        """
        frame, participant = self.frames[dataset], self.study.datasets[dataset].participant
        if not lacking:
            return
        whose, when = opened(frame, [participant]), opened(frame, [at] if at else [])
        visits = frame[at].astype(object) if at else whose
        for who, doubted, moment, unclear in zip(frame[participant], whose, visits, when, strict=True):
            may_be_now = at is None or bool(unclear) or moment == code
            if may_be_now and (doubted or (unclear and who in lacking)):
                yield doubted | unclear

    def count(self, count: Count, arm: str = "") -> int:
        """Return how many participants have a row that fulfils a condition, in one arm or in all."""
        if not arm:
            return len(self._fulfilling(count.dataset, count.where))
        arms = self.arms()
        return len(self._fulfilling(count.dataset, count.where, frozenset(arms.index[arms == arm])))

    def fulfilling(self, condition: Count) -> frozenset[str]:
        """Return the participants who have a row that fulfils a condition."""
        return self._fulfilling(condition.dataset, condition.where)

    def rows(self, dataset: str, people: Iterable[str], variables: Iterable[str]) -> pd.DataFrame:
        """Return all rows of these participants, such as their adverse events, with these variables."""
        participant = self.study.datasets[dataset].participant
        frame = self._rows(dataset)
        theirs = frame[frame[participant].isin(list(people))]
        named = [participant, *variables]
        self._doubt(theirs, named)
        return theirs[named]

    def _fulfilling(self, dataset: str, where: Filter | None, among: frozenset[str] | None = None) -> frozenset[str]:
        """Return the participants, of all or of some, with a row that fulfils a condition; rows in doubt are noted."""
        frame, participant = self.frames[dataset], self.study.datasets[dataset].participant
        if among is not None:
            doubted = opened(frame, [participant]).map(bool)
            frame = frame[(frame[participant].isin(list(among)) | doubted).to_numpy(dtype=bool)]
        found = frozenset(frame.loc[self._held(frame, dataset, where), participant].dropna())
        return found if among is None else found & among

    def _held(self, frame: pd.DataFrame, dataset: str, where: Filter | None) -> Mask:
        """Return which rows fulfil a condition, and note those in doubt."""
        held = answer(frame, where)
        self.notes.add([self.unread.get(dataset, frozenset())])
        self.notes.add(self._undecided(dataset, frame, held))
        return held.yes

    def _undecided(self, dataset: str, rows: pd.DataFrame, held: Answer) -> Iterator[Queries]:
        """Yield the queries of rows that decide whether somebody, not found by a sound row, is among those found."""
        participant, home = self.study.datasets[dataset].participant, self.study.participants
        if held.undecided is None and shadow(participant) not in rows:
            return
        frame = rows[held.possible]
        whose, unsettled = list(opened(frame, [participant])), list(held.doubts[held.possible])
        if not any(whose) and not any(unsettled):
            return
        clear = np.array([not (doubted or unclear) for doubted, unclear in zip(whose, unsettled, strict=True)])
        found = set(frame.loc[held.yes[held.possible] & clear, participant])
        lacking = set(self.frames[home][self.study.datasets[home].participant]) - found if dataset != home else None
        for who, doubted, unclear in zip(frame[participant], whose, unsettled, strict=True):
            may_be_new = lacking is None or bool(lacking) if doubted else unclear and who not in found
            if may_be_new:
                yield doubted | unclear

    def _rows(self, dataset: str) -> pd.DataFrame:
        """Return a data set's rows; those whose participant is in doubt may be anyone's, and are noted."""
        frame = self.frames[dataset]
        self.notes.add([self.unread.get(dataset, frozenset())])
        self._doubt(frame, [self.study.datasets[dataset].participant])
        return frame

    def _doubt(self, frame: pd.DataFrame, variables: Sequence[str]) -> None:
        """Note the open queries of these variables, where there are any."""
        if any(shadow(name) in frame for name in variables):
            self.notes.add(opened(frame, variables))


def faults(trial: Trial) -> Iterator[Fault]:
    """Yield populations with nobody in them, and members whom no arm holds; not where that rests on an open query."""
    for name in trial.study.populations:
        with trial.notes.taken() as rests_on:
            arms, members = trial.arms(), trial.members(name)
        if rests_on:
            continue
        where = trial.study.where("populations", name)
        if not members:
            told, remedy = "nobody is in this population", "see its condition and the data"
            yield Fault("population-empty", where, told, remedy, results=(f"population.{name}",))
        without = members.difference(arms.index[arms.notna()])
        if without and trial.study.design.allocation is not None:
            told = f"{len(without)} of its {len(members)} members have no arm"
            remedy = "correct the participants' identifiers"
            yield Fault("population-arm", where, told, remedy, results=(f"population.{name}",))


def rows(trial: Trial) -> Iterator[Row]:
    """Yield the number of participants in each analysis set, by arm where there are several, and in all."""
    for name, population in trial.study.populations.items():
        with trial.notes.taken() as rests_on:
            members = trial.members(name)
            sizes = {"": len(members), **{arm: len(people) for arm, people in groups(trial, members)}}
        for arm, n in sizes.items():
            yield hole(_row(name, population.label, arm, n), rests_on)


def _row(name: str, label: str, arm: str, n: int) -> Row:
    size = Statistic("n", label, n, "count")
    context, method = "population", "counted in the data"
    return as_row(
        size, f"population.{name}", (arm,), arm=arm, variable=name, population=name, context=context, method=method
    )


def groups(trial: Trial, members: frozenset[str]) -> list[tuple[str, frozenset[str]]]:
    """Return the members of each arm with the arm's id; all of them, under no name, in a single arm."""
    if trial.study.design.allocation is None:
        return [("", members)]
    arms = trial.arms()
    return [(arm.id, frozenset(arms.index[arms == arm.id]) & members) for arm in trial.study.design.arms]
