"""What a figure of curves says: each arm's curve, the numbers at risk under it, and the whole in words.

The curve of an arm is one row of the results, with every step in it; numbers at risk are rows of their own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from report.ard import Results, Row
from report.paper import numbers
from report.paper.styles import Style
from report.paper.tables.arms import columns
from report.paper.text import Text, fill, join, words
from report.study.displays import Display
from report.study.endpoints import Endpoint
from report.study.model import Study

FALLING = "kaplan_meier"
TITLES = {"kaplan_meier": "Participants without the event (%)", "cumulative_incidence": "Cumulative incidence (%)"}
SAID = {"kaplan_meier": "Kaplan-Meier curves", "cumulative_incidence": "Curves of cumulative incidence"}
EVERYONE = "All participants"


class Step(NamedTuple):
    """A time with what holds from then on: the share and its limits, if any; those at risk before, events, censored."""

    time: float
    share: float
    low: float | None
    high: float | None
    at_risk: int
    events: int
    censored: int


@dataclass(frozen=True, slots=True)
class Curve:
    """An arm: its name, the steps that are drawn (none, where there is a hole), and its numbers at risk by tick."""

    name: str
    steps: tuple[Step, ...]
    at_risk: tuple[Text, ...]
    instead: Text
    said: Text


@dataclass(frozen=True, slots=True)
class Curves:
    """All that a figure of curves shows."""

    kind: str
    curves: tuple[Curve, ...]
    ticks: tuple[float, ...]
    across: str
    bands: bool
    alt: Text

    @property
    def longest(self) -> float:
        """The last time that is drawn; 1 where nothing is."""
        return max((curve.steps[-1].time for curve in self.curves if curve.steps), default=0.0) or 1.0

    @property
    def highest(self) -> float:
        """The largest share that is drawn, with its limit where limits are."""
        drawn = [step for curve in self.curves for step in curve.steps]
        return max((max(s.share, s.high or 0.0) if self.bands else s.share for s in drawn), default=1.0)


def curves_of(display: Display, study: Study, results: Results, style: Style) -> Curves:
    """Return what a display of curves shows; ResultsError where a result is lacking."""
    endpoint = study.endpoint(str(display.endpoint))
    told = _Told(endpoint, display, study, results, style)
    curves = tuple(told.curve(arm) for arm in columns(study))
    ticks = tuple(float(level) for level in told.levels)
    unit = endpoint.time.shown_in if endpoint.time and endpoint.time.shown_in else told.column.unit
    across = f"{told.column.label or endpoint.variable} ({unit})" if unit else told.column.label or endpoint.variable
    return Curves(display.kind, curves, ticks, across, display.bands, told.alt(curves, unit))


class _Told:
    """The results of one endpoint's curves, as steps and as texts."""

    def __init__(self, endpoint: Endpoint, display: Display, study: Study, results: Results, style: Style) -> None:
        self.endpoint, self.display, self.study, self.style = endpoint, display, study, style
        self.column = study.column(endpoint.dataset, endpoint.variable)
        self.rows = results.select(analysis_id=f"{endpoint.id}.{display.kind}")
        self.results, self.analysis = results, f"{endpoint.id}.{display.kind}"
        ticks = (row.variable_level for row in self.rows if row.stat_name == "n.risk")
        self.levels = tuple(dict.fromkeys(ticks))

    def one(self, name: str, arm: str, level: str = "") -> Row:
        """Return the one row of a statistic of an arm."""
        where = {"analysis_id": self.analysis, "stat_name": name}
        return self.results.one(**where, group1_level=arm, variable_level=level)

    def name(self, arm: str) -> str:
        """Return what an arm is called in the figure."""
        return (self.study.arm(arm).short or self.study.arm(arm).label) if arm else EVERYONE

    def curve(self, arm: str) -> Curve:
        """Return the curve of an arm."""
        row = self.one("curve", arm)
        steps = tuple(Step(*step) for step in json.loads(row.stat)) if isinstance(row.stat, str) else ()
        at_risk = tuple(numbers.text(self.one("n.risk", arm, level), self.style) for level in self.levels)
        instead = Text() if steps else numbers.text(row, self.style)
        return Curve(self.name(arm), self._shown(steps), at_risk, instead, instead or self._said(arm, at_risk))

    def _shown(self, steps: Sequence[Step]) -> tuple[Step, ...]:
        """Return the steps until fewer are at risk than the display shows."""
        least = (self.display.at_least or 0.0) * (steps[0].at_risk if steps else 0) / 100
        return tuple(step for step in steps if step.at_risk >= least)

    def _said(self, arm: str, at_risk: Sequence[Text]) -> Text:
        counted = fill(
            "{n} participants, {events} with the event",
            n=numbers.text(self.one("N", arm), self.style),
            events=numbers.text(self.one("n_event", arm), self.style),
        )
        risk = fill("at risk {numbers}", numbers=join(at_risk, ", "))
        return join([counted, *self._estimates(arm), risk], "; ")

    def _estimates(self, arm: str) -> Iterator[Text]:
        """Yield the median time and the shares that the study file asks for, with their intervals."""
        for row in self.rows:
            if row.stat_name == "estimate" and row.group1_level == arm and row.variable_level not in ("p25", "p75"):
                shown = numbers.text(row, self.style)
                if row.stat is not None:
                    low, high = (self.one(name, arm, row.variable_level) for name in ("conf.low", "conf.high"))
                    shown = numbers.with_brackets(row, self.style, numbers.interval(low, high, self.style))
                label = row.stat_label[0].lower() + row.stat_label[1:]
                yield fill("{label} {shown}", label=words(label), shown=shown)

    def alt(self, curves: Sequence[Curve], unit: str) -> Text:
        """Return the figure in words, with every number that it prints."""
        level = self.results.one(analysis_id=self.analysis, stat_name="conf.level")
        each = (fill("{name}: {said}", name=words(curve.name), said=curve.said) for curve in curves)
        ticks = join((numbers.tick(float(level), self.style) for level in self.levels), ", ")
        return fill(
            "{what} of {label}, time in {unit}, numbers at risk at {ticks}, estimates with their {level} intervals. "
            "{arms}.",
            what=words(SAID[self.display.kind]), label=words(self.endpoint.label), unit=words(unit or "its unit"),
            ticks=ticks, level=numbers.text(level, self.style), arms=join(each, ". "),
        )  # fmt: skip
