"""The edges of methods of pairs: changes, levels and events of the same participants at two visits."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from report.analysis.basis.participants import LevelPairs, PairedEvents
from report.analysis.within.paired import Pairs

SINGLE = "pairs are those of one arm"
NUMBERS = "a change of a number has no event"
NO_STRATUM = "these methods have no stratum"
NO_TIME = "nothing is censored in values at two visits"


def pairs(before: list[float], after: list[float], missing: int = 0) -> Pairs:
    earlier, later = np.array(before, dtype=float), np.array(after, dtype=float)
    return Pairs(earlier, later, later - earlier, missing, "start", "end")


def events(*told: tuple[float, float]) -> PairedEvents:
    made = np.array(told, dtype=float).reshape(len(told), 2)
    return PairedEvents(pd.DataFrame({"Arm": "", "Before": made[:, 0], "After": made[:, 1]}), ("",), "", event="yes")


def levels(*told: tuple[str, str | None, str | None], arms: tuple[str, ...] = ("treated", "control")) -> LevelPairs:
    frame = pd.DataFrame(told, columns=["Arm", "Before", "After"], dtype=object)
    return LevelPairs(frame, arms, "control", levels={"Outcome": ("low", "high")})


NAN = math.nan
DATA: dict[type, dict[str, Any]] = {
    Pairs: {
        "one_participant": pairs([3], [5]),
        "constant": pairs([4, 4, 4], [4, 4, 4]),
        "empty_arm": SINGLE,
        "all_missing": pairs([], [], 3),
        "no_events_in_one_arm": NUMBERS,
        "no_events": NUMBERS,
        "all_events": NUMBERS,
        "one_stratum": NO_STRATUM,
        "ties": pairs([1, 1, 2, 2, 3, 3], [2, 2, 3, 1, 4, 3]),
        "none_censored": NO_TIME,
        "all_censored": NO_TIME,
    },
    PairedEvents: {
        "one_participant": events((1, 0)),
        "constant": events((1, 1), (1, 1), (1, 1), (0, 0)),
        "empty_arm": SINGLE,
        "all_missing": events((NAN, NAN), (1, NAN), (NAN, 0)),
        "no_events_in_one_arm": "there is one arm; no event at one visit is all_events of the other",
        "no_events": events((0, 0), (0, 0), (0, 0), (0, 0), (0, 0)),
        "all_events": events((0, 1), (0, 1), (0, 1), (0, 1)),
        "one_stratum": NO_STRATUM,
        "ties": "an event is there or not, and is never tied",
        "none_censored": NO_TIME,
        "all_censored": NO_TIME,
    },
    LevelPairs: {
        "one_participant": levels(("treated", "low", "high"), arms=("treated", "control")),
        "constant": levels(("treated", "low", "low"), ("treated", "low", "low"), ("control", "low", "low")),
        "empty_arm": levels(("control", "low", "high"), ("control", "high", None)),
        "all_missing": levels(("treated", None, None), ("treated", "low", None), ("control", None, "high")),
        "no_events_in_one_arm": "a level is no event",
        "no_events": "a level is no event",
        "all_events": "a level is no event",
        "one_stratum": NO_STRATUM,
        "ties": "levels are counted, and not ranked",
        "none_censored": NO_TIME,
        "all_censored": NO_TIME,
    },
}
NOBODY, ALL_ZERO = "no participant has both values", "no difference is other than zero"
ONE, ALIKE = "one pair has no spread", "all differences are the same"
FEW = "so few pairs allow no interval of this level"
UNTURNED = "no participant has the event at one visit only"
EMPTY = "no participant is at this level at the earlier visit"
ARGUMENTS: dict[str, dict[str, Any]] = {"shift": {"above": 2.5}, "paired_risk_difference": {"interval": "tango"}}
Z2 = 1.959963984540054**2
CELLS: dict[str, dict[str, dict[str, float | str]]] = {
    "change": {
        "one_participant": {"N_pairs": 1, "n_rose": 1, "median[start]": 3, "difference_of_medians": 2},
        "constant": {"n_same": 3, "difference_of_medians": 0, "change_min": 0, "change_max": 0},
        "all_missing": {"N_pairs": 0, "N_miss": 3, "median[end]": NOBODY, "difference_of_medians": NOBODY},
        "ties": {"n_rose": 4, "n_fell": 1, "n_same": 1, "difference_of_medians": 0.5},
    },
    "mean_change": {
        "one_participant": {"estimate": 2, "conf.low": ONE, "conf.high": ONE, "sd_change": ONE, "mean[end]": 5},
        "constant": {"estimate": 0, "conf.low": ALIKE, "sd_change": 0, "sd[start]": 0},
        "all_missing": {"estimate": NOBODY, "conf.low": NOBODY, "sd_change": NOBODY, "mean[start]": NOBODY, "N_miss": 3},
        # mean 1/2, SD sqrt(0.7), t of 5 degrees of freedom 2.570581835636314 (R: qt(0.975, 5))
        "ties": {"estimate": 0.5, "conf.high": 0.5 + 2.570581835636314 * math.sqrt(0.7 / 6)},
    },
    "paired_t": {
        "one_participant": {"p.value": ONE, "df": ONE, "statistic": ONE},
        "constant": {"p.value": ALIKE, "statistic": ALIKE, "N_pairs": 3},
        "all_missing": {"p.value": NOBODY, "N_miss": 3},
        # R: t.test(c(1, 1, 1, -1, 1, 0))
        "ties": {"statistic": 0.5 / math.sqrt(0.7 / 6), "df": 5, "p.value": 0.20311066372005465},
    },
    "sign_test": {
        "one_participant": {"p.value": 1, "p.floor": 1, "statistic": 1},
        "constant": {"p.value": ALL_ZERO, "p.floor": ALL_ZERO, "n_zero": 3},
        "all_missing": {"p.value": NOBODY, "p.floor_adjusted": NOBODY, "N_miss": 3},
        "ties": {"p.value": 0.375, "p.floor": 0.0625, "n_used": 5},  # 2 * 6 / 32
    },
    "signed_rank": {
        "one_participant": {"p.value": 1, "p.floor": 1, "statistic": 1},
        "constant": {"p.value": ALL_ZERO, "statistic": ALL_ZERO, "n_zero": 3},
        "all_missing": {"p.value": NOBODY, "p.floor": NOBODY, "n_used": 0},
        "ties": {"p.value": 0.375, "statistic": 12, "n_tied": 5},  # five ranks of 3: a sign test
    },
    "hodges_lehmann": {
        "one_participant": {"estimate": 2, "conf.low": FEW, "conf.level_reached": FEW},
        "constant": {"estimate": 0, "conf.high": FEW},
        "all_missing": {"estimate": NOBODY, "conf.low": NOBODY},
        # of the 21 averages -1, -1/2, five of 0, four of 1/2, ten of 1 the eleventh; k is 1, the level 1 - 2/64
        "ties": {"estimate": 0.5, "conf.low": -1, "conf.high": 1, "conf.level_reached": 0.96875},
    },
    "shift": {
        "one_participant": {"n_raised[raised]": 1, "N[not_raised]": 0},
        "constant": {"N[raised]": 3, "n_same[raised]": 3},
        "all_missing": {"N_pairs": 0, "N_miss": 3, "N[raised]": 0},
        "ties": {"N[not_raised]": 4, "n_raised[not_raised]": 1, "N[raised]": 2, "n_rose[raised]": 1},
    },
    "paired_events": {
        "one_participant": {"n_before_only": 1, "p_before": 1, "p_after": 0},
        "constant": {"n_both": 3, "n_neither": 1, "p_after": 0.75},
        "all_missing": {"N_pairs": 0, "N_miss": 3, "p_before": NOBODY},
        "no_events": {"n_neither": 5, "p_before": 0, "p_after": 0},
        "all_events": {"n_after_only": 4, "p_before": 0, "p_after": 1},
    },
    "mcnemar": {
        "one_participant": {"p.value": 1, "p.floor": 1, "n_used": 1},
        "constant": {"p.value": UNTURNED, "p.floor": UNTURNED, "N_pairs": 4},
        "all_missing": {"p.value": NOBODY, "N_miss": 3},
        "no_events": {"p.value": UNTURNED, "statistic": UNTURNED},
        "all_events": {"p.value": 0.125, "p.floor": 0.125, "statistic": 4},
    },
    "paired_risk_difference": {
        "one_participant": {"estimate": -1, "conf.low": -1},
        "constant": {"estimate": 0, "conf.high": Z2 / (4 + Z2), "conf.low": -Z2 / (4 + Z2)},
        "all_missing": {"estimate": NOBODY, "conf.low": NOBODY, "conf.high": NOBODY},
        "no_events": {"estimate": 0, "conf.high": Z2 / (5 + Z2)},
        "all_events": {"estimate": 1, "conf.high": 1},
    },
    "shift_levels": {
        "one_participant": {"n[treated,low→high]": 1, "p[treated,low→high]": 1, "p[control,low→high]": EMPTY},
        "constant": {"n[treated,low→low]": 2, "p[treated,low→high]": 0, "p[treated,high→low]": EMPTY, "N[treated,high]": 0},
        "empty_arm": {"N_pairs[treated]": 0, "p[treated,low→low]": EMPTY, "n_after_missing[control,high]": 1},
        "all_missing": {"N_pairs[treated]": 0, "N_miss[treated]": 2, "n_neither[treated]": 1, "n_before_missing[control,high]": 1},
    },
}  # fmt: skip
