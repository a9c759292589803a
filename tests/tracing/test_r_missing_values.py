"""R gives what is computed of missing values and by resampling, but for what rests on random draws."""

from __future__ import annotations

from pathlib import Path

from report.analysis import compute
from report.study import file as study_file
from report.study.endpoints import DRAWN_OR_IMPUTED, MISSING_EVENTS, MISSING_VISITS
from report.tracing.papers import Paper
from tests import compared
from tests.invented import write
from tests.tracing.test_r_code import held, needs_r

OURS = (*DRAWN_OR_IMPUTED, *MISSING_EVENTS, *MISSING_VISITS)


@needs_r
def test_r_gives_every_result_that_rests_on_no_draw(tmp_path: Path) -> None:
    write(tmp_path, compared.study("by_arm"), **compared.files())
    study = study_file.read(tmp_path)
    paper = Paper(study, compute.results(tmp_path, study), {}, (), {}, True)
    rows = [row for row in paper.results if row.analysis_id.rpartition(".")[2] in OURS]
    exact = {row.group1_level for row in rows if row.stat_name == "distribution" and row.stat == "exact"}
    rows = [
        row for row in rows
        if not (row.analysis_id.endswith("permutation_test") and row.stat_name == "p.value" and row.group1_level not in exact)
    ]  # fmt: skip
    assert held(paper, rows, tmp_path) > 60
