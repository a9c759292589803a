"""What changed within a text: word by word, number by number, and only the sentences in which something did."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

# a number with its sign and its decimals is one word, so that 24.5 is struck out whole; a mark is one too
WORD = re.compile(r"[−+-]?\d+(?:[.,·\u2009]\d+)*%?|\w+(?:[’'-]\w+)*|\s+|[^\w\s]")
SENTENCE = re.compile(r"(?<=[.!?;])\s+(?=[A-Z0-9(])")
Sort = Literal["same", "old", "new", "left out"]


@dataclass(frozen=True, slots=True)
class Run:
    """A run of characters that both texts have, that only the old or only the new one has, or that is left out."""

    sort: Sort
    text: str


def marked(old: str, new: str) -> tuple[Run, ...]:
    """Return the sentences that changed, word by word; unchanged sentences before, between and after are left out."""
    before, after = SENTENCE.split(old), SENTENCE.split(new)
    runs: list[Run] = []
    for sort, a, b in _matched(before, after):
        if sort == "equal":
            runs.append(Run("left out", "…"))
        else:
            runs += [Run("same", " "), *by_word(" ".join(a), " ".join(b)), Run("same", " ")]
    return tuple(runs[1:] if runs and runs[0].text == " " else runs)


def by_word(old: str, new: str) -> Iterator[Run]:
    """Yield both texts as one, word by word."""
    for sort, a, b in _matched(WORD.findall(old), WORD.findall(new)):
        if sort == "equal":
            yield Run("same", "".join(a))
            continue
        if a:
            yield Run("old", "".join(a))
        if b:
            yield Run("new", "".join(b))


def _matched(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, Sequence[str], Sequence[str]]]:
    for sort, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        yield sort, old[a:b], new[c:d]
