"""How a statistic of another program is printed: by its name, its decimals there, and the study file."""

from __future__ import annotations

from collections.abc import Mapping

from report.ard import Stat

COUNTS = ("n", "N", "N_obs", "N_miss", "N_nonmiss", "n_cum", "n_event", "nevent", "n.risk")
TOTALS = {"p": "N", "p_cum": "N", "p_miss": "N_obs", "p_nonmiss": "N_obs"}  # a share, and what it is a share of
OF_VALUES = ("mean", "sd", "median", "p25", "p75", "min", "max")  # in the unit of the variable
NUMBERS = (
    *OF_VALUES,
    "var",
    "estimate",
    "std.error",
    "statistic",
    "parameter",
    "df",
    "conf.low",
    "conf.high",
    "conf.level",
)
USUAL = 1  # the decimals that cards gives a number


def key(name: str, stat: Stat, digits: int | None, beside: Mapping[str, Stat]) -> str:
    """Return the format key of a statistic; ``beside`` are the statistics of the same group by name."""
    if isinstance(stat, bool) or (isinstance(stat, str) and not is_number(name)):
        return "text"
    if name in COUNTS and not _has_part(stat):
        return "count"
    if name in TOTALS:
        return f"percent:{whole(beside.get(TOTALS[name]))}"
    if name == "conf.level":
        return "level"
    if name.startswith("p.value"):
        return "p"
    return f"fixed:{USUAL if digits is None else digits}"


def is_number(name: str) -> bool:
    """Return whether a statistic is a number by its name, so that a text in its place is a fault."""
    return name in (*COUNTS, *TOTALS, *NUMBERS) or name.startswith("p.value")


def _has_part(stat: Stat) -> bool:
    return isinstance(stat, float) and not stat.is_integer()


def whole(total: Stat) -> int:
    """Return a denominator as a whole number: 0 where none is given."""
    return int(total) if isinstance(total, int | float) and total > 0 else 0
