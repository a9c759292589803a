"""Times to an event from the study file to the rows: ADaM's CNSR, what is missing, units, words, arguments, edges of R."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from report.analysis.basis.methods import Answer, Statistic
from report.analysis.basis.participants import EventTimes
from report.analysis.times import cox, log_rank, restricted_mean, survival
from report.analysis.times.time_ticks import ticks
from report.ard import Results, Row
from report.paper import numbers
from report.paper.styles import STYLES
from tests import timed
from tests.edges.time_to_event import times
from tests.invented import computed, refused

HEAD = "id,days,ended,site,practice,age,stage,arm\n"
# new: an event, a censored time, no status, no time, a time below 0, an event on day 0; none: two events, one death
FEW = (
    "A,61,0,n,p,50,i,new\nB,365,1,n,p,50,i,new\nC,100,,n,p,50,i,new\nD,,0,n,p,50,i,new\nE,-3,0,n,p,50,i,new\n"
    "F,0,0,n,p,50,i,new\nG,30,0,n,p,50,i,none\nH,91,0,n,p,50,i,none\nI,200,2,n,p,50,i,none\n"
)
TWO = {"new": "New", "none": "None"}


def results(folder: Path, *methods: dict[str, Any], **parts: Any) -> Results:
    study = timed.by_arm(timed.relapse(*methods, **parts), arms=TWO)
    return computed(folder, study, people=HEAD + FEW)


def stats(answer: Answer) -> dict[tuple[str, str, str], Statistic]:
    return {(each.name, each.arm, each.level): each for each in answer.statistics}


def test_cnsr_0_is_the_event_and_what_is_missing_is_counted(tmp_path: Path) -> None:
    found = results(tmp_path, {"method": "kaplan_meier"})
    held = {
        (row.stat_name, row.group1_level): row.stat
        for row in found.select(analysis_id="relapse.kaplan_meier")
        if row.stat_name in ("N", "n_event", "n_competing", "n_censored", "N_miss")
    }
    assert [held[name, "new"] for name in ("N", "n_event", "n_competing", "n_censored", "N_miss")] == [3, 2, 0, 1, 3]
    assert [held[name, "none"] for name in ("N", "n_event", "n_competing", "n_censored", "N_miss")] == [3, 2, 1, 0, 0]


def test_days_are_told_in_months(tmp_path: Path) -> None:
    found = results(tmp_path, {"method": "kaplan_meier", "arguments": {"at": [3]}}, {"method": "cox"})
    where = {"analysis_id": "relapse.kaplan_meier", "group1_level": "new", "stat_name": "estimate"}
    median = found.one(**where, variable_level="median")
    assert median.stat == 61 / 30.4375 and median.unit == "months"
    assert numbers.text(median, STYLES["plain"]).plain == "2.0"
    assert found.one(**where, variable_level="3").stat_label == "Without the event at 3 months"
    assert (
        found.one(analysis_id="relapse.cox", stat_name="estimate").format_key == "ratio"
    )  # not the decimals of months


def test_an_event_on_the_first_day_is_an_event(tmp_path: Path) -> None:
    found = results(tmp_path, {"method": "kaplan_meier"})
    row = found.one(analysis_id="relapse.kaplan_meier", stat_name="curve", group1_level="new")
    first, second, *_ = json.loads(str(row.stat))
    assert first[:2] == [0.0, 1.0] and second[0] == 0.0 and second[1] == pytest.approx(2 / 3)


def printed(**columns: Any) -> str:
    row = Row(
        result_id="x", analysis_id="x", variable="x", context="x", method="x", stat_name="x", stat_label="x", **columns
    )
    return numbers.text(row, STYLES["plain"]).plain


def test_what_is_printed_of_a_median_that_is_not_reached_and_of_a_curve() -> None:
    assert printed(format_key="mean:1", reason="not reached") == "not reached"
    assert printed(format_key="curve", stat="[[0,1],[3,0.5],[4,0]]") == "curve of 2 steps"


def test_a_curve_that_stays_at_a_half_has_no_median() -> None:
    """SAS says so; R takes the middle of the stretch to the last observation."""
    data = times([(1, 1), (2, 1), (3, 0), (4, 0)], [(1, 1), (2, 1), (3, 1), (4, 1)])
    found = stats(survival.kaplan_meier(data, 1, ""))
    assert found["estimate", "treated", "median"].reason == "not reached"
    assert found["estimate", "control", "median"].stat == 2.5


@pytest.mark.parametrize(
    ("arguments", "told"),
    [({"at": 3}, "a list of numbers above 0"), ({"at": []}, "a list of numbers above 0"),
     ({"at": [0]}, "a list of numbers above 0"), ({"at": ["three"]}, "a list of numbers above 0"),
     ({"conf_type": "loglog"}, "one of 3 words"), ({"every": 0}, "a number above 0")],
)  # fmt: skip
def test_arguments_that_are_none(tmp_path: Path, arguments: dict[str, Any], told: str) -> None:
    study = timed.by_arm(timed.relapse({"method": "kaplan_meier", "arguments": arguments}), arms=TWO)
    (found,) = refused(tmp_path, study, people=HEAD + FEW)
    assert found.code == "method-argument" and found.message.startswith(f"{told} was expected")
    assert "None" not in found.remedy


def test_the_planned_test_decides(tmp_path: Path) -> None:
    planned = {"method": "log_rank", "alpha": 0.05, "source": "invented"}
    found = results(tmp_path, {"method": "log_rank"}, {"method": "cox"}, confirmatory=planned)
    assert found.one(analysis_id="relapse.log_rank", stat_name="significant").stat is False
    assert not found.select(analysis_id="relapse.cox", stat_name="significant")


def three(more: list[tuple[str, float, float]], **columns: Any) -> EventTimes:
    rows = [("a", 2, 1), ("a", 5, 1), ("a", 9, 0), ("b", 1, 1), ("b", 4, 1), ("b", 7, 1), *more]
    frame = pd.DataFrame(rows, columns=["Arm", "Time", "Status"]).astype(
        {"Arm": object, "Time": float, "Status": float}
    )
    for name, values in columns.items():
        frame[name] = pd.Series(values, dtype=object if isinstance(values[0], str) else float)
    levels = {name: tuple(dict.fromkeys(values)) for name, values in columns.items() if isinstance(values[0], str)}
    return EventTimes(frame, ("a", "c", "b"), "b", tuple(columns), levels)


def test_an_arm_without_an_event_takes_no_other_arms_ratio_away() -> None:
    """In the limit nobody of it weighs in a risk set: the other arm's ratio is that without it."""
    found = stats(cox.cox(three([("c", 3, 0), ("c", 8, 0)]), 2, ""))
    alone = stats(cox.cox(replace(three([]), arms=("a", "b")), 2, ""))
    assert found["estimate", "c", ""].reason.startswith("no event in the arm")
    for name in ("estimate", "conf.low", "p.value"):
        assert found[name, "a", ""].stat == pytest.approx(alone[name, "a", ""].stat, rel=1e-6)
    assert found["p.value", "", ""].reason == "an arm has no hazard ratio with an interval"


