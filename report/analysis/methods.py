"""The registry of methods: each is a pure function whose arguments, rows and methods sentence stand in one place.

    @method("signed_rank", context="stats_wilcox_test")
    def signed_rank(pairs: Pairs, *, zeros: Literal["drop", "pratt"] = "drop") -> Answer: ...

The keyword-only parameters are the arguments that a study file may give; their annotations say what is accepted.
"""

from __future__ import annotations

import difflib
import inspect
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from report.ard import Row, Stat, name_result
from report.errors import Finding
from report.study.plan import Endpoint, MethodUse


@dataclass(frozen=True, slots=True)
class Statistic:
    """One number of an answer; ``arm`` and ``visit`` where an answer has several of a kind."""

    name: str
    label: str
    stat: Stat
    format_key: str = "text"
    unit: str = ""
    arm: str = ""
    visit: str = ""
    reason: str = ""


def as_row(statistic: Statistic, analysis: str, levels: Sequence[str], **columns: str) -> Row:
    """Return a statistic as the row of an analysis; ``levels`` tell its id apart from its neighbours' ids."""
    return Row(
        result_id=name_result(analysis, *levels, stat_name=statistic.name),
        analysis_id=analysis,
        stat_name=statistic.name,
        stat_label=statistic.label,
        stat=statistic.stat,
        format_key=statistic.format_key,
        unit=statistic.unit,
        reason=statistic.reason,
        **columns,
    )


@dataclass(frozen=True, slots=True)
class Answer:
    """What a method gives: its exact name, its sentence for the methods section, and its statistics."""

    method: str
    sentence: str
    statistics: tuple[Statistic, ...]


@dataclass(frozen=True, slots=True)
class Method:
    """A registered method and what it needs."""

    name: str
    context: str
    needs: type
    compute: Callable[..., Answer]
    arguments: Mapping[str, inspect.Parameter]


REGISTRY: dict[str, Method] = {}

Compute = typing.TypeVar("Compute", bound=Callable[..., Answer])


def method(name: str, *, context: str) -> Callable[[Compute], Compute]:
    """Register a function under the name that study files use; ``context`` is the ARD context of its rows."""

    def register(compute: Compute) -> Compute:
        signature = inspect.signature(compute, eval_str=True)
        first, *rest = signature.parameters.values()
        arguments = {p.name: p for p in rest if p.kind is p.KEYWORD_ONLY}
        REGISTRY[name] = Method(name, context, first.annotation, compute, arguments)
        return compute

    return register


def run(use: MethodUse, data: object, decimals: int, unit: str) -> Answer:
    """Return a method's answer for its data; arguments were checked before by ``faults``."""
    given = dict(use.arguments)
    shown = use.decimals if use.decimals is not None else decimals
    return REGISTRY[use.method].compute(data, shown, unit, **given)


def faults(endpoint: Endpoint, data: type) -> Iterator[Finding]:
    """Yield what is wrong with an endpoint's methods: unknown, for other data, with wrong arguments, named twice."""
    seen: set[str] = set()
    for use in endpoint.methods:
        where = f"data/study.yaml: endpoint {endpoint.id}, method {use.name}"
        if use.name in seen:
            yield Finding("method-twice", where, "this method stands twice", "give one of them an id of its own")
        seen.add(use.name)
        yield from _faults_of(use, where, data)


def _faults_of(use: MethodUse, where: str, data: type) -> Iterator[Finding]:
    known = REGISTRY.get(use.method)
    if known is None:
        close = difflib.get_close_matches(use.method, REGISTRY, n=1)
        remedy = f"did you mean {close[0]}?" if close else f"known: {', '.join(sorted(REGISTRY))}"
        yield Finding("method-unknown", where, f"there is no method named {use.method}", remedy)
        return
    if known.needs is not data:
        fitting = ", ".join(sorted(m.name for m in REGISTRY.values() if m.needs is data))
        yield Finding("method-data", where, "this method is for another kind of endpoint", f"these fit: {fitting}")
        return
    for name, value in use.arguments.items():
        yield from _argument_fault(known, name, value, where)
    for name, parameter in known.arguments.items():
        if parameter.default is parameter.empty and name not in use.arguments:
            accepted = ", ".join(map(str, typing.get_args(parameter.annotation)))
            yield Finding("method-argument", where, f"the argument {name} is missing", f"one of: {accepted}")


def _argument_fault(known: Method, name: str, value: Any, where: str) -> Iterator[Finding]:
    parameter = known.arguments.get(name)
    if parameter is None:
        accepted = ", ".join(known.arguments) or "none"
        yield Finding("method-argument", where, f"{name} is not an argument of {known.name}", f"it takes: {accepted}")
        return
    try:
        TypeAdapter(parameter.annotation).validate_python(value, strict=True)
    except ValidationError as fault:
        told = fault.errors(include_url=False)[0]["msg"]
        yield Finding("method-argument", where, f"{name}: {told} (came: {value!r})")
