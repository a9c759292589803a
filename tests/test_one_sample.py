"""Values of a single arm, and a proportion, against a performance goal: tests/oracle/one_sample.csv and one_arm.csv."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from report.analysis import compute
from report.analysis.basis.methods import Answer
from report.analysis.basis.participants import OneSample
from report.analysis.within import one_arm, one_sample
from report.analysis.within.one_arm import OneCount
from report.changes.matters import null_of
from report.study import file as study_file
from tests import within
from tests.invented import write
from tests.tabled import RESPONDERS, headings, lines
from tests.test_statistics import ORACLE, agrees, rows, said, stats

CASES: dict[str, Any] = json.loads((ORACLE / "inputs_within.json").read_text(encoding="utf-8"))
SIDES = {"two.sided": "two_sided", "greater": "greater", "less": "less"}
OF_TEST = {"t": "statistic", "df": "df", "p": "p.value", "low": "conf.low", "high": "conf.high"}


def sample(values: list[float], resolution: float = 0.1) -> OneSample:
    people = [f"P{n}" for n in range(len(values))]
    return OneSample(
        pd.DataFrame({"Arm": "", "Outcome": np.array(values, dtype=float)}, people), ("",), "", resolution=resolution
    )


def value(answer: Answer, name: str) -> float | None:
    return stats(answer)[name].stat  # type: ignore[return-value]


def ours(row: dict[str, str]) -> float | None:
    case, stat = CASES[row["case"]], row["stat"]
    people, goal, level = sample(case["sample"]), case["goal"], case.get("level", 0.95)
    kind, _, side = stat.partition("_")
    if side in SIDES and kind in OF_TEST:
        answer = one_sample.one_sample_t(people, 1, "", goal=goal, alternative=SIDES[side], confidence=level)  # type: ignore[arg-type]
        return value(answer, OF_TEST[kind])
    if kind in ("v", "exact", "normal", "pratt"):
        how = {
            "distribution": "asymptotic" if kind == "normal" else "exact",
            "zeros": "pratt" if kind == "pratt" else "drop",
        }
        answer = one_sample.one_sample_signed_rank(
            people, 1, "", goal=goal, alternative=SIDES.get(side, "two_sided"), **how
        )  # type: ignore[arg-type]
        return value(answer, "statistic" if kind == "v" else "p.value")
    if kind in ("hl", "pseudo"):
        answer = one_sample.one_sample_hodges_lehmann(people, 1, "", goal=goal, confidence=level)
        return value(
            answer, {"low": "conf.low", "high": "conf.high", "level": "conf.level_reached"}.get(side, "estimate")
        )
    return value(one_sample.description(people, 1, "", quartiles=7 if side == "7" else 2), kind)  # type: ignore[arg-type]


@pytest.mark.parametrize("row", rows("one_sample"), ids=said)
def test_one_sample(row: dict[str, str]) -> None:
    agrees(row, ours(row))


def of_goal(row: dict[str, str]) -> float | None:
    case, (kind, _, side) = CASES[row["case"]], row["stat"].partition("_")
    count, level = OneCount(case["goal_events"], case["goal_total"], 0), case.get("level", 0.95)
    if kind == "wilson":
        return value(one_arm.of_one_arm(count, 0, "", confidence=level, interval="wilson"), f"conf.{side}")
    answer = one_arm.performance_goal(count, 0, "", goal=case["goal"], alternative=side, confidence=level)  # type: ignore[arg-type]
    return value(answer, {"p": "p.value", "floor": "p.floor", "low": "conf.low", "high": "conf.high"}[kind])


@pytest.mark.parametrize("row", rows("one_arm"), ids=said)
def test_performance_goal(row: dict[str, str]) -> None:
    if row["stat"] in ("high_greater", "low_less"):  # R gives 1 and 0; ours says that there is no limit
        assert of_goal(row) is None
        return
    agrees(row, of_goal(row))


def test_an_interval_and_its_test_agree() -> None:
    """p is at most 1 - confidence where the interval leaves the goal out, on each side and for every count."""
    for events in range(13):
        for alternative in ("two_sided", "greater", "less"):
            answer = stats(one_arm.performance_goal(OneCount(events, 12, 0), 0, "", goal=0.4, alternative=alternative))  # type: ignore[arg-type]
            low, high = (answer[name].stat for name in ("conf.low", "conf.high"))
            is_out = (low is not None and float(low) >= 0.4) or (high is not None and float(high) <= 0.4)
            assert is_out == (float(answer["p.value"].stat or 0) <= 0.05), (events, alternative)


def test_a_goal_equal_to_a_value_is_a_zero() -> None:
    """5.1 - 4 and 4 - 2.9 differ in the last bits, and 4.3 - 4.3 is zero: ranked as the decimals that they are."""
    got = stats(one_sample.one_sample_signed_rank(sample([5.1, 2.9, 4.0, 4.0]), 1, "", goal=4.0))
    assert (got["n_used"].stat, got["n_zero"].stat, got["n_tied"].stat, got["statistic"].stat) == (2, 2, 2, 1.5)
    got = stats(one_sample.one_sample_signed_rank(sample([3.0, 2.0], 1.0), 0, "", goal=2.5))
    assert (got["n_tied"].stat, got["goal"].stat, got["goal"].format_key) == (2, 2.5, "fixed:1")


def test_who_is_left_out_is_counted() -> None:
    people = sample([1.0, math.nan, 3.0, math.nan, 5.0])
    for answer in (
        one_sample.one_sample_t(people, 1, "", goal=2.0),
        one_sample.one_sample_signed_rank(people, 1, "", goal=2.0),
        one_sample.one_sample_hodges_lehmann(people, 1, "", goal=2.0),
    ):
        assert (value(answer, "N"), value(answer, "N_miss")) == (3, 2)
    described = one_sample.description(people, 1, "")
    assert (value(described, "N_nonmiss"), value(described, "N_miss"), value(described, "mean")) == (3, 2, 3.0)


@pytest.mark.parametrize("alternative", ["two_sided", "greater", "less"])
def test_the_side_is_named(alternative: Any) -> None:
    words = {"two_sided": "two-sided", "greater": "for above the goal", "less": "for below the goal"}[alternative]
    answers = [
        one_sample.one_sample_t(sample([1.0, 2.0]), 1, "", goal=2.0, alternative=alternative),
        one_sample.one_sample_signed_rank(sample([1.0, 2.0]), 1, "", goal=2.0, alternative=alternative),
        one_arm.performance_goal(OneCount(1, 2, 0), 0, "", goal=0.5, alternative=alternative),
    ]
    for answer in answers:
        assert words in answer.method and words in answer.sentence
        assert stats(answer)["alternative"].stat == alternative.replace("_", ".")


def test_a_proportion_says_which_interval() -> None:
    for interval, named in (("clopper_pearson", "Clopper-Pearson (exact)"), ("wilson", "Wilson (score)")):
        answer = one_arm.of_one_arm(OneCount(3, 12, 0), 0, "", interval=interval)  # type: ignore[arg-type]
        assert named in answer.method
    assert value(one_arm.of_one_arm(OneCount(0, 6, 0), 0, ""), "conf.high") == pytest.approx(1 - 0.025 ** (1 / 6))


def test_a_table_says_whose_interval() -> None:
    """One name in the heading where all are alike; beside each interval where they are not."""
    endpoints = RESPONDERS.study["endpoints"]
    wilson = [
        {**each, "methods": [{"method": "proportion", "arguments": {"interval": "wilson"}}]} for each in endpoints
    ]
    assert headings(RESPONDERS.build(study={"endpoints": wilson}))[2].endswith(", Wilson")
    assert headings(RESPONDERS.build())[2].endswith(", Clopper-Pearson")
    mixed = RESPONDERS.build(study={"endpoints": [wilson[0], endpoints[1]]})
    assert headings(mixed)[2] == "95% CI"
    shown = [cells[2] for _, *cells in ((line[0], *line) for line in lines(mixed)) if len(cells) > 2]
    assert [text.rpartition(", ")[2] for text in shown] == ["Clopper-Pearson", "Wilson"]


def test_zero_is_no_value_of_no_effect_of_one_sample(tmp_path: Path) -> None:
    """A mean of a single arm has no effect to lack; a change within participants has: zero."""
    folder = write(tmp_path, within.one_arm(), people=within.PEOPLE, scores=within.SCORES)
    results = compute.draft(folder, study_file.read(folder)).results
    nulls = {name: null_of(results.by_id(f"{name}.estimate")) for name in (
        "reached.one_sample_t", "reached.one_sample_hodges_lehmann", "responded.performance_goal",
        "responded.simon_two_stage", "changed.mean_change", "changed.hodges_lehmann", "turned.paired_risk_difference",
    )}  # fmt: skip
    assert list(nulls.values()) == [None, None, None, None, 0.0, 0.0, 0.0]
