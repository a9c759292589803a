"""Numbers by arm, crossovers and clusters against R and print (tests/oracle/*.csv), and what is said where there is none.

A statistic of the oracle is named variant:name:arm:level; the variant says which method with which arguments.
"""

from __future__ import annotations

import csv
import json
import math
import os
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from report.analysis.basis import margins
from report.analysis.basis.methods import Answer
from report.analysis.basis.participants import Crossed, Participants
from report.analysis.numbers import (
    ancova,
    clusters,
    contrasts,
    crossover,
    mean_margins,
    means,
    rank_distributions,
    rank_estimates,
    rank_tests,
)
from report.analysis.numbers.tukey import tukey_p, tukey_quantile

ORACLE = Path(__file__).parent / "oracle"
INPUTS = json.loads((ORACLE / "inputs_by_arm.json").read_text(encoding="utf-8"))
FILES = ("means_by_arm", "rank_tests_by_arm", "ancova", "crossover", "clusters")


def groups() -> dict[tuple[str, str], list[dict[str, str]]]:
    """Return the rows of all files by case and variant."""
    found = defaultdict(list)
    for name in FILES:
        lines = (ORACLE / f"{name}.csv").read_text(encoding="utf-8").splitlines()
        for row in csv.DictReader(lines[1:]):
            found[row["case"], row["stat"].split(":")[0]].append(row)
    return dict(found)


GROUPS = groups()


def people(
    data: dict[str, Any], arms: Any, reference: str, covariates: Any = (), levels: Any = None, **more: Any
) -> Participants:
    frame = pd.DataFrame(data)
    for name in ("Outcome", "Baseline", "Value"):
        if name in frame:
            frame[name] = frame[name].astype(float)
    held = {name: tuple(each) for name, each in (levels or {}).items()}
    return Participants(frame, tuple(arms), reference, tuple(covariates), held, **more)


@cache
def given(case: str, **more: Any) -> Participants:
    held = INPUTS[case]
    arms = [held["arms"]] if isinstance(held["arms"], str) else held["arms"]
    covariates = held.get("covariates", ())
    return people(held["data"], arms, held["reference"], covariates, held.get("levels"), **more)


def crossed(first: Any, second: Any) -> Crossed:
    """Return a crossover whose first sequence begins with the treatment."""
    arms = ["first"] * len(first) + ["second"] * len(second)
    both = np.array([*first, *second], dtype=float).reshape(-1, 2)
    frame = pd.DataFrame({"Arm": arms, "First": both[:, 0], "Second": both[:, 1]})
    treatments = {"first": ("treatment", "control"), "second": ("control", "treatment")}
    return Crossed(frame, ("first", "second"), "", treatments=treatments, treatment="treatment", control="control")


@cache
def answer(case: str, variant: str) -> Answer:
    held = INPUTS[case]
    level = {"confidence": held.get("level", 0.95)}
    if held["kind"] == "crossed":
        compute: Any = {
            "crossover": crossover.crossover,
            "period_effect": crossover.period_effect,
            "carry_over": crossover.carry_over,
        }
        return compute[variant](crossed(held["first"], held["second"]), 1, "", **level)
    first, _, rest = variant.partition("_")
    if first in ("higher", "lower", "both"):
        return of_margin(case, first, *rest.split("_"))
    if rest in ("anova", "ancova"):
        return contrasts.pairwise_means(given(case), 1, "", adjustment=first, model=rest, **level)
    if first == "anova":
        return means.anova(given(case), 1, "", variance=rest)
    return simple(variant)(given(case), **level)


def simple(variant: str) -> Any:
    def exact(data: Participants, confidence: float) -> Answer:
        return rank_tests.mann_whitney(data, 1, "", distribution="exact")

    def normal(data: Participants, confidence: float) -> Answer:
        return rank_tests.mann_whitney(data, 1, "", distribution="asymptotic", continuity=variant)

    with_arguments: dict[str, tuple[Any, dict[str, Any]]] = {
        "welch": (means.t_test, {"variance": "welch"}),
        "pooled": (means.t_test, {"variance": "pooled"}),
        "hedges": (means.hedges_g, {}),
        "shift": (rank_estimates.hodges_lehmann_shift, {"interval": "exact"}),
        "moses": (rank_estimates.hodges_lehmann_shift, {"interval": "asymptotic"}),
        "newcombe": (rank_estimates.win_probability, {"interval": "newcombe"}),
        "brunner": (rank_estimates.win_probability, {"interval": "brunner_munzel"}),
        "equal": (ancova.ancova, {"weights": "equal"}),
        "observed": (ancova.ancova, {"weights": "observed"}),
        "icc": (clusters.icc, {}),
    }
    if variant in ("exact", "corrected", "none"):
        return exact if variant == "exact" else normal
    if variant in ("means", "kruskal"):
        plain: Any = {"means": means.means, "kruskal": rank_tests.kruskal_wallis}[variant]
        return lambda data, confidence: plain(data, 1, "")
    compute, arguments = with_arguments[variant.partition("_")[0] if variant.startswith("brunner") else variant]
    return lambda data, confidence: compute(data, 1, "", **arguments, confidence=confidence)


