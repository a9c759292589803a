"""Methods and styles that the study file names: what is said of them, and that its lists are those of the program."""

from __future__ import annotations

import shutil
import typing
from pathlib import Path

import pytest

from report.analysis import compute
from report.analysis.basis.methods import REGISTRY
from report.analysis.basis.participants import (
    Crossed,
    EventTimes,
    Exposures,
    LevelPairs,
    OneSample,
    PairedEvents,
    Participants,
    Repeated,
)
from report.analysis.counts.by_period import PeriodCounts
from report.analysis.events.stratified import StratifiedCounts
from report.analysis.events.two_by_two import EventCounts
from report.analysis.within.one_arm import OneCount
from report.analysis.within.paired import Pairs
from report.errors import DataError
from report.paper.performed import PERFORMED
from report.paper.styles import STYLES
from report.study import endpoints as e
from report.study import file as study_file
from report.study.endpoints import METHODS, TESTS
from report.study.people import Style
from tests.corpus.changes import HERE
from tests.test_study_references import IND, JIA, changed, faults

RISK = "- {method: risk}"
REDUCTION = "- {method: risk_reduction, decimals: 2, arguments: {interval: miettinen_nurminen}}"
PART = "write a number from 0.5 to below 1, as 0.95"
SIGNED = "- {method: signed_rank, arguments: {zeros: drop}}"


