"""Whether a conclusion changed, in one plain sentence.

A conclusion is that of a primary endpoint: p below its level or not, the value of no effect within its interval or not,
and the direction of its estimate. Where one of these numbers was or is missing, nobody can say.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from report.changes.blinding import Blinding
from report.changes.matters import DECIDING, Matter
from report.changes.sides import Side

State = Literal["unchanged", "changed", "cannot be said", "not compared"]
JUDGED = (
    "no p value crossed its level, no interval began or ceased to hold the value of no effect, and no estimate changed "
    "its direction"
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a conclusion changed, and the sentences that say so."""

    state: State
    sentences: tuple[str, ...]


def of(old: Side, new: Side, matters: Sequence[Matter], blinding: Blinding, *, has_moved: bool) -> Verdict:
    """Return whether the conclusion of a primary endpoint changed."""
    if not blinding.by_arm:
        return Verdict("not compared", ("Whether a conclusion changed was not asked: " + _uncap(blinding.told),))
    if not has_moved and not matters:
        return Verdict("unchanged", ("No conclusion changed: no result moved.",))
    primary = _primary(old, new)
    if primary is None:
        told = "Whether a conclusion changed cannot be said: this version reads neither study file, and so knows of no"
        return Verdict("cannot be said", (f"{told} primary endpoint. What moved is listed below.",))
    if not primary:
        told = "No conclusion changed: the study file names no primary endpoint."
        return Verdict("unchanged", (told, *_elsewhere(matters)))
    return _judged(primary, matters)


def _judged(primary: Sequence[str], matters: Sequence[Matter]) -> Verdict:
    ours = [each for each in matters if each.role == "primary"]
    crossed = _by_endpoint(each for each in ours if each.kind in DECIDING)
    missing = _by_endpoint(each for each in ours if each.kind not in DECIDING and each.decides)
    said = [_first(found, "A conclusion changed", "limits or directions were crossed") for found in crossed.values()]
    unsaid = [found for endpoint, found in missing.items() if endpoint not in crossed]
    said += [_first(found, "Whether a conclusion changed cannot be said", "analyses lack a number") for found in unsaid]
    state: State = "changed" if crossed else "cannot be said" if unsaid else "unchanged"
    if not said:
        named = f"the primary endpoint ({primary[0]})" if len(primary) == 1 else f"the {len(primary)} primary endpoints"
        said = [f"No conclusion changed: of {named} {JUDGED}."]
    return Verdict(state, (*said, *_beside(ours), *_elsewhere(matters)))


def _by_endpoint(matters: Iterable[Matter]) -> dict[str, list[Matter]]:
    found: dict[str, list[Matter]] = {}
    for each in matters:
        found.setdefault(each.subject, []).append(each)
    return found


def _first(found: Sequence[Matter], told: str, things: str) -> str:
    """Return the first of what happened to an endpoint in full, and how much more did."""
    more = f" Of this endpoint {len(found)} {things}: see below." if len(found) > 1 else ""
    return f"{told}. {found[0].subject}: {found[0].told}.{more}"


def _beside(ours: Iterable[Matter]) -> list[str]:
    """Return what else happened to a primary endpoint and is no conclusion, but how it was come to."""
    kinds = {each.kind for each in ours}
    told = {"method": "its method is another", "denominator": "the number of participants that it rests on is another"}
    found = [said for kind, said in told.items() if kind in kinds]
    return [f"Of a primary endpoint {' and '.join(found)}: see below."] if found else []


def _elsewhere(matters: Iterable[Matter]) -> list[str]:
    number = sum(each.kind in DECIDING for each in matters if each.role != "primary")
    things = f"{number} limits or directions were" if number > 1 else "one limit or direction was"
    return [f"Of other endpoints and subgroups, {things} crossed: see below."] if number else []


def _primary(old: Side, new: Side) -> list[str] | None:
    studies = [side.study for side in (new, old) if side.study is not None]
    if not studies:
        return None
    primary = {e.id: e.label for study in studies for e in study.endpoints if e.role == "primary"}
    return list(primary.values())


def _uncap(text: str) -> str:
    return text[:1].lower() + text[1:]
