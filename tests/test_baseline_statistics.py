"""Standardised differences and tests of baseline variables against R, SAS documentation and print; and their edges."""

from __future__ import annotations

import csv
import json
import math
from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from report.analysis.described import baseline_tests, standardised_differences
from report.analysis.described.baseline_tests import OF_COUNTS, OF_NUMBERS
from report.analysis.events import freeman_halton

ORACLE = Path(__file__).parent / "oracle"


def inputs(family: str) -> dict[str, Any]:
    return dict(json.loads((ORACLE / f"inputs_{family}.json").read_text(encoding="utf-8")))


SAMPLES, LEVELS = inputs("samples"), inputs("levels")


def rows(name: str) -> list[dict[str, str]]:
    lines = (ORACLE / f"{name}.csv").read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(lines[1:]))


def said(row: dict[str, str]) -> str:
    return f"{row['case']}: {row['stat']} by {row['call'] or row['source']}"


def samples(case: str) -> list[Any]:
    return [np.array(each, dtype=float) for each in SAMPLES[case]["samples"]]


def table(case: str) -> Any:
    return np.array(LEVELS[case]["counts"], dtype=int)


def agrees(row: dict[str, str], ours: float | None) -> None:
    theirs = float(row["value"])
    if not math.isfinite(theirs):
        assert ours is None, said(row)
    else:
        assert ours is not None and abs(ours - theirs) <= float(row["tolerance"]), f"{said(row)}: {theirs}, ours {ours}"


def stats(tested: baseline_tests.Tested) -> dict[str, float | None]:
    assert all((each.stat is None) == bool(each.reason) for each in tested.statistics)
    return {each.name: each.stat for each in tested.statistics}  # type: ignore[misc]


@pytest.mark.parametrize("row", rows("smd"), ids=said)
def test_standardised_differences(row: dict[str, str]) -> None:
    case = row["case"]
    if case in SAMPLES:
        arms = samples(case)
        ours, why = standardised_differences.of_numbers(arms[0], arms[-1])
    else:
        counts = table(case)
        ours, why = standardised_differences.of_counts(counts[:, 0], counts[:, -1])
    assert (ours is None) == bool(why)
    agrees(row, ours)


@pytest.mark.parametrize("row", rows("baseline_tests"), ids=said)
def test_tests(row: dict[str, str]) -> None:
    test, _, stat = row["stat"].rpartition("_")
    given_ = samples(row["case"]) if row["case"] in SAMPLES else table(row["case"])
    found = stats((OF_NUMBERS if row["case"] in SAMPLES else OF_COUNTS)[test](given_))
    agrees(row, found[{"p": "p.value"}.get(stat, stat)])


def v(*values: float) -> Any:
    return np.array(values, dtype=float)


def n(*counts: int) -> Any:
    return np.array(counts, dtype=int)


# edges ----------------------------------------------------------------------------------------------------------------

NUMBERS = {
    "an empty arm": ([v(), v(1, 2, 3)], "an arm has no value"),
    "both arms empty": ([v(), v()], "an arm has no value"),
    "all the same": ([v(2, 2, 2), v(2, 2)], "all values are the same"),
    "an empty arm of three": ([v(1, 2), v(), v(3, 4)], "an arm has no value"),
    "all the same in three": ([v(2, 2), v(2, 2, 2), v(2, 2)], "all values are the same"),
    "one value each": ([v(1), v(4)], "one value"),
}


@pytest.mark.parametrize("test", OF_NUMBERS)
@pytest.mark.parametrize("edge", NUMBERS)
def test_edges_of_tests_of_numbers(edge: str, test: str) -> None:
    arms, told = NUMBERS[edge]
    found = OF_NUMBERS[test](arms)
    if edge == "one value each" and test == "rank":
        assert stats(found)["p.value"] == pytest.approx(math.erfc(1 / math.sqrt(2)))  # W 0, mean 0.5, variance 0.25
        return
    assert set(stats(found).values()) == {None}
    assert all(told in each.reason for each in found.statistics)


