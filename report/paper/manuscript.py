"""The manuscript: templates filled with results, written as one Quarto file.

Templates are Jinja with ``StrictUndefined``. Whatever stands between ``{{`` and ``}}`` must be a Text (a printed result
or a text of the study file) or a Block; a bare number or string stops the build at the template's line.
"""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2

from report import glyphs
from report.ard import Results
from report.errors import TemplateError, TrialpressError
from report.paper import typed
from report.paper.made import Made
from report.paper.sentences import Block, Sentences
from report.paper.styles import Style
from report.paper.text import Piece, Text, escape, markdown, words
from report.study.model import Study

TEMPLATES, BOARD = "templates", "board"
IN_BOTH = (
    "write the report to the board there, open and closed from the same files: what is by arm stands between "
    "{% if closed %} and {% endif %} (docs/blinding.md)"
)


@dataclass(frozen=True, slots=True)
class Placed:
    """A printed result and where it stands, "prose" or a display's id; without an id, a figure's whole alt text."""

    piece: Piece
    place: str


@dataclass(frozen=True, slots=True)
class Manuscript:
    """The finished source, and every result that it prints in the order of the page."""

    source: str
    placed: tuple[Placed, ...]


def write(
    folder: Path,
    study: Study,
    results: Results,
    style: Style,
    made: Mapping[str, Made],
    front: Mapping[str, object],
    *,
    is_board_report: bool = False,
) -> Manuscript:
    """Return the manuscript of a study's templates; ``front`` is what publishing wants in the front matter.

    A report to the board has templates of its own, and places those displays that it wants.

    TemplateError names the template and line of the first fault, of what is typed by hand of every one.
    """
    placed: list[Placed] = []
    home = folder / TEMPLATES / BOARD if is_board_report else folder / TEMPLATES
    sources = {path: _source(path) for path in paths(home)}
    environment = _environment(sources, placed)
    context = Sentences(study, results, style, made).context()
    typed.refuse({_shown(path): text for path, text in sources.items()}, environment, study)
    parts = [_render(environment, path, context) for path in sources]
    unplaced = [name for name in made if not any(mark.place == name for mark in placed)]
    if unplaced and not is_board_report:
        raise TemplateError(
            f"no template places {', '.join(unplaced)}", remedy='write {{ display("...") }} where it shall stand'
        )
    _nothing_is_kept_back(results, placed)
    body = "\n\n".join(part.strip() for part in parts)
    return Manuscript(f"---\n{_front_matter(study, front)}---\n\n{body}\n", tuple(placed))


ON_THE_FIRST_PAGE = "write {{ data_notice() }} on the first page, in templates/00-front.qmd.j2"


def _nothing_is_kept_back(results: Results, placed: list[Placed]) -> None:
    """Refuse a manuscript that keeps open queries, waived findings or dummy arms to itself."""
    printed = {mark.piece.result_id for mark in placed}
    if any(row.result_id not in printed for row in results.select(context="waiver")):
        told = "findings of the data check were waived, and no template says so"
        raise TemplateError(told, remedy="write {{ provenance() }} where the appendix shall stand")
    asked = [row for row in results.select(analysis_id="queries.open") if row.stat]
    if any(row.result_id not in printed for row in asked):
        told = "queries are open, and no template counts them"
        raise TemplateError(told, remedy=ON_THE_FIRST_PAGE)
    if any(row.result_id not in printed for row in results.select(context="dummy", stat_name="seed")):
        raise TemplateError("the arms are dummies, and no template says so", remedy=ON_THE_FIRST_PAGE)


def paths(folder: Path) -> list[Path]:
    """Return the templates of a folder in order; TemplateError where there is none."""
    found = sorted(folder.glob("*.qmd.j2"))
    if not found and folder.name == BOARD:
        raise TemplateError(f"there is no {TEMPLATES}/{BOARD}/*.qmd.j2", remedy=IN_BOTH)
    if not found:
        raise TemplateError(f"there is no {folder.name}/*.qmd.j2", remedy="write the manuscript there")
    return found


def _shown(path: Path) -> str:
    """Return a template's path as the author knows it."""
    return f"{TEMPLATES}/{BOARD}/{path.name}" if path.parent.name == BOARD else f"{TEMPLATES}/{path.name}"


