"""Methods of one arm and of pairs, in every form of their arguments: computed from files, and again by R from the files."""

from __future__ import annotations

from pathlib import Path

import pytest

from report.analysis import compute
from report.ard import Results
from report.study import file as study_file
from report.tracing import phrases, subjects
from report.tracing.papers import Paper
from tests import within
from tests.invented import write
from tests.tracing.test_r_code import held, needs_r

STUDIES = {
    "one arm": (within.one_arm(), {"people": within.PEOPLE}),
    "two arms": (within.two_arms(), {"people": within.ARMS}),
}


def paper(folder: Path, name: str) -> Paper:
    study, files = STUDIES[name]
    read = study_file.read(write(folder, study, **files, scores=within.SCORES))
    results: Results = compute.draft(folder, read).results
    return Paper(read, results, {}, (), {}, True)


@needs_r
@pytest.mark.parametrize(("name", "least"), [("one arm", 300), ("two arms", 60)])
def test_r_gives_every_result(tmp_path: Path, name: str, least: int) -> None:
    made = paper(tmp_path, name)
    rows = [row for row in made.results if subjects.subject(made.study, row).kind == "endpoint"]
    assert held(made, rows, tmp_path) > least


@pytest.mark.parametrize("name", STUDIES)
def test_every_statistic_has_a_phrase(tmp_path: Path, name: str) -> None:
    made = paper(tmp_path, name)
    assert not [row for row in made.results if row.error]
    for row in made.results:
        of = subjects.subject(made.study, row)
        if of.use is not None:
            assert phrases.phrase(of.kind, of.use.method, row.stat_name), row.result_id
