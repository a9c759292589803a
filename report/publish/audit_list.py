"""What an audit found, for the screen and for a reader of quality control."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from report.publish.audit import ADDRESS, DECLARED, NONE, REFERENCE, RESULT, Number
from report.publish.audit_sources import FORMATTER, STUDY

FILE = "audit.csv"
COLUMNS = ("number", "source", "detail", "place", "around")
TOLD = {  # each source in the order in which it is told: of one, of several
    RESULT: ("result", "results"),
    STUDY: ("of the study file", "of the study file"),
    DECLARED: ("declared", "declared"),
    REFERENCE: ("of references", "of references"),
    FORMATTER: ("of formatters", "of formatters"),
    ADDRESS: ("in addresses", "in addresses"),
    NONE: ("without a source", "without a source"),
}
DETAILED = (DECLARED, FORMATTER)


def summary(numbers: Iterable[Number]) -> str:
    """Return how many numbers each source gives, such as "1,219 results; 41 declared: 12 dose, 29 protocol"."""
    listed = list(numbers)
    counted = Counter(number.source for number in listed)
    return "; ".join(_told(source, listed, counted[source]) for source in TOLD if counted[source] or source == NONE)


def _told(source: str, numbers: list[Number], count: int) -> str:
    told = f"{count:,} {TOLD[source][count != 1]}"
    kinds = Counter(number.detail for number in numbers if number.source == source)
    if source not in DETAILED or not count:
        return told
    return f"{told} ({', '.join(f'{n} {kind}' for kind, n in kinds.most_common())})"


def lines(numbers: Iterable[Number]) -> Iterator[str]:
    """Yield a line a number, with its source and its place."""
    for each in numbers:
        source = f"{each.source or 'no source'}{f', {each.detail}' if each.detail else ''}"
        yield f"{each.text}\t{source}\t{each.place}"


def write(path: Path, numbers: Iterable[Number]) -> None:
    """Write the numbers as CSV, a row each in the order of the page, in one step in place of the old file."""
    aside = path.with_name(path.name + ".new")
    with aside.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for each in numbers:
            writer.writerow((each.text, each.source or "none", each.detail, each.place, each.around))
    aside.replace(path)
