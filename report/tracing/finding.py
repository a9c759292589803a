"""Where a number or a piece of a sentence is printed, and which results it is."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from report.ard import Row
from report.paper import numbers
from report.tracing import typed
from report.tracing.papers import Paper
from report.tracing.passages import Passage

NEAR = 5  # suggestions
AROUND = 60  # characters of a sentence that are shown on either side
OF_EVERYONE = ("risk.", "risk_ratio.", "ancova.", "cox.")  # what a figure of subgroups shows of all participants


@dataclass(frozen=True)
class Place:
    """One place of the paper: where it is, in words, and the text in it with what was sought between ‹ and ›."""

    where: str
    text: str
    display: str = ""


@dataclass(frozen=True)
class Match:
    """Results that stand together in what was sought, and every place where they do.

    Without a result the text is printed and comes from none: words of a template, a label, a year. A figure tells its
    numbers in one text: there the results are those that it draws and that are printed so (``is_of_figure``).
    """

    text: str
    results: tuple[str, ...]
    places: tuple[Place, ...]
    is_of_figure: bool = False


@dataclass(frozen=True)
class Found:
    """What an enquiry found: by text, or by the id of a result, an analysis or a display; near it where nothing."""

    asked: str
    by: Literal["text", "result", "analysis", "display", "nothing"]
    matches: tuple[Match, ...] = ()
    near: tuple[str, ...] = field(default=())


def find(paper: Paper, asked: str) -> Found:
    """Return what is found under an id, or as printed text."""
    by_id = _by_id(paper, asked.strip())
    if by_id is not None:
        return by_id
    sought = typed.pattern(asked)
    matches = tuple(_by_text(paper, sought)) if sought else ()
    if matches:
        return Found(asked, "text", matches)
    return Found(asked, "nothing", near=tuple(_near(paper, asked)))


def places_of(paper: Paper, result_id: str) -> tuple[Place, ...]:
    """Return every place where a result is printed, in the paper's order."""
    printed = [
        _place(passage, span.start, span.end)
        for passage in paper.passages
        for span in passage.spans
        if span.result_id == result_id
    ]
    return (*printed, *_figures_with(paper, result_id))


def _figures_with(paper: Paper, result_id: str) -> Iterator[Place]:
    """Yield the figures that draw a result: its number stands in their alternative text, unmarked."""
    sought = typed.pattern(_shown(paper, paper.results.by_id(result_id)))
    for name, text in paper.alts.items():
        if sought and result_id.startswith(tuple(_beginnings(paper, name))) and sought.search(text):
            yield Place(f"the figure {name}", "drawn, and told in its alternative text", name)


def _by_id(paper: Paper, asked: str) -> Found | None:
    ids = [row.result_id for row in paper.results]
    if asked in ids:
        return Found(asked, "result", (_of_result(paper, asked),))
    if asked in {display.id for display in paper.study.displays}:
        return Found(asked, "display", tuple(_of_display(paper, asked)))
    below = [name for name in ids if name.startswith(f"{asked}.")] if asked else []
    return Found(asked, "analysis", tuple(_of_result(paper, name) for name in below)) if below else None


def _of_result(paper: Paper, result_id: str) -> Match:
    row = paper.results.by_id(result_id)
    return Match(numbers.text(row, paper.style).plain, (result_id,), places_of(paper, result_id))


def _of_display(paper: Paper, display: str) -> Iterator[Match]:
    for passage in paper.passages:
        if passage.display == display:
            for span in passage.spans:
                text = passage.text[span.start : span.end]
                yield Match(text, (span.result_id,), (_place(passage, span.start, span.end),))
    if display in paper.alts:
        beginnings = tuple(_beginnings(paper, display))
        for row in paper.results:
            if row.result_id.startswith(beginnings) and (drawn := tuple(_figures_with(paper, row.result_id))):
                yield Match(
                    _shown(paper, row), (row.result_id,), tuple(each for each in drawn if each.display == display)
                )


def _by_text(paper: Paper, sought: re.Pattern[str]) -> Iterator[Match]:
    """Yield what was found, each set of results once, with all its places; what is no result comes last."""
    found: dict[tuple[str, ...], list[tuple[str, Place]]] = {}
    for passage in paper.passages:
        for hit in sought.finditer(passage.text):
            if not hit.group().strip():
                continue
            start = hit.start() + len(hit.group()) - len(hit.group().lstrip())
            ids = passage.results_in(start, hit.end())
            found.setdefault(ids, []).append((passage.text[start : hit.end()], _place(passage, start, hit.end())))
    for ids, hits in found.items():
        if ids:
            yield Match(hits[0][0], ids, tuple(place for _, place in hits))
    yield from _without_results(paper, found.get((), []))


