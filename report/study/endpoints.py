"""What the protocol and the analysis plan say of the endpoints: what is compared, how, and what else was planned."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from report.study.data import Model, Name, Scalar, Text
from report.study.faults import refuse

# the methods by the kind of endpoint that they are for; a test holds them against report/analysis/methods.py
WITHIN = ("change", "hodges_lehmann", "signed_rank", "shift")
ONE_ARM = ("proportion",)
BY_ARM = (
    "risk", "risk_reduction", "relative_risk_reduction", "risk_ratio", "number_needed_to_treat", "fisher",
    "mantel_haenszel",
)  # fmt: skip
BY_PERIOD = ("events_by_period", "rate_ratio", "fisher_by_period", "signed_rank_by_period")
METHODS = (*WITHIN, *ONE_ARM, *BY_ARM, *BY_PERIOD)
# where an endpoint was specified before the data were seen
BEFORE_THE_DATA = ("protocol", "analysis_plan", "registry")
Specified = Literal["protocol", "analysis_plan", "registry", "data_driven", "regulator_request", "not_known"]


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


class Periods(Model):
    """The two periods whose events are compared, by their names in the variable that the rule ``period`` derives.

    Everybody is observed through both periods, save after ``until``, a date in the participants' data set such as that
    of a further treatment: there, and on the day after ``design.end``, the observation of the later period ends early.
    """

    before: Name
    after: Name
    until: Name | None = None

    @model_validator(mode="after")
    def _apart(self) -> Self:
        if self.before == self.after:
            raise refuse("both periods are the same", "name two periods of the variable", "after")
        return self


class Confirmatory(Model):
    """The test that was planned to decide on a primary endpoint, and its two-sided level after any interim looks.

    Only such a test, in a randomised trial, lets the paper say "significantly".
    """

    method: Name
    alpha: float = Field(gt=0, lt=0.5)
    source: Text


class Subgroup(Model):
    """A category of the endpoint's data set whose levels are compared, and whether that was planned."""

    variable: Name
    prespecified: bool
    levels: tuple[str, ...] = ()


class Endpoint(Model):
    """One endpoint: the variable, in whom, compared how, and by which methods.

    ``visit`` and ``against`` make a change within participants; ``event`` makes an outcome that a participant has or
    has not (at ``visit`` where the data set has visits), compared by arm where there are several; ``periods`` compares
    the number of events before and after. ``specified_in`` and ``source`` say where it was planned, such as "protocol
    2.0, section 8", or what led to it. ``strata`` is the variable that stratified the allocation.
    """

    id: Name
    label: Text
    role: Literal["primary", "secondary", "exploratory"]
    specified_in: Specified
    source: Text
    estimand: Estimand | None = None
    direction: Literal["lower_is_better", "higher_is_better"]
    dataset: Name
    variable: Name
    population: Name
    visit: Name | None = None
    against: Name | None = None
    event: str | None = None
    periods: Periods | None = None
    strata: Name | None = None
    subgroups: tuple[Subgroup, ...] = ()
    confirmatory: Confirmatory | None = None
    methods: tuple[MethodUse, ...] = Field(min_length=1)

    @property
    def compares(self) -> Literal["change", "event", "periods"]:
        """What kind of comparison it is."""
        return "event" if self.event is not None else "periods" if self.periods is not None else "change"

    @model_validator(mode="after")
    def _one_comparison(self) -> Self:
        within = self.visit is not None and self.against is not None
        forms = [self.event is not None, self.periods is not None, self.against is not None]
        if sum(forms) != 1 or (self.against is not None and not within) or (self.periods and self.visit):
            told = (
                "give visit and against (change within participants), or event (an outcome that a participant has or "
                "has not), or periods (events before and after)"
            )
            given = next((key for key in ("event", "periods", "visit", "against") if getattr(self, key)), None)
            remedy = (
                "write visit: and against: with the ids of two visits; or event: with a level of the variable; or "
                "periods: {before: ..., after: ...}"
            )
            raise refuse(told, remedy, *([given] if given else []))
        return self

    @model_validator(mode="after")
    def _subgroups_apart(self) -> Self:
        names = [subgroup.variable for subgroup in self.subgroups]
        for index, name in enumerate(names):
            if name in names[:index]:
                raise refuse(f"{name} stands twice", "take one of the two out", "subgroups", index, "variable")
        return self

    @model_validator(mode="after")
    def _confirmatory_was_planned(self) -> Self:
        if self.confirmatory is None:
            return self
        if self.role != "primary" or self.specified_in not in BEFORE_THE_DATA:
            told = "a confirmatory test belongs to a primary endpoint that was specified before the data were seen"
            raise refuse(told, "take confirmatory out", "confirmatory")
        names = [use.name for use in self.methods]
        if self.confirmatory.method not in names:
            told = f"the confirmatory test {self.confirmatory.method} is not among the methods"
            raise refuse(told, f"name one of {', '.join(names)}", "confirmatory", "method")
        return self


class LeftOut(Model):
    """An outcome that was planned and is not in this paper, and why (CONSORT Harms 2022: where it can be found)."""

    label: Text
    role: Literal["primary", "secondary", "exploratory"]
    specified_in: Specified
    source: Text
    reason: Text
