"""Two invented studies with values, events and levels at two visits: one of a single arm, one of two arms."""

from __future__ import annotations

from typing import Any

from tests.invented import parallel, single

PEOPLE = "id,kind,age,weight,entered\n" + "".join(f"P{n},x,{20 + n},50.{n % 10},2020-01-01\n" for n in range(1, 14))
ARMS = "id,arm,outcome\n" + "".join(f"P{n},{'A' if n % 2 else 'B'},yes\n" for n in range(1, 14))
_ROWS = (  # score, response and grade at the start; and at week 8
    ((5.1, "n", "low"), (4.0, "y", "normal")), ((2.9, "n", "low"), (4.0, "y", "low")), ((7.5, "y", "high"), (6.0, "y", "normal")),
    ((6.2, "n", "normal"), (6.2, "n", "high")), ((4.4, "y", "normal"), (3.1, "n", "normal")), ((8.0, "n", "high"), (5.5, "y", "low")),
    ((3.3, "n", "low"), (3.3, "n", "")), ((5.8, "n", ""), (5.1, "y", "normal")), ((6.6, "y", "normal"), (7.9, "y", "high")),
    ((9.1, "n", "high"), ("", "", "")), (("", "", "low"), (4.5, "y", "low")), ((5.0, "n", "normal"), (3.5, "y", "low")),
)  # fmt: skip
SCORES = "id,visit,score,response,grade\n" + "".join(
    f"P{n},{visit},{','.join(map(str, cells))}\n"
    for n, both in enumerate(_ROWS, 1) for visit, cells in zip(("W0", "W8"), both, strict=True)
)  # fmt: skip
VALUES: dict[str, Any] = {
    "score": {"type": "number", "label": "Score", "unit": "points", "resolution": 0.1},
    "response": {"type": "category", "label": "Response", "levels": {"y": "Yes", "n": "No"}},
    "grade": {"type": "category", "label": "Grade", "levels": {"low": "Low", "normal": "Normal", "high": "High", "worst": "Worst"}},
}  # fmt: skip


def endpoint(name: str, variable: str, *methods: dict[str, Any], **parts: Any) -> dict[str, Any]:
    return {
        "id": name, "label": name.capitalize(), "role": "secondary", "specified_in": "protocol", "source": "invented",
        "direction": "higher_is_better", "dataset": "scores", "variable": variable, "population": "everyone", "visit": "week8",
        "methods": list(methods), **parts,
    }  # fmt: skip


def use(method: str, name: str = "", **arguments: Any) -> dict[str, Any]:
    made: dict[str, Any] = {"method": method, **({"id": name} if name else {})}
    return {**made, **({"arguments": arguments} if arguments else {})}


GOAL = {"goal": 4.0}
SIMON = {"n1": 5, "r1": 1, "n": 11, "r": 4, "p0": 0.2, "p1": 0.6, "first_stage_events": 3}
ENDPOINTS = [
    endpoint(
        "changed", "score", use("change"), use("mean_change", confidence=0.9), use("paired_t"), use("sign_test"),
        use("hodges_lehmann"), use("signed_rank"), use("signed_rank", "pratt", zeros="pratt"),
        use("signed_rank", "normal", distribution="asymptotic"),
        use("signed_rank", "normal_pratt", distribution="asymptotic", zeros="pratt", correction="none"), against="start",
    ),
    endpoint(
        "reached", "score", use("description"), use("description", "as_in_r", quartiles=7), use("one_sample_t", **GOAL),
        use("one_sample_t", "above", **GOAL, alternative="greater", confidence=0.975),
        use("one_sample_signed_rank", **GOAL), use("one_sample_signed_rank", "below", goal=4.5, alternative="less"),
        use("one_sample_signed_rank", "pratt_above", **GOAL, alternative="greater", zeros="pratt"),
        use("one_sample_signed_rank", "normal", goal=4.25, distribution="asymptotic", alternative="greater"),
        use("one_sample_hodges_lehmann", **GOAL),
    ),
    endpoint(
        "responded", "response", use("proportion"), use("proportion", "wilson", interval="wilson"),
        use("performance_goal", goal=0.4, alternative="greater"), use("performance_goal", "both", goal=0.4, alternative="two_sided"),
        use("simon_two_stage", **SIMON), use("simon_two_stage", "koyama", **SIMON, interval="koyama_chen"),
        use("simon_two_stage", "longer", **{**SIMON, "n": 10}), event="y",
    ),
    endpoint(
        "turned", "response", use("paired_events"), use("mcnemar"), use("mcnemar", "mid", p="mid_p"),
        use("paired_risk_difference", interval="tango"), use("paired_risk_difference", "square", interval="newcombe"),
        against="start", event="y",
    ),
    endpoint("shifted", "grade", use("shift_levels"), against="start"),
]  # fmt: skip


def one_arm(**parts: Any) -> dict[str, Any]:
    given = single(endpoints=ENDPOINTS, **parts)
    given["datasets"]["scores"]["columns"] |= VALUES
    return given


def two_arms(**parts: Any) -> dict[str, Any]:
    scored, given = (
        single(),
        parallel(endpoints=[endpoint("shifted", "grade", use("shift_levels"), against="start")], **parts),
    )
    given["visits"] = scored["visits"]
    given["datasets"]["scores"] = scored["datasets"]["scores"]
    given["datasets"]["scores"]["columns"] |= VALUES
    return given
