"""The numbers of the flow, and the equations that they must fulfil.

A number is counted in the data, or a population's, or reported by a source that is named, or the difference of two
others; or nobody reported it, and it says so. The equations
are CONSORT 2025's; a flow that does not balance is refused.
"""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from report.analysis.basis.methods import Statistic, as_row
from report.analysis.people.populations import Trial, groups
from report.ard import Row
from report.checking.faults import Fault
from report.checking.queries import HIDDEN, hole
from report.checking.sources import Reported
from report.study.data import Count
from report.study.model import Study
from report.study.plan import DispositionItem

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


def rows(trial: Trial, reported: Mapping[tuple[str, str], Reported]) -> tuple[list[Row], list[Fault]]:
    """Return the rows of the disposition and a fault for each number missing and each equation that fails.

    A fault names the numbers that it puts in doubt by their result ids.
    """
    faults: list[Fault] = []
    numbers: dict[tuple[str, str], Row] = {}
    reasons: list[Row] = []
    for item in trial.study.disposition:
        for arm in _arms(trial.study, item):
            numbers[item.id, arm] = _item(trial, item, arm, reported, numbers, faults)
            reasons += _reasons(trial, item, arm, reported, faults)
    faults += [*_unbalanced(trial.study, numbers, reasons), *_impossible(trial, numbers)]
    faults += _unused(trial.study, reported)
    return [*numbers.values(), *reasons], faults


def _arms(study: Study, item: DispositionItem) -> list[str]:
    return [arm.id for arm in study.design.arms] if item.by_arm else [WHOLE]


def _item(
    trial: Trial, item: DispositionItem, arm: str, reported: Mapping[tuple[str, str], Reported],
    numbers: Numbers, faults: list[Fault],
) -> Row:  # fmt: skip
    if item.difference is not None:
        return _difference(trial.study, item, arm, numbers, faults)
    if item.population is not None:
        with trial.notes.taken() as rests_on:
            size = len(dict(groups(trial, trial.members(item.population)))[arm])
        return hole(_row(item.id, item.label, arm, size, f"population {item.population}"), rests_on)
    if item.count is None and item.reported is None:
        return _row(item.id, item.label, arm, None, "not reported", item.note)
    return _counted(trial, item.id, item.label, arm, item.count, item.reported, reported, faults)


def _difference(study: Study, item: DispositionItem, arm: str, numbers: Numbers, faults: list[Fault]) -> Row:
    pair = item.difference or ("", "")
    rows = [numbers.get((name, arm)) for name in pair]
    first, second = (_number(numbers, name, arm) for name in pair)
    method = f"{pair[0]} minus {pair[1]}"
    if first is not None and second is not None:
        return _row(item.id, item.label, arm, first - second, method)
    made = _row(item.id, item.label, arm, None, method)
    asked = ", ".join(row.query for row in rows if row is not None and row.query)
    if not asked:
        faults.append(_lacking(study, made, item.id, f"{' minus '.join(pair)} needs both, declared above it"))
    return replace(made, query=asked)


def _reasons(
    trial: Trial, item: DispositionItem, arm: str, reported: Mapping[tuple[str, str], Reported], faults: list[Fault]
) -> list[Row]:
    return [
        _counted(trial, f"{item.id}.{r.code}", r.label, arm, r.count, r.reported, reported, faults)
        for r in item.reasons
    ]


def _counted(
    trial: Trial, name: str, label: str, arm: str, count: Count | None, reported_id: str | None,
    reported: Mapping[tuple[str, str], Reported], faults: list[Fault],
) -> Row:  # fmt: skip
    if count is not None:
        with trial.notes.taken() as rests_on:
            n = trial.count(count, arm)
        return hole(_row(name, label, arm, n, "counted in the data"), rests_on)
    told = reported.get((str(reported_id), arm))
    if told is not None:
        number = _row(name, label, arm, told.value, f"reported: {told.source}")
        return hole(number, [HIDDEN] if told.value is None else [])
    made = _row(name, label, arm, None, "reported")
    lacks = f"{reported_id}{f' for arm {arm}' if arm else ''} is not among the reported numbers"
    faults.append(_lacking(trial.study, made, name, lacks))
    return made


