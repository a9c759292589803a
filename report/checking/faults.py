"""What is wrong with the data, from where it was found to the question that goes to the site.

    Fault    one rule broken in one place: a column of a file, whole rows, a file, or numbers of the flow
    Query    one row of that for one record, numbered: what the site is asked and the paper shows as a hole
    Waiver   a query that somebody, by name and role, has decided to let stand, and why

A fault that blocks leaves holes in a draft and refuses a lock; one that does not is asked and leaves the value.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from report.errors import SHOWN_CASES, Finding
from report.study.model import Study

LONGEST = 40  # characters of a value that a message shows


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a fault stands: the line of the file (0 where there is none), the record and visit, the value as written.

    Record and value are left empty where they must not be shown; ``hint`` then says what kind of value came.
    """

    line: int = 0
    record: str = ""
    visit: str = ""
    value: str = ""
    hint: str = ""

    def told(self, *, by_record: bool = False) -> str:
        """Return the spot as a case of a finding: by its line and value, or by its line and whose row it is."""
        whose = ", ".join(filter(None, (self.record, self.visit)))
        if not self.line:
            return whose
        came = whose if by_record else _quoted(self.value) if self.value else self.hint
        return f"line {self.line}: {came}" if came else f"line {self.line}"


def _quoted(value: str) -> str:
    """Return a value in quotation marks, at most forty characters, what cannot be printed by its number."""
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in value[:LONGEST])
    return f"'{shown}{'…' * (len(value) > LONGEST)}'"


@dataclass(frozen=True, slots=True)
class Fault:
    """A broken rule; ``waived_as`` says what a waiver makes of the value, and is empty where none is possible.

    ``column`` is empty when whole rows are at fault, ``spots`` when the whole file is; ``results`` names the numbers
    of the flow, the population or the endpoint that the fault puts in doubt.
    """

    code: str
    where: str
    told: str
    remedy: str = "correct it at the source and export again"
    dataset: str = ""
    column: str = ""
    spots: tuple[Spot, ...] = ()
    results: tuple[str, ...] = ()
    blocking: bool = True
    waived_as: Literal["", "as written", "missing"] = ""

    def finding(self) -> Finding:
        """Return the fault as it is told on the screen: at most ten of its spots."""
        cases = tuple(spot.told(by_record=not self.column) for spot in self.spots[:SHOWN_CASES])
        return Finding(self.code, self.where, self.told, self.remedy, cases, len(self.spots), self.blocking)


@dataclass(frozen=True, slots=True)
class Waiver:
    """Who let a query stand, in which role, and why; the columns before them say which query (data/waivers.csv)."""

    code: str
    file: str
    record: str
    visit: str
    field: str
    value: str
    name: str
    role: str
    reason: str

    @property
    def of(self) -> tuple[str, ...]:
        """What tells the waived query from all others."""
        return (self.code, self.file, self.record, self.visit, self.field, self.value)


@dataclass(frozen=True, slots=True)
class Query:
    """One question, numbered; open unless it is waived or does not block."""

    number: int
    fault: Fault
    spot: Spot
    file: str
    waiver: Waiver | None = None

    @property
    def of(self) -> tuple[str, ...]:
        """What tells the query from all others, as a waiver names it."""
        spot = self.spot
        return (self.fault.code, self.file, spot.record, spot.visit, self.fault.column, spot.value)

    @property
    def is_open(self) -> bool:
        """Whether it leaves holes in a draft and refuses a lock."""
        return self.fault.blocking and self.waiver is None


def number(study: Study, faults: Iterable[Fault], *, after: int = 0) -> list[Query]:
    """Return a query for every spot of every fault, numbered by file, line and column, on from ``after``."""
    asked = [(fault, spot) for fault in faults for spot in (fault.spots or (Spot(),))]
    asked.sort(key=lambda pair: _order(study, *pair))
    return [
        Query(index, fault, spot, _file(study, fault)) for index, (fault, spot) in enumerate(asked, start=after + 1)
    ]


def _order(study: Study, fault: Fault, spot: Spot) -> tuple[int, int, int]:
    if fault.dataset not in study.datasets:
        return (len(study.datasets), 0, 0)
    columns = list(study.datasets[fault.dataset].columns)
    place = columns.index(fault.column) if fault.column in columns else -1
    return (list(study.datasets).index(fault.dataset), spot.line, place)


def _file(study: Study, fault: Fault) -> str:
    return f"data/{study.datasets[fault.dataset].file}" if fault.dataset in study.datasets else ""


def waive(queries: Sequence[Query], waivers: Iterable[tuple[int, Waiver]]) -> tuple[list[Query], list[Fault]]:
    """Return the queries with their waivers, and a fault for each waiver (with its line) that waives nothing."""
    given = {waiver.of: (line, waiver) for line, waiver in waivers}
    used = {query.of for query in queries if query.of in given and query.fault.waived_as}
    made = [replace(query, waiver=given[query.of][1]) if query.of in used else query for query in queries]
    return made, list(_useless(queries, {of: line for of, (line, _) in given.items() if of not in used}))


def _useless(queries: Sequence[Query], unused: dict[tuple[str, ...], int]) -> Iterator[Fault]:
    asked = {query.of: query for query in queries}
    never = tuple(Spot(line) for of, line in unused.items() if of in asked and asked[of].fault.blocking)
    needless = tuple(Spot(line) for of, line in unused.items() if of in asked and not asked[of].fault.blocking)
    nothing = tuple(Spot(line) for of, line in unused.items() if of not in asked)
    where = "data/waivers.csv"
    if never:
        told = "this kind of finding cannot be waived: it is not known whose the row is, or there is nothing to take"
        yield Fault("waiver-impossible", where, told, "correct the data, and take the line out", spots=never)
    if needless:
        told = "a question blocks nothing and needs no waiver"
        yield Fault("waiver-needless", where, told, "take the line out", spots=needless)
    if nothing:
        told = "there is no finding to which this waiver belongs"
        remedy = "take the line out; or copy code, file, record, visit, field and value anew from build/queries.xlsx"
        yield Fault("waiver-unused", where, told, remedy, spots=nothing)
