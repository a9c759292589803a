"""Published scores and responses, and sums: each computed from columns of numbers, a missing value as NaN.

Nothing is rounded here but the percentages that a response compares; ``derivations`` rounds to the resolution.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from report.analysis.people.conditions import Answer
from report.checking.queries import Mask
from report.study.derivations import Jadas, Sum, Term

Vector = npt.NDArray[np.float64]
Matrix = npt.NDArray[np.float64]

GLOBALS = 10.0  # the highest points that an assessment, ESR or CRP adds to the JADAS
ESR_FROM, CRP_FROM = 20.0, 10.0  # mm/h and mg/L, below which they add nothing
PER_POINT = 10.0  # mm/h or mg/L
IMPROVED = 3  # of six core variables
WORSENED = 1  # may have worsened
WORSE = 30.0  # percent, whatever the improvement asked for
EXACT = 9  # decimals of a percentage; the noise of floats is smaller, and no measurement finer


def numbers(frame: pd.DataFrame, name: str) -> Vector:
    """Return a column of numbers as a vector of floats, one a row."""
    return frame[name].to_numpy(dtype=float)


def total(rule: Sum, frame: pd.DataFrame) -> Vector:
    """Return the sum of the terms, one value a row; missing where any term is.

    With ``prorate_from``, at least that many terms make a total: their mean times the number of all terms.
    """
    terms = np.array([_term(term, frame) for term in rule.terms])
    if rule.prorate_from is None:
        return np.asarray(terms.sum(axis=0), dtype=float)
    present = (~np.isnan(terms)).sum(axis=0)
    enough = present >= rule.prorate_from
    return np.where(enough, np.nansum(terms, axis=0) * len(terms) / np.maximum(present, 1), np.nan)


def _term(term: Term, frame: pd.DataFrame) -> Vector:
    value = (numbers(frame, term.column) - term.subtract) / term.divide
    low = -np.inf if term.at_least is None else term.at_least
    high = np.inf if term.at_most is None else term.at_most
    return np.clip(value, low, high)


def jadas(rule: Jadas, frame: pd.DataFrame) -> Vector:
    """Return the JADAS in points, one value a row; missing where any component is.

    With ESR (mm/h): Consolaro et al., Arthritis Rheum 2009;61:658-666. With CRP (mg/L): Nordal et al., Ann Rheum Dis
    2012;71:1122-1127. With neither (the clinical score): McErlane et al., Ann Rheum Dis 2013;72:1983-1988.
    """
    score = numbers(frame, rule.physician_global) / rule.divide_physician_global
    score = score + numbers(frame, rule.patient_global) / rule.divide_patient_global
    score = score + np.minimum(numbers(frame, rule.active_joints), rule.joints)
    if rule.esr is not None:
        score = score + _marker(numbers(frame, rule.esr), ESR_FROM)
    if rule.crp is not None:
        score = score + _marker(numbers(frame, rule.crp), CRP_FROM)
    return score


def _marker(value: Vector, least: float) -> Vector:
    """Return ESR or CRP on a scale of 0 to 10: a point for every ten above the least."""
    return np.clip((value - least) / PER_POINT, 0, GLOBALS)


def percent_change(value: Matrix, baseline: Matrix) -> Matrix:
    """Return the change in percent of the baseline; missing where either is, and where the baseline is 0."""
    made: Matrix = np.full(value.shape, np.nan)
    np.divide(100 * (value - baseline), baseline, out=made, where=baseline != 0)
    return made


def acr_pedi(improvement: float, now: Matrix, before: Matrix) -> Answer:
    """Return who responded: at least three of six variables improved, at most one worsened by more than 30 percent.

    ``now`` and ``before`` have a row a participant and six columns, none below 0 and lower being better. A missing
    value leaves the answer open only where it could turn it. Nothing can improve from 0; any rise from 0 is a
    worsening. Giannini et al., Arthritis Rheum 1997;40:1202-1209; no rule for a baseline of 0 is published there.
    """
    change = np.round(percent_change(now, before), EXACT)
    improved, worsened = change <= -improvement, (change > WORSE) | ((before == 0) & (now > 0))
    unknown: Mask = np.isnan(now) | np.isnan(before)
    may_improve, may_worsen = unknown & (before != 0), unknown & (now != 0)
    yes = (_count(improved) >= IMPROVED) & (_count(worsened | may_worsen) <= WORSENED)
    no = (_count(improved | may_improve) < IMPROVED) | (_count(worsened) > WORSENED)
    return Answer(yes, no)


def _count(marked: Mask) -> npt.NDArray[np.int64]:
    return np.asarray(marked.sum(axis=1), dtype=np.int64)
