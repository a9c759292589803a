"""The note of a table that says which of its lines were read in, and from which program."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from report.ard import Results
from report.paper.elsewhere import CONTEXT, program_of
from report.paper.tables.table import Line, Table
from report.paper.text import Text, words


def note(table: Table, results: Results) -> tuple[Text, ...]:
    """Return the notes of a table that say which of its lines were read in, and from which program."""
    told: dict[str, list[str]] = {}
    for line in table.lines:
        for program in dict.fromkeys(_programs(line, results)):
            told.setdefault(program, []).append(line.stub.plain)
    shown = [line for line in table.lines if line.cells]
    return tuple(words(_said(program, stubs, is_all=len(stubs) == len(shown))) for program, stubs in told.items())


def _programs(line: Line, results: Results) -> Iterator[str]:
    """Yield the program that computed each result of a line, where it was read in."""
    for piece in (piece for text in (line.stub, *line.cells) for piece in text.results):
        row = results.by_id(piece.result_id)
        if row.context == CONTEXT:
            yield program_of(row.analysis_id, results)


def _said(program: str, stubs: Sequence[str], *, is_all: bool) -> str:
    if is_all:
        return f"All results of this table were computed by {program}, and read in."
    return f"Computed by {program}, and read in: {'; '.join(dict.fromkeys(stubs))}."
