"""Values of single participants that the paper shows: pseudonymous rows, marked, and only on a recorded ground."""

from __future__ import annotations

from collections.abc import Iterator

from report.analysis.populations import Trial
from report.ard import Row, name_result
from report.checking.queries import hole
from report.errors import Finding
from report.study.endpoints import Endpoint
from report.study.model import Study


def faults(study: Study) -> list[Finding]:
    """Return a finding for each display of individuals when the study file records no ground for showing them."""
    if study.individual_data.display:
        return []
    told = "this display shows single participants, and individual_data.display is false"
    remedy = "record the consent under individual_data, or take the display out"
    shown = [index for index, display in enumerate(study.displays) if display.kind == "courses"]
    return [Finding("individual-display", study.where("displays", index), told, remedy) for index in shown]


def rows(trial: Trial) -> Iterator[Row]:
    """Yield each participant's values at the two visits of every endpoint that a display shows by participant."""
    for display in trial.study.displays:
        if display.kind == "courses" and display.endpoint is not None:
            yield from _courses(trial, trial.study.endpoint(display.endpoint))


def _courses(trial: Trial, endpoint: Endpoint) -> Iterator[Row]:
    with trial.notes.taken() as of_members:
        people = sorted(trial.members(endpoint.population))
    for visit in (endpoint.against, endpoint.visit):
        assert visit is not None
        for number, participant in enumerate(people, start=1):
            with trial.notes.taken(of_members) as rests_on:
                value = float(trial.values(endpoint.dataset, endpoint.variable, [participant], visit).iloc[0])
            if rests_on or value == value:
                yield hole(_row(trial, endpoint, visit, f"P{number}", value), rests_on)


def _row(trial: Trial, endpoint: Endpoint, visit: str, pseudonym: str, value: float) -> Row:
    contract = trial.study.column(endpoint.dataset, endpoint.variable)
    analysis = f"{endpoint.id}.individual"
    return Row(
        result_id=name_result(analysis, pseudonym, visit, stat_name="value"),
        analysis_id=analysis,
        group1="participant",
        group1_level=pseudonym,
        variable=endpoint.variable,
        visit=visit,
        population=endpoint.population,
        context="individual",
        method="as recorded or derived",
        stat_name="value",
        stat_label=contract.label,
        stat=value,
        format_key=f"fixed:{contract.decimals}",
        unit=contract.unit,
        disclosure="individual",
    )
