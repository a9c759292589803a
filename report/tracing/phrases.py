"""What each statistic is called in a sentence: "The ... was ...". A test holds the list against the methods' own.

``{v}`` is the variable, ``{at}`` its visit, ``{earlier}`` and ``{later}`` the two visits of a change, ``{arm}`` the
arm, ``{versus}`` an arm and the one it is compared with, ``{level}`` a level of a category, ``{event}`` the event
that is counted, ``{outcome}`` the endpoint, ``{conf}`` the level of an interval, ``{period}`` a period and ``{limit}``
a limit.
"""

from __future__ import annotations

from collections.abc import Mapping

from report.tracing import (
    phrases_binary,
    phrases_by_arm,
    phrases_missing_values,
    phrases_one_sample,
    phrases_repeated,
    phrases_subgroups,
    phrases_times,
)

Phrases = Mapping[str, str]

_LIMITS = {
    "conf.low": "lower limit of the {conf} confidence interval of {estimate}",
    "conf.high": "upper limit of the {conf} confidence interval of {estimate}",
    "conf.level": "confidence level of the interval of {estimate}",
}


def _limits(of: str) -> Phrases:
    return {name: told.replace("{estimate}", of) for name, told in _LIMITS.items()}


def _with_limits(estimate: str, **more: str) -> Phrases:
    of = estimate if estimate.startswith("the ") else f"the {estimate}"
    return {"estimate": estimate, **_limits(of), **more}


_TESTED: Phrases = {
    "statistic": "test statistic V (the sum of the ranks of the rises) of {what}",
    "p.value": "P value of {what}",
    "p.floor": "smallest P value that so many differences allow in {what}",
    "p.floor_adjusted": "smallest P value that so many differences allow in {what}, adjusted for two tests",
    "n_used": "number of participants with a difference other than zero in {what}",
    "n_zero": "number of participants without a difference in {what}",
    "n_tied": "number of participants whose differences are of the same size as another’s in {what}",
    "zeros": "way in which differences of zero are taken in {what}",
    "alternative": "alternative of {what}",
    "z": "standardised statistic of {what}",
    "distribution": "distribution by which P was found in {what}",
    "correction": "correction of {what}",
}


def _test(what: str) -> Phrases:
    return {name: told.replace("{what}", what) for name, told in _TESTED.items()}


_SHARE: Phrases = {
    "n": "number of participants with {event}{at}{arm}",
    "N": "number of participants among whom {event} was counted{at}{arm}",
    "p": "share of participants with {event}{at}{arm}",
    "N_miss": "number of participants for whom it is not known whether they had {event}{at}{arm}",
    "N_population": "number of participants in whom {event} was looked for{at}{arm}",
}
_TOLD: Phrases = {"method": "method of {v}", "sentence": "sentence of the methods on {v}"}

