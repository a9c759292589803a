"""Whether the numbers of a group can stand together: an estimate within its limits, a part of its whole.

A number that another program wrote with too few digits, or under another's name, shows here before it is printed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from report.ard import name_result
from report.exchange.formats import TOTALS

PLACE = ("analysis_id", "group1_level", "variable", "variable_level", "visit")
ORDERED = (
    ("conf.low", "estimate"), ("estimate", "conf.high"), ("conf.low", "conf.high"), ("min", "p25"), ("p25", "median"),
    ("median", "p75"), ("p75", "max"), ("min", "median"), ("median", "max"), ("min", "mean"), ("mean", "max"),
    ("min", "max"), ("n", "N"), ("n_cum", "N"), ("N_miss", "N_obs"), ("N_nonmiss", "N_obs"),
)  # fmt: skip
PARTS = {"p": "n", "p_cum": "n_cum", "p_miss": "N_miss", "p_nonmiss": "N_nonmiss"}
NEVER_BELOW_ZERO = ("sd", "var", "std.error", "n", "N", "N_obs", "N_miss", "N_nonmiss", "n_cum")
LAST_DIGITS = 1e-9  # by which two programs may differ in what is the same
IRRATIONAL = ("sd", "std.error")  # which have endless decimals, nearly always
FEW, ENOUGH = 4, 3  # the decimals that jsonlite writes unless it is told otherwise; how many numbers must show it
Told = dict[tuple[str, str], list[str]]
OF_ONE = "see what the program wrote; the numbers of a group must be of one analysis"
ALL_DIGITS = "write all digits: write_json(..., digits = NA) in R, format _numeric_ best32.; in SAS"


def faults(lines: Sequence[Mapping[str, Any]]) -> Told:
    """Return what cannot be, with its remedy, and the rows."""
    found: Told = {}
    for group in _groups(lines).values():
        for told, name in _of_group({name: line["stat"] for name, line in group.items()}):
            remedy = ALL_DIGITS if "rounded" in told else OF_ONE
            found.setdefault((told, remedy), []).append(_name(group[name]))
    if rounded := _rounded(lines):
        told = f"these have at most {FEW} decimals, so that the program must have rounded them"
        found[told, ALL_DIGITS] = rounded
    return found


def _groups(lines: Iterable[Mapping[str, Any]]) -> dict[tuple[str, ...], dict[str, Mapping[str, Any]]]:
    """Return the numbers of each group by their names."""
    found: dict[tuple[str, ...], dict[str, Mapping[str, Any]]] = {}
    for line in lines:
        if _is_number(line.get("stat")):
            place = tuple(str(line.get(column, "")) for column in PLACE)
            found.setdefault(place, {})[str(line["stat_name"])] = line
    return found


def _of_group(stats: Mapping[str, float]) -> Iterator[tuple[str, str]]:
    """Yield what is said of a group, and the statistic by which it is found."""
    for low, high in ORDERED:
        if low in stats and high in stats and stats[low] > stats[high] + _slack(stats[low], stats[high]):
            yield f"{low} is above {high}", low
    for share, part in PARTS.items():
        total = stats.get(TOTALS[share], 0)
        if share in stats and part in stats and total > 0 and abs(stats[share] - stats[part] / total) > LAST_DIGITS:
            yield f"{share} is not {part} of {TOTALS[share]}: it may have been rounded", share
    for name in NEVER_BELOW_ZERO:
        if stats.get(name, 0) < 0:
            yield f"{name} is below 0", name
    yield from (("p.value is not above 0", name) for name in stats if name.startswith("p.value") and stats[name] <= 0)
    if not 0 < stats.get("conf.level", 0.95) < 1:
        yield "conf.level does not lie between 0 and 1", "conf.level"


def _slack(one: float, other: float) -> float:
    return LAST_DIGITS * max(abs(one), abs(other))


def _rounded(lines: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the rows with numbers that a program must have rounded; none where one of them has more decimals."""
    held = [line for line in lines if line.get("stat_name") in IRRATIONAL and _is_number(line.get("stat"))]
    broken = [line for line in held if float(line["stat"]) != int(line["stat"])]
    is_rounded = len(broken) >= ENOUGH and all(float(line["stat"]) == round(line["stat"], FEW) for line in broken)
    return [_name(line) for line in broken] if is_rounded else []


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _name(line: Mapping[str, Any]) -> str:
    levels = (str(line.get(name, "")) for name in ("group1_level", "variable_level", "visit"))
    return name_result(str(line["analysis_id"]), *levels, stat_name=str(line["stat_name"]))
