"""The tables and figures that the study file declares: what kind each is, and what that kind needs to know."""

from __future__ import annotations

from typing import Annotated, Literal, NamedTuple, Self

from pydantic import Field, model_validator

from report.study.data import Model, Name, Text
from report.study.faults import refuse
from report.study.shown_lines import ShownLine

DISPLAY = r"^(tbl|fig)-[a-z][a-z0-9-]*$"


class Kind(NamedTuple):
    """A kind of display: how its ids begin, which keys it needs, and which more it may have."""

    begins: str
    needs: tuple[str, ...] = ()
    may_have: tuple[str, ...] = ()


KINDS = {
    "baseline": Kind("tbl-"),
    "outcome_change": Kind("tbl-", ("endpoint",)),
    "outcome_binary": Kind("tbl-", ("endpoint",)),
    "outcomes": Kind("tbl-", ("endpoints",)),
    "responders": Kind("tbl-", ("endpoints",)),
    "shift": Kind("tbl-", ("endpoints",)),
    "shift_levels": Kind("tbl-", ("endpoint",)),
    "event_periods": Kind("tbl-", ("endpoint",)),
    "subgroups": Kind("tbl-", ("endpoint",)),
    "adverse_events": Kind("tbl-"),
    "adverse_event_terms": Kind("tbl-", (), ("at_least",)),
    "visits": Kind("tbl-", ("population", "variables")),
    "individuals": Kind("tbl-", ("population", "variables"), ("visits", "endpoints")),
    "endpoints": Kind("tbl-"),
    "results": Kind("tbl-", ("lines",)),
    "multiplicity": Kind("tbl-"),
    "comparison": Kind("tbl-", ("endpoint",)),
    "change_by_visit": Kind("tbl-", ("endpoint",)),
    "means": Kind("fig-", ("endpoint",)),
    "courses": Kind("fig-", ("endpoint",), ("visits",)),
    "forest": Kind("fig-", ("endpoint",)),
    "kaplan_meier": Kind("fig-", ("endpoint",), ("at_least", "bands")),
    "cumulative_incidence": Kind("fig-", ("endpoint",), ("at_least", "bands")),
    "flow": Kind("fig-"),
}
OF_INDIVIDUALS = ("courses", "individuals")
_CHOOSING = ("endpoint", "endpoints", "population", "variables", "visits", "at_least", "lines", "bands")
_HOLDS = {
    "endpoint": "the id of an endpoint",
    "endpoints": "a list of ids of endpoints",
    "population": "the name of a population",
    "variables": "a list of variables",
    "lines": "a list of lines, each with label, analysis and show",
}


class Display(Model):
    """One table or figure: its kind, what it shows, its title and notes.

    ``endpoint`` or ``endpoints`` name what an outcome display shows; ``population``, ``variables`` and ``visits`` what
    a table of visits or of individuals shows. ``at_least`` keeps of a table of terms those that this percentage of the
    participants of some column had, and ends a curve where fewer than this percentage of its arm are at risk.
    ``bands`` shades the pointwise intervals of curves. ``lines`` are those of a table of results, ours or read in. A
    ``wide`` one has a landscape page of its own. ``open_title`` is the title in an open report to the board, where
    there are no arms.
    """

    id: Annotated[str, Field(pattern=DISPLAY)]
    kind: Literal[
        "baseline", "outcome_change", "outcome_binary", "outcomes", "responders", "shift", "shift_levels",
        "event_periods", "subgroups",
        "adverse_events", "adverse_event_terms", "visits", "individuals", "endpoints", "results", "multiplicity",
        "comparison", "change_by_visit", "means", "courses", "forest", "kaplan_meier", "cumulative_incidence", "flow",
    ]  # fmt: skip
    title: Text
    open_title: Text | None = None
    endpoint: Name | None = None
    endpoints: tuple[Name, ...] = ()
    population: Name | None = None
    variables: tuple[Name, ...] = ()
    visits: tuple[Name, ...] = ()
    at_least: float | None = Field(default=None, gt=0, le=100)
    lines: tuple[ShownLine, ...] = ()
    bands: bool = False
    notes: tuple[Text, ...] = ()
    wide: bool = False

    @property
    def shown_endpoints(self) -> tuple[str, ...]:
        """The endpoints that it shows, one or several."""
        return (*([self.endpoint] if self.endpoint else []), *self.endpoints)

    @model_validator(mode="after")
    def _begins_as_its_kind(self) -> Self:
        begins = KINDS[self.kind].begins
        if not self.id.startswith(begins):
            told = f"a display of kind {self.kind} has an id that begins with {begins}"
            raise refuse(told, f"write id: {begins}{self.id[4:]}", "id")
        return self

    @model_validator(mode="after")
    def _has_what_its_kind_needs(self) -> Self:
        kind = KINDS[self.kind]
        for key in _CHOOSING:
            given = bool(getattr(self, key))
            if key in kind.needs and not given:
                told = f"a display of kind {self.kind} needs {key}, and {key} is missing here"
                raise refuse(told, f"write {key}: and {_HOLDS[key]}")
            if given and key not in (*kind.needs, *kind.may_have):
                told = f"{key} has no place in a display of kind {self.kind}"
                raise refuse(told, f"take {key} out, or write another kind", key)
        return self
