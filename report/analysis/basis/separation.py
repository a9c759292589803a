"""Whether a model of a binary or ordered outcome has a finite fit: where levels are separated it has none.

Albert and Anderson (Biometrika 1984;71:1-10); the linear programme of Konis (Oxford thesis, 2007).
"""

from __future__ import annotations

import numpy as np

from report.analysis.basis.model_columns import Matrix

SEPARATED = "separated: arm and covariates foretell the outcome of some without error"
SEPARATED_ARM = "separated: all or none of an arm had the event"
SOME = 1e-7


def is_separated(bounds: Matrix) -> bool:
    """Return whether some direction leaves no row of the bounds below zero and raises one above it.

    A row is a participant's outcome against a neighbour of it. Along such a direction the likelihood rises for ever.
    """
    from scipy.optimize import linprog

    rows = np.unique(bounds, axis=0)
    scale = np.abs(rows).max(axis=0)
    rows = rows / np.where(scale > 0, scale, 1.0)
    found = linprog(-rows.sum(axis=0), A_ub=-rows, b_ub=np.zeros(len(rows)), bounds=(-1.0, 1.0), method="highs")
    return found.fun is None or -float(found.fun) > SOME
