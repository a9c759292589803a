"""What matters of the results that moved, each kind worked by hand, and whether a conclusion changed."""

from __future__ import annotations

from typing import Any

import pytest

from report.changes.results import label
from report.study.model import Study
from tests.changes.made import CONFIRMED, matters, one_arm, row, side, two_arms, verdict
from tests.invented import change, event, parallel

P = "happened.fisher.a.p.value"


def p(value: float | None, **columns: Any) -> Any:
    return row(P, value, **columns)


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        (0.03, 0.06, "no longer below 0.05"),
        (0.06, 0.03, "now below 0.05"),
        (0.0499, 0.0501, "p was 0.05 (0.0499) and is 0.05 (0.0501)"),  # both are printed 0.05
        (0.05, 0.049, "now below 0.05"),  # p at the level is not below it
    ],
)
def test_p_crosses_the_usual_level_and_that_is_said(was: float, now: float, said: str) -> None:
    study = two_arms()
    (found,) = matters(side(p(was), study=study), side(p(now), study=study))
    assert (found.kind, found.role) == ("p", "primary")
    assert said in found.told and "no level was planned for it, so 0.05 was taken" in found.told


@pytest.mark.parametrize(("was", "now"), [(0.03, 0.04999), (0.051, 0.9), (0.001, 0.0011), (0.05, 0.05)])
def test_p_on_one_side_of_the_level_does_not_matter(was: float, now: float) -> None:
    study = two_arms()
    assert matters(side(p(was), study=study), side(p(now), study=study)) == []


def test_p_crosses_the_planned_level_and_not_the_usual_one() -> None:
    """The level is 0.04: 0.039 to 0.041 crosses it, 0.049 to 0.051 does not."""
    study = two_arms(**CONFIRMED)
    (found,) = matters(side(p(0.039), study=study), side(p(0.041), study=study))
    assert "no longer below 0.04, the planned level" in found.told
    assert matters(side(p(0.049), study=study), side(p(0.051), study=study)) == []


def test_another_level_is_a_crossing_of_the_same_p() -> None:
    old, new = side(p(0.045), study=two_arms()), side(p(0.045), study=two_arms(**CONFIRMED))
    (found,) = matters(old, new)
    assert "no longer below 0.04 (before, the level was 0.05)" in found.told


def interval(kind: str, low: float | None, high: float | None, key: str, **columns: Any) -> list[Any]:
    return [
        row(f"happened.{kind}.a.conf.{end}", value, key, **columns) for end, value in (("low", low), ("high", high))
    ]


@pytest.mark.parametrize(
    ("kind", "key", "was", "now", "said"),
    [
        ("risk_reduction", "points:1", (0.01, 0.2), (-0.01, 0.2), "1.0 to 20.0 and is −1.0 to 20.0; it now holds 0,"),
        ("risk_reduction", "points:1", (0.0, 0.2), (0.0001, 0.2), "is 0.0 (0.01) to 20.0; it no longer holds 0,"),
        ("risk_ratio", "ratio:2", (0.5, 0.99), (0.5, 1.01), "0.50 to 0.99 and is 0.50 to 1.01; it now holds 1,"),
        ("risk_ratio", "ratio:2", (0.9, 1.0), (0.8, 0.9), "is 0.80 to 0.90; it no longer holds 1,"),
    ],
)
def test_an_interval_begins_or_ceases_to_hold_the_value_of_no_effect(
    kind: str, key: str, was: tuple[float, float], now: tuple[float, float], said: str
) -> None:
    study = two_arms()
    (found,) = matters(side(*interval(kind, *was, key), study=study), side(*interval(kind, *now, key), study=study))
    assert found.kind == "interval" and said in found.told, found.told


@pytest.mark.parametrize(
    ("kind", "key", "was", "now", "columns"),
    [
        ("risk_ratio", "ratio:2", (-0.5, 0.9), (0.5, 0.9), {}),  # 0 means nothing to a ratio
        ("risk_reduction", "points:1", (0.5, 0.9), (0.5, 1.2), {}),  # nor 1 to a difference
        ("risk", "percent:10", (0.0, 0.2), (0.1, 0.2), {}),  # a proportion has no value of no effect
        ("number_needed_to_treat", "fixed:1", (-3, 8), (2, 8), {"context": "number_needed_to_treat"}),
    ],
)
def test_an_interval_that_crosses_another_number_does_not_matter(
    kind: str, key: str, was: tuple[float, float], now: tuple[float, float], columns: dict[str, str]
) -> None:
    study = two_arms()
    old, new = (side(*interval(kind, *limits, key, **columns), study=study) for limits in (was, now))
    assert [found for found in matters(old, new) if found.kind == "interval"] == []


