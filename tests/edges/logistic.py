"""Events of participants by arm, with covariates: models of them."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from report.analysis.basis.participants import Participants

LEVELS = {"Outcome": ("yes", "no"), "site": ("x", "y"), "Stratum": ("one", "two")}


def people(treated: str, control: str, ages: str = "", sites: str = "", strata: str = "") -> Participants:
    """Return participants from letters, a letter each: y, n or - for the outcome; digits for ages; x or y for sites."""
    outcome: dict[str, str | None] = {"y": "yes", "n": "no", "-": None}
    frame = pd.DataFrame({"Arm": pd.Series(["treated"] * len(treated) + ["control"] * len(control), dtype=object)})
    frame["Outcome"] = pd.Series([outcome[each] for each in treated + control], dtype=object)
    covariates = []
    if ages:
        frame["age"] = [float(each) for each in ages]
        covariates.append("age")
    if sites:
        frame["site"] = pd.Series(list(sites), dtype=object)
        covariates.append("site")
    if strata:
        frame["Stratum"] = pd.Series([{"1": "one", "2": "two"}[each] for each in strata], dtype=object)
    return Participants(frame, ("treated", "control"), "control", tuple(covariates), LEVELS, event="yes")


DATA: dict[type, dict[str, Any]] = {
    Participants: {
        "one_participant": people("y", "", "5"),
        "constant": people("yyyy", "yyyy", "55555555", "xxxxxxxx"),
        "empty_arm": people("", "yynn", "5678"),
        "all_missing": people("---", "---", "567567"),
        "no_events_in_one_arm": people("nnnnn", "yynnn", "5675656756"),
        "no_events": people("nnnn", "nnnn", "56785678"),
        "all_events": people("yyyy", "yyyy", "56785678"),
        # 3 of 10 against 6 of 10, all of one site and of one stratum: the model is that of the arms alone
        "one_stratum": people("yyynnnnnnn", "yyyyyynnnn", "", "x" * 20, "1" * 20),
        # two values of a covariate, balanced over arms and outcomes
        "ties": people("ynnynnyn", "yynyynyn", "1112221212112221"[:16]),
        "none_censored": "an event that is had or not is not censored",
        "all_censored": "an event that is had or not is not censored",
    }
}
EMPTY = "an arm has no participant with an outcome and all covariates"
ALIKE = "all or none of the participants had the event"
ARM = "separated: all or none of an arm had the event"
THREE = ("estimate[treated]", "conf.low[treated]", "conf.high[treated]", "p.value[treated]")
SE = math.sqrt(1 / 3 + 1 / 7 + 1 / 6 + 1 / 4)  # Woolf's, of the table of one_stratum
ODDS_RATIO = (3 / 7) / (6 / 4)
WHY: dict[str, dict[str, Any]] = {
    "one_participant": dict.fromkeys(THREE, EMPTY),
    "constant": dict.fromkeys(THREE, ALIKE),
    "empty_arm": dict.fromkeys(THREE, EMPTY) | {"n": 4},
    "all_missing": dict.fromkeys(THREE, EMPTY) | {"N_miss": 6, "n": 0},
    "no_events_in_one_arm": dict.fromkeys(THREE, ARM) | {"n_event": 2},
    "no_events": dict.fromkeys(THREE, ALIKE),
    "all_events": dict.fromkeys(THREE, ALIKE),
}
SPREAD = 10 / 9  # sample variances have n - 1 in the denominator
CELLS: dict[str, dict[str, dict[str, Any]]] = {
    "logistic": {
        **WHY,
        "one_stratum": {
            "estimate[treated]": ODDS_RATIO,
            "std.error[treated]": SE,
            "conf.low[treated]": ODDS_RATIO * math.exp(-1.959963984540054 * SE),
        },
        "ties": {"n_event": 8, "estimate[treated]": 0.36, "std.error[treated]": math.sqrt(2 / 3 + 2 / 5)},
    },
    "standardised_risks": {
        **WHY,
        "one_stratum": {
            "estimate[treated]": 0.3 - 0.6,
            "risk[treated]": 0.3,
            "risk.std.error[treated]": math.sqrt(SPREAD * 0.3 * 0.7 / 10),
        },
        "ties": {"n": 16, "estimate[treated]": -0.25},
    },
}
