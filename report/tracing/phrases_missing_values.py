"""What the statistics for missing values and of resampling are called."""

from __future__ import annotations

_DRAWN = {
    "draws": "number of random draws", "seed": "seed of the random draws", "generator": "generator of the random draws",
}  # fmt: skip
_COUNTED = {
    "n": "number of participants analysed for {v}{arm}",
    "N_miss": "number of participants left out of the analysis of {v}, for want of a value{arm}",
}


def _compared(what: str) -> dict[str, str]:
    return {
        "estimate": f"{what}, {{versus}},",
        "conf.low": f"lower limit of the {what}, {{versus}},",
        "conf.high": f"upper limit of the {what}, {{versus}},",
        "conf.level": f"confidence level of the interval of the {what}",
        "std.error": f"standard error of the {what}, {{versus}},",
        "statistic": f"t of the {what}, {{versus}},",
        "df": f"degrees of freedom of the {what}, {{versus}},",
        "p.value": f"P value of the {what}, {{versus}},",
        "mc.error": f"Monte Carlo error of the {what}, {{versus}},",
    }


_IMPUTED = {
    **_compared("difference of the means of {v} after multiple imputation"),
    **_COUNTED,
    **_DRAWN,
    "n_imputed": "number of participants whose {v} was imputed{arm}",
    "missing_information": "fraction of missing information on {v}, {versus},",
}
PHRASES: dict[str, dict[str, str]] = {
    "multiple_imputation": _IMPUTED,
    "tipping_point": {
        **_IMPUTED,
        "shift": "shift that was added to imputed values of {v}",
        "tipping_point": "smallest shift of imputed values of {v} that changes the conclusion, {versus},",
        "alpha": "level that P is held against",
    },
    "imputed_risks": {
        **_IMPUTED,
        **_compared("difference of the risks of {event} after multiple imputation"),
    },
    "bootstrap_difference": {**_compared("difference of {v} with a bootstrap interval"), **_COUNTED, **_DRAWN},
    "permutation_test": {
        **_COUNTED,
        **_DRAWN,
        "p.value": "P value of the permutation test of {v}, {versus},",
        "mc.error": "Monte Carlo error of the P value of the permutation test of {v}, {versus},",
        "distribution": "how the distribution of the permutation test was had",
        "alternative": "alternative of the permutation test",
    },
    "last_observation": {
        **_compared("difference of the means of {v}, the last observation carried forward"),
        **_COUNTED,
        "n_carried": "number of participants whose last known {v} was carried forward{arm}",
    },
    "extreme_cases": {
        "label": "name of the assumption on missing outcomes",
        **_compared("difference of the risks of {event}, missing outcomes replaced"),
        "N_miss": "number of participants for whom it is not known whether they had {event}{arm}",
    },
    "tipping_counts": {
        "n": "number of ways that keep the conclusion on {event}, of all in which missing outcomes may turn out, "
        "{versus},",
        "N": "number of ways in which missing outcomes of {event} may have turned out, {versus},",
        "p": "share of the ways that keep the conclusion on {event}, {versus},",
        "p.value.low": "smallest P value of all ways in which missing outcomes may have turned out, {versus},",
        "p.value.high": "largest P value of all ways in which missing outcomes may have turned out, {versus},",
        "alpha": "level that P is held against",
    },
}
