"""Numbers of events in times of observation."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd

from report.analysis.basis.descriptives import NO_SPREAD
from report.analysis.basis.participants import Exposures
from report.analysis.counts import count_fits, count_models, rates

NONE = math.nan


def counted(
    treated: Sequence[float], control: Sequence[float], exposure: float = 2.0, **columns: Sequence[Any]
) -> Exposures:
    """Return numbers of events of two arms, everybody observed for two years."""
    arms = ["treated"] * len(treated) + ["control"] * len(control)
    frame = pd.DataFrame({"Arm": pd.Series(arms, dtype=object), **columns})
    frame["Outcome"] = pd.Series([*treated, *control], dtype=float)
    frame["Exposure"] = exposure
    levels = {"Stratum": ("one", "two")} if "Stratum" in columns else {}
    return Exposures(frame, ("treated", "control"), "control", levels=levels, exposure_unit="years")


# none has no events at all in an arm, or in both; with all events everybody has one
DATA: dict[type, dict[str, Any]] = {
    Exposures: {
        "one_participant": counted([3], []),
        "constant": counted([1] * 4, [1] * 4, age=[50.0] * 8),
        "empty_arm": counted([], [1, 0, 2, 5]),
        "all_missing": counted([NONE] * 2, [NONE] * 3),
        "no_events_in_one_arm": counted([0, 0, 0, 0], [1, 0, 3, 2]),
        "no_events": counted([0, 0, 0], [0, 0, 0]),
        "all_events": counted([1, 1, 2, 4], [2, 5, 2, 7]),
        "one_stratum": counted([1, 0, 2], [2, 5, 2], Stratum=["one"] * 6, Cluster=["all"] * 6),
        "ties": counted([0, 1, 0, 1, 1], [1, 1, 0, 2, 1]),
        "none_censored": "a number of events is not censored",
        "all_censored": "a number of events is not censored",
    },
}
ARGUMENTS: dict[str, dict[str, Any]] = {}
EMPTY, NOBODY, NO_EVENT = rates.NOBODY_IN_ARM, rates.NOBODY, rates.NO_EVENT
RATE, RATIO = "estimate[control]", "estimate[treated]"
LOW, P = "conf.low[treated]", "p.value[treated]"
IN_ARM, FEW = count_fits.NO_EVENT_IN_ARM, count_models.ONE_CLUSTER
# a Poisson model of two arms has the variance 1/x1 + 1/x0, a robust one the squares of the residuals over x^2
Z = 1.959963984540054
CELLS: dict[str, dict[str, dict[str, float | str]]] = {
    "event_rates": {
        "one_participant": {"estimate[treated]": 1.5, "sd[treated]": NO_SPREAD, RATE: NOBODY, "n_event[control]": 0},
        "constant": {RATE: 0.5, "sd[control]": 0.0, "mean[control]": 1.0, "exposure[control]": 8.0},
        "empty_arm": {"estimate[treated]": NOBODY, RATE: 1.0, "n[control]": 3, "N[control]": 4, "max[control]": 5},
        "all_missing": {"estimate[treated]": NOBODY, "N_miss[control]": 3, "exposure[control]": 0.0},
        # qchisq(0.975, 2) / 2 = -log(0.025): the upper limit of no event
        "no_events_in_one_arm": {
            "estimate[treated]": 0.0, "conf.low[treated]": 0.0, "conf.high[treated]": -math.log(0.025) / 8, RATE: 0.75,
        },
        "no_events": {RATE: 0.0, "conf.high[control]": -math.log(0.025) / 6, "p[control]": 0.0},
        "all_events": {RATE: 2.0, "p[control]": 1.0, "mean[treated]": 2.0},
        "one_stratum": {RATE: 1.5, "N_miss[control]": 0},
        "ties": {RATE: 0.5, "sd[control]": math.sqrt(0.5)},
    },
    "rate_ratio_by_arm": {
        "one_participant": {RATIO: EMPTY, P: EMPTY},
        "constant": {RATIO: 1.0, P: 1.0},
        "empty_arm": {RATIO: EMPTY, LOW: EMPTY},
        "all_missing": {RATIO: EMPTY, P: EMPTY},
        # all 6 events are in the other arm: 2 * 0.5^6
        "no_events_in_one_arm": {RATIO: 0.0, LOW: 0.0, P: 2 * 0.5**6},
        "no_events": {RATIO: NO_EVENT, LOW: NO_EVENT, P: NO_EVENT},
        "all_events": {RATIO: 0.5},
        "one_stratum": {RATIO: 1 / 3},
        "ties": {RATIO: 0.6},
    },
    "poisson": {
        "one_participant": {RATIO: EMPTY, "dispersion": EMPTY, "n[treated]": 1},
        "constant": {RATIO: 1.0, LOW: count_models.NO_SPREAD, P: count_models.NO_SPREAD, "dispersion": 0.0},
        "empty_arm": {RATIO: EMPTY, P: EMPTY},
        "all_missing": {RATIO: EMPTY, "N_miss[treated]": 2},
        "no_events_in_one_arm": {RATIO: IN_ARM, P: IN_ARM},
        "no_events": {RATIO: NO_EVENT, "dispersion": NO_EVENT},
        # scores of the arms: 1 + 1 + 0 + 4 = 6 over 8^2, and 4 + 1 + 4 + 9 = 18 over 16^2
        "all_events": {RATIO: 0.5, LOW: 0.5 * math.exp(-Z * math.sqrt(6 / 64 + 18 / 256))},
        "one_stratum": {RATIO: 1 / 3, LOW: FEW, P: FEW},
        # squares of the residuals: 2 * 0.36 + 3 * 0.16 = 1.2 over 3^2, and 1 + 1 = 2 over 5^2
        "ties": {RATIO: 0.6, LOW: 0.6 * math.exp(-Z * math.sqrt(1.2 / 9 + 2 / 25)), "dispersion": (1.2 / 0.6 + 2.0) / 8},
    },
    "negative_binomial": {
        "one_participant": {RATIO: EMPTY, "model_fitted": EMPTY},
        "constant": {RATIO: 1.0, "dispersion": 0.0, "model_fitted": "Poisson", P: 1.0},
        "empty_arm": {RATIO: EMPTY},
        "all_missing": {RATIO: EMPTY, "N_miss[control]": 3},
        "no_events_in_one_arm": {RATIO: IN_ARM, P: IN_ARM},
        "no_events": {RATIO: NO_EVENT},
        # sums of (y - mean)^2 - y: 6 - 8 + 18 - 16 = 0, so that k is 0 and the variance 1/8 + 1/16
        "all_events": {RATIO: 0.5, "dispersion": 0.0, LOW: 0.5 * math.exp(-Z * math.sqrt(3 / 16))},
        "one_stratum": {RATIO: 1 / 3, "model_fitted": "Poisson"},
        "ties": {RATIO: 0.6, "dispersion": 0.0, "model_fitted": "Poisson", LOW: 0.6 * math.exp(-Z * math.sqrt(1 / 3 + 1 / 5))},
    },
}  # fmt: skip
