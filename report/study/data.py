"""What a study file may say of its data: files and columns, conditions, and the sets they make."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from report.sas_files import is_sas
from report.study.faults import among, refuse

NAME = r"^[a-z][a-z0-9_]*$"
TEXT = r"\S"  # what is printed holds something to read
_FOLDERS = r"([^./\\:][^/\\:]*/){0,4}"  # below data/: no part of the way may lead out of it
DATA_FILE = rf"^{_FOLDERS}[^./\\:][^/\\:]*\.(csv|tsv|txt|xpt|sas7bdat|CSV|TSV|TXT|XPT|SAS7BDAT)$"
TEXT_FILE = rf"^{_FOLDERS}[^./\\:][^/\\:]*\.(csv|tsv|txt|CSV|TSV|TXT)$"
SHA256 = r"^[0-9a-f]{64}$"
Name = Annotated[str, Field(pattern=NAME)]
Text = Annotated[str, Field(pattern=TEXT)]
Sha256 = Annotated[str, Field(pattern=SHA256)]
DataFile = Annotated[str, Field(pattern=DATA_FILE)]
TextFile = Annotated[str, Field(pattern=TEXT_FILE)]
Scalar = str | int | float | bool | None
MOST_DECIMALS = 6
FURTHEST = 36_500  # days; a hundred years, beyond which there are no dates to compute with
Day = Annotated[int, Field(ge=-FURTHEST, le=FURTHEST)]
COMPARISON = "{variable: age, comparator: GE, value: 12}"


class Model(BaseModel):
    """The base: frozen, no unknown keys, names and populations by reference only."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, populate_by_name=True, ser_json_inf_nan="null", allow_inf_nan=False
    )


class Column(Model):
    """One column's contract: what its cells may hold, and how it is named and printed.

    ``resolution`` is the smallest step that the instrument tells apart (0.1, 0.5, 5): every value is a multiple of it.
    Values that were ``computed`` by another program may have more digits, as 41.0344827586207 in a score that makes up
    for missing items: they are rounded to the resolution, half away from zero, as they are read.
    ``printed_decimals`` are fewer decimals than the resolution has, as 2 for one of 0.125.
    ``unique`` values stand once in the file. ``identifier`` columns name a person; nothing of them is ever printed,
    and no result may rest on them, save an age on a date of birth. ``not_before`` names another date of the same row.
    ``assumed`` marks, in a reconstruction, what no source gives: tables say so of every line that rests on it.
    ``reveals_arm`` values tell who has which treatment: they are read by nobody before the unblinding, nor for an open
    report to the board.
    """

    type: Literal["text", "integer", "number", "date", "category"]
    label: Text = ""
    unit: str = ""
    levels: dict[str, Text] = Field(default_factory=dict)
    range: tuple[float, float] | None = None
    resolution: float = Field(default=1, gt=0)
    computed: bool = False
    printed_decimals: int | None = Field(default=None, ge=0, le=MOST_DECIMALS)
    required: bool = False
    unique: bool = False
    identifier: bool = False
    not_before: Name | None = None
    assumed: bool = False
    reveals_arm: bool = False

    @model_validator(mode="after")
    def _fits_its_type(self) -> Self:
        if self.type == "category" and not self.levels:
            raise refuse("levels are required for a category", "write each code with its label: levels: {F: Female}")
        if self.type != "category" and self.levels:
            told = f"levels are required for a category, and have no place in another type ({self.type})"
            raise refuse(told, "take levels out, or write type: category", "levels")
        if self.range is not None and not self.is_number:
            told = f"a range belongs to a number or an integer, not to {self.type}"
            raise refuse(told, "take range out, or write type: number", "range")
        if self.range is not None and self.range[0] > self.range[1]:
            told = "the range begins above its end"
            raise refuse(told, f"write range: [{self.range[1]:g}, {self.range[0]:g}]", "range")
        if self.not_before is not None and self.type != "date":
            told = f"not_before belongs to a date, not to {self.type}"
            raise refuse(told, "take not_before out, or write type: date", "not_before")
        return self

    @model_validator(mode="after")
    def _resolution_fits(self) -> Self:
        if self.resolution != 1 and not self.is_number:
            told = f"a resolution belongs to a number or an integer, not to {self.type}"
            raise refuse(told, "take resolution out, or write type: number", "resolution")
        if self.computed and self.type != "number":
            told = f"computed belongs to a number, which is rounded to its resolution, not to {self.type}"
            raise refuse(told, "take computed out, or write type: number", "computed")
        if self.type == "integer" and decimals_of(self.resolution):
            told = "the resolution of an integer is a whole number"
            raise refuse(told, f"write type: number, or a whole number instead of {self.resolution}", "resolution")
        if decimals_of(self.resolution) > MOST_DECIMALS:
            raise too_fine()
        return self

    @property
    def is_number(self) -> bool:
        """Whether its values can be calculated with."""
        return self.type in ("number", "integer")

    @property
    def decimals(self) -> int:
        """How many decimals its values are printed with: those of the resolution, where no other number is given."""
        return decimals_of(self.resolution) if self.printed_decimals is None else self.printed_decimals


