"""What of all that changed a statistician wants to see first, the most important first.

- What crossed a limit (``crossings``): p the endpoint's level, which is ``Confirmatory.alpha`` where one was declared,
  else 0.05, which is said; an interval or an estimate the value of no effect, 0 for a difference, 1 for a ratio.
- A value lost or found; a hole opened or closed.
- A method switched; a number of participants that results rest on.
- What went or is new (``items``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from report.ard import Row
from report.changes import crossings, items
from report.changes.matters import Kind, Look, Matter, Pair, number
from report.changes.results import Comparison, Moved, said
from report.changes.sides import Side

DENOMINATORS = (
    "N", "N_nonmiss", "N_pairs", "N_population", "N_level", "n_used", "n_strata", "n_informative", "days",
)  # fmt: skip
COUNTED = ("population", "disposition")  # where n is itself a number of participants that others rest on
NAMED = 3


def of(old: Side, new: Side, compared: Comparison, withheld: frozenset[str] = frozenset()) -> tuple[Matter, ...]:
    """Return all that matters, the most important first; single participants' values matter only where they go."""
    look = Look(old, new)
    pairs = [pair for pair in compared.pairs if not _is_individual(pair)]
    found = chain(
        crossings.crossed(look, pairs), _values(look, compared.moved), _methods(look, pairs),
        _denominators(look, pairs), items.lone(look, compared.pairs, withheld),
    )  # fmt: skip
    return tuple(sorted(found, key=lambda each: each.rank))


def _is_individual(pair: Pair) -> bool:
    return any(row is not None and row.disclosure != "aggregate" for row in pair)


TOLD: dict[Kind, str] = {
    "hole opened": "now rests on an open query", "hole closed": "no longer rests on an open query",
    "lost its value": "is no longer estimable", "got a value": "can now be estimated",
}  # fmt: skip


def _values(look: Look, moved: Iterable[Moved]) -> Iterator[Matter]:
    """Yield the values lost or found and the holes opened or closed, those of one analysis together."""
    groups: dict[tuple[Kind, str], list[Moved]] = {}
    for each in moved:
        if not each.is_individual and each.kind in TOLD:
            groups.setdefault((each.kind, each.row.analysis_id), []).append(each)
    for (kind, _), found in groups.items():
        what = _few([look.label(each.row) for each in found])
        yield look.matter(kind, [each.row for each in found], f"{what}: {TOLD[kind]}{_why(found[0])}")


def _few(labels: Sequence[str]) -> str:
    more = len(labels) - NAMED
    return "; ".join(labels[:NAMED]) + (f" and {more} more" if more > 0 else "")


def _why(lost: Moved) -> str:
    is_lost = lost.kind == "lost its value" and lost.new is not None and lost.new.reason
    return f" ({lost.row.reason})" if is_lost else ""


def _methods(look: Look, pairs: Iterable[Pair]) -> Iterator[Matter]:
    """Yield each analysis whose method or whose confidence level is another, once."""
    switched: dict[tuple[str, str, str], Row] = {}
    for old, new in pairs:
        if old is not None and new is not None and (change := _switch(look, old, new)):
            switched.setdefault((new.analysis_id, *change), new)
    for (analysis, was, now), row in switched.items():
        what = "the confidence level" if row.stat_name == "conf.level" and was[:1].isdigit() else "the method"
        yield look.matter("method", [row], f"{what} of {analysis} was “{was}” and is “{now}”")


def _switch(look: Look, old: Row, new: Row) -> tuple[str, str] | None:
    if old.method != new.method:
        return old.method, new.method
    if new.stat_name == "conf.level" and old.stat != new.stat:
        return said(old, look.old), said(new, look.new)
    return None


def _denominators(look: Look, pairs: Iterable[Pair]) -> Iterator[Matter]:
    """Yield the numbers that results rest on and that changed: once for each endpoint, for its subgroups, and so on."""
    groups: dict[tuple[str, str], dict[str, list[Row]]] = {}
    for old, new in pairs:
        if old is not None and new is not None and _is_other_denominator(old, new):
            change = f"{_base(new)}: {said(old, look.old)} became {said(new, look.new)}"
            group = groups.setdefault((new.analysis_id.split(".")[0], look.role(new)), {})
            group.setdefault(change, []).append(new)
    for changes in groups.values():
        rows = [row for found in changes.values() for row in found]
        told = [f"{change}{_where(look, found)}" for change, found in changes.items()]
        yield look.matter("denominator", rows, _few(told))


def _where(look: Look, rows: Sequence[Row]) -> str:
    if len(rows) > 1:
        return f", in {len(rows)} results"
    of = look.label(rows[0]).rpartition(", ")[0]
    return f" ({of})" if of else ""


def _base(row: Row) -> str:
    return "Number of participants" if row.stat_name == "N" else row.stat_label


def _is_other_denominator(old: Row, new: Row) -> bool:
    counts = new.stat_name in DENOMINATORS or (new.stat_name == "n" and new.context in COUNTED)
    return counts and number(old) is not None and number(new) is not None and number(old) != number(new)
