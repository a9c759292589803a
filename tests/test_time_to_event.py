"""Times to an event against R and figures in print (docs/statistics-oracle.md): each value of the oracle's files."""

from __future__ import annotations

import csv
import json
import math
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from report.analysis.all_methods import METHOD_FAMILIES
from report.analysis.basis.methods import REGISTRY, Answer, Statistic
from report.analysis.basis.participants import EventTimes

ORACLE = Path(__file__).parent / "oracle"
CASES = json.loads((ORACLE / "inputs_time.json").read_text(encoding="utf-8"))
FILES = ("kaplan_meier", "survival_difference", "log_rank", "cox", "restricted_mean", "cumulative_incidence", "gray")
MODELS: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {  # arguments, and what of the case the model takes
    "plain": ({}, ()),
    "breslow": ({"ties": "breslow"}, ()),
    "robust": ({"robust": True}, ()),
    "adjusted": ({}, ("covariates",)),
    "stratified": ({}, ("stratum",)),
    "clustered": ({}, ("cluster",)),
    "whole": ({"ties": "breslow"}, ("covariates", "stratum", "cluster")),
    "category": ({}, ("covariates", "cat")),
}


def people(case: dict[str, Any], takes: tuple[str, ...] = ()) -> EventTimes:
    """Return a case's participants with those of its covariates, strata and clusters that are asked for."""
    frame = pd.DataFrame({"Arm": case["arm"], "Time": case["time"], "Status": case["status"]}, dtype=object)
    frame = frame.astype({"Time": float, "Status": float})
    given = case.get("covariates", []) if "covariates" in takes else []
    covariates = [given] if isinstance(given, str) else given
    for name in covariates:
        frame[name] = pd.Series(case[name], dtype=float)
    levels = dict(case["cat"]) if "cat" in takes else {}
    for name in levels:
        frame[name] = pd.Series(case[name], dtype=object)
    for name in ("stratum", "cluster"):
        if name in takes and name in case:
            frame[name.capitalize()] = pd.Series(case[name], dtype=object)
    arms = tuple(case["arms"])
    competing = ("other",) if 2 in case["status"] else ()
    named = {name: tuple(held) for name, held in levels.items()}
    return EventTimes(frame, arms, arms[0], (*covariates, *levels), named, competing=competing)


def asked(method: str, variant: str, level: float, times: tuple[float, ...]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return the arguments of a variant, and what it takes of the case."""
    confidence = {"confidence": level}
    if method == "kaplan_meier":
        return {"conf_type": variant, "at": times, **confidence}, ()
    if method == "survival_difference":
        return {"at": float(variant), **confidence}, ()
    if method == "restricted_mean":
        return ({} if variant == "default" else {"to": float(variant)}) | confidence, ()
    if method == "cumulative_incidence":
        variance, _, scale = variant.partition("_")
        return {"variance": variance, "conf_type": scale, "at": times}, ()
    if method == "cox":
        return MODELS[variant][0] | confidence, MODELS[variant][1]
    takes = ("stratum",) if variant.endswith("stratified") else ()
    return {"weights": variant.removesuffix("_stratified")} if method == "log_rank" else {}, takes


def rows(method: str) -> list[dict[str, str]]:
    lines = (ORACLE / f"{method}.csv").read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(lines[1:]))


@cache
def times_of(method: str, case: str) -> tuple[float, ...]:
    """Return the times at which a file asks for a case's shares."""
    levels = {row["stat"].split("/")[3].split(" ")[0] for row in rows(method) if row["case"] == case}
    return tuple(sorted(float(each) for each in levels if each.replace(".", "").isdigit()))


@cache
def answer(method: str, case: str, variant: str) -> dict[tuple[str, str, str], Statistic]:
    given = CASES[case]
    arguments, takes = asked(method, variant, given.get("level", 0.95), times_of(method, case))
    if method == "kaplan_meier" and case == "freireich":
        arguments |= {"every": 1}
    made: Answer = REGISTRY[method].compute(people(given, takes), 1, "days", **arguments)
    return {(each.name, each.arm, each.level): each for each in made.statistics}


@pytest.mark.parametrize("method", FILES)
def test_every_value_of_the_oracle(method: str) -> None:
    assert METHOD_FAMILIES  # importing them fills the registry
    wrong = [told for row in rows(method) if (told := difference(method, row))]
    assert not wrong, f"{len(wrong)} of {len(rows(method))}: {wrong[:10]}"
    assert len(rows(method)) >= 50


def difference(method: str, row: dict[str, str]) -> str:
    """Return what is wrong with our value of a row; empty where it agrees."""
    variant, name, arm, level = row["stat"].split("/")
    if row["call"] == "" and method == "kaplan_meier" and level.isdigit():
        variant = "log_log"
    ours = answer(method, row["case"], variant).get((name, arm, level))
    told = f"{row['case']} {row['stat']}: {row['value']} by {row['call'] or row['source']}"
    if ours is None:
        return f"{told}; ours is lacking"
    theirs = float(row["value"])
    if math.isnan(theirs) or ours.stat is None:
        return (
            ""
            if ours.stat is None and math.isnan(theirs) and ours.reason
            else f"{told}; ours {ours.stat} {ours.reason}"
        )
    return "" if abs(float(ours.stat) - theirs) <= float(row["tolerance"]) else f"{told}; ours {ours.stat!r}"
