"""Invented trials in which every method has something to say: three arms, one arm, and a crossover.

36 participants in three arms of twelve, or the twelve of the first arm alone; a few values are missing. Values come from
a small congruential rule, so that nothing depends on a library's generator.
"""

from __future__ import annotations

from typing import Any

from report.study import endpoints as named

YES_NO = {"yes": "Yes", "no": "No"}
GRADES = {"none": "None", "mild": "Mild", "severe": "Severe"}
# what an author must say beside the method's name
ARGUMENTS: dict[str, dict[str, Any]] = {
    "shift": {"above": 20},
    "risk_reduction": {"interval": "newcombe"},
    "relative_risk_reduction": {"interval": "koopman"},
    "risk_ratio": {"interval": "koopman"},
    "number_needed_to_treat": {"interval": "newcombe"},
    "mantel_haenszel": {"measure": "ratio"},
    "multiple_imputation": {"seed": 1, "draws": 10},
    "imputed_risks": {"seed": 1, "draws": 10},
    "tipping_point": {"seed": 1, "draws": 10, "step": 1.0, "steps": 2},
    "bootstrap_difference": {"seed": 1, "draws": 999},
    "permutation_test": {"seed": 1, "draws": 999},
    "mann_whitney": {"distribution": "exact"},
    "pairwise_means": {"adjustment": "tukey"},
    "non_inferiority": {"margin": 6.0},
    "equivalence": {"margin": 6.0},
    "risk_difference": {"interval": "miettinen_nurminen"},
    "odds_ratio": {"interval": "exact"},
    "non_inferiority_risk": {"margin": 0.2},
    "equivalence_risk": {"margin": 0.2},
    "stratified_risk_difference": {"interval": "newcombe"},
    "mann_whitney_levels": {"distribution": "exact"},
    "cmh_levels": {"test": "row_mean_scores"},
    "survival_difference": {"at": 20},
    "cumulative_incidence": {"at": [10, 20]},
    "kaplan_meier": {"at": [10, 20]},
    "one_sample_t": {"goal": 25},
    "one_sample_signed_rank": {"goal": 25},
    "one_sample_hodges_lehmann": {"goal": 25},
    "paired_risk_difference": {"interval": "tango"},
    "performance_goal": {"goal": 0.2, "alternative": "greater"},
    "simon_two_stage": {"n1": 6, "r1": 0, "n": 11, "r": 3, "p0": 0.1, "p1": 0.4, "first_stage_events": 2},
}


def numbers(seed: int) -> Any:
    """Return a function that gives whole numbers from 0 to below n, the same ones every time."""
    state = [seed]

    def below(n: int) -> int:
        state[0] = (1103515245 * state[0] + 12345) % 2**31
        return (state[0] >> 8) % n

    return below


def files(arms: tuple[str, ...] = ("C", "L", "H"), each: int = 12) -> dict[str, str]:
    """Return the data files: participants with one row each, scores at three visits, and attacks, a row an attack."""
    below = numbers(20)
    people = ["id,arm,age,site,practice,outcome,grade,days,status,relapses,years"]
    scores = ["id,visit,score,state,pain"]
    attacks = ["id,no,kind"]
    for at in range(len(arms) * each):
        who, arm = f"P{at + 1:02d}", arms[at % len(arms)]
        better = arms.index(arm)
        outcome = "" if at == 7 else "yes" if below(10) < 3 + 2 * better else "no"
        grade = "" if at == 8 else list(GRADES)[min(2, below(4 - better))]
        relapses, years = below(6 - better), f"{0.5 + below(20) / 10:.1f}"
        people.append(f"{who},{arm},{30 + below(40)},{'ab'[below(2)]},g{at // 6},{outcome},{grade},"
                      f"{20 + below(300) + 60 * better},{'0112'[below(4)]},{relapses},{years}")  # fmt: skip
        base = 20 + below(20)
        for week, visit in ((0, "W0"), (4, "W4"), (8, "W8")):
            value = base if week == 0 else base + below(9) - 4 - better * week // 2
            lost = week == 8 and at in (3, 10, 20)
            state = "good" if value < 24 + below(6) else "bad"
            scores.append(f"{who},{visit},{'' if lost else value},{'' if lost else state},{list(GRADES)[below(3)]}")
        attacks += [f"{who},{number + 1},{'cold' if below(3) else 'flu'}" for number in range(below(4))]
    return {name: "\n".join(lines) + "\n" for name, lines in
            (("people", people), ("scores", scores), ("attacks", attacks))}  # fmt: skip


