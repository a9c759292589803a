"""A trace as it is read on the screen: what was found, where, and what it rests on."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence

from report.tracing.finding import Found, Match, Place
from report.tracing.lineage import File, Lineage, Step
from report.tracing.words import Explained

WIDTH = 110
MARGIN = 13
MOST = 20  # matches in a list
MOST_PLACES = 6
SHOWN_HASH = 16
OF_TEXT = "words of the text, of no result"


def listed(found: Found) -> Iterator[str]:
    """Yield the lines that list several matches, and say how to ask for one."""
    yield (
        f"{found.asked} stands for {len(found.matches)} results or sets of results:"
        if found.by != "display"
        else (f"{found.asked} prints {len(found.matches)} results:")
    )
    yield ""
    width = max(len(match.text) for match in found.matches[:MOST])
    for match in found.matches[:MOST]:
        yield from _line(match, min(width, 24))
    hidden = len(found.matches) - MOST
    if hidden > 0:
        yield f"  and {hidden} more"
    first = next((match.results[0] for match in found.matches if match.results), "")
    if first:
        yield ""
        yield f"Ask for one by its id: trialpress trace {first}"


def _line(match: Match, width: int) -> Iterator[str]:
    ids = " ".join(match.results) or OF_TEXT
    shown = textwrap.shorten(match.text, 60, placeholder=" …")
    yield f"  {shown:<{width}}  {f'one of: {ids}' if match.is_of_figure else ids}"
    if match.places:
        first, more = match.places[0], len(match.places) - 1
        besides = f", and {more} more place{'s' * (more > 1)}" if more else ""
        yield f"  {'':<{width}}    in {first.where}{besides}"


def nothing(found: Found) -> Iterator[str]:
    """Yield the lines that say that nothing was found, and what is near."""
    yield f"nothing in the paper is {found.asked}"
    if found.near:
        yield "near it:"
        yield from (f"  {near}" for near in found.near)


def told(match: Match, lines: Sequence[Lineage]) -> Iterator[str]:
    """Yield the whole trace of one match: a block for each analysis that its results belong to."""
    yield from _entry("Printed", _places(match.places) or ["nowhere in this paper"])
    analyses = list(dict.fromkeys(each.analysis_id for each in lines))
    for analysis in analyses:
        yield ""
        yield from _analysis([each for each in lines if each.analysis_id == analysis])


def _places(places: Sequence[Place]) -> list[str]:
    shown = [f"{place.where}: {place.text}" for place in places[:MOST_PLACES]]
    more = len(places) - MOST_PLACES
    return [*shown, *([f"and {more} more"] if more > 0 else [])]


def _analysis(lines: Sequence[Lineage]) -> Iterator[str]:
    """Yield the results of one analysis, and what they share."""
    first = lines[0]
    for each in lines:
        yield from _entry("Result", _result(each))
    shared = {
        "Analysis": [f"{first.analysis_id}{f': {first.endpoint} ({first.role})' if first.endpoint else ''}"],
        "Method": [first.method],
        "Variable": [f"{first.variable}{f', in {first.unit}' if first.unit else ''}"] if first.variable else [],
        "In whom": _whom(first),
        "Arm": [each for each in dict.fromkeys(line.arm for line in lines) if each],
        "Visit": [each for each in dict.fromkeys(line.visit for line in lines) if each],
        "Counts": ["; ".join(_counts(lines))] if list(_counts(lines)) else [],
        "Derived": [_step(step) for step in first.steps],
        "Data": [_file(file) for file in first.files],
        "Declared": [first.declared] if first.declared else [],
        "State": [f"data {first.lock}; the paper is {article(first.mode)}"],
        "Software": [first.software],
        "Note": list(first.notes),
    }  # fmt: skip
    for name, entries in shared.items():
        yield from _entry(name, entries)


def _counts(lines: Sequence[Lineage]) -> Iterator[str]:
    shown = {each.result_id for each in lines}
    for each in dict.fromkeys(number for line in lines for number in line.numbers):
        if each.result_id not in shown:
            yield f"{each.label}: {each.text}"


def article(mode: str) -> str:
    """Return what kind of paper a mode makes, in words."""
    return {"draft": "a draft", "dryrun": "a dry run with dummy treatments", "interim": "an interim report"}.get(
        mode, mode
    )


def _result(each: Lineage) -> list[str]:
    level = f", {each.level}" if each.level else ""
    head = f"{each.text}  {each.label}{level}: {each.result_id}"
    if each.value is None:
        return [head, f"no value: {each.missing_because or 'not estimable'}"]
    if not each.rounding:
        return [head]
    return [head, f"value {each.value!r}, {each.rounding} ({each.format_key}, style {each.style})"]


def _whom(each: Lineage) -> list[str]:
    whom = [f"{each.population_label} ({each.population}): {each.population_where}"] if each.population else []
    return [*whom, *([f"rows in which {each.rows_where}"] if each.rows_where else [])]


def _file(file: File) -> str:
    columns = f", columns {', '.join(file.columns)}" if file.columns else ""
    return f"{file.name}{columns} (SHA-256 {file.sha256[:SHOWN_HASH]})"


def _step(step: Step) -> str:
    source = f"; {step.source}" if step.source else ""
    return f"{step.name} is {step.meaning}, from {', '.join(step.inputs)}{source} ({step.declared})"


def _entry(name: str, texts: Iterable[str]) -> Iterator[str]:
    """Yield texts beside a name, each on lines of its own."""
    head = f"{name:<{MARGIN - 2}}"
    for text in texts:
        wrapped = textwrap.wrap(
            text, WIDTH - MARGIN, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
        )
        for line in wrapped:
            yield f"{head}  {line}"
            head = " " * (MARGIN - 2)


def explained(each: Explained) -> Iterator[str]:
    """Yield a result in words, and its R code."""
    yield f"{each.text}  {each.result_id}"
    yield ""
    yield from textwrap.wrap(" ".join(each.sentences), WIDTH, break_long_words=False, break_on_hyphens=False)
    yield ""
    yield from code(each)
    yield ""


def code(each: Explained) -> Iterator[str]:
    """Yield the R code of a result, or why there is none."""
    if each.no_code_because:
        yield f"# no R code for {each.result_id}: {each.no_code_because}"
    yield from each.r_code.splitlines()
