"""The results file: what is refused, with the way to go; and look-ups that match no row or several."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report import ard
from report.errors import ResultsError
from tests.conftest import copy_study, trialpress

ROW = {
    "result_id": "a.n", "analysis_id": "a", "variable": "a", "context": "summary", "method": "m", "stat_name": "n",
    "stat_label": "n", "stat": 6, "format_key": "count",
}  # fmt: skip


def written(folder: Path, header: dict[str, Any], rows: list[dict[str, Any]]) -> Path:
    path = folder / "results.json"
    path.write_text(json.dumps({"header": header, "rows": rows}), encoding="utf-8")
    return path


@pytest.mark.parametrize("version", [1, 3, None, "2"])
def test_a_results_file_of_another_format_is_refused_with_the_way_to_go(tmp_path: Path, version: object) -> None:
    with pytest.raises(ResultsError, match="this version reads 2") as caught:
        ard.read(written(tmp_path, {"format": version}, [ROW]))
    assert caught.value.remedy == "delete it and run make"


def test_an_older_results_file_is_refused_by_the_paper_and_made_again_by_a_build(tmp_path: Path) -> None:
    study = copy_study("jia", tmp_path)
    assert trialpress("results", study=study).returncode == 0
    path = study / "build" / "results.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"format": 2', '"format": 1', 1), encoding="utf-8")
    done = trialpress("displays", study=study)
    assert done.returncode == 1 and "results.json has format 1, this version reads 2" in done.stderr
    assert trialpress("results", study=study).returncode == 0 and trialpress("displays", study=study).returncode == 0


@pytest.mark.parametrize("row", [{**ROW, "colour": "red"}, {k: v for k, v in ROW.items() if k != "context"}])
def test_a_row_that_is_none_of_ours(tmp_path: Path, row: dict[str, Any]) -> None:
    with pytest.raises(ResultsError, match="is not one of ours"):
        ard.read(written(tmp_path, {"format": 2}, [row]))


def test_one_row_or_none_at_all() -> None:
    """A look-up that no row matches, or several, is refused; so are two rows of one id."""
    row = ard.Row(**ROW)
    results = ard.Results({}, [row, ard.Row(**{**ROW, "result_id": "a.m", "stat": 5})])
    assert results.one(result_id="a.n").stat == 6
    with pytest.raises(ResultsError, match="2 results match"):
        results.one(analysis_id="a")
    with pytest.raises(ResultsError, match="no result matches"):
        results.one(analysis_id="b")
    with pytest.raises(ResultsError, match="two results have the same id"):
        ard.Results({}, [row, row])


@given(
    stat=st.one_of(
        st.none(), st.integers(-(2**53), 2**53), st.floats(allow_nan=False, allow_infinity=False), st.text()
    ),
    query=st.sampled_from(["", "Q1", "Q1, Q12"]),
)
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, stat: ard.Stat, query: str) -> None:
    path = tmp_path_factory.mktemp("round") / "results.json"
    row = ard.Row(**{**ROW, "stat": stat, "query": query})
    ard.write(path, ard.Results({"study": "x"}, [row]))
    (found,) = ard.read(path).rows
    assert found == row or (stat == "" and found.stat is None)
