"""The golden files: for each case a title, the change, and the message, parted by lines with a dot."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent


class Entry(NamedTuple):
    """What was changed and what is said of it."""

    change: str
    message: str


def read(group: str) -> dict[str, Entry]:
    """Return the entries of a golden file by title; none when there is no file."""
    path = HERE / f"{group}.txt"
    parts: list[str] = []
    gathered: list[str] = []
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
        if line == ".":
            parts.append("\n".join(gathered).strip("\n"))
            gathered = []
        else:
            gathered.append(line)
    titles, changes, messages = parts[::3], parts[1::3], parts[2::3]
    assert len(set(titles)) == len(titles) == len(messages), f"{path.name} does not hold whole entries"
    return {title: Entry(*both) for title, *both in zip(titles, changes, messages, strict=True)}


def write(group: str, entries: Mapping[str, Entry]) -> None:
    """Write a golden file anew."""
    told = [f"{title}\n.\n{entry.change}\n.\n{entry.message}\n.\n" for title, entry in entries.items()]
    (HERE / f"{group}.txt").write_text("\n".join(told), encoding="utf-8", newline="\n")
