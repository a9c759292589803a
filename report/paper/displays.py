"""The displays stage: every table and figure of the study file, drawn into ``build/displays``.

All are made aside first and take the old ones' place together, so that an interrupted or refused run leaves the
previous displays whole.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import matplotlib as mpl

from report import modes
from report.ard import Results
from report.errors import DisplayError, ResultsError
from report.paper import figures, left_out, trees
from report.paper.figures.drawing import UPRIGHT
from report.paper.made import FOLDER, Made, write_index
from report.paper.styles import Style, named
from report.paper.tables import build as tables
from report.paper.tables.table import Table
from report.study.displays import Display
from report.study.model import Study


def make_all(study: Study, results: Results, build: Path) -> int:
    """Write all displays and their index; return how many there are."""
    aside, final, old = (build / f"{FOLDER}{suffix}" for suffix in (".new", "", ".old"))
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    with mpl.rc_context(figures.settings()):  # type: ignore[arg-type]
        made = [_make(display, study, results, named(study.journal.style), aside) for display in study.displays]
    write_index(aside, made)
    shutil.rmtree(old, ignore_errors=True)
    if final.exists():
        final.rename(old)
    aside.rename(final)
    shutil.rmtree(old, ignore_errors=True)
    return len(made)


def _make(display: Display, study: Study, results: Results, style: Style, folder: Path) -> Made:
    try:
        if display.id.startswith("fig-"):
            return _figure(display, study, results, style, folder)
        return _table(display, study, results, style, folder)
    except ResultsError as fault:
        raise DisplayError(f"{display.id}: {fault.message}", remedy=fault.remedy) from fault


def drawing_of(display: Display, study: Study, results: Results, style: Style) -> figures.Drawing:
    """Return a figure as it is saved: stamped, where the paper is not final."""
    if left_out.concerns(display, results):
        drawing = left_out.drawing(display, results, style)
    else:
        drawing = figures.draw(display, study, results, style)
    head = results.header
    mark = modes.stamp(head["mode"], head["treatment"], head["data_status"])
    return figures.stamped(drawing, mark) if mark else drawing


def table_of(display: Display, study: Study, results: Results, style: Style) -> Table:
    """Return a table as it is printed."""
    if left_out.concerns(display, results):
        return left_out.table(display, results, style)
    return tables.build(display, study, results, style)


def _figure(display: Display, study: Study, results: Results, style: Style, folder: Path) -> Made:
    drawing = drawing_of(display, study, results, style)
    figures.save(drawing, folder / display.id)
    room = UPRIGHT[study.journal.paper].width
    wide = bool(display.wide or drawing.width > room * 1.2)  # a width of matplotlib is a number of numpy
    share = min(1.0, drawing.width / room)
    _write(folder, display.id, trees.image(f"{FOLDER}/{display.id}.svg", drawing.alt, f"{100 * share:.0f}%"))
    return Made(display.id, wide, alt=drawing.alt.plain)


def _table(display: Display, study: Study, results: Results, style: Style, folder: Path) -> Made:
    table = table_of(display, study, results, style)
    _write(folder, display.id, trees.table(table, wide=display.wide))
    return Made(display.id, display.wide, tuple(piece for text in table.texts for piece in text.results))


def _write(folder: Path, name: str, block: trees.Node) -> None:
    content = json.dumps(trees.document(block), ensure_ascii=False, separators=(",", ":"))
    (folder / f"{name}.json").write_text(content + "\n", encoding="utf-8")
