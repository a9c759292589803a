"""No result is typed by hand: numbers in a template's own text are refused unless it says what they are.

A number that a reader could take for a result comes from a row, by ``{{ value(...) }}`` and its like. What else a paper
says in numbers stands in the study file as a name (``Week 8``, ``JADAS-71``) or is declared where it stands, as
``[4 to 18 years]{.eligibility}``. Of significance only a planned test speaks, by ``{{ moved(...) }}``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

import jinja2

from report.errors import SHOWN_CASES, Finding, TemplateError
from report.paper import own_text
from report.paper.own_text import GAP, HOLE, STEP, Own, without
from report.study.model import Study
from report.study.rules_dates import Period

KINDS = ("dose", "protocol", "eligibility", "reference", "instrument", "method")  # docs/templates.md says what each is
PRINT_IT = (
    'print a number as a result, {{ value("analysis", "statistic") }}, or declare what it is: [6]{.dose}, '
    f"{', '.join(f'.{kind}' for kind in KINDS[1:-1])} or .{KINDS[-1]}"
)
LET_A_TEST_SAY_IT = (
    'let the planned test say it, {{ moved("endpoint.method", "statistic", significant="endpoint.test") }}; '
    'only "clinically significant" is written by hand'
)
REMEDIES = {"typed-number": PRINT_IT, "typed-claim": LET_A_TEST_SAY_IT}
BESIDE = 24  # characters told on either side of what was found

_ONES = "zero|one|two|three|four|five|six|seven|eight|nine"
_TEENS = "ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_LARGE = "hundreds?|thousands?|millions?|billions?|dozens?|half|halves|twice|thrice|none"
_WORD = rf"(?:(?:{_ONES}|{_TEENS}|{_TENS})(?:fold)?|{_LARGE})"
_WORDS = rf"(?<!\w){_WORD}(?:(?:[\s-]|\sand\s){_WORD})*(?!\w)"
_DIGIT = r"[\d\u00bc-\u00be\u2150-\u2188\u2460-\u24ff]"  # fractions, Roman and circled numbers among them
_DIGITS = rf"\w*{_DIGIT}\w*(?:[.,:/\u00b7\u2212\u2013-]\w*{_DIGIT}\w*)*%?"
NUMBER = re.compile(rf"{_DIGITS}|{_WORDS}", re.IGNORECASE)
BARE = re.compile(rf"{_DIGIT}|{_WORDS}", re.IGNORECASE)
IDIOM = re.compile(  # words that count nothing
    rf"\bone{GAP}another\b|\bone[’']s\b|\bnone{GAP}(?:the|too|of{GAP}(?:this|that|it))\b|\bhalf-(?:life|lives)\b"
    r"|\b(?:one|two)-(?:sided|tailed)\b",
    re.IGNORECASE,
)
SIGNIFICANT = re.compile(r"(?<!\w)(?:non|in)?significant(?:ly)?(?!\w)", re.IGNORECASE)
CLINICALLY = re.compile(rf"\bclinically{GAP}significant\b", re.IGNORECASE)


def refuse(templates: Mapping[str, str], environment: jinja2.Environment, study: Study) -> None:
    """Raise TemplateError with the numbers and claims that templates type by hand; ``templates`` are texts by name."""
    named = names(study)
    found = [fault for name, source in templates.items() for fault in _faults(name, source, environment, named)]
    if not found:
        return
    codes = {fault.code for fault in found}
    told = f"{len(found)} line{'s say' if len(found) > 1 else ' says'} by hand what only a result can say"
    told += f"; the first {SHOWN_CASES} are shown" if len(found) > SHOWN_CASES else ""
    remedy = "; and ".join(remedy for code, remedy in REMEDIES.items() if code in codes)
    raise TemplateError(told, remedy=remedy, findings=found[:SHOWN_CASES])


def refuse_words(words: str, named: re.Pattern[str]) -> None:
    """Raise TemplateError where words that a template hands to a function hold a number or speak of significance."""
    if number := NUMBER.search(without(IDIOM, without(named, words))):
        raise TemplateError(f"“{words}” says {number[0]}, and no row does", remedy="give words without a number")
    if SIGNIFICANT.search(without(CLINICALLY, words)):
        raise TemplateError(f"“{words}” speaks of significance", remedy=LET_A_TEST_SAY_IT)


def names(study: Study) -> re.Pattern[str]:
    """Return a pattern of the study file's names that hold a number, as whole words without regard to case."""
    numbered = {name.strip() for name in _labels(study) if NUMBER.search(name)}
    held = {name for name in numbered if any(map(str.isalpha, BARE.sub("", name)))}  # a bare number names nothing
    held |= {entry.id for entry in study.study.registrations}
    spelt = [as_pattern(name) for name in sorted(held, key=lambda name: (-len(name), name))]
    return re.compile("|".join(spelt) or r"(?!)", re.IGNORECASE)


