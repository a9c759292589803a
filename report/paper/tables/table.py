"""What a table is: headings, lines and notes. Nothing is calculated here.

A table is a frozen model; ``report/paper/trees.py`` turns it into a pandoc document that both engines print.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from report.paper.text import Text

Item = TypeVar("Item")
Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table: its stub, how deep it is set in, and a cell a column.

    One cell spans all columns beside the stub; without any cell the stub spans the table and heads the lines under it.
    """

    stub: Text
    cells: tuple[Text, ...]
    indent: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """A table: headings over the stub and each column, lines, notes under it."""

    headings: tuple[Text, ...]
    lines: tuple[Line, ...]
    notes: tuple[Text, ...]

    @property
    def texts(self) -> tuple[Text, ...]:
        """All that it prints."""
        held = (text for line in self.lines for text in (line.stub, *line.cells))
        return (*self.headings, *held, *self.notes)


def under(heading: Text, lines: Iterable[Line]) -> list[Line]:
    """Return a line that heads others, and these set in below it."""
    return [Line(heading, ()), *(replace(line, indent=line.indent + 1) for line in lines)]


def grouped(items: Sequence[Item], key: Callable[[Item], Key]) -> dict[Key, list[Item]]:
    """Return the items by a key, in the order in which each key first occurs."""
    keys = dict.fromkeys(map(key, items))
    return {each: [item for item in items if key(item) == each] for each in keys}