def decimals_of(resolution: float) -> int:
    """Return the decimals of a resolution: 0.1 has one, 0.25 two, 5 none."""
    return max(0, -int(Decimal(repr(resolution)).normalize().as_tuple().exponent))


def too_fine() -> ValueError:
    """Return the error of a resolution with more decimals than are printed."""
    remedy = (
        f"write the smallest step that the instrument tells apart, such as 0.1; at the finest {10**-MOST_DECIMALS:f}"
    )
    return refuse(f"a resolution has at most {MOST_DECIMALS} decimals", remedy, "resolution")


def within_a_sentence(label: str) -> str:
    """Return a label as it stands within a sentence: its first letter small, unless an abbreviation begins it."""
    first = label.split(" ", 1)[0]
    is_word = first[1:] == first[1:].lower() and first.isalpha() and len(first) > 1
    return label[0].lower() + label[1:] if is_word else label


SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t"}


class FileFormat(Model):
    """How a data file is written, where it is not a CSV with commas, decimal points and ISO dates.

    Where ``names`` are in capitals they are the same names in small letters, as USUBJID is usubjid in an export of a
    SAS data set. A SAS file says itself how numbers and dates are written; ``encoding`` is that of a SAS transport file
    (.xpt), which does not say it. A file of text is always UTF-8.
    """

    separator: Literal["comma", "semicolon", "tab"] = "comma"
    decimal: Literal["point", "comma"] = "point"
    date: Literal["YYYY-MM-DD", "DD-MM-YYYY", "DD/MM/YYYY", "MM/DD/YYYY", "DD.MM.YYYY"] = "YYYY-MM-DD"
    names: Literal["as_written", "capitals"] = "as_written"
    encoding: Literal["utf-8", "windows-1252", "iso-8859-1"] = "utf-8"


# a participant's id or a visit's code is text, or 01 and 1 would never meet
KEY_TYPES = {"participant": ("text",), "visit": ("category", "text"), "date": ("date",)}


