"""From the study's folder to its results: check everything, number what is open, then compute around it.

A draft is computed from live data whatever the check finds, as long as the files can be read and keyed: what rests on
an open query is a hole. ``results`` is for data that must hold, as those of a lock must.
"""

from __future__ import annotations

import platform
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from report import __version__
from report.analysis import dry_run, exclusions, multiplicity, outcomes, subgroups
from report.analysis.described import baseline, disposition, individuals, narratives, safety, visits
from report.analysis.people import derivations, populations
from report.analysis.people.populations import Trial
from report.ard import Results, Row
from report.checking import check, read_in, schedule, sources, waivers
from report.checking.faults import Query, Waiver, number, waive
from report.checking.queries import HIDDEN, Queries, hole, with_queries
from report.errors import DataError, Finding, refuse_if_any
from report.lock.fingerprints import fingerprint
from report.lock.software import software
from report.modes import Mode, Treatment
from report.sas_files import is_sas
from report.study.blinding import seen
from report.study.data import Count, Dataset
from report.study.hidden import hidden, readable
from report.study.model import Study

COMPUTED_WITH = ("numpy", "pandas", "scipy")
REFUSED = "the check has {n} finding{s}; nothing was built"


@dataclass(frozen=True)
class Computed:
    """What one run computes: the results, holes where queries are open, and every query."""

    results: Results
    queries: tuple[Query, ...]

    @property
    def open(self) -> tuple[Query, ...]:
        """The queries that leave holes and refuse a lock."""
        return tuple(query for query in self.queries if query.is_open)

    def for_board(self, board: str) -> Computed:
        """Return the same for a report to the board, whose header says which it is."""
        return replace(self, results=Results({**self.results.header, "board": board}, self.results.rows))

    def findings(self) -> list[Finding]:
        """Return all that is not waived as it is told on the screen: each fault once, what blocks first."""
        told = dict.fromkeys(query.fault for query in self.queries if query.waiver is None)
        return [fault.finding() for fault in sorted(told, key=lambda fault: not fault.blocking)]


def results(folder: Path, study: Study, elsewhere: Path | None = None) -> Results:
    """Return all results of a study; DataError with every blocking finding at once when the data do not hold."""
    made = draft(folder, study, elsewhere)
    open_faults = dict.fromkeys(query.fault for query in made.open)
    refuse_if_any([fault.finding() for fault in open_faults], DataError, REFUSED)
    return made.results


def draft(
    folder: Path,
    study: Study,
    elsewhere: Path | None = None,
    lock: Mapping[str, Any] | None = None,
    mode: Mode = "draft",
    treatment: Treatment | None = None,
    without: Sequence[Count] = (),
) -> Computed:
    """Return the results with a hole wherever one rests on an open query, and the queries.

    ``lock`` is what the header says of the lock in force; without one the data are live. ``mode`` is how far the paper
    may go, and ``treatment`` whether arms are the true ones: where nobody says so, not in a blinded study.
    Who fulfils a condition of ``without`` is left out: that is a "what if", whose results are marked so that no paper
    is made of them.
    DataError when a file cannot be read or keyed, or when the plan names methods that cannot be run.
    """
    refuse_if_any([*outcomes.faults(study), *individuals.faults(study)], DataError, REFUSED)
    treatment = treatment or study.cautious_treatment
    data = sources.read(folder, study, elsewhere, treatment)
    given, signed = waivers.read(elsewhere or folder / "data")
    queries = _asked(readable(study, treatment), data, _of_what_is_read(study, treatment, given))
    theirs = read_in.read(elsewhere or folder / "data", study, {**data.fingerprints, **signed}, treatment)
    study = seen(study, treatment)
    trial = _trial(study, data, queries, treatment)
    inputs = {**data.fingerprints, **signed, **theirs.fingerprints}
    header = {**_header(study, inputs, lock), "mode": mode, "treatment": treatment}
    header |= {"dummy": dry_run.how_drawn(study)} if trial.drawn is not None else {}
    if without:
        return _what_if(trial, queries, without, header)
    found = [*populations.faults(trial), *outcomes.empty_visits(trial), *narratives.faults(trial)]
    later = number(study, found, after=len(queries))
    trial = replace(trial, doubted=_doubted(later))
    flow, unbalanced = disposition.rows(trial, data.reported)
    flow_queries = number(study, unbalanced, after=len(queries) + len(later))
    trial = replace(trial, doubted=_doubted([*later, *flow_queries]))
    everything = (*queries, *later, *flow_queries)
    computed = list(_rows(trial))
    refuse_if_any(list(multiplicity.faults(study, computed)), DataError, REFUSED)
    computed += multiplicity.rows(study, computed)
    rows = [*_holed(flow, _doubted(flow_queries)), *computed, *waivers.rows(everything)]
    rows = [*rows, *_counts(everything), *(dry_run.rows(study) if trial.drawn is not None else ())]
    read_in.refuse_known(theirs, rows)
    header |= {"read_in": theirs.header} if theirs.header else {}
    return Computed(Results(header, [*rows, *_read_in(theirs, study, everything)]), everything)


