"""Fisher's exact test of a table of levels by arm, by a network of the tables with the same margins.

Freeman and Halton (Biometrika 1951;38:141-149); the network is that of Mehta and Patel (J Am Stat Assoc
1983;78:427-434; R: ``fisher.test``). Levels are taken one after the other; a node is how many participants of each arm
are left. What is already dealt out is kept as minus the sum of the logarithms of its cells' factorials. As soon as
every way to go on from a node gives tables no more probable than the one seen, or none does, all of them are counted at
once. Where there is too much to be looked at (``MOST``, ``WORK``) there is no answer rather than an approximate one.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from report.analysis.basis.exact import FORGIVEN, Vector
from report.analysis.events.exact_tests import at_least

Counts = npt.NDArray[np.int_]  # a row an arm, a column a level; nobody's rows and columns left out
MOST = 4_000_000  # nodes, ways to deal out a level, and sums that are kept
WORK = 50_000_000  # ways from all nodes on for one level, and from all kept sums
SAME = 1e-10  # past sums so near to each other are the same: the ties of R's fisher.test are wider


@dataclass(frozen=True)
class _Stage:
    """One level: how it can be dealt out to the arms but the last, what each way adds, and the ends of what follows."""

    splits: Counts
    adds: Vector
    lowest: Vector
    highest: Vector
    whole: Vector


def fisher_p(table: Counts) -> float | None:
    """Return the exact two-sided p of a table with two arms and two levels at least; None where it is too large."""
    table = _turned(table)
    stages = _stages(table)
    return None if stages is None else _summed(table, stages)


def _turned(table: Counts) -> Counts:
    """Return the table with as few nodes as it can have: the largest arm last, the levels from the largest on."""
    sizes = [math.prod(int(n) + 1 for n in sorted(t.sum(axis=1))[:-1]) for t in (table, table.T)]
    made = table if sizes[0] <= sizes[1] else table.T
    made = made[np.argsort(made.sum(axis=1), kind="stable")]
    return np.asarray(made[:, np.argsort(-made.sum(axis=0), kind="stable")])


def _log_factorial(counts: Counts) -> Vector:
    from scipy.special import gammaln

    return np.asarray(gammaln(np.asarray(counts) + 1.0), dtype=float)


def _stages(table: Counts) -> list[_Stage] | None:
    """Return the stages of all levels but the last, each with what follows it, as arrays over the nodes."""
    arms, totals = table.sum(axis=1), table.sum(axis=0)
    shape = tuple(int(n) + 1 for n in arms[:-1])
    dealt = _all_splits(totals, arms) if math.prod(shape) <= MOST else None
    if dealt is None or max(map(len, dealt)) * math.prod(shape) > WORK:
        return None
    nodes = np.indices(shape).reshape(len(shape), -1)
    lowest = highest = _forced(nodes, int(totals[-1]), int(arms[-1]), shape)
    made: list[_Stage] = []
    for at in range(len(totals) - 2, -1, -1):
        splits = dealt[at]
        adds = -_log_factorial(splits).sum(axis=1)
        made.append(_Stage(splits[:, :-1], adds, lowest, highest, _whole(nodes, totals[at + 1 :], arms, shape)))
        lowest, highest = _before(lowest, splits, adds, np.minimum), _before(highest, splits, adds, np.maximum)
    return made[::-1]


def _last_arm(nodes: Counts, total: int) -> Counts:
    return np.asarray(total - nodes.sum(axis=0))


def _forced(nodes: Counts, total: int, most: int, shape: tuple[int, ...]) -> Vector:
    """Return what the last level adds: all who are left; NaN where they are not as many as it has."""
    last = _last_arm(nodes, total)
    fits = (last >= 0) & (last <= most)
    added = -(_log_factorial(nodes).sum(axis=0) + _log_factorial(np.where(fits, last, 0)))
    return np.asarray(np.where(fits, added, np.nan).reshape(shape))


def _whole(nodes: Counts, totals: Counts, arms: Counts, shape: tuple[int, ...]) -> Vector:
    """Return the logarithm of the summed weight of every way to go on from a node; NaN where there is none."""
    last = _last_arm(nodes, int(totals.sum()))
    fits = (last >= 0) & (last <= int(arms[-1]))
    left = _log_factorial(nodes).sum(axis=0) + _log_factorial(np.where(fits, last, 0))
    whole = _log_factorial(totals.sum()[np.newaxis])[0] - _log_factorial(totals).sum() - left
    return np.asarray(np.where(fits, whole, np.nan).reshape(shape))


def _all_splits(totals: Counts, arms: Counts) -> list[Counts] | None:
    """Return the ways to deal out every level but the last; None where they are too many."""
    made = [_splits(int(total), arms) for total in totals[:-1]]
    held = [each for each in made if each is not None]
    return held if len(held) == len(made) else None


def _splits(total: int, arms: Counts) -> Counts | None:
    """Return every way to deal a level out to the arms; None where they are too many."""
    made = np.zeros((1, 0), dtype=np.int_)
    for room in arms[:-1]:
        choices = np.arange(min(total, int(room)) + 1)
        if len(made) * len(choices) > MOST:
            return None
        made = np.column_stack([np.repeat(made, len(choices), axis=0), np.tile(choices, len(made))])
        made = made[made.sum(axis=1) <= total]
    last = total - made.sum(axis=1)
    return np.asarray(np.column_stack([made, last])[last <= arms[-1]], dtype=np.int_)


def _before(after: Vector, splits: Counts, adds: Vector, better: np.ufunc) -> Vector:
    """Return the lowest or highest sum from each node on, over every way to deal out a level."""
    found = np.full(after.shape, np.nan)
    for split, added in zip(splits, adds, strict=True):
        ahead = tuple(slice(None, size - n) for size, n in zip(after.shape, split, strict=False))
        here = tuple(slice(n, None) for n, _ in zip(split, after.shape, strict=False))
        reached = after[ahead] + added
        kept = found[here]
        found[here] = np.where(np.isnan(kept), reached, np.where(np.isnan(reached), kept, better(kept, reached)))
    return found


def _summed(table: Counts, stages: list[_Stage]) -> float | None:
    """Return the share of the tables that are no more probable than the one seen."""
    bound = -float(_log_factorial(table).sum()) + math.log(FORGIVEN)
    arms, totals = table.sum(axis=1), table.sum(axis=0)
    margins = _log_factorial(np.concatenate([arms, totals])).sum()
    total = float(_log_factorial(table.sum()[np.newaxis])[0] - margins)
    nodes, past, times, p = arms[:-1][np.newaxis], np.zeros(1), np.ones(1), 0.0
    for stage in stages[:-1]:
        if len(nodes) * len(stage.splits) > WORK:
            return None
        kept = []
        for part in _steps(stage, nodes, past, times, bound):
            p += float((part.times[part.all_in] * np.exp(part.past[part.all_in] + part.whole - total)).sum())
            kept.append((part.nodes[part.open], part.past[part.open], part.times[part.open]))
        if sum(len(each[0]) for each in kept) > MOST:
            return None
        nodes, past, times = _merged(kept)
    return at_least(p + _last(stages[-1], nodes, past, times, bound, total))


def _last(stage: _Stage, nodes: Counts, past: Vector, times: Vector, bound: float, total: float) -> float:
    """Return the share of the tables that are still open, once the last but one level is dealt out and the last forced.

    The sums to come are put in order once for each node, whatever was dealt out before it.
    """
    if not len(nodes):
        return 0.0
    starts = np.flatnonzero(np.concatenate([[True], (np.diff(nodes, axis=0) != 0).any(axis=1)]))
    found = 0.0
    for start, end in zip(starts, [*starts[1:], len(nodes)], strict=True):
        left = nodes[start] - stage.splits
        fits = (left >= 0).all(axis=1)
        added = stage.adds[fits] + stage.lowest[tuple(left[fits].T)]
        added = np.sort(added[~np.isnan(added)])
        summed = np.concatenate([[0.0], np.cumsum(np.exp(added - total + past[start]))])
        held = np.searchsorted(added, bound - past[start:end], side="right")
        found += float((times[start:end] * np.exp(past[start:end] - past[start]) * summed[held]).sum())
    return found


@dataclass(frozen=True)
class _Step:
    """Where one way to deal out a level leads: nodes that are wholly in, with their weight, and those still open."""

    nodes: Counts
    past: Vector
    times: Vector
    all_in: npt.NDArray[np.bool_]
    open: npt.NDArray[np.bool_]
    whole: Vector


def _steps(stage: _Stage, nodes: Counts, past: Vector, times: Vector, bound: float) -> Iterator[_Step]:
    for split, added in zip(stage.splits, stage.adds, strict=True):
        fits = (nodes >= split).all(axis=1)
        left = nodes[fits] - split
        at = tuple(left.T)
        lowest, highest = stage.lowest[at], stage.highest[at]
        sums = past[fits] + added
        exists = ~np.isnan(lowest)
        all_in = exists & (sums + highest <= bound)
        still_open = exists & ~all_in & (sums + lowest <= bound)
        yield _Step(left, sums, times[fits], all_in, still_open, stage.whole[at][all_in])


def _merged(kept: list[tuple[Counts, Vector, Vector]]) -> tuple[Counts, Vector, Vector]:
    """Return nodes and past sums once each, with how often they occur."""
    nodes, past, times = (np.concatenate(parts) for parts in zip(*kept, strict=True))
    order = np.lexsort((past, *nodes.T))
    nodes, past, times = nodes[order], past[order], times[order]
    same = (np.diff(past) < SAME) & (np.diff(nodes, axis=0) == 0).all(axis=1)
    first = np.flatnonzero(np.concatenate([[True], ~same])) if len(past) else np.zeros(0, dtype=np.int_)
    return nodes[first], past[first], np.add.reduceat(times, first) if len(first) else times
