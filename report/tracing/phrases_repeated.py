"""What the statistics of numbers of events and of values at several visits are called in a sentence."""

from __future__ import annotations

from collections.abc import Mapping

Phrases = Mapping[str, str]

_COUNTS = {
    "n": "number of participants in the model of {v}{arm}",
    "N_miss": "number of participants who lack what the model of {v} needs{arm}",
}


def _interval(of: str) -> Phrases:
    plain = of.removesuffix(",")
    return {
        "estimate": of, "std.error": f"standard error of the {of}",
        "conf.low": f"lower limit of the {{conf}} confidence interval of the {of}",
        "conf.high": f"upper limit of the {{conf}} confidence interval of the {of}",
        "conf.level": f"confidence level of the interval of the {plain.replace(', {versus}', '').replace('{at}', '')}",
    }  # fmt: skip


def _test(of: str, statistic: str) -> Phrases:
    return {
        "statistic": f"{statistic} of {of}", "df": f"degrees of freedom of {of}", "p.value": f"P value of {of}",
        "significant": f"answer to whether the P value of {of} fell below the planned level",
    }  # fmt: skip


def _ratio(model: str) -> Phrases:
    return {
        **_interval(f"rate ratio of {{v}} by {model}, {{versus}},"),
        **_test(f"the test of the rate ratio of {{v}} by {model}, {{versus}},", "test statistic"), **_COUNTS,
    }  # fmt: skip


_LEAST_SQUARES = "least-squares mean of {v}{at}{arm}"
_OF_MEANS = {
    "ls_mean": _LEAST_SQUARES, "ls_mean.std.error": f"standard error of the {_LEAST_SQUARES}",
    "ls_mean.conf.low": f"lower limit of the {{conf}} confidence interval of the {_LEAST_SQUARES}",
    "ls_mean.conf.high": f"upper limit of the {{conf}} confidence interval of the {_LEAST_SQUARES}",
    "n_values": "number of values of {v}{at} in the model{arm}",
}  # fmt: skip
_AT_VISIT = "the difference of {v}{at}, {versus},"

PHRASES: dict[str, Phrases] = {
    "event_rates": {
        **_interval("rate of {v}{arm},"),
        "n_event": "number of events of {v}{arm}", "n": "number of participants with an event of {v}{arm}",
        "N": "number of participants whose events of {v} and time of observation are known{arm}",
        "p": "share of participants with an event of {v}{arm}",
        "N_miss": "number of participants whose events of {v} or time of observation are not known{arm}",
        "exposure": "time in which {v} was observed{arm}", "mean": "mean number of events of {v} in a participant{arm}",
        "sd": "standard deviation of the number of events of {v} in a participant{arm}",
        "max": "highest number of events of {v} in a participant{arm}",
    },
    "rate_ratio_by_arm": {
        **_interval("ratio of the rates of {v}, {versus},"),
        **_test("the exact conditional test of the rates of {v}, {versus},", "test statistic"),
        "alternative": "alternative of the exact conditional test of the rates of {v}",
    },
    "poisson": {
        **_ratio("Poisson regression"),
        "dispersion": "ratio of Pearson’s chi-squared to its degrees of freedom in the Poisson regression of {v}",
    },
    "negative_binomial": {
        **_ratio("negative binomial regression"),
        "dispersion": "dispersion k of the negative binomial regression of {v}",
        "model_fitted": "model that was fitted to {v}",
    },
    "change_by_visit": {
        **_interval("difference of {v}{at}, {versus},"), **_test(_AT_VISIT, "t"),
        "n": "number of participants with a value, or with the event, of {v}{at}{arm}",
        "N": "number of participants among whom {v}{at} was counted{arm}",
        "p": "share of participants with {v}{at}{arm}",
        "N_miss": "number of participants without a value of {v}{at}{arm}",
        "mean": "mean of {v}{at}{arm}", "sd": "standard deviation of {v}{at}{arm}", "median": "median of {v}{at}{arm}",
        "p25": "lower quartile of {v}{at}{arm}", "p75": "upper quartile of {v}{at}{arm}",
        "min": "lowest value of {v}{at}{arm}", "max": "highest value of {v}{at}{arm}",
        "mean_ci.low": "lower limit of the {conf} confidence interval of the mean of {v}{at}{arm}",
        "mean_ci.high": "upper limit of the {conf} confidence interval of the mean of {v}{at}{arm}",
        "value.mean": "mean of the values of {v}{at}, before the difference is taken{arm}",
        "value.sd": "standard deviation of the values of {v}{at}, before the difference is taken{arm}",
    },
    "gee": {
        **_interval("effect on {v}{at} by generalised estimating equations, {versus},"),
        **_test("the test of {v}{at} by generalised estimating equations, {versus},", "z"), **_COUNTS,
        "n_values": "number of values of {v}{at} in the model{arm}",
        "correlation": "working correlation of two values of {v} of a participant",
    },
    "random_intercept": {
        **_interval("difference of {v}{at} by the random-intercept model, {versus},"),
        **_test("the test of {v}{at} by the random-intercept model, {versus},", "t"), **_COUNTS, **_OF_MEANS,
        "variance_between": "variance of {v} between participants",
        "variance_within": "variance of {v} within participants",
        "icc": "correlation of two values of {v} of a participant",
    },
}  # fmt: skip
