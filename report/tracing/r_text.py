"""Names, texts, numbers and conditions as R writes them; and the pieces of R that several scripts share."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from report.study.data import Filter
from report.study.model import Study

HELPERS = Path(__file__).parent / "r"
RESERVED = frozenset(
    ("if", "else", "repeat", "while", "function", "for", "in", "next", "break", "TRUE", "FALSE", "NULL", "NA", "T", "F")
)
COMPARED = {"EQ": "==", "NE": "!=", "GT": ">", "GE": ">=", "LT": "<", "LE": "<="}


@cache
def helper(name: str) -> str:
    """Return a function that scripts share."""
    return (HELPERS / f"{name}.R").read_text(encoding="utf-8").strip()


def called(name: str) -> str:
    """Return a name of the study file as a name in R."""
    return f"`{name}`" if name in RESERVED else name


def column(dataset: str, name: str) -> str:
    """Return a variable of a data set."""
    return f"{called(dataset)}${called(name)}"


def text(value: object) -> str:
    """Return a text in quotes."""
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def texts(values: object) -> str:
    """Return texts as a vector."""
    assert isinstance(values, tuple | list)
    return f"c({', '.join(text(value) for value in values)})"


def number(value: float) -> str:
    """Return a number with all its digits."""
    return str(int(value)) if value == int(value) else repr(float(value))


def condition(study: Study, dataset: str, where: Filter) -> str:
    """Return a condition on the rows of a data set; R's logic of missing values is that of the study file."""
    if where.variable is not None:
        return _comparison(study, dataset, where)
    if where.negated is not None:
        return f"!({condition(study, dataset, where.negated)})"
    parts, joint = (where.all, " & ") if where.all else (where.any, " | ")
    return joint.join(f"({condition(study, dataset, part)})" for part in parts)


def _comparison(study: Study, dataset: str, where: Filter) -> str:
    name = str(where.variable)
    cells, kind = column(dataset, name), study.column(dataset, name).type
    if where.value is None:
        return f"is.na({cells})" if where.comparator == "EQ" else f"!is.na({cells})"
    if where.comparator in ("IN", "NOTIN"):
        held = f"{cells} %in% c({', '.join(_value(value, kind) for value in where.value)})"  # type: ignore[union-attr]
        return f"ifelse(is.na({cells}), NA, {held if where.comparator == 'IN' else f'!({held})'})"
    return f"{cells} {COMPARED[str(where.comparator)]} {_value(where.value, kind)}"


def _value(value: object, kind: str) -> str:
    if kind == "date":
        return f"as.Date({text(value)})"
    return number(float(str(value))) if kind in ("number", "integer") else text(value)
