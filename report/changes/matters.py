"""One thing that matters among all that changed: its kind, what it is of, and how much weight it has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from report.ard import Row
from report.changes.results import label, said, subject
from report.changes.sides import Side
from report.paper.styles import MINUS
from report.study.endpoints import Endpoint

Kind = Literal[
    "p", "interval", "direction", "lost its value", "got a value", "hole opened", "hole closed", "method",
    "denominator", "gone", "new",
]  # fmt: skip
KINDS: tuple[Kind, ...] = get_args(Kind)
DECIDING: tuple[Kind, ...] = ("p", "interval", "direction")
MISSING: tuple[Kind, ...] = ("lost its value", "got a value", "hole opened", "hole closed", "gone", "new")
DIFFERENCES = ("difference_of_medians", "rate_difference")
WORDS = ("direction", "conclusion")  # what a word decides: benefit or harm, non-inferior or not
WITHOUT_NULL = ("number_needed_to_treat", "stats_t_test_onesample", "stats_wilcox_test_onesample")  # contexts
MEASURED = ("estimate", "conf.low", "conf.high", *DIFFERENCES)
ROLES = ("primary", "secondary", "exploratory", "subgroup", "")
Pair = tuple[Row | None, Row | None]


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing that matters: its kind, the role of the endpoint that it is of, what it is of, and what happened.

    ``decides`` is whether a conclusion rests on it: a limit was crossed, or what lies beside a limit is missing.
    """

    kind: Kind
    role: str
    subject: str
    told: str
    results: tuple[str, ...] = ()
    decides: bool = False

    @property
    def rank(self) -> tuple[int, int]:
        """Its place among the others: by the role of its endpoint, then by kind."""
        return (ROLES.index(self.role), KINDS.index(self.kind))


@dataclass(frozen=True, slots=True)
class Look:
    """Both sides, and what is asked of a result of theirs: its endpoint, its role, its name, its printed value."""

    old: Side
    new: Side

    def endpoint(self, row: Row) -> Endpoint | None:
        """Return the endpoint that a result is of, as the newer study file has it where it does."""
        return endpoint_of(self.new, row) or endpoint_of(self.old, row)

    def role(self, row: Row) -> str:
        """Return the role of the endpoint that a result is of; a subgroup's result decides nothing."""
        sides = [side for side in (self.new, self.old) if endpoint_of(side, row) is not None]
        if not sides:
            return ""
        endpoint = endpoint_of(sides[0], row)
        is_of_endpoint = any(is_of_method(side, row) for side in sides)
        return "subgroup" if endpoint is None or not is_of_endpoint else endpoint.role

    def label(self, row: Row) -> str:
        """Return what a result is within its subject."""
        return label(row, self.new.study or self.old.study)

    def matter(self, kind: Kind, rows: Sequence[Row], told: str) -> Matter:
        """Return a matter of one result, or of several of one subject."""
        study = self.new.study or self.old.study
        decides = kind in (*DECIDING, *MISSING) and any(is_decided(row) for row in rows)
        ids = tuple(row.result_id for row in rows)
        return Matter(kind, self.role(rows[0]), subject(rows[0], study), told, ids, decides)


def is_decided(row: Row) -> bool:
    """Return whether a conclusion may rest on a result: p, or an estimate or limit that has a value of no effect."""
    return row.stat_name in ("p.value", *WORDS) or (row.stat_name in MEASURED and null_of(row) is not None)


def null_of(row: Row) -> float | None:
    """Return the value of no effect of an estimate or a limit: 1 of a ratio, 0 of a difference, None of neither.

    Of a probability that a value is the higher it is one half. A proportion has none, nor has a value of a single arm,
    and a number needed to treat has its own row that says benefit or harm.
    """
    key = row.format_key.partition(":")[0]
    if row.context == "win_probability" and row.stat_name in MEASURED:
        return 0.5
    if key == "ratio":
        return 1.0
    if key in ("fixed", "median", "points") and row.context not in WITHOUT_NULL:
        return 0.0
    return None


def endpoint_of(side: Side, row: Row) -> Endpoint | None:
    """Return the endpoint that a result is of, in one side's study file."""
    root = row.analysis_id.split(".")[0]
    endpoints = side.study.endpoints if side.study is not None else ()
    return next((each for each in endpoints if each.id == root), None)


def is_of_method(side: Side, row: Row) -> bool:
    """Return whether a result is of a method of its endpoint, and not of a subgroup."""
    endpoint = endpoint_of(side, row)
    name = row.analysis_id.partition(".")[2].partition(".")[0]
    return endpoint is not None and name in {use.name for use in endpoint.methods}


def number(row: Row | None) -> float | None:
    """Return a result's number, None where it has none or rests on an open query."""
    if row is None or row.query or isinstance(row.stat, bool) or not isinstance(row.stat, int | float):
        return None
    return float(row.stat)


def exactly(row: Row, side: Side, limit: float | None) -> str:
    """Return a value as printed; with its raw digits where rounding puts it on another side of a limit, or on it."""
    shown, value = said(row, side), number(row)
    if value is None or limit is None:
        return shown
    scale = 100 if row.format_key.startswith("points") else 1
    rounded = _number(shown)
    if rounded is None or _side(rounded, limit * scale) == _side(value * scale, limit * scale):
        return shown
    return f"{shown} ({f'{value * scale:.4g}'.replace('-', MINUS)})"


def _side(value: float, limit: float) -> int:
    return (value > limit) - (value < limit)


def _number(shown: str) -> float | None:
    """Return the number that is printed, None where a bound or a word stands in its place."""
    try:
        return float(shown.replace(MINUS, "-").replace("\u00b7", "."))
    except ValueError:
        return None