def of_margin(case: str, direction: str, model: Any, margin: str) -> Answer:
    data = given(case, hoped_for=direction == "higher")
    if direction == "both":
        return mean_margins.equivalence_of_means(data, 1, "", margin=float(margin), model=model, alpha=0.05)
    return mean_margins.non_inferiority_of_means(data, 1, "", margin=float(margin), model=model)


def ours(row: dict[str, str], found: Answer) -> Any:
    _, name, *where = row["stat"].split(":")
    arm, level = (*where, "", "")[:2]
    return next(each for each in found.statistics if (each.name, each.arm, each.level) == (name, arm, level))


@pytest.mark.parametrize(("case", "variant"), [each for each in GROUPS if each[1] != "range"], ids=lambda part: part)
def test_as_r_and_print_have_it(case: str, variant: str) -> None:
    found = answer(case, variant)
    wrong = []
    for row in GROUPS[case, variant]:
        mine, theirs = ours(row, found), float(row["value"])
        if math.isnan(theirs):
            assert mine.stat is None and mine.reason, row
        elif mine.stat is None or abs(mine.stat - theirs) > float(row["tolerance"]):
            wrong.append((row["stat"], row["source"], theirs, mine.stat, mine.reason))
    assert not wrong, wrong[:10]


def test_every_method_has_five_values_at_least() -> None:
    counted = defaultdict(int)
    for (_, variant), rows in GROUPS.items():
        counted[variant.rstrip("0123456789")] += len(rows)
    assert all(count >= 5 for count in counted.values()), dict(counted)


@pytest.mark.parametrize(
    "row", GROUPS["studentised_range", "range"], ids=lambda row: f"{row['stat']}-{row['source'][:12]}"
)
def test_the_studentised_range(row: dict[str, str]) -> None:
    q, k, df = (float(part) for part in row["stat"].split(":")[1:])
    assert abs(tukey_p(q, int(k), df) - float(row["value"])) <= float(row["tolerance"])


def test_the_quantile_of_the_studentised_range() -> None:
    """Tables of the studentised range (Pearson & Hartley 1966, table 29): 3.578 of three means, 20 degrees of freedom."""
    assert tukey_quantile(0.95, 3, 20) == pytest.approx(3.578, abs=5e-4)
    assert tukey_p(tukey_quantile(0.99, 4, 12), 4, 12) == pytest.approx(0.01, rel=1e-8)
    assert tukey_p(0.0, 3, 10) == 1.0 and 0 < tukey_p(1e6, 3, 40) < 1e-100


