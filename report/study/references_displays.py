"""Displays of the study file that name what is not there, or what they do not show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from report.study.displays import KINDS, Display
from report.study.endpoints import Endpoint
from report.study.families import (
    CHANGE,
    EVENT_BY_ARM,
    EVENT_IN_ONE_ARM,
    LEVELS,
    PERIODS,
    REPEATED,
    TIME_BY_ARM,
    TIME_IN_ONE_ARM,
    VALUE_BY_ARM,
    Family,
    family,
    is_at_fault,
    is_computed,
)
from report.study.faults import Fault, missing
from report.study.model import Study
from report.study.places import Place
from report.study.references_data import homes_of, printed, visit


class Shown(NamedTuple):
    """What a kind of display shows: which kind of endpoint (any, where none is named), and the methods for it.

    ``in_one_arm`` is its kind in a single arm, where that is another; ``others`` are what it shows besides.
    """

    family: Family | None
    methods: tuple[str, ...] = ()
    in_one_arm: Family | None = None
    others: tuple[Shown, ...] = ()

    @property
    def said(self) -> str:
        """What it shows, in words."""
        told = [each.family.said for each in (self, *self.others) if each.family is not None]
        return told[0] if len(told) == 1 else f"{', '.join(told[:-1])} or {told[-1]}"

    def of(self, its_own: Family) -> Shown | None:
        """Return what is shown of an endpoint of this kind; None where nothing is."""
        return next((each for each in (self, *self.others) if its_own in (each.family, each.in_one_arm)), None)


BY_SUBGROUP = Shown(
    EVENT_BY_ARM,
    ("risk", "risk_ratio"),
    others=(Shown(VALUE_BY_ARM, ("ancova",)), Shown(TIME_BY_ARM, ("cox",))),
)

SHOWN = {
    "outcome_change": Shown(CHANGE, ("change", "hodges_lehmann", "signed_rank")),
    "outcomes": Shown(CHANGE, ("change", "hodges_lehmann")),
    "shift": Shown(CHANGE, ("shift",)),
    "shift_levels": Shown(LEVELS, ("shift_levels",)),
    "courses": Shown(CHANGE, ("change",)),
    "responders": Shown(EVENT_IN_ONE_ARM, ("proportion",)),
    "outcome_binary": Shown(EVENT_BY_ARM, ("risk",)),
    "subgroups": BY_SUBGROUP,
    "forest": BY_SUBGROUP,
    "event_periods": Shown(PERIODS, ("events_by_period",)),
    "individuals": Shown(PERIODS),
    "kaplan_meier": Shown(TIME_BY_ARM, ("kaplan_meier",), TIME_IN_ONE_ARM),
    "cumulative_incidence": Shown(TIME_BY_ARM, ("cumulative_incidence",), TIME_IN_ONE_ARM),
    "comparison": Shown(None),
    "change_by_visit": Shown(REPEATED, ("change_by_visit",)),
    "means": Shown(REPEATED, ("change_by_visit",)),
}
TAKES = {"shift": ", arguments: {above: 20}", "risk_ratio": ", arguments: {interval: miettinen_nurminen}"}
OF_SUBGROUPS = ("subgroups", "forest")
SECTIONS = {
    "flow": ("a flow", "disposition"),
    "baseline": ("a baseline table", "baseline"),
    "adverse_events": ("a table of adverse events", "safety"),
    "adverse_event_terms": ("a table of adverse events by term", "safety"),
    "visits": ("a table of visits", "visits"),
    "endpoints": ("a table of endpoints", "endpoints"),
    "multiplicity": ("a table of several tests", "multiplicity"),
}


def faults(study: Study) -> Iterator[Fault]:
    """Yield every fault of the displays, in the order of the study file."""
    for index, display in enumerate(study.displays):
        place: Place = ("displays", index)
        yield from _section(study, display, place)
        yield from _twice(display, place)
        for there, name in _endpoints(display, place):
            yield from _endpoint(study, display, there, name)
        yield from _variables(study, display, place)


def _section(study: Study, display: Display, place: Place) -> Iterator[Fault]:
    """Yield a fault unless the section is there from which a kind of display is drawn."""
    what, section = SECTIONS.get(display.kind, ("", ""))
    if section and not getattr(study, section):
        yield _without(place, what, section)
    elif display.kind == "adverse_events" and study.design.kind == "single_arm":
        assert study.safety is not None
        if study.safety.period is None:
            told = "in a single arm a table of adverse events is by period, and safety names none"
            remedy = "add period: to safety, with a variable that the rule period derives; or take the display out"
            yield Fault((*place, "kind"), told, remedy)
    elif display.kind == "adverse_event_terms" and study.safety is not None and not study.safety.has_terms:
        told = "a table of adverse events by term shows coded terms, and safety does not say by what they were coded"
        yield Fault((*place, "kind"), told, 'add coded_by: "MedDRA 26.1" to safety; or take the display out')


def _without(place: Place, what: str, section: str) -> Fault:
    return Fault((*place, "kind"), f"{what} needs the section {section}", f"write {section}, or take the display out")


def _twice(display: Display, place: Place) -> Iterator[Fault]:
    """Yield the second of two entries of a list that are alike, which would be the same row or column again."""
    for key in ("endpoints", "variables", "visits"):
        names = getattr(display, key)
        for number, name in enumerate(names):
            if name in names[:number]:
                yield Fault((*place, key, number), f"{name} stands twice in {key}", "take one of the two out")


def _endpoints(display: Display, place: Place) -> Iterator[tuple[Place, str]]:
    if display.endpoint is not None:
        yield (*place, "endpoint"), display.endpoint
    for number, name in enumerate(display.endpoints):
        yield (*place, "endpoints", number), name


def _endpoint(study: Study, display: Display, place: Place, name: str) -> Iterator[Fault]:
    known = {endpoint.id: endpoint for endpoint in study.endpoints}
    yield from missing(place, name, known, "endpoint")
    if name not in known or not is_computed(study, known[name]):
        return
    endpoint, kind = known[name], SHOWN[display.kind]
    if is_at_fault(study, endpoint):
        return
    if kind.family is None:
        yield from _no_levels(study, display, endpoint, place)
        return
    shown = kind.of(family(study, endpoint))
    if shown is None:
        told = f"a display of kind {display.kind} shows {kind.said}, and {name} is {family(study, endpoint).said}"
        at = (*place[:2], "kind") if display.endpoint else place
        yield Fault(at, told, _instead(study, display, endpoint))
        return
    if display.kind in OF_SUBGROUPS and not endpoint.subgroups:
        told = f"a display of kind {display.kind} shows subgroups, and {name} names none"
        yield Fault(place, told, f"add subgroups: [{{variable: ..., prespecified: true}}] to {name}")
    fitting = kind.family.methods if shown.family is None else shown.family.methods
    if all(use.method in fitting for use in endpoint.methods):  # else the one at fault may be the one shown
        yield from _computed(display, endpoint, place, shown.methods)


def _no_levels(study: Study, display: Display, endpoint: Endpoint, place: Place) -> Iterator[Fault]:
    """Yield a fault where a table of any comparison names changes between levels, which have a table of their own."""
    if family(study, endpoint) is LEVELS:
        told = f"a display of kind {display.kind} does not show {LEVELS.said}, which {endpoint.id} is"
        yield Fault((*place[:2], "kind"), told, "write kind: shift_levels")


def _instead(study: Study, display: Display, endpoint: Endpoint) -> str:
    """Return what to write where a display names an endpoint of another kind: another endpoint, or another kind."""
    kind, its_own = SHOWN[display.kind], family(study, endpoint)
    wanted = [each.family for each in (kind, *kind.others)]
    others = [e.id for e in study.endpoints if is_computed(study, e) and family(study, e) in wanted]
    alike = (KINDS[display.kind].begins, KINDS[display.kind].needs)
    kinds = [name for name, shown in SHOWN.items() if shown.of(its_own) is not None]
    kinds = [name for name in kinds if (KINDS[name].begins, KINDS[name].needs) == alike]
    told = [f"name {' or '.join(others)}"] if others else []
    told += [f"write kind: {' or '.join(kinds)}"] if kinds else []
    return "; or ".join(told) or "take it out, or declare such an endpoint"


def _computed(display: Display, endpoint: Endpoint, place: Place, methods: Sequence[str]) -> Iterator[Fault]:
    named = [use.name for use in endpoint.methods]
    for method in methods:
        if method not in named:
            told = f"a display of kind {display.kind} shows {method}, which {endpoint.id} does not compute"
            use = f"{{method: {method}{TAKES.get(method, '')}}}"
            yield Fault(place, told, f"add - {use} to the methods of {endpoint.id}")


def _variables(study: Study, display: Display, place: Place) -> Iterator[Fault]:
    """Yield what is wrong with the population, the variables and the visits of a display."""
    if display.population is not None:
        yield from missing((*place, "population"), display.population, study.populations, "population")
    for number, name in enumerate(display.variables):
        yield from _variable(study, display, (*place, "variables", number), name)
    by_visit = [name for name in display.variables if _has_visits(study, name)]
    one_each = [name for name in display.variables if name not in by_visit and len(homes_of(study, name)) == 1]
    if display.kind == "individuals" and one_each:
        yield from _one_each(display, place, by_visit, one_each)
        return
    if display.kind == "individuals" and by_visit and not study.visits:
        yield _without(place, "a table of values at each visit", "visits")
    for number, named in enumerate(display.visits):
        yield from visit(study, (*place, "visits", number), named)


def _variable(study: Study, display: Display, place: Place, name: str) -> Iterator[Fault]:
    homes = homes_of(study, name)
    if len(homes) != 1:
        known = dict.fromkeys(each for dataset in study.datasets for each in study.variables(dataset))
        yield from missing(place, name, known, "variable")
        if homes:
            told = f"{name} stands in several data sets: {', '.join(homes)}"
            yield Fault(place, told, "give the column another name in one of them, and name that one")
        return
    yield from printed(place, name, study.column(homes[0], name), f"a display of kind {display.kind}")
    if _has_visits(study, name):
        return
    if display.kind == "visits":
        with_visits = ", ".join(each for each in study.datasets if study.visit_variable(each) is not None)
        told = f"{name} stands in {homes[0]}, which has no visits"
        yield Fault(place, told, f"name a variable of a data set with visits: {with_visits or 'none has any'}")
    elif study.datasets[homes[0]].record is not None:
        told = f"{name} stands in {homes[0]}, which has several rows a participant"
        yield Fault(place, told, "name a variable with one value a participant or a visit, or derive one")


def _has_visits(study: Study, name: str) -> bool:
    homes = homes_of(study, name)
    return len(homes) == 1 and study.visit_variable(homes[0]) is not None


def _one_each(display: Display, place: Place, by_visit: list[str], one_each: list[str]) -> Iterator[Fault]:
    """Yield what does not go with variables that have one value a participant: visits, and variables that have them."""
    if by_visit:
        second = max(display.variables.index(by_visit[0]), display.variables.index(one_each[0]))
        told = f"{by_visit[0]} has a value at each visit, and {one_each[0]} one a participant"
        yield Fault((*place, "variables", second), told, "show them in two displays")
    elif display.visits:
        told = f"{one_each[0]} has one value a participant, and no visits"
        yield Fault((*place, "visits"), told, "take visits out, or name variables that have a value at each visit")
