"""Frames of an endpoint's participants (``participants.py``), read through the trial so that open queries are noted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from report.analysis.basis.participants import (
    Crossed,
    EventTimes,
    Exposures,
    LevelPairs,
    OneSample,
    PairedEvents,
    Participants,
    Repeated,
)
from report.analysis.people.derivations import to_resolution
from report.analysis.people.populations import Trial, groups
from report.study.comparisons import DAYS_OF
from report.study.data import within_a_sentence
from report.study.endpoints import Endpoint

Queries = frozenset[int]
Frame = tuple[pd.DataFrame, Queries, Mapping[str, Queries]]  # with the open queries of the members and of each arm


class Read(NamedTuple):
    """One column of a frame, and the variable that it holds."""

    column: str
    dataset: str
    variable: str
    visit: str | None = None


def participants(
    trial: Trial, endpoint: Endpoint, more: Sequence[Read] = ()
) -> tuple[Participants, Queries, Mapping[str, Queries]]:
    """Return values, changes or events by arm, and the open queries that they rest on."""
    made = _frame(trial, endpoint, [*_outcome(endpoint), *_adjusted(trial, endpoint), *more])
    _change(trial, endpoint, made[0])
    return _as(Participants, trial, endpoint, made)


def event_times(
    trial: Trial, endpoint: Endpoint, more: Sequence[Read] = ()
) -> tuple[Participants, Queries, Mapping[str, Queries]]:
    """Return times to an event, in the unit in which they are printed."""
    assert endpoint.time is not None
    reads = [Read("Time", endpoint.dataset, endpoint.variable), Read("Status", endpoint.dataset, endpoint.time.status)]
    made = _frame(trial, endpoint, [*reads, *_adjusted(trial, endpoint), *more])
    codes = {endpoint.time.event: 1.0, **{name: n + 2.0 for n, name in enumerate(endpoint.time.competing)}}
    given = made[0]["Status"]
    as_text = given.map(lambda value: f"{value:.0f}" if isinstance(value, float | int) else value, na_action="ignore")
    made[0]["Status"] = as_text.map(codes).fillna(0.0).where(given.notna()).astype(float)
    made[0]["Time"] = made[0]["Time"] / DAYS_OF[endpoint.time.shown_in or "days"]
    return _as(EventTimes, trial, endpoint, made, competing=endpoint.time.competing)


def with_subgroup(
    trial: Trial, endpoint: Endpoint, variable: str
) -> tuple[Participants, Queries, Mapping[str, Queries]]:
    """Return numbers or times to an event by arm with one column more: Subgroup, the level of a category."""
    gather_them = participants if endpoint.time is None else event_times
    return gather_them(trial, endpoint, [_beside(trial, endpoint, "Subgroup", variable)])


def exposures(trial: Trial, endpoint: Endpoint) -> tuple[Participants, Queries, Mapping[str, Queries]]:
    """Return numbers of events, as the data give them or counted row by row, and times of observation."""
    exposure = str(endpoint.exposure)
    home = trial.study.home_of(endpoint, exposure)
    reads = [Read("Exposure", home, exposure), *_adjusted(trial, endpoint)]
    if endpoint.event is None:
        made = _frame(trial, endpoint, [Read("Outcome", endpoint.dataset, endpoint.variable), *reads])
    else:
        made = _frame(trial, endpoint, reads, lambda people: {"Outcome": _counted(trial, endpoint, people)})
    return _as(Exposures, trial, endpoint, made, exposure_unit=trial.study.column(home, exposure).unit)


def _counted(trial: Trial, endpoint: Endpoint, people: frozenset[str]) -> pd.Series:
    rows = trial.rows(endpoint.dataset, people, [endpoint.variable])
    whose = rows[trial.study.datasets[endpoint.dataset].participant]
    chosen = whose[(rows[endpoint.variable] == endpoint.event).to_numpy(dtype=bool)]
    return chosen.value_counts().reindex(sorted(people), fill_value=0).astype(float)


def repeated(trial: Trial, endpoint: Endpoint) -> tuple[Participants, Queries, Mapping[str, Queries]]:
    """Return values at several visits, a row a participant and visit; changes where there is an earlier visit."""
    reads = [Read(visit, endpoint.dataset, endpoint.variable, visit) for visit in endpoint.visits]
    base = [Read("Baseline", endpoint.dataset, endpoint.variable, endpoint.against)] if endpoint.against else []
    wide, members, arms = _frame(trial, endpoint, [*reads, *base, *_adjusted(trial, endpoint)])
    kept = [name for name in wide.columns if name not in endpoint.visits]
    long = pd.concat([_at(wide, kept, visit) for visit in endpoint.visits])
    long = long.sort_index(kind="stable").rename_axis("Participant").reset_index()
    if endpoint.against and endpoint.event is None:
        long["Value"] = long["Outcome"].astype(float)
        long["Outcome"] = to_resolution(
            (long["Value"] - long["Baseline"]).to_numpy(dtype=float), _step(trial, endpoint)
        )
    return _as(Repeated, trial, endpoint, (long, members, arms), visits=endpoint.visits)


def _at(wide: pd.DataFrame, kept: Sequence[str], visit: str) -> pd.DataFrame:
    made = wide[list(kept)].copy()
    made["Visit"], made["Outcome"] = visit, wide[visit]
    return made


def level_pairs(trial: Trial, endpoint: Endpoint) -> tuple[Participants, Queries, Mapping[str, Queries]]:
    """Return the levels of a category at two visits."""
    return _as(LevelPairs, trial, endpoint, _frame(trial, endpoint, _before_and_after(endpoint)))


def paired_events(trial: Trial, endpoint: Endpoint) -> tuple[Participants, Queries, Mapping[str, Queries]]:
    """Return whether participants have the event at two visits."""
    made = _frame(trial, endpoint, _before_and_after(endpoint))
    for name in ("Before", "After"):
        given = made[0][name]
        made[0][name] = (given == endpoint.event).astype(float).where(given.notna())
    return _as(PairedEvents, trial, endpoint, made)


def one_sample(trial: Trial, endpoint: Endpoint) -> tuple[Participants, Queries, Mapping[str, Queries]]:
    """Return the values of a single arm."""
    return _as(OneSample, trial, endpoint, _frame(trial, endpoint, _outcome(endpoint)))


def crossed(trial: Trial, endpoint: Endpoint) -> tuple[Participants, Queries, Mapping[str, Queries]]:
    """Return the values of a crossover in both periods."""
    plan = endpoint.crossover
    assert plan is not None
    first, second = plan.periods
    reads = [
        Read("First", endpoint.dataset, endpoint.variable, first),
        Read("Second", endpoint.dataset, endpoint.variable, second),
    ]
    made = _frame(trial, endpoint, [*reads, *_adjusted(trial, endpoint)])
    pair = next(iter(plan.treatments.values()))
    treatment = next(name for name in pair if name != plan.reference)
    return _as(Crossed, trial, endpoint, made, treatments=plan.treatments, treatment=treatment, control=plan.reference)


GATHERERS: dict[type, Callable[[Trial, Endpoint], tuple[Participants, Queries, Mapping[str, Queries]]]] = {
    Participants: participants,
    EventTimes: event_times,
    Exposures: exposures,
    Repeated: repeated,
    LevelPairs: level_pairs,
    PairedEvents: paired_events,
    OneSample: one_sample,
    Crossed: crossed,
}


def _outcome(endpoint: Endpoint) -> list[Read]:
    later = Read("Outcome", endpoint.dataset, endpoint.variable, endpoint.visit)
    earlier = Read("Baseline", endpoint.dataset, endpoint.variable, endpoint.against)
    return [later, earlier] if endpoint.against else [later]


def _before_and_after(endpoint: Endpoint) -> list[Read]:
    return [
        Read("Before", endpoint.dataset, endpoint.variable, endpoint.against),
        Read("After", endpoint.dataset, endpoint.variable, endpoint.visit),
    ]


def _adjusted(trial: Trial, endpoint: Endpoint) -> Iterator[Read]:
    """Yield the covariates, the stratum and the cluster, as ``_beside`` reads them."""
    named = [*zip(endpoint.covariates, endpoint.covariates, strict=True)]
    named += [(column, name) for column, name in (("Stratum", endpoint.strata), ("Cluster", endpoint.cluster)) if name]
    for column, name in named:
        yield _beside(trial, endpoint, column, name)


def _beside(trial: Trial, endpoint: Endpoint, column: str, name: str) -> Read:
    """Return how a variable beside the outcome is read: at the earlier visit, where its data set has visits."""
    home = trial.study.home_of(endpoint, name)
    return Read(column, home, name, endpoint.against or endpoint.visit if trial.study.visit_variable(home) else None)


def _change(trial: Trial, endpoint: Endpoint, frame: pd.DataFrame) -> None:
    """Make the outcome a change, at the data's resolution, where the endpoint is one."""
    if endpoint.against is None:
        return
    frame["Value"] = frame["Outcome"]
    change = frame["Value"].to_numpy(dtype=float) - frame["Baseline"].to_numpy(dtype=float)
    frame["Outcome"] = to_resolution(change, _step(trial, endpoint))


