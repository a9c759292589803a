"""Why results and words moved: data, study file, templates and software, told apart.

What differs is told by fingerprints. Where only one thing that results rest on differs, it moved them all. Where
several do, and the older data are at hand, results are computed again with the present software, step by step:

    as stored then  ->  older data, older study file   software
                    ->  older data, newer study file   study file
                    ->  as stored now                  data

A result is put down to each step in which it moves. Templates move no result. A block whose words changed and whose
results did not is put down to the templates, or to the study file where it says a text that changed there.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from report.ard import Results, Row
from report.changes.plan import Entry
from report.changes.results import Comparison, kind_of
from report.changes.sides import Side, as_study
from report.changes.text import DRAWING, Changed
from report.errors import TrialpressError
from report.study import file as study_file
from report.study.places import STUDY_FILE

Cause = Literal["data", "study file", "templates", "software", "lock"]
MOVING: tuple[Cause, ...] = ("software", "study file", "data")  # what results rest on, in the order of the steps
NOT_TOLD = "not told apart"
OURS = {"code": "trialpress itself (its files)", "requirements": "the pinned packages (requirements.lock)"}
SHORT = 3  # a text that short says nothing of where it comes from


@dataclass(frozen=True, slots=True)
class Source:
    """One thing that both editions were made from: whether it differs, and what of it."""

    name: Cause
    told: tuple[str, ...]
    is_known: bool = True

    @property
    def differs(self) -> bool:
        """Whether it is known to differ."""
        return bool(self.told)


@dataclass(frozen=True)
class Causes:
    """The sources, and the causes of each result that moved by its id; ``untold`` says why they are not told apart."""

    sources: tuple[Source, ...]
    of_results: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    untold: str = ""

    def differing(self) -> tuple[Cause, ...]:
        """Return the names of the sources that differ."""
        return tuple(source.name for source in self.sources if source.differs)


def of(old: Side, new: Side, compared: Comparison) -> Causes:
    """Return what differs, and to what each result that moved is put down."""
    sources = tuple(_sources(old, new))
    names = [m.result_id for m in compared.moved] + list(compared.unprinted)
    differing = [name for name in MOVING if any(s.name == name and s.differs for s in sources)]
    if len(differing) <= 1 or not names:
        cause = differing[0] if differing else NOT_TOLD
        return Causes(sources, dict.fromkeys(names, (cause,)))
    try:
        return Causes(sources, dict(_by_steps(old, new, names, differing)))
    except _Untold as fault:
        return Causes(sources, dict.fromkeys(names, (NOT_TOLD,)), str(fault))


def _sources(old: Side, new: Side) -> Iterator[Source]:
    before, after = dict(old.header["inputs"]), dict(new.header["inputs"])
    plan = before.pop(str(STUDY_FILE), ""), after.pop(str(STUDY_FILE), "")
    yield Source("data", tuple(_named(before, after)))
    yield Source("study file", (str(STUDY_FILE),) if plan[0] != plan[1] else ())
    is_known = bool(old.record and new.record)
    templates = [side.record["templates"]["files"] if is_known else {} for side in (old, new)]
    yield Source("templates", tuple(_named(*templates)), is_known)
    yield Source("software", tuple(_versions(old, new)))
    yield Source("lock", tuple(_standing(old, new)))


def _named(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    for name in sorted({*before, *after}):
        if name not in after or name not in before:
            yield f"{name} ({'new' if name in after else 'no longer there'})"
        elif before[name] != after[name]:
            yield name


def _versions(old: Side, new: Side) -> Iterator[str]:
    both = bool(old.record and new.record)
    before, after = (dict(side.record["software"] if both else side.header["software"]) for side in (old, new))
    for name in sorted({*before, *after}):
        was, now = before.get(name, "none"), after.get(name, "none")
        if was != now:
            yield OURS.get(name, f"{name} {was} → {now}")


def _standing(old: Side, new: Side) -> Iterator[str]:
    if old.title != new.title:
        yield f"{old.title} → {new.title}"


class _Untold(Exception):
    """Why the causes of what moved cannot be told apart."""


def _by_steps(
    old: Side, new: Side, names: Sequence[str], differing: Sequence[Cause]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each result with every step in which it moves; _Untold where a step cannot be computed."""
    stages = [_rows(old.results)]
    plans = [old if name == "software" else new for name in differing[:-1]]
    stages += [_rows(_again(plan, old)) for plan in plans]
    stages.append(_rows(new.results))
    sides = (old, *plans, new)
    steps = list(zip(differing, zip(stages, sides, strict=True), zip(stages[1:], sides[1:], strict=True), strict=False))
    for result in names:
        moves = tuple(step for step, a, b in steps if _moves(a[0].get(result), b[0].get(result), a[1], b[1]))
        yield result, moves or (NOT_TOLD,)


