"""Each result of the endpoints twice, with everybody and without some, and what their difference would turn over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from report.ard import Results, Row
from report.paper import numbers
from report.paper.performed import PERFORMED
from report.paper.styles import Style
from report.paper.tables import cells
from report.paper.tables.table import grouped
from report.paper.text import Text, words
from report.study.endpoints import STRATIFIED, Endpoint, MethodUse
from report.study.model import Study

WITHOUT = "without"  # how the ids of the results without some begin in the document
USUAL_ALPHA = 0.05
NOT_A_RISK = ("number_needed_to_treat", "tabulate")  # estimates without a value that says "no difference"


@dataclass(frozen=True, slots=True)
class Pair:
    """One line: what it is, as printed with everybody and without some, and what turns over, if anything."""

    label: str
    everybody: Text
    rest: Text
    turns: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """The pairs of one endpoint, of the populations or of the adverse events."""

    heading: str
    pairs: tuple[Pair, ...]


class Both:
    """The results with everybody and without some, looked up together."""

    def __init__(self, study: Study, everybody: Results, rest: Results, style: Style) -> None:
        self.study, self.everybody, self.style = study, everybody, style
        self._rest = {row.result_id: replace(row, result_id=f"{WITHOUT}.{row.result_id}") for row in rest}

    def other(self, row: Row) -> Row:
        """Return the same result without some; a row without a value where they no longer give one."""
        lost = replace(row, stat=None, query="", reason="nobody left to count", result_id=f"{WITHOUT}.{row.result_id}")
        return self._rest.get(row.result_id, lost)

    def arm(self, row: Row) -> str:
        """Return ", Placebo" for a row of an arm; nothing otherwise."""
        if row.group1 != "arm":
            return ""
        arm = self.study.arm(row.group1_level)
        return f", {arm.short or arm.label}"


def groups(study: Study, everybody: Results, rest: Results, style: Style) -> list[Group]:
    """Return all pairs: how many there are, endpoint by endpoint, and the adverse events."""
    both = Both(study, everybody, rest, style)
    sizes = tuple(_one(both, row, f"{row.stat_label}{both.arm(row)}") for row in everybody.select(context="population"))
    found = [Group("Participants", sizes)]
    for endpoint in study.endpoints:
        pairs = tuple(pair for use in endpoint.methods for pair in _of_method(both, endpoint, use))
        found.append(Group(f"{endpoint.label} ({endpoint.role} endpoint)", pairs))
    events = tuple(_safety(both))
    return [*found, *([Group("Adverse events", events)] if events else [])]


def _one(both: Both, row: Row, label: str) -> Pair:
    return Pair(label, numbers.text(row, both.style), numbers.text(both.other(row), both.style))


def _of_method(both: Both, endpoint: Endpoint, use: MethodUse) -> Iterator[Pair]:
    """Yield the pairs of one method: counts, medians, estimates with their intervals, P; strata are left out."""
    rows = both.everybody.select(analysis_id=f"{endpoint.id}.{use.name}")
    shown = [row for row in rows if use.method not in STRATIFIED or row.variable_level == endpoint.event]
    several = sum(each.method == use.method for each in endpoint.methods) > 1
    told = f" ({str(use.arguments.get('interval', use.name)).replace('_', '-').title()})" if several else ""
    level = {row.stat_name: row for row in rows if row.stat_name == "conf.level"}
    for held in _held(shown, endpoint):
        yield from _of_rows(both, endpoint, use, {**level, **held}, told)


def _held(rows: Sequence[Row], endpoint: Endpoint) -> list[dict[str, Row]]:
    """Return the statistics of each arm, period and visit by their names, the earlier visit before the later one."""
    held = grouped(rows, lambda row: (row.group1_level, row.variable_level, row.visit))
    made = [{row.stat_name: row for row in of_one} for of_one in held.values()]
    return sorted(made, key=lambda each: next(iter(each.values())).visit != endpoint.against)


def _of_rows(both: Both, endpoint: Endpoint, use: MethodUse, held: dict[str, Row], told: str) -> Iterator[Pair]:
    if {"n", "N", "p"} <= held.keys():
        yield _counted(both, held, f"Participants with the event{both.arm(held['n'])}{_period(both, held['n'])}")
    if "conf.low" in held and "p" in held:
        yield _estimated(both, {**held, "estimate": held["p"]}, told)
    if {"median", "min", "max"} <= held.keys():
        yield _spread(both, held)
    if use.method == "shift":
        return
    for name in ("N_pairs", "difference_of_medians", "n_event", "rate"):
        if name in held:
            yield _one(both, held[name], f"{held[name].stat_label}{_period(both, held[name])}")
    if "estimate" in held and "conf.low" in held:
        yield _estimated(both, held, told)
    if "p.value" in held:
        yield _tested(both, endpoint, use, held["p.value"])


def _period(both: Both, row: Row) -> str:
    """Return the label of the period of a count of events; nothing for other rows."""
    endpoint = next((each for each in both.study.endpoints if row.analysis_id.startswith(f"{each.id}.")), None)
    if not row.variable_level or (endpoint is not None and endpoint.periods is None):
        return ""
    return f", {both.study.variable(row.variable).levels.get(row.variable_level, row.variable_level)}"


def _counted(both: Both, held: dict[str, Row], label: str) -> Pair:
    rows = [held[name] for name in ("n", "N", "p")]
    others = [both.other(row) for row in rows]
    return Pair(label, _share(rows, both.style), _share(others, both.style))


def _share(rows: Sequence[Row], style: Style) -> Text:
    return numbers.of_total(rows, style) if rows[2].stat is not None else cells.of(rows[0], rows[1], style)


def _spread(both: Both, held: dict[str, Row]) -> Pair:
    middle, low, high = (held[name] for name in ("median", "min", "max"))
    label = f"{both.study.visit(middle.visit).label}, {both.style.median_label} (range)"
    rest = cells.spread(both.other(middle), both.other(low), both.other(high), both.style)
    return Pair(label, cells.spread(middle, low, high, both.style), rest)


def _estimated(both: Both, held: dict[str, Row], told: str) -> Pair:
    rows = [held[name] for name in ("estimate", "conf.low", "conf.high")]
    others = [both.other(row) for row in rows]
    unit = {"proportion": ", percentage points"}.get(rows[0].unit, f", {rows[0].unit}" if rows[0].unit else "")
    name = "Share" if rows[0].stat_name == "p" else rows[0].stat_label
    level = f" ({numbers.interval_name(held['conf.level'], both.style).plain})" if "conf.level" in held else ""
    label = f"{name}{told}{level}{both.arm(rows[0])}{unit}"
    return Pair(label, _with_limits(rows, both.style), _with_limits(others, both.style), _turned(rows, others))


def _with_limits(rows: Sequence[Row], style: Style) -> Text:
    """Return an estimate with its interval in brackets; alone where it has none."""
    estimate, low, high = rows
    if all(row.stat is None and not row.query for row in (low, high)):
        return numbers.text(estimate, style)
    return cells.bracketed(estimate, numbers.interval(low, high, style), style)


def _tested(both: Both, endpoint: Endpoint, use: MethodUse, row: Row) -> Pair:
    planned = endpoint.confirmatory
    alpha = planned.alpha if planned is not None and planned.method == use.name else USUAL_ALPHA
    label = f"{both.style.p.symbol}, {PERFORMED[use.method]}{both.arm(row)}"
    other = both.other(row)
    printed = numbers.bare_p(row, both.style), numbers.bare_p(other, both.style)
    return Pair(label, *printed, _crossed(row, other, alpha, both.style))


def _crossed(row: Row, other: Row, alpha: float, style: Style) -> str:
    """Return what happens to P: whether it crosses the level, or is there at all."""
    if lacking := _lost(row, other):
        return lacking
    if row.stat is None or other.stat is None or (row.number() < alpha) == (other.number() < alpha):
        return ""
    return f"{style.p.symbol} {'is now' if other.number() < alpha else 'is no longer'} below {alpha}"


def _turned(rows: Sequence[Row], others: Sequence[Row]) -> str:
    """Return what happens to an estimate: that it changes sides of no difference, or its interval comes to hold it."""
    if lacking := _lost(rows[0], others[0]):
        return lacking
    if lacking := _lost(rows[1], others[1]):
        return f"the interval is {lacking}"
    null = _null(rows[0])
    if null is None or any(row.stat is None for row in (*rows, *others)):
        return ""
    before, after = ((low.number() <= null <= high.number()) for _, low, high in (rows, others))
    told = [f"the interval {'now' if after else 'no longer'} holds {null}"] if before != after else []
    sides = [(row.number() > null) - (row.number() < null) for row in (rows[0], others[0])]
    told += [f"the estimate changes sides of {null}"] if sides[0] * sides[1] < 0 else []
    return "; ".join(told)


def _null(row: Row) -> int | None:
    """Return the value that says "no difference", or None where an estimate has none."""
    if row.context in NOT_A_RISK:
        return None
    return 1 if row.format_key.startswith("ratio") else 0


def _lost(row: Row, other: Row) -> str:
    if row.query or other.query or (row.stat is None) == (other.stat is None):
        return ""
    return "no longer estimable" if other.stat is None else "now estimable"


def _safety(both: Both) -> Iterator[Pair]:
    """Yield the totals of the adverse events and of the serious ones."""
    for role, label in (("events", "Adverse events"), ("serious", "Serious")):
        rows = both.everybody.select(analysis_id=f"safety.{role}")
        for held in grouped(rows, lambda row: (row.variable_level, row.group1_level)).values():
            named = {row.stat_name: row for row in held}
            told = f"{label}{_period(both, held[0])}{both.arm(held[0])}"
            yield _one(both, named["n_event"], f"{told}: events")
            yield _counted(both, named, f"{told}: participants with at least one")


def turned(found: Sequence[Group]) -> list[tuple[str, Pair]]:
    """Return the pairs in which something turns over, each with its group's heading."""
    return [(group.heading, pair) for group in found for pair in group.pairs if pair.turns]


def as_words(turns: str) -> Text:
    """Return what turns over as a cell; a dash where nothing does."""
    return words(turns) if turns else cells.NONE
