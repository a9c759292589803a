"""The edges of methods that compare events before and after in the same participants."""

from __future__ import annotations

from typing import Any

import numpy as np

from report.analysis.counts.by_period import PeriodCounts

NO_TIME = "observation ends early or not; nothing else is censored"


def periods(before: list[int], after: list[int], days_before: list[int], days_after: list[int]) -> PeriodCounts:
    arrays = (np.array(each, dtype=int) for each in (before, after, days_before, days_after))
    return PeriodCounts(*arrays, later=0, planned_after=30, names=("pre", "post"), labels=("Before", "After"))


DATA: dict[type, dict[str, Any]] = {
    PeriodCounts: {
        "one_participant": periods([2], [1], [30], [30]),
        "constant": periods([1, 1, 1], [1, 1, 1], [30, 30, 30], [30, 30, 30]),
        "empty_arm": "both periods are of the same participants of one arm",
        "all_missing": periods([], [], [], []),
        "no_events_in_one_arm": periods([0, 0, 0], [2, 1, 0], [30, 30, 30], [30, 30, 30]),  # in the earlier period
        "no_events": periods([0, 0], [0, 0], [30, 30], [30, 30]),
        "all_events": periods([30, 30], [10, 10], [30, 30], [10, 10]),  # one on every day
        "one_stratum": "these methods have no stratum",
        "ties": periods([1, 1, 0, 2], [2, 0, 1, 1], [30, 30, 30, 30], [30, 30, 30, 30]),
        "none_censored": NO_TIME,
        "all_censored": NO_TIME,
    }
}
NOBODY, NO_BEFORE, NONE = "nobody was observed", "no event in the earlier period", "no event in either period"
ALL_ZERO = "no difference is other than zero"
ARGUMENTS: dict[str, dict[str, Any]] = {"fisher_by_period": {"table": "participants"}}
MONTH = 30.4375
CELLS: dict[str, dict[str, dict[str, float | str]]] = {
    "events_by_period": {
        "one_participant": {"n_event[pre]": 2, "rate[post]": MONTH / 30, "rate_difference": -MONTH / 30, "n_fewer": 1},
        "constant": {"p[pre]": 1, "rate_difference": 0, "n_same": 3},
        "all_missing": {"rate[pre]": NOBODY, "p[post]": "no participant in the denominator", "rate_difference": NOBODY, "N": 0},
        "no_events_in_one_arm": {"rate[pre]": 0, "rate_difference": MONTH / 30, "n_more": 2},
        "no_events": {"n_event[pre]": 0, "rate_difference": 0},
        "all_events": {"rate[pre]": MONTH, "rate[post]": MONTH, "n_cut": 2},
        "ties": {"n_more": 2, "n_fewer": 2, "n_same": 0},
    },
    "rate_ratio": {
        "one_participant": {"estimate": 0.5, "p.value": 1},
        "constant": {"estimate": 1, "p.value": 1},
        "all_missing": {"estimate": NOBODY, "p.value": NOBODY, "conf.low": NOBODY},
        "no_events_in_one_arm": {"estimate": NO_BEFORE, "conf.high": NO_BEFORE, "p.value": 0.25},
        "no_events": {"estimate": NONE, "p.value": NONE},
        "all_events": {"estimate": 1, "p.value": 1},
        "ties": {"estimate": 1, "p.value": 1},
    },
    "fisher_by_period": {
        "one_participant": {"p.value": 1, "n_with_before": 1},
        "constant": {"p.value": 1, "n_without_after": 0},
        "all_missing": {"p.value": NOBODY},
        "no_events_in_one_arm": {"p.value": 0.4},  # 0 and 2 of 3: 2 * 3/15
        "no_events": {"p.value": 1, "n_with_after": 0},
        "all_events": {"p.value": 1, "n_without_before": 0},
        "ties": {"p.value": 1, "n_with_before": 3},
    },
    "signed_rank_by_period": {
        "one_participant": {"p.value": 1, "n_used": 1},
        "constant": {"p.value": ALL_ZERO, "n_zero": 3},
        "all_missing": {"p.value": NOBODY, "n_used": 0},
        "no_events_in_one_arm": {"p.value": 0.5, "statistic": 3, "p.floor": 0.5},
        "no_events": {"p.value": ALL_ZERO, "p.floor": ALL_ZERO},
        "all_events": {"p.value": ALL_ZERO, "n_zero": 2},
        "ties": {"p.value": 1, "n_tied": 4, "statistic": 5},
    },
}  # fmt: skip
