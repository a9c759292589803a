"""What a forest plot says: a line for everyone, then each subgroup and its levels, as texts and as what is drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from report.ard import Results, Row
from report.paper import numbers
from report.paper.styles import Style
from report.paper.subgroups import EVERYONE, Told
from report.paper.text import Text, fill, join, words
from report.study.endpoints import Endpoint, Subgroup
from report.study.model import Study

INTERACTION = "interaction "


@dataclass(frozen=True, slots=True)
class Interval:
    """A risk ratio and its limits."""

    estimate: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Compared:
    """One arm's comparison on a line: what stands at its right, in full and in short, and what is drawn if anything."""

    text: Text
    short: Text
    interval: Interval | None = None


@dataclass(frozen=True, slots=True)
class ForestLine:
    """A line: its label, events of each arm (none under a heading), its comparisons, and its share of participants."""

    label: Text
    counts: tuple[Text, ...]
    compared: tuple[Compared, ...]
    depth: int = 0
    size: float = 0.0

    @property
    def is_everyone(self) -> bool:
        """Whether it is the line of all participants."""
        return self.depth == 0 and bool(self.counts)

    @property
    def is_heading(self) -> bool:
        """Whether it names a subgroup."""
        return not self.counts


@dataclass(frozen=True, slots=True)
class Forest:
    """All lines of a forest plot, its headings, which arm each side favours, and its alternative text."""

    lines: tuple[ForestLine, ...]
    counted: tuple[Text, ...]
    compared: tuple[Text, ...]
    ratio: Text
    favours: tuple[tuple[str, str], ...]
    alt: Text


def forest_lines(endpoint: Endpoint, study: Study, results: Results, style: Style) -> Forest:
    """Return what the forest plot of an endpoint says; ResultsError where a result is lacking."""
    told = Told(endpoint, study, results, style)
    groups = [(subgroup, list(_levels(told, subgroup))) for subgroup in endpoint.subgroups]
    everyone = _line(told, words(EVERYONE), told.of_everyone)
    lines = [everyone, *(line for subgroup, levels in groups for line in (_heading(told, subgroup), *levels))]
    versus = [told.versus(arm) if len(told.compared) > 1 else "" for arm in told.compared]
    return Forest(
        lines=tuple(lines),
        counted=tuple(words(f"{told.name(arm)}, events/N") for arm in told.arms),
        compared=tuple(map(words, versus)),
        ratio=fill("Risk ratio ({ci})", ci=told.interval_name()),
        favours=tuple(_favours(told, arm) for arm in told.compared),
        alt=_alt(told, everyone, groups),
    )


def _favours(told: Told, arm: str) -> tuple[str, str]:
    """Return what ratios below and above 1 favour."""
    sides = (told.study.arm(arm).label, told.study.arm(told.reference).label)
    better, worse = (f"favours {side}" for side in sides)
    return (better, worse) if told.endpoint.direction == "lower_is_better" else (worse, better)


def _heading(told: Told, subgroup: Subgroup) -> ForestLine:
    tests = (told.interaction(subgroup, arm) for arm in told.compared)
    return ForestLine(told.label(subgroup), (), tuple(_tested(told, row) for row in tests))


def _tested(told: Told, row: Row) -> Compared:
    p = words(INTERACTION) + numbers.p_value(row, told.style)
    if row.query:
        return Compared(p, numbers.text(row, told.style))
    return Compared(p, words(f"{INTERACTION}{told.style.p.symbol} ") + numbers.printed_as(numbers.NOT_ESTIMABLE, row))


def _levels(told: Told, subgroup: Subgroup) -> Iterator[ForestLine]:
    for level, label in told.levels(subgroup).items():
        size = told.of_subgroup(subgroup, "N_level", level).stat
        row = partial(told.of_level, subgroup, level)
        yield _line(told, label, row, depth=1, size=float(size) if isinstance(size, int) else 0.0)


def _line(told: Told, label: Text, row: Callable[[str, str], Row], depth: int = 0, size: float = 0.0) -> ForestLine:
    counts = tuple(_count(told, row("n", arm), row("N", arm)) for arm in told.arms)
    ratios = ([row(stat, arm) for stat in ("estimate", "conf.low", "conf.high")] for arm in told.compared)
    return ForestLine(label, counts, tuple(_compared(told, *ratio) for ratio in ratios), depth, size)


def _count(told: Told, n: Row, total: Row) -> Text:
    """Return events of participants, such as "27/295"; where a query is open, the line says so at its right."""
    if n.query or total.query:
        return Text()
    return fill("{n}/{total}", n=numbers.text(n, told.style), total=numbers.text(total, told.style))


def _compared(told: Told, estimate: Row, low: Row, high: Row) -> Compared:
    text, short = told.ratio(estimate, low, high), numbers.printed_as(numbers.NOT_ESTIMABLE, estimate)
    if estimate.stat is None or low.stat is None or high.stat is None:
        return Compared(text, short if not estimate.query else text)
    return Compared(text, text, Interval(estimate.number(), low.number(), high.number()))


def _alt(told: Told, everyone: ForestLine, groups: list[tuple[Subgroup, list[ForestLine]]]) -> Text:
    """Return every number of the figure in words, line by line."""
    said = [_said(told, everyone)]
    for subgroup, levels in groups:
        heading = _heading(told, subgroup)
        tests = join(_by_arm(told, heading), ", ")
        lines = join((_said(told, line) for line in levels), "; ")
        said.append(fill("{name} ({tests}): {lines}", name=heading.label, tests=tests, lines=lines))
    pattern = "Forest plot of {outcome} by subgroup: events of participants in each arm and risk ratio ({ci}). {said}."
    return fill(pattern, outcome=words(told.endpoint.label), ci=told.interval_name(), said=join(said, ". "))


def _said(told: Told, line: ForestLine) -> Text:
    counts = [
        fill("{arm} {count}", arm=words(told.name(arm)), count=count)
        for arm, count in zip(told.arms, line.counts, strict=True)
        if count
    ]
    return fill("{label}: {told}", label=line.label, told=join([*counts, *_by_arm(told, line)], ", "))


def _by_arm(told: Told, line: ForestLine) -> list[Text]:
    """Return what stands at the right of a line, for each compared arm; with the arm's name where there are several."""
    if len(told.compared) == 1:
        return [line.compared[0].text]
    return [
        fill("{versus} {text}", versus=words(told.versus(arm)), text=each.text)
        for arm, each in zip(told.compared, line.compared, strict=True)
    ]