def _step(trial: Trial, endpoint: Endpoint) -> float:
    return trial.study.column(endpoint.dataset, endpoint.variable).resolution


def _frame(
    trial: Trial,
    endpoint: Endpoint,
    reads: Sequence[Read],
    more: Callable[[frozenset[str]], dict[str, pd.Series]] = lambda people: {},
) -> Frame:
    """Return the frame of the population's participants, and the open queries of its members and of each arm."""
    with trial.notes.taken(trial.doubted.get(f"endpoint.{endpoint.id}", ())) as of_members:
        arms = groups(trial, trial.members(endpoint.population))
    parts, queries = [], {}
    for arm, people in arms:
        with trial.notes.taken(of_members) as rests_on:
            columns = {read.column: _plain(trial, read, people) for read in reads} | more(people)
        parts.append(pd.DataFrame({"Arm": pd.Series(arm, index=sorted(people), dtype=object), **columns}))
        queries[arm] = frozenset(rests_on)
    return pd.concat(parts).sort_index(kind="stable"), frozenset(of_members), queries


def _plain(trial: Trial, read: Read, people: frozenset[str]) -> pd.Series:
    """Return a variable as floats, or as texts with None where there is none."""
    values = trial.values(read.dataset, read.variable, people, read.visit)
    if trial.study.column(read.dataset, read.variable).is_number:
        return values.astype(float)
    return values.astype(object).where(values.notna(), None)