# the second gate is shut: of the first one the low dose does not differ in its response
PLAN = {
    "id": "key", "label": "the key outcomes", "alpha": 0.05, "specified_in": "analysis_plan", "source": "invented",
    "gates": [
        {"procedure": "holm", "hypotheses": [{"endpoint": "change", "method": "ancova", "arm": arm} for arm in "lh"]},
        {"procedure": "fixed_sequence", "hypotheses": [{"endpoint": "response", "method": "fisher", "arm": "h"},
                                                       {"endpoint": "severity", "method": "proportional_odds", "arm": "h"}]},
    ],
}  # fmt: skip


def used(methods: tuple[str, ...]) -> list[dict[str, Any]]:
    return [{"method": name, **({"arguments": ARGUMENTS[name]} if name in ARGUMENTS else {})} for name in methods]


def endpoint(name: str, dataset: str, variable: str, methods: tuple[str, ...], **parts: Any) -> dict[str, Any]:
    return {
        "id": name, "label": f"The {name}", "role": "secondary", "specified_in": "protocol", "source": "invented",
        "direction": "lower_is_better", "dataset": dataset, "variable": variable, "population": "everybody",
        "methods": used(methods), **parts,
    }  # fmt: skip


AT_WEEK_8 = {"visit": "week8", "against": "start"}
BY_ARM = [
    endpoint("change", "scores", "score", (*(n for n in named.VALUE_BY_ARM if n != "icc"), *named.DRAWN_OR_IMPUTED), **AT_WEEK_8, covariates=["age", "site"]),
    endpoint("clustered", "scores", "score", tuple(n for n in named.VALUE_BY_ARM if n in ("ancova", "icc")), **AT_WEEK_8, cluster="practice"),
    endpoint("response", "people", "outcome", (*named.BY_ARM, *named.MISSING_EVENTS), event="yes", strata="site", covariates=["age"]),
    endpoint("severity", "people", "grade", named.ORDERED_BY_ARM, strata="site"),
    endpoint("survival", "people", "days", named.TIME_BY_ARM, covariates=["age"],
             time={"status": "status", "event": "1", "event_is": "harm", "competing": ["2"], "shown_in": "weeks"}),
    endpoint("relapses", "people", "relapses", named.COUNT_BY_ARM, exposure="years", covariates=["age"]),
    endpoint("colds", "attacks", "kind", tuple(named.COUNT_BY_ARM[:2]), event="cold", exposure="years"),
    endpoint("course", "scores", "score", (*named.REPEATED, *named.MISSING_VISITS), visits=["week4", "week8"], against="start"),
    endpoint("moved", "scores", "pain", named.LEVELS, **AT_WEEK_8),
]  # fmt: skip
IN_ONE_ARM = [
    endpoint("within", "scores", "score", named.WITHIN, **AT_WEEK_8),
    endpoint("value", "scores", "score", named.ONE_VALUE, visit="week8"),
    endpoint("paired", "scores", "state", named.PAIRED_EVENT, event="good", **AT_WEEK_8),
    endpoint("response", "people", "outcome", named.ONE_ARM, event="yes"),
    endpoint("survival", "people", "days", named.TIME_IN_ONE_ARM, time={"status": "status", "event": "1", "event_is": "harm", "competing": ["2"]}),
    endpoint("relapses", "people", "relapses", named.COUNT_IN_ONE_ARM, exposure="years"),
    endpoint("moved", "scores", "pain", named.LEVELS, **AT_WEEK_8),
]  # fmt: skip
CROSSED = [
    endpoint("crossed", "scores", "score", named.CROSSOVER,
             crossover={"periods": ["week4", "week8"], "treatments": {"c": ["drug", "placebo"], "l": ["placebo", "drug"]}, "reference": "placebo"}),
]  # fmt: skip