def _lacking(study: Study, row: Row, name: str, message: str) -> Fault:
    place = next(n for n, item in enumerate(study.disposition) if item.id == name.partition(".")[0])
    where = study.where("disposition", place) + (f", arm {row.group1_level}" if row.group1_level else "")
    remedy = "add it to the reported numbers, or correct what the disposition asks for"
    return Fault("disposition-number", where, message, remedy, results=(row.result_id,))


def _number(numbers: Numbers, name: str, arm: str) -> int | None:
    row = numbers.get((name, arm))
    return None if row is None or row.stat is None else int(row.number())


def _ids(numbers: Numbers, names: Iterable[str], arm: str) -> tuple[str, ...]:
    """Return the result ids of those numbers that there are."""
    return tuple(numbers[name, arm].result_id for name in names if (name, arm) in numbers)


def _unbalanced(study: Study, numbers: Numbers, reasons: list[Row]) -> Iterator[Fault]:
    for whole, parts in EQUATIONS:
        for arm in dict.fromkeys((WHOLE, *(arm.id for arm in study.design.arms))):
            known = [(p, _number(numbers, p, arm)) for p in parts]
            yield from _unequal(whole, _number(numbers, whole, arm), known, arm, _ids(numbers, (whole, *parts), arm))
    arms = [arm.id for arm in study.design.arms]
    known = [(f"allocated to {arm}", _number(numbers, "allocated", arm)) for arm in arms]
    doubted = _ids(numbers, ["randomised"], WHOLE) + tuple(r for arm in arms for r in _ids(numbers, ["allocated"], arm))
    yield from _unequal("randomised", _number(numbers, "randomised", WHOLE), known, WHOLE, doubted)
    yield from _unbalanced_reasons(numbers, reasons)


def _unbalanced_reasons(numbers: Numbers, reasons: list[Row]) -> Iterator[Fault]:
    for (name, arm), row in numbers.items():
        given = [r for r in reasons if r.analysis_id.startswith(f"disposition.{name}.") and r.group1_level == arm]
        known = [(r.stat_label, None if r.stat is None else int(r.number())) for r in given]
        if given:
            doubted = (row.result_id, *(r.result_id for r in given))
            yield from _unequal(name, _number(numbers, name, arm), known, arm, doubted)


def _impossible(trial: Trial, numbers: Numbers) -> Iterator[Fault]:
    """Yield numbers below zero, numbers that grow along the flow, and participants who are lost without a word."""
    for name, arm in numbers:
        n = _number(numbers, name, arm)
        if n is not None and n < 0:
            yield _wrong(arm, f"{n} {name} is below zero", _ids(numbers, [name], arm))
    yield from _growing(trial.study, numbers)
    yield from _overfull(numbers)
    yield from _lost(trial.study, numbers)
    yield from _too_many(trial, numbers)


def _growing(study: Study, numbers: Numbers) -> Iterator[Fault]:
    present = [name for name in CHAIN if _number(numbers, name, WHOLE) is not None]
    pairs = [(a, b, WHOLE) for a, b in itertools.pairwise(present)]
    pairs += [(a, b, arm.id) for a, b in WITHIN for arm in study.design.arms]
    for whole, part, arm in pairs:
        first, second = _number(numbers, whole, arm), _number(numbers, part, arm)
        if first is not None and second is not None and second > first:
            yield _wrong(arm, f"{second} {part} is more than {first} {whole}", _ids(numbers, (whole, part), arm))


def _overfull(numbers: Numbers) -> Iterator[Fault]:
    """Yield analysed and not analysed that exceed those treated, where no box stands between them."""
    named = ("analysed", "not_analysed", "treated")
    analysed, left, treated = (_number(numbers, name, WHOLE) for name in named)
    if ("completed", WHOLE) in numbers or analysed is None or left is None or treated is None:
        return
    if analysed + left > treated:
        told = f"{analysed} analysed and {left} not analysed are more than {treated} treated"
        yield _wrong(WHOLE, told, _ids(numbers, named, WHOLE))


