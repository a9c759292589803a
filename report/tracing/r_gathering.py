"""The data of a method in R: who is in the population, in which arm, with which values, outcomes, strata or periods.

Names of a script hold a dot (``change.of``, ``x.arm``), which no name of a study file does.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from report.ard import Row
from report.study.endpoints import Endpoint, MethodUse
from report.tracing import r_text as r
from report.tracing.r_script import Script


@dataclass(frozen=True)
class Asked:
    """Which statistic is asked for: the script that it is added to, the endpoint, the use of its method, the row."""

    script: Script
    endpoint: Endpoint
    use: MethodUse
    row: Row

    @property
    def confidence(self) -> str:
        """The level of an interval."""
        return r.number(float(str(self.use.arguments.get("confidence") or 0.95)))


def members(script: Script, population: str) -> None:
    """Add the participants of a population."""
    declared = script.study.populations[population]
    cells = script.participant(declared.dataset)
    chosen = script.condition(declared.dataset, declared.where)
    script.add(f"who.in <- unique(na.omit({f'{cells}[{chosen}]' if chosen else cells}))")


def values(script: Script, made: str, dataset: str, name: str, visit: str | None) -> None:
    """Add a variable's values of the population's participants, in their order, at a visit where there is one."""
    cells, whose = script.variable(dataset, name), script.participant(dataset)
    at = script.study.visit_variable(dataset) if visit else None
    if at is None or not visit:
        script.add(f"{made} <- {cells}[match(who.in, {whose})]")
        return
    there = f"at.{visit}"
    planned = script.study.visit(visit)
    script.add(
        f"{there} <- {script.variable(dataset, at)} %in% {r.text(planned.code)}  # {planned.label}",
        f"{made} <- {cells}[{there}][match(who.in, {whose}[{there}])]",
    )


def arms(script: Script) -> None:
    """Add the arm of each of the population's participants, as the data write it."""
    where = script.study.design.allocation
    assert where is not None
    cells, whose = script.variable(where.dataset, where.column), script.participant(where.dataset)
    script.add(f"arm.of <- {cells}[match(who.in, {whose})]")


def of_arm(script: Script, arm: str) -> str:
    """Return who of the population is in an arm."""
    return f"arm.of %in% {r.text(script.study.arm(arm).code)}"


def pairs(asked: Asked) -> None:
    """Add the values at both visits of those who have them, and the change at the data’s resolution."""
    script, endpoint = asked.script, asked.endpoint
    members(script, endpoint.population)
    values(script, "values.before", endpoint.dataset, endpoint.variable, endpoint.against)
    values(script, "values.after", endpoint.dataset, endpoint.variable, endpoint.visit)
    script.use("to_step")
    steps, per = Fraction(str(script.study.column(endpoint.dataset, endpoint.variable).resolution)).as_integer_ratio()
    script.add(
        "has.both <- !is.na(values.before) & !is.na(values.after)",
        "values.before <- values.before[has.both]",
        "values.after <- values.after[has.both]",
        f"change.of <- to_step(values.after - values.before, {steps}, {per})",
    )


def outcomes(asked: Asked) -> None:
    """Add the outcomes of the population's participants, and of each arm's where there are arms."""
    script, endpoint = asked.script, asked.endpoint
    members(script, endpoint.population)
    values(script, "outcome.of", endpoint.dataset, endpoint.variable, endpoint.visit)
    script.add(f"has.event <- outcome.of == {r.text(endpoint.event)}")


def two_arms(asked: Asked) -> None:
    """Add events and participants with an outcome, of the arm in question and of the reference."""
    script, row = asked.script, asked.row
    outcomes(asked)
    arms(script)
    for tail, arm in (("arm", row.group1_level), ("ref", str(script.study.design.reference))):
        if arm:
            script.add(
                f"x.{tail} <- sum(has.event[{of_arm(script, arm)}], na.rm = TRUE)",
                f"n.{tail} <- sum(!is.na(has.event[{of_arm(script, arm)}]))",
            )


def strata(asked: Asked, variable: str, levels: tuple[str, ...] = ()) -> None:
    """Add a table of events and participants by level, the arm in question first, then the reference."""
    script, endpoint, row = asked.script, asked.endpoint, asked.row
    outcomes(asked)
    arms(script)
    home = script.study.home_of(endpoint, variable)
    values(script, "level.of", home, variable, endpoint.visit)
    known = levels or tuple(script.study.column(home, variable).levels)
    compared = [arm.id for arm in script.study.design.arms if arm.id != script.study.design.reference]
    codes = [script.study.arm(each).code for each in (compared[0], str(script.study.design.reference))]
    if row.group1_level not in ("", script.study.design.reference):
        codes[0] = script.study.arm(row.group1_level).code
    script.use("strata")
    table = f"counts_by_level(has.event, arm.of, level.of, {r.texts(known)}, {r.texts(codes)})"
    script.add(f"by.level <- {table}")


def period_counts(asked: Asked) -> None:
    """Add each participant's events and days of observation in the two periods."""
    script, endpoint, study = asked.script, asked.endpoint, asked.script.study
    rule, periods = study.derivations[endpoint.variable], endpoint.periods
    assert rule.rule == "period" and periods is not None and study.design.start is not None
    before, after = rule.periods[periods.before], rule.periods[periods.after]
    members(script, endpoint.population)
    start = study.design.start
    values(script, "start.of", start.dataset, start.column, None)
    script.add("who.in <- who.in[!is.na(start.of)]", "start.of <- start.of[!is.na(start.of)]")
    ends = [str(after.last)]
    if periods.until:
        values(script, "until.of", study.participants, periods.until, None)
        ends.append("as.numeric(until.of - start.of) - 1")
    if study.design.end is not None:
        values(script, "end.of", study.design.end.dataset, study.design.end.column, None)
        ends.append("as.numeric(end.of - start.of)")
    whose = script.participant(endpoint.dataset)
    onset, period = (script.variable(endpoint.dataset, name) for name in (rule.date, endpoint.variable))
    script.add(
        f"last.day <- pmin({', '.join(ends)}, na.rm = TRUE)  # the later period's last day of observation",
        *(["last.day <- rep(last.day, length(who.in))"] if len(ends) == 1 else []),
        f"days.before <- rep({before.last - before.first + 1}, length(who.in))",
        f"days.after <- pmax(last.day - {after.first} + 1, 0)",
        f"at.person <- match({whose}, who.in)",
        f"event.day <- as.numeric({onset} - start.of[at.person])",
        f"is.late <- event.day > last.day[at.person] & {period} %in% {r.text(periods.after)}",
        f"events.before <- tabulate(at.person[{period} %in% {r.text(periods.before)}], length(who.in))",
        f"is.in.time <- {period} %in% {r.text(periods.after)} & !(is.late %in% TRUE)",
        "events.after <- tabulate(at.person[is.in.time], length(who.in))",
    )