def _read_in(theirs: read_in.Given, study: Study, queries: Iterable[Query]) -> Iterator[Row]:
    """Yield the rows that were read in, each a hole where a query is open on a file on which it rests."""
    files = {name: f"data/{dataset.file}" for name, dataset in study.datasets.items()}
    asked = [(files.get(query.fault.dataset, ""), query.number) for query in queries if query.is_open]
    for row in theirs.rows:
        yield hole(row, frozenset(number for file, number in asked if file in theirs.data_of(row)))


def _of_what_is_read(study: Study, treatment: Treatment, given: list[tuple[int, Waiver]]) -> list[tuple[int, Waiver]]:
    """Return the waivers, with their lines, but those of files and columns that are not read."""
    unread = hidden(study, treatment)
    names = {f"data/{dataset.file}": name for name, dataset in study.datasets.items()}
    return [(line, each) for line, each in given if not unread.has(names.get(each.file, ""), each.field)]


def _asked(study: Study, data: sources.Data, given: list[tuple[int, Waiver]]) -> list[Query]:
    """Return the queries of the data, waived where somebody has signed for it, and those of the waivers themselves."""
    faults = check.check(study, data)
    scheduled = schedule.faults(study, data) if check.home_is_sound(study, faults) else ()
    asked = number(study, [*faults, *scheduled])
    signed = [(line, waiver) for line, waiver in given if waivers.is_signed(waiver)]
    waived, useless = waive(asked, signed)
    return [*waived, *number(study, [*waivers.faults(given), *useless], after=len(asked))]


def _what_if(trial: Trial, queries: Sequence[Query], without: Sequence[Count], header: Mapping[str, Any]) -> Computed:
    """Return the results of those who are left; DataError where nobody is left out, or nobody is left."""
    rest = exclusions.without(trial, without)
    exclusions.refuse_nothing_left(rest)
    return Computed(exclusions.results(rest, without, header), tuple(queries))


def _rows(trial: Trial) -> Iterator[Row]:
    yield from populations.rows(trial)
    yield from baseline.rows(trial)
    yield from outcomes.rows(trial)
    yield from exclusions.sensitivity(trial)
    yield from subgroups.rows(trial)
    yield from safety.rows(trial)
    yield from visits.rows(trial)
    yield from individuals.rows(trial)
    yield from narratives.rows(trial)


