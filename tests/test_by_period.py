"""Events before and after: statistics against R, and an invented study worked out by hand (tests/followed.py)."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.analysis.basis.methods import Answer
from report.analysis.counts import by_period
from report.analysis.counts.by_period import PeriodCounts
from report.paper import numbers
from report.paper.styles import STYLES
from tests.followed import BY_PERIOD, EVENTS, FILES, PEOPLE, by_id, drafted, followed, holes, values
from tests.test_statistics import INPUTS, agrees, rows, said, stats

ALL = tuple(f"eventful.{use.get('id') or use['method']}" for use in BY_PERIOD)


def counts(before: list[int], after: list[int], days: tuple[list[int], list[int]], later: int = 0) -> PeriodCounts:
    arrays = [np.array(each, dtype=int) for each in (before, after, *days)]
    return PeriodCounts(*arrays, later, max([*days[1], 0]), ("before", "after"), ("Before", "After"))


def of(case: dict[str, Any]) -> PeriodCounts:
    return counts(case["before"], case["after"], (case["days_before"], case["days_after"]))


@pytest.mark.parametrize("row", rows("rate_ratio"), ids=said)
def test_rate_ratio(row: dict[str, str]) -> None:
    case = INPUTS[row["case"]]
    got = stats(by_period.rate_ratio(of(case), 0, "", confidence=case.get("level", 0.95)))
    name = {"p_value": "p.value", "conf_low": "conf.low", "conf_high": "conf.high"}.get(row["stat"], row["stat"])
    agrees(row, got[name].stat)  # type: ignore[arg-type]
    if math.isinf(float(row["value"])):
        assert (got[name].stat, got[name].reason) == (None, "no event in the earlier period")


@pytest.mark.parametrize("row", rows("period_tables"), ids=said)
def test_fisher(row: dict[str, str]) -> None:
    table = {"p_people": "participants", "p_days": "days"}[row["stat"]]
    got = stats(by_period.fisher_by_period(of(INPUTS[row["case"]]), 0, "", table=table))  # type: ignore[arg-type]
    agrees(row, got["p.value"].stat)  # type: ignore[arg-type]


@pytest.mark.parametrize("row", rows("rate_differences"), ids=said)
def test_signed_rank(row: dict[str, str]) -> None:
    data = of(INPUTS[row["case"]])
    if row["stat"].startswith("n_"):
        got = stats(by_period.events_by_period(data, 0, ""))[row["stat"]]
    else:
        stat, zeros = row["stat"].split("_")
        answer = by_period.signed_rank_by_period(data, 0, "", zeros=zeros)  # type: ignore[arg-type]
        got = stats(answer)[{"v": "statistic", "p": "p.value"}[stat]]
    if row["stat"].startswith("v_") and got.stat is None:
        assert got.reason == "no difference is other than zero"  # R gives V = 0 where no difference is left
        return
    agrees(row, got.stat)  # type: ignore[arg-type]


def test_fourteen_and_four_in_equal_time() -> None:
    """R: poisson.test(c(14, 4))."""
    got = stats(by_period.rate_ratio(of(INPUTS["periods_14_4"]), 0, ""))
    limits = [round(float(got[name].stat or 0), 2) for name in ("estimate", "conf.low", "conf.high")]
    assert limits == [3.5, 1.10, 14.60] and round(float(got["p.value"].stat or 0), 4) == 0.0309


def test_rates_that_are_equal_as_fractions_tie() -> None:
    """6/91 - 5/91 and 1/91, and 2/182, are the same change, as floats two numbers; 3/30 and 2/20 are no change."""
    assert 6 / 91 - 5 / 91 != 1 / 91
    data = counts([5, 0, 0, 3], [6, 1, 2, 2], ([91, 91, 91, 30], [91, 91, 182, 20]))
    got = stats(by_period.signed_rank_by_period(data, 0, ""))
    assert [got[name].stat for name in ("n_used", "n_zero", "n_tied", "statistic", "p.value")] == [3, 1, 3, 6.0, 0.25]


def test_a_study_by_hand(tmp_path: Path) -> None:
    """P1 P2 P3 P4 P7 are observed: 30 days each before; after, 30 10 5 0 30 days.

    Events before: P1 and P4; after: P1 two, P2 and P3 one each. Too late: two of P2, one of P3 and one of P4, all cut.
    P1 rises from 1/30 to 2/30, P2 and P3 from nothing; P7 stays; P4 has no day after the start and is not compared.
    """
    got = values(drafted(tmp_path).results, "eventful.events_by_period")
    names = ("n_event", "n", "N", "p", "days", "rate")
    assert [got[f"before.{name}"] for name in names] == [2, 2, 5, 0.4, 150, pytest.approx(2 / 150 * 365.25 / 12)]
    assert [got[f"after.{name}"] for name in names] == [4, 3, 4, 0.75, 75, pytest.approx(4 / 75 * 365.25 / 12)]
    assert (got["before.label"], got["after.label"]) == ("Month before", "Month after")
    whole = ("n_fewer", "n_more", "n_same", "n_not_compared", "n_cut", "n_later", "N")
    assert [got[name] for name in whole] == [0, 3, 1, 1, 3, 4, 5]
    assert got["rate_difference"] == pytest.approx((4 / 75 - 2 / 150) * 365.25 / 12, abs=1e-12)


def test_tests_of_a_study_by_hand(tmp_path: Path) -> None:
    """Ratio (4/75)/(2/150) = 4. Of 6 events each is later with 1/3: P(4) + P(5) + P(6) = (60 + 12 + 1)/729.

    Participants 2 of 5 and 3 of 4: the tables 1, 2, 4 and 5 are no more probable, (5 + 40 + 20 + 1)/126. Three rises.
    """
    made = drafted(tmp_path).results
    assert values(made, "eventful.rate_ratio")["estimate"] == 4.0
    assert values(made, "eventful.rate_ratio")["p.value"] == pytest.approx(73 / 729, abs=1e-12)
    fisher = values(made, "eventful.fisher_by_period")
    assert [fisher[f"n_{name}"] for name in ("with_before", "without_before", "with_after", "without_after")] == [
        2,
        3,
        3,
        1,
    ]
    assert fisher["p.value"] == pytest.approx(66 / 126, abs=1e-12)
    days = values(made, "eventful.fisher_days")
    assert [days[f"n_{name}"] for name in ("with_before", "without_before", "with_after", "without_after")] == [
        2,
        148,
        4,
        71,
    ]
    ranked = values(made, "eventful.signed_rank_by_period")
    assert [ranked[name] for name in ("statistic", "p.value", "p.floor", "n_used", "n_zero")] == [6.0, 0.25, 0.25, 3, 1]
    assert ranked["p.floor_adjusted"] == 0.5


@pytest.mark.parametrize(
    ("method", "arguments", "named"),
    [
        ("fisher_by_period", {"table": "participants"}, ("participants with at least one event", "pairing")),
        ("fisher_by_period", {"table": "days"}, ("each event counted as one day", "pairing")),
        ("rate_ratio", {}, ("exact conditional", "independent")),
        ("signed_rank_by_period", {"zeros": "pratt"}, ("rates", "Pratt")),
    ],
)
def test_what_is_compared_and_how_is_said(method: str, arguments: dict[str, Any], named: tuple[str, ...]) -> None:
    answer: Answer = getattr(by_period, method)(of(INPUTS["periods_cut"]), 0, "", **arguments)
    assert all(part in answer.method and part in answer.sentence for part in named)


@pytest.mark.parametrize("case", ["periods_cut", "periods_14_4"])
def test_the_sentence_of_the_counts_says_what_an_early_end_means_and_none_rests_on_a_value(case: str) -> None:
    """Once an endpoint, where its events are counted, and not again beside every test of them."""
    answers = all_of(of(INPUTS[case]))
    ended = "the last day of participation or on the day before the date named in the plan"
    not_counted = "events that began later were not counted"
    assert [ended in answers["events"].sentence, not_counted in answers["events"].sentence] == [True, True]
    assert [name for name, answer in answers.items() if "ended early" in answer.sentence] == ["events"]
    empty = all_of(counts([], [], ([], [])))
    assert {name: (a.method, a.sentence) for name, a in answers.items()} == {
        name: (a.method, a.sentence) for name, a in empty.items()
    }


def all_of(data: PeriodCounts) -> dict[str, Answer]:
    return {
        "events": by_period.events_by_period(data, 0, ""),
        "ratio": by_period.rate_ratio(data, 0, ""),
        "participants": by_period.fisher_by_period(data, 0, "", table="participants"),
        "days": by_period.fisher_by_period(data, 0, "", table="days"),
        "ranks": by_period.signed_rank_by_period(data, 0, ""),
    }


RANKED = ("statistic", "p.value", "p.floor", "p.floor_adjusted")


def without(answer: Answer) -> dict[str, str]:
    """Return why statistics have no value, by the rest of their ids."""
    lacking = [s for s in answer.statistics if s.stat is None]
    return {".".join(filter(None, (s.level, s.name))): s.reason for s in lacking}


def test_nobody_observed() -> None:
    said = {name: without(answer) for name, answer in all_of(counts([], [], ([], []))).items()}
    nobody, nothing = "nobody was observed", "no participant in the denominator"
    assert said["events"] == {
        "before.p": nothing, "before.rate": nobody, "after.p": nothing, "after.rate": nobody, "rate_difference": nobody,
    }  # fmt: skip
    assert said["ratio"] == dict.fromkeys(("estimate", "conf.low", "conf.high", "p.value"), nobody)
    assert said["participants"] == said["days"] == {"p.value": nobody}
    assert said["ranks"] == dict.fromkeys(RANKED, nobody)


def test_everybody_cut_on_the_day_of_the_start() -> None:
    said = {name: without(answer) for name, answer in all_of(counts([1, 0], [0, 0], ([30, 30], [0, 0]), 2)).items()}
    no_day = "the later period has no day of observation"
    assert said["events"] == {
        "after.p": "no participant in the denominator", "after.rate": "nobody was observed", "rate_difference": no_day,
    }  # fmt: skip
    assert said["ratio"] == dict.fromkeys(("estimate", "conf.low", "conf.high", "p.value"), no_day)
    assert said["participants"] == said["days"] == {"p.value": no_day}
    assert said["ranks"] == dict.fromkeys(RANKED, "nobody was observed in both periods")


def test_no_event_at_all() -> None:
    """Nothing to compare: no ratio and no rank; R's fisher.test gives 1 for a table with an empty column."""
    made = all_of(counts([0, 0], [0, 0], ([30, 30], [30, 20])))
    assert without(made["ratio"]) == dict.fromkeys(
        ("estimate", "conf.low", "conf.high", "p.value"), "no event in either period"
    )
    assert without(made["ranks"])["p.value"] == "no difference is other than zero"
    assert without(made["events"]) == {} and stats(made["participants"])["p.value"].stat == 1.0


