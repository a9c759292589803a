"""The edges of methods of a single arm: values, and an outcome that participants have or have not."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from report.analysis.basis.participants import OneSample
from report.analysis.within.one_arm import OneCount

SINGLE = "there is one arm, and it has participants or none at all"
NO_EVENT = "a number is no event"
NO_STRATUM = "these methods have no stratum"
NO_TIME = "nothing is censored here"


def sample(*values: float) -> OneSample:
    return OneSample(pd.DataFrame({"Arm": "", "Outcome": np.array(values, dtype=float)}), ("",), "", resolution=1.0)


NAN = math.nan
DATA: dict[type, dict[str, Any]] = {
    OneSample: {
        "one_participant": sample(7),
        "constant": sample(5, 5, 5, 5),
        "empty_arm": SINGLE,
        "all_missing": sample(NAN, NAN, NAN),
        "no_events_in_one_arm": NO_EVENT,
        "no_events": NO_EVENT,
        "all_events": NO_EVENT,
        "one_stratum": NO_STRATUM,
        "ties": sample(4, 4, 6, 6, 6, 6, 5),
        "none_censored": NO_TIME,
        "all_censored": NO_TIME,
    },
    OneCount: {
        "one_participant": OneCount(1, 1, 0),
        "constant": "an outcome that is the same in all is no_events or all_events",
        "empty_arm": SINGLE,
        "all_missing": OneCount(0, 0, 5),
        "no_events_in_one_arm": "there is one arm: see no_events",
        "no_events": OneCount(0, 12, 1),
        "all_events": OneCount(12, 12, 1),
        "one_stratum": NO_STRATUM,
        "ties": "an outcome is there or not, and is never tied",
        "none_censored": NO_TIME,
        "all_censored": NO_TIME,
    },
}
NOBODY, ONE, ALIKE = "no participant has a value", "one value has no spread", "all values are the same"
FEW, NO_OUTCOME = "so few values allow no interval of this level", "no participant has an outcome"
NOTHING, DENOMINATOR = "no value was recorded", "no participant in the denominator"
STAYED = "the first stage had at most r1 events, and the data do not end with it"
ARGUMENTS: dict[str, dict[str, Any]] = {
    **{name: {"goal": 5.0} for name in ("one_sample_t", "one_sample_signed_rank", "one_sample_hodges_lehmann")},
    "performance_goal": {"goal": 0.5, "alternative": "greater"},
    "simon_two_stage": {"n1": 12, "r1": 1, "n": 20, "r": 4, "p0": 0.1, "p1": 0.4, "first_stage_events": 0},
}
CELLS: dict[str, dict[str, dict[str, float | str]]] = {
    "description": {
        "one_participant": {"mean": 7, "sd": ONE, "median": 7, "p25": 7, "N_nonmiss": 1},
        "constant": {"mean": 5, "sd": 0, "min": 5, "max": 5},
        "all_missing": {"mean": NOTHING, "median": NOTHING, "N_miss": 3},
        "ties": {"median": 6, "p25": 4, "p75": 6, "N_nonmiss": 7},
    },
    "one_sample_t": {
        "one_participant": {"estimate": 7, "conf.low": ONE, "p.value": ONE, "goal": 5},
        "constant": {"estimate": 5, "conf.high": ALIKE, "p.value": ALIKE, "statistic": ALIKE},
        "all_missing": {"estimate": NOBODY, "conf.low": NOBODY, "p.value": NOBODY, "N_miss": 3},
        # R: t.test(c(4, 4, 6, 6, 6, 6, 5), mu = 5)
        "ties": {"estimate": 37 / 7, "df": 6, "p.value": 0.45705164783746932},
    },
    "one_sample_signed_rank": {
        "one_participant": {"p.value": 1, "statistic": 1, "p.floor": 1},
        "constant": {"p.value": "no difference is other than zero", "n_zero": 4},
        "all_missing": {"p.value": NOBODY, "n_used": 0, "N_miss": 3},
        "ties": {"p.value": 0.6875, "statistic": 14, "n_zero": 1, "p.floor": 0.03125},  # six ranks of 3.5: a sign test
    },
    "one_sample_hodges_lehmann": {
        "one_participant": {"estimate": 7, "conf.low": FEW, "conf.level_reached": FEW},
        "constant": {"estimate": 5, "conf.low": FEW},
        "all_missing": {"estimate": NOBODY, "conf.low": NOBODY, "N": 0},
        # between the 14th (5) and the 15th (5.5) of 28 averages; k is 3 (R: qsignrank(0.025, 7))
        "ties": {"estimate": 5.25, "conf.low": 4, "conf.high": 6, "conf.level_reached": 0.953125},
    },
    "proportion": {
        "one_participant": {"p": 1, "conf.low": 0.025, "conf.high": 1},
        "all_missing": {"p": DENOMINATOR, "conf.low": NO_OUTCOME, "N_miss": 5},
        "no_events": {"p": 0, "conf.low": 0, "conf.high": 1 - 0.025 ** (1 / 12), "N_population": 13},
        "all_events": {"p": 1, "conf.low": 0.025 ** (1 / 12), "conf.high": 1},
    },
    "performance_goal": {
        "one_participant": {"p.value": 0.5, "p.floor": 0.5, "conf.low": 0.05, "conf.high": "a one-sided interval has no upper limit"},
        "all_missing": {"estimate": NO_OUTCOME, "p.value": NO_OUTCOME, "conf.high": NO_OUTCOME, "N_miss": 5},
        "no_events": {"estimate": 0, "p.value": 1, "conf.low": 0, "p.floor": 0.5**12},
        "all_events": {"estimate": 1, "p.value": 0.5**12, "conf.low": 0.05 ** (1 / 12)},
    },
    "simon_two_stage": {
        "one_participant": {"estimate": "fewer participants have an outcome than the first stage has", "n_planned": 20},
        "all_missing": {"estimate": NO_OUTCOME, "p.value": NO_OUTCOME, "decision": NO_OUTCOME, "p_stop": 0.9**12 + 1.2 * 0.9**11},
        "no_events": {"estimate": 0, "p.value": 1, "stage": "first", "decision": "not rejected", "conf.high": 1 - 0.025 ** (1 / 12)},
        "all_events": {"estimate": STAYED, "conf.low": STAYED, "stage": STAYED, "N": 12},
    },
}  # fmt: skip
