"""What a study file may write for the methods of events and of ordered levels by arm, and what is said where it may not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from report.analysis import compute
from report.errors import TrialpressError
from report.study import file as study_file
from tests.invented import computed, write
from tests.tracing.test_r_binary import people, study, use


def findings(folder: Path, number: int, method: dict[str, Any]) -> list[str]:
    made = study()
    made["endpoints"][0].pop("confirmatory")
    made["endpoints"][number]["methods"] = [method]
    with pytest.raises(TrialpressError) as caught:
        compute.results(write(folder, made, people=people()), study_file.read(folder))
    return [f"{each.message} -> {each.remedy}" for each in caught.value.findings]


@pytest.mark.parametrize(
    ("number", "method", "told"),
    [
        (0, use("non_inferiority_risk", margin=10), "a number above 0 and below 1 was expected (came: 10)"),
        (0, use("non_inferiority_risk"), "the argument margin is missing"),
        (0, use("odds_ratio", interval="profile"), "one of: exact, miettinen_nurminen, wald"),
        (0, use("trend", scores="0, 1"), "a list of numbers was expected"),
        (0, use("levels"), "levels is for another kind of endpoint, levels of a category by arm"),
        (1, use("breslow_day"), "breslow_day needs strata, the variable that stratified the allocation"),
        (1, use("stratified_risk_difference", interval="newcombe"), "stratified_risk_difference needs strata"),
        (2, use("cmh_levels"), "the argument test is missing"),
        (2, use("fisher"), "fisher is for another kind of endpoint, an event by arm"),
    ],
    ids=lambda given: given["method"] if isinstance(given, dict) else "",
)
def test_what_is_said(tmp_path: Path, number: int, method: dict[str, Any], told: str) -> None:
    said = findings(tmp_path, number, method)
    assert any(told in each for each in said), said


def test_scores_that_are_not_as_many_as_the_arms_have_a_reason(tmp_path: Path) -> None:
    made = study()
    made["endpoints"][0].pop("confirmatory")
    made["endpoints"][0]["methods"] = [use("risk"), use("trend", scores=[1, 2])]
    row = computed(tmp_path, made, people=people()).one(analysis_id="happened.trend", stat_name="p.value")
    assert (row.stat, row.reason) == (None, "3 arms need as many scores")


def test_who_lacks_a_covariate_a_stratum_or_a_level_is_counted(tmp_path: Path) -> None:
    """Of 84 participants one lacks the outcome, two the level, one the site and one the age."""
    results = computed(tmp_path, study(), people=people())
    missing = {"happened.logistic": 3, "in_wards.logistic": 2, "graded.proportional_odds": 3, "graded.fisher_levels": 2}
    for analysis, number in missing.items():
        assert results.one(analysis_id=analysis, stat_name="N_miss").stat == number, analysis
    assert results.one(analysis_id="in_wards.logistic", stat_name="n_clusters").stat == 7
    assert results.one(analysis_id="happened.breslow_day", stat_name="N_miss").stat == 1
