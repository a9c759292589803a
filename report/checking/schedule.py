"""The schedule: visits that are lacking, and visits outside their window. Both are questions; neither blocks a lock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pandas as pd

from report.checking.cells import convert
from report.checking.check import EARLIEST, spots_of
from report.checking.faults import Fault, Spot
from report.checking.sources import Data
from report.study.data import Dataset
from report.study.model import Study, Where
from report.study.plan import Visit

Dates = Mapping[str, pd.Timestamp]


@dataclass(frozen=True)
class _Course:
    """When each participant's study days begin and when participation ended; None where no such date is declared."""

    people: tuple[str, ...]
    start: Dates | None
    end: Dates | None


def faults(study: Study, data: Data) -> Iterator[Fault]:
    """Yield a question for every planned visit without a row, and for every row whose date is outside its window."""
    course = _course(study, data)
    for name, dataset in study.datasets.items():
        if dataset.visit is None:
            continue
        yield from _missing(study, data.frames[name], name, dataset, course)
        if course.start is not None and dataset.date in data.frames[name]:
            yield from _outside(study, data.frames[name], name, dataset, course.start)


def _course(study: Study, data: Data) -> _Course:
    home = data.frames[study.participants]
    people = home[study.datasets[study.participants].participant].dropna().unique()
    dates = (_dates(study, data, where) for where in (study.design.start, study.design.end))
    return _Course(tuple(map(str, people)), *dates)


def _dates(study: Study, data: Data, where: Where | None) -> Dates | None:
    if where is None or where.column not in data.frames[where.dataset]:
        return None
    dataset, frame = study.datasets[where.dataset], data.frames[where.dataset]
    made = convert(frame[where.column], dataset.columns[where.column], dataset.format)
    named = pd.Series(made.to_numpy(), index=frame[dataset.participant]).dropna()
    return {str(participant): pd.Timestamp(moment) for participant, moment in named.items()}


def _missing(study: Study, frame: pd.DataFrame, name: str, dataset: Dataset, course: _Course) -> Iterator[Fault]:
    there = set(zip(frame[dataset.participant], frame[dataset.visit], strict=True))
    levels = dataset.columns[str(dataset.visit)].levels
    planned = [visit for visit in study.visits if not levels or visit.code in levels]
    lacking = [
        Spot(record=person if not dataset.columns[dataset.participant].identifier else "", visit=visit.code)
        for person in course.people
        for visit in planned
        if (person, visit.code) not in there and _is_due(study, visit, person, course)
    ]
    if lacking:
        told = f"{len(lacking)} planned visit{'s have' if len(lacking) > 1 else ' has'} no row"
        remedy = "enter the visit, or say at the source that it was missed"
        yield Fault("visit-missing", f"data/{dataset.file}", told, remedy, name, spots=tuple(lacking), blocking=False)


def _is_due(study: Study, visit: Visit, person: str, course: _Course) -> bool:
    """Return whether a visit's window has passed at the cut-off, for a participant who had begun and had not left."""
    if course.start is None:
        return True
    start = course.start.get(person)
    if start is None:
        return False
    left = course.end.get(person) if course.end is not None else None
    latest = start + timedelta(days=visit.window[1] if visit.window else visit.day)
    return latest <= pd.Timestamp(study.study.data_cutoff) and (
        left is None or start + timedelta(days=visit.day) <= left
    )


def _outside(study: Study, frame: pd.DataFrame, name: str, dataset: Dataset, start: Dates) -> Iterator[Fault]:
    assert dataset.date is not None
    dates = convert(frame[dataset.date], dataset.columns[dataset.date], dataset.format)
    dates = dates.where((dates >= pd.Timestamp(EARLIEST)) & (dates <= pd.Timestamp(study.study.data_cutoff)))
    days = (dates - pd.to_datetime(frame[dataset.participant].map(start))).dt.days.to_numpy(dtype=float)
    for visit in study.visits:
        if visit.window is None:
            continue
        low, high = visit.window
        here = (frame[dataset.visit] == visit.code).to_numpy(dtype=bool)
        outside = here & ~np.isnan(days) & ((days < low) | (days > high))
        if outside.any():
            told = f"{visit.label} is planned for day {low} to {high} after the start"
            where = f"data/{dataset.file}, column {dataset.date}"
            spots = spots_of(dataset, frame, outside, dataset.date)
            remedy = "correct the date or the visit at the source, if one is wrong"
            yield Fault("visit-window", where, told, remedy, name, dataset.date, spots, blocking=False)
