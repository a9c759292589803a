"""Imputation, single replacements and resampling: against R (mice, coin, lm, fisher.test) and against theory."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from report.analysis.basis.methods import Answer
from report.analysis.basis.participants import Participants, Repeated
from report.analysis.events import imputed_risks, missing_values
from report.analysis.events.two_by_two import ArmCount, EventCounts
from report.analysis.numbers import imputation, last_observation, resampling, tipping_point
from report.analysis.numbers.linear_models import fit
from tests.edges.imputed_risks import people as outcomes
from tests.edges.missing_values import people
from tests.test_edges import key
from tests.test_statistics import agrees, rows, said

INPUTS = json.loads((Path(__file__).parent / "oracle" / "inputs_missing_values.json").read_text(encoding="utf-8"))
POOLS = {case["case"]: case for case in INPUTS["pools"]}
PERMUTED = {case["case"]: case for case in INPUTS["permutations"]}
BOOTSTRAPPED = {
    case["case"]: case
    for case in json.loads((Path(__file__).parent / "oracle" / "inputs_bootstrap.json").read_text(encoding="utf-8"))
}
COUNTS = {case["case"]: case for case in INPUTS["counts"]}
ORACLE = rows("missing_values")
NAN = float("nan")


def given(answer: Answer) -> dict[str, object]:
    return {key(each): each.stat for each in answer.statistics}


@pytest.mark.parametrize("row", [r for r in ORACLE if r["case"] in POOLS], ids=said)
def test_rubins_rules(row: dict[str, str]) -> None:
    case = POOLS[row["case"]]
    got = imputation.pool(case["q"], case["u"], case["n"] - case["k"])
    error = got.estimate.error or 0.0
    ours = {"estimate": got.estimate.value, "total": error**2, "df": got.estimate.df, "fmi": got.missing_information}
    agrees(row, {**ours, "mc_error": got.monte_carlo}[row["stat"]])


@pytest.mark.parametrize("row", [r for r in ORACLE if r["case"] in PERMUTED], ids=said)
def test_an_exact_permutation_test(row: dict[str, str]) -> None:
    case = PERMUTED[row["case"]]
    got = given(resampling.permutation_test(people(case["treated"], case["control"]), 1, "", seed=1))
    agrees(row, got["p.value[treated]"])  # type: ignore[arg-type]


@pytest.mark.parametrize("row", [r for r in ORACLE if r["case"] in COUNTS], ids=said)
def test_missing_outcomes_counted_in_every_way(row: dict[str, str]) -> None:
    case = COUNTS[row["case"]]
    counts = EventCounts((ArmCount("control", *case["ref"]), ArmCount("treated", *case["arm"])), "control")
    got = given(missing_values.extreme_cases(counts, 1, "")) | {
        f"tip {name}": value for name, value in given(missing_values.tipping_counts(counts, 1, "")).items()
    }
    names = {f"{way}_{s}": f"{ours}[treated,{way}]" for way in missing_values.ASSUMED
             for s, ours in (("estimate", "estimate"), ("conf_low", "conf.low"), ("conf_high", "conf.high"), ("p", "p.value"))}  # fmt: skip
    names |= {"tip_low": "tip p.value.low[treated]", "tip_high": "tip p.value.high[treated]",
              "tip_same": "tip n[treated]", "tip_all": "tip N[treated]"}  # fmt: skip
    agrees(row, got[names[row["stat"]]])  # type: ignore[arg-type]


@pytest.mark.parametrize("row", [r for r in ORACLE if r["case"] == "carried"], ids=said)
def test_last_observation_carried_forward(row: dict[str, str]) -> None:
    told = INPUTS["carried"]
    lines = [
        {"Participant": f"{arm}{at}", "Arm": arm, "Visit": visit, "Outcome": NAN if value is None else float(value), "Baseline": float(base)}
        for arm in ("control", "treated")
        for at, (values, base) in enumerate(zip(told[arm], told[f"base_{arm}"], strict=True))
        for visit, value in zip(("week4", "week8"), values, strict=True)
    ]  # fmt: skip
    frame = Repeated(pd.DataFrame(lines), ("control", "treated"), "control", visits=("week4", "week8"))
    got = given(last_observation.last_observation(frame, 1, ""))
    names = {"estimate": "estimate", "conf_low": "conf.low", "conf_high": "conf.high", "p": "p.value"}
    agrees(row, got[f"{names[row['stat']]}[treated]"])  # type: ignore[arg-type]
    assert got["n_carried[treated]"] == 2 and got["n_carried[control]"] == 1 and got["N_miss[control]"] == 1


# --- multiple imputation ----------------------------------------------------------------------------------------------


def a_trial(n: int = 120) -> Participants:
    """Return a change that depends on the value before, which also decides who has none: missing at random."""
    generator = np.random.Generator(np.random.PCG64(7))
    base = np.round(generator.normal(50, 10, n), 1)
    arm = np.repeat(["control", "treated"], n // 2)
    outcome = np.round(0.6 * base - 3 * (arm == "treated") + generator.normal(0, 6, n), 1)
    outcome[generator.random(n) < 1 / (1 + np.exp(-(base - 55) / 8))] = NAN
    frame = pd.DataFrame({"Arm": arm.astype(object), "Outcome": outcome, "Baseline": base})
    frame.index = pd.Index([f"p{at:03d}" for at in range(n)])
    return Participants(frame, ("control", "treated"), "control")


def test_many_imputations_over_all_arms_come_to_the_complete_cases() -> None:
    """With outcomes alone missing and one model for both steps the two estimates are the same, up to Monte Carlo error.

    R's ``mice(method = "norm")`` on the same kind of data does so too (docs/statistics-oracle.md).
    """
    trial = a_trial()
    got = given(imputation.multiple_imputation(trial, 1, "", seed=11, draws=600, imputed="over_arms"))
    complete = fit(trial).combination({"treated": 1.0, "control": -1.0})
    monte_carlo = float(got["mc.error[treated]"])  # type: ignore[arg-type]
    assert complete.value is not None and complete.error is not None
    assert abs(float(got["estimate[treated]"]) - complete.value) < 3 * monte_carlo  # type: ignore[arg-type]
    assert abs(float(got["std.error[treated]"]) / complete.error - 1) < 0.1  # type: ignore[arg-type]


def test_imputed_risks_without_covariates_come_to_the_known_ones() -> None:
    """With nothing to tell participants apart the missing are as the known, and the share of them is what is lost.

    R's ``mice(method = "logreg")`` with an age that decides who is missing was run once beside it: 0.300 (SE 0.092),
    0.301 (0.090) and 0.303 (0.091) for three seeds, ours 0.304 (0.091), 0.305 (0.090) and 0.304 (0.090).
    """
    trial = outcomes("y" * 30 + "n" * 30 + "?" * 20, "y" * 15 + "n" * 45 + "?" * 10)
    got = given(imputed_risks.imputed_risks(trial, 1, "", seed=2, draws=800))
    monte_carlo = float(got["mc.error[treated]"])  # type: ignore[arg-type]
    assert abs(float(got["estimate[treated]"]) - 0.25) < 3 * monte_carlo  # type: ignore[arg-type]
    known = math.sqrt(0.5 * 0.5 / 60 + 0.25 * 0.75 / 60)
    assert abs(float(got["std.error[treated]"]) / known - 1) < 0.1  # type: ignore[arg-type]
    assert got["n_imputed[treated]"] == 20 and got["n_imputed[control]"] == 10


def test_covariates_that_foretell_the_outcome_are_seen() -> None:
    trial = outcomes("yyynnn?", "yynnyn?")
    trial = replace(trial, frame=trial.frame.assign(age=[60.0, 61, 62, 40, 41, 42, 50] * 2), covariates=("age",))
    (low,) = (each for each in imputed_risks.imputed_risks(trial, 1, "", seed=1).statistics if each.name == "conf.low")
    assert low.reason == "in an arm the covariates foretell the known outcomes without error"


def test_what_the_seed_decides() -> None:
    trial = a_trial(40)
    first, again, other = (
        given(imputation.multiple_imputation(trial, 1, "", seed=seed, draws=5)) for seed in (1, 1, 2)
    )
    assert first == again and first["estimate[treated]"] != other["estimate[treated]"]
    assert (first["seed"], first["generator"], first["draws"]) == (1, "PCG64", 5)


def test_without_anything_missing_it_is_the_analysis_of_covariance() -> None:
    whole = people([1.0, 2.0, 4.0], [3.0, 5.0, 8.0])
    got = given(imputation.multiple_imputation(whole, 1, "", seed=1, draws=5))
    assert got["df[treated]"] == 4 and got["mc.error[treated]"] == 0 and got["missing_information[treated]"] == 0


def test_a_shift_moves_the_estimate_by_the_share_that_is_imputed() -> None:
    """Without covariates a difference of means moves by shift times the share imputed in the arm; the tip is found."""
    trial = people([1.0, 2.0, 0.0, 1.5, 0.5, NAN, NAN], [5.0, 6.0, 4.0, 5.5, 4.5])
    got = given(tipping_point.tipping_point(trial, 1, "", seed=3, step=4.0, steps=5, draws=40))
    moved = [float(got[f"estimate[treated,shift_{at}]"]) for at in range(6)]  # type: ignore[arg-type]
    assert np.allclose(np.diff(moved), 4.0 * 2 / 7)
    p = [float(got[f"p.value[treated,shift_{at}]"]) for at in range(6)]  # type: ignore[arg-type]
    assert p[0] < 0.05 < max(p)
    assert got["tipping_point[treated]"] == 4.0 * next(at for at, each in enumerate(p) if each >= 0.05)


# --- resampling -------------------------------------------------------------------------------------------------------


def test_a_bootstrap_comes_to_its_theoretical_standard_error() -> None:
    """The bootstrap variance of a mean is the sum of squares over n squared; the Monte Carlo error says how near."""
    treated, control = [1.0, 2.0, 4.0, 7.0, 9.0, 3.0], [2.0, 2.5, 3.0, 8.0]
    got = given(resampling.bootstrap_difference(people(treated, control), 1, "", seed=5, draws=20_000))
    theory = math.sqrt(sum(float(np.var(values)) / len(values) for values in (treated, control)))
    assert abs(float(got["std.error[treated]"]) - theory) < 3 * float(got["mc.error[treated]"])  # type: ignore[arg-type]
    assert got["conf.low[treated]"] < got["estimate[treated]"] < got["conf.high[treated]"]  # type: ignore[operator]


@pytest.mark.parametrize("row", rows("bootstrap"), ids=said)
def test_a_bootstrap_comes_to_the_distribution_of_every_draw(row: dict[str, str]) -> None:
    """R went through every way to draw these few participants; ours draws 50 000 of them."""
    case, (measure, name) = BOOTSTRAPPED[row["case"]], row["stat"].split("_")
    trial = people(case["treated"], case["control"])
    got = given(resampling.bootstrap_difference(trial, 1, "", seed=9, measure=measure, draws=50_000))  # type: ignore[arg-type]
    if name == "estimate":
        agrees(row, got["estimate[treated]"])  # type: ignore[arg-type]
    else:
        off = abs(float(got["std.error[treated]"]) - float(row["value"]))  # type: ignore[arg-type]
        assert off < 0.015 * float(row["value"])  # three times what 50 000 draws of such a distribution may miss it by


def test_a_monte_carlo_permutation_test_of_normal_values_is_near_the_t_test() -> None:
    generator = np.random.Generator(np.random.PCG64(2))
    treated, control = list(generator.normal(0.9, 1, 12)), list(generator.normal(0, 1, 12))
    got = given(resampling.permutation_test(people(treated, control), 1, "", seed=4, draws=20_000))
    assert got["distribution[treated]"] == "Monte Carlo"
    t = fit(people(treated, control)).combination({"treated": 1.0, "control": -1.0}).p()
    assert abs(float(got["p.value[treated]"]) - t) < 0.02  # type: ignore[arg-type]
    assert 0 < float(got["mc.error[treated]"]) < 0.002  # type: ignore[arg-type]