def test_both_ways_to_the_distribution_of_a_rank_sum_agree() -> None:
    for n, m in ((1, 1), (1, 9), (4, 4), (7, 12), (30, 25)):
        counted = rank_distributions.mann_whitney_counts(n, m)
        added = rank_distributions.rank_sum_counts(np.arange(n + m), n)[n * (n - 1) // 2 :]
        assert np.allclose(counted, added, rtol=1e-12) and counted.sum() == pytest.approx(
            math.comb(n + m, n), rel=1e-12
        )


def test_as_many_as_are_promised_are_exact_to_eleven_digits() -> None:
    """R: pwilcox(38999, 300, 300) is 0.002328403990008446."""
    counts = rank_distributions.mann_whitney_counts(300, 300)
    assert counts[:39000].sum() / counts.sum() == pytest.approx(0.002328403990008446, rel=1e-10)
    assert rank_distributions.is_exact_feasible(300, 300, False) and not rank_distributions.is_exact_feasible(
        301, 300, False
    )


def many(n: int, m: int) -> Participants:
    values = np.arange(n + m, dtype=float)
    return people({"Arm": ["treated"] * n + ["control"] * m, "Outcome": values}, ("treated", "control"), "control")


def test_too_many_for_the_exact_distribution_is_said() -> None:
    data = many(350, 300)
    for found, name in (
        (rank_tests.mann_whitney(data, 1, "", distribution="exact"), "p.value"),
        (rank_estimates.hodges_lehmann_shift(data, 1, ""), "conf.low"),
    ):
        statistic = next(each for each in found.statistics if each.name == name)
        assert statistic.stat is None and "too many participants" in statistic.reason
    estimate = next(e for e in rank_estimates.hodges_lehmann_shift(data, 1, "").statistics if e.name == "estimate")
    assert estimate.stat == -325.0


def test_a_p_at_its_floor_is_written_with_its_digits() -> None:
    found = rank_tests.mann_whitney(given("separated"), 1, "", distribution="exact")
    p = next(each for each in found.statistics if each.name == "p.value")
    assert p.stat == pytest.approx(2 / math.comb(9, 4)) and p.format_key == "p_exact"


# what a model leaves out, and what cannot be told apart -----------------------------------------------------------------


def adjusted(**columns: Any) -> Participants:
    data = {"Arm": ["a", "a", "a", "b", "b", "b"], "Outcome": [1.0, 2, 4, 3, 5, 6.5], **columns}
    names = [name for name in columns if name[0].islower()]
    levels = {name: tuple(sorted({v for v in held if v})) for name, held in columns.items() if isinstance(held[0], str)}
    return people(data, ("a", "b"), "a", names, levels)


def found(data: Participants, **arguments: Any) -> dict[tuple[str, str], Any]:
    return {(each.name, each.arm): each for each in ancova.ancova(data, 1, "", **arguments).statistics}


@pytest.mark.parametrize("columns", [{"age": [7.0] * 6}, {"age": [0.1 + 0.2] * 3 + [0.3] * 3}, {"site": ["x"] * 6}])
def test_a_covariate_of_one_value_is_left_out_and_named(columns: dict[str, Any]) -> None:
    plain, made = found(adjusted()), found(adjusted(**columns))
    assert made["left_out_of_model", ""].stat == next(iter(columns))
    assert ("left_out_of_model", "") not in plain
    for name in ("estimate", "conf.low", "p.value", "df"):
        assert made[name, "b"].stat == pytest.approx(plain[name, "b"].stat, rel=1e-12)


def test_a_covariate_that_another_gives_already_is_left_out() -> None:
    age = [3.0, 5, 4, 9, 2, 7]
    made = found(adjusted(age=age, months=[12 * each for each in age]))
    assert made["left_out_of_model", ""].stat == "months"
    assert made["estimate", "b"].stat == pytest.approx(found(adjusted(age=age))["estimate", "b"].stat, rel=1e-12)


def test_arms_that_a_covariate_tells_apart_have_no_difference() -> None:
    made = found(adjusted(site=["x"] * 3 + ["y"] * 3))
    assert made["estimate", "b"].stat is None and "cannot be told apart" in made["estimate", "b"].reason
    assert made["ls_mean", "a"].stat is None


def test_who_lacks_a_covariate_is_left_out_and_counted() -> None:
    made = found(adjusted(age=[3.0, None, 4, 9, 2, 7], site=["x", "y", "x", "y", None, "x"]))
    assert (made["n", "a"].stat, made["N_miss", "a"].stat) == (2, 1)
    assert (made["n", "b"].stat, made["N_miss", "b"].stat) == (2, 1)


def test_one_cluster_of_an_arm_gives_no_standard_error() -> None:
    made = found(adjusted(Cluster=["x", "x", "x", "y", "z", "z"]))
    assert made["estimate", "b"].stat == pytest.approx(29 / 6 - 7 / 3)
    assert (
        made["p.value", "b"].stat is None
        and made["p.value", "b"].reason == "an arm has participants of one cluster only"
    )
    assert made["n_clusters", ""].stat == 3


def test_icc_of_an_endpoint_without_clusters_says_so() -> None:
    assert (
        next(e for e in clusters.icc(adjusted(), 1, "").statistics if e.name == "estimate").reason
        == "the endpoint names no cluster"
    )


# margins ----------------------------------------------------------------------------------------------------------------


def concluded(data: Participants, margin: float, compute: Any = mean_margins.non_inferiority_of_means) -> Any:
    return next(each.stat for each in compute(data, 1, "", margin=margin).statistics if each.name == "conclusion")


@pytest.mark.parametrize(
    ("margin", "hoped_for", "told"),
    [  # golf: women minus men -5.86 (-9.21 to -2.51)
        (10.0, True, "non-inferior, and worse within the margin"),
        (9.0, True, "non-inferiority not shown"),
        (2.0, True, "inferior by more than the margin"),
        (1.0, False, "non-inferior and superior"),
    ],
)
def test_the_margin_and_the_direction_decide(margin: float, hoped_for: bool, told: str) -> None:
    assert concluded(given("golf", hoped_for=hoped_for), margin) == told


def test_equivalence_needs_both_sides() -> None:
    data = given("golf")
    assert concluded(data, 9.0, mean_margins.equivalence_of_means) == "equivalent"
    assert concluded(data, 8.0, mean_margins.equivalence_of_means) == "equivalence not shown"
    assert concluded(data, 2.0, mean_margins.equivalence_of_means) == "different by more than the margin"


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        ((-1.9, 1.9), margins.EQUIVALENT),
        ((-1.0, 2.0), margins.NOT_EQUIVALENT),  # a limit on the margin does not keep within it
        ((-2.0, 1.0), margins.NOT_EQUIVALENT),
        ((-1.0, math.inf), margins.NOT_EQUIVALENT),
        ((2.5, 3.0), margins.DIFFERENT),
        ((-9.0, -2.1), margins.DIFFERENT),
    ],
)
def test_equivalence_of_an_interval(limits: tuple[float, float], told: str) -> None:
    assert margins.equivalence(limits, 2.0) == told


