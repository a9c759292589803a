"""Numbers of events and values at several visits in every form of their arguments: from files, and again by R."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from report.analysis import compute
from report.ard import Row
from report.study import file as study_file
from report.study.endpoints import COUNT_BY_ARM, REPEATED
from report.tracing import phrases, r_code, subjects
from report.tracing.papers import Paper
from tests.compared import endpoint, files, study
from tests.invented import write
from tests.tracing.test_r_code import run_r

PACKAGES = ("sandwich", "MASS", "gee", "lme4", "lmerTest", "emmeans")
COUNTED: list[tuple[str, dict[str, Any]]] = [
    ("event_rates", {"per": 100.0}),
    ("rate_ratio_by_arm", {"confidence": 0.9}),
    ("poisson", {}),
    ("poisson", {"variance": "model"}),
    ("poisson", {"variance": "scaled"}),
    ("negative_binomial", {}),
    ("negative_binomial", {"variance": "robust"}),
]
FOLLOWED: list[tuple[str, dict[str, Any]]] = [
    ("change_by_visit", {}),
    ("change_by_visit", {"difference": "pooled", "confidence": 0.9}),
    ("change_by_visit", {"difference": "ancova"}),
    ("gee", {}),
    ("gee", {"effect": "overall", "correlation": "independence"}),
    ("gee", {"variance": "bias_reduced"}),
    ("random_intercept", {}),
    ("random_intercept", {"effect": "overall", "confidence": 0.9}),
]
OF_EVENT = [("change_by_visit", {}), ("gee", {"effect": "overall"})]
# R's search for the variances of a mixed model ends a little early, and its derivatives are numerical
SLOW, ENOUGH = ("random_intercept",), ("estimate", "df", "p.value", "ls_mean.std.error", "icc", "n", "n_values")
LOOSE = {"random_intercept": 2e-4, "negative_binomial": 2e-6, "gee": 2e-6}


def has_r() -> bool:
    if not shutil.which("Rscript"):
        return False
    asked = " && ".join(f'requireNamespace("{name}", quietly = TRUE)' for name in PACKAGES)
    done = subprocess.run(["Rscript", "-e", f"cat({asked})"], capture_output=True, text=True, check=False, timeout=120)
    return done.stdout.strip() == "TRUE"


def methods(uses: list[tuple[str, dict[str, Any]]]) -> list[dict[str, Any]]:
    return [{"method": name, "id": f"{name}_{n}", "arguments": given} for n, (name, given) in enumerate(uses)]


def paper(folder: Path, kind: str) -> Paper:
    visits = {"visits": ["week4", "week8"]}
    endpoints = [
        endpoint("relapses", "people", "relapses", (), exposure="years", covariates=["age"], strata="site"),
        endpoint("clustered", "people", "relapses", (), exposure="years", cluster="practice"),
        endpoint("colds", "attacks", "kind", (), event="cold", exposure="years"),
        endpoint("course", "scores", "score", (), **visits, against="start", covariates=["age"], strata="site"),
        endpoint("good", "scores", "state", (), **visits, event="good"),
    ]
    uses = [
        COUNTED,
        [("poisson", {}), ("negative_binomial", {"variance": "robust"})],
        COUNTED[:2],
        FOLLOWED,
        OF_EVENT,
    ]
    if kind == "one_arm":
        endpoints = [endpoints[2], endpoints[3]]
        endpoints = [{k: part for k, part in each.items() if k not in ("covariates", "strata")} for each in endpoints]
        uses = [COUNTED[:1], [("change_by_visit", {}), ("random_intercept", {})]]
    for each, of in zip(endpoints, uses, strict=True):
        each["methods"] = methods(of)
    made = study(kind) | {"endpoints": endpoints, "displays": []}
    arms = ("C",) if kind == "one_arm" else ("C", "L", "H")
    read = study_file.read(write(folder, made, **files(arms)))
    return Paper(read, compute.draft(folder, read).results, {}, (), {}, True)


@pytest.mark.skipif(not has_r(), reason=f"needs R with the packages {', '.join(PACKAGES)}")
@pytest.mark.parametrize(("kind", "least"), [("by_arm", 200), ("one_arm", 30)])
def test_r_gives_every_result(tmp_path: Path, kind: str, least: int) -> None:
    made = paper(tmp_path, kind)
    rows = {row.result_id: row for row in made.results if chosen(made, row)}
    codes = {name: r_code.r_code(made, row).text for name, row in rows.items()}
    given = run_r({name: text for name, text in codes.items() if text}, tmp_path)
    wrong = [(name, rows[name].stat, it) for name, it in given.items() if not near(made, rows[name], it)]
    assert not wrong, wrong[:20]
    assert len(given) == sum(bool(text) for text in codes.values()) > least


def chosen(made: Paper, row: Row) -> bool:
    """Return whether R is asked for a row: of one compared arm; of mixed models, which load slowly, a few of a visit."""
    of = subjects.subject(made.study, row)
    if of.use is not None and of.use.method in SLOW and (row.visit == "week4" or row.stat_name not in ENOUGH):
        return False
    return of.kind == "endpoint" and row.group1_level != "h"


def near(made: Paper, row: Row, given: str) -> bool:
    if isinstance(row.stat, str):
        return given == row.stat
    use = subjects.subject(made.study, row).use
    allowed = LOOSE.get(use.method if use else "", 1e-7)
    try:
        return abs(float(given) - row.number()) <= allowed * max(1.0, abs(row.number()))
    except ValueError:
        return False


@pytest.mark.parametrize("kind", ["by_arm", "one_arm"])
def test_every_statistic_has_a_value_and_a_phrase(tmp_path: Path, kind: str) -> None:
    made = paper(tmp_path, kind)
    for row in made.results:
        of = subjects.subject(made.study, row)
        if of.use is not None:
            assert phrases.phrase(of.kind, of.use.method, row.stat_name), row.result_id
            assert row.stat is not None, (row.result_id, row.reason)


def test_every_method_is_used() -> None:
    assert {name for name, _ in COUNTED} == set(COUNT_BY_ARM)
    assert {name for name, _ in FOLLOWED} == set(REPEATED)
