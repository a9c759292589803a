"""What a study file may say of its data: columns, derived variables, conditions and the sets they make."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Scalar = str | int | float | bool | None


class Model(BaseModel):
    """The base: frozen, no unknown keys, names and populations by reference only."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, ser_json_inf_nan="null")


class Column(Model):
    """One column's contract: what its cells may hold, and how it is named and printed."""

    type: Literal["text", "integer", "number", "date", "category"]
    label: str = ""
    unit: str = ""
    levels: dict[str, str] = Field(default_factory=dict)
    range: tuple[float, float] | None = None
    decimals: int = Field(default=0, ge=0, le=6)
    required: bool = False

    @model_validator(mode="after")
    def _levels_belong_to_categories(self) -> Self:
        if (self.type == "category") != bool(self.levels):
            raise ValueError("levels are required for a category, and have no place in another type")
        if self.range is not None and not self.is_number:
            raise ValueError(f"a range belongs to a number or an integer, not to {self.type}")
        if self.range is not None and self.range[0] > self.range[1]:
            raise ValueError("the range begins above its end")
        return self

    @property
    def is_number(self) -> bool:
        """Whether its values can be calculated with."""
        return self.type in ("number", "integer")


class FileFormat(Model):
    """How a data file is written, where it is not a CSV with commas, decimal points and ISO dates."""

    separator: Literal["comma", "semicolon", "tab"] = "comma"
    decimal: Literal["point", "comma"] = "point"
    date: Literal["YYYY-MM-DD", "DD-MM-YYYY", "DD/MM/YYYY", "MM/DD/YYYY", "DD.MM.YYYY"] = "YYYY-MM-DD"


class Dataset(Model):
    """One data file: the columns that name its participant and its visit, and the contract of every column.

    Participant and visit together are the key: no two rows may share them.
    """

    file: str
    participant: Name
    visit: Name | None = None
    format: FileFormat = FileFormat()
    columns: dict[Name, Column]

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that tell one row from another."""
        return (self.participant, self.visit) if self.visit else (self.participant,)

    @model_validator(mode="after")
    def _key_is_declared(self) -> Self:
        for name in self.key:
            if name not in self.columns:
                raise ValueError(f"{name} is not among the columns")
        if self.columns[self.participant].type != "text":  # or J01 and 1 would never meet
            raise ValueError(f"the participants' column {self.participant} must be of type text")
        if self.visit and self.columns[self.visit].type not in ("text", "category"):  # a visit's code is text
            raise ValueError(f"the visits' column {self.visit} must be a text or a category")
        return self


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
            raise ValueError("divide must not be 0")
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise ValueError("at_least is above at_most")
        return self


class Derived(Model):
    """A derived variable: a sum of terms, rounded to ``decimals``; missing when any term is missing."""

    dataset: Name
    label: str
    unit: str = ""
    decimals: int = Field(ge=0, le=6)
    sum: tuple[Term, ...] = Field(min_length=1)
    source: str = ""


class Filter(Model):
    """A condition as data, as in CDISC ARS: one comparison, or and / or / not of others.

    A comparison with ``value: null`` asks whether the value is missing (EQ) or present (NE).
    """

    variable: Name | None = None
    comparator: Literal["EQ", "NE", "GT", "GE", "LT", "LE", "IN", "NOTIN"] | None = None
    value: Scalar | tuple[Scalar, ...] = None
    all: tuple[Filter, ...] = Field(default=(), alias="and")
    any: tuple[Filter, ...] = Field(default=(), alias="or")
    negated: Filter | None = Field(default=None, alias="not")

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        forms = [self.variable is not None, bool(self.all), bool(self.any), self.negated is not None]
        if sum(forms) != 1:
            raise ValueError("a filter is one of: variable with comparator and value; and; or; not")
        if (self.variable is None) != (self.comparator is None):
            raise ValueError("variable and comparator come together")
        if self.variable is not None and "value" not in self.model_fields_set:
            raise ValueError("value is missing; write value: null to ask whether there is one")
        if (self.comparator in ("IN", "NOTIN")) != isinstance(self.value, tuple):
            raise ValueError("IN and NOTIN take a list of values, the others one value")
        if self.value is None and self.comparator not in (None, "EQ", "NE"):
            raise ValueError("value: null goes with EQ (missing) or NE (present)")
        return self


class Population(Model):
    """A set of participants: all rows of a dataset that fulfil a condition."""

    label: str
    dataset: Name
    where: Filter | None = None


class Count(Model):
    """Rows of a data set that fulfil a condition."""

    dataset: Name
    where: Filter | None = None
