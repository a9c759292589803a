"""The analyses of a reporting event with their methods, operations and results."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from report.ard import Results, Row
from report.exchange import cells, plan_terms
from report.study.model import Study

ARMS = "grouping_arm"
PARTS = {"p": ("n", "N"), "p_miss": ("N_miss", "N_obs"), "p_nonmiss": ("N_nonmiss", "N_obs")}
Shown = Callable[[Row], str]
Node = dict[str, Any]
Key = tuple[str, str, str]  # an analysis at a visit in a population
Operation = tuple[str, str]  # a statistic: its name and label


class Analyses:
    """The analyses of the results with their methods: rows of one analysis at one visit belong together."""

    def __init__(self, study: Study, results: Results, shown: Shown) -> None:
        self.study, self.shown = study, shown
        self.rows: dict[Key, list[Row]] = {}
        for row in results:
            self.rows.setdefault((row.analysis_id, row.visit, row.population), []).append(row)
        self.ids = {key: self._id(key) for key in self.rows}
        self._methods: dict[tuple[str, str, tuple[Operation, ...]], str] = {}
        self.by_key = {key: self._method_of(rows) for key, rows in self.rows.items()}

    def _id(self, key: Key) -> str:
        """Return the name of an analysis, with its visit and population where these tell it from others."""
        analysis, visit, population = key
        alike = [other for other in self.rows if other[0] == analysis]
        visits, people = len({other[1] for other in alike}) > 1, len({other[2] for other in alike}) > 1
        named = [analysis, visit if visits else "", population if people else ""]
        return "@".join(filter(None, named))

    def _method_of(self, rows: Sequence[Row]) -> str:
        """Return the id of a method: what was done, and which statistics it gave."""
        named = {row.stat_name: (row.stat_name, row.stat_label) for row in rows}
        key = (rows[0].context, rows[0].method, tuple(named.values()))
        return self._methods.setdefault(key, f"method_{len(self._methods) + 1}_{rows[0].context}")

    def methods(self) -> list[Node]:
        """Return every method with its operations."""
        return [
            {"id": identity, "name": method or context, "label": context, "operations": list(_operations(identity, of))}
            for (context, method, of), identity in self._methods.items()
        ]

    def all(self) -> list[Node]:
        """Return every analysis with its results."""
        return [self._analysis(key, rows) for key, rows in self.rows.items()]

    def _analysis(self, key: Key, rows: Sequence[Row]) -> Node:
        endpoint, method = plan_terms.endpoint_of(self.study, key[0]), self.by_key[key]
        named = {"id": self.ids[key], "name": self.ids[key], "version": 1}
        planned = {"reason": plan_terms.reason(endpoint), "purpose": plan_terms.purpose(endpoint, rows[0].context)}
        return {
            **named, **planned, "methodId": method, **self._about(key, rows[0]), "orderedGroupings": _ordered(rows),
            "referencedAnalysisOperations": _referenced(method, rows, self.ids[key]),
            "results": [self._result(row, method) for row in rows],
        }  # fmt: skip

    def _about(self, key: Key, row: Row) -> Node:
        """Return in whom, when and of what an analysis is, as far as the study file knows these."""
        endpoint, (_, visit, population) = plan_terms.endpoint_of(self.study, key[0]), key
        told = {
            "analysisSetId": f"set_{population}" if population in self.study.populations else "",
            "dataSubsetId": f"visit_{visit}" if visit in {each.id for each in self.study.visits} else "",
            "dataset": endpoint.dataset if endpoint else next(iter(self.study.homes(row.variable)), ""),
            "variable": row.variable,
            "label": endpoint.label if endpoint else "",
        }
        return {slot: value for slot, value in told.items() if value}

    def _result(self, row: Row, method: str) -> Node:
        """Return a result: its value to the last digit, what is printed of it, and the groups that it is of."""
        raw = cells.written(row.stat)
        value = {"rawValue": raw} if raw is not None else {}
        groups = list(groups_of(row))
        within = {"resultGroups": groups} if groups else {}
        return {"operationId": f"{method}.{row.stat_name}", **within, **value, "formattedValue": self.shown(row)}


def _operations(method: str, statistics: Sequence[Operation]) -> Iterator[Node]:
    named = {name for name, _ in statistics}
    for order, (name, label) in enumerate(statistics, start=1):
        made: Node = {"id": f"{method}.{name}", "name": name, "label": label, "order": order}
        if name in PARTS and set(PARTS[name]) <= named:
            made["referencedOperationRelationships"] = _related(method, name)
        yield made


def _related(method: str, share: str) -> list[Node]:
    """Return of which counts a share is made."""
    return [
        {
            "id": f"{method}.{share}.{role.lower()}",
            "referencedOperationRole": {"controlledTerm": role},
            "operationId": f"{method}.{part}",
        }
        for role, part in zip(("NUMERATOR", "DENOMINATOR"), PARTS[share], strict=True)
    ]


def _referenced(method: str, rows: Sequence[Row], analysis: str) -> list[Node]:
    """Return in which analysis the parts of each share stand: in this one."""
    named = {row.stat_name for row in rows}
    shares = [name for name, parts in PARTS.items() if name in named and set(parts) <= named]
    return [
        {"referencedOperationRelationshipId": f"{method}.{name}.{role}", "analysisId": analysis}
        for name in shares
        for role in ("numerator", "denominator")
    ]


def groups_of(row: Row) -> Iterator[Node]:
    """Yield the groups that a result is of."""
    if row.group1 == "arm" and row.group1_level:
        yield {"groupingId": ARMS, "groupId": f"arm_{row.group1_level}"}
    elif row.group1:
        yield {"groupingId": f"group_{row.group1}", "groupValue": row.group1_level}
    if row.variable_level:
        yield {"groupingId": f"grouping_{row.variable}", "groupValue": row.variable_level}


def _ordered(rows: Sequence[Row]) -> list[Node]:
    named = dict.fromkeys(group["groupingId"] for row in rows for group in groups_of(row))
    return [{"order": order, "groupingId": name, "resultsByGroup": True} for order, name in enumerate(named, start=1)]