@pytest.mark.parametrize(
    ("limits", "hoped_for", "told"),
    [  # of a ratio, margin 1.25: the bounds are 0.8 and 1.25
        ((0.8, 1.5), True, margins.NOT_SHOWN),
        ((0.81, 1.5), True, margins.NOT_INFERIOR),
        ((1.01, 1.5), True, margins.SUPERIOR),
        ((0.85, 0.99), True, margins.WORSE_WITHIN),
        ((0.5, 0.79), True, margins.INFERIOR),
        ((0.5, 1.24), False, margins.NOT_INFERIOR),
        ((0.0, 0.9), False, margins.SUPERIOR),
        ((1.1, 1.2), False, margins.WORSE_WITHIN),
        ((1.0, math.inf), False, margins.NOT_SHOWN),
        ((1.26, math.inf), False, margins.INFERIOR),
    ],
)
def test_non_inferiority_of_a_ratio(limits: tuple[float, float], hoped_for: bool, told: str) -> None:
    assert margins.non_inferiority(limits, 1.25, hoped_for, is_ratio=True) == told


# the CDISC pilot --------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(
    "TRIALPRESS_CDISC" not in os.environ, reason="TRIALPRESS_CDISC names no folder with the CDISC pilot"
)
def test_the_cdisc_pilot() -> None:
    """ADAS-Cog (11) at week 24, LOCF, change from baseline: baseline and site group (clinical study report, 14-3.01)."""
    data = pd.read_csv(Path(os.environ["TRIALPRESS_CDISC"]) / "adam" / "adadas_actot.csv", dtype={"SITEGR1": str})
    chosen = data[(data.AVISIT == "Week 24") & (data.ANL01FL == "Y") & (data.EFFFL == "Y")]
    arms = {"Placebo": "placebo", "Xanomeline Low Dose": "low", "Xanomeline High Dose": "high"}
    columns = {
        "Arm": chosen.TRTP.map(arms).to_numpy(),
        "Outcome": chosen.CHG.to_numpy(dtype=float),
        "Baseline": chosen.BASE.to_numpy(dtype=float),
        "site_group": chosen.SITEGR1.to_numpy(),
    }
    levels = {"site_group": sorted(set(columns["site_group"]))}
    made = found(people(columns, ("placebo", "low", "high"), "placebo", ["site_group"], levels))
    printed = {"low": ("-0.47", "-2.08", "1.15", "0.569"), "high": ("-1.01", "-2.66", "0.65", "0.233")}
    for arm, (estimate, low, high, p) in printed.items():
        assert [f"{made[name, arm].stat:.2f}" for name in ("estimate", "conf.low", "conf.high")] == [
            estimate,
            low,
            high,
        ]
        assert f"{made['p.value', arm].stat:.3f}" == p
    assert [made["n", arm].stat for arm in ("placebo", "low", "high")] == [79, 81, 74]
