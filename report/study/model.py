"""The whole study file: the protocol and the analysis plan as data.

Both sides of the wall read the study through these models, so that a label, a unit or a level's order is said once.
Every model is frozen and refuses unknown keys; ``report.study.file.read`` gives the file's line for each fault.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, Self

from pydantic import Field, model_validator

from report.study.data import Column, Dataset, Model, Name, Population
from report.study.derivations import AnyDerivation, VisitWindow
from report.study.people import Author, Journal, StudyIdentity
from report.study.plan import (
    Baseline,
    Display,
    DispositionItem,
    Endpoint,
    IndividualData,
    Safety,
    Visit,
)


class Arm(Model):
    """One arm; ``code`` is its value in the data, ``short`` its heading in tables."""

    id: Name
    label: str
    code: str = ""
    short: str = ""


class Where(Model):
    """A column of a data set with one row a participant."""

    dataset: Name
    column: Name


class Design(Model):
    """How participants came to their treatment.

    ``allocation`` is the column with each participant's arm, absent in a single arm; ``start`` the date from which
    study days count, such as that of the first treatment; ``end`` the date on which participation ended.
    """

    kind: Literal["single_arm", "parallel"]
    randomised: bool
    arms: tuple[Arm, ...] = Field(min_length=1)
    allocation: Where | None = None
    start: Where | None = None
    end: Where | None = None
    reference: Name | None = None

    @model_validator(mode="after")
    def _hold_together(self) -> Self:
        ids = [arm.id for arm in self.arms]
        if len(set(ids)) != len(ids):
            raise ValueError("two arms have the same id")
        if (self.kind == "single_arm") != (len(self.arms) == 1):
            raise ValueError("a single arm is one arm, parallel arms are two or more")
        if (self.kind == "parallel") != (self.allocation is not None):
            raise ValueError("allocation is required in a parallel design, and has no place in a single arm")
        if self.kind == "parallel" and len({arm.code for arm in self.arms}) != len(ids):
            raise ValueError("two arms have the same code")
        if self.kind == "parallel" and self.reference not in ids:
            raise ValueError(f"reference must be one of the arms ({', '.join(ids)}), not {self.reference}")
        return self


class Study(Model):
    """The whole study file."""

    format: Literal[2]
    study: StudyIdentity
    language: str = "en-GB"
    journal: Journal = Journal()
    affiliations: dict[Name, str] = Field(default_factory=dict)
    authors: tuple[Author, ...] = Field(min_length=1)
    design: Design
    datasets: dict[Name, Dataset]
    reported: str | None = None
    visits: tuple[Visit, ...] = ()
    derivations: dict[Name, AnyDerivation] = Field(default_factory=dict)
    populations: dict[Name, Population]
    disposition: tuple[DispositionItem, ...] = ()
    baseline: Baseline | None = None
    endpoints: tuple[Endpoint, ...] = ()
    safety: Safety | None = None
    individual_data: IndividualData = IndividualData(display=False, ground="")
    displays: tuple[Display, ...] = ()

    @model_validator(mode="after")
    def _language_is_a_code(self) -> Self:
        if not re.fullmatch(r"[a-z]{2,3}(-[A-Z]{2})?", self.language):
            raise ValueError(f"language: a code such as en-GB was expected, not {self.language}")
        return self

    @model_validator(mode="after")
    def _no_name_twice(self) -> Self:
        named: dict[str, list[str]] = {
            "visits": [v.id for v in self.visits],
            "visit codes": [v.code for v in self.visits],
            "disposition": [d.id for d in self.disposition],
            "endpoints": [e.id for e in self.endpoints],
            "displays": [d.id for d in self.displays],
        }
        for where, names in named.items():
            for name in names:
                if names.count(name) > 1:
                    raise ValueError(f"{where}: {name} stands twice")
        return self

    def arm(self, arm_id: str) -> Arm:
        """Return the arm of that id; KeyError otherwise."""
        return {arm.id: arm for arm in self.design.arms}[arm_id]

    def visit(self, visit_id: str) -> Visit:
        """Return the visit of that id; KeyError otherwise."""
        return {visit.id: visit for visit in self.visits}[visit_id]

    def endpoint(self, endpoint_id: str) -> Endpoint:
        """Return the endpoint of that id; KeyError otherwise."""
        return {endpoint.id: endpoint for endpoint in self.endpoints}[endpoint_id]

    def column(self, dataset: str, name: str) -> Column:
        """Return the contract of a data set's column, or of its derived variable as a column; KeyError otherwise."""
        made = self.derivations.get(name)
        if made is None or made.dataset != dataset:
            return self.datasets[dataset].columns[name]
        if isinstance(made, VisitWindow):
            return Column(type="category", label=made.label, levels={v.code: v.label for v in self.visits})
        return made.column()

    def variables(self, dataset: str) -> dict[str, Column]:
        """Return the contracts of a data set's columns and derived variables."""
        made = [name for name, derived in self.derivations.items() if derived.dataset == dataset]
        return {**self.datasets[dataset].columns, **{name: self.column(dataset, name) for name in made}}

    def visit_variable(self, dataset: str) -> str | None:
        """Return the variable that holds a data set's visits: its column, or the one derived by windows; or None."""
        by_window = [n for n, d in self.derivations.items() if d.dataset == dataset and isinstance(d, VisitWindow)]
        return self.datasets[dataset].visit or next(iter(by_window), None)

    @property
    def participants(self) -> str:
        """The participants' own data set: the first with one row each; the first of all where there is none."""
        return next((name for name, each in self.datasets.items() if each.is_one_row_each), next(iter(self.datasets)))

    def variable(self, name: str) -> Column:
        """Return the contract of a variable that only one data set holds."""
        return self.column(self.homes(name)[0], name)

    def homes(self, name: str) -> list[str]:
        """Return the data sets that hold a variable, derived ones included."""
        stored = [home for home, dataset in self.datasets.items() if name in dataset.columns]
        return stored + ([self.derivations[name].dataset] if name in self.derivations else [])

    def texts(self) -> list[str]:
        """Return every string of the study file, in its order."""
        return list(_strings(self.model_dump()))


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _strings(inner)
