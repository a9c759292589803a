"""A number by arm, and a crossover."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd

from report.analysis.basis.participants import Crossed, Participants

NONE = math.nan
NO_EVENT, NOT_CENSORED = "a number is no event", "a number is not censored"


def people(treated: Sequence[float], control: Sequence[float], **columns: Sequence[Any]) -> Participants:
    """Return participants with a baseline and a cluster, two a cluster where nothing else is said."""
    n = len(treated) + len(control)
    frame = pd.DataFrame({"Arm": pd.Series(["treated"] * len(treated) + ["control"] * len(control), dtype=object)})
    frame["Outcome"] = pd.Series([*treated, *control], dtype=float)
    frame["Baseline"] = pd.Series(columns.get("Baseline", [float(i * i % 7) for i in range(n)]), dtype=float)
    clusters = [f"t{i // 2}" for i in range(len(treated))] + [f"c{i // 2}" for i in range(len(control))]
    frame["Cluster"] = pd.Series(columns.get("Cluster", clusters), dtype=object)
    return Participants(frame, ("treated", "control"), "control", hoped_for=True)


def crossed(first: Sequence[tuple[float, float]], second: Sequence[tuple[float, float]]) -> Crossed:
    both = [*first, *second]
    frame = pd.DataFrame({"Arm": pd.Series(["ab"] * len(first) + ["ba"] * len(second), dtype=object)})
    frame["First"] = pd.Series([each[0] for each in both], dtype=float)
    frame["Second"] = pd.Series([each[1] for each in both], dtype=float)
    treatments = {"ab": ("a", "b"), "ba": ("b", "a")}
    return Crossed(frame, ("ab", "ba"), "", treatments=treatments, treatment="a", control="b")


NO_EVENTS = dict.fromkeys(("no_events_in_one_arm", "no_events", "all_events"), NO_EVENT)
NO_TIMES = dict.fromkeys(("none_censored", "all_censored"), NOT_CENSORED)
DATA: dict[type, dict[str, Any]] = {
    Participants: {
        "one_participant": people([5.0], []),
        "constant": people([4.0] * 4, [4.0] * 5, Baseline=[3.0] * 9),
        "empty_arm": people([], [1.0, 2.0, 4.0, 8.0]),
        "all_missing": people([NONE] * 3, [NONE] * 4),
        # every participant of a participants' cluster, whose baseline is one value
        "one_stratum": people([1.0, 2.0, 3.0], [2.0, 4.0, 6.0], Baseline=[3.0] * 6, Cluster=["one"] * 6),
        "ties": people([1, 1, 2, 2, 2, 2], [1, 1, 1, 1, 2, 2], Baseline=[0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1]),
        **NO_EVENTS,
        **NO_TIMES,
    },
    Crossed: {
        "one_participant": crossed([(5, 3)], []),
        "constant": crossed([(4, 4)] * 3, [(4, 4)] * 2),
        "empty_arm": crossed([], [(1, 2), (3, 5), (4, 4)]),
        "all_missing": crossed([(NONE, 1), (2, NONE)], [(NONE, NONE)] * 2),
        "one_stratum": "a crossover has no strata, clusters or covariates",
        # half differences 0, 0, 1 and 0, -1, -1; sums 2, 4, 2 and 2, 2, 2
        "ties": crossed([(1, 1), (2, 2), (2, 0)], [(1, 1), (0, 2), (0, 2)]),
        **NO_EVENTS,
        **NO_TIMES,
    },
}
ARGUMENTS: dict[str, dict[str, Any]] = {
    "mann_whitney": {"distribution": "exact"},
    "pairwise_means": {"adjustment": "tukey", "model": "ancova"},
    "non_inferiority": {"margin": 1.0},
    "equivalence": {"margin": 1.0},
}

NOBODY = "an arm has no participant with an outcome"
OR_COVARIATES = "an arm has no participant with an outcome and all that is adjusted for"
FLAT, SAME = "the values have no spread within the arms", "all values are the same"
ONE_CLUSTER = "an arm has participants of one cluster only"
NO_VALUE, ONE_VALUE = "no value was recorded", "one value has no spread"
OF_T = ("conf.low[treated]", "conf.high[treated]", "std.error[treated]", "statistic[treated]", "p.value[treated]")
LIMITS = ("estimate[treated]", "conf.low[treated]", "conf.high[treated]")
WITHOUT = dict.fromkeys((*OF_T, "estimate[treated]"), NOBODY)
# ties: 4 of 6 against 2 of 6 are 2; one unit apart, variances of 4/15 in each arm
TIED = {"estimate[treated]": 1 / 3, "std.error[treated]": math.sqrt(4 / 45), "statistic[treated]": math.sqrt(5) / 2}


def adjusted(names: Sequence[str], more: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the cells of a method with the model of all that is adjusted for."""
    return {
        "one_participant": dict.fromkeys(names, OR_COVARIATES),
        "constant": {"estimate[treated]": 0.0, "p.value[treated]": "the model leaves no spread between participants"},
        "empty_arm": dict.fromkeys(names, OR_COVARIATES),
        "all_missing": {**dict.fromkeys(names, OR_COVARIATES), "N_miss[treated]": 3, "N_miss[control]": 4},
        "one_stratum": {"estimate[treated]": -2.0, "p.value[treated]": ONE_CLUSTER, "n_clusters": 1, **more},
    }


