"""What crossed a limit: p its level, an interval or an estimate the value of no effect.

Everything is judged on the raw values, not on what is printed: p = 0.0499 and p = 0.0501 are both printed 0.05.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from report.ard import Row
from report.changes.matters import (
    DIFFERENCES,
    WORDS,
    Look,
    Matter,
    Pair,
    endpoint_of,
    exactly,
    is_of_method,
    null_of,
    number,
)
from report.changes.sides import Side

CONVENTION = 0.05  # the level of an endpoint that declares none


def crossed(look: Look, pairs: Iterable[Pair]) -> Iterator[Matter]:
    """Yield each p value, interval and estimate that lies on another side of its limit than before."""
    both = {b.result_id: (a, b) for a, b in pairs if a is not None and b is not None}
    for old, new in both.values():
        if new.stat_name == "p.value":
            yield from _p(look, old, new)
        elif new.stat_name == "conf.low":
            yield from _interval(look, (old, new), both.get(new.result_id.removesuffix("low") + "high"))
        elif new.stat_name in ("estimate", *DIFFERENCES):
            yield from _direction(look, old, new)
        elif new.stat_name in WORDS and old.stat != new.stat and old.stat and new.stat:
            yield look.matter("direction", [new], f"{look.label(new)}: {old.stat} became {new.stat}")


def _p(look: Look, old: Row, new: Row) -> Iterator[Matter]:
    was, now = number(old), number(new)
    (level_was, _), (level_now, planned) = level(look.old, old), level(look.new, new)
    if was is None or now is None or (was < level_was) == (now < level_now):
        return
    told = f"{_of(look, new)}p was {exactly(old, look.old, level_was)} and is {exactly(new, look.new, level_now)}, "
    told += f"{'now' if now < level_now else 'no longer'} below {level_now:g}"
    told += f" (before, the level was {level_was:g})" if level_was != level_now else ""
    told += ", the planned level of this endpoint" if planned else "; no level was planned for it, so 0.05 was taken"
    yield look.matter("p", [new], told)


def level(side: Side, row: Row) -> tuple[float, bool]:
    """Return the level below which p decides, and whether it was planned."""
    endpoint = endpoint_of(side, row)
    planned = endpoint.confirmatory if endpoint is not None else None
    return (CONVENTION, False) if planned is None or not is_of_method(side, row) else (planned.alpha, True)


def _interval(look: Look, low: tuple[Row, Row], high: tuple[Row, Row] | None) -> Iterator[Matter]:
    if high is None:
        return
    was, now = (_holds(bottom, top) for bottom, top in zip(low, high, strict=True))
    if was is None or now is None or was == now:
        return
    sides = (look.old, look.new)
    before, after = (
        f"{exactly(a, s, null_of(a))} to {exactly(b, s, null_of(b))}" for a, b, s in zip(low, high, sides, strict=True)
    )
    told = f"{_of(look, low[1])}the interval was {before} and is {after}; "
    told += f"it {'now holds' if now else 'no longer holds'} {null_of(low[1]):g}, the value of no effect"
    yield look.matter("interval", [low[1], high[1]], told)


def _holds(low: Row, high: Row) -> bool | None:
    bottom, top, null = number(low), number(high), null_of(low)
    return None if bottom is None or top is None or null is None else bottom <= null <= top


def _direction(look: Look, old: Row, new: Row) -> Iterator[Matter]:
    was, now = _sign(old), _sign(new)
    if was is None or now is None or was == now:
        return
    null = f"{null_of(new):g}, the value of no effect"
    moved = f"is now exactly {null}" if now == 0 else f"lay exactly on {null}" if was == 0 else ""
    before, after = exactly(old, look.old, null_of(old)), exactly(new, look.new, null_of(new))
    told = f"{look.label(new)}: was {before} and is {after}; it "
    yield look.matter("direction", [new], told + (moved or f"now lies on the other side of {null}"))


def _sign(row: Row) -> int | None:
    value, null = number(row), null_of(row)
    return None if value is None or null is None else (value > null) - (value < null)


def _of(look: Look, row: Row) -> str:
    """Return what a p value or a limit is of, for the beginning of a sentence."""
    of = look.label(row).rpartition(", ")[0]
    return f"{of}: " if of else ""
