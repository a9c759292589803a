"""The whole study file: the protocol and the analysis plan as data.

Both sides of the wall read the study through these models, so that a label, a unit or a level's order is said once.
Every model is frozen and refuses unknown keys; ``report.study.file.read`` gives the file's line for each fault.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import Field, PrivateAttr, model_validator

from report.modes import Treatment
from report.study.data import Column, Dataset, Model, Name, Population, Text, TextFile
from report.study.derivations import AnyDerivation
from report.study.displays import Display
from report.study.endpoints import Endpoint, LeftOut
from report.study.faults import among, refuse
from report.study.lock_plan import LockPlan
from report.study.multiplicity import Multiplicity
from report.study.people import Author, Journal, StudyIdentity
from report.study.places import Lines
from report.study.plan import Baseline, DispositionItem, IndividualData, Safety, Visit
from report.study.read_in import ReadIn
from report.study.rules_dates import VisitWindow
from report.study.sensitivity import Quality, Sensitivity

LANGUAGE = r"^[a-z]{2,3}(-[A-Z]{2})?$"


class Arm(Model):
    """One arm; ``code`` is its value in the data, ``short`` its heading in tables."""

    id: Name
    label: Text
    code: str = ""
    short: str = ""


class Where(Model):
    """A column of a data set with one row a participant."""

    dataset: Name
    column: Name


class Blinding(Model):
    """How dummy arms are drawn as long as the true ones are sealed: in permuted blocks, by a seed that the paper tells.

    ``ratio`` is in what numbers the arms are allocated, all alike where it is left out; a ``block`` has twice their sum
    where no other size is given. ``strata`` are categories in each combination of which the blocks begin anew.
    ``population`` is who was randomised: all participants where it is left out.
    """

    seed: int = Field(ge=0)
    ratio: dict[Name, Annotated[int, Field(ge=1, le=20)]] = Field(default_factory=dict)
    block: int | None = Field(default=None, ge=2, le=200)
    strata: tuple[Where, ...] = ()
    population: Name | None = None


class Design(Model):
    """How participants came to their treatment.

    ``allocation`` is the column with each participant's arm, absent in a single arm; ``start`` the date from which
    study days count, such as that of the first treatment; ``end`` the date on which participation ended. ``blinding``
    says how dummy arms are drawn in a trial whose allocation is sealed.
    """

    kind: Literal["single_arm", "parallel"]
    randomised: bool
    arms: tuple[Arm, ...] = Field(min_length=1)
    allocation: Where | None = None
    start: Where | None = None
    end: Where | None = None
    reference: Name | None = None
    blinding: Blinding | None = None

    @model_validator(mode="after")
    def _arms_apart(self) -> Self:
        ids = [arm.id for arm in self.arms]
        codes = [arm.code for arm in self.arms] if self.kind == "parallel" else []
        for key, given in (("id", ids), ("code", codes)):
            for index, name in enumerate(given):
                if name in given[:index]:
                    told = f"two arms have the same {key}, {name}" if name else "two arms have no code"
                    remedy = f"write the {key} that this arm has{' in the data' if key == 'code' else ''}"
                    raise refuse(told, remedy, "arms", index, key)
        if (self.kind == "single_arm") != (len(ids) == 1):
            told = (
                f"a single arm is one arm, parallel arms are two or more; kind is {self.kind}, and arms has {len(ids)}"
            )
            kind = "single_arm" if len(ids) == 1 else "parallel"
            raise refuse(told, f"write kind: {kind}, or mend the list of arms", "kind")
        return self

    @model_validator(mode="after")
    def _allocation_fits(self) -> Self:
        if self.kind == "single_arm" and self.allocation is not None:
            told = "allocation is required in a parallel design, and has no place in a single arm"
            raise refuse(told, "take allocation out", "allocation")
        if self.kind == "parallel" and self.allocation is None:
            told = "allocation is required in a parallel design, and is missing"
            raise refuse(told, "write the column with the arm, as allocation: {dataset: patients, column: arm}")
        return self

    @model_validator(mode="after")
    def _blinding_fits(self) -> Self:
        if self.blinding is None:
            return self
        if self.kind == "single_arm":
            raise refuse("a single arm has nothing to blind", "take blinding out", "blinding")
        ids, given = [arm.id for arm in self.arms], self.blinding.ratio
        for name in given:
            if name not in ids:
                raise refuse(f"there is no arm named {name}", among(name, ids), "blinding", "ratio", name)
        if lacking := [arm for arm in ids if given and arm not in given]:
            remedy = f"write the number of every arm, as ratio: {{{', '.join(f'{arm}: 1' for arm in ids)}}}"
            raise refuse(f"ratio does not say how many go to {' and '.join(lacking)}", remedy, "blinding", "ratio")
        if self.blinding.block is not None and self.blinding.block % sum(self.ratio.values()):
            whole = sum(self.ratio.values())
            ratio = ":".join(map(str, self.ratio.values()))
            told = f"a block of {self.blinding.block} cannot hold the arms in the ratio {ratio}"
            raise refuse(told, f"write a multiple of {whole}, as block: {2 * whole}", "blinding", "block")
        return self

    @property
    def block(self) -> int:
        """The size of a block of dummy arms: twice the sum of the ratio, where no other is given."""
        given = self.blinding.block if self.blinding else None
        return given or 2 * sum(self.ratio.values())

    @property
    def ratio(self) -> dict[str, int]:
        """How many of each block of dummy arms every arm gets, in declared order."""
        given = self.blinding.ratio if self.blinding else {}
        return {arm.id: given.get(arm.id, 1) for arm in self.arms}

    @model_validator(mode="after")
    def _reference_is_an_arm(self) -> Self:
        ids = [arm.id for arm in self.arms]
        if self.kind == "parallel" and self.reference is None:
            remedy = f"write reference: and the arm that the others are compared with, one of {', '.join(ids)}"
            raise refuse("reference is missing", remedy)
        if self.kind == "parallel" and self.reference not in ids:
            told = f"reference must be one of the arms ({', '.join(ids)}), not {self.reference}"
            raise refuse(told, among(self.reference, ids), "reference")
        return self


class Study(Model):
    """The whole study file."""

    format: Literal[2]
    study: StudyIdentity
    language: str = Field(default="en-GB", pattern=LANGUAGE)
    journal: Journal = Journal()
    affiliations: dict[Name, Text] = Field(default_factory=dict)
    authors: tuple[Author, ...] = Field(min_length=1)
    design: Design
    datasets: dict[Name, Dataset] = Field(min_length=1)
    reported: TextFile | None = None
    read_in: tuple[ReadIn, ...] = ()
    lock: LockPlan = LockPlan()
    visits: tuple[Visit, ...] = ()
    derivations: dict[Name, AnyDerivation] = Field(default_factory=dict)
    populations: dict[Name, Population] = Field(min_length=1)
    disposition: tuple[DispositionItem, ...] = ()
    baseline: Baseline | None = None
    endpoints: tuple[Endpoint, ...] = ()
    outcomes_left_out: tuple[LeftOut, ...] = ()
    multiplicity: tuple[Multiplicity, ...] = ()
    sensitivity: tuple[Sensitivity, ...] = ()
    quality: Quality = Quality()
    safety: Safety | None = None
    individual_data: IndividualData = IndividualData(display=False, ground="")
    abbreviations: dict[Text, Text] = Field(default_factory=dict)
    displays: tuple[Display, ...] = ()

    _lines: Lines = PrivateAttr(default=Lines())

    def read_from(self, lines: Lines) -> Self:
        """Return the study itself, which knows from now on where the file says what."""
        self._lines = lines
        return self

    def where(self, *place: str | int) -> str:
        """Return file, line and place of a part, for a finding that shows only with the data."""
        return self._lines.where(place, self.model_dump(by_alias=True))

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
        """The participants' own data set: the first with one row each; the first of all where there is none.

        A sealed one is not: who takes part is known before the unblinding.
        """
        seen = {name: each for name, each in self.datasets.items() if not each.sealed} or self.datasets
        return next((name for name, each in seen.items() if each.is_one_row_each), next(iter(seen)))

    @property
    def is_blinded(self) -> bool:
        """Whether its allocation is sealed, until the ledger says that it was opened."""
        return self.design.blinding is not None

    @property
    def cautious_treatment(self) -> Treatment:
        """The treatment as long as nobody has asked the ledger: dummies in a blinded trial."""
        return "dummy" if self.is_blinded else "real"

    def home_of(self, endpoint: Endpoint, name: str) -> str:
        """Return the data set of a covariate, stratum, cluster or exposure: the endpoint's own, or the participants'.

        The endpoint's own where it has a row a participant, or where the participants' has no such variable.
        """
        own, home = endpoint.dataset, self.participants
        in_own = name in self.variables(own)
        return own if in_own and (self.datasets[own].is_one_row_each or name not in self.variables(home)) else home

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
