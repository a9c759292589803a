"""Numbers of a group that cannot stand together, and numbers that a program has rounded."""

from __future__ import annotations

import pytest

from report.exchange import coherence

OF_R = {"n": 27, "N": 295, "p": 27 / 295, "mean": 46.0358306188925, "sd": 13.0865152697675, "min": 19, "p25": 36, "median": 46,
        "p75": 55, "max": 90, "estimate": 1.56, "conf.low": -0.56, "conf.high": 3.69, "p.value": 0.149, "conf.level": 0.95}  # fmt: skip


def said(**other: float) -> set[str]:
    stats = OF_R | {name.replace("_dot_", "."): value for name, value in other.items()}
    lines = [{"analysis_id": "a", "variable": "x", "stat_name": name, "stat": stat} for name, stat in stats.items()]
    return {told for told, _ in coherence.faults(lines)}


def test_what_r_computed_stands_together() -> None:
    assert said() == set()


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({"estimate": 3.7}, "estimate is above conf.high"), ({"estimate": -0.57}, "conf.low is above estimate"),
        ({"n": 296, "p": 1.0}, "n is above N"), ({"p": 0.0915}, "p is not n of N: it may have been rounded"),
        ({"sd": -1.5}, "sd is below 0"), ({"median": 56}, "median is above p75"), ({"mean": 91}, "mean is above max"),
        ({"p_dot_value": 0}, "p.value is not above 0"), ({"conf_dot_level": 95}, "conf.level does not lie between 0 and 1"),
        ({"min": 37}, "min is above p25"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told(other: dict[str, float], told: str) -> None:
    assert told in said(**other)


def test_the_last_digit_is_not_held_against_a_program() -> None:
    assert said(estimate=3.69 * (1 + 1e-15)) == set()


def spreads(*values: float) -> set[str]:
    lines = [
        {"analysis_id": f"a{number}", "variable": "x", "stat_name": "sd", "stat": value} for number, value in enumerate(values)
    ]  # fmt: skip
    return {told for told, _ in coherence.faults(lines)}


def test_three_spreads_of_four_decimals_were_rounded() -> None:
    """jsonlite writes four decimals unless it is told ``digits = NA``: a standard deviation hardly ever has so few."""
    assert spreads(13.0865, 13.4904, 0.7071) == {
        "these have at most 4 decimals, so that the program must have rounded them"
    }
    assert spreads(13.0865, 13.4904) == set()
    assert spreads(13.0865, 13.4904, 0.70710678) == set()
    assert spreads(1, 2, 3, 0) == set()
