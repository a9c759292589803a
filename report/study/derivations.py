"""Derived variables: the rules by which a study file makes new variables, each named and with its inputs.

A derivation says which rule it follows (``rule: jadas``); each rule is a model with the inputs it needs. ``inputs``
lists them for the check of names, for the trace in the results' header, and for open queries: a value derived from an
open one is open itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from report.study.data import Column, Filter, Model, Name, Text
from report.study.faults import refuse
from report.study.places import Place
from report.study.rules import NUMBER, Derivation, Input, Number, YesNo
from report.study.rules_dates import Age, Period, StudyDay, TimeBetween, TreatmentEmergent, VisitWindow


class Term(Model):
    """One term of a sum: (column - subtract) / divide, held between at_least and at_most."""

    column: Name
    subtract: float = 0
    divide: float = 1
    at_least: float | None = None
    at_most: float | None = None

    @model_validator(mode="after")
    def _can_be_computed(self) -> Self:
        if self.divide == 0:
            raise refuse("divide must not be 0", "write another number, or take divide out", "divide")
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise refuse("at_least is above at_most", "write the smaller number in at_least", "at_least")
        return self


class Sum(Number):
    """A total or weighted score: the sum of terms.

    Missing when any term is; with ``prorate_from``, a total of at least that many terms is multiplied up to all.
    """

    rule: Literal["sum"]
    terms: tuple[Term, ...] = Field(min_length=1)
    prorate_from: int | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def _prorates_a_part(self) -> Self:
        if self.prorate_from is not None and self.prorate_from > len(self.terms):
            told = f"prorate_from is more than the {len(self.terms)} terms"
            raise refuse(told, f"write a number from 1 to {len(self.terms)}, or take it out", "prorate_from")
        return self

    def inputs(self) -> Iterator[Input]:
        """Yield every variable that the rule reads."""
        for index, term in enumerate(self.terms):
            yield Input(("terms", index, "column"), term.column, NUMBER)


class Jadas(Number):
    """The Juvenile Arthritis Disease Activity Score.

    Physician's and patient's global assessment (0 to 10 each; a scale of 0 to 100 is divided by ``divide_global``),
    active joints (held to 71, 27 or 10; for 27 give the count among the 27 joints of that version) and, unless the
    score is clinical, ESR or CRP on a scale of 0 to 10: (ESR - 20)/10 or (CRP - 10)/10, held between 0 and 10. Leave
    both out for the clinical score (cJADAS).
    """

    rule: Literal["jadas"]
    joints: Literal[71, 27, 10]
    physician_global: Name
    patient_global: Name
    divide_physician_global: Literal[1, 10] = 1
    divide_patient_global: Literal[1, 10] = 1
    active_joints: Name
    esr: Name | None = None
    crp: Name | None = None

    @model_validator(mode="after")
    def _one_marker(self) -> Self:
        if self.esr and self.crp:
            told = "give esr or crp, not both; leave both out for the clinical score"
            raise refuse(told, "take one of the two out", "crp")
        return self

    def inputs(self) -> Iterator[Input]:
        """Yield every variable that the rule reads."""
        for field in ("physician_global", "patient_global", "active_joints", "esr", "crp"):
            if name := getattr(self, field):
                yield Input((field,), name, NUMBER)


CORE = ("physician_global", "patient_global", "function", "active_joints", "limited_joints", "inflammation")


class AcrPedi(YesNo):
    """An ACR Pediatric response (Giannini): the core set's six variables at a visit, compared with those ``against``.

    Yes when at least three improved by ``improvement`` percent or more, and at most one worsened by more than 30
    percent. Lower is better in all six.
    """

    rule: Literal["acr_pedi"]
    improvement: Literal[30, 50, 70, 90, 100]
    against: Name
    physician_global: Name
    patient_global: Name
    function: Name
    active_joints: Name
    limited_joints: Name
    inflammation: Name

    @property
    def core(self) -> tuple[str, ...]:
        """The six variables of the core set."""
        return tuple(getattr(self, field) for field in CORE)

    @model_validator(mode="after")
    def _six_variables(self) -> Self:
        for index, name in enumerate(self.core):
            if name in self.core[:index]:
                told = f"a variable stands twice in the core set: {name}"
                raise refuse(told, "name six different variables", CORE[index])
        return self

    def inputs(self) -> Iterator[Input]:
        """Yield every variable that the rule reads."""
        for field in CORE:
            yield Input((field,), getattr(self, field), NUMBER)


class BaselineValue(Number):
    """A participant's value before treatment, on every row: at a visit, or the last one on or before the start.

    ``at`` names the visit; left out, it is the last row with a value whose date is on or before ``design.start``.
    """

    rule: Literal["baseline"]
    variable: Name
    at: Name | None = None

    def inputs(self) -> Iterator[Input]:
        """Yield every variable that the rule reads."""
        yield Input(("variable",), self.variable, NUMBER)


class _FromBaseline(Number):
    """A derivation that compares a variable with its baseline; ``baseline`` names the variable that holds it."""

    variable: Name
    baseline: Name

    def inputs(self) -> Iterator[Input]:
        """Yield every variable that the rule reads."""
        yield Input(("variable",), self.variable, NUMBER)
        yield Input(("baseline",), self.baseline, NUMBER)


class Change(_FromBaseline):
    """A variable minus its baseline; ``baseline`` names the variable that holds it."""

    rule: Literal["change"]


class PercentChange(_FromBaseline):
    """The change from baseline in percent of the baseline; missing where the baseline is 0."""

    rule: Literal["percent_change"]


class Category(Derivation):
    """A number put into classes: ``breaks`` are their limits, each belonging to the class above it."""

    rule: Literal["category"]
    variable: Name
    breaks: tuple[float, ...] = Field(min_length=1)
    levels: dict[str, Text]

    @model_validator(mode="after")
    def _one_level_more(self) -> Self:
        if list(self.breaks) != sorted(set(self.breaks)):
            risen = ", ".join(f"{limit:g}" for limit in sorted(set(self.breaks)))
            raise refuse("breaks must rise", f"write breaks: [{risen}]", "breaks")
        if len(self.levels) != len(self.breaks) + 1:
            told = f"{len(self.breaks)} breaks make {len(self.breaks) + 1} levels, not {len(self.levels)}"
            remedy = "write a level for what is below the first break, and one for each class from a break on"
            raise refuse(told, remedy, "levels")
        return self

    def inputs(self) -> Iterator[Input]:
        """Yield every variable that the rule reads."""
        yield Input(("variable",), self.variable, NUMBER)

    def column(self) -> Column:
        """Return the contract of the variable that the rule makes."""
        return Column(type="category", label=self.label, levels=self.levels)


class Condition(YesNo):
    """A responder rule: yes where a condition holds, no where it does not, missing where a value it needs is."""

    rule: Literal["condition"]
    where: Filter

    def inputs(self) -> Iterator[Input]:
        """Yield every variable that the rule reads."""
        for place, leaf in leaves(self.where, ("where",)):
            assert leaf.variable is not None
            yield Input((*place, "variable"), leaf.variable, ("text", "integer", "number", "date", "category"))


def leaves(where: Filter, place: Place) -> Iterator[tuple[Place, Filter]]:
    """Yield each comparison of a condition with its place in the study file."""
    if where.variable is not None:
        yield place, where
    for key, inner in (("and", where.all), ("or", where.any)):
        for index, each in enumerate(inner):
            yield from leaves(each, (*place, key, index))
    if where.negated is not None:
        yield from leaves(where.negated, (*place, "not"))


AnyDerivation = Annotated[
    Sum | Jadas | AcrPedi | BaselineValue | Change | PercentChange | StudyDay | Age | Category | VisitWindow
    | Condition | TreatmentEmergent | Period | TimeBetween,
    Field(discriminator="rule"),
]  # fmt: skip
FROM_START = (StudyDay, VisitWindow, TreatmentEmergent, Period)  # rules that count from design.start
