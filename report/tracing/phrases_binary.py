"""What the statistics of events and of ordered levels by arm are called in a sentence."""

from __future__ import annotations

from collections.abc import Mapping

Phrases = Mapping[str, str]


def _interval(of: str, **more: str) -> Phrases:
    return {
        "estimate": of, "conf.low": f"lower limit of the {{conf}} confidence interval of the {of}",
        "conf.high": f"upper limit of the {{conf}} confidence interval of the {of}",
        "conf.level": f"confidence level of the interval of the {of}", **more,
    }  # fmt: skip


def _test(of: str, **more: str) -> Phrases:
    return {
        "statistic": f"test statistic of {of}", "df": f"degrees of freedom of {of}", "p.value": f"P value of {of}",
        "alternative": f"alternative of {of}",
        "significant": f"answer to whether the P value of {of} fell below the planned level", **more,
    }  # fmt: skip


_MODEL: Phrases = {
    "n": "number of participants in the model of {event}",
    "n_event": "number of participants in the model who had {event}",
    "N_miss": "number of participants who lack {event} or a covariate",
    "n_clusters": "number of clusters in the model of {event}",
}
_COUNTS: Phrases = {
    "N": "number of participants among whom {event} was counted{arm}",
    "N_miss": "number of participants for whom it is not known whether they had {event}{arm}",
}
_STRATA: Phrases = {
    "n": "number of participants with {event} in the stratum “{level}”{arm}",
    "N": "number of participants of the stratum “{level}” in whom {event} was counted{arm}",
    "p": "share of participants with {event} in the stratum “{level}”{arm}",
    "n_strata": "number of strata with a participant of either arm",
    "n_informative": "number of strata that contribute",
    "N_miss": "number of participants whose outcome is known and whose stratum is not",
}
_MARGIN: Phrases = {
    "margin": "margin of the risk difference of {event}",
    "alpha": "one-sided level of the test against the margin",
    "conclusion": "conclusion on {event}, {versus},",
    **_COUNTS,
}
_LEVELS: Phrases = {
    "n": "number of participants with a level of {v}{at}",
    "N_miss": "number of participants without a level of {v}{at}",
    "expected_min": "smallest count that the test of {v}{at} expects",
}
_RANKS: Phrases = {
    "n": "number of participants with a level of {v}{at}{arm}",
    "N_miss": "number of participants without a level of {v}{at}{arm}",
    "n_tied": "number of participants whose level of {v}{at} another one shares, {versus},",
    "p.floor": "smallest P value that so many participants allow in the Mann-Whitney test of {v}{at}, {versus},",
    "distribution": "distribution of the test of {v}{at}",
    "continuity": "continuity correction of the test of {v}{at}",
}
PHRASES: dict[str, Phrases] = {
    "risk_difference": _interval("risk difference of {event}, {versus},", **_COUNTS),
    "odds_ratio": _interval("odds ratio of {event}, {versus},", **_COUNTS),
    "chi_squared": _test(
        "the chi-squared test of {event}, {versus},",
        expected_min="smallest count that the chi-squared test of {event}, {versus}, expects",
        **_COUNTS,
    ),
    "boschloo": _test("Boschloo’s test of {event}, {versus},", **_COUNTS),
    "non_inferiority_risk": {
        **_interval("risk difference of {event}, {versus},", **_MARGIN),
        **_test("the one-sided test of non-inferiority in {event}, {versus},"),
    },
    "equivalence_risk": {
        **_interval("risk difference of {event}, {versus},", **_MARGIN),
        **_test("the two one-sided tests of equivalence in {event}, {versus},"),
    },
    "stratified_risk_difference": {**_STRATA, **_interval("risk difference of {event} over the strata, {versus},")},
    "breslow_day": {**_STRATA, **_test("the Breslow-Day test of {event}, {versus},")},
    "trend": _test(
        "the Cochran-Armitage test of a trend of {event}",
        n="number of participants in whom {event} was counted",
        N_miss="number of participants for whom it is not known whether they had {event}",
    ),
    "logistic": {
        **_interval("odds ratio of {event} by logistic regression, {versus},", **_MODEL),
        **_test("the test of the odds ratio of {event} by logistic regression, {versus},"),
        "std.error": "standard error of the logarithm of the odds ratio of {event}, {versus},",
    },
    "standardised_risks": {
        **_interval("standardised {measure} of {event}, {versus},", **_MODEL),
        **_test("the test of the standardised {measure} of {event}, {versus},"),
        "risk": "standardised risk of {event}{arm}",
        "risk.std.error": "standard error of the standardised risk of {event}{arm}",
    },
    "levels": {
        "n": "number of participants with {v}: “{level}”{at}{arm}",
        "N": "number of participants with a level of {v}{at}{arm}",
        "p": "share of participants with {v}: “{level}”{at}{arm}",
        "N_miss": "number of participants without a level of {v}{at}{arm}",
        "N_population": "number of participants whose {v}{at} was to be known{arm}",
    },
    "proportional_odds": {
        **_interval("common odds ratio of a higher level of {v}{at}, {versus},", **_LEVELS),
        **_test("the test of the common odds ratio of {v}{at}, {versus},"),
        "std.error": "standard error of the logarithm of the common odds ratio of {v}{at}, {versus},",
        "statistic.proportional": "chi-squared of the score test of proportional odds of {v}{at}",
        "df.proportional": "degrees of freedom of the score test of proportional odds of {v}{at}",
        "p.value.proportional": "P value of the score test of proportional odds of {v}{at}",
    },
    "mann_whitney_levels": {**_test("the Mann-Whitney test of {v}{at}, {versus},"), **_RANKS},
    "win_probability_levels": {
        **_interval("probability of a higher level of {v}{at}, {versus},"),
        **_RANKS,
    },
    "kruskal_wallis_levels": {**_test("the Kruskal-Wallis test of {v}{at}"), **_RANKS},
    "chi_squared_levels": {**_test("the chi-squared test of {v}{at}"), **_LEVELS},
    "fisher_levels": {**_test("Fisher’s exact test of {v}{at}"), **_LEVELS},
    "cmh_levels": {
        **_test("the Cochran-Mantel-Haenszel test of {v}{at}"),
        **_LEVELS,
        "n_strata": "number of strata with a participant",
        "n_informative": "number of strata that contribute to the test of {v}{at}",
    },
}
