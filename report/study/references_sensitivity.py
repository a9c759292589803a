"""Sensitivity analyses and quality control of the study file that name what is not there."""

from __future__ import annotations

from collections.abc import Iterator

from report.study.data import Count
from report.study.faults import Fault, missing
from report.study.model import Study
from report.study.places import Place
from report.study.references_data import condition

# how the names of other results begin
TAKEN = (
    "baseline", "disposition", "individual", "multiplicity", "narrative", "population", "queries", "safety", "visits",
    "waiver",
)  # fmt: skip
REQUIRED = ("primary", "secondary", "exploratory", "safety", "populations")


def faults(study: Study) -> Iterator[Fault]:
    """Yield every fault, in the order of the study file."""
    for index, plan in enumerate(study.sensitivity):
        place: Place = ("sensitivity", index)
        before = [each.id for each in study.sensitivity[:index]]
        if plan.id in (*TAKEN, *before, *(endpoint.id for endpoint in study.endpoints)):
            told = f"{plan.id} is the name of other results already"
            yield Fault((*place, "id"), told, "write another id, such as without_site_3")
        yield from excluded(study, (*place, "exclude"), plan.exclude)
    known = (*REQUIRED, *(endpoint.id for endpoint in study.endpoints))
    for index, name in enumerate(study.quality.required):
        yield from missing(("quality", "required", index), name, known, "role, endpoint or kind of result")


def excluded(study: Study, place: Place, exclude: tuple[Count, ...]) -> Iterator[Fault]:
    """Yield the faults of conditions on participants: data sets, variables, values, identifiers."""
    for number, count in enumerate(exclude):
        there: Place = (*place, number)
        yield from missing((*there, "dataset"), count.dataset, study.datasets, "data set")
        yield from condition(study, (*there, "where"), count.dataset, count.where)
        if count.where is None:
            yield Fault(there, "a condition is missing: everybody would be left out", "write where, as in populations")
