"""Find which block or row of the new paper goes on with which of the old one, both in their order."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TypeVar

from report.changes.tracked_words import tokens_of


class Said(Protocol):
    """What can be paired."""

    @property
    def said(self) -> str:
        """What it says, without formatting that goes by its place; equal where nothing that matters changed."""


T = TypeVar("T", bound=Said)
Pair = tuple[T | None, T | None]
Likeness = Callable[[T, T], float]

# Below this two things are not one thing changed, but one that went and one that came.
LEAST = 0.4
# A pair that says the same outweighs any other.
SAME = 1.5


def pairs(old: Sequence[T], new: Sequence[T], likeness: Likeness[T]) -> list[Pair[T]]:
    """Return the old and new things side by side in order, None where one has no counterpart.

    ``likeness`` is from 0 (never the same thing) to 1. What occurs once in both papers, unchanged, holds the two
    together (as in a patience diff); between such places the pairs with the greatest likeness in sum are taken.
    """
    out: list[Pair[T]] = []
    at_old = at_new = 0
    for old_place, new_place in [*_anchors(old, new), (len(old), len(new))]:
        out += _between(old[at_old:old_place], new[at_new:new_place], likeness)
        if old_place < len(old):
            out.append((old[old_place], new[new_place]))
        at_old, at_new = old_place + 1, new_place + 1
    return out


def _anchors(old: Sequence[T], new: Sequence[T]) -> list[tuple[int, int]]:
    """Return the longest run of places, ascending in both, of what occurs once in each."""
    in_old, in_new = (Counter(each.said for each in side) for side in (old, new))
    places = {each.said: at for at, each in enumerate(new)}
    single = [(at, places[each.said]) for at, each in enumerate(old) if in_old[each.said] == in_new[each.said] == 1]
    return _ascending(single)


def _ascending(places: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest part in which the second number ascends; the first does already."""
    ends: list[int] = []
    last: list[int] = []
    before: list[int | None] = []
    for at, (_, place) in enumerate(places):
        length = bisect_left(ends, place)
        before.append(last[length - 1] if length else None)
        ends[length : length + 1] = [place]
        last[length : length + 1] = [at]
    return list(_back(places, before, last[-1] if last else None))[::-1]


def _back(places: list[tuple[int, int]], before: list[int | None], at: int | None) -> Iterator[tuple[int, int]]:
    while at is not None:
        yield places[at]
        at = before[at]


def _between(old: Sequence[T], new: Sequence[T], likeness: Likeness[T]) -> list[Pair[T]]:
    """Pair what lies between two anchors so that the likeness in sum is greatest."""
    if not old or not new:
        return [*((each, None) for each in old), *((None, each) for each in new)]
    alike = [[SAME if one.said == other.said else likeness(one, other) for other in new] for one in old]
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in range(len(old) - 1, -1, -1):
        for j in range(len(new) - 1, -1, -1):
            paired = alike[i][j] + best[i + 1][j + 1] if alike[i][j] >= LEAST else 0.0
            best[i][j] = max(paired, best[i + 1][j], best[i][j + 1])
    return list(_walk(old, new, alike, best))


def _walk(old: Sequence[T], new: Sequence[T], alike: list[list[float]], best: list[list[float]]) -> Iterator[Pair[T]]:
    """Follow the best sums; what went stands before what came."""
    i = j = 0
    gone: list[T] = []
    come: list[T] = []
    while i < len(old) or j < len(new):
        can = i < len(old) and j < len(new)
        if can and alike[i][j] >= LEAST and best[i][j] == alike[i][j] + best[i + 1][j + 1]:
            yield from _apart(gone, come)
            yield old[i], new[j]
            gone, come, i, j = [], [], i + 1, j + 1
        elif j == len(new) or (i < len(old) and best[i][j] == best[i + 1][j]):
            gone.append(old[i])
            i += 1
        else:
            come.append(new[j])
            j += 1
    yield from _apart(gone, come)


def _apart(gone: list[T], come: list[T]) -> Iterator[Pair[T]]:
    yield from ((each, None) for each in gone)
    yield from ((None, each) for each in come)


def shared(old: str, new: str) -> float:
    """Return which part of the words of two texts they have in common (Dice, words as often as they occur)."""
    ours, theirs = (
        Counter(word for word in tokens_of(text) if word[-1].isalnum() or "%" in word) for text in (old, new)
    )
    total = ours.total() + theirs.total()
    return 2 * (ours & theirs).total() / total if total else 0.0
