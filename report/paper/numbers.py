"""The one place where a number becomes text.

Rounding is half away from zero (SAS ROUND; R ``cards``), on the decimal digits of the number and not on its binary
approximation: 0.285 is 28.5%, and 12.5 becomes 13. The shortest digits that bring a float back, at most 15, are taken
as the number meant. A value that only rounds to 0%, 100%, or to p = 0 or 1 is written as a bound.
A value below zero has a true minus sign (U+2212), and its interval the word "to" where a dash could be misread.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, ROUND_UP, Decimal

from report.ard import Row
from report.errors import ResultsError
from report.paper.styles import MINUS, Style
from report.paper.text import Text, fill, printed, words

NOT_ESTIMABLE = "not estimable"
LEFT_OUT = "[not in the archive: individual data]"
NOT_REACHED = "not reached"  # of a time by which some share of participants would have had the event
MOST_QUERIES = 3
HIDDEN, UNTIL_UNBLINDING = "hidden", "[hidden until unblinding]"
NO_BREAK = "\u00a0"
TO = "\u00a0to\u00a0"


def text(row: Row, style: Style) -> Text:
    """Return a result as text by its format key; without a value, the open query it rests on, or why there is none."""
    if row.query:
        return printed(_open(row.query.split(", ")), row.result_id)
    if row.reason in (LEFT_OUT, NOT_REACHED):  # which are no results that could not be estimated
        return printed(row.reason, row.result_id)
    if row.stat is None:
        return printed(f"{NOT_ESTIMABLE} ({row.reason})" if row.reason else NOT_ESTIMABLE, row.result_id)
    return printed(_characters(row, style), row.result_id)


def _open(queries: list[str]) -> str:
    """Return the hole that open queries leave, such as "[open query Q7]"; of many, the first three.

    What is not read before the unblinding is no query: "[hidden until unblinding]" says enough.
    """
    if HIDDEN in queries:
        return UNTIL_UNBLINDING
    shown, more = queries[:MOST_QUERIES], len(queries) - MOST_QUERIES
    told = ", ".join(shown) + (f" and {more} more" if more > 0 else "")
    return f"[open quer{'y' if len(queries) == 1 else 'ies'} {told}]"


def with_brackets(row: Row, style: Style, inside: Text, unit: Text | None = None) -> Text:
    """Return a result with something in brackets after it, such as "27 (9.2%)"; a hole stands alone."""
    shown = text(row, style)
    return shown if row.query else fill("{shown} ({inside})", shown=shown + (unit or Text()), inside=inside)


def of_total(rows: Iterable[Row], style: Style) -> Text:
    """Return a count of a total with its share (rows n, N and p), such as "27 of 295 (9.2%)"; a hole stands alone."""
    n, total, share = rows
    if n.query:
        return text(n, style)
    parts = {"n": text(n, style), "total": text(total, style), "p": text(share, style)}
    return fill("{n}\u00a0of\u00a0{total} ({p})", **parts)


def _characters(row: Row, style: Style) -> str:
    key, _, argument = row.format_key.partition(":")
    if key == "text":
        return str(row.stat)
    if key == "curve":  # it is drawn, not printed
        return f"curve of {str(row.stat).count('[') - 2} steps"
    if key not in _KEYS:
        raise ResultsError(f"{row.result_id} has an unknown format key: {row.format_key}")
    return _KEYS[key](exact(row.number()), argument, style)


def exact(value: float) -> Decimal:
    """Return the decimal number that a float stands for (15 significant digits)."""
    return Decimal(format(value, ".15g"))


def rounded(value: Decimal, decimals: int) -> Decimal:
    """Return a value rounded half away from zero; never minus zero."""
    result = value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return abs(result) if result == 0 else result


def _fixed(value: Decimal, argument: str, style: Style) -> str:
    return _written(rounded(value, int(argument or 0)), style)


def _median(value: Decimal, argument: str, style: Style) -> str:
    """Return the middle of two values with the half that it may have, rather than rounding it away."""
    decimals = int(argument or 0)
    is_half = value.scaleb(decimals) % 1 == Decimal("0.5").copy_sign(value)
    return _written(rounded(value, decimals + 1 if is_half else decimals), style)


def _count(value: Decimal, argument: str, style: Style) -> str:
    return _written(rounded(value, 0), style)


def _percent(value: Decimal, argument: str, style: Style) -> str:
    total = int(argument or 0)
    decimals = next(places for below, places in style.percent_steps if total < below)
    shown = rounded(value * 100, decimals)
    least = Decimal(1).scaleb(-decimals)
    if shown == 0 and value > 0:
        return f"<{_written(least, style)}%"
    if shown == 100 and value < 1:
        return f">{_written(100 - least, style)}%"
    return f"{_written(rounded(value * 100, 0) if value in (0, 1) else shown, style)}%"


def _points(value: Decimal, argument: str, style: Style) -> str:
    return _written(rounded(value * 100, int(argument or 1)), style)


def _ratio(value: Decimal, argument: str, style: Style) -> str:
    return _written(rounded(value, int(argument or style.ratio_decimals)), style)


def _level(value: Decimal, argument: str, style: Style) -> str:
    shown = (value * 100).normalize()  # 97.5% keeps its half
    decimals = int(argument) if argument else max(0, -int(shown.as_tuple().exponent))
    return f"{_written(rounded(shown, decimals), style)}%"


def _written(value: Decimal, style: Style) -> str:
    whole, _, part = f"{abs(value):f}".partition(".")
    if int(whole) >= style.thousands_from:
        whole = f"{int(whole):,}".replace(",", style.thousands)
    sign = MINUS if value < 0 else ""
    return sign + whole + (style.decimal_mark + part if part else "")


def _p(value: Decimal, argument: str, style: Style) -> str:
    """Return p by the style's bands, chosen on the unrounded p; with its relation, as in "= 0.03" or "<0.001"."""
    rule = style.p
    if value < exact(rule.floor):
        return _relation("<", exact(rule.floor), style)
    if value > exact(rule.ceiling):
        return _relation(">", exact(rule.ceiling), style)
    return _relation("=", rounded(value, _p_decimals(value, style)), style)


