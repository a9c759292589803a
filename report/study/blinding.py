"""What may be seen of a trial: the study with its true arms, with dummy arms, or with all arms pooled into one.

    real      everything, after the unblinding or in a trial that is open
    dummy     sealed files and columns that reveal the arms are not read; the arms are drawn, and have false names
    pooled    as in an open report to the board: no arms at all, and nothing that could tell them

Both sides of the wall apply ``seen``, so that what is computed and what is printed are of the same study.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Literal

from report.modes import Treatment
from report.study.data import Model
from report.study.model import Arm, Study
from report.study.pooled import pooled

LETTERS = "XYZABCDEFGHIJKLMNOPQRSTUVW"
ALLOCATED = "the allocated treatment"  # what stands for an arm's name where there are no arms
SHORT = 3  # a shorter name, such as A, is taken for one only after the word arm or group
PARTS = (
    "disposition", "populations", "derivations", "baseline", "endpoints", "outcomes_left_out", "multiplicity",
    "sensitivity", "displays",
)  # fmt: skip
SAID = ("label", "title", "open_title", "note", "notes", "treatment")  # keys of these parts that hold what is printed


def treatment_of(study: Study, board: Literal["", "open", "closed"], *, is_unblinded: bool) -> Treatment:
    """Return whether a paper or a report to the board shows the true arms, dummies, or none."""
    if board == "open":
        return "pooled" if study.design.kind == "parallel" else "real"
    return "dummy" if study.is_blinded and not is_unblinded and not board else "real"


def seen(study: Study, treatment: Treatment) -> Study:
    """Return the study as it is computed and printed under a treatment."""
    if treatment == "real" or study.design.kind == "single_arm":
        return study
    if treatment == "pooled":
        return _without_comparing_notes(_retold(pooled(study), dict.fromkeys(_names(study), ALLOCATED)))
    return _with_dummies(study)


def _without_comparing_notes(study: Study) -> Study:
    """Return the study without those notes of displays that spoke of an arm: they explain comparisons."""
    kept = (
        display.model_copy(update={"notes": tuple(note for note in display.notes if ALLOCATED not in note)})
        for display in study.displays
    )
    return study.model_copy(update={"displays": tuple(kept)})


def dummy_names(number: int) -> list[str]:
    """Return the names of dummy arms: Arm X (dummy), Arm Y (dummy) and so on; no arm of a trial is called so."""
    beyond = range(len(LETTERS) + 1, number + 1)
    return [f"Arm {name} (dummy)" for name in (*LETTERS[:number], *beyond)]


def _with_dummies(study: Study) -> Study:
    """Return the study with false names wherever it prints those of its arms."""
    false = dict(zip((arm.id for arm in study.design.arms), dummy_names(len(study.design.arms)), strict=True))
    arms = tuple(arm.model_copy(update={"label": false[arm.id], "short": false[arm.id]}) for arm in study.design.arms)
    design = study.design.model_copy(update={"arms": arms})
    names = {name: false[arm.id] for arm in study.design.arms for name in _names_of(arm)}
    return _retold(study.model_copy(update={"design": design}), names)


def _names(study: Study) -> list[str]:
    return [name for arm in study.design.arms for name in _names_of(arm)]


def _names_of(arm: Arm) -> list[str]:
    return [name for name in (arm.label, arm.short) if name]


def _retold(study: Study, names: Mapping[str, str]) -> Study:
    """Return the study with other names of the arms in what is printed of its parts."""
    return study.model_copy(
        update={part: _said(getattr(study, part), lambda text: renamed(text, names)) for part in PARTS}
    )


def renamed(text: str, names: Mapping[str, str]) -> str:
    """Return a text with other names of the arms, found as whole words, large and small letters alike."""
    other = {name.casefold(): new for name, new in names.items()}
    pattern = "|".join(_pattern(name) for name in sorted(names, key=lambda name: (-len(name), name)))
    return re.sub(rf"(?<!\w)(?:{pattern})(?!\w)", lambda found: other[found[0].casefold()], text, flags=re.IGNORECASE)


def _pattern(name: str) -> str:
    spelt = re.escape(name)
    return spelt if len(name) >= SHORT else rf"(?:(?<=arm\s)|(?<=group\s)){spelt}"


def _said(part: Any, rename: Callable[[str], str], key: str = "") -> Any:
    """Return a part of the study file with other words under the keys that hold what is printed."""
    if isinstance(part, str):
        return rename(part) if key in SAID else part
    if isinstance(part, Model):
        told = {name: _said(getattr(part, name), rename, name) for name in type(part).model_fields}
        return part.model_copy(update=told)
    if isinstance(part, dict):
        return {name: _said(each, rename, key) for name, each in part.items()}
    return tuple(_said(each, rename, key) for each in part) if isinstance(part, tuple) else part
