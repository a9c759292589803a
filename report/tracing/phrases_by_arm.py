"""What the statistics of numbers by arm, of crossovers and of clusters are called in a sentence."""

from __future__ import annotations

from collections.abc import Mapping

Phrases = Mapping[str, str]

_COUNTS = {
    "n": "number of participants in whom {v}{at} is compared{arm}",
    "N_miss": "number of participants who lack a value that the comparison of {v}{at} needs{arm}",
}
_MODEL = {
    "n_clusters": "number of clusters in the model of {v}{at}",
    "left_out_of_model": "list of what the model of {v}{at} was to be adjusted for and could not",
}


def _interval(of: str) -> Phrases:
    return {
        "estimate": of, "std.error": f"standard error of the {of}",
        "conf.low": f"lower limit of the {{conf}} confidence interval of the {of}",
        "conf.high": f"upper limit of the {{conf}} confidence interval of the {of}",
        "conf.level": f"confidence level of the interval of the {of.replace(', {versus},', '')}",
        **_COUNTS,
    }  # fmt: skip


def _test(of: str, statistic: str = "t") -> Phrases:
    return {
        "statistic": f"{statistic} of {of}", "df": f"degrees of freedom of {of}", "p.value": f"P value of {of}",
        "significant": f"answer to whether the P value of {of} fell below the planned level",
        **_COUNTS,
    }  # fmt: skip


def _margin(of: str) -> Phrases:
    return {
        **_interval("difference of the means of {v}{at}, {versus},"), "df": "degrees of freedom of {v}{at}, {versus},",
        "p.value": f"one-sided P value of the test of {of} of {{v}}{{at}}, {{versus}},",
        "conclusion": f"conclusion on {of} of {{v}}{{at}}, {{versus}},", "margin": f"margin of {of} of {{v}}{{at}}",
        "alpha": f"one-sided level of the test of {of} of {{v}}{{at}}",
        "side": f"side that decides on {of} of {{v}}{{at}}",
        **_MODEL,
    }  # fmt: skip


_LEAST_SQUARES = "least-squares mean of {v}{at}{arm}"
_OF_SEQUENCES = {
    "n": "number of participants with {v} in both periods{arm}",
    "N_miss": "number of participants who lack {v} in one of the periods{arm}",
}
PHRASES: dict[str, Phrases] = {
    "means": {
        "n": "number of participants with a value of {v}{at}{arm}",
        "N_miss": "number of participants without a value of {v}{at}{arm}", "mean": "mean of {v}{at}{arm}",
        "sd": "standard deviation of {v}{at}{arm}", "median": "median of {v}{at}{arm}",
        "p25": "lower quartile of {v}{at}{arm}", "p75": "upper quartile of {v}{at}{arm}",
        "min": "lowest value of {v}{at}{arm}", "max": "highest value of {v}{at}{arm}",
    },
    "t_test": {
        **_interval("difference of the means of {v}{at}, {versus},"), **_test("the t test of {v}{at}, {versus},"),
    },
    "hedges_g": _interval("standardised difference of the means (Hedges’ g) of {v}{at}, {versus},"),
    "anova": {
        **_test("the analysis of variance of {v}{at}", "F"),
        "num.df": "degrees of freedom of the arms in the analysis of variance of {v}{at}",
        "den.df": "residual degrees of freedom in the analysis of variance of {v}{at}",
    },
    "mann_whitney": {
        **_test("the Mann-Whitney test of {v}{at}, {versus},", "U"),
        "p.floor": "smallest P value that so many participants allow in the Mann-Whitney test of {v}{at}, {versus},",
        "n_tied": "number of participants with the same {v}{at} as another, {versus},",
        "distribution": "distribution by which P was found in the Mann-Whitney test of {v}{at}",
        "continuity": "correction for continuity in the Mann-Whitney test of {v}{at}",
    },
    "kruskal_wallis": _test("the Kruskal-Wallis test of {v}{at}", "H"),
    "hodges_lehmann_shift": {
        **_interval("Hodges-Lehmann estimate of the shift of {v}{at}, {versus},"),
        "conf.level_reached": "confidence level that the exact interval of the shift of {v}{at}, {versus}, reaches",
        "distribution": "way in which the limits of the shift of {v}{at} were found",
    },
    "win_probability": _interval("probability that {v}{at} is higher, {versus},"),
    "ancova": {
        **_interval("difference of the least-squares means of {v}{at}, {versus},"),
        **_test("the analysis of covariance of {v}{at}, {versus},"), **_MODEL, "ls_mean": _LEAST_SQUARES,
        "ls_mean.std.error": f"standard error of the {_LEAST_SQUARES}",
        "ls_mean.conf.low": f"lower limit of the {{conf}} confidence interval of the {_LEAST_SQUARES}",
        "ls_mean.conf.high": f"upper limit of the {{conf}} confidence interval of the {_LEAST_SQUARES}",
        "weights": "weights of categories in the least-squares means of {v}{at}",
    },
    "pairwise_means": {
        **_interval("difference of the means of {v}{at}, {versus},"), **_test("the t test of {v}{at}, {versus},"),
        **_MODEL, "n_comparisons": "number of pairs of arms in which {v}{at} is compared",
        "adjustment": "adjustment for the number of pairs of arms in which {v}{at} is compared",
    },
    "non_inferiority": _margin("non-inferiority"),
    "equivalence": _margin("equivalence"),
    "icc": {
        **_interval("intracluster correlation of {v}{at}"), "design_effect": "design effect of the clusters on {v}{at}",
        "n_clusters": "number of clusters with {v}{at}{arm}",
    },
    "crossover": {
        **_interval("difference of {v} between the treatments"), **_test("the t test of {v} between the treatments"),
        **_OF_SEQUENCES, "mean": "mean of {v} with the treatment “{level}”{arm}",
        "sd": "standard deviation of {v} with the treatment “{level}”{arm}",
    },
    "period_effect": {
        **_interval("effect of the second period on {v}"), **_test("the t test of the periods of {v}"), **_OF_SEQUENCES,
    },
    "carry_over": {
        **_interval("difference of the sums of {v} in both periods between the sequences"),
        **_test("the t test of carry-over in {v}"), **_OF_SEQUENCES,
    },
}  # fmt: skip