def _p_decimals(value: Decimal, style: Style) -> int:
    if style.p.significant is None:
        return next(decimals for below, decimals in style.p.bands if value < exact(below))
    wanted = style.p.significant - 1 - value.adjusted()
    carried = style.p.significant - 1 - rounded(value, wanted).adjusted()
    return min(wanted, carried, style.p.most_decimals)


def _p_exact(value: Decimal, argument: str, style: Style) -> str:
    """Return a p value at its attainable floor with its digits up to five, rounded up: it is never below the floor.

    One that the style writes as a bound, such as <0.001, stays one.
    """
    if value < exact(style.p.floor):
        return _p(value, argument, style)
    return _relation("=", value.quantize(Decimal("0.00001"), rounding=ROUND_UP).normalize(), style)


def _relation(relation: str, value: Decimal, style: Style) -> str:
    digits = _written(value, style)
    digits = digits if style.p.leading_zero else digits.removeprefix("0")
    return f"{relation}{NO_BREAK}{digits}" if style.p.spaced else f"{relation}{digits}"


_KEYS = {
    "fixed": _fixed,
    "median": _median,
    "mean": _fixed,
    "count": _count,
    "percent": _percent,
    "points": _points,
    "ratio": _ratio,
    "level": _level,
    "p": _p,
    "p_exact": _p_exact,
}


def p_value(row: Row, style: Style) -> Text:
    """Return p with its symbol, such as "P = 0.03"; "P not estimable" with the reason where there is none."""
    space = NO_BREAK if style.p.spaced or row.stat is None else ""
    return words(style.p.symbol + space) + text(row, style)


def interval(low: Row, high: Row, style: Style) -> Text:
    """Return two limits with the style's separator, or its words where a limit is negative or missing."""
    if low.stat is None and high.stat is None:
        return text(low, style)
    plain = all(row.stat is not None and row.number() >= 0 for row in (low, high))
    spoken = plain or "," in style.interval_separator
    return fill(
        "{low}{to}{high}",
        low=text(low, style),
        to=words(style.interval_separator if spoken else TO),
        high=text(high, style),
    )


def extent(low: Row, high: Row, style: Style) -> Text:
    """Return a range or quartiles, such as "8.2–17.1", with "to" where a value is negative."""
    if low.stat is None:
        return text(low, style)
    plain = low.number() >= 0 and high.number() >= 0
    return fill(
        "{low}{to}{high}",
        low=text(low, style),
        to=words(style.range_separator if plain else TO),
        high=text(high, style),
    )


def interval_name(level: Row, style: Style) -> Text:
    """Return what the style calls an interval of this level, such as "95% CI"."""
    return fill(style.interval_label.rstrip(" \u00a0:,"), level=text(level, style))


def bracketed_interval(low: Row, high: Row, level: Row, style: Style) -> Text:
    """Return an interval as it stands in brackets in a sentence, such as "95% CI, 2.44 to 13.23"."""
    return fill(f"{style.interval_label}{{limits}}", level=text(level, style), limits=interval(low, high, style))


def printed_as(word: str, row: Row) -> Text:
    """Return a word that a result decides, such as "fell"; it carries the result's id."""
    return printed(word, row.result_id)


def bare_p(row: Row, style: Style) -> Text:
    """Return p for a place that already says P: without "=", but with the sign of a bound."""
    shown = text(row, style).pieces[0]
    return printed(shown.text.strip().removeprefix("=").strip(), shown.result_id)


def tick(value: float, style: Style) -> Text:
    """Return an axis mark; it prints no result."""
    number = exact(value).normalize()
    return words(_written(number if number.as_tuple().exponent <= 0 else number.quantize(Decimal(1)), style))  # type: ignore[operator]
