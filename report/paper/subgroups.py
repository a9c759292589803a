"""What a figure and a table of subgroups say: names, counts, ratios and tests. Nothing is calculated here."""

from __future__ import annotations

from dataclasses import dataclass

from report.ard import Results, Row
from report.paper import numbers
from report.paper.styles import Style
from report.paper.text import Text, fill, words
from report.study.comparisons import Compares
from report.study.data import Column
from report.study.endpoints import Endpoint, Subgroup
from report.study.model import Study

EVERYONE = "All participants"
POST_HOC = "post hoc"
ALONE = "{estimate}, interval {why}"
ESTIMATED = ("estimate", "conf.low", "conf.high")


@dataclass(frozen=True, slots=True)
class Effect:
    """How the effect on a kind of endpoint is shown: its name, its value of no effect, its method, and its counts.

    ``counts`` are the statistics of an arm and ``counting`` the method that gives them for everyone; ``counted`` is
    their heading in a table, ``in_short`` in a figure, ``told`` in words. ``note`` says how it was done.
    """

    name: str
    null: float
    method: str
    counting: str
    counts: tuple[str, ...]
    counted: str
    in_short: str
    told: str
    note: str


RISK = Effect(
    "risk ratio", 1.0, "risk_ratio", "risk", ("n", "N", "p"), "n of N\u00a0(%)", "events/N",
    "events of participants in each arm",
    "Risk ratios in subgroups have Miettinen-Nurminen score intervals; interactions were tested by likelihood ratio.",
)  # fmt: skip
MEAN = Effect(
    "mean difference", 0.0, "ancova", "ancova", ("n",), "n", "n", "participants in each arm",
    "Mean differences are those of least-squares means within each level; interactions were tested in models of all "
    "levels.",
)  # fmt: skip
HAZARD = Effect(
    "hazard ratio", 1.0, "cox", "cox", ("n_event", "N"), "events of N", "events/N",
    "events of participants in each arm",
    "Hazard ratios are those of Cox models within each level; interactions were tested in models of all levels.",
)  # fmt: skip
EFFECTS: dict[Compares, Effect] = {"event": RISK, "value": MEAN, "change": MEAN, "time": HAZARD}


class Told:
    """The results of one endpoint's subgroups, and of everyone, as texts."""

    def __init__(self, endpoint: Endpoint, study: Study, results: Results, style: Style) -> None:
        self.endpoint, self.study, self.results, self.style = endpoint, study, results, style
        self.reference = str(study.design.reference)
        self.arms = [arm.id for arm in study.design.arms]
        self.compared = [arm for arm in self.arms if arm != self.reference]
        self.effect = EFFECTS[endpoint.compares]
        self.overall = next(use.name for use in endpoint.methods if use.method == self.effect.method)

    def name(self, arm: str) -> str:
        """Return an arm's short name."""
        return self.study.arm(arm).short or self.study.arm(arm).label

    def versus(self, arm: str) -> str:
        """Return what is compared, such as "Indomethacin v Placebo"."""
        return f"{self.name(arm)} v {self.name(self.reference)}"

    def of_subgroup(self, subgroup: Subgroup, stat: str, level: str = "", arm: str = "") -> Row:
        """Return a result of a subgroup: of a level, of an arm, of both, or of neither."""
        analysis = f"{self.endpoint.id}.subgroup_{subgroup.variable}"
        return self.results.one(analysis_id=analysis, variable_level=level, group1_level=arm, stat_name=stat)

    def of_level(self, subgroup: Subgroup, level: str, stat: str, arm: str) -> Row:
        """Return a result of a level: a count by arm, or a part of an arm's estimate."""
        return self.of_subgroup(subgroup, stat, level, arm)

    def of_everyone(self, stat: str, arm: str) -> Row:
        """Return a count of all participants by arm, or a part of their estimate."""
        is_of_effect = stat in ESTIMATED or self.effect.counting == self.effect.method
        method = self.overall if is_of_effect else self.effect.counting
        return self.results.one(analysis_id=f"{self.endpoint.id}.{method}", group1_level=arm, stat_name=stat)

    def _column(self, subgroup: Subgroup) -> Column:
        return self.study.column(self.study.home_of(self.endpoint, subgroup.variable), subgroup.variable)

    def levels(self, subgroup: Subgroup) -> dict[str, Text]:
        """Return the labels of the levels that are compared, in the column's order."""
        levels = self._column(subgroup).levels
        return {code: words(label) for code, label in levels.items() if code in (subgroup.levels or levels)}

    def label(self, subgroup: Subgroup) -> Text:
        """Return a subgroup's name; with what a reader must know: that it is post hoc, that values are missing."""
        label = self._column(subgroup).label or subgroup.variable
        missing = self.of_subgroup(subgroup, "N_miss")
        told = words(label if subgroup.prespecified else f"{label} ({POST_HOC})")
        if missing.stat == 0 or missing.query:
            return told
        return fill("{told}, missing in {n}", told=told, n=numbers.text(missing, self.style))

    def estimate(self, estimate: Row, low: Row, high: Row) -> Text:
        """Return an estimate with its limits, such as "0.54 (0.35 to 0.83)"; one that there is not stands alone."""
        if estimate.stat is None:
            return numbers.text(estimate, self.style)
        if self.has_no_interval(estimate, low, high):
            return fill(ALONE, estimate=numbers.text(estimate, self.style), why=numbers.text(low, self.style))
        return numbers.with_brackets(estimate, self.style, numbers.interval(low, high, self.style))

    def in_short(self, estimate: Row, low: Row, high: Row) -> Text:
        """Return an estimate with its limits as ``estimate`` does, without the reasons for what is not estimable."""
        if estimate.stat is None and not estimate.query:
            return numbers.printed_as(numbers.NOT_ESTIMABLE, estimate)
        if self.has_no_interval(estimate, low, high):
            why = numbers.printed_as(numbers.NOT_ESTIMABLE, low)
            return fill(ALONE, estimate=numbers.text(estimate, self.style), why=why)
        return self.estimate(estimate, low, high)

    @staticmethod
    def has_no_interval(estimate: Row, low: Row, high: Row) -> bool:
        """Return whether there is an estimate alone, and neither limit is estimable."""
        return estimate.stat is not None and low.stat is None and high.stat is None and not low.query

    def lacking(self, subgroup: Subgroup, level: str, arm: str) -> Row:
        """Return the row of a level that says what is not estimable: the estimate's, or else that of its interval."""
        rows = [self.of_level(subgroup, level, stat, arm) for stat in ESTIMATED]
        return rows[1] if self.has_no_interval(*rows) else rows[0]

    def heading(self, name: str) -> Text:
        """Return the heading over the estimates, such as "Risk ratio (95% CI)", with the unit of a difference."""
        unit = self.study.column(self.endpoint.dataset, self.endpoint.variable).unit if self.effect.null == 0 else ""
        told = f"{name}, {unit}" if unit else name
        return fill("{told} ({ci})", told=words(told), ci=self.interval_name())

    def interval_name(self) -> Text:
        """Return what the interval of the estimates is called, such as "95% CI"."""
        return numbers.interval_name(self.of_subgroup(self.endpoint.subgroups[0], "conf.level"), self.style)

    def interaction(self, subgroup: Subgroup, arm: str) -> Row:
        """Return the p value of the interaction of a subgroup with a compared arm."""
        return self.of_subgroup(subgroup, "p.value", arm=arm)