@pytest.mark.parametrize(
    ("study", "old", "new", "told", "remedy"),
    [
        (JIA, "zeros: drop", "zeroes: drop", "zeroes is not an argument of signed_rank", "it takes: zeros"),
        (IND, RISK, "- {method: risk, arguments: {interval: newcombe}}", "interval is not an argument of risk", "it takes none"),
        (JIA, "zeros: drop", "zeros: keep", "one of 2 words was expected (came: 'keep')", "one of: drop, pratt"),
        (JIA, "confidence: 0.95", 'confidence: "0.95"', "(came: '0.95')", PART),
        (JIA, "confidence: 0.95", "confidence: true", "(came: true)", PART),
        (JIA, "confidence: 0.95", "confidence: null", ", and nothing stands there", PART),
        (JIA, "confidence: 0.95", "confidence: 95", "a number from 0.5 to below 1 was expected (came: 95)", PART),
        (JIA, "confidence: 0.95", "confidence: 0.05", "a number from 0.5 to below 1 was expected (came: 0.05)", PART),
        (IND, REDUCTION, "- {method: risk_reduction, decimals: 2}", "the argument interval is missing", "one of miettinen_nurminen, newcombe"),
        (IND, REDUCTION, REDUCTION.replace("miettinen_nurminen", "koopman"), "(came: 'koopman')", "one of: miettinen_nurminen, newcombe"),
    ],
)  # fmt: skip
def test_an_argument_of_a_method(tmp_path: Path, study: str, old: str, new: str, told: str, remedy: str) -> None:
    """Arguments are checked with the data: one finding, on the line of the method or of its argument."""
    shutil.copytree(HERE / study, tmp_path / "data")
    text = changed(study, (old, new))
    (tmp_path / "data" / "study.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        compute.results(tmp_path, study_file.read(tmp_path))
    (found,) = caught.value.findings
    assert found.code == "method-argument" and told in found.message and remedy in found.remedy
    line = text[: text.index(new)].count("\n") + 1
    assert found.where.startswith(f"data/study.yaml:{line}: endpoints.")


@pytest.mark.parametrize(
    ("study", "old", "new", "told", "remedy"),
    [
        (JIA, SIGNED, SIGNED.replace("signed_rank", "signed_rang"), "there is no method named signed_rang", "did you mean signed_rank?"),
        (JIA, SIGNED, SIGNED.replace("signed_rank", "zzz"), "there is no method named zzz", "one of: change, hodges_lehmann"),
        (JIA, SIGNED, "- {method: fisher}", "fisher is for another kind of endpoint, an event by arm", "these fit: change, hodges_lehmann, signed_rank, shift"),
        (JIA, SIGNED, "- {method: proportion}", "another kind of endpoint, an event in a single arm", "these fit: change, hodges_lehmann"),
        (JIA, SIGNED, "- {method: rate_ratio}", "another kind of endpoint, a comparison of events before and after", "these fit: change, hodges_lehmann"),
        (JIA, "[{method: proportion}]", "[{method: fisher}]", "another kind of endpoint, an event by arm", "these fit: proportion"),
        (JIA, "[{method: events_by_period}, {method: rate_ratio}]", "[{method: signed_rank_by_period}, {method: signed_rank}]", "another kind of endpoint, a change within participants", "these fit: events_by_period, rate_ratio, fisher_by_period"),
        (IND, RISK, "- {method: change}", "another kind of endpoint, a change within participants", "these fit: risk, risk_reduction, relative_risk_reduction, risk_ratio"),
        (IND, RISK, "- {method: proportion}", "another kind of endpoint, an event in a single arm", "these fit: risk, risk_reduction"),
        (IND, "    strata: gender\n", "", "mantel_haenszel needs strata", "add strata: to pancreatitis, with a category of patients"),
        (IND, RISK, RISK + "\n      - {method: risk_ratio, id: fisher_2, arguments: {interval: koopman}}\n      - {method: risk_ratio, id: relative_risk_reduction}", "relative_risk_reduction is the name of another method than risk_ratio", "write an id of its own, such as risk_ratio_2"),
        (JIA, SIGNED, SIGNED + "\n      - {method: change}", "the method change stands twice", "an id of its own"),
    ],
)  # fmt: skip
def test_a_method(tmp_path: Path, study: str, old: str, new: str, told: str, remedy: str) -> None:
    """One finding, of the method; nothing is said of a display that needs what the method was to be."""
    text = changed(study, (old, new))
    (found,) = faults(tmp_path, text)
    assert told in found.message and remedy in found.remedy
    line = (
        text[: text.index(new)].count("\n") + 1 + new.count("\n")
        if new
        else text[: text.index("- {method: mantel")].count("\n") + 1
    )
    assert found.where.startswith(f"data/study.yaml:{line}: endpoints.")


FRAMES = {e.LEVELS: LevelPairs, e.ONE_VALUE: OneSample, e.PAIRED_EVENT: PairedEvents, e.VALUE_BY_ARM: Participants,
          e.TIME_IN_ONE_ARM: EventTimes, e.TIME_BY_ARM: EventTimes, e.COUNT_IN_ONE_ARM: Exposures,
          e.COUNT_BY_ARM: Exposures, e.REPEATED: Repeated, e.CROSSOVER: Crossed, e.DRAWN_OR_IMPUTED: Participants,
           e.MISSING_VISITS: Repeated, e.WITHIN: Pairs, e.ONE_ARM: OneCount,
          e.BY_PERIOD: PeriodCounts}  # fmt: skip


def test_the_methods_of_the_study_file_are_those_that_are_computed() -> None:
    """Each is for a kind of endpoint whose data it takes; events by arm are counted, by stratum too, or a frame."""
    for names, kind in FRAMES.items():
        assert {REGISTRY[name].needs for name in names} <= {kind}, names
    assert {REGISTRY[name].needs for name in e.BY_ARM} == {EventCounts, StratifiedCounts, Participants}
    assert {name for name in e.BY_ARM if REGISTRY[name].needs is StratifiedCounts} == set(e.STRATIFIED)
    assert {REGISTRY[name].needs for name in e.MISSING_EVENTS} == {EventCounts, Participants}
    assert sorted(REGISTRY) == sorted(METHODS) == sorted(PERFORMED)
    assert set(TESTS) <= set(METHODS)


def test_the_styles_of_the_study_file_are_those_that_are_drawn() -> None:
    assert list(typing.get_args(Style)) == list(STYLES)