def _rows(results: Results) -> dict[str, Row]:
    return {row.result_id: row for row in results}


def _moves(was: Row | None, now: Row | None, older: Side, newer: Side) -> bool:
    if was is None and now is None:
        return False
    return kind_of(was, now, older, newer) is not None or (was is not None and now is not None and was.stat != now.stat)


def _again(plan: Side, old: Side) -> Results:
    """Return the results of the older data under one side's study file, as the present software computes them."""
    if old.treatment != "real" or plan.treatment != "real":
        raise _Untold("their causes are not told apart while treatments are sealed")
    if old.edition is None or old.edition.data is None or plan.edition is None:
        raise _Untold("their causes cannot be told apart: the older data are not at hand")
    from report.analysis import compute

    with tempfile.TemporaryDirectory() as scratch:
        try:
            folder = as_study(plan.edition.study, Path(scratch))
            return compute.draft(folder, study_file.read(folder), old.edition.data).results
        except TrialpressError as fault:
            whose = "older" if plan is old else "newer"
            told = f"the older data could not be computed under the {whose} study file ({fault.message})"
            raise _Untold(f"their causes cannot be told apart: {told}") from None


def of_block(block: Changed, causes: Causes, entries: Sequence[Entry]) -> tuple[str, ...]:
    """Return to what a changed block is put down: the causes of its results that moved, and of its words."""
    moved = [cause for name in sorted(block.results) for cause in causes.of_results.get(name, ())]
    asks = block.in_words or not moved
    words = _of_words(block, causes, entries, has_moved=bool(moved)) if asks else ()
    return tuple(dict.fromkeys([*_in_order(moved), *words]))


def _in_order(found: Iterable[str]) -> list[str]:
    known = [*MOVING, NOT_TOLD]
    return sorted(set(found), key=lambda cause: known.index(cause) if cause in known else len(known))


def _of_words(block: Changed, causes: Causes, entries: Sequence[Entry], *, has_moved: bool) -> tuple[str, ...]:
    """Return what changed the words: what they name or say, or else the templates, or what else differs.

    Where results in the block moved too, data may have chosen its words: then only templates or study file are named.
    """
    differing = causes.differing()
    if "study file" in differing and any(_says(block, entry) for entry in entries):
        return ("study file",)
    if block.kind in ("alt", DRAWING):  # made of results, without their ids
        everywhere = _in_order(cause for found in causes.of_results.values() for cause in found)
        return tuple(everywhere) if len(everywhere) == 1 else (NOT_TOLD,)
    if named := [source.name for source in causes.sources if any(_names(block, told) for told in source.told)]:
        return tuple(named)
    written = [name for name in ("templates", "study file") if name in differing]
    other = [] if has_moved else [name for name in ("data", "software", "lock") if name in differing]
    return tuple(written[:1] or (other if len(other) == 1 else [] if has_moved else [NOT_TOLD]))


def _names(block: Changed, told: str) -> bool:
    return told.split(" ")[0] in block.was + block.now


def _says(block: Changed, entry: Entry) -> bool:
    """Return whether a block no longer says, or says only now, a text that changed in the study file."""
    ends = ((entry.was, block.was, block.now), (entry.now, block.now, block.was))
    return any(len(text) > SHORT and text in here and text not in there for text, here, there in ends)
