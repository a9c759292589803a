"""The page build/changes.html: a working document for the trial's own team, whole in one file, without a clock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import jinja2

from report.changes import words
from report.changes.causes import MOVING, NOT_TOLD
from report.changes.compare import Changes
from report.changes.matters import DECIDING, Kind, Matter
from report.changes.results import Moved, by_subject
from report.changes.sides import Side
from report.changes.summary import unprinted
from report.changes.text import DRAWING, Changed
from report.terminal import count

HERE = Path(__file__).parent
MOST_ROWS = 200
COMPUTED_AGAIN = (
    "Several of these can move a result, so the older data were computed again with the present software, under one "
    "study file after the other"
)
ROLES = {
    "primary": "Primary endpoints", "secondary": "Secondary endpoints", "exploratory": "Exploratory endpoints",
    "subgroup": "Subgroups", "": "Everything else",
}  # fmt: skip
KINDS: dict[Kind, str] = {
    "p": "P crossed its level", "interval": "Interval crossed", "direction": "Direction", "method": "Method",
    "denominator": "Denominator", "gone": "Lost", "new": "New", "hole opened": "Hole opened",
    "hole closed": "Hole closed", "lost its value": "Not estimable", "got a value": "Estimable",
}  # fmt: skip
TAGS = {
    "printed otherwise": "same value, printed otherwise", "new": "new", "gone": "no longer there",
    "hole opened": "hole opened", "hole closed": "hole closed",
}  # fmt: skip
NAMES = {
    "alt": "figure, in words", DRAWING: "figure", "item": "entry of a list", "header-cell": "heading", "row": "row"
}  # fmt: skip
IN_LINE = ("cell", "header-cell", DRAWING)


def html(changes: Changes) -> str:
    """Return the page."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE), autoescape=True, trim_blocks=True, lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )  # fmt: skip
    css = (HERE / "page.css").read_text(encoding="utf-8")
    return environment.get_template("page.html").render(page=_page(changes), css=css).lstrip() + "\n"


def _page(changes: Changes) -> dict[str, Any]:
    differing = [name for name in MOVING if name in changes.causes.differing()]
    groups = list(_results(changes))
    return {
        "study": _name(changes), "sides": [_side("Older", changes.old), _side("Newer", changes.new)],
        "verdict": changes.verdict, "notes": list(_notes(changes)), "is_nothing": changes.is_nothing,
        "tells_causes": _tells_causes(changes), "contents": _contents(changes),
        "matters": _matters(changes.matters), "causes": changes.causes, "because": _because(changes, differing),
        "files": [
            {"name": f.name, "told": f.told, "rows": f.rows, "shown": f.rows[:MOST_ROWS],
             "more": len(f.rows[MOST_ROWS:])} for f in changes.files
        ],
        "results": groups, "result_note": _result_note(changes), "unprinted": _unprinted(changes),
        "left_out": _left_out(changes), "blocks": _blocks(changes), "no_blocks": _no_blocks(changes),
        "entries": [(name, list(found)) for name, found in groupby(changes.entries, lambda each: each.section)],
        "no_entries": _no_entries(changes), "templates": _templates(changes),
    }  # fmt: skip


def _tells_causes(changes: Changes) -> bool:
    """Return whether results or blocks are put down to different things, so that it is to be said of each."""
    of_blocks = {changes.causes_of(block) for block in changes.blocks}
    return len({*changes.causes.of_results.values()} | of_blocks) > 1


def _name(changes: Changes) -> str:
    study = changes.new.study or changes.old.study
    return study.study.short_title if study is not None else str(changes.new.header["study"])


def _side(which: str, side: Side) -> dict[str, Any]:
    header = side.header
    facts = [f"Data cut-off {header['data_cutoff']}", f"Data {header['lock']['fingerprint'][:12]}"]
    if side.treatment != "real":
        facts.append({"dummy": "Dummy treatments: a dry run", "pooled": "Without arms"}[side.treatment])
    if side.is_public:
        facts.append("Only its public results are at hand")
    return {"which": which, "title": side.title[:1].upper() + side.title[1:], "facts": facts}


def _notes(changes: Changes) -> Iterator[str]:
    if changes.blinding.told and changes.blinding.by_arm:
        yield changes.blinding.told
    if not changes.has_pages:
        told = "is at hand, and these hold no single participant’s"
        yield f"Only results were compared: of {changes.old.name} nothing but its public results {told}."


def _contents(changes: Changes) -> list[dict[str, str]]:
    rows = sum(len(file.rows) for file in changes.files)
    counts = {
        "matters": ("What matters", str(len(changes.matters) or "nothing")),
        "causes": ("Why it changed", ", ".join(changes.causes.differing()) or "nothing differs"),
        "data": ("Data", _counted(rows, "row") if rows else "another file" if changes.files else "the same"),
        "results": ("Results", f"{len(changes.results.moved)} moved" if changes.results.moved else "none moved"),
        "text": ("Text, tables and figures", _counted(len(changes.blocks), "place")),
        "plan": ("Study file and templates", _counted(len(changes.entries), "place")),
    }
    return [{"id": name, "title": title, "count": count} for name, (title, count) in counts.items()]


