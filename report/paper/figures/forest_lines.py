"""What a forest plot says: a line for everyone, then each subgroup and its levels, as texts and as what is drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from report.ard import Results, Row
from report.paper import numbers
from report.paper.styles import Style
from report.paper.subgroups import ESTIMATED, EVERYONE, Told
from report.paper.text import Text, fill, join, words
from report.study.endpoints import Endpoint, Subgroup
from report.study.model import Study

INTERACTION = "interaction "


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate and its limits."""

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
    """A line: its label, counts of each arm (none under a heading), its comparisons, and its share of participants."""

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
    """All lines of a forest plot, its headings, which arm each side favours, and its alternative text.

    ``null`` is the value of no effect: of ratios 1, of differences 0.
    """

    lines: tuple[ForestLine, ...]
    counted: tuple[Text, ...]
    compared: tuple[Text, ...]
    estimate: Text
    favours: tuple[tuple[str, str], ...]
    alt: Text
    null: float = 1.0


def forest_lines(endpoint: Endpoint, study: Study, results: Results, style: Style) -> Forest:
    """Return what the forest plot of an endpoint says; ResultsError where a result is lacking."""
    told = Told(endpoint, study, results, style)
    groups = [(subgroup, list(_levels(told, subgroup))) for subgroup in endpoint.subgroups]
    everyone = _line(told, words(EVERYONE), told.of_everyone)
    lines = [everyone, *(line for subgroup, levels in groups for line in (_heading(told, subgroup), *levels))]
    versus = [told.versus(arm) if len(told.compared) > 1 else "" for arm in told.compared]
    return Forest(
        lines=tuple(lines),
        counted=tuple(words(f"{told.name(arm)}, {told.effect.in_short}") for arm in told.arms),
        compared=tuple(map(words, versus)),
        estimate=told.heading(told.effect.name.capitalize()),
        favours=tuple(_favours(told, arm) for arm in told.compared),
        alt=_alt(told, everyone, groups),
        null=told.effect.null,
    )


def _favours(told: Told, arm: str) -> tuple[str, str]:
    """Return what estimates below and above no effect favour."""
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
    counts = tuple(_count(told, [row(stat, arm) for stat in told.effect.counts[:2]]) for arm in told.arms)
    estimates = ([row(stat, arm) for stat in ESTIMATED] for arm in told.compared)
    return ForestLine(label, counts, tuple(_compared(told, *rows) for rows in estimates), depth, size)


def _count(told: Told, rows: list[Row]) -> Text:
    """Return a count, or events of participants, such as "27/295"; of an open query the line tells at its right."""
    if any(row.query for row in rows):
        return Text()
    return join((numbers.text(row, told.style) for row in rows), "/")


def _compared(told: Told, estimate: Row, low: Row, high: Row) -> Compared:
    text, short = told.estimate(estimate, low, high), told.in_short(estimate, low, high)
    if estimate.stat is None or low.stat is None or high.stat is None:
        return Compared(text, short)
    return Compared(text, text, Interval(estimate.number(), low.number(), high.number()))


def _alt(told: Told, everyone: ForestLine, groups: list[tuple[Subgroup, list[ForestLine]]]) -> Text:
    """Return every number of the figure in words, line by line."""
    said = [_said(told, everyone)]
    for subgroup, levels in groups:
        heading = _heading(told, subgroup)
        tests = join(_by_arm(told, heading), ", ")
        lines = join((_said(told, line) for line in levels), "; ")
        said.append(fill("{name} ({tests}): {lines}", name=heading.label, tests=tests, lines=lines))
    pattern = "Forest plot of {outcome} by subgroup: {counts} and {estimate}. {said}."
    estimate, counts = told.heading(told.effect.name), words(told.effect.told)
    return fill(pattern, outcome=words(told.endpoint.label), counts=counts, estimate=estimate, said=join(said, ". "))


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
