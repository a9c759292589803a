"""A condition of the study file in words that a clinician reads."""

from __future__ import annotations

from report.study.data import Column, Filter
from report.study.model import Study

COMPARED = {
    "EQ": "is", "NE": "is not", "GT": "is above", "GE": "is at least", "LT": "is below", "LE": "is at most",
    "IN": "is one of", "NOTIN": "is none of",
}  # fmt: skip


def in_words(study: Study, dataset: str, where: Filter | None) -> str:
    """Return a condition in words, "all rows" where there is none; parts within parts stand in brackets."""
    return "all rows" if where is None else _said(study, dataset, where, inner=False)


def _said(study: Study, dataset: str, where: Filter, *, inner: bool) -> str:
    if where.variable is not None:
        return _comparison(study.variables(dataset).get(where.variable), where)
    if where.negated is not None:
        return f"not ({_said(study, dataset, where.negated, inner=False)})"
    parts, joint = (where.all, " and ") if where.all else (where.any, " or ")
    told = joint.join(_said(study, dataset, part, inner=len(parts) > 1) for part in parts)
    return f"({told})" if inner and len(parts) > 1 else told


def _comparison(column: Column | None, where: Filter) -> str:
    name = called(column, str(where.variable))
    if where.value is None:
        return f"{name} is {'missing' if where.comparator == 'EQ' else 'recorded'}"
    values = where.value if isinstance(where.value, tuple) else (where.value,)
    shown = ", ".join(_value(column, value) for value in values)
    return f"{name} {COMPARED[str(where.comparator)]} {shown}"


def called(column: Column | None, name: str) -> str:
    """Return a variable by its label and, behind it, its name in the file; by its name alone where it has no label."""
    return f"{column.label} ({name})" if column is not None and column.label else name


def _value(column: Column | None, value: object) -> str:
    text = str(value)
    label = column.levels.get(text, "") if column is not None else ""
    return f"“{label}” ({text})" if label and label != text else f"“{text}”" if isinstance(value, str) else text
