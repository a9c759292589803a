"""Derived variables: every rule of the study file evaluated over the typed frames, in the file's order.

A rule reads the variables of its own data set, and those of the participants' own data set joined by participant; the
own ones win where both have the name. What a value was computed from decides its open queries, other rows included.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from report.analysis.people import scores, timing
from report.analysis.people.conditions import Answer, answer
from report.analysis.people.scores import Vector, numbers
from report.analysis.people.timing import Levels, Positions
from report.checking.queries import NONE, Mask, Queries, is_shadow, opened, with_queries
from report.study.data import Column, Dataset
from report.study.derivations import (
    FROM_START,
    AcrPedi,
    AnyDerivation,
    BaselineValue,
    Category,
    Change,
    Condition,
    Jadas,
    PercentChange,
    Sum,
)  # fmt: skip
from report.study.model import Study, Where
from report.study.rules_dates import Age, Period, StudyDay, TimeBetween, TreatmentEmergent, VisitWindow

Frames = Mapping[str, pd.DataFrame]
START = "=start"  # the participant's start beside a rule's rows; no variable can be called so
FORGIVEN = 1e-9


def derive(study: Study, frames: Frames) -> dict[str, pd.DataFrame]:
    """Return every data set's frame with its derived variables; the frames given stay as they are.

    Numbers are floats rounded to their resolution, categories ordered as their levels, and each value bears the open
    queries of all that it was computed from. The study file must have passed its checks: KeyError otherwise.
    """
    made = dict(frames)
    in_doubt = any(is_shadow(column) for frame in frames.values() for column in frame.columns)
    for name, rule in study.derivations.items():
        rows = _rows(study, made, rule)
        values = _typed(_values(rule, rows), study.column(rule.dataset, name))
        frame = made[rule.dataset].assign(**{name: values})
        made[rule.dataset] = with_queries(frame, name, list(_queries(rule, rows))) if in_doubt else frame
    return made


def to_resolution(values: Vector, resolution: float) -> Vector:
    """Return values rounded half away from zero to a multiple of ``resolution``, such as 0.1, 0.5 or 5.

    Sums of decimal fractions carry noise in the last bits; unrounded, equal scores would rank as different and a true
    zero change as a change. A billionth of a step is forgiven, so that 0.15 stored as 0.1499999 rounds up.
    """
    steps, per = Fraction(str(resolution)).as_integer_ratio()  # exact: 1 / 0.00001 is not 100000 in floats
    scaled = np.abs(values) * per / steps
    return np.sign(values) * np.floor(scaled + 0.5 + FORGIVEN) * steps / per + 0.0  # and no minus zero


def trace(study: Study) -> dict[str, dict[str, str | list[str]]]:
    """Return for each derived variable its data set, rule, inputs as "dataset.variable", and where it is published."""
    return {
        name: {
            "dataset": rule.dataset,
            "rule": rule.rule,
            "inputs": list(dict.fromkeys(_inputs(study, rule))),
            "source": rule.source,
        }
        for name, rule in study.derivations.items()
    }


def _inputs(study: Study, rule: AnyDerivation) -> Iterator[str]:
    """Yield the inputs that the rule names, then those that it needs besides: the visit, the date, the start."""
    own, dataset = study.variables(rule.dataset), study.datasets[rule.dataset]
    for needed in rule.inputs():
        yield f"{rule.dataset if needed.name in own else study.participants}.{needed.name}"
    if isinstance(rule, AcrPedi) or (isinstance(rule, BaselineValue) and rule.at is not None):
        yield f"{rule.dataset}.{study.visit_variable(rule.dataset)}"
    if _is_dated(rule):
        yield f"{rule.dataset}.{dataset.date}"
    if _counts_from_start(rule) and study.design.start is not None:
        yield f"{study.design.start.dataset}.{study.design.start.column}"


def _is_dated(rule: AnyDerivation) -> bool:
    return isinstance(rule, BaselineValue) and rule.at is None


def _counts_from_start(rule: AnyDerivation) -> bool:
    return isinstance(rule, FROM_START) or _is_dated(rule)


@dataclass(frozen=True)
class _Rows:
    """The rows of a rule's data set, with what it reads of the participants' data set and their start beside them."""

    study: Study
    dataset: str
    frame: pd.DataFrame

    @property
    def declared(self) -> Dataset:
        return self.study.datasets[self.dataset]

    @property
    def persons(self) -> pd.Series:
        return self.frame[self.declared.participant]

    @property
    def whose(self) -> pd.Series:
        """The open queries on whose each row is."""
        return opened(self.frame, [self.declared.participant])

    @property
    def visit(self) -> str:
        """The variable that holds the visits."""
        return self.study.visit_variable(self.dataset) or ""

    @cached_property
    def rank(self) -> Positions:
        return timing.key_rank(self.frame, self.declared.key)

    @property
    def dates(self) -> pd.Series:
        return self.frame[self.declared.date]

    def in_doubt(self, variable: str) -> Mask:
        """Return which rows have open queries on a variable."""
        return np.asarray(opened(self.frame, [variable]).map(bool), dtype=bool)

    def at(self, visit: str) -> Mask:
        """Return which rows are at a visit."""
        return np.asarray(self.frame[self.visit].astype(object) == self.study.visit(visit).code, dtype=bool)

    def from_visit(self, visit: str) -> Positions:
        """Return for each row where its participant's row at a visit stands."""
        return timing.last_of_each(self.persons, self.at(visit), (self.rank,))


