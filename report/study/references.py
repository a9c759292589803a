"""Names in the study file that point at nothing, and parts of it that do not fit each other.

The models check a part by itself; here the parts meet.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from report.study import (
    references_baseline,
    references_blinding,
    references_data,
    references_displays,
    references_endpoints,
    references_multiplicity,
    references_sensitivity,
)
from report.study.data import Column, Count
from report.study.faults import Fault, missing
from report.study.model import Study, Where
from report.study.places import Place
from report.study.plan import BaselineVariable, DispositionItem, Narrative
from report.study.references_data import condition, homes_of, identifier, level, printed, variable, visit
from report.study.rules_dates import VisitWindow


def faults(study: Study) -> Iterator[Fault]:
    """Yield every fault, in the order of the study file; first what others rest on: names, and visits to derive."""
    first = [*_twice(study), *_no_visits(study)]
    yield from first or _of_parts(study)


def _no_visits(study: Study) -> Iterator[Fault]:
    """Yield a fault when visits are derived and none is declared: the derived variable has no value to take."""
    for name, derived in study.derivations.items() if not study.visits else ():
        if isinstance(derived, VisitWindow):
            told = "the rule visit_window needs the section visits, and no visit is declared"
            yield Fault(("derivations", name, "rule"), told, "write visits, each with its window; or take the rule out")


def _of_parts(study: Study) -> Iterator[Fault]:
    yield from _design(study)
    yield from references_data.faults(study)
    yield from _disposition(study)
    yield from _baseline(study)
    yield from references_endpoints.faults(study)
    yield from references_multiplicity.faults(study)
    yield from references_sensitivity.faults(study)
    yield from references_blinding.faults(study)
    yield from _safety(study)
    yield from references_displays.faults(study)


def _twice(study: Study) -> Iterator[Fault]:
    """Yield the second of two parts that have one name, by which others could not tell them apart."""
    named: tuple[tuple[str, str, list[str]], ...] = (
        ("visits", "id", [v.id for v in study.visits]),
        ("visits", "code", [v.code for v in study.visits]),
        ("disposition", "id", [d.id for d in study.disposition]),
        ("endpoints", "id", [e.id for e in study.endpoints]),
        ("displays", "id", [d.id for d in study.displays]),
        ("read_in", "file", [each.file for each in study.read_in]),
    )
    for section, key, names in named:
        for index, name in enumerate(names):
            if name in names[:index]:
                yield Fault((section, index, key), f"{name} stands twice in {section}", f"write another {key}")


def _design(study: Study) -> Iterator[Fault]:
    for index, author in enumerate(study.authors):
        for number, key in enumerate(author.affiliations):
            yield from missing(("authors", index, "affiliations", number), key, study.affiliations, "affiliation")
    for key in ("allocation", "start", "end"):
        where = getattr(study.design, key)
        if where is not None:
            yield from _where(study, ("design", key), where)


def _where(study: Study, place: Place, where: Where) -> Iterator[Fault]:
    yield from missing((*place, "dataset"), where.dataset, study.datasets, "data set")
    if where.dataset not in study.datasets:
        return
    columns = study.datasets[where.dataset].columns
    yield from missing((*place, "column"), where.column, columns, f"column of {where.dataset}")
    if not study.datasets[where.dataset].is_one_row_each:
        told = f"{where.dataset} has several rows a participant"
        yield Fault((*place, "dataset"), told, "name a data set with one row a participant")
    if where.column not in columns:
        return
    yield from identifier((*place, "column"), where.column, columns)
    if place[-1] == "allocation":
        if where.column in study.datasets[where.dataset].only:
            told = f"{where.column} holds the arms, and which rows are read would tell them"
            yield Fault(("datasets", where.dataset, "only", where.column), told, "take it out")
        yield from _arms(study, columns[where.column])
    elif columns[where.column].type != "date":
        dates = ", ".join(name for name, column in columns.items() if column.type == "date") or "none here is one"
        told = f"{where.column} is of type {columns[where.column].type}; a date was expected"
        yield Fault((*place, "column"), told, f"name a column of type date: {dates}")


def _arms(study: Study, column: Column) -> Iterator[Fault]:
    """Every arm is a level of the arms' column and every level an arm, or participants would be lost in silence."""
    if column.type != "category" or not column.required:
        told = "the column of the arms must be a category, and required"
        remedy = "write type: category, its levels and required: true for it, or name another column"
        yield Fault(("design", "allocation", "column"), told, remedy)
        return
    codes = [arm.code for arm in study.design.arms]
    for index, code in enumerate(codes):
        yield from level(("design", "arms", index, "code"), code, column, "level of the arms' column")
    for code in column.levels if all(code in column.levels for code in codes) else ():
        if code not in codes:
            told = f"no arm has the code {code}, a level of the arms' column"
            yield Fault(("design", "arms"), told, f"declare an arm with code: {code}, or take the level out")


BOXES = {
    "single_arm": ("assessed", "excluded", "enrolled", "treated", "completed", "lost", "discontinued", "not_analysed",
                   "analysed"),
    "parallel": ("assessed", "excluded", "randomised", "allocated", "received", "not_received", "lost", "discontinued",
                 "analysed", "not_analysed"),
}  # fmt: skip
WHOLE = ("assessed", "excluded", "randomised")


def _boxes(study: Study) -> Iterator[Fault]:
    """Each item has a box in the flow of this design, and is counted by arm where its box is."""
    for index, item in enumerate(study.disposition):
        yield from missing(("disposition", index, "id"), item.id, BOXES[study.design.kind], "box in this design's flow")
        by_arm = study.design.kind == "parallel" and item.id not in WHOLE
        if item.by_arm != by_arm:
            told = f"{item.id} is {'' if by_arm else 'not '}counted by arm in this design"
            yield Fault(("disposition", index, "by_arm"), told, f"write by_arm: {str(by_arm).lower()}")


