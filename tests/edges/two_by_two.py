"""Events by arm, without strata."""

from __future__ import annotations

from typing import Any

from report.analysis.events.two_by_two import ArmCount, EventCounts


def counts(x1: int, n1: int, x0: int, n0: int, missing: tuple[int, int] = (0, 0)) -> EventCounts:
    return EventCounts((ArmCount("treated", x1, n1, missing[0]), ArmCount("control", x0, n0, missing[1])), "control")


DATA: dict[type, dict[str, Any]] = {
    EventCounts: {
        "one_participant": counts(1, 1, 0, 0),
        "constant": "an event that everybody or nobody has is the edge of all or of no events",
        "empty_arm": counts(0, 0, 3, 8),
        "all_missing": counts(0, 0, 0, 0, (4, 5)),
        "no_events_in_one_arm": counts(0, 10, 5, 10),
        "no_events": counts(0, 10, 0, 10),
        "all_events": counts(10, 10, 10, 10),
        "one_stratum": "there are no strata in counts by arm",
        "ties": "counts of events have no ties",
        "none_censored": "an event that is had or not is not censored",
        "all_censored": "an event that is had or not is not censored",
    }
}
ARGUMENTS: dict[str, dict[str, Any]] = {
    "risk_reduction": {"interval": "newcombe"},
    "risk_difference": {"interval": "newcombe"},
    "relative_risk_reduction": {"interval": "koopman"},
    "risk_ratio": {"interval": "koopman"},
    "number_needed_to_treat": {"interval": "newcombe"},
    "odds_ratio": {"interval": "exact"},
    "non_inferiority_risk": {"margin": 0.1},
    "equivalence_risk": {"margin": 0.1},
}
NOBODY = "an arm has no participant with an outcome"
NO_EVENT = "no event in either arm"
EVERYBODY = "every participant had the event"
ALIKE = "all or none of the participants had the event"
ONE_ARM = "fewer than two arms with different scores have a participant with an outcome"
NOTHING = ("one_participant", "empty_arm", "all_missing")


def unknown(*names: str) -> dict[str, dict[str, str]]:
    """Return the cells of the edges at which an arm has nobody."""
    return {edge: dict.fromkeys(names, NOBODY) for edge in NOTHING}