def _as(
    kind: type[Participants], trial: Trial, endpoint: Endpoint, made: Frame, **more: Any
) -> tuple[Participants, Queries, Mapping[str, Queries]]:
    frame, members, arms = made
    design = trial.study.design
    names = [arm.id for arm in design.arms] if design.allocation is not None else [""]
    data = kind(
        frame, tuple(names), str(design.reference or ""), endpoint.covariates, _levels(trial, endpoint),
        endpoint.event or "", endpoint.direction == "higher_is_better", _step(trial, endpoint),
        _labels(trial, endpoint), **more,
    )  # fmt: skip
    return data, members, arms


def _labels(trial: Trial, endpoint: Endpoint) -> dict[str, str]:
    """Return what each covariate, and each way in which a time may end, is called within a sentence."""
    columns = {name: trial.study.column(trial.study.home_of(endpoint, name), name) for name in endpoint.covariates}
    named = {name: column.label or name.replace("_", " ") for name, column in columns.items()}
    if endpoint.time is not None:
        ends = trial.study.column(endpoint.dataset, endpoint.time.status).levels
        named |= {f"status:{code}": label for code, label in ends.items()}
    return {name: within_a_sentence(label) for name, label in named.items()}


def _levels(trial: Trial, endpoint: Endpoint) -> dict[str, tuple[str, ...]]:
    """Return the declared levels of the categories: of the covariates, of the stratum and of the outcome."""
    study = trial.study
    named = {name: name for name in endpoint.covariates} | ({"Stratum": endpoint.strata} if endpoint.strata else {})
    columns = {made: study.column(study.home_of(endpoint, name), name) for made, name in named.items()}
    columns["Outcome"] = study.column(endpoint.dataset, endpoint.variable)
    return {name: tuple(column.levels) for name, column in columns.items() if column.levels}