def _labels(study: Study) -> Iterator[str]:
    yield from study.abbreviations
    yield from (named.label for part in (study.visits, study.endpoints, study.design.arms) for named in part)
    yield from (arm.short for arm in study.design.arms)
    yield from (column.label for dataset in study.datasets.values() for column in dataset.columns.values())
    yield from (derived.label for derived in study.derivations.values())
    periods = [derived.periods for derived in study.derivations.values() if isinstance(derived, Period)]
    yield from (span.label for spans in periods for span in spans.values())
    yield from (population.label for population in study.populations.values())
    yield from (f"{entry.registry} {entry.id}" for entry in study.study.registrations)


def as_pattern(name: str) -> str:
    """Return the pattern of a name as whole words: no digit, decimal mark or percent sign may go on after it."""
    before = r"(?<![\w.,\u00b7\u2212\u2013-])" if name[0].isdigit() else r"(?<!\w)"
    after = r"(?!\w|[.,\u00b7\u2212\u2013-]\d|\s?%)"
    return before + GAP.join(map(re.escape, name.split())) + after


def _faults(name: str, source: str, environment: jinja2.Environment, named: re.Pattern[str]) -> list[Finding]:
    own = own_text.of(source, environment)
    shown = own_text.printed(own.text)
    claims = SIGNIFICANT.finditer(without(CLINICALLY, shown))
    undeclared = own_text.with_holes(shown, own_text.declared(own.text, KINDS))
    undeclared = own_text.with_holes(undeclared, own_text.list_numbers(undeclared))
    numbers = NUMBER.finditer(without(IDIOM, without(named, undeclared)))
    told = {**_told(name, own, numbers, "typed-number"), **_told(name, own, claims, "typed-claim")}
    return [told[line_and_code] for line_and_code in sorted(told)]


def _told(name: str, own: Own, found: Iterable[re.Match[str]], code: str) -> dict[tuple[int, str], Finding]:
    """Return one finding for each line: what was found there, and the words around it."""
    by_line: dict[int, list[re.Match[str]]] = {}
    for each in found:
        by_line.setdefault(own.line(each.start()), []).append(each)
    told = {}
    for line, these in by_line.items():
        held = ", ".join(dict.fromkeys(" ".join(each[0].split()) for each in these))
        around = ", ".join(f"“{words}”" for words in _around(own.text, [each.span() for each in these]))
        told[line, code] = Finding(code, f"{name}:{line}", f"{held} typed by hand: {around}")
    return told


def _around(text: str, spans: Iterable[tuple[int, int]]) -> Iterator[str]:
    """Yield the words around what was found, once where they overlap."""
    windows: list[tuple[int, int]] = []
    for start, end in spans:
        first, last = _within_paragraph(text, start, end)
        first = windows.pop()[0] if windows and first <= windows[-1][1] else first
        windows.append((first, last))
    for first, last in windows:
        yield " ".join(text[first:last].replace(STEP, "").replace(HOLE, "{{ }}").split())


def _within_paragraph(text: str, start: int, end: int) -> tuple[int, int]:
    """Return where the whole words on either side of a part begin and end, within its paragraph."""
    before = text[max(0, start - BESIDE) : start].rpartition("\n\n")[2]
    after = text[end : end + BESIDE].partition("\n\n")[0]
    before = re.sub(r"^\S+(?=\s)", "", before) if len(before) == BESIDE else before
    after = re.sub(r"(?<=\s)\S+$", "", after) if len(after) == BESIDE else after
    return start - len(before), end + len(after)
