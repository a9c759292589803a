"""The R code of the methods of events and of ordered levels by arm gives our results, of an invented trial of 3 arms."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from report.analysis import compute
from report.study import file as study_file
from report.study.endpoints import BY_ARM, ORDERED_BY_ARM
from report.tracing import phrases, r_code, subjects
from report.tracing.papers import Paper
from tests.invented import event, parallel, write
from tests.tracing.test_r_code import held

PACKAGES = ("coin", "ordinal")
ARMS = {"A": "a", "M": "m", "B": "b"}


def has_r() -> bool:
    if not shutil.which("Rscript"):
        return False
    asked = " && ".join(f'requireNamespace("{name}", quietly = TRUE)' for name in PACKAGES)
    done = subprocess.run(["Rscript", "-e", f"cat({asked})"], capture_output=True, text=True, check=False, timeout=60)
    return done.stdout.strip() == "TRUE"


needs_r = pytest.mark.skipif(not has_r(), reason=f"needs R with the packages {', '.join(PACKAGES)}")


def use(method: str, name: str = "", **arguments: Any) -> dict[str, Any]:
    """Return a use of a method, under a name of its own where it is used twice."""
    return {"method": method, **({"id": name} if name else {}), **({"arguments": arguments} if arguments else {})}


EVENTS = [
    use("risk"), use("risk_difference", interval="miettinen_nurminen"),
    use("risk_difference", "newcombe_difference", interval="newcombe"),
    use("odds_ratio", interval="exact"), use("odds_ratio", "score_odds", interval="miettinen_nurminen"),
    use("odds_ratio", "wald_odds", interval="wald", confidence=0.9),
    use("chi_squared"), use("chi_squared", "yates", correction="yates"),
    use("chi_squared", "campbell", correction="n_minus_1"), use("boschloo"),
    use("non_inferiority_risk", margin=0.15), use("non_inferiority_risk", "fm", margin=0.1, interval="farrington_manning"),
    use("equivalence_risk", margin=0.25), use("trend"), use("trend", "doses", scores=[0, 2.5, 10], distribution="exact"),
    use("mantel_haenszel", measure="odds_ratio"), use("stratified_risk_difference", interval="miettinen_nurminen"),
    use("stratified_risk_difference", "yan_su", interval="newcombe"), use("breslow_day"),
    use("breslow_day", "plain_breslow_day", correction="none"),
    use("logistic"), use("logistic", "profiled", interval="profile", confidence=0.9),
    use("standardised_risks"), use("standardised_risks", "ge_ratio", measure="ratio", variance="ge"),
]  # fmt: skip
ORDERED = [
    use("levels"), use("proportional_odds"), use("chi_squared_levels"), use("fisher_levels"),
    use("cmh_levels", test="row_mean_scores", scores="midranks"), use("cmh_levels", "any", test="general_association"),
    use("cmh_levels", "line", test="correlation"),
]  # fmt: skip
RANKED = [
    use("mann_whitney_levels", distribution="exact"), use("mann_whitney_levels", "near", distribution="asymptotic"),
    use("win_probability_levels"), use("kruskal_wallis_levels"),
]  # fmt: skip
CLUSTERED = [use("risk"), use("logistic")]


def study() -> dict[str, Any]:
    """Return the study file: outcome by arm with covariates and strata, and in clusters; levels by arm over strata."""
    made = parallel()
    made["design"]["arms"].insert(1, {"id": "m", "label": "Arm m", "code": "M"})
    columns = made["datasets"]["people"]["columns"]
    columns["arm"]["levels"] = {"A": "Arm a", "M": "Arm m", "B": "Arm b"}
    columns["grade"] = {"type": "category", "label": "Grade", "levels": {"low": "Low", "mid": "Middle", "top": "Top"}}
    columns["site"] = {"type": "category", "label": "Site", "levels": {"x": "Ex", "y": "Why"}}
    columns["age"] = {"type": "integer", "label": "Age"}
    columns["ward"] = {"type": "integer", "label": "Ward"}
    of_events = {**event(*EVENTS), "covariates": ["age"], "strata": "site"}
    of_events["confirmatory"] = {"method": "logistic", "alpha": 0.05, "source": "invented"}
    of_wards = {**event(*CLUSTERED), "id": "in_wards", "role": "secondary", "covariates": ["age"], "cluster": "ward"}
    of_levels = {**event(*ORDERED, *RANKED), "id": "graded", "role": "secondary", "variable": "grade", "strata": "site"}
    del of_levels["event"]
    return {**made, "endpoints": [of_events, of_wards, of_levels]}


def people(count: int = 84) -> str:
    """Return the participants' file; a few lack a value."""
    drawn = np.random.default_rng(8)
    lines = ["id,arm,outcome,grade,site,age,ward"]
    for number in range(count):
        arm, site, age = "AMB"[number % 3], "xy"[drawn.integers(2)], int(drawn.integers(20, 80))
        better = {"A": 0.6, "M": 0.45, "B": 0.3}[arm] + (age - 50) / 200
        outcome = "" if number == 5 else "yes" if drawn.random() < better else "no"
        grade = "" if number in (7, 8) else ("low", "mid", "top")[min(2, int(drawn.random() * 2 + better))]
        known = f"{'' if number == 9 else site},{'' if number == 11 else age}"
        lines.append(f"P{number:03},{arm},{outcome},{grade},{known},{number % 7}")
    return "\n".join(lines) + "\n"


def paper(folder: Path) -> Paper:
    write(folder, study(), people=people())
    made = study_file.read(folder)
    return Paper(made, compute.results(folder, made), {}, (), {}, True)


def test_every_statistic_has_a_phrase_and_r_code(tmp_path: Path) -> None:
    made = paper(tmp_path)
    used = {each["method"] for each in (*EVENTS, *ORDERED, *RANKED)}
    older = {"risk_reduction", "relative_risk_reduction", "risk_ratio", "number_needed_to_treat", "fisher"}
    assert used == {*BY_ARM, *ORDERED_BY_ARM} - older
    for row in made.results:
        of = subjects.subject(made.study, row)
        if of.kind == "endpoint" and of.use is not None:
            assert phrases.phrase(of.kind, of.use.method, row.stat_name), row.result_id
            code = r_code.r_code(made, row)
            assert code.text or code.reason != "nothing is computed for it", row.result_id


@needs_r
def test_r_gives_every_result(tmp_path: Path) -> None:
    made = paper(tmp_path)
    ours = [row for row in made.results if row.analysis_id.split(".")[0] in ("happened", "in_wards", "graded")]
    one_each = {(row.analysis_id, row.stat_name, row.group1_level == "b"): row for row in reversed(ours)}
    assert held(made, one_each.values(), tmp_path) > 150
