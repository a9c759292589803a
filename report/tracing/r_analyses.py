"""The other analyses in R: the flow, populations, visits, subgroups, events, and values of participants."""

from __future__ import annotations

from collections.abc import Callable

from report.ard import Row
from report.study.data import Column, Count
from report.study.endpoints import Endpoint, MethodUse
from report.study.model import Study
from report.study.plan import NOT_CODED, DispositionItem
from report.tracing import r_methods, r_subgroups
from report.tracing import r_text as r
from report.tracing.r_baseline import baseline, described
from report.tracing.r_gathering import Asked, arms, members, of_arm, period_counts, strata, values
from report.tracing.r_methods import Expressions
from report.tracing.r_script import Script
from report.tracing.subjects import Subject

Written = Callable[[Script, Subject, Row], Expressions]


def population(script: Script, of: Subject, row: Row) -> Expressions:
    """Return the number of a population's participants, in all or in one arm."""
    members(script, of.population)
    if not row.group1_level:
        return {"n": "length(who.in)"}
    arms(script)
    return {"n": f"sum({of_arm(script, row.group1_level)})"}


def flow(script: Script, of: Subject, row: Row) -> Expressions:
    """Return a number of the flow: counted, a population's, reported, or the difference of two others."""
    name = row.analysis_id.removeprefix("disposition.")
    return {"n": _number(script, name, row)}


def _number(script: Script, name: str, row: Row) -> str:
    head, _, code = name.partition(".")
    item = next(each for each in script.study.disposition if each.id == head)
    if item.difference is not None and not code:
        return " - ".join(_number(script, each, row) for each in item.difference)
    if item.population is not None and not code:
        of = Subject("population", (), population=item.population)
        return population(script, of, row)["n"]
    count, reported = _source(item, code)
    if count is not None:
        return _counted(script, name, count, row)
    script.reads_reported = True
    arm = f"reported.numbers$arm %in% {r.text(row.group1_level)}"
    return f"reported.numbers$value[reported.numbers$id == {r.text(reported)} & {arm}]"


def _source(item: DispositionItem, code: str) -> tuple[Count | None, str]:
    source = next(each for each in item.reasons if each.code == code) if code else item
    return source.count, str(source.reported)


def _counted(script: Script, name: str, count: Count, row: Row) -> str:
    cells, chosen = script.participant(count.dataset), script.condition(count.dataset, count.where)
    made = f"those.{name}"
    script.add(f"{made} <- unique(na.omit({f'{cells}[{chosen}]' if chosen else cells}))")
    where = script.study.design.allocation
    if not row.group1_level or where is None:
        return f"length({made})"
    arm = f"{script.variable(where.dataset, where.column)}[match({made}, {script.participant(where.dataset)})]"
    return f"sum({arm} %in% {r.text(script.study.arm(row.group1_level).code)})"


def visits(script: Script, of: Subject, row: Row) -> Expressions:
    """Return the description of a variable at a visit, or who was assessed there."""
    members(script, of.population)
    read = of.reads[0]
    values(script, "values.of", read.dataset, read.name, row.visit)
    if row.analysis_id == "visits.assessed":
        return {"n": "sum(!is.na(values.of))", "N": "length(who.in)"}
    return described(script.study.column(read.dataset, read.name), row, "values.of")


def safety(script: Script, of: Subject, row: Row) -> Expressions:
    """Return the events of a kind, and the participants with one."""
    members(script, of.population)
    if row.group1 == "arm":
        arms(script)
        script.add(f"who.in <- who.in[{of_arm(script, row.group1_level)}]")
    whose = script.participant(of.dataset)
    parts = [f"{whose} %in% who.in"]
    plan = script.study.safety
    assert plan is not None
    role, _, system = row.analysis_id.removeprefix("safety.").partition(".")
    role = role.removesuffix("_by_period")
    if role in plan.variables():
        parts.append(_has_level(script.variable(of.dataset, plan.variables()[role]), row.variable_level))
    if system:
        script.use("level_in_id")
        classes = _coded(script.variable(of.dataset, str(plan.system)))
        parts.append(f"level_in_id({classes}) %in% {r.text(system)}")
    if row.group1 == "period":
        parts.append(f"{script.variable(of.dataset, str(plan.period))} %in% {r.text(row.group1_level)}")
    if chosen := script.condition(of.dataset, plan.where):
        parts.append(f"seq_along({whose}) %in% {chosen}")
    script.add(f"is.counted <- {' & '.join(parts)}")
    having = f"length(unique({whose}[is.counted]))"
    return {"n_event": "sum(is.counted)", "n": having, "N": "length(who.in)", "p": f"{having} / length(who.in)"}