def test_no_variance_within_arms_is_said_and_not_divided_by() -> None:
    apart = [v(1, 1, 1), v(2, 2)]
    for test in ("t", "welch"):
        assert {each.reason for each in OF_NUMBERS[test](apart).statistics} == {
            "within each arm all values are the same"
        }
    assert stats(OF_NUMBERS["rank"](apart))["p.value"] == pytest.approx(0.0455, abs=1e-4)  # z = 2
    one_constant = [v(1, 1, 1), v(2, 3), v(4, 6, 7)]
    assert "within an arm all values are the same" in OF_NUMBERS["welch"](one_constant).statistics[0].reason
    assert stats(OF_NUMBERS["t"](one_constant))["p.value"] is not None
    assert "one value" in OF_NUMBERS["welch"]([v(1), v(2, 3)]).statistics[0].reason
    assert "one value" in OF_NUMBERS["t"]([v(1), v(2), v(5)]).statistics[0].reason


def test_equal_values_have_no_spread_though_their_mean_is_rounded() -> None:
    """The mean of three tenths is not a tenth to the last digit; a spread made of that would make a huge t."""
    tenths = v(0.1, 0.1, 0.1)
    assert float(np.std(tenths, ddof=1)) != 0
    assert OF_NUMBERS["t"]([tenths, v(0.3, 0.3, 0.3)]).statistics[0].reason
    assert standardised_differences.of_numbers(tenths, v(0.3, 0.3, 0.3))[1] == "within each arm all values are the same"


COUNTS = {
    "an empty arm": ([[0, 3], [0, 4]], "an arm has no value"),
    "nobody": ([[0, 0], [0, 0]], "an arm has no value"),
    "one level": ([[3, 4], [0, 0]], "all values are the same"),
    "an empty arm of three": ([[1, 0, 3], [2, 0, 4]], "an arm has no value"),
    "one level of three": ([[0, 0], [3, 4], [0, 0]], "all values are the same"),
}


@pytest.mark.parametrize("test", OF_COUNTS)
@pytest.mark.parametrize("edge", COUNTS)
def test_edges_of_tests_of_counts(edge: str, test: str) -> None:
    counts, told = COUNTS[edge]
    found = OF_COUNTS[test](np.array(counts))
    assert set(stats(found).values()) == {None} and {each.reason for each in found.statistics} == {told}


@pytest.mark.parametrize(
    ("arm", "reference", "told"),
    [
        (n(0, 0), n(1, 2), "an arm has no value"),
        (n(3, 0), n(4, 0), "all values are the same"),
        (n(3, 0), n(0, 4), "the arms have no level in common"),
        (n(3, 0, 0), n(0, 4, 2), "the arms have no level in common"),
        (n(0, 3, 0), n(0, 4, 0), "all values are the same"),
    ],
)
def test_differences_of_shares_that_cannot_be_had(arm: Any, reference: Any, told: str) -> None:
    assert standardised_differences.of_counts(arm, reference) == (None, told)


@pytest.mark.parametrize(
    ("arm", "reference", "told"),
    [
        (v(), v(1, 2), "an arm has no value"),
        (v(1), v(1, 2), "an arm has one value, which has no spread"),
        (v(2, 2), v(2, 2, 2), "all values are the same"),
        (v(2, 2), v(3, 3, 3), "within each arm all values are the same"),
    ],
)
def test_differences_of_means_that_cannot_be_had(arm: Any, reference: Any, told: str) -> None:
    assert standardised_differences.of_numbers(arm, reference) == (None, told)


def test_small_expected_counts_are_warned_of() -> None:
    assert "below 5" in OF_COUNTS["chi_squared"](table("tea")).warning
    assert OF_COUNTS["chi_squared"](table("party")).warning == ""
    assert OF_COUNTS["fisher"](table("tea")).warning == ""


def test_a_large_table_by_its_network_and_one_with_too_many_fellows() -> None:
    """R's ``fisher.test(Job)`` gives 0.7827; hair and eyes of 592 students have too many tables with their margins."""
    (job,) = (each.stat for each in OF_COUNTS["fisher"](table("job")).statistics)
    assert job == pytest.approx(0.7827, abs=0.00005)
    (crowded,) = OF_COUNTS["fisher"](table("eyes_hair")).statistics
    assert crowded.stat is None and "too many tables" in crowded.reason
    assert freeman_halton.fisher_p(np.full((12, 6), 9)) is None


