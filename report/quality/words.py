"""What a result is, in words: for people who know the trial and not the names of the rows."""

from __future__ import annotations

from report.ard import Row
from report.paper.performed import PERFORMED
from report.study.endpoints import Endpoint
from report.study.model import Study

HEADINGS = {
    "population": "Participants",
    "disposition": "Flow of participants",
    "baseline": "Baseline",
    "safety": "Adverse events",
    "visits": "Values by visit",
    "individual": "Values of single participants",
    "queries": "Queries of the data check",
}


def heading(study: Study, row: Row) -> str:
    """Return under which heading a result stands: its endpoint, its sensitivity analysis, or its part of the paper."""
    first = row.analysis_id.partition(".")[0]
    endpoint = _endpoint(study, row)
    plan = next((f"{each.label}: " for each in study.sensitivity if each.id == first), "")
    if endpoint is not None:
        return f"{plan}{endpoint.label} ({endpoint.role} endpoint)"
    return f"{plan}{HEADINGS.get(row.analysis_id.removeprefix(f'{first}.' if plan else '').partition('.')[0], first)}"


def label(study: Study, row: Row) -> str:
    """Return what a result is under its heading, such as "Risk difference: lower limit, Indomethacin"."""
    parts = (_level(study, row), _group(study, row), _visit(study, row))
    told = ", ".join([f"{_what(study, row)}{_statistic(study, row)}", *filter(None, parts)])
    return told[:1].upper() + told[1:]


def _endpoint(study: Study, row: Row) -> Endpoint | None:
    names = row.analysis_id.split(".")[:2]  # the analysis of a sensitivity analysis begins with its own id
    return next((each for name in names for each in study.endpoints if each.id == name), None)


def _what(study: Study, row: Row) -> str:
    """Return the method of an endpoint's result, or the variable that is described."""
    endpoint, last = _endpoint(study, row), row.analysis_id.rpartition(".")[2]
    if endpoint is None:
        is_named = row.context != "population" and bool(study.homes(row.variable))
        return f"{_name(study, row.variable)}: " if is_named else ""
    if last.startswith("subgroup_"):
        return f"by {_name(study, last.removeprefix('subgroup_'))}: "
    use = next((each for each in endpoint.methods if each.name == last), None)
    if use is None:
        return ""
    interval = use.arguments.get("interval")
    told = f" ({str(interval).replace('_', '-').title()})" if interval else ""
    return f"{PERFORMED[use.method]}{told}: "


def _statistic(study: Study, row: Row) -> str:
    """Return the name of a statistic; the label of a P value is its test, which stands before it already."""
    return "p" if row.stat_name == "p.value" and _what(study, row) else row.stat_label


def _name(study: Study, variable: str) -> str:
    return (study.variable(variable).label or variable) if study.homes(variable) else variable


def _level(study: Study, row: Row) -> str:
    """Return the label of a level, but of the event that the endpoint counts."""
    endpoint = _endpoint(study, row)
    if not row.variable_level or (endpoint is not None and row.variable_level == endpoint.event):
        return ""
    last = row.analysis_id.rpartition(".")[2]
    of_subgroup = [last.removeprefix("subgroup_")] if last.startswith("subgroup_") else []
    stratum = [endpoint.strata] if endpoint is not None and endpoint.strata else []
    variables = [name for name in (row.variable, *of_subgroup, *stratum) if study.homes(name)]
    held = (study.variable(name).levels.get(row.variable_level) for name in variables)
    return next(filter(None, held), row.variable_level)


def _group(study: Study, row: Row) -> str:
    if row.group1 == "arm":
        arm = study.arm(row.group1_level)
        return arm.short or arm.label
    if row.group1 == "period" and study.safety is not None and study.safety.period:
        return study.variable(study.safety.period).levels.get(row.group1_level, row.group1_level)
    return row.group1_level


def _visit(study: Study, row: Row) -> str:
    """Return the visit of a result, but where it is that of its endpoint."""
    known = {each.id: each.label for each in study.visits}
    return known.get(row.visit, row.visit) if row.visit else ""
