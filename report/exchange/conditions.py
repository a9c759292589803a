"""Conditions of the study file as where clauses of the CDISC ARS.

A comparison without a value asks whether the variable is missing (EQ) or present (NE); the model has no other way.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from report.study.data import Filter, Scalar


def clause(where: Filter, dataset: str) -> dict[str, Any]:
    """Return a condition, or a compound of several, on a data set."""
    return _clause(where, dataset, 1)


def _clause(where: Filter, dataset: str, level: int) -> dict[str, Any]:
    if where.variable is not None:
        return {"condition": condition(dataset, where.variable, str(where.comparator), _values(where.value))}
    parts = where.all or where.any or tuple(filter(None, [where.negated]))
    operator = "AND" if where.all else "OR" if where.any else "NOT"
    clauses = [
        {"level": level + 1, "order": order, **_clause(part, dataset, level + 1)}
        for order, part in enumerate(parts, start=1)
    ]
    return {"compoundExpression": {"logicalOperator": operator, "whereClauses": clauses}}


def condition(dataset: str, variable: str, comparator: str, values: Sequence[str]) -> dict[str, Any]:
    """Return a comparison."""
    return {"dataset": dataset, "variable": variable, "comparator": comparator, "value": list(values)}


def _values(value: Scalar | tuple[Scalar, ...]) -> list[str]:
    held = value if isinstance(value, tuple) else () if value is None else (value,)
    return [str(each) for each in held]