def test_no_event_after() -> None:
    """A ratio of 0 from 0 to a limit; none before: no estimate and no upper limit, but a lower one and p."""
    got = stats(by_period.rate_ratio(counts([3], [0], ([30], [30])), 0, ""))
    assert (got["estimate"].stat, got["conf.low"].stat) == (0.0, 0.0)
    assert got["conf.high"].stat == pytest.approx((1 - 0.025 ** (1 / 3)) / 0.025 ** (1 / 3), abs=1e-12)
    assert got["p.value"].stat == pytest.approx(0.25, abs=1e-12)
    back = stats(by_period.rate_ratio(counts([0], [3], ([30], [30])), 0, ""))
    assert set(without(by_period.rate_ratio(counts([0], [3], ([30], [30])), 0, ""))) == {"estimate", "conf.high"}
    assert back["conf.low"].stat == pytest.approx(1 / float(got["conf.high"].stat or 0), abs=1e-12)


def test_more_events_than_days() -> None:
    answer = by_period.fisher_by_period(counts([1], [5], ([3], [3])), 0, "", table="days")
    told = "a period has more events than days of observation"
    assert without(answer) == {"p.value": told, "n_without_after": told}


def test_one_participant() -> None:
    """One person with 1 event in 30 days and 2 in 30: 1 rise, p = 1 at its floor."""
    made = all_of(counts([1], [2], ([30], [30])))
    assert stats(made["events"])["n_more"].stat == 1
    assert [stats(made["ranks"])[name].stat for name in ("statistic", "p.value", "p.floor")] == [1.0, 1.0, 1.0]


