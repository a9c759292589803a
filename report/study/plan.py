"""What the protocol and the analysis plan say of participants: visits, disposition, baseline, safety, individuals."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from report.study.data import Count, Day, Filter, Model, Name, Text
from report.study.faults import refuse


class Visit(Model):
    """One planned visit; ``code`` is its value in the data.

    ``day`` and ``window`` count days from ``design.start``, whose day is 0; a visit outside its window is asked about.
    """

    id: Name
    label: Text
    code: Text
    day: Day
    window: tuple[Day, Day] | None = None

    @model_validator(mode="after")
    def _day_within(self) -> Self:
        if self.window is not None and not self.window[0] <= self.day <= self.window[1]:
            told = f"the window {self.window[0]} to {self.window[1]} does not hold day {self.day}"
            raise refuse(told, "write its first and its last day, the planned day between them, as [42, 70]", "window")
        return self


class DispositionReason(Model):
    """A reason within a box of the flow; ``code`` makes its result id."""

    code: Name
    label: Text
    count: Count | None = None
    reported: Name | None = None

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.count is None) == (self.reported is None):
            remedy = "write count to count rows of a data set, or reported for a number that a source gives; not both"
            raise refuse("give one of count and reported", remedy)
        return self


class DispositionItem(Model):
    """One number of the flow: counted in the data, a population's, reported by a source, or a difference of two others.

    ``id`` is the field's term for it (``report/paper/flow.py`` and ``report/analysis/disposition.py`` know its band
    and the equations it takes part in).
    """

    id: Literal[
        "assessed", "excluded", "randomised", "enrolled", "allocated", "received", "not_received", "treated",
        "completed", "lost", "discontinued", "not_analysed", "analysed",
    ]  # fmt: skip
    label: Text
    by_arm: bool = False
    count: Count | None = None
    population: Name | None = None
    reported: Name | None = None
    difference: tuple[str, str] | None = None
    reasons: tuple[DispositionReason, ...] = ()
    note: str = ""

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        sources = {"count": self.count, "population": self.population, "reported": self.reported,
                   "difference": self.difference}  # fmt: skip
        given = [name for name, source in sources.items() if source is not None]
        if len(given) > 1:
            remedy = f"{' and '.join(given)} stand here; keep one and take the other out"
            raise refuse("give one of count, population, reported and difference", remedy, given[-1])
        if not given and not self.note:
            told = "give count, population, reported or difference; or a note that says why there is no number"
            raise refuse(told, "write where the number comes from, as population: treated")
        return self

    @model_validator(mode="after")
    def _reasons_apart(self) -> Self:
        codes = [reason.code for reason in self.reasons]
        for index, code in enumerate(codes):
            if code in codes[:index]:
                raise refuse(
                    "two reasons have the same code", f"give one {code} another code", "reasons", index, "code"
                )
        return self


class BaselineVariable(Model):
    """One variable of the baseline table; ``show`` limits a category to some levels, each on one line."""

    variable: Name
    summary: tuple[Literal["median_range", "median_quartiles", "mean_sd"], ...] = ()
    show: tuple[str, ...] = ()
    label: Text = ""


class Baseline(Model):
    """The baseline table: its population, the visit whose rows count as baseline, its variables in order."""

    population: Name
    visit: Name | None = None
    variables: tuple[BaselineVariable, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        names = [line.variable for line in self.variables]
        for index, name in enumerate(names):
            if name in names[:index]:
                raise refuse(f"{name} stands twice", "take one of the two lines out", "variables", index, "variable")
        return self


class Narrative(Model):
    """One event of one participant told by its ``variables``: the only event that fulfils ``where``.

    ``participant`` names variables of the participants' own data set that are told beside it.
    """

    id: Name
    where: Filter
    variables: tuple[Name, ...] = Field(min_length=1)
    participant: tuple[Name, ...] = ()


class Safety(Model):
    """The adverse events: their data set, a row an event, and the columns or derived variables that describe them.

    Where ``term`` is a category its levels are counted too; a text is never printed. ``narratives`` tell single events.
    """

    dataset: Name
    population: Name
    term: Name
    onset: Name
    serious: Name | None = None
    severity: Name | None = None
    related: Name | None = None
    emergent: Name | None = None
    period: Name | None = None
    narratives: tuple[Narrative, ...] = ()

    def variables(self) -> dict[str, str]:
        """Return the named variables by their role."""
        roles = ("term", "onset", "serious", "severity", "related", "emergent", "period")
        return {role: name for role in roles if (name := getattr(self, role)) is not None}


class IndividualData(Model):
    """Whether single participants may be shown, and on what ground."""

    display: bool
    ground: str

    @model_validator(mode="after")
    def _ground_is_said(self) -> Self:
        if self.display and not self.ground:
            told = "to display single participants, ground must say on what consent"
            raise refuse(told, 'write it, as ground: "consent form 2.0, section 9"; or display: false', "ground")
        return self