@pytest.mark.parametrize(
    ("key", "was", "now", "said"),
    [
        ("points:1", 0.05, -0.02, "was 5.0 and is −2.0; it now lies on the other side of 0"),
        ("ratio:2", 0.9, 1.1, "was 0.90 and is 1.10; it now lies on the other side of 1"),
        ("fixed:1", -2.0, 0.0, "it is now exactly 0"),
        ("fixed:1", 0.0, 2.0, "it lay exactly on 0"),
    ],
)
def test_an_estimate_changes_its_direction(key: str, was: float, now: float, said: str) -> None:
    study = two_arms()
    name = "happened.risk_ratio.a.estimate"
    (found,) = matters(side(row(name, was, key), study=study), side(row(name, now, key), study=study))
    assert found.kind == "direction" and said in found.told, found.told


def test_the_words_benefit_and_harm_change_places() -> None:
    study, name = two_arms(), "happened.number_needed_to_treat.a.direction"
    old, new = (side(row(name, word, "text"), study=study) for word in ("benefit", "harm"))
    assert [(found.kind, found.told.rpartition(": ")[2]) for found in matters(old, new)] == [
        ("direction", "benefit became harm")
    ]


def test_a_denominator_changes_and_is_told_once_a_subject() -> None:
    names = ["happened.risk.a.N", "happened.risk.b.N", "baseline.age.a.N_nonmiss"]
    old, new = (side(*(row(name, n, "count") for name in names), study=two_arms()) for n in (50, 49))
    assert [(found.kind, found.told) for found in matters(old, new)] == [
        ("denominator", "Number of participants: 50 became 49, in 2 results"),
        ("denominator", "N_nonmiss: 50 became 49 (Outcome)"),
    ]


def test_a_count_of_events_is_no_denominator() -> None:
    old, new = (side(row("happened.risk.a.n", n, "count"), study=two_arms()) for n in (5, 6))
    assert matters(old, new) == []


def test_a_method_is_switched_and_a_level_is_another() -> None:
    names = ["happened.fisher.a.p.value", "happened.fisher.a.statistic"]
    old = side(
        *(row(name, 0.01, method="Fisher") for name in names), row("happened.risk_ratio.conf.level", 0.95, "level")
    )
    new = side(
        *(row(name, 0.01, method="Boschloo") for name in names), row("happened.risk_ratio.conf.level", 0.9, "level")
    )
    assert [found.told for found in matters(old, new)] == [
        "the method of happened.fisher was “Fisher” and is “Boschloo”",
        "the confidence level of happened.risk_ratio was “95%” and is “90%”",
    ]


def test_values_are_lost_and_found_and_holes_open_and_close() -> None:
    names = [f"happened.m{number}.a.estimate" for number in range(4)]
    old = side(
        row(names[0], 1.0), row(names[1], None, reason="no event"), row(names[2], 1.0), row(names[3], None, query="Q1")
    )
    new = side(
        row(names[0], None, reason="no event"), row(names[1], 1.0), row(names[2], None, query="Q9"), row(names[3], 1.0)
    )
    found = {each.kind: each.told.partition(": ")[2] for each in matters(old, new)}
    assert found == {
        "lost its value": "is no longer estimable (no event)", "got a value": "can now be estimated",
        "hole opened": "now rests on an open query", "hole closed": "no longer rests on an open query",
    }  # fmt: skip


def test_a_hole_that_only_got_another_number_does_not_matter() -> None:
    old, new = side(row("a.b.estimate", None, query="Q1")), side(row("a.b.estimate", None, query="Q2"))
    assert matters(old, new) == [] and verdict(old, new)[1] == "No conclusion changed: no result moved."


def test_a_population_an_endpoint_and_an_analysis_are_lost_or_new() -> None:
    kept = row("happened.risk.a.n", 5, "count")
    safe = row("population.safe.n", 7, "count", context="population", stat_label="Everyone treated")
    old = side(kept, safe, p(0.5), row("population.all.n", 9, "count", context="population"), study=two_arms())
    new = side(
        kept, row("changed.signed_rank.p.value", 0.5), row("population.all.n", 9, "count", context="population"),
        study=one_arm(change("signed_rank", role="secondary")),
    )  # fmt: skip
    assert {(found.kind, found.told) for found in matters(old, new)} == {
        ("gone", "the population “Everyone treated” is no longer there"),
        ("gone", "the whole analysis happened.fisher is no longer there"),
        ("new", "the endpoint “Change” is new"),
    }


# --- conclusions


def other(study: dict[str, Any], name: str, role: str) -> dict[str, Any]:
    return {**study, "id": name, "label": name.capitalize(), "role": role}


