"""What models of events and of ordered levels do where data do not tell: separated, aliased, clustered, one in an arm."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from report.analysis.basis.methods import Answer, Statistic
from report.analysis.basis.participants import Participants
from report.analysis.events.logistic import logistic
from report.analysis.events.proportional_odds import proportional_odds
from report.analysis.events.standardised_risks import standardised_risks
from tests.edges.logistic import people
from tests.edges.ordered import people as graded

SEPARATED = "separated: arm and covariates foretell the outcome of some without error"


def of(answer: Answer, name: str) -> Statistic:
    return next(s for s in answer.statistics if s.name == name and s.arm in ("treated", ""))


@pytest.mark.parametrize(
    "given",
    [
        people("nynynyyy", "nnnnyyyy", "2839476811345678"),  # complete: everybody above 4 has it
        people("nynynyyy", "nnynyyyy", "2839476811545678"),  # quasi-complete: at 5 some have it and some not
        people("yynnyn", "nynynn", "", "xxxyyyxyyyyy"[:12]),  # by site x all have it
    ],
    ids=["complete", "quasi-complete", "a site"],
)
def test_covariates_that_foretell_the_outcome(given: Participants) -> None:
    frame = given.frame.copy()
    if "site" in frame:
        frame["Outcome"] = np.where(frame["site"] == "x", "yes", frame["Outcome"])
    elif (frame["age"] > 5).any():
        frame["Outcome"] = np.where(frame["age"] > 5, "yes", np.where(frame["age"] < 5, "no", frame["Outcome"]))
    apart = replace(given, frame=frame)
    for answer in (
        logistic(apart, 2, ""),
        logistic(apart, 2, "", interval="profile"),
        standardised_risks(apart, 2, ""),
    ):
        for name in ("estimate", "conf.low", "p.value"):
            assert (of(answer, name).stat, of(answer, name).reason) == (None, SEPARATED)


@pytest.mark.parametrize(("treated", "control"), [("lllm", "mhhh"), ("llll", "lmhh"), ("llmm", "hhhh")])
def test_arms_that_foretell_the_level(treated: str, control: str) -> None:
    answer = proportional_odds(graded(treated, control), 2, "")
    assert of(answer, "estimate").reason == of(answer, "p.value.proportional").reason == SEPARATED


def test_a_covariate_that_is_the_arm() -> None:
    given = people("yynny", "ynnyn", "", "xxxxxyyyyy")
    told = "the covariates leave nothing by which an arm could be told from another"
    for answer in (logistic(given, 2, ""), standardised_risks(given, 2, "")):
        assert (of(answer, "estimate").stat, of(answer, "estimate").reason) == (None, told)


def test_covariates_that_say_nothing_more_are_left_out() -> None:
    """A site that is the same for all, and an age beside its double: as if they were not there."""
    given = people("yynnynny", "ynnynnyn", "1323122313213213")
    doubled = given.frame.assign(twice=given.frame["age"] * 2, site="x")
    more = replace(given, frame=doubled, covariates=("age", "twice", "site"))
    for model in (logistic, standardised_risks):
        one, other = (of(model(each, 2, ""), "conf.low").stat for each in (given, more))  # type: ignore[operator]
        assert one == pytest.approx(other, rel=1e-9)


def clustered(groups: list[Any]) -> Participants:
    given = people("yynnynny", "ynnynnyn", "1323122313213213")
    return replace(given, frame=given.frame.assign(Cluster=groups))


def test_clusters() -> None:
    one, several = clustered(["a"] * 16), clustered([float(n % 4) for n in range(16)])
    assert of(logistic(one, 2, ""), "conf.low").reason == "fewer than two clusters"
    assert of(logistic(one, 2, ""), "estimate").stat is not None
    assert of(logistic(several, 2, ""), "n_clusters").stat == 4
    profiled = of(logistic(several, 2, "", interval="profile"), "conf.high")
    assert profiled.reason == "the likelihood does not allow for clusters: ask for Wald limits"
    answer = standardised_risks(several, 2, "")
    assert of(answer, "estimate").stat is not None and "clusters" in of(answer, "conf.low").reason
    lacking = clustered([None, *[float(n % 4) for n in range(15)]])
    assert of(logistic(lacking, 2, ""), "N_miss").stat == 1
    in_wards = graded("lmh", "mhl")
    in_wards = replace(in_wards, frame=in_wards.frame.assign(Cluster=list("aabbcc")))
    assert of(proportional_odds(in_wards, 2, ""), "estimate").reason == "the model does not allow for clusters"


def test_a_cluster_of_each_participant_is_nearly_the_plain_sandwich() -> None:
    """Each participant a cluster: HC0 times n/(n - 1), which an empty model's delta method has too."""
    given = people("yyynnnnnnn", "yyyyyynnnn")
    alone = replace(given, frame=given.frame.assign(Cluster=[str(n) for n in range(20)]))
    error = float(of(logistic(alone, 2, ""), "std.error").stat or 0)
    assert error == pytest.approx((20 / 19 * (1 / 3 + 1 / 7 + 1 / 6 + 1 / 4)) ** 0.5, rel=1e-9)
