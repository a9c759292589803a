"""Methods for what is missing, and resampling, at the edges."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from report.analysis.basis.participants import Participants, Repeated
from report.analysis.events.missing_values import NOBODY as NOBODY_AT_ALL
from report.analysis.events.missing_values import NONE_MISSING
from report.analysis.events.two_by_two import ArmCount, EventCounts
from report.analysis.numbers.linear_models import NO_SPREAD, NOBODY
from report.analysis.numbers.resampling import NO_SPREAD as ALL_ALIKE

NAN = float("nan")
NO_OUTCOME = "an arm has no participant with an outcome"
OF_EVENTS = "it is of events, and these data have numbers"
OF_NUMBERS = "it is of numbers, and these data have events"
OF_TIMES = "it is of times to an event"


def people(
    treated: list[float], control: list[float], base: list[float] | None = None, **more: list[str]
) -> Participants:
    n = len(treated) + len(control)
    frame = pd.DataFrame(
        {"Arm": ["treated"] * len(treated) + ["control"] * len(control), "Outcome": [*treated, *control]},
        index=[f"p{at:02d}" for at in range(n)],
    ).astype({"Arm": object, "Outcome": float})
    for name, values in {**({"Baseline": base} if base else {}), **more}.items():
        frame[name] = values
    return Participants(frame, ("control", "treated"), "control", levels={"Stratum": ("only",)})


def visits(treated: list[list[float]], control: list[list[float]]) -> Repeated:
    rows = [
        {"Participant": f"p{at:02d}", "Arm": arm, "Visit": visit, "Outcome": value}
        for at, (arm, values) in enumerate([*(("treated", v) for v in treated), *(("control", v) for v in control)])
        for visit, value in zip(("week4", "week8"), values, strict=True)
    ]
    frame = pd.DataFrame(rows, columns=["Participant", "Arm", "Visit", "Outcome"]).astype({"Outcome": float})
    return Repeated(frame, ("control", "treated"), "control", visits=("week4", "week8"))


def events(treated: tuple[int, int, int], control: tuple[int, int, int]) -> EventCounts:
    return EventCounts((ArmCount("control", *control), ArmCount("treated", *treated)), "control")


DATA: dict[type, dict[str, Any]] = {
    Participants: {
        "one_participant": people([3.0], []),
        "constant": people([2.0, 2.0, 2.0], [2.0, 2.0, 2.0]),
        "empty_arm": people([], [1.0, 2.0, 4.0]),
        "all_missing": people([NAN, NAN], [NAN, NAN]),
        "no_events_in_one_arm": OF_EVENTS,
        "no_events": OF_EVENTS,
        "all_events": OF_EVENTS,
        "one_stratum": people([1.0, 2.0, 4.0], [3.0, 5.0, 8.0], Stratum=["only"] * 6),
        "ties": people([1.0, 1.0, 2.0], [1.0, 2.0, 2.0]),
        "none_censored": OF_TIMES,
        "all_censored": OF_TIMES,
    },
    Repeated: {
        "one_participant": visits([[1.0, NAN]], []),
        "constant": visits([[2.0, 2.0]] * 3, [[2.0, NAN]] * 3),
        "empty_arm": visits([], [[1.0, 2.0], [2.0, NAN]]),
        "all_missing": visits([[NAN, NAN]] * 2, [[NAN, NAN]] * 2),
        "no_events_in_one_arm": OF_EVENTS,
        "no_events": OF_EVENTS,
        "all_events": OF_EVENTS,
        "one_stratum": "its strata are those of the analysis of covariance, which has them at this edge",
        "ties": visits([[1.0, NAN], [1.0, 2.0]], [[2.0, 1.0], [1.0, 1.0]]),
        "none_censored": OF_TIMES,
        "all_censored": OF_TIMES,
    },
    EventCounts: {
        "one_participant": events((1, 1, 0), (0, 0, 0)),
        "constant": OF_NUMBERS,
        "empty_arm": events((0, 0, 0), (2, 5, 1)),
        "all_missing": events((0, 0, 2), (0, 0, 2)),
        "no_events_in_one_arm": events((0, 8, 1), (4, 8, 1)),
        "no_events": events((0, 8, 0), (0, 8, 0)),
        "all_events": events((8, 8, 0), (8, 8, 0)),
        "one_stratum": "its counts are not stratified",
        "ties": OF_NUMBERS,
        "none_censored": OF_TIMES,
        "all_censored": OF_TIMES,
    },
}
ARGUMENTS: dict[str, dict[str, Any]] = {
    "multiple_imputation": {"seed": 1, "draws": 5},
    "tipping_point": {"seed": 1, "draws": 5, "step": 1.0, "steps": 1},
    "bootstrap_difference": {"seed": 1, "draws": 999},
    "permutation_test": {"seed": 1},
}
_NOBODY = {"estimate[treated]": NOBODY, "p.value[treated]": NOBODY}
# differences of 7/3 - 16/3 = -3: pooled variance (14/3 + 38/3) / 4 = 13/3, standard error sqrt(13/3 * 2/3)
_THREE = {"estimate[treated]": -3.0, "std.error[treated]": float(np.sqrt(26 / 9)), "n_imputed[treated]": 0}
_TIES = {"estimate[treated]": -1 / 3, "std.error[treated]": float(np.sqrt(2 / 9))}
CELLS: dict[str, dict[str, dict[str, Any]]] = {
    "multiple_imputation": {
        "one_participant": _NOBODY,
        "constant": {"estimate[treated]": 0.0, "p.value[treated]": NO_SPREAD, "mc.error[treated]": NO_SPREAD},
        "empty_arm": _NOBODY,
        "all_missing": {"estimate[treated]": "an arm has too few known values to impute the others from"},
        "one_stratum": _THREE,
        "ties": _TIES,
    },
    "tipping_point": {
        "one_participant": {"estimate[treated,shift_0]": NOBODY, "tipping_point[treated]": NOBODY},
        "constant": {"estimate[treated,shift_1]": 0.0, "tipping_point[treated]": NO_SPREAD},
        "empty_arm": {"tipping_point[treated]": NOBODY},
        "all_missing": {"tipping_point[treated]": "an arm has too few known values to impute the others from"},
        "one_stratum": {
            "estimate[treated,shift_1]": -3.0,
            "tipping_point[treated]": "p is not below the level without a shift",
        },
        "ties": {"tipping_point[treated]": "p is not below the level without a shift"},
    },
    "bootstrap_difference": {
        "one_participant": {"estimate[treated]": NO_OUTCOME, "conf.low[treated]": NO_OUTCOME},
        "constant": {"estimate[treated]": 0.0, "conf.low[treated]": ALL_ALIKE},
        "empty_arm": {"estimate[treated]": NO_OUTCOME},
        "all_missing": {"estimate[treated]": NO_OUTCOME, "std.error[treated]": NO_OUTCOME},
        "one_stratum": {"estimate[treated]": -3.0},
        "ties": {"estimate[treated]": -1 / 3},
    },
    "permutation_test": {
        "one_participant": {"p.value[treated]": NO_OUTCOME},
        "constant": {"p.value[treated]": 1.0, "mc.error[treated]": 0.0},
        "empty_arm": {"p.value[treated]": NO_OUTCOME},
        "all_missing": {"p.value[treated]": NO_OUTCOME},
        # of the 20 ways to choose three of 1 2 3 4 5 8, two have a sum of at most 7 and two one of at least 16
        "one_stratum": {"p.value[treated]": 0.2, "distribution[treated]": "exact"},
        "ties": {"p.value[treated]": 1.0},
    },
    "last_observation": {
        "one_participant": {"estimate[treated]": NOBODY, "n[treated]": 1, "n_carried[treated]": 1},
        "constant": {"estimate[treated]": 0.0, "p.value[treated]": NO_SPREAD, "n_carried[control]": 3},
        "empty_arm": {"estimate[treated]": NOBODY, "n_carried[control]": 1},
        "all_missing": {"estimate[treated]": NOBODY, "N_miss[control]": 2},
        "ties": {"estimate[treated]": 0.5, "n_carried[treated]": 1},
    },
    "extreme_cases": {
        "one_participant": {"estimate[treated,all_with]": NOBODY_AT_ALL},
        "empty_arm": {"p.value[treated,all_without]": NOBODY_AT_ALL},
        "all_missing": {
            "estimate[treated,all_with]": 0.0,
            "estimate[treated,against_the_arm]": 1.0,
            "p.value[treated,for_the_arm]": 1 / 3,
        },
        "no_events_in_one_arm": {"estimate[treated,all_with]": 1 / 9 - 5 / 9, "estimate[treated,for_the_arm]": -5 / 9},
        "no_events": {"estimate[treated,all_with]": 0.0, "p.value[treated,all_with]": 1.0},
        "all_events": {"estimate[treated,all_without]": 0.0, "p.value[treated,all_without]": 1.0},
    },
    "tipping_counts": {
        "one_participant": {"n[treated]": NO_OUTCOME},
        "empty_arm": {"n[treated]": NO_OUTCOME, "p.value.high[treated]": NO_OUTCOME},
        "all_missing": {"n[treated]": NO_OUTCOME},
        # 0 of 8 against 4 of 8 has p = 0.077; of the four ways only 0 of 9 against 5 of 9 is below 0.05: 0.029
        "no_events_in_one_arm": {"N[treated]": 4, "n[treated]": 3, "p.value.low[treated]": 2 * 126 / 8568},
        "no_events": {"n[treated]": NONE_MISSING},
        "all_events": {"p[treated]": NONE_MISSING},
    },
}
