"""The audit: every number of the finished page, in digits or words, has a source; what has none is told with its place.

It works from the end. The gate asks whether each result stands where it must; the audit asks of each number that
stands there where it comes from. The sources are in ``audit_sources``, docs/audit.md says what each is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path

from report.ard import Results, read
from report.errors import Finding, GateError, ResultsError, refuse_if_any
from report.lock.fingerprints import sha256_of
from report.lock.record import Place
from report.paper.text import Text
from report.paper.typed import IDIOM, NUMBER
from report.publish import audit_page, audit_sources
from report.publish.audit_figures import differing
from report.publish.audit_formats import elsewhere
from report.publish.audit_page import Mark, Marked, MarkedPage
from report.publish.audit_sources import FORMATTER, Drawn, Sources
from report.publish.blocks import normalise
from report.study import blinding
from report.study import file as study_file
from report.study.places import STUDY_FILE

RESULT, DECLARED, REFERENCE, ADDRESS, NONE = "result", "declared", "reference", "address", ""
BESIDE = 30  # characters told on either side of a number
HOLE = "\ufffc"
BUILD_AGAIN = "build the paper again; if it comes back, something writes into what is built"
SAY_WHENCE = "print it as a result, declare it in a template, or name it in the study file; docs/audit.md says how"
_ADDRESS = re.compile(r"https?://[^\s<>\ufffc]+|\bdoi:[^\s\ufffc]+|\bwww\.[^\s\ufffc]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_LABEL = re.compile(r"(?:Table|Figure) (\d+)\.")
_NOT_HOLES = re.compile(f"[^{HOLE}]+")
_PART = re.compile(r"\d+|[^\W\d]+")
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)$")  # as in 3rd ed.
_PAGES = re.compile(r"(\d+)[–-](\d+)$")
_FOOTNOTE = re.compile(r"#fn(\d+)")


@dataclass(frozen=True, slots=True)
class Number:
    """One number, or a few that one source gives together: as printed, its source, and its place."""

    text: str
    source: str
    detail: str
    place: str
    around: str


@dataclass(frozen=True, slots=True)
class Audit:
    """Every number of a paper, in the order of the page, and what is wrong."""

    numbers: tuple[Number, ...]
    findings: tuple[Finding, ...]


@dataclass
class _Account:
    """What is known of one block: which part of its text has which source, and what is left (holes elsewhere)."""

    block: Marked
    place: str
    left: str
    taken: list[tuple[int, int, str, str]] = field(default_factory=list)

    def take(self, start: int, end: int, source: str, detail: str) -> None:
        """Name the source of a part, as far as none is named yet."""
        for part in _NOT_HOLES.finditer(self.left, start, end):
            self.taken.append((*part.span(), source, detail))
        self.left = self.left[:start] + HOLE * (end - start) + self.left[end:]

    def numbers(self) -> Iterator[Number]:
        """Yield each part that holds a number, with its source, in order."""
        for start, end, source, detail in sorted(self.taken, key=lambda part: part[:2]):
            said = self.block.text[start:end]
            if NUMBER.search(said):
                yield Number(said, source, detail, self.place, around(self.block.text, start, end))


def around(text: str, start: int, end: int) -> str:
    """Return a part of a text with the words on either side."""
    before, after = text[max(0, start - BESIDE) : start], text[end : end + BESIDE]
    before = re.sub(r"^\S+(?=\s)", "", before) if len(before) == BESIDE else before
    after = re.sub(r"(?<=\s)\S+$", "", after) if len(after) == BESIDE else after
    return (before + text[start:end] + after).strip()


# The whole ------------------------------------------------------------------------------------------------------------


def of(place: Place, made: Mapping[str, Path]) -> Audit:
    """Return the audit of finished files (html, and pdf and docx where there are any) against what they were made from.

    ResultsError or GateError where study file, results or templates are no longer those that the files were made from.
    """
    results = read(place.build / "results.json")
    _refuse_another_study_file(place, results)
    study = blinding.seen(study_file.read(place.folder), results.header["treatment"])
    return held_against(audit_sources.of(study, results, _templates(place)), made, place.build / "displays")


def held_against(sources: Sources, made: Mapping[str, Path], pictures: Path | None = None) -> Audit:
    """Return the audit of finished files against these sources, and of the folder with the pictures in them."""
    page = audit_page.read(made["html"])
    audited = _page(page, sources, made["html"].name)
    others = {name: path for name, path in made.items() if name != "html"}
    placed = {block.display for block in page.blocks}  # a report to the board need not place all
    drawn = {name: each.pictures for name, each in sources.displays.items() if each.pictures and name in placed}
    found = (*elsewhere(made["html"], others, sources), *differing(made["html"], drawn, pictures))
    return Audit(audited.numbers, (*audited.findings, *found))


def refuse(place: Place, made: Mapping[str, Path]) -> None:
    """Raise GateError with every finding of the audit; a final paper has none."""
    told = "the audit has {n} finding{s}, and a final paper has none; the previous outputs stay"
    refuse_if_any(of(place, made).findings, GateError, told)


def _refuse_another_study_file(place: Place, results: Results) -> None:
    if results.header["inputs"].get(str(STUDY_FILE)) != sha256_of(place.folder / STUDY_FILE):
        raise ResultsError(f"{STUDY_FILE} has changed since the results were computed", remedy="run `make report`")


def _templates(place: Place) -> list[Path]:
    """Return the author's files from which the paper was written; GateError where one is no longer the same."""
    written_with = json.loads((place.build / "printed.json").read_text(encoding="utf-8"))["templates"]
    paths = {place.folder / name: sha256 for name, sha256 in written_with.items()}
    changed = [path.name for path, sha256 in paths.items() if not path.is_file() or sha256_of(path) != sha256]
    if changed:
        told = f"the templates have changed since the paper was built: {', '.join(changed)}"
        raise GateError(told, remedy="run `make report`")
    return list(paths)