OF_METHODS: dict[str, Phrases] = {
    "change": {
        "N_pairs": "number of participants with a value of {v} both at {earlier} and at {later}",
        "N_miss": "number of participants who lack a value of {v} at {earlier} or at {later}",
        "n_fell": "number of participants whose {v} was lower at {later} than at {earlier}",
        "n_rose": "number of participants whose {v} was higher at {later} than at {earlier}",
        "n_same": "number of participants whose {v} was the same at {later} as at {earlier}",
        "median": "median of {v}{at}", "min": "lowest value of {v}{at}", "max": "highest value of {v}{at}",
        "difference_of_medians": "difference of the medians of {v}, {later} minus {earlier},",
        "change_min": "lowest change of {v} in a participant, {later} minus {earlier},",
        "change_max": "highest change of {v} in a participant, {later} minus {earlier},",
    },
    "hodges_lehmann": _with_limits(
        "Hodges-Lehmann estimate of the change of {v} from {earlier} to {later}",
        **{"conf.level_reached": "confidence level that the exact interval of the change of {v} reaches"},
    ),
    "signed_rank": _test("the signed-rank test of the change of {v} from {earlier} to {later}"),
    "shift": {
        "limit": "limit above which {v} is called raised",
        "N_pairs": "number of participants with a value of {v} both at {earlier} and at {later}",
        "N_miss": "number of participants who lack a value of {v} at {earlier} or at {later}",
        "N": "number of participants whose {v} was {raised} at {earlier}",
        "n_raised": "number of participants whose {v} was {raised} at {earlier} and raised at {later}",
        "n_not_raised": "number of participants whose {v} was {raised} at {earlier} and not raised at {later}",
        "n_fell": "number of participants whose {v} was {raised} at {earlier} and lower at {later}",
        "n_rose": "number of participants whose {v} was {raised} at {earlier} and higher at {later}",
        "n_same": "number of participants whose {v} was {raised} at {earlier} and the same at {later}",
    },
    "proportion": {
        **_SHARE,
        **_limits("the share of participants with {event}{at}"),
    },
    "risk": _SHARE,
    "fisher": {
        "p.value": "P value of Fisher’s exact test of {event}, {versus},",
        "alternative": "alternative of Fisher’s exact test of {event}",
        "significant": "answer to whether the P value of {event}, {versus}, fell below the planned level",
    },
    "risk_reduction": _with_limits("absolute risk reduction of {event}, {versus},"),
    "risk_ratio": _with_limits("risk ratio of {event}, {versus},"),
    "relative_risk_reduction": _with_limits("relative risk reduction of {event}, {versus},"),
    "number_needed_to_treat": _with_limits(
        "number needed to treat for {event}, {versus},",
        direction="answer to whether patients gain or lose by {event}, {versus},",
    ),
    "mantel_haenszel": {
        **_SHARE,
        "n": "number of participants with {event} in the stratum “{level}”{arm}",
        "N": "number of participants of the stratum “{level}” in whom {event} was counted{arm}",
        "p": "share of participants with {event} in the stratum “{level}”{arm}",
        **_with_limits("Mantel-Haenszel {measure} of {event} over the strata, {versus},"),
        "statistic": "chi-squared of the Cochran-Mantel-Haenszel test of {event}, {versus},",
        "df": "degrees of freedom of the Cochran-Mantel-Haenszel test of {event}, {versus},",
        "p.value": "P value of the Cochran-Mantel-Haenszel test of {event}, {versus},",
        "n_strata": "number of strata with a participant of either arm",
        "n_informative": "number of strata that contribute to the test of {event}",
        "N_miss": "number of participants whose outcome is known and whose stratum is not",
    },
    "events_by_period": {
        "label": "name of the period", "n_event": "number of events in the period “{period}”",
        "n": "number of participants with an event in the period “{period}”",
        "N": "number of participants{in_period}", "p": "share of participants with an event in the period “{period}”",
        "days": "number of days of observation in the period “{period}”",
        "rate": "number of events per participant and month in the period “{period}”",
        "n_fewer": "number of participants whose rate of events was lower in the later period",
        "n_more": "number of participants whose rate of events was higher in the later period",
        "n_same": "number of participants whose rate of events was the same in both periods",
        "n_not_compared": "number of participants who were not observed in both periods",
        "n_cut": "number of participants whose later period ended early",
        "n_later": "number of events after the later period had ended early",
        "rate_difference": "difference of the rates of events per participant and month, later minus earlier period,",
    },
    "rate_ratio": _with_limits(
        "ratio of the rates of events, later over earlier period,",
        **{"p.value": "P value of the exact test of the ratio of the rates"},
        alternative="alternative of the exact test",
    ),
    "fisher_by_period": {
        "p.value": "P value of Fisher’s exact test of {table}",
        "n_with_before": "number with an event in the earlier period, in the table of {table},",
        "n_with_after": "number with an event in the later period, in the table of {table},",
        "n_without_before": "number without an event in the earlier period, in the table of {table},",
        "n_without_after": "number without an event in the later period, in the table of {table},",
        "table": "kind of table", "alternative": "alternative of Fisher’s exact test",
    },
    "signed_rank_by_period": _test("the signed-rank test of participants’ rates, later minus earlier period,"),
    **phrases_one_sample.PHRASES,
    **phrases_binary.PHRASES,
    **phrases_times.PHRASES,
    **phrases_by_arm.PHRASES,
    **phrases_missing_values.PHRASES,
    **phrases_repeated.PHRASES,
}  # fmt: skip

