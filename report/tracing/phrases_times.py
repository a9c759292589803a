"""What the statistics of times to an event are called in a sentence (``phrases``)."""

from __future__ import annotations

from collections.abc import Mapping

Phrases = Mapping[str, str]

_COUNTED: Phrases = {
    "N": "number of participants with a time and a status{arm}",
    "n_event": "number of participants with the event{arm}",
    "n_competing": "number of participants with a competing event{arm}",
    "n_censored": "number of participants who were censored{arm}",
    "N_miss": "number of participants who lack the time, the status or what else is needed{arm}",
    "n.risk": "number of participants at risk just before the time {level}{arm}",
    "curve": "curve{arm}",
    "conf.level": "confidence level of the intervals",
}


def _estimated(what: str, where: str) -> Phrases:
    return {
        "estimate": f"{what}{where}",
        "conf.low": f"lower limit of the {{conf}} confidence interval of the {what}{where}",
        "conf.high": f"upper limit of the {{conf}} confidence interval of the {what}{where}",
    }


def _tested(what: str) -> Phrases:
    return {
        "statistic": f"statistic of {what}",
        "df": f"degrees of freedom of {what}",
        "p.value": f"P value of {what}",
        "std.error": f"standard error of the estimate of {what}",
        "significant": f"answer to whether the P value of {what} fell below the planned level",
    }


_HAZARDS = "the test whether hazards are proportional"
PHRASES: dict[str, Phrases] = {
    "kaplan_meier": {
        **_COUNTED,
        **_estimated("Kaplan-Meier estimate ({level}) of {v}", "{arm}"),
        "follow_up": "median follow-up by the reverse Kaplan-Meier estimate{arm}",
    },
    "survival_difference": {
        **_COUNTED,
        **_estimated("difference of the Kaplan-Meier estimates of {v}", ", {versus},"),
        **_tested("the test of the difference of the Kaplan-Meier estimates, {versus},"),
    },
    "log_rank": {
        **_COUNTED,
        **_tested("the log-rank test of {v}, {versus},"),
        "expected": "number of events that would be expected were all arms alike{arm}",
    },
    "cox": {
        **_COUNTED,
        **_estimated("hazard ratio of {v}", ", {versus},"),
        **_tested("Wald’s test of the hazard ratio of {v}, {versus},"),
        "statistic_ph": f"chi-squared of {_HAZARDS}",
        "df_ph": f"degrees of freedom of {_HAZARDS}",
        "p.value_ph": f"P value of {_HAZARDS}",
        "no_estimate": "list of covariates without a finite coefficient",
    },
    "restricted_mean": {
        **_COUNTED,
        **_estimated("restricted mean of {v} ({level})", ", {versus},"),
        **_tested("the test of the restricted means of {v}, {versus},"),
        "up_to": "time up to which means are restricted",
    },
    "cumulative_incidence": {
        **_COUNTED,
        **_estimated("cumulative incidence of the event at the time {level}", "{arm}"),
    },
    "gray": {**_COUNTED, **_tested("Gray’s test of the cumulative incidence of the event, {versus},")},
}
