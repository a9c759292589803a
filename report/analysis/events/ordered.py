"""Levels of a category by arm: their counts, and the tests of them that do not model an order.

A table has a row an arm and a column a level, in declared order. Levels and arms that nobody has add nothing to a test.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from report.analysis.basis.descriptives import proportion
from report.analysis.basis.methods import Answer, Statistic, method
from report.analysis.basis.participants import Participants
from report.analysis.events import freeman_halton
from report.analysis.events.exact_tests import at_least

Counts = npt.NDArray[np.int_]
ONE_ARM = "fewer than two arms have a participant with a level"
ONE_LEVEL = "every participant has the same level"
TOO_MANY = "too many tables have these margins for the exact test"


@dataclass(frozen=True)
class LevelCounts:
    """How many participants of each arm (row) have each level (column), and how many have none."""

    arms: tuple[str, ...]
    levels: tuple[str, ...]
    counts: Counts
    missing: tuple[int, ...]

    @property
    def occupied(self) -> Counts:
        """The table without the arms and levels that nobody has."""
        held = self.counts[self.counts.sum(axis=1) > 0]
        return np.asarray(held[:, held.sum(axis=0) > 0])

    @property
    def hindrance(self) -> str:
        """Why arms cannot be compared; empty where they can."""
        rows, columns = self.occupied.shape
        return ONE_ARM if rows < 2 else ONE_LEVEL if columns < 2 else ""


def counted(people: Participants) -> LevelCounts:
    """Return the counts of an outcome's levels by arm."""
    levels = people.levels["Outcome"]
    rows, missing = [], []
    for arm in people.arms:
        outcome = people.frame.loc[people.frame["Arm"] == arm, "Outcome"]
        rows.append([int((outcome == level).sum()) for level in levels])
        missing.append(int(outcome.isna().sum()))
    return LevelCounts(people.arms, levels, np.array(rows, dtype=np.int_), tuple(missing))


@method("levels", context="tabulate")
def levels(people: Participants, decimals: int, unit: str) -> Answer:
    """Return the participants of every arm who have each level, in declared order; a level that nobody has is kept."""
    found = counted(people)
    rows: list[Statistic] = []
    for arm, counts, missing in zip(found.arms, found.counts.tolist(), found.missing, strict=True):
        total = sum(counts)
        for level, n in zip(found.levels, counts, strict=True):
            rows += [replace(each, arm=arm, level=level, rests_on="arm") for each in proportion(n, total)]
        rows.append(Statistic("N_miss", "Level missing", missing, "count", arm=arm, rests_on="arm"))
        rows.append(Statistic("N_population", "Participants", total + missing, "count", arm=arm, rests_on="members"))
    told = "Participants with each level were counted in each arm among all with a known one."
    return Answer("Levels by arm", told, tuple(rows))


@method("chi_squared_levels", context="stats_chisq_test")
def chi_squared_levels(people: Participants, decimals: int, unit: str) -> Answer:
    """Return Pearson's chi-squared test of levels by arm, over all arms (R: ``chisq.test``); no order is used.

    No continuity correction is made, nor in a table of two by two. Where a count below 5 is expected the distribution
    is a poor guide to the exact one.
    """
    found = counted(people)
    statistic, df, fewest = (None, None, None) if found.hindrance else _pearson(found.occupied)
    rows = tested("chi-squared", "Chi-squared test of levels", statistic, df, found.hindrance)
    few = Statistic("expected_min", "Smallest expected count", fewest, "fixed:1", reason=found.hindrance)
    return Answer(
        "Pearson’s chi-squared test of levels by arm, no continuity correction",
        "The levels of all arms were compared with Pearson’s chi-squared test, without continuity correction.",
        (*rows, few, *used(found)),
    )


def _pearson(table: Counts) -> tuple[float, int, float]:
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    statistic = float(((table - expected) ** 2 / expected).sum())
    return statistic, (table.shape[0] - 1) * (table.shape[1] - 1), float(expected.min())


def tested(named: str, label: str, statistic: float | None, df: int | None, why: str) -> list[Statistic]:
    """Return a chi-squared statistic over all arms with its degrees of freedom and p."""
    from scipy.special import chdtrc

    p = None if statistic is None or df is None else at_least(float(chdtrc(df, statistic)))
    return [
        Statistic("statistic", f"{named[:1].upper()}{named[1:]}", statistic, "fixed:2", reason=why),
        Statistic("df", "Degrees of freedom", df, "count", reason=why),
        Statistic("p.value", label, p, "p", reason=why),
    ]


def used(found: LevelCounts) -> Iterator[Statistic]:
    """Yield how many participants a test of levels rests on, and how many have no level."""
    yield Statistic("n", "Participants with a level", int(found.counts.sum()), "count")
    yield Statistic("N_miss", "Level missing", sum(found.missing), "count")


@method("fisher_levels", context="stats_fisher_test")
def fisher_levels(people: Participants, decimals: int, unit: str) -> Answer:
    """Return Fisher's exact test of levels by arm, over all arms (Freeman and Halton; R: ``fisher.test``).

    The sum of the chances of all tables with the same margins that are no more probable than the one seen. Where those
    tables are too many to be counted there is no p rather than an approximate one.
    """
    found = counted(people)
    p = None if found.hindrance else freeman_halton.fisher_p(found.occupied)
    why = "" if p is not None else found.hindrance or TOO_MANY
    return Answer(
        "Fisher’s exact test of levels by arm (Freeman-Halton), two-sided",
        "The levels of all arms were compared with Fisher’s exact test in the form of Freeman and Halton.",
        (
            Statistic("p.value", "Fisher’s exact test of levels", None if p is None else at_least(p), "p", reason=why),
            *used(found),
        ),
    )
