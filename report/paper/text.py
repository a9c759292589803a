"""``Text``: what may stand in the paper. Literal words and printed results, each result with the id of its row.

Tables, figures, flow, alternative text and prose accept nothing else, so every number can be traced to its row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_RIGHT_TO_LEFT = re.compile(
    r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff](?:[^A-Za-z0-9(){}\[\]<>]*[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff])?"
)
ISOLATE, END_ISOLATE = "\u2068", "\u2069"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of characters; ``result_id`` names the row it prints, and is empty for words."""

    text: str
    result_id: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """A sequence of pieces; adding two gives a new one."""

    pieces: tuple[Piece, ...] = ()

    def __add__(self, other: Text) -> Text:
        return Text(self.pieces + other.pieces)

    def __bool__(self) -> bool:
        return any(piece.text for piece in self.pieces)

    @property
    def plain(self) -> str:
        """The characters alone."""
        return "".join(piece.text for piece in self.pieces)

    @property
    def results(self) -> tuple[Piece, ...]:
        """The pieces that print a result."""
        return tuple(piece for piece in self.pieces if piece.result_id)


def words(text: str) -> Text:
    """Return words from the study file, the data or a label as a Text; right-to-left runs are isolated.

    Without the isolates a bracket or a sign after such a run would be drawn on its wrong side.
    """
    return Text((Piece(_RIGHT_TO_LEFT.sub(lambda run: f"{ISOLATE}{run[0]}{END_ISOLATE}", text)),))


def printed(text: str, result_id: str) -> Text:
    """Return the printed form of a result; only ``numbers`` calls this."""
    return Text((Piece(text, result_id),))


def join(parts: Iterable[Text], separator: str = " ") -> Text:
    """Return the parts one after another, with a literal separator between them."""
    made = Text()
    for index, part in enumerate(parts):
        made = made + part if index == 0 else made + Text((Piece(separator),)) + part
    return made


def fill(pattern: str, **parts: Text) -> Text:
    """Return a pattern such as ``"{n} of {total}"`` with its named parts in place."""
    made = Text()
    for index, step in enumerate(re.split(r"\{(\w+)\}", pattern)):
        made = made + (parts[step] if index % 2 else Text((Piece(step),)))
    return made


def markdown(text: Text) -> str:
    """Return a Text as Quarto markdown: results as spans, every ASCII punctuation mark made literal."""
    return "".join(_markdown_piece(piece) for piece in text.pieces)


def _markdown_piece(piece: Piece) -> str:
    literal = escape(piece.text)
    return f'[{literal}]{{.result data-result="{piece.result_id}"}}' if piece.result_id else literal


def escape(text: str) -> str:
    """Return text that Quarto and pandoc print letter for letter, on one line."""
    return _PUNCTUATION.sub(r"\\\1", " ".join(text.split("\n")))
