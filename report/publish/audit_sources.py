"""Where a number of the finished text may come from: rows, the study file, formatters, templates and references.

All of it is made anew from the study file, the results and the author's templates. Nothing is taken from what the build
wrote on the way to the page, so that a number that came in on the way has no source.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import jinja2

from report.ard import Results, Row
from report.paper import numbers, own_text, provenance, typed, wording
from report.paper.displays import table_of
from report.paper.made import Made
from report.paper.sentences import Sentences
from report.paper.styles import Style, named
from report.paper.text import Text
from report.paper.typed import KINDS, NUMBER
from report.publish import audit_figures, page
from report.publish.blocks import normalise
from report.study.model import Study

STUDY, FORMATTER = "study file", "formatter"
_TOKEN = re.compile(r"\d+(?:[.,\u00b7]\d+)*%?|[^\W\d_]+|[^\W_]")
_ENTRY = re.compile(r"^@\w+\s*\{\s*([^,\s]+)\s*,", re.MULTILINE)
_RAISED = re.compile(r"[\^~*]")  # what markdown writes around raised, lowered and stressed letters
_RESULT = re.compile(r"\[(?:\\.|[^\]\\])*\]\{\.result [^}]*\}")
_ESCAPED = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True)
class Phrases:
    """Texts of one source in which numbers stand, as a pattern that finds them as whole words."""

    source: str
    detail: str
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A display as it must stand: its caption, a table's cells and notes in order, a figure's alternative text."""

    caption: Text
    cells: tuple[Text, ...] = ()
    alt: Text | None = None
    pictures: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sources:
    """All that a number may come from."""

    rows: Mapping[str, Row]
    style: Style
    phrases: tuple[Phrases, ...]
    around: tuple[Phrases, ...]
    declared: Mapping[str, frozenset[tuple[str, ...]]]
    references: Mapping[str, str]
    displays: Mapping[str, Drawn]

    def printed(self, row: Row) -> frozenset[str]:
        """Return every text in which the style prints a row: its value, p also without its sign, or why it has none."""
        whole = numbers.text(row, self.style)
        said = {whole.plain, row.reason, numbers.NOT_ESTIMABLE}
        if row.format_key.partition(":")[0] in ("p", "p_exact"):
            said.add(numbers.bare_p(row, self.style).plain)
        return frozenset(map(normalise, said))


def of(study: Study, results: Results, templates: Iterable[Path]) -> Sources:
    """Return the sources of a study's paper; TrialpressError where a display cannot be drawn.

    ``templates`` are the author's files: templates, and the list of works that they cite.
    """
    given = sorted(templates)
    style = named(study.journal.style)
    drawn = dict(_drawn(study, results, style))
    sentences = Sentences(
        study, results, style, {name: Made(name, False, alt=_alt(each)) for name, each in drawn.items()}
    )
    displays = {name: _captioned(each, name, study, sentences) for name, each in drawn.items()}
    return Sources(
        {row.result_id: row for row in results},
        style,
        tuple(_phrases(study, results, style, sentences)),
        (group(FORMATTER, "page", _standing(study, results)),),
        _declared(path for path in given if path.name.endswith(".qmd.j2")),
        {key: text for path in given if path.suffix == ".bib" for key, text in _references(path)},
        displays,
    )


# Displays -------------------------------------------------------------------------------------------------------------


def _drawn(study: Study, results: Results, style: Style) -> Iterator[tuple[str, Drawn]]:
    for display in study.displays:
        if display.id.startswith("fig-"):
            alt, pictures = audit_figures.drawn(display, study, results, style)
            yield display.id, Drawn(Text(), alt=alt, pictures=pictures)
        else:
            yield display.id, Drawn(Text(), table_of(display, study, results, style).texts)


def _alt(drawn: Drawn) -> str:
    return drawn.alt.plain if drawn.alt else ""


