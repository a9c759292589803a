"""Multiple imputation of a missing binary outcome, and risk differences pooled over the imputations.

Missing outcomes are drawn within each arm from a logistic regression on the covariates and the stratum: its
coefficients from their large-sample distribution, then the outcomes (Rubin, Multiple Imputation for Nonresponse in
Surveys, 1987, example 5.4; R: ``mice(method = "logreg")``). Each completed set gives risk differences with Wald's
variance, which are pooled by Rubin's rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from report.analysis.basis.methods import Answer, Statistic, level_of, method
from report.analysis.basis.model_columns import adjusted_for, adjusting, has_all, told
from report.analysis.basis.participants import Participants
from report.analysis.basis.separation import is_separated
from report.analysis.basis.t_estimates import TEstimate
from report.analysis.events.logistic import Fit, chances, newton
from report.analysis.events.two_by_two import Confidence
from report.analysis.numbers.imputation import Draws, Pool, Seed, counted, drawn, independent, pool

Vector = npt.NDArray[np.float64]
NOBODY = "an arm has no participant with an outcome and all that is adjusted for"
ALIKE = "all or none of an arm’s known outcomes are events, which says nothing of the others"
APART = "in an arm the covariates foretell the known outcomes without error"
NO_SPREAD = "all or none of both arms had the event"


@dataclass(frozen=True)
class _Arm:
    """The known outcomes of an arm, and the model from which the others are drawn; ``why`` where there is none."""

    known: Vector
    missing: Vector  # a row a participant without an outcome, a column a coefficient
    fitted: Fit | None
    why: str = ""

    @property
    def size(self) -> int:
        return len(self.known) + len(self.missing)

    def draw(self, generator: np.random.Generator) -> float:
        """Return the risk of the arm with its missing outcomes drawn."""
        if self.fitted is None:
            return float(self.known.mean())
        spread = np.linalg.cholesky(self.fitted.covariance)
        coefficients = self.fitted.coefficients + spread @ generator.standard_normal(len(spread))
        events = generator.random(len(self.missing)) < chances(self.missing, np.asarray(coefficients, dtype=float))
        return float((self.known.sum() + events.sum()) / self.size)


@method("imputed_risks", context="proportion_difference")
def imputed_risks(
    people: Participants, decimals: int, unit: str, *, seed: Seed, draws: Draws = 100, confidence: Confidence = 0.95
) -> Answer:
    """Return risk differences from the reference, arm minus reference, pooled over imputations of missing outcomes."""
    usable = replace(people, frame=people.frame[has_all(people.frame, adjusted_for(people))])
    arms = {arm: _arm(usable, arm) for arm in people.arms}
    generator = np.random.Generator(np.random.PCG64(seed))
    risks = {arm: [] if each.why else [each.draw(generator) for _ in range(draws)] for arm, each in arms.items()}
    rows: list[Statistic] = []
    for arm in people.compared:
        found = _pooled(arms[arm], arms[people.reference], risks[arm], risks[people.reference])
        rows += _told(found, arm, decimals, confidence)
    how = f"logistic regression{told(people).replace(', adjusted for', ' on')} within each arm"
    return Answer(
        f"Risk difference (arm minus reference) after multiple imputation of missing outcomes by {how}; Wald’s "
        "variance, pooled by Rubin’s rules with Barnard and Rubin’s degrees of freedom; assuming missing at random",
        f"Missing outcomes were multiply imputed by {how}, assuming that they are missing at random; risk differences "
        "of the completed sets were pooled by Rubin’s rules with the degrees of freedom of Barnard and Rubin.",
        (*rows, *counted(people, usable), *drawn(seed, draws), level_of(confidence)),
    )


def _told(found: Pool, arm: str, decimals: int, confidence: float) -> Iterator[Statistic]:
    key, label = f"points:{decimals}", "Risk difference, multiple imputation"
    for row in found.estimate.interval_rows(label, confidence, "fixed:3", "proportion", arm):
        yield replace(row, format_key=key)
    yield from found.estimate.test_rows("Test of the risk difference, multiple imputation", arm)
    for row in found.rows(arm, key, "proportion"):
        yield row


def _arm(people: Participants, arm: str) -> _Arm:
    part = people.frame[(people.frame["Arm"] == arm).to_numpy(dtype=bool)]
    is_known = part["Outcome"].notna().to_numpy(dtype=bool)
    events = np.asarray(part["Outcome"] == people.event, dtype=np.float64)
    known: Vector = np.asarray(events[is_known], dtype=np.float64)
    columns = adjusting(part, adjusted_for(people), people.levels)
    whole = np.column_stack([np.ones(len(part)), columns])
    nothing = np.zeros((0, whole.shape[1]))
    if not len(known):
        return _Arm(known, nothing, None, NOBODY)
    if is_known.all():
        return _Arm(known, nothing, None)
    kept = independent(whole[is_known])
    fitted, why = _model(whole[is_known][:, kept], known)
    return _Arm(known, whole[~is_known][:, kept], fitted, why)


def _model(matrix: Vector, outcome: Vector) -> tuple[Fit | None, str]:
    """Return the logistic regression of the known outcomes, or why there is none."""
    if outcome.min() == outcome.max():
        return None, ALIKE
    if is_separated((2 * outcome - 1)[:, None] * matrix):
        return None, APART
    fitted = newton(matrix, outcome)
    return (None, fitted.why) if fitted.why else (fitted, "")


def _pooled(arm: _Arm, base: _Arm, risks: Sequence[float], base_risks: Sequence[float]) -> Pool:
    if why := arm.why or base.why:
        return Pool(TEstimate(no_value=why))
    one, zero = np.array(risks), np.array(base_risks)
    variances = one * (1 - one) / arm.size + zero * (1 - zero) / base.size
    if variances.mean() == 0:
        return Pool(TEstimate(float((one - zero).mean()), no_error=NO_SPREAD))
    return pool(list(one - zero), list(variances), arm.size + base.size - 2)
