"""Forms of endpoints beyond a change, an event or two periods: times to an event, and crossover trials."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from report.study.data import Model, Name
from report.study.faults import refuse

Compares = Literal["change", "event", "periods", "value", "paired_event", "time", "count", "repeated", "crossover"]
# a month and a year as 1/12 of 365.25 days, and 365.25 days
DAYS_OF = {"days": 1.0, "weeks": 7.0, "months": 30.4375, "years": 365.25}


class TimeToEvent(Model):
    """How a time to an event ended: ``status`` is the column that says so, ``event`` its value where the event came.

    Values are written as in the data: ADaM's CNSR is 0 for an event, and 1 or more for a censored time.
    ``competing`` are values of other events that make this one impossible; every other value is a censored time.
    ``event_is`` says whether the event is a harm, as a death, or what is hoped for, as a recovery. ``shown_in`` is the
    unit in which times are printed, where the variable holds days.
    """

    status: Name
    event: str
    event_is: Literal["harm", "benefit"]
    competing: tuple[str, ...] = ()
    shown_in: Literal["days", "weeks", "months", "years"] | None = None

    @model_validator(mode="after")
    def _apart(self) -> Self:
        for index, value in enumerate(self.competing):
            if value == self.event or value in self.competing[:index]:
                raise refuse(f"{value} stands twice", "take one of the two out", "competing", index)
        return self


class Crossover(Model):
    """A two-by-two crossover: the visits of its two periods, and what the participants of each arm receive in each.

    The arms of the study are the sequences. ``reference`` is the treatment that the other is compared with.
    """

    periods: tuple[Name, Name]
    treatments: dict[Name, tuple[Name, Name]] = Field(min_length=2, max_length=2)
    reference: Name

    @model_validator(mode="after")
    def _crossed(self) -> Self:
        first, second = self.treatments.values()
        if self.periods[0] == self.periods[1]:
            raise refuse("both periods are the same visit", "name two visits", "periods")
        if first[0] == first[1] or first != (second[1], second[0]):
            told = "the second sequence is not the first one in the other order"
            raise refuse(
                told, "write the two treatments of each arm in order, as {ab: [a, b], ba: [b, a]}", "treatments"
            )
        if self.reference not in first:
            told = f"{self.reference} is not one of the treatments"
            raise refuse(told, f"name one of {', '.join(first)}", "reference")
        return self
