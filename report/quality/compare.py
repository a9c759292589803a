"""Our results and theirs, value by value: what agrees, what differs, what only one side has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from report.ard import Results, Row
from report.quality import required, tolerances
from report.quality.theirs import NOT_ESTIMABLE, Theirs
from report.quality.tolerances import Allowed
from report.study.model import Study

Verdict = Literal["agrees", "differs", "missing", "open query", "reviewed"]
HIDDEN = "one participant's, not shown"
FAILING = ("differs", "missing", "open query")


@dataclass(frozen=True, slots=True)
class Compared:
    """One result: ours, theirs (None where they have none), the tolerance and the verdict.

    ``missing``: required and not theirs; ``open query``: ours rests on one, so there is nothing to compare;
    ``reviewed``: its code was read, and no second value computed.
    """

    ours: Row
    theirs: Theirs | None
    allowed: Allowed
    verdict: Verdict
    difference: Decimal | None = None

    @property
    def level(self) -> str:
        """How it was checked: double, review, self; a dash where it was not."""
        return self.theirs.level if self.theirs is not None else "–"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything compared, in the order of our results, and what only they have."""

    compared: tuple[Compared, ...]
    only_theirs: tuple[Theirs, ...]

    def of(self, *verdicts: Verdict) -> tuple[Compared, ...]:
        """Return what got one of these verdicts."""
        return tuple(each for each in self.compared if each.verdict in verdicts)

    @property
    def holds(self) -> bool:
        """Whether nothing differs and nothing that is required is missing."""
        return not any(each.verdict in FAILING for each in self.compared)

    @property
    def words(self) -> str:
        """How many agree, differ, are missing, rest on open queries, were reviewed, are only theirs."""
        agreed, differing = len(self.of("agrees")), len(self.of("differs"))
        told = [f"{agreed} agree{'s' * (agreed == 1)}", f"{differing} differ{'s' * (differing == 1)}"]
        told += [f"{len(self.of('missing'))} required and missing"]
        told += [f"{len(held)} on open queries"] if (held := self.of("open query")) else []
        told += [f"{len(held)} reviewed"] if (held := self.of("reviewed")) else []
        return ", ".join([*told, *([f"{len(self.only_theirs)} only theirs"] if self.only_theirs else [])])


def compare(study: Study, results: Results, theirs: Sequence[Theirs]) -> Comparison:
    """Return the comparison of all that they brought, and of what they had to bring."""
    brought = {each.ours.result_id: each for each in theirs if each.ours is not None}
    wanted = {row.result_id for row in required.of(study, results)}
    held = [row for row in results if row.result_id in brought or row.result_id in wanted]
    compared = tuple(_compared(study, row, brought.get(row.result_id), row.result_id in wanted) for row in held)
    return Comparison(compared, tuple(each for each in theirs if each.ours is None))


def _compared(study: Study, ours: Row, theirs: Theirs | None, is_required: bool) -> Compared:
    allowed = tolerances.of(study, ours)
    if theirs is None or (is_required and not theirs.stat):
        return Compared(ours, theirs, allowed, "missing")
    if ours.query:
        return Compared(ours, theirs, allowed, "open query")
    if not theirs.stat:
        return Compared(ours, theirs, allowed, "reviewed")
    verdict: Verdict = "agrees" if _agree(ours, theirs, allowed) else "differs"
    return Compared(ours, theirs, allowed, verdict, _difference(ours, theirs))


def _agree(ours: Row, theirs: Theirs, allowed: Allowed) -> bool:
    """Return whether two values agree: numbers within the tolerance, words by every letter, and no value with none."""
    if ours.stat is None or (theirs.is_not_estimable and ours.format_key != "text"):
        return ours.stat is None and theirs.is_not_estimable
    if isinstance(ours.stat, bool):
        return str(ours.stat).casefold() == theirs.stat.casefold()
    if isinstance(ours.stat, str):
        return ours.stat == theirs.stat
    return theirs.number is not None and tolerances.agree(exact(ours.stat), theirs.number, allowed)


def _difference(ours: Row, theirs: Theirs) -> Decimal | None:
    if isinstance(ours.stat, bool | str) or ours.stat is None or theirs.number is None or not theirs.number.is_finite():
        return None
    return theirs.number - exact(ours.stat)


def exact(value: float | int) -> Decimal:
    """Return a number as the shortest digits that bring it back."""
    return Decimal(repr(value))


def is_hidden(row: Row) -> bool:
    """Return whether a result is one participant's, whose value no comparison shows."""
    return row.disclosure != "aggregate"


def raw(row: Row) -> str:
    """Return our value as it is compared, with all its digits."""
    if is_hidden(row):
        return HIDDEN
    if row.stat is None:
        return f"open query {row.query}" if row.query else NOT_ESTIMABLE[-1]
    return row.stat if isinstance(row.stat, str) else repr(row.stat)


def one(values: Iterable[str]) -> str:
    """Return the distinct values that there are, in their order, as one text."""
    return "; ".join(dict.fromkeys(filter(None, values)))
