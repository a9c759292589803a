"""How a number is written: vectors from the journals' texts and from the rounding rules."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.ard import COLUMNS, Row, Stat
from report.paper import numbers
from report.paper.styles import STYLES


def row(stat: Stat, key: str, **more: str) -> Row:
    blank = dict.fromkeys(COLUMNS, "") | {"result_id": "r", "format_key": key, "stat": stat, **more}
    return Row(**blank)  # type: ignore[arg-type]


def written(stat: Stat, key: str, style: str = "plain") -> str:
    return numbers.text(row(stat, key), STYLES[style]).plain


P_VECTORS = """
0.5     | P=0.50  | p=0·50   | P = .50  | P=0.50  | P = 0.50  | P=0.50
0.0496  | P=0.05  | p=0·050  | P = .05  | P=0.05  | P = 0.05  | P=0.050
0.0449  | P=0.04  | p=0·045  | P = .04  | P=0.04  | P = 0.04  | P=0.045
0.01    | P=0.01  | p=0·010  | P = .01  | P=0.01  | P = 0.01  | P=0.010
0.00999 | P=0.010 | p=0·010  | P = .010 | P=0.010 | P = 0.010 | P=0.010
0.0032  | P=0.003 | p=0·0032 | P = .003 | P=0.003 | P = 0.003 | P=0.003
0.00099 | P<0.001 | p=0·0010 | P < .001 | P<0.001 | P < 0.001 | P<0.001
0.00021 | P<0.001 | p=0·0002 | P < .001 | P<0.001 | P < 0.001 | P<0.001
4e-05   | P<0.001 | p<0·0001 | P < .001 | P<0.001 | P < 0.001 | P<0.001
0.997   | P>0.99  | p>0·99   | P > .99  | P>0.99  | P > 0.99  | P>0.99
"""
P_STYLES = ("nejm", "lancet", "jama", "bmj", "rheumatology_oxford", "annals")
P_CASES = [
    (float(cells[0]), style, shown)
    for cells in ([c.strip() for c in line.split("|")] for line in P_VECTORS.strip().splitlines())
    for style, shown in zip(P_STYLES, cells[1:], strict=True)
]


@pytest.mark.parametrize(("p", "style", "shown"), P_CASES)
def test_p_by_journal(p: float, style: str, shown: str) -> None:
    assert numbers.p_value(row(p, "p"), STYLES[style]).plain.replace("\u00a0", " ") == shown


@pytest.mark.parametrize(
    ("stat", "key", "style", "shown"),
    [
        (0.125, "percent:8", "plain", "13%"),  # 1/8: half away from zero, never 12
        (57 / 200, "percent:200", "plain", "28.5%"),
        (57 / 200, "percent:199", "annals", "29%"),  # 0.285 * 100 is 28.499999999999996 in binary
        (1 / 400, "percent:90", "plain", "<1%"),
        (0.999, "percent:50", "plain", ">99%"),
        (0.0, "percent:12", "plain", "0%"),
        (1.0, "percent:12", "nejm", "100%"),
        (27 / 295, "percent:295", "nejm", "9.2%"),
        (9 / 28, "percent:28", "jama", "32%"),
        (12.5, "fixed:0", "plain", "13"),
        (2.675, "fixed:2", "plain", "2.68"),
        (-2.5, "fixed:0", "plain", "−3"),
        (-0.04, "fixed:1", "plain", "0.0"),
        (75.0, "median:0", "plain", "75"),
        (4.5, "median:0", "plain", "4.5"),  # the middle of two values keeps its half
        (24.5, "median:1", "plain", "24.5"),
        (11.0, "median:1", "lancet", "11·0"),
        (1234, "count", "plain", "1234"),
        (12345, "count", "plain", "12,345"),
        (12345, "count", "lancet", "12\u2009345"),
        (0.07785568, "points:2", "nejm", "7.79"),
        (0.5403520, "ratio:3", "nejm", "0.540"),
        (0.5403520, "ratio", "nejm", "0.54"),
        (0.95, "level", "plain", "95%"),
        (0.96875, "level:1", "plain", "96.9%"),
        (0.03125, "p_exact", "plain", "=0.03125"),
        (0.5, "p_exact", "rheumatology_oxford", "=\u00a00.5"),
        ("drop", "text", "plain", "drop"),
    ],
)
def test_written(stat: Stat, key: str, style: str, shown: str) -> None:
    assert written(stat, key, style) == shown


@pytest.mark.parametrize(
    ("low", "high", "style", "shown"),
    [
        (2.44, 13.23, "nejm", "2.44 to 13.23"),
        (-7.5, 4.5, "lancet", "−7·50 to 4·50"),
        (0.5, 0.8, "lancet", "0·50–0·80"),
        (-14.9, -0.4, "rheumatology_oxford", "−14.90, −0.40"),
        (0.51, 0.8, "jama", "0.51-0.80"),
        (-0.51, 0.8, "jama", "−0.51 to 0.80"),
    ],
)
def test_intervals(low: float, high: float, style: str, shown: str) -> None:
    plain = numbers.interval(row(low, "fixed:2"), row(high, "fixed:2"), STYLES[style]).plain
    assert plain.replace("\u00a0", " ") == shown and " " not in plain  # an interval is never broken over lines


def test_what_cannot_be_estimated_says_why() -> None:
    nothing = row(None, "fixed:1", reason="no event in either arm")
    assert numbers.text(nothing, STYLES["plain"]).plain == "not estimable (no event in either arm)"
    assert numbers.interval(nothing, nothing, STYLES["nejm"]).plain == "not estimable (no event in either arm)"


@given(st.floats(-1e9, 1e9), st.integers(0, 6))
def test_rounding_is_half_away_from_zero(value: float, decimals: int) -> None:
    number = numbers.exact(value)
    shown = numbers.rounded(number, decimals)
    assert abs(shown - number) <= Decimal(5).scaleb(-decimals - 1)
    assert numbers.rounded(-number, decimals) == -shown
    assert not (shown == 0 and shown.is_signed())


@given(st.floats(0, 1), st.sampled_from(sorted(STYLES)))
def test_p_is_never_written_as_zero_or_one(p: float, style: str) -> None:
    shown = numbers.p_value(row(p, "p"), STYLES[style]).plain
    digits = shown.split("=")[-1].strip() if "=" in shown else "bound"
    assert digits.strip("0.·") or digits == "bound", shown
    assert not digits.startswith("1")


@given(st.integers(0, 3000), st.integers(1, 3000), st.sampled_from(sorted(STYLES)))
def test_a_percentage_claims_none_or_all_only_when_true(n: int, total: int, style: str) -> None:
    n = min(n, total)
    shown = written(n / total, f"percent:{total}", style)
    assert (shown == "0%") == (n == 0) and (shown == "100%") == (n == total), shown
    assert not math.isnan(float(shown.strip("<>%").replace("·", ".")))
