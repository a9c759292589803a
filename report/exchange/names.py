"""Names of R's cards and cardx, old and new, and of SAS output, and what each is here.

cards renamed its columns twice (its NEWS.md): ``statistic`` and ``statistic_fmt_fn`` were ``stat`` and ``fmt_fn`` from
0.1.0 on, and ``fmt_fn`` is ``fmt_fun`` since 0.6.1. Contexts were renamed in 0.7.0.
"""

from __future__ import annotations

import re

COLUMNS = {
    "statistic": "stat", "statistic_fmt": "stat_fmt", "statistic_fmt_fn": "fmt_fun", "fmt_fn": "fmt_fun",
}  # fmt: skip
CONTEXTS = {
    "continuous": "summary", "categorical": "tabulate", "dichotomous": "tabulate_value", "complex": "mvsummary",
    "ttest": "stats_t_test", "wilcoxtest": "stats_wilcox_test", "fishertest": "stats_fisher_test",
    "chisqtest": "stats_chisq_test", "kruskaltest": "stats_kruskal_test", "mcnemartest": "stats_mcnemar_test",
}  # fmt: skip
STANDARD = (
    "variable", "variable_level", "context", "stat_name", "stat_label", "stat", "stat_fmt", "fmt_fun", "warning",
    "error",
)  # fmt: skip
GROUP = re.compile(r"group(\d+)(_level)?")
PSEUDO = re.compile(r"\.\.(\w+)\.\.")  # variables that cards makes up, as ..ard_total_n..

# PROC MEANS, LSMEANS, MIXED, GLM, FREQ, PHREG and TTEST by their ODS names; names are compared without case
SAS = {
    "n": "N", "nobs": "N_obs", "nmiss": "N_miss", "mean": "mean", "stddev": "sd", "std": "sd", "median": "median",
    "q1": "p25", "p25": "p25", "q3": "p75", "p75": "p75", "min": "min", "minimum": "min", "max": "max",
    "maximum": "max", "frequency": "n", "estimate": "estimate", "stderr": "std.error", "hazardratio": "estimate",
    "lowercl": "conf.low", "lower": "conf.low", "lowerclmean": "conf.low", "lclm": "conf.low", "hrlowercl": "conf.low",
    "uppercl": "conf.high", "upper": "conf.high", "upperclmean": "conf.high", "uclm": "conf.high",
    "hruppercl": "conf.high", "df": "df", "tvalue": "statistic", "fvalue": "statistic", "chisq": "statistic",
    "probt": "p.value", "probf": "p.value", "probchisq": "p.value", "pvalue": "p.value", "alpha": "alpha",
}  # fmt: skip
LABELS = {
    "N": "N", "N_obs": "N", "N_miss": "N missing", "n": "n", "mean": "Mean", "sd": "SD", "median": "Median",
    "p25": "Q1", "p75": "Q3", "min": "Min", "max": "Max", "estimate": "Estimate", "std.error": "Standard error",
    "conf.low": "Lower limit", "conf.high": "Upper limit", "conf.level": "Confidence level", "df": "Degrees of freedom",
    "statistic": "Test statistic", "p.value": "p",
}  # fmt: skip


def column(name: str) -> str:
    """Return the name that a column has today."""
    return COLUMNS.get(name, name)


def context(name: str) -> str:
    """Return the name that a context has today."""
    return CONTEXTS.get(name, name)
