"""How a value became the text that is printed, in words, by its format key and the journal's style."""

from __future__ import annotations

from report.ard import Row
from report.paper.styles import Style

HALVES = "halves away from zero"


def in_words(row: Row, style: Style) -> str:
    """Return how a row's value is rounded for print; empty where it is a word, or there is no value."""
    if row.stat is None or row.format_key == "text" or not isinstance(row.stat, int | float):
        return ""
    key, _, argument = row.format_key.partition(":")
    match key:
        case "count":
            return "a whole number, as it was counted"
        case "fixed" | "mean":
            return f"rounded to {_decimals(argument or '0')}, {HALVES}"
        case "median":
            told = f"rounded to {_decimals(argument or '0')}, {HALVES}"
            return f"{told} (a median half-way between two values keeps its half)"
        case "percent":
            return f"in percent, rounded to {_decimals(_of_percent(argument, style))}, {HALVES}"
        case "points":
            return f"times 100, rounded to {_decimals(argument or '1')}, {HALVES}"
        case "ratio":
            return f"rounded to {_decimals(argument or str(style.ratio_decimals))}, {HALVES}"
        case "level":
            return "a level in percent"
        case "p":
            return f"as the style {style.name} writes P values, {_of_p(style)}"
        case "p_exact":
            return "the smallest P that the test can give, in full to five decimals and rounded up"
    return row.format_key


def _decimals(number: str) -> str:
    names = {"0": "a whole number", "1": "one decimal", "2": "two decimals", "3": "three decimals"}
    return names.get(number, f"{number} decimals")


def _of_percent(total: str, style: Style) -> str:
    return str(next(places for below, places in style.percent_steps if int(total or 0) < below))


def _of_p(style: Style) -> str:
    rule = style.p
    if rule.significant is not None:
        digits = f"{rule.significant} significant digits, at most {rule.most_decimals} decimals"
    else:
        steps = [f"{_decimals(str(n))}{f' below {below:g}' if below < 1 else ' above'}" for below, n in rule.bands]
        digits = ", ".join(steps)
    return f"{digits}; below {rule.floor:g} and above {rule.ceiling:g} as a bound"
