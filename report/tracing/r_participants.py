"""The frames of comparisons in R (``report/analysis/basis/participants.py``): ``d`` has a row for each participant.

Its columns are ``arm`` (a factor, the reference first), ``y``, and where the endpoint has them ``value``, ``base``,
``before``, ``after``, ``first``, ``second``, ``stratum``, ``cluster``, ``subgroup``, ``time``, ``status``,
``exposure``, ``visit``, ``id``; covariates have the names of the study file, categories as factors in declared order.
"""

from __future__ import annotations

from fractions import Fraction

from report.study.comparisons import DAYS_OF
from report.tracing import r_text as r
from report.tracing.r_gathering import Asked, arms, members, values
from report.tracing.r_script import Script


def participants(asked: Asked, subgroup: str = "") -> None:
    """Add ``d`` with values, changes or events by arm; ``subgroup`` is a variable that it holds besides."""
    endpoint = asked.endpoint
    columns = {"y": _read(asked, "y", endpoint.dataset, endpoint.variable, endpoint.visit)}
    if endpoint.against:
        columns["value"] = columns["y"]
        columns["base"] = _read(asked, "base", endpoint.dataset, endpoint.variable, endpoint.against)
    _frame(asked, columns, subgroup)
    if endpoint.against:
        asked.script.add(f"d$y <- {_to_step(asked, 'd$value - d$base')}")


def event_times(asked: Asked, subgroup: str = "") -> None:
    """Add ``d`` with ``time`` in the unit of print and ``status``: 0 censored, 1 the event, 2 and more competing."""
    endpoint = asked.endpoint
    assert endpoint.time is not None
    columns = {
        "time": _read(asked, "time", endpoint.dataset, endpoint.variable, None),
        "status": _read(asked, "status", endpoint.dataset, endpoint.time.status, None),
    }
    _frame(asked, columns, subgroup)
    codes = (endpoint.time.event, *endpoint.time.competing)
    coded = f"ifelse(is.na(d$status), NA, match(as.character(d$status), {r.texts(codes)}, nomatch = 0))"
    asked.script.add(f"d$status <- {coded}")
    if endpoint.time.shown_in:
        asked.script.add(f"d$time <- d$time / {r.number(DAYS_OF[endpoint.time.shown_in])}")


def exposures(asked: Asked) -> None:
    """Add ``d`` with the number of events ``y`` in the time of observation ``exposure``."""
    endpoint, script = asked.endpoint, asked.script
    home = script.study.home_of(endpoint, str(endpoint.exposure))
    columns = {"exposure": _read(asked, "exposure", home, str(endpoint.exposure), None)}
    if endpoint.event is None:
        columns["y"] = _read(asked, "y", endpoint.dataset, endpoint.variable, None)
    _frame(asked, columns)
    if endpoint.event is not None:
        cells, whose = script.variable(endpoint.dataset, endpoint.variable), script.participant(endpoint.dataset)
        counted = f"tabulate(match({whose}[{cells} %in% {r.text(endpoint.event)}], who.in), length(who.in))"
        script.add(f"d$y <- {counted}")


def repeated(asked: Asked) -> None:
    """Add ``d`` with a row for each participant and visit."""
    endpoint, script = asked.endpoint, asked.script
    columns = {}
    if endpoint.against:
        columns["base"] = _read(asked, "base", endpoint.dataset, endpoint.variable, endpoint.against)
    for name in endpoint.visits:
        columns[f"at.{name}"] = _read(asked, f"at.{name}", endpoint.dataset, endpoint.variable, name)
    _frame(asked, columns)
    parts = ", ".join(f"cbind(d, visit = {r.text(name)}, y = d$at.{name})" for name in endpoint.visits)
    script.add(f"d <- rbind({parts})", f"d$visit <- factor(d$visit, levels = {r.texts(endpoint.visits)})")
    if endpoint.against and endpoint.event is None:
        script.add("d$value <- d$y", f"d$y <- {_to_step(asked, 'd$value - d$base')}")


def before_and_after(asked: Asked) -> None:
    """Add ``d`` with ``before`` and ``after``: levels, or whether a participant has the event."""
    endpoint = asked.endpoint
    columns = {
        "before": _read(asked, "before", endpoint.dataset, endpoint.variable, endpoint.against),
        "after": _read(asked, "after", endpoint.dataset, endpoint.variable, endpoint.visit),
    }
    _frame(asked, columns)
    if endpoint.event is not None:
        for name in columns:
            asked.script.add(f"d${name} <- d${name} == {r.text(endpoint.event)}")


def crossed(asked: Asked) -> None:
    """Add ``d`` with the values of the ``first`` and of the ``second`` period; ``arm`` is the sequence."""
    endpoint = asked.endpoint
    assert endpoint.crossover is not None
    names = zip(("first", "second"), endpoint.crossover.periods, strict=True)
    _frame(asked, {name: _read(asked, name, endpoint.dataset, endpoint.variable, visit) for name, visit in names})


def _read(asked: Asked, made: str, dataset: str, name: str, visit: str | None) -> str:
    """Add a variable of the population's participants and return its name."""
    members(asked.script, asked.endpoint.population)
    values(asked.script, f"{made}.of", dataset, name, visit)
    return f"{made}.of"


def _frame(asked: Asked, columns: dict[str, str], subgroup: str = "") -> None:
    """Add the frame: id, arm, these columns, the stratum, the cluster, the subgroup and the covariates."""
    script, endpoint = asked.script, asked.endpoint
    members(script, endpoint.population)
    made = {"id": "who.in", "arm": _arm(script), **columns}
    named = {name: name for name in endpoint.covariates}
    beside = (("stratum", endpoint.strata), ("cluster", endpoint.cluster), ("subgroup", subgroup))
    named |= {key: name for key, name in beside if name}
    for key, name in named.items():
        made[key] = _adjusted(asked, key, name)
    script.add(f"d <- data.frame({', '.join(f'{key} = {cells}' for key, cells in made.items())})")
    script.add("d <- d[order(d$id), ]")


def _arm(script: Script) -> str:
    design = script.study.design
    if design.allocation is None:
        return '""'
    arms(script)
    ordered = sorted(design.arms, key=lambda arm: arm.id != design.reference)
    codes, names = r.texts(tuple(arm.code for arm in ordered)), r.texts(tuple(arm.id for arm in ordered))
    return f"factor(arm.of, levels = {codes}, labels = {names})"


def _adjusted(asked: Asked, key: str, name: str) -> str:
    study, endpoint = asked.script.study, asked.endpoint
    home = study.home_of(endpoint, name)
    at = (endpoint.against or endpoint.visit) if study.visit_variable(home) else None
    cells = _read(asked, key, home, name, at)
    levels = study.column(home, name).levels
    return f"factor({cells}, levels = {r.texts(tuple(levels))})" if levels else cells


def _to_step(asked: Asked, cells: str) -> str:
    endpoint = asked.endpoint
    resolution = asked.script.study.column(endpoint.dataset, endpoint.variable).resolution
    steps, per = Fraction(str(resolution)).as_integer_ratio()
    asked.script.use("to_step")
    return f"to_step({cells}, {steps}, {per})"