@pytest.mark.parametrize(
    ("decimals", "rate", "ratio"), [(0, "fixed:2", "ratio"), (1, "fixed:1", "ratio:1"), (3, "fixed:3", "ratio:3")]
)
def test_decimals_of_rates(decimals: int, rate: str, ratio: str) -> None:
    data = of(INPUTS["periods_cut"])
    (first, _) = (s for s in by_period.events_by_period(data, decimals, "").statistics if s.name == "rate")
    assert (first.format_key, stats(by_period.rate_ratio(data, decimals, ""))["estimate"].format_key) == (rate, ratio)


def test_a_ratio_is_printed_with_the_decimals_of_the_style(tmp_path: Path) -> None:
    row = drafted(tmp_path).results.by_id("eventful.rate_ratio.estimate")
    assert numbers.text(row, STYLES["plain"]).plain == "4.00"


observed = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(1, 90), st.integers(0, 90)), max_size=9)


@given(observed)
def test_every_row_has_a_value_or_a_reason(people: list[tuple[int, int, int, int]]) -> None:
    """No crash and no NaN, whoever was observed; events need a day."""
    kept = [(b, a if days else 0, early, days) for b, a, early, days in people]
    before, after, early, late = ([each[at] for each in kept] for at in range(4))
    for answer in all_of(counts(before, after, (early, late))).values():
        for s in answer.statistics:
            assert (s.stat is None) == bool(s.reason), s
            assert not isinstance(s.stat, float) or math.isfinite(s.stat), s


