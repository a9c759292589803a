"""What a study file may say of results that another program computed."""

from __future__ import annotations

import re
from typing import Literal, Self

from pydantic import Field, model_validator

from report.study.data import Model, Text
from report.study.faults import refuse

RESULTS_FILE = r"[^./\\:][^/\\:]*\.json"  # nothing outside of data/


class ReadIn(Model):
    """A file of results that another program computed from the same data; it lies beside them and is locked with them.

    docs/read-in.md says what it holds. ``from`` names the program.
    """

    file: Text
    program: Literal["R", "SAS"] = Field(alias="from")

    @model_validator(mode="after")
    def _is_beside_the_data(self) -> Self:
        if not re.fullmatch(RESULTS_FILE, self.file):
            told = f"the name of a file in data/ that ends in .json was expected (came: {self.file!r})"
            raise refuse(told, "write the name alone, as file: mmrm.json", "file")
        return self