def _rows(study: Study, frames: Frames, rule: AnyDerivation) -> _Rows:
    frame = frames[rule.dataset]
    people = study.datasets[rule.dataset].participant
    for needed in rule.inputs():
        if needed.name not in frame:
            frame = _beside(
                frame, people, needed.name, study, frames, Where(dataset=study.participants, column=needed.name)
            )
    if _counts_from_start(rule) and study.design.start is not None:
        frame = _beside(frame, people, START, study, frames, study.design.start)
    return _Rows(study, rule.dataset, frame)


def _beside(frame: pd.DataFrame, people: str, name: str, study: Study, frames: Frames, source: Where) -> pd.DataFrame:
    """Return a frame with each participant's value in a data set with one row each, and its queries, beside its rows.

    Who has no row there may own one whose participant is in doubt, and bears its query.
    """
    home, key = frames[source.dataset], study.datasets[source.dataset].participant
    own = home[home[key].notna()].set_index(key, drop=False)
    made = frame.assign(**{name: own[source.column].reindex(frame[people]).array})
    if not any(is_shadow(column) for column in home.columns):
        return made
    stray = NONE.union(*opened(home, [key]))
    theirs = opened(own, [key, source.column]).reindex(frame[people])
    return with_queries(made, name, [each if isinstance(each, frozenset) else stray for each in theirs])


def _typed(values: npt.NDArray[Any] | Answer, column: Column) -> Vector | pd.Categorical:
    """Return what a rule made as its contract has it: rounded to its resolution, or as ordered levels."""
    if isinstance(values, Answer):
        values = _yes_or_no(values)
    if column.type == "category":
        return pd.Categorical(values, categories=list(column.levels), ordered=True)
    return to_resolution(np.asarray(values, dtype=float), column.resolution)


def _yes_or_no(held: Answer) -> Levels:
    made: Levels = np.full(len(held.yes), None, dtype=object)
    made[held.yes], made[held.no] = "yes", "no"
    return made


def _values(rule: AnyDerivation, rows: _Rows) -> npt.NDArray[Any] | Answer:
    """Return what a rule makes of each row: a number, a level, or yes and no."""
    frame = rows.frame
    match rule:
        case Sum():
            return scores.total(rule, frame)
        case Jadas():
            return scores.jadas(rule, frame)
        case AcrPedi():
            return _response(rule, rows)
        case BaselineValue():
            return timing.taken(numbers(frame, rule.variable), _baseline_rows(rule, rows))
        case Change():
            return numbers(frame, rule.variable) - numbers(frame, rule.baseline)
        case PercentChange():
            return scores.percent_change(numbers(frame, rule.variable), numbers(frame, rule.baseline))
        case Category():
            return _classes(rule, numbers(frame, rule.variable))
        case Condition():
            return answer(frame, rule.where)
        case _:
            return _timed(rule, rows)


def _timed(
    rule: StudyDay | Age | TimeBetween | VisitWindow | TreatmentEmergent | Period, rows: _Rows
) -> npt.NDArray[Any] | Answer:
    """Return what a rule makes of each row's dates."""
    frame = rows.frame
    match rule:
        case StudyDay():
            return timing.study_day(frame[rule.date], frame[START])
        case Age():
            return timing.age(frame[rule.birth], frame[rule.on])
        case TimeBetween():
            return timing.between(frame[rule.first], frame[rule.last], rule.unit)
        case VisitWindow():
            days = timing.days_from(frame[START], frame[rule.date])
            return timing.nearest_rows(rows.study.visits, rows.persons, days, rows.rank)
        case TreatmentEmergent():
            lasts, known = frame[rule.last or START], rows.persons.notna().to_numpy(dtype=bool)
            return timing.emergent(frame[rule.onset], frame[START], lasts, rule.within_days, known)
        case Period():
            return timing.period(rule.periods, frame[rule.date], frame[START])