def _has_level(cells: str, level: str) -> str:
    return f"is.na({cells})" if level == NOT_CODED else f"{cells} %in% {r.text(level)}"


def _coded(cells: str) -> str:
    """Return the classes of events, those without one among them."""
    return f"ifelse(is.na({cells}), {r.text(NOT_CODED)}, {cells})"


def subgroup(script: Script, of: Subject, row: Row) -> Expressions:
    """Return counts and the estimate of a level, or the test of interaction."""
    endpoint = of.endpoint
    assert endpoint is not None
    declared = next(each for each in endpoint.subgroups if each.variable == row.variable)
    if endpoint.event is None:
        return r_subgroups.of_times_or_numbers(script, endpoint, declared, row)
    asked = Asked(script, endpoint, _ratio_of(endpoint), row)
    strata(asked, declared.variable, declared.levels)
    line = f"by.level[{r.text(row.variable_level)}, ]"
    script.use("interaction")
    if row.variable_level and row.stat_name in ("estimate", "conf.low", "conf.high"):
        script.add(f"at.level <- {line}")
        return r_methods.ratio(asked, "at.level[1], at.level[2], at.level[3], at.level[4]", "miettinen_nurminen")
    return {
        **r_methods.by_level(asked), "conf.level": asked.confidence,
        "statistic": 'interaction_test(by.level)[["statistic"]]', "df": 'interaction_test(by.level)[["df"]]',
        "p.value": 'interaction_test(by.level)[["p"]]', "n_informative": "nrow(informing(by.level))",
    }  # fmt: skip


def _ratio_of(endpoint: Endpoint) -> MethodUse:
    used = (use for use in endpoint.methods if use.method == "risk_ratio")
    return next(used, MethodUse(method="risk_ratio"))


def _pseudonym(script: Script, name: str) -> str:
    """Return who a pseudonym is: the participants in the order of their identifiers."""
    home = script.study.participants
    ordered = f'sort(unique(na.omit({script.participant(home)})), method = "radix")'
    return f"{ordered}[{name.removeprefix('P')}]"


def individual(script: Script, of: Subject, row: Row) -> Expressions:
    """Return one participant's value, or events and days of a period."""
    who = _pseudonym(script, row.group1_level)
    if of.endpoint is not None:
        asked = Asked(script, of.endpoint, of.endpoint.methods[0], row)
        period_counts(asked)
        assert of.endpoint.periods is not None
        tail = "before" if row.variable_level == of.endpoint.periods.before else "after"
        here = f"[match({who}, who.in)]"
        return {"n_event": f"events.{tail}{here}", "days": f"days.{tail}{here}"}
    script.add(f"who.in <- {who}")
    read = of.reads[0]
    values(script, "values.of", read.dataset, read.name, row.visit or None)
    return {row.stat_name: _as_label(script.study.column(read.dataset, read.name), "values.of")}


def narrative(script: Script, of: Subject, row: Row) -> Expressions:
    """Return a value of the one event that fulfils a condition, or of its participant."""
    members(script, of.population)
    whose, chosen = script.participant(of.dataset), script.condition(of.dataset, of.where)
    script.add(f"the.event <- intersect({chosen}, which({whose} %in% who.in))")
    read = of.reads[0]
    if read.dataset == of.dataset:
        found = f"{script.variable(read.dataset, read.name)}[the.event]"
    else:
        theirs = f"match({whose}[the.event], {script.participant(read.dataset)})"
        found = f"{script.variable(read.dataset, read.name)}[{theirs}]"
    return {row.stat_name: _as_label(script.study.column(read.dataset, read.name), found)}


def _as_label(column: Column, cell: str) -> str:
    """Return the label of a level, as it is printed; a number as it is."""
    if column.type != "category":
        return cell
    return f"{r.texts(tuple(column.levels.values()))}[match({cell}, {r.texts(tuple(column.levels))})]"


ANALYSES: dict[str, Written] = {
    "population": population, "flow": flow, "reported": flow, "difference": flow, "baseline": baseline,
    "visits": visits, "safety": safety, "subgroup": subgroup, "individual": individual, "narrative": narrative,
}  # fmt: skip


def of_population(study: Study, row: Row) -> bool:
    """Return whether a number of the flow is a population's."""
    return row.context == "disposition" and any(
        item.population and row.analysis_id == f"disposition.{item.id}" for item in study.disposition
    )