@given(observed.filter(bool))
def test_periods_that_change_places_mirror(people: list[tuple[int, int, int, int]]) -> None:
    """Turning earlier and later round leaves p, and turns the ratio and its interval."""
    kept = [(b, a, early, late + 1) for b, a, early, late in people]
    before, after, early, late = ([each[at] for each in kept] for at in range(4))
    there, back = counts(before, after, (early, late)), counts(after, before, (late, early))
    for name in ("ratio", "participants", "ranks"):
        p = [stats(all_of(data)[name])["p.value"].stat for data in (there, back)]
        assert p[0] == pytest.approx(p[1], rel=1e-9) if p[0] is not None else p[1] is None
    one, two = (stats(by_period.rate_ratio(data, 0, "")) for data in (there, back))
    if one["conf.low"].stat and two["conf.high"].stat:
        assert float(one["conf.low"].stat) * float(two["conf.high"].stat) == pytest.approx(1, rel=1e-9)


@pytest.mark.parametrize(
    ("people", "days", "later"),
    [
        ("P1,x,10,2020-03-01,,", 30, 0),  # the whole period
        ("P1,x,10,2020-03-01,2020-03-31,", 30, 0),  # treated again on the day after it
        ("P1,x,10,2020-03-01,2020-03-30,", 29, 1),  # on its last day, the day of an event
        ("P1,x,10,2020-03-01,,2020-03-30", 30, 0),  # left on its last day, which still counts
        ("P1,x,10,2020-03-01,,2020-03-29", 29, 1),
        ("P1,x,10,2020-03-01,2020-03-20,2020-03-10", 10, 1),  # whichever comes first
        ("P1,x,10,2020-03-01,2020-03-10,2020-03-20", 9, 1),
        ("P1,x,10,2020-03-01,2020-02-20,", 0, 2),  # before the start: no day is left
    ],
)
def test_when_observation_ends(tmp_path: Path, people: str, days: int, later: int) -> None:
    """One participant, with an event on the day of the start, 1 March, and one on the last day, 30 March."""
    events = "id,no,term,began,serious,grade\nP1,1,cold,2020-03-01,no,4\nP1,2,cold,2020-03-30,no,1\n"
    head = PEOPLE.splitlines()[0]
    made = drafted(tmp_path, people=f"{head}\n{people}\n", scores=OF_P1, events=events)
    got = values(made.results, "eventful.events_by_period")
    assert (got["after.days"], got["n_later"], got["after.n_event"]) == (days, later, 2 - later)


