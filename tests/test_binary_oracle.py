"""Events and ordered levels by arm against R, SAS documentation and print (docs/statistics-oracle.md).

``inputs_binary.json`` holds the inputs; how R made participants of letters is in tests/oracle/_binary.R.
"""

from __future__ import annotations

import functools
import json
from typing import Any

import pandas as pd
import pytest

from report.analysis.basis.methods import Answer, Stat
from report.analysis.basis.participants import Participants
from report.analysis.events import (
    exact_tests,
    homogeneity,
    logistic,
    odds_ratios,
    ordered,
    proportional_odds,
    rank_levels,
    risk_differences,
    standardised_risks,
    stratified,
    stratified_differences,
    stratified_levels,
    trends,
)
from report.analysis.events.two_by_two import ArmCount, EventCounts
from tests.test_statistics import ORACLE, agrees, rows, said, two_arms
from tests.test_stratified import strata

OWN: dict[str, Any] = json.loads((ORACLE / "inputs_binary.json").read_text(encoding="utf-8"))
NAMES = {"estimate": "estimate", "low": "conf.low", "high": "conf.high", "se": "std.error", "p": "p.value"}


def found(answer: Answer, name: str, arm: str = "treated") -> Stat:
    """Return a statistic of an arm, or the one of no arm where the arm has none."""
    named = [s for s in answer.statistics if s.name == name and s.arm in (arm, "") and not s.level]
    assert len(named) == 1, (name, arm, [s.name for s in answer.statistics])
    assert (named[0].stat is None) == bool(named[0].reason)
    return named[0].stat


def level(case: str) -> float:
    return float(OWN[case].get("level", 0.95))


def check(row: dict[str, str], ours: Stat) -> None:
    assert ours is None or isinstance(ours, float | int)
    agrees(row, ours)


@functools.cache
def odds(case: str, interval: str) -> Answer:
    return odds_ratios.odds_ratio(two_arms(*OWN[case]["two"]), 2, "", interval=interval)  # type: ignore[arg-type]


@pytest.mark.parametrize("row", rows("odds_ratios"), ids=said)
def test_odds_ratio(row: dict[str, str]) -> None:
    kind, _, name = row["stat"].partition("_")
    interval = {"exact": "exact", "score": "miettinen_nurminen", "wald": "wald"}[kind]
    check(row, found(odds(row["case"], interval), NAMES[name]))


@functools.cache
def compared(case: str, kind: str) -> Answer:
    if kind == "boschloo":
        return exact_tests.boschloo(two_arms(*OWN[case]["two"]), 1, "")
    if "arms" in OWN[case]:
        return trend(case, kind if kind == "exact" else "asymptotic")
    return exact_tests.chi_squared(two_arms(*OWN[case]["two"]), 1, "", correction=kind)  # type: ignore[arg-type]


def trend(case: str, distribution: str) -> Answer:
    arms = tuple(ArmCount(f"arm{n}", x, size, 0) for n, (x, size) in enumerate(OWN[case]["arms"]))
    return trends.trend(
        EventCounts(arms, "arm0"),
        1,
        "",
        scores=tuple(float(each) for each in OWN[case]["scores"].split(",") if each),
        distribution=distribution,
    )  # type: ignore[arg-type]


@pytest.mark.parametrize("row", rows("binary_tests"), ids=said)
def test_tests_of_events(row: dict[str, str]) -> None:
    if row["stat"] == "expected_min":
        check(row, found(compared(row["case"], "none"), "expected_min"))
        return
    kind, _, name = row["stat"].rpartition("_")
    check(row, found(compared(row["case"], kind), {"p": "p.value"}.get(name, name)))


