"""The gate: read the finished files back, and find what they do not say as they should.

HTML carries the ids of the printed results, so the results are looked for there; the other formats must then agree
with HTML, block by block. So a result is proved to stand in its own sentence or cell in all of them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches
from pathlib import Path

from report.errors import SHOWN_CASES, Finding, GateError
from report.publish.blocks import BLANK, RIGHT_TO_LEFT, Block, Document, comparable, normalise
from report.publish.extract import read

# What a template, a filter or an engine leaves behind when something was not there. "None" is good English where a
# sentence begins; elsewhere, and alone in a cell, it is Python's.
UNRESOLVED = re.compile(
    r"\b(?:value|count|part|spread|estimate|interval|p|p_and_floor|moved|methods|software|registrations|display|authors"
    r"|data_notice|if_any|with_p_below|median_and_limit|multiplicity|provenance|contributions|interests)\((?=[\"'\u201c\u2018\u201d\u2019)]|\w+=)|\[@|\?\?|\{\{|\}\}|\{%|%\}|\[\?\]|@(?:tbl|fig)-|\bundefined\b|\b(?:nan|NaN|NaT)\b|<NA>"
    r"|(?<=[^.!?:;]\s)None\b|(?<=[^\s\"'\u201c\u2018])\bNone\b|^None$"
)
BRACKETS = re.compile(r"[()\[\]{}<>«»]")
BUILD_AGAIN = "build the manuscript again; if this comes back, its template or its filter is at fault"
NEARLY_ALL = 200  # blocks to look through for what was said instead


@dataclass(frozen=True, slots=True)
class Expected:
    """A result that the manuscript prints: its id, its text, and the place that prints it.

    Without an id it is the whole alternative text of a figure, in which the figure's results stand.
    """

    result_id: str
    text: str
    place: str


def check(
    outputs: Mapping[str, Path],
    expected: Sequence[Expected],
    *,
    mark: str = "",
    status: str = "",
    literal: Sequence[str] = (),
) -> list[Finding]:
    """Return all that is wrong with the finished files, nothing when they are sound.

    ``outputs`` has one path per format (html, pdf, docx; one or two may be left out). ``mark`` and ``status`` must
    stand on every page; ``literal`` are strings of the data that look like leftovers and are not. Raises GateError for
    a file that cannot be read, and if there are results to look for but no HTML.
    """
    if expected and "html" not in outputs:
        raise GateError("there is no HTML in which to look for the results", remedy="build the HTML too")
    documents = {name: read(path) for name, path in outputs.items()}
    names = {name: path.name for name, path in outputs.items()}
    return [
        *_results(documents, names, [each for each in expected if each.result_id]),
        *_figures(documents, names, [each for each in expected if not each.result_id]),
        *_agreement(documents, names),
        *_leftovers(documents, names, literal),
        *_standing(documents, names, [text for text in (mark, status) if text]),
        *_network(documents, names),
    ]


def _results(
    documents: Mapping[str, Document], names: Mapping[str, str], expected: Sequence[Expected]
) -> Iterator[Finding]:
    """Yield a finding for each result printed less or more often than expected."""
    if "html" not in documents:
        return
    printed = Counter(result for block in documents["html"].blocks for result in block.results)
    wanted = Counter((each.result_id, normalise(each.text)) for each in expected)
    missing, surplus = wanted - printed, printed - wanted
    places = {(each.result_id, normalise(each.text)): each.place for each in expected}
    for (result_id, text), number in missing.items():
        instead = [f"printed as “{other}” instead" for name, other in surplus if name == result_id]
        told = f"the result {result_id} = “{text}” is missing {_times(number)}"
        yield Finding("gate-missing-result", places[result_id, text], told, BUILD_AGAIN, tuple(instead))
    for (result_id, text), number in surplus.items():
        told = f"the result {result_id} = “{text}” is printed {_times(number)} more than the manuscript says"
        yield Finding("gate-unexpected-result", names["html"], told, BUILD_AGAIN)


def _figures(
    documents: Mapping[str, Document], names: Mapping[str, str], expected: Sequence[Expected]
) -> Iterator[Finding]:
    """Yield a finding for each figure whose alternative text a format does not give in full."""
    for name, document in documents.items():
        given = {_key(block.text) for block in document.blocks if block.kind == "alt"}
        for each in expected:
            if _key(each.text) not in given:
                told = f"the alternative text of {each.place} is not there in full"
                yield Finding("gate-missing-alt", names[name], told, BUILD_AGAIN)


def _agreement(documents: Mapping[str, Document], names: Mapping[str, str]) -> Iterator[Finding]:
    """Yield what stands in one format and not in another; HTML, or else the first, is compared with each other."""
    first = "html" if "html" in documents else next(iter(documents), "")
    for other in documents:
        if other == first:
            continue
        lacking = _lacking(documents[first].blocks, documents[other].blocks)
        surplus = _lacking(documents[other].blocks, documents[first].blocks)
        held = [block for block in lacking if block.results]
        plain = [block for block in lacking if not block.results]
        yield from _differing("gate-result-not-agreed", names[other], names[first], held, surplus)
        yield from _differing("gate-block-missing", names[other], names[first], plain, surplus)
        yield from _differing("gate-block-missing", names[first], names[other], surplus, lacking)
        if not lacking and not surplus:
            yield from _moved(documents[first], documents[other], names[first], names[other])


def _lacking(blocks: Iterable[Block], among: Iterable[Block]) -> list[Block]:
    """Return the blocks that are not among the others, each of which answers to one only."""
    there = Counter(map(_block_key, among))
    lacking = []
    for block in blocks:
        key = _block_key(block)
        if there[key] > 0:
            there[key] -= 1
        else:
            lacking.append(block)
    return lacking


def _key(text: str) -> str:
    """Return what must be the same in all formats.

    Where there are right-to-left runs, a PDF has the figures and brackets in them in another order and mirrored: then
    the characters must be the same, brackets apart, but not their order.
    """
    plain = comparable(text)
    return "".join(sorted(BRACKETS.sub("", plain))) if RIGHT_TO_LEFT.search(text) else plain


def _block_key(block: Block) -> tuple[bool, str]:
    """Return what must be the same of a block: whether it is printed or an alt text, and its text."""
    return block.kind == "alt", _key(block.text)


def _differing(code: str, lacks: str, has: str, blocks: Sequence[Block], instead: Sequence[Block]) -> Iterator[Finding]:
    """Yield one finding for the blocks that one file has and the other lacks."""
    if not blocks:
        return
    what = "block" if len(blocks) == 1 else "blocks"
    held = " that hold results" if code == "gate-result-not-agreed" else ""
    cases = tuple(_case(block, instead) for block in blocks[:SHOWN_CASES])
    message = f"{len(blocks)} {what} of {has}{held} not found word for word"
    yield Finding(code, lacks, message, BUILD_AGAIN, cases, len(blocks))


def _moved(first: Document, other: Document, has: str, moves: str) -> Iterator[Finding]:
    """Yield one finding for the cells that say the same in two files, but stand in different places."""
    there = {(block.table, block.row, block.column): _key(block.text) for block in other.blocks if block.table}
    moved = [
        block
        for block in first.blocks
        if block.table and there.get((block.table, block.row, block.column)) != _key(block.text)
    ]
    if moved:
        cases = tuple(f"table {each.table}, row {each.row}, column {each.column}: “{each.text[:80]}”" for each in moved)
        yield Finding("gate-cell-moved", moves, f"cells stand elsewhere than in {has}", BUILD_AGAIN, cases, len(cases))


def _case(block: Block, instead: Sequence[Block]) -> str:
    """Return how a block is told: its kind, its results, its text and, if there is one, the text nearest to it."""
    results = "".join(f" {result_id}" for result_id, _ in block.results[:3])
    texts = [each.text for each in instead[:NEARLY_ALL]]
    near = next(iter(get_close_matches(block.text, texts, n=1, cutoff=0.6)), "")
    if not near:
        return f"{block.kind}{results}: “{block.text[:80]}”"
    same = SequenceMatcher(None, block.text, near, autojunk=False).get_matching_blocks()[0]
    start = max(0, same.size - 30) if same.a == same.b == 0 else 0
    return f"{block.kind}{results}: “{block.text[start : start + 80]}” is there “{near[start : start + 80]}”"


def _leftovers(
    documents: Mapping[str, Document], names: Mapping[str, str], literal: Sequence[str]
) -> Iterator[Finding]:
    """Yield a finding for each file in which something was left unresolved."""
    meant = _as_it_stands(literal)
    for name, document in documents.items():
        found = [case for text in _texts(name, document) if (case := _leftover(text, meant))]
        if found:
            message = f"{len(found)} place{'s' * (len(found) > 1)} where something was not resolved"
            yield Finding("gate-unresolved", names[name], message, BUILD_AGAIN, tuple(found), len(found))


def _texts(name: str, document: Document) -> Iterator[str]:
    """Yield all texts of a document that can be searched."""
    for text in (*(block.text for block in document.blocks), *document.furniture, *document.metadata.values()):
        # In a PDF the order in right-to-left runs is not the written one; the other formats answer for these blocks.
        if name != "pdf" or not RIGHT_TO_LEFT.search(text):
            yield text


def _as_it_stands(literal: Sequence[str]) -> re.Pattern[str] | None:
    """Return a pattern for those literal texts that look like a leftover, None if none does."""
    looking = {BLANK.sub("", normalise(text)) for text in literal if UNRESOLVED.search(normalise(text))}
    # White space may stand between any two characters: a line may have ended there.
    patterns = [r"\s*".join(map(re.escape, text)) for text in sorted(looking, key=len, reverse=True)]
    return re.compile("|".join(patterns)) if patterns else None


def _leftover(text: str, meant: re.Pattern[str] | None) -> str:
    """Return the surroundings of what was left over in a text, "" if nothing was."""
    searched = meant.sub("\ufffc", text) if meant else text
    found = UNRESOLVED.search(searched)
    return f"“{searched[max(0, found.start() - 30) : found.end() + 30]}”" if found else ""


def _standing(documents: Mapping[str, Document], names: Mapping[str, str], texts: Sequence[str]) -> Iterator[Finding]:
    """Yield where a text that must stand on every page does not."""
    if "docx" in documents and not documents["docx"].furniture:
        yield Finding("gate-no-furniture", names["docx"], "no section shows a header or a footer", BUILD_AGAIN)
    for name, document in documents.items():
        lacking = [text for text in texts if comparable(text) not in comparable(document.metadata.get("subject", ""))]
        if lacking:
            told = f"its properties do not say {' and '.join(f'“{text}”' for text in lacking)}"
            yield Finding("gate-missing-mark", names[name], told, BUILD_AGAIN)
        pages = document.furniture if name == "pdf" else (" ".join(document.furniture),)
        for text in texts:
            bare = [number for number, page in enumerate(pages, 1) if comparable(text) not in comparable(page)]
            cases = tuple(f"page {number}" for number in bare) if name == "pdf" else ()
            if bare:
                message = f"“{text}” does not stand around the text"
                yield Finding("gate-missing-mark", names[name], message, BUILD_AGAIN, cases, len(cases))


def _network(documents: Mapping[str, Document], names: Mapping[str, str]) -> Iterator[Finding]:
    """Yield what the HTML would fetch from a network."""
    found = documents["html"].fetched if "html" in documents else ()
    if found:
        yield Finding("gate-network", names["html"], "the page needs a network to be shown whole",
                      "embed what it refers to", found, len(found))  # fmt: skip


def _times(number: int) -> str:
    """Return how often, in words."""
    return "once" if number == 1 else f"{number} times"