def _environment(sources: Mapping[Path, str], placed: list[Placed]) -> jinja2.Environment:
    """Return what fills the templates; one may take from another, and from no other file, which nobody has searched."""
    known = {path.name: (text, str(path)) for path, text in sources.items()}

    def load(name: str) -> tuple[str, str, Callable[[], bool]] | None:
        return (*known[name], lambda: True) if name in known else None

    def finalize(value: Any) -> str:
        return _printed(value, placed)

    return jinja2.Environment(
        loader=jinja2.FunctionLoader(load),
        undefined=jinja2.StrictUndefined,
        finalize=finalize,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        comment_start_string="{##",  # pandoc writes ids as {#id}
        comment_end_string="##}",
    )


def _printed(value: Any, placed: list[Placed]) -> str:
    if isinstance(value, Text):
        placed.extend(Placed(piece, "prose") for piece in value.results)
        return markdown(value)
    if isinstance(value, Block):
        if value.places is not None:
            printed = (*value.places.printed, *((Piece(value.places.alt),) if value.places.alt else ()))
            placed.extend(Placed(piece, value.places.id) for piece in printed)
        placed.extend(Placed(piece, "prose") for piece in value.printed)
        return value.markdown
    if isinstance(value, jinja2.Undefined):
        return str(value)  # StrictUndefined raises here, with the name
    raise TemplateError(
        f"{value!r} is a {type(value).__name__}, not a text",
        remedy='print results by value("analysis", "statistic"); no number is typed or taken raw',
    )


def _source(path: Path) -> str:
    """Return the text of a template; TemplateError where it cannot be read or printed."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        told = f"{_shown(path)} is not UTF-8 text"
        raise TemplateError(told, remedy="save it as UTF-8 in your editor") from None
    if unprintable := glyphs.fault(text):
        raise TemplateError(f"{_shown(path)}: {unprintable}; it cannot stand in the paper")
    return text


def _render(environment: jinja2.Environment, path: Path, context: Mapping[str, Any]) -> str:
    try:
        return environment.get_template(path.name).render(context)
    except jinja2.TemplateSyntaxError as fault:
        raise TemplateError(f"{_shown(path.with_name(str(fault.name)))}:{fault.lineno}: {fault.message}") from fault
    except jinja2.TemplateNotFound as fault:
        told = f"{_place(path, fault)}: there is no template named {fault.name}"
        raise TemplateError(told, remedy=f"a template takes from another {TEMPLATES}/*.qmd.j2 alone") from fault
    except jinja2.UndefinedError as fault:
        known = ", ".join(context)
        raise TemplateError(f"{_place(path, fault)}: {fault.message}", remedy=f"a template may use: {known}") from fault
    except TrialpressError as fault:
        raise TemplateError(f"{_place(path, fault)}: {fault.message}", remedy=fault.remedy) from fault
    except (TypeError, ValueError, KeyError, AttributeError) as fault:
        told = f"{type(fault).__name__}: {fault}"
        raise TemplateError(
            f"{_place(path, fault)}: {told}", remedy="see docs/templates.md for what it takes"
        ) from fault


def _place(path: Path, fault: BaseException) -> str:
    """Return the template and the line that was being filled when a fault was raised."""
    lines = [f.lineno for f in traceback.extract_tb(fault.__traceback__) if f.filename == str(path)]
    return _shown(path) + (f":{lines[-1]}" if lines else "")


def _front_matter(study: Study, front: Mapping[str, object]) -> str:
    """Return the YAML block; JSON is YAML, and leaves nothing to be read as something else."""
    entries: dict[str, object] = {
        "title": escape(words(study.study.title).plain),
        "author": [escape(words(author.name).plain) for author in study.authors],
        "keywords": [escape(words(keyword).plain) for keyword in study.study.keywords],
        "lang": study.language,
        **front,
    }
    return "".join(f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in entries.items())


def record(
    made: Manuscript, study: Study, results: Results, standing: Mapping[str, str], templates: Mapping[str, str]
) -> dict[str, Any]:
    """Return what the gate must find: what stands on every page, each result printed and where it stands.

    ``templates`` are the fingerprints of the author's own files. ``literal`` are the texts of the study, which may look
    like something left unresolved and are not.
    """
    return {
        "templates": dict(templates),
        "standing": dict(standing),
        "literal": sorted({*study.texts(), *(row.stat for row in results if isinstance(row.stat, str))}),
        "printed": [[p.piece.result_id, p.piece.text, p.place] for p in made.placed],
    }
