"""What the statistics of pairs, of one sample, of one arm and of levels at two visits are called in a sentence."""

from __future__ import annotations

from collections.abc import Mapping

_PAIRS = {
    "N_pairs": "number of participants with a value of {v} both at {earlier} and at {later}",
    "N_miss": "number of participants who lack a value of {v} at {earlier} or at {later}",
}
_VALUES = {
    "N": "number of participants with a value of {v}{at}",
    "N_miss": "number of participants without a value of {v}{at}",
    "goal": "goal that {v}{at} is held against",
}
_OUTCOMES = {
    "n": "number of participants with {event}{at}",
    "N": "number of participants among whom {event} was counted{at}",
    "N_miss": "number of participants for whom it is not known whether they had {event}{at}",
    "N_population": "number of participants in whom {event} was looked for{at}",
}


def _interval(of: str) -> Mapping[str, str]:
    return {
        "estimate": of, "conf.low": f"lower limit of the {{conf}} confidence interval of the {of}",
        "conf.high": f"upper limit of the {{conf}} confidence interval of the {of}",
        "conf.level": f"confidence level of the interval of the {of}",
    }  # fmt: skip


def _test(of: str, statistic: str) -> Mapping[str, str]:
    return {
        "statistic": f"{statistic} of {of}", "p.value": f"P value of {of}", "alternative": f"alternative of {of}",
        "p.floor": f"smallest P value that so many participants allow in {of}",
        "p.floor_adjusted": f"smallest P value that so many participants allow in {of}, adjusted for two tests",
        "n_used": f"number of participants with a difference other than zero in {of}",
        "n_zero": f"number of participants without a difference in {of}",
    }  # fmt: skip


_CHANGE = "change of {v} from {earlier} to {later}"
_RANKED = "the signed-rank test of {v}{at} against its goal"
PHRASES: dict[str, Mapping[str, str]] = {
    "mean_change": {
        **_interval(f"mean {_CHANGE}"), **_PAIRS, "mean": "mean of {v}{at}",
        "sd": "standard deviation of {v}{at} in those with both values",
        "sd_change": f"standard deviation of the {_CHANGE}",
    },
    "paired_t": {
        **_test(f"the paired t test of the {_CHANGE}", "t"), **_PAIRS,
        "df": f"degrees of freedom of the paired t test of the {_CHANGE}",
    },
    "sign_test": {**_test(f"the sign test of the {_CHANGE}", "number of rises"), **_PAIRS},
    "description": {
        "N_nonmiss": "number of participants with a value of {v}{at}",
        "N_miss": "number of participants without a value of {v}{at}", "mean": "mean of {v}{at}",
        "sd": "standard deviation of {v}{at}", "median": "median of {v}{at}", "p25": "lower quartile of {v}{at}",
        "p75": "upper quartile of {v}{at}", "min": "lowest value of {v}{at}", "max": "highest value of {v}{at}",
    },
    "one_sample_t": {
        **_interval("mean of {v}{at}"), **_VALUES, **_test("the t test of {v}{at} against its goal", "t"),
        "df": "degrees of freedom of the t test of {v}{at} against its goal",
    },
    "one_sample_signed_rank": {
        **_test(_RANKED, "test statistic V (the sum of the ranks above the goal)"), **_VALUES,
        "z": f"standardised statistic of {_RANKED}",
        "zeros": f"way in which differences of zero are taken in {_RANKED}",
        "n_tied": f"number of participants whose differences are of the same size as another’s in {_RANKED}",
        "distribution": f"distribution by which p was found in {_RANKED}", "correction": f"correction of {_RANKED}",
    },
    "one_sample_hodges_lehmann": {
        **_interval("Hodges-Lehmann estimate of {v}{at}"), **_VALUES,
        "conf.level_reached": "confidence level that the exact interval of {v}{at} reaches",
    },
    "performance_goal": {
        **_interval("share of participants with {event}{at}"), **_OUTCOMES,
        **_test("the exact binomial test of {event}{at} against its performance goal", "number"),
        "goal": "performance goal for the share with {event}{at}",
    },
    "simon_two_stage": {
        **_interval("unbiased estimate of the share with {event}{at}"), **_OUTCOMES,
        "estimate_median": "median estimate of the share with {event}{at}",
        "p.floor": "smallest P value that the two-stage design allows",
        "p.value": "P value of the two-stage test of {event}{at}", "alternative": "alternative of the two-stage test",
        "stage": "stage after which the trial ended", "decision": "decision on the null hypothesis of {event}{at}",
        "type_1_error": "exact type I error of the two-stage design", "power": "exact power of the two-stage design",
        "p_stop": "probability of stopping early under the null hypothesis",
        "n_expected": "number of participants that the design expects under the null hypothesis",
        "p_null": "share of the null hypothesis on {event}{at}",
        "p_alternative": "share of the alternative on {event}{at}",
        "n_stage_1": "planned number of participants of the first stage",
        "r_stage_1": "number of events with which the first stage ends the trial",
        "n_planned": "planned number of participants of both stages",
        "r_planned": "number of events with which the null hypothesis stays",
        "n_event_stage_1": "number of participants with {event} in the first stage",
    },
    "paired_events": {
        **_PAIRS, "n_both": "number of participants with {event} both at {earlier} and at {later}",
        "n_before_only": "number of participants with {event} at {earlier} and not at {later}",
        "n_after_only": "number of participants with {event} at {later} and not at {earlier}",
        "n_neither": "number of participants with {event} neither at {earlier} nor at {later}",
        "n_before": "number of participants with {event} at {earlier}, of those known at both visits",
        "n_after": "number of participants with {event} at {later}, of those known at both visits",
        "p_before": "share of participants with {event} at {earlier}, of those known at both visits",
        "p_after": "share of participants with {event} at {later}, of those known at both visits",
    },
    "mcnemar": {
        **_test("McNemar’s test of {event} at {earlier} and {later}", "number with the event at the later visit only"),
        **_PAIRS, "n_used": "number of participants with {event} at {earlier} or {later} and not at both",
    },
    "paired_risk_difference": {
        **_interval("difference of the shares with {event}, {later} minus {earlier}"), **_PAIRS,
    },
    "shift_levels": {
        "N_pairs": "number of participants with a level of {v} both at {earlier} and at {later}{arm}",
        "N_miss": "number of participants who lack a level of {v} at {earlier} or at {later}{arm}",
        "n_neither": "number of participants who lack a level of {v} both at {earlier} and at {later}{arm}",
        "N": "number of participants with {v}: “{level}” at {earlier} and a level at {later}{arm}",
        "n_after_missing": "number of participants with {v}: “{level}” at {earlier} and no level at {later}{arm}",
        "n": "number of participants who went from one level of {v} to the other, “{level}”{arm}",
        "p": "share of those at the first level of {v} at {earlier} who went to the other, “{level}”{arm}",
        "n_later": "number of participants with {v}: “{level}” at {later} and a level at {earlier}{arm}",
        "n_before_missing": "number of participants with {v}: “{level}” at {later} and no level at {earlier}{arm}",
    },
}  # fmt: skip
