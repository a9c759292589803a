"""The rules that count time: study days, ages, the time between two dates, visits by their windows, periods."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Literal, Self

from pydantic import Field, model_validator

from report.study.data import FURTHEST, Column, Day, Model, Name, Text
from report.study.faults import refuse
from report.study.rules import DATE, Derivation, Input, YesNo


class StudyDay(Derivation):
    """The study day of a date as in CDISC: the start is day 1, the day before it day -1, and there is no day 0."""

    rule: Literal["study_day"]
    date: Name

    def inputs(self) -> Iterator[Input]:
        """Yield every variable that the rule reads."""
        yield Input(("date",), self.date, DATE)

    def column(self) -> Column:
        """Return the contract of the variable that the rule makes."""
        return Column(type="integer", label=self.label, unit="days")


class Age(Derivation):
    """The age in completed years on a date; a birthday on 29 February counts from 1 March in other years."""

    rule: Literal["age"]
    birth: Name
    on: Name

    def inputs(self) -> Iterator[Input]:
        """Yield every variable that the rule reads."""
        yield Input(("birth",), self.birth, DATE)
        yield Input(("on",), self.on, DATE)

    def column(self) -> Column:
        """Return the contract of the variable that the rule makes."""
        return Column(type="integer", label=self.label, unit="years")


class TimeBetween(Derivation):
    """The completed days, weeks, months or years from one date to another; below zero where the second comes first."""

    rule: Literal["time_between"]
    first: Name
    last: Name
    unit: Literal["days", "weeks", "months", "years"]

    def inputs(self) -> Iterator[Input]:
        """Yield every variable that the rule reads."""
        yield Input(("first",), self.first, DATE)
        yield Input(("last",), self.last, DATE)

    def column(self) -> Column:
        """Return the contract of the variable that the rule makes."""
        return Column(type="integer", label=self.label, unit=self.unit)


class VisitWindow(Derivation):
    """The visit to which a dated row belongs, by the windows of ``visits``, counted in days from ``design.start``.

    Of several rows in one window, the one nearest to the planned day is taken, and of two equally near the later one;
    the others belong to no visit. A data set with such a variable needs no visit column.
    """

    rule: Literal["visit_window"]
    date: Name

    def inputs(self) -> Iterator[Input]:
        """Yield every variable that the rule reads."""
        yield Input(("date",), self.date, DATE)

    def column(self) -> Column:
        """Raise NotImplementedError: the levels are the visits' codes, which stand elsewhere in the study file."""
        raise NotImplementedError("its levels are the study's visits: see Study.column")


class TreatmentEmergent(YesNo):
    """Whether an event began on or after the start of treatment and, with ``within_days``, no later than that.

    ``last`` names the date of the last treatment, from which the days are counted; left out, they count from the start.
    """

    rule: Literal["treatment_emergent"]
    onset: Name
    last: Name | None = None
    within_days: int | None = Field(default=None, ge=0, le=FURTHEST)

    @model_validator(mode="after")
    def _last_counts_days(self) -> Self:
        if self.last is not None and self.within_days is None:
            raise refuse("last needs within_days", "add within_days: the days after last that still count", "last")
        return self

    def inputs(self) -> Iterator[Input]:
        """Yield every variable that the rule reads."""
        yield Input(("onset",), self.onset, DATE)
        if self.last is not None:
            yield Input(("last",), self.last, DATE)


class Span(Model):
    """A period in days from the start, both ends included: the day of the start is 0, the day before it -1."""

    label: Text
    first: Day
    last: Day

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.first > self.last:
            raise refuse("first is after last", "write the earlier day in first", "first")
        return self


class Period(Derivation):
    """The period in which a date lies, counted in days from ``design.start``; missing outside all of them."""

    rule: Literal["period"]
    date: Name
    periods: dict[Name, Span] = Field(min_length=1)

    @model_validator(mode="after")
    def _apart(self) -> Self:
        spans = sorted(self.periods.items(), key=lambda named: named[1].first)
        for (_, before), (name, after) in itertools.pairwise(spans):
            if after.first <= before.last:
                told = f"the periods {before.label} and {after.label} overlap"
                remedy = f"write first: {before.last + 1} or later; the first and the last day belong to a period"
                raise refuse(told, remedy, "periods", name, "first")
        return self

    def inputs(self) -> Iterator[Input]:
        """Yield every variable that the rule reads."""
        yield Input(("date",), self.date, DATE)

    def column(self) -> Column:
        """Return the contract of the variable that the rule makes."""
        return Column(type="category", label=self.label, levels={k: span.label for k, span in self.periods.items()})
