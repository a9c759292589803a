"""A template's own text: what it writes itself, as pandoc prints it, with the line of every character.

What Jinja fills, and what pandoc reads without printing it, is taken out; every other character stays in its place, so
that what is found can be told with its line.
"""

from __future__ import annotations

import html
import itertools
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import jinja2

HOLE = "\ufffc"  # stands for what Jinja fills, and for every character that is taken out
STEP = "\ufffb"  # stands for a statement of Jinja, which prints nothing
GAP = r"(?:[^\S\n]|\n(?![^\S\n]*\n))+"  # white space between two words of a paragraph
Spans = Iterable[tuple[int, int]]

# what is not printed, in the order in which it is taken out
_NOT_PRINTED = (
    re.compile(r"<!--.*?-->", re.DOTALL),
    re.compile(
        r"""</?[a-z][\w-]*(?:\s+[a-z_:][\w:.-]*(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>]+))?)*\s*/?>""", re.IGNORECASE
    ),
    re.compile(r"\]\([ \t]*<?[^()\s]*>?(?:[ \t]+\"[^\"]*\")?[ \t]*\)"),  # where a link leads
    re.compile(r"^ {0,3}\[[^\]^\n][^\]\n]*\]:[ \t]*\S+.*$", re.MULTILINE),
    re.compile(r"\[\^[^\]\s]+\]:?"),  # a footnote's mark
    re.compile(r"https?://[^\s<>]+|\bdoi:\S+|\bwww\.\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    re.compile(  # a citation's or a display's name, and the page of a work
        r"(?<=@)\w(?:\w|[:.#$%&+?<>~/-](?=\w))*(?:,\s*(?:pp?|chap|sec|vol|no)\.\s*\d[\d\s,\u2013-]*(?=[\];]))?"
    ),
    re.compile(r"^[ \t\ufffb\ufffc]*:{3,}[ \t]*(?:\{[^{}\n]*\}|[\w.-]*)[ \t]*:*[ \t]*$", re.MULTILINE),  # a div's fence
    re.compile(r"(?<=[\])`])\{[^{}]*\}"),
    re.compile(r"(?<=[ \t])\{[#.][^{}\n]*\}(?=[ \t]*$)", re.MULTILINE),  # attributes of a heading or a caption
)
_ESCAPED = re.compile(r"\\[!-/:-@\[-`{-~]")
_ENTITY = re.compile(r"&(?:[a-z][a-z0-9]*|#\d+|#x[0-9a-f]+);", re.IGNORECASE)
_ATTRIBUTES = re.compile(r"\{[^{}]*\}")
_CLASS = re.compile(r"(?<![^\s{])\.([\w-]+)")
_MARKER = re.compile(r"[ \t\ufffb\ufffc]*\(?(\d+)[.)](?=[ \t])")
_SPAN_MARK = re.compile(r"\[|\]|\n[ \t]*\n")


@dataclass(frozen=True, slots=True)
class Own:
    """What a template itself writes, with marks for what Jinja does; where each part begins, and on which line."""

    text: str
    starts: tuple[int, ...]
    lines: tuple[int, ...]

    def line(self, position: int) -> int:
        """Return the line of the template on which a character stands."""
        part = bisect_right(self.starts, position) - 1
        return self.lines[part] + self.text.count("\n", self.starts[part], position)


def of(source: str, environment: jinja2.Environment) -> Own:
    """Return a template's own text; none of one that cannot be read as Jinja, of which rendering tells."""
    parts: list[tuple[int, str]] = []
    stands_for = {"variable_begin": HOLE, "block_begin": STEP}
    try:
        for line, kind, value in environment.lex(source):
            if kind == "data" or kind in stands_for:
                parts.append((line, stands_for.get(kind, value)))
    except jinja2.TemplateSyntaxError:
        parts = []
    ends = itertools.accumulate((len(text) for _, text in parts), initial=0)
    return Own("".join(text for _, text in parts), tuple(ends)[: len(parts)], tuple(line for line, _ in parts))


def printed(text: str) -> str:
    """Return own text without what pandoc does not print."""
    shown = without(_ESCAPED, text)
    for pattern in _NOT_PRINTED:
        shown = without(pattern, shown)
    return _ENTITY.sub(lambda entity: html.unescape(entity[0]).ljust(len(entity[0])), shown)


def without(pattern: re.Pattern[str], text: str) -> str:
    """Return a text with holes where a pattern finds something."""
    return pattern.sub(lambda found: _holes(found[0]), text)


def with_holes(text: str, spans: Spans) -> str:
    """Return a text with holes in these places."""
    for start, end in spans:
        text = text[:start] + _holes(text[start:end]) + text[end:]
    return text


def _holes(text: str) -> str:
    return re.sub(r"[^\n]", HOLE, text)


def declared(text: str, kinds: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Yield where the spans of own text stand that have one of these classes; no span goes over a blank line."""
    known, opened = set(kinds), list[int]()
    for mark in _SPAN_MARK.finditer(without(_ESCAPED, text)):
        if mark[0] == "[":
            opened.append(mark.start())
        elif mark[0] != "]":
            opened.clear()
        elif opened:
            start, attributes = opened.pop(), _ATTRIBUTES.match(text, mark.end())
            if attributes and known.intersection(_CLASS.findall(attributes[0])):
                yield start, attributes.end()


def list_numbers(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the numbers of numbered lists stand; a list begins with 1, after a blank line."""
    position, after_blank, in_list = 0, True, False
    for line in text.splitlines(keepends=True):
        marker = _MARKER.match(line)
        if marker and (in_list or (after_blank and marker[1] == "1")):
            in_list = True
            yield position + marker.start(), position + marker.end()
        elif after_blank and _holds_words(line) and not line.startswith((" ", "\t")):
            in_list = False
        after_blank = not _holds_words(line)
        position += len(line)


def _holds_words(line: str) -> bool:
    return bool(line.strip().strip(HOLE + STEP))
