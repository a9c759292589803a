"""The effect in subgroups, of each endpoint that names some; for an event: counts, risk ratios, a test of interaction.

Numbers and times to an event have files of their own. The test for events compares two logistic models of the outcome
by the ratio of their likelihoods: arm and subgroup with their interaction, which fits every count, and without it, in
which every level has one odds ratio. That common odds ratio is the root of one rising function
(``common_odds_ratio``), so nothing can fail to converge.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

from report.analysis import subgroups_of_numbers, subgroups_of_times
from report.analysis.basis.methods import Statistic, as_row, level_of
from report.analysis.basis.participants import EventTimes, Participants
from report.analysis.basis.score_intervals import expected_events
from report.analysis.events.stratified import StratifiedCounts, Stratum, Table, by_stratum, tables_of
from report.analysis.events.two_by_two import ratio, ratio_method
from report.analysis.gathering import Gathered, stratified
from report.analysis.gathering_participants import with_subgroup
from report.analysis.people.populations import Trial
from report.analysis.subgroup_levels import LABEL, Said
from report.analysis.subgroups_of_times import CoxPlan
from report.ard import Row
from report.checking.queries import hole
from report.study.endpoints import Endpoint, MethodUse, Subgroup

INTERVAL = "miettinen_nurminen"
TEST = "Likelihood-ratio test of the interaction of arm and subgroup in a logistic regression"
SENTENCE = (
    "Risk ratios in subgroups were computed with Miettinen-Nurminen score confidence intervals. Whether the effect "
    "differs between the levels of a subgroup was tested by the likelihood-ratio test of the interaction of arm and "
    "subgroup in a logistic regression of the outcome. Levels in which an arm has nobody, or in which all or none had "
    "the event, say nothing of it and add no degree of freedom."
)
TOO_FEW = "fewer than two levels have patients in both arms, an event and a non-event"
SEPARATED = "the odds ratio is zero or infinite in every level"
SPAN = 60.0  # of the logarithm of an odds ratio: beyond any that counts can show


def rows(trial: Trial) -> Iterator[Row]:
    """Yield the rows of every subgroup of every endpoint that names some."""
    for endpoint in trial.study.endpoints:
        for subgroup in endpoint.subgroups:
            gathered = _gathered(trial, endpoint, subgroup)
            said = _said(gathered.data, endpoint)
            for statistic in _statistics(trial, endpoint, subgroup, gathered.data):
                yield hole(_row(endpoint, subgroup, statistic, said), gathered.queries(statistic))
        if endpoint.subgroups:
            yield from _told(endpoint, said)


def _gathered(trial: Trial, endpoint: Endpoint, subgroup: Subgroup) -> Gathered:
    if endpoint.event is not None:
        return stratified(trial, endpoint, subgroup.variable)
    data, members, arms = with_subgroup(trial, endpoint, subgroup.variable)
    return Gathered(data, members, arms, members.union(*arms.values()))


def _statistics(trial: Trial, endpoint: Endpoint, subgroup: Subgroup, data: object) -> Iterator[Statistic]:
    if isinstance(data, StratifiedCounts):
        return statistics(_compared(data, subgroup), _used(endpoint, "risk_ratio"))
    home = trial.study.home_of(endpoint, subgroup.variable)
    levels = [name for name in trial.study.column(home, subgroup.variable).levels if name in subgroup.levels]
    levels = levels or list(trial.study.column(home, subgroup.variable).levels)
    column = trial.study.column(endpoint.dataset, endpoint.variable)
    if isinstance(data, EventTimes):
        return subgroups_of_times.statistics(data, levels, _cox_plan(endpoint, column.decimals))
    assert isinstance(data, Participants)
    use = _used(endpoint, "ancova")
    decimals = column.decimals if use.decimals is None else use.decimals
    return subgroups_of_numbers.statistics(data, levels, _confidence(use), decimals, column.unit)


def _cox_plan(endpoint: Endpoint, decimals: int) -> CoxPlan:
    """Return how the endpoint's Cox model is fitted; as the method does it where it has none."""
    use = _used(endpoint, "cox")
    given = {name: use.arguments[name] for name in ("ties", "stratified", "robust") if name in use.arguments}
    shown = decimals if use.decimals is None else use.decimals
    return CoxPlan(**given, confidence=_confidence(use), decimals=shown)  # type: ignore[arg-type]


def _said(data: object, endpoint: Endpoint) -> Said:
    if isinstance(data, EventTimes):
        return subgroups_of_times.said(data, _cox_plan(endpoint, 0))
    if isinstance(data, Participants):
        return subgroups_of_numbers.said(data)
    return Said("proportion_ratio", ratio_method(INTERVAL), TEST, SENTENCE)


def _compared(counted: StratifiedCounts, subgroup: Subgroup) -> StratifiedCounts:
    """Return the counts of the levels that are compared: those that the subgroup names, or all."""
    named = tuple(each for each in counted.strata if each.level in subgroup.levels)
    return replace(counted, strata=named or counted.strata)


def _used(endpoint: Endpoint, method: str) -> MethodUse:
    """Return the endpoint's use of a method: its level and decimals hold in the subgroups as well."""
    return next((use for use in endpoint.methods if use.method == method), MethodUse(method=method))


def _confidence(use: MethodUse) -> float:
    return float(str(use.arguments.get("confidence") or 0.95))


