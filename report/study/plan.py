"""What the protocol and the analysis plan say: visits, disposition, baseline, endpoints, safety, displays."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from report.study.data import Count, Day, Model, Name, Scalar, Text
from report.study.faults import refuse

DISPLAY = r"^(tbl|fig)-[a-z][a-z0-9-]*$"
# the methods by the kind of endpoint that they are for; a test holds them against report/analysis/methods.py
WITHIN = ("change", "hodges_lehmann", "signed_rank")
BY_ARM = ("risk", "risk_reduction", "risk_ratio", "fisher")


class Visit(Model):
    """One planned visit; ``code`` is its value in the data.

    ``day`` and ``window`` count days from ``design.start``, whose day is 0; a visit outside its window is asked about.
    """

    id: Name
    label: Text
    code: Text
    day: Day
    window: tuple[Day, Day] | None = None

    @model_validator(mode="after")
    def _day_within(self) -> Self:
        if self.window is not None and not self.window[0] <= self.day <= self.window[1]:
            told = f"the window {self.window[0]} to {self.window[1]} does not hold day {self.day}"
            raise refuse(told, "write its first and its last day, the planned day between them, as [42, 70]", "window")
        return self


class DispositionReason(Model):
    """A reason within a box of the flow; ``code`` makes its result id."""

    code: Name
    label: Text
    count: Count | None = None
    reported: Name | None = None

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.count is None) == (self.reported is None):
            remedy = "write count to count rows of a data set, or reported for a number that a source gives; not both"
            raise refuse("give one of count and reported", remedy)
        return self


class DispositionItem(Model):
    """One number of the flow: counted in the data, a population's, reported by a source, or a difference of two others.

    ``id`` is the field's term for it (``report/paper/flow.py`` and ``report/analysis/disposition.py`` know its band
    and the equations it takes part in).
    """

    id: Literal[
        "assessed", "excluded", "randomised", "enrolled", "allocated", "received", "not_received", "treated",
        "completed", "lost", "discontinued", "not_analysed", "analysed",
    ]  # fmt: skip
    label: Text
    by_arm: bool = False
    count: Count | None = None
    population: Name | None = None
    reported: Name | None = None
    difference: tuple[str, str] | None = None
    reasons: tuple[DispositionReason, ...] = ()
    note: str = ""

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        sources = {"count": self.count, "population": self.population, "reported": self.reported,
                   "difference": self.difference}  # fmt: skip
        given = [name for name, source in sources.items() if source is not None]
        if len(given) > 1:
            remedy = f"{' and '.join(given)} stand here; keep one and take the other out"
            raise refuse("give one of count, population, reported and difference", remedy, given[-1])
        if not given and not self.note:
            told = "give count, population, reported or difference; or a note that says why there is no number"
            raise refuse(told, "write where the number comes from, as population: treated")
        return self

    @model_validator(mode="after")
    def _reasons_apart(self) -> Self:
        codes = [reason.code for reason in self.reasons]
        for index, code in enumerate(codes):
            if code in codes[:index]:
                raise refuse(
                    "two reasons have the same code", f"give one {code} another code", "reasons", index, "code"
                )
        return self


class BaselineVariable(Model):
    """One variable of the baseline table; ``show`` limits a category to some levels, each on one line."""

    variable: Name
    summary: tuple[Literal["median_range", "median_quartiles", "mean_sd"], ...] = ()
    show: tuple[str, ...] = ()
    label: Text = ""


class Baseline(Model):
    """The baseline table: its population, the visit whose rows count as baseline, its variables in order."""

    population: Name
    visit: Name | None = None
    variables: tuple[BaselineVariable, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        names = [line.variable for line in self.variables]
        for index, name in enumerate(names):
            if name in names[:index]:
                raise refuse(f"{name} stands twice", "take one of the two lines out", "variables", index, "variable")
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


class IntercurrentEvent(Model):
    """An event after the start of treatment that bears on the endpoint, and how the estimand takes it (ICH E9(R1))."""

    event: Text
    strategy: Literal[
        "treatment_policy", "hypothetical", "composite", "while_on_treatment", "principal_stratum"
    ]  # fmt: skip


class Estimand(Model):
    """What is to be estimated, in ICH E9(R1)'s five attributes; the population is the endpoint's."""

    treatment: Text
    variable: Text
    summary: Text
    intercurrent_events: tuple[IntercurrentEvent, ...] = ()


class Endpoint(Model):
    """One endpoint: the variable, in whom, compared how, and by which methods.

    ``visit`` and ``against`` make a change within participants; ``event`` makes a binary outcome compared by arm.
    ``specified_in`` and ``source`` say where it was planned, such as "protocol 2.0, section 8", or what led to it.
    """

    id: Name
    label: Text
    role: Literal["primary", "secondary", "exploratory"]
    specified_in: Literal["protocol", "analysis_plan", "data_driven", "regulator_request"]
    source: Text
    estimand: Estimand | None = None
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
            told = "give visit and against (change within participants), or event (a binary outcome by arm)"
            given = next((key for key in ("event", "visit", "against") if getattr(self, key) is not None), None)
            remedy = "write visit: and against: with the ids of two visits; or event: with a level of the variable"
            raise refuse(told, remedy, *([given] if given else []))
        return self


class Safety(Model):
    """The adverse events: their data set, a row an event, and the columns or derived variables that describe them."""

    dataset: Name
    population: Name
    term: Name
    onset: Name
    serious: Name | None = None
    severity: Name | None = None
    related: Name | None = None
    emergent: Name | None = None
    period: Name | None = None

    def variables(self) -> dict[str, str]:
        """Return the named variables by their role."""
        roles = ("term", "onset", "serious", "severity", "related", "emergent", "period")
        return {role: name for role in roles if (name := getattr(self, role)) is not None}


class IndividualData(Model):
    """Whether single participants may be shown, and on what ground."""

    display: bool
    ground: str

    @model_validator(mode="after")
    def _ground_is_said(self) -> Self:
        if self.display and not self.ground:
            told = "to display single participants, ground must say on what consent"
            raise refuse(told, 'write it, as ground: "consent form 2.0, section 9"; or display: false', "ground")
        return self


class Display(Model):
    """One table or figure: its kind, what it shows, its title and notes."""

    id: Annotated[str, Field(pattern=DISPLAY)]
    kind: Literal["baseline", "outcome_change", "outcome_binary", "courses", "flow"]
    title: Text
    endpoint: Name | None = None
    notes: tuple[Text, ...] = ()
    wide: bool = False

    @model_validator(mode="after")
    def _kind_fits(self) -> Self:
        figure = self.kind in ("courses", "flow")
        begins = "fig-" if figure else "tbl-"
        if not self.id.startswith(begins):
            told = f"a display of kind {self.kind} has an id that begins with {begins}"
            raise refuse(told, f"write id: {begins}{self.id[4:]}", "id")
        if self.endpoint is None and self.kind not in ("baseline", "flow"):
            told = "endpoint belongs to outcome and course displays, and is missing here"
            raise refuse(told, "write endpoint: and the id of an endpoint")
        if self.endpoint is not None and self.kind in ("baseline", "flow"):
            told = f"endpoint belongs to outcome and course displays, and only to them, not to {self.kind}"
            raise refuse(told, "take endpoint out, or write another kind", "endpoint")
        return self