def _page(page: MarkedPage, sources: Sources, name: str) -> Audit:
    numbered = _numbers_of(page)
    accounts, findings = [], list(_displays(page, sources, name))
    same = {id(block) for block in page.blocks if block.display and _is_as_drawn(block, sources.displays)}
    same -= _cells_that_differ(page, sources)
    for block in page.blocks:
        account = _Account(block, place_of(name, block), block.text)
        _marks(account, sources, numbered)
        _rest(account, sources, is_as_drawn=id(block) in same)
        accounts.append(account)
        findings += _unsourced(account, sources)
    findings += _two_values(accounts, sources)
    findings += _around_the_text(page, sources, name)
    return Audit(tuple(number for account in accounts for number in account.numbers()), tuple(findings))


def place_of(name: str, block: Marked) -> str:
    """Return where a block stands, as a reader finds it."""
    which, display = block.block, block.display
    cell = f", row {which.row}, column {which.column}" if which.row else ""
    return f"{name}: {f'{display}, ' if display else ''}{which.kind}{cell}"


def _numbers_of(page: MarkedPage) -> dict[str, str]:
    """Return the number of each display and each reference, which is its place in the order of the page."""
    shown = [mark.key for block in page.blocks for mark in block.of("caption")]
    counted = {}
    for kind in ("tbl-", "fig-"):
        counted.update({key: str(n) for n, key in enumerate([key for key in shown if key.startswith(kind)], 1)})
    entries = [mark.key for block in page.blocks for mark in block.of("entry")]
    return {**counted, **{f"ref-{key}": str(n) for n, key in enumerate(entries, 1)}}


# What the page says of itself -----------------------------------------------------------------------------------------


def _marks(account: _Account, sources: Sources, numbered: Mapping[str, str]) -> None:
    """Name the sources that elements claim, where the claim holds."""
    block = account.block
    for mark in block.of("result"):
        if _prints(sources, mark.key, block.said(mark)):
            account.take(mark.start, mark.end, RESULT, mark.key)
    for mark in block.of("citation"):
        if block.said(mark) == numbered.get(f"ref-{mark.key}"):
            account.take(mark.start, mark.end, REFERENCE, f"number of @{mark.key}")
    for mark in block.of("display"):
        if _PART.findall(block.said(mark))[-1:] == [numbered.get(mark.key)]:
            account.take(mark.start, mark.end, FORMATTER, "number of a table or figure")
    for mark in block.of("footnote"):
        number = _FOOTNOTE.fullmatch(mark.key)
        if number and block.said(mark) == number[1]:
            account.take(mark.start, mark.end, FORMATTER, "number of a footnote")
    _caption_label(account, numbered)
    for mark in block.of("declared"):
        _declaration(account, mark, sources)
    for mark in block.of("entry"):
        _entry(account, mark, sources, numbered)


def _prints(sources: Sources, result_id: str, text: str) -> bool:
    """Return whether a row prints this; words that a row decides hold no number, and are the gate's."""
    row = sources.rows.get(result_id)
    return row is not None and (text in sources.printed(row) or not NUMBER.search(text))


