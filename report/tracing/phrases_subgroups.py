"""What the statistics of subgroups of numbers and of times to an event are called in a sentence (``phrases``)."""

from __future__ import annotations

from collections.abc import Mapping

Phrases = Mapping[str, str]


def _of(effect: str) -> Phrases:
    """Return the phrases that both kinds share: of the estimate in a level, and of the test of interaction."""
    there = f"{effect} ({{outcome}}) among those with {{v}}: “{{level}}”, {{versus}},"
    test = "the test whether the effect on {outcome} differs with {v}"
    return {
        "estimate": there,
        "conf.low": f"lower limit of the {{conf}} confidence interval of the {there}",
        "conf.high": f"upper limit of the {{conf}} confidence interval of the {there}",
        "conf.level": f"confidence level of the intervals of the {effect}s ({{outcome}}) by {{v}}",
        "statistic": f"statistic of {test}",
        "df": f"degrees of freedom of {test}",
        "df.residual": f"residual degrees of freedom of {test}",
        "p.value": "P value of the test whether the effect on {outcome} differs with {v} (interaction)",
        "n_informative": "number of levels of {v} that say something of an interaction",
        "N_level": "number of participants with {v}: “{level}” in the model of {outcome}",
        "N_miss": "number of participants who have all else that the model needs and no {v}",
    }


OF_KINDS: Mapping[str, Phrases] = {
    "subgroup_of_numbers": {
        **_of("least-squares mean difference"),
        "n": "number of participants with {v}: “{level}” in the model of {outcome}{arm}",
    },
    "subgroup_of_times": {
        **_of("hazard ratio"),
        "N": "number of participants with {v}: “{level}” in the model of {outcome}{arm}",
        "n_event": "number of participants with the event among those with {v}: “{level}”{arm}",
    },
}
