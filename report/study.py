"""What a study file may say: the protocol and the analysis plan as data.

Both sides of the wall read the study through these models, so that a label, a unit or a level's order is said once.
Every model is frozen and refuses unknown keys; ``study_file.read`` gives the file's line for each fault.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from report.study_data import Column, Count, Dataset, Derived, Model, Name, Population, Scalar


class Registration(Model):
    """An entry in a trial registry."""

    registry: str
    id: str


class StudyIdentity(Model):
    """Who the study is, and what its data are."""

    id: Name
    title: str
    short_title: str
    data_status: Literal["real", "reconstruction", "dummy"]
    status_note: str = ""
    data_cutoff: Annotated[date, Field(ge=date(1980, 1, 1), le=date(2107, 12, 31))]  # what a DOCX can be dated
    registrations: tuple[Registration, ...] = ()
    keywords: tuple[str, ...] = ()

    @property
    def status(self) -> str:
        """What stands on every page of data that are not real: the kind, which no note can hide, and the note."""
        kind = {"real": "", "reconstruction": "Reconstruction", "dummy": "Dummy data"}[self.data_status]
        return f"{kind}: {self.status_note}" if kind else ""

    @model_validator(mode="after")
    def _say_what_is_not_real(self) -> Self:
        if self.data_status != "real" and not self.status_note:
            raise ValueError("status_note is required unless data_status is real: it stands on every page")
        return self


class Journal(Model):
    """Where the paper goes: its number style (``report/paper/styles.py``) and the page."""

    style: str = "plain"
    paper: Literal["a4", "us-letter"] = "a4"


class Author(Model):
    """One author; ``affiliations`` are keys of the study file's ``affiliations``."""

    name: str
    affiliations: tuple[Name, ...] = ()
    orcid: str = ""
    email: str = ""
    corresponding: bool = False


class Arm(Model):
    """One arm; ``code`` is its value in the data, ``short`` its heading in tables."""

    id: Name
    label: str
    code: str = ""
    short: str = ""


class Allocation(Model):
    """The column that holds each participant's arm; absent in a single-arm study."""

    dataset: Name
    column: Name


class Design(Model):
    """How participants came to their treatment."""

    kind: Literal["single_arm", "parallel"]
    randomised: bool
    arms: tuple[Arm, ...] = Field(min_length=1)
    allocation: Allocation | None = None
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


class Visit(Model):
    """One planned visit; ``code`` is its value in the data."""

    id: Name
    label: str
    code: str
    day: int


class DispositionReason(Model):
    """A reason within a box of the flow; ``code`` makes its result id."""

    code: Name
    label: str
    count: Count | None = None
    reported: Name | None = None

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.count is None) == (self.reported is None):
            raise ValueError("give one of count and reported")
        return self


class DispositionItem(Model):
    """One number of the flow: counted in the data, reported by a source, or a difference of two others.

    ``id`` is the field's term for it (``report/paper/flow.py`` and ``report/analysis/disposition.py`` know its band
    and the equations it takes part in).
    """

    id: Literal[
        "assessed", "excluded", "randomised", "enrolled", "allocated", "received", "not_received", "treated",
        "completed", "lost", "discontinued", "not_analysed", "analysed",
    ]  # fmt: skip
    label: str
    by_arm: bool = False
    count: Count | None = None
    reported: Name | None = None
    difference: tuple[str, str] | None = None
    reasons: tuple[DispositionReason, ...] = ()
    note: str = ""

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        given = [self.count is not None, self.reported is not None, self.difference is not None]
        if sum(given) > 1:
            raise ValueError("give one of count, reported and difference")
        if sum(given) == 0 and not self.note:
            raise ValueError("give count, reported or difference; or a note that says why there is no number")
        if len({reason.code for reason in self.reasons}) != len(self.reasons):
            raise ValueError("two reasons have the same code")
        return self


class BaselineVariable(Model):
    """One variable of the baseline table; ``show`` limits a category to some levels, each on one line."""

    variable: Name
    summary: tuple[Literal["median_range", "median_quartiles", "mean_sd"], ...] = ()
    show: tuple[str, ...] = ()
    label: str = ""