def _response(rule: AcrPedi, rows: _Rows) -> Answer:
    """Return the response of each row; none is defined at the visit compared with, nor where the visit is missing."""
    core = rows.frame[list(rule.core)].to_numpy(dtype=float)
    found = scores.acr_pedi(rule.improvement, core, timing.taken(core, rows.from_visit(rule.against)))
    defined = ~rows.at(rule.against) & rows.frame[rows.visit].notna().to_numpy(dtype=bool)
    return Answer(found.yes & defined, found.no & defined)


def _baseline_rows(rule: BaselineValue, rows: _Rows) -> Positions:
    if rule.at is not None:
        return rows.from_visit(rule.at)
    held = rows.frame[rule.variable].notna().to_numpy(dtype=bool)
    return timing.rows_before(rows.persons, rows.dates, rows.frame[START], held, rows.rank)


def _classes(rule: Category, values: Vector) -> Levels:
    """Return the class of each number; a limit belongs to the class above it."""
    levels = np.array(list(rule.levels), dtype=object)
    made: Levels = levels[np.searchsorted(rule.breaks, values, side="right").clip(max=len(rule.breaks))]
    made[np.isnan(values)] = None
    return made


def _queries(rule: AnyDerivation, rows: _Rows) -> Iterator[Queries]:
    """Yield the open queries of all values that each row's value was computed from."""
    frame, dataset = rows.frame, rows.declared
    match rule:
        case Condition():
            return _deciding(rule, frame)
        case AcrPedi():
            mine, others = [*rule.core, rows.visit], _at_visit(rows, rule.core, rule.against)
        case BaselineValue() if rule.at is not None:
            mine, others = [], _at_visit(rows, [rule.variable], rule.at)
        case BaselineValue():
            read = [rule.variable, str(dataset.date), *dataset.key]
            mine, others = [START], _elsewhere(rows, read, _may_be_baseline(rule, rows))
        case VisitWindow():
            mine, others = [START], _elsewhere(rows, [rule.date, *dataset.key], np.ones(len(frame), dtype=bool))
        case _:
            return iter(opened(frame, [*(needed.name for needed in rule.inputs()), START]))
    return map(frozenset.union, opened(frame, mine), others)


def _deciding(rule: Condition, frame: pd.DataFrame) -> Iterator[Queries]:
    """Yield the queries of each row that open values decide; where the others decide alone, the answer is not open."""
    doubts = opened(frame, {needed.name for needed in rule.inputs()})
    for row, queries in enumerate(doubts):
        yield NONE.union(*answer(frame.iloc[[row]], rule.where).queries) if queries else NONE


def _at_visit(rows: _Rows, variables: Sequence[str], visit: str) -> Iterator[Queries]:
    """Yield for each row the queries of its participant's row at a visit, or of the rows that may be it.

    A participant has one row a visit, so a row in doubt can be at the visit only for somebody who has none there.
    """
    read, here = [*variables, rows.visit, rows.declared.participant], rows.at(visit)
    placed = _told(rows, read, here)
    sought = _elsewhere(rows, read, here | rows.in_doubt(rows.visit))
    for person, own, others in zip(rows.persons, rows.whose, sought, strict=True):
        yield own | placed[person] if person in placed else others


def _elsewhere(rows: _Rows, variables: Sequence[str], read: Mask) -> Iterator[Queries]:
    """Yield for each row the queries of its participant's rows that are read, and of rows read that may be theirs."""
    told, stray = _told(rows, variables, read), NONE.union(*rows.whose[read])
    for person, own in zip(rows.persons, rows.whose, strict=True):
        yield own | told.get(person, NONE) | stray


def _told(rows: _Rows, variables: Sequence[str], read: Mask) -> dict[object, Queries]:
    """Return the queries on these variables in the rows that are read, by participant."""
    told: dict[object, Queries] = {}
    for person, queries in zip(rows.persons[read], opened(rows.frame[read], variables), strict=True):
        told[person] = told.get(person, NONE) | queries
    return told


def _may_be_baseline(rule: BaselineValue, rows: _Rows) -> Mask:
    """Return which rows decide a dated baseline: the chosen one, those after it up to the start, and the open ones."""
    dates = rows.dates
    chosen = dates.reset_index(drop=True).reindex(_baseline_rows(rule, rows)).set_axis(dates.index)
    up_to_start = np.asarray((dates <= rows.frame[START]) & ~(dates < chosen), dtype=bool)
    return up_to_start | rows.in_doubt(str(rows.declared.date)) | rows.in_doubt(rows.declared.participant)
