"""What every rule of a derivation is: the variables that it reads, and the contract of the variable that it makes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, Self

from pydantic import Field, model_validator

from report.study.data import MOST_DECIMALS, Column, Model, Name, Text, decimals_of, too_fine
from report.study.places import Place

NUMBER, DATE = ("integer", "number"), ("date",)
YES_NO = {"yes": "Yes", "no": "No"}


class Input(NamedTuple):
    """A variable that a rule reads: where the study file names it, its name, and the types that do."""

    place: Place
    name: str
    types: tuple[str, ...]


class Derivation(Model):
    """What every derivation says: the data set that it adds a variable to, its label, and where the rule is published.

    A rule reads variables of its own data set and, besides, those of the participants' own data set.
    """

    dataset: Name
    label: Text
    source: str = ""

    def inputs(self) -> Iterator[Input]:
        """Yield every variable that the rule reads."""
        raise NotImplementedError

    def column(self) -> Column:
        """Return the contract of the variable that the rule makes."""
        raise NotImplementedError


class Number(Derivation):
    """A derivation that makes a number, rounded half away from zero to ``resolution``."""

    unit: str = ""
    resolution: float = Field(gt=0)

    @model_validator(mode="after")
    def _few_decimals(self) -> Self:
        if decimals_of(self.resolution) > MOST_DECIMALS:
            raise too_fine()
        return self

    def column(self) -> Column:
        """Return the contract of the variable that the rule makes."""
        return Column(type="number", label=self.label, unit=self.unit, resolution=self.resolution)


class YesNo(Derivation):
    """A derivation that makes a category of yes and no, missing where the inputs do not decide."""

    def column(self) -> Column:
        """Return the contract of the variable that the rule makes."""
        return Column(type="category", label=self.label, levels=YES_NO)