def _disposition(study: Study) -> Iterator[Fault]:
    yield from _boxes(study)
    for index, item in enumerate(study.disposition):
        place: Place = ("disposition", index)
        if item.population is not None:
            yield from missing((*place, "population"), item.population, study.populations, "population")
        for number, name in enumerate(item.difference or ()):
            above = [each.id for each in study.disposition[:index]]
            yield from missing((*place, "difference", number), name, above, "number declared above")
        for there, count in _counts(item, place):
            yield from missing((*there, "dataset"), count.dataset, study.datasets, "data set")
            yield from condition(study, (*there, "where"), count.dataset, count.where)


def _counts(item: DispositionItem, place: Place) -> Iterator[tuple[Place, Count]]:
    if item.count is not None:
        yield (*place, "count"), item.count
    for index, reason in enumerate(item.reasons):
        if reason.count is not None:
            yield (*place, "reasons", index, "count"), reason.count


def _baseline(study: Study) -> Iterator[Fault]:
    plan = study.baseline
    if plan is None:
        return
    yield from missing(("baseline", "population"), plan.population, study.populations, "population")
    if plan.visit is not None:
        yield from visit(study, ("baseline", "visit"), plan.visit)
    yield from references_baseline.comparisons(study, plan)
    known = dict.fromkeys(name for dataset in study.datasets for name in study.variables(dataset))
    for index, line in enumerate(plan.variables):
        place: Place = ("baseline", "variables", index)
        yield from missing((*place, "variable"), line.variable, known, "variable")
        if line.variable in known:
            yield from _baseline_variable(study, place, line)


def _baseline_variable(study: Study, place: Place, line: BaselineVariable) -> Iterator[Fault]:
    name, column = line.variable, study.variable(line.variable)
    there = (*place, "variable")
    yield from printed(there, name, column, "a baseline table")
    if line.summary and column.type == "category":
        yield Fault((*place, "summary"), f"{name} is a category, and is counted", "take summary out")
    yield from references_baseline.test(place, line, column)
    for number, shown in enumerate(line.show):
        yield from level((*place, "show", number), shown, column, f"level of {name}")
    yield from _baseline_home(study, there, name)


def _baseline_home(study: Study, place: Place, name: str) -> Iterator[Fault]:
    """Yield a fault unless a variable has one value a participant, or one at the baseline's visit."""
    homes = homes_of(study, name)
    if len(homes) > 1:
        told = f"{name} stands in several data sets: {', '.join(homes)}"
        yield Fault(place, told, "give the column another name in one of them, and name that one")
    visits = study.visit_variable(homes[0])
    if visits is not None and study.baseline is not None and study.baseline.visit is None:
        named = ", ".join(each.id for each in study.visits)
        yield Fault(("baseline",), f"visit is missing: {name} has a value at each visit", f"add visit: one of {named}")
    if study.datasets[homes[0]].record is not None and visits is None:
        told = f"{name} stands in {homes[0]}, which has several rows a participant"
        yield Fault(place, told, "name a variable with one value a participant, or derive one")


def _safety(study: Study) -> Iterator[Fault]:
    plan = study.safety
    if plan is None:
        return
    yield from missing(("safety", "dataset"), plan.dataset, study.datasets, "data set")
    yield from missing(("safety", "population"), plan.population, study.populations, "population")
    if plan.dataset not in study.datasets:
        return
    variables = study.variables(plan.dataset)
    for role, name in plan.variables().items():
        yield from variable(study, ("safety", role), plan.dataset, name)
        coded = ("text", "category")
        wanted = {"onset": ("date",), "term": coded, "system": coded}.get(role, ("category",))
        if name in variables and variables[name].type not in wanted:
            fitting = ", ".join(each for each, column in variables.items() if column.type in wanted)
            told = f"{name} is of type {variables[name].type}; a {' or a '.join(wanted)} was expected"
            yield Fault(
                ("safety", role), told, f"one of: {fitting}" if fitting else f"declare a column of type {wanted[0]}"
            )
    if plan.where is not None:
        yield from condition(study, ("safety", "where"), plan.dataset, plan.where)
    yield from _narratives(study, plan.dataset, plan.narratives)


def _narratives(study: Study, dataset: str, narratives: Sequence[Narrative]) -> Iterator[Fault]:
    ids = [narrative.id for narrative in narratives]
    for index, narrative in enumerate(narratives):
        place: Place = ("safety", "narratives", index)
        if narrative.id in ids[:index]:
            yield Fault((*place, "id"), f"{narrative.id} stands twice in narratives", "write another id")
        yield from condition(study, (*place, "where"), dataset, narrative.where)
        yield from _told(study, (*place, "variables"), dataset, narrative.variables, ())
        yield from _told(study, (*place, "participant"), study.participants, narrative.participant, narrative.variables)


def _told(study: Study, place: Place, home: str, names: Sequence[str], above: Sequence[str]) -> Iterator[Fault]:
    """Yield the variables of a narrative that its data set does not hold, that are never printed, or stand twice."""
    variables = study.variables(home)
    for number, name in enumerate(names):
        there: Place = (*place, number)
        yield from missing(there, name, variables, f"variable of {home}")
        if name in variables:
            yield from printed(there, name, variables[name], "a narrative")
        if name in (*above, *names[:number]):
            yield Fault(there, f"{name} stands twice in this narrative", "take one of the two out")
