"""The trial without some participants: for a "what if", and for the sensitivity analyses of the study file.

Whoever has a row that fulfils one of the conditions is taken out of every data set, before anything is counted. A
derived variable rests on its own participant's rows alone, so that deriving first and taking out then is the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from report.analysis import outcomes, subgroups
from report.analysis.basis.methods import Statistic, as_row
from report.analysis.described import baseline, safety, visits
from report.analysis.people import populations
from report.analysis.people.populations import Trial
from report.ard import Results, Row
from report.checking.queries import HIDDEN, Queries, hole
from report.errors import DataError
from report.study.data import Count
from report.study.sensitivity import Sensitivity

CONTEXT = "sensitivity"
FORMAT = "2, what if"  # no format of a paper's results, so that no stage ever reads them as such


@dataclass(frozen=True)
class Rest:
    """A trial without some participants: how many they are, of how many, and the open queries on who they are."""

    trial: Trial
    excluded: int
    total: int
    rests_on: Queries


def without(trial: Trial, exclude: Sequence[Count]) -> Rest:
    """Return the trial without those who have a row that fulfils one of the conditions."""
    with trial.notes.taken() as rests_on:
        everybody = _everybody(trial)
        people = frozenset().union(*(trial.fulfilling(each) for each in exclude)) & everybody
    frames = {
        name: frame[~frame[trial.study.datasets[name].participant].isin(people)].reset_index(drop=True)
        for name, frame in trial.frames.items()
    }
    return Rest(replace(trial, frames=frames), len(people), len(everybody), frozenset(rests_on))


def _everybody(trial: Trial) -> frozenset[str]:
    home = trial.study.participants
    return frozenset(trial.frames[home][trial.study.datasets[home].participant].dropna())


def refuse_nothing_left(rest: Rest) -> None:
    """Raise DataError where nobody is taken out, or nobody is left: there would be nothing to compare."""
    if HIDDEN in rest.rests_on:
        told = "the condition rests on what is hidden until the trial is unblinded"
        raise DataError(told, remedy="ask by another variable")
    if not rest.excluded:
        told = f"none of the {rest.total} participants fulfils the condition, so that nothing would change"
        raise DataError(told, remedy="see the values of the variable in the data, or ask for others")
    if rest.excluded == rest.total:
        told = f"all {rest.total} participants fulfil the condition, so that nobody would be left"
        raise DataError(told, remedy="ask for fewer; excluded are those who fulfil any of the conditions")


def rows(rest: Rest) -> Iterator[Row]:
    """Yield all results of those who are left but the flow, which does not balance, and single participants' rows."""
    parts = (populations.rows, baseline.rows, outcomes.rows, subgroups.rows, safety.rows, visits.rows)
    for part in parts:
        yield from (hole(row, rest.rests_on) for row in part(rest.trial))


def results(rest: Rest, exclude: Sequence[Count], header: Mapping[str, Any]) -> Results:
    """Return the rows with a header that says what they are; ``format`` is one of which no paper is made."""
    asked = [each.model_dump(mode="json", by_alias=True, exclude_defaults=True) for each in exclude]
    marked = {"format": FORMAT, "what_if": {"exclude": asked, "excluded": rest.excluded, "of": rest.total}}
    return Results({**header, **marked}, rows(rest))


def sensitivity(trial: Trial) -> Iterator[Row]:
    """Yield the rows of the study file's sensitivity analyses: who is left, and every endpoint's results."""
    for plan in trial.study.sensitivity:
        rest = without(trial, plan.exclude)
        counted = Statistic("n", "Participants left out", rest.excluded, "count")
        named = {"variable": "left_out", "context": CONTEXT, "method": "counted in the data"}
        sized = as_row(counted, f"{plan.id}.left_out", (), **named)
        left = [*populations.rows(rest.trial), *_undecided(outcomes.rows(rest.trial))]
        yield from (hole(row, rest.rests_on) for row in (sized, *(_named(plan, row) for row in left)))


def _undecided(found: Iterable[Row]) -> Iterator[Row]:
    """Yield rows but those by which a planned test decides: it was planned for all participants."""
    return (row for row in found if row.stat_name != "significant")


def _named(plan: Sensitivity, row: Row) -> Row:
    return replace(
        row, result_id=f"{plan.id}.{row.result_id}", analysis_id=f"{plan.id}.{row.analysis_id}", context=CONTEXT
    )
