"""What an author did where a file cannot be read as YAML: the line where it most likely happened, and what to write.

The reader of YAML stops where it can make no more sense, which may be lines below the mistake; what is told here comes
from the lines themselves.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass

import yaml

Told = tuple[int, str, str]
QUOTES = "put the text in quotes"
IN_ONE_COLUMN = "begin all keys of one section in the same column, with blanks"


@dataclass(frozen=True)
class _Stop:
    """Where reading ended: lines count from 1, columns from 0; ``begun`` is the part that was being read."""

    lines: list[str]
    line: int
    column: int
    begun: int
    begun_column: int
    problem: str

    def text(self, number: int) -> str:
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""

    @property
    def above(self) -> int:
        """The line with content above the one where reading ended."""
        held = (n for n in range(self.line - 1, 0, -1) if self.text(n).strip() and self.text(n).lstrip()[0] != "#")
        return next(held, self.line)

    @property
    def above_stands_alone(self) -> bool:
        """Whether the lines above, back to the key that holds them, stand in one column, further right than this."""
        depths = (_indentation(self.text(n)) for n in range(self.above, self.begun - 1, -1))
        held = list(itertools.takewhile(lambda depth: depth > self.begun_column, depths))
        return bool(held) and held[0] == min(held) > self.column > self.begun_column

    @property
    def before(self) -> str:
        return self.text(self.line)[: self.column].rstrip()

    @property
    def character(self) -> str:
        return self.text(self.line)[self.column : self.column + 1]


def told(text: str, fault: yaml.MarkedYAMLError) -> Told:
    """Return the line, what is said of it, and what to write instead."""
    stop = _stop(text, fault)
    for look in (_indented_by_other_than_blanks, _quote_not_closed):
        if found := look(stop):
            return found
    explain = next((explain for sign, explain in _SIGNS if re.search(sign, stop.problem)), _unknown)
    return explain(stop)


def _stop(text: str, fault: yaml.MarkedYAMLError) -> _Stop:
    mark, begun = fault.problem_mark or fault.context_mark, fault.context_mark or fault.problem_mark
    here = (mark.line + 1, mark.column) if mark else (1, 0)
    start = (begun.line + 1, begun.column) if begun else here
    return _Stop(text.split("\n"), *here, *start, f"{fault.context}: {fault.problem}")


def _indented_by_other_than_blanks(stop: _Stop) -> Told | None:
    for number in (stop.line, stop.above):
        indentation = re.match(r"[\s-]*", stop.text(number))
        odd = re.search(r"[^ -]", indentation.group() if indentation else "")
        if odd:
            what = "a tab" if odd.group() == "\t" else "a no-break blank"
            return number, f"the line begins with {what}", "write ordinary blanks instead"
    return None


def _quote_not_closed(stop: _Stop) -> Told | None:
    """Tell of a quote that was to begin a text and has ended one, begun above or on this line."""
    if "quoted scalar" in stop.problem and "end of stream" in stop.problem:
        return _unclosed(stop.begun)
    if stop.before.endswith("'"):
        told = "a ' within the text ends it"
        return stop.line, told, 'put the whole text between double quotes: "..."'
    if not stop.before.endswith('"') or "escape" in stop.problem:
        return None
    if stop.text(stop.line).count('"') % 2:
        return _unclosed(stop.line)
    above = range(stop.line - 1, 0, -1)
    opened = next((n for n in above if stop.text(n).count('"') % 2), 0)
    return _unclosed(opened) if opened and stop.before.count('"') % 2 else _after_a_quote(stop)


def _unclosed(line: int) -> Told:
    return line, "a quote is opened on this line and not closed", 'write " at the end of the text as well'


def _after_a_quote(stop: _Stop) -> Told:
    return stop.line, "something stands after the closing quote", "put the whole text between one pair of quotes"


def _colon_missing(stop: _Stop) -> Told:
    return _no_colon(stop, stop.begun)


def _no_colon(stop: _Stop, number: int) -> Told:
    """Tell of a line without a colon after its key, or without a blank after the colon."""
    entry = re.match(r"([\w-]+)(:?)\s*(.*)", stop.text(number).strip().removeprefix("- "))
    remedy = "write key: value, with a colon and a blank between them"
    if entry and entry[3]:
        remedy = f"write {entry[1]}: {entry[3]}"
    elif entry:
        remedy = f"write {entry[1]}: with its value after it, or below it"
    return number, f"{'a blank after the colon' if entry and entry[2] else 'a colon after the key'} is missing", remedy


def _colon_too_many(stop: _Stop) -> Told:
    """Tell of a colon within a text; or of the line above, which lacks its own or stands in another column."""
    above, here = stop.text(stop.above), stop.text(stop.line)
    has_colon = re.search(r":(\s|$)", above) is not None
    if stop.above != stop.line and not has_colon and not above.lstrip().startswith("- "):
        return _no_colon(stop, stop.above)
    if _indentation(here) > _indentation(above) and len(re.findall(r":\s", here)) < 2:
        return stop.line, f"this line stands further right than line {stop.above}", IN_ONE_COLUMN
    key, _, rest = here.strip().removeprefix("- ").partition(": ")
    remedy = f'{QUOTES}: {key}: "{rest}"' if rest and not re.search("[\"'{]", rest) else QUOTES
    return stop.line, "a colon and a blank stand within a text", remedy


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _not_in_line(stop: _Stop) -> Told:
    """Tell of a key in another column than its section, or of what stands in its column and is none."""
    if stop.column < stop.begun_column:
        told = f"this line stands further right than line {stop.line}"
        return stop.begun, told, IN_ONE_COLUMN
    if stop.before.strip():
        return stop.line, "something stands after the end of a value", f"take it out, or {QUOTES}"
    if stop.above_stands_alone:
        told = f"this line and line {stop.line} begin in columns that do not fit each other"
        return stop.above, told, IN_ONE_COLUMN
    if stop.column > stop.begun_column:
        told = f"this line stands further right than the other keys of its section, which begins on line {stop.begun}"
        return stop.line, told, IN_ONE_COLUMN
    if stop.character == "-":
        return (
            stop.line,
            "an entry of a list stands where a key was expected",
            "write a key above it, or take the - out",
        )
    told = f"a key stands where an entry of the list was expected that begins on line {stop.begun}"
    return stop.line, told, "write - before it, or begin it further left"


def _bracket(stop: _Stop) -> Told:
    opened, closing = ("{", "}") if "mapping" in stop.problem else ("[", "]")
    told = f"the bracket {opened} is not closed, or a comma is missing"
    return stop.begun, told, f"part the entries by commas, and write {closing} after the last"


def _nothing_after_colon(stop: _Stop) -> Told:
    key = re.split(r"[\s,{\[]", stop.before.rstrip(":"))[-1]
    remedy = f"write {key}: and, after a blank, its value; or take {key} out"
    return stop.line, f"nothing stands after the colon of {key}", remedy


def _cannot_begin(stop: _Stop) -> Told:
    rest = re.split(r"[,}\]]", stop.text(stop.begun)[stop.begun_column :])[0].strip()
    return stop.begun, f"no text can begin with {rest[:1]}", f'{QUOTES}: "{rest}"'


def _second_document(stop: _Stop) -> Told:
    told = "the file goes on after its end: a line of --- or ... parts it in two"
    line = next((n for n in (stop.line, stop.above) if re.match(r"---|\.\.\.", stop.text(n))), stop.line)
    return line, told, "take the line out"


def _sign(told: str, remedy: str) -> Callable[[_Stop], Told]:
    return lambda stop: (stop.line, told, remedy)


def _unknown(stop: _Stop) -> Told:
    told = "the file cannot be read from this line on"
    return stop.line, told, "compare it and the line above with others: their blanks, colons, quotes and brackets"


_SIGNS: tuple[tuple[str, Callable[[_Stop], Told]], ...] = (
    ("not find expected ':'", _colon_missing),
    ("mapping values are not allowed", _colon_too_many),
    (r"expected ',' or", _bracket),
    ("unexpected ':'", _nothing_after_colon),
    ("cannot start any token|keys are not allowed|alphabetic or numeric", _cannot_begin),
    ("another document|document start", _second_document),
    ("sequence entries are not allowed", _sign("a list entry stands after a key", "begin it on a line of its own")),
    ("expected key|block end|'-' indicator", _not_in_line),
    ("tag", _sign("no text can begin with !", QUOTES)),
    ("escape", _sign("a \\ stands within double quotes", "write \\\\ for it")),
    ("node content", _sign("a bracket or a comma stands where a value was expected", f"take it out; or {QUOTES}")),
    ("block scalar", _sign("something stands after | or >", "begin the text on the next line, further right")),
    ("unhashable", _sign("a list or a section stands where a key was expected", "write key: value")),
    ("directive|incompatible", _sign("no line can begin with %", QUOTES)),
)  # fmt: skip
