"""What is wrong in the study file: the place, what is said, and what to write instead; and the nearest name."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from typing import NamedTuple

from pydantic_core import PydanticCustomError

from report.study.places import Place

REFUSED = "study"  # the type of a fault that a model raises itself
NEAR = 0.7


class Fault(NamedTuple):
    """One fault: its place in the file, what is said of it, and the remedy."""

    place: Place
    message: str
    remedy: str
    code: str = "study-value"


def refuse(message: str, remedy: str, *key: str | int) -> PydanticCustomError:
    """Return the error of a model's rule that parts of it break; ``key`` leads from the model to the part at fault."""
    return PydanticCustomError(REFUSED, "{told}", {"told": message, "remedy": remedy, "key": key})


# what is often written for a word of the study file
MEANT = {
    ">=": "GE", "=>": "GE", ">": "GT", "<=": "LE", "=<": "LE", "<": "LT", "=": "EQ", "==": "EQ", "!=": "NE", "<>": "NE",
    "not in": "NOTIN", ";": "semicolon", ",": "comma", ".": "point", "float": "number", "decimal": "number",
    "int": "integer", "string": "text", "factor": "category", "sap": "analysis_plan",
    "main": "primary", "median_iqr": "median_quartiles", "mean": "mean_sd", "median": "median_range",
    "randomized": "randomised", "finished": "completed", "wilcoxon": "signed_rank", "letter": "us-letter",
    "cmh": "mantel_haenszel", "cochran_mantel_haenszel": "mantel_haenszel", "clopper_pearson": "proportion",
    "wilson": "proportion", "simon": "simon_two_stage", "two_stage": "simon_two_stage", "t_test": "paired_t",
    "paired_t_test": "paired_t", "one_sample_t_test": "one_sample_t", "mcnemar_test": "mcnemar",
    "shift_table": "shift_levels", "binomial_test": "performance_goal",
    "arr": "risk_reduction", "relative_risk": "risk_ratio", "rr": "risk_ratio",
    "rrr": "relative_risk_reduction", "nnt": "number_needed_to_treat", "poisson": "rate_ratio",
    "post_hoc": "data_driven",
    "unknown": "not_known", "lower": "lower_is_better", "higher": "higher_is_better", "consort": "flow",
    "demographics": "baseline", "spaghetti": "courses", "listing": "individuals", "safety": "adverse_events",
}  # fmt: skip


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the known name that was most likely meant, empty when none is like it, or several are."""
    likely = _likely(name, known)
    return likely[0] if len(likely) == 1 else ""


def _likely(name: str, known: Iterable[str]) -> list[str]:
    names = [each for each in known if each != name]
    meant = MEANT.get(name.casefold(), "") or MEANT.get(_plain(name), "")
    of_kind = [each for each in names if meant and (each == meant or each.startswith(f"{meant}_by_"))]
    if of_kind:
        return of_kind[:1]
    turned = [each for each in names if sorted(each) == sorted(name)]
    alike = {_plain(each): each for each in reversed(names)}
    close = [alike[key] for key in difflib.get_close_matches(_plain(name), alike, n=1, cutoff=NEAR)]
    held = [each for each in names if min(len(each), len(name)) > 3 and _holds(_plain(name), _plain(each))]
    return turned[:1] or close or held


def _holds(one: str, other: str) -> bool:
    return one in other or other in one


def _plain(name: str) -> str:
    return re.sub("[- ]", "_", name.casefold())


def among(name: object, known: Iterable[str]) -> str:
    """Return the remedy for a name that is not among the known ones: the nearest, or all of them."""
    names = list(known)
    likely = _likely(name, names) if isinstance(name, str) else ()  # a number is none the nearer for its digits
    if likely:
        return f"did you mean {' or '.join(likely)}?"
    return f"one of: {', '.join(names)}" if names else "nothing of the kind is declared; declare it, or take this out"


def missing(place: Place, name: str, known: Iterable[str], what: str) -> Iterable[Fault]:
    """Yield a fault when a name is not among the known ones."""
    names = list(known)
    if name not in names:
        yield Fault(place, f"there is no {what} named {name}", among(name, names))
