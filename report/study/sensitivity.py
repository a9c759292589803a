"""What the study file may say of analyses without some participants, and of the second programmer's comparison."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from report.study.data import Count, Model, Name, Text
from report.study.endpoints import Specified

ToleranceKind = Literal["count", "text", "description", "estimate", "limit", "limit_by_iteration", "test"]
Tolerance = Annotated[float, Field(ge=0, lt=0.1)]


class Sensitivity(Model):
    """The endpoints without some participants: those with a row that fulfils one of the conditions under ``exclude``.

    Its results are named ``<id>.<endpoint>.<method>``. ``specified_in`` and ``source`` say where it was planned, or, as
    ``data_driven``, why it was thought of after the data were seen.
    """

    id: Name
    label: Text
    exclude: tuple[Count, ...] = Field(min_length=1)
    specified_in: Specified
    source: Text


class Quality(Model):
    """How the results of a second programmer are compared with ours.

    ``tolerances`` replace those of docs/second-programmer.md, kind by kind. ``required`` are the results that the
    second programmer must bring: endpoints by their role or id, safety (its totals), populations (their sizes).
    """

    tolerances: dict[ToleranceKind, Tolerance] = Field(default_factory=dict)
    required: tuple[Name, ...] = ("primary", "safety")
