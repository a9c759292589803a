"""The results with everybody and without some as a document: marked on every page, and none of the paper's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from report.lock.record import Signature
from report.paper.tables.table import Line, Table, under
from report.paper.text import words
from report.publish import page
from report.publish.page import Page
from report.publish.supplement import Notice, Part, Tabled
from report.study.model import Study
from report.what_if.pairs import Group, as_words, turned

MARK = "WHAT IF"
STATUS = "Post hoc: no result of the paper"
NOTES = (
    "The flow of participants is left out: it does not balance when people are taken out of it. So are the values of "
    "single participants.",
    "P values are held against the planned level of a confirmatory test, and against 0.05 otherwise; none is adjusted "
    "for having looked.",
)


def page_of(study: Study, header: Mapping[str, Any]) -> Page:
    """Return the page, with its own mark and what it is."""
    paper = page.of(study, header)
    return replace(paper, mark=MARK, status="; ".join(filter(None, (STATUS, paper.status))))


def title(said: str) -> str:
    """Return the title."""
    return f"What if: without participants of whom {said}"


def parts(found: Sequence[Group], said: str, left_out: Mapping[str, int], signature: Signature) -> list[Part]:
    """Return notice and table; ``left_out`` says how many were ``excluded``, ``of`` how many."""
    of = f"{left_out['excluded']} of {left_out['of']} participants"
    asked = f"Asked by {signature.by}, {signature.role}: {signature.reason}".rstrip(".")
    told = f"What if {of} were left out: those of whom {said}. Post hoc: the paper is not changed by it. {asked}."
    caption = words("The results of all participants beside those of the rest")
    return [Notice(words(told)), words(_summed_up(found)), Tabled("tbl-what-if", caption, table(found, left_out))]


def _summed_up(found: Sequence[Group]) -> str:
    told: dict[str, dict[str, None]] = {}  # what turns over, and in which groups, each once and in order
    for heading, pair in turned(found):
        told.setdefault(pair.turns, {})[heading.partition(" (")[0]] = None
    if not told:
        return "No P value crosses its level, and no interval comes or ceases to hold the value of no difference."
    lines = (f"{turns[0].upper()}{turns[1:]}: {'; '.join(where)}." for turns, where in told.items())
    return f"What turns over. {' '.join(lines)}"


def table(found: Sequence[Group], left_out: Mapping[str, int]) -> Table:
    """Return the table, a heading a group, a line a result."""
    rest = left_out["of"] - left_out["excluded"]
    sizes = (
        f"{name} (N\u00a0=\u00a0{n})" for name, n in (("All participants", left_out["of"]), ("Without them", rest))
    )
    heads = ("Result", *sizes, "What turns over")
    return Table(tuple(map(words, heads)), tuple(_lines(found)), tuple(map(words, NOTES)))


def _lines(found: Sequence[Group]) -> Iterator[Line]:
    for group in found:
        lines = [Line(words(p.label), (p.everybody, p.rest, as_words(p.turns))) for p in group.pairs]
        yield from under(words(group.heading), lines)


def on_the_screen(found: Sequence[Group]) -> Iterator[str]:
    """Yield a line for each result that is printed otherwise without them, and for each that turns over."""
    for group in found:
        changed = [pair for pair in group.pairs if pair.everybody.plain != pair.rest.plain or pair.turns]
        if changed:
            yield group.heading
        for pair in changed:
            turns = f"  <- {pair.turns}" if pair.turns else ""
            yield f"  {pair.label}: {pair.everybody.plain} -> {pair.rest.plain}{turns}"