def test_a_p_value_is_never_zero() -> None:
    far = [np.arange(1000.0), np.arange(1000.0) + 1e6]
    for test in OF_NUMBERS:
        p = stats(OF_NUMBERS[test](far))["p.value"]
        assert p is not None and 0 < p < 1e-200
    p = stats(OF_COUNTS["chi_squared"](np.array([[10**6, 0], [0, 10**6]])))["p.value"]
    assert p is not None and 0 < p < 1e-200


# properties -----------------------------------------------------------------------------------------------------------

steps = st.lists(st.integers(-40, 40), min_size=1, max_size=9)
arms_ = st.lists(steps, min_size=2, max_size=4)


@settings(max_examples=60, deadline=None)
@given(arms_, st.sampled_from(sorted(OF_NUMBERS)), st.integers(1, 7), st.integers(-50, 50))
def test_p_is_a_probability_whatever_the_order_and_the_unit(
    given_: list[list[int]], test: str, factor: int, shift: int
) -> None:
    arms = [np.array(each, dtype=float) for each in given_]
    p = stats(OF_NUMBERS[test](arms))["p.value"]
    assert p is None or 0 < p <= 1
    others = [arms[::-1], [arm[::-1] for arm in arms], [arm * factor + shift for arm in arms], [-arm for arm in arms]]
    for other in others:
        again = stats(OF_NUMBERS[test](other))["p.value"]
        assert (again is None) == (p is None)
        assert p is None or again == pytest.approx(p, rel=1e-9)


@settings(max_examples=60, deadline=None)
@given(steps, steps)
def test_a_difference_turns_round_with_its_arms(first: list[int], second: list[int]) -> None:
    one, other = np.array(first, dtype=float), np.array(second, dtype=float)
    there, back = standardised_differences.of_numbers(one, other), standardised_differences.of_numbers(other, one)
    assert there[1] == back[1]
    assert there[0] is None or there[0] == pytest.approx(-(back[0] or 0.0), abs=1e-12)


counted = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=2, max_size=5)


@settings(max_examples=60, deadline=None)
@given(counted, st.randoms(use_true_random=False))
def test_a_distance_is_the_same_in_every_order_of_the_levels_and_both_ways(
    counts: list[tuple[int, int]], chance: Any
) -> None:
    made = np.array(counts)
    found, why = standardised_differences.of_counts(made[:, 0], made[:, 1])
    turned = standardised_differences.of_counts(made[:, 1], made[:, 0])
    assert turned[1] == why
    if found is not None and turned[0] is not None:
        assert abs(found) == pytest.approx(abs(turned[0]), abs=1e-9)
    mixed = made[chance.sample(range(len(made)), len(made))]
    again = standardised_differences.of_counts(mixed[:, 0], mixed[:, 1])
    assert again[1] == why and (found is None or abs(again[0] or 0.0) == pytest.approx(abs(found), abs=1e-9))


def test_a_distance_of_two_levels_that_are_held_is_the_difference_without_its_sign() -> None:
    """A third level that nobody has changes a share's difference into a distance, and not its size."""
    of_two = standardised_differences.of_counts(n(3, 9), n(7, 4))[0]
    of_three = standardised_differences.of_counts(n(3, 0, 9), n(7, 0, 4))[0]
    assert of_two is not None and of_two < 0 and of_three == pytest.approx(-of_two)


def test_fisher_of_a_larger_table_by_listing_who_could_be_where() -> None:
    """Six participants of three levels, in all orders over the arms: the share of tables no more probable."""
    levels, seen = [0, 0, 1, 1, 2, 2], np.array([[2, 0], [1, 1], [0, 2]])
    tables = [tuple(np.bincount(order[:3], minlength=3).tolist()) for order in permutations(levels)]
    often = {each: tables.count(each) for each in set(tables)}
    p = sum(count for count in often.values() if count <= often[tuple(seen[:, 0].tolist())]) / len(tables)
    assert freeman_halton.fisher_p(seen) == pytest.approx(p)
    assert freeman_halton.fisher_p(seen.T) == pytest.approx(p)


def test_every_test_is_named_with_its_context_and_gives_p_last() -> None:
    for test, compute in OF_NUMBERS.items():
        for arms in ([v(1, 2), v(3, 5)], [v(1, 2), v(3, 5), v(1, 8)]):
            found = compute(arms)
            assert found.context.startswith("stats_") and found.method and found.statistics[-1].name == "p.value", test
    assert baseline_tests.OF_COUNTS.keys() == {"chi_squared", "fisher"}