MARGINS: dict[str, dict[str, Any]] = {
    "one_participant": {**dict.fromkeys(LIMITS, NOBODY), "conclusion[treated]": NOBODY, "p.value[treated]": NOBODY},
    "constant": {"estimate[treated]": 0.0, "conf.low[treated]": FLAT, "conclusion[treated]": FLAT, "margin": 1.0},
    "empty_arm": {**dict.fromkeys(LIMITS, NOBODY), "conclusion[treated]": NOBODY},
    "all_missing": {"conclusion[treated]": NOBODY, "N_miss[treated]": 3},
}
CELLS: dict[str, dict[str, dict[str, Any]]] = {
    "means": {
        "one_participant": {
            "mean[treated]": 5.0,
            "sd[treated]": ONE_VALUE,
            "n[control]": 0,
            "median[control]": NO_VALUE,
        },
        "constant": {"mean[treated]": 4.0, "sd[treated]": 0.0, "p25[control]": 4.0},
        "empty_arm": {"n[treated]": 0, "max[treated]": NO_VALUE, "median[control]": 3.0, "p25[control]": 1.5},
        "all_missing": {"N_miss[treated]": 3, "mean[control]": NO_VALUE},
        "one_stratum": {"mean[treated]": 2.0, "sd[control]": 2.0},
        "ties": {"mean[treated]": 5 / 3, "median[treated]": 2.0, "median[control]": 1.0},
    },
    "t_test": {
        "one_participant": WITHOUT,
        "constant": {"estimate[treated]": 0.0, "p.value[treated]": FLAT, "conf.low[treated]": FLAT},
        "empty_arm": {**WITHOUT, "n[control]": 4},
        "all_missing": {**WITHOUT, "N_miss[treated]": 3, "N_miss[control]": 4},
        "one_stratum": {"estimate[treated]": -2.0, "std.error[treated]": math.sqrt(5 / 3), "df[treated]": 50 / 17},
        "ties": {**TIED, "df[treated]": 10.0},
    },
    "hedges_g": {
        "one_participant": dict.fromkeys(LIMITS, NOBODY),
        "constant": dict.fromkeys(LIMITS, FLAT),
        "empty_arm": dict.fromkeys(LIMITS, NOBODY),
        "all_missing": {**dict.fromkeys(LIMITS, NOBODY), "N_miss[control]": 4},
        # the exact factor of four degrees of freedom is gamma(2)/(sqrt(2) gamma(1.5))
        "one_stratum": {"estimate[treated]": -2 / math.sqrt(2.5) * math.sqrt(2 / math.pi)},
        "ties": {"estimate[treated]": math.sqrt(5 / 12) * math.gamma(5) / math.gamma(4.5) / math.sqrt(5)},
    },
    "anova": {
        "one_participant": {"statistic": NOBODY, "p.value": NOBODY},
        "constant": {"statistic": FLAT, "p.value": FLAT},
        "empty_arm": {"p.value": NOBODY, "n[treated]": 0},
        "all_missing": {"p.value": NOBODY, "N_miss[treated]": 3},
        "one_stratum": {"statistic": 2.4, "num.df": 1, "den.df": 4.0},
        "ties": {"statistic": 1.25, "den.df": 10.0},
    },
    "mann_whitney": {
        "one_participant": {"statistic[treated]": NOBODY, "p.value[treated]": NOBODY},
        "constant": {"statistic[treated]": SAME, "p.value[treated]": SAME, "n_tied[treated]": 9},
        "empty_arm": {"p.value[treated]": NOBODY, "p.floor[treated]": NOBODY},
        "all_missing": {"p.value[treated]": NOBODY, "N_miss[control]": 4},
        # ranks 1, 2.5, 4 of the treated, sums 3 and more above or below 10.5: 6 of 20
        "one_stratum": {"statistic[treated]": 1.5, "p.value[treated]": 0.3, "p.floor[treated]": 0.1},
        # as Fisher's exact test of 4 and 2 of 6 each
        "ties": {"statistic[treated]": 24.0, "p.value[treated]": 1 - 400 / 924, "p.floor[treated]": 2 / 924},
    },
    "kruskal_wallis": {
        "one_participant": {"statistic": NOBODY, "p.value": NOBODY},
        "constant": {"statistic": SAME, "p.value": SAME},
        "empty_arm": {"p.value": NOBODY},
        "all_missing": {"p.value": NOBODY, "N_miss[treated]": 3},
        "one_stratum": {"df": 1, "statistic": 12 / 42 * (2 * 9 / 3) / (1 - 6 / 210)},
        "ties": {"statistic": 11 * 36 * 4 / (6 * 6 * 6 * 6), "df": 1},
    },
    "hodges_lehmann_shift": {
        "one_participant": dict.fromkeys(LIMITS, NOBODY),
        "constant": {"estimate[treated]": 0.0, "conf.low[treated]": 0.0, "conf.high[treated]": 0.0},
        "empty_arm": {**dict.fromkeys(LIMITS, NOBODY), "conf.level_reached[treated]": NOBODY},
        "all_missing": {**dict.fromkeys(LIMITS, NOBODY), "N_miss[treated]": 3},
        "one_stratum": {
            "estimate[treated]": -2.0,
            "conf.low[treated]": "so few participants allow no interval of this level",
        },
        "ties": {"estimate[treated]": 0.0, "conf.low[treated]": 0.0, "conf.high[treated]": 1.0},
    },
    "win_probability": {
        "one_participant": dict.fromkeys(LIMITS, NOBODY),
        "constant": {"estimate[treated]": 0.5},
        "empty_arm": dict.fromkeys(LIMITS, NOBODY),
        "all_missing": {**dict.fromkeys(LIMITS, NOBODY), "N_miss[treated]": 3},
        "one_stratum": {"estimate[treated]": 1.5 / 9},
        "ties": {"estimate[treated]": 24 / 36},
    },
    "ancova": {
        **adjusted(LIMITS, {"ls_mean[treated]": 2.0, "left_out_of_model": "the value at the earlier visit"}),
        # baselines are balanced between the arms
        "ties": {"ls_mean[treated]": 5 / 3, "estimate[treated]": 1 / 3, "df[treated]": 5.0, "n_clusters": 6},
    },
    "pairwise_means": {
        **adjusted(LIMITS, {"n_comparisons": 0}),
        "ties": {"estimate[treated]": 1 / 3, "n_comparisons": 1, "df[treated]": 5.0},
    },
    "non_inferiority": {
        **MARGINS,
        "one_stratum": {"estimate[treated]": -2.0, "conclusion[treated]": "non-inferiority not shown"},
        "ties": {
            "std.error[treated]": TIED["std.error[treated]"],
            "conclusion[treated]": "non-inferior",
            "alpha": 0.025,
        },
    },
    "equivalence": {
        **MARGINS,
        "one_stratum": {"estimate[treated]": -2.0, "conclusion[treated]": "equivalence not shown"},
        "ties": {"estimate[treated]": 1 / 3, "conclusion[treated]": "equivalent", "conf.level": 0.9},
    },
    "icc": {
        "one_participant": {"estimate": "there are no two clusters in any arm"},
        "constant": {"estimate": "the values have no spread", "n_clusters[control]": 3},
        "empty_arm": {"n_clusters[treated]": 0, "n_clusters[control]": 2, "estimate": (20.25 - 4.25) / (20.25 + 4.25)},
        "all_missing": {"estimate": "there are no two clusters in any arm", "N_miss[control]": 4},
        "one_stratum": {"estimate": "there are no two clusters in any arm", "n_clusters[treated]": 1},
        "ties": {"estimate": 1.0, "conf.low": 1.0, "conf.high": 1.0, "design_effect": 2.0},
    },
    "crossover": {
        "one_participant": {
            "estimate": "a sequence has no participant with both periods",
            "mean[ab,a]": 5.0,
            "mean[b]": 3.0,
        },
        "constant": {"estimate": 0.0, "p.value": FLAT, "sd[a]": 0.0},
        "empty_arm": {"p.value": "a sequence has no participant with both periods", "mean[ba,b]": 8 / 3},
        "all_missing": {"mean[a]": "nobody has both periods", "N_miss[ab]": 2, "n[ba]": 0},
        "ties": {"estimate": 1.0, "std.error": math.sqrt(2) / 3, "df": 4.0},
    },
    "period_effect": {
        "one_participant": {"estimate": "a sequence has no participant with both periods"},
        "constant": {"estimate": 0.0, "conf.low": FLAT},
        "empty_arm": {"estimate": "a sequence has no participant with both periods"},
        "all_missing": {"estimate": "a sequence has no participant with both periods", "N_miss[ba]": 2},
        "ties": {"estimate": 1 / 3, "std.error": math.sqrt(2) / 3},
    },
    "carry_over": {
        "one_participant": {"estimate": "a sequence has no participant with both periods"},
        "constant": {"estimate": 0.0, "p.value": FLAT},
        "empty_arm": {"estimate": "a sequence has no participant with both periods"},
        "all_missing": {"estimate": "a sequence has no participant with both periods", "n[ab]": 0},
        "ties": {"estimate": 2 / 3, "std.error": 2 / 3, "statistic": 1.0},
    },
}
