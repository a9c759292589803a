"""Result rows written by hand, and for each kind of table a study, its display and all the rows that it needs.

Labels hold no digit, so that every digit of a table comes from a row.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from report.ard import COLUMNS, Results, Row, Stat, name_result
from report.paper.styles import STYLES
from report.paper.tables.build import build
from report.paper.tables.table import Table
from report.study.model import Study
from tests.invented import change, event, parallel, single

Given = Stat | tuple[Stat, str]


def row(
    analysis: str, stat: str, given: Given, *, level: str = "", group: str = "", visit: str = "", **columns: str
) -> Row:
    """Return a row: a count, or a value with its format key; ``group`` is an arm, a period or a participant."""
    value, key = given if isinstance(given, tuple) else (given, "text" if isinstance(given, str) else "count")
    told = dict.fromkeys(COLUMNS, "") | {
        "result_id": name_result(analysis, level, group, visit, stat_name=stat), "analysis_id": analysis, "stat_name": stat,
        "stat": value, "format_key": key, "variable_level": level, "group1_level": group, "visit": visit, **columns,
    }  # fmt: skip
    return Row(**told)  # type: ignore[arg-type]


def rows(analysis: str, stats: dict[str, Given], **where: str) -> list[Row]:
    """Return the rows of an analysis by the names of its statistics."""
    return [row(analysis, stat, given, **where) for stat, given in stats.items()]


@dataclass(frozen=True)
class Case:
    """A table: the study file, the display, the rows, and the names of rows that decide words beside numbers."""

    study: dict[str, Any]
    display: dict[str, Any]
    rows: tuple[Row, ...]
    steers: tuple[str, ...] = ()

    def build(self, style: str = "plain", *, study: dict[str, Any] | None = None, **parts: Any) -> Table:
        """Return the table, with other parts of the study file and of the display where given."""
        read = Study.model_validate({**self.study, **(study or {}), "displays": [{**self.display, **parts}]})
        return build(read.displays[0], read, Results({}, self.rows), STYLES[style])

    def put(self, result_id: str, **columns: Any) -> Case:
        """Return the case with one row changed."""
        assert any(each.result_id == result_id for each in self.rows), result_id
        return replace(self, rows=tuple(replace(r, **columns) if r.result_id == result_id else r for r in self.rows))

    def without(self, result_id: str) -> Case:
        """Return the case with one row lacking."""
        return replace(self, rows=tuple(each for each in self.rows if each.result_id != result_id))


def case(study: dict[str, Any], display: dict[str, Any], *given: list[Row], steers: tuple[str, ...] = ()) -> Case:
    """Return a case of a display that is called tbl-shown."""
    held = tuple(each for group in given for each in group)
    return Case(study, {"id": "tbl-shown", "title": "Shown", **display}, held, steers)


def lines(table: Table) -> list[tuple[str, ...]]:
    """Return each line as plain text, blanks all alike: its stub, a dot for each step it is set in, and its cells."""
    shown = [("." * line.indent + line.stub.plain, *(cell.plain for cell in line.cells)) for line in table.lines]
    return [tuple(text.replace("\u00a0", " ") for text in line) for line in shown]


def headings(table: Table) -> list[str]:
    return [text.plain.replace("\u00a0", " ") for text in table.headings]


def notes(table: Table) -> list[str]:
    return [text.plain.replace("\u00a0", " ") for text in table.notes]


VISITS = [
    {"id": "start", "label": "Start", "code": "W0", "day": 0},
    {"id": "week8", "label": "Later", "code": "W8", "day": 56},
    {"id": "year1", "label": "Last", "code": "W52", "day": 364},
]


def scored(**parts: Any) -> dict[str, Any]:
    """Return a study of one arm with two scores and a response at three visits, and events before and after."""
    given = single(visits=VISITS, **parts)
    number = {"type": "number", "resolution": 0.1}
    given["datasets"]["scores"]["columns"] |= {
        "score": {**number, "label": "Score", "unit": "points"},
        "pain": {**number, "label": "Pain", "assumed": True},
        "response": {"type": "category", "label": "Response", "levels": {"y": "Yes", "n": "No"}},
    }
    given["datasets"]["people"]["columns"]["kind"]["assumed"] = True
    yes = {"type": "category", "levels": {"y": "Yes", "n": "No"}}
    described = {
        "id": {"type": "text", "required": True}, "number": {"type": "integer", "required": True}, "onset": {"type": "date"},
        "serious": {**yes, "label": "Serious"},
        "severity": {"type": "category", "label": "Severity", "assumed": True, "levels": {"mild": "Mild", "bad": "Severe"}},
        "term": {"type": "category", "label": "Event", "levels": {"rash": "Rash", "fever": "Fever"}},
    }  # fmt: skip
    given["datasets"]["events"] = {"file": "events.csv", "participant": "id", "record": "number", "columns": described}
    spans = {
        "before": {"label": "Before", "first": -90, "last": -1},
        "after": {"label": "After", "first": 0, "last": 89},
    }
    given["derivations"] = {
        "period": {"rule": "period", "dataset": "events", "label": "Period", "date": "onset", "periods": spans}
    }
    given["safety"] = {
        "dataset": "events", "population": "everyone", "term": "term", "onset": "onset", "serious": "serious",
        "severity": "severity", "period": "period",
    }  # fmt: skip
    return given


def response(name: str, **parts: Any) -> dict[str, Any]:
    told = {"label": "Response, later", "role": "secondary", "against": None, "event": "y", "variable": "response"}
    made = {**change("proportion"), "id": name, **told, **parts}
    return {key: value for key, value in made.items() if value is not None}


def periods(*methods: dict[str, Any]) -> dict[str, Any]:
    made = change("events_by_period", variable="period", dataset="events", id="counted", label="Events compared")
    made["methods"] += methods
    del made["visit"], made["against"]
    return {**made, "periods": {"before": "before", "after": "after"}}


def changes(name: str, visit: str, n: int, missing: int) -> list[Row]:
    """Return the rows of ``change`` and ``hodges_lehmann`` of an endpoint."""
    counts: dict[str, Given] = {
        "N_pairs": n,
        "N_miss": missing,
        "n_fell": 4,
        "difference_of_medians": (-13.5, "median:1"),
    }
    estimate: dict[str, Given] = {
        "estimate": (-8.35, "fixed:1"), "conf.low": (-14.9, "fixed:1"), "conf.high": (-0.4, "fixed:1"),
        "conf.level": (0.95, "level"), "conf.level_reached": (0.96875, "level:1"),
    }  # fmt: skip
    spread: dict[str, tuple[Stat, str]] = {
        "median": (24.5, "median:1"),
        "min": (12.7, "fixed:1"),
        "max": (42.4, "fixed:1"),
    }
    later: dict[str, Given] = {stat: (float(value or 0) - 10, key) for stat, (value, key) in spread.items()}
    return [
        *rows(f"{name}.change", counts, visit=visit), *rows(f"{name}.change", {**spread}, visit="start"),
        *rows(f"{name}.change", later, visit=visit), *rows(f"{name}.hodges_lehmann", estimate, visit=visit),
    ]  # fmt: skip


def signed_rank(name: str, visit: str, n_used: int = 6, n_zero: int = 0, floor: float = 0.03125) -> list[Row]:
    p: dict[str, Given] = {"p.value": (0.0625, "p"), "p.floor": (floor, "p_exact"), "n_used": n_used, "n_zero": n_zero}
    return rows(f"{name}.signed_rank", p, visit=visit)


METHODS = ("change", "hodges_lehmann")
OUTCOMES = case(
    scored(endpoints=[
        change(*METHODS, "signed_rank"), change(*METHODS, variable="pain", id="ached", label="Pain, later"),
    ]),
    {"kind": "outcomes", "endpoints": ["changed", "ached"]},
    changes("changed", "week8", 6, 1), signed_rank("changed", "week8"), changes("ached", "week8", 5, 2),
    steers=("n_zero", "conf.level", "conf.level_reached"),
)  # fmt: skip
ONE_CHANGE = case(
    scored(endpoints=[change(*METHODS, "signed_rank")]), {"kind": "outcome_change", "endpoint": "changed"},
    [each for each in changes("changed", "week8", 6, 0) if each.stat_name != "N_miss"], signed_rank("changed", "week8"),
    steers=("n_zero",),
)  # fmt: skip


def proportion(name: str, n: int, missing: int) -> list[Row]:
    shares: dict[str, Given] = {
        "p": (n / 8, "percent:8"),
        "conf.low": (0.25, "percent:8"),
        "conf.high": (0.92, "percent:8"),
    }
    return rows(f"{name}.proportion", {"n": n, "N": 8, **shares, "conf.level": (0.95, "level"), "N_miss": missing})


RESPONDERS = case(
    scored(endpoints=[response("answered"), response("lasted", visit="year1", label="Response, last")]),
    {"kind": "responders", "endpoints": ["lasted", "answered"]},
    proportion("answered", 5, 1), proportion("lasted", 6, 0), steers=("conf.level",),
)  # fmt: skip


def states(name: str, visit: str, missing: int) -> Iterator[Row]:
    yield from rows(f"{name}.shift", {"limit": (10.5, "fixed:1"), "N_miss": missing}, visit=visit)
    for level, counts in (("raised", (5, 3, 2, 4, 1, 0)), ("not_raised", (7, 1, 6, 2, 2, 3))):
        named = zip(("N", "n_raised", "n_not_raised", "n_fell", "n_rose", "n_same"), counts, strict=True)
        yield from rows(f"{name}.shift", dict(named), level=level, visit=visit)


SHIFT = case(
    scored(endpoints=[change("shift"), change("shift", variable="pain", id="ached", label="Pain, later")]),
    {"kind": "shift", "endpoints": ["changed", "ached"]},
    [*states("changed", "week8", 1)], [*states("ached", "week8", 2)],
)  # fmt: skip
COMPARED = (
    {"method": "rate_ratio", "arguments": {"confidence": 0.95}},
    {"method": "fisher_by_period", "arguments": {"table": "days"}},
    {"method": "signed_rank_by_period"},
)


def of_period(level: str, n: int) -> list[Row]:
    told: dict[str, Given] = {"n": n, "p": (n / 6, "percent:6"), "rate": (n / 4, "fixed:2")}
    return rows("counted.events_by_period", {"N": 6, "days": 540, "n_event": 10 + n, **told}, level=level)


PERIODS = case(
    scored(endpoints=[periods(*COMPARED)]), {"kind": "event_periods", "endpoint": "counted"},
    of_period("before", 5), of_period("after", 3),
    rows("counted.events_by_period", {"n_fewer": 4, "n_more": 1, "n_same": 2, "n_cut": 2, "n_later": 3, "n_not_compared": 2}),
    rows("counted.rate_ratio", {"estimate": (0.565, "ratio"), "conf.low": (0.27, "ratio"), "conf.high": (1.13, "ratio"),
                                "conf.level": (0.95, "level"), "p.value": (0.11, "p")}),
    rows("counted.fisher_by_period", {"p.value": (0.004, "p")}),
    rows("counted.signed_rank_by_period", {"p.value": (0.08, "p"), "p.floor": (0.0625, "p_exact"), "n_used": 5}),
)  # fmt: skip


def events(role: str, group: str, level: str = "", *, n: int, n_event: int, **columns: str) -> list[Row]:
    told: dict[str, Given] = {"n": n, "p": (n / 8, "percent:8"), "n_event": n_event}
    return rows(f"safety.{role}", told, level=level, group=group, **columns)


def all_roles(suffix: str, group: str, **columns: str) -> Iterator[Row]:
    yield from events(f"events{suffix}", group, n=6, n_event=11, **columns)
    yield from rows(f"safety.events{suffix}", {"N": 8}, group=group, **columns)
    for level in ("serious.y", "severity.mild", "severity.bad", "term.rash", "term.fever"):
        role, code = level.split(".")
        none = code == "bad"
        yield from events(f"{role}{suffix}", group, code, n=0 if none else 5, n_event=0 if none else 9, **columns)


BY_PERIOD = case(
    scored(), {"kind": "adverse_events"},
    [*all_roles("_by_period", "before", group1="period")], [*all_roles("_by_period", "after", group1="period")],
    rows("safety.events", {"n": 7, "N": 8, "n_event": 30}),
)  # fmt: skip
BESIDE_COMPARISON = case(
    scored(endpoints=[periods()]), {"kind": "adverse_events"}, list(BY_PERIOD.rows),
    rows("counted.events_by_period", {"n_later": 3}),
)  # fmt: skip
BY_ARM = case(
    parallel(
        datasets={"people": parallel()["datasets"]["people"], "events": scored()["datasets"]["events"]},
        safety={"dataset": "events", "population": "everyone", "term": "term", "onset": "onset", "serious": "serious",
                "severity": "severity"},
    ),
    {"kind": "adverse_events"}, [*all_roles("", "a")], [*all_roles("", "b")],
)  # fmt: skip


def attended(visit: str, n: int) -> list[Row]:
    told = {"visit": visit, "population": "everyone"}
    values = [
        rows(f"visits.{name}", {"N_nonmiss": n - 1, "N_miss": 9 - n}, **told) for name in ("score", "pain", "response")
    ]
    return [*rows("visits.assessed", {"n": n, "N": 8}, **told), *(each for group in values for each in group)]


ATTENDED = case(
    scored(), {"kind": "visits", "population": "everyone", "variables": ["score", "pain", "response"]},
    attended("start", 8), attended("week8", 7), attended("year1", 5),
)  # fmt: skip


def single_value(variable: str, participant: str, given: Given, visit: str = "") -> Row:
    return row(
        f"individual.{variable}",
        "value",
        given,
        group=participant,
        visit=visit,
        group1="participant",
        population="everyone",
    )


def counted(participant: str, before: int | None, after: int | None) -> list[Row]:
    both = (("before", before), ("after", after))
    told = {"group": participant, "group1": "participant", "population": "everyone"}
    return [row("individual.counted", "n_event", (n, "count"), level=level, **told) for level, n in both]


BY_VISIT = case(
    scored(), {"kind": "individuals", "population": "everyone", "variables": ["score", "response"], "visits": ["start", "year1"]},
    [single_value("score", who, (value, "fixed:1"), visit) for who, visit, value in (
        ("P2", "start", 24.5), ("P2", "year1", 3.0), ("P10", "start", 8.0), ("P10", "year1", None))],
    [single_value("response", who, value, visit) for who, visit, value in (
        ("P2", "start", "No"), ("P2", "year1", "Yes"), ("P10", "start", "No"), ("P10", "year1", "Yes"))],
)  # fmt: skip
ONE_LINE_EACH = case(
    scored(endpoints=[periods()]),
    {"kind": "individuals", "population": "everyone", "variables": ["kind", "age"], "endpoints": ["counted"]},
    [single_value("kind", "P2", "Ex"), single_value("kind", "P10", (None, "text"))],
    [single_value("age", "P2", (31.0, "fixed:0")), single_value("age", "P10", (7.0, "fixed:0"))],
    counted("P2", 4, 2), counted("P10", 6, None),
)  # fmt: skip
LEFT_OUT = {
    "label": "Scans", "role": "secondary", "specified_in": "analysis_plan", "source": "the plan", "reason": "not yet read",
}  # fmt: skip
PLANNED = case(
    scored(
        endpoints=[periods(*COMPARED), response("answered", role="exploratory", specified_in="data_driven"),
                   change("change", "shift", variable="pain", label="Pain, later", source="the protocol")],
        outcomes_left_out=[LEFT_OUT],
    ),
    {"kind": "endpoints"}, rows("population.everyone", {"n": 8}), rows("counted.events_by_period", {"N": 6}),
    rows("answered.proportion", {"N": 7}), rows("changed.change", {"N_pairs": 5}, visit="week8"),
)  # fmt: skip


def sites() -> dict[str, Any]:
    """Return a study of two arms whose allocation was stratified by site."""
    given = parallel()
    levels = {"north": "North", "south": "South"}
    given["datasets"]["people"]["columns"] |= {
        "site": {"type": "category", "label": "Site", "levels": levels},
        "sex": {"type": "category", "label": "Sex", "levels": {"F": "Female", "M": "Male"}},
    }
    interval = {"arguments": {"interval": "miettinen_nurminen"}}
    methods = ("risk_reduction", "relative_risk_reduction", "risk_ratio", "number_needed_to_treat")
    given["endpoints"] = [{
        **event({"method": "risk"}, *({"method": name, **interval} for name in methods), {"method": "fisher"},
                {"method": "mantel_haenszel", "arguments": {"measure": "ratio"}}),
        "strata": "site", "subgroups": [{"variable": "site", "prespecified": False}, {"variable": "sex", "prespecified": True}],
    }]  # fmt: skip
    return given


def estimate(method: str, value: float, low: float, high: float, key: str) -> list[Row]:
    values: dict[str, Given] = {"estimate": (value, key), "conf.low": (low, key), "conf.high": (high, key)}
    return [*rows(f"happened.{method}", values, group="a"), row(f"happened.{method}", "conf.level", (0.95, "level"))]


def risks(arm: str, n: int) -> list[Row]:
    told: dict[str, Given] = {"n": n, "N": 300, "p": (n / 300, "percent:300"), "N_miss": 2, "N_population": 302}
    return rows("happened.risk", told, group=arm)


BINARY = case(
    sites(), {"kind": "outcome_binary", "endpoint": "happened"}, risks("a", 27), risks("b", 52),
    estimate("risk_reduction", 0.0833, 0.024, 0.132, "points:1"),
    estimate("relative_risk_reduction", 0.46, 0.17, 0.65, "points:0"),
    estimate("risk_ratio", 0.54, 0.35, 0.83, "ratio"),
    estimate("number_needed_to_treat", 12.8, 7.6, 41.1, "fixed:1"),
    [row("happened.number_needed_to_treat", "direction", "benefit", group="a"), row("happened.fisher", "p.value", (0.005, "p"), group="a")],
    estimate("mantel_haenszel", 0.55, 0.36, 0.85, "ratio"),
    rows("happened.mantel_haenszel", {"p.value": (0.006, "p"), "n_strata": 4, "n_informative": 3}, group="a"),
    rows("happened.mantel_haenszel", {"N_miss": 5}),
)  # fmt: skip
BOTH_ARMS = case(
    sites(), {"kind": "endpoints"}, rows("population.everyone", {"n": 604}),
    rows("happened.risk", {"N": 300}, group="a"), rows("happened.risk", {"N": 301}, group="b"),
)  # fmt: skip


def described(arm: str) -> list[Row]:
    kinds = [rows("baseline.kind", {"n": 3, "p": (0.375, "percent:8")}, level=level, group=arm) for level in "xyz"]
    age: dict[str, Given] = {"mean": (31.25, "mean:1"), "sd": (4.05, "mean:1"), "N_miss": 1}
    weight: dict[str, Given] = {
        "median": (5.25, "median:1"),
        "p25": (4.5, "median:1"),
        "p75": (6.0, "median:1"),
        "N_miss": 2,
    }
    return [
        row("baseline.N", "N", 9, group=arm), *(each for group in kinds for each in group),
        row("baseline.kind", "N_miss", 1, group=arm), *rows("baseline.age", age, group=arm),
        *rows("baseline.weight", weight, group=arm),
    ]  # fmt: skip


BASELINE = case(
    scored(baseline={"population": "everyone", "variables": [{"variable": "kind"}, {"variable": "age", "summary": ["mean_sd"]}, {"variable": "weight"}]}),
    {"kind": "baseline"}, described(""),
)  # fmt: skip
CASES = {
    "outcomes": OUTCOMES, "outcome_change": ONE_CHANGE, "responders": RESPONDERS, "shift": SHIFT, "event_periods": PERIODS,
    "adverse_events by period": BY_PERIOD, "adverse_events by arm": BY_ARM, "adverse_events compared": BESIDE_COMPARISON,
    "visits": ATTENDED,
    "individuals by visit": BY_VISIT, "individuals": ONE_LINE_EACH, "endpoints": PLANNED, "endpoints by arm": BOTH_ARMS,
    "outcome_binary": BINARY, "baseline": BASELINE,
}  # fmt: skip
