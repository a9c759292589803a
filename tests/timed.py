"""Invented studies of times to an event: three arms or one, competing events, strata, clusters and covariates."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.invented import parallel, single

COLUMNS: dict[str, Any] = {
    "id": {"type": "text", "required": True},
    "days": {"type": "integer", "label": "Time to relapse", "unit": "days"},
    "ended": {"type": "integer", "label": "How it ended"},
    "site": {"type": "category", "label": "Site", "levels": {"n": "North", "s": "South"}},
    "practice": {"type": "text", "label": "Practice"},
    "age": {"type": "integer", "label": "Age"},
    "stage": {"type": "category", "label": "Stage", "levels": {"i": "I", "ii": "II", "iii": "III"}},
}
ARMS = {"new": "New", "old": "Old", "none": "None"}


def relapse(*methods: dict[str, Any], **parts: Any) -> dict[str, Any]:
    """Return an endpoint: the time to relapse, ADaM's way (0 is the event), death (2) competing."""
    return {
        "id": "relapse", "label": "Relapse", "role": "primary", "specified_in": "protocol", "source": "invented",
        "direction": "lower_is_better", "dataset": "people", "variable": "days", "population": "everyone",
        "time": {"status": "ended", "event": "0", "event_is": "harm", "competing": ["2"], "shown_in": "months"}, "methods": list(methods), **parts,
    }  # fmt: skip


def by_arm(*endpoints: dict[str, Any], arms: dict[str, str] = ARMS, **parts: Any) -> dict[str, Any]:
    """Return a study of these arms, the last one the reference."""
    columns = COLUMNS | {"arm": {"type": "category", "required": True, "levels": arms}}
    made = parallel(endpoints=list(endpoints), **parts)
    made["datasets"]["people"]["columns"] = columns
    made["design"]["arms"] = [{"id": name, "label": label, "code": name} for name, label in arms.items()]
    made["design"]["reference"] = list(arms)[-1]
    return made


def in_one_arm(*endpoints: dict[str, Any], **parts: Any) -> dict[str, Any]:
    """Return a study of one arm."""
    made = single(endpoints=list(endpoints), visits=[], **parts)
    made["datasets"] = {"people": {"file": "people.csv", "participant": "id", "columns": COLUMNS}}
    return made


def people(n: int, arms: tuple[str, ...] = tuple(ARMS), seed: int = 7) -> str:
    """Return the participants' file: everything of some participants missing, many ties; without arms none of them."""
    draw = np.random.default_rng(seed)
    lines = []
    for number in range(n):
        days = int(draw.integers(1, 40)) * 15
        ended = str(draw.choice([0, 1, 2], p=[0.5, 0.3, 0.2])) if number % 17 else ""
        gaps = {"site": number % 19 == 3, "age": number % 23 == 4}
        site, age = ("" if gaps["site"] else "ns"[number % 2]), ("" if gaps["age"] else 40 + int(draw.integers(0, 30)))
        stage = ("i", "ii", "iii")[int(draw.integers(0, 3))]
        held = [f"P{number:03}", days, ended, site, f"practice {number % 9}", age, stage]
        lines.append(",".join(map(str, [*held, *([arms[number % len(arms)]] if arms else [])])))
    head = ",".join([*(name for name in COLUMNS), *(["arm"] if arms else [])])
    return "\n".join([head, *lines]) + "\n"