OF_P1 = "id,visit,score,state\nP1,W0,12.0,bad\nP1,W8,8.0,good\n"


def test_nobody_started(tmp_path: Path) -> None:
    """Nobody has a start: no crash, and a reason wherever a number would stand."""
    head, *lines = PEOPLE.splitlines()
    people = "\n".join([head, *(",".join([*line.split(",")[:3], "", "", ""]) for line in lines)])
    made = drafted(tmp_path, people=f"{people}\n").results
    got = values(made, "eventful.events_by_period")
    assert (got["N"], got["before.days"], got["after.days"]) == (0, 0, 0)
    for analysis in ALL:
        for row in made.select(analysis_id=analysis):
            assert (row.stat is None) == bool(row.reason) and not row.query, row


@pytest.mark.parametrize(
    ("file", "old", "new", "held"),
    [
        ("events", "P1,3,rash,2020-03-01", "P1,3,rash,?", set(ALL)),
        ("events", "P1,3,rash", "P1,3,?", set()),  # a term is not what is counted
        ("events", "P6,1,cold,2020-02-29", "P6,1,cold,?", set()),  # nobody of the population
        ("events", "P1,1,cold,2020-01-30", "P1,1,cold,?", set(ALL)),  # it may lie within
        ("events", "P1,1,cold", ",1,cold", set(ALL)),  # whose is it?
        ("people", "P7,y,70,2020-03-01", "P7,y,70,?", set(ALL)),
        ("people", "P2,y,20,2020-03-01,2020-03-11", "P2,y,20,2020-03-01,?", set(ALL)),
        ("people", "2020-03-05", "?", set(ALL)),
        ("people", "P7,y,70", "P7,y,?", set()),  # an age
        ("people", "P7,y", "P7,?", set(ALL)),  # whether P7 is of the population
        ("scores", "P1,W8,8.0", "P1,W8,?", set()),
    ],
)  # fmt: skip
def test_a_hole_stands_where_the_value_would(tmp_path: Path, file: str, old: str, new: str, held: set[str]) -> None:
    made = drafted(tmp_path, **{file: FILES[file].replace(old, new)})
    assert made.open and holes(made.results) & set(ALL) == held
    if held:
        shown = {row.stat_name for row in by_id(made.results).values() if row.analysis_id in held and not row.query}
        assert shown == {"method", "sentence", "conf.level", "alternative", "label", "zeros", "table"}


def test_the_order_of_rows_says_nothing(tmp_path: Path) -> None:
    head, *lines = EVENTS.splitlines()
    who, *people = PEOPLE.splitlines()
    turned = {"events": "\n".join([head, *lines[::-1]]) + "\n", "people": "\n".join([who, *people[::-1]]) + "\n"}
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    assert drafted(tmp_path / "one").results.rows == drafted(tmp_path / "two", **turned).results.rows


def test_without_a_date_that_ends_it(tmp_path: Path) -> None:
    """Neither ``until`` nor ``design.end``: everybody is observed for 30 days, and every event counts."""
    study = followed()
    del study["design"]["end"]
    (eventful,) = (each for each in study["endpoints"] if each["id"] == "eventful")
    eventful = {**eventful, "periods": {"before": "before", "after": "after"}}
    study["endpoints"] = [*study["endpoints"][:2], eventful]
    got = values(drafted(tmp_path, study).results, "eventful.events_by_period")
    assert [got[name] for name in ("after.days", "after.n_event", "n_cut", "n_later")] == [150, 8, 0, 0]