def _captioned(drawn: Drawn, name: str, study: Study, sentences: Sentences) -> Drawn:
    display = next(each for each in study.displays if each.id == name)
    return replace(drawn, caption=sentences.caption(display))


# Phrases --------------------------------------------------------------------------------------------------------------


def _phrases(study: Study, results: Results, style: Style, sentences: Sentences) -> Iterator[Phrases]:
    """Yield the texts of each source, whole lines first: a name within a line must not tear it apart."""
    yield group(FORMATTER, "software", [sentences.software().plain])
    yield group(FORMATTER, "title block", _lines(sentences.authors().markdown))
    yield group(FORMATTER, "notice", _lines(sentences.data_notice().markdown))
    yield group(FORMATTER, "provenance", _words(provenance.lines(study, results, style)))
    tested = [row.analysis_id for row in results.select(stat_name="p.floor_adjusted")]
    yield group(FORMATTER, "multiplicity", _words(wording.multiplicity(results, style, each) for each in tested))
    said = [sentences.contributions(), sentences.interests(), sentences.registrations()]
    yield group(STUDY, "texts", [*study.texts(), *(text.plain for text in said)])
    yield Phrases(STUDY, "names", typed.names(study))


def _standing(study: Study, results: Results) -> Iterator[str]:
    set_up = page.of(study, results.header)
    yield from (set_up.study, set_up.lock, set_up.mark, set_up.status, f"{set_up.study} · {set_up.lock}")


def _words(texts: Iterable[Text]) -> Iterator[str]:
    """Yield the words of texts, without what results print in them."""
    return (piece.text for text in texts for piece in text.pieces if not piece.result_id)


def _lines(markdown: str) -> Iterator[str]:
    """Yield the lines of a block as they are printed, each torn where a result stands."""
    for line in _RESULT.sub("\n", markdown).splitlines():
        yield _ESCAPED.sub(lambda found: found[1], re.sub(r"(?<!\\)\^", "", line))


def group(source: str, detail: str, texts: Iterable[str]) -> Phrases:
    """Return the texts that hold a number and more than a number: a bare number names nothing."""
    plain = {normalise(text) for text in texts}
    held = {text for text in plain if NUMBER.search(text) and any(map(str.isalpha, NUMBER.sub("", text)))}
    spelt = [typed.as_pattern(text) for text in sorted(held, key=lambda text: (-len(text), text))]
    return Phrases(source, detail, re.compile("|".join(spelt) or r"(?!)", re.IGNORECASE))


# Templates and references ---------------------------------------------------------------------------------------------


def tokens(text: str) -> tuple[str, ...]:
    """Return the numbers and words of a text, by which a declared part is known again however it is set."""
    return tuple(_TOKEN.findall(normalise(text).casefold()))


def _declared(templates: Iterable[Path]) -> dict[str, frozenset[tuple[str, ...]]]:
    """Return what the templates declare, by kind."""
    found: dict[str, set[tuple[str, ...]]] = {kind: set() for kind in KINDS}
    for path in templates:
        own = own_text.of(path.read_text(encoding="utf-8"), _ENVIRONMENT)
        shown = own_text.printed(own.text)
        for kind in KINDS:
            for start, end in own_text.declared(own.text, (kind,)):
                found[kind].add(tokens(_RAISED.sub("", shown[start:end])))
    return {kind: frozenset(held) for kind, held in found.items()}


# the marks of Jinja as the manuscript's templates have them
_ENVIRONMENT = jinja2.Environment(
    autoescape=False,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
    comment_start_string="{##",
    comment_end_string="##}",
)


def _references(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the key and the text of each work in a list of references."""
    text = path.read_text(encoding="utf-8")
    begins = [(found[1], found.start()) for found in _ENTRY.finditer(text)]
    ends = [*(start for _, start in begins[1:]), len(text)]
    yield from ((key, text[start:end]) for (key, start), end in zip(begins, ends, strict=True))