def _without_results(paper: Paper, hits: list[tuple[str, Place]]) -> Iterator[Match]:
    """Yield what no result was marked in: the numbers of a figure with those that it draws, then mere words."""
    drawn: dict[str, list[tuple[str, Place]]] = {}
    for text, place in hits:
        drawn.setdefault(place.display if place.display.startswith("fig-") else "", []).append((text, place))
    for display, of_display in drawn.items():
        if display:
            ids = tuple(_drawn(paper, display, of_display[0][0]))
            yield Match(of_display[0][0], ids, tuple(place for _, place in of_display), is_of_figure=bool(ids))
    if drawn.get(""):
        yield Match(drawn[""][0][0], (), tuple(place for _, place in drawn[""]))


def _drawn(paper: Paper, display: str, text: str) -> Iterator[str]:
    """Yield the results that a figure draws and that are printed as this number."""
    size = typed.value(text)
    beginnings = tuple(_beginnings(paper, display))
    for row in paper.results:
        is_so = row.result_id.startswith(beginnings) and size is not None and row.stat is not None
        if is_so and typed.value(_shown(paper, row)) == size:
            yield row.result_id


def _beginnings(paper: Paper, name: str) -> Iterator[str]:
    display = next(each for each in paper.study.displays if each.id == name)
    if display.kind == "flow":
        yield "disposition."
    for endpoint in map(paper.study.endpoint, display.shown_endpoints):
        if display.kind == "courses":
            yield from (f"{head}.{endpoint.variable}." for head in ("individual", "visits"))
        else:
            yield from (f"{endpoint.id}.{tail}" for tail in ("subgroup_", *OF_EVERYONE))


def _place(passage: Passage, start: int, end: int) -> Place:
    before, after = passage.text[:start], passage.text[end:]
    head = before if len(before) <= AROUND else "… " + before[-AROUND:].partition(" ")[2]
    tail = after if len(after) <= AROUND else after[:AROUND].rpartition(" ")[0] + " …"
    return Place(passage.where, f"{head}‹{passage.text[start:end]}›{tail}", passage.display)


def _near(paper: Paper, asked: str) -> Iterator[str]:
    """Yield what may have been meant: numbers next in size, ids and passages most alike."""
    number = typed.value(asked)
    if number is not None:
        yield from _near_numbers(paper, number)
        return
    ids = [row.result_id for row in paper.results] + [display.id for display in paper.study.displays]
    yield from difflib.get_close_matches(asked, ids, n=NEAR, cutoff=0.7)
    texts = {typed.folded(passage.text): passage for passage in paper.passages}
    for close in difflib.get_close_matches(typed.folded(asked), texts, n=2, cutoff=0.6):
        yield f"“{texts[close].text}” in {texts[close].where}"


def _near_numbers(paper: Paper, number: float) -> Iterator[str]:
    unprinted = [row for row in paper.results if typed.value(_shown(paper, row)) == number]
    for row in unprinted[:NEAR]:
        yield f"{row.result_id} is {_shown(paper, row)}, and is not printed"
    if not unprinted:
        yield from _next_in_size(number, _printed(paper))


def _shown(paper: Paper, row: Row) -> str:
    return numbers.text(row, paper.style).plain if row.stat is not None else ""


def _printed(paper: Paper) -> Iterator[tuple[float, str, Passage]]:
    for passage in paper.passages:
        for span in passage.spans:
            text = passage.text[span.start : span.end]
            size = typed.value(text)
            if size is not None:
                yield size, f"{text}  {span.result_id}", passage


def _next_in_size(number: float, printed: Iterable[tuple[float, str, Passage]]) -> Iterator[str]:
    first: dict[str, tuple[float, str]] = {}
    for size, told, passage in printed:
        away = min(abs(size - number), abs(abs(size) - abs(number)))  # a sign is soon left out
        first.setdefault(told, (away, f"{told}  in {passage.where}"))
    nearest = sorted(first.values(), key=lambda each: each[0])
    yield from (told for _, told in nearest[:NEAR])
