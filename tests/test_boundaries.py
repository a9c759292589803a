"""Boundaries of interim looks, read in from the program that gave them: what is refused, decided and said."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from report.paper import statistical_methods
from report.paper.styles import STYLES
from report.study.endpoints import Confirmatory
from report.study.model import Study
from tests.invented import computed, event, parallel

# O'Brien and Fleming (Biometrics 1979;35:549-556), two looks, two-sided 0.05: z of 2.797 and 1.977
LOOKS = [{"information": 0.5, "p": 0.0052}, {"information": 1.0, "p": 0.0480}]
PLAN: dict[str, Any] = {
    "method": "fisher", "alpha": 0.048, "source": "analysis plan",
    "boundaries": {"looks": LOOKS, "look": 2, "spending": "O’Brien and Fleming", "software": "gsDesign 3.6.4"},
}  # fmt: skip
SAID = (
    "The trial has 2 looks with boundaries of O’Brien and Fleming (gsDesign 3.6.4; two-sided): 50% of the information, "
    "P = 0.0052; 100% of the information, P = 0.048. This is look 2."
)


def outcomes(treated: int, control: int, each: int = 12) -> str:
    lines = [("A", treated), ("B", control)]
    rows = [f"P{arm}{at:02d},{arm},{'yes' if at < n else 'no'}" for arm, n in lines for at in range(each)]
    return "\n".join(["id,arm,outcome", *rows]) + "\n"


def planned(**changed: Any) -> dict[str, Any]:
    return parallel(endpoints=[{**event({"method": "fisher"}), "confirmatory": {**PLAN, **changed}}])


@pytest.mark.parametrize(
    ("treated", "alpha", "look", "crosses"),
    # 2 of 12 against 8 of 12: Fisher's p 0.0361; 0 of 12 against 8 of 12: p 0.0013
    [(2, 0.048, 2, True), (2, 0.0052, 1, False), (0, 0.0052, 1, True)],
)
def test_p_is_held_against_the_boundary_of_its_look(
    tmp_path: Any, treated: int, alpha: float, look: int, crosses: bool
) -> None:
    boundaries = {**PLAN["boundaries"], "look": look}
    results = computed(tmp_path, planned(alpha=alpha, boundaries=boundaries), people=outcomes(treated, 8))
    assert results.by_id("happened.fisher.a.significant").stat is crosses


def test_the_looks_are_told(tmp_path: Any) -> None:
    results = computed(tmp_path, planned(), people=outcomes(2, 8))
    study = Study.model_validate(planned())
    told = " ".join(text.plain for text in statistical_methods.paragraphs(study, results, STYLES["plain"]))
    assert SAID in told


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"alpha": 0.05}, "alpha is 0.05, and the boundary of this look is 0.048"),
        ({"boundaries": {**PLAN["boundaries"], "look": 3}}, "there are 2 looks, and this is said to be look 3"),
        ({"boundaries": {**PLAN["boundaries"], "looks": LOOKS[::-1]}}, "the looks do not follow each other"),
    ],
)
def test_a_plan_that_contradicts_itself(changed: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Confirmatory.model_validate({**PLAN, **changed})
    assert told in str(refused.value)