def two_endpoints() -> Study:
    methods = [{"method": name} for name in ("fisher", "risk_ratio")]
    endpoints = [event(*methods), other(event(*methods), "later", "secondary")]
    return Study.model_validate(parallel(endpoints=endpoints))


def test_a_conclusion_changes_when_p_of_the_primary_endpoint_crosses() -> None:
    study = two_arms()
    state, said = verdict(side(p(0.03), study=study), side(p(0.06), study=study))
    assert state == "changed" and said.startswith("A conclusion changed. Outcome: Fisher: p was 0.03 and is 0.06"), said


def test_no_conclusion_changes_when_only_a_secondary_endpoint_crosses() -> None:
    study = two_endpoints()
    rows = [p(0.01), row("later.fisher.a.p.value", 0.03)], [p(0.02), row("later.fisher.a.p.value", 0.06)]
    state, said = verdict(*(side(*each, study=study) for each in rows))
    assert state == "unchanged" and said.startswith(
        "No conclusion changed: of the primary endpoint (Outcome) no p value"
    )
    assert said.endswith("Of other endpoints and subgroups, one limit or direction was crossed: see below.")


def test_a_subgroup_of_the_primary_endpoint_concludes_nothing() -> None:
    name, study = "happened.subgroup_age.young.a.estimate", two_arms()
    old, new = (side(row(name, value, "ratio:2"), study=study) for value in (0.8, 1.2))
    assert verdict(old, new)[0] == "unchanged" and [found.role for found in matters(old, new)] == ["subgroup"]


@pytest.mark.parametrize("gone", [p(None, query="Q1"), p(None, reason="no event"), None])
def test_nobody_can_say_where_p_of_the_primary_endpoint_is_missing(gone: Any) -> None:
    study = two_arms()
    kept = row("happened.fisher.alternative", "two.sided", "text")
    state, said = verdict(side(p(0.03), kept, study=study), side(kept, *([gone] if gone else []), study=study))
    assert state == "cannot be said" and said.startswith("Whether a conclusion changed cannot be said. Outcome: ")


def test_a_number_needed_to_treat_that_is_lost_leaves_the_conclusion_to_the_difference() -> None:
    name, study = "happened.number_needed_to_treat.a.conf.low", two_arms()
    old, new = (
        side(row(name, value, context="number_needed_to_treat", reason="" if value else "0"), study=study)
        for value in (5.0, None)
    )
    assert verdict(old, new)[0] == "unchanged" and [found.kind for found in matters(old, new)] == ["lost its value"]


def test_a_subgroup_s_level_is_named_even_where_its_code_is_that_of_the_outcome() -> None:
    study = two_arms()
    of_all = row("happened.risk.a.n", 1, variable="outcome", variable_level="yes")
    of_level = row("happened.subgroup_kind.a.n", 1, variable="kind", variable_level="yes")
    assert [label(each, study) for each in (of_all, of_level)] == ["risk, n", "subgroup kind, yes, n"]


def test_the_same_conclusion_by_another_method_is_said() -> None:
    study = two_arms()
    old, new = (
        side(p(0.03, method=name), row("happened.risk.a.N", n, "count"), study=study)
        for name, n in (("A", 9), ("B", 8))
    )
    state, said = verdict(old, new)
    assert state == "unchanged"
    assert "its method is another and" not in said  # N stands in no method of this endpoint
    assert "Of a primary endpoint its method is another: see below." in said


def test_a_study_without_a_primary_endpoint_has_no_conclusion_to_change() -> None:
    study = one_arm(change("signed_rank", role="secondary"))
    old, new = (side(row("changed.signed_rank.p.value", value), study=study) for value in (0.03, 0.06))
    assert verdict(old, new) == (
        "unchanged",
        "No conclusion changed: the study file names no primary endpoint. "
        "Of other endpoints and subgroups, one limit or direction was crossed: see below.",
    )


def test_the_most_important_stands_first() -> None:
    study = two_endpoints()
    rows = (
        [
            row("later.fisher.a.p.value", 0.03),
            row("baseline.age.N", 9, "count"),
            p(0.03),
            row("happened.risk_ratio.a.estimate", 0.9, "ratio"),
        ],
        [
            row("later.fisher.a.p.value", 0.06),
            row("baseline.age.N", 8, "count"),
            p(0.06),
            row("happened.risk_ratio.a.estimate", 1.1, "ratio"),
        ],
    )
    found = matters(*(side(*each, study=study) for each in rows))
    assert [(each.role, each.kind) for each in found] == [
        ("primary", "p"), ("primary", "direction"), ("secondary", "p"), ("", "denominator"),
    ]  # fmt: skip
