"""The R code of subgroups of numbers and of times gives the results again: arms, covariates, strata, clusters."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from report.study import file as study_file
from report.tracing import lineage, r_code, words
from report.tracing.papers import Paper
from tests import test_subgroups_of_numbers as numbers
from tests import timed
from tests.invented import change, computed
from tests.tracing.test_r_code import held

STAGES = {"variable": "stage", "prespecified": True}
SITES = {"variable": "site", "prespecified": False}
COX = {"method": "cox"}
ENDPOINTS = [
    timed.relapse(COX, covariates=["age"], strata="site", subgroups=[STAGES]),
    timed.relapse(
        {"method": "cox", "arguments": {"ties": "breslow", "stratified": False, "confidence": 0.9}}, strata="site",
        subgroups=[STAGES | {"levels": ["i", "iii"]}], id="some_levels",
    ),
    timed.relapse({"method": "cox", "arguments": {"robust": True}}, subgroups=[STAGES], id="robust"),
    timed.relapse(COX, cluster="practice", covariates=["stage"], subgroups=[SITES], id="clustered"),
]  # fmt: skip


def has_r() -> bool:
    if not shutil.which("Rscript"):
        return False
    asked = 'cat(requireNamespace("survival", quietly = TRUE) && requireNamespace("sandwich", quietly = TRUE))'
    done = subprocess.run(["Rscript", "-e", asked], capture_output=True, text=True, check=False, timeout=60)
    return done.stdout.strip() == "TRUE"


needs_r = pytest.mark.skipif(not has_r(), reason="needs R with the packages survival and sandwich")


def paper_of(folder: Path, study: dict[str, Any], **files: str) -> Paper:
    results = computed(folder, study, **files)
    return Paper(study_file.read(folder), results, {}, (), {}, True)


@needs_r
def test_r_gives_every_result_of_times(tmp_path: Path) -> None:
    paper = paper_of(tmp_path, timed.by_arm(*ENDPOINTS), people=timed.people(100))
    rows = [row for row in paper.results if ".subgroup_" in row.analysis_id]
    assert held(paper, rows, tmp_path) > 120


@needs_r
@pytest.mark.parametrize("cluster", ["", "outcome"])
def test_r_gives_every_result_of_numbers(cluster: str, tmp_path: Path) -> None:
    study = numbers.study()
    more = {"cluster": "place"} if cluster else {"covariates": ["place"]}
    places = {"type": "category", "label": "Place", "levels": {name: name for name in "pqrst"}}
    study["datasets"]["people"]["columns"]["place"] = places
    study["endpoints"] = [change("ancova", subgroups=[numbers.SUBGROUP], **more)]
    lines = numbers.PEOPLE.splitlines()
    people = "\n".join([f"{lines[0]},place", *(f"{line},{'pqrst'[n * 3 % 5]}" for n, line in enumerate(lines[1:]))])
    paper = paper_of(tmp_path, study, people=people + "\n", scores=numbers.SCORES)
    rows = [row for row in paper.results if row.analysis_id.startswith("changed.subgroup_")]
    assert held(paper, rows, tmp_path) > 14


def test_every_row_has_code_and_is_said_in_words(tmp_path: Path) -> None:
    paper = paper_of(tmp_path, timed.by_arm(ENDPOINTS[0]), people=timed.people(60))
    for row in paper.results.select(analysis_id="relapse.subgroup_stage"):
        assert r_code.r_code(paper, row).reason != "nothing is computed for it"
        assert "{" not in " ".join(words.explain(paper, lineage.follow(paper, row.result_id)))
    told = words.explain(paper, lineage.follow(paper, "relapse.subgroup_stage.ii.new.estimate"))
    assert told[0].startswith("The hazard ratio (Relapse) among those with Stage: “II”, New against None, was ")
    assert any("The event was seen in " in sentence for sentence in told)
    assert any("likelihood-ratio test of the interaction" in sentence for sentence in told)


def test_numbers_are_said_in_words(tmp_path: Path) -> None:
    paper = paper_of(tmp_path, numbers.study(), people=numbers.PEOPLE, scores=numbers.SCORES)
    told = words.explain(paper, lineage.follow(paper, "changed.subgroup_sex.f.a.estimate"))
    assert told[0].startswith(
        "The least-squares mean difference (Change) among those with Sex: “Female”, Arm a against"
    )
    assert any("The level has 4 in the arm Arm a and 4 in the arm Arm b." in sentence for sentence in told), told
    where = lineage.follow(paper, "changed.subgroup_sex.f.a.estimate")
    assert {"sex", "arm", "score"} <= {name for file in where.files for name in file.columns}