def _caption_label(account: _Account, numbered: Mapping[str, str]) -> None:
    for mark in account.block.of("caption"):
        label = _LABEL.match(account.block.said(mark))
        if label and label[1] == numbered.get(mark.key):
            account.take(mark.start, mark.start + label.end(), FORMATTER, "number of a table or figure")


def _declaration(account: _Account, mark: Mark, sources: Sources) -> None:
    """Name what a template declares, if a template does: its words and numbers are the same, results in it apart."""
    said = account.left[mark.start : mark.end].replace(HOLE, " ")
    if audit_sources.tokens(said) in sources.declared[mark.key]:
        account.take(mark.start, mark.end, DECLARED, mark.key)


def _entry(account: _Account, mark: Mark, sources: Sources, numbered: Mapping[str, str]) -> None:
    """Name the numbers of a reference: its place in the list, and what the author's list of works gives."""
    text, known = account.block.text, sources.references.get(mark.key, "").casefold()
    held = set(_PART.findall(known))
    for found in NUMBER.finditer(text, mark.start, mark.end):
        is_place = found.start() == mark.start and found[0] == numbered[f"ref-{mark.key}"]
        if is_place or _is_of_work(found[0].casefold(), known, held):
            account.take(found.start(), found.end(), REFERENCE, f"@{mark.key}")


def _is_of_work(number: str, known: str, held: set[str]) -> bool:
    """Return whether a work's entry gives a number; the last page may be shortened, 2138-2149 to 2138–49."""
    pages = _PAGES.search(number)
    if pages and re.search(rf"(?<!\d){pages[1]}\s*-+\s*\d*{pages[2]}(?!\d)", known):
        number = number.replace(pages[0], "")
    return all(part in held for part in _PART.findall(_ORDINAL.sub("", number)))


# What texts say -------------------------------------------------------------------------------------------------------


def _rest(account: _Account, sources: Sources, *, is_as_drawn: bool) -> None:
    """Name the sources of what no element claims: texts of study file and formatters, idle words."""
    if is_as_drawn and account.block.of("alt"):
        _results_of_alt(account, sources.displays[account.block.display].alt or Text())
    for phrases in sources.phrases:
        for found in phrases.pattern.finditer(account.left):
            account.take(*found.span(), phrases.source, phrases.detail)
    addresses = () if account.block.of("entry") else _ADDRESS.finditer(account.left)  # of a work, its entry answers
    for found in addresses:
        account.take(*found.span(), ADDRESS, "address")
    for found in IDIOM.finditer(account.left):
        account.take(*found.span(), FORMATTER, "words that count nothing")
    if is_as_drawn:  # what is left was drawn from the study file and the rows by the formatter of its kind
        kind = account.block.block.kind
        for found in NUMBER.finditer(account.left):
            account.take(*found.span(), FORMATTER, "alternative text" if kind == "alt" else "words of tables")


def _results_of_alt(account: _Account, alt: Text) -> None:
    """Name the results of an alternative text, which has no elements: each piece in its turn."""
    position = 0
    for piece in alt.pieces:
        said = normalise(piece.text)
        start = account.block.text.find(said, position) if said else -1
        if start >= 0:
            position = start + len(said)
            if piece.result_id:
                account.take(start, position, RESULT, piece.result_id)


# Displays -------------------------------------------------------------------------------------------------------------


def _expected(block: Marked, displays: Mapping[str, Drawn]) -> str | None:
    """Return what a caption or an alternative text must say; None for a cell, and for what is no declared display's."""
    drawn = displays.get(block.display)
    if drawn is None or block.of("cell"):
        return None
    return normalise((drawn.caption if block.of("caption") else drawn.alt or Text()).plain)


def _is_as_drawn(block: Marked, displays: Mapping[str, Drawn]) -> bool:
    """Return whether a caption or an alternative text is as it is drawn from the results; cells are told by order."""
    expected = _expected(block, displays)
    return block.display in displays and expected in (None, _LABEL.sub("", block.text, count=1).strip())


def _pairs(page: MarkedPage, sources: Sources) -> Iterator[tuple[str, Marked | None, str]]:
    """Yield each cell and note of the displays that are placed beside what must stand there."""
    placed = {block.display for block in page.blocks}
    for name, drawn in ((name, each) for name, each in sources.displays.items() if name in placed):
        cells = [block for block in page.blocks if block.display == name and block.of("cell")]
        expected = [text for text in (normalise(each.plain) for each in drawn.cells) if text]
        for cell, text in zip_longest(cells, expected):
            yield name, cell, text or ""


