"""The registry of methods: each is a pure function whose arguments, rows and methods sentence stand in one place.

    @method("signed_rank", context="stats_wilcox_test")
    def signed_rank(pairs: Pairs, *, zeros: Literal["drop", "pratt"] = "drop") -> Answer: ...

The keyword-only parameters are the arguments that a study file may give; their annotations say what is accepted.
"""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from report.ard import Row, Stat, name_result
from report.errors import Finding
from report.study import forms, messages
from report.study.data import Column
from report.study.endpoints import MethodUse
from report.study.faults import among
from report.study.model import Study


@dataclass(frozen=True, slots=True)
class Statistic:
    """One number of an answer; ``arm``, ``visit`` and ``level`` where an answer has several of a kind.

    ``rests_on`` says whose values it takes: all that are compared, those of its own arm, or only who is a member.
    """

    name: str
    label: str
    stat: Stat
    format_key: str = "text"
    unit: str = ""
    arm: str = ""
    visit: str = ""
    level: str = ""
    reason: str = ""
    rests_on: Literal["all", "arm", "members"] = "all"


def with_limits(
    label: str, values: Sequence[float | None], key: str, reasons: Sequence[str], *, unit: str = "", arm: str = ""
) -> list[Statistic]:
    """Return an estimate and the two limits of its interval, which share their keys; ``reasons`` where one lacks."""
    named = (("estimate", label), ("conf.low", "Lower limit"), ("conf.high", "Upper limit"))
    return [
        Statistic(name, told, value, key, unit, arm, reason=why)
        for (name, told), value, why in zip(named, values, reasons, strict=True)
    ]


def level_of(confidence: float) -> Statistic:
    """Return the confidence level that the plan gives, as a statistic."""
    return Statistic("conf.level", "Confidence level", confidence, "level")


def ratio_key(decimals: int) -> str:
    """Return the format of a ratio: without decimals it would say nothing, and has those of the journal's style."""
    return f"ratio:{decimals}" if decimals else "ratio"


MEANS = ("fixed", "mean")
MIDDLES = ("median", "p25", "p75", "difference_of_medians")


def as_printed(statistic: Statistic, column: Column) -> Statistic:
    """Return a statistic of a column for print: a median keeps no half where the study file says how many decimals."""
    if column.printed_decimals is None or statistic.name not in MIDDLES:
        return statistic
    return replace(statistic, format_key=statistic.format_key.replace("median:", "fixed:"))


def as_row(statistic: Statistic, analysis: str, levels: Sequence[str], *, arm: str = "", **columns: str) -> Row:
    """Return a statistic as the row of an analysis, of one arm or of all, or of the ``group1`` among the columns.

    ``levels`` tell its id apart from its neighbours' ids.
    """
    grouped = {"group1": "arm" if arm else "", "group1_level": arm}
    return Row(
        result_id=name_result(analysis, *levels, stat_name=statistic.name),
        analysis_id=analysis,
        stat_name=statistic.name,
        stat_label=statistic.label,
        stat=statistic.stat,
        format_key=statistic.format_key,
        unit=statistic.unit,
        reason=statistic.reason,
        **{**grouped, **columns},
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
    answer = REGISTRY[use.method].compute(data, shown, unit, **given)
    if use.decimals is None:
        return answer
    return replace(answer, statistics=tuple(_as_asked(each, use.decimals) for each in answer.statistics))


def _as_asked(statistic: Statistic, decimals: int) -> Statistic:
    """Return an estimate or a limit with the decimals that the plan asks for, where a mean would have one more."""
    key, _, given = statistic.format_key.partition(":")
    is_estimated = statistic.name.split(".")[0] in ("estimate", "conf", "ls_mean")
    return replace(statistic, format_key=f"{key}:{decimals}") if given and is_estimated and key in MEANS else statistic


def faults(study: Study, index: int) -> Iterator[Finding]:
    """Yield the arguments of an endpoint's methods that the methods do not take; the study file's names are checked."""
    for number, use in enumerate(study.endpoints[index].methods):
        known, place = REGISTRY[use.method], ("endpoints", index, "methods", number)
        for name, value in use.arguments.items():
            if said := _argument_fault(known, name, value):
                yield Finding("method-argument", study.where(*place, "arguments", name), *said)
        for name, parameter in known.arguments.items():
            if parameter.default is parameter.empty and name not in use.arguments:
                remedy = f"add arguments: {{{name}: ...}}, which takes {forms.form(forms.plain(parameter.annotation))}"
                yield Finding("method-argument", study.where(*place), f"the argument {name} is missing", remedy)


def _argument_fault(known: Method, name: str, value: Any) -> tuple[str, str] | None:
    """Return what is said of an argument, and what to write instead; None where the method takes it."""
    parameter = known.arguments.get(name)
    if parameter is None:
        taken = f"it takes: {', '.join(known.arguments)}" if known.arguments else "it takes none; take arguments out"
        return f"{name} is not an argument of {known.name}", taken
    try:
        TypeAdapter(parameter.annotation).validate_python(value, strict=True)
    except ValidationError:
        held = forms.plain(parameter.annotation)
        words = forms.words(held)
        usual = "" if parameter.default in (parameter.empty, None) else f", as {parameter.default}"
        if typing.get_origin(held.type) is tuple:
            above = " above 0" if "gt=0" in repr(parameter.annotation) else ""
            return f"a list of numbers{above} was expected", "write them in brackets, as [12, 24]"
        return messages.unexpected(held, value), among(value, words) if words else f"write {forms.form(held)}{usual}"
    return None
