"""What a study file may say of its data: files and columns, conditions, and the sets they make."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Scalar = str | int | float | bool | None
MOST_DECIMALS = 6


class Model(BaseModel):
    """The base: frozen, no unknown keys, names and populations by reference only."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, ser_json_inf_nan="null")


class Column(Model):
    """One column's contract: what its cells may hold, and how it is named and printed.

    ``resolution`` is the smallest step that the instrument tells apart (0.1, 0.5, 5): every value is a multiple of it.
    ``unique`` values stand once in the file. ``identifier`` columns name a person; nothing of them is ever printed,
    and no result may rest on them, save an age on a date of birth. ``not_before`` names another date of the same row.
    """

    type: Literal["text", "integer", "number", "date", "category"]
    label: str = ""
    unit: str = ""
    levels: dict[str, str] = Field(default_factory=dict)
    range: tuple[float, float] | None = None
    resolution: float = Field(default=1, gt=0)
    required: bool = False
    unique: bool = False
    identifier: bool = False
    not_before: Name | None = None

    @model_validator(mode="after")
    def _fits_its_type(self) -> Self:
        if (self.type == "category") != bool(self.levels):
            raise ValueError("levels are required for a category, and have no place in another type")
        if self.range is not None and not self.is_number:
            raise ValueError(f"a range belongs to a number or an integer, not to {self.type}")
        if self.range is not None and self.range[0] > self.range[1]:
            raise ValueError("the range begins above its end")
        if self.not_before is not None and self.type != "date":
            raise ValueError(f"not_before belongs to a date, not to {self.type}")
        return self

    @model_validator(mode="after")
    def _resolution_fits(self) -> Self:
        if self.resolution != 1 and not self.is_number:
            raise ValueError(f"a resolution belongs to a number or an integer, not to {self.type}")
        if self.decimals > (0 if self.type == "integer" else MOST_DECIMALS):
            allowed = "a whole number" if self.type == "integer" else f"at most {MOST_DECIMALS} decimals"
            raise ValueError(f"the resolution of this type has {allowed}")
        return self

    @property
    def is_number(self) -> bool:
        """Whether its values can be calculated with."""
        return self.type in ("number", "integer")

    @property
    def decimals(self) -> int:
        """How many decimals its values are printed with: those of the resolution."""
        return decimals_of(self.resolution)


def decimals_of(resolution: float) -> int:
    """Return the decimals of a resolution: 0.1 has one, 0.25 two, 5 none."""
    return max(0, -int(Decimal(repr(resolution)).normalize().as_tuple().exponent))


class FileFormat(Model):
    """How a data file is written, where it is not a CSV with commas, decimal points and ISO dates."""

    separator: Literal["comma", "semicolon", "tab"] = "comma"
    decimal: Literal["point", "comma"] = "point"
    date: Literal["YYYY-MM-DD", "DD-MM-YYYY", "DD/MM/YYYY", "MM/DD/YYYY", "DD.MM.YYYY"] = "YYYY-MM-DD"


class Dataset(Model):
    """One data file: the columns that name its participant and its visit, and the contract of every column.

    A file has a row a participant; or a row a participant and visit; or, as with adverse events, a row a participant
    and ``record``, the column that numbers or dates the rows. These columns are the key: no two rows may share them.
    ``date`` is the column with the day of the visit.
    """

    file: str
    participant: Name
    visit: Name | None = None
    record: Name | None = None
    date: Name | None = None
    format: FileFormat = FileFormat()
    columns: dict[Name, Column]

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that tell one row from another."""
        return tuple(name for name in (self.participant, self.visit, self.record) if name)

    @property
    def is_one_row_each(self) -> bool:
        """Whether a participant has one row."""
        return self.visit is None and self.record is None

    @model_validator(mode="after")
    def _key_is_declared(self) -> Self:
        for name in (*self.key, *((self.date,) if self.date else ())):
            if name not in self.columns:
                raise ValueError(f"{name} is not among the columns")
        if self.visit and self.record:
            raise ValueError("give visit or record, not both")
        if self.date and self.columns[self.date].type != "date":
            raise ValueError(f"the column {self.date} must be of type date")
        if self.columns[self.participant].type != "text":  # or J01 and 1 would never meet
            raise ValueError(f"the participants' column {self.participant} must be of type text")
        if self.visit and self.columns[self.visit].type not in ("text", "category"):  # a visit's code is text
            raise ValueError(f"the visits' column {self.visit} must be a text or a category")
        return self

    @model_validator(mode="after")
    def _dates_in_order(self) -> Self:
        for name, column in self.columns.items():
            other = self.columns.get(column.not_before) if column.not_before else None
            if column.not_before and (other is None or other.type != "date" or column.not_before == name):
                raise ValueError(f"{name}: not_before must name another column of type date, not {column.not_before}")
        return self


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