def statistics(counted: StratifiedCounts, use: MethodUse) -> Iterator[Statistic]:
    """Yield the counts and risk ratios of each level, and the test of interaction of each arm that is compared."""
    confidence = _confidence(use)
    yield from by_stratum(counted)
    for stratum in counted.strata:
        yield from _level(stratum, confidence, use.decimals or 0)
    for arm, _ in counted.strata[0].counts.comparisons():
        yield from interaction(tables_of(counted, arm.arm), arm.arm)
    yield Statistic("N_miss", "Outcome known, subgroup missing", counted.missing, "count")
    yield level_of(confidence)


def _level(stratum: Stratum, confidence: float, decimals: int) -> Iterator[Statistic]:
    total = sum(arm.total for arm in stratum.counts.arms)
    yield Statistic("N_level", "Participants with an outcome", total, "count", level=stratum.level)
    for arm, base in stratum.counts.comparisons():
        for statistic in ratio(arm, base, INTERVAL, confidence, decimals):
            yield replace(statistic, level=stratum.level)


def interaction(tables: Sequence[Table], arm: str) -> list[Statistic]:
    """Return the likelihood-ratio test of interaction (R: ``anova(glm(y ~ arm * level, binomial), test = "LRT")``).

    R gives an uninforming level a degree of freedom where ``glm`` fits it at the edge; here it has none.
    """
    informing = [table for table in tables if table.informs]
    why = TOO_FEW if len(informing) < 2 else SEPARATED if _at_an_edge(informing) else ""
    statistic, df = (None, None) if why else (_deviance(informing), len(informing) - 1)
    return [
        Statistic("statistic", "Likelihood-ratio chi-squared", statistic, "fixed:2", arm=arm, reason=why),
        Statistic("df", "Degrees of freedom", df, "count", arm=arm, reason=why),
        Statistic("p.value", LABEL, _p(statistic, df), "p", arm=arm, reason=why),
        Statistic("n_informative", "Levels that inform the test", len(informing), "count", arm=arm),
    ]


def _p(statistic: float | None, df: int | None) -> float | None:
    from scipy.special import chdtrc

    return None if statistic is None or df is None else float(chdtrc(df, statistic))


def _at_an_edge(tables: Sequence[Table]) -> bool:
    """Return whether in every level the arm has as few, or in every level as many, of the events as it can have."""
    fewest, most = (sum(ends) for ends in zip(*(_ends(table) for table in tables), strict=True))
    return sum(table.x1 for table in tables) in (fewest, most)


def _ends(t: Table) -> tuple[int, int]:
    """Return the fewest and the most events that the arm can have of those of its level."""
    return max(0, t.events - t.n0), min(t.n1, t.events)


def common_odds_ratio(tables: Sequence[Table]) -> float:
    """Return the odds ratio of the model without interaction, by maximum likelihood.

    It is the one at which the events expected in the arm, over all levels, are as many as were seen.
    """
    from scipy.optimize import brentq

    seen = sum(table.x1 for table in tables)
    return math.exp(brentq(lambda g: sum(_expected(t, math.exp(g)) for t in tables) - seen, -SPAN, SPAN, xtol=1e-13))


def _expected(t: Table, odds_ratio: float) -> float:
    """Return the arm's events of a level at an odds ratio, the level's events given."""
    return expected_events(t.n1, t.n0, t.events, odds_ratio)


def _deviance(tables: Sequence[Table]) -> float:
    """Return twice the logarithm of the likelihood ratio of the models with and without interaction."""
    odds_ratio = common_odds_ratio(tables)
    return max(0.0, sum(_apart(table, _expected(table, odds_ratio)) for table in tables))


def _apart(t: Table, expected: float) -> float:
    """Return a level's share of the deviance: its four counts against those expected."""
    cells = (
        (t.x1, expected),
        (t.n1 - t.x1, t.n1 - expected),
        (t.x0, t.events - expected),
        (t.n0 - t.x0, t.n0 - t.events + expected),
    )
    return 2 * sum(seen * math.log(seen / fitted) for seen, fitted in cells if seen)


def _told(endpoint: Endpoint, said: Said) -> Iterator[Row]:
    """Yield the name of the test and the sentence for the methods section, once for all subgroups."""
    for name, label, text in (("method", "Method", said.test), ("sentence", "Methods sentence", said.sentence)):
        yield as_row(
            Statistic(name, label, text), f"{endpoint.id}.subgroups", (), variable=endpoint.variable,
            population=endpoint.population, context="interaction", method=said.test,
        )  # fmt: skip


def _row(endpoint: Endpoint, subgroup: Subgroup, statistic: Statistic, said: Said) -> Row:
    estimated = statistic.name in ("estimate", "conf.low", "conf.high", "conf.level")
    counted = statistic.name in ("n", "N", "p", "n_event", "N_level", "N_miss")
    return as_row(
        statistic,
        f"{endpoint.id}.subgroup_{subgroup.variable}",
        (statistic.level, statistic.arm),
        arm=statistic.arm,
        variable=subgroup.variable,
        variable_level=statistic.level,
        visit=endpoint.visit or "",
        population=endpoint.population,
        context="tabulate" if counted else said.context if estimated else "interaction",
        method="counted in the data" if counted else said.method if estimated else said.test,
    )
