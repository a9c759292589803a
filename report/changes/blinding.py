"""What of two editions may be compared: where their treatments differ, nothing by arm.

Dummy arms are drawn by chance and pooled results have no arms: against the true ones, a difference would say nothing of
the trial, and would show a true arm to whoever is still blind.
"""

from __future__ import annotations

from dataclasses import dataclass

from report.ard import Row
from report.changes.sides import Side
from report.study.model import Arm, Study


@dataclass(frozen=True, slots=True)
class Blinding:
    """Whether results by arm may be compared, the arms' ids, and what is to be said of it.

    ``hides_allocation`` is whether a cell of the column with the arm may not be shown.
    """

    by_arm: bool
    arms: frozenset[str] = frozenset()
    hides_allocation: bool = False
    told: str = ""

    def allows(self, row: Row) -> bool:
        """Return whether a result may be compared."""
        return self.by_arm or not (row.group1 == "arm" or self.arms & set(row.result_id.split(".")))


def of(old: Side, new: Side) -> Blinding:
    """Return what may be compared of two sides."""
    treatments = (old.treatment, new.treatment)
    arms = frozenset(arm.id for side in (old, new) for arm in _arms(side.declared))
    hides = treatments != ("real", "real")
    if treatments[0] != treatments[1]:
        return Blinding(False, arms, hides, _different(*treatments))
    return Blinding(True, arms, hides, SAME[treatments[0]])


SAME = {
    "real": "",
    "dummy": "Both editions are dry runs: their arms are dummies, and no difference between arms means anything.",
    "pooled": "Both editions are without arms: what they hold is compared.",
}
KINDS = {"real": "the true treatments", "dummy": "dummy treatments", "pooled": "no arms"}


def _different(old: str, new: str) -> str:
    return (
        f"The older edition has {KINDS[old]}, the newer {KINDS[new]}. Nothing by arm was compared or is shown here: "
        "results by arm and comparisons of arms are left out on both sides, and so are the tables, figures and "
        "paragraphs that hold one."
    )


def _arms(study: Study | None) -> tuple[Arm, ...]:
    return study.design.arms if study is not None and len(study.design.arms) > 1 else ()


def leaves_out(blinding: Blinding, *sides: Side) -> frozenset[str]:
    """Return the ids of the results by arm of both sides, which may not be shown; none where all may."""
    return frozenset(row.result_id for side in sides for row in side.results if not blinding.allows(row))
