"""An event at two visits, and the shift of levels: tests/oracle/paired_events.csv and shift_levels.csv."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from report.analysis.basis.methods import Answer
from report.analysis.basis.participants import LevelPairs, PairedEvents
from report.analysis.within import level_shift, paired_events
from tests.test_statistics import ORACLE, agrees, rows, said, stats

CASES: dict[str, Any] = json.loads((ORACLE / "inputs_within.json").read_text(encoding="utf-8"))


def people(both: int, before: int, after: int, neither: int, missing: int = 0) -> PairedEvents:
    told = [(1, 1)] * both + [(1, 0)] * before + [(0, 1)] * after + [(0, 0)] * neither + [(1, math.nan)] * missing
    made = np.array(told, dtype=float).reshape(len(told), 2)
    return PairedEvents(pd.DataFrame({"Arm": "", "Before": made[:, 0], "After": made[:, 1]}), ("",), "", event="yes")


@pytest.mark.parametrize("row", rows("paired_events"), ids=said)
def test_paired_events(row: dict[str, str]) -> None:
    case, stat = CASES[row["case"]], row["stat"]
    data, level = people(*case["cells"]), case.get("level", 0.95)
    kind, _, end = stat.partition("_")
    if stat in ("p_exact", "p_mid", "floor"):
        got = stats(paired_events.mcnemar(data, 0, "", p="mid_p" if stat == "p_mid" else "exact"))
        ours = got["p.floor" if stat == "floor" else "p.value"].stat
    else:
        interval: Any = kind if end else "tango"
        got = stats(paired_events.paired_risk_difference(data, 1, "", interval=interval, confidence=level))
        ours = got[f"conf.{end}" if end else "estimate"].stat
    agrees(row, ours)  # type: ignore[arg-type]


def test_the_four_cells() -> None:
    got = stats(paired_events.paired_events(people(4, 9, 1, 6, missing=2), 0, ""))
    names = ("n_both", "n_before_only", "n_after_only", "n_neither", "n_before", "n_after", "N_pairs", "N_miss")
    assert [got[name].stat for name in names] == [4, 9, 1, 6, 13, 5, 20, 2]
    assert (got["p_before"].stat, got["p_after"].stat, got["p_after"].format_key) == (0.65, 0.25, "percent:20")


def test_nobody_turned() -> None:
    got = stats(paired_events.mcnemar(people(3, 0, 0, 5), 0, ""))
    assert {got[name].reason for name in ("statistic", "p.value", "p.floor")} == {
        "no participant has the event at one visit only"
    }
    limits = stats(paired_events.paired_risk_difference(people(3, 0, 0, 5), 1, "", interval="tango"))
    z2 = 1.959963984540054**2  # z^2 / (n + z^2), by hand: the score is then d / sqrt(d (1 - d) / n)
    assert limits["conf.high"].stat == pytest.approx(z2 / (8 + z2), abs=1e-9)
    assert limits["conf.low"].stat == pytest.approx(-z2 / (8 + z2), abs=1e-9)


def test_nobody_has_both_outcomes() -> None:
    data = people(0, 0, 0, 0, missing=3)
    for answer in (
        paired_events.mcnemar(data, 0, ""),
        paired_events.paired_risk_difference(data, 1, "", interval="newcombe"),
        paired_events.paired_events(data, 0, ""),
    ):
        got = stats(answer)
        assert got["N_miss"].stat == 3
        assert {each.reason for each in got.values() if each.stat is None} == {"no participant has both values"}


def test_mid_p_is_named() -> None:
    """Fagerland 2013: mid-p is never above the exact p; the paper says which of the two it is."""
    data = people(1, 1, 7, 12)
    exact, mid = (paired_events.mcnemar(data, 0, "", p=kind) for kind in ("exact", "mid_p"))  # type: ignore[arg-type]
    assert "mid-p" in mid.method and "mid-p" in mid.sentence and "mid-p" not in exact.method
    assert float(stats(mid)["p.value"].stat or 0) < float(stats(exact)["p.value"].stat or 0)


def levels(case: dict[str, Any], arm: str = "") -> pd.DataFrame:
    frame = pd.DataFrame({"Before": case["earlier"], "After": case["later"]}, dtype=object)
    return frame.assign(Arm=arm)


def shifted(answer: Answer, stat: str, arm: str = "") -> Any:
    """Return what a name such as "n low>high", "N low" or "N_miss" asks for."""
    name, _, level = stat.partition(" ")
    level = level.replace(">", level_shift.TO)
    (found,) = (s for s in answer.statistics if (s.name, s.level, s.arm) == (name, level, arm))
    return found


@pytest.mark.parametrize("row", rows("shift_levels"), ids=said)
def test_shift_levels(row: dict[str, str]) -> None:
    case = CASES[row["case"]]
    answer = level_shift.shift_levels(
        LevelPairs(levels(case), ("",), "", levels={"Outcome": tuple(case["levels"])}), 0, ""
    )
    agrees(row, shifted(answer, row["stat"]).stat)


def test_shift_levels_by_arm() -> None:
    """Two arms are counted apart, in declared order, an arm without participants too."""
    case = CASES["shift_small"]
    frame = pd.concat([levels(case, "a"), levels(CASES["shift_empty"], "b")])
    data = LevelPairs(frame, ("b", "a", "c"), "a", levels={"Outcome": ("low", "normal", "high", "very high", "a")})
    answer = level_shift.shift_levels(data, 0, "")
    assert list(dict.fromkeys(s.arm for s in answer.statistics)) == ["b", "a", "c"]
    assert [shifted(answer, "N_pairs", arm).stat for arm in "abc"] == [7, 0, 0]
    assert shifted(answer, "n low>normal", "a").stat == 1 and shifted(answer, "n_after_missing a", "b").stat == 1
    assert shifted(answer, "p low>low", "c").reason == "no participant is at this level at the earlier visit"
    assert {s.rests_on for s in answer.statistics} == {"arm"}