def test_a_level_that_never_has_the_event_is_named() -> None:
    site = ["n", "n", "s", "n", "n", "n"]
    found = stats(cox.cox(replace(three([], site=site), arms=("a", "b")), 2, ""))
    assert found["no_estimate", "", ""].stat == "site: s" and found["estimate", "a", ""].stat is not None


def test_an_arm_that_is_a_covariate_cannot_be_told_from_it() -> None:
    data = replace(three([], age=[1.0, 1, 1, 2, 2, 2]), arms=("a", "b"))
    assert stats(cox.cox(data, 2, ""))["estimate", "a", ""].reason.startswith(
        "where events happen, the arm cannot be told"
    )


def test_who_lacks_a_covariate_is_left_out_and_counted() -> None:
    data = replace(three([], age=[1.0, 3, float("nan"), 4, 2, 5]), arms=("a", "b"))
    found = stats(cox.cox(data, 2, ""))
    assert found["N_miss", "", ""].stat == 1 and found["N", "a", ""].stat == 2


def test_a_time_beyond_the_shorter_follow_up_has_no_restricted_mean() -> None:
    data = times([(2, 1), (5, 0)], [(3, 1), (9, 1)])
    found = stats(restricted_mean.restricted_mean(data, 1, "", to=8.0))
    assert found["estimate", "treated", "mean"].reason == "nobody was observed for so long"
    assert found["estimate", "treated", ""].reason == "nobody was observed for so long"
    assert found["estimate", "control", "mean"].stat == pytest.approx(3 + 0.5 * 5)


def test_the_sentences_say_every_choice() -> None:
    data = three([("c", 3, 1)], Stratum=["x", "y", "x", "y", "x", "y", "x"])
    data = replace(data, covariates=())
    assert "stratified, two-sided" in log_rank.log_rank(data, 1, "").sentence
    assert "(unstratified, two-sided" in log_rank.log_rank(data, 1, "", stratified=False).sentence
    told = cox.cox(data, 1, "", ties="breslow", robust=True).sentence
    assert "Breslow’s handling of ties, without covariates, stratified, robust variance by participant" in told
    assert "on the log scale" in survival.kaplan_meier(data, 1, "", conf_type="log").sentence


@pytest.mark.parametrize(
    ("longest", "unit", "every", "expected"),
    [
        (35, "days", None, (0, 5, 10, 15, 20, 25, 30, 35)), (108.2, "months", None, tuple(range(0, 109, 12))),
        (5.2, "years", None, (0, 1, 2, 3, 4, 5)), (10, "months", 4, (0, 4, 8)), (0.0, "days", None, (0,)),
        (0.3, "", None, (0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3)), (12, "weeks", None, (0, 2, 4, 6, 8, 10, 12)),
    ],
)  # fmt: skip
def test_ticks_suit_the_unit(longest: float, unit: str, every: float | None, expected: tuple[float, ...]) -> None:
    assert ticks(longest, unit, every) == pytest.approx(expected)
