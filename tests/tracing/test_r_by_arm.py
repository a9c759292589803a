"""Numbers by arm, crossovers and clusters in every form of their arguments: from files, and again by R from the files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from report.analysis import compute
from report.study import file as study_file
from report.study.endpoints import CROSSOVER, VALUE_BY_ARM
from report.tracing import phrases, subjects
from report.tracing.papers import Paper
from tests.invented import change, parallel, single, write
from tests.tracing.test_r_code import held, needs_r

CODES = ["L", "H", "P"]
ARMS = [
    {"id": name, "label": name.title(), "code": code}
    for name, code in zip(("low", "high", "placebo"), CODES, strict=True)
]
PEOPLE = "id,arm,age,site,ward\n" + "".join(
    f"P{n:02},{CODES[n % 3]},{30 + n * n % 23},{'' if n == 7 else 'xyz'[n * n % 5 % 3]},w{n * 7 % 9}\n"
    for n in range(36)
)
SCORES = "id,visit,score\n" + "".join(
    f"P{n:02},W0,{10 + n * 13 % 17 / 2}\nP{n:02},W8,{'' if n == 5 else 9 + n % 3 + n * 29 % 31 / 2}\n"
    for n in range(36)
)
# every form of every argument
USES: list[tuple[str, dict[str, Any]]] = [
    ("means", {}),
    ("t_test", {}),
    ("t_test", {"variance": "pooled", "confidence": 0.9}),
    ("hedges_g", {}),
    ("anova", {}),
    ("anova", {"variance": "welch"}),
    ("mann_whitney", {"distribution": "exact"}),
    ("mann_whitney", {"distribution": "asymptotic"}),
    ("mann_whitney", {"distribution": "asymptotic", "continuity": "none"}),
    ("kruskal_wallis", {}),
    ("hodges_lehmann_shift", {}),
    ("hodges_lehmann_shift", {"interval": "asymptotic", "confidence": 0.9}),
    ("win_probability", {}),
    ("win_probability", {"interval": "brunner_munzel"}),
    ("ancova", {}),
    ("ancova", {"weights": "observed", "confidence": 0.99}),
    ("pairwise_means", {"adjustment": "none"}),
    ("pairwise_means", {"adjustment": "bonferroni", "model": "ancova"}),
    ("pairwise_means", {"adjustment": "holm"}),
    ("non_inferiority", {"margin": 2.5}),
    ("non_inferiority", {"margin": 2.5, "model": "pooled", "alpha": 0.05}),
    ("non_inferiority", {"margin": 2.5, "model": "ancova"}),
    ("equivalence", {"margin": 4.0}),
    ("equivalence", {"margin": 4.0, "model": "ancova"}),
]


def methods(uses: list[tuple[str, dict[str, Any]]]) -> list[dict[str, Any]]:
    return [{"method": name, "id": f"{name}_{n}", "arguments": given} for n, (name, given) in enumerate(uses)]


def by_arm() -> dict[str, Any]:
    scored = single()["datasets"]["scores"]
    levels = {"x": "Ex", "y": "Why", "z": "Zed"}
    columns = {
        "id": {"type": "text", "required": True},
        "arm": {"type": "category", "required": True, "levels": {code: code for code in CODES}},
        "age": {"type": "integer", "label": "Age"},
        "site": {"type": "category", "label": "Site", "levels": levels},
        "ward": {"type": "text", "label": "Ward"},
    }
    made = parallel(visits=single()["visits"])
    design = {**made["design"], "arms": ARMS, "reference": "placebo"}
    people = {"file": "people.csv", "participant": "id", "columns": columns}
    clustered: list[tuple[str, dict[str, Any]]] = [
        ("ancova", {}),
        ("pairwise_means", {"adjustment": "none", "model": "ancova"}),
        ("icc", {}),
    ]
    endpoints = [
        change(methods=methods(USES), id="plain", covariates=["age"], strata="site"),
        change(methods=methods(clustered), id="clustered", role="secondary", cluster="ward", covariates=["age"]),
    ]
    endpoints[0]["direction"] = "higher_is_better"
    return {**made, "design": design, "datasets": {"people": people, "scores": scored}, "endpoints": endpoints}


def crossed() -> dict[str, Any]:
    made = by_arm()
    arms = [{"id": "ab", "label": "a then b", "code": "L"}, {"id": "ba", "label": "b then a", "code": "H"}]
    people = made["datasets"]["people"]
    people["columns"] = {
        **people["columns"],
        "arm": {"type": "category", "required": True, "levels": {"L": "ab", "H": "ba"}},
    }
    plan = {"periods": ["start", "week8"], "treatments": {"ab": ["a", "b"], "ba": ["b", "a"]}, "reference": "b"}
    endpoint = change(*CROSSOVER, crossover=plan)
    del endpoint["visit"], endpoint["against"]
    return {**made, "design": {**made["design"], "arms": arms, "reference": "ba"}, "endpoints": [endpoint]}


STUDIES = {"by arm": by_arm(), "crossed": crossed()}
FILES = {"by arm": PEOPLE, "crossed": PEOPLE.replace(",P,", ",H,")}


def paper(folder: Path, name: str) -> Paper:
    read = study_file.read(write(folder, STUDIES[name], people=FILES[name], scores=SCORES))
    return Paper(read, compute.draft(folder, read).results, {}, (), {}, True)


@needs_r
@pytest.mark.parametrize(("name", "least"), [("by arm", 250), ("crossed", 30)])
def test_r_gives_every_result(tmp_path: Path, name: str, least: int) -> None:
    made = paper(tmp_path, name)
    rows = [row for row in made.results if subjects.subject(made.study, row).kind == "endpoint"]
    rows = [
        row for row in rows if row.group1_level not in ("high", "placebo") or row.variable_level
    ]  # the code is the same
    assert held(made, rows, tmp_path) > least


@pytest.mark.parametrize("name", STUDIES)
def test_every_statistic_has_a_value_and_a_phrase(tmp_path: Path, name: str) -> None:
    made = paper(tmp_path, name)
    for row in made.results:
        of = subjects.subject(made.study, row)
        if of.use is not None:
            assert phrases.phrase(of.kind, of.use.method, row.stat_name), row.result_id
            assert row.stat is not None, (row.result_id, row.reason)


def test_every_method_is_used() -> None:
    assert {name for name, _ in USES} | {"icc"} == set(VALUE_BY_ARM) - {"multiple_imputation"}
