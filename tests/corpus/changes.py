"""A case of the corpus: changes of the files of a small study without a fault, each of which must apply exactly once."""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

HERE = Path(__file__).parent
STUDY = "study.yaml"
Made = Callable[[bytes], bytes | None]


@dataclass(frozen=True)
class Change:
    """A change of one file of data/: ``make`` returns what the file holds instead, None when it is gone.

    ``told`` says in words what was done, where the lines of the file would not show it.
    """

    file: str
    make: Made
    told: str = ""


@dataclass(frozen=True)
class Case:
    """One broken study: its id (kind/place), the small study that is broken, and how.

    ``asked`` cases are questions, which do not refuse. ``place`` is what the message must name: "line" is the changed
    line, of the study file at least its section; anything else is a text. ``secret`` must not be shown.
    """

    id: str
    study: Literal["single", "parallel"]
    changes: tuple[Change, ...]
    asked: bool = False
    place: str = "line"
    secret: str = ""

    def files(self) -> dict[str, bytes | None]:
        """Return what the changed files of data/ hold."""
        made: dict[str, bytes | None] = {}
        for change in self.changes:
            there = made.get(change.file, shipped(self.study, change.file))
            made[change.file] = change.make(there or b"")
        return made


def shipped(study: str, file: str) -> bytes:
    """Return a file of a small study, empty when it has none."""
    path = HERE / study / file
    return path.read_bytes() if path.exists() else b""


def once(old: str, new: str) -> Made:
    """Return a change that replaces a text which must stand there exactly once."""

    def make(content: bytes) -> bytes:
        assert content.count(old.encode()) == 1, (content.count(old.encode()), old)
        return content.replace(old.encode(), new.encode())

    return make


def edited(old: str, new: str, file: str = STUDY) -> Change:
    """Return a replacement in the study file, or in another."""
    return Change(file, once(old, new))


def cell(file: str, line: int, column: str, value: str) -> Change:
    """Return a change of one cell of a data file; the value is written as CSV writes it."""

    def make(content: bytes) -> bytes:
        rows = list(csv.reader(io.StringIO(content.decode())))
        assert rows[line - 1][rows[0].index(column)] != value
        rows[line - 1][rows[0].index(column)] = value
        return _csv(rows)

    return Change(file, make)


def _csv(rows: list[list[str]]) -> bytes:
    made = io.StringIO()
    csv.writer(made, lineterminator="\n").writerows(rows)
    return made.getvalue().encode()


def whole(file: str, content: bytes | str, told: str = "") -> Change:
    """Return a file that holds something else."""
    new = content.encode() if isinstance(content, str) else content
    return Change(file, lambda _: new, told)


def removed(file: str) -> Change:
    """Return a file that is gone."""
    return Change(file, lambda _: None, "the file is not there")


def shown(case: Case) -> str:
    """Return the changes of a case as they stand in the golden file: lines taken out and put in, with their numbers."""
    return "\n".join(_shown(case, change) for change in case.changes)


def _shown(case: Case, change: Change) -> str:
    if change.told:
        return f"data/{change.file}: {change.told}"
    lines = "\n".join(_difference(*_before_and_after(case, change)))
    return f"data/{change.file}\n{lines}"


def _before_and_after(case: Case, change: Change) -> tuple[list[str], list[str]]:
    before = shipped(case.study, change.file)
    after = change.make(before) or b""
    return (_lines(before), _lines(after))


def _lines(content: bytes) -> list[str]:
    return content.decode("utf-8", errors="backslashreplace").split("\n")


def _difference(before: list[str], after: list[str]) -> list[str]:
    made: list[str] = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind != "equal":
            made += [f"-{number:4} {before[number - 1]}".rstrip() for number in range(a + 1, b + 1)]
            made += [f"+{number:4} {after[number - 1]}".rstrip() for number in range(c + 1, d + 1)]
    return [printable(line) for line in made]


def printable(text: str) -> str:
    """Return a text whose control characters and the like are written out, lines kept."""
    return "".join(c if c.isprintable() or c == "\n" else ascii(c)[1:-1] for c in text)


def changed_lines(case: Case, change: Change) -> tuple[int, int]:
    """Return the first and the last line of the changed file that are not as they were."""
    before, after = _before_and_after(case, change)
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    spans = [(c + 1, max(d, c + 1)) for kind, _, _, c, d in matcher.get_opcodes() if kind != "equal"]
    return (min(first for first, _ in spans), max(last for _, last in spans))


def section_begins(case: Case, change: Change, line: int) -> int:
    """Return the line on which the study file's section that holds a line begins."""
    lines = _before_and_after(case, change)[1][:line]
    starts = [number for number, text in enumerate(lines, 1) if text[:1].strip() not in ("", "#", "-")]
    return starts[-1] if starts else 1
