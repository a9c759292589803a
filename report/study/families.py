"""Which kinds of endpoints there are, in a single arm and in several, and the methods that are for each."""

from __future__ import annotations

from typing import NamedTuple

from report.study import endpoints as e
from report.study.endpoints import Endpoint
from report.study.model import Study


class Family(NamedTuple):
    """Endpoints of one kind: what they are, in words, and the methods that are for them."""

    said: str
    methods: tuple[str, ...]


CHANGE = Family("a change within participants", e.WITHIN)
LEVELS = Family("a change from one level to another", e.LEVELS)
VALUE_IN_ONE_ARM = Family("a value in a single arm", e.ONE_VALUE)
PAIRED_EVENT = Family("an event at two visits", e.PAIRED_EVENT)
EVENT_IN_ONE_ARM = Family("an event in a single arm", e.ONE_ARM)
EVENT_BY_ARM = Family("an event by arm", (*e.BY_ARM, *e.MISSING_EVENTS))
VALUE_BY_ARM = Family("a number by arm", (*e.VALUE_BY_ARM, *e.DRAWN_OR_IMPUTED))
ORDERED_BY_ARM = Family("levels of a category by arm", e.ORDERED_BY_ARM)
PERIODS = Family("a comparison of events before and after", e.BY_PERIOD)
TIME_IN_ONE_ARM = Family("a time to an event in a single arm", e.TIME_IN_ONE_ARM)
TIME_BY_ARM = Family("a time to an event by arm", e.TIME_BY_ARM)
COUNT_IN_ONE_ARM = Family("a number of events in a single arm", e.COUNT_IN_ONE_ARM)
COUNT_BY_ARM = Family("a number of events by arm", e.COUNT_BY_ARM)
REPEATED = Family("values at several visits", (*e.REPEATED, *e.MISSING_VISITS))
CROSSOVER = Family("a crossover", e.CROSSOVER)
FAMILIES = (
    CHANGE, LEVELS, VALUE_IN_ONE_ARM, PAIRED_EVENT, EVENT_IN_ONE_ARM, EVENT_BY_ARM, VALUE_BY_ARM, ORDERED_BY_ARM,
    PERIODS, TIME_IN_ONE_ARM, TIME_BY_ARM, COUNT_IN_ONE_ARM, COUNT_BY_ARM, REPEATED, CROSSOVER,
)  # fmt: skip
IN_SUBGROUPS = (EVENT_BY_ARM, VALUE_BY_ARM, TIME_BY_ARM)  # whose effects are shown by subgroup
COMPARING = (EVENT_BY_ARM, VALUE_BY_ARM, ORDERED_BY_ARM, TIME_BY_ARM, COUNT_BY_ARM, REPEATED)  # arms with each other


def family(study: Study, endpoint: Endpoint) -> Family:
    """Return of which kind an endpoint is in this study's design."""
    single = study.design.kind == "single_arm"
    in_one_arm, by_arm = {
        "change": (CHANGE, VALUE_BY_ARM),
        "value": (VALUE_IN_ONE_ARM, VALUE_BY_ARM),
        "event": (EVENT_IN_ONE_ARM, EVENT_BY_ARM),
        "paired_event": (PAIRED_EVENT, PAIRED_EVENT),
        "periods": (PERIODS, PERIODS),
        "time": (TIME_IN_ONE_ARM, TIME_BY_ARM),
        "count": (COUNT_IN_ONE_ARM, COUNT_BY_ARM),
        "repeated": (REPEATED, REPEATED),
        "crossover": (CROSSOVER, CROSSOVER),
    }[endpoint.compares]
    if endpoint.compares in ("change", "value") and _is_category(study, endpoint):
        return LEVELS if endpoint.against is not None else ORDERED_BY_ARM
    return in_one_arm if single else by_arm


def _is_category(study: Study, endpoint: Endpoint) -> bool:
    known = endpoint.dataset in study.datasets and endpoint.variable in study.variables(endpoint.dataset)
    return known and study.column(endpoint.dataset, endpoint.variable).type == "category"


def is_at_fault(study: Study, endpoint: Endpoint) -> bool:
    """Return whether none of several methods fits an endpoint: then that is said, and nothing of what rests on it."""
    fitting = family(study, endpoint).methods
    return len(endpoint.methods) > 1 and not any(use.method in fitting for use in endpoint.methods)


def is_computed(study: Study, endpoint: Endpoint) -> bool:
    """Return whether there are methods for such an endpoint in this design; where not, that alone is said."""
    single = study.design.kind == "single_arm"
    if endpoint.compares in ("paired_event", "periods"):
        return single
    if endpoint.compares == "crossover":
        return len(study.design.arms) == 2
    return not single or family(study, endpoint) is not ORDERED_BY_ARM
