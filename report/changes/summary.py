"""What the terminal says of all that changed: important things first, counts of the rest, and no value of any cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from report.changes import data
from report.changes.causes import NOT_TOLD
from report.changes.compare import Changes
from report.changes.conclusions import State
from report.changes.results import Moved

SHOWN = 10
HEADS: dict[State, str] = {
    "unchanged": "", "changed": "! ", "cannot be said": "? ", "not compared": "? ",
}  # fmt: skip


def lines(changes: Changes) -> list[str]:
    """Return the summary, a line a thing."""
    if changes.is_nothing:
        told = f"nothing changed between {changes.old.title} and {changes.new.title}"
        return [told, *(_causes(changes) if changes.causes.differing() else ()), *_partial(changes)]
    return [
        f"from {changes.old.title} to {changes.new.title}",
        *(f"{HEADS[changes.verdict.state]}{said}" for said in changes.verdict.sentences),
        *([changes.blinding.told] if changes.blinding.told and changes.blinding.by_arm else []),
        *_matters(changes),
        *_causes(changes),
        *_data(changes),
        *_results(changes),
        *_blocks(changes),
        *_partial(changes),
    ]


def _matters(changes: Changes) -> Iterator[str]:
    told = [f"    {each.subject}: {each.told}" for each in changes.matters]
    if told:
        yield "what matters"
        yield from _first(told)


def _first(told: Sequence[str]) -> Iterator[str]:
    yield from told[:SHOWN]
    if len(told) > SHOWN:
        yield f"    and {len(told) - SHOWN} more"


def _causes(changes: Changes) -> Iterator[str]:
    differing = [each for each in changes.causes.sources if each.differs]
    yield "what differs: " + (", ".join(each.name for each in differing) or "nothing that the papers were made from")
    if changes.causes.untold:
        yield f"    {changes.causes.untold}"


def _data(changes: Changes) -> Iterator[str]:
    for file in changes.files:
        yield f"{file.name}: {file.told}"
        yield from _first([_row(row) for row in file.rows])


def _row(row: data.ChangedRow) -> str:
    columns = ", ".join(cell.column for cell in row.cells)
    return f"    {row.where}: {row.kind}{f' in {columns}' if columns else ''}"


def _results(changes: Changes) -> Iterator[str]:
    moved = changes.results.moved
    single = sum(each.is_individual for each in moved)
    printed = sum(bool(each.places) for each in moved)
    of_single = f", {single} are of single participants" if single else ""
    yield f"results: {len(moved)} moved; {printed} of them stand in text or tables{of_single}"
    if changes.results.unprinted:
        yield f"    {unprinted(len(changes.results.unprinted))}"
    yield from _first([_moved(each, changes) for each in moved if not each.is_individual and each.places])


def _moved(result: Moved, changes: Changes) -> str:
    causes = _because(changes.causes.of_results[result.result_id])
    return f"    {result.subject}, {result.label}: {result.was or 'none'} → {result.now or 'none'}{causes}"


def _because(causes: Sequence[str]) -> str:
    return f" ({', '.join(causes)})" if causes != (NOT_TOLD,) else ""


def unprinted(number: int) -> str:
    """Return how many results moved without a change of what is printed, in words."""
    return f"{number} {'further result' if number == 1 else 'further results'} moved in digits that are not printed"


def _blocks(changes: Changes) -> Iterator[str]:
    kinds: dict[str, int] = {}
    for block in changes.blocks:
        kinds[block.kind] = kinds.get(block.kind, 0) + 1
    told = ", ".join(_several(number, *NAMES.get(kind, (kind, f"{kind}s"))) for kind, number in kinds.items())
    if changes.has_pages:
        yield f"text: {told or 'no sentence, cell or figure changed'}"
    if changes.entries:
        sections = ", ".join(dict.fromkeys(entry.section for entry in changes.entries))
        yield f"study file: {_several(len(changes.entries), 'place')} changed, in {sections}"


NAMES = {
    "alt": ("figure in words", "figures in words"),
    "drawing": ("figure in its drawing alone", "figures in their drawing alone"),
    "item": ("entry of a list", "entries of lists"),
    "header-cell": ("heading of a table", "headings of tables"),
    "row": ("whole row of a table", "whole rows of tables"),
}


def _several(number: int, one: str, more: str = "") -> str:
    return f"{number} {one if number == 1 else more or one + 's'}"


def _partial(changes: Changes) -> Iterator[str]:
    if not changes.has_pages:
        yield (
            f"only results were compared: of {changes.old.name} nothing but its public results is at hand, and these "
            "hold no single participant's"
        )
    if changes.results.left_out:
        yield f"{changes.results.left_out} results by arm were left out"