def _too_many(trial: Trial, numbers: Numbers) -> Iterator[Fault]:
    """Yield analysis sets with more participants than the flow lets in."""
    entered = next((name for name in ("randomised", "enrolled") if (name, WHOLE) in numbers), "")
    most = _number(numbers, entered, WHOLE)
    for name in trial.study.populations if most is not None else ():
        with trial.notes.taken() as rests_on:
            size = len(trial.members(name))
        if most is not None and size > most and not rests_on:
            told = f"{size} in the population {name} are more than {most} {entered}"
            yield _wrong(WHOLE, told, (*_ids(numbers, [entered], WHOLE), f"population.{name}"))


def _lost(study: Study, numbers: Numbers) -> Iterator[Fault]:
    declared = {item.id for item in study.disposition}
    steps = [("allocated", "analysed", ("not_analysed",), arm.id) for arm in study.design.arms]
    for whole, part, leaving, arm in [*steps, *((*step, WHOLE) for step in LEAVING)]:
        if not declared.intersection(leaving):
            yield from _silent(numbers, whole, part, leaving, arm)


def _silent(numbers: Numbers, whole: str, part: str, leaving: tuple[str, ...], arm: str) -> Iterator[Fault]:
    """Yield a fault when fewer reach one box of the flow than another, and no item says where they went."""
    first, second = _number(numbers, whole, arm), _number(numbers, part, arm)
    if first is not None and second is not None and second < first:
        told = f"{first - second} of {first} {whole} are not {part}, and the flow does not say so"
        remedy = f"declare {' or '.join(leaving)} under disposition; or enter the rows that are missing in the data"
        yield Fault("flow-silent", _flow(arm), told, remedy, results=_ids(numbers, (whole, part), arm))


def _flow(arm: str) -> str:
    return f"flow{f', arm {arm}' if arm else ''}"


def _wrong(arm: str, message: str, doubted: tuple[str, ...]) -> Fault:
    remedy = "correct the data, the reported numbers or the conditions under disposition"
    return Fault("flow-impossible", _flow(arm), message, remedy, results=doubted)


def _unused(study: Study, reported: Mapping[tuple[str, str], Reported]) -> Iterator[Fault]:
    """Yield reported numbers that no item of the disposition takes: a mistyped id or arm."""
    taken = set()
    for item in study.disposition:
        names = {item.reported, *(reason.reported for reason in item.reasons)}
        taken |= {(name, arm) for name in names if name for arm in _arms(study, item)}
    for name, arm in reported:
        if (name, arm) not in taken:
            told = f"{_pair(name, arm)} is reported and nothing takes it"
            free = {_pair(*each): each for each in taken if each not in reported}
            near = difflib.get_close_matches(_pair(name, arm), free, n=1)
            remedy = f"did you mean {near[0]}?" if near else "correct its id or arm, or take it out"
            yield Fault("disposition-unused", f"data/{study.reported}", told, remedy)


def _pair(name: str, arm: str) -> str:
    return f"{name} for arm {arm}" if arm else f"{name} without an arm"


def _unequal(
    whole: str, total: int | None, parts: list[tuple[str, int | None]], arm: str, doubted: tuple[str, ...]
) -> Iterator[Fault]:
    known = [(name, value) for name, value in parts if value is not None]
    if total is None or len(known) < len(parts) or total == sum(value for _, value in known):
        return
    told = " + ".join(f"{value} {name}" for name, value in known)
    message = f"{total} {whole} is not {told}"
    remedy = "correct the data, the reported numbers or the conditions under disposition"
    yield Fault("flow-unbalanced", _flow(arm), message, remedy, results=doubted)


def _row(name: str, label: str, arm: str, value: int | None, method: str, reason: str = "") -> Row:
    number = Statistic("n", label, value, "count", reason=reason)
    return as_row(number, f"disposition.{name}", (arm,), arm=arm, variable=name, context="disposition", method=method)