@pytest.mark.parametrize("row", rows("risk_margins"), ids=said)
def test_risk_margins(row: dict[str, str]) -> None:
    """Where the event is hoped for the difference is to lie above minus the margin, where not below the margin."""
    kind, side, name = row["stat"].split("_")
    interval = {"fm": "farrington_manning", "mn": "miettinen_nurminen"}[kind]
    counts = two_arms(*OWN[row["case"]]["two"])
    if side in ("two", "90"):
        answer = risk_differences.equivalence_risk(counts, 1, "", margin=0.1, interval=interval)  # type: ignore[arg-type]
    else:
        counts = EventCounts(counts.arms, counts.reference, hoped_for=side == "low")
        answer = risk_differences.non_inferiority_risk(counts, 1, "", margin=0.1, interval=interval)  # type: ignore[arg-type]
    check(row, found(answer, NAMES[name]))


@functools.cache
def over_strata(case: str, kind: str) -> Answer:
    counts, confidence = strata([tuple(cells) for cells in OWN[case]["layers"]]), level(case)
    if kind == "or":
        return stratified.mantel_haenszel(counts, 2, "", measure="odds_ratio", confidence=confidence)
    if kind in ("none", "tarone"):
        return homogeneity.breslow_day(counts, 2, "", correction=kind)  # type: ignore[arg-type]
    interval = {"mn": "miettinen_nurminen", "newcombe": "newcombe"}[kind]
    return stratified_differences.stratified_risk_difference(counts, 2, "", interval=interval, confidence=confidence)  # type: ignore[arg-type]


@pytest.mark.parametrize("row", rows("strata_of_events"), ids=said)
def test_strata_of_events(row: dict[str, str]) -> None:
    kind, _, name = row["stat"].rpartition("_") if row["stat"] != "df" else ("none", "", "df")
    check(row, found(over_strata(row["case"], kind), NAMES.get(name, name)))


def people(case: str) -> Participants:
    """Return participants as R has them: c is the reference, a - an outcome that is missing."""
    given = OWN[case]["people"]
    frame = pd.DataFrame({"Arm": pd.Series(list(given["arm"]), dtype=object)})
    frame["Outcome"] = pd.Series([{"y": "yes", "n": "no", "-": None}[each] for each in given["y"]], dtype=object)
    for name, column in (("age", "age"), ("site", "site"), ("stratum", "Stratum"), ("cluster", "Cluster")):
        if name in given:
            held = list(given[name]) if isinstance(given[name], str) else given[name]
            frame[column] = pd.Series(held, dtype=float if name == "age" else object)
    arms = tuple(arm for arm in "tmc" if arm in given["arm"])
    levels = {"Outcome": ("yes", "no"), "site": ("x", "y", "z"), "Stratum": ("1", "2")}
    return Participants(frame, arms, "c", tuple(n for n in ("age", "site") if n in given), levels, event="yes")


@functools.cache
def regressed(case: str, kind: str, measure: str) -> Answer:
    if kind in ("wald", "profile"):
        return logistic.logistic(people(case), 2, "", interval=kind, confidence=level(case))  # type: ignore[arg-type]
    return standardised_risks.standardised_risks(
        people(case), 1, "", measure=measure, variance=kind, confidence=level(case)  # type: ignore[arg-type]
    )  # fmt: skip


@pytest.mark.parametrize("row", rows("logistic"), ids=said)
def test_logistic_and_standardised(row: dict[str, str]) -> None:
    kind, first, last = [*row["stat"].split("_"), ""][:3]
    if kind in ("wald", "profile"):
        check(row, found(regressed(row["case"], kind, ""), NAMES[first], last))
        return
    measure = first if first in ("difference", "ratio") else "difference"
    name = {"risk": "risk", "se": "risk.std.error"}.get(first) or NAMES[last]
    check(row, found(regressed(row["case"], kind, measure), name, last if first in ("risk", "se") else "t"))


