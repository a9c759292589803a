"""The timing of Table 1 runs, and of its rows none lacks a value; the bounds themselves are for ``make bench``."""

from __future__ import annotations

import pytest

from report.analysis.described import baseline
from report.analysis.people.populations import Trial
from tests import bench_table_one


def test_the_timed_table_has_every_value() -> None:
    rows = list(baseline.rows(Trial(bench_table_one.study(), {"people": bench_table_one.people(2000)})))
    assert all(row.stat is not None for row in rows)
    compared = [row for row in rows if row.stat_name in ("p.value", "smd")]
    assert len(compared) == 14 and len({row.variable for row in compared}) == 7


def test_time_and_memory_are_shown(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench_table_one, "is_installed", lambda: False)
    assert not bench_table_one.compared(bench_table_one.people(500), bench_table_one.study(), 1)
    assert "tableone is not installed, and nothing is compared" in capsys.readouterr().out
    assert bench_table_one.memory(bench_table_one.people(500), bench_table_one.study()) > 0
