"""What the protocol and the analysis plan say of participants: visits, disposition, baseline, safety, individuals."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from report.study.data import Count, Day, Filter, Model, Name, Text
from report.study.faults import refuse

NOT_CODED = "Not coded"  # what is said of an adverse event whose term or class is missing


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

    ``id`` is the field's term for it (``report/paper/flow.py`` knows its band, and
    ``report/analysis/described/disposition.py`` the equations that it takes part in).
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


Summary = Literal[
    "n", "mean_sd", "mean_se", "median_range", "median_quartiles", "median_quartiles_range", "range",
    "geometric_mean_cv",
]  # fmt: skip
TESTS_OF_NUMBERS, TESTS_OF_CATEGORIES = ("t", "welch", "rank"), ("chi_squared", "fisher")


class BaselineVariable(Model):
    """One variable of the baseline table; ``show`` limits a category to some levels, each on one line.

    A number is described by each ``summary``, by its median and quartiles where none is named. ``test`` is how the arms
    are compared where the table has tests: of a number ``t`` (equal variances; of more than two arms an analysis of
    variance), ``welch`` (unequal variances) or ``rank`` (Mann-Whitney; of more arms Kruskal-Wallis); of a category
    ``chi_squared`` or ``fisher``. Without it a number whose mean is shown is compared by ``welch``, another by
    ``rank``, and a category by ``chi_squared``.
    """

    variable: Name
    summary: tuple[Summary, ...] = ()
    show: tuple[str, ...] = ()
    label: Text = ""
    test: Literal["t", "welch", "rank", "chi_squared", "fisher"] | None = None

    @property
    def summaries(self) -> tuple[Summary, ...]:
        """How a number is described."""
        return self.summary or ("median_quartiles",)

    def tested_by(self, *, is_category: bool) -> str:
        """Return the test of this variable: its own, or that of its kind."""
        if self.test is not None:
            return self.test
        if is_category:
            return "chi_squared"
        return "welch" if {"mean_sd", "mean_se"}.intersection(self.summaries) else "rank"


class Baseline(Model):
    """The baseline table: its population, the visit whose rows count as baseline, its variables in order.

    ``total`` adds a column of all participants. ``standardised_differences`` compares each arm with the reference.
    ``tests`` adds p values; in a randomised trial they test what is known to be chance, and ``why_tests`` must say who
    insists on them. ``quartiles`` is their type: 2 as SAS has them (PCTLDEF=5), or 7 as R and spreadsheets do.
    """

    population: Name
    visit: Name | None = None
    variables: tuple[BaselineVariable, ...] = Field(min_length=1)
    total: bool = False
    standardised_differences: bool = False
    tests: bool = False
    why_tests: str = ""
    quartiles: Literal[2, 7] = 2

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        names = [line.variable for line in self.variables]
        for index, name in enumerate(names):
            if name in names[:index]:
                raise refuse(f"{name} stands twice", "take one of the two lines out", "variables", index, "variable")
        return self

    @model_validator(mode="after")
    def _tests_are_wanted(self) -> Self:
        for index, line in enumerate(self.variables if not self.tests else ()):
            if line.test is not None:
                told = f"a test is named for {line.variable}, and the table has no tests"
                raise refuse(told, "take test out; or write tests: true for the table", "variables", index, "test")
        if self.why_tests and not self.tests:
            raise refuse("why_tests is given, and the table has no tests", "take why_tests out", "why_tests")
        return self


class Narrative(Model):
    """One event of one participant told by its ``variables``: the only event that fulfils ``where``.

    ``participant`` names variables of the participants' own data set that are told beside it.
    """

    id: Name
    where: Filter
    variables: tuple[Name, ...] = Field(min_length=1)
    participant: tuple[Name, ...] = ()


class Safety(Model):
    """The adverse events: their data set, a row an event, and the columns or derived variables that describe them.

    ``where`` says which events are counted, such as those that emerged under treatment; all where it is left out.
    Where ``term`` is a category its levels are counted too; a text is never printed, for somebody may have typed a name
    there. ``coded_by`` names the dictionary and its version, as MedDRA 26.1, by which ``term`` was coded, and
    ``system`` the system organ class or the like that each term belongs to: these are no free text, and are counted
    and printed as they stand in the data, the most frequent first; a term that is all in capitals is printed in small
    letters, or as ``spelled`` has it: {ECG ABNORMAL: ECG abnormal}. ``fatal`` and ``withdrawn`` say whether an event
    led to death or to the end of treatment. ``narratives`` tell single events.
    """

    dataset: Name
    population: Name
    where: Filter | None = None
    term: Name
    system: Name | None = None
    coded_by: str = ""
    spelled: dict[str, Text] = Field(default_factory=dict)
    onset: Name
    serious: Name | None = None
    severity: Name | None = None
    related: Name | None = None
    fatal: Name | None = None
    withdrawn: Name | None = None
    emergent: Name | None = None
    period: Name | None = None
    narratives: tuple[Narrative, ...] = ()

    def variables(self) -> dict[str, str]:
        """Return the named variables by their role."""
        roles = (
            "term", "system", "onset", "serious", "severity", "related", "fatal", "withdrawn", "emergent", "period",
        )  # fmt: skip
        return {role: name for role in roles if (name := getattr(self, role)) is not None}

    @property
    def has_terms(self) -> bool:
        """Whether the events are counted by the terms of a dictionary, or by classes of terms."""
        return bool(self.coded_by or self.system)

    @model_validator(mode="after")
    def _system_is_coded(self) -> Self:
        if self.system is not None and not self.coded_by.strip():
            told = "system is a class of coded terms, and coded_by does not say by what they were coded"
            raise refuse(told, 'write its name and version, as coded_by: "MedDRA 26.1"', "system")
        return self


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
