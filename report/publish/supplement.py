"""A document beside the paper, in the paper's look: notices, paragraphs and tables, as HTML, PDF and DOCX.

It is rendered by the embedded engine and read back by the gate, as the paper is.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from report.errors import GateError, refuse_if_any
from report.paper import trees
from report.paper.tables.table import Table
from report.paper.text import Text, escape, markdown, words
from report.publish import engine, gate
from report.publish.page import Page, front_matter
from report.study.model import Study

PROSE = "prose"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading."""

    text: str


@dataclass(frozen=True, slots=True)
class Notice:
    """A boxed notice."""

    text: Text


@dataclass(frozen=True, slots=True)
class Tabled:
    """A table with its id (tbl-...) and its caption; a wide one has a landscape page of its own."""

    id: str
    caption: Text
    table: Table
    wide: bool = False


Part = Heading | Notice | Tabled | Text


def write(study: Study, page: Page, title: str, parts: Sequence[Part], folder: Path, name: str) -> dict[str, Path]:
    """Write ``folder/name`` as html, pdf and docx and return the paths; the old files stay where anything fails.

    GateError where a finished file does not say what it should, EngineError where it cannot be rendered.
    """
    work = folder / f".{name}"
    shutil.rmtree(work, ignore_errors=True)
    try:
        _sources(study, page, title, parts, work / "source")
        made = engine.render(work / "source", work / "rendered", engine.Engine("embedded"))
        standing = {"mark": page.mark, "status": page.status}
        # nothing here comes from a template: a word that looks like a template's leftover is one that was given
        literal = [*study.texts(), *(text.plain for part in parts for text in _texts(part))]
        findings = gate.check(made, list(_expected(parts)), literal=literal, **standing)
        refuse_if_any(findings, GateError, f"{name}: the gate has {{n}} finding{{s}}; the previous files stay")
        return {kind: path.replace(folder / f"{name}.{kind}") for kind, path in made.items()}
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _sources(study: Study, page: Page, title: str, parts: Sequence[Part], source: Path) -> None:
    (source / "displays").mkdir(parents=True)
    for part in parts:
        if isinstance(part, Tabled):
            tree = trees.document(trees.table(part.table, wide=part.wide))
            _write(source / "displays" / f"{part.id}.json", json.dumps(tree, ensure_ascii=False))
    engine.install_style(source, page)
    body = "\n\n".join(map(_markdown, parts))
    _write(source / engine.SOURCE, f"---\n{_front_matter(study, page, title)}---\n\n{body}\n")


def _front_matter(study: Study, page: Page, title: str) -> str:
    """Return the YAML block; JSON is YAML, and leaves nothing to be read as something else."""
    entries = {
        "title": escape(words(title).plain),
        "author": [escape(words(author.name).plain) for author in study.authors],
        "keywords": [escape(words(keyword).plain) for keyword in study.study.keywords],
        "lang": study.language,
        **front_matter(page, {}),
    }
    return "".join(f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in entries.items())


def _markdown(part: Part) -> str:
    if isinstance(part, Heading):
        return f"# {escape(words(part.text).plain)} {{.unnumbered}}"
    if isinstance(part, Notice):
        return f"::: {{.notice}}\n{markdown(part.text)}\n:::"
    if isinstance(part, Text):
        return markdown(part)
    block = f'::: {{#{part.id} tree="displays/{part.id}.json"}}\n\n{markdown(part.caption)}\n\n:::'
    return f":::: {{.wide}}\n\n{block}\n\n::::" if part.wide else block


def _expected(parts: Sequence[Part]) -> Iterator[gate.Expected]:
    """Yield every result that the document prints, and where."""
    for part in parts:
        place = part.id if isinstance(part, Tabled) else PROSE
        for text in _texts(part):
            yield from (gate.Expected(piece.result_id, piece.text, place) for piece in text.results)


def _texts(part: Part) -> tuple[Text, ...]:
    if isinstance(part, Heading):
        return ()
    if isinstance(part, Tabled):
        return (part.caption, *part.table.texts)
    return (part.text,) if isinstance(part, Notice) else (part,)


def _write(path: Path, text: str) -> None:
    path.write_text(text + "\n" * (not text.endswith("\n")), encoding="utf-8", newline="\n")
