"""A row of an analysis results dataset as R's cards writes it, whatever file it came in.

Each cell of a list column holds one value. jsonlite writes it as a list of one, NULL as ``{}``, and what is no finite
number as the text "NA", "NaN", "Inf" or "-Inf".
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from report.ard import Stat
from report.exchange import names

MISSING = ("NA", "NaN")
INFINITE = ("Inf", "-Inf")
_PRINTED = re.compile(r"-?\d+(?:\.(\d{1,6}))?")
GAVE_NONE, IS_INFINITE = "no value was given", "infinite"


@dataclass(frozen=True, slots=True)
class ArdRow:
    """One row: groups with their levels (None where a group has none), what was computed, and what came of it.

    ``digits`` is how many decimals cards prints, ``reason`` why there is no value. ``ours`` are columns that trialpress
    wrote itself.
    """

    groups: tuple[tuple[str, str | None], ...]
    variable: str
    variable_level: str
    context: str
    stat_name: str
    stat_label: str
    stat: Stat
    digits: int | None = None
    reason: str = ""
    warning: str = ""
    error: str = ""
    ours: Mapping[str, str] = field(default_factory=dict)


def of(cells: Mapping[str, Any], columns_of_ours: frozenset[str] = frozenset()) -> ArdRow:
    """Return a row from its cells by column; ValueError where it is none."""
    held = {names.column(name): cell for name, cell in cells.items()}
    lacking = [name for name in ("variable", "stat_name", "stat") if name not in held]
    if lacking:
        raise ValueError(f"there is no column {', '.join(lacking)}")
    stat, reason = _value(held)
    return ArdRow(
        groups=_groups(held),
        variable=text(held["variable"]),
        variable_level=text(held.get("variable_level")),
        context=names.context(text(held.get("context"))),
        stat_name=text(held["stat_name"]),
        stat_label=text(held.get("stat_label")) or names.LABELS.get(text(held["stat_name"]), text(held["stat_name"])),
        stat=stat,
        digits=_digits(held),
        reason=reason,
        warning=text(held.get("warning"), several=True),
        error=text(held.get("error"), several=True),
        ours={name: str(held[name]) for name in columns_of_ours if held.get(name) not in (None, "", [], {})},
    )


def _groups(held: Mapping[str, Any]) -> tuple[tuple[str, str | None], ...]:
    """Return the grouping variables in the order of their numbers, without those that do not apply to a row."""
    numbers = sorted(int(match[1]) for name in held if (match := names.GROUP.fullmatch(name)) and not match[2])
    found = ((text(held[f"group{number}"]), held.get(f"group{number}_level")) for number in numbers)
    return tuple((name, text(level) or None) for name, level in found if name)


def _value(held: Mapping[str, Any]) -> tuple[Stat, str]:
    """Return a value, and why there is none."""
    value = alone(held["stat"])
    if "stat_type" in held:  # trialpress wrote the file, and says of what kind the value is
        value = _of_type(value, text(held["stat_type"]))
        return value, "" if value is not None else text(held.get("reason"))
    if isinstance(value, float) and not math.isfinite(value):
        value = None if math.isnan(value) else "Inf"
    if value is None or value in MISSING:
        return None, text(held.get("reason")) or GAVE_NONE
    return (None, IS_INFINITE) if value in INFINITE else (value, "")


def _of_type(value: Any, kind: str) -> Stat:
    made: dict[str, Any] = {
        "number": float,
        "integer": int,
        "logical": lambda cell: cell in (True, "TRUE"),
        "text": str,
    }
    return made[kind](value if value is not None else "") if kind else None


def alone(cell: Any) -> Any:
    """Return what a cell of a list column holds: None for NULL; ValueError where it holds several values."""
    if isinstance(cell, Mapping):
        if cell:
            raise ValueError("a cell holds a table, where one value was expected")
        return None
    if not isinstance(cell, list | tuple):
        return cell
    if len(cell) > 1:
        raise ValueError("a cell holds several values, where one was expected")
    return alone(cell[0]) if cell else None


def text(cell: Any, *, several: bool = False) -> str:
    """Return a cell as text, empty for NULL and NA; whole numbers without a point, and truth as R writes it."""
    if several and isinstance(cell, list):
        return "; ".join(filter(None, map(text, cell)))
    value = alone(cell)
    if value is None or (isinstance(value, float) and math.isnan(value)) or value == "NA":
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _digits(held: Mapping[str, Any]) -> int | None:
    """Return the decimals that cards prints: by its format, or by what it printed; None where neither says."""
    known = _decimals(held.get("fmt_fun"))
    shown = _PRINTED.fullmatch(text(held.get("stat_fmt"), several=True).strip())
    return len(shown[1] or "") if known is None and shown else known


def _decimals(cell: Any) -> int | None:
    """Return the decimals of a format: a number, or a pattern such as "xx.x"; None for a function, which hides them."""
    held = cell if isinstance(cell, list) else [cell]
    if len(held) != 1 or held[0] is None or isinstance(held[0], bool | Mapping):
        return None
    written = text(held[0])
    if "x" in written and set(written) <= set("x."):
        return len(written.partition(".")[2])
    return int(written) if written.isascii() and written.isdigit() and len(written) == 1 else None
