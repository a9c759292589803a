"""The study of an open report to the board: one group of all participants, and nothing that could tell the arms.

What rests on a sealed file or on a column that reveals the arms is left out, comparisons of arms are left out, and an
outcome is counted in all participants together.
"""

from __future__ import annotations

from collections.abc import Iterator

from report.study.displays import Display
from report.study.endpoints import Endpoint, MethodUse
from report.study.hidden import Hidden, hidden, readable, with_derived
from report.study.model import Arm, Study
from report.study.plan import Baseline, DispositionItem, Safety

EVERYONE = "All participants"
COMPARING = ("forest", "multiplicity", "results", "subgroups")  # displays that have nothing to show without arms
_DESCRIBING = ("serious", "severity", "related", "fatal", "withdrawn", "emergent", "period")


def pooled(study: Study) -> Study:
    """Return the study without arms; that of a single arm as it is."""
    if study.design.kind == "single_arm":
        return study
    unread = with_derived(study, hidden(study, "pooled"))
    kept = _with_what_can_be_read(study, unread)
    read = [each for each in kept.endpoints if _is_read(each, kept, unread) and _together(each, kept)]
    endpoints = tuple(_described(each, kept) for each in read)
    kept = kept.model_copy(update={"endpoints": endpoints})
    return kept.model_copy(update={"displays": tuple(_displays(kept, unread))})


def _with_what_can_be_read(study: Study, unread: Hidden) -> Study:
    everyone = Arm.model_construct(id="", label=EVERYONE, code="", short=EVERYONE)
    made = readable(study, "pooled")
    design = made.design.model_copy(update={"arms": (everyone,), "reference": None, "blinding": None})
    derived = {name: rule for name, rule in study.derivations.items() if not unread.has(rule.dataset, name)}
    people = {n: each for n, each in study.populations.items() if not unread.decides(each.dataset, each.where)}
    made = made.model_copy(update={"design": design, "derivations": derived, "populations": people})
    parts = {
        "disposition": tuple(_disposition(made, unread)),
        "baseline": _baseline(made, unread),
        "safety": _safety(made, unread),
        "multiplicity": (),
        "sensitivity": tuple(each for each in study.sensitivity if not any(map(unread.counted, each.exclude))),
    }
    return made.model_copy(update=parts)


def _disposition(study: Study, unread: Hidden) -> Iterator[DispositionItem]:
    """Yield the numbers of the flow that rest on nothing hidden, with such reasons alone."""
    kept: list[str] = []
    for item in study.disposition:
        lacks_part = item.difference is not None and not set(item.difference) <= set(kept)
        lacks_people = item.population is not None and item.population not in study.populations
        if not (lacks_part or lacks_people or unread.counted(item.count)):
            kept.append(item.id)
            reasons = tuple(reason for reason in item.reasons if not unread.counted(reason.count))
            yield item.model_copy(update={"reasons": reasons})


def _baseline(study: Study, unread: Hidden) -> Baseline | None:
    plan = study.baseline
    if plan is None or plan.population not in study.populations:
        return None
    lines = tuple(line for line in plan.variables if _can_be_read(study, unread, line.variable))
    return plan.model_copy(update={"variables": lines}) if lines else None


def _can_be_read(study: Study, unread: Hidden, name: str) -> bool:
    homes = study.homes(name)
    return bool(homes) and not unread.has(homes[0], name)


def _safety(study: Study, unread: Hidden) -> Safety | None:
    plan = study.safety
    if plan is None or plan.population not in study.populations or unread.decides(plan.dataset, plan.where):
        return None
    lost = {role for role, name in plan.variables().items() if unread.has(plan.dataset, name)}
    if not lost <= set(_DESCRIBING):
        return None
    told = tuple(
        each for each in plan.narratives
        if not unread.decides(plan.dataset, each.where)
        and not any(unread.has(plan.dataset, name) for name in each.variables)
        and not any(unread.has(study.participants, name) for name in each.participant)
    )  # fmt: skip
    return plan.model_copy(update={**dict.fromkeys(lost), "narratives": told})


def _is_read(endpoint: Endpoint, study: Study, unread: Hidden) -> bool:
    reads = [(endpoint.dataset, endpoint.variable)]
    reads += [(endpoint.dataset, endpoint.time.status)] if endpoint.time else []
    reads += [(study.home_of(endpoint, endpoint.exposure), endpoint.exposure)] if endpoint.exposure else []
    return endpoint.population in study.populations and not any(unread.has(*each) for each in reads)


# what is told of all participants together, by the kind of endpoint; the others compare, and are left out
_TOGETHER: dict[str, tuple[MethodUse, ...]] = {
    "event": (MethodUse(method="proportion", id="risk"),),
    "value": (MethodUse(method="description"),),
    "change": (MethodUse(method="change"), MethodUse(method="mean_change")),
    "time": (MethodUse(method="kaplan_meier"),),
    "count": (MethodUse(method="event_rates"),),
}


def _together(endpoint: Endpoint, study: Study) -> tuple[MethodUse, ...]:
    is_category = study.column(endpoint.dataset, endpoint.variable).type == "category"
    if is_category and endpoint.compares in ("value", "change"):
        return (MethodUse(method="shift_levels"),) if endpoint.compares == "change" else ()
    return _TOGETHER.get(endpoint.compares, ())


def _described(endpoint: Endpoint, study: Study) -> Endpoint:
    """Return an outcome described in everybody; what compares arms, or was planned for that, is left out."""
    compared = {"strata": None, "cluster": None, "covariates": (), "subgroups": (), "confirmatory": None,
                "estimand": None}  # fmt: skip
    return endpoint.model_copy(update={**compared, "methods": _together(endpoint, study)})


def _displays(study: Study, unread: Hidden) -> Iterator[Display]:
    """Yield the displays that can be drawn of what is left."""
    told = study.safety is not None and study.safety.has_terms
    sections = {"flow": study.disposition, "baseline": study.baseline, "adverse_events": study.safety,
                "adverse_event_terms": told}  # fmt: skip
    endpoints = {endpoint.id for endpoint in study.endpoints}
    for display in study.displays:
        shown = tuple(name for name in display.variables if _can_be_read(study, unread, name))
        is_empty = bool(display.variables) and not shown
        lacks = display.population is not None and display.population not in study.populations
        lacks = lacks or not set(display.shown_endpoints) <= endpoints or not sections.get(display.kind, True)
        if display.kind not in COMPARING and not is_empty and not lacks:
            title = display.open_title or display.title
            yield display.model_copy(update={"variables": shown, "title": title})
