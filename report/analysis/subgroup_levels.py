"""What subgroups of all kinds of endpoints share: their levels, the counts of a level, and the rows of a test.

In a frame the level stands in the column Subgroup. A test of interaction takes the arm in question and the reference,
in the levels that are compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from report.analysis.basis.methods import Statistic
from report.analysis.basis.participants import Participants

Matrix = npt.NDArray[np.float64]
LABEL = "p for interaction"


@dataclass(frozen=True)
class Said:
    """What is said of the rows of subgroups: the context and the method of estimates, the test, and the sentence."""

    context: str
    method: str
    test: str
    sentence: str


@dataclass(frozen=True)
class Tested:
    """A test of interaction: its statistic, its degrees of freedom and p; or why there is none.

    ``residual`` are the residual degrees of freedom, of an F test only.
    """

    statistic: float | None = None
    df: int | None = None
    p: float | None = None
    residual: float | None = None
    why: str = ""

    def rows(self, label: str, arm: str, informing: int) -> list[Statistic]:
        """Return the rows of the test of one arm; ``label`` names its statistic."""
        return [
            Statistic("statistic", label, self.statistic, "fixed:2", arm=arm, reason=self.why),
            Statistic("df", "Degrees of freedom", self.df, "count", arm=arm, reason=self.why),
            Statistic("p.value", LABEL, self.p, "p", arm=arm, reason=self.why),
            Statistic("n_informative", "Levels that inform the test", informing, "count", arm=arm),
        ]


def of_level(people: Participants, level: str) -> Participants:
    """Return the participants of one level."""
    return replace(people, frame=people.frame[(people.frame["Subgroup"] == level).to_numpy(dtype=bool)])


def in_levels(frame: pd.DataFrame, levels: Sequence[str], arms: Sequence[str]) -> pd.DataFrame:
    """Return who is in one of these levels and in one of these arms."""
    return frame[(frame["Subgroup"].isin(list(levels)) & frame["Arm"].isin(list(arms))).to_numpy(dtype=bool)]


def with_both(frame: pd.DataFrame, levels: Sequence[str]) -> list[str]:
    """Return the levels in which both arms of a frame of two have somebody, in order."""
    return [level for level in levels if frame.loc[frame["Subgroup"] == level, "Arm"].nunique() == 2]


def interaction_columns(frame: pd.DataFrame, arm: str, informing: Sequence[str]) -> Matrix:
    """Return the columns of the interaction: the arm in each level that informs it, but the first of them."""
    is_arm = frame["Arm"] == arm
    columns = [(is_arm & (frame["Subgroup"] == level)).to_numpy(dtype=float) for level in informing[1:]]
    return np.column_stack(columns) if columns else np.empty((len(frame), 0))


def missing(frame: pd.DataFrame, label: str) -> Statistic:
    """Return how many of those who have all else lack the subgroup."""
    return Statistic("N_miss", f"{label}, subgroup missing", int(frame["Subgroup"].isna().sum()), "count")
