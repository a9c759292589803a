"""Study files of an older format, read as the present one.

Format 1: ``derived`` with ``sum`` and ``decimals``; ``decimals`` in columns' contracts; ``prespecified`` in endpoints.
What can be carried over without a judgement is; ``prespecified`` is not, for it did not say where.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

FORMAT = 2
OLDEST = 1
BY_HAND = "write specified_in (protocol, analysis_plan, data_driven or regulator_request) and source instead"

Place = tuple[str | int, ...]


def from_format_1(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the content of a study file of format 1 as format 2 has it; parts that are not as expected stay."""
    made = {("derivations" if key == "derived" else key): value for key, value in content.items()}
    made["derivations"] = _each(made.get("derivations"), _derivation)
    made["datasets"] = _each(made.get("datasets"), _dataset)
    return {**made, "format": FORMAT}


def place_in_format_1(place: Place) -> Place:
    """Return where a place of the migrated content stands in the file that the author knows."""
    if place[:1] != ("derivations",):
        return tuple("decimals" if step == "resolution" else step for step in place)
    names = {"terms": "sum", "resolution": "decimals"}
    return ("derived", *(names.get(step, step) if isinstance(step, str) else step for step in place[1:]))


def _each(part: Any, change: Any) -> Any:
    return {key: change(value) for key, value in part.items()} if isinstance(part, dict) else (part or {})


def _derivation(old: Any) -> Any:
    if not isinstance(old, dict):
        return old
    made = {("terms" if key == "sum" else key): value for key, value in old.items()}
    return _resolution({"rule": "sum", **made})


def _dataset(old: Any) -> Any:
    return {**old, "columns": _each(old.get("columns"), _resolution)} if isinstance(old, dict) else old


def _resolution(old: Any) -> Any:
    """Return a contract whose decimals have become a resolution: 1 has become 0.1."""
    if not isinstance(old, dict) or not isinstance(old.get("decimals"), int):
        return old
    kept = {key: value for key, value in old.items() if key != "decimals"}
    return {**kept, "resolution": float(f"1e-{old['decimals']}")} if 0 <= old["decimals"] <= 6 else old
