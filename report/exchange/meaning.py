"""What the names of another program mean here: its arms, visits and variables by the study file, row by row.

A row becomes a line with the columns of ours; whatever is not known is told, with the rows that have it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from report.ard import Stat
from report.exchange import formats, names
from report.exchange.ard_rows import ArdRow
from report.study.faults import nearest
from report.study.model import Study
from report.study.read_in import ReadIn

BETWEEN = " | "  # between the levels of several groups
PEOPLE = ("usubjid", "subjid")  # by which CDISC data name a participant
TRUTH = {True: "TRUE", False: "FALSE"}
Line = dict[str, Any]


class NotKnown(ValueError):
    """A name that means nothing here: what is said of it, and what to write."""

    def __init__(self, told: str, remedy: str) -> None:
        super().__init__(told)
        self.remedy = remedy


class Meaning:
    """The names of one file as the study file explains them."""

    def __init__(self, declared: ReadIn, study: Study) -> None:
        self.declared, self.study = declared, study
        self.known = {"arm": "arm", "visit": "visit", **declared.groups}
        self.people = {*PEOPLE, *_identifiers(study)}
        self.ids: dict[str, list[tuple[str, ...]]] = {
            "arm": [(arm.id, arm.code, arm.label, arm.short) for arm in study.design.arms],
            "visit": [(visit.id, visit.code, visit.label) for visit in study.visits],
        }

    def role(self, group: str) -> str:
        """Return what a grouping variable or column is; NotKnown where nobody says."""
        self._refuse_people(group)
        if group not in self.known:
            told = f"{group} is a group of this file, and the study file does not say what it is"
            raise NotKnown(told, f"write it in read_in, as groups: {{{group}: arm}}, or visit, or level")
        return self.known[group]

    def level(self, role: str, group: str, value: str) -> str:
        """Return the id of an arm or a visit for a value; a level as it is. NotKnown where it is none of ours."""
        value = self.declared.levels.get(group, {}).get(value, value)
        if role not in self.ids:
            return value
        found = {each[0] for each in self.ids[role] if value in each}
        if len(found) == 1:
            return found.pop()
        several = f": it could be {' or '.join(sorted(found))}" if found else ""
        ids = [each[0] for each in self.ids[role]]
        remedy = f"write it in read_in, as levels: {{{group}: {{{value}: {ids[0] if ids else role}}}}}; {role}s are: "
        raise NotKnown(f"{value} of {group} is no {role} of this study{several}", remedy + (", ".join(ids) or "none"))

    def variable(self, name: str) -> str:
        """Return our name of a variable; NotKnown where it is none of ours and nobody says what it is."""
        self._refuse_people(name)
        made_up = names.PSEUDO.fullmatch(name)
        name = self.declared.variables.get(name, made_up[1] if made_up else name)
        if made_up or name in self.declared.variables.values() or self.study.homes(name):
            return name
        if self.study.homes(name.lower()):
            return name.lower()
        ours = [each for dataset in self.study.datasets for each in self.study.variables(dataset)]
        near = nearest(name.lower(), ours)
        told = f"{name or 'an empty name'} is no variable of this study"
        raise NotKnown(told, f"write in read_in what it is here, as variables: {{{name}: {near or 'our_name'}}}")

    def _refuse_people(self, name: str) -> None:
        """Raise NotKnown for a group or variable whose levels are participants: such rows are not read in."""
        if name.lower() in self.people:
            told = f"{name} tells single participants apart, whose rows are not read in"
            raise NotKnown(told, "leave them out there")

    def shown(self, row: ArdRow) -> str:
        """Return a row as an author finds it in the file, without levels that may name a participant."""
        said = [(name, level) for name, level in row.groups if name in self.known and name.lower() not in self.people]
        groups = (f"{name}={level}" for name, level in said if level is not None)
        level = "" if row.variable.lower() in self.people else row.variable_level
        return " ".join(filter(None, (row.variable, level, *groups, row.context, row.stat_name)))

    def unit(self, variable: str, stat_name: str) -> str:
        """Return the unit of a statistic that is measured as its variable is."""
        if stat_name not in formats.OF_VALUES or not self.study.homes(variable):
            return ""
        return self.study.variable(variable).unit

    def statistic(self, name: str) -> str:
        """Return our name of a statistic."""
        return self.declared.statistics.get(name, name)


def _identifiers(study: Study) -> Iterator[str]:
    """Yield the columns that tell participants apart."""
    for dataset in study.datasets.values():
        yield dataset.participant
        yield from (name for name, column in dataset.columns.items() if column.identifier)


def lines(rows: Sequence[ArdRow], meaning: Meaning) -> tuple[list[Line], dict[tuple[str, str], list[str]]]:
    """Return the rows as lines, and what is not known of them: what is said and the remedy, with the rows."""
    made: list[Line] = []
    unknown: dict[tuple[str, str], list[str]] = {}
    beside, methods = _beside(rows), _methods(rows)
    for row in rows:
        try:
            made.append(_line(row, meaning, beside[_place(row)], methods.get(_test(row), "")))
        except NotKnown as fault:
            unknown.setdefault((str(fault), fault.remedy), []).append(meaning.shown(row))
    failed = [meaning.shown(row) for row in rows if row.error]
    if failed:
        told = "an error was recorded in the column error when these were computed"
        unknown[told, "mend it in the program, and run it again; or leave these rows out there"] = failed
    return made, unknown


def _place(row: ArdRow) -> tuple[Any, ...]:
    return row.ours.get("analysis_id"), row.groups, row.variable, row.variable_level, row.context


def _test(row: ArdRow) -> tuple[Any, ...]:
    return row.groups, row.variable, row.context


def _beside(rows: Iterable[ArdRow]) -> dict[tuple[Any, ...], dict[str, Stat]]:
    """Return the statistics of each group by name."""
    found: dict[tuple[Any, ...], dict[str, Stat]] = {}
    for row in rows:
        found.setdefault(_place(row), {})[row.stat_name] = row.stat
    return found


def _methods(rows: Iterable[ArdRow]) -> dict[tuple[Any, ...], str]:
    """Return the name of the method of each test, which cards gives a row of its own."""
    return {_test(row): str(row.stat) for row in rows if row.stat_name == "method" and isinstance(row.stat, str)}


def _line(row: ArdRow, meaning: Meaning, beside: Mapping[str, Stat], method: str) -> Line:
    held = dict(_levels(row, meaning))
    variable = held.pop("variable", None) or meaning.variable(row.variable)
    analysis = row.ours.get("analysis_id") or ".".join(filter(None, (held.pop("analysis", ""), variable, row.context)))
    name = meaning.statistic(row.stat_name)
    told = {
        "analysis_id": ".".join(filter(None, (meaning.declared.analysis, analysis))),
        "group1": "arm" if held.get("arm") else "",
        "group1_level": held.get("arm", ""),
        "visit": held.get("visit", ""),
        "variable": variable,
        "variable_level": BETWEEN.join(filter(None, (held.get("level", ""), row.variable_level))),
        "population": meaning.declared.population or "",
        "method": row.ours.get("method", method),
        "stat_name": name,
        "stat_label": row.stat_label,
        "stat": TRUTH[row.stat] if isinstance(row.stat, bool) else row.stat,
        "format_key": meaning.declared.formats.get(name) or row.ours.get("format_key") or _key(row, name, beside),
        "unit": row.ours.get("unit") or meaning.unit(variable, name),
        "disclosure": row.ours.get("disclosure", "aggregate"),
        "reason": row.reason,
        "warning": row.warning,
        "query": row.ours.get("query", ""),
    }
    return {column: value for column, value in told.items() if value not in ("", None)}


def _key(row: ArdRow, name: str, beside: Mapping[str, Stat]) -> str:
    return formats.key(name, row.stat, row.digits, beside)


def _levels(row: ArdRow, meaning: Meaning) -> Iterator[tuple[str, str]]:
    """Yield what the groups of a row say: its arm, its visit, and the levels of all other groups together."""
    held: dict[str, list[str]] = {}
    for group, value in row.groups:
        role = meaning.role(group)
        if value is not None:
            held.setdefault(role, []).append(meaning.level(role, group, value))
    for role, levels in held.items():
        if role != "level" and len(levels) > 1:
            raise NotKnown(f"a row has two groups that are each the {role}", "write level for one of them in groups")
        yield role, meaning.variable(levels[0]) if role == "variable" else BETWEEN.join(levels)