class Baseline(Model):
    """The baseline table: its population, the visit whose rows count as baseline, its variables in order."""

    population: Name
    visit: Name | None = None
    variables: tuple[BaselineVariable, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        names = [line.variable for line in self.variables]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"{name} stands twice")
        return self


class MethodUse(Model):
    """One method of the analysis plan with its arguments (``report/analysis/methods.py`` names them)."""

    method: Name
    id: Name | None = None
    decimals: int | None = Field(default=None, ge=0, le=6)
    arguments: dict[str, Scalar] = Field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name of its results: ``id`` where one method is used twice, otherwise the method's own."""
        return self.id or self.method


class Endpoint(Model):
    """One endpoint: the variable, in whom, compared how, and by which methods.

    ``visit`` and ``against`` make a change within participants; ``event`` makes a binary outcome compared by arm.
    """

    id: Name
    label: str
    role: Literal["primary", "secondary", "exploratory"]
    prespecified: bool
    direction: Literal["lower_is_better", "higher_is_better"]
    dataset: Name
    variable: Name
    population: Name
    visit: Name | None = None
    against: Name | None = None
    event: str | None = None
    methods: tuple[MethodUse, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _one_comparison(self) -> Self:
        within = self.visit is not None and self.against is not None
        if within == (self.event is not None) or (self.visit is None) != (self.against is None):
            raise ValueError("give visit and against (change within participants), or event (a binary outcome by arm)")
        return self


class IndividualData(Model):
    """Whether single participants may be shown, and on what ground."""

    display: bool
    ground: str

    @model_validator(mode="after")
    def _ground_is_said(self) -> Self:
        if self.display and not self.ground:
            raise ValueError("to display single participants, ground must say on what consent")
        return self


class Display(Model):
    """One table or figure: its kind, what it shows, its title and notes."""

    id: Annotated[str, Field(pattern=r"^(tbl|fig)-[a-z][a-z0-9-]*$")]
    kind: Literal["baseline", "outcome_change", "outcome_binary", "courses", "flow"]
    title: str
    endpoint: Name | None = None
    notes: tuple[str, ...] = ()
    wide: bool = False

    @model_validator(mode="after")
    def _kind_fits(self) -> Self:
        figure = self.kind in ("courses", "flow")
        if figure != self.id.startswith("fig-"):
            raise ValueError(f"a display of kind {self.kind} has an id that begins with {'fig-' if figure else 'tbl-'}")
        if (self.endpoint is None) != (self.kind in ("baseline", "flow")):
            raise ValueError("endpoint belongs to outcome and course displays, and only to them")
        return self


class Study(Model):
    """The whole study file."""

    format: Literal[1]
    study: StudyIdentity
    language: str = "en-GB"
    journal: Journal = Journal()
    affiliations: dict[Name, str] = Field(default_factory=dict)
    authors: tuple[Author, ...] = Field(min_length=1)
    design: Design
    datasets: dict[Name, Dataset]
    reported: str | None = None
    visits: tuple[Visit, ...] = ()
    derived: dict[Name, Derived] = Field(default_factory=dict)
    populations: dict[Name, Population]
    disposition: tuple[DispositionItem, ...] = ()
    baseline: Baseline | None = None
    endpoints: tuple[Endpoint, ...] = ()
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
        made = self.derived.get(name)
        if made is not None and made.dataset == dataset:
            return Column(type="number", label=made.label, unit=made.unit, decimals=made.decimals)
        return self.datasets[dataset].columns[name]

    def variable(self, name: str) -> Column:
        """Return the contract of a variable that only one data set holds."""
        return self.column(self.homes(name)[0], name)

    def homes(self, name: str) -> list[str]:
        """Return the data sets that hold a variable, derived ones included."""
        stored = [home for home, dataset in self.datasets.items() if name in dataset.columns]
        return stored + ([self.derived[name].dataset] if name in self.derived else [])

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
