"""What a study file may say of results that another program computed."""

from __future__ import annotations

import re
from typing import Literal, Self

from pydantic import Field, model_validator

from report.study.data import Model, Name, Text
from report.study.faults import refuse

BESIDE = r"[^./\\:][^/\\:]*"  # nothing outside of data/
ENDINGS = {"trialpress": ("json",), "cards": ("json", "csv", "parquet"), "sas": ("csv",)}
# how a value is printed: what report.paper.numbers knows, with decimals or a denominator after the colon
NUMBERED = ("count", "fixed", "level", "mean", "median", "p", "p_exact", "percent", "points", "ratio")
FORMAT = rf"text|(?:{'|'.join(NUMBERED)})(?::\d{{1,9}})?"
_MAPPING = ("analysis", "population", "variable", "groups", "levels", "variables", "statistics", "formats", "manifest")


class ReadIn(Model):
    """A file of results that another program computed from the same data; it lies beside them and is locked with them.

    ``from`` names the program. ``shape`` is how the file is written: as trialpress writes results (docs/read-in.md), as
    R's cards writes them, or as a table of SAS (docs/results-from-elsewhere.md). For these two ``manifest`` names the
    JSON that says on which data the file rests, and the other keys say what its names mean here: ``analysis`` begins
    the names of its results; ``groups`` says whether a grouping variable or column is the arm, the visit, the analysis,
    the variable or a level; ``levels`` gives the id of an arm or visit for a value of a group; ``variables`` gives our
    name for a variable of theirs, and ``variable`` the one of a file that names none; ``statistics`` our name for a
    statistic; ``formats`` how a statistic is printed, as fixed:2; ``population`` in whom all of it was computed.
    """

    file: Text
    program: Literal["R", "SAS"] = Field(alias="from")
    shape: Literal["trialpress", "cards", "sas"] = "trialpress"
    manifest: Text | None = None
    analysis: Name | None = None
    population: Name | None = None
    variable: Name | None = None
    groups: dict[Text, Literal["analysis", "arm", "visit", "variable", "level"]] = Field(default_factory=dict)
    levels: dict[Text, dict[Text, Text]] = Field(default_factory=dict)
    variables: dict[Text, Name] = Field(default_factory=dict)
    statistics: dict[Text, Text] = Field(default_factory=dict)
    formats: dict[Text, Text] = Field(default_factory=dict)

    @property
    def files(self) -> tuple[str, ...]:
        """The names of the files that it reads: the results, and their manifest where it is a file of its own."""
        return (self.file, self.manifest) if self.manifest else (self.file,)

    @model_validator(mode="after")
    def _is_beside_the_data(self) -> Self:
        for key, name, endings in (("file", self.file, ENDINGS[self.shape]), ("manifest", self.manifest, ("json",))):
            if name is not None and not re.fullmatch(rf"{BESIDE}\.({'|'.join(endings)})", name):
                ends = " or ".join(f".{ending}" for ending in endings)
                told = f"the name of a file in data/ that ends in {ends} was expected (came: {name!r})"
                raise refuse(told, f"write the name alone, as {key}: mmrm.{endings[0]}", key)
        return self

    @model_validator(mode="after")
    def _says_what_its_names_mean(self) -> Self:
        given = [key for key in _MAPPING if getattr(self, key)]
        if self.shape == "trialpress" and given:
            told = f"{given[0]} has no place here: a file in the shape of trialpress says it itself"
            raise refuse(told, f"take {given[0]} out, or write shape: cards or shape: sas", given[0])
        by_column = self.shape == "sas" and "analysis" in self.groups.values()
        if self.shape != "trialpress" and not self.analysis and not by_column:
            told = f"a file in the shape of {self.shape} needs analysis, by which its results are named"
            raise refuse(told, "write a name, as analysis: elsewhere")
        return self

    @model_validator(mode="after")
    def _formats_are_known(self) -> Self:
        for statistic, key in self.formats.items():
            if not re.fullmatch(FORMAT, key):
                told = f"{key} is no way to print a value"
                remedy = f"write text, or one of {', '.join(NUMBERED)}, some with decimals as in fixed:1"
                raise refuse(told, remedy, "formats", statistic)
        return self
