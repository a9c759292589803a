"""The numbers of the flow, and the equations that they must fulfil.

A number is counted in the data, or reported by a source that is named, or the difference of two others. The equations
are CONSORT 2025's; a flow that does not balance is refused.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping

from report.analysis.populations import Trial
from report.analysis.sources import Reported
from report.ard import Row, name_result
from report.errors import Finding
from report.study.model import Study
from report.study.plan import DispositionItem
from report.study.data import Count

Numbers = Mapping[tuple[str, str], Row]
WHOLE = ""

CHAIN = ("assessed", "enrolled", "treated", "completed", "analysed")  # no later number exceeds an earlier one
WITHIN = (("allocated", "received"), ("allocated", "lost"), ("allocated", "discontinued"), ("allocated", "analysed"))

EQUATIONS = (
    ("assessed", ("excluded", "randomised")),
    ("assessed", ("excluded", "enrolled")),
    ("allocated", ("received", "not_received")),
    ("allocated", ("analysed", "not_analysed")),
    ("completed", ("analysed", "not_analysed")),
)
LEAVING = (  # a number that falls along a single arm, and the items that can say so
    ("treated", "completed", ("lost", "discontinued")),
    ("completed", "analysed", ("not_analysed",)),
    ("treated", "analysed", ("lost", "discontinued", "not_analysed", "completed")),
)


def rows(trial: Trial, reported: Mapping[tuple[str, str], Reported]) -> tuple[list[Row], list[Finding]]:
    """Return the rows of the disposition and a finding for each number missing and each equation that fails."""
    found: list[Finding] = []
    numbers: dict[tuple[str, str], Row] = {}
    reasons: list[Row] = []
    for item in trial.study.disposition:
        for arm in _arms(trial.study, item):
            row = _item(trial, item, arm, reported, numbers, found)
            if row is not None:
                numbers[item.id, arm] = row
            reasons += _reasons(trial, item, arm, reported, found)
    found += [*_unbalanced(trial.study, numbers, reasons), *_impossible(trial.study, numbers)]
    found += _unused(trial.study, reported)
    return [*numbers.values(), *reasons], found


def _arms(study: Study, item: DispositionItem) -> list[str]:
    return [arm.id for arm in study.design.arms] if item.by_arm else [WHOLE]


def _item(
    trial: Trial, item: DispositionItem, arm: str, reported: Mapping[tuple[str, str], Reported],
    numbers: Numbers, found: list[Finding],
) -> Row | None:  # fmt: skip
    if item.difference is not None:
        first, second = (_number(numbers, name, arm) for name in item.difference)
        if first is None or second is None:
            found.append(_lacking(item.id, f"{' minus '.join(item.difference)} needs both, declared above it"))
            return None
        return _row(item.id, item.label, arm, first - second, f"{item.difference[0]} minus {item.difference[1]}")
    return _counted(trial, item.id, item.label, arm, item.count, item.reported, reported, found)


def _reasons(
    trial: Trial, item: DispositionItem, arm: str, reported: Mapping[tuple[str, str], Reported], found: list[Finding]
) -> list[Row]:
    made = (
        _counted(trial, f"{item.id}.{r.code}", r.label, arm, r.count, r.reported, reported, found) for r in item.reasons
    )
    return [row for row in made if row is not None]


def _counted(
    trial: Trial, name: str, label: str, arm: str, count: Count | None, reported_id: str | None,
    reported: Mapping[tuple[str, str], Reported], found: list[Finding],
) -> Row | None:  # fmt: skip
    if count is not None:
        return _row(name, label, arm, trial.count(count, arm), "counted in the data")
    if reported_id is None:
        return None
    told = reported.get((reported_id, arm))
    if told is None:
        found.append(
            _lacking(name, f"{reported_id}{f' for arm {arm}' if arm else ''} is not among the reported numbers")
        )
        return None
    return _row(name, label, arm, told.value, f"reported: {told.source}")


def _lacking(name: str, message: str) -> Finding:
    return Finding("disposition-number", f"data/study.yaml: disposition {name}", message)


def _number(numbers: Numbers, name: str, arm: str) -> int | None:
    row = numbers.get((name, arm))
    return None if row is None else int(row.number())


def _unbalanced(study: Study, numbers: Numbers, reasons: list[Row]) -> Iterator[Finding]:
    for whole, parts in EQUATIONS:
        for arm in (WHOLE, *(arm.id for arm in study.design.arms)):
            yield from _unequal(
                whole, _number(numbers, whole, arm), [(p, _number(numbers, p, arm)) for p in parts], arm
            )
    arms = [(f"allocated to {a.id}", _number(numbers, "allocated", a.id)) for a in study.design.arms]
    yield from _unequal("randomised", _number(numbers, "randomised", WHOLE), arms, WHOLE)
    for (name, arm), row in numbers.items():
        given = [r for r in reasons if r.analysis_id.startswith(f"disposition.{name}.") and r.group1_level == arm]
        if given:
            yield from _unequal(name, int(row.number()), [(r.stat_label, int(r.number())) for r in given], arm)


def _impossible(study: Study, numbers: Numbers) -> Iterator[Finding]:
    """Yield numbers below zero, numbers that grow along the flow, and participants who are lost without a word."""
    for (name, arm), row in numbers.items():
        if row.number() < 0:
            yield _wrong(arm, f"{int(row.number())} {name} is below zero")
    yield from _growing(study, numbers)
    yield from _overfull(numbers)
    yield from _lost(study, numbers)


def _growing(study: Study, numbers: Numbers) -> Iterator[Finding]:
    present = [name for name in CHAIN if (name, WHOLE) in numbers]
    pairs = [(a, b, WHOLE) for a, b in itertools.pairwise(present)]
    pairs += [(a, b, arm.id) for a, b in WITHIN for arm in study.design.arms]
    for whole, part, arm in pairs:
        first, second = _number(numbers, whole, arm), _number(numbers, part, arm)
        if first is not None and second is not None and second > first:
            yield _wrong(arm, f"{second} {part} is more than {first} {whole}")


def _overfull(numbers: Numbers) -> Iterator[Finding]:
    """Yield analysed and not analysed that exceed those treated, where no box stands between them."""
    analysed, left = (_number(numbers, name, WHOLE) for name in ("analysed", "not_analysed"))
    treated = None if ("completed", WHOLE) in numbers else _number(numbers, "treated", WHOLE)
    if None not in (analysed, left, treated) and (analysed or 0) + (left or 0) > (treated or 0):
        yield _wrong(WHOLE, f"{analysed} analysed and {left} not analysed are more than {treated} treated")


def _lost(study: Study, numbers: Numbers) -> Iterator[Finding]:
    declared = {item.id for item in study.disposition}
    steps = [("allocated", "analysed", ("not_analysed",), arm.id) for arm in study.design.arms]
    for whole, part, leaving, arm in [*steps, *((*step, WHOLE) for step in LEAVING)]:
        if not declared.intersection(leaving):
            yield from _silent(numbers, whole, part, leaving, arm)


def _silent(numbers: Numbers, whole: str, part: str, leaving: tuple[str, ...], arm: str) -> Iterator[Finding]:
    """Yield a finding when fewer reach one box of the flow than another, and no item says where they went."""
    first, second = _number(numbers, whole, arm), _number(numbers, part, arm)
    if first is not None and second is not None and second < first:
        told = f"{first - second} of {first} {whole} are not {part}, and the flow does not say so"
        where = f"flow{f', arm {arm}' if arm else ''}"
        yield Finding("flow-silent", where, told, f"declare {' or '.join(leaving)} under disposition")


def _wrong(arm: str, message: str) -> Finding:
    where = f"flow{f', arm {arm}' if arm else ''}"
    return Finding("flow-impossible", where, message, "correct the data, the reported numbers or the conditions")


def _unused(study: Study, reported: Mapping[tuple[str, str], Reported]) -> Iterator[Finding]:
    """Yield reported numbers that no item of the disposition takes: a mistyped id or arm."""
    taken = set()
    for item in study.disposition:
        names = {item.reported, *(reason.reported for reason in item.reasons)}
        taken |= {(name, arm) for name in names for arm in _arms(study, item)}
    for name, arm in reported:
        if (name, arm) not in taken:
            told = f"{name}{f' for arm {arm}' if arm else ''} is reported and nothing takes it"
            yield Finding("disposition-unused", f"data/{study.reported}", told, "correct its id or arm, or take it out")


def _unequal(whole: str, total: int | None, parts: list[tuple[str, int | None]], arm: str) -> Iterator[Finding]:
    known = [(name, value) for name, value in parts if value is not None]
    if total is None or len(known) < len(parts) or total == sum(value for _, value in known):
        return
    told = " + ".join(f"{value} {name}" for name, value in known)
    where = f"flow{f', arm {arm}' if arm else ''}"
    message = f"{total} {whole} is not {told}"
    yield Finding(
        "flow-unbalanced", where, message, "correct the data, the reported numbers or the declared conditions"
    )


def _row(name: str, label: str, arm: str, value: int, method: str) -> Row:
    analysis = f"disposition.{name}"
    return Row(
        result_id=name_result(analysis, arm, stat_name="n"),
        analysis_id=analysis,
        group1="arm" if arm else "",
        group1_level=arm,
        variable=name,
        context="disposition",
        method=method,
        stat_name="n",
        stat_label=label,
        stat=value,
        format_key="count",
    )
