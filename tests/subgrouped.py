"""Participants with a subgroup, from the oracle's cases (``tests/oracle/inputs_subgroups.json``) and invented ones."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from report.analysis.basis.methods import Statistic
from report.analysis.basis.participants import EventTimes, Participants

ORACLE = Path(__file__).parent / "oracle"
CASES = json.loads((ORACLE / "inputs_subgroups.json").read_text(encoding="utf-8"))
NUMBERS = ("Outcome", "Baseline", "Time", "Status", "age", "lwt", "karno")


def frame(data: dict[str, Any]) -> pd.DataFrame:
    """Return columns as frames of participants have them: floats, and texts with None."""
    kinds = {name: float if name in NUMBERS else object for name in data}
    return pd.DataFrame({name: pd.Series(data[name], dtype=kinds[name]) for name in data})


def people(case: str) -> Participants:
    """Return the participants of a case of the oracle."""
    given = CASES[case]
    kind = EventTimes if given["kind"] == "time" else Participants
    covariates = given.get("covariates", [])
    named = (covariates,) if isinstance(covariates, str) else tuple(covariates)
    levels = {name: tuple(held) for name, held in given.get("categories", {}).items()}
    return kind(frame(given["data"]), tuple(given["arms"]), given["reference"], named, levels)


def levels_of(case: str) -> list[str]:
    return list(CASES[case]["levels"])


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a file of the oracle."""
    lines = (ORACLE / f"{name}.csv").read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(lines[1:]))


def by_key(statistics: list[Statistic]) -> dict[tuple[str, str, str], Statistic]:
    return {(each.name, each.arm, each.level): each for each in statistics}


def changed(held: Participants, **columns: Any) -> Participants:
    """Return participants with other columns."""
    return replace(held, frame=held.frame.assign(**columns))


def renamed(held: Participants, names: dict[str, str]) -> Participants:
    """Return participants whose arms have other names."""
    arms = tuple(names[arm] for arm in held.arms)
    moved = changed(held, Arm=held.frame["Arm"].map(names))
    return replace(moved, arms=arms, reference=names[held.reference])


def values(statistics: list[Statistic]) -> dict[tuple[str, str, str], Any]:
    """Return every statistic's value, or why there is none."""
    return {key: each.reason if each.stat is None else each.stat for key, each in by_key(statistics).items()}


def alike(one: dict[tuple[str, str, str], Any], other: dict[tuple[str, str, str], Any], close: float = 1e-7) -> bool:
    """Return whether the values of two answers are the same, but for what arithmetic leaves, and so their reasons."""
    return one.keys() == other.keys() and all(
        value == other[key] or (not isinstance(value, str) and value == pytest.approx(other[key], rel=close, abs=1e-9))
        for key, value in one.items()
    )
