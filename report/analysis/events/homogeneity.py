"""Whether an odds ratio is the same in every stratum: the test of Breslow and Day, with Tarone's correction or not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from report.analysis.basis.methods import Answer, Statistic, method
from report.analysis.basis.score_intervals import expected_events
from report.analysis.events.exact_tests import at_least
from report.analysis.events.stratified import StratifiedCounts, Table, odds_ratio, tables_of

TOO_FEW = "fewer than two strata have both arms, an event and a non-event"
AT_AN_EDGE = "the common odds ratio is zero or infinite"
SAID = {
    "tarone": ("with Tarone’s correction", "with Tarone’s correction"),
    "none": ("without Tarone’s correction", "without Tarone’s correction"),
}


@method("breslow_day", context="stats_breslow_day_test")
def breslow_day(
    counts: StratifiedCounts, decimals: int, unit: str, *, correction: Literal["tarone", "none"] = "tarone"
) -> Answer:
    """Return the Breslow-Day test that each arm's odds ratio is the same in every stratum.

    Expected events are those at the Mantel-Haenszel odds ratio (Breslow and Day, IARC 1980, section 4.4). ``tarone``
    takes off what that estimate lacks in efficiency (Tarone, Biometrika 1985;72:91-95; R: ``metafor::rma.mh``). Strata
    with an empty arm, or in which all or none had the event, say nothing of it and add no degree of freedom.
    """
    rows: list[Statistic] = []
    for arm in (compared.arm for compared, _ in counts.strata[0].counts.comparisons()):
        rows += _tested([table for table in tables_of(counts, arm) if table.informs], arm, correction)
    missing = Statistic("N_miss", "Outcome known, stratum missing", counts.missing, "count")
    named, told = SAID[correction]
    return Answer(
        f"Breslow-Day test of one odds ratio in all strata, {named}",
        f"Whether the odds ratio was the same in all strata was tested by the Breslow-Day test {told}.",
        (*rows, missing),
    )


def _tested(tables: list[Table], arm: str, correction: str) -> list[Statistic]:
    from scipy.special import chdtrc

    why = TOO_FEW if len(tables) < 2 else "" if odds_ratio(tables, 1.0)[0] else AT_AN_EDGE
    statistic, df = (None, None) if why else (homogeneity(tables, correction), len(tables) - 1)
    p = None if statistic is None or df is None else at_least(float(chdtrc(df, statistic)))
    return [
        Statistic("statistic", "Breslow-Day chi-squared", statistic, "fixed:2", arm=arm, reason=why),
        Statistic("df", "Degrees of freedom", df, "count", arm=arm, reason=why),
        Statistic("p.value", "Breslow-Day test of homogeneity", p, "p", arm=arm, reason=why),
        Statistic("n_informative", "Strata that inform the test", len(tables), "count", arm=arm),
    ]


def homogeneity(tables: Sequence[Table], correction: str) -> float:
    """Return the chi-squared of strata that all inform it; their common odds ratio is above 0 and finite."""
    common = odds_ratio(list(tables), 1.0)[0]
    assert common
    expected = [expected_events(t.n1, t.n0, t.events, common) for t in tables]
    variances = [_variance(t, a) for t, a in zip(tables, expected, strict=True)]
    beyond = [t.x1 - a for t, a in zip(tables, expected, strict=True)]
    found = sum(d * d / v for d, v in zip(beyond, variances, strict=True))
    return max(0.0, found - (sum(beyond) ** 2 / sum(variances) if correction == "tarone" else 0.0))


def _variance(t: Table, a: float) -> float:
    return 1 / (1 / a + 1 / (t.n1 - a) + 1 / (t.events - a) + 1 / (t.n0 - t.events + a))