def _cells_that_differ(page: MarkedPage, sources: Sources) -> set[int]:
    return {id(cell) for _, cell, text in _pairs(page, sources) if cell is not None and cell.text != text}


def _displays(page: MarkedPage, sources: Sources, name: str) -> Iterator[Finding]:
    """Yield what stands in a display and is not what the results and the study file make of it."""
    for display, cell, text in _pairs(page, sources):
        said = cell.text if cell is not None else ""
        if said != text and NUMBER.search(f"{said} {text}"):
            yield _not_as_drawn(place_of(name, cell) if cell is not None else f"{name}: {display}", said, text)
    for block in page.blocks:
        text = _expected(block, sources.displays) or ""
        if text and not _is_as_drawn(block, sources.displays) and NUMBER.search(f"{block.text} {text}"):
            yield _not_as_drawn(place_of(name, block), block.text, text)


def _not_as_drawn(place: str, said: str, text: str) -> Finding:
    start = next((n for n, (one, other) in enumerate(zip(said, text, strict=False)) if one != other), 0)
    said, text = (each[max(0, start - BESIDE) :][: 3 * BESIDE] for each in (said, text))
    told = f"it says “{said}”, and the results and the study file make “{text}”"
    return Finding("audit-display", place, told, BUILD_AGAIN)


# Findings -------------------------------------------------------------------------------------------------------------


def _unsourced(account: _Account, sources: Sources) -> Iterator[Finding]:
    """Yield a finding for the numbers of a block that no source gives, and note them as such."""
    found = [match.span() for match in NUMBER.finditer(account.left)]
    for start, end in found:
        account.take(start, end, NONE, _claimed(account.block, start))
        told = f"{account.block.text[start:end]} has no source: “{around(account.block.text, start, end)}”"
        claim = _claimed(account.block, start)
        yield Finding("audit-no-source", account.place, told + (f"; {claim}" if claim else ""), SAY_WHENCE)


def _claimed(block: Marked, position: int) -> str:
    """Return what an element claims of a number that is not so."""
    said = {
        "result": "it stands as the result {key}, whose row does not print it",
        "declared": "it is declared as .{key}, and no template declares it",
        "citation": "it stands as the number of @{key}, which is another",
        "display": "it stands as the number of {key}, which is another",
        "entry": "the list of works does not have it for @{key}",
    }
    claims = [mark for mark in block.marks if mark.kind in said and mark.start <= position < mark.end]
    return said[claims[-1].kind].format(key=claims[-1].key) if claims else ""


def _two_values(accounts: Sequence[_Account], sources: Sources) -> Iterator[Finding]:
    """Yield each result that is printed with two values; P with its sign and without is one."""
    printed: dict[str, dict[str, str]] = {}
    for account in accounts:
        for mark in account.block.of("result"):
            said = account.block.said(mark)
            if NUMBER.search(said):
                printed.setdefault(mark.key, {}).setdefault(said.removeprefix("=").strip(), account.place)
    for result_id, texts in printed.items():
        row = sources.rows.get(result_id)
        values = {text: place for text, place in texts.items() if not _is_label(text, sources)}
        if len(values) > 1 and not (row is not None and row.stat is None):  # of none there are several wordings
            cases = tuple(f"“{text}” in {place}" for text, place in values.items())
            yield Finding("audit-two-values", result_id, "one result is printed with two values", BUILD_AGAIN, cases)


def _is_label(text: str, sources: Sources) -> bool:
    """Return whether a text is a name that a result decided on, such as that of a measure."""
    return any(phrases.pattern.fullmatch(text) for phrases in sources.phrases)


def _around_the_text(page: MarkedPage, sources: Sources, name: str) -> Iterator[Finding]:
    """Yield the numbers around the text, and in the page's metadata, that are not the study's."""
    for text in page.furniture:
        yield from _loose(text, (*sources.around, *sources.phrases), f"{name}: around the text")
    for what, text in page.metadata.items():
        yield from _loose(text, (*sources.around, *sources.phrases), f"{name}: metadata, {what}")


def _loose(text: str, known: Iterable[audit_sources.Phrases], place: str) -> Iterator[Finding]:
    left = text
    for phrases in known:
        left = phrases.pattern.sub(lambda found: HOLE * len(found[0]), left)
    for found in NUMBER.finditer(left):
        told = f"{found[0]} has no source: “{around(text, *found.span())}”"
        yield Finding("audit-no-source", place, told, SAY_WHENCE)
