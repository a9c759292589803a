"""The R code of times to an event gives the results again: arms, strata, clusters, covariates; and one arm alone."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from report.study import file as study_file
from report.tracing.papers import Paper
from tests import timed
from tests.invented import computed
from tests.tracing.test_r_code import held

TESTS = [
    {"method": "log_rank"}, {"method": "log_rank", "id": "plain", "arguments": {"stratified": False}},
    {"method": "log_rank", "id": "gehan", "arguments": {"weights": "gehan"}},
    {"method": "log_rank", "id": "peto", "arguments": {"weights": "peto", "stratified": False}},
    {"method": "gray"}, {"method": "gray", "id": "gray_plain", "arguments": {"stratified": False}},
]  # fmt: skip
SHARES = [
    {"method": "kaplan_meier", "arguments": {"at": [3, 6.5]}},
    {"method": "kaplan_meier", "id": "on_log", "arguments": {"conf_type": "log", "at": [6], "confidence": 0.9, "every": 5}},
    {"method": "restricted_mean"}, {"method": "restricted_mean", "id": "to_nine", "arguments": {"to": 9}},
    {"method": "cumulative_incidence", "arguments": {"at": [3, 9]}},
    {"method": "cumulative_incidence", "id": "delta", "arguments": {"at": [6], "variance": "delta", "conf_type": "plain"}},
]  # fmt: skip
MODELS = [
    {"method": "cox"}, {"method": "cox", "id": "breslow", "arguments": {"ties": "breslow", "stratified": False}},
    {"method": "survival_difference", "arguments": {"at": 6}},
]  # fmt: skip
STUDIES: dict[str, Any] = {
    "three arms": timed.by_arm(
        timed.relapse(*TESTS, *SHARES, *MODELS, strata="site", cluster="practice", covariates=["age", "stage"])
    ),
    "two arms, robust": timed.by_arm(
        timed.relapse(
            {"method": "cox", "arguments": {"robust": True}}, {"method": "log_rank"}, *SHARES,
            confirmatory={"method": "log_rank", "alpha": 0.05, "source": "invented"},
        ), arms={"new": "New", "old": "Old"},
    ),
    "one arm": timed.in_one_arm(timed.relapse(*SHARES)),
}  # fmt: skip


def has_r() -> bool:
    if not shutil.which("Rscript"):
        return False
    asked = 'cat(requireNamespace("survival", quietly = TRUE) && requireNamespace("cmprsk", quietly = TRUE))'
    done = subprocess.run(["Rscript", "-e", asked], capture_output=True, text=True, check=False, timeout=60)
    return done.stdout.strip() == "TRUE"


@pytest.mark.skipif(not has_r(), reason="needs R with the packages survival and cmprsk")
@pytest.mark.parametrize("which", STUDIES)
def test_r_gives_every_result(which: str, tmp_path: Path) -> None:
    arms = {"three arms": ("new", "old", "none"), "two arms, robust": ("new", "old"), "one arm": ()}[which]
    results = computed(tmp_path, STUDIES[which], people=timed.people(120, arms))
    paper = Paper(study_file.read(tmp_path), results, {}, (), {}, True)
    assert held(paper, [row for row in results if row.analysis_id.startswith("relapse.")], tmp_path) > 80
