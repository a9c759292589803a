"""How far two programs may differ in a result before it counts: by the kind of the statistic, and why.

A tolerance is relative to our value. Two values that are both smaller than ``ZERO`` agree: computers tell such numbers
apart, and nothing else does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from report.ard import Row
from report.study.model import Study
from report.study.sensitivity import ToleranceKind

ZERO = Decimal("1e-12")


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of statistic: which rows are of it, the tolerance, and the reason."""

    kind: ToleranceKind
    holds: Callable[[Row], bool]
    tolerance: float
    reason: str


LIMITS = ("conf.low", "conf.high", "estimate_median", "ls_mean.conf.low", "ls_mean.conf.high")
TESTS = ("p.value", "p.floor", "p.floor_adjusted", "statistic", "z", "statistic_ph", "p.value_ph")
ESTIMATES = ("estimate", "rate", "rate_difference")
ITERATED = (  # limits found by a search, in ours or in others
    "Miettinen-Nurminen", "Poisson", "Clopper-Pearson", "exact interval", "profile", "score", "Koyama",
    "Newcombe’s interval",
)  # fmt: skip
FITTED = (  # estimates found by a search, and Tukey's p, of which R has few digits
    "ogistic regression", "Cox proportional-hazards", "Proportional-odds", "Conditional odds ratio", "Tukey and Kramer",
    "Poisson regression", "Negative binomial regression", "Generalised estimating equations", "Random-intercept model",
)  # fmt: skip


OF_MODELS = (  # what a fitted model gives besides
    "df", "ls_mean", "ls_mean.std.error", "variance_between", "variance_within", "icc", "correlation", "dispersion",
)  # fmt: skip


def _is_iterated(row: Row) -> bool:
    by_method = any(name in row.method for name in ITERATED)
    return row.stat_name in LIMITS and (by_method or ".subgroup_" in row.analysis_id)


def _is_fitted(row: Row) -> bool:
    names = (*ESTIMATES, *LIMITS, "std.error", *TESTS, *OF_MODELS)
    return row.stat_name in names and any(name in row.method for name in FITTED)


RULES = (
    Rule("text", lambda row: row.format_key == "text", 0, "a word is the same or it is not"),
    Rule("count", lambda row: row.format_key == "count", 0, "people and events are counted, not measured"),
    Rule("limit_by_iteration", _is_iterated, 1e-3, "programs end the search for a limit at different steps"),
    Rule("limit_by_iteration", _is_fitted, 1e-3, "programs end the fit of a model at different steps"),
    Rule("limit", lambda row: row.stat_name in LIMITS, 1e-6, "a formula; quantiles of a distribution are approximated"),
    Rule("test", lambda row: row.stat_name in TESTS, 1e-6, "a formula; distributions are approximated to about 1e-8"),
    Rule("estimate", lambda row: row.stat_name in ESTIMATES, 1e-8, "a formula of counts or values"),
    Rule("description", lambda row: True, 1e-8, "medians, quartiles, means and shares of the same values"),
)


@dataclass(frozen=True, slots=True)
class Allowed:
    """What a result may differ by: the kind, the relative tolerance, and whether the study file sets it."""

    kind: ToleranceKind
    tolerance: float
    is_own: bool = False

    @property
    def words(self) -> str:
        """The tolerance as it is told; one that the study file sets says so."""
        told = f"{self.tolerance:g} relative" if self.tolerance else "exact"
        return f"{told} (study file)" if self.is_own else told


def of(study: Study, row: Row) -> Allowed:
    """Return the tolerance of a result: the study file's for its kind, or ours."""
    rule = next(rule for rule in RULES if rule.holds(row))
    own = study.quality.tolerances.get(rule.kind)
    return Allowed(rule.kind, rule.tolerance) if own is None else Allowed(rule.kind, own, is_own=True)


def agree(ours: Decimal, theirs: Decimal, allowed: Allowed) -> bool:
    """Return whether two numbers are as near as allowed; on the decimal digits, so that an edge is an edge."""
    if not theirs.is_finite():
        return False
    difference = abs(ours - theirs)
    return difference <= Decimal(repr(allowed.tolerance)) * abs(ours) or max(abs(ours), abs(theirs)) < ZERO
