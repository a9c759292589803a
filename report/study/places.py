"""Places in the study file: the steps that lead to a key, the line on which it stands, and how an author reads them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from report.study import migrate

STUDY_FILE = Path("data") / "study.yaml"
Place = tuple[str | int, ...]


def at(content: Any, place: Place) -> Any:
    """Return what stands at a place, None where nothing does."""
    for step in place:
        try:
            content = content[step]
        except (KeyError, IndexError, TypeError):
            return None
    return content


def dotted(place: Place, content: Any) -> str:
    """Return a place in words: an entry of a list by its id or the like, otherwise by its number, counted from 1."""
    return ".".join(_steps(place, content))


def _steps(place: Place, content: Any) -> Iterator[str]:
    for depth, step in enumerate(place, 1):
        yield step if isinstance(step, str) else _name(at(content, place[:depth])) or str(step + 1)


def _name(entry: Any) -> str:
    named = (entry.get(key) for key in ("id", "method", "variable", "code")) if isinstance(entry, dict) else ()
    return next((name for name in named if isinstance(name, str) and re.fullmatch(r"[\w-]+", name)), "")


@dataclass(frozen=True)
class Lines:
    """The line of every place of a file; two files that differ in nothing else are the same study."""

    of: Mapping[Place, int] = field(default_factory=dict, compare=False)
    format: int = field(default=migrate.FORMAT, compare=False)

    def line(self, place: Place) -> int:
        """Return the line on which a place of the content begins, or the nearest place that holds it."""
        known = migrate.place_in_format_1(place) if self.format == migrate.OLDEST else place
        return next((self.of[known[:n]] for n in range(len(known), -1, -1) if known[:n] in self.of), 1)

    def where(self, place: Place, content: Any) -> str:
        """Return the file, the line and the place, as a finding gives them."""
        told = dotted(place, content)
        return f"{STUDY_FILE}:{self.line(place)}" + (f": {told}" if told else "")
