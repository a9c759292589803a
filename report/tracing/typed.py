"""What somebody types, as a pattern that finds it where it is printed.

A printed number may have a true minus, a middle dot, thin spaces between thousands and no-break spaces around "of"; who
asks for it types what the keyboard has. A number is found as a whole only: 24.5 is neither in 124.5 nor in 24.51.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from report.publish.blocks import normalise

DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2212"
MINUS = "\u2212"
QUOTES = {"'": "'\u2018\u2019", '"': '"\u201c\u201d\u201e'}
POINTS = ".\u00b7\u22c5"
NUMBER = re.compile(rf"\d+(?:[,\s'\u2019](?=\d{{3}}(?!\d))\d{{3}})*(?:[{POINTS},]\d+)?|[{POINTS}]\d+")
STEP = re.compile(rf"(?P<number>{NUMBER.pattern})|(?P<blank>\s+)|(?P<word>[^\W\d]+)|(?P<mark>.)", re.DOTALL)
JOINED = {  # one journal writes "to" where another has a comma
    "limits": rf"(?:to|[,;{re.escape(DASHES)}])",
    "total": "(?:of|/)",
}
BETWEEN = "[,\\s'\u2019]?"  # thousands


def pattern(text: str) -> re.Pattern[str] | None:
    """Return what finds a typed text in a passage; None where there is nothing to look for."""
    steps = list(STEP.finditer(normalise(text)))
    if not steps:
        return None
    return re.compile("".join(_pieces(steps)), re.IGNORECASE)


def _pieces(steps: list[re.Match[str]]) -> Iterator[str]:
    for at, step in enumerate(steps):
        loose = r"\s*" if at else ""
        if _is_between_numbers(steps, at):
            yield loose + JOINED[_joint(step.group())]
        elif step["number"]:
            is_signed = at > 0 and steps[at - 1].group() in DASHES and not _is_between_numbers(steps, at - 1)
            yield loose + _number(step.group(), is_first=at == 0, is_signed=is_signed)
        elif step["blank"]:
            yield loose
        elif step["word"]:
            yield ("" if at else r"(?<![^\W_])") + re.escape(step.group())
            yield r"(?![^\W\d_])" if at + 1 == len(steps) else ""
        else:
            yield loose + _mark(step.group())


def _is_between_numbers(steps: list[re.Match[str]], at: int) -> bool:
    """Return whether a step joins two numbers, as "to" and "of" do, a dash, a comma or a slash."""
    if not _joint(steps[at].group()):
        return False
    before = [step for step in steps[:at] if not step["blank"]]
    after = [step for step in steps[at + 1 :] if not step["blank"]]
    if after and after[0].group() in DASHES:
        after = after[1:]
    return bool(before and before[-1]["number"] and after and after[0]["number"])


def _joint(text: str) -> str:
    """Return what a step may join numbers as: limits, or a part of a total; empty where it joins none."""
    plain = text.casefold()
    if plain in ("to", ",", ";") or plain in DASHES:
        return "limits"
    return "total" if plain in ("of", "/") else ""


def _number(text: str, *, is_first: bool, is_signed: bool) -> str:
    """Return what finds a number: not within a longer one, and not below zero where no sign was typed."""
    whole, part = parts(text)
    digits = "".join(_in_thousands(whole)) if whole else "0?"
    digits = "0?" if whole == "0" and part else digits  # a style may write .005 for 0.005
    before = rf"(?<![\d])(?<!\d[{POINTS}])" if is_signed or not is_first else rf"(?<![\d{MINUS}])(?<!\d[{POINTS},])"
    found = digits + (rf"[{POINTS},]{part}" if part else "")
    return f"{before}{found}(?![\\d])(?![{POINTS},]\\d)"


def parts(text: str) -> tuple[str, str]:
    """Return the whole part and the decimals of a number as it was typed."""
    marks = re.search(rf"[{POINTS},](\d+)$", text)
    is_thousands = marks is not None and marks.group()[0] == "," and len(marks[1]) == 3 and text[: marks.start()] != "0"
    decimals = marks[1] if marks and not is_thousands else ""
    whole = text[: marks.start()] if decimals and marks else text
    return re.sub(r"\D", "", whole), decimals


def _in_thousands(whole: str) -> Iterator[str]:
    for left, digit in zip(range(len(whole) - 1, -1, -1), whole, strict=True):
        yield digit + (BETWEEN if left and left % 3 == 0 else "")


def _mark(mark: str) -> str:
    if mark in DASHES:
        return f"[{re.escape(DASHES)}]"
    for kinds in QUOTES.values():
        if mark in kinds:
            return f"[{kinds}]"
    return "(?:<|\u2264)" if mark == "\u2264" else re.escape(mark)


def value(text: str) -> float | None:
    """Return the number that a text is, None where it is none or more than that."""
    plain = normalise(text).translate(dict.fromkeys(map(ord, DASHES), "-")).lstrip("=<> ").removesuffix("%").strip()
    sign, digits = (-1, plain[1:]) if plain.startswith("-") else (1, plain)
    if not NUMBER.fullmatch(digits.strip()):
        return None
    whole, part = parts(digits.strip())
    return sign * float(f"{whole or 0}.{part or 0}")


def folded(text: str) -> str:
    """Return a text as it is compared when nothing was found: small letters without accents."""
    apart = unicodedata.normalize("NFKD", normalise(text)).casefold()
    return "".join(c for c in apart if not unicodedata.combining(c))
