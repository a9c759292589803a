"""Whether hazards are proportional: the score test of coefficients that change with the Kaplan-Meier scale of time.

Grambsch and Therneau (Biometrika 1994;81:515-526), in the form that R's ``cox.zph`` has since survival 3.0: the score
and the information of the model with a product of each covariate and time, at the coefficients of the model without.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from report.analysis.basis.methods import Statistic
from report.analysis.basis.participants import EventTimes
from report.analysis.basis.wald import chi_squared_p
from report.analysis.times.cox_fit import Vector, Whole
from report.analysis.times.cox_model import Model, indices
from report.analysis.times.risk_tables import risk_table
from report.analysis.times.survival_curves import kaplan_meier_curve

LABEL = "Test of proportional hazards"
NO_MODEL = "a hazard ratio has no finite estimate"
TOO_FEW = "too few event times to tell a change of the hazard ratio"
SINGULAR = 1e-9
Tested = tuple[float, int]


def proportional(model: Model, frame: pd.DataFrame, people: EventTimes) -> Iterator[Statistic]:
    """Yield the test of the arms, and of all terms where there are covariates too."""
    asked = [("", LABEL, indices(model, people))]
    if people.covariates:
        asked.append(("all_terms", f"{LABEL}, all terms", np.arange(len(model.columns), dtype=np.intp)))
    for level, label, which in asked:
        whole = model.fit is not None and model.fit.is_found and len(which) > 0 and not model.reasons
        tested = _test(model, frame, which) if whole else None
        yield from _rows(tested, level, label, TOO_FEW if whole else NO_MODEL)


def _rows(tested: Tested | None, level: str, label: str, why: str) -> Iterator[Statistic]:
    reason = "" if tested else why
    statistic, df = tested or (None, None)
    p = chi_squared_p(*tested) if tested else None
    yield Statistic("statistic_ph", f"{label}, chi-squared", statistic, "fixed:2", level=level, reason=reason)
    yield Statistic("df_ph", f"{label}, degrees of freedom", df, "count", level=level, reason=reason)
    yield Statistic("p.value_ph", label, p, "p", level=level, reason=reason)


def _test(model: Model, frame: pd.DataFrame, which: Whole) -> Tested | None:
    """Return the chi-squared of these coefficients changing with time; None where the data cannot tell."""
    assert model.fit is not None and model.sets is not None
    g = _scale(frame, frame["Time"].to_numpy(dtype=float)[model.sets.order][model.sets.who])
    variance, scores = model.fit.moments.variance, model.fit.moments.scores
    own = np.einsum("d,dij->ij", g * g, variance)[np.ix_(which, which)]
    shared = np.einsum("d,dij->ij", g, variance)[which]
    left = own - shared @ np.linalg.solve(model.fit.moments.information, shared.T)
    size = np.sqrt(np.diag(own))
    if (size <= 0).any() or np.linalg.eigvalsh(left / np.outer(size, size)).min() < SINGULAR:
        return None
    score = (g[:, None] * scores).sum(axis=0)[which]
    return float(score @ np.linalg.solve(left, score)), len(which)


def _scale(frame: pd.DataFrame, times: Vector) -> Vector:
    """Return one minus the Kaplan-Meier estimate of everybody just before each death, less its mean."""
    is_event = np.asarray(frame["Status"] == 1, dtype=np.float64)
    table = risk_table(frame["Time"].to_numpy(dtype=float), is_event)
    before = np.concatenate([[1.0], kaplan_meier_curve(table).survival])
    g = 1 - before[np.searchsorted(table.times, times, side="left")]
    return np.asarray(g - g.mean(), dtype=float)
