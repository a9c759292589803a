"""Compare two sentences word by word, and join neighbouring changes to phrases that can be read.

A number with its sign, decimals and per cent sign is one token, so that 11.0 gives way to 12.5 as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Protocol

# Inside a token: decimal points (also the raised one), commas, thin spaces of thousands, hyphens, apostrophes, slashes.
TOKEN = re.compile(
    r"(?<![\w)])[−+-]?\d+(?:[.,·:/‐‑\-\u2009\u202f]\d+)*(?:[\w‐‑-]*\w)?%?|\w+(?:[.,'’·:/‐‑-]\w+)*%?|\s+|.", re.DOTALL
)
SENTENCE_END = (".", "?", "!", ";")
# Two changes with no more than this between them are read as one.
FEW_WORDS, FEW_LETTERS = 2, 16


class Token(Protocol):
    """What is compared: equal keys are the same word in the same formatting."""

    @property
    def key(self) -> str:
        """What tells tokens apart."""

    @property
    def text(self) -> str:
        """What is read; empty for a picture or a formula."""


@dataclass(frozen=True, slots=True)
class Edit:
    """The old tokens from ``old`` to ``old_end`` give way to the new ones from ``new`` to ``new_end``."""

    old: int
    old_end: int
    new: int
    new_end: int


def tokens_of(text: str) -> list[str]:
    """Return words, numbers, spaces and signs, in order; together they are the text."""
    return TOKEN.findall(text)


def edits(old: Sequence[Token], new: Sequence[Token]) -> list[Edit]:
    """Return the changes that make the new tokens of the old ones, in order and apart from each other."""
    matcher = SequenceMatcher(None, [each.key for each in old], [each.key for each in new], autojunk=False)
    found = [Edit(*where) for kind, *where in matcher.get_opcodes() if kind != "equal"]
    joined = _closed(_join(_whole_numbers(found, old, new), old, new), old, new)
    return [_slide(edit, *_room(joined, at, len(old)), old, new) for at, edit in enumerate(joined)]


# Joining --------------------------------------------------------------------------------------------------------------


def _whole_numbers(found: list[Edit], old: Sequence[Token], new: Sequence[Token]) -> list[Edit]:
    """Widen each change over the digits that it touches, where a number's parts are formatted differently."""
    wider = []
    for narrow in found:
        edit = narrow
        while min(edit.old, edit.new) > 0 and _is_cut(edit, old, new, at_end=False):
            edit = replace(edit, old=edit.old - 1, new=edit.new - 1)
        while edit.old_end < len(old) and edit.new_end < len(new) and _is_cut(edit, old, new, at_end=True):
            edit = replace(edit, old_end=edit.old_end + 1, new_end=edit.new_end + 1)
        wider.append(edit)
    return _apart(wider)


def _is_cut(edit: Edit, old: Sequence[Token], new: Sequence[Token], *, at_end: bool) -> bool:
    """Return whether a change begins or ends between two digits."""
    gone = edit.old < edit.old_end and _in_number(old, edit.old_end if at_end else edit.old)
    come = edit.new < edit.new_end and _in_number(new, edit.new_end if at_end else edit.new)
    return gone or come


def _in_number(tokens: Sequence[Token], at: int) -> bool:
    return 0 < at < len(tokens) and tokens[at - 1].text[-1:].isdigit() and tokens[at].text[:1].isdigit()


def _apart(found: list[Edit]) -> list[Edit]:
    """Return changes that meet or overlap as one."""
    out: list[Edit] = []
    for edit in found:
        if out and edit.old <= out[-1].old_end and edit.new <= out[-1].new_end:
            last = out.pop()
            out.append(Edit(last.old, max(last.old_end, edit.old_end), last.new, max(last.new_end, edit.new_end)))
        else:
            out.append(edit)
    return out


def _join(found: list[Edit], old: Sequence[Token], new: Sequence[Token]) -> list[Edit]:
    """Join neighbouring changes until nothing between two of them is short."""
    out: list[Edit] = []
    for edit in found:
        if out and _is_short(out[-1], edit, old, new):
            last = out.pop()
            out.append(Edit(last.old, edit.old_end, last.new, edit.new_end))
        else:
            out.append(edit)
    return out if len(out) == len(found) else _join(out, old, new)


