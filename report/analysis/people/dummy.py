"""Dummy arms for a dry run: permuted blocks within strata, drawn from a seed.

Nothing here can read a file, and nothing that is given knows the true arms: participants' ids, their strata, the arms'
names, the ratio, the size of a block and a seed. Two builds with two randomisation lists, or with none, draw the same.

Each stratum has a generator of its own (numpy's PCG64, seeded by the seed and the stratum), and participants are taken
in the order of their ids: the order of a file's rows changes nothing, and who joins later changes nobody before them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

Levels = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """How many of each block every arm gets, the size of a block, and the seed; a block is a multiple of the ratio."""

    ratio: Mapping[str, int]
    block: int
    seed: int


def draw(people: Mapping[str, Levels], plan: Plan) -> dict[str, str]:
    """Return the dummy arm of each participant; ``people`` gives the levels of their strata."""
    strata: dict[Levels, list[str]] = {}
    for who in sorted(people):
        strata.setdefault(people[who], []).append(who)
    drawn: dict[str, str] = {}
    for levels, members in sorted(strata.items()):
        drawn.update(zip(members, _sequence(levels, len(members), plan), strict=False))
    return dict(sorted(drawn.items()))


def _sequence(levels: Levels, length: int, plan: Plan) -> list[str]:
    """Return the arms of a stratum in turn, block after block, at least as many as it has participants."""
    generator = np.random.Generator(np.random.PCG64(np.random.SeedSequence([plan.seed, *_numbers(levels)])))
    block = list(_block(plan))
    return [block[place] for _ in range(0, length, len(block)) for place in generator.permutation(len(block))]


def _numbers(levels: Levels) -> Sequence[int]:
    """Return a stratum's levels as numbers, no two strata alike."""
    return list(repr(levels).encode())


def _block(plan: Plan) -> Iterator[str]:
    for arm, share in plan.ratio.items():
        yield from [arm] * (share * plan.block // sum(plan.ratio.values()))
