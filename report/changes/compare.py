"""Two editions held against each other: all that changed between them, and what of it matters."""

from __future__ import annotations

from dataclasses import dataclass

from report.changes import blinding, causes, conclusions, data, importance, plan, results, sides, text
from report.changes.blinding import Blinding
from report.changes.causes import Causes
from report.changes.conclusions import Verdict
from report.changes.data import ChangedFile
from report.changes.matters import Matter
from report.changes.plan import Entry
from report.changes.results import Comparison
from report.changes.sides import Side
from report.changes.text import Changed
from report.lock.editions import Edition


@dataclass(frozen=True)
class Changes:
    """All that changed from the older side to the newer."""

    old: Side
    new: Side
    blinding: Blinding
    verdict: Verdict
    matters: tuple[Matter, ...]
    causes: Causes
    files: tuple[ChangedFile, ...]
    results: Comparison
    blocks: tuple[Changed, ...]
    entries: tuple[Entry, ...]

    @property
    def is_nothing(self) -> bool:
        """Whether nothing at all changed that is printed or that anything printed rests on."""
        return not (self.files or self.results.moved or self.results.unprinted or self.blocks or self.entries)

    @property
    def has_pages(self) -> bool:
        """Whether both papers are at hand, and not only their results."""
        return self.old.blocks is not None and self.new.blocks is not None

    def causes_of(self, block: Changed) -> tuple[str, ...]:
        """Return to what a changed block is put down."""
        return causes.of_block(block, self.causes, self.entries)


def editions(old: Edition, new: Edition) -> Changes:
    """Return what changed from one edition to the other."""
    return between(sides.read(old), sides.read(new))


def between(old: Side, new: Side) -> Changes:
    """Return what changed from one side to the other; nothing by arm where their treatments differ."""
    allowed = blinding.of(old, new)
    withheld = blinding.leaves_out(allowed, old, new)
    compared = results.compare(old, new, allowed)
    matters = importance.of(old, new, compared, withheld)
    has_moved = bool(compared.moved or compared.unprinted)
    return Changes(
        old=old, new=new, blinding=allowed, matters=matters,
        verdict=conclusions.of(old, new, matters, allowed, has_moved=has_moved),
        causes=causes.of(old, new, compared), files=data.compare(old, new, allowed), results=compared,
        blocks=text.compare(old, new, withheld), entries=plan.compare(old, new),
    )  # fmt: skip