def _closed(found: list[Edit], old: Sequence[Token], new: Sequence[Token]) -> list[Edit]:
    """Return changes up to the bracket that closes, where they have the one that opens: an interval is read whole."""
    wider = []
    for at, edit in enumerate(found):
        end = found[at + 1].old if at + 1 < len(found) else len(old)
        more = _to_bracket(old[edit.old_end : end]) if _is_open(old[edit.old : edit.old_end]) else 0
        more = more if _is_open(new[edit.new : edit.new_end]) else 0
        wider.append(replace(edit, old_end=edit.old_end + more, new_end=edit.new_end + more))
    return _apart(wider)


def _is_open(tokens: Sequence[Token]) -> bool:
    return sum((each.text == "(") - (each.text == ")") for each in tokens) == 1


def _to_bracket(after: Sequence[Token]) -> int:
    """Return how many unchanged tokens go up to a closing bracket near by, with it; 0 without one."""
    at = next((at for at, each in enumerate(after) if each.text in ("(", ")")), None)
    if at is None or after[at].text == "(" or sum(len(each.text) for each in after[:at]) > FEW_LETTERS:
        return 0
    return at + 1


def _is_short(left: Edit, right: Edit, old: Sequence[Token], new: Sequence[Token]) -> bool:
    """Return whether what stands between two changes is a few words, or less than either change."""
    between = old[left.old_end : right.old]
    if any(not each.text for each in between):
        return False
    text = "".join(each.text for each in between)
    if not text.strip():
        return True
    if any(each.text in SENTENCE_END for each in between):
        return False
    words = sum(each.text[:1].isalnum() or each.text[-1:].isalnum() for each in between)
    few = words <= FEW_WORDS and len(text) <= FEW_LETTERS
    return few or len(text) <= min(_size(left, old, new), _size(right, old, new))


def _size(edit: Edit, old: Sequence[Token], new: Sequence[Token]) -> int:
    gone = sum(len(each.text) for each in old[edit.old : edit.old_end])
    come = sum(len(each.text) for each in new[edit.new : edit.new_end])
    return max(gone, come)


# Sliding --------------------------------------------------------------------------------------------------------------


def _room(found: list[Edit], at: int, length: int) -> tuple[int, int]:
    """Return by how many tokens a change may slide to either side; neighbours, which slide too, get half each."""
    before = (found[at].old - found[at - 1].old_end - 1) // 2 if at else found[at].old
    after = (found[at + 1].old - found[at].old_end - 1) // 2 if at + 1 < len(found) else length - found[at].old_end
    return before, after


def _slide(edit: Edit, before: int, after: int, old: Sequence[Token], new: Sequence[Token]) -> Edit:
    """Return a pure deletion or insertion where it reads best: from the start of a sentence, or of a word."""
    if edit.old != edit.old_end and edit.new != edit.new_end:
        return edit
    tokens, start, end = (new, edit.new, edit.new_end) if edit.old == edit.old_end else (old, edit.old, edit.old_end)
    places = [0]
    while -places[0] < before and tokens[start + places[0] - 1].key == tokens[end + places[0] - 1].key:
        places.insert(0, places[0] - 1)
    while places[-1] < after and tokens[start + places[-1]].key == tokens[end + places[-1]].key:
        places.append(places[-1] + 1)
    by = max(places, key=lambda place: (_reads_well(tokens, start + place, end + place), place == 0, -abs(place)))
    return Edit(edit.old + by, edit.old_end + by, edit.new + by, edit.new_end + by)


def _reads_well(tokens: Sequence[Token], start: int, end: int) -> int:
    """Return how well a cut reads: best from one sentence's start to the next, then from word to word."""
    if start == 0 or end == len(tokens):
        return 3
    before, first = tokens[start - 1].text, tokens[start].text
    if before.isspace():
        return 3 if start > 1 and tokens[start - 2].text in SENTENCE_END else 2
    return 1 if first.isspace() else 0
