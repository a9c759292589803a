"""Values at two visits, by arm: one row of values a participant."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd

from report.analysis.basis import model_columns
from report.analysis.basis.descriptives import NO_SPREAD, NOTHING
from report.analysis.basis.participants import Repeated
from report.analysis.counts import gee, random_intercept, repeated_models
from report.analysis.numbers import means
from report.analysis.numbers.samples import NOBODY

NONE = math.nan
NO_EVENT, NOT_CENSORED = "the values here are numbers, and a number is no event", "a value at a visit is not censored"
Values = Sequence[tuple[float, float]]


def people(treated: Values, control: Values, **columns: Sequence[Any]) -> Repeated:
    """Return a frame with a row a participant and visit; ``columns`` have a value a participant."""
    made = []
    for number, (arm, pair) in enumerate([*(("treated", x) for x in treated), *(("control", x) for x in control)]):
        for visit, value in zip(("w4", "w8"), pair, strict=True):
            more = {name: held[number] for name, held in columns.items()}
            made.append({"Participant": f"p{number:02d}", "Arm": arm, "Visit": visit, "Outcome": value, **more})
    frame = pd.DataFrame(made)
    levels = {"Stratum": ("one", "two")} if "Stratum" in columns else {}
    covariates = ("age",) if "age" in columns else ()
    return Repeated(frame, ("treated", "control"), "control", covariates, levels, visits=("w4", "w8"))


DATA: dict[type, dict[str, Any]] = {
    Repeated: {
        "one_participant": people([(1, 2)], []),
        "constant": people([(4, 4)] * 4, [(4, 4)] * 4, age=[50.0] * 8),
        "empty_arm": people([], [(1, 2), (2, 2), (4, 1), (3, 5), (2, 6)]),
        "all_missing": people([(NONE, NONE)] * 2, [(NONE, NONE)] * 3),
        "no_events_in_one_arm": NO_EVENT,
        "no_events": NO_EVENT,
        "all_events": NO_EVENT,
        "one_stratum": people([(2, 4), (4, 5), (6, 12)], [(1, 3), (2, 2), (3, 7)], Stratum=["one"] * 6),
        "ties": people([(1, 1), (1, 2), (2, 2), (2, 1)], [(1, 1), (1, 1), (2, 2), (1, 2)]),
        "none_censored": NOT_CENSORED,
        "all_censored": NOT_CENSORED,
    },
}
ARGUMENTS: dict[str, dict[str, Any]] = {}
AT4, AT8 = "estimate[treated,w4]", "estimate[treated,w8]"
P, ERROR = "p.value[treated,w4]", "std.error[treated,w8]"
CELLS: dict[str, dict[str, dict[str, float | str]]] = {
    "change_by_visit": {
        "one_participant": {AT4: NOBODY, "mean[treated,w8]": 2.0, "sd[treated,w4]": NO_SPREAD, "mean[control,w4]": NOTHING},
        "constant": {AT4: 0.0, P: means.NO_SPREAD, "mean_ci.low[treated,w4]": 4.0},
        "empty_arm": {AT4: NOBODY, "mean[control,w8]": 3.2, "median[control,w8]": 2.0},
        "all_missing": {AT8: NOBODY, "N_miss[control,w8]": 3, "mean[treated,w4]": NOTHING},
        # means 4 and 2, 7 and 4; variances 4 and 1 at week 4
        "one_stratum": {AT4: 2.0, AT8: 3.0, "statistic[treated,w4]": 2 / math.sqrt(5 / 3), "df[treated,w4]": 50 / 17},
        "ties": {AT4: 0.25, AT8: 0.0, "p.value[treated,w8]": 1.0},
    },
    "gee": {
        "one_participant": {AT4: model_columns.TOO_FEW, P: model_columns.TOO_FEW, "n[treated]": 1},
        "constant": {AT4: gee.NO_SPREAD, P: gee.NO_SPREAD},
        "empty_arm": {AT4: repeated_models.NOBODY, "n[treated]": 0, "n_values[control,w8]": 5},
        "all_missing": {AT4: repeated_models.NO_VALUE, "correlation": repeated_models.NO_VALUE, "N_miss[control]": 3},
        # six pairs less four coefficients are too few for the moments: they give a correlation above 1
        "one_stratum": {AT4: gee.OUT_OF_RANGE, "correlation": gee.OUT_OF_RANGE},
        "ties": {AT4: 0.25, AT8: 0.0, ERROR: math.sqrt(1 / 8)},
    },
    "random_intercept": {
        "one_participant": {AT4: model_columns.TOO_FEW, "icc": model_columns.TOO_FEW},
        "constant": {AT4: random_intercept.NO_SPREAD, "variance_within": random_intercept.NO_SPREAD},
        "empty_arm": {AT4: repeated_models.NOBODY, "ls_mean[control,w8]": 3.2, "ls_mean[treated,w4]": repeated_models.NOBODY},
        "all_missing": {AT8: repeated_models.NO_VALUE, "n[treated]": 0},
        "one_stratum": {AT4: 2.0, AT8: 3.0, "ls_mean[control,w8]": 4.0},
        # within participants: squares 1/2 + 1/2 in the treated arm less 0, 3/8 in the other; over 6 degrees of freedom
        "ties": {AT4: 0.25, AT8: 0.0, "variance_within": (1.0 + 3 / 8) / 6},
    },
}  # fmt: skip
