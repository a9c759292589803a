"""What a derived variable is, in words: by its rule, and by what the study file gives the rule."""

from __future__ import annotations

from itertools import pairwise

from report.study.derivations import BaselineValue, Category, Condition, Jadas
from report.study.model import Study
from report.study.rules_dates import Period
from report.tracing import conditions

RULES = {
    "sum": "a sum of terms",
    "jadas": "the Juvenile Arthritis Disease Activity Score",
    "acr_pedi": "the ACR Pediatric response",
    "baseline": "the last value before treatment",
    "change": "the change from the value before treatment",
    "percent_change": "the change in percent of the value before treatment",
    "category": "the class in which a number lies",
    "condition": "the answer to whether a condition holds",
    "study_day": "the study day of a date",
    "age": "the completed years from birth to a date",
    "time_between": "the completed time between two dates",
    "visit_window": "the visit in whose window a date lies",
    "treatment_emergent": "the answer to whether an event began under treatment",
    "period": "the period in which a date lies",
}


def meaning(study: Study, name: str) -> str:
    """Return what a derived variable is; it follows "X is"."""
    rule = study.derivations[name]
    said = RULES[rule.rule]
    match rule:
        case Condition():
            return f"yes where {conditions.in_words(study, rule.dataset, rule.where)}, and otherwise no"
        case Period():
            spans = [f"“{span.label}” from day {span.first} to day {span.last}" for span in rule.periods.values()]
            return f"{said}: {', '.join(spans)}"
        case Category():
            return f"{said}: {_classes(rule)}"
        case BaselineValue() if rule.at is not None:
            return f"the value at {study.visit(rule.at).label}"
        case Jadas():
            marker = "with ESR" if rule.esr else "with CRP" if rule.crp else "without ESR or CRP"
            return f"{said}, {rule.joints} joints, {marker}"
    return said


def _classes(rule: Category) -> str:
    labels = list(rule.levels.values())
    classes = zip(labels[1:], pairwise(rule.breaks), strict=False)
    between = [f"“{label}” from {low:g} to below {high:g}" for label, (low, high) in classes]
    return ", ".join(
        [f"“{labels[0]}” below {rule.breaks[0]:g}", *between, f"“{labels[-1]}” from {rule.breaks[-1]:g} on"]
    )
