"""The members of a population in order and by arm, and their values, read by the numbers of rows.

Other analyses ask for sets of participants by name; with a million participants that is what takes the time. Here a
group is a mask over the ordered members, and a row is found once. The notes of open queries are those of ``Trial``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from report.analysis.people.populations import Positions, Trial
from report.checking.queries import Mask


@dataclass(frozen=True)
class Members:
    """The members of a population, sorted; of each the row in the population's data set, where it has one row each.

    ``rows`` is None where that data set has several rows a participant.
    """

    trial: Trial
    dataset: str
    ids: pd.Index[str]
    rows: Positions | None
    _found: dict[tuple[str, str | None], Positions] = field(default_factory=dict, repr=False, compare=False)

    def together(self) -> Group:
        """Return all members, under no name."""
        return Group(self, "", np.ones(len(self.ids), dtype=bool))

    def by_arm(self) -> list[Group]:
        """Return the members of each arm, with the arm's id; all of them, under no name, in a single arm."""
        where = self.trial.study.design.allocation
        if where is None:
            return [self.together()]
        arms, names = self.trial.arms(), [arm.id for arm in self.trial.study.design.arms]
        if where.dataset == self.dataset and self.rows is not None and self.trial.drawn is None:
            theirs = arms.iloc[self.rows]
        else:
            theirs = arms[arms.index.notna()].reindex(self.ids)
        codes = pd.Categorical(theirs, categories=names).codes
        return [Group(self, name, codes == number) for number, name in enumerate(names)]

    def rows_in(self, dataset: str, visit: str | None) -> Positions:
        """Return in which row of a data set each member stands, at a visit where it has visits; -1 where in none."""
        at = visit if self.trial.study.visit_variable(dataset) else None
        if at is None and self.rows is not None and dataset == self.dataset:
            return self.rows
        if (dataset, at) not in self._found:
            self._found[dataset, at] = self.trial.found(dataset, self.ids, at)
        return self._found[dataset, at]


@dataclass(frozen=True)
class Group:
    """Some of a population's members: those of an arm, or all of them under no name."""

    members: Members
    arm: str
    who: Mask
    _found: dict[tuple[str, str | None], Positions] = field(default_factory=dict, repr=False, compare=False)

    @property
    def size(self) -> int:
        """How many they are."""
        return int(self.who.sum())

    def values(self, dataset: str, variable: str, visit: str | None) -> pd.Series:
        """Return their values of a variable, in the order of the participants, and note the open queries on them."""
        if (dataset, visit) not in self._found:
            self._found[dataset, visit] = self.members.rows_in(dataset, visit)[self.who]
        found = self._found[dataset, visit]
        return self.members.trial.read(dataset, variable, visit, found, lambda: self._lacking(found))

    def _lacking(self, found: Positions) -> set[str]:
        return set(self.members.ids[self.who][found < 0])


def of(trial: Trial, population: str) -> Members:
    """Return the members of a population, and note the open queries on who they are."""
    dataset = trial.study.populations[population].dataset
    cells = trial.frames[dataset][trial.study.datasets[dataset].participant]
    rows = np.flatnonzero(trial.holding(population) & cells.notna().to_numpy(dtype=bool))
    ids = pd.Index(cells.iloc[rows], dtype=object)
    is_one_each = trial.study.datasets[dataset].is_one_row_each
    if is_one_each and ids.is_unique and ids.is_monotonic_increasing:
        return Members(trial, dataset, ids, rows)
    return Members(trial, dataset, pd.Index(sorted(set(ids)), dtype=object), None)
