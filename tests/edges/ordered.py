"""Levels of a category by arm."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from report.analysis.basis.participants import Participants


def people(treated: str, control: str, strata: str = "") -> Participants:
    """Return participants from letters, a letter each: l, m or h for the level, - where it is missing."""
    level: dict[str, str | None] = {"l": "low", "m": "middle", "h": "high", "-": None}
    frame = pd.DataFrame({"Arm": pd.Series(["treated"] * len(treated) + ["control"] * len(control), dtype=object)})
    frame["Outcome"] = pd.Series([level[each] for each in treated + control], dtype=object)
    if strata:
        frame["Stratum"] = pd.Series([{"1": "one", "2": "two"}[each] for each in strata], dtype=object)
    levels = {"Outcome": ("low", "middle", "high"), "Stratum": ("one", "two")}
    return Participants(frame, ("treated", "control"), "control", (), levels)


DATA: dict[type, dict[str, Any]] = {
    Participants: {
        "one_participant": people("l", ""),
        "constant": people("mmmm", "mmm"),
        "empty_arm": people("", "lmmh"),
        "all_missing": people("---", "----"),
        "no_events_in_one_arm": "levels of a category are no events",
        "no_events": "levels of a category are no events",
        "all_events": "levels of a category are no events",
        "one_stratum": people("lllmmh", "lmmhhh", "1" * 12),
        # two levels of three, many times each: 2 of 6 against 4 of 6 are high
        "ties": people("llllhh", "llhhhh"),
        "none_censored": "a level of a category is not censored",
        "all_censored": "a level of a category is not censored",
    }
}
ARGUMENTS: dict[str, dict[str, Any]] = {
    "cmh_levels": {"test": "row_mean_scores"},
    "mann_whitney_levels": {"distribution": "exact"},
}
ONE_ARM = "fewer than two arms have a participant with a level"
ONE_LEVEL = "every participant has the same level"
EMPTY = "an arm has no participant with an outcome and all covariates"
NOBODY = "an arm has no participant with an outcome"
TIED = "all values are the same"
OF_ARM = ("estimate[treated]", "conf.low[treated]", "conf.high[treated]", "p.value[treated]")
TEST = ("statistic", "df", "p.value")
# of 2 and 4 high of 6 each: Fisher's p is 1 less the chance of 3 and 3, 400/924
FISHER = 1 - 400 / 924
SE = math.sqrt(1 / 2 + 1 / 4 + 1 / 4 + 1 / 2)
CELLS: dict[str, dict[str, dict[str, Any]]] = {
    "levels": {
        "one_participant": {"p[treated,low]": 1.0, "p[control,low]": "no participant in the denominator"},
        "constant": {"n[treated,low]": 0, "p[treated,middle]": 1.0},
        "empty_arm": {"p[treated,high]": "no participant in the denominator", "p[control,middle]": 0.5},
        "all_missing": {"N_miss[treated]": 3, "N_population[control]": 4, "N[control,low]": 0},
        "one_stratum": {"p[treated,low]": 0.5, "p[control,low]": 1 / 6},
        "ties": {"n[treated,middle]": 0, "p[treated,high]": 1 / 3},
    },
    "proportional_odds": {
        "one_participant": dict.fromkeys(OF_ARM, EMPTY),
        "constant": dict.fromkeys((*OF_ARM, "p.value.proportional"), ONE_LEVEL),
        "empty_arm": dict.fromkeys(OF_ARM, EMPTY),
        "all_missing": dict.fromkeys(OF_ARM, EMPTY) | {"N_miss": 7},
        "one_stratum": {"n": 12, "df.proportional": 1},
        "ties": {  # two levels: the odds ratio of the table
            "estimate[treated]": (2 / 4) / (4 / 2),
            "std.error[treated]": SE,
            "p.value.proportional": "two levels have proportional odds whatever they are",
        },
    },
    "mann_whitney_levels": {
        "one_participant": {"p.value[treated]": NOBODY},
        "constant": {"p.value[treated]": TIED, "statistic[treated]": TIED},
        "empty_arm": {"p.value[treated]": NOBODY},
        "all_missing": {"p.value[treated]": NOBODY, "N_miss[control]": 4},
        "one_stratum": {"statistic[treated]": 10.0},  # pairs won: 1.5 by low, 4 by middle, 4.5 by high
        "ties": {"p.value[treated]": FISHER, "statistic[treated]": 12.0},
    },
    "win_probability_levels": {
        "one_participant": {"estimate[treated]": NOBODY},
        "constant": {"estimate[treated]": 0.5},
        "empty_arm": {"estimate[treated]": NOBODY, "conf.low[treated]": NOBODY},
        "all_missing": {"estimate[treated]": NOBODY},
        "one_stratum": {"estimate[treated]": 10 / 36},
        "ties": {"estimate[treated]": 1 / 3},
    },
    "kruskal_wallis_levels": {
        "one_participant": {"p.value": NOBODY},
        "constant": dict.fromkeys(TEST, TIED),
        "empty_arm": {"p.value": NOBODY},
        "all_missing": {"p.value": NOBODY},
        "one_stratum": {"df": 1},
        "ties": {"statistic": 11 / 12 * 4 / 3, "df": 1},  # Pearson's times (n - 1)/n
    },
    "chi_squared_levels": {
        "one_participant": dict.fromkeys(TEST, ONE_ARM),
        "constant": dict.fromkeys((*TEST, "expected_min"), ONE_LEVEL),
        "empty_arm": dict.fromkeys(TEST, ONE_ARM),
        "all_missing": dict.fromkeys(TEST, ONE_ARM) | {"n": 0, "N_miss": 7},
        "one_stratum": {"statistic": 2.0, "df": 2, "expected_min": 2.0},
        "ties": {"statistic": 4 / 3, "df": 1, "expected_min": 3.0},
    },
    "fisher_levels": {
        "one_participant": {"p.value": ONE_ARM, "n": 1},
        "constant": {"p.value": ONE_LEVEL},
        "empty_arm": {"p.value": ONE_ARM},
        "all_missing": {"p.value": ONE_ARM},
        "one_stratum": {"n": 12},
        "ties": {"p.value": FISHER},
    },
    "cmh_levels": {
        "one_participant": dict.fromkeys(TEST, ONE_ARM),
        "constant": dict.fromkeys(TEST, "in no stratum do both the arms and the levels differ"),
        "empty_arm": dict.fromkeys(TEST, ONE_ARM),
        "all_missing": dict.fromkeys(TEST, ONE_ARM) | {"N_miss": 7},
        # scores 1, 2, 3: means 10/6 and 14/6 about 2, whose sum of squares over all 12 is 8
        "one_stratum": {"statistic": 11 * (2 * 6 * (1 / 3) ** 2) / 8, "df": 1, "n_strata": 1},
        "ties": {"statistic": 11 / 12 * 4 / 3, "n_informative": 1},
    },
}
