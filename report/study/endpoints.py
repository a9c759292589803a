"""What the protocol and the analysis plan say of the endpoints: what is compared, how, and what else was planned."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from report.study.comparisons import Compares, Crossover, TimeToEvent
from report.study.data import Model, Name, Scalar, Text
from report.study.faults import refuse

# the methods by the kind of endpoint that they are for; a test holds them against report/analysis/basis/methods.py
WITHIN = ("change", "hodges_lehmann", "signed_rank", "shift", "mean_change", "paired_t", "sign_test")
LEVELS = ("shift_levels",)
ONE_VALUE = ("description", "one_sample_t", "one_sample_signed_rank", "one_sample_hodges_lehmann")
PAIRED_EVENT = ("paired_events", "mcnemar", "paired_risk_difference")
ONE_ARM = ("proportion", "performance_goal", "simon_two_stage")
BY_ARM = (
    "risk", "risk_reduction", "relative_risk_reduction", "risk_ratio", "number_needed_to_treat", "fisher",
    "mantel_haenszel", "risk_difference", "odds_ratio", "chi_squared", "boschloo", "non_inferiority_risk",
    "equivalence_risk", "stratified_risk_difference", "breslow_day", "trend", "logistic", "standardised_risks",
)  # fmt: skip
STRATIFIED = ("mantel_haenszel", "stratified_risk_difference", "breslow_day")  # of events by arm: these need strata
VALUE_BY_ARM = (
    "means", "t_test", "hedges_g", "anova", "mann_whitney", "kruskal_wallis", "hodges_lehmann_shift",
    "win_probability", "ancova", "pairwise_means", "non_inferiority", "equivalence", "icc",
)  # fmt: skip
ORDERED_BY_ARM = (
    "levels", "proportional_odds", "mann_whitney_levels", "win_probability_levels", "kruskal_wallis_levels",
    "chi_squared_levels", "fisher_levels", "cmh_levels",
)  # fmt: skip
BY_PERIOD = ("events_by_period", "rate_ratio", "fisher_by_period", "signed_rank_by_period")
TIME_IN_ONE_ARM = ("kaplan_meier", "restricted_mean", "cumulative_incidence")
TIME_BY_ARM = (
    "kaplan_meier", "survival_difference", "log_rank", "cox", "restricted_mean", "cumulative_incidence", "gray",
)  # fmt: skip
COUNT_IN_ONE_ARM = ("event_rates",)
COUNT_BY_ARM = ("event_rates", "rate_ratio_by_arm", "poisson", "negative_binomial")
REPEATED = ("change_by_visit", "gee", "random_intercept")
CROSSOVER = ("crossover", "period_effect", "carry_over")
# for what is missing, and by random draws: beside the methods above of numbers, of events and of several visits by arm
DRAWN_OR_IMPUTED = ("multiple_imputation", "tipping_point", "bootstrap_difference", "permutation_test")
MISSING_EVENTS = ("imputed_risks", "extreme_cases", "tipping_counts")
MISSING_VISITS = ("last_observation",)
_KINDS = (
    WITHIN, LEVELS, ONE_VALUE, PAIRED_EVENT, ONE_ARM, BY_ARM, VALUE_BY_ARM, ORDERED_BY_ARM, BY_PERIOD, TIME_IN_ONE_ARM,
    TIME_BY_ARM, COUNT_IN_ONE_ARM, COUNT_BY_ARM, REPEATED, CROSSOVER, DRAWN_OR_IMPUTED, MISSING_EVENTS, MISSING_VISITS,
)  # fmt: skip
TESTS = (  # those that compare the arms and give a p
    "t_test", "anova", "mann_whitney", "kruskal_wallis", "ancova", "crossover",
    "multiple_imputation", "imputed_risks", "permutation_test",
    "fisher", "mantel_haenszel",
    "chi_squared", "boschloo", "trend", "logistic", "standardised_risks",
    "proportional_odds", "mann_whitney_levels", "kruskal_wallis_levels", "chi_squared_levels", "fisher_levels",
    "cmh_levels",
    "rate_ratio_by_arm", "poisson", "negative_binomial", "gee", "random_intercept",
    "log_rank", "cox", "gray", "survival_difference", "restricted_mean",
)  # fmt: skip
METHODS: tuple[str, ...] = tuple(dict.fromkeys(name for kind in _KINDS for name in kind))  # some are for several
# where an endpoint was specified before the data were seen
BEFORE_THE_DATA = ("protocol", "analysis_plan", "registry")
Specified = Literal["protocol", "analysis_plan", "registry", "data_driven", "regulator_request", "not_known"]


class MethodUse(Model):
    """One method of the analysis plan with its arguments (``report/analysis/basis/methods.py`` names them)."""

    method: Name
    id: Name | None = None
    decimals: int | None = Field(default=None, ge=0, le=6)
    arguments: dict[str, Scalar | tuple[Scalar, ...]] = Field(default_factory=dict)

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


class Look(Model):
    """One planned look at the data: the share of information then known, and the two-sided p that ends the trial."""

    information: float = Field(gt=0, le=1)
    p: float = Field(gt=0, lt=0.5)


class Boundaries(Model):
    """The group-sequential plan as a program for it gave it: nothing of it is computed here.

    ``look`` is the one that this analysis is, counted from 1. ``spending`` names the boundaries in words, ``software``
    what computed them.
    """

    looks: tuple[Look, ...] = Field(min_length=2)
    look: int = Field(ge=1)
    spending: Text
    software: Text

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        shares = [look.information for look in self.looks]
        if shares != sorted(set(shares)):
            raise refuse("the looks do not follow each other", "write their information in rising order", "looks")
        if self.look > len(self.looks):
            told = f"there are {len(self.looks)} looks, and this is said to be look {self.look}"
            raise refuse(told, f"write look: a number from 1 to {len(self.looks)}", "look")
        return self


class Confirmatory(Model):
    """The test that was planned to decide on a primary endpoint, and its two-sided level after any interim looks.

    Only such a test, in a randomised trial, lets the paper say "significantly". ``boundaries`` is the plan of a trial
    with interim looks; ``alpha`` is then the p of this look.
    """

    method: Name
    alpha: float = Field(gt=0, lt=0.5)
    source: Text
    boundaries: Boundaries | None = None

    @model_validator(mode="after")
    def _alpha_is_of_this_look(self) -> Self:
        if self.boundaries is not None:
            p = self.boundaries.looks[self.boundaries.look - 1].p
            if abs(p - self.alpha) > 1e-9:
                told = f"alpha is {self.alpha:g}, and the boundary of this look is {p:g}"
                raise refuse(told, f"write alpha: {p:g}, or mend the looks", "alpha")
        return self


class Subgroup(Model):
    """A category whose levels are compared, and whether that was planned; of an event, a number or a time by arm.

    It is of the endpoint's data set, or of the participants' where the endpoint is a number or a time.
    """

    variable: Name
    prespecified: bool
    levels: tuple[str, ...] = ()


_TAKES: dict[Compares, tuple[str, ...]] = {
    "change": ("visit", "against"),
    "value": ("visit",),
    "event": ("visit", "event"),
    "paired_event": ("visit", "against", "event"),
    "periods": ("periods",),
    "time": ("time",),
    "count": ("exposure", "event"),
    "repeated": ("visits", "against", "event"),
    "crossover": ("crossover",),
}
_SAID: dict[Compares, str] = {
    "change": "a change between two visits",
    "value": "a value",
    "event": "an outcome that a participant has or has not",
    "paired_event": "an outcome at two visits",
    "periods": "a comparison of two periods",
    "time": "a time to an event",
    "count": "a number of events",
    "repeated": "values at several visits",
    "crossover": "a crossover",
}
_FORMS = (
    "write visit: and against: for a change; event: with a level of the variable for an outcome; visits: for several "
    "values; or one of periods:, time:, exposure: and crossover:"
)


class Endpoint(Model):
    """One endpoint: the variable, in whom, compared how, and by which methods.

    ``visit`` and ``against`` make a change, within participants or by arm; ``visit`` alone (or neither, in a data set
    with one row a participant) a value; ``visits`` several values of each participant. ``event`` makes an outcome that
    a participant has or has not (at ``visit`` where the data set has visits); with ``against`` at both visits.
    ``time`` makes a time to an event, ``exposure`` a number of events in that time of observation, ``crossover`` a
    comparison of two treatments within participants; ``periods`` compares the number of events before and after.
    ``direction`` says whether a higher value, or the event, is hoped for: of the time to a death, ``lower_is_better``.
    ``specified_in`` and ``source`` say where it was planned, such as "protocol 2.0, section 8", or what led to it.
    ``strata`` is the variable that stratified the allocation, ``cluster`` the one whose participants were treated
    together, ``covariates`` are what models adjust for: all three of the endpoint's data set or of the participants'.
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
    visits: tuple[Name, ...] = ()
    event: str | None = None
    periods: Periods | None = None
    time: TimeToEvent | None = None
    exposure: Name | None = None
    crossover: Crossover | None = None
    strata: Name | None = None
    cluster: Name | None = None
    covariates: tuple[Name, ...] = ()
    subgroups: tuple[Subgroup, ...] = ()
    confirmatory: Confirmatory | None = None
    methods: tuple[MethodUse, ...] = Field(min_length=1)

    @property
    def compares(self) -> Compares:
        """What kind of comparison it is."""
        forms: dict[Compares, object] = {
            "periods": self.periods, "time": self.time, "count": self.exposure, "crossover": self.crossover,
            "repeated": self.visits, "paired_event": self.event is not None and self.against,
            "event": self.event is not None, "change": self.against,
        }  # fmt: skip
        return next((name for name, given in forms.items() if given), "value")

    @property
    def all_visits(self) -> tuple[str, ...]:
        """The ids of every visit at which it reads its variable, the earlier one first."""
        periods = self.crossover.periods if self.crossover else ()
        return tuple(name for name in (self.against, self.visit, *self.visits, *periods) if name)

    @model_validator(mode="after")
    def _one_comparison(self) -> Self:
        taken = _TAKES[self.compares]
        for key in ("visit", "against", "visits", "event", "periods", "time", "exposure", "crossover"):
            if getattr(self, key) not in (None, ()) and key not in taken:
                told = f"{key} has no place in {_SAID[self.compares]}"
                raise refuse(told, f"take {key} out; {_FORMS}", key)
        if self.against is not None and self.visit is None and not self.visits:
            raise refuse("against names the earlier visit, and visit, the later one, is missing", _FORMS, "against")
        return self

    @model_validator(mode="after")
    def _direction_is_of_the_event(self) -> Self:
        wanted = {"harm": "lower_is_better", "benefit": "higher_is_better"}
        if self.time is not None and self.direction != wanted[self.time.event_is]:
            told = f"the event is a {self.time.event_is}, and direction is of the event, not of the time"
            raise refuse(told, f"write direction: {wanted[self.time.event_is]}, or mend event_is", "direction")
        return self

    @model_validator(mode="after")
    def _covariates_apart(self) -> Self:
        for key in ("visits", "covariates"):
            names = getattr(self, key)
            for index, name in enumerate(names):
                if name in names[:index]:
                    raise refuse(f"{name} stands twice", "take one of the two out", key, index)
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
