"""Adverse events counted by level and by period, on an invented study (tests/followed.py)."""

from __future__ import annotations

from pathlib import Path

from tests.followed import NARRATIVE, drafted, followed, values


def test_safety_counts_terms_that_are_categories(tmp_path: Path) -> None:
    """Of the population of six: 9 colds of P1 P2 P3 P4 P5, 4 rashes of P1 P2 P3, no fever."""
    made = drafted(tmp_path).results
    got = values(made, "safety.term")
    assert [[got[f"{term}.{name}"] for name in ("n_event", "n", "N")] for term in ("cold", "rash", "fever")] == [
        [9, 5, 6], [4, 3, 6], [0, 0, 6],
    ]  # fmt: skip
    assert got["fever.p"] == 0.0
    row = made.by_id("safety.term.cold.n_event")
    assert (row.variable, row.variable_level, row.group1, row.context) == ("term", "cold", "", "hierarchical_count")


def test_a_term_of_free_text_is_not_counted(tmp_path: Path) -> None:
    study = followed()
    study["datasets"]["events"]["columns"]["term"] = {"type": "text"}
    study["safety"]["narratives"] = [{**NARRATIVE, "variables": ["grade"]}]
    made = drafted(tmp_path, study).results
    assert not [row for row in made if row.analysis_id.startswith("safety.term")]
    assert "cold" not in {str(row.stat) for row in made} | {row.variable_level for row in made}


def test_safety_by_period(tmp_path: Path) -> None:
    """Before: P1 and P4 one each. After: P1 two (one serious, a cold), P2 three, P3 two, P4 one; P5 has no period."""
    made = drafted(tmp_path).results
    got = values(made, "safety.events_by_period")
    assert [[got[f"{period}.{name}"] for name in ("n_event", "n", "N")] for period in ("before", "after")] == [
        [2, 2, 6], [8, 4, 6],
    ]  # fmt: skip
    serious = values(made, "safety.serious_by_period")
    assert {name: serious[f"{name}.n_event"] for name in ("yes.before", "yes.after", "no.before", "no.after")} == {
        "yes.before": 0, "yes.after": 1, "no.before": 2, "no.after": 7,
    }  # fmt: skip
    terms = values(made, "safety.term_by_period")
    assert [terms[f"{term}.after.n"] for term in ("cold", "rash", "fever")] == [4, 3, 0]
    row = made.by_id("safety.term_by_period.rash.after.n_event")
    assert (row.group1, row.group1_level, row.variable, row.variable_level) == ("period", "after", "term", "rash")
    assert not made.select(analysis_id="safety.period_by_period")


def test_safety_without_periods_has_none(tmp_path: Path) -> None:
    study = followed()
    del study["safety"]["period"]
    made = drafted(tmp_path, study).results
    assert not [row for row in made if row.analysis_id.startswith("safety.") and "period" in row.analysis_id]
    assert made.by_id("safety.events.n_event").stat == 13


def test_periods_are_not_counted_in_several_arms(tmp_path: Path) -> None:
    """The columns of several arms are the arms."""
    study = followed()
    arms = [{"id": name, "label": name, "code": name} for name in ("x", "y", "z")]
    study["design"] |= {
        "kind": "parallel", "randomised": False, "arms": arms, "reference": "x",
        "allocation": {"dataset": "people", "column": "kind"},
    }  # fmt: skip
    study |= {"endpoints": [], "displays": []}
    made = drafted(tmp_path, study).results
    assert not [row for row in made if row.analysis_id.endswith("_by_period")]
    assert [made.by_id(f"safety.term.rash.{arm}.n_event").stat for arm in ("x", "y", "z")] == [1, 3, 0]