def study(kind: str) -> dict[str, Any]:
    """Return the study file of the trial by arm, in one arm, or crossed over, with a table of each endpoint."""
    arms = {"by_arm": "CLH", "one_arm": "C", "crossed": "CL"}[kind]
    endpoints = {"by_arm": BY_ARM, "one_arm": IN_ONE_ARM, "crossed": CROSSED}[kind]
    endpoints = [each for each in endpoints if each["methods"]]
    design: dict[str, Any] = {
        "kind": "single_arm" if kind == "one_arm" else "parallel", "randomised": kind != "one_arm",
        "arms": [{"id": arm.lower(), "label": f"Arm {arm}", "short": arm, "code": arm} for arm in arms],
    }  # fmt: skip
    if kind != "one_arm":
        design |= {"allocation": {"dataset": "people", "column": "arm"}, "reference": "c"}
    return {
        "format": 2,
        "study": {"id": "invented", "title": "Invented", "short_title": "Invented", "data_status": "dummy",
                  "status_note": "invented", "data_cutoff": "2020-12-31"},
        "authors": [{"name": "Nobody"}],
        "design": design,
        "datasets": datasets(arms),
        "visits": [{"id": "start", "label": "Start", "code": "W0", "day": 0},
                   {"id": "week4", "label": "Week 4", "code": "W4", "day": 28},
                   {"id": "week8", "label": "Week 8", "code": "W8", "day": 56}],
        "populations": {"everybody": {"label": "Everybody", "dataset": "people"}},
        "endpoints": endpoints,
        "displays": [_table(each["id"]) for each in endpoints],
    }  # fmt: skip


def planned() -> dict[str, Any]:
    """Return the study file of the trial by arm with a plan for several tests, and its table."""
    made = study("by_arm")
    shown = {"id": "tbl-key", "kind": "multiplicity", "title": "Hypotheses"}
    return {**made, "multiplicity": [PLAN], "displays": [*made["displays"], shown]}


def _table(name: str) -> dict[str, Any]:
    """Return the table of an endpoint: of any outcome, or of the changes between levels."""
    if name == "moved":
        return {"id": "tbl-moved", "kind": "shift_levels", "title": name, "endpoint": name}
    return {"id": f"tbl-{name}", "kind": "comparison", "title": name, "endpoint": name}


def datasets(arms: str) -> dict[str, Any]:
    """Return the contracts of the data files."""
    who = {"type": "text", "required": True}
    visit = {"type": "category", "required": True, "levels": {"W0": "Start", "W4": "Week 4", "W8": "Week 8"}}
    people = {
        "id": who,
        "arm": {"type": "category", "required": True, "levels": {arm: f"Arm {arm}" for arm in arms}},
        "age": {"type": "integer", "label": "Age", "unit": "years"},
        "site": {"type": "category", "label": "Site", "levels": {"a": "Aa", "b": "Bb"}},
        "practice": {"type": "text"},
        "outcome": {"type": "category", "label": "Outcome", "levels": YES_NO},
        "grade": {"type": "category", "label": "Grade", "levels": GRADES},
        "days": {"type": "integer", "label": "Time", "unit": "days"},
        "status": {"type": "category", "levels": {"0": "Observed to the end", "1": "Died", "2": "Left"}},
        "relapses": {"type": "integer", "label": "Relapses"},
        "years": {"type": "number", "label": "Time at risk", "unit": "years", "resolution": 0.1},
    }
    scores = {
        "id": who, "visit": visit, "score": {"type": "integer", "label": "Score"},
        "state": {"type": "category", "label": "State", "levels": {"good": "Good", "bad": "Bad"}},
        "pain": {"type": "category", "label": "Pain", "levels": GRADES},
    }  # fmt: skip
    attacks = {"id": who, "no": {"type": "integer", "required": True},
               "kind": {"type": "category", "label": "Kind", "levels": {"cold": "Cold", "flu": "Flu"}}}  # fmt: skip
    return {
        "people": {"file": "people.csv", "participant": "id", "columns": people},
        "scores": {"file": "scores.csv", "participant": "id", "visit": "visit", "columns": scores},
        "attacks": {"file": "attacks.csv", "participant": "id", "record": "no", "columns": attacks},
    }