def _trial(study: Study, data: sources.Data, queries: Iterable[Query], treatment: Treatment) -> Trial:
    asked, hides = list(queries), hidden(study, treatment)
    frames = {}
    for name, dataset in study.datasets.items():
        of_file = [query for query in asked if query.fault.dataset == name]
        frame = data.frames.get(name, pd.DataFrame(columns=list(dataset.columns), dtype=object))
        columns = [column for column in dataset.columns if hides.has(name, column)]
        frames[name] = sources.typed(_with_hidden(_opened(frame, dataset, of_file), columns), dataset)
    unread = {q.fault.dataset: frozenset([q.number]) for q in asked if q.fault.code == "data-empty"}
    unread |= dict.fromkeys(hides.datasets, frozenset([HIDDEN]))
    trial = Trial(study, derivations.derive(study, frames), unread=unread)
    return dry_run.with_dummies(trial) if treatment == "dummy" else trial


def _with_hidden(frame: pd.DataFrame, columns: Iterable[str]) -> pd.DataFrame:
    """Return a frame whose hidden columns are empty, and make a hole of each result that rests on one."""
    for column in columns:
        frame = with_queries(frame, column, [frozenset([HIDDEN])] * len(frame))
    return frame


def _opened(frame: pd.DataFrame, dataset: Dataset, queries: Iterable[Query]) -> pd.DataFrame:
    """Return a file's cells with every declared column, and each open query beside the cells that it asks about."""
    made = frame.reindex(columns=list(dataset.columns))
    asked: dict[str, dict[int, Queries]] = {}
    for query in queries:
        if query.is_open:
            for column in _asked_about(query, dataset):
                lines = [query.spot.line] if query.spot.line else list(frame.index)
                for line in lines:
                    cell = asked.setdefault(column, {})
                    cell[line] = cell.get(line, frozenset()) | {query.number}
    for column, cells in asked.items():
        made = with_queries(made, column, [cells.get(line, frozenset()) for line in frame.index])
    return made


def _asked_about(query: Query, dataset: Dataset) -> list[str]:
    """Return the columns that a query puts in doubt: its own; all of a row, for it may be another's."""
    if query.fault.column:
        return [query.fault.column]
    return list(dataset.columns) if query.spot.line else []


def _doubted(queries: Iterable[Query]) -> dict[str, Queries]:
    """Return the open queries of each number, population or endpoint that faults put in doubt."""
    made: dict[str, Queries] = {}
    for query in queries:
        for name in query.fault.results if query.is_open else ():
            made[name] = made.get(name, frozenset()) | {query.number}
    return made


def _holed(rows: Iterable[Row], doubted: Mapping[str, Queries]) -> list[Row]:
    return [hole(row, doubted.get(row.result_id, frozenset())) for row in rows]


def _counts(queries: Iterable[Query]) -> Iterator[Row]:
    """Yield how many queries are open, and how many findings were waived: the first page says so."""
    asked = list(queries)
    counted = {"open": sum(q.is_open for q in asked), "waived": sum(q.waiver is not None for q in asked)}
    labels = {"open": "Open queries", "waived": "Waived findings"}
    for name, n in counted.items():
        yield Row(
            result_id=f"queries.{name}.n", analysis_id=f"queries.{name}", variable="queries", context="queries",
            method="counted by the check", stat_name="n", stat_label=labels[name], stat=n, format_key="count",
        )  # fmt: skip


def _computed_with(study: Study) -> tuple[str, ...]:
    """Return the libraries on which the results rest: that which reads SAS files only where there are some."""
    read = any(is_sas(dataset.file) for dataset in study.datasets.values())
    return (*COMPUTED_WITH, *(["pyreadstat"] if read else []))


def _header(study: Study, inputs: Mapping[str, str], lock: Mapping[str, Any] | None) -> dict[str, Any]:
    live = {"state": "live", "fingerprint": fingerprint(inputs)}
    return {
        "study": study.study.id,
        "data_status": study.study.data_status,
        "data_cutoff": study.study.data_cutoff.isoformat(),
        "lock": dict(lock) if lock else live,
        "inputs": dict(sorted(inputs.items())),
        "derivations": derivations.trace(study),
        "software": {
            "trialpress": __version__,
            "python": platform.python_version(),
            **{name: version(name) for name in _computed_with(study)},
            **software(),
        },
    }