_DESCRIBED: Phrases = {
    "N": "number of participants{having}{at}{arm}",
    "N_nonmiss": "number of participants with a value of {v}{at}{arm}",
    "N_miss": "number of participants without a value of {v}{at}{arm}",
    "mean": "mean of {v}{at}{arm}",
    "sd": "standard deviation of {v}{at}{arm}",
    "median": "median of {v}{at}{arm}",
    "min": "lowest value of {v}{at}{arm}",
    "max": "highest value of {v}{at}{arm}",
    "p25": "lower quartile of {v}{at}{arm}",
    "p75": "upper quartile of {v}{at}{arm}",
    "se": "standard error of the mean of {v}{at}{arm}",
    "geometric_mean": "geometric mean of {v}{at}{arm}",
    "geometric_cv": "geometric coefficient of variation of {v}{at}{arm}",
    "n": "number of participants with {v}: “{level}”{at}{arm}",
    "p": "share of participants with {v}: “{level}”{at}{arm}",
}
OF_KINDS: dict[str, Phrases] = {
    "population": {"n": "number of participants in the population “{population}”{arm}"},
    "flow": {"n": "number of participants in the flow’s box “{box}”{arm}"},
    "reported": {"n": "number of participants in the flow’s box “{box}”{arm}"},
    "difference": {"n": "number of participants in the flow’s box “{box}”{arm}"},
    "baseline": {
        **_DESCRIBED,
        "smd": "standardised difference of {v}{at}, {versus},",
        "statistic": "statistic of the test whether {v}{at} differs between the arms",
        "df": "degrees of freedom of the test whether {v}{at} differs between the arms",
        "df.residual": "residual degrees of freedom of the test whether {v}{at} differs between the arms",
        "p.value": "P value of the test whether {v}{at} differs between the arms",
    },
    "visits": {**_DESCRIBED, "n": "number of participants {counted}{at}", "N": "number of participants{having}{at}"},
    "safety": {
        "n_event": "number of adverse events{of_level}{period_of}{arm}",
        "n": "number of participants with an adverse event{of_level}{period_of}{arm}",
        "N": "number of participants whose adverse events{of_level} were counted{arm}",
        "p": "share of participants with an adverse event{of_level}{period_of}{arm}",
    },
    "subgroup": {
        "n": "number of participants with {event} among those with {v}: “{level}”{arm}",
        "N": "number of participants among those with {v}: “{level}” in whom {event} was counted{arm}",
        "p": "share of participants with {event} among those with {v}: “{level}”{arm}",
        "N_level": "number of participants with {v}: “{level}” in whom {event} was counted",
        "N_miss": "number of participants whose outcome is known and whose {v} is not",
        **_with_limits("risk ratio of {event} among those with {v}: “{level}”, {versus},"),
        "conf.level": "confidence level of the intervals of the risk ratios of {event} by {v}",
        "statistic": "chi-squared of the test whether the effect on {event} differs with {v}",
        "df": "degrees of freedom of the test whether the effect on {event} differs with {v}",
        "p.value": "P value of the test whether the effect on {event} differs with {v} (interaction)",
        "n_informative": "number of levels of {v} that say something of an interaction",
    },
    **phrases_subgroups.OF_KINDS,
    "multiplicity": {
        "p.adjusted": "P value adjusted for several tests of {v}{arm}",
        "decision": "decision of the plan for several tests on {v}{arm}",
        "tested": "whether the plan for several tests reached {v}{arm}",
    },
}  # fmt: skip
OF_INDIVIDUALS: Phrases = {
    "n_event": "number of events of the participant shown as {who}, period “{period}”,",
    "days": "number of days of observation of the participant shown as {who}, period “{period}”,",
}
INDIVIDUAL = "{v}{at} of the participant shown as {who}"


def phrase(kind: str, method: str, statistic: str) -> str:
    """Return what a statistic is called, with its open places; empty where nobody has said it."""
    if kind in ("individual", "narrative"):
        return OF_INDIVIDUALS.get(statistic, INDIVIDUAL)
    known = OF_METHODS.get(method, {}) if method and kind != "multiplicity" else OF_KINDS.get(kind, {})
    return known.get(statistic, _TOLD.get(statistic, ""))