class Dataset(Model):
    """One data file: the columns that name its participant and its visit, and the contract of every column.

    A file has a row a participant; or a row a participant and visit; or, as with adverse events, a row a participant
    and ``record``, the column that numbers or dates the rows. These columns are the key: no two rows may share them.
    ``date`` is the column with the day of the visit. A ``sealed`` file, such as the randomisation list, is not opened
    before the unblinding and need not be there; ``sealed_sha256`` is the fingerprint that it must then have.

    The file is text (.csv, .tsv, .txt), a SAS transport file (.xpt, version 5 or 8) or a SAS data set (.sas7bdat); it
    may lie in a folder below data/, as adam/adsl.xpt. In a SAS file a row's line is the number of its record, and names
    in capitals are the same names in small letters: USUBJID is usubjid. ``only`` takes the rows that have one of these
    values in each of these columns, as an analysis flag of ADaM: {anl01fl: [Y], paramcd: [ACTOT]}; the others are not
    read. Columns that ``columns`` does not declare are ``refused`` in a file of text, where one may have been
    forgotten, and ``not_read`` in a SAS file, whose data sets have many; ``undeclared`` says otherwise.
    """

    file: DataFile
    sealed: bool = False
    sealed_sha256: Sha256 | None = None
    participant: Name
    visit: Name | None = None
    record: Name | None = None
    date: Name | None = None
    format: FileFormat = FileFormat()
    only: dict[Name, Annotated[tuple[str, ...], Field(min_length=1)]] = Field(default_factory=dict)
    undeclared: Literal["refused", "not_read"] | None = None
    columns: dict[Name, Column] = Field(min_length=1)

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that tell one row from another."""
        return tuple(name for name in (self.participant, self.visit, self.record) if name)

    @property
    def is_sas(self) -> bool:
        """Whether it is a file of SAS, and not of text."""
        return is_sas(self.file)

    @property
    def refuses_undeclared(self) -> bool:
        """Whether a column that is not declared is a fault; otherwise it is not read."""
        return (self.undeclared or ("not_read" if self.is_sas else "refused")) == "refused"

    @property
    def is_one_row_each(self) -> bool:
        """Whether a participant has one row."""
        return self.visit is None and self.record is None

    @model_validator(mode="after")
    def _key_is_declared(self) -> Self:
        roles = {"participant": self.participant, "visit": self.visit, "record": self.record, "date": self.date}
        for role, name in roles.items():
            if name and name not in self.columns:
                raise refuse(f"{name} is not among the columns", among(name, self.columns), role)
            if name and self.columns[name].type not in KEY_TYPES.get(role, (self.columns[name].type,)):
                raise self._wrong_type(role, name)
        if self.visit and self.record:
            told = "give visit or record, not both"
            remedy = (
                "visit is for a row a participant and visit, record for rows that are numbered or dated; take one out"
            )
            raise refuse(told, remedy, "record")
        return self

    @model_validator(mode="after")
    def _key_is_seen(self) -> Self:
        for role, name in (("participant", self.participant), ("visit", self.visit), ("record", self.record)):
            if name and self.columns[name].reveals_arm:
                told = f"{name} is the {role} of this data set, without which no row can be read"
                remedy = "take reveals_arm out; or write sealed: true for the data set"
                raise refuse(told, remedy, "columns", name, "reveals_arm")
        if self.sealed_sha256 is not None and not self.sealed:
            told = "sealed_sha256 belongs to a sealed data set"
            raise refuse(told, "write sealed: true, or take sealed_sha256 out", "sealed_sha256")
        return self

    @model_validator(mode="after")
    def _format_fits(self) -> Self:
        text = {"separator", "decimal", "date", "names"} & self.format.model_fields_set
        if self.is_sas and text:
            told = f"a SAS file has no {' and no '.join(sorted(text))}: it says itself how its values are written"
            raise refuse(told, "take it out", "format")
        if self.format.encoding != "utf-8" and not self.file.lower().endswith(".xpt"):
            told = "encoding is that of a SAS transport file (.xpt)"
            remedy = "take it out" if self.is_sas else "take it out, and save the file as UTF-8"
            raise refuse(told, remedy, "format", "encoding")
        return self

    @model_validator(mode="after")
    def _only_is_declared(self) -> Self:
        for name in self.only:
            if name not in self.columns:
                raise refuse(f"{name} is not among the columns", among(name, self.columns), "only", name)
            if self.columns[name].reveals_arm:
                told = f"{name} reveals the arms, and which rows are read would tell them"
                raise refuse(told, "take it out; or write sealed: true for the data set", "only", name)
        return self

    def _wrong_type(self, role: str, name: str) -> ValueError:
        """Return the error of a key column whose values could never meet those of other files."""
        wanted = KEY_TYPES[role]
        fitting = [each for each, column in self.columns.items() if column.type in wanted]
        told = f"the column {name} must be of type {' or '.join(wanted)}, and is of type {self.columns[name].type}"
        named = f", or name another column: {', '.join(fitting)}" if fitting else ""
        return refuse(told, f"write type: {wanted[0]} for {name}{named}", role)

    @model_validator(mode="after")
    def _dates_in_order(self) -> Self:
        dates = [name for name, column in self.columns.items() if column.type == "date"]
        for name, column in self.columns.items():
            others = [each for each in dates if each != name]
            if column.not_before and column.not_before not in others:
                told = f"not_before must name another column of type date, not {column.not_before}"
                raise refuse(told, among(column.not_before, others), "columns", name, "not_before")
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
        if self.variable is None and self.comparator is not None and not any(forms):
            raise refuse("a comparison names no variable", f"write it, as in {COMPARISON}", "comparator")
        if sum(forms) != 1:
            told = "a filter is one of: variable with comparator and value; and; or; not"
            raise refuse(told, f"write one comparison, as {COMPARISON}, or put several into a list after and: or or:")
        if (self.variable is None) != (self.comparator is None):
            raise refuse("variable and comparator come together", f"write both, as in {COMPARISON}")
        return self

    @model_validator(mode="after")
    def _value_fits(self) -> Self:
        if self.variable is not None and "value" not in self.model_fields_set:
            raise refuse("value is missing", "write value: and what to compare with; null asks whether there is one")
        if (self.comparator in ("IN", "NOTIN")) != isinstance(self.value, tuple):
            told = "IN and NOTIN take a list of values, the others one value"
            listed = self.comparator in ("IN", "NOTIN")
            remedy = (
                "write the values in brackets, as value: [a, b]" if listed else "write comparator: IN, or one value"
            )
            raise refuse(told, remedy, "value")
        if self.value is None and self.comparator not in (None, "EQ", "NE"):
            told = "value: null goes with EQ (missing) or NE (present)"
            raise refuse(told, "write comparator: EQ or NE, or a value to compare with", "comparator")
        return self


class Population(Model):
    """A set of participants: all rows of a dataset that fulfil a condition."""

    label: Text
    dataset: Name
    where: Filter | None = None


class Count(Model):
    """Rows of a data set that fulfil a condition."""

    dataset: Name
    where: Filter | None = None