def by_levels(case: str) -> Participants:
    """Return participants of tables of levels by arm, over strata where there are several tables."""
    tables = OWN[case].get("tables") or [OWN[case]["table"]]
    levels = tuple(f"level {n}" for n in range(1, len(tables[0][0]) + 1))
    cells = [
        (str(arm), level, str(number))
        for number, table in enumerate(tables)
        for arm, row in enumerate(table, 1)
        for level, count in zip(levels, row, strict=True)
        for _ in range(count)
    ]
    frame = pd.DataFrame(cells, columns=["Arm", "Outcome", "Stratum"], dtype=object)
    if "tables" not in OWN[case]:
        frame = frame.drop(columns="Stratum")
    arms = tuple(str(arm) for arm in range(1, len(tables[0]) + 1))
    known = {"Outcome": levels, "Stratum": tuple(str(number) for number in range(len(tables)))}
    return Participants(frame, arms, arms[-1], (), known)


@functools.cache
def of_levels(case: str, kind: str) -> Answer:
    given = by_levels(case)
    test, _, _ = kind.partition("_midranks")
    scores = "midranks" if kind.endswith("_midranks") else "integers"
    named = {"association": "general_association", "row_means": "row_mean_scores", "correlation": "correlation"}
    if test in named:
        return stratified_levels.cmh_levels(given, 1, "", test=named[test], scores=scores)  # type: ignore[arg-type]
    if kind == "win":
        return rank_levels.win_probability_levels(given, 1, "")
    if kind == "exact":
        return rank_levels.mann_whitney_levels(given, 1, "", distribution="exact")
    if kind == "rank_sum":
        return rank_levels.mann_whitney_levels(given, 1, "", distribution="asymptotic")
    plain = {
        "chi": ordered.chi_squared_levels, "fisher": ordered.fisher_levels,
        "kruskal": rank_levels.kruskal_wallis_levels, "odds": proportional_odds.proportional_odds,
        "proportional": proportional_odds.proportional_odds,
    }  # fmt: skip
    return plain[kind](given, 1, "")


@pytest.mark.parametrize("row", rows("ordered_levels"), ids=said)
def test_ordered_levels(row: dict[str, str]) -> None:
    kind, _, name = row["stat"].rpartition("_")
    arm = "1"
    if kind.startswith("odds"):
        kind, name, arm = row["stat"].split("_")
    name = {"p": "p.value"}.get(name, NAMES.get(name, name))
    if kind == "proportional":
        name = f"{name}.proportional"
    check(row, found(of_levels(row["case"], kind), name, arm))


def test_there_are_five_values_for_every_method() -> None:
    """Rows of the tables above by method, of at least two cases each."""
    starts = {
        "odds_ratio": ("odds_ratios", ("exact", "score", "wald")), "boschloo": ("binary_tests", ("boschloo",)),
        "chi_squared": ("binary_tests", ("none", "yates", "n_minus")), "trend": ("binary_tests", ("statistic", "exact", "asymptotic")),
        "non_inferiority_risk": ("risk_margins", ("fm_high", "fm_low", "mn_high", "mn_low")),
        "equivalence_risk": ("risk_margins", ("fm_two", "mn_two")), "breslow_day": ("strata_of_events", ("none", "tarone")),
        "mantel_haenszel": ("strata_of_events", ("or_",)), "stratified_risk_difference": ("strata_of_events", ("mn", "newcombe")),
        "logistic": ("logistic", ("wald", "profile")), "standardised_risks": ("logistic", ("ye", "ge")),
        "proportional_odds": ("ordered_levels", ("odds", "proportional")), "fisher_levels": ("ordered_levels", ("fisher",)),
        "chi_squared_levels": ("ordered_levels", ("chi",)), "kruskal_wallis_levels": ("ordered_levels", ("kruskal",)),
        "mann_whitney_levels": ("ordered_levels", ("rank_sum", "exact")), "win_probability_levels": ("ordered_levels", ("win",)),
        "cmh_levels": ("ordered_levels", ("association", "row_means", "correlation")),
    }  # fmt: skip
    for method, (table, prefixes) in starts.items():
        held = [row for row in rows(table) if row["stat"].startswith(prefixes)]
        assert len(held) >= 5 and len({row["case"] for row in held}) >= 2, method
