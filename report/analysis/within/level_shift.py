"""The shift of a category between two visits: from each level at the earlier one to each at the later one, by arm."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from report.analysis.basis.methods import Answer, Statistic, method
from report.analysis.basis.participants import LevelPairs

TO = "→"  # between two levels, in the level of a row
NOBODY = "no participant is at this level at the earlier visit"


def shifted(before: str, after: str) -> str:
    """Return the level of a row that counts those who went from one level to another."""
    return f"{before}{TO}{after}"


@method("shift_levels", context="tabulate")
def shift_levels(people: LevelPairs, decimals: int, unit: str) -> Answer:
    """Return, by arm, how many went from each level to each; shares are of those at the level at the earlier visit.

    Only participants with both levels are in a share; who lacks one is counted at the level that is known. Empty levels
    are kept. R: ``table(before, after)`` and ``prop.table(table(before, after), 1)``.
    """
    levels = people.levels["Outcome"]
    rows = [row for arm in people.arms for row in _of_arm(people.frame[people.frame["Arm"] == arm], levels, arm)]
    return Answer(
        "Participants by level at the earlier and at the later visit; percentages of those at a level at the earlier "
        "visit with both levels known",
        "Participants were counted by their level at the earlier and at the later visit; percentages are of those at a "
        "level at the earlier visit for whom both are known.",
        tuple(rows),
    )


def _of_arm(frame: pd.DataFrame, levels: tuple[str, ...], arm: str) -> Iterator[Statistic]:
    known = frame.dropna(subset=["Before", "After"])
    rows = [*_whole(frame, known)]
    for before in levels:
        rows += _from(frame[frame["Before"] == before], levels, before)
    for after in levels:
        rows += _to(frame[frame["After"] == after], after)
    return (replace(row, arm=arm, rests_on="arm") for row in rows)


def _whole(frame: pd.DataFrame, known: pd.DataFrame) -> Iterator[Statistic]:
    yield Statistic("N_pairs", "Participants with both levels", len(known), "count")
    yield Statistic("N_miss", "Participants without one of the levels", len(frame) - len(known), "count")
    neither = int((frame["Before"].isna() & frame["After"].isna()).sum())
    yield Statistic("n_neither", "Participants without both levels", neither, "count")


def _from(those: pd.DataFrame, levels: tuple[str, ...], before: str) -> Iterator[Statistic]:
    """Yield the counts of those who were at a level at the earlier visit."""
    total = int(those["After"].notna().sum())
    yield Statistic("N", "Participants", total, "count", level=before)
    yield Statistic("n_after_missing", "Later level missing", len(those) - total, "count", level=before)
    for after in levels:
        n, level = int((those["After"] == after).sum()), shifted(before, after)
        share, why = (n / total, "") if total else (None, NOBODY)
        yield Statistic("n", "n", n, "count", level=level)
        yield Statistic("p", "%", share, f"percent:{total}", level=level, reason=why)


def _to(those: pd.DataFrame, after: str) -> Iterator[Statistic]:
    """Yield the counts of those who were at a level at the later visit."""
    total = int(those["Before"].notna().sum())
    yield Statistic("n_later", "At this level at the later visit", total, "count", level=after)
    yield Statistic("n_before_missing", "Earlier level missing", len(those) - total, "count", level=after)