THREE = ("estimate[treated]", "conf.low[treated]", "conf.high[treated]")
# Wilson's limits of 0/10 are 0 and z2 / (n + z2), z being the normal quantile of 0.975
Z2 = 1.959963984540054**2
WILSON = Z2 / (10 + Z2)
HALF = 1.959963984540054 / (10 + Z2) * (10 * 0.5 * 0.5 + Z2 / 4) ** 0.5
LOW_OF_HALF, HIGH_OF_HALF = 0.5 - HALF, 0.5 + HALF
CELLS: dict[str, dict[str, dict[str, Any]]] = {
    "risk": {
        "one_participant": {"p[treated]": 1.0, "p[control]": "no participant in the denominator"},
        "empty_arm": {"p[treated]": "no participant in the denominator", "p[control]": 3 / 8},
        "all_missing": {"N_miss[treated]": 4, "N_population[control]": 5, "p[control]": "no participant in the denominator"},
        "no_events_in_one_arm": {"p[treated]": 0.0, "p[control]": 0.5},
        "no_events": {"p[treated]": 0.0, "N_miss[treated]": 0},
        "all_events": {"p[treated]": 1.0},
    },
    "fisher": {
        **unknown("p.value[treated]"),
        "no_events_in_one_arm": {"p.value[treated]": 2 * 252 / 15504},  # C(10,5) of C(20,5), at both ends
        "no_events": {"p.value[treated]": 1.0},
        "all_events": {"p.value[treated]": 1.0},
    },
    "boschloo": {
        **unknown("p.value[treated]"),
        # R: the sum over all tables with Fisher's p no larger, at its highest point (as in tests/oracle/boschloo.R)
        "no_events_in_one_arm": {"p.value[treated]": 0.01277923583984376},
        "no_events": {"p.value[treated]": 1.0},
        "all_events": {"p.value[treated]": 1.0},
    },
    "chi_squared": {
        **unknown("p.value[treated]", "statistic[treated]", "expected_min[treated]"),
        "no_events_in_one_arm": {"statistic[treated]": 20 / 3, "expected_min[treated]": 2.5},
        "no_events": {"p.value[treated]": ALIKE, "expected_min[treated]": 0.0},
        "all_events": {"p.value[treated]": ALIKE, "df[treated]": ALIKE},
    },
    "risk_reduction": {
        **unknown(*THREE),
        "no_events_in_one_arm": {"estimate[treated]": 0.5, "conf.high[treated]": HIGH_OF_HALF, "conf.low[treated]": 0.5 - ((0.5 - LOW_OF_HALF) ** 2 + WILSON**2) ** 0.5},
        "no_events": {"estimate[treated]": 0.0, "conf.low[treated]": -WILSON, "conf.high[treated]": WILSON},
        "all_events": {"estimate[treated]": 0.0, "conf.low[treated]": -WILSON, "conf.high[treated]": WILSON},
    },
    "risk_difference": {
        **unknown(*THREE),
        "no_events_in_one_arm": {"estimate[treated]": -0.5, "conf.low[treated]": -HIGH_OF_HALF},
        "no_events": {"estimate[treated]": 0.0, "conf.low[treated]": -WILSON, "conf.high[treated]": WILSON},
        "all_events": {"estimate[treated]": 0.0, "conf.low[treated]": -WILSON, "conf.high[treated]": WILSON},
    },
    "relative_risk_reduction": {
        **unknown(*THREE),
        "no_events_in_one_arm": {"estimate[treated]": 1.0, "conf.high[treated]": 1.0},
        "no_events": dict.fromkeys(THREE, NO_EVENT),
        "all_events": {"estimate[treated]": 0.0},
    },
    "risk_ratio": {
        **unknown(*THREE),
        "no_events_in_one_arm": {"estimate[treated]": 0.0, "conf.low[treated]": 0.0},
        "no_events": dict.fromkeys(THREE, NO_EVENT),
        "all_events": {"estimate[treated]": 1.0},
    },
    "number_needed_to_treat": {
        **unknown(*THREE, "direction[treated]"),
        "no_events_in_one_arm": {"estimate[treated]": 2.0, "direction[treated]": "benefit", "conf.low[treated]": 1 / HIGH_OF_HALF},
        "no_events": dict.fromkeys((*THREE, "direction[treated]"), NO_EVENT),
        "all_events": dict.fromkeys((*THREE, "direction[treated]"), "the risks are equal"),
    },
    "odds_ratio": {
        **unknown(*THREE),
        "no_events_in_one_arm": {"estimate[treated]": 0.0, "conf.low[treated]": 0.0},
        "no_events": dict.fromkeys(THREE, NO_EVENT),
        "all_events": dict.fromkeys(THREE, EVERYBODY),
    },
    "non_inferiority_risk": {
        **unknown(*THREE, "conclusion[treated]", "p.value[treated]"),
        "no_events_in_one_arm": {"estimate[treated]": -0.5, "conclusion[treated]": "non-inferior and superior", "margin": 0.1},
        "no_events": {"estimate[treated]": 0.0, "conclusion[treated]": "non-inferiority not shown"},
        "all_events": {"estimate[treated]": 0.0, "conclusion[treated]": "non-inferiority not shown"},
    },
    "equivalence_risk": {
        **unknown(*THREE, "conclusion[treated]", "p.value[treated]"),
        "no_events_in_one_arm": {"estimate[treated]": -0.5, "conclusion[treated]": "different by more than the margin", "conf.level": 0.9},
        "no_events": {"estimate[treated]": 0.0, "conclusion[treated]": "equivalence not shown"},
        "all_events": {"estimate[treated]": 0.0, "conclusion[treated]": "equivalence not shown"},
    },
    "trend": {
        "one_participant": {"statistic": ONE_ARM, "p.value": ONE_ARM, "n": 1},
        "empty_arm": {"statistic": ONE_ARM, "p.value": ONE_ARM, "n": 8},
        "all_missing": {"p.value": ONE_ARM, "n": 0, "N_miss": 9},
        "no_events_in_one_arm": {"statistic": (20 / 3) ** 0.5},  # the root of chi-squared, as risks rise to the reference
        "no_events": {"statistic": ALIKE, "p.value": ALIKE},
        "all_events": {"statistic": ALIKE, "p.value": ALIKE},
    },
}  # fmt: skip