def _counted(number: int, thing: str) -> str:
    return count(number, thing) if number else "none"


def _matters(matters: Sequence[Matter]) -> list[tuple[str, list[dict[str, Any]]]]:
    return [
        (
            ROLES[role],
            [
                {"name": KINDS[m.kind], "decides": m.kind in DECIDING, "subject": m.subject, "told": m.told}
                for m in found
            ],
        )
        for role, found in groupby(matters, lambda each: each.role)
    ]


def _because(changes: Changes, differing: Sequence[str]) -> str:
    if not changes.results.moved and not changes.results.unprinted:
        return "No result moved."
    if changes.causes.untold:
        return f"Several of these can move a result, and {changes.causes.untold}."
    if len(differing) == 1:
        only = "the data differ, and" if differing[0] == "data" else f"the {differing[0]} differs, and"
        return f"Of all that results rest on only {only} every result that moved is put down to that."
    if not differing:
        return "Nothing that results rest on differs, and results moved all the same: please report this."
    causes = set(changes.causes.of_results.values())
    if len(causes) == 1:
        told = " and the ".join(next(iter(causes)))
        return f"{COMPUTED_AGAIN}: every result that moved is put down to the {told}."
    return f"{COMPUTED_AGAIN}. Beside each result stands in which of these steps it moved."


def _result_note(changes: Changes) -> str:
    if not changes.results.moved:
        return ""
    printed = sum(bool(each.places) for each in changes.results.moved)
    counted = f"{len(changes.results.moved)} moved, of which {printed} stand in the text or in a table."
    return f"{counted} Old and new are as the papers print them."


@dataclass(frozen=True, slots=True)
class Group:
    """Results that stand together on the page."""

    title: str
    count: int
    subjects: dict[str, list[dict[str, Any]]]
    is_folded: bool


def _results(changes: Changes) -> Iterator[Group]:
    moved = changes.results.moved
    groups = {
        "In the text and the tables": [m for m in moved if m.places and not m.is_individual],
        "Single participants": [m for m in moved if m.is_individual],
        "In no text and no table": [m for m in moved if not m.places and not m.is_individual],
    }
    for index, (title, found) in enumerate(groups.items()):
        if found:
            subjects = {s: [_result(m, changes) for m in these] for s, these in by_subject(found).items()}
            yield Group(title, len(found), subjects, is_folded=index > 0)


def _result(moved: Moved, changes: Changes) -> dict[str, Any]:
    return {
        "label": moved.label, "was": moved.was, "now": moved.now, "tag": TAGS.get(moved.kind, ""),
        "where": ", ".join(moved.places), "causes": changes.causes.of_results[moved.result_id],
    }  # fmt: skip


def _unprinted(changes: Changes) -> str:
    number = len(changes.results.unprinted)
    return unprinted(number) if number else ""


def _left_out(changes: Changes) -> str:
    number = changes.results.left_out
    return f"{number} results by arm were left out: {changes.blinding.told}" if number else ""


def _blocks(changes: Changes) -> list[tuple[str, list[dict[str, Any]]]]:
    parts = groupby(changes.blocks, lambda each: each.part)
    return [(part or "Above the first heading", [_block(each, changes) for each in found]) for part, found in parts]


def _block(block: Changed, changes: Changes) -> dict[str, Any]:
    is_in_line = block.kind in IN_LINE
    kind = NAMES.get(block.kind, block.kind)
    return {
        "name": kind if block.sort == "changed" else f"{kind} {block.sort}", "where": block.where,
        "was": "" if block.kind == DRAWING else block.was, "now": block.now,
        "in_line": is_in_line, "runs": _runs(block),
        "causes": [cause for cause in changes.causes_of(block) if cause != NOT_TOLD],
    }  # fmt: skip


def _runs(block: Changed) -> tuple[words.Run, ...]:
    """Return the marked words of a block; none of a cell that is one number, whose old and new stand side by side."""
    if block.kind not in IN_LINE:
        return words.marked(block.was, block.now)
    has_more = " " in block.was and " " in block.now and block.kind != DRAWING
    return tuple(words.by_word(block.was, block.now)) if has_more else ()


def _no_blocks(changes: Changes) -> str:
    return "No sentence, cell or figure changed." if changes.has_pages else "The older paper is not at hand."


def _no_entries(changes: Changes) -> str:
    if "study file" not in changes.causes.differing():
        return "The study file is the same."
    readable = bool(changes.old.said and changes.new.said)
    return "The study file says the same in other letters." if readable else "The older study file is not at hand."


def _templates(changes: Changes) -> Iterable[str]:
    return next((source.told for source in changes.causes.sources if source.name == "templates"), ())
